"""The interface of the compiled core, which its plain Python twin shares. The C is in `c/`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Self, TypeAlias, TypedDict, TypeVar, final, overload

from typing_extensions import Buffer

from seedsearch.model import Document, Fragment, Passage, PassageSpan, Section, SourceFile, Span

_T = TypeVar("_T")

# ------------------------------------------------------------------ stems: c/stem.c; the twin is PyStemmer

def stem(terms: list[bytes]) -> list[bytes | None]:
    """Return the stems of English terms.

    A term gets None if it is too long or has other characters than a-z and 0-9.
    """

# ---------------------------------------------------------- words: c/highlight_words.c; the twin is search/highlight.py

Wanted: TypeAlias = tuple[
    tuple[bytes, ...],
    tuple[bytes, ...],
    Mapping[bytes, tuple[int, ...]],
    bytes | None,
    bytes,
    bytes,
]

def find_words(text: bytes, wanted: Wanted, /) -> list[tuple[int, int, int, int]]:
    """Return the tokens of a folded text that are wanted: the number of what is wanted, position, start and end.

    Wanted are terms, and stems, which are numbered on after the terms. The rest says what else finds them: their
    numbers by a term; None, or the first letters of the terms of which these are asked, besides all beyond ASCII; the
    scripts without spaces, as uint32: the first and last code point of each; and for None, the scripts whose terms
    Python stems: first, last, and whether their stems keep first letters.
    """

# ------------------------------------------------------------------ c/patterns.c; the twin is in index/dictionary.py

def fitting_lines(
    names: bytes, begin: bytes, rest: bytes, distance: int, /
) -> list[tuple[int, bytes]]:
    """Return the lines that begin with `begin` and whose rest matches: see `lines_that_fit`.

    Invalid UTF-8 is matched byte by byte.
    """

# ------------------------------------------------------------------ c/fragments.c; the twin is search/fragments.py

Sought: TypeAlias = tuple[bytes, Wanted, tuple[int, ...]]

def snippet(
    shapes: bytes,
    lit: list[tuple[int, int, int]] | Sought,
    most: int,
    width: int,
    window: int,
    kinds: tuple[type[Fragment], type[Span], tuple[str, ...]],
    lines: tuple[int, int],
    /,
) -> tuple[tuple[Fragment, ...], tuple[Span, ...], Fragment, int]:
    """Return the fragments of a text, its highlights, its window and the window's match: see `snippet_of`.

    The text has one byte for each character. What is lit is given, or found: by the folded text, which has as many
    characters, what is wanted as for `find_words`, and the leaf that each of these lights. `kinds` are Fragment, Span,
    and the fields of Fragment.
    """

def shapes_and_folds(text: str, characters: Mapping[str, bytes], /) -> tuple[bytes, bytes | None]:
    """Return the shapes of a text's characters, and the folded text: None if any folds to none or to several.

    `characters` has both for each character beyond ASCII: see `fragments.Characters`.
    """

# ------------------------------------------------------------------ copies: c/copies.c; the twin is search/copies.py

def copies(
    texts: Iterable[bytes], limit: int, near: bool, space: Callable[[bytes], bytes], seed: int, /
) -> list[int]:
    """Return for each text the number of the earlier text that it copies, or a new number if it copies none.

    At most `limit` texts get a new number; others get -1. Texts are in UTF-8. Of one with characters that the core
    cannot fold, `space` returns the folded words between spaces. Words are compared by hashes that depend on `seed`.
    Without `near`, copies have the same words.
    """

# ------------------------------------------------------------------ found texts: c/found_text.c, corpus/found.py

@final
class FoundText:
    """A text that the core has composed, with its language and its passages."""

    def text(self) -> str:
        """Return the text."""

    def language(self) -> str:
        """Return its language, as `language_of` does."""

    def lines(self) -> tuple[bytes, bytes]:
        """Return the lines of the file at which each line of the text begins, and those at which it ends.

        They are 64-bit integers. The ends are empty if they are the same.
        """

    def spans(self) -> list[PassageSpan]:
        """Return its passages."""

# ------------------------------------------------------------------ pages: c/page_reader.c, corpus/formats/html.py

_Fields: TypeAlias = tuple[tuple[str, str], ...]

# What `PageReader` knows of pages: the bits of elements' names (1 ends a run of text, 2 is a region, 4 has no content,
# plus 8 times the kind); the greatest nesting; the characters of prose, before a note, of a fact, of a text that is
# enough, of links that are titles, of the head, and of a line of encoded data; then `asked`, the meaning of a character
# reference, `as_note`, `beside`, `is_named`, the meaning of facts, `shown`, and `may_be_other`.
PageRules: TypeAlias = tuple[
    dict[str, int],
    int,
    int,
    int,
    int,
    int,
    int,
    int,
    int,
    Callable[[str, str, int], tuple[int, str, str]],
    Callable[[str], str],
    Callable[[str, str, bool], str],
    Callable[[str, list[str]], str],
    Callable[[str, int], bool],
    Callable[[list[tuple[str, str, int]], str, str], tuple[str, _Fields, list[tuple[str, int]]]],
    Callable[[str], str],
    Callable[[bytes], bool],
]

class PageReader:
    """Reads pages of HTML."""

    def __init__(self, rules: PageRules, /) -> None: ...
    def read(
        self, page: str, whole: bool, /
    ) -> tuple[str, _Fields, str, list[tuple[int, int, str]], bytes, bytes]:
        """Return the items of a Page, its lines as 64-bit integers.

        The line ends of the source must be `\\n`. Raise UnicodeEncodeError if it has lone surrogates.
        """

    def find(self, finder: Finder, data: bytes, /) -> tuple[str, _Fields, FoundText] | None:
        """Return the title, the fields and the text of a page, with its passages.

        Return None if the page is not surely in UTF-8, or its text has no passage, or may hold encoded data.
        """

# ------------------------------------------------------------------ mail: c/message.c, corpus/formats/mail.py

# What `usual_message` knows of mail: the fields by lower-case name (shown ones as (name, field), others by number); the
# charset of a content type, or None if the message is not usual; the text of a value; a date; the content of a body,
# and whether it is base64; the most characters of a value; the characters of a line of encoded data; the most
# characters of a title and of a field.
MailRules = tuple[
    dict[str, tuple[str, str] | int],
    Callable[[str], str | None],
    Callable[[str, str], str],
    Callable[[str], str],
    Callable[[bytes, bool], bytes],
    int,
    int,
    int,
    int,
]

# Its title, its fields, its id, and its text.
UsualMessage = tuple[str, list[tuple[str, str]], str, FoundText]

def usual_message(
    data: bytes, at: int, end: int, line: int, finder: Finder, rules: MailRules, /
) -> UsualMessage | None:
    """Read the message in `data[at:end]`, which begins on `line`, if it is a usual one; else return None."""

def unwrapped(sent: bytes, first: int, /) -> tuple[bytes, bytes]:
    """Return what `unwrapped` of mime.py returns, as 64-bit integers."""

def mailbox(data: bytes, /) -> list[tuple[int, int, int, int, bool]]:
    """Return the items of each `_Place` of corpus/formats/mbox.py."""

# ------------------------------------------------------------------ tables: c/table_rows.c, corpus/formats/table.py

def rows(text: str, delimiter: str, most: int, /) -> list[tuple[int, int]]:
    """Return the ranges of the rows. A quoted field has at most `most` lines.

    Raise UnicodeEncodeError for lone surrogates.
    """

# ------------------------------------------------------------------ encoded data: c/encoded.c, corpus/encoded.py

def may_hold_runs(text: str | bytes, least: int, /) -> bool:
    """Return whether a text (str, UTF-8 or ASCII) has `least` base64 characters in a row that differ, or a line with
    "begin".

    Raise UnicodeEncodeError for lone surrogates.
    """

# ------------------------------------------------------------------ files: c/files.c; the twin is corpus/read.py

def read_small(
    folder: int, path: str, flags: int, most: int, kind: type[SourceFile]
) -> tuple[SourceFile, bytes] | None:
    """Return the result of `stat` and the bytes of a regular file of at most `most` bytes, or None.

    None means that the file cannot be opened with `flags` (of os.open) or read at once, is not a regular file, or
    has another size than `stat` says. The file is opened by its name from `folder`, a descriptor, or by its path if
    `folder` is negative.
    """

def list_files(
    folder: int, prefix: str, most: int, kind: type[SourceFile]
) -> tuple[dict[str, SourceFile], bool]:
    """Return the regular files of an open folder by name, and whether the folder has no other entries.

    Hidden files, files of more than `most` bytes and unreadable files are left out. A path is the prefix and the
    name.
    """

# ------------------------------------------------------------------ languages: c/language.c, analysis/language.py

class Languages:
    """Finds the language of English texts, and of texts whose script belongs to one language.

    `rules` are: the characters read, and those read first for English; the characters that an English text has at
    least, and its characters for each common word; the number of letters that one East Asian character outweighs;
    the least number of letters, and of Han characters. `names` are the scripts in alphabetical order, `ranges` the
    first and last code points of each, ascending; `shared` are the scripts of several languages, `east_asian` the
    names of Han, kana and Hangul.
    """

    def __init__(
        self,
        rules: tuple[int, int, int, int, int, int, int],
        names: tuple[str, ...],
        ranges: tuple[tuple[int, int, str], ...],
        shared: frozenset[str],
        east_asian: tuple[str, str, str],
    ) -> None: ...
    def find(self, text: str) -> tuple[str, str] | None:
        """Return the language, or "" if it is unclear, and the script if its words must decide, else "".

        None if the text has a lone surrogate.
        """

class CommonWords:
    """Counts the common words of languages that share a script. `languages` has the words of each, 64 at most.

    `lower` has 16 bits for each character up to U+2FFF: its lower case; 0 for white space; 1 if no common word has it.
    """

    def __init__(self, languages: tuple[tuple[bytes, ...], ...], lower: bytes, /) -> None: ...
    def count(self, text: str, /) -> tuple[int, tuple[int, ...], tuple[int, ...]] | None:
        """Return the number of words; for each language that of its common words, and of different ones.

        None if the text has a lone surrogate.
        """

# ------------------------------------------------------------------ c/common_words.c, analysis/passage_language.py

def spans_without(
    text: str | bytes, spans: list[PassageSpan], words: tuple[bytes, ...], /
) -> list[int]:
    """Return the numbers of the passages that contain none of the words, which are 8 at most.

    A text is str or UTF-8. Raises ValueError or OverflowError if a span lies outside the text.
    """

class ForeignMarks:
    """The marks of other languages than one: the common words of others, and the lower case of each character.

    `lower` has 16 bits for each character up to U+2FFF: its lower case; 0 between words; 1 if no common word has it;
    plus 0x8000 for a letter that only another language has.
    """

    def __init__(
        self, languages: Languages, language: str, words: tuple[bytes, ...], lower: bytes, /
    ) -> None: ...
    def find(self, text: str | bytes, spans: list[PassageSpan], numbers: list[int], /) -> list[int]:
        """Return those of the numbered passages that may be in another language: see `may_be_in_another`."""

# ------------------------------------------------------------------ passages: c/passages.c; the twin is corpus/split.py

FoundPassages: TypeAlias = tuple[str | None, str, list[PassageSpan]]
"""The title, the language and the passages of a text file. The title is None if `title_of` must find it."""

ByteSource: TypeAlias = tuple[bytes, int, int, bytes]
"""A file's bytes, the offset of its text, how bytes encode characters, and widths.

