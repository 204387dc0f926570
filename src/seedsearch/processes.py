"""Processes, and what they share: by forking where that is safe, for it takes a tenth of the time, else by spawning.

For forking there is what the system has: pipes, memory that is shared, a file without a name, record locks. The library
that does it on every system, `multiprocessing`, takes 20 ms to import and 10 to begin, a thirtieth of what the first
25 MB take; spawning is its work.
"""

from __future__ import annotations

import marshal
import mmap
import os
import select
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast

if sys.platform != "win32":  # which does not fork
    import fcntl

# To make these classes would take a millisecond, and only type checkers have a use for them.
if TYPE_CHECKING:
    from multiprocessing.context import SpawnContext
    from typing import Protocol

    class Number(Protocol):
        """A whole number that all processes see."""

        value: int

        def get_lock(self) -> AbstractContextManager[Any]:
            """Holds the others off; it may be the same for several numbers."""

    class Queue(Protocol):
        """What one process puts in, and any of the others gets out, in that order."""

        def put(self, item: Any, /) -> None:
            """Add an item; does not wait for who gets it."""

        def get(self) -> Any:
            """The next item, which is there or about to be."""

        def close(self) -> None:
            """No more is put in, and nobody waits for what is in it."""

    class Receiver(Protocol):
        """The end of a pipe that hears."""

        def poll(self) -> bool:
            """Whether there is something to hear, or the end."""

        def recv(self) -> Any:
            """What the other end says next; raises EOFError when that is gone."""

        def close(self) -> None:
            """Hear no more."""

    class Sender(Protocol):
        """The end of a pipe that speaks."""

        def send(self, item: Any, /) -> None:
            """Say something; may wait until the other end hears."""

        def close(self) -> None:
            """Say no more."""

    class Process(Protocol):
        """A process that was begun."""

        def join(self) -> None:
            """Wait for its end."""

        def kill(self) -> None:
            """End it at once."""

    class Processes(Protocol):
        """How processes are begun, and what they share."""

        def queue(self) -> Queue:
            """A queue for all that are begun from now on."""

        def number(self, value: int) -> Number:
            """A number for all that are begun from now on."""

        def pipe(self) -> tuple[Receiver, Sender]:
            """The two ends of a pipe."""

        def begin(self, work: Callable[..., None], arguments: tuple[Any, ...]) -> Process:
            """Begin a process that does this work. One argument is added: a function that waits for the end of this
            process."""

        def wait(self, receivers: Sequence[Receiver]) -> Iterable[Receiver]:
            """Those that have something to hear, or their end; waits until there are some."""

        def close(self) -> None:
            """Let go of what they shared, when all have ended."""


def processes() -> Processes:
    """Forking where that is safe; else spawning, with a fresh interpreter for each."""
    if is_alone():
        # Without memory that is shared, as a sandbox may have it, or files without names.
        with suppress(OSError, AttributeError):
            return Forking()
    return Spawning()


