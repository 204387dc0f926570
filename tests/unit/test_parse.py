"""The query language, as a table: a query and its tree."""

from __future__ import annotations

import pytest

from seedsearch.errors import QuerySyntaxError, QueryTooBroadError
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
    Range,
    Term,
    Wildcard,
    Written,
)
from seedsearch.query.parse import parse, parse_with_notes

a, b, c, d = Term("a"), Term("b"), Term("c"), Term("d")


def words(*nodes: Query) -> Or:
    return Or(nodes, implicit=True)


def every(*nodes: Query) -> And:
    return And(nodes, implicit=True)


MEANINGS = {
    # words
    "troops": Term("troops"),
    "  troops\t\n": Term("troops"),
    "a b": words(a, b),
    "North Korean troops": words(Term("North"), Term("Korean"), Term("troops")),
    "沒有留言": Term("沒有留言"),
    "Ким\u3000김정은": words(Term("Ким"), Term("김정은")),
    "don't don’t": words(Term("don't"), Term("don’t")),
    "U.N.": Term("U.N."),
    "What is the capital of France?": words(
        *(Term(word) for word in ("What", "is", "the", "capital", "of", "France?"))
    ),
    # quotes
    '"As he left"': Phrase(("As he left",)),
    '" As he  left "': Phrase(("As he  left",)),
    '"troops"': Exact("troops"),
    "“As he left”": Phrase(("As he left",)),
    "„As he left“": Phrase(("As he left",)),
    "”As he left”": Phrase(("As he left",)),
    "«As he left»": Phrase(("As he left",)),
    "»As he left«": Phrase(("As he left",)),
    '“As he left"': Phrase(("As he left",)),
    '"he said “no” (AND -left)"': Phrase(("he said “no” (AND -left)",)),
    '"a b"c': words(Phrase(("a b",)), c),
    'c"a b"': words(c, Phrase(("a b",))),
    '"a b"-c': words(Phrase(("a b",)), Term("-c")),
    '"a b"~5': Near(("a b",), 5),
    '"a b"~0': Near(("a b",), 0),
    '"a"~3': Near(("a",), 3),
    '"a b"~99999999999': Near(("a b",), 1_000_000),
    "(a b)~5": Near(("a b",), 5),
    "(a)~5": Near(("a",), 5),
    '("a b" c* d?e)~5^2': Boost(And((Near(("a b c* d?e",), 5), Boost(Phrase(("a b",)), 0.0))), 2.0),
    "title:(a =b)~5": And((Near(("a b",), 5, "title"), Boost(Written("b", "title"), 0.0))),
    # this form only
    "=troops": Written("troops"),
    '="troops"': Written("troops"),
    '="a b"': Written("a b"),
    '=="a B"': Written("a B", case=True),
    "==US": Written("US", case=True),
    "title:==US": Written("US", "title", case=True),
    "=U.S., =wh?t? =tro*": words(Written("U.S"), Written("wh?t?"), Written("tro*")),
    '="what? this?"': Written("what? this"),
    "=pre*": Written("pre*"),
    "=a^2": Boost(Written("a"), 2.0),
    "a=b": Term("a=b"),
    # must, must not, may
    "+a": a,
    "+a b": Maybe(a, b),
    "+a b c": Maybe(a, words(b, c)),
    "+a +b": And((a, b)),
    "+a +b c d": Maybe(And((a, b)), words(c, d)),
    "+a b -c": And((Maybe(a, b), Not(c))),
    "a b -c": And((words(a, b), Not(c))),
    "-c a b": And((words(a, b), Not(c))),
    "a -b -c": And((a, Not(b), Not(c))),
    '-"a b" c': And((c, Not(Phrase(("a b",))))),
    "-(a b) c": And((c, Not(words(a, b)))),
    "-=a b": And((b, Not(Written("a")))),
    "a NOT b": And((a, Not(b))),
    "a NOT NOT b": And((a, Not(Not(b)))),
    "a (-b)": And((a, Not(b))),
    "a (-b -c)": And((a, And((Not(b), Not(c))))),
    # no operators
    # no quote: a quotation mark inside a Hebrew acronym
    'צה"ל': Term('צה"ל'),
    'צה"ל a': words(Term('צה"ל'), a),
    '"דובר צה"ל"': Phrase(('דובר צה"ל',)),
    # a sign after a number belongs to it
    "50 % a": words(Term("50 %"), a),
    "a % $ 5^2 %": words(a, Boost(Term("5"), 2.0)),
    "F-35 Su-57": words(Term("F-35"), Term("Su-57")),
    "a - b": words(a, b),
    "a + b": words(a, b),
    "(a -)": a,
    "a--b": Term("a--b"),
    "a -- b": words(a, b),
    "--help": Term("--help"),
    "a & b && c": words(a, b, c),
    "a || !b": And((a, Not(b))),
    "a ！b": And((a, Not(b))),
    "a ! b": words(a, b),
    "a !": a,
    "a b!": words(a, Term("b!")),
    "a ... b ?": words(a, b),
    "2 * 3": words(Term("2"), Term("3")),
    "a and b or not c": words(a, Term("and"), b, Term("or"), Term("not"), c),
    "ANDREW NOTES": words(Term("ANDREW"), Term("NOTES")),
    "http://example.org/?q=1*": Term("http://example.org/?q=1*"),
    "example.org/find?q=1": Term("example.org/find?q=1"),
    "12:30 std::map c:/a Kim:Lee": words(
        Term("12:30"), Term("std::map"), Term("c:/a"), Term("Kim:Lee")
    ),
    "http://localhost:8080/a https://b 2:x note: ratio:- :x": words(
        Term("http://localhost:8080/a"),
        Term("https://b"),
        Term("2:x"),
        Term("note:"),
        Term("ratio:-"),
        Term(":x"),
    ),
    '"author:Kim" =author:Kim -=a:b': And(
        (words(Exact("author:Kim"), Written("author:Kim")), Not(Written("a:b")))
    ),
    "~/notes a~b": words(Term("~/notes"), Term("a~b")),
    # AND, OR, NOT, parentheses
    "a AND b": And((a, b)),
    "a AND b AND c": And((a, b, c)),
    "a OR b": Or((a, b)),
    "a OR b AND c": Or((a, And((b, c)))),
    "a AND b OR c": Or((And((a, b)), c)),
    "(a OR b) AND c": And((Or((a, b)), c)),
    "NOT a AND b": And((Not(a), b)),
    "a AND NOT b OR c": Or((And((a, Not(b))), c)),
    "a AND -b": And((a, Not(b))),
    "a OR NOT b": Or((a, Not(b))),
    "a OR b NOT c": And((Or((a, b)), Not(c))),
    "a b AND c": words(a, And((b, c))),
    "a b OR c": words(a, Or((b, c))),
    "a AND(b)": And((a, b)),
    "+a OR b": Maybe(a, b),
    "+a AND b": And((a, b)),
    "(a)": a,
    "((a b))": words(a, b),
    "f(x)": words(Term("f"), Term("x")),
    "(+a b) c": words(Maybe(a, b), c),
    # boosts
    "a^2": Boost(a, 2.0),
    "a^0": Boost(a, 0.0),
    "a^.5 b^1000": words(Boost(a, 0.5), Boost(b, 1000.0)),
    '"a b"^3': Boost(Phrase(("a b",)), 3.0),
    '"a b"~5^3': Boost(Near(("a b",), 5), 3.0),
    "(a OR b)^2": Boost(Or((a, b)), 2.0),
    "-a^2 b": And((b, Not(Boost(a, 2.0)))),
    # patterns
    "pre*": Prefix("pre"),
    "pre*,": Prefix("pre"),
    "w?ld": Wildcard("w?ld"),
    "wild*card": Wildcard("wild*card"),
    "*card": Wildcard("*card"),
    "**card**": Wildcard("**card**"),
    "pre*^2": Boost(Prefix("pre"), 2.0),
    "Su-*": Prefix("Su-"),
    # similar spellings
    "fuzzy~": Fuzzy("fuzzy", 1),
    "fuzzier~": Fuzzy("fuzzier", 2),
    "fuzzy~1": Fuzzy("fuzzy", 1),
    "fuzzy~2": Fuzzy("fuzzy", 2),
    "fuzzy~02": Fuzzy("fuzzy", 2),
    "fuzzy~0": Written("fuzzy"),
    "fuzzy~1^2": Boost(Fuzzy("fuzzy", 1), 2.0),
    # fields
    "title:a": Term("a", "title"),
    "title:=a": Written("a", "title"),
    "title:a* title:a~1": words(Prefix("a", "title"), Fuzzy("a", 1, "title")),
    "title:w?ld^2": Boost(Wildcard("w?ld", "title"), 2.0),
    'title:"a b"': Phrase(("a b",), "title"),
    'title:"a"': Exact("a", "title"),
    'title:="a"': Written("a", "title"),
    'title:"a b"~2': Near(("a b",), 2, "title"),
    "title:(a b)": words(Term("a", "title"), Term("b", "title")),
    'title:(a AND "b c")^2 d': words(
        Boost(And((Term("a", "title"), Phrase(("b c",), "title"))), 2.0), d
    ),
    "title:title:a": Term("title:a", "title"),
    "-title:a b": And((b, Not(Term("a", "title")))),
    # filters narrow what the words find
    "path:*.txt": Filter("path", "*.txt"),
    'path:"my notes/*"': Filter("path", "my notes/*"),
    "path:~/a^b=c~1": Filter("path", "~/a^b=c~1"),
    "a path:*.txt b": And((words(a, b), Filter("path", "*.txt"))),
    "+a b type:pdf": And((Maybe(a, b), Filter("type", "pdf"))),
    "a lang:ko encoding:utf-8": And((a, Filter("lang", "ko"), Filter("encoding", "utf-8"))),
    "a type:(pdf OR html)": And((a, Or((Filter("type", "pdf"), Filter("type", "html"))))),
    "a -path:*.log": And((a, Not(Filter("path", "*.log")))),
    "a OR path:*.log": Or((a, Filter("path", "*.log"))),
    "title:(a path:b)": And((Term("a", "title"), Filter("path", "b"))),
    # dates
    "date:2024": Range("date", "2024", "2024"),
    "date:2024-05": Range("date", "2024-05", "2024-05"),
    "date:2024-05-31T12:30:00Z": Range("date", "2024-05-31T12:30:00Z", "2024-05-31T12:30:00Z"),
    "date:2024-01..2024-06": Range("date", "2024-01", "2024-06"),
    'date:"2024-01..2024-06"': Range("date", "2024-01", "2024-06"),
    "date:2024-06..2024": Range("date", "2024-06", "2024"),
    "date:2024..": Range("date", "2024", ""),
    "date:..2024": Range("date", "", "2024"),
    "date:>2024": Range("date", "2024", "", low_inclusive=False),
    "date:>=2024": Range("date", "2024", ""),
    "date:<2024": Range("date", "", "2024", high_inclusive=False),
    "date:<=2024": Range("date", "", "2024"),
    "date:2024-1?-*": Filter("date", "2024-1?-*"),
    "‹a b›": Phrase(("a b",)),
    "「a b」": Phrase(("a b",)),
    "a『b c』": words(a, Phrase(("b c",))),
}