1 is valid UTF-8, 2 UTF-8 with bad bytes, each read as U+FFFD, 3 one byte each, 4 UTF-16, 5 UTF-32, 6 by the first
byte: then the last item has the width for each first byte, 0 for four bytes before a digit and else two.
"""

class Finder:
    """Finds the title, the language and the passages of text files.

    `kind` is PassageSpan. `measure` is: the least and the most words of a passage, the words of a part of a longer
    one, and the most characters without a space; the characters of a word, the characters after which a passage ends
    with its line, and the characters up to which its words need not be counted; the most characters of a wrapped
    line, and the least lines of a wrapped text. `is_mark` returns whether a code point is a combining mark. `title`
    is: the characters in which a title is searched, and its most characters and words. `least_run` is the least
    number of characters in a run of encoded data. `language_of` is that of analysis/language.py.
    """

    def __init__(
        self,
        kind: type[PassageSpan],
        measure: tuple[int, int, int, int, int, int, int, int, int],
        is_mark: Callable[[int], bool],
        title: tuple[int, int, int],
        languages: Languages,
        least_run: int,
        language_of: Callable[[str], str],
    ) -> None: ...
    def find(self, data: bytes) -> FoundPassages | None:
        """Return the contents of a file, or None if it is not UTF-8, or blank, or may hold encoded data."""

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
        """Return the passages of a text that begins on `line`, or None if it has lone surrogates.

        `lines` and `ends` are the lines of the file at which each line of the text begins and ends, as 64-bit
        integers. If given, passages have these lines.

        Byte offsets are -1 without a source, or if the source has another number of characters than the text.
        """

# ------------------------------------------------------------------ inversion: c/invert.c

TypedColumn: TypeAlias = tuple[str, bytes]
"""A column of numbers: the code of its type (B, H, I, Q), and its bytes."""

class Columns(TypedDict):
    """The postings and dictionaries of a segment: docs/index-format.md.

    `groups` and `terms` are blocks that are not compressed yet; `distinct` counts terms. `marked` has, for each term of
    a language that stems spellings, the term and the key of its stem class: two lines.
    """

    postings: bytes
    groups: list[bytes]
    group_firsts: list[bytes]
    group_bases: TypedColumn
    terms: list[bytes]
    term_firsts: list[bytes]
    marked: bytes
    distinct: int

class Inverted(Columns):
    """Columns with the lengths of bodies and titles.

    `positions` and `title_positions` are the sums of these lengths.
    """

    lengths: TypedColumn
    title_lengths: TypedColumn
    positions: int
    title_positions: int

def dumped(fields: _Fields, /) -> tuple[bytes, tuple[str, ...]]:
    """Return the fields of a document as `json.dumps` writes them, and their names."""

class Inverter:
    """A vocabulary, with the texts and the occurrences of its terms in the passages of one segment after another.

    `marker(spelling, language)` returns the marked term of a spelling in a language with a stemmer of its own. In
    documents of such a language accents are kept, and words are spellings. `folder(run, accents)` returns the folded
    form of a run of characters beyond ASCII. `letter(character, accents)` returns the folded form of one character,
    or None if it joins the one before it: then its run is folded as a whole. `unspaced` are the first and last code
    points of the scripts without spaces, ascending, and `stemmed` of those that `without_stems` lists. Bytes are
    UTF-8, with lone surrogates. `marker` and `letter` are called once for each argument, `folder` once for each run
    that is not too long.

    Methods raise OverflowError for more than a segment can hold, and ValueError for inconsistent arguments. After an
    error nothing can be added.
    """

    def __init__(
        self,
        marker: Callable[[bytes, int], bytes],
        folder: Callable[[bytes, int], bytes],
        letter: Callable[[bytes, int], bytes | None],
        unspaced: tuple[tuple[int, int], ...],
        stemmed: tuple[tuple[int, int], ...],
    ) -> None: ...
    def sizes(self) -> tuple[int, int, int, int]:
        """Return how many occurrences in bodies, terms of the vocabulary, passages and bytes of texts there are."""

    def number(self, term: bytes) -> int:
        """Return the number of a term. A new term gets the next number."""

    def add(
        self, document: int, text: str | bytes, spans: list[PassageSpan], language: int
    ) -> bool:
        """Add the next passages. Return whether there are blocks to take.

        `document` is the number of their document. `spans` give their places in `text`, which are byte offsets if it
        is bytes. `language` is the number for `marker`, 0 for none.
        """

    def add_files(
        self,
        document: int,
        finder: Finder,
        files: Iterator[tuple[_T, bytes]],
        room: int,
        languages: Mapping[str, tuple[int, tuple[bytes, ...]]],
        in_others: Callable[[str, bytes, list[PassageSpan]], bool],
        title_in: Callable[[bytes], str],
    ) -> list[tuple[_T, str, str, int]]:
        """Add the passages of plain text files, the first of them as document number `document`.

        Return for each file what came with its bytes, its title, its language, and the number of its passages. Stop,
        and do not add the file, if `finder.find` returns None, if there are more than `room` passages with those
        before, or if some are in another language. `languages` gives for each language its number for `marker`, and
        the common words, between spaces, of which a passage in that language has one. `in_others(language, data,
        spans)` is asked about texts where too few passages have one: see analysis/passage_language.py. `title_in` is
        asked for titles that the core does not find.
        """

    def add_found(
        self,
        document: int,
        text: FoundText,
        room: int,
        languages: Mapping[str, tuple[int, tuple[bytes, ...]]],
        in_others: Callable[[str, str, list[PassageSpan]], bool],
    ) -> tuple[str, int, list[str] | None, bool] | None:
        """Add the passages of a found text, if there are no more than `room` and all are in its language.

        Return its language, the number of its passages, their steps (None if they have none), and whether there are
        blocks to take. Return None, and add nothing, otherwise. The arguments are as in `add_files`.
        """

    def add_title(self, text: str, language: int, passage: int) -> None:
        """Add the title of a passage; passages must ascend."""

    def take_blocks(self) -> list[bytes]:
        """Return the whole blocks of texts so far, each once."""

    def end_texts(self) -> tuple[TypedColumn, TypedColumn]:
        """End the last block. Return where the text of each passage, and where each block, ends."""

    def take_passages(self) -> tuple[dict[str, TypedColumn], list[str]]:
        """Return the columns of the spans by name, and the headings in the order of their numbers, from 1."""

    def without_stems(self) -> list[list[bytes]]:
        """Return the terms that need a stem: a list for each script of `stemmed`, then one of marked and other terms.

        Waiting texts are cut first. English terms get their stems in the core. Numbers and terms in other scripts are
        their own stems.
        """

    def add_stems(self, stems: list[list[bytes]]) -> None:
        """Set the stems of the terms that `without_stems` returned."""

    def new_terms(self) -> list[bytes]:
        """Return the terms that `streams` has no names of yet, in the order of their numbers."""

    def streams(
        self, words: list[bytes], marks: list[bytes], numbers: list[int]
    ) -> list[tuple[str, str, int]]:
        """Return the streams of the titles that were added, with the number of their positions, and drop these.

        `words` and `marks` are the entries of the new terms in the two streams: see engine/opensearch/streams.py.
        `numbers` are those of the first terms that are the same word: they differ by their stems alone. Titles with
        even numbers count as texts, those with odd ones as the titles of the passages before.
        """

    def word_counts(self) -> list[tuple[bytes, int, int, int, int]]:
        """Return the first term of each word in `streams`, and how often the word was there: in passages, in titles,
        its occurrences in texts and titles."""

    def finish(self) -> Inverted:
        """Return the segment's columns. The vocabulary and the texts stay, the occurrences are dropped."""

