"""Map the content of a message's part to lines of its file, for all transfer encodings."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from seedsearch.core import compiled
from seedsearch.corpus.formats.html import Page
from seedsearch.corpus.formats.mime import QUOTED_PRINTABLE, Entity


class Lines:
    """Maps offsets in a message to lines of the file. If `fixed`, all are on one line, `line`."""

    def __init__(self, data: bytes, line: int, fixed: bool = False, at: int = 0) -> None:
        self._data, self._line, self._at, self.fixed = data, line, at, fixed

    def line(self, at: int) -> int:
        """Return the line of an offset. This is fast if the offset is near the last one."""
        if not self.fixed:
            if at >= self._at:
                self._line += self._data.count(b"\n", self._at, at)
            else:
                self._line -= self._data.count(b"\n", at, self._at)
            self._at = at
        return self._line

    def below(self, part: Entity) -> Lines:
        """Return the same for the message inside a part."""
        if self.fixed or part.is_encoded:
            return Lines(b"", self.line(part.begin), fixed=True)
        return Lines(self._data, self.line(part.begin), at=part.begin)

    def of_content(self, part: Entity, count: int) -> tuple[Sequence[int], Sequence[int]]:
        """Return the first and last lines in the file of each of the `count` lines of a part's content.

        Of base64 and uuencoded content only the first line is known.
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
    """Return the first and last lines of `count` lines of quoted-printable text that begins on line `first`."""
    lines, ends = unwrapped(sent, first)
    for numbers in (lines, ends):
        numbers.extend([first + sent.count(b"\n")] * (count - len(numbers)))
    return lines[:count], ends[:count]


def unwrapped(sent: bytes, first: int) -> tuple[array[int], array[int]]:
    """Return the lines of quoted-printable text at which a line begins and at which it ends.

    A final `=` joins lines. The compiled core does the same (core/c/message.c).
    """
    if compiled is None:
        return _plainly_unwrapped(sent, first)
    lines, ends = compiled.unwrapped(sent, first)
    return array("q", lines), array("q", ends)


def _plainly_unwrapped(sent: bytes, first: int) -> tuple[array[int], array[int]]:
    goes_on = [line.rstrip()[-1:] == b"=" for line in sent.split(b"\n")]
    begins = [True, *(not before for before in goes_on[:-1])]
    return (
        array("q", [first + n for n, begin in enumerate(begins) if begin]),
        array("q", [first + n for n, more in enumerate(goes_on) if not more]),
    )


def of_page(
    page: Page, lines: Sequence[int], ends: Sequence[int]
) -> tuple[Sequence[int], Sequence[int]]:
    """Return the same for the text of a page whose source is on these lines."""
    return (
        array("q", [lines[number - 1] for number in page.lines]),
        array("q", [ends[number - 1] for number in page.ends]),
    )
