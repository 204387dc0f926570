"""Write files to the disk so that they survive a power cut."""

from __future__ import annotations

import contextlib
import os


def sync(descriptor: int) -> None:
    """Wait until the disk has everything that was written to a file.

    On macOS `fsync` only passes it to the disk, which may keep it in its cache. F_FULLFSYNC waits for the medium.
    """
    with contextlib.suppress(ImportError):  # Windows has no fcntl
        import fcntl  # start-up time: queries write nothing

        full = getattr(fcntl, "F_FULLFSYNC", None)
        if full is not None:
            with contextlib.suppress(OSError):  # file systems without it, as on a network
                fcntl.fcntl(descriptor, full)
                return
    os.fsync(descriptor)


def sync_folder(folder: str) -> None:
    """Wait until the disk has the entries of a folder, where the system can."""
    if os.name == "nt":  # Windows has no such call: its file system orders renames
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


def write_file(path: str, data: bytes) -> None:
    """Write a new file, and wait until the disk has it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        sync(file.fileno())
