"""Terminal styles, as SGR escapes, and links. Only sanitised text may be painted.

Styles use the sixteen colours of the terminal, so that they fit dark and light themes. Without colours, the styles
are bold and underline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, TypeAlias

from seedsearch.render.sanitize import clean

Level: TypeAlias = Literal["none", "bold", "color"]
Style: TypeAlias = Literal["path", "line", "lit", "faint", "plain"]
Range: TypeAlias = tuple[int, int]

_SGR: dict[Level, dict[Style, str]] = {
    "none": {},
    "bold": {"path": "4", "lit": "1"},
    "color": {"path": "35", "line": "32", "lit": "1;31", "faint": "2"},
}


class Paint:
    """Paints text at a level: "color", "bold" (no colours) or "none" (no escapes at all)."""

    def __init__(self, level: Level, *, links: bool = False) -> None:
        self._sgr = _SGR[level]
        self._links = links

    def __call__(self, style: Style, text: str) -> str:
        """Return the text in a style."""
        code = self._sgr.get(style)
        return f"\x1b[{code}m{text}\x1b[0m" if code and text else text

    def lit(
        self,
        text: str,
        ranges: Iterable[Range],
        style: Style = "plain",
        shown: Callable[[str], str] = str,
    ) -> str:
        """Return the text with some ranges of characters lit, which are in order, and the rest in `style`.

        `shown` changes each part before it is painted.
        """
        pieces, at = [], 0
        for start, end in ranges:
            pieces += [self(style, shown(text[at:start])), self("lit", shown(text[start:end]))]
            at = end
        return "".join([*pieces, self(style, shown(text[at:]))])

    def lit_and_clean(self, text: str, ranges: Iterable[Range]) -> str:
        """Return what `lit` returns, sanitised, but with its tabs."""
        return self.lit(text, ranges, shown=lambda part: clean(part, "\t"))

    def lit_and_folded(self, text: str, ranges: Sequence[Range]) -> str:
        """Return what `lit` returns, sanitised and on one line."""
        flat, lit, _ = flattened(text, ranges)
        return self.lit(flat, lit)

    def link(self, text: str, uri: str) -> str:
        """Return the text as a link (OSC 8), if links are on. The URI is ASCII without control characters."""
        return f"\x1b]8;;{uri}\x1b\\{text}\x1b]8;;\x1b\\" if self._links and uri else text


PLAIN = Paint("none")
"""Paints nothing."""


def flattened(
    text: str, ranges: Sequence[Range], places: Sequence[int] = ()
) -> tuple[str, list[Range], list[int]]:
    """Return the text on one line and sanitised, with the ranges and the places (offsets) moved along.

    Runs of white space become one space. White space at the ends is removed.
    """
    marks = sorted({*(edge for pair in ranges for edge in pair), *places, 0, len(text)})
    moved: dict[int, int] = {}
    out, at = "", 0
    for mark in marks:
        piece = text[at:mark]
        if piece:
            words = clean(" ".join(piece.split()))
            before = piece[0].isspace() and out and not out.endswith(" ")
            after = piece[-1].isspace() and words
            out += (" " if before else "") + words + (" " if after else "")
        moved[mark], at = len(out), mark
    whole = out.rstrip(" ")
    end = len(whole)
    lit = [(min(moved[low], end), min(moved[high], end)) for low, high in ranges]
    return whole, lit, [min(moved[place], end) for place in places]


def clipped(ranges: Sequence[Range], low: int, high: int) -> list[Range]:
    """Return the parts of the ranges inside `[low, high)`, relative to `low`."""
    from seedsearch.search.fragments import clipped as inside  # start-up time: few paint matches

    return [(start - low, end - low) for start, end in inside(ranges, low, high)]
