"""The analysis of a query: from its words to index terms."""

from __future__ import annotations

import random

import pytest

from seedsearch.analysis import Analyzer
from seedsearch.query.analyse import analyse
from seedsearch.query.ast import (
    OTHERWISE_SPELT,
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
    spelling,
    unparse,
)
from seedsearch.query.parse import parse
from seedsearch.query.rewrite import Rewriter

ANALYZER = Analyzer()
F35: Query = Or((Term("f35"), Phrase(("f", "35"))))
THREE_FIVE = Or((Phrase(("3", "5")), Term("v3.5")))
OF_SANAA: Query = Or((Term("sanaa"), Phrase(("sana", "a"))))
AT_T: Query = Or((Term("at&t"), Phrase(("at", "t"))))
RUNS = ("没有", "有留", "留言")


def words(*texts: str) -> Or:
    return Or(tuple(map(Term, texts)), implicit=True)


@pytest.mark.parametrize(
    ("query", "analysed"),
    [
        # a word by itself
        (Term("Troops"), Term("troops")),
        (Term("Café", "title"), Term("café", "title")),
        (Term("the"), Term("the")),
        (Term("..."), Nothing()),
        (Exact("Troops"), Exact("troops")),
        # long numbers
        (
            Term("867-5309"),
            Or((Term("8675309"), Phrase(("867", "5309")))),
        ),
        (
            Term("555.867.5309"),
            Or(
                (
                    Phrase(("555", "867", "5309")),
                    Term("v555.867.5309"),
                    Boost(Term("5558675309"), 0.5),
                )
            ),
        ),
        (
            Term("5558675309"),
            Synonym(
                (
                    Term("5558675309"),
                    Boost(Phrase(("555", "867", "5309")), 0.5),
                )
            ),
        ),
        (
            Term("DE89370400440532"),
            Synonym(
                (
                    Term("de89370400440532"),
                    Boost(Phrase(("de", "89370400440532")), 0.5),
                    Boost(Phrase(("de89", "3704", "0044", "0532")), 0.5),
                )
            ),
        ),
        (Term("1234567"), Term("1234567")),
        (
            words("meet", "2024-03-15"),
            Or(
                (
                    Term("meet"),
                    Or((Term("20240315"), Phrase(("2024", "03", "15")))),
                ),
                implicit=True,
            ),
        ),
        (
            words("SW1A", "1AA", "London"),
            Or(
                (
                    Term("sw1a"),
                    Synonym((Term("1aa"), Boost(Phrase(("1", "aa")), 0.5))),
                    Term("london"),
                    Boost(Term("sw1a1aa"), 0.5),
                ),
                implicit=True,
            ),
        ),
        (
            words("2.5", "kg"),
            Or(
                (
                    Or((Phrase(("2", "5")), Term("v2.5"))),
                    Term("kg"),
                    Boost(Term("2.5kg"), 0.5),
                ),
                implicit=True,
            ),
        ),
        (
            Term("2.5kg"),
            Or(
                (
                    Term("2.5kg"),
                    Phrase(("2", "5kg")),
                    Boost(Phrase(("2", "5", "kg")), 0.5),
                )
            ),
        ),
        (
            Term("@example.com"),
            Or((Term("@examplecom"), Phrase(("example", "com")))),
        ),
        (Wildcard("192.168.*"), Phrase(("192", "168"))),
        # a space in an unspaced script
        (Phrase(("留言", "板")), Or((Phrase(("留言", "言", "板*")), Phrase(("留言", "言板"))))),
        # compounds
        (Term("F-35"), F35),
        (Term("U.N."), Or((Term("un"), Phrase(("u", "n"))))),
        (Term("snake_case"), Or((Term("snakecase"), Phrase(("snake", "case"))))),
        (Term("HTMLParser"), Or((Term("htmlparser"), Phrase(("html", "parser"))))),
        (Term("3.5"), THREE_FIVE),
        (Exact("F-35"), Or((Exact("f35"), Phrase(("f", "35"))))),
        # in a phrase the whole counts too, because a line end may have cut the word
        (
            Phrase(("the F-35 flies",)),
            Or((Phrase(("the", "f", "35", "flies")), Phrase(("the", "f35", "flies")))),
        ),
        # a version with its v or without
        (Term("v1.11"), Or((Term("v1.11"), Phrase(("v1", "11")), Phrase(("1", "11"))))),
        (Exact("3.5"), Phrase(("3", "5"))),
        # a number and letters as one word or two
        (Term("RFC2822"), Synonym((Term("rfc2822"), Boost(Phrase(("rfc", "2822")), 0.5)))),
        (Term("5km"), Synonym((Term("5km"), Boost(Phrase(("5", "km")), 0.5)))),
        (
            Term("TLS1.3"),
            Or((Term("tls1.3"), Phrase(("tls1", "3")), Boost(Phrase(("tls", "1", "3")), 0.5))),
        ),
        (
            words("TLS", "1.3"),
            Or(
                (Term("tls"), Or((Phrase(("1", "3")), Term("v1.3"))), Boost(Term("tls1.3"), 0.5)),
                implicit=True,
            ),
        ),
        (
            words("3", "p.m."),
            Or(
                (Term("3"), Or((Term("pm"), Phrase(("p", "m")))), Boost(Term("3pm"), 0.5)),
                implicit=True,
            ),
        ),
        (Exact("5km"), Exact("5km")),
        (Term("2ndlevel"), Term("2ndlevel")),
        (
            words("RFC", "2822", "syntax"),
            Or(
                (*words("rfc", "2822", "syntax").children, Boost(Term("rfc2822"), 0.5)),
                implicit=True,
            ),
        ),
        (
            And((Term("5"), Term("km"), Term("run")), implicit=True),
            And(
                (
                    Or((And((Term("5"), Term("km")), implicit=True), Boost(Term("5km"), 0.5))),
                    Term("run"),
                ),
                implicit=True,
            ),
        ),
        (words("in", "2024"), Term("2024")),
        # with other optional words, any of a compound's parts, unless a part is a single letter
        (
            words("state-owned", "HTMLParser"),
            words("stateowned", "state", "owned", "htmlparser", "html", "parser"),
        ),
        (words("F-35", "U.N."), Or((F35, Or((Term("un"), Phrase(("u", "n"))))), implicit=True)),
        (
            words("up-to-date", "3.5"),
            Or((Term("uptodate"), Term("date"), THREE_FIVE), implicit=True),
        ),
        (
            And((Term("state-owned"), Term("x"))),
            And((Or((Term("stateowned"), Phrase(("state", "owned")))), Term("x"))),
        ),
        # apostrophes join
        (Term("don't"), Term("dont")),
        (words("won’t", "know"), words("wont", "know")),
        (Term("he'll"), Phrase(("he", "ll"))),
        (words("we've", "he'll", "x"), Term("x")),
        (Exact("O'Connor"), Or((Exact("oconnor"), Phrase(("o", "connor"))))),
        (words("Sana'a", "x"), Or((OF_SANAA, Term("x")), implicit=True)),
        (Prefix("O'Con"), Prefix("ocon")),
        # except elisions and 's: any part, or all in order if required
        (Term("l'écran"), words("l", "écran")),
        (Term("Putin's"), words("putin", "s")),
        (And((Term("Putin’s"), Term("x"))), And((Phrase(("putin", "s")), Term("x")))),
        # numbers
        (Term("1,000"), Term("1000")),
        (Term("192.168"), Or((Term("192168"), Phrase(("192", "168"))))),
        (Term("9,90"), Phrase(("9", "90"))),
        (Term("1.234,50"), Phrase(("1234", "50"))),
        (words("1", "000", "x"), words("1000", "x")),
        (And((Term("12"), Term("345"), Term("678")), implicit=True), Term("12345678")),
        (words("50 %", "x"), words("50%", "x")),
        (words("1", "000", "€", "§", "12"), words("€1000", "§12")),
        (words("§§", "12", "bgb"), words("§12", "bgb")),
        (words("€", "50", "x"), words("€50", "x")),
        (
            words("12", "3456", "007"),
            Or(
                (*words("12", "3456", "007").children, Boost(Term("123456007"), 0.5)), implicit=True
            ),
        ),
        (Phrase(("1 000 seals",)), Phrase(("1000", "seals"))),
        # signs that belong to a word
        (Term("C++"), Term("c++")),
        (words("C++", "#tag"), words("c++", "#tag")),
        (
            Term(".NET"),
            Synonym((Term(".net"), Boost(And((Term("net"), Written(".NET", literal=True))), 0.6))),
        ),
        (Exact(".NET"), Exact(".net")),
        (Exact("C#"), Exact("c#")),
        (Term("$9.90"), Term("$9.90")),
        (Exact("-40%"), And((Exact("-40"), Exact("40%")))),
        (Term("@jane-doe"), Phrase(("@jane", "doe"))),
        (Phrase(("50 % of C++",)), Phrase(("50%", "of", "c++"))),
        (And((Term("AT&T"), Term("x"))), And((AT_T, Term("x")))),
        (words("AT&T", "x"), Or((AT_T, Term("x")), implicit=True)),
        (Prefix("#ta"), Prefix("#ta")),
        (Prefix("a" * 60), Prefix("a" * 48)),
        (Term("👍🏽"), Prefix("👍", capped=False)),
        (Term('צה"ל'), Or((Term("צהל"), Phrase(("צה", "ל"))))),
        # unspaced scripts
        (Term("沒有留言"), Or(tuple(map(Term, RUNS)))),
        (Not(Term("沒有留言")), Not(Phrase(RUNS))),
        (Phrase(("沒有留言",)), Phrase(RUNS)),
        (Phrase(("言",)), Prefix("言")),
        (Term("言"), Prefix("言", capped=False)),
        (Term("한국"), Term("한국")),
        # patterns and spellings
        (Prefix("Kor"), Prefix("kor")),
        (Prefix("F-3"), Prefix("f3")),
        (Prefix("-"), Nothing()),
        (Wildcard("Ko*ée?"), Wildcard("ko*ee?")),
        (Wildcard("*-*"), Nothing()),
        (Fuzzy("Näjin", 1), Fuzzy("najin", 1)),
        # words as written: their terms, and a test of the text
        (Written("Résumé"), And((Exact("resume"), Written("Résumé")))),
        (
            Written("As he", "title"),
            And((Phrase(("as", "he"), "title"), Written("As he", "title"))),
        ),
        (Written("Résu*"), And((Prefix("resu"), Written("Résu*")))),
        (Written("wom?n"), And((Wildcard("wom?n"), Written("wom?n")))),
        (Written("..."), Nothing()),
        (Not(Written("É")), Not(And((Exact("e"), Written("É"))))),
        # patterns in phrases, in exact words, and over several words
        (Phrase(("North Kore* troops",)), Phrase(("north", "kore*", "troops"))),
        (Phrase(("who?uote, is it (really?)",)), Phrase(("who?uote", "is", "it", "really"))),
        (Phrase(("* 2 ** x",)), Phrase(("2", "x"))),
        (Phrase(("a wi-f* router",)), Phrase(("a", "wi", "f*", "router"))),
        (Phrase(("C:/*.Txt",)), Phrase(("c", "*txt"))),
        (Phrase(("沒有*",)), Exact("没有")),
        (Phrase(("Pré*",)), Prefix("pre")),
        (Exact("Pré*"), Prefix("pre")),
        (Exact("co?r"), Wildcard("co?r")),
        (Prefix("error:time"), Phrase(("error", "time*"))),
        (Near(("North* Köre?n",), 2), Near(("north*", "kore?n"), 2)),
        (Near(("Kim", "Jong-un"), 2), Near(("kim", "jong", "un"), 2)),
        (Near(("Kim",), 2), Term("kim")),
        # stop words are dropped from lists of words if others remain
        (Or((Term("the"), Term("troops")), implicit=True), Term("troops")),
        (Or((Term("to"), Term("be")), implicit=True), words("to", "be")),
        (Or((Term("the"), Term("troops"))), Or((Term("the"), Term("troops")))),
        (
            And((Term("the"), Term("a"), Term("x")), implicit=True),
            And((Boost(Term("the"), 0.0), Boost(Term("a"), 0.0), Term("x")), implicit=True),
        ),
        (And((Term("the"), Term("fox"))), And((Boost(Term("the"), 0.0), Term("fox")))),
        (And((Term("the"), Not(Term("fox")))), And((Term("the"), Not(Term("fox"))))),
        (Maybe(Term("fox"), Term("the")), Term("fox")),
        (Maybe(Term("..."), Term("fox")), Term("fox")),
        (Maybe(Term("fox"), Term("F-35")), Maybe(Term("fox"), F35)),
        # queries without a word
        (And((Term("!"), Term("fox"))), Term("fox")),
        (Or((Term("!"), Term("?"))), Nothing()),
        (Not(Term("!")), Nothing()),
        (Boost(Term("!"), 2.0), Nothing()),
        (Boost(Term("Fox"), 2.0), Boost(Term("fox"), 2.0)),
        # filters
        (Filter("path", "A*"), Filter("path", "A*")),
        (Range("date", "2024", ""), Range("date", "2024", "")),
    ],
)
def test_analysed(query: Query, analysed: Query) -> None:
    assert analyse(query, ANALYZER) == analysed


