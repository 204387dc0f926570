"""What each node of a query matches, on every engine."""

from __future__ import annotations

import pytest
from library import Library, document

from seedsearch.engine.base import MAX_EXPANSIONS
from seedsearch.errors import QueryTooBroadError
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
    Term,
    Wildcard,
)

TEXTS = {
    "a.txt": "Troops left.\n\nThe trooper saw the troop\nleave at dawn.",
    "b.txt": "As he\nleft, tanks were left.\n\nNorth Korean tanks, Korean ships.",
    "c.txt": "Su-57 and F-35 met U.N. troops.",
}


@pytest.fixture
def news(library: Library) -> Library:
    library.commit(TEXTS)
    return library


FOUND: list[tuple[str | Query, list[str]]] = [
    # terms
    (Term("troops"), ["a.txt#0", "a.txt#1", "c.txt#0"]),
    (Term("troop"), ["a.txt#0", "a.txt#1", "c.txt#0"]),
    (Term("tanks"), ["b.txt#0", "b.txt#1"]),
    (Term("xyzzy"), []),
    (Exact("troops"), ["a.txt#0", "c.txt#0"]),
    (Exact("troop"), ["a.txt#1"]),
    (Exact("trooping"), []),
    ("TROOPS", ["a.txt#0", "a.txt#1", "c.txt#0"]),
    ("tróops", ["a.txt#0", "a.txt#1", "c.txt#0"]),
    # phrases
    (Phrase(("as", "he", "left")), ["b.txt#0"]),
    (Phrase(("he", "as", "left")), []),
    (Phrase(("left", "tanks")), ["b.txt#0"]),
    (Phrase(("tank", "were")), []),
    (Phrase(("korean", "tanks", "korean")), ["b.txt#1"]),
    (Phrase(("tanks", "tanks")), []),
    (Phrase(("left", "xyzzy")), []),
    (Phrase(("left", "the")), []),  # never from one passage into the next
    ('"as he left"', ["b.txt#0"]),
    # near
    (Near(("korea", "tank"), 0), []),
    (Near(("korean", "tank"), 0), ["b.txt#1"]),
    (Near(("tank", "north"), 0), []),
    (Near(("tank", "north"), 1), ["b.txt#1"]),
    (Near(("ships", "north"), 2), []),
    (Near(("ships", "north"), 3), ["b.txt#1"]),
    (Near(("left", "left"), 1), []),
    (Near(("left", "left"), 2), ["b.txt#0"]),
    (Near(("korean", "korean", "korean"), 9), []),
    (Near(("f35", "f"), 5), []),  # both have one position
    # combinations
    (And((Term("tanks"), Term("left"))), ["b.txt#0"]),
    (And((Term("tanks"), Term("xyzzy"))), []),
    (Or((Term("tanks"), Term("xyzzy"))), ["b.txt#0", "b.txt#1"]),
    (Or((Term("xyzzy"), Term("plugh"))), []),
    (Not(Term("troops")), ["b.txt#0", "b.txt#1"]),
    (Not(Not(Term("tanks"))), ["b.txt#0", "b.txt#1"]),
    (Not(Nothing()), ["a.txt#0", "a.txt#1", "b.txt#0", "b.txt#1", "c.txt#0"]),
    (And((Term("left"), Not(Term("tanks")))), ["a.txt#0"]),
    (And((Not(Term("left")), Not(Term("tanks")))), ["a.txt#1", "c.txt#0"]),
    (Or((Term("tanks"), Not(Term("left")))), ["a.txt#1", "b.txt#0", "b.txt#1", "c.txt#0"]),
    (Maybe(Term("tanks"), Term("troops")), ["b.txt#0", "b.txt#1"]),
    (Boost(Term("tanks"), 0.0), ["b.txt#0", "b.txt#1"]),
    (Nothing(), []),
    (And((Term("tanks"), Nothing())), []),
    (Or((Term("ships"), Nothing())), ["b.txt#1"]),
    # patterns
    (Prefix("troop"), ["a.txt#0", "a.txt#1", "c.txt#0"]),
    (Prefix("trooper"), ["a.txt#1"]),
    (Prefix("xyz"), []),
    (Wildcard("tr*r"), ["a.txt#1"]),
    (Wildcard("t?nks"), ["b.txt#0", "b.txt#1"]),
    (Wildcard("*ips"), ["b.txt#1"]),
    (Fuzzy("tancs", 1), ["b.txt#0", "b.txt#1"]),
    (Fuzzy("takns", 1), ["b.txt#0", "b.txt#1"]),
    (Fuzzy("tan", 1), []),
    (Fuzzy("tnaksx", 2), ["b.txt#0", "b.txt#1"]),
    # compounds
    ("F-35", ["c.txt#0"]),
    ("f35", ["c.txt#0"]),
    ('"F-35 met"', ["c.txt#0"]),
    ("UN", ["c.txt#0"]),
    ('"U.N. troops"', ["c.txt#0"]),
    ("su-57", ["c.txt#0"]),
    ("57", ["c.txt#0"]),
    # the language as a whole
    ("+troops -left", ["a.txt#1", "c.txt#0"]),
    ("(tanks OR troops) AND NOT left", ["a.txt#1", "b.txt#1", "c.txt#0"]),
]


