"""Skip and Problem: how a reader says that a file, or a part of one, gives no text; neither is an error.

A reader, or a library that it calls, may also fail in a way that nobody foresaw. `guarded` turns whatever it raises
into a Skip, so that one bad document costs that document alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from seedsearch.errors import SourceUnreadableError
from seedsearch.record import NamedTuple

_REASON_CHARS = 160


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


@contextmanager
def guarded(outside: Sequence[Exception] = ()) -> Iterator[None]:
    """Raise every exception of the block as a Skip: "unreadable", and why.

    Skip and SourceUnreadableError say so already and pass, and so do the exceptions in `outside`, which are not the
    reader's own.
    """
    try:
        yield
    except (Skip, SourceUnreadableError):
        raise
    except Exception as error:
        if any(error is other for other in outside):
            raise
        raise Skip(f"unreadable: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "needs too much memory"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    words = " ".join(str(error).split())
    if len(words) > _REASON_CHARS:
        words = words[: _REASON_CHARS - 1] + "…"
    return f"{words} ({type(error).__name__})" if words else type(error).__name__
