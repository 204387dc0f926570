"""Synonyms on the command line: `query --synonyms`, and `synonyms` in seedsearch.toml."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Cli, shell

import seedsearch

NAMES = """\
# People
Kim Jong Un, 金正恩, 김정은, Ким Чен Ын
DPRK => North Korea
"""


@pytest.fixture
def notes(cli: Cli, folder: Path) -> Cli:
    (folder / "en.txt").write_text("Kim Jong-un visited the north of North Korea.\n")
    (folder / "ko.txt").write_text("김정은 위원장이 방문했다.\n")
    (folder / "zh.txt").write_text("金正恩訪問了平壤。\n")
    (folder / "ru.txt").write_text("Ким Чен Ын посетил завод.\n")
    (folder / "dprk.txt").write_text("The DPRK said nothing.\n")
    (folder / "names.syn").write_text(NAMES)
    (folder / ".seedsearchignore").write_text("*.syn\n*.toml\n")
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    return cli


def files(out: str) -> list[str]:
    return sorted(line.split(":")[0] for line in out.splitlines())


ALL = ["en.txt", "ko.txt", "ru.txt", "zh.txt"]


@pytest.mark.parametrize("name", ["Kim Jong Un", "金正恩", "김정은", "Ким Чен Ын", '"kim jong un"'])
def test_any_name_finds_all(notes: Cli, name: str) -> None:
    assert files(notes("query", "--synonyms", "names.syn", name).out) == ALL


def test_instead_of(notes: Cli) -> None:
    assert files(notes("query", "DPRK").out) == ["dprk.txt"]
    assert files(notes("query", "--synonyms", "names.syn", "DPRK").out) == ["en.txt"]
    assert files(notes("query", "--synonyms", "names.syn", "=DPRK").out) == ["dprk.txt"]


def test_the_names_are_lit_and_explained(notes: Cli) -> None:
    out = notes("query", "--synonyms", "names.syn", "--json", "--explain", "김정은").out
    hits = {hit["path"]: hit for hit in map(json.loads, out.splitlines())}
    lit = {path: [hit["text"][a:b] for a, b in hit["highlights"]] for path, hit in hits.items()}
    assert lit["zh.txt"] == ["金正恩"]
    assert lit["en.txt"] == ["Kim", "Jong", "un"]
    for path in ("en.txt", "ru.txt", "zh.txt"):
        (part,) = hits[path]["explain"]["parts"]  # only one name counts
        assert part["score"] == pytest.approx(hits[path]["score"], abs=1e-9)
    (part,) = hits["en.txt"]["explain"]["parts"]
    assert (part["kind"], part["query"]) == ("phrase", '"kim jong un"')


def test_configured_beside_the_index(
    notes: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "lists").mkdir()
    (folder / "names.syn").rename(folder / "lists" / "names.syn")
    (folder / "seedsearch.toml").write_text('[query]\nsynonyms = "lists/names.syn"\n')
    (folder / "below").mkdir()
    monkeypatch.chdir(folder / "below")
    assert files(notes("query", "金正恩").out) == [f"../{name}" for name in ALL]
    assert files(notes("query", "--no-synonyms", "金正恩").out) == ["../zh.txt"]
    # Every query reads the file.
    (folder / "lists" / "names.syn").write_text("金正恩, DPRK\n")
    assert files(notes("query", "金正恩").out) == ["../dprk.txt", "../zh.txt"]
    (folder / "lists" / "names.syn").unlink()
    ended = notes("query", "金正恩")
    assert (ended.code, ended.out) == (2, "")
    assert "lists/names.syn: No such file or directory: " in ended.err
    assert notes("query", "--no-synonyms", "金正恩").code == 0


def test_errors(notes: Cli, folder: Path) -> None:
    (folder / "bad.syn").write_text("a, b\nc => d => e\n")
    ended = notes("query", "--synonyms", "bad.syn", "DPRK")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("seedsearch: bad.syn:2: more than one => in a line: write it like ")
    (folder / "bad.syn").write_bytes(b"a, b\n\ncaf\xe9, tea\n")
    assert notes("query", "--synonyms", "bad.syn", "DPRK").err == (
        "seedsearch: bad.syn:3: not UTF-8: save the file as UTF-8\n"
    )
    (folder / "seedsearch.toml").write_text("[query]\nsynonyms = 3\n")
    assert "query.synonyms must be the path of a file" in notes("query", "DPRK").err


def test_without_an_index_too(notes: Cli) -> None:
    assert files(notes("query", "--in", ".", "--synonyms", "names.syn", "金正恩").out) == ALL


def test_a_pipe_will_do(notes: Cli, folder: Path) -> None:
    ended = shell("seedsearch query -l --synonyms <(echo 'DPRK, 평양, 平壤') DPRK", folder=folder)
    assert sorted(ended.stdout.split()) == ["dprk.txt", "zh.txt"]


def test_from_python(notes: Cli, folder: Path) -> None:
    with seedsearch.open_index(folder) as index:
        assert index.search("金正恩").total == 1
        assert index.search("金正恩", synonyms=folder / "names.syn").total == 4
