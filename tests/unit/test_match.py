"""Terms and patterns that match, as tables."""

from __future__ import annotations

import itertools
from functools import cache

import pytest

from seedsearch.core.plain_matching import can_choose
from seedsearch.model import Document
from seedsearch.query.ast import Filter, Fuzzy, Prefix, Query, Range, Wildcard
from seedsearch.query.match import fits_document, fits_term
from seedsearch.spelling import within_edits

TERMS = ["troop", "troops", "trooped", "trops", "torops", "tank", "t", "兵士"]


@pytest.mark.parametrize(
    ("leaf", "fitting"),
    [
        (Prefix("troop"), ["troop", "troops", "trooped"]),
        (Prefix("兵"), ["兵士"]),
        (Wildcard("t*k"), ["tank"]),
        (Wildcard("tro?ps"), ["troops"]),
        (Wildcard("*oo*"), ["troop", "troops", "trooped"]),
        (Wildcard("?"), ["t"]),
        (Wildcard("兵?"), ["兵士"]),
        (Wildcard("t[r]*"), []),
        (Fuzzy("troops", 1), ["troop", "troops", "trops", "torops"]),
        (Fuzzy("troops", 2), ["troop", "troops", "trooped", "trops", "torops"]),
    ],
)
def test_terms(leaf: Prefix | Wildcard | Fuzzy, fitting: list[str]) -> None:
    fits = fits_term(leaf)
    assert [term for term in TERMS if fits(term)] == fitting


@pytest.mark.parametrize(
    ("a", "b", "edits"),
    [
        ("", "", 0),
        ("", "ab", 2),
        ("ab", "ba", 1),
        ("abc", "cba", 2),
        ("ca", "abc", 3),  # swapped letters are not edited again
        ("kitten", "sitting", 3),
        ("abcd", "badc", 2),
    ],
)
def test_edits(a: str, b: str, edits: int) -> None:
    assert [most for most in range(5) if within_edits(a, b, most)] == list(range(edits, 5))


def test_edits_as_they_are_defined() -> None:
    @cache
    def distance(a: str, b: str) -> int:
        if not a or not b:
            return len(a) + len(b)
        best = min(
            distance(a[:-1], b) + 1,
            distance(a, b[:-1]) + 1,
            distance(a[:-1], b[:-1]) + (a[-1] != b[-1]),
        )
        if a[-2:] == b[-2:][::-1] and len(a) > 1 < len(b):
            best = min(best, distance(a[:-2], b[:-2]) + 1)
        return best

    words = ["".join(w) for size in range(5) for w in itertools.product("ab", repeat=size)]
    words += ["".join(w) for w in itertools.permutations("abcd")]
    for a, b in itertools.product(words, repeat=2):
        for most in (1, 2):
            assert within_edits(a, b, most) == (distance(a, b) <= most), (a, b, most)


def document(**changes: object) -> Document:
    base = Document(
        path="notes/News/2024-10 Korea.TXT",
        title="",
        encoding="gb18030",
        media_type="text/plain",
        language="zh-Hant",
        fields=(("date", "Mon, 21 Oct 2024"), ("author", "Kim"), ("author", "Lee")),
    )
    return base.replace(**changes)


FITTING = [
    Filter("path", "news"),
    Filter("path", "KOREA.txt"),
    Filter("path", "es/ne"),
    Filter("path", "*.txt"),
    Filter("path", "*"),
    Filter("path", "news/*"),
    Filter("path", "notes/*"),
    Filter("path", "2024-1? *"),
    Filter("path", "2024-[01][!1-9]*"),
    Filter("path", "*/news/*"),
    Filter("path", "./notes"),
    Filter("path", "./notes/"),
    Filter("path", "./notes/news/2024*.txt"),
    Filter("path", "./*/news"),
    Filter("path", "./."),
    Filter("type", "text/plain"),
    Filter("type", "text/*"),
    Filter("type", "plain"),
    Filter("type", "txt"),
    Filter("type", "t?t"),
    Filter("type", "text"),
    Filter("lang", "zh"),
    Filter("lang", "zh-hant"),
    Filter("lang", "zh*"),
    Filter("encoding", "GB-18030"),
    Filter("encoding", "gb*"),
    Filter("author", "kim"),
    Filter("author", "l*"),
    Filter("date", "2024-1?-*"),
    Range("date", "2024", "2024"),
    Range("date", "2024-10-21", "2024-10-21"),
    Range("date", "2024-10", "2024-12"),
    Range("date", "", "2024-10"),
    Range("date", "2023", ""),
    Range("date", "2023", "", low_inclusive=False),
    Range("date", "", "2025", high_inclusive=False),
    Range("author", "A", "Kz"),
]

