"""The command line: one file a command, errors and exit codes in `exit.py`.

`script` is what the `seedsearch` script calls; `main` is the same inside a process that goes on.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn


def script() -> NoReturn:
    """Run the process's own command line and end the process.

    Start-up and ending are part of every query: the collector of cycles finds nothing in so short a
    time (commands that run long switch it on again), and taking the interpreter apart, when all
    is written, takes longer than many a query.
    """
    gc.disable()
    code = main()
    if "threading" not in sys.modules or sys.modules["threading"].active_count() == 1:
        atexit._run_exitfuncs()  # multiprocessing's: an ending without them would leave its folders
        for stream in (sys.stdout, sys.stderr):
            try:
                if stream is not None:
                    stream.flush()
            except (OSError, ValueError):
                break
        else:
            os._exit(code)
    sys.exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (`sys.argv` by default) and give its exit code. Raises nothing."""
    # Inside, so that `script` comes before Click: start-up time.
    from seedsearch.cli.exit import guarded

    return guarded(_run, arguments)


def _run(arguments: list[str]) -> int:
    from seedsearch.cli.app import run  # inside, so that an import that fails is reported too

    _forget_impossible_sizes()
    return run(arguments)


def _forget_impossible_sizes() -> None:
    """Rich and Click fail on a size of the terminal that is not a number, or one that is too long for `int`."""
    for name in ("COLUMNS", "LINES"):
        said = os.environ.get(name, "0")
        if not (said.isascii() and said.isdigit() and len(said) < 6):
            del os.environ[name]