@pytest.mark.parametrize(("text", "tree"), MEANINGS.items(), ids=MEANINGS)
def test_what_is_typed_means(text: str, tree: Query) -> None:
    assert parse(text) == tree


ALL_WORDS = {
    "a b": every(a, b),
    "a": a,
    "+a b": every(a, b),
    "a b -c": every(a, b, Not(c)),
    "a b OR c": every(a, Or((b, c))),
    "a b AND c": every(a, And((b, c))),
    "a (b c)": every(a, every(b, c)),
    "a path:x": every(a, Filter("path", "x")),
}


@pytest.mark.parametrize(("text", "tree"), ALL_WORDS.items(), ids=ALL_WORDS)
def test_with_all_words_every_clause_must_match(text: str, tree: Query) -> None:
    assert parse(text, all_words=True) == tree


LITERAL = {
    "a AND -b": words(a, Term("AND"), Term("-b")),
    '"unclosed (pre* title:': words(Term('"unclosed'), Term("(pre*"), Term("title:")),
    "a - b": words(a, b),
    "a^2": Term("a^2"),
}


@pytest.mark.parametrize(("text", "tree"), LITERAL.items(), ids=LITERAL)
def test_literally_nothing_is_an_operator(text: str, tree: Query) -> None:
    assert parse(text, literal=True) == tree