def plain(rng: random.Random, depth: int) -> Query:
    """Return a random tree of words that are index terms, and stop words."""
    kind = rng.choice(("and", "or", "not", "term")) if depth else "term"
    if kind == "term":
        return Term(rng.choice(("troops", "moscow", "rain", "the")))
    if kind == "not":
        return Not(plain(rng, depth - 1))
    children = tuple([plain(rng, depth - 1) for _ in range(rng.randint(2, 3))])
    return (And if kind == "and" else Or)(children, rng.random() < 0.3)


def test_a_query_that_is_analysed_already_stays_as_it_is() -> None:
    kept = 0
    for seed in range(2_000):
        query = plain(random.Random(seed), 3)
        found = analyse(query, ANALYZER)
        assert found == Rewriter(ANALYZER, ()).node(query, strict=False)
        kept += found is query
    assert 500 < kept < 1_500


@pytest.mark.parametrize("text", ['"“"', '"..." - ?', '"- &"~2'])
def test_quotes_around_nothing_that_is_a_word(text: str) -> None:
    assert analyse(parse(text), ANALYZER) == Nothing()


def test_words_side_by_side_are_one_list() -> None:
    query = Or((Term("Putin's"), Term("troops")), implicit=True)
    assert analyse(query, ANALYZER) == words("putin", "troops")


