"""Bringing files to the disk, so that a power cut does not take them away again."""

from __future__ import annotations

import contextlib
import os


def sync(descriptor: int) -> None:
    """Wait until the disk has what was written to a file.

    On macOS `fsync` only hands it to the disk, which may keep it in its own memory: there, F_FULLFSYNC asks for more.
    """
    with contextlib.suppress(ImportError):  # Windows has no fcntl
        import fcntl  # start-up time: queries write nothing

        full = getattr(fcntl, "F_FULLFSYNC", None)
        if full is not None:
            with contextlib.suppress(
                OSError
            ):  # a file system that knows nothing of it, as on a network
                fcntl.fcntl(descriptor, full)
                return
    os.fsync(descriptor)


def sync_folder(folder: str) -> None:
    """See a folder's entries onto the disk, where the system can."""
    if os.name == "nt":  # Windows has no such call: renames there are ordered by the file system
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


def write_file(path: str, data: bytes) -> None:
    """Write a new file and see it onto the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        sync(file.fileno())
