"""The embedded engine: a Whoosh index on columns of our own."""

from __future__ import annotations

import os
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import accumulate, chain, compress, islice
from operator import itemgetter, not_, or_
from typing import TYPE_CHECKING, Any, cast

from seedsearch.engine.base import (
    TITLE_WEIGHT,
    Capability,
    Frequency,
    Grouping,
    IndexStats,
    IndexWriter,
    Place,
    Ranking,
    Reading,
    Size,
    TermCount,
    by_count,
)
from seedsearch.engine.embedded.numerics import import_numpy
from seedsearch.errors import NoIndexError
from seedsearch.index import manifest
from seedsearch.index.manifest import Manifest
from seedsearch.index.reading import look_through, reading
from seedsearch.index.segment import Segment, open_segment
from seedsearch.index.segment_file import damage
from seedsearch.model import FileState, Passage, ScoredPassage
from seedsearch.query.ast import (
    And,
    Boost,
    Either,
    Exact,
    Filter,
    Fuzzy,
    Maybe,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Term,
    Wildcard,
)

if TYPE_CHECKING:
    from seedsearch.analysis import Analyzer
    from seedsearch.engine.embedded.execute import Execution, Found, Ranked, Statistics
    from seedsearch.engine.embedded.grouping import Groups
    from seedsearch.engine.embedded.plain import PlainExecution
    from seedsearch.engine.embedded.quickly import Quick
    from seedsearch.engine.embedded.units import Unit, Units
    from seedsearch.index.whoosh import ColumnIndex
    from seedsearch.index.writer import WhooshWriter

# How many postings plain Python may walk before NumPy is quicker. Importing NumPy costs as much as some
# hundred thousand postings; once it is there, its calls cost as much as some hundred.
_PLAIN_POSTINGS_COLD = 150_000
_PLAIN_POSTINGS_WARM = 80

_WORDS = frozenset((Term, Exact, Phrase))
_SCORE = itemgetter(0)  # of what is Ranked
_RECORDS_KEPT = 20_000  # passages that stay as they were read, without their texts
_MANY = 50  # hits from which it pays to read their texts in the order in which they are stored
_OPEN_TRIES = 20


def _rank(candidate: Ranked) -> tuple[float, int]:
    return -candidate[0], candidate[1]