# ------------------------------------------------------------------ postings: c/postings.c, c/merge.c; the twins are
# posting_list.py, index/plain_inversion.py and index/check.py

def decode_postings(
    data: Buffer, df: int, cf: int, member_count: int, passages: int, positions: bool, /
) -> tuple[bytes, bytes, bytes, bytes]:
    """Return a posting list as `posting_list.Decoded`, in columns of uint32. Raise ValueError if it is invalid."""

def merge(parts: tuple[tuple[tuple[bytes, ...], Buffer, Buffer], ...], passages: int, /) -> Columns:
    """Return the postings and dictionaries of several segments merged into one, which has `passages` passages.

    Each part is a segment's blocks of groups, its postings, and the new number of each passage (uint32), 0xffffffff
    for a deleted one. Raise ValueError if a segment is invalid, OverflowError for more than a segment can hold.
    """

def words_with(
    block: Buffer, words: tuple[tuple[bytes, bytes], ...], language: bytes, least: int, most: int, /
) -> list[tuple[int, int, bool, bytes]]:
    """Return the terms of a language in a block's groups that hold the words, as the twin `Block.words_with` does.

    Raise ValueError.
    """

def take_apart(block: Buffer, /) -> tuple[bytes, ...]:
    """Return the parts of a block of groups: see `group_blocks.Parts`.

    Raise ValueError. The twin is `group_blocks.take_apart`.
    """

