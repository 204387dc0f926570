"""The contract between the pipelines and the engines: what an engine takes and what it gives back.

An engine takes documents with their passages, and analysed query trees; it gives back plain
(passage, score). It keeps the paths it is given as they are: what they mean is for `paths.py` to say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from seedsearch.model import Document, FileState, Passage, PassageSpan, ScoredPassage
from seedsearch.query.ast import Exact, Fuzzy, Prefix, Query, Term, Wildcard
from seedsearch.record import NamedTuple, Protocol, Record

Grouping: TypeAlias = Literal["passage", "document", "file"]
"""What an answer is: each passage by itself, or all of a document's, or of a file's, as one."""

MAX_EXPANSIONS = 16_384
"""The most terms that a Prefix, Wildcard or Fuzzy may stand for: to collect as many takes about a second."""


Text: TypeAlias = str | bytes
"""The text of a document. Bytes are UTF-8, and all that its file has: passages lie where the spans' bytes are."""


def cut(text: Text, spans: Iterable[PassageSpan]) -> list[str]:
    """The texts of passages."""
    if isinstance(text, str):
        return [text[span[0] : span[1]] for span in spans]
    return [text[span.byte_start : span.byte_end].decode() for span in spans]


class DocumentText(NamedTuple):
    """A document, its text, and where its passages lie in that text.

    A long one may come in several parts; `ordinal` counts the passages of the parts before.
    """

    document: Document
    text: Text
    spans: Sequence[PassageSpan]
    ordinal: int = 0


class Ranking(Record):
    """The best passages, best first, and how many match in all; by documents or files, how many of these.

    Order: score rounded to 9 digits, descending; then path, then position in the file.
    """

    total: int
    passages: tuple[ScoredPassage, ...]


class IndexStats(Record):
    """What an index holds.

    `files` counts skipped ones too; `terms` distinct surface terms, an upper bound over segments. `encodings` and
    `languages` are (name, documents), the most frequent first; the name of a language that is not clear is "".
    """

    files: int
    skipped: int
    documents: int
    passages: int
    deleted: int
    terms: int
    text_bytes: int
    index_bytes: int
    segments: int
    created_ns: int
    committed_ns: int
    generation: int
    encodings: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]


class Size(NamedTuple):
    """How many documents and passages an index holds."""

    documents: int
    passages: int


