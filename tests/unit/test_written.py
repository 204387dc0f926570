"""Words as written, in a text."""

from __future__ import annotations

import pytest

from seedsearch.analysis import Analyzer
from seedsearch.query.ast import Or, Query, Term, Written
from seedsearch.query.written import as_written, fits_text


@pytest.mark.parametrize(
    ("written", "text", "fits"),
    [
        ("résumé", "a Résumé.", True),
        ("résumé", "a Re\u0301sume\u0301.", True),
        ("re\u0301sume\u0301", "a résumé.", True),
        ("résumé", "we resume", False),
        ("resume", "a résumé", False),
        ("đường", "dương", False),
        ("straße", "strasse", False),
        ("troops", "trooped", False),
        ("troops", "paratroops", False),
        ("troops", "the tro-\n  ops left", True),
        ("troops", "tro\u00adops", True),
        ("troops", "> tro- \n> ops", True),
        ("troops", "// tro¬\n// ops", True),
        ("treaty", "the treaty¹ of", True),
        ("km²", "9 km² of", True),
        ("km²", "9 km2 of", False),
        ("case", "camelCase", True),
        ("html", "HTMLParser", True),
        ("amel", "camelCase", False),
        ("putin", "Putin’s", True),
        ("don't", "I don’t", True),
        ("F-35", "an F\u201135", True),
        ("F-35", "an F35", False),
        ("C++", "in C++11", True),
        ("C++", "in C", False),
        ("AT&T", "by AT&T.", True),
        ("AT&T", "at T", False),
        ("$50", "for $50, or", True),
        ("$50", "for 50", False),
        ("as he left", "As\nhe  left", True),
        ("as he left", "as he, left", False),
        ("hello, world", "Hello, world!", True),
        ("留言", "沒有留言", True),
        ("没", "沒有留言", False),
        ("की", "कीमत", False),
        ("résu*", "Résumés", True),
        ("résu*", "resumes", False),
        ("*umé", "résumé", True),
        ("r*s*m*", "résumés", True),
        ("wom?n", "Women", True),
        ("wom?n", "woman's", True),
        ("wom?n", "womn", False),
        ("who? me", "Who? Me!", True),
        ("who? me", "whom me", False),
    ],
)
def test_fits(written: str, text: str, fits: bool) -> None:
    assert fits_text(Written(written))(text) is fits


def test_case_counts_where_it_is_asked_for() -> None:
    fits = fits_text(Written("US", case=True))
    assert fits("the US army")
    assert not fits("tell us")


def test_time_is_linear() -> None:
    for written in ("a*a*a*a*a*a*a*a*b", "*a*", "a b c", "?" * 60 + "b"):
        assert not fits_text(Written(written))("a" * 50_000 + " " * 50_000)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("troops", Term("troops")),
        ("(Najin),", Term("(Najin),")),
        ("-Vietnam", Term("-Vietnam")),
        ("Troops?", Term("Troops?")),
        ("(Résumé)", Written("Résumé", literal=True)),
        ("đi", Written("đi", literal=True)),
        ("C++", Written("C++", literal=True)),
        ("a/b", Written("a/b", literal=True)),
        ("a*b?c", Written("a*b?c", literal=True)),
        ("留言", Term("留言")),
        ("...", Term("...")),
    ],
)
def test_fixed_strings_are_meant_as_written(text: str, meant: Query) -> None:
    fold = Analyzer().fold
    assert as_written(Or((Term(text), Term("x")), implicit=True), fold) == Or(
        (meant, Term("x")), implicit=True
    )
