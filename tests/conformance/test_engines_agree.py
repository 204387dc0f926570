"""Random collections and random queries: every engine gives the answers of the reference."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from library import File, Library, document, names
from openers import CLUSTER, FORGETFUL
from reference_engine import ReferenceEngine, ReferenceStore

from seedsearch.engine.base import Engine, Grouping
from seedsearch.model import Part, ScoredPassage
from seedsearch.query.ast import (
    And,
    Boost,
    Exact,
    Filter,
    Fuzzy,
    Maybe,
    Near,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Synonym,
    Term,
    Wildcard,
    Written,
)

WORDS = [
    "fox",
    "foxes",
    "foxed",
    "dog",
    "dogs",
    "the",
    "f",
    "35",
    "f35",
    "留言",
    "言",
    "войска",
    "войск",
    "haus",
    "hauses",
    "hauser",
    "рата",
]
WRITTEN = [*WORDS, "F-35", "U.N.", "沒有留言", "café", "...", "camelCase"]
WRITTEN_FORMS = ["Fox", "camelCase", "case", "U.N.", "café", "cafe", "fox dog", "f*", "言"]
PATHS = ["a", "b", "b/c.txt", "Z.md", "é", "\udcff"]
DATES = ["2023", "2024-05", "2024-05-31", "2024-06-01"]

sentences = st.lists(st.sampled_from(WRITTEN), max_size=9).map(" ".join)
texts = st.lists(sentences, min_size=1, max_size=4).map("\n\n".join)
documents = st.builds(
    lambda text, title, date, language: (text, title, date, language),
    texts,
    st.one_of(st.just(""), st.lists(st.sampled_from(WRITTEN), max_size=3).map(" ".join)),
    st.one_of(st.none(), st.sampled_from(DATES)),
    st.sampled_from(["", "en", "zh-Hant", "de", "de", "fr", "sr"]),
)
batches = st.dictionaries(st.sampled_from(PATHS), st.lists(documents, max_size=3), max_size=4)
histories = st.lists(
    st.tuples(batches, st.lists(st.sampled_from(PATHS), max_size=2)), min_size=1, max_size=4
)

LONG = bool(os.environ.get("SEEDSEARCH_LONG"))
GROUPINGS: tuple[Grouping, ...] = ("document", "file")

fields = st.sampled_from(["", "", "title"])
words = st.sampled_from(WORDS)
places = st.one_of(
    words, words, st.sampled_from(["f*", "?o?*", "dog*", "*", "*言", "x*", "h*s", "hau*"])
)
leaves: st.SearchStrategy[Query] = st.one_of(
    st.builds(Term, words, fields),
    st.builds(Exact, words, fields),
    st.builds(Phrase, st.lists(places, min_size=1, max_size=3).map(tuple), fields),
    st.builds(
        Near, st.lists(places, min_size=1, max_size=3).map(tuple), st.integers(0, 4), fields
    ),
    st.builds(Prefix, st.sampled_from(["f", "fo", "d", "войс", "留", "x", "hau"]), fields),
    st.builds(Written, st.sampled_from(WRITTEN_FORMS), fields, st.booleans()),
    st.builds(Wildcard, st.sampled_from(["f*", "*o*", "?o?", "d?g*", "*言", "x*", "h*s"]), fields),
    st.builds(Fuzzy, st.sampled_from(["fxo", "dgo", "foxs", "caef", "войска"]), st.integers(1, 2), fields),
    st.builds(Filter, st.just("path"), st.sampled_from(["b", "*.txt", "b/*", "zzz", "*"])),
    st.builds(Filter, st.sampled_from(["lang", "type"]), st.sampled_from(["zh", "en", "md", "plain"])),
    st.builds(
        Range,
        st.just("date"),
        st.sampled_from(["", *DATES]),
        st.sampled_from(["", *DATES]),
        st.booleans(),
        st.booleans(),
    ),
    st.just(Nothing()),
)  # fmt: skip


def branches(children: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(children, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(And, several, st.booleans()),
        st.builds(Or, several, st.booleans()),
        st.builds(Synonym, several),
        st.builds(Not, children),
        st.builds(Maybe, children, children),
        st.builds(Boost, children, st.sampled_from([0.0, 0.5, 1.0, 3.0])),
    )


queries = st.recursive(leaves, branches, max_leaves=6)
History = list[tuple[dict[str, list[tuple[str, str, str | None, str]]], list[str]]]


def files_of(batch: dict[str, list[tuple[str, str, str | None, str]]]) -> dict[str, File]:
    return {
        path: [
            document(
                path,
                text,
                title,
                language=language,
                member=str(number),
                fields=() if date is None else (("date", date),),
            )
            for number, (text, title, date, language) in enumerate(file)
        ]
        for path, file in batch.items()
    }


def reference_for(library: Library, history: History) -> Library:
    """Return a reference with the same history. It keeps removed passages if the engine does."""
    reference = ReferenceEngine(store := ReferenceStore())
    twin = Library(lambda: ReferenceEngine(store))
    for batch, gone in history:
        for each in (library, twin):
            each.commit(files_of(batch), remove=gone)
    kept = library.engine.stats().deleted
    if kept == 0:
        reference.refresh()
        reference.vacuum()
        twin.engine.refresh()
    event(f"removed passages: {'some' if kept else 'none'}")
    # An engine may merge any of its segments.
    assume(kept == twin.engine.stats().deleted)
    return twin


@settings(
    max_examples=2_000 if LONG else 15 if CLUSTER else 50,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@pytest.mark.parametrize("engine_factory", ["embedded", FORGETFUL, *CLUSTER], indirect=True)
@given(history=histories, trees=st.lists(queries, min_size=8, max_size=8))
def test_every_engine_answers_as_the_reference_does(
    engine_factory: Callable[[Path], Callable[[], Engine]], history: History, trees: list[Query]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        library = Library(engine_factory(Path(folder)))
        try:
            twin = reference_for(library, history)
            assert dict(library.engine.files()) == dict(twin.engine.files())
            for field in ("", "title"):
                words = Prefix("", field, capped=False)
                assert list(library.engine.terms(words)) == list(twin.engine.terms(words))
            for tree in trees:
                same_answers(library.engine, twin.engine, tree)
        finally:
            library.engine.close()


def same_answers(engine: Engine, reference: Engine, tree: Query) -> None:
    expected = reference.search(tree, limit=None)
    given_back = engine.search(tree, limit=None)
    assert given_back.total == expected.total
    assert names(given_back) == names(expected)
    assert [hit.passage for hit in given_back.passages] == [
        hit.passage for hit in expected.passages
    ]
    assert [hit.score for hit in given_back.passages] == pytest.approx(
        [hit.score for hit in expected.passages], rel=1e-9, abs=1.1e-9
    )
    same_explanations(engine, reference, tree)
    for limit, per_file in ((1, None), (3, 1), (None, 1), (4, 2)):
        some = engine.search(tree, limit=limit, per_file=per_file, text=False)
        assert some.total == expected.total
        assert names(some) == at_most(names(expected), limit, per_file)
    for by in GROUPINGS:
        same_groups(engine, reference, tree, by)


def same_groups(engine: Engine, reference: Engine, tree: Query, by: Grouping) -> None:
    expected = reference.search(tree, limit=None, by=by)
    given_back = engine.search(tree, limit=None, by=by)
    assert given_back.total == expected.total
    assert names(given_back) == names(expected)
    assert [h.matching for h in given_back.passages] == [h.matching for h in expected.passages]
    assert [hit.score for hit in given_back.passages] == pytest.approx(
        [hit.score for hit in expected.passages], rel=1e-9, abs=3e-9
    )
    some = engine.search(tree, limit=2, per_file=1, text=False, by=by)
    assert (some.total, names(some)) == (expected.total, at_most(names(expected), 2, 1))


def same_explanations(engine: Engine, reference: Engine, tree: Query) -> None:
    """Check that parts add up, that a unit weighs the same in every passage, and that all engines agree."""
    weights: dict[str, float] = {}
    for asked, twin in zip(explained(engine, tree), explained(reference, tree), strict=True):
        explanation, expected = asked.explanation, twin.explanation
        assert explanation is not None
        assert expected is not None
        assert sum(part.score for part in explanation.parts) == pytest.approx(asked.score, abs=1e-9)
        assert explanation.replace(parts=()) == expected.replace(parts=())
        found, wanted = leaves(explanation.parts), leaves(expected.parts)
        assert [told(part) for part in found] == [told(part) for part in wanted]
        for part in found:
            if part.facts is None:
                continue
            weight = weights.setdefault(part.query, part.facts.weight)
            assert part.facts.weight == pytest.approx(weight, rel=1e-9)


def explained(engine: Engine, tree: Query) -> tuple[ScoredPassage, ...]:
    return engine.search(tree, limit=None, explain=True).passages


def leaves(parts: tuple[Part, ...]) -> list[Part]:
    return [leaf for part in parts for leaf in (leaves(part.parts) if part.parts else [part])]


def told(part: Part) -> tuple[object, ...]:
    """Return a part without its figures."""
    facts = part.facts and (part.facts.terms, part.facts.tf, part.facts.df)
    assert facts or part.kind in ("nearness", "document")
    return part.kind, part.query, part.boost, facts


def at_most(answers: list[str], limit: int | None, per_file: int | None) -> list[str]:
    taken: Counter[str] = Counter()
    kept = []
    for answer in answers:
        path = answer.partition("#")[0]
        taken[path] += 1
        if per_file is None or taken[path] <= per_file:
            kept.append(answer)
    return kept[:limit]
