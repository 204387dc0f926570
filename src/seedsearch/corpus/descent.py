"""Open folders step by step, each from the open folder above it, without following links.

If somebody replaces a folder by a link during a run, opening it fails. The top folder is opened by its path, because
the user named it.
"""

from __future__ import annotations

import errno
import os

from seedsearch.folders import is_below, prefix_of

_CAN = os.open in os.supports_dir_fd
# With O_PATH a folder on the way need not be readable.
_FLAGS = (
    getattr(os, "O_PATH", os.O_RDONLY)
    | getattr(os, "O_DIRECTORY", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_MOST_OPEN = 6  # folders on the way that stay open for the next call
NO_FOLDER = -1
"""The descriptor on systems that cannot open files relative to a folder."""


class Descent:
    """Open one folder after another. Each descent starts at the lowest open folder that lies on its way."""

    def __init__(self) -> None:
        self._top = ""
        self._open: list[tuple[str, int]] = []  # the last folder and folders on the way to it

    def folder(self, top: str, path: str) -> int:
        """Return a descriptor of the folder `path`, which is `top` or below it. It is valid until the next call.

        Raise OSError if a folder cannot be opened.
        """
        if not _CAN:
            return NO_FOLDER
        is_open = self._open and self._top == top
        if is_open and self._open[-1][0] == path:  # as for most files
            return self._open[-1][1]
        if not is_below(path, top):
            raise OSError(errno.EXDEV, "leads out of the root")
        if is_open:
            while self._open and not is_below(path, self._open[-1][0]):
                os.close(self._open.pop()[1])
        else:
            self.close()
            self._top = top
        if not self._open:
            self._open.append((top, os.open(top, _FLAGS)))
        at, descriptor = self._open[-1]
        for name in filter(None, path[len(at) :].split(os.sep)):
            descriptor = os.open(name, _FLAGS | _NO_FOLLOW, dir_fd=descriptor)
            at = prefix_of(at) + name
            self._open.append((at, descriptor))
            if len(self._open) > _MOST_OPEN:
                os.close(self._open.pop(1)[1])
        return descriptor

    def close(self) -> None:
        """Close all folders."""
        while self._open:
            os.close(self._open.pop()[1])

    def __del__(self) -> None:
        self.close()
