"""The compiled core: one contract for it and for the plain Python twin. The C is in `c/`."""

from collections.abc import Callable
from typing import TypeAlias, TypedDict

from typing_extensions import Buffer

from seedsearch.model import PassageSpan, Section, SourceFile

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

# ------------------------------------------------------------------ languages: c/language.c, analysis/language.py

class Languages:
    """Knows the language of texts in English, and of those whose script says it.

    `rules`: the characters looked at, and first of all for English; the characters that an English text has at least,
    and those that have one of the words looked for; how many letters of an alphabet one East Asian character is worth;
    the letters that there must be, and the Han characters. `names` are the scripts in the order of their names,
    `ranges` the code points of each, first and last, ascending; `shared` are those of several languages, `east_asian`
    the names of Han, kana and Hangul.
    """

    def __init__(
        self,
        rules: tuple[int, int, int, int, int, int, int],
        names: tuple[str, ...],
        ranges: tuple[tuple[int, int, str], ...],
        shared: frozenset[str],
        east_asian: tuple[str, str, str],
    ) -> None: ...
    def find(self, text: str) -> str | None:
        """The language, "" where it is not clear; None where the words of a shared script must say it."""

# ------------------------------------------------------------------ passages: c/passages.c; the twin is corpus/split.py

FoundPassages: TypeAlias = tuple[str | None, str | None, list[PassageSpan]]
"""The title of a text file, its language and its passages; None where `title_of` and `language_of` must say."""

ByteSource: TypeAlias = tuple[bytes, int, int, bytes]
"""A file's bytes, where its text begins, and how bytes count for characters.

1 is valid UTF-8, 2 UTF-8 with bad bytes, each read as U+FFFD, 3 one byte each, 4 UTF-16, 5 UTF-32, 6 as the first byte
says: then the last item has the width for each, 0 for four bytes before a digit and else two."""

class Finder:
    """Finds the title, language and passages of text files by rules.

    `kind` is PassageSpan. `measure`: the words that a passage has at least and at most, those of a part of a longer
    one, and the characters that it has at most without a space; the characters of a word, those after which a passage
    goes on to the end of its line, and those up to which its words need not be counted; the characters of a wrapped
    line at most, and how many lines a wrapped text has at least. `is_mark` says whether a code point is a combining
    mark. `title`: the
    characters that a title is looked for in, and its own characters and words at most.
    """

    def __init__(
        self,
        kind: type[PassageSpan],
        measure: tuple[int, int, int, int, int, int, int, int, int],
        is_mark: Callable[[int], bool],
        title: tuple[int, int, int],
        languages: Languages,
    ) -> None: ...
    def find(self, data: bytes) -> FoundPassages | None:
        """What there is in the bytes of a file; None where these are not UTF-8, or blank, or may be something else."""

    def passages(
        self, text: str, sections: tuple[Section, ...], line: int, source: ByteSource | None
    ) -> list[PassageSpan] | None:
        """The passages of a text whose first character is on that line; None where it has lone surrogates.

        Bytes are -1 without a source, and where that does not have as many characters as the text.
        """

# ------------------------------------------------------------------ inversion: c/invert.c

TypedColumn: TypeAlias = tuple[str, bytes]
"""A column of numbers: the code of its type (B, H, I, Q), and its bytes."""

class Inverted(TypedDict):
    """The columns of docs/index-format.md; a small column is its bytes, and over and high as uint32.

    `groups` and `terms` are blocks that are not compressed yet; `distinct` counts terms; `positions` and
    `title_positions` are the sums of the lengths.
    """

    groups: list[bytes]
    group_firsts: list[bytes]
    group_bases: TypedColumn
    terms: list[bytes]
    term_firsts: list[bytes]
    doc: bytes
    tf: tuple[bytes, bytes, bytes]
    position: tuple[bytes, bytes, bytes]
    member: tuple[bytes, bytes, bytes]
    lengths: TypedColumn
    title_lengths: TypedColumn
    positions: int
    title_positions: int
    distinct: int

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

# ------------------------------------------------------------------ search: c/search.c

Small: TypeAlias = tuple[Buffer, Buffer, Buffer, int]
"""A small column from an index on: low bytes; indices (uint32) and high parts (uint32) of its overflow; that index."""

Source: TypeAlias = tuple[bool, Buffer, Small, Small | None, Buffer | None, Small | None]
"""The postings of a group: whether they are of titles; passages (uint16) and frequencies; the member of each occurrence
and which are chosen (uint32), or None for all; positions, which `word` has no use for."""

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
