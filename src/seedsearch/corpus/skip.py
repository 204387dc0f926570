"""Skip: the way a reader says that a file holds no text for us, which is no error."""

from __future__ import annotations


class Skip(Exception):
    """This file is passed over, counted and named; `reason` says why in a few words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
