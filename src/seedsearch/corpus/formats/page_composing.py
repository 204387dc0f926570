"""Compose the text of a page from the regions that are kept, with its sections and its lines in the source.

The compiled core does the same work (core/c/page_composing.c), and calls `meant` of markup.py.
"""

from __future__ import annotations

import re
from array import array

from seedsearch.corpus.formats import markup
from seedsearch.record import NamedTuple

_SPACES = re.compile(r"[ \t\f\v\xa0]+")


class Run(NamedTuple):
    """The text between two block boundaries, and the line at which it begins.

    `heading` is its level; a `cell` is separated by a tab.
    """

    text: str
    line: int
    region: int
    heading: int = 0
    cell: bool = False
    exact: bool = False


class Composed:
    """The text of the runs that are kept, its sections, and the source lines of each of its lines.

    Two runs are separated by as many line ends as in the source, up to a blank line. So the lines of a passage match
    the source wherever possible.
    """

    def __init__(self) -> None:
        self.lines, self.ends = array("q"), array("q")
        self._parts: list[str] = []
        self._sections: list[tuple[int, int, str]] = []
        self._size, self._start, self._heading = 0, 0, ""

    def add(self, run: Run) -> None:
        """Add the next run. It is a cell of the current row, or has lines of its own."""
        text, first, _, level, cell, exact = run
        parts, lines, ends = self._parts, self.lines, self.ends
        for line, said in _lines_of(text, first, exact):
            joined = ""
            if parts and cell:
                joined = "\t"
                ends[-1] = line
            else:
                if parts:
                    joined = "\n"
                    if line - ends[-1] > 1:
                        joined = "\n\n"
                        lines.append(line - 1)
                        ends.append(line - 1)
                lines.append(line)
                ends.append(line)
            cell = False
            parts += (joined, said)
            self._size += len(joined)
            if level:
                self._end_section()
                self._heading, level = text, 0
            self._size += len(said)

    def add_text(self, said: str, line: int) -> None:
        """Add a text that begins on `line`."""
        self.add(Run(said, line, -1))

    def text(self) -> str:
        """Return the whole text."""
        return "".join(self._parts)

    def sections(self) -> list[tuple[int, int, str]]:
        """Return the sections that are not empty."""
        self._end_section()
        return self._sections

    def _end_section(self) -> None:
        if self._size > self._start:
            self._sections.append((self._start, self._size, self._heading))
            self._start = self._size


def _lines_of(text: str, number: int, exact: bool) -> list[tuple[int, str]]:
    """Return the lines of a run that are not blank, unescaped, with their numbers in the source."""
    lines = enumerate(text.split("\n"), number)
    return [(line, said) for line, part in lines if (said := _said(part, exact))]


def _said(line: str, exact: bool) -> str:
    if "&" in line:
        line = markup.unescaped(line).replace("\n", " ").replace("\r", " ")
    return line.rstrip() if exact else _SPACES.sub(" ", line).strip()