def is_alone() -> bool:
    """Whether this process surely has one thread alone, on Linux: then it can be forked."""
    if sys.platform != "linux":
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Holds Ctrl-C back, here and in processes that start; it is heard as soon as this ends."""
    import signal  # start-up time: few need it

    block = getattr(signal, "pthread_sigmask", None)
    if block is None:  # Windows: a new process hears Ctrl-C only once it is up
        yield
        return
    before = block(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        block(signal.SIG_SETMASK, before)


class Spawning:
    """Processes as `multiprocessing` spawns them: see Processes."""

    def __init__(self) -> None:
        import multiprocessing  # start-up time: not where processes are forked

        self._context: SpawnContext = multiprocessing.get_context("spawn")

    def queue(self) -> Queue:
        """See Processes."""
        queue = self._context.Queue()
        queue.cancel_join_thread()  # what nobody gets any more need not be sent
        return cast("Queue", queue)

    def number(self, value: int) -> Number:
        """See Processes."""
        return cast("Number", self._context.Value("q", value))

    def pipe(self) -> tuple[Receiver, Sender]:
        """See Processes."""
        return self._context.Pipe(duplex=False)

    def begin(self, work: Callable[..., None], arguments: tuple[Any, ...]) -> Process:
        """See Processes."""
        process = self._context.Process(
            target=work, args=(*arguments, _wait_for_parent), daemon=True
        )
        process.start()
        return process

    def wait(self, receivers: Sequence[Receiver]) -> Iterable[Receiver]:
        """See Processes."""
        from multiprocessing.connection import wait  # start-up time, as above

        return cast("list[Receiver]", wait(cast("list[Any]", receivers)))

    def close(self) -> None:
        """See Processes: it goes by itself."""


def _wait_for_parent() -> None:
    from multiprocessing import parent_process  # start-up time, as above
    from multiprocessing.connection import wait

    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])


# ------------------------------------------------------------------ forking

_HEAD = struct.Struct("<qq")  # where something is, and how many bytes it has
_MARSHALLED, _PICKLED = b"m", b"p"
_SLOTS = 64
_PIPE_BYTES = 1 << 20


def _packed(item: Any) -> bytes:
    """An item as bytes: marshalled where it is plain, for pickle takes 2 ms to import."""
    try:
        return _MARSHALLED + marshal.dumps(item)
    except ValueError:  # an object
        import pickle  # start-up time: not for what is plain

        return _PICKLED + pickle.dumps(item, pickle.HIGHEST_PROTOCOL)


def _unpacked(data: bytes) -> Any:
    """The item again, from a process of our own."""
    if data[:1] == _MARSHALLED:
        return marshal.loads(memoryview(data)[1:])
    import pickle  # start-up time, as above

    return pickle.loads(memoryview(data)[1:])  # noqa: S301 - from a process of our own


class Forking:
    """Processes that are forked: see Processes. For those that are begun it must all be made before."""

    def __init__(self) -> None:
        self._slots = memoryview(mmap.mmap(-1, 8 * _SLOTS)).cast("q")
        self._used = 0
        self._lock = _Lock()
        self._mine: list[int] = []  # descriptors that the others must not have
        # Nobody writes into it, so it ends with the process that alone can.
        self._life, self._alive = os.pipe()
        self._mine.append(self._alive)

    def queue(self) -> _Queue:
        """See Processes."""
        return _Queue()

    def number(self, value: int) -> _Number:
        """See Processes."""
        number = _Number(self._slots, self._used, self._lock)
        self._used += 1
        number.value = value
        return number

    def pipe(self) -> tuple[_Receiver, _Sender]:
        """See Processes."""
        mine, theirs = os.pipe()
        self._mine.append(mine)
        return _Receiver(mine), _Sender(theirs)

    def pipe_to_them(self) -> tuple[_Receiver, _Sender]:
        """The two ends of a pipe that this process speaks into."""
        theirs, mine = os.pipe()
        self._mine.append(mine)
        return _Receiver(theirs), _Sender(mine)

    def begin(self, work: Callable[..., None], arguments: tuple[Any, ...]) -> _Forked:
        """See Processes. A process that was begun may begin others."""
        pid = os.fork()
        if pid:
            return _Forked(pid)
        code = 1
        try:
            for descriptor in self._mine:
                os.close(descriptor)
            self._mine.clear()
            work(*arguments, self._wait_for_parent)
            code = 0
        finally:
            os._exit(code)

    def wait(self, receivers: Sequence[Receiver]) -> list[_Receiver]:
        """See Processes."""
        poll = select.poll()
        known = {receiver.fileno(): receiver for receiver in cast("list[_Receiver]", receivers)}
        for descriptor in known:
            poll.register(descriptor, select.POLLIN)
        return [known[descriptor] for descriptor, _ in poll.poll()]

    def close(self) -> None:
        """See Processes."""
        os.close(self._life)
        os.close(self._alive)
        self._lock.close()

    def _wait_for_parent(self) -> None:
        os.read(self._life, 1)


class _Forked:
    def __init__(self, pid: int) -> None:
        self._pid = pid

    def join(self) -> None:
        with suppress(ChildProcessError):  # somebody else has waited for it
            os.waitpid(self._pid, 0)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._pid, 9)


class _Lock:
    """A record lock on a file without a name: the system frees it when its process dies."""

    def __init__(self) -> None:
        self._file = os.memfd_create("seedsearch-lock")

    def __enter__(self) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_EX)

    def __exit__(self, *error: object) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._file)


class _Number:
    """A slot of shared memory."""

    def __init__(self, slots: memoryview[int], at: int, lock: _Lock) -> None:
        self._slots = slots
        self._at = at
        self._lock = lock

    @property
    def value(self) -> int:
        """The number."""
        return self._slots[self._at]

    @value.setter
    def value(self, value: int) -> None:
        self._slots[self._at] = value

    def get_lock(self) -> _Lock:
        return self._lock


class _Queue:
    """Items stand in a file without a name. Where, goes through a pipe, of which a read takes one whole."""

    def __init__(self) -> None:
        self._file = os.memfd_create("seedsearch-queue")
        self._end = 0
        self._out, self._in = os.pipe()
        with suppress(
            OSError, AttributeError
        ):  # a limit of the system's: whoever puts may wait then
            fcntl.fcntl(self._in, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)

    def put(self, item: Any) -> None:
        data = memoryview(_packed(item))
        head = _HEAD.pack(self._end, len(data))
        while data:
            written = os.pwrite(self._file, data, self._end)
            self._end += written
            data = data[written:]
        os.write(self._in, head)

    def get(self) -> Any:
        at, size = _HEAD.unpack(os.read(self._out, _HEAD.size))
        return _unpacked(os.pread(self._file, size, at))

    def close(self) -> None:
        for descriptor in (self._file, self._out, self._in):
            os.close(descriptor)


class _Receiver:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def poll(self) -> bool:
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        return bool(poll.poll(0))

    def recv(self) -> Any:
        _, size = _HEAD.unpack(self._read(_HEAD.size))
        return _unpacked(self._read(size))

    def _read(self, size: int) -> bytes:
        parts = []
        while size:
            part = os.read(self._descriptor, min(size, _PIPE_BYTES))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        os.close(self._descriptor)


class _Sender:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def send(self, item: Any) -> None:
        data = _packed(item)
        rest = memoryview(_HEAD.pack(0, len(data)) + data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def close(self) -> None:
        os.close(self._descriptor)
