"""What signals do to a run: held back for a moment, turned into an exception, or an alarm after some time.

Nothing here is left behind: each context puts back what it found.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# All that end a process, may be sent by somebody else and can be caught. Windows has few of them.
_NAMES = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2", "SIGVTALRM", "SIGXCPU")
_ENDING = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]


class Stopped(KeyboardInterrupt):
    """A signal asked the process to end: like Ctrl-C, it passes every `except Exception`."""

    def __init__(self, number: int) -> None:
        super().__init__(f"ended by {signal.Signals(number).name}")
        self.signal = number


class OutOfTime(BaseException):
    """The alarm went off. No reader may take it for an error of its own, so it is no Exception."""


@contextmanager
def held_back() -> Iterator[None]:
    """Holds back the signals that end a process, here and in processes that start; they come when this ends."""
    block = getattr(signal, "pthread_sigmask", None)
    if block is None:  # Windows
        yield
        return
    before = block(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        block(signal.SIG_SETMASK, before)


@contextmanager
def stopping() -> Iterator[None]:
    """Raises Stopped for the signals that would end the process at once, so that it can clean up first.

    Ctrl-C stays what it is, and so does what the parent had ignored (nohup). Does nothing in a thread, which hears
    no signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        for other in before:  # one is enough: what cleans up is not to be disturbed
            signal.signal(other, signal.SIG_IGN)
        raise Stopped(number)

    ended_by = [number for number in _ENDING if signal.getsignal(number) == signal.SIG_DFL]
    before = {number: signal.signal(number, stop) for number in ended_by}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def forget_handlers() -> None:
    """For a new process: it ends by any signal at once, but for Ctrl-C, which its parent hears."""
    for number in _ENDING:
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):  # its parent may have held them back as it was born
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)


def has_alarm() -> bool:
    """Whether `alarm` works: not on Windows, and in the main thread alone."""
    alone = threading.current_thread() is threading.main_thread()
    return alone and hasattr(signal, "setitimer")


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raises OutOfTime where what is inside takes longer, as soon as Python is heard: not within a call of C."""
    armed = True

    def ring(number: int, frame: FrameType | None) -> None:
        if armed:
            raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    # Again and again, for a reader may catch what it did not expect.
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
