"""A passage that clearly is in another language than its document has its forms by that language."""

from __future__ import annotations

import pytest
from library import Library, document, names

from seedsearch.analysis import Analyzer
from seedsearch.analysis import language as language_module
from seedsearch.analysis.passage_language import language_in, languages_in
from seedsearch.model import PassageSpan
from seedsearch.query.ast import Exact, Term
from seedsearch.search.highlight import Snippets
from seedsearch.search.keywords import _standing_out

ENGLISH = "The committee met in the old town hall, and the budget of the harbour was raised."
GERMAN = "Der Ausschuss tagte im Rathaus und beschloss, dass die Häuser am Hafen verkauft werden."
FRENCH = "Le comité s'est réuni dans la mairie et les bateaux étaient arrivés avec des passagers."


def report(*passages: str, language: str = "en") -> dict[str, list[object]]:
    text = "\n\n".join(passages)
    return {"report.txt": [document("report.txt", text, "Report", language=language)]}


def found(library: Library, word: str) -> list[str]:
    return sorted(names(library.engine.search(Term(word), limit=None)))


def test_passages_of_a_report(library: Library) -> None:
    library.commit(report(ENGLISH, GERMAN, FRENCH))  # type: ignore[arg-type]
    assert found(library, "haus") == ["report.txt#1"]
    assert found(library, "arriver") == ["report.txt#2"]
    assert found(library, "budgets") == ["report.txt#0"]
    assert {"de", "en", "fr"} <= set(library.engine.languages())
    assert library.engine.stats().languages == (("en", 1),)


def test_a_document_whose_language_is_not_known(library: Library) -> None:
    library.commit(report(GERMAN, FRENCH, language=""))  # type: ignore[arg-type]
    assert found(library, "haus") == ["report.txt#0"]
    assert found(library, "arriver") == ["report.txt#1"]


def test_one_passage_of_many_is_as_its_document(library: Library) -> None:
    library.commit(report(*[ENGLISH] * 4, GERMAN))  # type: ignore[arg-type]
    assert found(library, "haus") == []
    assert found(library, "hauser") == ["report.txt#4"]


def test_highlights_and_explanations_follow(library: Library) -> None:
    library.commit(report(ENGLISH, GERMAN))  # type: ignore[arg-type]
    (hit,) = library.engine.search(Term("haus"), limit=None, explain=True).passages
    assert language_in(hit.passage.document, hit.passage.text) == "de"
    (span,) = Snippets(Term("haus"), Analyzer()).of(hit.passage).highlights
    assert hit.passage.text[span.start : span.end] == "Häuser"
    assert hit.explanation is not None
    (part,) = hit.explanation.parts
    assert part.facts is not None
    assert [use.term for use in part.facts.terms] == ["hauser"]


def test_it_stays_so_when_segments_merge(library: Library) -> None:
    library.commit(report(ENGLISH, GERMAN))  # type: ignore[arg-type]
    for number in range(3):
        library.commit({f"{number}.txt": [document(f"{number}.txt", "Ein Haus", language="de")]})
    assert "report.txt#1" in found(library, "haus")


def test_keywords_take_forms_of_a_passages_language_as_one(library: Library) -> None:
    library.commit(report(ENGLISH, GERMAN, GERMAN.replace("Häuser", "Haus")))  # type: ignore[arg-type]
    hits = library.engine.search(Exact("der"), limit=None).passages
    words = _standing_out(library.engine, [hit.passage for hit in hits], Exact("der"), None)
    found = {own.word: own.passages for own in words}
    assert found.get("häuser", 0) + found.get("haus", 0) == len(hits) == 2


def test_every_fifth_of_many_passages(library: Library) -> None:
    library.commit(report(*[ENGLISH, ENGLISH, ENGLISH, ENGLISH, GERMAN] * 210))  # type: ignore[arg-type]
    assert len(found(library, "haus")) == 210


def test_many_rows_of_a_table_are_not_all_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    examined = []

    def examine(language: str, text: str, spans: object, numbers: list[int]) -> list[int]:
        examined.extend(numbers)
        return []

    monkeypatch.setattr(language_module, "in_another", examine)
    row = "harbour,budget,1,200"
    spans = [
        PassageSpan(at, at + len(row), 1, 1)
        for at in range(0, 5_000 * (len(row) + 1), len(row) + 1)
    ]
    assert languages_in("en", f"{row}\n" * 5_000, spans) == {}
    assert len(examined) == 300