def test_literal_words_can_all_be_required() -> None:
    assert parse("a AND b", literal=True, all_words=True) == every(a, Term("AND"), b)


MISTAKES = {
    "": (0, "the query is empty"),
    " \t": (0, "the query is empty"),
    "- & *": (0, "the query has no word"),
    ")": (0, "the query has no word"),
    ":) ()": (0, "the query has no word"),
    '""': (0, "the query has no word"),
    "a AND ()": (2, "AND has nothing after it"),
    "foo AND": (4, "AND has nothing after it"),
    "foo OR ": (4, "OR has nothing after it"),
    "foo AND OR bar": (4, "AND has nothing after it"),
    "(foo AND) bar": (5, "AND has nothing after it"),
    "foo AND -": (4, "AND has nothing after it"),
    "a NOT": (2, "NOT has nothing after it"),
    "a -OR b": (2, "- has nothing after it"),
    "AND foo": (0, "AND has nothing before it"),
    "a (OR b)": (3, "OR has nothing before it"),
    "AND": (0, "AND has nothing before it"),
    "foo^": (3, "^ needs a number after it"),
    "foo^2^3": (3, "^ needs a number after it"),
    "foo^-1": (3, "^ needs a number after it"),
    "foo^.": (3, "^ needs a number after it"),
    '"a b"^x': (5, "^ needs a number after it"),
    '"a b"~2^': (7, "^ needs a number after it"),
    "(a b)^": (5, "^ needs a number after it"),
    "title:foo^": (9, "^ needs a number after it"),
    "foo^1001": (3, "a boost is a number from 0 to 1000"),
    "foo^" + "9" * 400: (3, "a boost is a number from 0 to 1000"),
    "a ^2": (2, "there is no word here"),
    "a ^": (2, "there is no word here"),
    "title:*": (0, "there is no word here"),
    '"a b"~': (5, "~ after a phrase needs a whole number"),
    '"a b"~x': (5, "~ after a phrase needs a whole number"),
    '"a b"~1.5': (5, "~ after a phrase needs a whole number"),
    "(a b)~": (5, "~ after a phrase needs a whole number"),
    "(a OR b)~2": (8, "~ after parentheses applies to words and phrases alone"),
    "(title:a b)~2": (11, "~ after parentheses applies to words and phrases alone"),
    "(a path:b)~2": (10, "~ after parentheses applies to words and phrases alone"),
    "pre*~1": (4, "~ cannot be combined with * or ?"),
    'title:""': (0, "these quotes are empty"),
    '""~2': (0, "these quotes are empty"),
    "title:()": (0, "title: has no value"),
    "a title:": (2, "title: has no value"),
    "path:": (0, "path: has no value"),
    "date:": (0, "date: has no value"),
    'path:"a"~2': (8, "~ has no meaning after path:"),
    "-a": (0, "a query cannot consist of exclusions alone"),
    "NOT a": (0, "a query cannot consist of exclusions alone"),
    "-a -path:b": (0, "a query cannot consist of exclusions alone"),
    "date:tomorrow": (0, "'tomorrow' is not a date"),
    "a date:05/2024": (2, "'05/2024' is not a date"),
    "date:2024-13": (0, "'2024-13' is not a date"),
    "date:2024-05-31Tx": (0, "'2024-05-31Tx' is not a date"),
    "date:2024T12": (0, "'2024T12' is not a date"),
    "date:>": (0, "'>' is not a date"),
    "date:..": (0, "'..' is not a date"),
    "date:2024-06..2024-01": (0, "this range runs backwards"),
}


