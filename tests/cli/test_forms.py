"""Forms of output, each read by an independent parser."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import ir_measures
import pytest
from markdown_it import MarkdownIt
from running import Cli, shell

MAIL = """From: ann@example.org
Subject: Harbour, *frozen*
Date: Mon, 21 Oct 2024 10:00:00 +0200

The harbour "froze", <b>over</b>, and [so] on.
"""


@pytest.fixture
def harbour(cli: Cli, folder: Path) -> Cli:
    (folder / "a.txt").write_text("Nothing here.\nThe harbour was old; an old harbour.\n")
    (folder / "b, c.txt").write_text("A\tharbour é harbour.\n")
    (folder / "m.eml").write_text(MAIL)
    with zipfile.ZipFile(folder / "z.zip", "w") as archive:
        archive.writestr("in.txt", "A harbour inside.\n")
    (folder / ".seedsearchignore").write_text("queries.tsv\n")
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    return cli


def printed(cli: Cli, form: str, *more: str) -> str:
    ended = cli("query", "--format", form, *more, "harbour")
    assert (ended.code, ended.err) == (0, "")
    return ended.out


def hits(cli: Cli) -> list[dict[str, object]]:
    return [json.loads(line) for line in printed(cli, "json").splitlines()]


@pytest.mark.parametrize(("form", "dialect"), [("csv", "excel"), ("tsv", "excel-tab")])
def test_tables(harbour: Cli, form: str, dialect: str) -> None:
    rows = list(csv.DictReader(io.StringIO(printed(harbour, form)), dialect=dialect))
    assert len(rows) == 4
    for row, hit in zip(rows, hits(harbour), strict=True):
        assert row["path"] == hit["path"]
        assert (row["line"], row["title"], row["text"]) == (
            str(hit["line"]), hit["title"], hit["snippet"],
        )  # fmt: skip
        assert row["member"] == hit.get("member", "")
    assert printed(harbour, form, "-k0", "path:z.zip").count("\n") == 2
    assert harbour("query", "--format", form, "xyzzy").out.startswith("rank")


def test_tables_of_many_queries_have_one_head(harbour: Cli, folder: Path) -> None:
    (folder / "queries.tsv").write_text("q1\told\nq2\tinside\n")
    out = harbour("query", "-f", "queries.tsv", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["query_id"], row["path"]) for row in rows] == [("q1", "a.txt"), ("q2", "z.zip")]


def test_the_events_of_ripgrep(harbour: Cli, folder: Path) -> None:
    events = [json.loads(line) for line in printed(harbour, "rg-json").splitlines()]
    kinds = [event["type"] for event in events]
    assert kinds.count("begin") == kinds.count("end") == 4
    assert kinds[-1] == "summary"
    assert events[-1]["data"]["stats"]["matches"] == 7
    for event in events:
        if event["type"] != "match":
            continue
        data = event["data"]
        line = data["lines"]["text"].encode()
        for match in data["submatches"]:
            assert line[match["start"] : match["end"]].decode() == match["match"]["text"]
        if data["path"]["text"].endswith(".txt"):
            content = (folder / data["path"]["text"]).read_bytes()
            assert content[data["absolute_offset"] :].startswith(line)
            assert content.split(b"\n")[data["line_number"] - 1] + b"\n" == line


@pytest.mark.skipif(not shutil.which("jq"), reason="no jq here")
def test_json_is_read_by_jq(harbour: Cli, folder: Path) -> None:
    ended = shell(
        "seedsearch query --json harbour | jq -r '[.path, .line, .copies] | @tsv'", folder=folder
    )
    assert "a.txt\t2\t0\n" in ended.stdout
    ended = shell(
        "seedsearch query --format rg-json harbour | jq -rs 'map(select(.type == \"match\")) | length'",
        folder=folder,
    )
    assert ended.stdout == "5\n"


@pytest.mark.skipif(not shutil.which("delta"), reason="no delta here")
def test_the_events_of_ripgrep_are_shown_by_delta(harbour: Cli, folder: Path) -> None:
    events = printed(harbour, "rg-json")
    shown = subprocess.run(
        ["delta", "--no-gitconfig", "--paging=never", "--width=200"],
        cwd=folder, input=events, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    text = re.sub(r"\x1b\[[\d;]*[mK]|\x1b\]8;;[^\x1b]*\x1b\\\\", "", shown)
    assert '{"type"' not in text
    for hit in hits(harbour):
        assert str(hit["path"]) in text
    assert "The harbour was old; an old harbour." in text


def test_quotations_in_markdown(harbour: Cli, folder: Path) -> None:
    reader = MarkdownIt()
    reader.validateLink = lambda url: True  # the parser refuses links to files
    parsed = reader.parse(printed(harbour, "markdown"))
    texts = [token for token in parsed if token.type == "inline"]
    quoted = ["".join(child.content for child in token.children or ()) for token in texts]
    assert "Harbour, *frozen*" in " ".join(quoted)
    assert any('"froze", <b>over</b>, and [so] on.' in text for text in quoted)
    links = [
        child.attrs["href"]
        for t in texts
        for child in t.children or ()
        if child.type == "link_open"
    ]
    assert (folder / "z.zip").as_uri() in links
    assert (folder / "b, c.txt").as_uri().replace(",", "%2C") in links
    assert any(text.endswith("— in.txt, z.zip›in.txt:1") for text in quoted)


def test_a_run_is_read_by_ir_measures(harbour: Cli, folder: Path) -> None:
    (folder / "run").write_text(printed(harbour, "trec"))
    run = list(ir_measures.read_trec_run(str(folder / "run")))
    assert {scored.doc_id for scored in run} == {"a.txt", "b,%20c.txt", "m.eml", "z.zip›in.txt"}


@pytest.mark.skipif(not shutil.which("vim"), reason="no vim here")
def test_vim_fills_its_list_of_errors(harbour: Cli, folder: Path) -> None:
    listed = harbour("query", "--vimgrep", "harbour")
    (folder / "errors").write_text(listed.out)
    script = (
        "set errorformat=%f:%l:%c:%m | cfile errors | "
        "call writefile(map(getqflist(), "
        "{_, e -> bufname(e.bufnr) .. '|' .. e.lnum .. '|' .. e.col}), 'list') | qall!"
    )
    subprocess.run(
        ["vim", "-es", "-u", "NONE", "-c", script], cwd=folder, timeout=60, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    entries = (folder / "list").read_text().splitlines()
    assert sorted(entries) == sorted(
        "|".join(line.split(":")[:3]) for line in listed.out.splitlines()
    )
    assert "a.txt|2|5" in entries


def test_a_template(harbour: Cli) -> None:
    assert printed(harbour, "{place}\\t{title}", "path:z.zip") == "z.zip›in.txt:1\tin.txt\n"
    assert printed(harbour, "{{{rank}}} {from} {date}", "path:m.eml").startswith(
        "{1} ann@example.org "
    )
    assert printed(harbour, "{path}", "-0", "--sort", "path").split("\0")[:2] == [
        "a.txt",
        "b, c.txt",
    ]
    ended = harbour("query", "--format", "{titel}", "harbour")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("seedsearch: a hit has no titel: did you mean title?")
    assert harbour("query", "--format", "{path", "harbour").code == 2
    assert harbour("query", "--format", "{path.__class__}", "harbour").code == 2


def test_short_names_are_the_forms(harbour: Cli) -> None:
    for short, form in (
        ("--json", "json"),
        ("--vimgrep", "vimgrep"),
        ("-l", "paths"),
        ("-c", "counts"),
    ):
        assert (
            harbour("query", short, "harbour").out
            == harbour("query", "--format", form, "harbour").out
        )
    assert printed(harbour, "plain", "--line-buffered") == harbour("query", "harbour").out
    ended = harbour("query", "--format", "jsn", "harbour")
    assert ended.err == "seedsearch: no such format: jsn: did you mean json?\n"


def test_by_date_the_newest_first_and_what_has_none_last(cli: Cli, folder: Path) -> None:
    stated = {  # as time: text would put 23:00 in New York before 01:00 in London, and Z after seconds
        "a": "2024-05-02T03:59:59Z",
        "b": "Wed, 1 May 2024 23:00:00 -0500",
        "c": "2024-05-02T01:00:00.5+00:00",
        "d": "2024-05-02T01:00Z",
        "e": "May 2024",
        "f": "2024",
        "g": "2021-05-01",
        "h": "",
        "i": "soon",
    }
    for name, date in stated.items():
        front = f'---\ndate: "{date}"\n---\n' if date else ""
        (folder / f"{name}.md").write_text(f"{front}The harbour of {name}.\n")
    cli("index", "-q", "--jobs", "1", ".")
    out = cli("query", "--sort", "date", "--format", "{path}", "harbour").out
    assert out.split() == [f"{name}.md" for name in "bacdefghi"]


@pytest.fixture
def sales(cli: Cli, folder: Path) -> Cli:
    rows = ("date,region,product", "2024-01-03,North,coal", "2024-03-01,South,coal and tea")
    (folder / "sales.csv").write_text("\n".join(rows) + "\n")
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    return cli


def test_a_template_names_the_columns_of_a_row(sales: Cli) -> None:
    out = sales("query", "--format", "{region} {date}", "coal").out
    assert sorted(out.splitlines()) == ["North 2024-01-03", "South 2024-03-01"]


def test_rows_of_a_table_are_sorted_by_their_own_dates(sales: Cli) -> None:
    out = sales("query", "--sort", "date", "--format", "{region}", "coal").out
    assert out == "South\nNorth\n"


def test_an_empty_form_is_no_form(harbour: Cli) -> None:
    assert harbour("query", "--format", "", "harbour").err.startswith(
        "seedsearch: no such format: "
    )
