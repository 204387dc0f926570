"""More like this: search for the most characteristic words of a passage or file.

Words are ranked by tf * idf: the number of occurrences in the source, in any form, times the rarity in the index. The
best QUERY_WORDS words become an OR query. Each is boosted as if the query contained it tf times (BM25's weight of
query terms: Robertson & Zaragoza 2009, 3.4.3), so the score is still a sum over words.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from unicodedata import normalize

from seedsearch.analysis import STOP_WORDS, Analyzer, shared_analyzer
from seedsearch.analysis.passage_language import language_in
from seedsearch.engine.base import Engine, Ranking
from seedsearch.engine.bm25f import idf
from seedsearch.model import Passage, ScoredPassage, SearchResult
from seedsearch.paths import Home
from seedsearch.query.ast import And, Boost, Filter, Nothing, Or, Query, Term
from seedsearch.record import NamedTuple
from seedsearch.search.identifiers import is_passage_id
from seedsearch.search.locate import Printed, find_source, locate
from seedsearch.search.searcher import SearchOptions, hits_of
from seedsearch.wildcards import as_glob

QUERY_WORDS = 25
"""The number of words in the query."""

MAX_PASSAGES = 1000
"""The number of passages that are read from the beginning of a file."""

_K3 = 8.0


def similar(
    engine: Engine,
    home: Home,
    text: str,
    options: SearchOptions,
    cwd: str,
    printed: Printed = str,
) -> SearchResult:
    """Return the passages most similar to a source. Hits and total exclude the source.

    `text` names the source: a passage (by its id or a citation with a line), or a whole file, member or page.

    Raises SourceNotFoundError, UsageError, IndexDamagedError.
    """
    started = time.perf_counter()
    source = _source(engine, home, text, cwd, printed)
    query = query_for(engine, source.passages, shared_analyzer())
    ranking = _without(source, engine, query, options)
    hits, notes = hits_of(ranking, engine, home, query, options, cwd)
    elapsed_ms = (time.perf_counter() - started) * 1000
    return SearchResult(text, hits, ranking.total, elapsed_ms, notes)


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


class _Source(NamedTuple):
    """The source: passages of a file, and whether they represent the whole file or member."""

    path: str
    passages: list[Passage]
    whole: bool
    member: str = ""

    def holds(self, passage: Passage) -> bool:
        if not self.whole:
            return passage in self.passages
        document = passage.document
        return document.path == self.path and self.member in ("", document.member)


def _source(engine: Engine, home: Home, text: str, cwd: str, printed: Printed) -> _Source:
    found = None if is_passage_id(text) else find_source(engine, home, text, cwd, printed)
    if found is None or found.citation.line:
        passage, _ = locate(engine, home, text, cwd, printed)
        return _Source(passage.document.path, [passage], whole=False)
    places = found.places[:MAX_PASSAGES]
    read = [engine.passage(found.path, place.document, place.ordinal) for place in places]
    passages = [passage for passage in read if passage is not None]
    citation = found.citation
    return _Source(found.path, passages, not citation.page, citation.member and places[0].member)


def _without(source: _Source, engine: Engine, query: Query, options: SearchOptions) -> Ranking:
    """Return the ranking without the source. The limits of the search rise by the source's own matches."""
    own = _own_matches(source, engine, query)
    limit, per_file = options.limit, options.per_file
    everything = engine.search(
        query,
        limit=None if limit is None else limit + own,
        per_file=None if per_file is None else per_file + own,
        text=True,
        explain=options.explain,
    )
    kept: list[ScoredPassage] = []
    of_file: Counter[str] = Counter()
    for scored in everything.passages:
        path = scored.passage.document.path
        if source.holds(scored.passage) or (per_file is not None and of_file[path] == per_file):
            continue
        of_file[path] += 1
        kept.append(scored)
    return Ranking(everything.total - own, tuple(kept[:limit]))


def _own_matches(source: _Source, engine: Engine, query: Query) -> int:
    """Return the number of matching passages in the source."""
    # The filter also matches longer paths with this end, so each passage is compared as well.
    escaped = as_glob(source.path)
    found = engine.search(And((query, Filter("path", escaped))), limit=None, text=not source.whole)
    return sum(source.holds(scored.passage) for scored in found.passages)
