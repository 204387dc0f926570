"""Line ends: `\\n`, `\\r\\n` and `\\r` each end a line, in every text."""

from __future__ import annotations

from seedsearch.patterns import pattern

LINE_END = pattern(r"\r\n|\r|\n")


def line_ranges(text: str) -> list[tuple[int, int]]:
    """Return the start and end of each line of a text, without its line end."""
    ends = list(LINE_END.finditer(text))
    starts = [0, *(end.end() for end in ends)]
    return list(zip(starts, [*(end.start() for end in ends), len(text)], strict=True))


def with_newlines(text: str) -> str:
    """Return the text with `\\n` for every line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def with_newlines_in_place(text: str) -> str:
    """Return the text with `\\n` for every line end, at the same offsets: `\\r\\n` becomes ` \\n`."""
    return text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text
