"""A heartbeat, and forks beside it."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from seedsearch.heartbeat import Heartbeat, may_fork

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks are for Linux")


def test_a_heartbeat_beats_until_its_end() -> None:
    beats: list[int] = []
    twice = threading.Event()

    def beat() -> None:
        beats.append(1)
        if len(beats) > 1:
            twice.set()

    heart = Heartbeat(beat, 0.001)
    assert twice.wait(10)
    heart.end()
    count = len(beats)
    assert not heart.is_alive()
    assert len(beats) == count


FORKS = """
import os, threading
from seedsearch.heartbeat import Heartbeat, may_fork

inside, lock = threading.Event(), threading.Lock()

def beat():
    with lock:  # as a library may hold one during a request
        inside.set()
        threading.Event().wait(0.02)

heart = Heartbeat(beat, 0.001)
assert may_fork()
for _ in range(3):
    inside.clear()
    assert inside.wait(10)
    child = os.fork()
    if not child:
        os._exit(0 if lock.acquire(timeout=10) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
heart.end()
"""


def test_a_process_forks_between_two_beats() -> None:
    # in a process of its own: that of the tests may have other threads
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORKS], check=True, timeout=60)


def test_another_thread_may_hold_a_lock() -> None:
    ended = threading.Event()
    other = threading.Thread(target=ended.wait)
    other.start()
    try:
        assert not may_fork()
    finally:
        ended.set()
        other.join()
