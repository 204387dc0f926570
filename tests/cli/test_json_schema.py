"""The JSON Schema of hits: all hits are valid, and docs/json.md has every key."""

from __future__ import annotations

import json
import re
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from running import Cli

SCHEMA = json.loads(files("seedsearch").joinpath("render/hit.schema.json").read_text("utf-8"))
PAGE = Path(__file__).parents[2] / "docs" / "json.md"


@pytest.fixture
def mixed(cli: Cli, folder: Path) -> Cli:
    for name in ("a.txt", "copy.txt"):
        (folder / name).write_text("The harbour of Wonsan froze over.\n")
    (folder / "b.md").write_text("---\nauthor: Ann\n---\n# Harbour\n\nA harbour.\n")
    (folder / "t.txt").write_text("The harbour is grÃ¼n, itâ€™s grÃ¶ÃŸer.\n")
    (folder / "r.jsonl").write_text('{"id":"7","text":"harbour"}\n')
    with zipfile.ZipFile(folder / "z.zip", "w") as archive:
        archive.writestr("in.txt", "A harbour inside.\n")
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    (folder / "a.txt").write_text("Something else.\n")
    return cli


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "arguments",
    [
        ("-k0", "harbour"),
        ("-k0", "--all-copies", "harbour"),
        ("-k0", "--explain", "harbour OR author:ann"),
        ("--by", "document", "harbour"),
        ("--relax", '"frozen harbour"'),
        ("-f", "queries"),
        ("path:*",),
        ("--in", "z.zip", "harbour"),
    ],
)
def test_hits_are_valid(mixed: Cli, folder: Path, arguments: tuple[str, ...]) -> None:
    (folder / "queries").write_text("q1\tharbour\n")
    lines = mixed("query", "--json", *arguments).out.splitlines()
    assert lines
    validator = Draft202012Validator(SCHEMA)
    for line in lines:
        hit = json.loads(line)
        assert [error.message for error in validator.iter_errors(hit)] == []
        order = [key for key in SCHEMA["properties"] if key in hit]
        assert list(hit) == order


def test_letters_that_were_encoded_twice_are_told(mixed: Cli) -> None:
    hits = [json.loads(line) for line in mixed("query", "--json", "grün").out.splitlines()]
    assert [(hit["path"], hit["encoded_twice"]) for hit in hits] == [("t.txt", True)]


def test_a_wrong_hit_is_not_valid(mixed: Cli) -> None:
    hit = json.loads(mixed("query", "--json", "harbour").out.splitlines()[0])
    validator = Draft202012Validator(SCHEMA)
    assert not validator.is_valid({**hit, "line": "3"})
    assert not validator.is_valid({**hit, "new": 1})
    del hit["snippet"]
    assert not validator.is_valid(hit)


def test_the_page_describes_every_key() -> None:
    described = re.findall(
        r"^\| `(\w+)` \| (always|if there is one) \| (.+) \|$", PAGE.read_text("utf-8"), re.M
    )
    expected = [
        (name, "always" if name in SCHEMA["required"] else "if there is one", value["description"])
        for name, value in SCHEMA["properties"].items()
    ]
    assert described == expected
