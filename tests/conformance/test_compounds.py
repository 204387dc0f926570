"""Words that are parts of compounds find these as weaker matches, and a compound that is nowhere finds its parts."""

from __future__ import annotations

import pytest
from library import Library, document, names

from seedsearch.analysis import Analyzer
from seedsearch.query.analyse import analyse
from seedsearch.query.ast import Compounds, Query
from seedsearch.query.parse import parse
from seedsearch.search.highlight import Snippets
from seedsearch.search.widening import widened


@pytest.fixture
def houses(library: Library) -> Library:
    texts = {
        "de": "Ein Krankenhaus für alle Kranken.\n\nDas alte Haus am Hafen.\n\nDer Hafenmeister und der Meister."
        "\n\nDie Schulhäuser, die Schule.\n\nEin Hochspannungsnetzgerät, statistisch und politisch."
        "\n\nEine Gasheizung.",
        "nl": "De boekenkast en de kast.\n\nHet boek.",
        "sv": "En skolbok, en skola och en bok.",
        "en": "A boathouse.\n\nA boat, a house.",
    }
    library.commit(
        {
            f"{code}.txt": [document(f"{code}.txt", text, language=code)]
            for code, text in texts.items()
        }
    )
    return library


def tree(library: Library, text: str) -> Query:
    languages = library.engine.languages()
    return widened(analyse(parse(text), Analyzer(), languages), library.engine)


def found(library: Library, text: str) -> list[str]:
    return names(library.engine.search(tree(library, text), limit=None))


@pytest.mark.parametrize(
    ("query", "answers"),
    [
        ("Haus", ["de.txt#1", "de.txt#0", "de.txt#3"]),
        ("Häuser", ["de.txt#1", "de.txt#0", "de.txt#3"]),
        ("Hafen", ["de.txt#1", "de.txt#2"]),
        ("Meister", ["de.txt#2"]),
        ("kast", ["nl.txt#0"]),
        ("boek", ["nl.txt#1", "nl.txt#0"]),
        ("Schule", ["de.txt#3"]),
        ("bok", ["sv.txt#0"]),
        ("Netzgerät", ["de.txt#4"]),
        ("Hochspannung", ["de.txt#4"]),
        ("Heizung", ["de.txt#5"]),
        ("Tisch", []),  # statistisch, politisch
        ("house", ["en.txt#1"]),  # and no boathouse: that is English
        ("Hafenhaus", ["de.txt#1"]),
        ("+Meisterhaus +Hafen", []),
        ("+Haus Meister", ["de.txt#1", "de.txt#0", "de.txt#3"]),
        ('"Haus"', ["de.txt#1"]),
        ("=Haus", ["de.txt#1"]),
        ("Haus NOT Krankenhaus", ["de.txt#1", "de.txt#3"]),
    ],
)
def test_what_a_word_finds(houses: Library, query: str, answers: list[str]) -> None:
    assert sorted(found(houses, query)) == sorted(answers)
    if answers:
        assert found(houses, query)[0] == answers[0]


@pytest.mark.parametrize(
    ("query", "answers"),
    [
        ("Haeusern", ["de.txt#1"]),
        ("Meister -Haeuser", ["de.txt#2"]),
        ("Smoergas", []),
    ],
)
def test_umlauts_in_two_letters(houses: Library, query: str, answers: list[str]) -> None:
    assert found(houses, query) == answers


def test_compounds_are_lit_and_explained(houses: Library) -> None:
    query = tree(houses, "Haus")
    ranking = houses.engine.search(query, limit=None, explain=True)
    lit = []
    for scored in ranking.passages:
        text = scored.passage.text
        spans = Snippets(query, Analyzer()).of(scored.passage).highlights
        lit += [text[span.start : span.end] for span in spans]
        assert scored.explanation is not None
        assert sum(part.score for part in scored.explanation.parts) == pytest.approx(scored.score)
    assert sorted(lit) == ["Haus", "Krankenhaus", "Schulhäuser"]