@pytest.mark.parametrize(("text", "mistake"), MISTAKES.items(), ids=lambda value: str(value)[:40])
def test_a_mistake_is_shown_where_it_is(text: str, mistake: tuple[int, str]) -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        parse(text)
    assert (raised.value.column, raised.value.message) == mistake
    assert raised.value.query == text
    assert raised.value.hint


QUOTE = "an unmatched quote is read as text"
PARENTHESIS = "an unmatched parenthesis is read as text"
SIGN = "is read as text; write - right before a word to exclude it"
FIELDS = "the fields are title, path, type, lang, encoding, date"

PASTED = {
    '5" pipe': (words(Term('5"'), Term("pipe")), [QUOTE]),
    "5” pipe": (words(Term("5”"), Term("pipe")), [QUOTE]),
    'the 5" and 6\'2" a': (
        words(Term("the"), Term('5"'), Term("and"), Term("6'2\""), a),
        [QUOTE],
    ),
    '12"x4" a': (words(Term('12"x4"'), a), [QUOTE]),
    'c"d" a': (words(c, Exact("d"), a), []),
    'צה"ל ופצ"מ': (words(Term('צה"ל'), Term('ופצ"מ')), []),
    'ב"לבנון" a': (words(Term("ב"), Exact("לבנון"), a), []),
    '他说"你好"吗': (words(Term("他说"), Exact("你好"), Term("吗")), []),
    'a "b c': (words(a, b, c), [QUOTE]),
    "a “b c": (words(a, b, c), [QUOTE]),
    'a "b c”': (words(a, b, Term("c”")), [QUOTE]),
    'a." b': (words(Term('a."'), b), [QUOTE]),
    'a "" " " b': (words(a, b), []),
    '="a': (a, [QUOTE]),
    "(DPRK": (Term("DPRK"), [PARENTHESIS]),
    "a b)": (words(a, b), [PARENTHESIS]),
    "1) 2)": (words(Term("1"), Term("2")), [PARENTHESIS]),
    "a ((b) c": (words(a, b, c), [PARENTHESIS]),
    "a :) b": (words(a, b), [PARENTHESIS]),
    "a() b((-)) ( - )": (words(a, b), []),
    "f(x) = (y": (words(Term("f"), Term("x"), Term("y")), [PARENTHESIS]),
    "a -> b": (words(a, b), []),
    "[a TO b]": (
        words(Term("[a"), Term("TO"), Term("b]")),
        ["[a TO b] is read as text; a range is written date:2023..2024 or price:>20"],
    ),
    "a && b": (words(a, b), ["&& is read as text; write AND"]),
    "a || b": (words(a, b), ["|| is read as text; write OR"]),
    "a NEAR/3 b": (
        words(a, Term("NEAR/3"), b),
        ['NEAR/3 is read as text; nearness is written "two words"~3'],
    ),
    "a w/5 b": (
        words(a, Term("w/5"), b),
        ['w/5 is read as text; nearness is written "two words"~3'],
    ),
    "and/or 24/7": (words(Term("and/or"), Term("24/7")), []),
    "a ->b": (words(a, Term("->b")), []),
    "a <- b => c": (words(a, b, c), []),
    "a --b -+c": (words(a, Term("--b"), Term("-+c")), []),
    "a –b": (And((a, Not(b))), []),
    "a －b": (And((a, Not(b))), []),
    "a −b": (And((a, Not(b))), []),
    "a ＋b": (Maybe(b, a), []),
    "a – b － c": (words(a, Term("–"), b, Term("－"), c), []),
    "a —b": (words(a, Term("—b")), ["— " + SIGN]),
    "a −4": (words(a, Term("−4")), ["− " + SIGN]),
    "x^n ^_^": (words(Term("x^n"), Term("^_^")), []),
    "foo^٣": (Term("foo^٣"), []),
    "localhost:8080": (
        Term("localhost:8080"),
        [f"there is no field localhost: it is read as a word; {FIELDS}"],
    ),
    "doi:10.1/2 -error:d b": (
        And((words(Term("doi:10.1/2"), b), Not(Term("error:d")))),
        [f"there is no field doi, error: it is read as a word; {FIELDS}"],
    ),
    'titel:"a b"': (
        words(Term("titel:"), Phrase(("a b",))),
        [f"there is no field titel: it is read as a word; did you mean title:? {FIELDS}"],
    ),
    "Lang:(a b)": (
        words(Term("Lang:"), words(a, b)),
        [f"there is no field Lang: it is read as a word; did you mean lang:? {FIELDS}"],
    ),
    "Titel:a": (Term("Titel:a"), []),
    "-40": (
        Term("-40"),
        ["a query of negative numbers alone excludes nothing; they are searched for"],
    ),
    "date: b": (
        words(Term("date:"), b),
        ["date: is read as a word; write the value right after the colon"],
    ),
}


