"""Present the index to Whoosh: its Index, IndexReader and LeafMatcher over our columns.

A Whoosh program searches with Whoosh's own query classes and Searcher. Three indexed fields share one set of postings
and the same terms, which are words as written. In `text` a word means all its forms (in body and title, with the
title weighted), in `exact` only itself, in `title` its forms in titles. So a Term of `text` is one unit of BM25F,
whatever the languages of the documents. In `text` and `exact` the positions of a title lie far behind the body, so a
phrase matches in one of them and never across.

It only reads: `seedsearch index` writes. Nothing of Whoosh's storage is used, so nothing is unpickled.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import accumulate, groupby
from math import inf
from typing import TYPE_CHECKING, Any

from whoosh import fields, scoring
from whoosh.analysis import Analyzer as WhooshAnalyzer
from whoosh.analysis import Token as WhooshToken
from whoosh.index import Index
from whoosh.matching.mcore import LeafMatcher, ListMatcher, NullMatcher, ReadTooFar
from whoosh.reading import IndexReader, TermInfo, TermNotFound

from seedsearch.analysis import Analyzer
from seedsearch.core import matching
from seedsearch.core.posting_list import chosen_in
from seedsearch.engine.bm25f import K1, TITLE_WEIGHT, B, term_weight
from seedsearch.index.dictionary import BODY, TITLE
from seedsearch.index.segment import Segment
from seedsearch.index.term_sets import PostingsRange, TermSets, parts_of
from seedsearch.record import NamedTuple

if TYPE_CHECKING:
    from seedsearch.core import _core

__all__ = ["ColumnIndex", "ColumnReader", "Okapi"]

_INDEXED = ("exact", "text", "title")
_TITLE_AT = 1 << 24  # the position of a title's first word; every passage is shorter
_REMEMBERED = 1_000  # terms
_PREFIXES = {"exact": (BODY, TITLE), "text": (BODY, TITLE), "title": (TITLE,)}


class SeedAnalyzer(WhooshAnalyzer):
    """Our analyzer as Whoosh's parser wants it. Terms are not stemmed."""

    def __init__(self) -> None:
        self._analyzer: Analyzer | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the analyzer, which is made again when needed: Whoosh copies and pickles schemas."""
        return {"_analyzer": None}

    def __call__(self, value: str, **kwargs: Any) -> Iterator[WhooshToken]:
        """Yield tokens with their positions and character offsets. Each is a new object."""
        analyzer = self._analyzer = self._analyzer or Analyzer()
        for term, position, start, end in analyzer.tokens(value):
            token = WhooshToken(positions=True, chars=True, text=term, pos=position)
            token.startchar, token.endchar, token.stopped, token.boost = start, end, False, 1.0
            yield token


def schema() -> fields.Schema:
    """Return the schema. Code makes it; it is never read from the index."""
    stored = ("path", "document_title", "id", "line_start", "line_end", "passage_text")
    return fields.Schema(
        **{name: fields.TEXT(SeedAnalyzer(), phrase=True) for name in _INDEXED},
        **dict.fromkeys(stored, fields.STORED),
    )


class Okapi(scoring.BM25F):
    """Whoosh's BM25F, with our weight of a term instead of its idf."""

    def __init__(self) -> None:
        super().__init__(B=B, K1=K1)

    def idf(self, searcher: Any, fieldname: str, text: Any) -> float:
        """Return the weight of a term."""
        parent = searcher.get_parent()
        df, frequency = (
            parent.doc_frequency(fieldname, text),
            parent.reader().frequency(fieldname, text),
        )
        return term_weight(parent.doc_count_all(), df, frequency, _decoded(text))


class _Postings(NamedTuple):
    """One term's postings, of all passages or of live ones. `positions` reads them at its first call."""

    ids: list[int]
    weights: list[int]
    positions: Callable[[], dict[int, list[int]]]


class _Term(NamedTuple):
    all: _Postings
    live: _Postings


def _decoded(text: Any) -> str:
    """Return a term as text. Whoosh passes text or UTF-8."""
    return text.decode("utf-8", "surrogatepass") if isinstance(text, bytes) else str(text)