MEANT = {
    "vitamin D": "vitamin d",
    "vitamin d.": "vitamin d",
    "World War I": "world war i",
    "World War I history": "world war i history",
    "hepatitis a": "hepatitis a",
    "hepatitis a vaccine": "hepatitis vaccine",
    "a history of Rome": "history rome",
    "A history of Rome": "history rome",
    "I love Paris": "love paris",
    "how do I cook": "cook",
    "Model S or T": "model s t",
    "M&A deals": '(m&a OR "m a") deals',
    "AT&T lawsuit": '(at&t OR "at t") lawsuit',
    "A/B tests": '(ab OR "a b") tests',
    "tcp/ip stack": '"tcp ip" stack',
    "cat/dog food": "cat dog food",
    "diet w/insulin": "diet w insulin",
    "TCP/IP stack": "tcpip tcp ip stack",
    "$1.5 m": "$1.5 m $1.5m^0.5",
    "第3番 5月": '"第 3 番*" "5 月*"',
    "5月と6月の雨": "5 月と 6 (月の OR の雨)",
    "and/or clause": "clause",
    "I'm here": "i m here",
    "Putin's army": "putin army",
    "IT department": "it department",
    "the US army and who": "us army",
    "WHO, IT?": "who it",
    "WHO IS THE PRESIDENT": "president",
    "vitamin D^2": "vitamin d^2",
    "+vitamin D": "+vitamin d",
    "+vitamin the": "vitamin",
    "+vitamin +D": "vitamin AND d",
    "D AND vitamin": "d AND vitamin",
    "+the +fox": "the^0 AND fox",
    "US AND the AND fox": "us AND the^0 AND fox",
}


