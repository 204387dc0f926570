"""The engine whose index is on an OpenSearch cluster.

The cluster finds the passages that match (`translation.py`), the one formula ranks them here (`scoring.py`). If many
match, only the candidates that the cluster chooses are ranked here, and more if they do not fill the answer.
All are ranked if all are asked for, and if the cluster cannot test the whole query.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from seedsearch.analysis import Analyzer
from seedsearch.analysis.compounds import COMPOUNDING, LEAST_SHARE, MOST_ENDING, Part
from seedsearch.engine.base import (
    WHOLE,
    CheckReport,
    Frequency,
    Grouping,
    IndexStats,
    IndexWriter,
    Place,
    Ranking,
    Reading,
    Size,
    Tally,
    TermCount,
    by_count,
)
from seedsearch.engine.opensearch.all_matches import matching, rank_all
from seedsearch.engine.opensearch.candidates import best_candidates
from seedsearch.engine.opensearch.client import Client, parse_address
from seedsearch.engine.opensearch.mapping import loaded_file, stored_path
from seedsearch.engine.opensearch.marks import escaped
from seedsearch.engine.opensearch.scoring import Scorer
from seedsearch.engine.opensearch.snapshot import IN_FILES, Snapshot, manifests
from seedsearch.engine.opensearch.translation import EVERYTHING, translate
from seedsearch.errors import IndexClosedError, IndexVersionError, NoIndexError
from seedsearch.model import FileState, Passage, ScoredPassage, field_key
from seedsearch.query.ast import Exact, Fuzzy, Prefix, Query, Term, Wildcard
from seedsearch.rows import is_table, stated

if TYPE_CHECKING:
    from seedsearch.engine.opensearch.writer import OpenSearchWriter

_FIRST = {"term": {"ordinal": 0}}


class OpenSearchEngine:
    """An index on a cluster, open for searching. Threads may share it."""

    name = "opensearch"

    def __init__(self, address: str, *, create: bool = False, rebuild: bool = False) -> None:
        from seedsearch.engine.opensearch import writer  # its names are needed here only

        self._client = Client(parse_address(address))
        self._client.check()
        self._analyzer = Analyzer()
        self._rebuild = rebuild
        self._writer: OpenSearchWriter | None = None
        self._refreshing = Lock()
        try:
            writer.check_index(self._client)
        except NoIndexError:
            if not create:
                raise
            writer.create_index(self._client)
        except IndexVersionError:
            if not rebuild:
                raise
        self._current: Snapshot | None
        self._current = Snapshot(self._client, self._analyzer, is_empty=rebuild)

    @property
    def _snapshot(self) -> Snapshot:
        snapshot = self._current
        if snapshot is None:
            raise IndexClosedError("the index is closed", "open it again")
        return snapshot

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
        """Return the best passages: see engine.base."""
        snapshot = self._snapshot
        scorer = Scorer(query, snapshot)
        plan = translate(query, snapshot.term_set, scorer.boost)
        if not plan.is_exact or limit is None or by != "passage":
            return rank_all(snapshot, plan, scorer, limit, per_file, by, text=text, explain=explain)
        total, ranked, best = best_candidates(
            query,
            plan.query,
            scorer,
            snapshot,
            most=max(self._client.address.candidates, limit),
            limit=limit,
            per_file=per_file,
            streams=explain,
        )
        return Ranking(
            total,
            tuple(
                ScoredPassage(
                    found.stored.passage if text else found.stored.passage.replace(text=""),
                    found.score,
                    scorer.explanation(found.stored) if explain else None,
                )
                for found in best
            ),
            ranked,
        )

    # ---------------------------------------------------------------------- the rest

    def tallies(self, query: Query, wanted: Callable[[str], bool]) -> list[Tally]:
        """How many passages match, by document, or by row: see engine.base."""
        snapshot = self._snapshot
        scorer = Scorer(query, snapshot)
        plan = translate(query, snapshot.term_set)
        found: Counter[tuple[str, int | None, Tally]] = Counter()
        for stored in matching(scorer, snapshot, plan):
            document = stored.passage.document
            by_row = any(not value and wanted(field_key(name)) for name, value in document.fields)
            fields = stored.fields if by_row else stated(document.fields)
            kept = tuple(own for own in fields if wanted(field_key(own[0])))
            row = stored.passage.ordinal if by_row else None
            about = Tally(document.path, document.media_type, document.language, kept, 0)
            found[stored.document, row, about] += 1
        return [about._replace(passages=count) for (_, _, about), count in found.items()]

    def files(self) -> Mapping[str, FileState]:
        """Return every file in the index: see engine.base."""
        return _by_path(map(loaded_file, self._snapshot.each(EVERYTHING, kind="file")))

    def state(self, path: str) -> FileState | None:
        """Return the state of one file: see engine.base."""
        known = {"term": {"path": stored_path(path)}}
        return _by_path(map(loaded_file, self._snapshot.each(known, kind="file"))).get(path)

    def places(self, path: str) -> list[Place]:
        """Return the place of each passage of a file: see engine.base."""
        found = self._snapshot.passages({"term": {"path": stored_path(path)}})
        return [
            Place(
                place,
                own.ordinal,
                own.document.member,
                own.document.id,
                own.line_start,
                own.line_end,
                own.byte_start,
                own.page,
            )
            for own, place in sorted(
                ((each.passage, each.place) for each in found),
                key=lambda pair: (pair[1], pair[0].ordinal),
            )
        ]

    def passage(self, path: str, document: int, ordinal: int) -> Passage | None:
        """Return one passage of a file, by its place: see engine.base."""
        known = {"path": stored_path(path), "place": document, "ordinal": ordinal}
        query = {"bool": {"filter": [{"term": {key: value}} for key, value in known.items()]}}
        return next((found.passage for found in self._snapshot.passages(query)), None)

    def contents(self) -> Iterator[tuple[int, Passage]]:
        """Yield every passage: see engine.base."""
        for stored in self._snapshot.passages(EVERYTHING, IN_FILES):
            yield stored.place, stored.passage

    def frequency(self, leaf: Term | Exact) -> Frequency:
        """Return the number of passages with a word, and of all passages."""
        snapshot = self._snapshot
        return Frequency(snapshot.figures([leaf])[leaf].df, snapshot.totals.passages)

    def compounding(self) -> list[str]:
        """The languages whose compounds are looked for."""
        snapshot = self._snapshot
        counts = snapshot.buckets("of_document", {"term": {"head": True}})
        least = LEAST_SHARE * snapshot.totals.documents
        return [code for code in COMPOUNDING if counts.get(code, 0) >= max(least, 1)]

    def compounds(self, words: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The compounds of words: see engine.base."""
        codes = self.compounding()
        found = {word: self._compounds(word, codes) for word in words if codes}
        return {word: terms for word, terms in found.items() if terms}

    def _compounds(self, word: str, codes: Sequence[str]) -> tuple[str, ...]:
        snapshot = self._snapshot
        found: set[str] = set()
        for code in codes:
            part = Part(self._analyzer, word, code)
            ending = f".*{escaped(part.ending)}.{{0,{MOST_ENDING}}}"
            pattern = f"{ending}|{escaped(part.start)}.*"
            terms = [
                each.term
                for each in snapshot.vocabulary(pattern, query={"term": {"language": code}})
            ]
            asked = _Asked()
            for term in terms:
                part.is_in(term, asked)
            known = snapshot.known_stems(asked.keys)
            found.update(term for term in terms if part.is_in(term, known.__contains__))
        return tuple(sorted(found))

    def terms(self, leaf: Prefix | Wildcard | Fuzzy) -> list[TermCount]:
        """Return the terms that a leaf matches: see engine.base."""
        return self._snapshot.terms(leaf)

    def most_frequent(
        self, leaf: Prefix | Wildcard | Fuzzy, limit: int
    ) -> tuple[list[TermCount], int]:
        """Return the terms that a leaf matches and that are in most passages: see engine.base."""
        found = self._snapshot.terms(leaf)
        return sorted(found, key=lambda term: -term.passages)[:limit], len(found)

    def readings(self) -> Iterator[Reading]:
        """Yield how each document was read."""
        for stored in self._snapshot.passages(_FIRST):
            own = stored.passage.document
            yield Reading(own.path, own.encoding, own.errors, own.confidence, own.language)

    def languages(self) -> frozenset[str]:
        """The languages of its documents and passages."""
        return self._snapshot.languages

    def fields(self) -> frozenset[str]:
        """Return the names of all documents' fields."""
        return self._snapshot.field_names

    def document_fields(self) -> Iterator[tuple[tuple[str, str], ...]]:
        """Yield the fields of each document and of each row of a table."""
        for stored in self._snapshot.passages(
            {"bool": {"should": [_FIRST, {"term": {"rows": True}}]}}
        ):
            own = stated(stored.passage.document.fields)
            if stored.passage.ordinal == 0:
                yield own
            if is_table(stored.passage.document.fields) and stored.begins_row:
                yield stored.fields[len(own) :]

    def roots(self) -> tuple[str, ...]:
        """Return the roots of all parts, as they were set."""
        return tuple(dict.fromkeys(root for own in self._snapshot.manifests for root in own.roots))

    def settings(self) -> str:
        """Return the text stored beside the roots."""
        return next((own.settings for own in self._snapshot.manifests), "")

    def stats(self) -> IndexStats:
        """Return the counts of the index."""
        snapshot = self._snapshot
        states = list(map(loaded_file, snapshot.each(EVERYTHING, kind="file")))
        files = _by_path(states)
        text = snapshot.ask(EVERYTHING, aggs={"bytes": {"sum": {"field": "bytes"}}})
        primaries = self._client.ask("GET", f"/{self._client.address.name}/_stats/store,segments")
        own = primaries["_all"]["primaries"]
        known = snapshot.manifests
        size = self.size()
        return IndexStats(
            files=len(files),
            skipped=sum(not file.is_read() for file in files.values()),
            documents=size.documents,
            passages=size.passages,
            deleted=0,
            terms=snapshot.count_terms(),
            text_bytes=round(text["aggregations"]["bytes"]["value"]),
            index_bytes=own["store"]["size_in_bytes"],
            segments=own["segments"]["count"],
            created_ns=min((each.created_ns for each in known), default=0),
            committed_ns=max((each.committed_ns for each in known), default=0),
            generation=sum(each.generation for each in known),
            encodings=by_count(snapshot.buckets("encoding", _FIRST)),
            languages=by_count(snapshot.buckets("spoken", _FIRST)),
            media_types=by_count(snapshot.buckets("media_type", _FIRST)),
            condition=self._condition(),
        )

    def _condition(self) -> str:
        """Return how many nodes the cluster has, and how much of the index has fewer copies than it should have."""
        found = self._client.ask("GET", f"/_cluster/health/{self._client.address.name}")
        count, away = (
            found["number_of_nodes"],
            found["unassigned_shards"] + found["initializing_shards"],
        )
        nodes = f"{count} node{'s' if count != 1 else ''}"
        if not away:
            return nodes
        return (
            f"{nodes}, {away:,} of {away + found['active_shards']:,} copies of its parts are away"
        )

    def size(self) -> Size:
        """Return the number of documents and passages."""
        snapshot = self._snapshot
        documents = snapshot.ask(_FIRST)["hits"]["total"]["value"]
        return Size(documents, snapshot.totals.passages)

    def writer(self, *, wait: bool = False, part: str = WHOLE) -> IndexWriter:
        """Return the writer: see engine.base."""
        from seedsearch.engine.opensearch.writer import OpenSearchWriter  # not for queries

        self._writer = OpenSearchWriter(self._client, part, wait=wait, rebuild=self._rebuild)
        return self._writer

    def refresh(self) -> bool:
        """Move to the newest commit."""
        with self._refreshing:
            shown = self._snapshot
            if self._rebuild:
                if self._writer is None or not self._writer.has_committed:
                    return False
                self._rebuild = False
            elif manifests(self._client) == shown.manifests:
                return False
            self._current = Snapshot(self._client, self._analyzer)
            shown.close()
            return True

    def close(self) -> None:
        """Release the point in time."""
        with self._refreshing:
            shown, self._current = self._current, None
            if shown is not None:
                shown.close()


def check(address: str) -> CheckReport:
    """Check that all parts of an index answer. Raises IndexFault."""
    engine = OpenSearchEngine(address)
    try:
        stats = engine.stats()
    finally:
        engine.close()
    return CheckReport(stats.segments, stats.passages, ())


class _Asked:
    """Collects the stems that are asked for, one after the other, so that the cluster is asked once."""

    def __init__(self) -> None:
        self.keys: set[str] = set()

    def __call__(self, key: str) -> bool:
        """Collect a key."""
        self.keys.add(key)
        return False


def _by_path(states: Iterable[FileState]) -> dict[str, FileState]:
    """Return files by path. One part of a file may say why something was skipped."""
    known: dict[str, FileState] = {}
    for state in states:
        if state.skipped or state.path not in known:
            known[state.path] = state
    return known
