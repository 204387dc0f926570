"""The values that the parts of seedsearch pass to each other. All are frozen.

Paths are `str` as from `os.fsdecode`: bytes that are not UTF-8 become lone surrogates, and
`os.fsencode` turns them back. Characters are Unicode code points. Ranges are half open. Lines are
1-based. Times are nanoseconds since the epoch.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from seedsearch.line_ends import LINE_END
from seedsearch.record import NamedTuple, Record

# ------------------------------------------------------------------------------ indexing


class SourceFile(NamedTuple):
    """A regular file found by a walk, with the figures of its `stat`.

    `encoding` is the encoding that the user configured for it, or "" to detect it. `outer` holds the remaining
    limits of a member (corpus/formats/limits.py); None for a file itself. `passwords` are tried if it is encrypted, or
    a member of it.
    """

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    encoding: str = ""
    outer: object = None
    passwords: tuple[str, ...] = ()


_MOST_NS = (1 << 63) - 1  # in the year 2262


def figures(status: os.stat_result) -> tuple[int, int, int]:
    """Return the size and the times of a file. A time that 64 bits do not hold becomes the nearest one that they do."""
    modified, changed = status.st_mtime_ns, status.st_ctime_ns
    if -_MOST_NS <= modified <= _MOST_NS and -_MOST_NS <= changed <= _MOST_NS:
        return status.st_size, modified, changed
    modified, changed = (min(max(time, -_MOST_NS), _MOST_NS) for time in (modified, changed))
    return status.st_size, modified, changed


class OutsideReader(NamedTuple):
    """A program of the user that reads files: its command and its limits.

    `writes` is the suffix of its output's format (.txt, .html).
    """

    command: tuple[str, ...]
    writes: str = ".txt"
    seconds: float = 60.0
    megabytes: int = 1024

    @property
    def name(self) -> str:
        """Return the name of the program, without its folder."""
        return self.command[0].replace("\\", "/").rpartition("/")[2]


class DecodedText(NamedTuple):
    """The text of a file, and how it was decoded from the file's bytes.

    `text == data[start:].decode(encoding, errors)`; `start` is the length of the byte order mark.
    `confidence` is 1.0 if the encoding is certain (a byte order mark, valid UTF-8, configured by the
    user), else the detector's figure from 0 to 1. If the text is `mixed`, some of its lines are in another
    encoding (corpus/mixed.py), and the equation holds for the other lines only.
    """

    data: bytes
    text: str
    encoding: str
    errors: str
    confidence: float
    start: int = 0
    mixed: bool = False


class Section(NamedTuple):
    """A range of a document's text, `[start, end)` in characters. No passage crosses its ends.

    `heading` is "" and `page` is 0 if there is none. A `whole` section (a table row, a code block) is
    never merged with a neighbour, and split only if it is too long for one passage.
    """

    start: int
    end: int
    heading: str = ""
    page: int = 0
    whole: bool = False


class Document(Record):
    """The metadata of one document. A file holds one document, or many (records, members, messages).

    `id` is the document's own identifier. `member` is its place inside the file: the name of an archive member, the
    number of a message. A missing `id` or `member` is "". `language` is an ISO 639-1 code, or "" if unknown; `also` are
    the languages of passages that are in others. `fields` are further metadata, such as ("date", "2024-10-21"), in the
    order found.
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
    also: tuple[str, ...] = ()


def field_key(name: str) -> str:
    """Return the name of a field as queries write it: in small letters, with `_` for spaces."""
    return "_".join(name.casefold().split())