def terms_of(block: Buffer, field: bytes, /) -> tuple[list[bytes], bytes, bytes, bytes]:
    """Return the terms of a field in a block of groups, with columns of their df, cf and extra (uint32).

    Raise ValueError. The twin is `group_blocks.terms_of`.
    """

def check_postings(blocks: tuple[bytes, ...], postings: Buffer, passages: int, /) -> None:
    """Read every posting list of a segment. Raise ValueError if one does not agree with its block of groups."""

# ------------------------------------------------------------------ segments: c/segment_reader.c; the twins are
# index/segment_file.py, index/dictionary.py and index/segment.py

GroupParts: TypeAlias = tuple[
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
"""As `group_blocks.Group`."""

class SegmentReader:
    """An open segment file. What it cannot do it leaves to the twins, which say what is wrong: it gives None then."""

    def __new__(
        cls,
        descriptor: int,
        memory: Buffer,
        checked: bytearray,
        sums: Buffer,
        sum_of: Callable[[Buffer], int],
        directory: dict[str, tuple[str, int, int]],
        /,
    ) -> Self:
        """Blocks are read into `memory`, their sums compared with `sums`, and then they get a 1 in `checked`.

        `directory` has the type, the place and the length of each column. Raises ValueError where one lies outside.
        """

    def read(self, start: int, end: int, /) -> bool:
        """Whether the blocks that hold these bytes are in memory now, and checked."""

    def group(self, number: int, /) -> GroupParts | None:
        """The group of a number, in the order of keys."""

    def path(self, number: int, /) -> bytes | None:
        """The path of a file."""

    def files_at(self, path: bytes, /) -> tuple[int, int] | None:
        """The numbers of the first and the last file at a path, plus one. None: as for `group`."""

    def close(self) -> None:
        """Let go of the memory. The descriptor is not closed."""

def find_groups(
    readers: tuple[SegmentReader, ...], keys: tuple[bytes, ...], /
) -> list[tuple[int, int, GroupParts]] | None:
    """The groups of some keys: the number of the reader, that of the key, and the group, in this order."""

KindOfDocument: TypeAlias = tuple[str, str, float, str, str, tuple[str, ...]]
"""Encoding, errors, confidence, media type, language, and the languages of passages that are in others."""

KnownDocuments: TypeAlias = tuple[dict[int, Document], list[KindOfDocument]]
"""The documents of a segment that were read and stay, by their numbers, and the kinds of all."""

def passages(
    readers: tuple[SegmentReader, ...],
    bases: tuple[int, ...],
    numbers: list[int],
    known: tuple[KnownDocuments, ...],
    made: tuple[
        type[Passage],
        tuple[str, ...],
        type[Document],
        tuple[str, ...],
        Callable[[str], tuple[tuple[str, str], ...]],
    ],
    /,
) -> list[Passage | None]:
    """Passages without their texts and their steps, numbered through the index; None what a reader cannot read.

    `bases` has the first number of each segment, `known` what is known of it. Documents that are read are added to
    that. `made` are Passage and Document with their fields, and what reads the further fields of a document.
    """

def files_of(
    readers: tuple[SegmentReader, ...], bases: tuple[int, ...], numbers: list[int], /
) -> list[tuple[int, int] | None]:
    """The segment and the file of passages that are numbered as above; None what a reader cannot read."""

def find_word(
    readers: tuple[SegmentReader, ...],
    in_bodies: bool,
    key: bytes,
    form: bytes | None,
    title_weight: int,
    /,
) -> tuple[tuple[tuple[int, WordLists], ...], int, int] | None:
    """Find the posting lists of a stem class, or of one form: in titles, and in bodies too if `in_bodies`.

    Return them by segment, df and the weighted frequency. The twin is `TermSets.ranges`.
    """

# ------------------------------------------------------------------ queries; the twin is plain_matching.py
#
# Passages are numbered through the index. All objects are immutable, so threads may share them; long calls let other
# threads run. Invalid data in an index raises ValueError.

Segment: TypeAlias = tuple[Buffer, Buffer, Buffer, Buffer | None]
"""The columns of a segment's passages.

They are: the lengths of bodies; the lengths of titles; the numbers of documents; a byte for each passage, which is
not zero if the passage is deleted (None: none is).
"""

class PassageTable:
    """The columns of an index's passages."""

def passage_table(
    segments: tuple[Segment, ...], a: float, b: float, title_weight: int, /
) -> PassageTable:
    """Return a table. A word in a title counts `title_weight` times; a + b * length is the norm of tf."""

# ---- from an index: c/scoring.c, c/postings.h

Source: TypeAlias = tuple[bool, Buffer, int, int, int, Buffer | None]
"""A posting list.

Its items are: whether it is in titles; its bytes; df; cf; the number of its group's members; the chosen members
(uint32), or None for all.
"""

class WordLists(Sequence[Source]):
    """The posting lists of a word in a segment. A query reads of them what it needs."""

    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, number: int, /) -> Source: ...
    @overload
    def __getitem__(self, numbers: slice, /) -> Sequence[Source]: ...

