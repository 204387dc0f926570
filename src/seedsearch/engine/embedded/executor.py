"""Run a query on one state of an index: a walk over the tree, with one call of the core, or of its twin, for each
node.

A leaf becomes matches: passages with scores. The postings cache keeps the matches of leaves and phrases. Scoring a
leaf leaves out deleted passages, so that no other node meets them.

If all of several words are required, the rarest are read first. A much more frequent word is only looked up in the
remaining passages, unless look-ups have already cost more than reading it whole. The lists of a phrase, and of words
near each other, are read side by side, only in passages with all words if these are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, reduce
from math import inf
from typing import TYPE_CHECKING

from seedsearch.core import matching
from seedsearch.engine.bm25f import K1, REACH, Statistics, nearness, term_weight
from seedsearch.engine.embedded.postings_cache import Entry, PostingsCache, key_of
from seedsearch.index.segment import Segment
from seedsearch.index.term_sets import TermSet, TermSets, passage_table
from seedsearch.query import ast

if TYPE_CHECKING:
    from seedsearch.core import _core
    from seedsearch.engine.embedded.filters import Filters
    from seedsearch.engine.embedded.texts import Texts

_MUCH_MORE = 8  # times as frequent: then a word is looked up and not read
_LOOK_UP = 16  # numbers that could be read in the time in which a posting is looked up
_SKIP = 32  # postings that are skipped in the time in which one is read
_FEW_WORDS = 20  # that may be read in any case
_PATIENCE = 4  # times what it costs to read the whole, which would hold up one query for all others


class Executor:
    """Runs queries on some segments."""

    def __init__(
        self, segments: Sequence[Segment], term_sets: TermSets, statistics: Statistics
    ) -> None:
        self._segments = segments
        self._term_sets = term_sets
        self._statistics = statistics
        self.table = passage_table(segments, statistics)
        self.cache = PostingsCache(sum(segment.file.length for segment in segments))

    def best(self, query: ast.Query, most: int) -> _core.Best:
        """Return the number of matching passages, and the `most` best: see `_core.best`."""
        match query:
            case ast.Or(children):
                around = self._around(query)
                parts = self._held_by_any(children, None) or (self._nothing,)
                near = self._near(query, None)
                return matching.best_of_any(self.table, parts, near, around, most)
            case ast.And(children, False) if not any(map(_is_narrowing, children)):
                return matching.best_of_all(self.table, self._held_by_all(children, None), most)
            case ast.Term() | ast.Exact():
                return self._best_of_word(query, most)
            case ast.Prefix() | ast.Wildcard() | ast.Fuzzy() | ast.Compounds():
                return matching.best_of_any(self.table, (self._read(query),), (), (), most)
            case _:
                return matching.best(self.table, self.matches(query), most)

    def _best_of_word(self, leaf: ast.Term | ast.Exact, most: int) -> _core.Best:
        """Return the best of a word. A word that was not used before is read without caching its matches."""
        entry = self._entry(leaf)
        if entry.matches is None and entry.df > 0 and not entry.looked_up:
            entry.looked_up += 1
            parts, weight = self._parts(entry, leaf), self._weight(entry, leaf)
            best = matching.best_of_word(self.table, parts, weight, most)
            if best is not None:
                return best
        found = self._read_into(entry, leaf) if entry.matches is None else entry.matches
        return matching.best_of_any(self.table, (found,), (), (), most)

    def matches(self, query: ast.Query) -> _core.Matches:
        """Return the matching passages with their scores."""
        return self._run(query, None)

    def _run(self, query: ast.Query, among: _core.Matches | None) -> _core.Matches:
        """Return the matches of a query: all, or at least the matches in `among`."""
        match query:
            case ast.Term() | ast.Exact():
                return self._read(query) if among is None else self._looked_up((query,), among)[0]
            case ast.Prefix() | ast.Wildcard() | ast.Fuzzy() | ast.Compounds():
                return self._read(query)
            case ast.Phrase() | ast.Near():
                return self._together(query, among)
            case ast.And(children):
                return self._in_context(query, self._all(children, among))
            case ast.Or(children):
                parts = self._held_by_any(children, among)
                return self._in_context(query, matching.any_of(parts)) if parts else self._nothing
            case ast.Synonym(children):
                parts = self._held_by_any(children, among)
                return matching.highest_of(parts) if parts else self._nothing
            case ast.Not() | ast.Filter() | ast.Range() | ast.Written():
                return self._narrowed(self._unscored(among), query)
            case ast.Maybe(required, optional):
                found = self._run(required, among)
                return matching.maybe(found, self._run(optional, found))
            case ast.Boost(child, factor):
                return matching.boosted(self._run(child, among), factor)
            case ast.Nothing():
                return self._nothing

    def check(self, query: ast.Query) -> None:
        """Raise QueryTooBroadError for a query that costs more than it may: few words never do."""
        if _words_in(query) <= _FEW_WORDS:
            return
        from seedsearch.engine.embedded.query_cost import check_work  # few queries: start-up time

        check_work(query, self, self._segments)

    def ranges(self, leaf: ast.Leaf) -> int:
        """How many ranges of postings a leaf stands for."""
        return self._entry(leaf).ranges

    def df(self, leaf: ast.Leaf) -> int:
        """Return the number of passages with a term set, deleted ones included."""
        entry = self._entry(leaf)
        if entry.df < 0:
            self._read_into(entry, leaf)
        return entry.df

    @cached_property
    def _everything(self) -> _core.Matches:
        return matching.everything(self.table)

    @cached_property
    def _filters(self) -> Filters:
        from seedsearch.engine.embedded.filters import Filters  # as below

        return Filters(self._segments, self.table)

    @cached_property
    def _texts(self) -> Texts:
        from seedsearch.engine.embedded.texts import Texts  # few queries read texts: start-up time

        return Texts(self._segments, self._statistics)

    @cached_property
    def _nothing(self) -> _core.Matches:
        return matching.scored(self.table, matching.postings(self.table, (), None), 1.0)

    def _unscored(self, among: _core.Matches | None) -> _core.Matches:
        """Return all passages, or the given ones, with score 0."""
        return self._everything if among is None else matching.boosted(among, 0.0)

    # ---------------------------------------------------------------------- leaves

    def _entry(self, leaf: ast.Leaf) -> Entry:
        entry = self.cache.entry(leaf)
        if entry is None:
            entry = self.cache.keep(Entry(key_of(leaf), self._term_sets.of(leaf)))
        return entry

    def _read(self, leaf: ast.Leaf) -> _core.Matches:
        """Return the matches of a leaf, and cache them."""
        entry = self._entry(leaf)
        return self._read_into(entry, leaf) if entry.matches is None else entry.matches

    def _read_into(self, entry: Entry, leaf: ast.Leaf) -> _core.Matches:
        found = entry.matches = self._score(entry, leaf, None)
        if not isinstance(leaf, ast.Term | ast.Exact):  # positions of a pattern are rarely needed
            entry.term_set, entry.parts = entry.term_set._replace(ranges=()), None
        self.cache.grown(entry)
        return found

    def _score(self, entry: Entry, leaf: ast.Leaf, within: _core.Matches | None) -> _core.Matches:
        parts = self._parts(entry, leaf)
        if not parts:
            return self._nothing
        postings = matching.postings(self.table, parts, within)
        if entry.df < 0:
            entry.df = len(postings)
        return matching.scored(self.table, postings, self._weight(entry, leaf))

    def _parts(self, entry: Entry, leaf: ast.Leaf) -> tuple[_core.Part, ...]:
        if entry.parts is None:
            entry.parts = self._term_sets.parts(entry.term_set, leaf) if entry.df else ()
        return entry.parts

    def _weight(self, entry: Entry, leaf: ast.Leaf) -> float:
        if entry.df < 0:
            self._read_into(entry, leaf)
        frequency = entry.term_set.frequency
        return term_weight(self._statistics.passages, entry.df, frequency, ast.text_of(leaf)) * (
            K1 + 1
        )

    def _is_worth_looking_up(self, entry: Entry, within: _core.Matches) -> bool:
        """Return whether to look a term set up in the passages, instead of reading it whole and caching it."""
        if entry.df <= _MUCH_MORE * len(within):
            return False
        entry.looked_up += _LOOK_UP * len(within) + entry.df // _SKIP
        return entry.looked_up <= _PATIENCE * entry.df

    # ---------------------------------------------------------------------- any, and all

    def _held_by_any(
        self, children: Sequence[ast.Query], among: _core.Matches | None
    ) -> tuple[_core.Matches, ...]:
        """Return the matches of each child that has some, at least those in `among`."""
        found = [self._run(child, among) for child in children]
        if among is not None:
            most = _MUCH_MORE * len(among)
            found = [matching.within(part, among) if len(part) > most else part for part in found]
        return tuple([part for part in found if len(part)])

    def _all(self, children: Sequence[ast.Query], among: _core.Matches | None) -> _core.Matches:
        positive = [child for child in children if not _is_narrowing(child)]
        parts = self._held_by_all(positive, among) if positive else (self._unscored(among),)
        found = _shared_by_all(parts)
        for child in children:
            if _is_narrowing(child):
                found = self._narrowed(found, child)
        return found

    def _narrowed(self, found: _core.Matches, query: ast.Query) -> _core.Matches:
        """Return the matches that pass a filter or Not, with their scores."""
        match query:
            case ast.Filter() | ast.Range():
                return self._filtered(found, query)
            case ast.Not(ast.Filter() | ast.Range() as leaf):
                return self._filtered(found, leaf, wanted=False)
            case ast.Written():
                return self._texts.narrowed(found, query)
            case ast.Not(unwanted) if ast.is_filter(unwanted):
                return matching.without(found, self._narrowed(found, unwanted))
            case ast.Not(unwanted):
                return matching.without(found, self._run(unwanted, found))
            case ast.And(children):
                for child in children:
                    found = self._narrowed(found, child)
                return found
            case ast.Or(children):
                return matching.highest_of(tuple(self._narrowed(found, c) for c in children))
        raise AssertionError("this is no filter")

    def _filtered(
        self, found: _core.Matches, leaf: ast.Filter | ast.Range, *, wanted: bool = True
    ) -> _core.Matches:
        """Return the matches that a filter passes, or fails: whole documents, and rows of tables."""
        through = self._filters.narrowed(found, leaf, wanted=wanted)
        rows = self._filters.in_tables(found, leaf)
        if rows is None:
            return through
        fitting = self._texts.narrowed(rows, leaf, wanted=wanted)
        return matching.highest_of((through, fitting))

    def _held_by_all(
        self, children: Sequence[ast.Query], among: _core.Matches | None
    ) -> tuple[_core.Matches, ...]:
        """Return the matches of each child, at least in the passages that match all children.

        Words come first; the other children run on the passages that the words leave.
        """
        leaves = [child for child in children if isinstance(child, ast.Term | ast.Exact)]
        others = [child for child in children if not isinstance(child, ast.Term | ast.Exact)]
        parts = self._looked_up(leaves, among)
        if not others:
            return tuple(parts)
        if leaves:
            among = _shared_by_all(tuple(parts))
            parts = [among]
        return (*parts, *(self._run(child, among) for child in others))

    def _looked_up(
        self, leaves: Sequence[ast.Term | ast.Exact], within: _core.Matches | None
    ) -> list[_core.Matches]:
        """Return the matches of each leaf, at least in the passages with all leaves, and `within` if it is given."""
        entries = [self._entry(leaf) for leaf in leaves]
        found = [entry.matches for entry in entries]
        held = [] if within is None else [within]
        if None in found:
            for at in sorted(range(len(entries)), key=lambda at: entries[at].df):
                own = found[at]
                if own is None:
                    if len(held) > 1:
                        held = [matching.all_of(tuple(held))]
                    if held and self._is_worth_looking_up(entries[at], held[0]):
                        own = self._score(entries[at], leaves[at], held[0])
                    else:
                        own = self._read_into(entries[at], leaves[at])
                    found[at] = own
                held.append(own)
        return [own for own in found if own is not None]

    def _together(self, query: ast.Phrase | ast.Near, among: _core.Matches | None) -> _core.Matches:
        """Return the matches of a phrase or Near. A search of all passages is cached."""
        known = self._known(query)
        if known is not None:
            return known
        parts, weights, within = self._lists(ast.words_of(query), among)
        if isinstance(query, ast.Phrase):
            found = matching.phrase(self.table, parts, weights, within)
        else:
            found = matching.near(self.table, parts, weights, within, query.slop)
        return self._keep(query, found) if among is None else found

    def _lists(
        self, leaves: Sequence[ast.Leaf], among: _core.Matches | None
    ) -> tuple[tuple[_core.Together, ...], tuple[float, ...], _core.Matches | None]:
        """Return the posting lists of words that stand together, by segment, their weights, and where to look."""
        entries = [self._entry(leaf) for leaf in leaves]
        within = self._shared(entries, leaves, among)
        by_segment = [dict(parts) for parts in map(self._parts, entries, leaves)]
        shared = [n for n in by_segment[0] if all(n in of_word for of_word in by_segment)]
        parts = tuple([(n, tuple([of_word[n] for of_word in by_segment])) for n in shared])
        return parts, tuple(map(self._weight, entries, leaves)), within

    def _in_context(self, query: ast.And | ast.Or, found: _core.Matches) -> _core.Matches:
        """Return the same passages, with the additions for plain words: nearness, and the whole document."""
        if not query.implicit:
            return found
        around = self._around(query)
        found = reduce(matching.maybe, self._near(query, found), found)
        return matching.with_documents(self.table, found, around) if around else found

    def _near(
        self, query: ast.And | ast.Or, among: _core.Matches | None
    ) -> tuple[_core.Matches, ...]:
        """Return the additions of neighbouring words to passages where they are near each other."""
        pairs = ast.neighbours(query)
        found = [self._beside(pair, among) for pair in pairs]
        return tuple([matching.boosted(own, nearness(len(pairs))) for own in found if len(own)])

    def _around(self, query: ast.And | ast.Or) -> tuple[_core.Matches, ...]:
        """Return the scores of plain words in whole documents."""
        return tuple([self.around(leaf) for leaf in ast.side_by_side(query)])

    def _beside(self, pair: ast.Neighbours, among: _core.Matches | None) -> _core.Matches:
        """Return the passages where two words are near each other. A search of all passages is cached."""
        known = self._known(pair)
        if known is not None:
            return known
        parts, weights, within = self._lists(pair, among)
        found = matching.beside(self.table, parts, weights, within, REACH)
        return self._keep(pair, found) if among is None else found

    def around(self, leaf: ast.Term | ast.Exact) -> _core.Matches:
        """Return the documents with a word, and the word's score there. They are cached with its matches."""
        entry = self._entry(leaf)
        if entry.around is None:
            postings = matching.postings(self.table, self._parts(entry, leaf), None)
            if entry.matches is None:
                entry.df = len(postings)
                entry.matches = matching.scored(self.table, postings, self._weight(entry, leaf))
            entry.around = matching.around(self.table, postings, self._weight(entry, leaf))
            self.cache.grown(entry)
        return entry.around

    def _known(self, key: ast.Phrase | ast.Near | ast.Neighbours) -> _core.Matches | None:
        entry = self.cache.entry(key)
        return None if entry is None else entry.matches

    def _keep(
        self, key: ast.Phrase | ast.Near | ast.Neighbours, found: _core.Matches
    ) -> _core.Matches:
        entry = self.cache.keep(Entry(key_of(key), TermSet((), len(found), 0)))
        entry.matches = found
        self.cache.grown(entry)
        return found

    def _shared(
        self, entries: Sequence[Entry], leaves: Sequence[ast.Leaf], among: _core.Matches | None
    ) -> _core.Matches | None:
        """Return the passages with all words, within `among`, if each word was used before and so is worth caching.

        Else return `among`. Words that are much more frequent than the rarest are not read whole for this.
        """
        were_met = all(entry.matches is not None or entry.looked_up for entry in entries)
        for entry in entries:
            entry.looked_up += 1
        if not were_met:
            return among
        least = min(entry.df for entry in entries)  # -1 is not counted yet
        most = max(least, _MUCH_MORE * least)
        few = [leaf for entry, leaf in zip(entries, leaves, strict=True) if entry.df <= most]
        parts = [self._read(leaf) for leaf in few]
        return matching.all_of((*parts, among) if among is not None else tuple(parts))


def _is_narrowing(child: ast.Query) -> bool:
    """Return whether a child of an And only removes matches of the other children."""
    return isinstance(child, ast.Not | ast.Written) or ast.is_filter(child)


def _shared_by_all(parts: tuple[_core.Matches, ...]) -> _core.Matches:
    return parts[0] if len(parts) == 1 else matching.all_of(parts)  # a copy of many takes time


def _words_in(query: ast.Query) -> float:
    """Return the number of words of a tree of words and phrases; infinity for a tree with other leaves."""
    match query:
        case ast.Term() | ast.Exact():
            return 1
        case ast.Or(children) | ast.And(children):
            return sum(map(_words_in, children))
        case ast.Phrase() | ast.Near():
            return sum(map(_words_in, ast.words_of(query)))
        case ast.Not(child):
            return _words_in(child)
        case _:
            return inf