class ExtractedDocument(NamedTuple):
    """A document with its text: the output of a format's reader, the input of the splitter.

    `decoded` is the DecodedText whose `.text` is `text`; it gives passages their byte ranges. It is None if the file
    does not contain the text as such (HTML, PDF, archives): byte ranges are then unknown.

    A document may start inside its file: `line_offset` is added to its line numbers, `byte_offset` to its byte
    ranges. Where an offset is not enough, `lines` holds the file's line number of each line of the text. If lines of
    the text span several lines of the file, `ends` holds the number of the last of them for each line.

    With `continues`, the text continues the previous document: both are one document. `spans` are the passages, on
    lines of the file, if the reader found them itself, and the text holds no encoded data. The splitter then does
    nothing.
    """

    document: Document
    text: str
    sections: tuple[Section, ...]
    decoded: DecodedText | None = None
    line_offset: int = 0
    lines: Sequence[int] = ()
    byte_offset: int = 0
    continues: bool = False
    ends: Sequence[int] = ()
    spans: Sequence[PassageSpan] = ()


class PassageSpan(NamedTuple):
    """The place of a passage: characters of its document's text, lines and bytes of the file.

    `byte_start` and `byte_end` are -1 if the byte range is unknown. `page` is 0 if there are no pages. `steps` are as
    in Passage.
    """

    start: int
    end: int
    line_start: int
    line_end: int
    byte_start: int = -1
    byte_end: int = -1
    page: int = 0
    heading: str = ""
    steps: str = ""


IN_PART = "in part: "
"""The prefix of `FileState.skipped` for a file of which a part was read."""


DIGEST_BYTES = 8
"""The length of the digest at the start of `FileState.digest`."""


class FileState(NamedTuple):
    """The facts about a file that the index stores, to decide whether to read it again.

    `digest` is blake2b (8 bytes) of the bytes read. `skipped` is "" for a file that was read, else the
    reason, in words for the user. If parts were left out, it is `IN_PART` and a description of them.
    """

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    digest: bytes
    skipped: str = ""

    def is_read(self) -> bool:
        """Return whether text of the file is in the index, even if only a part."""
        return not self.skipped or self.skipped.startswith(IN_PART)


# ------------------------------------------------------------------------------ searching


class Passage(Record):
    """A whole passage of the index, with its citation.

    If the byte range is known, `text` is `file[byte_start:byte_end].decode(encoding, errors)`. `ordinal` is the
    0-based number of the passage in its document.

    `steps` are there if the lines of the text are not consecutive lines of the file (HTML, mail), and the reader knew
    which they are. For each line end of the text they have a number: how many lines the next line of the text is after
    the one before it in the file. They are decimal, with spaces between them.
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
    steps: str = ""

    def line_after(self, ends: int) -> int:
        """Return the line of the file after so many line ends of the text.

        It is the passage's first line if lines of the text are not lines of the file and there are no `steps`.
        """
        if self.steps:
            return self.line_start + sum(map(int, self.steps.split(" ", ends)[:ends]))
        return self.line_start + self.line_step() * ends

    def line_step(self) -> int:
        """Return 1 if the lines of the text are lines of the file, otherwise 0."""
        if self.line_start == self.line_end:
            return 0
        own = len(LINE_END.findall(self.text)) if "\r" in self.text else self.text.count("\n")
        return int(own == self.line_end - self.line_start)


class TermUse(NamedTuple):
    """The counts of a term in a passage's text, and in the title that the passage is scored with."""

    term: str
    body: int
    title: int


class LeafFacts(NamedTuple):
    """The figures from which the score of a query leaf is computed.

    `tf` counts an occurrence in the title TITLE_WEIGHT times. `df` is the number of passages with any of the
    leaf's terms, including deleted passages that are not yet merged away. The score is `weight` times the
    saturated tf.
    """

    terms: tuple[TermUse, ...]
    tf: int
    df: int
    weight: float


class Part(Record):
    """A part of a score. `kind` is word, exact, prefix, wildcard, fuzzy, phrase or near.

    `query` is the part of the query that was scored, in the query language. `score` includes the `boost`. A leaf has
    `facts`. A phrase or nearness has `parts`, whose scores add up to its score.
    """

    kind: str
    query: str
    score: float
    boost: float
    facts: LeafFacts | None
    parts: tuple[Part, ...]


