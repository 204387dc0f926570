"""A call that a thread repeats while the process does other work, and may fork."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable


class Heartbeat(threading.Thread):
    """Calls `beat` every `seconds`, until `end`. The process forks only between two calls: the child finds no lock
    that the thread held."""

    def __init__(self, beat: Callable[[], None], seconds: float) -> None:
        super().__init__(daemon=True)
        self._beat = beat
        self._seconds = seconds
        self._ended = threading.Event()
        self._between = lock = threading.Lock()
        if hasattr(os, "register_at_fork"):  # not on Windows
            os.register_at_fork(
                before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release
            )
        self.start()

    def run(self) -> None:
        """Do what the thread does."""
        while not self._ended.wait(self._seconds):
            with self._between:
                self._beat()

    def end(self) -> None:
        """Make no more calls, and wait for the last one."""
        self._ended.set()
        self.join()


def may_fork() -> bool:
    """Return whether a child that is forked now finds no lock held, on Linux: there are no other threads."""
    threads = len(os.listdir("/proc/self/task"))
    return threads == 1 + sum(isinstance(own, Heartbeat) for own in threading.enumerate())
