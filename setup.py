"""The one extension module; everything else about the package is in pyproject.toml.

Where there is no C compiler the package is installed without the module, and the plain Python twin does its work.
SEEDSEARCH_REQUIRE_CORE=1 makes a core that does not compile an error.
"""

import os
from glob import glob

from setuptools import Extension, setup
from setuptools.command.build_py import build_py

FOLDER = "src/seedsearch/core/c"


class BuildWithDocs(build_py):
    """Puts the pages of docs/ into the package: `seedsearch help` shows them."""

    def run(self) -> None:
        """Copy the modules, then the pages."""
        super().run()
        if not self.editable_mode:
            folder = os.path.join(self.build_lib, "seedsearch", "docs")
            self.mkpath(folder)
            for page in glob("docs/*.md"):
                self.copy_file(page, folder)


setup(
    cmdclass={"build_py": BuildWithDocs},
    ext_modules=[
        Extension(
            "seedsearch.core._core",
            sorted(glob(f"{FOLDER}/*.c")),
            depends=sorted(glob(f"{FOLDER}/*.h")),
            # One file calls another; nobody else may. (The compiler of Windows exports nothing unasked.)
            extra_compile_args=["-O3"] if os.name == "nt" else ["-O3", "-fvisibility=hidden"],
            py_limited_api=True,
            optional=not os.environ.get("SEEDSEARCH_REQUIRE_CORE"),
        )
    ],
)
