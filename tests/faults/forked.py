"""Run commands in forks of one process that has the program loaded: a trial costs milliseconds. Run as a program, it is
that process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import TracebackType
from typing import Any

import seedsearch
from seedsearch.cli import main


class Forked:
    """The process, preloaded with a layer between the program and the system."""

    def __init__(self, layer: Path) -> None:
        environment = {name: v for name, v in os.environ.items() if name != "SEEDSEARCH_INDEX"}
        self._process = subprocess.Popen(
            [sys.executable, __file__], env=environment | {"LD_PRELOAD": str(layer)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __enter__(self) -> Forked:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()  # its input ends, and so does it

    def run(self, base: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a folder, with more in its environment."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([str(base), arguments, more]), file=self._process.stdin, flush=True)
        code, out, err = json.loads(self._process.stdout.readline())
        return subprocess.CompletedProcess(arguments, code, out, err)


def _in_a_fork(base: str, arguments: list[str], more: dict[str, str]) -> list[Any]:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        pid = os.fork()
        if not pid:
            for file, number in ((out, 1), (err, 2)):
                os.dup2(file.fileno(), number)
            os.chdir(base)
            os.environ.update(more)
            os.close(0)
            os.open(os.devnull, os.O_RDONLY)
            code = main(arguments)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
        return [code, *texts]


def _load() -> None:
    """Import all modules of the program, which a command would import in its fork."""
    for module in walk_packages(seedsearch.__path__, "seedsearch."):
        if not module.name.endswith("__main__"):
            with suppress(ImportError):  # of what is not installed
                import_module(module.name)


if __name__ == "__main__":
    _load()
    for line in sys.stdin:
        print(json.dumps(_in_a_fork(*json.loads(line))), flush=True)
