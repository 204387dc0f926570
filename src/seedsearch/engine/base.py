"""The protocol between the pipelines and the engines.

An engine takes documents with their passages, and analysed query trees. It returns plain (passage, score) pairs. It
stores paths unchanged; `paths.py` gives them a meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from seedsearch.corpus.found import FoundDocument
from seedsearch.lazy import chosen
from seedsearch.model import Document, FileState, Passage, PassageSpan, ScoredPassage
from seedsearch.query.ast import Exact, Fuzzy, Prefix, Query, Term, Wildcard
from seedsearch.record import NamedTuple, Protocol, Record

Grouping: TypeAlias = Literal["passage", "document", "file"]
"""The unit of an answer: each passage, all passages of a document, or all passages of a file."""

LAZY = 4096
"""The number of passages above which all passages of an answer are lazy."""

MAX_EXPANSIONS = 16_384
"""The maximum number of terms of a Prefix, Wildcard or Fuzzy. Collecting so many takes about a second."""


WHOLE = "1/1"
"""The part of a writer that writes the whole index."""

Text: TypeAlias = str | bytes
"""The text of a document. Bytes are the whole file in UTF-8; the byte ranges of spans then locate passages."""


def cut(text: Text, spans: Iterable[PassageSpan]) -> list[str]:
    """Return the texts of passages."""
    if isinstance(text, str):
        return [text[span[0] : span[1]] for span in spans]
    return [text[span.byte_start : span.byte_end].decode() for span in spans]


class DocumentText(NamedTuple):
    """A document, its text, and the places of its passages in the text.

    A long document may come in several parts; `ordinal` is the number of passages in the parts before.
    """

    document: Document
    text: Text
    spans: Sequence[PassageSpan]
    ordinal: int = 0


Added: TypeAlias = DocumentText | FoundDocument
"""A document as builders take it: see `with_text`."""


def with_text(added: Added) -> DocumentText:
    """Return a document with its text and its passages as objects of Python."""
    if isinstance(added, FoundDocument):
        return DocumentText(added.document, added.text.text(), added.text.spans())
    return added


class Ranking(Record):
    """The best passages, best first, and the number of all matches.

    Matches are passages, or documents or files if these are ranked. Order: score rounded to 9 digits, descending;
    then path, then position in the file. `candidates` is 0 if all matches were ranked. Else an engine chose so
    many of them by a simpler ranking. Very many passages are lazy (`lazy.py`). Then `paths` are the
    paths of their files, and `texts` their texts in UTF-8.
    """

    total: int
    passages: Sequence[ScoredPassage]
    candidates: int = 0
    paths: Sequence[str] = ()
    texts: Sequence[bytes] = ()

    def chosen(self, places: Sequence[int]) -> Ranking:
        """Return the passages at some places."""
        found = self.passages, self.paths, self.texts
        passages, paths, texts = [chosen(own, places) if own else () for own in found]
        return self.replace(passages=passages, paths=paths, texts=texts)


class IndexStats(Record):
    """The counts of an index.

    `files` counts skipped ones too; `terms` distinct surface terms, an upper bound over segments. `encodings`,
    `languages` and `media_types` are (name, documents), the most frequent first; the name of a language that is not
    clear is "". `condition` says in words how the machines are that hold the index, if it is on others.
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
    media_types: tuple[tuple[str, int], ...]
    condition: str = ""


class Size(NamedTuple):
    """The number of documents and passages in an index."""

    documents: int
    passages: int


