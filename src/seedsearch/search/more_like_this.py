"""Passages like one: its most telling words, weighed by how often it says them, make a query.

A word tells by tf * idf: how often the passage has it, in any of its forms, times how rare it is in the index. The
best TELLING words are searched for, any of them; each counts as often as a query that said it tf times would
(BM25's weight of a query's terms: Robertson & Zaragoza 2009, 3.4.3), so that the score is again a sum over words.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from seedsearch.analysis import STOP_WORDS, Analyzer
from seedsearch.engine.base import Engine, Ranking
from seedsearch.engine.bm25f import idf
from seedsearch.model import Passage, ScoredPassage, SearchResult
from seedsearch.paths import Home
from seedsearch.query.ast import And, Boost, Filter, Nothing, Or, Query, Term
from seedsearch.record import NamedTuple
from seedsearch.search.identifiers import is_passage_id
from seedsearch.search.passage_view import locate, nothing_indexed, split_line
from seedsearch.search.searcher import SearchOptions, hits_of

TELLING = 25
"""How many words make the query."""

MOST_PASSAGES = 1000
"""How many passages of a file are read for its words, from its beginning."""

_K3 = 8.0


def similar(
    engine: Engine, home: Home, text: str, options: SearchOptions, cwd: str
) -> SearchResult:
    """The passages most like the one that `text` means (`PATH:LINE`, a passage's name), or like a whole file (`PATH`).

    What `text` means is left out of the hits and of the total.

    Raises SourceNotFoundError, UsageError, IndexDamagedError.
    """
    started = time.perf_counter()
    source = _source(engine, home, text, cwd)
    query = telling_query(engine, source.passages, Analyzer())
    ranking = _without(source, engine, query, options)
    hits, notes = hits_of(ranking, engine, home, query, options, cwd)
    elapsed_ms = (time.perf_counter() - started) * 1000
    return SearchResult(text, hits, ranking.total, elapsed_ms, notes)


def telling_query(engine: Engine, sources: Sequence[Passage], analyzer: Analyzer) -> Query:
    """The query for the words that tell most about some passages."""
    forms: dict[str, Counter[str]] = {}
    for source in sources:
        language = source.document.language
        for token in analyzer.tokens(source.text):
            if token.term not in STOP_WORDS:
                forms.setdefault(analyzer.stem(token.term, language), Counter())[token.term] += 1
    weighed = []
    for counts in forms.values():
        term = Term(min(counts, key=lambda form: (-counts[form], form)))
        df, passages = engine.frequency(term)
        tf = counts.total()
        weighed.append((tf * idf(passages, df), tf, term))
    best = sorted(weighed, key=lambda word: (-word[0], word[2].text))[:TELLING]
    if not best:
        return Nothing()
    return Or(tuple(Boost(term, (_K3 + 1) * tf / (_K3 + tf)) for _, tf, term in best))


class _Source(NamedTuple):
    """What is asked about: some passages of a file, and whether they stand for all of it."""

    path: str
    passages: list[Passage]
    whole: bool

    def holds(self, passage: Passage) -> bool:
        return passage.document.path == self.path if self.whole else passage in self.passages


def _source(engine: Engine, home: Home, text: str, cwd: str) -> _Source:
    path, line = "", None
    if not is_passage_id(text):
        path, line = split_line(engine, home, text, cwd)
    if not path or line is not None:
        passage, _ = locate(engine, home, text, cwd)
        return _Source(passage.document.path, [passage], whole=False)
    places = islice(engine.places(path), MOST_PASSAGES)
    found = [engine.passage(path, place.document, place.ordinal) for place in places]
    if not found:
        raise nothing_indexed(text)
    return _Source(path, [passage for passage in found if passage is not None], whole=True)


def _without(source: _Source, engine: Engine, query: Query, options: SearchOptions) -> Ranking:
    """The ranking without the source itself, for which as many more are asked for."""
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
    """How many passages of the source itself match."""
    # The filter narrows to few files, for it takes a path for the end of longer ones too.
    escaped = "".join(f"[{char}]" if char in "*?[" else char for char in source.path)
    found = engine.search(And((query, Filter("path", escaped))), limit=None, text=not source.whole)
    return sum(source.holds(scored.passage) for scored in found.passages)
