"""The command line: one file a command, errors and exit codes in `exit.py`.

`script` is what the `seedsearch` script calls; `main` is the same inside a process that goes on.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # what signal is made of: no file to read before Ctrl-C is caught
import atexit
import gc
import os
import sys

TYPE_CHECKING = False  # as in seedsearch itself
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

_INTERRUPTED = 130


def _quit(*_: object) -> None:
    os._exit(_INTERRUPTED)


def quit_quietly() -> None:
    """From now on Ctrl-C ends this process without a word, unless it means something else than it does by default.

    So it is as the command line starts, and when its answer is out: nobody could say a word yet, or any more.
    """
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _quit)


def raise_again() -> bool:
    """From now on Ctrl-C raises KeyboardInterrupt where it ended this process; whether it did."""
    if _signal.getsignal(_signal.SIGINT) is not _quit:
        return False
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    return True


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
