"""The compiled core: one contract for it and for the plain Python twin. The C is in `c/`."""

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypedDict

from typing_extensions import Buffer

from seedsearch.model import PassageSpan, Section, SourceFile

# ------------------------------------------------------------------ stems: c/stem.c; the twin is PyStemmer

def stem(terms: list[bytes]) -> list[bytes | None]:
    """The stems of English terms; None for a term of other than small letters and digits in ASCII, or too long."""

# ------------------------------------------------------------------ words: c/words.c; the twin is search/highlight.py

def find_words(
    text: bytes, terms: tuple[bytes, ...], stems: tuple[bytes, ...], /
) -> list[tuple[int, int, int, int]]:
    """The tokens of a text in ASCII that are one of some terms, or have one of some stems.

    Each is the number of that, stems being counted on after the terms; its position; and where it starts and ends.
    """

# ------------------------------------------------------------------ c/patterns.c; the twin is index/term_patterns.py

def fitting_lines(
    names: bytes, begin: bytes, rest: bytes, distance: int, /
) -> list[tuple[int, bytes]]:
    """The lines that begin so, and whose rest fits: see `lines_that_fit`. What is no UTF-8 counts byte by byte."""

# ------------------------------------------------------------------ c/fragments.c; the twin is search/fragments.py

def fragments(
    shapes: bytes, lit: list[tuple[int, int, int]], most: int, width: int, /
) -> tuple[list[tuple[tuple[int, int], int, list[tuple[int, int]]]], list[tuple[int, int]]]:
    """The parts of a text to show, and what is lit: see `fragments_of`. The text has a byte for each character."""

# ------------------------------------------------------------------ copies: c/copies.c; the twin is search/copies.py

def copies(texts: tuple[bytes, ...], limit: int, near: bool, seed: int, /) -> list[int]:
    """For each text the number of the one that it is a copy of, among those that are not copies of an earlier one.

    At most `limit` of these get a number; -1 for what is neither one of them nor a copy. Upper case in ASCII is folded,
    and white space in ASCII separates words. Words are compared by hashes that depend on `seed`.
    Without `near`, copies have the same words.
    """

# ------------------------------------------------------------------ pages: c/reading.c, corpus/formats/page_reading.py

class PageReading:
    """A page of HTML that was read: see Reading. The page holds no lone surrogates, and its line ends are `\\n`.

    `rules`: what the names of elements mean, as the sum of 1 for the end of a run of text, 2 for a region, 4 for an
    element without content, and 8 times the kind; how many elements are told apart that lie in one another; the
    characters of prose; those before a note that `is_note` looks at; those of a fact. Then what says what attributes,
    character references and superscripts mean, and what stands beside a text.
    """

    def __init__(
        self,
        page: str,
        rules: tuple[
            dict[str, int],
            int,
            int,
            int,
            int,
            Callable[[str, str, int], tuple[int, str, str]],
            Callable[[str], str],
            Callable[[str, str, bool], bool],
            Callable[[str, list[str]], str],
        ],
        /,
    ) -> None: ...
    def facts(self) -> list[tuple[str, str, int]]:
        """See Fact."""

    def regions(
        self,
    ) -> list[tuple[int, int, int, bool, bool, bool, bool, bool, int, int, int, int]]:
        """See Region."""

    def places(self) -> list[tuple[str, int]]:
        """See Reading."""

    def compose(self, kept: Sequence[int], /) -> None:
        """See Reading."""

    def add(self, said: str, line: int, /) -> None:
        """See Reading."""

    def text(self) -> str:
        """See Reading."""

    def layout(self) -> tuple[list[tuple[int, int, str]], bytes, bytes]:
        """See Reading. Lines are whole numbers of 64 bits."""

# ------------------------------------------------------------------ mail: c/mail.c, corpus/formats/message_head.py

def message_head(
    data: bytes, at: int, end: int, most: int, /
) -> tuple[int, dict[str, tuple[int, str]]]:
    """See `head_of`. At most so many characters of a field are given."""

