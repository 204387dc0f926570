"""Skip and Problem: a reader reports that a file, or a part of one, gives no text. Neither is an error.

A reader or its library may also fail in an unforeseen way. `guarded` turns an exception about a part of a file into a
Skip, and indexing/documents.py an exception about a file. So one bad document costs only that document.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

from seedsearch.errors import SourceUnreadableError
from seedsearch.record import NamedTuple

_Found = TypeVar("_Found")
NEEDS = "needs "
"""A reason that names an extra to install begins so."""
_LONGEST_MESSAGE = 200  # characters of an exception's message


ENCRYPTED = "encrypted"
"""The reason for what no password opens."""

SCANNED = "scanned, which seedsearch index --ocr reads"
"""The reason for pages that are only pictures."""


UNREADABLE = "unreadable: "
"""The prefix of a reason that is an error, not a property of the file."""


class Skip(Exception):
    """The file is skipped, counted and named; `reason` says why in a few words.

    `extra` names the extra that would read the file, or is "". Once that extra is installed, the file is tried again.
    """

    def __init__(self, reason: str, extra: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.extra = extra


class TooLarge(Skip):
    """The file has more than `most` bytes."""

    def __init__(self, most: int) -> None:
        super().__init__(f"larger than {most:,} bytes")


class Problem(NamedTuple):
    """A part that is left out of a file that is otherwise read: its place and the reason.

    `extra` is as in Skip.
    """

    place: str
    reason: str
    extra: str = ""


def needs(extra: str) -> Skip:
    """Return the Skip of a reader whose library is not installed."""
    return Skip(f"{NEEDS}seedsearch[{extra}]", extra)


@contextmanager
def guarded() -> Iterator[None]:
    """Turn every exception of the block into a Skip that says why. Skip and SourceUnreadableError pass unchanged."""
    try:
        yield
    except (Skip, SourceUnreadableError):
        raise
    except Exception as error:
        raise unforeseen(error) from error


@contextmanager
def left_out(problems: list[Problem], place: str) -> Iterator[None]:
    """Add the Skip of the block to the problems, as one of a part at this place."""
    try:
        yield
    except Skip as skip:
        problems.append(Problem(place, skip.reason, skip.extra))


def or_skip(found: Iterable[_Found], reason: str) -> Iterator[_Found]:
    """Yield what is found. Raise Skip with the reason if nothing is."""
    is_empty = True
    for entry in found:
        is_empty = False
        yield entry
    if is_empty:
        raise Skip(reason)


def unforeseen(error: Exception) -> Skip:
    """Return the Skip for an exception that a reader raised."""
    return Skip(f"{UNREADABLE}{failure(error)}")


def is_failure(reason: str) -> bool:
    """Return whether a reason is an error of the system or of a reader, not a property of the file."""
    return reason.startswith(UNREADABLE) or reason in _refusals()


@cache
def _refusals() -> frozenset[str]:
    """Return the reasons for which the system may refuse, as `reason_of` gives them."""
    return frozenset(os.strerror(code).lower() for code in errno.errorcode)


def reason_of(error: OSError) -> str:
    """Return why the system refused, in a few words and without the path."""
    return (error.strerror or type(error).__name__).lower()


def failure(error: Exception) -> str:
    """Return the message for an exception that a reader raised about a file or a part of one."""
    if isinstance(error, MemoryError):
        return "it takes more memory than --memory allows"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    said = " ".join(str(error).split())[:_LONGEST_MESSAGE]
    kind = type(error).__name__
    return f"its reader failed ({f'{kind}: {said}' if said else kind})"
