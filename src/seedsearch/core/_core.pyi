"""The compiled core: one contract for it and for the plain Python twin. The C is in `c/`."""

from collections.abc import Callable
from typing import TypeAlias, TypedDict

from typing_extensions import Buffer

from seedsearch.model import PassageSpan, SourceFile

# ------------------------------------------------------------------ stems: c/stem.c; the twin is PyStemmer

def stem(terms: list[bytes]) -> list[bytes | None]:
    """The stems of English terms; None for a term of other than small letters and digits in ASCII, or too long."""

# ------------------------------------------------------------------ files: c/files.c; the twin is corpus/read.py

def read_small(
    path: str, flags: int, most: int, kind: type[SourceFile]
) -> tuple[SourceFile, bytes] | None:
    """The bytes of a regular file of `most` bytes at most, and what `stat` said of it; None for anything else.

    That is what cannot be opened with `flags` (of os.open) or read at once, what is no regular file, and what has not
    as many bytes as `stat` says.
    """

# ------------------------------------------------------------------ passages: c/passages.c; the twin is corpus/split.py

Measure: TypeAlias = tuple[int, int, int, int, int, int, int, int]
Divide: TypeAlias = Callable[[str, int, int, int], list[tuple[int, int, int, int, int]]]
"""The parts of a passage that is too long, from its text, words, and first and last line: where each starts and ends in
that text, its words and its lines."""

FoundPassages: TypeAlias = tuple[str | None, str | None, list[PassageSpan] | None]
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
    def find(self, data: bytes) -> FoundPassages | None:
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

# ------------------------------------------------------------------ inversion: c/invert.c

TypedColumn: TypeAlias = tuple[str, bytes]
"""A column of numbers: the code of its type (B, H, I, Q), and its bytes."""

class Columns(TypedDict):
    """The postings and dictionaries of a segment: docs/index-format.md.

    `groups` and `terms` are blocks that are not compressed yet; `distinct` counts terms.
    """

    postings: bytes
    groups: list[bytes]
    group_firsts: list[bytes]
    group_bases: TypedColumn
    terms: list[bytes]
    term_firsts: list[bytes]
    distinct: int

class Inverted(Columns):
    """With the lengths of bodies and titles; `positions` and `title_positions` are their sums."""

    lengths: TypedColumn
    title_lengths: TypedColumn
    positions: int
    title_positions: int

class Inverter:
    """A vocabulary, and the texts and occurrences of its terms in the passages of one segment after the other.

    `marker(term, language)` gives a term as a language with a stemmer of its own has it, or None where it is the same.
    `folder(run)` gives what a run of characters that are not ASCII folds to, `letter(character)` what one of them
    folds to, or None where it joins the one before it: then its run is folded as one. `unspaced` are the first and
    last code points of the scripts that put no space between words, ascending. Bytes are UTF-8, with lone surrogates.
    `marker` and `letter` are asked once for each, `folder` for each run that is not too long.

    Raises OverflowError for what no segment can hold, ValueError for what does not fit together; no more can be
    added after an error.
    """

    def __init__(
        self,
        marker: Callable[[bytes, int], bytes | None],
        folder: Callable[[bytes], bytes],
        letter: Callable[[bytes], bytes | None],
        unspaced: tuple[tuple[int, int], ...],
    ) -> None: ...
    @property
    def terms(self) -> int:
        """How many terms the vocabulary has."""

    @property
    def occurrences(self) -> int:
        """How many occurrences in bodies the segment has so far."""

    @property
    def passages(self) -> int:
        """How many passages the segment has so far."""

    @property
    def text_bytes(self) -> int:
        """How many bytes the texts have so far."""

    def number(self, term: bytes) -> int:
        """The number of a term, which it gets if it is new."""

    def add(
        self, document: int, text: str | bytes, spans: list[PassageSpan], language: int
    ) -> bool:
        """Add the next passages, which `spans` say where to find in `text`, bytes in their bytes; `document` is their
        document's number.

        `language` is the number that `marker` is asked with, 0 for none. Says whether there are blocks to take.
        """

    def add_title(self, text: str, language: int, passage: int) -> None:
        """Add the title of a passage; passages must ascend."""

    def take_blocks(self) -> list[bytes]:
        """The texts so far that make a whole block, one block after the other; each once."""

    def end_texts(self) -> tuple[TypedColumn, TypedColumn]:
        """End the last block; where the text of each passage and each block ends."""

    def take_passages(self) -> tuple[dict[str, TypedColumn], list[str]]:
        """What the spans said, as columns by their names, and the headings in the order of their numbers, from 1."""

    def without_stems(self) -> list[bytes]:
        """The terms whose stem must be given, in the order of their numbers; cuts what was added and waits for it.

        English terms get theirs here, and numbers are their own stems.
        """

    def add_stems(self, stems: list[bytes]) -> None:
        """The stems of the terms that `without_stems` gave."""

    def finish(self) -> Inverted:
        """The segment's columns. The vocabulary and the texts stay, the occurrences go."""

