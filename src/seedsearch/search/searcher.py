"""The read pipeline: text of a query -> tree -> ranked passages -> hits with snippets.

It knows engines only by `engine.base`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from seedsearch.analysis import shared_analyzer
from seedsearch.engine.base import Engine, Grouping, Ranking
from seedsearch.errors import ModelError, UsageError
from seedsearch.lazy import Lazy, chosen, mapped
from seedsearch.model import Copy, Hit, Passage, ScoredPassage, SearchResult, Snippet
from seedsearch.patterns import pattern
from seedsearch.query.analyse import analyse
from seedsearch.query.ast import And, Query, unparse
from seedsearch.query.parse import Parsed, parse_with_notes
from seedsearch.record import Record
from seedsearch.search import Opened

if TYPE_CHECKING:
    from seedsearch.search.highlight import Snippets

WIDTH = 200
"""The default width of a window, in characters."""

DEPTH = 20
"""The number of passages that a model orders again, unless the user says another."""

MOST_RERANKED = 200

_NO_SNIPPET = Snippet((), ())
_FRAGMENTS = 3  # maximum of a snippet
_CANDIDATES = 3  # times the limit: the passages that are first compared for copies
# Umlauts in two letters, d' or l' without its apostrophe, and phrases.
_OTHERWISE_SPELT = pattern('ae|oe|ue|aa|\\b[dl][aeiouyh]|["“„«‹＂]', re.IGNORECASE)
_MOST_CANDIDATES = 81  # times the limit: the maximum, if copies leave too few hits


class SearchOptions(Record):
    """How to search. None for `limit` or `per_file` means all.

    `all_words` joins words by AND, `literal` reads operators as words, `as_written` compares accents and signs.
    Without `text`, passages have "" as their text. Without `details`, hits have no passage id, and snippets only a
    window. Without `fragments`, a snippet has no fragments. `window` is the width of the window in characters; 0
    means that hits without details need none.

    `stale` checks whether the files of the hits have changed. `verified` leaves out hits whose text is gone from its
    file. `explain` adds an explanation to each hit. With `relax`, a query without matches is replaced by a looser
    one. `by` "document" or "file" ranks documents or files: a hit is the best passage of one, and `limit` and
    `per_file` count them. `synonyms` is the path of a synonyms file, read for every query, or "". Copies of a better
    passage are in its `also_in`, unless `all_copies`. `filters` are further filters for the files of hits. `sort`
    "path" or "date" puts the hits in that order.

    A model orders the best `rerank` passages again, within `rerank_ms` milliseconds. If that is impossible, it is an
    error, or with `rerank_or_words` a note.
    """

    limit: int | None = 10
    per_file: int | None = 3
    all_words: bool = False
    literal: bool = False
    as_written: bool = False
    text: bool = True
    details: bool = True
    fragments: bool = True
    window: int = WIDTH
    stale: bool = True
    verified: bool = False
    explain: bool = False
    relax: bool = False
    by: Grouping = "passage"
    synonyms: str = ""
    all_copies: bool = False
    filters: tuple[Query, ...] = ()
    rerank: int = 0
    rerank_ms: int = 2_000
    rerank_or_words: bool = False
    sort: str = ""


def with_rerank(
    options: SearchOptions, rerank: int | str | None, milliseconds: int | None = None
) -> SearchOptions:
    """Return the options with the best `rerank` passages ordered again: a number, 0 for none, or "auto".

    "auto" means the default number, and the order of the words where no model can be used. Raises UsageError.
    """
    depth = DEPTH if rerank == "auto" else rerank or 0
    if not (isinstance(depth, int) and 0 <= depth <= MOST_RERANKED):
        raise UsageError(
            f"the passages to order again must be 0 to {MOST_RERANKED}, or auto, not {rerank}"
        )
    most = SearchOptions.rerank_ms if milliseconds is None else milliseconds
    return options.replace(rerank=depth, rerank_ms=most, rerank_or_words=rerank == "auto")


def search(index: Opened, text: str, options: SearchOptions) -> SearchResult:
    """Return the best passages for a query, with paths valid from `index.cwd`.

    Raises QuerySyntaxError, QueryTooBroadError, UnsupportedError, IndexDamagedError, ModelError.
    """
    started = time.perf_counter()
    (query, query_notes), relaxed = query_of(index, text, options), ""
    wanted = options
    if options.rerank and options.limit is not None:
        options = options.replace(limit=max(options.limit, options.rerank))
    ranking, copies, notes = _found(index, query, options)
    if options.relax and not ranking.total:
        from seedsearch.search.suggestions import suggest  # only --relax needs it: start-up time

        if (wider := suggest(index.engine, query).relaxed) is not None:
            query, relaxed = wider, unparse(wider)
            ranking, copies, notes = _found(index, query, options)
    if ranking.candidates:
        counted = f"{ranking.candidates:,} of {ranking.total:,} matches"
        query_notes += (
            f"{counted} were looked at: a larger ?candidates= after the index ranks more",
        )
    if wanted.rerank:
        ranking, copies, late = _reranked(ranking, copies, index.engine, text, query, wanted)
        query_notes += late
    hits, more = hits_of(index, ranking, copies, query, options, relaxed)
    elapsed_ms = (time.perf_counter() - started) * 1000
    return SearchResult(
        text, hits, ranking.total, elapsed_ms, notes + more, relaxed, options.by, query_notes
    )


def query_of(index: Opened, text: str, options: SearchOptions) -> Parsed:
    """Return the analysed tree of a query that a user typed in the folder `index.cwd`, and notes.

    Raises QuerySyntaxError, QueryTooBroadError.
    """
    fields = index.engine.fields() if ":" in text else ()
    tree, notes = parse_with_notes(
        text, all_words=options.all_words, literal=options.literal, fields=fields
    )
    if options.filters:
        tree = And((tree, *options.filters))
    if options.filters or ":" in text:
        from seedsearch.search.filters import filters_for  # few queries have any: start-up time

        tree = filters_for(index, tree, text)
    analyzer = shared_analyzer()
    if options.as_written:
        from seedsearch.query.written import as_written  # few queries need it: start-up time

        tree = as_written(tree, analyzer.fold)
    if options.synonyms:
        from seedsearch.query.synonyms import read_synonyms  # for start-up time

        tree = read_synonyms(options.synonyms, analyzer).apply(tree)
    languages = index.engine.languages()
    query = analyse(tree, analyzer, languages)
    if not {"", "en"}.issuperset(languages) or _OTHERWISE_SPELT.search(text):
        from seedsearch.search.widening import widened  # for these alone: start-up time

        query = widened(query, index.engine, text)
    if isinstance(query, And) and not query.implicit and (names := index.engine.fields()):
        from seedsearch.search.headings import with_headings  # few queries need it: start-up time

        query = with_headings(query, names)
    return Parsed(query, notes)


Copies: TypeAlias = Sequence[Sequence[Passage]]
"""The copies of each passage of a ranking; nothing if there are none."""

Noted = tuple[Ranking, tuple[str, ...]]
"""A ranking, and notes."""


def _reranked(
    ranking: Ranking,
    copies: Copies,
    engine: Engine,
    text: str,
    query: Query,
    options: SearchOptions,
) -> tuple[Ranking, Copies, tuple[str, ...]]:
    """Return the best passages and their copies in the order of words and meaning, and notes."""
    from seedsearch.search.rerank import (  # few need it: start-up time
        NOT_RERANKED,
        question_of,
        reordered,
    )

    fields = engine.fields() if ":" in text else ()
    asked = parse_with_notes(text, literal=options.literal, fields=fields).query
    found: Sequence[ScoredPassage] = tuple(ranking.passages)
    limit = options.limit
    places, notes = tuple(range(len(found))), tuple[str, ...]()
    try:
        found, places, notes = reordered(
            found, question_of(asked), query, options.rerank, options.rerank_ms
        )
    except ModelError as error:
        if not options.rerank_or_words:
            raise
        notes = (f"{NOT_RERANKED}: {error}",)
    in_order = [copies[place] for place in places[:limit]] if copies else []
    return ranking.replace(passages=found[:limit], paths=(), texts=()), in_order, notes


def _found(
    index: Opened, query: Query, options: SearchOptions
) -> tuple[Ranking, Copies, tuple[str, ...]]:
    """Return the best passages, the copies of each that are not among them, and notes."""

    def best(options: SearchOptions) -> Noted:
        if options.verified:
            return _verified(index, query, options)
        return ranked(index.engine, query, options), ()

    return copies_apart(best, options)


def copies_apart(
    best: Callable[[SearchOptions], Noted], options: SearchOptions
) -> tuple[Ranking, Copies, tuple[str, ...]]:
    """Return the best passages without copies of better ones, the copies of each, and notes.

    `best` returns the best passages within the limits of its options, including copies, and notes. If the options
    keep copies among the hits, there is no list of copies.
    """
    if options.all_copies or not options.text or options.by != "passage":
        ranking, notes = best(options)
        return ranking, [], notes
    # not for counts: start-up time
    from seedsearch.search.copies import copies_take_room, within_limits, without_copies

    limit, per_file = options.limit, options.per_file
    # Output without details does not list copies, so only copies within the limit matter.
    wider, deeper = _CANDIDATES if options.details else 1, 1
    while True:
        looked = None if limit is None else wider * limit
        of_file = None if per_file is None else deeper * per_file
        ranking, notes = best(options.replace(limit=looked, per_file=of_file))
        if isinstance(ranking.passages, Lazy) and per_file is None:
            return *_all_shown_once(ranking, near=options.details), notes
        found = ranking.passages
        apart = without_copies(found, limit if deeper == 1 else None, near=options.details)
        kept = within_limits(apart, limit, per_file)
        all_seen = looked is None or len(found) < looked or wider >= _MOST_CANDIDATES
        distinct = len(kept) == len(found)
        enough = all_seen or (len(kept) == limit and (distinct or wider > 1))
        crowded = deeper < _MOST_CANDIDATES and copies_take_room(apart, per_file, of_file)
        if enough and not crowded:
            copies = [[other.passage for other in item.copies] for item in kept]
            once = tuple(item.scored for item in kept)
            return ranking.replace(passages=once, paths=(), texts=()), copies, notes
        wider *= 1 if enough else _CANDIDATES
        deeper *= _CANDIDATES if crowded else 1


def _all_shown_once(ranking: Ranking, *, near: bool) -> tuple[Ranking, Copies]:
    """Return very many passages without copies of better ones, and the copies of each."""
    from seedsearch.search.copies import places_apart  # as above

    kept, copies = places_apart(ranking, near=near)

    def copies_of(number: int) -> list[Passage]:
        places = copies.get(number, ())
        return [each.passage for each in chosen(ranking.passages, places)] if places else []

    return ranking.chosen(kept), Lazy(range(len(kept)), partial(map, copies_of)) if copies else ()


def hits_of(
    index: Opened,
    ranking: Ranking,
    copies: Copies,
    query: Query,
    options: SearchOptions,
    relaxed: str = "",
) -> tuple[Sequence[Hit], tuple[str, ...]]:
    """Return the hits of a ranking for an analysed query, each with its copies, and notes on their files."""
    stale: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    if options.stale and ranking.passages:
        stale, notes = _stale(index, ranking)
    snippets: Snippets | None = None
    name_of: Callable[[Passage], str] | None = None
    if options.details:
        from seedsearch.search.identifiers import passage_id as name_of  # as below
    if options.details or options.window:  # names of files and counts need none: start-up time
        from seedsearch.search.highlight import Snippets

        fragments = _FRAGMENTS if options.fragments else 0
        width = options.window or WIDTH
        snippets = Snippets(
            query, shared_analyzer(), max_fragments=fragments, window=width, lines=True
        )
    shown: dict[str, str] = {}

    def hit(rank: int, scored: ScoredPassage, others: Sequence[Passage] = ()) -> Hit:
        passage, stored = scored.passage, scored.passage.document.path
        if stored not in shown:
            shown[stored] = index.shown(stored)
        snippet, name = _NO_SNIPPET, ""
        if name_of is not None and snippets is not None:
            snippet, name = snippets.of(passage), name_of(passage)
        elif snippets is not None:
            snippet = snippets.window_alone(passage)
        also_in = tuple([Copy(index.shown(other.document.path), other) for other in others])
        is_stale, why, kind = stored in stale, scored.explanation, (options.by, scored.matching)
        values = rank, scored.score, shown[stored], name, passage, snippet, is_stale, why
        return Hit(*values, relaxed, *kind, also_in, scored.meaning)

    found = (ranking.passages, copies) if copies else (ranking.passages,)
    hits = mapped(hit, range(1, len(ranking.passages) + 1), *found)
    if options.sort:
        from seedsearch.search.sorting import order_of  # few ask for it: start-up time

        hits = chosen(hits, order_of(index, ranking, options.sort))
    return hits, notes


def ranked(engine: Engine, query: Query, options: SearchOptions) -> Ranking:
    """Return the best passages within the limits of the options, copies included."""
    return engine.search(
        query,
        limit=options.limit,
        per_file=options.per_file,
        text=options.text,
        explain=options.explain,
        by=options.by,
    )


def _verified(index: Opened, query: Query, options: SearchOptions) -> Noted:
    """Return the best passages that are still in their files, and a note with the number of the others.

    The total counts all matches, minus the missing passages that were found.
    """
    from seedsearch.search.staleness import Verifier  # only --verified needs it: start-up time

    verifier, looked = Verifier(index), options.limit
    limit = looked
    while True:
        ranking = ranked(index.engine, query, options.replace(limit=looked))
        places = [
            place
            for place, scored in enumerate(ranking.passages)
            if verifier.stands(scored.passage)
        ]
        enough = limit is None or len(places) >= limit
        if enough or looked is None or len(ranking.passages) < looked:
            break
        looked *= 4
    fallen = len(ranking.passages) - len(places)
    counted = f"{fallen:,} of {ranking.total:,} {options.by}s"
    notes = (f"left out, no longer in their files: {counted}",) if fallen else ()
    total = ranking.total - fallen
    return ranking.chosen(places[:limit]).replace(total=total), notes


def _stale(index: Opened, ranking: Ranking) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the changed or vanished files of the answer, and a note about them."""
    from seedsearch.search.staleness import stale_files  # not for counts: start-up time

    paths = ranking.paths or (scored.passage.document.path for scored in ranking.passages)
    stale = stale_files(index, paths)
    if not stale:
        return stale, ()
    kinds = list(stale.values())
    counts = " and ".join(f"{kinds.count(kind):,} {kind}" for kind in sorted(set(kinds)))
    note = f"stale files: {counts} since they were indexed; run seedsearch index, or query --fresh"
    return stale, (note,)
