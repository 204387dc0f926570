"""More like this: search for the most characteristic words of a passage or file.

Words are ranked by tf * idf: the number of occurrences in the source, in any form, times the rarity in the index. The
best QUERY_WORDS words become an OR query. Each is boosted as if the query contained it tf times (BM25's weight of
query terms: Robertson & Zaragoza 2009, 3.4.3), so the score is still a sum over words.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Sequence
from unicodedata import normalize

from seedsearch.analysis import STOP_WORDS, Analyzer, shared_analyzer
from seedsearch.analysis.passage_language import language_in
from seedsearch.engine.base import Engine, Grouping, Ranking
from seedsearch.engine.bm25f import idf
from seedsearch.model import Passage, ScoredPassage, SearchResult
from seedsearch.query.ast import And, Boost, Filter, Nothing, Or, Query, Term
from seedsearch.record import NamedTuple
from seedsearch.search import Opened
from seedsearch.search.identifiers import is_passage_id
from seedsearch.search.locate import Printed, find_source, locate
from seedsearch.search.searcher import (
    SearchOptions,
    copies_apart,
    hits_of,
    in_order,
    ranked,
    with_copies,
)
from seedsearch.wildcards import as_glob

QUERY_WORDS = 25
"""The number of words in the query."""

MAX_PASSAGES = 1000
"""The number of passages that are read from the beginning of a file."""

_K3 = 8.0


class Source(NamedTuple):
    """The source: `passages` of a file, and whether they represent the whole file or member.

    `name` is what the user called it. A source that is not of the index has "" as `path`.
    """

    name: str
    path: str
    passages: list[Passage]
    whole: bool
    member: str = ""

    def holds(self, passage: Passage, by: Grouping = "passage") -> bool:
        """Return whether a passage, or its document, is the source."""
        document = passage.document
        if self.whole:
            return document.path == self.path and self.member in ("", document.member)
        if by == "document":
            return any(document == own.document for own in self.passages)
        return passage in self.passages


def source_of(index: Opened, text: str, printed: Printed = str) -> Source:
    """Return the source that a text names: a passage (by its id or a citation with a line), or a file, member or page.

    Raises SourceNotFoundError, UsageError, AmbiguousPlaceError.
    """
    found = None if is_passage_id(text) else find_source(index, text, printed)
    if found is None or found.citation.line:
        passage, _ = locate(index, text, printed)
        return Source(text, passage.document.path, [passage], whole=False)
    places = found.places[:MAX_PASSAGES]
    read = [index.engine.passage(found.path, place.document, place.ordinal) for place in places]
    passages = [passage for passage in read if passage is not None]
    whole, member = not found.citation.page, found.citation.member and places[0].member
    return Source(text, found.path, passages, whole, member)


def similar(index: Opened, source: Source, options: SearchOptions) -> SearchResult:
    """Return the passages most similar to a source. Hits and total exclude the source.

    If documents are ranked, the document of the source is not among them. Raises IndexDamagedError.
    """
    started = time.perf_counter()
    query = query_for(index.engine, source.passages, shared_analyzer())
    if options.filters:
        from seedsearch.search.filters import filters_for  # few questions have any

        query = filters_for(index, And((query, *options.filters)), "")
    ranking, copies = copies_apart(
        lambda given: _without(source, index.engine, query, given), options
    )
    hits, notes = hits_of(index, ranking, query, options)
    hits = in_order(index, with_copies(index, hits, copies), ranking, options.sort)
    elapsed_ms = (time.perf_counter() - started) * 1000
    return SearchResult(source.name, hits, ranking.total, elapsed_ms, notes, by=options.by)


def query_for(engine: Engine, sources: Sequence[Passage], analyzer: Analyzer) -> Query:
    """Return the query for the most characteristic words of some passages."""
    forms: dict[str, Counter[str]] = {}
    for source in sources:
        language = language_in(source.document, source.text)
        for form, token in analyzer.forms(source.text, language):
            if form.term not in STOP_WORDS:
                spelling = normalize("NFC", token.term)
                forms.setdefault(form.stem, Counter())[spelling] += 1
    weighed = []
    for counts in forms.values():
        term = Term(min(counts, key=lambda form: (-counts[form], form)))
        df, passages = engine.frequency(term)
        tf = counts.total()
        weighed.append((tf * idf(passages, df), tf, term))
    best = sorted(weighed, key=lambda word: (-word[0], word[2].text))[:QUERY_WORDS]
    if not best:
        return Nothing()
    return Or(tuple(Boost(term, (_K3 + 1) * tf / (_K3 + tf)) for _, tf, term in best))


def _without(source: Source, engine: Engine, query: Query, options: SearchOptions) -> Ranking:
    """Return the ranking without the source. The limits of the search rise by the source's own matches."""
    if options.by == "file":
        return _files_without(source, engine, query, options)
    own = sum(
        source.holds(found.passage, options.by)
        for found in _beside(source, engine, query, options.by)
    )
    limit, per_file = options.limit, options.per_file
    everything = _ranked(engine, query, options, own)
    kept: list[ScoredPassage] = []
    of_file: Counter[str] = Counter()
    for scored in everything.passages:
        path = scored.passage.document.path
        is_source = source.holds(scored.passage, options.by)
        if is_source or (per_file is not None and of_file[path] == per_file):
            continue
        of_file[path] += 1
        kept.append(scored)
    return Ranking(everything.total - own, tuple(kept[:limit]))


def _files_without(source: Source, engine: Engine, query: Query, options: SearchOptions) -> Ranking:
    """Return the ranking of files. The file of the source counts by its other passages."""
    beside = _beside(source, engine, query, "passage")
    left = [scored for scored in beside if not source.holds(scored.passage)]
    everything = _ranked(engine, query, options, 1)
    kept = [own for own in everything.passages if own.passage.document.path != source.path]
    if left:
        kept.append(left[0]._replace(matching=len(left)))
        kept.sort(key=lambda own: (-round(own.score, 9), os.fsencode(own.passage.document.path)))
    total = everything.total - bool(beside) + bool(left)
    return Ranking(total, tuple(kept[: options.limit]))


def _ranked(engine: Engine, query: Query, options: SearchOptions, more: int) -> Ranking:
    """Return the ranking with the source, with limits that are higher by `more`."""
    limit, per_file = (None if n is None else n + more for n in (options.limit, options.per_file))
    return ranked(engine, query, options.replace(limit=limit, per_file=per_file, text=True))


def _beside(source: Source, engine: Engine, query: Query, by: Grouping) -> list[ScoredPassage]:
    """Return all that matches in the file of the source, best first, the source included."""
    if not source.path:
        return []
    # The filter also matches longer paths with this end, so each path is compared as well.
    escaped = as_glob(source.path)
    found = engine.search(And((query, Filter("path", escaped))), limit=None, by=by)
    return [own for own in found.passages if own.passage.document.path == source.path]