Part: TypeAlias = tuple[int, Sequence[Source]]
"""The number of a segment, and the sources of a term set in it: a tuple, or WordLists."""

class Postings:
    """The passages that contain a term set, including deleted ones, and its frequency in each.

    Titles are weighted.
    """

    @property
    def passages(self) -> bytes:
        """The numbers of the passages, ascending, as uint32."""

    @property
    def frequencies(self) -> bytes:
        """The frequencies, as uint32."""

    def __len__(self) -> int: ...

def postings(table: PassageTable, parts: tuple[Part, ...], within: Matches | None, /) -> Postings:
    """Return the postings of a term set. With `within`, return only those in its passages, and skip others."""

class Matches:
    """Passages that are not deleted, and their scores, which are zero or more."""

    @property
    def passages(self) -> bytes:
        """The numbers of the passages, ascending, as uint32."""

    @property
    def scores(self) -> bytes:
        """The scores, as float64."""

    @property
    def nbytes(self) -> int:
        """The memory of the object, in bytes."""

    def __len__(self) -> int: ...

def scored(table: PassageTable, postings: Postings, weight: float, /) -> Matches:
    """Return weight * tf / (tf + a + b * length) for each passage that is not deleted."""

# ---- put together: c/combine.c, c/positions.c

def around(table: PassageTable, postings: Postings, weight: float, /) -> Matches:
    """Return the documents that contain a term set, as matches by the numbers of documents through the index.

    Documents of deleted passages are included. The score is what `scored` would return for the whole document as one
    passage. Parts of a large file are documents by themselves.
    """

