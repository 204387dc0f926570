"""What flows through seedsearch: plain frozen values, no behaviour beyond reading themselves.

Paths are `str` as `os.fsdecode` gives them (bytes that are not UTF-8 become lone surrogates, and
`os.fsencode` brings them back). Characters are Unicode code points; offsets are half open; lines
are 1-based; times are nanoseconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Sequence

from seedsearch.record import NamedTuple, Record

# ------------------------------------------------------------------------------ what is read


class SourceFile(NamedTuple):
    """A regular file that a walk found, with what `stat` said of it.

    `encoding` is the one that the user told for it, "" where it is to be found out.
    """

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    encoding: str = ""


class DecodedText(NamedTuple):
    """The text of a file and how it came out of the file's bytes.

    `text == data[start:].decode(encoding, errors)`; `start` is the length of the byte order mark.
    `confidence` is 1.0 where the encoding is certain (a mark, strict UTF-8, given by the user),
    else the detector's own figure, 0 to 1.
    """

    data: bytes
    text: str
    encoding: str
    errors: str
    confidence: float
    start: int = 0


class Section(NamedTuple):
    """A stretch of a document's text that passages do not cross: `[start, end)` in characters.

    `heading` is "" and `page` 0 where there is none. A `whole` section (a table row, a code block)
    is split only when it is too long to be one passage, never merged with a neighbour.
    """

    start: int
    end: int
    heading: str = ""
    page: int = 0
    whole: bool = False


class Document(Record):
    """What is known of one document. A file holds one, or many (records, members, messages).

    `id` is the document's own identifier and `member` its place inside the file (an archive's
    member, a message's number); both are "" where there is none. `language` is an ISO 639-1 code, "" where
    it is not clear. `fields` are further facts, such as ("date", "2024-10-21"), in the order found.
    """

    path: str
    title: str
    encoding: str
    errors: str = "strict"
    confidence: float = 1.0
    id: str = ""
    member: str = ""
    media_type: str = "text/plain"
    language: str = ""
    fields: tuple[tuple[str, str], ...] = ()


class ExtractedDocument(NamedTuple):
    """A document with its text, as an extractor gives it and the splitter takes it.

    `decoded` is the DecodedText whose `.text` is `text`, so that passages can know their bytes; None
    where the text does not stand in the file as it is (HTML, PDF, archives): bytes are then unknown.
    `line_offset` is added to line numbers (a document that starts in the middle of its file). Where
    that is not enough, `lines` holds the file's line for each line of the text instead. `byte_offset` is
    added to the bytes that `decoded` knows. With `continues`, the text goes on where that of the document before it
    ended, and they are one.
    """

    document: Document
    text: str
    sections: tuple[Section, ...]
    decoded: DecodedText | None = None
    line_offset: int = 0
    lines: Sequence[int] = ()
    byte_offset: int = 0
    continues: bool = False


class PassageSpan(NamedTuple):
    """Where a passage lies: characters of its document's text, lines and bytes of the file.

    `byte_start` and `byte_end` are -1 where the format has no such bytes; `page` is 0 where there
    are no pages.
    """

    start: int
    end: int
    line_start: int
    line_end: int
    byte_start: int = -1
    byte_end: int = -1
    page: int = 0
    heading: str = ""


IN_PART = "in part: "
"""How `FileState.skipped` begins for a file that was read, but not all of it."""


DIGEST_BYTES = 8
"""What an index remembers of a file's bytes, to know them again, begins with so many bytes."""


class FileState(NamedTuple):
    """What an index remembers of a file, to know whether it must be read again.

    `digest` is blake2b (8 bytes) of the bytes read. `skipped` is "" for a file that was read, else
    the reason why not, in words for the user; where parts of it were left out, it begins with
    `IN_PART` and says which.
    """

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    digest: bytes
    skipped: str = ""

    def is_read(self) -> bool:
        """Whether it gave text, be it in part."""
        return not self.skipped or self.skipped.startswith(IN_PART)


# ------------------------------------------------------------------------------ what is found


class Passage(Record):
    """A passage as it stands in an index: whole, with its citation.

    `text` is `file[byte_start:byte_end].decode(encoding, errors)` wherever the bytes are known.
    `ordinal` counts the passages of a document from 0.
    """

    document: Document
    ordinal: int
    text: str
    line_start: int
    line_end: int
    byte_start: int | None
    byte_end: int | None
    page: int | None = None
    heading: str = ""


