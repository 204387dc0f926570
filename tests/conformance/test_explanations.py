"""Explanations: the parts of a score, on every engine.

test_engines_agree tests that parts add up for every query.
"""

from __future__ import annotations

from math import log, sqrt

import pytest
from library import Library, document, names

from seedsearch.engine.base import Engine
from seedsearch.model import Explanation, TermUse
from seedsearch.query.ast import (
    And,
    Boost,
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
    Synonym,
    Term,
    Wildcard,
)


def explained(engine: Engine, query: Query) -> dict[str, Explanation]:
    ranking = engine.search(query, limit=None, explain=True, text=False)
    explanations = [hit.explanation for hit in ranking.passages]
    return {
        name: explanation
        for name, explanation in zip(names(ranking), explanations, strict=True)
        if explanation is not None
    }


@pytest.fixture
def zoo(library: Library) -> Library:
    library.commit(
        {"a": "fox foxes dog", "b": "dog", "c": [document("c", "cat", title="Fox fox cat")]}
    )
    return library


def test_a_leaf_has_its_terms_and_what_they_weigh(zoo: Library) -> None:
    (part,) = explained(zoo.engine, Term("fox"))["a#0"].parts
    assert (part.kind, part.query, part.boost, part.parts) == ("word", "fox", 1.0, ())
    assert part.facts is not None
    assert part.facts.terms == (TermUse("fox", 1, 0), TermUse("foxes", 1, 0))
    assert (part.facts.tf, part.facts.df) == (2, 2)
    (title,) = explained(zoo.engine, Term("cat"))["c#0"].parts
    assert title.facts is not None
    assert title.facts.terms == (TermUse("cat", 1, 1),)
    # One passage has it: once in the body, and once in the title, which counts four times.
    assert title.facts.weight == pytest.approx(
        log(1 + 2.5 / 1.5) ** 1.4 * sqrt((5 + 3) / (1 + 3)), rel=1e-7
    )
    (only,) = explained(zoo.engine, Exact("fox", "title"))["c#0"].parts
    assert only.query == "title:=fox"
    assert only.facts is not None
    assert only.facts.terms == (TermUse("fox", 0, 2),)


def test_lengths(zoo: Library) -> None:
    one = explained(zoo.engine, Term("fox"))
    assert (one["a#0"].length, one["a#0"].passages) == (3, 3)
    assert one["a#0"].mean_length == one["c#0"].mean_length == (3 + 1 + one["c#0"].length) / 3


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        (Phrase(("foxes", "dog")), [("phrase", '"foxes dog"')]),
        (Near(("dog", "fox"), 2), [("near", '"dog fox"~2')]),
        (Prefix("fo"), [("prefix", "fo*")]),
        (Wildcard("f?x*"), [("wildcard", "f?x*")]),
        (Fuzzy("fux", 1), [("fuzzy", "fux~1")]),
        (And((Term("fox"), Term("dog"))), [("word", "fox"), ("word", "dog")]),
        (Or((Term("fox"), Term("cat"))), [("word", "fox")]),
        (Maybe(Term("fox"), Exact("dog")), [("word", "fox"), ("exact", "=dog")]),
        (Maybe(Term("fox"), Term("cat")), [("word", "fox")]),
        (And((Term("fox"), Not(Term("cat")), Filter("path", "a"))), [("word", "fox")]),
        (Synonym((Term("cat"), Term("dog"))), [("word", "dog")]),
        (Synonym((Term("dog"), Phrase(("foxes", "dog")))), [("phrase", '"foxes dog"')]),
        (Filter("path", "a"), []),
    ],
    ids=str,
)
def test_what_matches_is_a_part(zoo: Library, query: Query, parts: list[tuple[str, str]]) -> None:
    found = explained(zoo.engine, query)["a#0"]
    assert [(part.kind, part.query) for part in found.parts] == parts


def test_a_phrase_is_the_sum_of_its_words(zoo: Library) -> None:
    (part,) = explained(zoo.engine, Phrase(("foxes", "dog")))["a#0"].parts
    assert part.facts is None
    assert [word.query for word in part.parts] == ["=foxes", "=dog"]
    assert part.score == pytest.approx(sum(word.score for word in part.parts), rel=1e-12)


def test_boosts_are_multiplied(zoo: Library) -> None:
    plain = explained(zoo.engine, Term("fox"))["a#0"].parts[0]
    boosted = explained(zoo.engine, Boost(Or((Boost(Term("fox"), 3.0),)), 0.5))["a#0"].parts[0]
    assert boosted.boost == 1.5
    assert boosted.score == pytest.approx(1.5 * plain.score, rel=1e-12)
    assert boosted.facts == plain.facts


def test_without_being_asked_there_is_none(zoo: Library) -> None:
    assert [hit.explanation for hit in zoo.rank("fox").passages] == [None, None]


def test_removed_passages_count(library: Library) -> None:
    library.commit(dict.fromkeys("abcdefgh", "fox"))
    library.commit({}, remove=["a"])
    kept = library.engine.stats().deleted
    (part,) = explained(library.engine, Term("fox"))["b#0"].parts
    assert part.facts is not None
    assert part.facts.df == 7 + kept