def with_documents(
    table: PassageTable, matches: Matches, around: tuple[Matches, ...], /
) -> Matches:
    """Return the same passages, each with the sum of its document's scores in `around` added."""

def everything(table: PassageTable, /) -> Matches:
    """Return every passage, with score 0."""

def all_of(parts: tuple[Matches, ...], /) -> Matches:
    """Return the passages in all parts, with the sum of their scores, added from the shortest part to the longest."""

def any_of(parts: tuple[Matches, ...], /) -> Matches:
    """Return the passages in any part, with the sum of their scores, added in the order of the parts."""

def highest_of(parts: tuple[Matches, ...], /) -> Matches:
    """Return the passages in any part, with the highest of their scores."""

def within(matches: Matches, others: Matches, /) -> Matches:
    """Return the matches that are in `others` too, with their own scores."""

def without(matches: Matches, unwanted: Matches, /) -> Matches:
    """Return the matches that are not in `unwanted`."""

def maybe(required: Matches, optional: Matches, /) -> Matches:
    """Return the required matches, with the scores of the optional ones added."""

def boosted(matches: Matches, factor: float, /) -> Matches:
    """Return the same passages, with their scores times `factor`."""

def untested(
    table: PassageTable, matches: Matches, known: tuple[Buffer, ...], /
) -> list[list[int]]:
    """Return the documents of matches whose byte is 0, by segment.

    `known` has a byte for each document of each segment.
    """

