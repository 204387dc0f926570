"""The lock of the one writer of an index folder, which the system frees when the process dies.

Where there is `flock` it is that call alone: the library that wraps it for every system takes 25 ms to import, a tenth
of what a run takes that finds little to do. Elsewhere, on Windows, it is that library.
"""

from __future__ import annotations

import os
import sys

from seedsearch.errors import IndexFault, IndexLockedError

LOCK = "lock"
"""Its file in the folder. The file is never removed: other writers wait for this very file."""


class WriterLock:
    """The lock of `folder`, held from now on until `release`.

    Raises IndexLockedError where another writer holds it, unless this one is to `wait`; IndexFault where it cannot be
    had at all.
    """

    def __init__(self, folder: str, *, wait: bool) -> None:
        self._held = _Held(os.path.join(folder, LOCK))
        try:
            locked = self._held.acquire(wait)
        except OSError as error:
            raise IndexFault(
                f"cannot lock the index in {folder}: {error.strerror}", f"look at its file {LOCK}"
            ) from error
        if not locked:
            raise IndexLockedError(
                f"another process is writing to the index in {folder}",
                "wait for it to end, or say --wait",
            )

    @property
    def is_held(self) -> bool:
        """Whether it has not been released."""
        return self._held.is_held()

    def release(self) -> None:
        """Let another writer have it."""
        self._held.release()


def is_being_written(folder: str) -> bool:
    """Return whether a writer holds the lock of a folder."""
    if not os.path.lexists(os.path.join(folder, LOCK)):
        return False
    try:
        WriterLock(folder, wait=False).release()
    except IndexLockedError:
        return True
    except IndexFault:
        pass  # nobody can tell
    return False


if sys.platform == "win32":

    class _Held:
        def __init__(self, path: str) -> None:
            from filelock import FileLock

            self._lock = FileLock(path, mode=0o600)

        def acquire(self, wait: bool) -> bool:
            from filelock import Timeout

            try:
                self._lock.acquire(timeout=-1 if wait else 0)
            except Timeout:
                return False
            return True

        def is_held(self) -> bool:
            return self._lock.is_locked

        def release(self) -> None:
            self._lock.release()

else:
    from errno import EACCES
    from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock

    # Not truncated, and no link followed: the file may be anything. Opening a FIFO must not wait.
    _FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK

    class _Held:
        def __init__(self, path: str) -> None:
            self._path = path
            self._descriptor = -1

        def acquire(self, wait: bool) -> bool:
            """Whether it could be had. Raises OSError."""
            descriptor = os.open(self._path, _FLAGS, 0o600)
            try:
                flock(descriptor, LOCK_EX if wait else LOCK_EX | LOCK_NB)
            except BaseException as error:
                os.close(descriptor)
                # Some network file systems say of a lock that another holds that it is not allowed.
                if isinstance(error, BlockingIOError) or getattr(error, "errno", 0) == EACCES:
                    return False
                raise
            self._descriptor = descriptor
            return True

        def is_held(self) -> bool:
            return self._descriptor >= 0

        def release(self) -> None:
            descriptor, self._descriptor = self._descriptor, -1
            if descriptor >= 0:
                flock(descriptor, LOCK_UN)  # closing is not enough while a worker has it too
                os.close(descriptor)
