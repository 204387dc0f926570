"""Skip and Problem: how a reader says that a file, or a part of one, gives no text; neither is an error."""

from __future__ import annotations

from seedsearch.record import NamedTuple


class Skip(Exception):
    """This file is passed over, counted and named; `reason` says why in a few words.

    `extra` names the extra that would read it, "" where none would: once that is installed, the
    file is tried again.
    """

    def __init__(self, reason: str, extra: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.extra = extra


class Problem(NamedTuple):
    """A part that is left out of a file whose rest is read: where it is, and why.

    `extra` is as in Skip.
    """

    place: str
    reason: str
    extra: str = ""


def needs(extra: str) -> Skip:
    """What a reader raises whose library is not installed."""
    return Skip(f"needs seedsearch[{extra}]", extra)
