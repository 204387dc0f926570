"""Spread files over worker processes, watch the workers, and replace a worker that fails.

One process sends chunks of files and receives the answers. It alone decides. There is no thread and no lock, so a
worker that dies holds nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.sharedctypes import RawArray
from typing import TYPE_CHECKING

from seedsearch.corpus.skip import UNREADABLE
from seedsearch.errors import SeedsearchError
from seedsearch.heartbeat import may_fork
from seedsearch.indexing.run import NOTHING, Run
from seedsearch.indexing.tasks import Factory, Limits, Outcome, Task, Tick, cost_of, cut
from seedsearch.indexing.worker import AT, BEATS, BYTES, FIELDS, FILES, Answer, Notes, packed, serve
from seedsearch.record import NamedTuple
from seedsearch.signals import held_back

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, SpawnContext

_CHUNK = 1 << 19  # bytes handed out at a time: small, so that all workers end together
_UNREAD = 1 << 14  # bytes of chunks sent ahead: the smallest pipes hold as many
_INTERVAL_S = 0.1
_LONGEST_LOOK_S = 1.0  # after a longer interval between two looks, this process was stopped or busy
_MOST_DEATHS = 3  # of workers at no file, one after the other
_DIED = f"{UNREADABLE}its reader died, perhaps because memory ran out"


class _Chunk(NamedTuple):
    """Tasks that a worker takes at once, and their bytes as sent. Without tasks, it ends the worker's batch."""

    tasks: tuple[Task, ...]
    data: bytes
    cost: int


_FINISH = _Chunk((), packed(()), 0)


class _Worker:
    """A worker process, as its parent sees it."""

    def __init__(
        self, context: ForkContext | SpawnContext, factory: Factory, limits: Limits, notes: Notes
    ) -> None:
        notes[:] = [NOTHING, 0, 0, 0]
        self.spent = 0  # cost of the tasks sent since the last _FINISH
        self.settled = self.settled_bytes = 0  # files whose outcome it has sent
        self._notes = notes
        self._sent: deque[_Chunk] = deque()  # chunks that it has not answered
        self._held: list[Task] = []  # tasks done, without an outcome yet
        self._beats = NOTHING
        self._quiet_s = 0.0
        chunks, self._out = context.Pipe(duplex=False)
        self.answers: Connection
        self.answers, answers = context.Pipe(duplex=False)
        arguments = (factory, limits, chunks, answers, notes)
        self._process = context.Process(target=serve, args=arguments, daemon=True)
        try:
            self._process.start()
        finally:
            chunks.close()
            answers.close()  # so that the other end reports the end of the process

    @property
    def is_busy(self) -> bool:
        """Return whether an answer is still to come."""
        return bool(self._sent or self._held)

    def has_room(self, chunk: _Chunk) -> bool:
        """Return whether a chunk can be sent without waiting: the worker is idle, or the pipe has room."""
        unread = sum(len(sent.data) for sent in self._sent)
        return not self._sent or unread + len(chunk.data) <= _UNREAD

    def send(self, chunk: _Chunk) -> None:
        """Send a chunk."""
        self._sent.append(chunk)
        self.spent = self.spent + chunk.cost if chunk.tasks else 0
        with suppress(OSError):  # it has died: the next `hear` reports that
            self._out.send_bytes(chunk.data)

    def hear(self) -> Answer:
        """Return the answer to the first unanswered chunk. Raise EOFError if the worker has died."""
        try:
            answer: Answer = self.answers.recv()
        except OSError:
            raise EOFError from None
        if answer is None or isinstance(answer, Outcome):
            self._held += self._sent.popleft().tasks
        if isinstance(answer, Outcome):
            self.settled += len(self._held)
            self.settled_bytes += sum(task.size for task in self._held)
            self._held = []
            self.spent = min(self.spent, sum(chunk.cost for chunk in self._sent))
        return answer

    def lost(self) -> tuple[list[Task], int]:
        """Return the tasks that are lost with the worker, and the index of its current one, or NOTHING."""
        tasks = [*self._held, *(task for chunk in self._sent for task in chunk.tasks)]
        at: int = self._notes[AT]
        return tasks, NOTHING if at == NOTHING else at - self.settled

    def is_late(self, passed_s: float, timeout_s: float) -> bool:
        """Return whether the worker has been at one file for too long. `passed_s` is the time since the last call."""
        at, beats = self._notes[AT], self._notes[BEATS]
        if at == NOTHING or beats != self._beats:
            self._beats, self._quiet_s = beats, 0.0
        else:
            self._quiet_s += min(passed_s, _LONGEST_LOOK_S)
        return self._quiet_s >= timeout_s

    def kill(self) -> None:
        """Kill the worker. What it has not reported is lost."""
        self._process.kill()

    def end(self) -> None:
        """Wait until the process is gone, and close its pipes."""
        self._process.kill()
        self._process.join()
        # Another thread that starts a process may be waiting for this one, too. Then its exit code is not known yet.
        with suppress(ValueError):
            self._process.close()
        self._out.close()
        self.answers.close()


