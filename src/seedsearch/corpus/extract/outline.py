"""From marks in a text (headings, blocks of code) to the sections that passages do not cross."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from seedsearch.model import Section

_LEAST_WORDS = 12
"""A section of fewer words is too little to find by: it is kept with the one that follows."""


class Mark(NamedTuple):
    """Something begins at a character: a section under a heading (`level` 1 and more), or, where
    `code` is not None, a block of code, or the text after it."""

    at: int
    heading: str = ""
    level: int = 0
    code: bool | None = None


def laid_out(text: str, marks: Iterable[Mark]) -> tuple[Section, ...]:
    """The sections of a text: those under its headings, and the blocks of code in them, whole.

    A heading with next to nothing below it stays with the one below it, `Above › Below`.
    """
    under: list[tuple[Mark, list[Mark]]] = [(Mark(0), [])]
    for mark in marks:
        if not mark.level:
            under[-1][1].append(mark)
        elif not under[-1][1] and _is_bare(text, under[-1][0], mark):
            above = under[-1][0]
            heading = f"{above.heading} › {mark.heading}" if above.heading else mark.heading
            under[-1] = (mark._replace(at=above.at, heading=heading), [])
        else:
            under.append((mark, []))
    ends = [mark.at for mark, _ in under[1:]] + [len(text)]
    sections: list[Section] = []
    for (mark, blocks), end in zip(under, ends, strict=True):
        sections += _with_blocks(text, mark, blocks, end)
    return tuple(sections)


def _is_bare(text: str, above: Mark, below: Mark) -> bool:
    return below.level > above.level and _is_little(text, above.at, below.at)


def _with_blocks(text: str, mark: Mark, blocks: list[Mark], end: int) -> list[Section]:
    """One heading's text, cut around its blocks of code; a few words before or after a block,
    which introduce or end it, stand with it."""
    found: list[Section] = []
    start, whole = mark.at, False
    for block in (*blocks, Mark(end, code=False)):
        little = not whole and _is_little(text, start, block.at)
        if block.at <= start or (little and block.code):
            pass
        elif little and found:
            found[-1] = found[-1]._replace(end=block.at)
            start = block.at
        else:
            found.append(Section(start, block.at, mark.heading, 0, whole))
            start = block.at
        whole = bool(block.code)
    return found


def _is_little(text: str, start: int, end: int) -> bool:
    part = text[start : min(end, start + 20 * _LEAST_WORDS)]
    if end - start > len(part):
        return False
    return (len(part.split()) if part.isascii() else len(part) // 3) < _LEAST_WORDS
