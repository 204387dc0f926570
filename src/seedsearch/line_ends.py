"""Line ends: `\\n`, `\\r\\n` and `\\r` are one each, in whatever text."""

from __future__ import annotations

import re

LINE_END = re.compile(r"\r\n|\r|\n")


def line_ranges(text: str) -> list[tuple[int, int]]:
    """Where each line of a text begins and ends, without its line end."""
    ends = list(LINE_END.finditer(text))
    starts = [0, *(end.end() for end in ends)]
    return list(zip(starts, [*(end.start() for end in ends), len(text)], strict=True))


def with_newlines(text: str) -> str:
    """The text with `\\n` for every line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def with_newlines_in_place(text: str) -> str:
    """The same, but no character changes its place: a space stands before a line end that took two."""
    return text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text