def test_compounds_of_a_word_stay_below_it(houses: Library) -> None:
    word, compound, _ = houses.engine.search(tree(houses, "Haus"), limit=None).passages
    assert compound.score < word.score / 2


def test_an_answer_does_not_depend_on_how_the_index_is_cut(houses: Library) -> None:
    before = found(houses, "Haus")
    houses.commit({"more.txt": [document("more.txt", "Ein Haus für Puppen", language="de")]})
    houses.commit({}, remove=["more.txt"])
    assert found(houses, "Haus") == before


def test_the_leaf_in_titles(houses: Library) -> None:
    houses.commit({"t.txt": [document("t.txt", "Kein Text", "Krankenhaus", language="de")]})
    leaf = Compounds("haus", ("krankenhaus",), "title")
    assert names(houses.engine.search(leaf, limit=None)) == ["t.txt#0"]


@pytest.mark.parametrize(
    ("query", "answers"),
    [
        ("dartagnan", [0]),
        ("Dartagnan rode", [0]),
        ("+dartagnan +rode", [0]),
        ("dellarte", [1]),
        ("danger", [2]),  # a word of the index stays one
        ("=dartagnan", []),
        (".mp3", [3]),
        (".NET", [5, 4]),
        ("+.net +again", [4]),
        ('".net"', [5]),
        ("=.net", [5]),
        (".tar.gz", [6]),
        ("play -.mp3", [7]),
    ],
)
def test_a_lost_apostrophe_and_the_end_of_a_name(
    library: Library, query: str, answers: list[int]
) -> None:
    texts = (
        "The musketeer d'Artagnan rode on.",
        "La commedia dell’arte è bella.",
        "No danger d'anger.",
        "Play song.mp3 now, an mp3.",
        "We use ASP.NET here, ASP.NET again, and the net.",
        "The .NET framework.",
        "Open data.tar.gz, not the tar or gz.",
        "Play the net mp3.",
    )
    library.commit({"a.txt": [document("a.txt", "\n\n".join(texts), language="")]})
    assert found(library, query) == [f"a.txt#{n}" for n in answers]


@pytest.mark.parametrize(
    ("query", "answers"),
    [
        ('"email address"', [0, 1]),
        ('"my email address of"', [0]),
        ('"US troops"', [2, 3]),
        ('"it is"', [8]),
        ('"covid19 cases"', [4]),
        ('"wellknown author"', [5, 9]),
        ('"oconnor said"', [5]),
        ('"dont know"', [6]),
        ('"wifi email test"', [7]),
        ('"together we"', []),  # to gether
        ('"were going"', []),  # we're
        ('="email address"', [1]),
        ('"well known author"', [5, 9]),
        ('"the wi fi test"', [9]),
        ('"wi fi"', [7, 9]),
        ('"covid 19 cases"', [4]),
    ],
)
def test_a_phrase_finds_its_words_with_a_sign_inside(
    library: Library, query: str, answers: list[int]
) -> None:
    texts = (
        "This is my e-mail address of 2020.",
        "An email address.",
        "The U.S. troops left.",
        "The US troops left.",
        "COVID-19 cases rose.",
        "A well-known author, as O'Connor said.",
        "I don't know who we're going to ask.",
        "The wi-fi e-mail test.",
        "To gether we go: the mail is here, it is an address.",
        "A well-\nknown author of the wifi test.",
    )
    library.commit({f"{n}.txt": [document(f"{n}.txt", text)] for n, text in enumerate(texts)})
    tree = widened(analyse(parse(query), Analyzer(), ()), library.engine, query)
    ranking = library.engine.search(tree, limit=None, explain=True)
    assert sorted(names(ranking)) == [f"{n}.txt#0" for n in answers]
    for scored in ranking.passages:
        lit = Snippets(tree, Analyzer()).of(scored.passage).highlights
        assert lit
