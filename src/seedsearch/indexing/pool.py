"""How far the reading is, and who does it: this process, for little, or workers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from seedsearch.engine.base import BatchBuilder
from seedsearch.indexing.tasks import Limits, Outcome, Task, cost_of
from seedsearch.record import Record

if TYPE_CHECKING:
    from seedsearch.indexing.crew import Crew

_SMALL = 4 << 20  # less work than this does not pay for a process
_RUN = 64 << 20  # a run ends here, so that something can be committed
_PROCESS_BYTES = 80 << 20  # what an interpreter with its libraries takes,
_WORKER_BYTES = 50 << 20  # and one that has come of it
_LEAST_BATCH = 16 << 20
_READING_BYTES = (
    180 << 20
)  # what documents may take beyond the memory that was given, all workers together
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

    def beside(self) -> Callable[[int, int], None]:
        """Takes how many files and bytes others have done, beside what is done now."""
        files, size = self._files, self._bytes
        return lambda more, bytes_more: self.at(files + more, size + bytes_more)

    def end(self) -> None:
        """Everything is done."""
        if self._callback is not None and self._files_total:
            total, size = self._files_total, self._bytes_total
            self._callback(Progress(total, total, size, size))


class Workers:
    """The processes that read files; none for little work, which is done here.

    They are begun as soon as enough work is found, and work while the walk goes on.
    `limits.batch_bytes` is the memory for all processes together.
    """

    def __init__(self, jobs: int, factory: Callable[[], BatchBuilder], limits: Limits) -> None:
        # Each takes its part of the memory, so that the memory says how many there may be.
        most = (limits.batch_bytes - _PROCESS_BYTES) // (_WORKER_BYTES + _LEAST_BATCH)
        self._jobs = max(1, min(jobs, most))
        self._factory = factory
        self._limits = limits
        self._held: list[Task] = []  # tasks that no process has been given
        self._cost = 0  # of all tasks so far
        self._crew: Crew | None = None

    def give(self, tasks: Sequence[Task]) -> None:
        """Some of the tasks of which `outcomes` will be asked."""
        self._held += tasks
        self._cost += cost_of(tasks)
        if self._crew is None:
            many = len(self._held) >= self._jobs
            if not many or self._cost < _SMALL * self._jobs:
                return
            self._begin(self._jobs)
        self._hand_over()

    def outcomes(self, tasks: list[Task], progress: Progressing) -> Iterator[Outcome]:
        """The outcomes of runs of the tasks, as they are done; those that were given are among them.

        The list is emptied. Raises SeedsearchError when workers die that are at no file.
        """
        cost = cost_of(tasks)
        if self._crew is None:
            # One large file has all the memory to itself.
            jobs = max(1, min(self._jobs, -(-cost // _SMALL), len(tasks)))
            self._held = list(tasks)
            if cost <= _SMALL:
                outcome = self._read_here(progress)
                self._held = list(outcome.left)
                yield outcome
            if self._held:
                self._begin(jobs)
        tasks.clear()
        if self._crew is not None:
            self._hand_over()
            yield from self._crew.outcomes(_run_cost(cost, self._crew.count), progress.beside())
        progress.end()

    def _hand_over(self) -> None:
        if self._crew is not None:
            self._crew.give(self._held)
        self._held = []

    def _read_here(self, progress: Progressing) -> Outcome:
        from seedsearch.indexing.here import read_here  # not for who has others work: start-up time

        limits = self._limits._replace(batch_bytes=self._share(1, _PROCESS_BYTES))
        return read_here(self._held, self._factory, limits, progress.tick)

    def _begin(self, jobs: int) -> None:
        from seedsearch.indexing.crew import Crew  # small runs need none of it: start-up time

        share = self._share(jobs, _PROCESS_BYTES + jobs * _WORKER_BYTES)
        reading = _READING_BYTES // jobs
        limits = self._limits._replace(
            batch_bytes=share, fence_bytes=share + reading, lone_bytes=_READING_BYTES - reading
        )
        self._crew = Crew(self._factory, limits, jobs, _RUN)

    def _share(self, jobs: int, taken: int) -> int:
        """The memory of each of so many builders, where so much is taken already."""
        return max((self._limits.batch_bytes - taken) // jobs, _LEAST_BATCH)

    def close(self) -> None:
        """End the processes; what they have not done is not done."""
        if self._crew is not None:
            self._crew.close()
            self._crew = None


def _run_cost(cost: int, jobs: int) -> int:
    """What a run costs, so that there are as many equal ones as keep every job busy to the end."""
    rounds = max(1, -(-cost // (_RUN * jobs)))
    return max(1, -(-cost // (rounds * jobs)))
