"""Build the extension module; everything else about the package is in pyproject.toml.

Without a C compiler the package is installed without the module, and the plain Python twin does its work. With
SEEDSEARCH_REQUIRE_CORE=1, a core that does not compile is an error.
"""

import os
from glob import glob

from setuptools import Extension, setup
from setuptools.command.build_py import build_py

FOLDER = "src/seedsearch/core/c"


class BuildWithDocs(build_py):
    """Copies the pages of docs/ into the package, for `seedsearch help`."""

    def run(self) -> None:
        """Copy the modules, then the pages."""
        super().run()
        if not self.editable_mode:
            folder = os.path.join(self.build_lib, "seedsearch", "docs")
            self.mkpath(folder)
            for page in glob("docs/*.md"):
                self.copy_file(page, folder)


# A file of ours handles Ctrl-C in its first statement; what installers write imports modules before. On Windows they
# write a program.
if os.name == "nt":
    command = {"entry_points": {"console_scripts": ["seedsearch = seedsearch.__main__:script"]}}
else:
    command = {"scripts": ["bin/seedsearch"]}

setup(
    **command,
    cmdclass={"build_py": BuildWithDocs},
    ext_modules=[
        Extension(
            "seedsearch.core._core",
            sorted(glob(f"{FOLDER}/*.c")),
            depends=sorted(glob(f"{FOLDER}/*.h") + glob(f"{FOLDER}/*.table")),
            # Functions are visible only inside the module. (The compiler of Windows exports nothing by default.)
            extra_compile_args=["-O3"] if os.name == "nt" else ["-O3", "-fvisibility=hidden"],
            py_limited_api=True,
            optional=not os.environ.get("SEEDSEARCH_REQUIRE_CORE"),
        )
    ],
)
