"""Counting and comparing what matches: `facets`, `query --timeline`, `query --kwic` and `keywords`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from running import Cli, environment, on_terminal

from seedsearch.render.cells import display_width

MAIL = "From: Ann <ann@example.org>\nSubject: Port\nDate: Mon, 6 May 2024 10:00:00 +0000\n\n{}\n"
NOTE = "---\ndate: {}\nauthor: Ann\n---\n\n# Port\n\n{}\n"


@pytest.fixture
def mixed(cli: Cli, folder: Path) -> Cli:
    (folder / "notes" / "old").mkdir(parents=True)
    (folder / "notes" / "a.md").write_text(NOTE.format("2024-05-03", "The harbour froze."))
    (folder / "notes" / "old" / "b.md").write_text(NOTE.format("2021", "A harbour of coal."))
    (folder / "m.eml").write_text(MAIL.format("The harbour is open."))
    (folder / "t.csv").write_text("name,city,date\nann,harbour,2023-01-02\nbo,Rome,2023-04-05\n")
    (folder / "plain.txt").write_text("A harbour.\n")
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    return cli


# ------------------------------------------------------------------------------ facets


def test_facets_count_passages_by_what_all_documents_have(mixed: Cli) -> None:
    code, out, err = mixed("facets", "froze", "OR", "coal", "OR", "open")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "folder\tnotes/\t2",
        "folder\t./\t1",
        "type\tmd\t2",
        "type\tmail\t1",
        "language\ten\t3",
        "year\t2024\t2",
        "year\t2021\t1",
        "from\tAnn <ann@example.org>\t1",
        "from\t\t2",
        "author\tAnn\t2",
        "author\t\t1",
    ]


def test_facets_by_a_field_count_rows_of_tables(mixed: Cli) -> None:
    assert mixed("facets", "--by", "city", "harbour", "-t", "csv").out == "city\tharbour\t1\n"
    assert mixed("facets", "--by", "year", "-k1", "-t", "csv").out == "year\t2023\t2\n"
    (line,) = mixed("facets", "--by", "type", "--json", "-t", "md").out.splitlines()
    assert json.loads(line) == {
        "schema": "seedsearch.facet/1", "facet": "type", "value": "md", "passages": 2
    }  # fmt: skip
    assert mixed("facets", "--by", "author", "open") == (
        0,
        "",
        "",
    )  # no document that matches has it


def test_facets_below_a_folder_begin_there(mixed: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert mixed("facets", "--by", "folder", "--", "harbour").out.startswith("folder\t")
    assert mixed("facets", "harbour", "--by=folder", "--", "notes").out == (
        "folder\tnotes/\t1\nfolder\tnotes/old/\t1\n"
    )
    monkeypatch.chdir("notes")
    assert mixed("facets", "--here", "--by=folder").out == "folder\t./\t1\nfolder\told/\t1\n"


def test_facets_of_nothing_and_of_unknown_fields(mixed: Cli) -> None:
    assert mixed("facets", "xyzzy") == (1, "", "")
    code, out, err = mixed("facets", "--by", "autor")
    assert (code, out) == (2, "")
    assert "did you mean author?" in err


def test_facets_on_a_terminal_have_bars_and_fit(mixed: Cli, folder: Path) -> None:
    command: list[str | bytes] = [sys.executable, "-m", "seedsearch", "facets", "harbour"]
    env = environment(TERM="dumb")
    code, out = on_terminal(command, folder=folder, env=env, columns=30)
    lines = out.decode().split("\r\n")
    assert code == 0
    assert any("█" in line for line in lines)
    assert max(map(display_width, lines)) <= 30
    ascii_only = environment(TERM="dumb", PYTHONIOENCODING="ascii")
    _, out = on_terminal(command, folder=folder, env=ascii_only)
    assert b"####" in out


# ------------------------------------------------------------------------------ time


def test_a_timeline_counts_by_date(mixed: Cli) -> None:
    code, out, err = mixed("query", "--timeline", "harbour")
    assert (code, err) == (0, "")
    assert out == "2021\t1\n2022\t0\n2023\t1\n2024\t2\n\t1\n"
    out = mixed("query", "--timeline", "harbour", "-g", "!plain.txt", "-g", "!old").out
    assert out.splitlines()[0] == "2023-01\t1"
    assert out.splitlines()[-1] == "2024-05\t2"
    assert len(out.splitlines()) == 17
    days = mixed("query", "--timeline", "froze OR open").out.splitlines()
    assert "2024-05-03\t1" in days
    assert "2024-05-04\t0" in days
    assert "2024-05-06\t1" in days
    objects = [
        json.loads(line)
        for line in mixed("query", "--timeline", "--json", "harbour").out.splitlines()
    ]
    assert objects[0] == {
        "schema": "seedsearch.period/1", "unit": "year", "period": "2021", "passages": 1
    }  # fmt: skip
    assert objects[-1]["period"] is None
    assert mixed("query", "--timeline", "xyzzy") == (1, "", "")


def test_days_of_a_timeline_begin_and_end_with_a_match(mixed: Cli) -> None:
    days = mixed("query", "--timeline", "froze OR open").out.splitlines()
    counted = [line for line in days if line.startswith("2")]
    assert counted[0].split("\t")[1] != "0" != counted[-1].split("\t")[1]


def test_facets_are_given_one_by_one(mixed: Cli) -> None:
    assert mixed("facets", "--by", "type,year", "harbour") == (
        2, "", "seedsearch: no field is called type,year: give each field an option of its own\n"
    )  # fmt: skip


def test_a_timeline_is_no_list_of_hits(mixed: Cli, folder: Path) -> None:
    (folder / "q").write_text("harbour\n")
    assert mixed("query", "--timeline", "-l", "harbour").code == 2
    assert mixed("query", "--timeline", "-f", "q").code == 2
    assert mixed("query", "--timeline", "--kwic", "harbour").code == 2
    assert mixed("query", "--timeline", "-q", "harbour") == (0, "", "")


# ------------------------------------------------------------------------------ concordance


def test_a_concordance_has_a_line_for_each_match(cli: Cli, folder: Path) -> None:
    (folder / "a.txt").write_text(
        "Zebras see a red fox. Then\nanother red fox ran, and a Fox sat.\n"
    )
    cli("index", "-q", ".")
    code, out, err = cli("query", "--kwic", "fox")
    assert (code, err) == (0, "")
    assert [line.split("\t")[1:4] for line in out.splitlines()] == [
        ["2", "Zebras see a red fox. Then another red ", "fox"],
        ["2", "Zebras see a red fox. Then another red fox ran, and a ", "Fox"],
        ["1", "Zebras see a red ", "fox"],
    ]  # by the words after them
    by_left = [
        line.split("\t")[2].split()[-1]
        for line in cli("query", "--kwic", "--sort", "left", "fox").out.splitlines()
    ]
    assert by_left == ["a", "red", "red"]
    as_they_are = cli("query", "--kwic", "--sort", "score", "fox").out.splitlines()
    assert [line.split("\t")[1] for line in as_they_are] == ["1", "2", "2"]
    whole = cli("query", "--kwic", "-M0", '"red fox"').out.splitlines()
    assert [line.split("\t")[3] for line in whole] == ["red fox"] * 2  # one match
    narrow = cli("query", "--kwic", "-M20", "fox").out.splitlines()
    assert all(len("".join(line.split("\t")[2:])) <= 20 for line in narrow)
    first = json.loads(cli("query", "--kwic", "--json", "fox").out.splitlines()[0])
    assert {name: first[name] for name in ("schema", "rank", "path", "line", "match")} == {
        "schema": "seedsearch.kwic/1", "rank": 1, "path": "a.txt", "line": 2, "match": "fox"
    }  # fmt: skip
    assert first["before"] + first["match"] + first["after"] == (
        "Zebras see a red fox. Then another red fox ran, and a Fox sat."
    )


def test_a_concordance_is_aligned_by_cells(cli: Cli, folder: Path) -> None:
    (folder / "a.txt").write_text("A fox in a wood.\n")
    (folder / "e.txt").write_text("Cafe\u0301 cre\u0300me fox.\n")
    (folder / "b.txt").write_text(
        "港口在冬天结冰了 fox 港口在冬天结冰了港口在冬天结冰了港口在冬天结冰了\n"
    )
    (folder / "c.txt").write_text("شاهدت السفينة في الميناء fox الكبير\n")
    (folder / "d\x1b.txt").write_text("one\x1b[2Jtwo fox \x07 \u202e three\n")
    cli("index", "-q", ".")
    for columns in (30, 60, 100):
        command: list[str | bytes] = [sys.executable, "-m", "seedsearch", "query", "--kwic", "fox"]
        _, out = on_terminal(command, folder=folder, env=environment(TERM="dumb"), columns=columns)
        assert not set("\x1b\x07\u202e") & set(out.decode())
        lines = [line for line in out.decode().split("\r\n") if "fox" in line]
        assert len(lines) == 5
        assert max(map(display_width, lines)) <= columns
        assert len({display_width(line[: line.index("fox")]) for line in lines}) == 1


def test_sorting_by_context_needs_a_concordance(mixed: Cli) -> None:
    code, out, err = mixed("query", "--sort", "left", "harbour")
    assert (code, out) == (2, "")
    assert "add --kwic" in err
    assert mixed("query", "--kwic", "-q", "harbour") == (0, "", "")
    assert mixed("query", "--kwic", "--json", "-q", "harbour") == (0, "", "")
    assert mixed("query", "--kwic", "xyzzy") == (1, "", "")


# ------------------------------------------------------------------------------ keywords


@pytest.fixture
def ports(cli: Cli, folder: Path) -> Cli:
    (folder / "ports").mkdir()
    for number in range(6):
        text = f"The harbour took a ship with coal, number {number}, and two ships more."
        (folder / "ports" / f"{number}.txt").write_text(text)
        (folder / f"{number}.txt").write_text(
            f"The garden took a rose with water, number {number}."
        )
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    return cli


def test_keywords_stand_out_against_the_rest(ports: Cli) -> None:
    code, out, err = ports("keywords", "harbour")
    assert (code, err) == (0, "")
    assert "coal\t16.6\t6\t6\n" in out
    words = [line.split("\t")[0] for line in out.splitlines()]
    assert "coal" in words
    assert not {"harbour", "took", "number", "the"} & set(words)
    every = ports("keywords", "-k0", "harbour").out.splitlines()
    assert every[: len(words)] == out.splitlines()


def test_keywords_of_a_folder(ports: Cli) -> None:
    of_folder = ports("keywords", "ports").out
    assert of_folder == ports("keywords", "-g", "ports/").out
    assert "harbour\t16.6\t6\t6\n" in of_folder
    assert ports("keywords", "=ports").code == 1  # the word
    first = json.loads(ports("keywords", "--json", "-k1", "ports/").out)
    assert list(first) == ["schema", "word", "score", "passages", "in_index"]
    assert ports("keywords").code == 2