NOT_FITTING = [
    Filter("path", "korea.pdf"),
    Filter("path", "./news"),
    Filter("path", "./note"),
    Filter("path", "./*.pdf"),
    Filter("path", "./notes/news/2024-10 korea.txt/"),
    Filter("path", "*.tx"),
    Filter("path", "ews/*"),
    Filter("path", "news[]*"),
    Filter("path", "[z-a]*"),
    Filter("type", "pdf"),
    Filter("type", "te"),
    Filter("type", "mail"),
    Filter("type", "md"),
    Filter("lang", "z"),
    Filter("lang", "hant"),
    Filter("encoding", "gb"),
    Filter("author", "ki"),
    Filter("editor", "*"),
    Range("date", "2025", ""),
    Range("date", "2024-10", "", low_inclusive=False),
    Range("date", "", "2024-10", high_inclusive=False),
    Range("date", "", "2024-09"),
    Range("editor", "", ""),
]


@pytest.mark.parametrize("leaf", FITTING, ids=repr)
def test_a_document_passes(leaf: Filter | Range) -> None:
    assert fits_document(leaf)(document())


@pytest.mark.parametrize("leaf", NOT_FITTING, ids=repr)
def test_a_document_does_not_pass(leaf: Filter | Range) -> None:
    assert not fits_document(leaf)(document())


@pytest.mark.parametrize(
    ("path", "media_type", "names"),
    [
        ("a.eml", "message/rfc822", ["mail", "eml", "rfc822", "message/*"]),
        ("a.mbox", "application/mbox", ["mail", "mbox"]),
        ("a.markdown", "text/markdown", ["md", "markdown"]),
        ("a.zip", "text/markdown", ["md", "archive", "zip"]),
        ("a.pyi", "text/x-source", ["py", "code", "source", "pyi"]),
        ("Makefile", "text/plain", ["make", "text", "plain"]),
        ("a.tsv", "text/tab-separated-values", ["csv", "table", "tsv"]),
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
         ["docx", "word", "WORD"]),
    ],
)  # fmt: skip
def test_types_have_names(path: str, media_type: str, names: list[str]) -> None:
    typed = document(path=path, media_type=media_type)
    assert [name for name in names if not fits_document(Filter("type", name))(typed)] == []
    assert not fits_document(Filter("type", "html"))(typed)


def test_a_document_without_a_date_is_in_no_range() -> None:
    for fields in ((), (("date", "yesterday"),), (("author", "2024-10-21"),)):
        undated = document(fields=fields)
        assert not fits_document(Range("date", "", ""))(undated)
        assert not fits_document(Filter("date", "*"))(undated)


def test_a_set_may_hold_anything() -> None:
    odd = document(path="a/-]^&~|.x")
    for pattern in ("[-]*", "[a-]*", "?[]]*", "??[*^]*", "???[&&||~~]*", "*[!a--]x"):
        assert fits_document(Filter("path", pattern))(odd), pattern


def test_many_stars_take_no_longer_than_few() -> None:
    leaf: Query = Filter("path", "*a" * 500 + "*b")
    assert not fits_document(leaf)(document(path="a" * 2000))


@pytest.mark.parametrize(
    ("places", "possible"),
    [
        ([[1], [2]], True),
        ([[1], [1]], False),
        ([[1, 2], [1], [2, 3]], True),
        ([[1, 2], [1, 2], [1, 2]], False),
        ([[1], []], False),
    ],
)
def test_a_place_of_its_own_for_each(places: list[list[int]], possible: bool) -> None:
    assert can_choose(places) == possible


@pytest.mark.parametrize(
    ("path", "pattern", "fits"),
    [
        ("app/[id].tsx", "[id].tsx", True),
        ("app/my-[id].tsx", "[id]", True),
        ("app/[id]/page.tsx", "[id]/*", True),
        ("app/i/page.tsx", "[id]/*", True),
        ("app/[id].tsx", "./app/[id].tsx", True),
        ("app/i.tsx", "./app/[id].tsx", True),
        ("app/ii.tsx", "[id].tsx", False),
        ("cafe\u0301/a.txt", "CAF\u00c9", True),
        ("caf\u00e9/a.txt", "cafe\u0301/*", True),
        ("cafe/a.txt", "caf\u00e9", False),
        ("/mnt/a.txt", ".//mnt", True),
        ("/mnt/a.txt", "./.", False),
        ("notes/a.md", "**/notes", True),
        ("old/notes/a.md", "**/NOTES", True),
        ("old/notes/a.md", "**/notes/", True),
        ("old/notes", "**/notes", True),
        ("old/notes", "**/notes/", False),
        ("old/my-notes/a.md", "**/notes", False),
        ("a.md", "**/*.md", True),
        ("x.md/a.txt", "**/*.md", True),
        ("a.mdx", "**/*.md", False),
    ],
)
def test_paths_with_brackets_and_accents(path: str, pattern: str, fits: bool) -> None:
    assert fits_document(Filter("path", pattern))(document(path=path)) is fits