def narrowed(
    table: PassageTable, matches: Matches, known: tuple[Buffer, ...], wanted: int, /
) -> Matches:
    """Return the matches whose document's byte is `wanted`."""

def grouped(
    table: PassageTable,
    matches: Matches,
    numbers: tuple[Buffer, ...],
    orders: tuple[Buffer, ...],
    count: int,
    /,
) -> tuple[Matches, bytes]:
    """Return the best passage of each group, its score rounded to 9 digits, and the number of each group's matches.

    `numbers` has the group, below `count`, of each document of each segment. `orders` breaks ties before the numbers
    of passages do. All these numbers are uint32.
    """

Together: TypeAlias = tuple[int, tuple[Sequence[Source], ...]]
"""The number of a segment, and the sources of each of several words in it."""

def phrase(
    table: PassageTable,
    parts: tuple[Together, ...],
    weights: tuple[float, ...],
    within: Matches | None,
    /,
) -> Matches:
    """Return the live passages in whose body or title the words follow each other; only those of `within`, if given.

    A score is the sum of what `scored` returns for each word with its weight, in order.
    """

def near(
    table: PassageTable,
    parts: tuple[Together, ...],
    weights: tuple[float, ...],
    within: Matches | None,
    slop: int,
    /,
) -> Matches:
    """Return the same for words at different positions, in any order, with at most `slop` others among them."""