def by_count(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return (name, count) pairs, the most frequent first, then by name."""
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


class PerFile:
    """Counts passages by file, and says of each whether it is among the first `most` of its file (None: all are)."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._counts: dict[str, int] = {}

    def admits(self, path: str) -> bool:
        """Count a passage of the file at this path."""
        if self._most is None:
            return True
        count = self._counts[path] = self._counts.get(path, 0) + 1
        return count <= self._most


class Place(NamedTuple):
    """The place of a passage in its file, without its text.

    `document` is the place of its document in the file, `ordinal` its own place in the document, both from 0.
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
    """The number of passages with a word, and of all passages, removed ones included: df and N of the formula."""

    df: int
    passages: int


class TermCount(NamedTuple):
    """A term of the vocabulary, the number of passages with it, and the number of its occurrences.

    Body and title count alike, and removed passages count until they are merged away.
    """

    term: str
    passages: int
    occurrences: int


class Tally(NamedTuple):
    """How many passages of a document match, with what they are counted by; of a table, of one of its rows.

    `fields` are the fields that were asked for, those of the row included.
    """

    path: str
    media_type: str
    language: str
    fields: tuple[tuple[str, str], ...]
    passages: int


class Reading(NamedTuple):
    """How the bytes of a document became text (see DecodedText), and the language of the text."""

    path: str
    encoding: str
    errors: str
    confidence: float
    language: str


class CheckReport(Record):
    """The result of checking a whole index: pairs of a file of the index and its damage.

    `segments` and `passages` (live ones) are counted as the index states them.
    """

    segments: int
    passages: int
    damages: tuple[tuple[str, str], ...]


class BatchBuilder(Protocol):
    """Turns documents into one searchable batch, in the writer's process or another."""

    def add(self, state: FileState, documents: Sequence[Added], *, place: int = 0) -> None:
        """Add a file with all its documents (none if it was skipped), or with its next documents.

        `place` is the place of the first of `documents` in the file, from 0. The last given state of a file counts;
        only `skipped` may differ from an earlier one. If several builders hold parts of a file, one of them has the
        reason why something was skipped, if anything was.
        """

    def add_files(self, files: Iterator[tuple[FileState, bytes]]) -> int:
        """Add files of plain text, each with its one document, as long as one pass over the bytes finds all of it.

        Return how many were added. The next one, if there is one, has to be read by Python, and added by `add`.
        """

    @property
    def pending_bytes(self) -> int:
        """Return roughly the peak memory, in bytes, that the added documents will need."""

    def finish(self) -> object:
        """Make the batch durable. Return a small picklable receipt for `IndexWriter.adopt`."""


class IndexWriter(Protocol):
    """The only writer of an index. Nobody sees its changes before `commit`."""

    def builder_factory(self) -> Callable[[], BatchBuilder]:
        """Return a picklable function that makes a BatchBuilder, in this process or another."""

    def adopt(self, receipt: object) -> None:
        """Add a finished batch to the next commit."""

    def remove(self, paths: Iterable[str]) -> None:
        """Remove these files, with all their documents, with the next commit.

        Files in batches adopted since the last commit stay. So a changed file is removed and added in one commit, in
        either order.
        """

    def set_roots(self, roots: Sequence[str]) -> None:
        """Replace the list of roots with the next commit."""

    def set_settings(self, text: str) -> None:
        """Replace the text stored beside the roots with the next commit."""

    def commit(self) -> None:
        """Make all adopted and removed files the state of the index, atomically."""

    def close(self) -> None:
        """Drop uncommitted changes, and release the lock."""


class Engine(Protocol):
    """An open index: one unchanging state of it, until `refresh`.

    Any number of threads may call it at the same time, also while one of them refreshes or closes it. A call ends on
    the state that it began with. After `close` every other method raises IndexClosedError.
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
        """Return the best `limit` passages (None: all) for an analysed query, at most `per_file` from a file.

        With `text=False`, passages have "" as their text. With `explain`, each has an Explanation of its score. By
        "document" or "file", return the best passage of each; `limit`, `per_file` and the total then count documents
        or files.

        Raises QueryTooBroadError, IndexDamagedError, IndexClosedError.
        """

    def tallies(self, query: Query, wanted: Callable[[str], bool]) -> Iterable[Tally]:
        """How many passages match an analysed query, by document, in no order.

        `wanted` says whether a field is asked for, by its name as queries write it. A table with a column that is
        asked for is counted row by row. Raises what `search` raises.
        """

    def files(self) -> Mapping[str, FileState]:
        """Return every file in the index, by path, including skipped ones."""

    def state(self, path: str) -> FileState | None:
        """Return the state of one file, or None for an unknown file. Cheap."""

    def places(self, path: str) -> Iterable[Place]:
        """Return the place of each passage of a file, in order; none for an unknown file."""

    def passage(self, path: str, document: int, ordinal: int) -> Passage | None:
        """Return one passage of a file, by its place, with its text, or None."""

    def contents(self) -> Iterator[tuple[int, Passage]]:
        """Yield every passage, with the place of its document in its file: by path, then in the order of the file."""

    def frequency(self, leaf: Term | Exact) -> Frequency:
        """Return the number of passages with a word, and of all passages. Cheap."""

    def compounding(self) -> Collection[str]:
        """The languages whose compounds `compounds` looks for: see `analysis.compounds.LEAST_SHARE`."""

    def compounds(self, words: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """For each word that is a part of compounds, the terms of the index that are such (`analysis.compounds`), in
        the order of their characters."""

    def terms(self, leaf: Prefix | Wildcard | Fuzzy) -> Iterable[TermCount]:
        """Return the terms that a leaf matches, in the order of their characters, without a limit."""

    def most_frequent(
        self, leaf: Prefix | Wildcard | Fuzzy, limit: int
    ) -> tuple[Sequence[TermCount], int]:
        """Return the terms that a leaf matches and that are in most passages, and the number of all it matches.

        Equally frequent terms are in the order of their characters.
        """

    def readings(self) -> Iterable[Reading]:
        """Return how each document was read, in no order."""

    def languages(self) -> Collection[str]:
        """The languages of its documents and passages, at little cost: there may be more than are left in the index."""

    def fields(self) -> Collection[str]:
        """Return the names of all documents' fields, as queries write them, deleted documents included."""

    def document_fields(self) -> Iterable[tuple[tuple[str, str], ...]]:
        """Return the fields of each document and of each row of a table (see `rows.py`), without deleted ones."""

    def roots(self) -> tuple[str, ...]:
        """Return the files and folders that the index covers."""

    def settings(self) -> str:
        """Return the text last given to `IndexWriter.set_settings`, at first "". An engine does not interpret it."""

    def stats(self) -> IndexStats:
        """Return the counts of the index."""

    def size(self) -> Size:
        """Return the number of documents and passages, as in `stats`. Cheap."""

    def writer(self, *, wait: bool = False, part: str = WHOLE) -> IndexWriter:
        """Return the writer of the index, or of one of its parts (`3/16`). It removes nothing from other parts.

        Raises IndexLockedError if another writer of the part is open, unless `wait`. Raises UsageError if the index
        is written in another number of parts, and UnsupportedError if the engine has no parts.
        """

    def refresh(self) -> bool:
        """Move to the newest commit. Return whether the state changed."""

    def close(self) -> None:
        """Release files and memory."""
