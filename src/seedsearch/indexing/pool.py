"""Choose who reads (this process for little work, else workers), and report progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from seedsearch.indexing.tasks import Factory, Limits, Outcome, Task, Tick, cost_of
from seedsearch.record import Record

if TYPE_CHECKING:
    from seedsearch.indexing.supervisor import Supervisor

# Bytes of work. Less is not worth a process, which has its own words to stem and sort.
_SMALL = 8 << 20
_RUN = 64 << 20  # bytes of work after which a run ends, so that it can be committed
_PROCESS_BYTES = 80 << 20  # what an interpreter with its libraries takes
_WORKER_BYTES = 50 << 20  # what a process started from it takes
_LEAST_BATCH = 16 << 20
_READING_BYTES = 180 << 20  # what documents may take beyond the given memory, all workers together
_INTERVAL_S = 0.1


class Progress(Record):
    """How far the reading is. Bytes are sizes of files."""

    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int


class Progressing:
    """Reports progress to a callback, at most ten times a second."""

    def __init__(self, tasks: Sequence[Task], callback: Callable[[Progress], None] | None) -> None:
        self._callback = callback
        self._files_total = len(tasks)
        self._bytes_total = sum(task.size for task in tasks)
        self._files = self._bytes = 0
        self._last = time.monotonic()

    def tick(self, files: int, size: int) -> None:
        """Add to the numbers of files and bytes done."""
        self.at(self._files + files, self._bytes + size)

    def at(self, files: int, size: int) -> None:
        """Set the numbers of files and bytes done."""
        self._files, self._bytes = files, size
        now = time.monotonic()
        if self._callback is not None and now - self._last >= _INTERVAL_S:
            self._last = now
            self._callback(Progress(files, self._files_total, size, self._bytes_total))

    def beside(self) -> Tick:
        """Return a function that takes the numbers of files and bytes that others have done since now."""
        files, size = self._files, self._bytes
        return lambda more, bytes_more: self.at(files + more, size + bytes_more)

    def end(self) -> None:
        """Report that everything is done."""
        if self._callback is not None and self._files_total:
            total, size = self._files_total, self._bytes_total
            self._callback(Progress(total, total, size, size))


class Workers:
    """The processes that read files. For little work there are none: this process does it.

    They start as soon as enough work is found, and work while the walk goes on. `limits.batch_bytes` is the memory
    for all processes together.
    """

    def __init__(self, jobs: int, factory: Factory, limits: Limits) -> None:
        # Each process takes its part of the memory, so the memory limits their number.
        most = (limits.batch_bytes - _PROCESS_BYTES) // (_WORKER_BYTES + _LEAST_BATCH)
        self._jobs = max(1, min(jobs, most))
        self._factory = factory
        self._limits = limits
        self._held: list[Task] = []  # tasks that no process has
        self._cost = 0  # of all tasks so far
        self._supervisor: Supervisor | None = None

    def give(self, tasks: Sequence[Task]) -> None:
        """Take some of the tasks that `outcomes` will get."""
        self._held += tasks
        self._cost += cost_of(tasks)
        if self._supervisor is None:
            many = len(self._held) >= self._jobs
            if not many or self._cost < _SMALL * self._jobs:
                return
            self._begin(self._jobs)
        self._hand_over()

    def outcomes(self, tasks: list[Task], progress: Progressing) -> Iterator[Outcome]:
        """Yield the outcomes of runs as they finish. `tasks` includes the tasks that `give` received.

        The list is emptied. Raise SeedsearchError if workers die that are at no file.
        """
        cost = cost_of(tasks)
        if self._supervisor is None:
            # A single large file gets all the memory.
            jobs = max(1, min(self._jobs, -(-cost // _SMALL), len(tasks)))
            self._held = list(tasks)
            if cost <= _SMALL:
                outcome = self._read_here(progress)
                self._held = list(outcome.left)
                yield outcome
            if self._held:
                self._begin(jobs)
        tasks.clear()
        if self._supervisor is not None:
            self._hand_over()
            # equal runs, as many as keep every job busy to the end
            jobs = self._supervisor.count
            rounds = max(1, -(-cost // (_RUN * jobs)))
            run_cost = max(1, -(-cost // (rounds * jobs)))
            yield from self._supervisor.outcomes(run_cost, progress.beside())
        progress.end()

    def _hand_over(self) -> None:
        if self._supervisor is not None:
            self._supervisor.give(self._held)
        self._held = []

    def _read_here(self, progress: Progressing) -> Outcome:
        from seedsearch.indexing.in_process import read_here  # for small runs: start-up time

        limits = self._limits._replace(batch_bytes=self._share(1, _PROCESS_BYTES))
        return read_here(self._held, self._factory, limits, progress.tick)

    def _begin(self, jobs: int) -> None:
        from seedsearch.indexing.supervisor import Supervisor  # for large runs: start-up time

        share = self._share(jobs, _PROCESS_BYTES + jobs * _WORKER_BYTES)
        reading = _READING_BYTES // jobs
        limits = self._limits._replace(
            batch_bytes=share, memory_bytes=share + reading, lone_bytes=_READING_BYTES - reading
        )
        self._supervisor = Supervisor(self._factory, limits, jobs, _RUN)

    def _share(self, jobs: int, taken: int) -> int:
        """Return the memory in bytes of each of `jobs` builders, after `taken` bytes for other uses."""
        return max((self._limits.batch_bytes - taken) // jobs, _LEAST_BATCH)

    def close(self) -> None:
        """End the processes. Their unfinished work is dropped."""
        if self._supervisor is not None:
            self._supervisor.close()
            self._supervisor = None