class Explanation(Record):
    """The computation of a passage's score: the scores of the parts add up to it, within 1e-9.

    `length` is the length of the passage in terms, `mean_length` the mean over all `passages` of the index. Both
    count title terms TITLE_WEIGHT times.
    """

    parts: tuple[Part, ...]
    length: int
    mean_length: float
    passages: int


class Meaning(NamedTuple):
    """What a model adds to a score: the score is `(1 - weight) * words + weight * meaning`.

    `words` is the score of the words alone. `similarity` is the model's own score of the passage, and `meaning` the
    same on the scale of the words' scores.
    """

    model: str
    similarity: float
    words: float
    meaning: float
    weight: float


class ScoredPassage(NamedTuple):
    """A passage and its score, as an engine returns it. `explanation` is there on request.

    `meaning` is there if a model scored the passage too.

    If the engine grouped passages by document or file, this is the best passage of a group, `score` is the score of
    the group, and `matching` is the number of its matching passages.
    """

    passage: Passage
    score: float
    explanation: Explanation | None = None
    matching: int = 1
    meaning: Meaning | None = None


class Span(NamedTuple):
    """A half-open range of characters."""

    start: int
    end: int


class Fragment(Record):
    """One line or sentence of a snippet: a range of the passage's text, and the matches in it.

    `highlights` are offsets into the passage's text, inside `span`. `line` is the line of the file where
    the fragment starts.
    """

    span: Span
    line: int
    highlights: tuple[Span, ...]


class Snippet(Record):
    """The best fragments of a passage for a query, in text order.

    `highlights` are all matches in the passage, as offsets into its text. `window` is the best match with the text
    around it; its `line` is the line of the match.
    """

    fragments: tuple[Fragment, ...]
    highlights: tuple[Span, ...]
    window: Fragment | None = None


class Copy(NamedTuple):
    """A passage that repeats the text of a hit in another place. `path` is valid from the current folder."""

    path: str
    passage: Passage


class Hit(Record):
    """One result of a search.

    `path` is valid from the current folder. `passage_id` stays the same as long as the same text is at the
    same place. `relaxed` is the looser query that found the hit, or "". `by` is the ranked unit: "passage",
    "document" or "file". For a document or file, the hit is its best passage, and `matching` is the number of
    its matching passages. `also_in` holds the copies that are not hits themselves, best first. `meaning` is
    there if a model scored the passage too.
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
    meaning: Meaning | None = None

    @property
    def line(self) -> int:
        """Return the line of the best match."""
        window = self.snippet.window
        return self.passage.line_start if window is None else window.line


class SearchResult(Record):
    """The hits of one query. `total` counts all matching passages, copies included.

    `by` is the unit that was ranked and counted: "passage", "document" or "file". `relaxed` is the looser query that
    ran because nothing matched, or "". `elapsed_ms` is wall time. `query_notes` name parts of the query that were
    read as text, but may have been meant as operators, and passages that a model could not score. Very many hits are
    lazy (`lazy.py`).
    """

    query: str
    hits: Sequence[Hit]
    total: int
    elapsed_ms: float
    notes: tuple[str, ...] = ()
    relaxed: str = ""
    by: str = "passage"
    query_notes: tuple[str, ...] = ()


class Line(NamedTuple):
    """A line of a PassageView: its number in the file and its text.

    `inside` says whether the line belongs to the passage. `highlights` are the matches in `text`.
    """

    number: int
    text: str
    inside: bool
    highlights: tuple[Span, ...] = ()


class PassageView(Record):
    """A passage with the passages around it.

    `path` is valid from the current folder. `before` and `after` are neighbouring passages of the same document.
    `lines` runs from the first to the last of these passages, and includes the lines between them. The lines come
    from the file, or, if the view is `stale` (the file has changed since it was indexed), from the index.
    """

    path: str
    passage_id: str
    passage: Passage
    before: tuple[Passage, ...]
    after: tuple[Passage, ...]
    lines: tuple[Line, ...]
    stale: bool