class Snapshot:
    """One state of an index, open: its manifest, its segments, its statistics."""

    def __init__(self, folder: str, state: Manifest) -> None:
        self.manifest = state
        self.segments: list[Segment] = []
        self._executions: dict[bool, Sequence[Execution[Any]]] = {}
        self._groups: dict[Grouping, Groups] = {}
        try:
            for entry in state.segments:
                self.segments.append(open_segment(folder, entry))
        except BaseException:
            self.close()
            raise
        self.bases = [0, *accumulate(segment.passages for segment in self.segments)]
        self._counted: dict[int, int] = {}
        self.records: dict[int, Passage] = {}
        """Passages that were answers, by their number, without their texts."""

    # What only queries need is made, and imported, for the first of them: who indexes starts sooner.

    @cached_property
    def statistics(self) -> Statistics:
        """What scores depend on, of all segments."""
        from seedsearch.engine.embedded.execute import Statistics

        entries = self.manifest.segments
        passages = sum(entry.passages for entry in entries)
        length = sum(e.body_length + TITLE_WEIGHT * e.title_length for e in entries)
        return Statistics(passages, length / passages if passages else 0.0)

    @cached_property
    def analyzer(self) -> Analyzer:
        """What takes the words of queries apart."""
        from seedsearch.analysis import Analyzer

        return Analyzer()

    @cached_property
    def units(self) -> Units:
        """What the words of a query stand for, in all segments."""
        from seedsearch.engine.embedded.units import Units

        return Units(self.segments, self.analyzer)

    @cached_property
    def quick(self) -> Quick | None:
        """What finds words and phrases in C; None where that is not installed."""
        from seedsearch.engine.embedded.quickly import quick

        return quick(self.segments, self.bases, self.units, self.statistics)

    def executions(self, *, plain: bool) -> Sequence[Execution[Any]]:
        """Executions that are about all segments together."""
        made = self._executions.get(plain)
        if made is None:
            made = self._plain() if plain else self._arrays()
            for execution in made:
                execution.df_of = lambda unit: self._df(unit, plain=plain)
            self._executions[plain] = made
        return made

    def groups(self, by: Grouping) -> Groups:
        """The documents, or files, through all segments."""
        if by not in self._groups:
            from seedsearch.engine.embedded.grouping import Groups  # not for every query: start-up

            self._groups[by] = Groups(self.segments, by)
        return self._groups[by]

    # Imported when first needed: NumPy must not be paid for by queries that do without it.
    def _plain(self) -> Sequence[Execution[Any]]:
        from seedsearch.engine.embedded.plain import PlainExecution

        return [
            PlainExecution(segment, number, base, self.units, self.statistics)
            for number, (segment, base) in enumerate(zip(self.segments, self.bases, strict=False))
        ]

    def _arrays(self) -> Sequence[Execution[Any]]:
        import_numpy()
        from seedsearch.engine.embedded.arrays import ArrayExecution

        return [ArrayExecution(self.segments, self.units, self.statistics)]

    def _df(self, unit: Unit, *, plain: bool) -> int:
        if unit.df >= 0:
            return unit.df
        known = self._counted.get(id(unit))
        if known is None:
            known = self._counted[id(unit)] = sum(
                execution.count(execution.sources(unit))
                for execution in self.executions(plain=plain)
                if execution.sources(unit)
            )
        return known

    def close(self) -> None:
        """Let go of all segments, and of what looks into them."""
        self._executions.clear()
        for segment in self.segments:
            segment.close()