@pytest.mark.parametrize(("query", "answers"), FOUND, ids=lambda value: str(value)[:60])
def test_found(news: Library, query: str | Query, answers: list[str]) -> None:
    assert news.found(query) == answers


@pytest.mark.parametrize("limit", [4_000_000_000, 10**30])
def test_more_wanted_than_there_is(news: Library, limit: int) -> None:
    for per_file in (None, 1, limit):
        query = Or((Term("troops"), Term("tanks")))
        ranking = news.rank(query, limit=limit, per_file=per_file)
        assert ranking.passages == news.rank(query, limit=None, per_file=per_file).passages
        assert ranking.passages


def test_scripts_without_spaces(library: Library) -> None:
    library.commit(
        {"ko": "북한군이 왔다", "zh": "本文\n沒有留言。", "ja": "留学生です", "th": "ประเทศไทย"}
    )
    assert library.found("沒有留言") == ["zh#0"]
    assert library.found('"有留言"') == ["zh#0"]
    assert library.found('"沒有 留言"') == ["zh#0"]
    assert library.found('"沒有留 言"') == ["zh#0"]
    assert library.found('"本 沒有"') == []
    assert library.found('"留有"') == []
    assert library.found("+留") == ["ja#0", "zh#0"]
    assert library.found("북한군") == ["ko#0"]
    assert library.found('"ไทย"') == ["th#0"]


def test_long_numbers(library: Library) -> None:
    library.commit(
        {
            "book": "ISBN 978-3-16-148410-0",
            "phone": "call 555.867.5309",
            "toll-free": "dial 1 800 555 0199",
            "card": "paid by 4111 1111 1111 1111",
            "score": "won 6-28",
            "weight": "takes 2.5 kg",
            "host": "at 192.168.1.10",
            "mail": "from jane.doe@example.com",
        }
    )
    assert library.found("9783161484100") == ["book#0"]
    assert library.found("978-3161484100") == ["book#0"]
    assert library.found("978-3-16-148410-1") == []
    assert library.found("5558675309") == ["phone#0"]
    for written in ("800-555-0199", "800 555 0199", '"1 800 555 0199"', "8005550199"):
        assert library.found(f"+{written}") == ["toll-free#0"]
    assert library.found("4111111111111111") == ["card#0"]
    assert library.found("628") == []
    assert library.found("2.5kg") == ["weight#0"]
    assert library.found("192.168.*") == ["host#0"]
    assert library.found("193.168.*") == []
    assert library.found("@example.com") == ["mail#0"]


def test_case_accents_and_other_scripts(library: Library) -> None:
    library.commit(
        {"de": "Straße nach Zürich", "ru": "Войска ушли", "el": "Ο ΟΔΥΣΣΕΥΣ", "tr": "İstanbul"}
    )
    assert library.found("STRASSE") == ["de#0"]
    assert library.found("zurich") == ["de#0"]
    assert library.found("войск") == ["ru#0"]
    assert library.found("οδυσσευς") == ["el#0"]
    assert library.found("istanbul") == ["tr#0"]


def test_too_many_words_for_a_pattern(library: Library) -> None:
    words = [f"w{number:05}" for number in range(MAX_EXPANSIONS + 1)]
    library.commit({"a": " ".join(words)})
    assert library.found(Prefix("w000")) == ["a#0"]
    assert library.found(Prefix("w", capped=False)) == ["a#0"]
    for query in (Prefix("w"), Wildcard("w*"), Wildcard("??????")):
        with pytest.raises(QueryTooBroadError, match="16,384"):
            library.ask(query)


def test_exactly_as_many_words_as_the_cap(library: Library) -> None:
    library.commit({"a": " ".join(f"w{number:05}" for number in range(MAX_EXPANSIONS))})
    for query in (Prefix("w"), Wildcard("w*")):
        assert library.found(query) == ["a#0"]


@pytest.fixture
def titled(library: Library) -> Library:
    library.commit(
        {
            "a": [document("a", "one fox\n\ntwo dogs", title="Red Fox")],
            "b": [document("b", "a red\n\nfox", title="Dogs")],
        }
    )
    return library


