"""On which lines of its file the content of a message's part stands, whatever its transfer encoding."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from seedsearch.core import compiled
from seedsearch.corpus.formats.html import Page
from seedsearch.corpus.formats.mime import QUOTED_PRINTABLE, Entity


class Lines:
    """The file's lines of places in the bytes of a message. All are on one line where `line` is `fixed`."""

    def __init__(self, data: bytes, line: int, fixed: bool = False, at: int = 0) -> None:
        self._data, self._line, self._at, self.fixed = data, line, at, fixed

    def line(self, at: int) -> int:
        """The line of a place, which is best near the one before it."""
        if not self.fixed:
            if at >= self._at:
                self._line += self._data.count(b"\n", self._at, at)
            else:
                self._line -= self._data.count(b"\n", at, self._at)
            self._at = at
        return self._line

    def below(self, part: Entity) -> Lines:
        """The same for the message that a part holds."""
        if self.fixed or part.is_encoded:
            return Lines(b"", self.line(part.begin), fixed=True)
        return Lines(self._data, self.line(part.begin), at=part.begin)

    def of_content(self, part: Entity, count: int) -> tuple[Sequence[int], Sequence[int]]:
        """The first and last line of each of so many lines of a part's content.

        Where its lines are not the content's all that is known is where it begins.
        """
        first = self.line(part.begin)
        if part.transfer == QUOTED_PRINTABLE and not self.fixed:
            return _unwrapped(part.sent, first, count)
        if self.fixed or part.is_encoded:
            one = array("q", [first]) * count
            return one, one
        lines = range(first, first + count)
        return lines, lines


def _unwrapped(sent: bytes, first: int, count: int) -> tuple[Sequence[int], Sequence[int]]:
    """The first and last lines of so many lines of quoted-printable text, which begins on line `first`."""
    lines, ends = unwrapped(sent, first)
    for numbers in (lines, ends):
        numbers.extend([first + sent.count(b"\n")] * (count - len(numbers)))
    return lines[:count], ends[:count]


def unwrapped(sent: bytes, first: int) -> tuple[array[int], array[int]]:
    """On which lines of quoted-printable text a line begins, and on which one ends: one with `=` at its end goes on."""
    if compiled is None:
        return plain_unwrapped(sent, first)
    lines, ends = array("q"), array("q")
    for numbers, found in zip((lines, ends), compiled.unwrapped(sent, first), strict=True):
        numbers.frombytes(found)
    return lines, ends


def plain_unwrapped(sent: bytes, first: int) -> tuple[array[int], array[int]]:
    """The same without the compiled core (core/c/mail.c)."""
    goes_on = [line.rstrip()[-1:] == b"=" for line in sent.split(b"\n")]
    begins = [True, *(not before for before in goes_on[:-1])]
    return (
        array("q", [first + n for n, begin in enumerate(begins) if begin]),
        array("q", [first + n for n, more in enumerate(goes_on) if not more]),
    )


def of_page(
    page: Page, lines: Sequence[int], ends: Sequence[int]
) -> tuple[Sequence[int], Sequence[int]]:
    """The same for the text of a page whose source is on these lines."""
    return (
        array("q", [lines[number - 1] for number in page.lines]),
        array("q", [ends[number - 1] for number in page.ends]),
    )
