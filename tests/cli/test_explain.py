"""`--explain` on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from running import Cli


@pytest.fixture
def notes(cli: Cli, folder: Path) -> Cli:
    (folder / "a.md").write_text(
        "# Coal\n\nTroops left the port. A troop stayed at the port of Najin.\n"
    )
    (folder / "b.md").write_text("# Tea\n\nTea came by the port.\n")
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    return cli


def hits(ended: Any) -> list[dict[str, Any]]:
    assert ended.code == 0
    return [json.loads(line) for line in ended.out.splitlines()]


@pytest.mark.parametrize(
    "query",
    ["troops", "port OR coal", '+port "port of Najin"^3', '"Najin troops"~9', "po* tro?p fuzzy~ najn~1",
     "title:coal =port -tea", "path:*.md port"],
)  # fmt: skip
def test_parts_add_up_to_the_score(notes: Cli, query: str) -> None:
    for hit in hits(notes("query", "--explain", "--json", "--", query)):
        parts = hit["explain"]["parts"]
        assert sum(part["score"] for part in parts) == pytest.approx(hit["score"], abs=1e-9)
        for part in parts:
            for inner in part.get("parts", []):
                assert inner["boost"] == part["boost"]


def test_a_part_says_what_was_found(notes: Cli) -> None:
    (hit,) = hits(notes("query", "--explain", "--json", "troops"))
    (part,) = hit["explain"]["parts"]
    score, weight = part.pop("score"), part.pop("weight")
    assert score > 0
    assert weight > 0
    assert part == {
        "kind": "word",
        "query": "troops",
        "boost": 1.0,
        "tf": 2,
        "df": 1,
        "terms": [
            {"term": "troop", "body": 1, "title": 0},
            {"term": "troops", "body": 1, "title": 0},
        ],
    }
    assert hit["explain"]["passages"] == 2


def test_without_it_there_is_no_explanation(notes: Cli) -> None:
    (hit,) = hits(notes("query", "--json", "troops"))
    assert "explain" not in hit


def test_a_small_tree_under_the_hit(notes: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out = notes("query", "--explain", "--pretty", '"port of" troops').out
    plain = re.sub(r"\x1b\[[0-9;]*m", "", out)
    figures = re.sub(r"\d+\.\d+|(?<=length )\d+", "#", plain)
    assert figures.splitlines()[-5:] == [
        '    # = # "port of" + # troops; length #, # on average',
        '    ├ #  "port of"',
        "    │ ├ #  =port: port 2; tf 2, in 2 of 2 passages, weight #",
        "    │ └ #  =of: of 1; tf 1, in 1 of 2 passages, weight #",
        "    └ #  troops: troop 1, troops 1; tf 2, in 1 of 2 passages, weight #",
    ]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ([], "--explain has no effect in a pipe: add --json, or --pretty"),
        (["-0"], "--explain has no effect with -0: add --json, or --pretty"),
        (["-l"], "--explain and -l cannot be combined: use one of them"),
        (["-c"], "--explain and -c cannot be combined: use one of them"),
    ],
)
def test_records_have_no_place_for_it(notes: Cli, form: list[str], said: str) -> None:
    assert notes("query", "--explain", *form, "troops") == (2, "", f"seedsearch: {said}\n")


def test_passages_like_one_are_explained_too(notes: Cli) -> None:
    (hit,) = hits(notes("similar", "--explain", "--json", "a.md:3"))
    assert [part["query"] for part in hit["explain"]["parts"]] == ["port"]
    assert hit["explain"]["parts"][0]["boost"] > 1