@pytest.mark.parametrize(("query", "analysed"), MEANT.items(), ids=MEANT)
def test_a_stop_word_is_one_where_it_is_written_so(query: str, analysed: str) -> None:
    assert unparse(analyse(parse(query), ANALYZER)) == analysed


@pytest.mark.parametrize(
    ("query", "analysed"),
    [
        ("vitamin D", "vitamin d"),
        ("the vitamin", "the^0 vitamin"),
        ("what is the", "what is the"),
        ("M&A of", '(m&a OR "m a") of^0'),
    ],
)
def test_all_words_keeps_every_word(query: str, analysed: str) -> None:
    assert unparse(analyse(parse(query, all_words=True), ANALYZER)) == analysed


def test_accents_count_where_documents_have_such_languages() -> None:
    assert analyse(Term("Đường"), ANALYZER, ["en", "vi"]) == spelling("đường")
    assert analyse(Term("đường"), ANALYZER, ["en", "ru"]) == Term("đường")
    assert analyse(Term("война"), ANALYZER, ["vi"]) == Term("война")
    assert analyse(Phrase(("đường",)), ANALYZER, ["vi"]) == Exact("duong")
    assert (
        unparse(analyse(parse("la pêche +péché", all_words=True), ANALYZER, ["fr"]))
        == "la pêche péché"
    )


def test_umlauts_may_be_written_in_two_letters() -> None:
    assert analyse(Term("Müller"), ANALYZER, ["en"]) == spelling("müller", other="mueller")
    assert analyse(Term("århus"), ANALYZER) == spelling("århus", other="aarhus")
    assert analyse(Term("naïve"), ANALYZER, ["en"]) == Term("naïve")


def test_a_hamza_before_waw_has_several_spellings() -> None:
    found = analyse(Term("مسئول"), ANALYZER, ["ar"])
    others = (Boost(Term(way), OTHERWISE_SPELT) for way in ("مسؤول", "مسءول"))
    assert found == Synonym((Term("مسئول"), *others))
