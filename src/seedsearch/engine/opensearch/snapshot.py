"""One state of an index on a cluster: a point in time, the batches that were committed, and its statistics."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import islice
from typing import Any, TypeAlias

from seedsearch.analysis import Analyzer
from seedsearch.engine.base import MAX_EXPANSIONS, TermCount
from seedsearch.engine.bm25f import TITLE_WEIGHT
from seedsearch.engine.opensearch.client import (
    KEPT,
    Client,
    LostPointError,
    NotWholeError,
    chunks,
    whole,
)
from seedsearch.engine.opensearch.json_lines import loaded
from seedsearch.engine.opensearch.mapping import Stored, loaded_streams, stored_in
from seedsearch.engine.opensearch.marks import (
    MOST_COUNTED,
    TermSet,
    counted,
    match_any,
    pattern_of,
    sum_of,
    sums_in,
    term_set,
)
from seedsearch.engine.opensearch.vocabulary import Word, words_of
from seedsearch.errors import IndexFault, QueryTooBroadError
from seedsearch.model import Document
from seedsearch.query.ast import Compounds, Exact, Fuzzy, Leaf, Prefix, Term, Wildcard, unparse
from seedsearch.query.match import fits_term
from seedsearch.record import NamedTuple

Dsl = Mapping[str, Any]
Pair: TypeAlias = tuple[Leaf, Leaf]
"""Two words that may be near each other, in their order."""

_PAGE = 1000
ORDER = ("batch", "number")
"""The fields that tell all documents apart, for reading one page after the other."""
_TRIES = 10
_PAUSES = (0.1, 1.0, 3.0)  # seconds, before a point in time is opened again
_MOST_TERMS = 512  # clauses of one query; a cluster takes 1,024 by default
_BUCKETS = 60_000
_FEW_TERMS = 30_000  # that are counted exactly
_DOCUMENTS = 5_000  # asked for at once

IN_FILES = ("path", "place", "ordinal")
"""The fields that give the order of the files, and of the passages in them."""

_DEEPER = 2  # times as many passages are looked at for nearness as are asked for
_COUNTED = 10_000  # hits that a cluster counts beside the best ones, or returns at once
_WHOLE: Dsl = {"allow_partial_search_results": "false"}
_NAMED: Dsl = {"include_named_queries_score": "true"}
_DFS: Dsl = {"search_type": "dfs_query_then_fetch"}  # scores that all shards agree on


class Manifest(NamedTuple):
    """What one writer's last commit states. Each writer has its part of the files, and its own manifest."""

    part: str
    generation: int
    batches: tuple[str, ...]
    roots: tuple[str, ...]
    settings: str
    created_ns: int
    committed_ns: int


class Totals(NamedTuple):
    """The number of passages, the sum of their lengths, and the numbers of documents and of shards."""

    passages: int
    length: int
    documents: int
    shards: int


class Search(NamedTuple):
    """A search for passages: a query of the cluster, and further parts of the request."""

    query: Dsl
    more: Dsl


def _source(streams: bool) -> list[str]:
    """Return what is read of a passage."""
    return ["record", *(("body", "title") if streams else ())]


def _stored(hits: Iterable[Any], documents: dict[object, Document]) -> Iterator[Stored]:
    for hit in hits:
        source = hit["_source"]
        found = stored_in(source["record"], documents)
        yield found._replace(streams=loaded_streams(source)) if "body" in source else found


class Figures(NamedTuple):
    """The number of passages with a leaf, and the sum of its tf."""

    df: int
    frequency: int


def manifests(client: Client) -> tuple[Manifest, ...]:
    """Return the manifests of an index as they are now."""
    body = {"size": 1000, "query": {"term": {"kind": "manifest"}}, "sort": ["part"]}
    found = whole(client.ask("POST", f"/{client.address.name}/_search", body, **_WHOLE))
    return tuple(read_manifest(hit["_source"]["record"]) for hit in found["hits"]["hits"])


def read_manifest(record: str) -> Manifest:
    """Return a manifest from its record."""
    values = loaded(record)
    values[2], values[3] = tuple(values[2]), tuple(values[3])
    return Manifest(*values)


