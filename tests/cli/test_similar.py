"""`seedsearch similar`: passages similar to one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Cli

TEXTS = {
    "port.txt": "Coal leaves the port of Najin by ship. Ships carry coal.\n",
    "harbour.txt": "The harbour ships coal, and the port grows.\n",
    "tea.txt": "Tea grows on the hills near the port.\n",
    "snow.txt": "Snow fell on the mountains.\n",
    "b/port.txt": "Ships of the port.\n",
    "empty.txt": "",
}


@pytest.fixture
def notes(cli: Cli, folder: Path) -> Cli:
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    return cli


def test_the_likest_first_and_never_itself(notes: Cli) -> None:
    ended = notes("similar", "port.txt:1")
    assert (ended.code, ended.err) == (0, "")
    assert [r.split(":")[0] for r in ended.out.splitlines()] == [
        "harbour.txt",
        "b/port.txt",
        "tea.txt",
    ]
    assert notes("similar", "port.txt").out == ended.out
    assert notes("similar", "-k1", "port.txt:1").out == ended.out.splitlines()[0] + "\n"


def test_by_a_passages_name(notes: Cli) -> None:
    name = json.loads(notes("query", "--json", "harbour").out)["passage"]
    by_name = notes("similar", name)
    assert by_name == notes("similar", "harbour.txt:1")
    assert by_name.out.startswith("port.txt:1:")


def test_it_prints_as_query_does(notes: Cli) -> None:
    hits = [json.loads(line) for line in notes("similar", "--json", "port.txt").out.splitlines()]
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert hits[0]["schema"] == "seedsearch.hit/1"
    lit = {hit["text"][a:b].lower() for hit in hits for a, b in hit["highlights"]}
    assert lit == {"ships", "port", "coal"}
    assert notes("similar", "-l", "port.txt").out == "harbour.txt\nb/port.txt\ntea.txt\n"
    assert notes("similar", "-c", "port.txt").out.splitlines()[0] == "harbour.txt:1"
    assert notes("similar", "-q", "port.txt") == (0, "", "")
    assert notes("similar", "-l", "--json", "port.txt").code == 2


def test_a_file_may_have_several_like_it(cli: Cli, folder: Path) -> None:
    records = [{"text": f"coal {'coal ' * n}"} for n in range(5)]
    (folder / "a.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
    (folder / "b.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    copies = cli("similar", "--all-copies", "a.jsonl:5").out.splitlines()
    lines = [record.rsplit(":", 1)[0] for record in copies]
    assert len(lines) == 6  # three of each file
    assert "a.jsonl:5" not in lines
    assert len(cli("similar", "a.jsonl:5").out.splitlines()) < 6  # each text once, as in query
    assert cli("similar", "-c", "a.jsonl:5").out == "b.jsonl:5\na.jsonl:4\n"
    assert cli("similar", "-c", "a.jsonl").out == "b.jsonl:5\n"


def test_nothing_is_like_it(notes: Cli) -> None:
    assert notes("similar", "snow.txt") == (1, "", "")
    assert notes("similar", "--json", "snow.txt:1") == (1, "", "")


def test_what_cannot_be_asked_about(notes: Cli) -> None:
    assert notes("similar", "zzz.txt").err.startswith("seedsearch: not in the index: zzz.txt")
    assert notes("similar", "empty.txt").err == (
        "seedsearch: empty.txt: no text of this file is indexed: see seedsearch status -v\n"
    )


def test_a_file_outside_of_the_index_is_read(
    notes: Cli, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "new.html").write_text(
        "<title>Ports</title><p>Ships carry coal from the harbour.</p>"
    )
    (outside / "same.txt").write_text(TEXTS["tea.txt"])
    (outside / "b.bin").write_bytes(b"\0\1")
    found = notes("similar", "-l", str(outside / "new.html"))
    assert (found.code, found.err) == (0, "")
    assert found.out.split()[0] == "harbour.txt"
    assert "tea.txt" in notes("similar", "-l", str(outside / "same.txt")).out.split()[:1]
    ended = notes("similar", str(outside / "b.bin"))
    assert (ended.code, ended.out) == (2, "")
    assert "b.bin: no text can be read from this file" in ended.err
    assert not (outside / ".seedsearch").exists()


def test_it_takes_the_forms_of_query(notes: Cli) -> None:
    assert notes("similar", "--format", "{path}", "port.txt").out == (
        "harbour.txt\nb/port.txt\ntea.txt\n"
    )
    assert notes("similar", "--format", "csv", "port.txt").out.startswith("rank,")
    assert notes("similar", "--sort", "path", "--text", "passage", "port.txt").out.splitlines() == [
        "b/port.txt:1:Ships of the port.",
        "harbour.txt:1:The harbour ships coal, and the port grows.",
        "tea.txt:1:Tea grows on the hills near the port.",
    ]
    assert notes("similar", "--vimgrep", "-k1", "port.txt").out.startswith("harbour.txt:1:13:")
    assert notes("similar", "-C0", "-k1", "port.txt").out == (
        "harbour.txt:1:The harbour ships coal, and the port grows.\n"
    )
    assert notes("similar", "-M", "9", "-k1", "tea.txt").out.count(":") == 2
    assert "a hit has no colour" in notes("similar", "--format", "{colour}", "port.txt").err


def test_its_hits_are_filtered_as_in_query(notes: Cli) -> None:
    assert notes("similar", "-l", "-g", "!tea.txt", "port.txt").out == "harbour.txt\nb/port.txt\n"
    assert notes("similar", "-l", "port.txt", "--", "b/").out == "b/port.txt\n"
    assert notes("similar", "-q", "-t", "md", "port.txt").code == 1
    assert notes("similar", "port.txt", "--", "c/").err.startswith(
        "seedsearch: no such file or folder: c/"
    )


def test_files_have_no_limit_and_count_passages_without_the_source(cli: Cli, folder: Path) -> None:
    for number in range(12):
        (folder / f"{number:02}.txt").write_text(f"Coal ship {number}.\n")
    records = [{"text": f"Coal by ship {'quickly ' * n}"} for n in range(3)]
    (folder / "records.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    assert len(cli("similar", "-l", "00.txt").out.splitlines()) == 12
    assert len(cli("similar", "-l", "-k5", "00.txt").out.splitlines()) == 5
    counts = cli("similar", "-c", "records.jsonl:1").out.splitlines()
    assert sorted(counts)[-1] == "records.jsonl:2"
    assert len(counts) == 13


def test_documents_leave_out_that_of_the_source(cli: Cli, folder: Path) -> None:
    records = [{"id": f"n{n}", "text": f"Coal by ship {'quickly ' * n}"} for n in range(3)]
    (folder / "a.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
    (folder / "b.txt").write_text("Coal ships.\n")
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    form = ("--by", "document", "--format", "{id}{path}")
    assert sorted(cli("similar", *form, "a.jsonl:2").out.splitlines()) == [
        "b.txt", "n0a.jsonl", "n2a.jsonl"
    ]  # fmt: skip
    assert cli("similar", *form, "a.jsonl").out == "b.txt\n"
