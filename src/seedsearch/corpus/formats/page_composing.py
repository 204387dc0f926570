"""The text of the regions of a page that are kept: its lines, its sections, and where they stand in the source.

The core has the same in core/c/composing.c; page_reading.py uses the one or the other.
"""

from __future__ import annotations

import re
from array import array

from seedsearch.corpus.formats import markup
from seedsearch.record import NamedTuple

_SPACES = re.compile(r"[ \t\f\v\xa0]+")


class Run(NamedTuple):
    """Text between two ends of blocks, and the line on which it begins. `heading` is its level; `cell` sets it apart by
    a tab."""

    text: str
    line: int
    region: int
    heading: int = 0
    cell: bool = False
    exact: bool = False


class Composed:
    """The text of the runs that are kept, its sections, and the source's lines of each of its lines.

    As many line ends stand between two runs as in the source, up to a blank line; so the lines of a
    passage are those of the source wherever they can be.
    """

    def __init__(self) -> None:
        self.lines, self.ends = array("q"), array("q")
        self._parts: list[str] = []
        self._sections: list[tuple[int, int, str]] = []
        self._size, self._start, self._heading = 0, 0, ""

    def add(self, run: Run) -> None:
        """The next run, which is a cell of its row, or has lines of its own."""
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

    def text(self) -> str:
        """All of it."""
        return "".join(self._parts)

    def sections(self) -> list[tuple[int, int, str]]:
        """Its sections that are not empty."""
        self._end_section()
        return self._sections

    def _end_section(self) -> None:
        if self._size > self._start:
            self._sections.append((self._start, self._size, self._heading))
            self._start = self._size


def _lines_of(text: str, number: int, exact: bool) -> list[tuple[int, str]]:
    """The lines of a run that are not blank, unescaped, with their numbers in the source from that on."""
    lines = enumerate(text.split("\n"), number)
    return [(line, said) for line, part in lines if (said := _said(part, exact))]


def _said(line: str, exact: bool) -> str:
    if "&" in line:
        line = markup.unescaped(line).replace("\n", " ").replace("\r", " ")
    return line.rstrip() if exact else _SPACES.sub(" ", line).strip()
