"""Places: every form of output prints the place of a hit inside its file, and show, similar and path: accept it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from running import Cli

MAILBOX = "".join(
    f"From a@b Thu Jan  1 00:00:00 2020\nFrom: a@b\nSubject: {subject}\n\nThe walrus of {subject}.\n\n"
    for subject in ("Monday", "Tuesday")
)


@pytest.fixture
def papers(cli: Cli, folder: Path) -> Cli:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep.txt", "The walrus sleeps deep inside.\n")
    with zipfile.ZipFile(folder / "papers.zip", "w") as archive:
        archive.writestr("a.txt", "An apple\n\nA walrus here\n")
        archive.writestr("b.txt", "A banana\n\nAnother walrus\n")
        archive.writestr("in/ner.zip", inner.getvalue())
    (folder / "m.mbox").write_text(MAILBOX)
    (folder / "r.jsonl").write_text(
        '{"id":"1","text":"walrus one"}\n{"id":"2","text":"walrus two"}\n'
    )
    (folder / "notes.txt").write_text("A note\nof a walrus\n")
    (folder / "sheet.csv").write_text("animal,count\nwalrus,1\nseal,2\n")
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    return cli


PLACES = {
    "papers.zip›a.txt:3",
    "papers.zip›b.txt:3",
    "papers.zip›in/ner.zip/deep.txt:1",
    "m.mbox›1:5",
    "m.mbox›2:11",
    "r.jsonl:1",
    "r.jsonl:2",
    "notes.txt:2",
    "sheet.csv:2",
}


def places(out: str) -> list[str]:
    return [":".join(record.split(":")[:2]) for record in out.splitlines()]


def test_records_and_context_name_the_place_inside(papers: Cli) -> None:
    assert set(places(papers("query", "-k0", "walrus").out)) == PLACES
    assert set(places(papers("query", "-k0", "-C0", "walrus").out)) == PLACES
    with_null = papers("query", "-k0", "-0", "walrus").out.splitlines()
    assert {":".join(record.split(":")[0].split("\0")) for record in with_null} == PLACES


def test_show_and_similar_take_back_what_is_printed(papers: Cli) -> None:
    for record in papers("query", "-k0", "walrus").out.splitlines():
        path, line, snippet = record.split(":", 2)
        shown = papers("show", "-C0", f"{path}:{line}")
        assert (shown.code, shown.err) == (0, "")
        text = {line.partition(":")[0]: line.partition(":")[2] for line in shown.out.splitlines()}
        assert "walrus" in text[line]
        assert text[line].split()[-1] in snippet
        others = papers("similar", "-k0", f"{path}:{line}").out
        assert path + ":" not in others or path == "r.jsonl"


def test_the_path_filter_takes_them_back(papers: Cli) -> None:
    for place in PLACES:
        found = papers("query", "-k0", f"walrus path:{place}").out
        assert place in places(found)
        assert {printed.rpartition(":")[0] for printed in places(found)} == {
            place.rpartition(":")[0]
        }
    assert places(papers("query", "walrus path:./papers.zip›in").out) == [
        "papers.zip›in/ner.zip/deep.txt:1"
    ]


def test_a_place_that_may_be_several_is_an_error_with_the_candidates(papers: Cli) -> None:
    ended = papers("show", "papers.zip:3")
    assert (ended.code, ended.out) == (2, "")
    said, *candidates = ended.err.splitlines()
    assert said.startswith("seedsearch: papers.zip:3 may mean several documents")
    assert [line.split()[1] for line in candidates] == ["papers.zip›a.txt:3", "papers.zip›b.txt:3"]
    for line in candidates:
        passage, place = line.split()
        assert papers("show", passage).out == papers("show", place).out != ""
    assert papers("show", "papers.zip").code == papers("show", "m.mbox").code == 2


def test_a_line_that_no_member_has_lists_the_members_without_it(papers: Cli, folder: Path) -> None:
    ended = papers("show", "papers.zip:999")
    assert (ended.code, ended.out) == (2, "")
    said, *candidates = ended.err.splitlines()
    assert said.startswith(
        "seedsearch: papers.zip:999: the longest text there ends at line 3: give"
    )
    assert [line.split()[1] for line in candidates] == [
        "papers.zip›a.txt", "papers.zip›b.txt", "papers.zip›in/ner.zip/deep.txt"
    ]  # fmt: skip
    assert all(papers("show", place).code == 0 for line in candidates for place in line.split())


def test_a_candidate_has_the_id_of_the_passage_at_the_line(cli: Cli, folder: Path) -> None:
    text = "".join(f"Line {n} of a long text about the walrus and the sea.\n\n" for n in range(99))
    with zipfile.ZipFile(folder / "long.zip", "w") as archive:
        archive.writestr("a.txt", text)
        archive.writestr("b.txt", text.replace("walrus", "seal"))
    cli("index", "-q", "--jobs", "1", ".")
    for line in cli("show", "long.zip:151").err.splitlines()[1:]:
        passage, place = line.split()
        assert "Line 75 of" in cli("show", passage).out
        assert cli("show", passage).out == cli("show", place).out


def test_a_line_of_the_file_is_enough_where_members_share_no_line(papers: Cli) -> None:
    assert "The walrus of Tuesday." in papers("show", "m.mbox:11").out
    assert papers("show", "-C0", "r.jsonl:2").out == "2:walrus two\n"


def test_a_file_whose_name_reads_like_a_place_is_never_taken_for_it(cli: Cli, folder: Path) -> None:
    (folder / "a").write_text("The first.\nThe second.\nThe third walrus.\n")
    (folder / "a:3").write_text("A walrus of another file.\n")
    (folder / "a›b").write_text("A walrus of a third file.\n")
    (folder / "new\nline").write_text("A walrus on a new line.\n")
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    ended = cli("show", "a:3")
    assert (ended.code, len(ended.err.splitlines())) == (2, 3)
    assert cli("show", "a:3:1").out == "1:A walrus of another file.\n"
    assert cli("show", "a›b:1").out == "1:A walrus of a third file.\n"
    printed = cli("query", "new line").out
    assert printed.startswith("new␊line:1:")
    assert cli("show", "new␊line:1").out == "1:A walrus on a new line.\n"


def test_what_is_not_there_says_what_is(papers: Cli) -> None:
    ended = papers("show", "papers.zip›c.txt")
    assert (ended.code, ended.out) == (2, "")
    assert "papers.zip has no such part: there is papers.zip›a.txt, papers.zip›b.txt" in ended.err
    assert "the text ends at line 3" in papers("show", "papers.zip›a.txt:4").err


def test_vimgrep_leaves_out_what_no_editor_opens_at_the_line(papers: Cli) -> None:
    ended = papers("query", "-k0", "--vimgrep", "walrus")
    assert "papers.zip" not in ended.out
    assert "m.mbox:11:5:The walrus of Tuesday.\n" in ended.out
    assert "notes.txt:2:6:of a walrus\n" in ended.out
    assert ended.err == "seedsearch: 3 hits left out, because no editor can open them at a line\n"


def test_json_has_the_line_the_snippet_and_the_uri(papers: Cli, folder: Path) -> None:
    hits = [
        json.loads(line) for line in papers("query", "-k0", "--json", "walrus").out.splitlines()
    ]
    (hit,) = [hit for hit in hits if hit["path"] == "notes.txt"]
    assert (hit["line"], hit["line_start"], hit["snippet"]) == (2, 1, "A note of a walrus")
    assert hit["uri"] == (folder / "notes.txt").as_uri()
    assert hit["copies"] == 0


def test_a_match_is_cited_with_its_line_of_the_file(cli: Cli, folder: Path) -> None:
    (folder / "a.html").write_text("<p>alpha</p>\n\n<script>\nx\n</script>\n<p>bravo</p>\n")
    cues = (f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\nWord{n} is said.\n" for n in range(1, 9))
    (folder / "a.srt").write_text("\n".join(cues))
    (folder / "a.txt").write_text("one\nalpha\n\nbravo\n")
    cli("index", ".")
    assert cli("query", "--vimgrep", "bravo").out == "a.txt:4:1:bravo\na.html:6:1:bravo\n"
    assert cli("query", "--vimgrep", "word3").out == "a.srt:11:1:Word3 is said.\n"
    assert cli("query", "word3").out.startswith("a.srt:11:")