# ------------------------------------------------------------------ postings: c/postings.c, c/merge.c; the twins are
# index/postings.py, index/plain_merge.py and index/consistency.py

def decode_postings(
    data: Buffer, df: int, cf: int, member_count: int, passages: int, positions: bool, /
) -> tuple[bytes, bytes, bytes, bytes]:
    """A posting list as `index.postings.Decoded`, in columns of uint32. Raises ValueError where it is none."""

def merge(parts: tuple[tuple[tuple[bytes, ...], Buffer, Buffer], ...], passages: int, /) -> Columns:
    """The postings and dictionaries of several segments as those of one that has so many passages.

    Of each segment: its blocks of groups, not compressed, its postings, and the new number of each passage (uint32),
    0xffffffff for one that is gone. Raises ValueError where a segment is not what it should be, OverflowError for what
    no segment can hold.
    """

def check_postings(blocks: tuple[bytes, ...], postings: Buffer, passages: int, /) -> None:
    """Read every posting list of a segment of so many passages; raises ValueError where one is not what its block of
    groups says."""

# ------------------------------------------------------------------ search: c/search.c

Source: TypeAlias = tuple[bool, Buffer, int, int, int, Buffer | None]
"""A group's posting list: whether it is of titles; its bytes, df, cf, how many members it has, and which of these are
chosen (uint32), or None for all."""

Part: TypeAlias = tuple[int, Buffer, Buffer, Buffer | None, tuple[Source, ...]]
"""A segment's part of a word: the number of its first passage; lengths of bodies, and of titles; a byte for each
passage, not zero for deleted ones, or None; its sources."""

Passages: TypeAlias = tuple[int, list[tuple[float, int]]]
"""How many passages there are, and (score, passage) of the best of them, in no order."""

class Word:
    """The live passages of a word, and their scores."""

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""

class Keys:
    """Every occurrence of a word, of deleted passages too, as passage << 32 | position; titles as if they were passages
    so many further on."""

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""

def word(
    parts: tuple[Part, ...], weight: float, a: float, b: float, title_weight: float, /
) -> Word:
    """A word whose scores are weight * tf / (tf + a + b * length), titles counted `title_weight` times.

    Raises ValueError where columns are not what they should be.
    """

def keys(parts: tuple[Part, ...], passages: int, /) -> Keys:
    """A word's occurrences in an index of so many passages. Raises ValueError as `word` does."""

def any_of(words: tuple[Word, ...], most: int, /) -> Passages | None:
    """The passages that any of the words holds.

    The best are the `most` best, and all that come within 1e-9 of the last; None where very many are equally good. A
    score is the sum of those of the words, in their order.
    """

def all_of(words: tuple[Word, ...], most: int, /) -> Passages | None:
    """The same of the passages that all words hold. A score is the sum of those of the words, the rarest first."""

def phrase(
    keys: tuple[Keys, ...], words: tuple[Word, ...], passages: int, most: int, /
) -> Passages | None:
    """The same of the passages, of so many, in which all words stand one right after the other, in a body or a title,
    and which all `words` hold."""