def unwrapped(sent: bytes, first: int, /) -> tuple[bytes, bytes]:
    """See `unwrapped` of message_lines.py. Lines are whole numbers of 64 bits."""

# ------------------------------------------------------------------ tables: c/table_rows.c, corpus/formats/table.py

def rows(text: str, delimiter: str, most: int, /) -> list[tuple[int, int]]:
    """Where rows begin and end; a quoted field has at most so many lines.

    Raises UnicodeEncodeError for lone surrogates.
    """

# ------------------------------------------------------------------ encoded data: c/encoded.c, corpus/encoded.py

def has_run(text: str | bytes, least: int, /) -> bool:
    """Whether so many characters of base64 stand in a row in a text, or in one in UTF-8 or ASCII.

    Raises UnicodeEncodeError for a text with lone surrogates.
    """

# ------------------------------------------------------------------ files: c/files.c; the twin is corpus/read.py

def read_small(
    folder: int, path: str, flags: int, most: int, kind: type[SourceFile]
) -> tuple[SourceFile, bytes] | None:
    """The bytes of a regular file of `most` bytes at most, and what `stat` said of it; None for anything else.

    That is what cannot be opened with `flags` (of os.open) or read at once, what is no regular file, and what has not
    as many bytes as `stat` says. It is opened by its name from `folder`, a descriptor, or by its path where that is
    negative.
    """