class WhooshEngine:
    """An index folder, open for searching."""

    name = "whoosh"
    capabilities = (
        Capability.PHRASES | Capability.EXPANSIONS | Capability.FILTERS | Capability.PERSISTENT
    )

    def __init__(self, folder: str, *, create: bool = False, anew: bool = False) -> None:
        self.folder = folder
        self._writer: WhooshWriter | None = None
        self._anew = anew
        if anew:
            self._snapshot = self._empty(*manifest.salvage_roots(folder))
        else:
            self._snapshot = self._open(create=create)
        self._walked = 0  # postings, by plain Python
        self.force: bool | None = None
        """For tests: True runs every query in plain Python, False every one with NumPy, none in C."""

    def _open(self, *, create: bool) -> Snapshot:
        for left in range(_OPEN_TRIES, 0, -1):
            try:
                state = manifest.read(self.folder)
            except NoIndexError:
                if not create:
                    raise
                return self._empty(())
            try:
                return Snapshot(self.folder, state)
            except FileNotFoundError as error:
                # A commit came between: its manifest names other files. Or one was deleted.
                if left == 1 or manifest.read(self.folder) == state:
                    raise damage(os.path.basename(str(error.filename)), "it is missing") from None
        raise AssertionError("unreachable")

    def _empty(self, roots: tuple[str, ...], settings: str = "") -> Snapshot:
        return Snapshot(self.folder, Manifest(0, 0, 0, roots, (), settings))

    # ---------------------------------------------------------------------- search

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
        """The best passages: see engine.base."""
        try:  # what `reading` does, which would be three calls more
            total, chosen = self._search(query, limit, per_file, by)
            if explain:
                return Ranking(total, self._explained(query, chosen, text=text))
            return Ranking(total, tuple(self._passages(chosen, text=text)))
        except Exception as error:
            look_through(self._snapshot.segments, error)
            raise

    def _explained(
        self, query: Query, chosen: Sequence[Ranked], *, text: bool
    ) -> tuple[ScoredPassage, ...]:
        from seedsearch.engine.embedded.explain import Explainer  # seldom: start-up time

        snapshot = self._snapshot
        executions = cast("list[PlainExecution]", snapshot.executions(plain=True))
        explainer = Explainer(query, executions, snapshot.units, snapshot.analyzer)
        found = []
        for score, number, matching in chosen:
            segment, own = self._locate(number)
            passage = segment.passage(own)
            explanation = explainer.explain(passage, snapshot.segments.index(segment), own)
            kept = passage if text else passage.replace(text="")
            found.append(ScoredPassage(kept, score, explanation, matching))
        return tuple(found)

    def _search(
        self, query: Query, limit: int | None, per_file: int | None, by: Grouping
    ) -> tuple[int, list[Ranked]]:
        """How many passages match, or documents or files, and the best of them."""
        # Where all that match are looked at, an execution finds them.
        wants_best = by == "passage" and limit is not None
        found = self._found(query) if wants_best else self._executed(query)
        if by == "passage":
            chosen = self._choose(found, limit, per_file)
            return sum([part.size for part in found]), chosen  # often known once the best are
        grouped = self._grouped(found, by)
        return len(grouped), self._merge(grouped, limit, per_file)[0]

    def _found(self, query: Query) -> Sequence[Found]:
        """What matches, in parts."""
        if self.force is None and (quick := self._snapshot.quick) is not None:
            found = quick.found(query, partial(self._executed, query))
            if found is not None:
                return (found,)
        return self._executed(query)

    def _executed(self, query: Query) -> Sequence[Found]:
        executions = self._snapshot.executions(plain=self._is_plain(query))
        return [execution.run(query) for execution in executions]

    def _passages(self, chosen: list[Ranked], *, text: bool) -> list[ScoredPassage]:
        """The records of what was chosen."""
        known = self._snapshot.records
        new = tuple.__new__  # a third of the price of calling ScoredPassage
        scored = [
            new(ScoredPassage, (known.get(number) or self._record(number), score, None, matching))
            for score, number, matching in chosen
        ]
        return self._with_texts(scored, chosen) if text else scored

    def _with_texts(self, scored: list[ScoredPassage], chosen: list[Ranked]) -> list[ScoredPassage]:
        """The same with the passages' texts; many are read in the order in which they are stored."""
        order: Sequence[int] = range(len(chosen))
        if len(chosen) > _MANY:
            order = sorted(order, key=lambda i: chosen[i][1])
        for i in order:
            record, score, explanation, matching = scored[i]
            segment, own = self._locate(chosen[i][1])
            passage = segment.with_text(record, own)
            scored[i] = ScoredPassage(passage, score, explanation, matching)
        return scored

    def _record(self, number: int) -> Passage:
        """A passage without its text; it is kept for the next query."""
        known = self._snapshot.records
        if len(known) >= _RECORDS_KEPT:
            known.clear()
        segment, own = self._locate(number)
        record = known[number] = segment.record(own)
        return record

    def _grouped(self, found: Sequence[Found], by: Grouping) -> list[Ranked]:
        """Each document, or file, with any of the passages that were found; in order but for ties."""
        from seedsearch.engine.embedded.execute import Ranked  # not for who indexes: start-up time

        all_found = chain.from_iterable(part.all() for part in found)
        bases = self._snapshot.bases
        grouped = [
            Ranked(score, bases[segment] + passage, matching)
            for score, segment, passage, matching in self._snapshot.groups(by).of(all_found)
        ]
        grouped.sort(key=_rank)
        return grouped

    def _is_plain(self, query: Query) -> bool:
        if self.force is not None:
            return self.force
        if "numpy" not in sys.modules:
            # All that was asked so far counts: a process that is asked a lot has paid for the import soon.
            self._walked += self._work(query)
            return self._walked <= _PLAIN_POSTINGS_COLD
        words = query.children if isinstance(query, And | Or) else (query,)
        if _WORDS.issuperset(map(type, words)):
            return False  # the next query with one of them finds it ready
        return self._work(query) <= _PLAIN_POSTINGS_WARM

    def _work(self, query: Query) -> int:
        """About how many postings and positions a query touches."""
        match query:
            case And(children):
                # Beside other clauses, a filter looks only at what these leave.
                others = [child for child in children if not isinstance(child, Filter | Range)]
                return sum(map(self._work, others or children))
            case Or(children) | Either(children):
                return sum(map(self._work, children))
            case Filter() | Range():
                return self._snapshot.statistics.passages
            case Not(child) | Boost(child):
                return self._work(child) + (
                    self._snapshot.statistics.passages if isinstance(query, Not) else 0
                )
            case Maybe(required, optional):
                return self._work(required) + self._work(optional)
            case Phrase(terms, field):
                return sum(2 * self._work(Exact(term, field)) for term in terms)
            case Near(terms, _, field):
                return sum(2 * self._work(Term(term, field)) for term in terms)
            case Term() | Exact():
                return self._snapshot.units.unit(query).postings
            case _:
                return 0

    def _choose(
        self, found: Sequence[Found], limit: int | None, per_file: int | None
    ) -> list[Ranked]:
        from seedsearch.engine.embedded.execute import (
            together,  # not for who indexes: start-up time
        )

        most = limit
        if limit is not None and per_file is not None:
            most = 4 * limit + 10
        while True:
            candidates, cut = together(found, most)
            candidates.sort(key=_SCORE, reverse=True)
            if limit is not None and per_file is None and not cut:
                first = candidates[: limit + 1]
                if len(set(map(_SCORE, first))) == len(first):  # no ties, as mostly
                    return first[:limit]
                candidates.sort(key=_rank)
                return list(islice(self._in_order(candidates), limit))
            candidates.sort(key=_rank)
            floor = float("-inf")  # what scores less may not be all there is
            if len(candidates) < sum(part.size for part in found):
                floor = min((score for score, _, _ in candidates), default=floor)
            chosen, complete = self._merge(candidates, limit, per_file, floor, cut)
            if most is None or len(chosen) == limit or (complete and floor == float("-inf")):
                return chosen
            most *= 8

    def _merge(
        self,
        ordered: list[Ranked],
        limit: int | None,
        per_file: int | None,
        floor: float = float("-inf"),
        cut: Collection[int] = (),
    ) -> tuple[list[Ranked], bool]:
        """The best in order, none below the floor, at most `per_file` of a file.

        And whether none was met after which some were left out.
        """
        chosen: list[Ranked] = []
        of_file: dict[str, int] = {}
        for candidate in self._in_order(ordered):
            if candidate[0] < floor or (limit is not None and len(chosen) == limit):
                break
            if per_file is not None:
                segment, own = self._locate(candidate[1])
                path = segment.path(own)
                of_file[path] = of_file.get(path, 0) + 1
            if per_file is None or of_file[path] <= per_file:
                chosen.append(candidate)
            if candidate[1] in cut:
                return chosen, False
        return chosen, True

    def _in_order(self, ordered: list[Ranked]) -> Iterator[Ranked]:
        """Those that tie by path and position, which are read for ties only."""
        at = 0
        while at < len(ordered):
            score, end = ordered[at][0], at + 1
            while end < len(ordered) and ordered[end][0] == score:
                end += 1
            tied = ordered[at:end]
            if end - at > 1 and self._locate(tied[0][1])[0] is not self._locate(tied[-1][1])[0]:
                tied.sort(key=self._place)  # within a segment numbers are in this order already
            yield from tied
            at = end

    def _place(self, candidate: Ranked) -> tuple[bytes, int, int]:
        segment, own = self._locate(candidate[1])
        return os.fsencode(segment.path(own)), *segment.place(own)

    def _locate(self, passage: int) -> tuple[Segment, int]:
        """A passage's segment, and its number there."""
        bases = self._snapshot.bases
        number = bisect_right(bases, passage) - 1
        return self._snapshot.segments[number], passage - bases[number]

    # ---------------------------------------------------------------------- the rest

    def files(self) -> Mapping[str, FileState]:
        """Every file that the index knows."""
        segments = self._snapshot.segments
        with reading(segments):
            known = {state[0]: state for segment in segments for state in segment.live_states()}
            for segment in segments:  # of a file's parts, one says why something was skipped
                known |= {state[0]: state for state in segment.live_states(skipped=True)}
            return known

    def state(self, path: str) -> FileState | None:
        """What the index knows of one file: a search in each segment, which are sorted by path."""
        wanted = os.fsencode(path)
        known: FileState | None = None
        with reading(self._snapshot.segments):
            for segment in self._snapshot.segments:
                for state in segment.states_at(wanted):
                    if known is None or state.skipped:
                        known = state
        return known

    def places(self, path: str) -> list[Place]:
        """Where each passage of a file stands: see engine.base."""
        from seedsearch.engine.embedded.places import places_of  # not for every query

        with reading(self._snapshot.segments):
            return places_of(self._snapshot.segments, os.fsencode(path))

    def passage(self, path: str, document: int, ordinal: int) -> Passage | None:
        """One passage of a file, by its place: see engine.base."""
        from seedsearch.engine.embedded.places import passage_at  # not for every query

        with reading(self._snapshot.segments):
            return passage_at(self._snapshot.segments, os.fsencode(path), document, ordinal)

    def frequency(self, leaf: Term | Exact) -> Frequency:
        """In how many of how many passages a word stands: the dictionaries know."""
        snapshot = self._snapshot
        with reading(snapshot.segments):
            return Frequency(snapshot.units.unit(leaf).df, snapshot.statistics.passages)

    def terms(self, leaf: Prefix | Wildcard | Fuzzy) -> list[TermCount]:
        """The terms that a leaf stands for: see engine.base."""
        from seedsearch.engine.embedded.vocabulary import term_counts  # not for every query

        with reading(self._snapshot.segments):
            return term_counts(self._snapshot.segments, leaf)

    def readings(self) -> Iterator[Reading]:
        """How each document was read."""
        with reading(self._snapshot.segments):
            for segment in self._snapshot.segments:
                for number, kind in _kinds(segment):
                    encoding, errors, confidence, _, language = kind
                    path = segment.file_path(number)
                    yield Reading(path, encoding, errors, confidence, language)

    def languages(self) -> frozenset[str]:
        """The languages of its documents, of deleted ones too."""
        kinds = (segment.file.facts["kinds"] for segment in self._snapshot.segments)
        return frozenset(kind[4] for of_segment in kinds for kind in of_segment)

    def roots(self) -> tuple[str, ...]:
        """The roots, as they were set."""
        return self._snapshot.manifest.roots

    def settings(self) -> str:
        """The text that is kept beside the roots."""
        return self._snapshot.manifest.settings

    def stats(self) -> IndexStats:
        """What the index holds."""
        state, segments = self._snapshot.manifest, self._snapshot.segments
        files: set[bytes] = set()
        skipped: set[str] = set()
        kinds: Counter[tuple[str, str]] = Counter()
        with reading(segments):
            for segment in segments:
                files.update(segment.live_paths())
                skipped.update(s.path for s in segment.live_states(skipped=True) if not s.is_read())
                for count, (encoding, _, _, _, language) in _numbers(segment):
                    kinds[encoding, language] += count
        deleted = sum(entry.deleted_passages for entry in state.segments)
        return IndexStats(
            files=len(files),
            skipped=len(skipped),
            documents=sum(kinds.values()),
            passages=sum(entry.passages for entry in state.segments) - deleted,
            deleted=deleted,
            terms=sum(segment.file.facts["terms"] for segment in segments),
            text_bytes=sum(entry.text_bytes for entry in state.segments),
            index_bytes=sum(
                entry.bytes + (entry.deletions.bytes if entry.deletions else 0)
                for entry in state.segments
            ),
            segments=len(segments),
            created_ns=state.created_ns,
            committed_ns=state.committed_ns,
            generation=state.generation,
            encodings=_counted(kinds, 0),
            languages=_counted(kinds, 1),
        )

    def size(self) -> Size:
        """How much the index holds."""
        state, segments = self._snapshot.manifest, self._snapshot.segments
        with reading(segments):
            documents = sum(count for segment in segments for count, _ in _numbers(segment))
        return Size(documents, sum(e.passages - e.deleted_passages for e in state.segments))

    def writer(self, *, wait: bool = False) -> IndexWriter:
        """The one writer: see engine.base."""
        from seedsearch.index.writer import WhooshWriter  # brings NumPy: not for queries

        self._writer = WhooshWriter(self.folder, wait=wait, anew=self._anew)
        return self._writer

    def whoosh(self) -> ColumnIndex:
        """The index as a whoosh.index.Index, for Whoosh's own queries and Searcher.

        It shows the state that the engine shows now, and is to be used before the engine's next `refresh`.
        """
        from seedsearch.index.whoosh import ColumnIndex, ColumnReader  # Whoosh itself

        snapshot = self._snapshot
        executions = cast("list[PlainExecution]", snapshot.executions(plain=True))
        return ColumnIndex(
            ColumnReader(
                snapshot.segments,
                snapshot.units,
                executions,
                snapshot.manifest.generation,
            )
        )

    def refresh(self) -> bool:
        """See the newest commit from now on."""
        if self._anew:
            if self._writer is None or not self._writer.has_committed:
                return False
            self._anew = False
        try:
            newest = manifest.read(self.folder)
        except NoIndexError:
            return False
        if newest == self._snapshot.manifest:
            return False
        old, self._snapshot = self._snapshot, self._open(create=False)
        old.close()
        return True

    def close(self) -> None:
        """Let go of the index's files."""
        self._snapshot.close()


