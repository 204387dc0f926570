"""A worker process that stands by: begun before anybody knows whether there is work, it imports what work takes.

Meanwhile the command line imports Click and finds out what is wanted. So the first text is read a fifth of a start-up
sooner. This module is loaded before all others and imports nothing of what reads or writes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from seedsearch.processes import Forking, deaf_to_ctrl_c, is_alone
from seedsearch.record import NamedTuple

if TYPE_CHECKING:
    from seedsearch.processes import Number, Process, Processes, Queue, Receiver, Sender


class Shared(NamedTuple):
    """What the processes have together: the chunks, and numbers of theirs.

    `left` chunks, which cost `cost_left`, nobody has taken; more are `coming`. A run is to cost `run_cost`. So many
    `files` and `bytes` are done. Everybody is to `stop`.
    """

    chunks: Queue
    left: Number
    cost_left: Number
    coming: Number
    run_cost: Number
    files: Number
    bytes: Number
    stop: Number


def share(ways: Processes) -> Shared:
    """What the processes that are begun from now on have together; all is 0 but that more is coming."""
    return Shared(ways.queue(), *map(ways.number, (0, 0, 1, 0, 0, 0, 0)))


Serve: TypeAlias = "Callable[[Shared, Sender, Any, Callable[[], None]], None]"
"""What a process does: with what is shared, where it says what comes of it, its order, and a function that waits for
the end of the process that gave it."""

Prepare: TypeAlias = "Callable[[Callable[[], bool]], Serve]"
"""What a process does that stands by, until a function says that somebody calls; gives what it will do then."""


class Standby:
    """The process that stands by, and the pipes of those that it will begin.

    `prepare` is called there at once. Raises OSError and AttributeError where the system has not what it takes.
    """

    def __init__(self, prepare: Prepare) -> None:
        self.ways = Forking()
        self.shared = share(self.ways)
        self._most = os.cpu_count() or 1
        pipes = [self.ways.pipe() for _ in range(self._most)]
        outs = [theirs for _, theirs in pipes]
        self._ends = [mine for mine, _ in pipes]
        orders, self._orders = self.ways.pipe_to_them()
        with deaf_to_ctrl_c():
            arguments = (prepare, self.ways, self.shared, orders, outs)
            self._process = self.ways.begin(_stand_by, arguments)
        orders.close()
        for out in outs:
            out.close()
        self._is_free = True

    def take(self, order: object, jobs: int) -> list[Receiver] | None:
        """Begin the work, by so many processes; gives what says what comes of each. None where that cannot be: begin
        others."""
        if not self._is_free or jobs > self._most:
            return None
        self._is_free = False
        self._ends, rest = self._ends[:jobs], self._ends[jobs:]
        for end in rest:
            end.close()
        try:
            self._orders.send((order, jobs))
        except OSError:  # it has died
            self._let_go()
            return None
        finally:
            self._orders.close()
        return list(self._ends)

    @property
    def process(self) -> Process:
        """The first process, which ends after the others."""
        return self._process

    def dismiss(self) -> None:
        """Where there was no work: end the process."""
        if self._is_free:
            self._is_free = False
            self._process.kill()
            self._orders.close()
            self._let_go()

    def _let_go(self) -> None:
        self._process.join()
        for end in self._ends:
            end.close()
        self.shared.chunks.close()
        self.ways.close()


def stand_by(prepare: Prepare) -> Standby | None:
    """A Standby; None where that is not safe or of no use."""
    if (os.cpu_count() or 1) > 1 and is_alone():
        with suppress(OSError, AttributeError):
            return Standby(prepare)
    return None


# ------------------------------------------------------------------ in the process that stands by


def _stand_by(
    prepare: Prepare,
    ways: Processes,
    shared: Shared,
    orders: Receiver,
    outs: Sequence[Sender],
    wait_for_parent: Callable[[], None],
) -> None:
    serve = prepare(orders.poll)
    try:
        order, jobs = orders.recv()
    except EOFError:
        return
    orders.close()
    arguments = (serve, shared, outs, order)
    others = [ways.begin(_serve, (number, *arguments)) for number in range(1, jobs)]
    _serve(0, *arguments, wait_for_parent)
    for other in others:
        other.join()


def _serve(
    number: int,
    serve: Serve,
    shared: Shared,
    outs: Sequence[Sender],
    order: object,
    wait_for_parent: Callable[[], None],
) -> None:
    for other, out in enumerate(outs):
        if other != number:  # or who hears it would not be told when that process is gone
            out.close()
    serve(shared, outs[number], order, wait_for_parent)