@pytest.mark.parametrize(("text", "meant"), PASTED.items(), ids=PASTED)
def test_what_is_pasted_is_text_and_a_note_says_so(
    text: str, meant: tuple[Query, list[str]]
) -> None:
    tree, notes = parse_with_notes(text)
    assert (tree, list(notes)) == meant


def test_a_paragraph_is_a_query() -> None:
    paragraph = " ".join(f"word{n % 300}, and (see {n})" for n in range(130))
    assert len(paragraph.split()) > 500
    tree, notes = parse_with_notes(paragraph)
    assert isinstance(tree, Or)
    assert notes == ()


def test_literal_words_must_be_there_too() -> None:
    with pytest.raises(QuerySyntaxError, match="the query has no word"):
        parse(" - ", literal=True)


TOO_BROAD = {
    "a" * 10_001: "10,000",
    "(" * 51 + "a" + ")" * 51: "50 levels deep",
    "NOT " * 51 + "a": "50 levels deep",
    "a " * 1025: "1,024 clauses",
    "foo~3": "maximum of 2",
    "a* " * 257: "256 patterns",
    '"' + "a* b? " * 129 + '"': "256 patterns",
    "foo~99999": "maximum of 2",
}


@pytest.mark.parametrize(("text", "limit"), TOO_BROAD.items(), ids=lambda value: str(value)[:20])
def test_the_limit_is_named(text: str, limit: str) -> None:
    with pytest.raises(QueryTooBroadError) as raised:
        parse(text)
    assert limit in raised.value.message
    assert raised.value.hint


def test_literal_words_have_the_same_limits() -> None:
    with pytest.raises(QueryTooBroadError, match="1,024 clauses"):
        parse("a " * 1025, literal=True)


def test_the_limits_are_inclusive() -> None:
    parse("a" * 10_000)
    parse("(" * 50 + "a" + ")" * 50)
    parse("a " * 1024)
