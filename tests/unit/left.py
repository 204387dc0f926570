"""What a process has open and has begun: what must not be left behind."""

from __future__ import annotations

import gc
import multiprocessing
import os
from contextlib import suppress
from pathlib import Path


def children() -> set[object]:
    """The processes that this one has begun and not waited for, but for multiprocessing's own, which stays."""
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
    """The open descriptors, as Linux has them, without those of what is garbage."""
    gc.collect()
    return set(os.listdir("/proc/self/fd"))