class TermUse(NamedTuple):
    """How often a term stands in a passage's text and in the title that counts for it."""

    term: str
    body: int
    title: int


class LeafFacts(NamedTuple):
    """What a leaf of a query found in a passage, and what that weighs.

    `tf` counts titles TITLE_WEIGHT times, `df` is the number of passages that hold any of the leaf's terms, removed
    ones too, and `weight` what follows from that. The leaf's score is `weight` times saturated tf.
    """

    terms: tuple[TermUse, ...]
    tf: int
    df: int
    weight: float


class Part(Record):
    """A part of a score: `kind` says of what (word, exact, prefix, wildcard, fuzzy, phrase, near).

    `query` is that piece of the query, as it could be written. `score` has the `boost` in it. A leaf has `facts`; what
    is made of several leaves, whose scores add up to its own, has `parts`.
    """

    kind: str
    query: str
    score: float
    boost: float
    facts: LeafFacts | None
    parts: tuple[Part, ...]


class Explanation(Record):
    """Why a passage scores what it scores: the scores of the parts add up to it (to 1e-9).

    `length` is the passage's, `mean_length` that of all `passages` of the index, both with titles weighted.
    """

    parts: tuple[Part, ...]
    length: int
    mean_length: float
    passages: int


class ScoredPassage(NamedTuple):
    """A passage and its score: what an engine answers; with an explanation where one was asked for.

    Where passages were put together by document or file, `score` is that of all of them, and `matching`
    is how many they are.
    """

    passage: Passage
    score: float
    explanation: Explanation | None = None
    matching: int = 1


class Span(NamedTuple):
    """A half-open range of characters."""

    start: int
    end: int


class Fragment(Record):
    """One line or sentence of a snippet: a range of the passage's text, and what to light in it.

    `highlights` are offsets into the passage's text, inside `span`; `line` is the file's line where
    the fragment starts.
    """

    span: Span
    line: int
    highlights: tuple[Span, ...]


class Snippet(Record):
    """The best parts of a passage for a query, in the order of the text.

    `highlights` are all matches in the whole passage, offsets into its text.
    """

    fragments: tuple[Fragment, ...]
    highlights: tuple[Span, ...]


class Copy(NamedTuple):
    """Another place that says what a hit says. `path` opens from where the user stands."""

    path: str
    passage: Passage


class Hit(Record):
    """One answer: what every renderer prints.

    `path` opens from where the user stands. `passage_id` is stable for the same content at the same
    place. `relaxed` is the query that it answers where that is not the one that was asked. `by` is what was
    ranked: "passage", or "document" or "file", of which this is the best passage; then `matching` counts
    the passages of it that match. `also_in` are copies of it that are not shown by themselves, best first.
    """

    rank: int
    score: float
    path: str
    passage_id: str
    passage: Passage
    snippet: Snippet
    stale: bool = False
    explanation: Explanation | None = None
    relaxed: str = ""
    by: str = "passage"
    matching: int = 1
    also_in: tuple[Copy, ...] = ()


class SearchResult(Record):
    """The hits of one query. `total` counts all matching passages, copies too; `elapsed_ms` is wall time.

    `relaxed` is the query that was asked instead where nothing matched and that was wanted, else "". `by` is what was
    ranked and counted: "passage", "document" or "file".
    """

    query: str
    hits: tuple[Hit, ...]
    total: int
    elapsed_ms: float
    notes: tuple[str, ...] = ()
    relaxed: str = ""
    by: str = "passage"


class Line(NamedTuple):
    """A line to show: its number in the file, its text, and whether it is of the passage itself."""

    number: int
    text: str
    inside: bool


class PassageView(Record):
    """A passage with its surroundings.

    `path` opens from where the user stands. `before` and `after` are the neighbouring passages of the same
    document. `lines` are theirs and the passage's, with what lies between them in the file; they come from the
    index where the file is `stale`: no longer what was indexed.
    """

    path: str
    passage_id: str
    passage: Passage
    before: tuple[Passage, ...]
    after: tuple[Passage, ...]
    lines: tuple[Line, ...]
    stale: bool