def by_count(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """(name, count), the most frequent first, then by name."""
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


class Place(NamedTuple):
    """Where a passage stands, without its text: what a Passage says, and its place in its file.

    `document` is the place of its document in the file, `ordinal` its own in the document, from 0.
    """

    document: int
    ordinal: int
    member: str
    id: str
    line_start: int
    line_end: int
    byte_start: int | None
    page: int | None = None


class Frequency(NamedTuple):
    """In how many of how many passages a word stands, removed ones too: df and N of the formula."""

    df: int
    passages: int


class TermCount(NamedTuple):
    """A term of the vocabulary, in how many passages it stands and how often in all.

    Body and title count alike, and removed passages count until they are merged away.
    """

    term: str
    passages: int
    occurrences: int


class Reading(NamedTuple):
    """How the bytes of a document became text (see DecodedText), and in which language that is."""

    path: str
    encoding: str
    errors: str
    confidence: float
    language: str


class CheckReport(Record):
    """What a check of a whole index found: (file of the index, what is wrong with it), none when it is whole.

    `segments` and `passages` (live ones) are counted as the index says.
    """

    segments: int
    passages: int
    damages: tuple[tuple[str, str], ...]


class BatchBuilder(Protocol):
    """Turns documents into one searchable batch; lives in one process, maybe not the writer's."""

    def add(self, state: FileState, documents: Sequence[DocumentText], *, place: int = 0) -> None:
        """Add a file with all its documents (none if it was skipped), or with the next of them.

        `place` is that of the first of `documents` in the file, counted from 0. The file's state is the one that is
        given last; only `skipped` may differ from the one before. Several builders may hold parts of a file: then
        one says why something of it was skipped, if anything was.
        """

    @property
    def pending_bytes(self) -> int:
        """The memory that what was added so far will need at its peak, about, in bytes."""

    def finish(self) -> object:
        """Make the batch durable and return a small picklable receipt for `IndexWriter.adopt`."""


class IndexWriter(Protocol):
    """The one writer of an index. Nothing that it does is seen before `commit`."""

    def builder_factory(self) -> Callable[[], BatchBuilder]:
        """A picklable function that makes a BatchBuilder, in this process or another."""

    def adopt(self, receipt: object) -> None:
        """Take a finished batch into the next commit."""

    def remove(self, paths: Iterable[str]) -> None:
        """Take these files, with all their documents, out with the next commit.

        Files that adopted batches brought since the last commit are not touched: so a changed file is
        removed and added in one commit, in either order.
        """

    def set_roots(self, roots: Sequence[str]) -> None:
        """Replace the list of roots with the next commit."""

    def set_settings(self, text: str) -> None:
        """Replace the text that is kept beside the roots with the next commit."""

    def commit(self) -> None:
        """Make everything adopted and removed so far the index's state, at once or not at all."""

    def close(self) -> None:
        """Drop what was not committed, and let the next writer in."""


class Engine(Protocol):
    """An open index: one unchanging state of it, until `refresh`.

    Any number of threads may ask at the same time, also while one of them refreshes or closes it: what was begun ends
    on the state that it was begun on. After `close` everything else raises IndexClosedError.
    """

    name: str

    def search(
        self,
        query: Query,
        *,
        limit: int | None = 10,
        per_file: int | None = None,
        text: bool = True,
        explain: bool = False,
        by: Grouping = "passage",
    ) -> Ranking:
        """The best `limit` passages (None: all) for an analysed query, `per_file` at most from a file.

        With `text=False`, the passages come without their text (""). With `explain`, each comes with an
        Explanation of its score. By "document" or "file", what comes is the best passage of each, and `limit`,
        `per_file` and the total count these.

        Raises QueryTooBroadError, IndexDamagedError, IndexClosedError.
        """

    def files(self) -> Mapping[str, FileState]:
        """Every file the index knows, by path, skipped ones too."""

    def state(self, path: str) -> FileState | None:
        """What the index knows of one file, at little cost; None for a file that it does not know."""

    def places(self, path: str) -> Iterable[Place]:
        """Where each passage of a file stands, in order; none for a file that the index does not know."""

    def passage(self, path: str, document: int, ordinal: int) -> Passage | None:
        """One passage of a file, by its place, with its text; None where there is none."""

    def frequency(self, leaf: Term | Exact) -> Frequency:
        """In how many of how many passages a word stands, at little cost."""

    def compounding(self) -> Collection[str]:
        """The languages whose compounds `compounds` looks for: see `analysis.compounds.LEAST_SHARE`."""

    def compounds(self, words: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """For each word that is a part of compounds, the terms of the index that are such (`analysis.compounds`), in
        the order of their characters."""

    def terms(self, leaf: Prefix | Wildcard | Fuzzy) -> Iterable[TermCount]:
        """The terms that a leaf stands for, in the order of their characters, without a cap."""

    def readings(self) -> Iterable[Reading]:
        """How each document was read, in no order."""

    def languages(self) -> Collection[str]:
        """The languages of its documents and passages, at little cost: there may be more than are left in the index."""

    def fields(self) -> Collection[str]:
        """The names of the fields of its documents, as queries write them; of deleted ones too."""

    def document_fields(self) -> Iterable[tuple[tuple[str, str], ...]]:
        """The fields of each document and of each row of a table (see `rows.py`), deleted ones left out."""

    def roots(self) -> tuple[str, ...]:
        """The files and folders that the index is of."""

    def settings(self) -> str:
        """What `IndexWriter.set_settings` was given last, "" at first; it means nothing to an engine."""

    def stats(self) -> IndexStats:
        """What the index holds."""

    def size(self) -> Size:
        """How much the index holds, as `stats` says it, at little cost."""

    def writer(self, *, wait: bool = False) -> IndexWriter:
        """The one writer. Raises IndexLockedError when another is at work, unless `wait`."""

    def refresh(self) -> bool:
        """See the newest commit from now on; says whether anything changed."""

    def close(self) -> None:
        """Let go of files and memory."""
