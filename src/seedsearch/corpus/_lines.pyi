"""Passages of a text whose every line is a paragraph, in C: see `split.py` and `_lines.c`."""

from seedsearch.model import PassageSpan

def passages(
    text: str,
    line: int,
    byte_start: int,
    page: int,
    heading: str,
    kind: type[PassageSpan],
    measure: tuple[int, int, int, int, int, int, int, int],
) -> list[PassageSpan] | None:
    """The passages of a whole text, by their places in its UTF-8; None where that is not so simple.

    `line` is that of its first character, and `byte_start` its first byte's; `page` and `heading` are those of all.
    `measure`: the words that a passage has at least and at most, the characters of a word, the characters after which
    a passage goes on to the end of its line, and those up to which its words need not be counted; the characters of
    one line, and of all on average, from which on a text is surely not wrapped, as it is not with fewer lines that
    hold anything than the last number. It is not so simple where lines may be wrapped, where a passage would be too
    long, and where a text has no UTF-8.
    """
