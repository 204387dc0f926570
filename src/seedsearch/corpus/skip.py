"""Skip and Problem: how a reader says that a file, or a part of one, gives no text; neither is an error.

A reader, or a library that it calls, may also fail in a way that nobody foresaw. `guarded` turns what it raises about a
part of a file into a Skip, and indexing/documents.py what it raises about a file: one bad document costs that document
alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from seedsearch.errors import SourceUnreadableError
from seedsearch.record import NamedTuple

NEEDS = "needs "
"""The beginning of a reason that names an extra to install."""
_LONGEST_MESSAGE = 200  # characters of what an exception says


SCANNED = "scanned, which seedsearch index --ocr reads"
"""The reason for pages that are pictures alone."""


class Skip(Exception):
    """This file is passed over, counted and named; `reason` says why in a few words.

    `extra` names the extra that would read it, "" where none would: once that is installed, the
    file is tried again.
    """

    def __init__(self, reason: str, extra: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.extra = extra


class TooLarge(Skip):
    """This file has more than `most` bytes."""

    def __init__(self, most: int) -> None:
        super().__init__(f"larger than {most:,} bytes")


class Problem(NamedTuple):
    """A part that is left out of a file whose rest is read: where it is, and why.

    `extra` is as in Skip.
    """

    place: str
    reason: str
    extra: str = ""


def needs(extra: str) -> Skip:
    """What a reader raises whose library is not installed."""
    return Skip(f"{NEEDS}seedsearch[{extra}]", extra)


@contextmanager
def guarded() -> Iterator[None]:
    """Raise every exception of the block as a Skip that says why; Skip and SourceUnreadableError say so already."""
    try:
        yield
    except (Skip, SourceUnreadableError):
        raise
    except Exception as error:
        raise unforeseen(error) from error


def unforeseen(error: Exception) -> Skip:
    """What to raise where a reader raised this."""
    return Skip(f"unreadable: {failure(error)}")


def reason_of(error: OSError) -> str:
    """Why the system refused, in a few words and without the path."""
    return (error.strerror or type(error).__name__).lower()


def failure(error: Exception) -> str:
    """What to say of a file, or a part of one, whose reader raised this."""
    if isinstance(error, MemoryError):
        return "it takes more memory than --memory gives"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    said = " ".join(str(error).split())[:_LONGEST_MESSAGE]
    kind = type(error).__name__
    return f"its reader failed ({f'{kind}: {said}' if said else kind})"
