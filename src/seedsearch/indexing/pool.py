"""Runs of files over processes: how work is cut, spread, watched and stopped."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from seedsearch.engine.base import BatchBuilder
from seedsearch.errors import SeedsearchError
from seedsearch.indexing.work import Limits, Outcome, Task, work
from seedsearch.record import Record

if TYPE_CHECKING:
    from concurrent.futures import Future
    from multiprocessing.context import BaseContext
    from multiprocessing.sharedctypes import Synchronized

_SMALL = 4 << 20  # less work than this does not pay for a second process
_RUN = 64 << 20  # a run ends here, so that something can be committed
_FILE_COST = 4096  # opening a file costs as much as reading and analysing so many bytes, about
_PROCESS_BYTES = 80 << 20  # what an interpreter with its libraries takes
_LEAST_BATCH = 16 << 20
_INTERVAL_S = 0.1


class Progress(Record):
    """How far the reading is. Bytes are those of the files, by their size."""

    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int


class Progressing:
    """Tells a callback how far the reading is, ten times a second at most."""

    def __init__(self, tasks: Sequence[Task], callback: Callable[[Progress], None] | None) -> None:
        self._callback = callback
        self._files_total = len(tasks)
        self._bytes_total = sum(task.size for task in tasks)
        self._files = self._bytes = 0
        self._last = time.monotonic()

    def tick(self, files: int, size: int) -> None:
        """So many files and bytes more are done."""
        self.at(self._files + files, self._bytes + size)

    def at(self, files: int, size: int) -> None:
        """So many files and bytes are done."""
        self._files, self._bytes = files, size
        now = time.monotonic()
        if self._callback is not None and now - self._last >= _INTERVAL_S:
            self._last = now
            self._callback(Progress(files, self._files_total, size, self._bytes_total))

    def end(self) -> None:
        """Everything is done."""
        if self._callback is not None and self._files_total:
            total, size = self._files_total, self._bytes_total
            self._callback(Progress(total, total, size, size))


def outcomes(
    tasks: Sequence[Task],
    factory: Callable[[], BatchBuilder],
    limits: Limits,
    jobs: int,
    progress: Progressing,
) -> Iterator[Outcome]:
    """The outcomes of contiguous runs of the tasks, as they are done.

    `limits.batch_bytes` is the memory for all processes together.
    Raises SeedsearchError when a worker process died.
    """
    cost = sum(task.size + _FILE_COST for task in tasks)
    jobs = max(1, min(jobs, -(-cost // _SMALL)))
    runs = _runs(tasks, cost, jobs)
    jobs = max(1, min(jobs, len(runs)))  # one large file has all the memory to itself
    share = (limits.batch_bytes - _PROCESS_BYTES) // jobs - (_PROCESS_BYTES if jobs > 1 else 0)
    limits = limits._replace(batch_bytes=max(share, _LEAST_BATCH))
    if jobs == 1:
        for run in runs:
            yield work(run, factory, limits, progress.tick)
    else:
        yield from _in_processes(runs, factory, limits, jobs, progress)
    progress.end()


def _runs(tasks: Sequence[Task], cost: int, jobs: int) -> list[Sequence[Task]]:
    """Contiguous runs of about equal cost, as many as keep every job busy to the end."""
    rounds = -(-cost // (_RUN * jobs))
    most = max(1, -(-cost // max(1, rounds * jobs)))
    runs: list[Sequence[Task]] = []
    first = spent = 0
    for number, task in enumerate(tasks):
        spent += task.size + _FILE_COST
        if spent >= most:
            runs.append(tasks[first : number + 1])
            first, spent = number + 1, 0
    if first < len(tasks):
        runs.append(tasks[first:])
    return runs


def _in_processes(
    runs: Sequence[Sequence[Task]],
    factory: Callable[[], BatchBuilder],
    limits: Limits,
    jobs: int,
    progress: Progressing,
) -> Iterator[Outcome]:
    # Imported here for start-up time: small jobs need none of this.
    from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
    from concurrent.futures.process import BrokenProcessPool

    context = _context()
    files: Synchronized[int] = context.Value("q", 0)
    size: Synchronized[int] = context.Value("q", 0)
    stop: Synchronized[int] = context.Value("b", 0)
    pool = ProcessPoolExecutor(
        min(jobs, len(runs)), context, initializer=_begin, initargs=(files, size, stop)
    )
    try:
        with _deaf_to_ctrl_c():  # as the processes are born, and until they ignore it
            waiting: set[Future[Outcome]] = {
                pool.submit(_work_there, tuple(run), factory, limits) for run in runs
            }
        while waiting:
            done, waiting = wait(waiting, _INTERVAL_S, FIRST_COMPLETED)
            progress.at(files.value, size.value)
            for future in done:
                yield future.result()
    except BrokenProcessPool as error:
        raise SeedsearchError(
            "a worker process died, perhaps for want of memory",
            "run the same again with --jobs 1 or less --memory: what was committed stays",
        ) from error
    finally:
        stop.value = 1
        pool.shutdown(wait=True, cancel_futures=True)


def _context() -> BaseContext:
    """Fork where that is safe, for it starts at once; else a fresh interpreter for each worker."""
    import multiprocessing

    if sys.platform == "linux":
        try:
            alone = len(os.listdir("/proc/self/task")) == 1
        except OSError:
            alone = False
        if alone:
            return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Holds Ctrl-C back, here and in processes that start; it is heard as soon as this ends."""
    import signal

    block = getattr(signal, "pthread_sigmask", None)
    if block is None:  # Windows: a new process hears Ctrl-C only once it is up
        yield
        return
    before = block(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        block(signal.SIG_SETMASK, before)


# ------------------------------------------------------------------ in a worker process

_shared: dict[str, Any] = {}  # set once by `_begin`: a pool can hand locks over in no other way


class _StopError(Exception):
    """The run is not wanted any more."""


def _begin(files: Synchronized[int], size: Synchronized[int], stop: Synchronized[int]) -> None:
    import signal
    import threading
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and says when to stop
    _shared.update(files=files, size=size, stop=stop)
    parent = parent_process()
    if parent is not None:
        sentinel = parent.sentinel

        def end_with_parent() -> None:
            wait([sentinel])
            os._exit(1)

        threading.Thread(target=end_with_parent, daemon=True).start()


def _work_there(
    tasks: tuple[Task, ...], factory: Callable[[], BatchBuilder], limits: Limits
) -> Outcome:
    files, size, stop = _shared["files"], _shared["size"], _shared["stop"]
    waiting = [0, 0]

    def tick(more: int, more_bytes: int) -> None:
        if stop.value:
            raise _StopError
        waiting[0] += more
        waiting[1] += more_bytes
        if waiting[0] >= 32 or waiting[1] >= 1 << 20:
            with files.get_lock():
                files.value += waiting[0]
                size.value += waiting[1]
            waiting[:] = [0, 0]

    try:
        return work(tasks, factory, limits, tick)
    except _StopError:
        return Outcome()