def _numbers(segment: Segment) -> Iterator[tuple[int, list[Any]]]:
    """(how many documents, their kind), of those that are not deleted."""
    kinds = segment.file.facts["kinds"]
    for kind, count in Counter(compress(*_documents(segment))).items():
        yield count, kinds[kind]


def _counted(kinds: Mapping[tuple[str, str], int], part: int) -> tuple[tuple[str, int], ...]:
    """How many documents there are for each value of one part of their kinds."""
    counts: dict[str, int] = {}
    for kind, count in kinds.items():
        counts[kind[part]] = counts.get(kind[part], 0) + count
    return by_count(counts)


def _kinds(segment: Segment) -> Iterator[tuple[int, list[Any]]]:
    """(number of its file, its kind) of the documents that are not deleted."""
    kinds = segment.file.facts["kinds"]
    of_kind, live = _documents(segment)
    of_file = segment.file.column("document.file").whole()
    for kind, number in compress(zip(of_kind, of_file, strict=True), live):
        yield number, kinds[kind]


def _documents(segment: Segment) -> tuple[memoryview, Iterator[bool]]:
    """The kind of each document that the segment has a part of; whether it begins here and is not deleted."""
    file = segment.file
    of_kind, of_file, ordinals = (
        file.column(f"document.{name}").whole() for name in ("kind", "file", "ordinal")
    )
    if not len(of_kind) == len(of_file) == len(ordinals):
        raise file.damaged("its columns of documents differ in length")
    if segment.deletions is None:
        return of_kind, map(not_, ordinals)
    return of_kind, map(not_, map(or_, ordinals, map(segment.deletions.files.__getitem__, of_file)))