def beside(
    table: PassageTable,
    parts: tuple[Together, ...],
    weights: tuple[float, ...],
    within: Matches | None,
    reach: int,
    /,
) -> Matches:
    """Return the live passages in which two words are near each other: within `reach` positions in body or title.

    A score is the lower of the two words' scores, times the square root of their closeness: see engine/bm25f.py.
    """

# ---- the best: c/topk.c

Best: TypeAlias = tuple[int, list[tuple[float, int]], tuple[int, ...]]
"""The number of passages; (score, passage) of the best, by rounded score (9 digits), then by passage; and ties.

The best are the `most` best, and all within 1e-9 of the last one. If these exceed `most` by more than 1,000, then of
the passages that tie with the last one, only the first `most` of each segment are kept. The ties are then the last
passage kept in each segment that lost any.
"""

def best(table: PassageTable, matches: Matches, most: int, /) -> Best:
    """Return the best of matches."""

def best_of_word(
    table: PassageTable, parts: tuple[Part, ...], weight: float, most: int, /
) -> Best | None:
    """Return the same as `best` of `scored` of `postings`, which are not kept.

    None if very many passages are equally good, or the weight is none of a word.
    """

def best_of_any(
    table: PassageTable,
    parts: tuple[Matches, ...],
    extras: tuple[Matches, ...],
    around: tuple[Matches, ...],
    most: int,
    /,
) -> Best:
    """Return the best of `any_of`, with the extras added (`maybe`), and then the documents (`with_documents`).

    These are not computed in full unless necessary.
    """

def best_of_all(table: PassageTable, parts: tuple[Matches, ...], most: int, /) -> Best:
    """Return the best of `all_of`, which is not computed in full unless necessary."""

def ranked(matches: Matches, /) -> tuple[bytes, bytes]:
    """Return all in the order of `Best`: scores (float64), passages (uint32)."""