def list_files(
    folder: int, prefix: str, most: int, kind: type[SourceFile]
) -> tuple[dict[str, SourceFile], bool]:
    """The regular files of an open folder by their names, and whether these are all that the folder holds.

    Hidden ones, those of more than `most` bytes and what cannot be read are not among them. A path is the prefix and
    the name.
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
        self,
        text: str,
        sections: tuple[Section, ...],
        line: int,
        source: ByteSource | None,
        lines: Buffer | None,
        ends: Buffer | None,
        /,
    ) -> list[PassageSpan] | None:
        """The passages of a text whose first character is on that line; None where it has lone surrogates.

        `lines` and `ends` are the lines of its file on which each line of the text begins and ends, as whole numbers of
        64 bits. Then passages are on these.

        Bytes are -1 without a source, and where that does not have as many characters as the text.
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

    `marker(spelling, language)` gives the term that a spelling is in a language with a stemmer of its own, marked. In
    documents of such a language accents are kept, and words are spellings. `folder(run, accents)` gives what a run of
    characters that are not ASCII folds to, `letter(character, accents)` what one of them folds to, or None where it
    joins the one before it: then its run is folded as one. `unspaced` are the first and last code points of the
    scripts that put no space between words, ascending. Bytes are UTF-8, with lone surrogates.
    `marker` and `letter` are asked once for each, `folder` for each run that is not too long.

    Raises OverflowError for what no segment can hold, ValueError for what does not fit together; no more can be
    added after an error.
    """

    def __init__(
        self,
        marker: Callable[[bytes, int], bytes],
        folder: Callable[[bytes, int], bytes],
        letter: Callable[[bytes, int], bytes | None],
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
# posting_list.py, index/plain_merge.py and index/consistency.py

def decode_postings(
    data: Buffer, df: int, cf: int, member_count: int, passages: int, positions: bool, /
) -> tuple[bytes, bytes, bytes, bytes]:
    """A posting list as `posting_list.Decoded`, in columns of uint32. Raises ValueError where it is none."""

def merge(parts: tuple[tuple[tuple[bytes, ...], Buffer, Buffer], ...], passages: int, /) -> Columns:
    """The postings and dictionaries of several segments as those of one that has so many passages.

    Of each segment: its blocks of groups, its postings, and the new number of each passage (uint32),
    0xffffffff for one that is gone. Raises ValueError where a segment is not what it should be, OverflowError for what
    no segment can hold.
    """

def read_group(
    block: Buffer, base: int, key: bytes | None, number: int, /
) -> (
    tuple[
        tuple[bytes, ...],
        int,
        int,
        int,
        int,
        int,
        tuple[int, ...],
        tuple[int, ...],
        tuple[int, ...],
    ]
    | None
):
    """The group of a key, or with None of a number, as `group_blocks.Group`; None where the block has none. Its first
    posting list begins at `base`. Raises ValueError. The twin is `group_blocks.Block`."""

def words_with(
    block: Buffer, words: tuple[tuple[bytes, bytes], ...], language: bytes, least: int, most: int, /
) -> list[tuple[int, int, bool, bytes]]:
    """The terms of a block's groups of a language in which words stand: see `Block.words_with`, the twin. Raises
    ValueError."""

def take_apart(block: Buffer, /) -> tuple[bytes, ...]:
    """The parts of a block of groups: see `group_blocks.Parts`. Raises ValueError. The twin has the same name there."""

def row(
    number: int, columns: tuple[tuple[Buffer, int], ...], checked: Buffer, block: int, /
) -> tuple[int, ...] | None:
    """The value of that number in each column. Of a column: its unsigned values, and the byte of the file at which they
    begin. None where there is none, or where `checked` has a 0 for its block of so many bytes: then ask the columns,
    which is the twin."""

def check_postings(blocks: tuple[bytes, ...], postings: Buffer, passages: int, /) -> None:
    """Read every posting list of a segment of so many passages; raises ValueError where one is not what its block of
    groups says."""

# ------------------------------------------------------------------ queries; the twin is plain_matching.py
#
# Passages are numbered through the index. No object changes once it is made, so threads may share them; long calls let
# other threads run. What is read from an index and does not fit raises ValueError.

Segment: TypeAlias = tuple[Buffer, Buffer, Buffer, Buffer | None]
"""What stands for each passage of a segment: the lengths of its body and title, the number of its document, and a byte
that is not zero where it is deleted (None: nowhere)."""

class PassageTable:
    """What stands for each passage of an index."""

def passage_table(
    segments: tuple[Segment, ...], a: float, b: float, title_weight: int, /
) -> PassageTable:
    """A table; a word in a title counts `title_weight` times, and a + b * length is what tf is weighed against."""

# ---- from an index: c/scoring.c, c/postings.h

Source: TypeAlias = tuple[bool, Buffer, int, int, int, Buffer | None]
"""A posting list: whether it is of titles; its bytes, df, cf, how many members its group has, and which of these are
chosen (uint32), or None for all."""

Part: TypeAlias = tuple[int, tuple[Source, ...]]
"""What a term set has in a segment, by its number."""

class Postings:
    """The passages that hold a term set, deleted ones too, and its frequency in each, titles weighted."""

    @property
    def passages(self) -> bytes:
        """Their numbers, ascending, as uint32."""

    @property
    def frequencies(self) -> bytes:
        """As uint32."""

    def __len__(self) -> int: ...

def postings(table: PassageTable, parts: tuple[Part, ...], within: Matches | None, /) -> Postings:
    """The postings of a term set; with `within`, those in its passages alone, others are skipped."""

class Matches:
    """Passages that are not deleted, and their scores, zero or more."""

    @property
    def passages(self) -> bytes:
        """Their numbers, ascending, as uint32."""

    @property
    def scores(self) -> bytes:
        """As float64."""

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""

    def __len__(self) -> int: ...

def scored(table: PassageTable, postings: Postings, weight: float, /) -> Matches:
    """weight * tf / (tf + a + b * length) of each that is not deleted."""

# ---- put together: c/combine.c, c/positions.c

def around(table: PassageTable, postings: Postings, weight: float, /) -> Matches:
    """The documents that hold a term set, as matches by their numbers through the index, those of deleted passages too.

    A document's score is what `scored` would give a passage that were the whole document. What a large file had in
    parts are documents by themselves.
    """

def with_documents(
    table: PassageTable, matches: Matches, around: tuple[Matches, ...], /
) -> Matches:
    """The same passages, each with what its document scores in `around`, added up first."""

def everything(table: PassageTable, /) -> Matches:
    """Every passage, with score 0."""

def all_of(parts: tuple[Matches, ...], /) -> Matches:
    """Passages that all parts hold, with the sum of their scores, added from the shortest part to the longest."""

def any_of(parts: tuple[Matches, ...], /) -> Matches:
    """Passages that any part holds, with the sum of their scores, added in the order of the parts."""

def highest_of(parts: tuple[Matches, ...], /) -> Matches:
    """Passages that any part holds, with the highest of their scores."""

def within(matches: Matches, others: Matches, /) -> Matches:
    """Those that `others` holds as well, with their own scores."""

def without(matches: Matches, unwanted: Matches, /) -> Matches:
    """Those that `unwanted` does not hold."""

def maybe(required: Matches, optional: Matches, /) -> Matches:
    """Those of `required`, with the scores of `optional` added where it holds them."""

def boosted(matches: Matches, factor: float, /) -> Matches:
    """The same passages, their scores times `factor`."""

def untested(
    table: PassageTable, matches: Matches, known: tuple[Buffer, ...], /
) -> list[list[int]]:
    """The documents of matches whose byte is 0, by segment. `known` has a byte for each document of each segment."""

def narrowed(
    table: PassageTable, matches: Matches, known: tuple[Buffer, ...], wanted: int, /
) -> Matches:
    """Those whose document's byte is `wanted`."""

