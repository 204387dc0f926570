"""Runs of files over processes: how work is cut, spread, watched and stopped."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from seedsearch.engine.base import BatchBuilder
from seedsearch.errors import SeedsearchError
from seedsearch.indexing.tasks import Limits, Outcome, Task, collect_seldom, collecting_seldom
from seedsearch.processes import deaf_to_ctrl_c, processes
from seedsearch.record import NamedTuple, Record
from seedsearch.standby import Shared, Standby, share

if TYPE_CHECKING:
    from seedsearch.indexing.ahead import ReadAhead
    from seedsearch.processes import Process, Processes, Receiver, Sender

_SMALL = 4 << 20  # less work than this does not pay for a second process
_RUN = 64 << 20  # a run ends here, so that something can be committed
_CHUNK = 1 << 18  # so much is handed out at a time, so that all processes end together
_PAUSE_S = 0.002  # between two looks for a chunk
_FILE_COST = 4096  # opening a file costs as much as reading and analysing so many bytes, about
_PROCESS_BYTES = 80 << 20  # what an interpreter with its libraries takes,
_WORKER_BYTES = 50 << 20  # and one that has come of it
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

    They are begun as soon as enough work is found, and work while the walk goes on.
    `limits.batch_bytes` is the memory for all processes together.
    """

    def __init__(
        self,
        jobs: int,
        factory: Callable[[], BatchBuilder],
        limits: Limits,
        standby: Standby | None = None,
    ) -> None:
        self._jobs = jobs
        self._standby = standby
        self._factory = factory
        self._limits = limits
        self._held: list[Task] = []  # tasks that no process has been given
        self._cost = 0  # of all tasks so far
        self._crew: _Crew | None = None

    def give(self, tasks: Sequence[Task]) -> None:
        """Some of the tasks of which `outcomes` will be asked."""
        self._held += tasks
        self._cost += _cost(tasks)
        if self._crew is None and self._jobs > 1:
            many = len(self._held) >= self._jobs
            if many and self._cost >= _SMALL * self._jobs:
                self._crew = self._crew_of(self._jobs)
        if self._crew is not None:
            self._crew.give(self._held)
            self._held = []

    def outcomes(self, tasks: list[Task], progress: Progressing) -> Iterator[Outcome]:
        """The outcomes of runs of the tasks, as they are done; those that were given are among them.

        The list is emptied when others have the tasks. Raises SeedsearchError when a worker process died.
        """
        cost = _cost(tasks)
        if self._crew is None:
            # One large file has all the memory to itself.
            jobs = max(1, min(self._jobs, -(-cost // _SMALL), len(tasks)))
            if jobs > 1:
                self._crew = self._crew_of(jobs)
                self._held = list(tasks)
        if self._crew is not None:
            self._crew.give(self._held)
            self._held = []
            tasks.clear()
            yield from self._crew.outcomes(_run_cost(cost, self._crew.count), progress)
        else:
            if self._standby is not None:
                self._standby.dismiss()
            from seedsearch.indexing.work import work  # not for who has others work: start-up time

            limits = self._shared_out(1)
            for run in _cut(tasks, _run_cost(cost, 1)):
                yield work(run.tasks, self._factory, limits, progress.tick)
        progress.end()

    def _crew_of(self, jobs: int) -> _Crew:
        return _Crew(Order(self._factory, self._shared_out(jobs), jobs), self._standby)

    def _shared_out(self, jobs: int) -> Limits:
        """The limits of each of so many processes."""
        rest = (self._limits.batch_bytes - _PROCESS_BYTES) // jobs
        share = rest - (_WORKER_BYTES if jobs > 1 else 0)
        return self._limits._replace(batch_bytes=max(share, _LEAST_BATCH))

    def close(self) -> None:
        """Let the processes end; what they have not begun is not done."""
        if self._crew is not None:
            self._crew.close()
            self._crew = None


class _Chunk(NamedTuple):
    """Tasks that a process takes at once, and what they cost."""

    tasks: tuple[Task, ...]
    cost: int


def _cost(tasks: Iterable[Task]) -> int:
    return sum(task.size + _FILE_COST for task in tasks)


def _run_cost(cost: int, jobs: int) -> int:
    """What a run costs, so that there are as many equal ones as keep every job busy to the end."""
    rounds = max(1, -(-cost // (_RUN * jobs)))
    return max(1, -(-cost // (rounds * jobs)))


def _cut(tasks: Sequence[Task], most: int) -> Iterator[_Chunk]:
    """The tasks cut where they have cost `most`."""
    first = spent = 0
    for number, task in enumerate(tasks, 1):
        spent += task.size + _FILE_COST
        if spent >= most or number == len(tasks):
            yield _Chunk(tuple(tasks[first:number]), spent)
            first, spent = number, 0


class Order(NamedTuple):
    """What processes are to do, and how many of them."""

    factory: Callable[[], BatchBuilder]
    limits: Limits
    jobs: int

    def plain(self) -> object:
        """The same without objects where that can be, so that it is soon said: see `processes.py`."""
        factory = self.factory
        if not isinstance(factory, partial) or factory.keywords:
            return self
        call = factory.func.__module__, factory.func.__qualname__, factory.args
        return *call, tuple(self.limits), self.jobs


def _order_of(said: Any) -> Order:
    """The order that was said."""
    if isinstance(said, Order):
        return said
    module, name, arguments, limits, jobs = said
    factory = partial(getattr(import_module(module), name), *arguments)
    return Order(factory, Limits(*limits), jobs)


class _Crew:
    """Some processes, each of which takes the next chunk of tasks when it is done with one.

    Not a pool of `concurrent.futures`, which takes 40 ms to begin, and has no use for processes that go on by
    themselves.
    """

    def __init__(self, order: Order, standby: Standby | None) -> None:
        self.count = order.jobs
        self._processes: list[Process] = []
        ends = standby.take(order.plain(), order.jobs) if standby is not None else None
        # Imported here for start-up time: small jobs need none of this, and others are at work by now.
        from queue import SimpleQueue
        from threading import Thread

        if standby is not None and ends is not None:
            self._ways: Processes = standby.ways
            self._shared = standby.shared
            self._processes.append(standby.process)
        else:
            ends = self._begin(order)
        self._shared.run_cost.value = _RUN
        self._heard: SimpleQueue[_Said] = SimpleQueue()
        # A thread, for a process that cannot get rid of what it has to say does not go on.
        arguments = (self._ways, ends, self._heard.put)
        self._listener = Thread(target=_listen, args=arguments, daemon=True)
        self._listener.start()

    def _begin(self, order: Order) -> list[Receiver]:
        """Begin processes; gives what says what comes of each."""
        self._ways = ways = processes()
        self._shared = share(ways)
        ends: list[Receiver] = []
        with deaf_to_ctrl_c():  # as the processes are born, and until they ignore Ctrl-C
            try:
                for _ in range(self.count):
                    mine, theirs = ways.pipe()
                    self._processes.append(ways.begin(serve, (self._shared, theirs, order)))
                    theirs.close()  # so that its other end says when the process is gone
                    ends.append(mine)
            except BaseException:
                self._shared.stop.value = 1
                raise
        return ends

    def give(self, tasks: Sequence[Task]) -> None:
        """Some more tasks."""
        shared = self._shared
        for chunk in _cut(tasks, _CHUNK):
            # By columns, which cost a fifth of the tasks to send.
            shared.chunks.put((tuple(zip(*chunk.tasks, strict=True)), chunk.cost))
            with shared.left.get_lock():
                shared.left.value += 1
                shared.cost_left.value += chunk.cost

    def outcomes(self, run_cost: int, progress: Progressing) -> Iterator[Outcome]:
        """What the processes make of the tasks, all of which they have been given, in runs of about this cost."""
        from queue import Empty  # start-up time: small jobs need none of this

        shared = self._shared
        shared.run_cost.value = run_cost
        shared.coming.value = 0
        busy = self.count
        while busy:
            progress.at(shared.files.value, shared.bytes.value)
            try:
                said = self._heard.get(timeout=_INTERVAL_S)
            except Empty:
                continue
            if isinstance(said, BaseException):
                raise said
            if said is None:
                busy -= 1
            else:
                yield said

    def close(self) -> None:
        """Let the processes end, and wait for it."""
        self._shared.stop.value = 1
        self._listener.join()
        for process in self._processes:
            process.join()
        self._shared.chunks.close()
        self._ways.close()


_Said: TypeAlias = Outcome | BaseException | None
"""What comes of a process: what a run made, or what went wrong; None when it is done."""


def _listen(ways: Processes, ends: list[Receiver], tell: Callable[[_Said], None]) -> None:
    """Tell what the processes say, until all are gone."""
    import pickle  # noqa: F401 - now, when there is nothing to hear: an outcome takes it, which somebody waits for

    done: set[int] = set()
    while ends:
        for end in ways.wait(ends):
            try:
                said: _Said = end.recv()
            except (EOFError, OSError):
                ends.remove(end)
                end.close()
                if id(end) in done:
                    continue
                said = SeedsearchError(
                    "a worker process died, perhaps for want of memory",
                    "run the same again with --jobs 1 or less --memory: what was committed stays",
                )
            except Exception as error:  # it cannot be read: nobody may wait for it for ever
                said = error
            if said is None:
                done.add(id(end))
            tell(said)


# ------------------------------------------------------------------ in a worker process


class _StopError(Exception):
    """The run is not wanted any more."""


def _begin(factory: Callable[[], BatchBuilder], wait_for_parent: Callable[[], None]) -> None:
    import _thread  # not `threading`, whose threads are waited for until they have begun: start-up time
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and says when to stop
    collect_seldom()
    gc.freeze()  # what the parent had is shared memory as long as nobody touches it

    def end_with_parent() -> None:
        wait_for_parent()
        os._exit(1)

    _thread.start_new_thread(end_with_parent, ())
    with suppress(Exception):  # for what it imports; what is wrong will be wrong again, and be told
        factory()


def _next_chunk(shared: Shared) -> _Chunk | None:
    """The next chunk that nobody has taken; waits for one as long as more are coming."""
    while True:
        with shared.left.get_lock():
            if shared.left.value:
                shared.left.value -= 1
                break
            if not shared.coming.value:
                return None
        if shared.stop.value:
            raise _StopError
        time.sleep(_PAUSE_S)
    columns, cost = shared.chunks.get()
    with shared.left.get_lock():
        shared.cost_left.value -= cost
    new = tuple.__new__  # a third of the price of calling Task
    return _Chunk(tuple([new(Task, values) for values in zip(*columns, strict=True)]), cost)


def serve(
    shared: Shared,
    out: Sender,
    said: Any,
    wait_for_parent: Callable[[], None],
    ahead: ReadAhead | None = None,
) -> None:
    """What a worker process does, by an order or what that said: one run after the other; says what came of each.

    What was read `ahead` is not read again.
    """
    order = _order_of(said)
    _begin(order.factory, wait_for_parent)
    try:
        while (outcome := _one_run(shared, order, ahead)) is not None:
            out.send(outcome)
        out.send(None)
    except _StopError:
        pass
    except Exception as error:
        import traceback  # seldom wanted: start-up time

        error.add_note(traceback.format_exc())  # for --debug
        out.send(_sendable(error))


def _sendable(error: Exception) -> Exception:
    import pickle  # seldom wanted: start-up time

    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - what we have just made
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _one_run(shared: Shared, order: Order, ahead: ReadAhead | None) -> Outcome | None:
    """A run over chunks, up to the cost of a run if enough is left for further ones; None where no chunk is left."""
    from seedsearch.indexing.work import Run  # not for who has others work: start-up time

    stop, files, waiting, waiting_bytes = shared.stop, shared.files, 0, 0

    def tick(more: int, more_bytes: int) -> None:
        nonlocal waiting, waiting_bytes
        if stop.value:
            raise _StopError
        waiting += more
        waiting_bytes += more_bytes
        if waiting >= 32 or waiting_bytes >= 1 << 20:
            with files.get_lock():
                files.value += waiting
                shared.bytes.value += waiting_bytes
            waiting = waiting_bytes = 0

    run = Run(order.factory, order.limits, tick, ahead)
    spent = 0
    with collecting_seldom():
        while chunk := _next_chunk(shared):
            run.take(chunk.tasks)
            spent += chunk.cost
            most = shared.run_cost.value
            enough = shared.coming.value or shared.cost_left.value >= most * order.jobs // 2
            if run.has_finished_batches or (spent >= most and enough):
                break
        return run.outcome() if spent else None
