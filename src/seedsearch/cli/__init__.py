"""The command line: one module for each command. `exit.py` maps errors to exit codes.

The `seedsearch` script (`bin/seedsearch`) calls `script`. A program that goes on afterwards calls `main`.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # built in: nothing to read from disk before Ctrl-C is handled
import _thread
import atexit
import gc
import os
import sys

TYPE_CHECKING = False  # as in seedsearch itself
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

_INTERRUPTED = 130


def end_quietly(*_: object) -> None:
    """End this process without a message: a handler of signals."""
    os._exit(_INTERRUPTED)


def quit_quietly() -> None:
    """Make Ctrl-C end this process without a message, unless another handler is set.

    This holds before the command line has started, and after its output is written.
    """
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, end_quietly)


def raise_again() -> bool:
    """Make Ctrl-C raise KeyboardInterrupt again, if `quit_quietly` changed it. Return whether it did."""
    if _signal.getsignal(_signal.SIGINT) is not end_quietly:
        return False
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    return True


def _raise_in_main(ignored: sys.UnraisableHookArgs) -> None:
    """Raise Ctrl-C in the main thread again if a finaliser caught it, where Python would print it and go on.

    A new thread does this, because here Python would only print it again. A real signal also ends a call that waits.
    """
    if isinstance(ignored.exc_value, KeyboardInterrupt) and os.name == "posix":
        _thread.start_new_thread(os.kill, (os.getpid(), _signal.SIGINT))
    elif isinstance(ignored.exc_value, KeyboardInterrupt):
        _thread.start_new_thread(_thread.interrupt_main, ())
    else:
        sys.__unraisablehook__(ignored)


def script() -> NoReturn:
    """Run the process's own command line and end the process.

    Start-up and exit are part of every query. So the garbage collector is off; it finds nothing in so short a time,
    and commands that run long switch it on again. The process exits without Python's own shutdown, which takes longer
    than many queries.
    """
    gc.disable()
    sys.unraisablehook = _raise_in_main
    code = main()
    if "threading" not in sys.modules or sys.modules["threading"].active_count() == 1:
        atexit._run_exitfuncs()  # for multiprocessing, which removes its folders here
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
    """Run a command line (`sys.argv` by default) and return its exit code. Raises nothing."""
    # Imported here, so that `script` runs before Click is loaded: start-up time.
    from seedsearch.cli.exit import guarded

    return guarded(_run, arguments)


def _run(arguments: list[str]) -> int:
    from seedsearch.cli.app import run  # imported here, so that a failed import is reported too

    _forget_impossible_sizes()
    return run(arguments)


def _forget_impossible_sizes() -> None:
    """Remove COLUMNS and LINES if they are no numbers, or too long. Rich and Click fail on them."""
    for name in ("COLUMNS", "LINES"):
        said = os.environ.get(name, "0")
        if not (said.isascii() and said.isdigit() and len(said) < 6):
            del os.environ[name]
