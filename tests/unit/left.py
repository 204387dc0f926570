"""List the open files and child processes of this process, to detect leaks."""

from __future__ import annotations

import gc
import multiprocessing
import os
from contextlib import suppress
from pathlib import Path


def children() -> set[object]:
    """Return the children that this process has not waited for, except the permanent ones of multiprocessing."""
    if not os.path.isdir("/proc/self"):
        return set(multiprocessing.active_children())
    found: set[object] = set()
    for name in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):
            parent = Path("/proc", name, "stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == os.getpid():
                command = Path("/proc", name, "cmdline").read_bytes()
                found |= set() if b"resource_tracker" in command else {name}
    return found


def descriptors() -> set[str]:
    """Return the open file descriptors on Linux, after a garbage collection."""
    gc.collect()
    return set(os.listdir("/proc/self/fd"))
