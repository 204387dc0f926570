"""Lock an index folder for its one writer. The system frees the lock when the process dies.

Where `flock` exists, it is called directly: importing the portable library for it takes 25 ms, a tenth of a run that
finds little to do. On Windows that library is used.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from seedsearch.errors import IndexFault, IndexLockedError

LOCK = "lock"
"""The name of the lock's file. It is never removed: other writers wait for this very file."""


class WriterLock:
    """The lock of `folder`, held from creation until `release`.

    Raise IndexLockedError if another writer holds it, unless `wait`; IndexFault if it cannot be locked at all.
    """

    def __init__(self, folder: str, *, wait: bool) -> None:
        try:
            self._release = _locked(os.path.join(folder, LOCK), wait)
        except OSError as error:
            raise IndexFault(
                f"cannot lock the index in {folder}: {error.strerror}",
                f"check the permissions of its file {LOCK}",
            ) from error
        if self._release is None:
            raise IndexLockedError(
                f"another process is writing to the index in {folder}",
                "wait until it ends, or use --wait",
            )

    @property
    def is_held(self) -> bool:
        """Whether the lock is still held."""
        return self._release is not None

    def release(self) -> None:
        """Release the lock."""
        release, self._release = self._release, None
        if release is not None:
            release()


def is_being_written(folder: str) -> bool:
    """Return whether a writer holds the lock of a folder."""
    if not os.path.lexists(os.path.join(folder, LOCK)):
        return False
    try:
        WriterLock(folder, wait=False).release()
    except IndexLockedError:
        return True
    except IndexFault:
        pass  # unknown
    return False


if sys.platform == "win32":

    def _locked(path: str, wait: bool) -> Callable[[], object] | None:
        """Lock a file. Return what releases it, or None if another process holds it. Raise OSError."""
        from filelock import FileLock, Timeout

        lock = FileLock(path, mode=0o600)
        try:
            lock.acquire(timeout=-1 if wait else 0)
        except Timeout:
            return None
        return lock.release

else:
    from errno import EACCES
    from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock

    # Do not truncate, and follow no link: the file may be anything. Opening a FIFO must not wait.
    _FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK

    def _locked(path: str, wait: bool) -> Callable[[], object] | None:
        """Lock a file. Return what releases it, or None if another process holds it. Raise OSError."""
        descriptor = os.open(path, _FLAGS, 0o600)
        try:
            flock(descriptor, LOCK_EX if wait else LOCK_EX | LOCK_NB)
        except BaseException as error:
            os.close(descriptor)
            # Some network file systems report EACCES for a lock that another process holds.
            if isinstance(error, BlockingIOError) or getattr(error, "errno", 0) == EACCES:
                return None
            raise

        def release() -> None:
            flock(descriptor, LOCK_UN)  # closing does not unlock it while a worker has it open
            os.close(descriptor)

        return release
