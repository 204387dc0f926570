"""The command line: one file a command, errors and exit codes in `exit.py`.

`script` is what the `seedsearch` script calls; `main` is the same inside a process that goes on.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from seedsearch.paths import INDEX_FOLDER, is_index_folder

if TYPE_CHECKING:
    from seedsearch.standby import Serve, Standby

_MUCH = 8 << 20  # bytes: less is no work for several processes, see indexing/pool.py
_MANY_FILES = 500


def script() -> NoReturn:
    """Run the process's own command line and end the process.

    Start-up and ending are part of every query: the collector of cycles finds nothing in so short a
    time (commands that run long switch it on again), and taking the interpreter apart, when all
    is written, takes longer than many a query.
    """
    gc.disable()
    try:
        standby = _standby(sys.argv[2:]) if sys.argv[1:2] == ["index"] else None
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


def _standby(arguments: Sequence[str]) -> Standby | None:
    """A process that stands by, where the arguments look like much that was never read.

    That is a guess, for nothing is understood yet, and nothing but time depends on it: such a process costs a small run
    a tenth of its time.
    """
    if os.path.exists(INDEX_FOLDER) or any(map(is_index_folder, arguments)):
        return None
    folders = [argument for argument in arguments if _holds_much(argument)]
    if not folders:
        return None
    from seedsearch.standby import stand_by  # start-up time: not for queries

    return stand_by(partial(_get_ready, list(map(os.path.abspath, folders))))


def _holds_much(path: str) -> bool:
    """Whether a folder holds other folders, very many files, or enough bytes for several processes."""
    size = 0
    try:
        with os.scandir(path) as entries:
            for number, entry in enumerate(entries):
                if number == _MANY_FILES or entry.is_dir():
                    return True
                size += entry.stat().st_size
    except OSError:  # what is no folder, as most arguments are
        return False
    return size >= _MUCH


def _get_ready(folders: Sequence[str], is_called: Callable[[], bool]) -> Serve:
    """Import what indexing takes, read some files until somebody calls, and give what a worker process does.

    For a process that has nothing else to do. `folders` are the absolute paths of those that will be indexed, probably.
    """
    import pickle  # noqa: F401 - how it says what came of the work

    from seedsearch.indexing.ahead import ReadAhead
    from seedsearch.indexing.pool import serve
    from seedsearch.indexing.practice import practise

    practise()
    ahead = ReadAhead()
    ahead.read(folders, is_called)
    return partial(serve, ahead=ahead)
