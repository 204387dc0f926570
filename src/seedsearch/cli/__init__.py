"""The command line: one file a command, errors and exit codes in `exit.py`.

`script` is what the `seedsearch` script calls; `main` is the same inside a process that goes on.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from seedsearch.standby import Serve, Standby


def script() -> NoReturn:
    """Run the process's own command line and end the process.

    Start-up and ending are part of every query: the collector of cycles finds nothing in so short a
    time (commands that run long switch it on again), and taking the interpreter apart, when all
    is written, takes longer than many a query.
    """
    gc.disable()
    try:
        standby = _standby() if sys.argv[1:2] == ["index"] else None
    except KeyboardInterrupt:
        os._exit(130)
    code = main(standby=standby)
    if standby is not None:
        standby.dismiss()
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


def main(arguments: Sequence[str] | None = None, *, standby: Standby | None = None) -> int:
    """Run a command line (`sys.argv` by default) and give its exit code. Raises nothing."""
    # Inside, so that `script` comes before Click: start-up time.
    from seedsearch.cli.exit import guarded

    return guarded(partial(_run, standby), arguments)


def _run(standby: Standby | None, arguments: list[str]) -> int:
    from seedsearch.cli.app import run  # inside, so that an import that fails is reported too

    return run(arguments, standby)


def _standby() -> Standby | None:
    from seedsearch.standby import stand_by  # start-up time: not for queries

    return stand_by(_get_ready)


def _get_ready() -> Serve:
    """Import what indexing takes, and give what a worker process does. For a process that has nothing else to do."""
    import pickle  # noqa: F401 - how it is told what to do
    import threading  # noqa: F401

    from seedsearch.indexing.pool import serve
    from seedsearch.indexing.practice import practise

    practise()
    return serve
