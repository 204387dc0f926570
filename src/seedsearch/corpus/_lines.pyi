"""Passages of a text whose every line is a paragraph, in C: see `split.py` and `_lines.c`."""

from seedsearch.corpus.split import Block

def merge_lines(
    text: str, line: int, measure: tuple[int, int, int, int, int]
) -> tuple[list[Block], list[int]] | None:
    """The blocks of a whole text, and where they begin and end in its UTF-8: two numbers for each.

    `line` is that of its first character. `measure`: the words that a block has at least and at most, the characters
    of a word, the characters after which a block goes on to the end of its line, and those up to which its words need
    not be counted. None for a text that has no UTF-8.
    """
