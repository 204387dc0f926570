"""Which candidates of a cluster are read: the best, as soon as nothing else can be among them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from math import sqrt
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedsearch.engine.bm25f import nearness
from seedsearch.engine.opensearch.candidates import (
    Candidate,
    CandidateView,
    Named,
    best_in_documents,
    documents_of,
    read_best,
)
from seedsearch.engine.opensearch.mapping import Stored
from seedsearch.engine.opensearch.marks import MOST_COUNTED, TermSet, sums_in
from seedsearch.engine.opensearch.scoring import Addition, Found, Scorer
from seedsearch.engine.opensearch.snapshot import Snapshot
from seedsearch.engine.opensearch.translation import translate
from seedsearch.model import Document, Passage
from seedsearch.query.ast import And, Boost, Filter, Leaf, Phrase, Term, text_of

FOX, HEN = Term("fox"), Term("hen")
NAMED = Named({FOX: ["0"], HEN: ["1"]}, {}, ())


def stored(key: str) -> Stored:
    document = Document(path=key[0], title="", encoding="utf-8")
    passage = Passage(document, int(key[1:]), "", 1, 1, None, None)
    return Stored(passage, 0, key[0], "", 1, (), False)


def key_of(own: Stored) -> str:
    return f"{own.passage.document.path}{own.passage.ordinal}"


def hit(document: str, score: float) -> dict[str, Any]:
    return {"fields": {"document": [document]}, "_score": score}


class Fixed:
    """Knows of each passage its score and the highest it can have, by its key; None: no match."""

    additions = (Addition((FOX, HEN), (), 1.0, 0.0),)
    most_near = 1.0
    has_few = True
    near = ()

    def __init__(self, known: Mapping[str, tuple[float, float] | None]) -> None:
        self.known = known
        self.read: list[list[str]] = []

    def score_of(self, view: CandidateView) -> float | None:
        found = self.known[view.stored.key]
        return found and found[0]

    def at(self, keys: Iterable[str], *, streams: bool) -> dict[str, Stored]:
        new = list(keys)
        self.read.append(new)
        return {key: stored(key) for key in new}

    def around(self, documents: Iterable[str]) -> dict[str, float]:
        return dict.fromkeys(documents, 0.0)

    def params(self, *, is_exact: bool) -> dict[str, str]:
        assert is_exact
        return {}

    def term_set(self, leaf: Leaf) -> TermSet:
        return TermSet()

    def unit(self, leaf: Leaf) -> dict[str, Any]:
        return {}

    def pages(
        self, query: Any, size: int, most: int, params: object
    ) -> Iterator[tuple[list[Stored], float]]:
        """Yield pages as a snapshot does: the passages of documents, by the highest score that they can have."""
        among = query["script_score"]["query"]["bool"]["filter"][0]["terms"]["document"]
        there = {key: most for key, (_, most) in self.matching.items() if key[0] in among}
        ordered = sorted(there, key=lambda key: (-there[key], key))
        for start in range(0, len(ordered) + 1, size):
            some = ordered[start : start + size]
            self.read.append(some)
            yield [stored(key) for key in some], there[some[-1]] if len(some) == size else 0.0

    @property
    def matching(self) -> dict[str, tuple[float, float]]:
        return {key: both for key, both in self.known.items() if both}

    def hits(self) -> list[dict[str, Any]]:
        """Return the passages as the cluster ranks them, with scores that nothing else exceeds."""
        ordered = sorted(self.matching.items(), key=lambda item: -item[1][1])
        return [hit(key[0], most) for key, (_, most) in ordered]

    def found(self, passages: Iterable[Stored]) -> list[Found]:
        scores = [(own, self.known[key_of(own)]) for own in passages]
        return sorted((Found(own, found[0]) for own, found in scores if found), key=Found.order)


def named_best(fixed: Fixed, limit: int, per_file: int | None = None) -> str:
    """Return the best by counts alone. The first letter of a key is the path of its file."""
    views = [
        CandidateView(Candidate(key, key[0], 0, int(key[1:]), "d", 1), {"0": 1, "1": 1}, NAMED)
        for key in fixed.known
    ]
    found = read_best(views, cast(Scorer, fixed), cast(Snapshot, fixed), limit, per_file)
    return " ".join(key_of(own.stored) for own in found)


def best_of_documents(fixed: Fixed, limit: int, per_file: int | None = None) -> str:
    """Return the best by texts."""
    scorer, snapshot = cast(Scorer, fixed), cast(Snapshot, fixed)
    among = documents_of(fixed.hits(), len(fixed.known))
    found = best_in_documents(FOX, {}, among, 200, scorer, snapshot, limit, per_file)
    return " ".join(key_of(own.stored) for own in found)


KNOWN: dict[str, tuple[float, float] | None] = {
    **{f"a{number}": (9.0 - number / 10, 9.0 - number / 10) for number in range(6)},
    "b1": (8.95, 9.5),
    "b2": (3.0, 3.0),
    "b3": None,
    **{f"c{number}": (2.0, 2.0) for number in range(40)},
    **{f"d{number}": (7.0, 10.0) for number in range(30)},
}


BEST = [
    (1, None, "a0"),
    (2, None, "a0 b1"),
    (3, None, "a0 b1 a1"),
    (3, 1, "a0 b1 d0"),
    (8, None, "a0 b1 a1 a2 a3 a4 a5 d0"),  # of those that tie, the first by path
    (0, None, ""),
]


@pytest.mark.parametrize(("limit", "per_file", "expected"), BEST)
def test_the_best_alone_are_read_if_their_scores_are_known(
    limit: int, per_file: int | None, expected: str
) -> None:
    fixed = Fixed(KNOWN)
    assert named_best(fixed, limit, per_file) == expected
    assert [" ".join(keys) for keys in fixed.read] == [expected]


@pytest.mark.parametrize(("limit", "per_file", "expected"), BEST)
def test_else_texts_are_read_until_no_other_passage_can_be_among_the_best(
    limit: int, per_file: int | None, expected: str
) -> None:
    fixed = Fixed(KNOWN)
    assert best_of_documents(fixed, limit, per_file) == expected
    read = [key for keys in fixed.read for key in keys]
    assert len(set(read)) == len(read)
    last = expected.split()[-1:]
    for page in fixed.read[:-1]:  # something there, or after it, could have been among the best
        assert per_file or fixed.matching[page[-1]][1] >= fixed.matching[last[0]][0]


def test_no_text_is_read_of_a_passage_that_cannot_be_among_the_best() -> None:
    fixed = Fixed({f"a{number}": (1.0 - number / 50, 1.0 - number / 50) for number in range(40)})
    assert best_of_documents(fixed, 3) == "a0 a1 a2"
    assert [len(keys) for keys in fixed.read] == [6]


def test_documents_whose_passages_often_match_are_read_first() -> None:
    hits = [hit(*own) for own in [("a", 9.0), ("b", 8.0), ("c", 7.0), ("b", 4.0), ("c", 3.0)]]
    assert documents_of(hits, 2) == ["b", "a"]
    assert documents_of(hits, 3) == ["b", "a", "c"]


@given(st.lists(st.floats(0, 100), min_size=2, max_size=9))
def test_nearness_adds_at_most_its_share_of_a_score(scores: list[float]) -> None:
    words = tuple(Term(f"w{number}") for number in range(len(scores)))
    pairs = tuple(itertools.pairwise(words))
    scorer = object.__new__(Scorer)
    scorer.additions = (Addition(words, pairs, 1.0, nearness(len(pairs))),)
    closest = sum(min(pair) for pair in itertools.pairwise(scores)) * sqrt(1.0)
    total = sum(scores)
    assert total + nearness(len(pairs)) * closest <= scorer.most_near * total * (1 + 1e-9)


@given(
    st.integers(1, MOST_COUNTED).flatmap(
        lambda words: st.lists(
            st.lists(st.integers(0, (1 << 17) - 1), min_size=words, max_size=words)
        )
    )
)
def test_one_sum_holds_the_occurrences_of_some_words(documents: list[list[int]]) -> None:
    count = len(documents[0]) if documents else 1
    bits = {1: 51, 2: 25, 3: 17}[count]
    sums = [sum(tf << bits * at for at, tf in enumerate(own)) for own in documents]
    buckets = [{"sum": {"value": float(each)}} for each in sums]
    assert sums_in(buckets, count) == [[own[at] for own in documents] for at in range(count)]


def test_a_passage_with_a_word_too_often_leaves_no_sums() -> None:
    assert sums_in([{"sum": {"value": 3.0}}, {"sum": {"value": 1e300}}], 3) is None


def test_the_cluster_scores_a_tree_by_the_units_of_its_leaves() -> None:
    def unit(leaf: Leaf) -> dict[str, Any]:
        return {"unit": text_of(leaf)}

    query = And((Boost(FOX, 2.0), Phrase(("red", "hen")), Filter("lang", "en")))
    plan = translate(query, lambda leaf: TermSet((text_of(leaf),)), unit=unit)
    boosted, phrase, language = cast(Any, plan.query)["bool"]["must"]
    assert boosted == {"bool": {"must": [{"unit": "fox"}], "boost": 2.0}}
    assert phrase["bool"]["must"] == [{"unit": "red"}, {"unit": "hen"}]
    assert language["bool"]["must"] == []
    assert plan.is_exact
