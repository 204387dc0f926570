"""Synonyms: the format of the file, its errors, and their effect on a query."""

from __future__ import annotations

import tracemalloc

import pytest

from seedsearch.analysis import Analyzer
from seedsearch.errors import QueryTooBroadError, UsageError
from seedsearch.query.analyse import analyse
from seedsearch.query.ast import (
    And,
    Boost,
    Exact,
    Maybe,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Synonym,
    Term,
    unparse,
)
from seedsearch.query.parse import parse
from seedsearch.query.synonyms import MAX_NAMES, parse_synonyms

ANALYZER = Analyzer()


def applied(rules: str, query: str, **how: bool) -> Query:
    return parse_synonyms(rules, "names.txt", ANALYZER).apply(parse(query, **how))


@pytest.mark.parametrize(
    ("rules", "query", "tree"),
    [
        ("coal, carbon", "coal", Synonym((Term("coal"), Term("carbon")))),
        ("coal, carbon", "Carbon", Synonym((Term("Carbon"), Term("coal")))),
        ("coal,carbon , soot", "soot", Synonym((Term("soot"), Term("coal"), Term("carbon")))),
        ("coal => carbon", "coal", Term("carbon")),
        ("coal => carbon", "carbon", Term("carbon")),
        ("coal => coal, carbon", "coal", Synonym((Term("coal"), Term("carbon")))),
        ("coal, soot => carbon", "soot", Term("carbon")),
        ("Kim Jong Un, 金正恩", "金正恩", Synonym((Term("金正恩"), Phrase(("Kim Jong Un",))))),
        ("Café, tea house", "CAFE", Synonym((Term("CAFE"), Phrase(("tea house",))))),
        ("coal, carbon\ncoal, soot", "coal", Synonym((Term("coal"), Term("carbon"), Term("soot")))),
        ("coal", "coal", Synonym((Term("coal"),))),
        ("coal, Coal", "coal", Synonym((Term("coal"),))),
    ],
)  # fmt: skip
def test_a_word_becomes_the_best_of_its_names(rules: str, query: str, tree: Query) -> None:
    expected = tree.children[0] if isinstance(tree, Synonym) and len(tree.children) == 1 else tree
    assert applied(rules, query) == expected


KIM = "Kim Jong Un, 金正恩, 김정은"
KIM_TYPED = Or((Term("Kim"), Term("Jong"), Term("Un")), implicit=True)
KIM_BEST = Synonym((KIM_TYPED, Phrase(("金正恩",)), Phrase(("김정은",))))


def test_words_side_by_side_are_a_name() -> None:
    assert applied(KIM, "Kim Jong Un") == KIM_BEST
    assert applied(KIM, "the Kim Jong Un visit") == Or(
        (Term("the"), KIM_BEST, Term("visit")), implicit=True
    )
    hyphened = Or((Term("kim"), Term("Jong-un")), implicit=True)
    assert applied(KIM, "kim Jong-un") == Synonym((hyphened, *KIM_BEST.children[1:]))
    assert applied(KIM, "Kim Jong") == Or((Term("Kim"), Term("Jong")), implicit=True)
    every = applied(KIM, "Kim Jong Un", all_words=True)
    assert every == Synonym((And(KIM_TYPED.children, implicit=True), *KIM_BEST.children[1:]))


def test_the_longest_name_is_taken() -> None:
    rules = "North Korea, DPRK\nKorea, Joseon\nNorth, Up"
    assert unparse(applied(rules, "Korea North Korea")) == (
        '(Korea OR Joseon) ((North Korea) OR DPRK)'
    )  # fmt: skip


def test_a_phrase_may_be_a_name_as_a_whole() -> None:
    assert applied(KIM, '"kim jong un"') == Synonym(
        (Phrase(("kim jong un",)), Phrase(("金正恩",)), Phrase(("김정은",)))
    )
    assert applied(KIM, '"kim jong un visits"') == Phrase(("kim jong un visits",))


def test_everywhere_in_a_query() -> None:
    coal = Synonym((Term("coal"), Term("carbon")))
    for query, tree in (
        ("+coal tea", Maybe(coal, Term("tea"))),
        ("tea -coal", And((Term("tea"), Not(coal)))),
        ("tea AND coal", And((Term("tea"), coal))),
        ("coal^2", Boost(coal, 2.0)),
        ("title:coal", Synonym((Term("coal", "title"), Term("carbon", "title")))),
    ):
        assert applied("coal, carbon", query) == tree


@pytest.mark.parametrize("query", ["=coal", '"coal"', "coal*", "path:coal", "c?al"])
def test_what_was_asked_for_exactly_stays(query: str) -> None:
    assert applied("coal, carbon", query) == parse(query)


def test_fields_are_not_mixed() -> None:
    assert applied(KIM, "title:Kim Jong Un") == parse("title:Kim Jong Un")


def test_comments_blank_lines_and_escapes() -> None:
    rules = "\ufeff# names\n\n  # more\r\nSmith\\, John, J. Smith\r\na\\=>b, c\\\\d\n"
    assert applied(rules.lstrip("\ufeff"), '"Smith, John"') == Synonym(
        (Phrase(("Smith, John",)), Phrase(("J. Smith",)))
    )
    assert applied(rules.lstrip("\ufeff"), "c\\d") == Synonym((Term("c\\d"), Term("a=>b")))


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("a, b\nc => d => e", "names.txt:2: more than one => in a line"),
        ("a =>", "names.txt:1: there is no name on one side of this line"),
        ("=> b", "names.txt:1: there is no name on one side of this line"),
        (",", "names.txt:1: there is no name on one side of this line"),
        ("a, b\n\n..., c", "names.txt:3: '...' has no letter or digit"),
    ],
)
def test_errors_name_the_file_and_the_line(rules: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_synonyms(rules, "names.txt", ANALYZER)
    assert caught.value.message == message
    assert caught.value.hint


def test_there_is_a_cap() -> None:
    rules = ", ".join(f"name{n}" for n in range(MAX_NAMES + 2))
    with pytest.raises(QueryTooBroadError, match="more than 256"):
        applied(rules, "name1")


def test_analysed() -> None:
    tree = analyse(applied(KIM + "", "Kim Jong Un"), ANALYZER)
    assert tree == Synonym(
        (
            Or((Term("kim"), Term("jong"), Term("un")), implicit=True),
            Phrase(("金正", "正恩")),
            Phrase(("김정", "정은")),
        )
    )
    japan = analyse(applied("Bank of Japan, 平壤", "Bank of Japan"), ANALYZER)
    assert unparse(japan) == "(bank japan) OR =平壤"
    assert analyse(Synonym((Term("..."), Term("---"))), ANALYZER) == Nothing()
    assert analyse(Synonym((Prefix("..."), Exact("a"))), ANALYZER) == Exact("a")


@pytest.mark.parametrize("line", ["a{0}", "coal, a{0}\n", "coal => a{0}\n"])
def test_many_names_take_no_more_than_their_number(line: str) -> None:
    end = "" if line.endswith("\n") else ", "
    text = end.join(line.format(number) for number in range(20_000))
    tracemalloc.start()
    try:
        synonyms = parse_synonyms(text, "names.txt", ANALYZER)
        assert tracemalloc.get_traced_memory()[1] < 50 << 20
    finally:
        tracemalloc.stop()
    with pytest.raises(QueryTooBroadError):
        synonyms.apply(parse("coal a1"))
