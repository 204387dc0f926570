"""Signals during a run: block them for a moment, turn them into an exception, or set an alarm.

Each context restores the handlers that it found.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Signals that end a process, that another process may send, and that can be caught. Windows has few of them.
_NAMES = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2", "SIGVTALRM", "SIGXCPU")
_ENDING = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]


class Stopped(KeyboardInterrupt):
    """A signal asked the process to end. Like Ctrl-C, it passes every `except Exception`."""

    def __init__(self, number: int) -> None:
        super().__init__(f"ended by {signal.Signals(number).name}")
        self.signal = number


class OutOfTime(BaseException):
    """The alarm went off. It is no Exception, so that no reader mistakes it for an error of its own."""


@contextmanager
def held_back() -> Iterator[None]:
    """Block the signals that end a process, in this process and in processes that it starts.

    The signals arrive when the context ends.
    """
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
    """Raise Stopped for signals that would end the process at once, so that it can clean up first.

    Ctrl-C keeps its handler, and signals that the parent ignores (nohup) stay ignored. Does nothing outside the main
    thread, which alone receives signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        for other in before:  # a second signal must not interrupt the clean-up
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
    """Reset a new process: every signal ends it at once, but it ignores Ctrl-C, which its parent handles."""
    for number in _ENDING:
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):  # the parent may have blocked them
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)


def has_alarm() -> bool:
    """Return whether `alarm` works here: only in the main thread, and not on Windows."""
    alone = threading.current_thread() is threading.main_thread()
    return alone and hasattr(signal, "setitimer")


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise OutOfTime if the context takes longer than `seconds`.

    A call of C delays it: Python handles signals only between its own instructions.
    """
    armed = True

    def ring(number: int, frame: FrameType | None) -> None:
        if armed:
            raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    # The alarm repeats, because a reader may catch the first exception.
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
