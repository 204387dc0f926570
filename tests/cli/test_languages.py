"""Documents in several languages: found without naming a language, listed, and filtered by `lang:`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Cli

GERMAN = """Die Fähre verlässt den Hafen um sechs Uhr, und der Kapitän sagte, dass sie nicht zu spät sein wird,
weil es auf dem Meer keinen Wind gibt und die anderen Boote schon da sind. Die Häuser am Hafen sind alt.
"""
ENGLISH = """The ferry leaves the harbour at six, and the captain said that it would not be late, because there is
no wind on the bay and the other boats have been in for an hour. The Hafen bar is open.
"""
KOREAN = "배는 여섯 시에 항구를 떠난다. 선장은 늦지 않을 것이라고 말했다.\n"
TRADITIONAL = "金正恩訪問越南，與當地領導人討論經濟發展的問題，兩國發表了聯合聲明。\n"
JAPANESE = "両国の経済は発展している。首相は来月ベトナムを訪問する。\n"


@pytest.fixture
def docs(cli: Cli, folder: Path) -> Path:
    made = folder / "docs"
    made.mkdir()
    (made / "de.txt").write_text(GERMAN)
    (made / "en.txt").write_text(ENGLISH)
    (made / "ja.txt").write_text(JAPANESE)
    (made / "ko.txt").write_text(KOREAN)
    (made / "zh.txt").write_text(TRADITIONAL)
    (made / "short.txt").write_text("Hafen\n")
    records = [{"id": "1", "text": GERMAN}, {"id": "2", "text": KOREAN}]
    (made / "mixed.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
    cli("index", "docs")
    return made


def files(cli: Cli, *query: str) -> list[str]:
    return sorted(line.removeprefix("docs/") for line in cli("query", "-l", *query).out.split())


def test_status_names_the_languages(cli: Cli, docs: Path) -> None:
    assert "\nlanguages   de 2, ko 2, unknown 1, en 1, ja 1, zh 1\n" in cli("status").out
    assert json.loads(cli("status", "--json").out)["languages"] == {
        "de": 2, "ko": 2, "unknown": 1, "en": 1, "ja": 1, "zh": 1,
    }  # fmt: skip
    assert cli("status", "--languages").out.splitlines() == [
        "        2  de       docs/de.txt, docs/mixed.jsonl",
        "        2  ko       docs/ko.txt, docs/mixed.jsonl",
        "        1  unknown  docs/short.txt",
        "        1  en       docs/en.txt",
        "        1  ja       docs/ja.txt",
        "        1  zh       docs/zh.txt",
    ]
    assert json.loads(cli("status", "--languages", "--json").out) == {
        "schema": "seedsearch.languages/1",
        "languages": {"de": 2, "ko": 2, "unknown": 1, "en": 1, "ja": 1, "zh": 1},
    }


def test_hits_name_their_language(cli: Cli, docs: Path) -> None:
    hits = map(json.loads, cli("query", "--json", "--all-copies", "Hafen").out.splitlines())
    assert {(hit["path"], hit["id"], hit.get("language")) for hit in hits} == {
        ("docs/de.txt", None, "de"),
        ("docs/mixed.jsonl", "1", "de"),
        ("docs/en.txt", None, "en"),
        ("docs/short.txt", None, None),
    }


def test_filtered_by_language(cli: Cli, docs: Path) -> None:
    assert files(cli, "Hafen") == ["de.txt", "en.txt", "mixed.jsonl", "short.txt"]
    assert files(cli, "Hafen lang:de") == ["de.txt", "mixed.jsonl"]
    assert files(cli, "Hafen -lang:de") == ["en.txt", "short.txt"]
    assert files(cli, "lang:KO") == ["ko.txt", "mixed.jsonl"]
    assert files(cli, "lang:ko AND path:*.jsonl") == ["mixed.jsonl"]
    assert cli("query", "Hafen lang:fr").code == 1


def test_traditional_simplified_and_japanese_forms_are_one(cli: Cli, docs: Path) -> None:
    for query in ('"访问越南"', '"訪問越南"', '"发展的问题"', '"發展的問題"', "聯合声明"):
        assert files(cli, query) == ["zh.txt"], query
    for query in ("经济", "經濟", "経済"):
        assert files(cli, query) == ["ja.txt", "zh.txt"], query
    hit = json.loads(cli("query", "--json", "发表", "lang:zh").out)
    assert [hit["text"][start:end] for start, end in hit["highlights"]] == ["發表"]


def test_full_width_and_half_width_are_one(cli: Cli, docs: Path) -> None:
    assert files(cli, "ﾍﾞﾄﾅﾑ") == ["ja.txt"]
    assert files(cli, "Ｈａｆｅｎ lang:en") == ["en.txt"]


TURKISH = """Belediye başkanı bu sabah yeni köprü için bir anlaşma imzaladı ve bunun şehir için çok önemli olduğunu
söyledi. Ama halk daha fazla bilgi istiyor, çünkü köprü ile ilgili her şey gizli kaldı. Güzel günler geldi.
"""
FRENCH = """La ville a été privée d'électricité pendant trois heures, et les habitants ne savaient pas pourquoi. Les
résumés de la réunion sont dans les dossiers que le maire a remis aux élus après leur arrivée.
"""


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("gün", ["tr.txt"]),
        ("günleri", ["tr.txt"]),
        ("gunler", ["tr.txt"]),
        ("=günler", ["tr.txt"]),
        ("electricite", ["fr.txt"]),
        ("électricités", ["fr.txt"]),
        ("arrivé", ["fr.txt"]),
        ('"sont arrives"~40', ["fr.txt"]),
        ("resume*", ["fr.txt"]),
        ("electron", []),
    ],
)
def test_words_are_stemmed_as_they_are_spelt(
    cli: Cli, folder: Path, query: str, found: list[str]
) -> None:
    made = folder / "docs"
    made.mkdir()
    (made / "tr.txt").write_text(TURKISH)
    (made / "fr.txt").write_text(FRENCH)
    cli("index", "docs")
    assert files(cli, query) == found
    if found and "*" not in query:
        shown = json.loads(cli("query", "--json", "--explain", query).out.splitlines()[0])
        assert shown["highlights"]


def test_a_word_in_the_other_kana_is_a_weaker_match(cli: Cli, folder: Path) -> None:
    made = folder / "docs"
    made.mkdir()
    (made / "a.txt").write_text("わがはいは猫である。\n")
    (made / "b.txt").write_text("ワガハイは猫である。\n")
    cli("index", "docs")
    assert cli("query", "-l", "ワガハイ").out == "docs/b.txt\ndocs/a.txt\n"
    assert cli("query", "-l", "わがはい").out == "docs/a.txt\ndocs/b.txt\n"
    assert cli("query", "-l", "=ワガハイ").out == "docs/b.txt\n"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("má", "2 1 3"),
        ("mã", "3 1 2"),
        ("péché", "5 4"),
        ("pêches", "4 5"),
        ("péché maire", "5 4"),
        ("+péché AND maire", "5 4"),
    ],
)
def test_the_same_accents_come_first(cli: Cli, folder: Path, query: str, found: str) -> None:
    made = folder / "docs"
    made.mkdir()
    (made / "1").write_text("ma ma ma và người bạn của tôi ở đây\n")
    (made / "2").write_text("Má tôi đi chợ mua rau và cá với người bạn\n")
    (made / "3").write_text("Con mã chạy rất nhanh qua cánh đồng cỏ\n")
    (made / "4").write_text(FRENCH + "Le maire parlait de la pêche, de la pêche.\n")
    (made / "5").write_text(FRENCH + "Un péché.\n")
    cli("index", "docs")
    assert cli("query", "-l", query).out.replace("docs/", "").split() == found.split()
    assert "spelt" not in cli("query", "--json", "--explain", query).out