class ColumnMatcher(LeafMatcher):
    """Walks one term's postings.

    It has neither block quality nor an upper bound, so Whoosh's top-k is exact: its shortcuts are wrong on some mixes
    of OR, AND and NOT.
    """

    def __init__(
        self, term: tuple[str, str], postings: _Postings, scorer: Any, at: int = 0
    ) -> None:
        self._term = term
        self._postings = postings
        self.scorer = scorer
        self._at = at

    def is_active(self) -> bool:
        return self._at < len(self._postings.ids)

    def reset(self) -> None:
        self._at = 0

    def copy(self) -> ColumnMatcher:
        return ColumnMatcher(self._term, self._postings, self.scorer, self._at)

    def id(self) -> int:
        ids = self._postings.ids
        return ids[self._at] if self._at < len(ids) else ids[-1]  # Whoosh may ask past the end

    def all_ids(self) -> Iterator[int]:
        return iter(self._postings.ids[self._at :])

    def next(self) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._at += 1

    def skip_to(self, id: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._at = bisect_left(self._postings.ids, id, self._at)

    def weight(self) -> int:
        return self._postings.weights[self._at]

    def value(self) -> bytes:
        return b""  # the stock value is bytes that Positions.decode_positions would unpickle

    def supports(self, astype: str) -> bool:
        return astype in ("positions", "frequency", "weight")

    def value_as(self, astype: str) -> Any:
        if astype == "positions":
            return self._postings.positions().get(self.id(), [])
        return self._postings.weights[self._at]

    def supports_block_quality(self) -> bool:
        return False

    def max_quality(self) -> float:
        return inf

    def score(self) -> float:
        return float(self.scorer.score(self)) if self.scorer else float(self.weight())


class ColumnReader(IndexReader):
    """All segments of one state of the index as one reader. `held` keeps the segments open."""

    def __init__(
        self,
        segments: Sequence[Segment],
        term_sets: TermSets,
        table: _core.PassageTable,
        number: int,
        *,
        held: object = None,
    ) -> None:
        self.schema = schema()
        self._segments = segments
        self._term_sets = term_sets
        self._table = table
        self._generation = number
        self._held = held
        *self._bases, self._count = accumulate((s.passages for s in segments), initial=0)
        self._known_lengths: list[int] | None = None
        self._known: dict[tuple[str, str], _Term] = {}

    # ---------------------------------------------------------------------- terms

    def _ranges(self, fieldname: str, text: Any) -> list[PostingsRange]:
        text = _decoded(text)
        if fieldname in _INDEXED:
            exact = fieldname == "exact"
            return self._term_sets.of_word(_PREFIXES[fieldname], text, exact=exact)
        return []

    def __contains__(self, term: tuple[str, Any]) -> bool:
        return bool(self._ranges(*term))

    def indexed_field_names(self) -> list[str]:
        return list(_INDEXED)

    def _terms(self, fieldname: str, start: bytes) -> Iterator[bytes]:
        def of(segment: Segment, prefix: bytes) -> Iterator[bytes]:
            for key, _ in segment.dictionary.terms(prefix + start):
                if not key.startswith(prefix):
                    return
                yield key[1:]

        streams = [of(s, prefix) for s in self._segments for prefix in _PREFIXES[fieldname]]
        return (term for term, _ in groupby(heapq.merge(*streams)))

    def all_terms(self) -> Iterator[tuple[str, bytes]]:
        return ((name, term) for name in _INDEXED for term in self._terms(name, b""))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield every (field, term) of one field, from `prefix` on."""
        return ((fieldname, term) for term in self._terms(fieldname, prefix))

    def _term(self, fieldname: str, text: Any) -> _Term:
        """Return the postings of a term. Recent terms are kept, since Whoosh asks for them many times."""
        key = fieldname, _decoded(text)
        term = self._known.get(key)
        if term is None:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            term = self._known[key] = self._read(*key)
        return term

    def _read(self, fieldname: str, text: str) -> _Term:
        ranges = self._ranges(fieldname, text)
        parts = parts_of(self._segments, ranges)
        found = matching.postings(self._table, parts, None)
        ids = memoryview(found.passages).cast("I").tolist()
        weights = memoryview(found.frequencies).cast("I").tolist()
        live = [at for at, docnum in enumerate(ids) if not self.is_deleted(docnum)]
        positions = cache(partial(self._positions, ranges, fieldname == "title"))
        return _Term(
            _Postings(ids, weights, positions),
            _Postings([ids[i] for i in live], [weights[i] for i in live], positions),
        )

    def _positions(
        self, ranges: Sequence[PostingsRange], titles_alone: bool
    ) -> dict[int, list[int]]:
        """Return a term's positions in each passage. Positions in titles are shifted, unless only titles count."""
        found: dict[int, set[int]] = {}
        for number, sources in parts_of(self._segments, ranges):
            segment, base = self._segments[number], self._bases[number]
            for source in sources:
                shift = _TITLE_AT if source[0] and not titles_alone else 0
                for passage, positions in chosen_in(source, segment.passages, positions=True):
                    own = found.setdefault(base + passage, set())
                    own.update(position + shift for position in positions)
        return {docnum: sorted(own) for docnum, own in found.items()}

    def _found(self, fieldname: str, text: Any) -> _Term:
        term = self._term(fieldname, text)
        if not term.all.ids:
            raise TermNotFound(f"no term {text!r} in field {fieldname!r}")
        return term

    def term_info(self, fieldname: str, text: Any) -> TermInfo:
        ids, weights, _ = self._found(fieldname, text).all
        of_all = self._lengths()
        lengths = [of_all[i] for i in ids]
        return TermInfo(
            sum(weights), len(ids), min(lengths), max(lengths), max(weights), ids[0], ids[-1]
        )

    def postings(self, fieldname: str, text: Any, scorer: Any = None) -> Any:
        """Return a matcher over a term's live postings. The base class's signature lacks `scorer`."""
        live = self._found(fieldname, text).live
        if not live.ids:
            return NullMatcher()
        return ColumnMatcher((fieldname, _decoded(text)), live, scorer)

    def frequency(self, fieldname: str, text: Any) -> int:
        """Return the term's weighted occurrences, including deleted passages."""
        return sum(self._term(fieldname, text).all.weights)

    def doc_frequency(self, fieldname: str, text: Any) -> int:
        """Return the number of passages that contain the term, including deleted ones."""
        return len(self._term(fieldname, text).all.ids)

    # ---------------------------------------------------------------------- passages

    def _at(self, docnum: int) -> tuple[Segment, int]:
        if not 0 <= docnum < self._count:
            raise IndexError(docnum)
        number = bisect_right(self._bases, docnum) - 1
        return self._segments[number], docnum - self._bases[number]

    def _lengths(self) -> list[int]:
        """Return the weighted length of every passage."""
        if self._known_lengths is None:
            self._known_lengths = [
                body + TITLE_WEIGHT * title
                for segment in self._segments
                for body, title in zip(
                    segment.file.column("passage.length").whole(),
                    segment.file.column("passage.title").whole(),
                    strict=True,
                )
            ]
        return self._known_lengths

    def field_length(self, fieldname: str) -> int:
        return sum(self._lengths())

    def min_field_length(self, fieldname: str) -> int:
        return min(self._lengths(), default=0)

    def max_field_length(self, fieldname: str) -> int:
        return max(self._lengths(), default=0)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the weighted length of a passage, body and title together."""
        return self._lengths()[docnum]

    def doc_count_all(self) -> int:
        return self._count

    def doc_count(self) -> int:
        return self._count - sum(
            segment.deleted.count(1) for segment in self._segments if segment.deleted
        )

    def has_deletions(self) -> bool:
        return self.doc_count() < self._count

    def is_deleted(self, docnum: int) -> bool:
        """Return whether a passage is deleted; False past the last one, for which Whoosh's Not asks."""
        if docnum >= self._count:
            return False
        segment, passage = self._at(docnum)
        deleted = segment.deleted
        return deleted is not None and deleted[passage] == 1

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        segment, number = self._at(docnum)
        passage = segment.passage(number)
        return {
            "path": passage.document.path,
            "document_title": passage.document.title,
            "id": passage.document.id,
            "line_start": passage.line_start,
            "line_end": passage.line_end,
            "passage_text": passage.text,
        }

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        """Return False: there are no term vectors."""
        return False

    def vector(self, docnum: int, fieldname: str, format_: Any = None) -> Any:
        """Return an empty matcher: there are no term vectors."""
        return ListMatcher([])

    def generation(self) -> int:
        return self._generation


class ColumnIndex(Index):
    """A whoosh.index.Index for reading. It is no FileIndex, which would read a pickled table of contents."""

    def __init__(self, reader: ColumnReader) -> None:
        self.schema = reader.schema
        self._reader = reader

    def reader(self, reuse: Any = None) -> ColumnReader:
        return self._reader

    def searcher(self, **kwargs: Any) -> Any:
        """Return Whoosh's Searcher. It scores as seedsearch does, unless another `weighting` is given."""
        kwargs.setdefault("weighting", Okapi())
        return super().searcher(**kwargs)

    def is_empty(self) -> bool:
        return self._reader.doc_count() == 0

    def latest_generation(self) -> int:
        return self._reader.generation()

    def writer(self, **kwargs: Any) -> Any:
        """Raise NotImplementedError: `seedsearch index` writes."""
        raise NotImplementedError("this index is read-only here: `seedsearch index` writes it")
