"""Plain text in C: see `extract/text.py`, `split.py` and `_plain.c`."""

from collections.abc import Callable
from typing import TypeAlias

from seedsearch.model import PassageSpan

Measure: TypeAlias = tuple[int, int, int, int, int, int, int, int]
Divide: TypeAlias = Callable[[str, int, int, int], list[tuple[int, int, int, int, int]]]
"""The parts of a passage that is too long, from its text, words, and first and last line: where each starts and ends in
that text, its words and its lines."""

Found: TypeAlias = tuple[str | None, str | None, list[PassageSpan] | None]
"""The title of a text file, its language and its passages.

The title is None where more has to be looked at, as is the language, where it is not clearly English, and the
passages, as `passages` gives them.
"""

class Finder:
    """Finds the title, language and passages of text files by rules.

    `title`: the characters that it is looked for in, and its own characters and words at most. `english`: the
    characters that a text has at least, those looked at first and then, and the characters that have one of the words
    looked for. `kind`, `measure` and `divide` are those of `passages`.
    """

    def __init__(
        self,
        kind: type[PassageSpan],
        measure: Measure,
        divide: Divide,
        title: tuple[int, int, int],
        english: tuple[int, int, int, int],
    ) -> None: ...
    def find(self, data: bytes) -> Found | None:
        """What there is in the bytes of a file; None where these are not UTF-8 or not so simple."""

def passages(
    text: str,
    line: int,
    byte_start: int,
    page: int,
    heading: str,
    kind: type[PassageSpan],
    measure: Measure,
    divide: Divide,
) -> list[PassageSpan] | None:
    """The passages of a whole text, by their places in its UTF-8; None where that is not so simple.

    `line` is that of its first character, and `byte_start` its first byte's; `page` and `heading` are those of all.
    `measure`: the words that a passage has at least and at most, the characters of a word, the characters after which
    a passage goes on to the end of its line, and those up to which its words need not be counted; the characters of
    one line, and of all on average, from which on a text is not wrapped, as it is not with fewer lines that
    hold anything than the last number. It is not so simple where lines are wrapped, and where a text has no UTF-8.
    """
