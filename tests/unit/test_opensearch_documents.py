"""What goes to a cluster: documents that hold any text, and queries that say whether they are exact."""

from __future__ import annotations

import json

import pytest

from seedsearch.analysis import Analyzer
from seedsearch.engine.base import DocumentText
from seedsearch.engine.opensearch.batches import action_of
from seedsearch.engine.opensearch.mapping import (
    Encoder,
    Stored,
    file_document,
    loaded_file,
    passages_of,
    stored_in,
)
from seedsearch.engine.opensearch.marks import pattern_of, term_set
from seedsearch.engine.opensearch.streams import new_cutter
from seedsearch.engine.opensearch.translation import translate
from seedsearch.engine.opensearch.vocabulary import Vocabulary, Word, words_of
from seedsearch.model import Document, FileState, PassageSpan
from seedsearch.query.analyse import analyse
from seedsearch.query.ast import And, Filter, Fuzzy, Leaf, Not, Or, Prefix, Term, Wildcard
from seedsearch.query.parse import parse

ANALYZER = Analyzer()
ODD = "Ein \udcff Satz, 沒有 \x00\x01\x02 und \u2028 mehr."


def stored(text: str, **known: object) -> Stored:
    about = Document(path="a \udcff/ü.txt", title="Titel \ud800", encoding="utf-8").replace(**known)
    spans = [PassageSpan(0, len(text), 1, 2, 3, 4, 5, "Kapitel")]
    (made,) = passages_of(DocumentText(about, text, spans), 7, "key")
    return made


@pytest.mark.parametrize(
    "known",
    [
        {"fields": (("date", "2024-05-31"), ("author", "K\udcffm"))},
        {"language": "de", "id": "1", "member": "m", "confidence": 0.5, "errors": "replace"},
        {"fields": (("", ","), ("city", ""), ("price", ""))},
    ],
)
def test_a_passage_comes_back_from_the_bytes_that_were_sent(known: dict[str, object]) -> None:
    sent = stored(ODD, **known)
    (document,) = Encoder(new_cutter()).documents([sent])
    line = action_of("1", document).decode().split("\n")[1]
    back = stored_in(json.loads(line)["record"], {})
    assert back._replace(length=0) == sent
    assert back.length > 0


def test_a_file_comes_back_from_the_bytes_that_were_sent() -> None:
    sent = FileState("\udcff", 1, 2, 3, b"12345678~", "in part: \ud800")
    line = action_of("1", file_document(sent)).decode().split("\n")[1]
    assert loaded_file(json.loads(line)["record"]) == sent


def test_a_stem_with_other_accents_counts_once() -> None:
    found = term_set(analysed("hauser"), {"de", "en"}, ANALYZER)  # type: ignore[arg-type]
    assert len(set(found.marks)) == len(found.marks)
    assert {mark[0] for mark in found.marks} == {"h", "<", "^"}
    assert all(mark[0] == "&" for mark in found.twice)


def analysed(text: str) -> object:
    return analyse(parse(text), ANALYZER)


@pytest.mark.parametrize(
    ("text", "is_exact"),
    [
        ("fox hen", True),
        ('"red fox" -hen', True),
        ("title:fox path:*.txt type:py lang:de encoding:utf8", True),
        ("fox date:2024..2025", True),
        ("fox path:**/*.txt -path:**/old/", True),
        ("fox path:[ab].txt", False),
        ('"red fox"~3', False),
        ('"red fo*"', False),
        ("=résumé", False),
    ],
)
def test_what_the_cluster_cannot_test_is_tested_here(text: str, is_exact: bool) -> None:
    def marks(leaf: Leaf) -> object:
        return term_set(leaf, {"en"}, ANALYZER)  # type: ignore[arg-type]

    plan = translate(analysed(text), marks)  # type: ignore[arg-type]
    assert plan.is_exact is is_exact
    assert json.dumps(plan.query)


def test_only_what_is_exact_is_excluded_by_the_cluster() -> None:
    field, fox = Filter("author", "kim"), Term("fox")
    for tree in (And((fox, field)), And((fox, Not(field))), Not(Or((field, fox)))):
        plan = translate(tree, lambda leaf: term_set(leaf, (), ANALYZER))  # type: ignore[arg-type]
        assert not plan.is_exact
        excluded = plan.query["bool"]["must_not"]
        assert excluded == []


def test_the_patterns_of_terms() -> None:
    assert pattern_of(Prefix("u.n")) == r"u\.n.*"
    assert pattern_of(Wildcard("a?b*")) == "a.b.*"
    assert pattern_of(Fuzzy("fox", 1)) == ".{2,4}"


def test_the_words_of_a_removal_leave_those_of_other_passages() -> None:
    added, removed = Vocabulary(), Vocabulary()
    added.add("en", ["fox", "hen", "fox"], ["fox"])
    added.add("de", ["fox"], [])
    removed.add("en", ["fox", "hen", "fox"], ["fox"])
    blocks = [*added.blocks(), *removed.blocks(-1)]
    assert [block["language"] for block in blocks] == ["", "de", ""]
    assert words_of(block["record"] for block in blocks[:2]) == [
        Word("fox", 2, 1, 3, 1),
        Word("hen", 1, 0, 1, 0),
    ]
    assert words_of(block["record"] for block in blocks) == [Word("fox", 1, 0, 1, 0)]
