"""The words of an index with their counts, on every engine."""

from __future__ import annotations

import pytest
from library import Library, document

from seedsearch.query.ast import Fuzzy, Prefix, Wildcard

Leaf = Prefix | Wildcard | Fuzzy

EVERY = Prefix("", capped=False)


@pytest.fixture
def zoo(library: Library) -> Library:
    library.commit(
        {"a": "Fox foxes fox\n\ndog fox", "b": [document("b", "Dogs", title="Fox, fox")]}
    )
    library.commit({"c": [document("c", "fox é", title="Fox café")]})
    return library


def counts(library: Library, leaf: Leaf) -> list[tuple[str, int, int]]:
    found = list(library.engine.terms(leaf))
    frequent = sorted(found, key=lambda term: (-term.passages, term.term))
    for limit in (1, 2, len(found) + 1):
        most, total = library.engine.most_frequent(leaf, limit)
        assert (list(most), total) == (frequent[:limit], len(found))
    return [tuple(term) for term in found]


def test_every_word_in_order_with_its_passages_and_occurrences(zoo: Library) -> None:
    assert counts(zoo, EVERY) == [
        ("cafe", 1, 1),
        ("dog", 1, 1),
        ("dogs", 1, 1),
        ("e", 1, 1),
        ("fox", 4, 7),  # c has it in title and body, and counts once
        ("foxes", 1, 1),
    ]


@pytest.mark.parametrize(
    ("leaf", "words"),
    [
        (Prefix("fox"), ["fox", "foxes"]),
        (Prefix("x"), []),
        (Wildcard("*s"), ["dogs", "foxes"]),
        (Wildcard("d?g"), ["dog"]),
        (Fuzzy("fo", 1), ["fox"]),
        (Prefix("", "title"), ["cafe", "fox"]),
        (Fuzzy("cafes", 2, "title"), ["cafe"]),
    ],
    ids=str,
)
def test_what_fits(zoo: Library, leaf: Leaf, words: list[str]) -> None:
    assert [word for word, _, _ in counts(zoo, leaf)] == words


def test_a_field_has_its_own_counts(zoo: Library) -> None:
    assert counts(zoo, Prefix("fox", "title")) == [("fox", 2, 3)]


def test_there_is_no_cap(library: Library) -> None:
    library.commit({"a": " ".join(f"w{n:04}" for n in range(1500))})
    assert len(counts(library, Prefix("w"))) == 1500


def test_an_empty_index_has_no_words(library: Library) -> None:
    assert counts(library, EVERY) == []