class Supervisor:
    """A number of workers. Each gets its next chunk of tasks before it is done with the last one.

    A worker's run ends at a cost of `run_cost` bytes. Raise SeedsearchError if no process can be started.
    """

    def __init__(self, factory: Factory, limits: Limits, count: int, run_cost: int) -> None:
        self.count = count
        self._factory = factory
        self._limits = limits
        self._run_cost = run_cost
        self._context = _context()
        self._queue: deque[tuple[Task, ...]] = deque()
        self._queued_cost = 0
        self._next: _Chunk | None = None  # the first of the queue, once examined
        self._coming = True
        self._ready: deque[Outcome] = deque()
        self._failed: list[tuple[Task, str]] = []
        self._suspects: set[str] = set()  # stored paths
        self._deaths = self._deaths_at_nothing = 0
        self._files = self._bytes = 0  # done by workers that are gone
        self._looked = time.monotonic()
        self._notes = [RawArray("q", FIELDS) for _ in range(count)]
        self._workers: dict[int, _Worker] = {}
        with suppress(Exception):  # imports its modules once for all; workers report a fault
            factory()
        try:
            for number in range(count):
                self._begin(number)
        except BaseException:
            self.close()
            raise

    def _begin(self, number: int) -> None:
        with held_back():  # Ctrl-C must not reach a worker that is starting, nor lose it
            try:
                self._workers[number] = _Worker(
                    self._context, self._factory, self._limits, self._notes[number]
                )
            except OSError as error:
                raise SeedsearchError(
                    f"cannot start a worker process: {error.strerror or error}",
                    "run the command again with a lower --jobs",
                ) from error

    def give(self, tasks: Sequence[Task]) -> None:
        """Take more tasks. Meanwhile receive the outcomes of others."""
        self._queue.extend(cut(tasks, _CHUNK))
        self._queued_cost += cost_of(tasks)
        self._look(0.0)

    def outcomes(self, run_cost: int, tell: Tick) -> Iterator[Outcome]:
        """Yield the outcomes of all tasks given, in runs of about `run_cost` bytes.

        `tell` is called at intervals with the numbers of files and bytes done.
        """
        self._run_cost = run_cost
        self._coming = False
        self._feed()
        while self._is_busy():
            self._look(_INTERVAL_S)
            if not self._is_busy():  # merging needs their memory, and they exit meanwhile
                for worker in self._workers.values():
                    worker.kill()
            while self._ready:
                yield self._ready.popleft()
            tell(
                self._files + sum(notes[FILES] for notes in self._notes),
                self._bytes + sum(notes[BYTES] for notes in self._notes),
            )
        if self._failed:
            yield self._outcome_of_failed()

    def _is_busy(self) -> bool:
        return bool(self._queue) or any(worker.is_busy for worker in self._workers.values())

    def _look(self, wait_s: float) -> None:
        """Receive answers, send more chunks, and replace workers that take too long.

        Wait `wait_s` seconds at most for the first answer.
        """
        numbers = {id(worker.answers): number for number, worker in self._workers.items()}
        for end in wait([worker.answers for worker in self._workers.values()], wait_s):
            self._hear(numbers[id(end)])
        self._feed()
        now = time.monotonic()
        passed, self._looked = now - self._looked, now
        timeout = self._limits.timeout_s
        for number, worker in list(self._workers.items()):
            if worker.is_late(passed, timeout):
                self._replace(number, f"took longer than {timeout:g} s", is_sure=True)
                self._feed()

    def _hear(self, number: int) -> None:
        try:
            answer = self._workers[number].hear()
        except EOFError:
            self._replace(number, _DIED)
            return
        if isinstance(answer, Outcome):
            self._deaths_at_nothing = 0
            self._ready.append(answer)
        elif answer is not None:
            if answer.error is not None:
                raise answer.error
            self._replace(number, answer.reason)

    def _feed(self) -> None:
        """Send chunks to the workers in turn, as long as they have room."""
        hungry = list(self._workers.values())
        while hungry:
            hungry = [worker for worker in hungry if self._feed_one(worker)]

    def _feed_one(self, worker: _Worker) -> bool:
        """Send a worker a chunk, or tell it to finish. Return whether it may take more."""
        if not self._queue:
            if not self._coming and worker.spent:
                worker.send(_FINISH)
            return False
        if self._next is None:
            tasks = self._queue[0]
            is_lone = tasks[0].stored in self._suspects
            self._next = _Chunk(tasks, packed(tasks, is_lone=is_lone), cost_of(tasks))
        chunk = self._next
        if not worker.has_room(chunk):
            return False
        self._next = None
        self._queue.popleft()
        self._queued_cost -= chunk.cost
        is_alone = chunk.tasks[0].stored in self._suspects
        if is_alone and worker.spent:
            worker.send(_FINISH)
        worker.send(chunk)
        # Where workers die, runs are shorter, so that less is lost. A run goes on if little is left.
        most = max(_CHUNK, self._run_cost >> 2 * min(self._deaths, 16))
        is_enough = self._coming or self._queued_cost >= most * self.count // 2
        if is_alone or (worker.spent >= most and is_enough):
            worker.send(_FINISH)
        return True

    def _replace(self, number: int, reason: str, *, is_sure: bool = False) -> None:
        """Replace a worker that failed, and queue its lost tasks again.

        The file it was at is read once more alone, unless `is_sure` blames that file: a worker may also be killed for
        memory that others take.
        """
        worker = self._workers.pop(number)
        tasks, place = worker.lost()
        worker.end()
        self._files += worker.settled
        self._bytes += worker.settled_bytes
        self._deaths += 1
        again: list[tuple[Task, ...]] = []
        if place == NOTHING:
            self._deaths_at_nothing += 1
            if self._deaths_at_nothing >= _MOST_DEATHS:
                raise SeedsearchError(
                    "a worker process died, perhaps because memory ran out",
                    "run the command again with --jobs 1 or a lower --memory; committed files stay",
                )
        else:
            self._deaths_at_nothing = 0
            culprit = tasks.pop(place)
            if is_sure or culprit.stored in self._suspects:
                self._failed.append((culprit, reason))
            else:
                self._suspects.add(culprit.stored)
                again.append((culprit,))
        again += cut(tasks, _CHUNK)
        self._queue.extendleft(reversed(again))
        self._queued_cost += sum(map(cost_of, again))
        self._next = None
        self._begin(number)

    def _outcome_of_failed(self) -> Outcome:
        run = Run(self._factory, self._limits, lambda *_: None)
        for task, reason in sorted(self._failed, key=lambda item: os.fsencode(item[0].stored)):
            run.fail(task, reason)
        self._failed = []
        return run.outcome()

    def close(self) -> None:
        """End all workers."""
        with held_back():
            while self._workers:
                self._workers.popitem()[1].end()


def _context() -> ForkContext | SpawnContext:
    """Return the way to start processes: fork on Linux if no thread may hold a lock, else spawn."""
    with suppress(OSError):
        if sys.platform == "linux" and may_fork():
            return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")