class Snapshot:
    """A state of the index. Threads may share it. One that `is_empty` shows nothing but roots and settings."""

    def __init__(self, client: Client, analyzer: Analyzer, *, is_empty: bool = False) -> None:
        self.client = client
        self.analyzer = analyzer
        self.manifests, self._point = self._opened()
        self._figures: dict[Leaf, Figures] = {}
        self._term_sets: dict[Leaf, TermSet] = {}
        batches = [] if is_empty else [b for each in self.manifests for b in each.batches]
        gone = [
            [{"term": {"part": own.part}}, {"range": {"until": {"lte": own.generation}}}]
            for own in self.manifests
        ]
        self._batches = {"terms": {"batch": batches}}
        self._gone = [{"bool": {"filter": own}} for own in gone]

    def _opened(self) -> tuple[tuple[Manifest, ...], str]:
        """Return the manifests and a point in time that belong together: no commit came between."""
        before = manifests(self.client)
        for _ in range(_TRIES):
            point = self.client.open_point(self.client.address.name)
            try:
                after = manifests(self.client)
            except BaseException:
                self.client.drop_point(point)
                raise
            if after == before:
                return before, point
            self.client.drop_point(point)
            before = after
        raise IndexFault("the index changes too fast to be read", "try again later")

    def close(self) -> None:
        """Release the point in time."""
        self.client.drop_point(self._point)

    # ---------------------------------------------------------------------- requests

    def _asked(self, query: Dsl, kind: str, more: Mapping[str, Any]) -> dict[str, Any]:
        # One filter, because a cluster keeps what it finds, and three would be compared for each passage.
        visible = {"filter": [{"term": {"kind": kind}}, self._batches], "must_not": self._gone}
        return {
            "size": 0,
            "track_total_hits": True,
            **more,
            "query": {"bool": {"must": [query], "filter": [{"bool": visible}]}},
            "pit": {"id": self._point, "keep_alive": KEPT},
        }

    def ask(self, query: Dsl, *, kind: str = "passage", params: Dsl = _WHOLE, **more: Any) -> Any:
        """Return the reply to one search."""
        return self._held(
            lambda: whole(
                self.client.ask("POST", "/_search", self._asked(query, kind, more), **params)
            )
        )

    def ask_all(self, searches: Sequence[Search]) -> list[Any]:
        """Return the replies to several searches for passages, asked in one request."""
        replies: list[Any] = self._held(
            lambda: self.client.searches(
                [self._asked(query, "passage", more) for query, more in searches]
            )
        )
        return replies

    def _held(self, ask: Callable[[], Any]) -> Any:
        """Return what is asked for. If the point in time is gone with its node, wait for the others to notice."""
        for pause in _PAUSES:
            try:
                return ask()
            except LostPointError:
                time.sleep(pause)
                with suppress(LostPointError, NotWholeError):
                    self._open_again()
        return ask()

    def params(self, *, is_exact: bool = False) -> Dsl:
        """Return the parameters of searches whose scores count: of the cluster, or by the formula alone."""
        return _WHOLE if is_exact or self.totals.shards == 1 else {**_WHOLE, **_DFS}

    def _open_again(self) -> None:
        """Replace a point in time that is gone. Raises IndexFault if the index has changed since."""
        state, point = self._opened()
        if state != self.manifests:
            self.client.drop_point(point)
            raise IndexFault("the index has changed while it was read", "ask again")
        self._point = point

    def each(self, query: Dsl, *, kind: str = "passage") -> Iterator[str]:
        """Yield the records that match."""
        for page in self._pages(query, kind, sort=ORDER, _source=["record"]):
            for hit in page:
                yield hit["_source"]["record"]

    def _pages(self, query: Dsl, kind: str, **more: Any) -> Iterator[list[Any]]:
        """Yield the hits that match, page by page."""
        after: dict[str, Any] = {}
        while True:
            asked = {"size": _PAGE, "track_total_hits": False, **more, **after}
            found = self.ask(query, kind=kind, **asked)["hits"]["hits"]
            yield found
            if len(found) < _PAGE:
                return
            after = {"search_after": found[-1]["sort"]}

    def ranked(
        self,
        query: Dsl,
        most: int,
        asked: Dsl,
        *,
        near: Sequence[Dsl] = (),
        by_path: bool = False,
    ) -> tuple[int | None, list[Any]]:
        """Return the number of passages that match, and the hits that the cluster ranks highest.

        A large number is not counted: it is None. `near` adds to the scores of the _DEEPER times as many that are
        ranked highest without, of 10,000 at most. Those of the same score come in the order of paths if asked for,
        which costs the cluster as much as the search.
        """
        found: list[Any] = []
        params = {**self.params(), **_NAMED}
        more: dict[str, Any] = {"track_total_hits": _COUNTED, **asked}
        if by_path or most > _COUNTED:  # pages need an order without ties
            more["sort"] = ["_score", *IN_FILES]
        elif near:
            again = {"rescore_query": {"bool": {"should": near}}}
            window = -(-_DEEPER * most // self.totals.shards)  # of each shard
            more["rescore"] = {"window_size": min(window, _COUNTED), "query": again}
        total: int | None = None
        while True:
            size = min(_COUNTED, most - len(found))
            hits = self.ask(query, params=params, size=size, **more)["hits"]
            if hits.get("total", {}).get("relation") == "eq":
                total = hits["total"]["value"]
            found += hits["hits"]
            if len(hits["hits"]) < size or len(found) >= most:
                break
            more |= {"track_total_hits": False, "search_after": found[-1]["sort"]}
        return total, found

    def passages(self, query: Dsl, order: Sequence[str] = ORDER) -> Iterator[Stored]:
        """Yield the passages that match, in an order, without their streams."""
        documents: dict[object, Document] = {}
        for page in self._pages(query, "passage", sort=order, _source=_source(streams=False)):
            yield from _stored(page, documents)
            documents = dict(list(documents.items())[-1:])  # the last one may go on

    def pages_of_all(self, query: Dsl) -> Iterator[list[tuple[str, Stored]]]:
        """Yield the passages that match, each with its record and its streams, page by page."""
        for page in self._pages(query, "passage", sort=ORDER, _source=_source(streams=True)):
            records = [hit["_source"]["record"] for hit in page]
            yield list(zip(records, _stored(page, {}), strict=True))

    def at(self, keys: Sequence[str], *, streams: bool) -> dict[str, Stored]:
        """Return the passages with these keys; with their streams if asked for."""
        found: dict[str, Stored] = {}
        documents: dict[object, Document] = {}
        asked: dict[str, Any] = {"track_total_hits": False, "_source": _source(streams)}
        for some in chunks(keys, _PAGE):
            hits = self.ask(
                {"constant_score": {"filter": {"ids": {"values": some}}}}, size=len(some), **asked
            )["hits"]["hits"]
            found |= zip([hit["_id"] for hit in hits], _stored(hits, documents), strict=True)
        return found

    def pages(
        self, query: Dsl, size: int, most: int, params: Dsl
    ) -> Iterator[tuple[list[Stored], float]]:
        """Yield `most` passages in the order of the cluster, with their streams, and the highest score of what follows.

        Each page has twice as many as the one before it. A cluster counts to 10,000 at most. After that it goes on
        from a hit, if hits have an order without ties, which takes longer.
        """
        size, start = min(size, _PAGE), 0
        more: dict[str, Any] = {"sort": ["_score", *IN_FILES]} if most > _COUNTED - _PAGE else {}
        while True:
            asked = {"size": size, "track_total_hits": False, **more}
            hits = self.ask(query, params=params, _source=True, **asked)["hits"]["hits"]
            start += size
            yield list(_stored(hits, {})), hits[-1]["_score"] if len(hits) == size else 0.0
            if len(hits) < size or start >= most:
                return
            more |= {"search_after": hits[-1]["sort"]} if "sort" in more else {"from": start}
            size = min(2 * size, _PAGE)

    def buckets(self, field: str, query: Dsl | None = None, **more: Any) -> dict[str, int]:
        """Return the values of a field, and the number of passages with each."""
        aggs = {"found": {"terms": {"field": field, "size": _BUCKETS, **more}}}
        found = self.ask(query or {"match_all": {}}, aggs=aggs)["aggregations"]["found"]["buckets"]
        return {each["key"]: each["doc_count"] for each in found}

    @cached_property
    def field_names(self) -> frozenset[str]:
        """The names of all documents' fields. Queries with required words ask for them."""
        return frozenset(self.buckets("names"))

    # ---------------------------------------------------------------------- statistics

    @cached_property
    def totals(self) -> Totals:
        """The totals of all passages."""
        heads = {"filter": {"term": {"head": True}}}
        aggs = {"length": {"sum": {"field": "length"}}, "heads": heads}
        reply = self.ask({"match_all": {}}, aggs=aggs)
        found = reply["aggregations"]
        return Totals(
            reply["hits"]["total"]["value"],
            round(found["length"]["value"]),
            found["heads"]["doc_count"],
            reply["_shards"]["total"],
        )

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages of documents and passages."""
        return frozenset((*self.buckets("language"), *self.buckets("of_document")))

    def look_up(self, leaves: Iterable[Leaf]) -> None:
        """Find out what leaves stand for, with one request for the marks of all. Raises QueryTooBroadError.

        A few texts in a language give each word of a query four marks more, which other words of theirs have.
        """
        found = {leaf: self._looked_up(leaf) for leaf in leaves if leaf not in self._term_sets}
        some = {mark for own in found.values() for mark in (*own.marks[1:], *own.twice)}
        there = self._present({mark: TermSet(marks=(mark,)) for mark in some})
        for leaf, own in found.items():
            marks = (*own.marks[:1], *filter(there.__contains__, own.marks[1:]))
            twice = tuple(filter(there.__contains__, own.twice))
            self._term_sets[leaf] = own._replace(marks=marks, twice=twice)

    def term_set(self, leaf: Leaf) -> TermSet:
        """Return what a leaf stands for. Raises QueryTooBroadError."""
        if leaf not in self._term_sets:
            self.look_up([leaf])
        return self._term_sets[leaf]

    def _looked_up(self, leaf: Leaf) -> TermSet:
        if isinstance(leaf, Term | Exact | Compounds):
            return term_set(leaf, self.languages, self.analyzer)
        found = self._matching(leaf)
        is_capped = not isinstance(leaf, Prefix) or leaf.capped
        if len(found) > MAX_EXPANSIONS and is_capped:
            raise QueryTooBroadError(
                f"{unparse(leaf)} stands for more than {MAX_EXPANSIONS:,} words, which is the cap",
                "give more letters",
            )
        in_body = 0 if leaf.field == "title" else sum(each.body for each in found)
        frequency = in_body + TITLE_WEIGHT * sum(each.title for each in found)
        return TermSet(tuple([each.term for each in found]), frequency=frequency)

    def _matching(self, leaf: Prefix | Wildcard | Fuzzy) -> list[Word]:
        fits = fits_term(leaf)
        in_title = leaf.field == "title"
        found = self.vocabulary(pattern_of(leaf))
        return [word for word in found if fits(word.term) and (word.title or not in_title)]

    def terms(self, leaf: Prefix | Wildcard | Fuzzy) -> list[TermCount]:
        """Return the terms that a leaf matches, in the order of their characters."""
        in_title = leaf.field == "title"
        return [
            TermCount(
                word.term,
                word.titles if in_title else word.passages,
                word.title + (0 if in_title else word.body),
            )
            for word in self._matching(leaf)
        ]

    def vocabulary(self, pattern: str, *, query: Dsl | None = None) -> list[Word]:
        """Return the words that a regular expression matches, as both Python and the cluster read it, in the order of
        their characters."""
        found = {"regexp": {"words": {"value": pattern}}}
        both = {"bool": {"filter": [found, query or {"match_all": {}}]}}
        fits = re.compile(pattern, re.DOTALL).fullmatch
        return [word for word in words_of(self.each(both, kind="words")) if fits(word.term)]

    def count_terms(self) -> int:
        """Return the number of distinct terms; in a large index, an upper bound."""
        asked = {"terms": {"sum": {"field": "terms"}}}
        found = self.ask({"match_all": {}}, kind="words", aggs=asked)["aggregations"]
        most = round(found["terms"]["value"])
        return len(self.vocabulary(".*")) if most < _FEW_TERMS else most

    def figures(self, leaves: Iterable[Leaf]) -> dict[Leaf, Figures]:
        """Return the figures of leaves, asked in one request if they are not known."""
        wanted = list(dict.fromkeys(leaves))
        self.look_up(wanted)
        asked: list[Search] = []
        spans: list[tuple[Leaf, int]] = []
        for leaf in wanted:
            if leaf in self._figures:
                continue
            marks = self.term_set(leaf)
            counts = [] if marks.frequency else list(marks.counts(leaf.field, _MOST_TERMS))
            asked.append(Search(match_any(marks, leaf.field), {}))
            asked += [Search(counted(own), {"aggs": sum_of(1)}) for own in counts]
            spans.append((leaf, len(counts)))
        replies = iter(self.ask_all(asked))
        for leaf, count in spans:
            df = next(replies)["hits"]["total"]["value"]
            sums = [reply["aggregations"]["sum"]["value"] for reply in islice(replies, count)]
            weight = TITLE_WEIGHT if leaf.field == "title" else 1
            known = self.term_set(leaf).frequency
            self._figures[leaf] = Figures(df, known or weight * round(sum(sums)))
        return {leaf: self._figures[leaf] for leaf in wanted}

    def known_stems(self, keys: Collection[str]) -> set[str]:
        """Return those of the keys of stem classes that texts of the index have, with accents or without."""
        return self._present({key: TermSet(marks=(key, f"<{key}", f"%{key}")) for key in keys})

    def _present(self, sets: Mapping[str, TermSet]) -> set[str]:
        """Return the names of those term sets that texts or titles have."""
        found: set[str] = set()
        for some in chunks(sorted(sets), _MOST_TERMS):
            filters = {name: match_any(sets[name], "") for name in some}
            any_of = {"bool": {"should": list(filters.values()), "minimum_should_match": 1}}
            reply = self.ask(any_of, aggs={"found": {"filters": {"filters": filters}}})
            buckets = reply["aggregations"]["found"]["buckets"]
            found.update(name for name in some if buckets[name]["doc_count"])
        return found

    def in_documents(
        self,
        leaves: Sequence[Leaf],
        documents: Collection[str],
        beside: Sequence[Search] = (),
        together: int = MOST_COUNTED,
    ) -> tuple[dict[str, int], dict[Leaf, dict[str, int]], list[Any]]:
        """Return the length of each document, each leaf's tf in those that have it, and replies to other searches."""
        lengths: dict[str, int] = {}
        found: dict[Leaf, dict[str, int]] = {leaf: {} for leaf in leaves}
        counts = [
            (leaf, own)
            for leaf in leaves
            for own in self.term_set(leaf).counts(leaf.field, _MOST_TERMS // 2)
        ]
        groups = list(chunks([each for each in counts if not each[1].narrow], together))
        groups += [[each] for each in counts if each[1].narrow]
        replies: list[Any] = []
        for keys in chunks(sorted(set(documents)), _DOCUMENTS):
            among = {"terms": {"document": keys}}
            # Depth first, the cluster scores a passage once. By default, it does so again to add up.
            terms = {"field": "document", "size": len(keys), "collect_mode": "depth_first"}
            asked: list[Search] = []
            for group in groups:
                query = {"filter": [among], "must": [counted(*[own for _, own in group])]}
                own = sum_of(len(group))
                if not asked:  # the first is for all passages, because it has their lengths
                    query["should"] = query.pop("must")
                    own |= {"length": {"sum": {"field": "length"}}}
                more = {"aggs": {"by": {"terms": terms, "aggs": own}}, "track_total_hits": False}
                asked.append(Search({"bool": query}, more))
            all_replies = self.ask_all([*asked, *(() if replies else beside)])
            replies = replies or all_replies[len(asked) :]
            for bucket in all_replies[0]["aggregations"]["by"]["buckets"]:
                lengths[bucket["key"]] = round(bucket["length"]["value"])
            for group, reply in zip(groups, all_replies, strict=False):
                buckets = reply["aggregations"]["by"]["buckets"]
                all_sums = sums_in(buckets, len(group))
                if all_sums is None:
                    return self.in_documents(leaves, documents, beside, 1)
                for (leaf, _), sums in zip(group, all_sums, strict=True):
                    weight, of_leaf = TITLE_WEIGHT if leaf.field == "title" else 1, found[leaf]
                    for bucket, tf in zip(buckets, sums, strict=True):
                        of_leaf[bucket["key"]] = of_leaf.get(bucket["key"], 0) + weight * tf
        return lengths, found, replies