TITLED: list[tuple[Query, list[str]]] = [
    (Term("fox"), ["a#0", "b#1"]),
    (Term("dog"), ["a#1", "b#0"]),
    (Term("fox", "title"), ["a#0"]),
    (Term("one", "title"), []),
    (Exact("dogs", "title"), ["b#0"]),
    (Exact("dog", "title"), []),
    (Prefix("fo", "title"), ["a#0"]),
    (Wildcard("?og*", "title"), ["b#0"]),
    (Fuzzy("rod", 1, "title"), ["a#0"]),
    (Phrase(("red", "fox")), ["a#0"]),
    (Phrase(("red", "fox"), "title"), ["a#0"]),
    (Phrase(("one", "fox"), "title"), []),
    (Phrase(("fox", "one")), []),  # never from the title into the body
    (Near(("fox", "red"), 0), ["a#0"]),
    (Near(("dog", "red"), 9), []),
    (Near(("fox", "red"), 0, "title"), ["a#0"]),
    (And((Term("dog", "title"), Term("red"))), ["b#0"]),
    (Not(Term("fox", "title")), ["a#1", "b#0", "b#1"]),
]


@pytest.mark.parametrize(("query", "answers"), TITLED, ids=lambda value: str(value)[:60])
def test_titles(titled: Library, query: Query, answers: list[str]) -> None:
    assert titled.found(query) == answers


@pytest.fixture
def shelves(library: Library) -> Library:
    library.commit(
        {
            "news/a.txt": [document("news/a.txt", "fox", fields=(("date", "2024-05-31"),))],
            "news/b.html": [
                document("news/b.html", "fox\n\nhen", media_type="text/html", language="ko")
            ],
            "c.txt": [
                document(
                    "c.txt",
                    "fox",
                    encoding="gb18030",
                    fields=(("date", "1 June 2024"), ("by", "Kim")),
                )
            ],
        }
    )
    return library


SHELVED: list[tuple[Query, list[str]]] = [
    (Filter("path", "news"), ["news/a.txt#0", "news/b.html#0", "news/b.html#1"]),
    (Filter("path", "*.TXT"), ["c.txt#0", "news/a.txt#0"]),
    (Filter("path", "nowhere"), []),
    (Filter("type", "html"), ["news/b.html#0", "news/b.html#1"]),
    (Filter("lang", "ko"), ["news/b.html#0", "news/b.html#1"]),
    (Filter("encoding", "GB18030"), ["c.txt#0"]),
    (Filter("by", "k*"), ["c.txt#0"]),
    (Filter("unknown", "*"), []),
    (Range("date", "2024-05", "2024-05"), ["news/a.txt#0"]),
    (Filter("type", "txt"), ["c.txt#0", "news/a.txt#0"]),
    (Filter("type", "text"), ["c.txt#0", "news/a.txt#0"]),
    (Filter("date", "2024-*-01"), ["c.txt#0"]),
    (Range("date", "2024", ""), ["c.txt#0", "news/a.txt#0"]),
    (Range("date", "2024-05", "", low_inclusive=False), ["c.txt#0"]),
    (Range("date", "", "2024-06", high_inclusive=False), ["news/a.txt#0"]),
    (And((Term("fox"), Filter("path", "news"))), ["news/a.txt#0", "news/b.html#0"]),
    (And((Term("fox"), Not(Filter("path", "news")))), ["c.txt#0"]),
    (And((Term("fox"), Not(Range("date", "2024-06", "")))), ["news/a.txt#0", "news/b.html#0"]),
    (And((Filter("path", "news"), Filter("type", "html"))), ["news/b.html#0", "news/b.html#1"]),
    (And((Filter("path", "news"), Not(Filter("type", "html")))), ["news/a.txt#0"]),
    (And((Not(Filter("path", "news")), Not(Term("hen")))), ["c.txt#0"]),
    (
        And((Term("fox"), Or((Filter("lang", "ko"), Range("date", "2024-06", ""))))),
        ["c.txt#0", "news/b.html#0"],
    ),
    (Or((Term("hen"), Filter("path", "c.txt"))), ["c.txt#0", "news/b.html#1"]),
    (Not(Range("date", "2024", "2024")), ["news/b.html#0", "news/b.html#1"]),
]


@pytest.mark.parametrize(("query", "answers"), SHELVED, ids=lambda value: str(value)[:60])
def test_filters(shelves: Library, query: Query, answers: list[str]) -> None:
    assert shelves.found(query) == answers


def test_filters_and_negations_add_nothing(shelves: Library) -> None:
    plain = shelves.scores(Term("hen"))
    narrowed = And((Term("hen"), Filter("path", "news"), Not(Term("cow"))))
    assert shelves.scores(narrowed) == plain
    assert set(shelves.scores(Filter("path", "*")).values()) == {0.0}