def grouped(
    table: PassageTable,
    matches: Matches,
    numbers: tuple[Buffer, ...],
    orders: tuple[Buffer, ...],
    count: int,
    /,
) -> tuple[Matches, bytes]:
    """The best passage of each group, its score rounded to 9 digits; and how many of each match, as uint32.

    `numbers` has the group of each document of each segment, below `count`, and `orders` what ties go by before the
    passages' numbers, both as uint32.
    """

Together: TypeAlias = tuple[int, tuple[tuple[Source, ...], ...]]
"""What each of several words has in a segment, by its number."""

def phrase(
    table: PassageTable,
    parts: tuple[Together, ...],
    weights: tuple[float, ...],
    within: Matches | None,
    /,
) -> Matches:
    """Passages, not deleted, in whose body or title the words stand one right after the other; of `within`, if given.

    A score is the sum of what `scored` gives for each word with its weight, in their order.
    """

def near(
    table: PassageTable,
    parts: tuple[Together, ...],
    weights: tuple[float, ...],
    within: Matches | None,
    slop: int,
    /,
) -> Matches:
    """The same where the words have positions of their own, in any order, with at most `slop` others among them."""

def beside(
    table: PassageTable,
    parts: tuple[Together, ...],
    weights: tuple[float, float],
    within: Matches | None,
    reach: int,
    /,
) -> Matches:
    """Passages, not deleted, in which two words stand near each other: within `reach` positions in the body or title.

    A score is the lower of theirs times the root of their closeness: see engine/bm25f.py.
    """

# ---- the best: c/topk.c

Best: TypeAlias = tuple[int, list[tuple[float, int]], tuple[int, ...]]
"""How many passages there are; of the best, (score, passage), by the score rounded to 9 digits, then by passage; ties.

The best are the `most` best, and all that come within 1e-9 of the last. Where these are more than 1,000 beyond `most`,
only the first `most` of each segment are kept among the passages that tie with the last. Then the ties are the last
passages that were kept of each segment that lost some.
"""

def best(table: PassageTable, matches: Matches, most: int, /) -> Best:
    """The best of matches."""

def best_of_any(
    table: PassageTable,
    parts: tuple[Matches, ...],
    extras: tuple[Matches, ...],
    around: tuple[Matches, ...],
    most: int,
    /,
) -> Best:
    """The best of `any_of`, with what the extras add (`maybe`), and what `with_documents` adds: nothing is made if it
    need not be."""

def best_of_all(table: PassageTable, parts: tuple[Matches, ...], most: int, /) -> Best:
    """The best of `all_of`, which is not made if it need not be."""

def ranked(matches: Matches, /) -> tuple[bytes, bytes]:
    """All in order, as `Best` has it: scores (float64), passages (uint32)."""
