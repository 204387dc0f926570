"""Runs of files over processes: how work is cut, spread, watched and stopped."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from seedsearch.engine.base import BatchBuilder
from seedsearch.errors import SeedsearchError
from seedsearch.indexing.work import Limits, Outcome, Run, Task, collecting_seldom, work
from seedsearch.record import Record

if TYPE_CHECKING:
    from concurrent.futures import Future
    from multiprocessing.context import BaseContext
    from multiprocessing.queues import Queue
    from multiprocessing.sharedctypes import Synchronized

_SMALL = 4 << 20  # less work than this does not pay for a second process
_RUN = 64 << 20  # a run ends here, so that something can be committed
_CHUNK = 1 << 20  # so much is handed out at a time, and less towards the end: all end together
_LAST_CHUNKS = 16  # for each process: a chunk is at most one of so many of what is left
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


class Workers:
    """The processes that read files; none for little work, which is done here.

    They are begun as soon as enough work is foreseen, and import what they need while the walk goes on.
    """

    def __init__(self, jobs: int, factory: Callable[[], BatchBuilder]) -> None:
        self._jobs = jobs
        self._factory = factory
        self._foreseen = self._cost = 0
        self._crew: _Crew | None = None

    def foresee(self, tasks: Sequence[Task]) -> None:
        """These tasks more are to come."""
        self._foreseen += len(tasks)
        self._cost += _cost(tasks)
        much = self._cost >= _SMALL * self._jobs and self._foreseen >= self._jobs
        if much and self._jobs > 1 and self._crew is None:
            self._crew = _Crew(self._jobs, self._factory)

    def outcomes(
        self, tasks: Sequence[Task], limits: Limits, progress: Progressing
    ) -> Iterator[Outcome]:
        """The outcomes of runs of the tasks, as they are done; each run is in their order.

        `limits.batch_bytes` is the memory for all processes together.
        Raises SeedsearchError when a worker process died.
        """
        cost = _cost(tasks)
        # One large file has all the memory to itself.
        jobs = max(1, min(self._jobs, -(-cost // _SMALL), len(tasks)))
        share = (limits.batch_bytes - _PROCESS_BYTES) // jobs - (_PROCESS_BYTES if jobs > 1 else 0)
        limits = limits._replace(batch_bytes=max(share, _LEAST_BATCH))
        rounds = max(1, -(-cost // (_RUN * jobs)))
        most = max(1, -(-cost // (rounds * jobs)))
        if not tasks:
            pass
        elif jobs == 1 and self._crew is None:
            for run in _cut(tasks, lambda _: most):
                yield work(run.tasks, self._factory, limits, progress.tick)
        else:
            self._crew = self._crew or _Crew(jobs, self._factory)
            chunks = _cut(tasks, lambda left: min(_CHUNK, left // (_LAST_CHUNKS * jobs)))
            yield from self._crew.outcomes(chunks, jobs, limits, most, progress)
        self.close()
        progress.end()

    def close(self) -> None:
        """Let the processes end; what they have not begun is not done."""
        if self._crew is not None:
            self._crew.close()
            self._crew = None


class _Chunk(NamedTuple):
    """Tasks that a process takes at once; what they cost, and what those after them cost."""

    tasks: tuple[Task, ...]
    cost: int
    left: int


def _cost(tasks: Iterable[Task]) -> int:
    return sum(task.size + _FILE_COST for task in tasks)


def _cut(tasks: Sequence[Task], most: Callable[[int], int]) -> list[_Chunk]:
    """The tasks cut where they have cost `most` of what was left before."""
    left = _cost(tasks)
    chunks: list[_Chunk] = []
    first = spent = 0
    for number, task in enumerate(tasks, 1):
        spent += task.size + _FILE_COST
        if spent >= most(left) or number == len(tasks):
            left -= spent
            chunks.append(_Chunk(tuple(tasks[first:number]), spent, left))
            first, spent = number, 0
    return chunks


class _Crew:
    """Some processes, each of which takes the next chunk of tasks when it is done with one."""

    def __init__(self, count: int, factory: Callable[[], BatchBuilder]) -> None:
        # Imported here for start-up time: small jobs need none of this.
        from concurrent.futures import ProcessPoolExecutor

        self._factory = factory
        context = _context()
        self._chunks: Queue[_Chunk] = context.Queue()
        self._shared = _Shared(
            self._chunks, *(context.Value(code, 0) for code in ("q", "q", "q", "b"))
        )
        self._pool = ProcessPoolExecutor(
            count, context, initializer=_begin, initargs=(self._shared, factory)
        )
        # Deaf as the processes are born, and until they ignore Ctrl-C.
        with _telling_of_death(), _deaf_to_ctrl_c():
            for _ in range(count):
                self._pool.submit(_be_born)

    def outcomes(
        self, chunks: Sequence[_Chunk], jobs: int, limits: Limits, most: int, progress: Progressing
    ) -> Iterator[Outcome]:
        """What `jobs` of the processes make of the chunks, in runs that cost `most` or a little more."""
        from concurrent.futures import FIRST_COMPLETED, wait

        shared = self._shared
        shared.chunks_left.value = len(chunks)
        for chunk in chunks:
            self._chunks.put(chunk)
        with _telling_of_death():
            waiting = {self._run(jobs, limits, most) for _ in range(jobs)}
            while waiting:
                done, waiting = wait(waiting, _INTERVAL_S, FIRST_COMPLETED)
                progress.at(shared.files.value, shared.bytes.value)
                for future in done:
                    outcome = future.result()
                    if shared.chunks_left.value:  # while this process may be busy with a commit
                        waiting.add(self._run(jobs, limits, most))
                    yield outcome

    def _run(self, jobs: int, limits: Limits, most: int) -> Future[Outcome]:
        return self._pool.submit(_work_there, self._factory, limits, most, most * jobs // 2)

    def close(self) -> None:
        self._shared.stop.value = 1
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._chunks.close()
        self._chunks.cancel_join_thread()  # what nobody takes any more need not be sent


@contextmanager
def _telling_of_death() -> Iterator[None]:
    """Says what to do where a worker process has died."""
    from concurrent.futures.process import BrokenProcessPool

    try:
        yield
    except BrokenProcessPool as error:
        raise SeedsearchError(
            "a worker process died, perhaps for want of memory",
            "run the same again with --jobs 1 or less --memory: what was committed stays",
        ) from error


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


class _Shared(NamedTuple):
    """What the processes have together: the tasks, how many chunks nobody has taken, what is done, whether to stop."""

    chunks: Queue[_Chunk]
    chunks_left: Synchronized[int]
    files: Synchronized[int]
    bytes: Synchronized[int]
    stop: Synchronized[int]


_ours: list[_Shared] = []  # set once by `_begin`: a pool can hand locks over in no other way


class _StopError(Exception):
    """The run is not wanted any more."""


def _begin(shared: _Shared, factory: Callable[[], BatchBuilder]) -> None:
    import signal
    import threading
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and says when to stop
    gc.freeze()  # what the parent had is shared memory as long as nobody touches it
    _ours.append(shared)
    parent = parent_process()
    if parent is not None:
        sentinel = parent.sentinel

        def end_with_parent() -> None:
            wait([sentinel])
            os._exit(1)

        threading.Thread(target=end_with_parent, daemon=True).start()
    with suppress(Exception):  # for what it imports; what is wrong will be wrong again, and be told
        factory()


def _be_born() -> None:
    """Nothing to do: a pool begins its processes when it is given something."""


def _next_chunk(shared: _Shared) -> _Chunk | None:
    """The next chunk that nobody has taken."""
    with shared.chunks_left.get_lock():
        if not shared.chunks_left.value:
            return None
        shared.chunks_left.value -= 1
    return shared.chunks.get()


def _work_there(
    factory: Callable[[], BatchBuilder], limits: Limits, most: int, enough: int
) -> Outcome:
    """A run over chunks, up to a cost of `most` if as much as `enough` is left for further runs."""
    shared = _ours[0]
    waiting = [0, 0]

    def tick(more: int, more_bytes: int) -> None:
        if shared.stop.value:
            raise _StopError
        waiting[0] += more
        waiting[1] += more_bytes
        if waiting[0] >= 32 or waiting[1] >= 1 << 20:
            with shared.files.get_lock():
                shared.files.value += waiting[0]
                shared.bytes.value += waiting[1]
            waiting[:] = [0, 0]

    run = Run(factory, limits, tick)
    spent = 0
    try:
        with collecting_seldom():
            while chunk := _next_chunk(shared):
                for task in chunk.tasks:
                    run.take(task)
                spent += chunk.cost
                if run.has_finished_batches or (spent >= most and chunk.left >= enough):
                    break
            return run.outcome()
    except _StopError:
        return Outcome()
