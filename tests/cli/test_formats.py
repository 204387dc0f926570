"""Every format from file to hit: index, query, and the messages for unreadable files."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from running import Cli

from seedsearch.cli import formats

pytestmark = pytest.mark.usefixtures("watched")


def hit(cli: Cli, word: str) -> dict[str, object]:
    ended = cli("query", "--json", word)
    assert ended.code == 0, ended.err
    lines = ended.out.splitlines()
    assert len(lines) == 1, lines
    found = json.loads(lines[0])
    assert isinstance(found, dict)
    return found


def mail() -> bytes:
    made = EmailMessage()
    made["Subject"] = "Tugs"
    made["From"] = "ann@example.org"
    made["Date"] = "Mon, 21 Oct 2024 10:00:00 +0000"
    made.set_content("The tugboats are late.\n")
    return made.as_bytes()


def test_a_folder_of_everything(cli: Cli, folder: Path) -> None:
    docs = folder / "docs"
    docs.mkdir()
    long = "with quite a few words more behind it so that it can stand alone as a section"
    (docs / "a.md").write_text(f"# Manual\n\nintro {long}\n\n## Winches\n\nwinchword {long}\n")
    (docs / "b.html").write_text(
        "<title>Page</title>\n<nav>navword</nav>\n<h2>Part</h2>\n<p>htmlword\n"
    )
    (docs / "c.csv").write_text("name,city\nAnn,Oslo\nBob,csvword\n")
    (docs / "d.jsonl").write_text(
        '{"id": "r1", "title": "Rec", "text": "jsonword", "year": 2012}\n{x\n'
    )
    (docs / "e.eml").write_bytes(mail())
    (docs / "f.txt.gz").write_bytes(gzip.compress(b"first\n\nzippedword here\n"))
    (docs / "g.py").write_text("# comment\n\n\ndef pyword():\n    pass\n")
    with zipfile.ZipFile(docs / "h.zip", "w") as archive:
        archive.writestr("inside/x.txt", "memberword")
        archive.writestr("pic.png", b"\x89PNG\r\n\x1a\n\0")
    (docs / "i.docx").write_bytes(b"PK\x03\x04 broken")

    ended = cli("index", "docs")
    assert ended.code == 0
    said = ended.err.splitlines()
    assert said[:5] == [
        "2 read in part",
        "  docs/d.jsonl: 1 left out (line 2: not JSON)",
        "  docs/h.zip: 1 left out (pic.png: binary (image))",
        "1 skipped: 1 broken ZIP archive",
        "  docs/i.docx: broken ZIP archive",
    ]
    assert said[5].startswith("8 added")

    winch = hit(cli, "winchword")
    assert (winch["title"], winch["heading"], winch["line_start"]) == ("Manual", "Winches", 5)
    raw = (docs / "a.md").read_bytes()
    assert raw[winch["byte_start"] : winch["byte_end"]].decode() == winch["text"]
    page = hit(cli, "htmlword")
    assert (page["title"], page["heading"], page["line_end"]) == ("Page", "Part", 4)
    assert page["byte_start"] is None
    assert cli("query", "navword").code == 1
    row = hit(cli, "csvword")
    assert (row["text"], row["line_start"], row["heading"]) == ("Bob,csvword", 3, "name, city")
    record = hit(cli, "jsonword")
    assert (record["id"], record["title"], record["line_start"]) == ("r1", "Rec", 1)
    assert record["fields"] == {"year": "2012"}
    letter = hit(cli, "tugboats")
    assert letter["title"] == "Tugs"
    assert letter["fields"]["from"] == "ann@example.org"  # type: ignore[index]
    packed = hit(cli, "zippedword")
    assert (packed["path"], packed["member"]) == ("docs/f.txt.gz", "f.txt")
    assert hit(cli, "memberword")["member"] == "inside/x.txt"
    assert hit(cli, "pyword")["title"] == "g.py"

    status = cli("status", "-v").out
    assert "8 read, 1 skipped" in status
    assert "in part     2 files\n" in status
    assert "docs/h.zip: 1 left out (pic.png: binary (image))" in status


def test_a_page_number(cli: Cli, folder: Path) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    document = pypdfium2.PdfDocument.new()
    document.new_page(100, 100)
    out = io.BytesIO()
    document.save(out)
    document.close()
    (folder / "scan.pdf").write_bytes(out.getvalue())
    ended = cli("index", "scan.pdf")
    assert ended.code == 2
    assert ended.err.startswith("seedsearch: scan.pdf: no text in it")


def test_a_named_file_that_is_read_in_part_is_no_error(cli: Cli, folder: Path) -> None:
    (folder / "a.jsonl").write_text('{"text": "good"}\n{x\n')
    assert cli("index", "a.jsonl").code == 0


def test_formats_lists_what_is_read(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = cli("formats")
    assert (ended.code, ended.err) == (0, "")
    assert any(
        line.split() == ["Word", "read", ".docx", ".docm", ".dotx", ".dotm"]
        for line in ended.out.splitlines()
    )
    monkeypatch.setattr(formats, "is_there", lambda command: True)
    monkeypatch.setattr(formats, "is_installed", lambda extra: False)
    lines = cli("formats").out.splitlines()
    assert any(line.split() == ["PDF", "needs", "seedsearch[pdf]", ".pdf"] for line in lines)
    assert (
        lines[-1]
        == "To read more: pip install 'seedsearch[passwords]' 'seedsearch[pdf]' 'seedsearch[zstd]'"
    )
    records = [json.loads(line) for line in cli("formats", "--json").out.splitlines()]
    assert {record["schema"] for record in records} == {"seedsearch.format/1"}
    needed = {r["name"]: r["needs"] for r in records if "[" in (r["needs"] or "")}
    assert needed == {
        "PDF": "seedsearch[pdf]",
        "Zstandard": "seedsearch[zstd]",
        "encrypted members": "seedsearch[passwords]",
    }


def test_one_bad_document_does_not_end_the_run(cli: Cli, folder: Path) -> None:
    docs = folder / "docs"
    docs.mkdir()
    (docs / "a.html").write_bytes(b"<meta charset=undefined><p>caf\xe9 pageword")
    (docs / "b.eml").write_bytes(
        b"Subject: s\nFrom: a\nContent-Type: text/plain; charset*=us-ascii''a; charset*0=b\n\nmailword\n"
    )
    (docs / "c.zip").write_bytes(damaged_lzma())
    (docs / "d.txt").write_text("textword")
    ended = cli("index", "docs")
    assert ended.code == 0
    assert ended.err.splitlines()[:2] == [
        "1 read in part",
        "  docs/c.zip: 1 left out (b.txt: damaged)",
    ]
    for word in ("pageword", "mailword", "memberword", "textword"):
        assert cli("query", word).code == 0


def damaged_lzma() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        for name, text in (("a.txt", "first"), ("b.txt", "squid " * 1000), ("c.txt", "memberword")):
            archive.writestr(name, text)
    data = bytearray(out.getvalue())
    at = data.index(b"b.txt") + len("b.txt")
    data[at + 9 : at + 40] = bytes(31)
    return bytes(data)


def test_names_of_columns_are_searched_beside_the_values(cli: Cli, folder: Path) -> None:
    (folder / "people.csv").write_text("name,city\nAnn,Rome\nBob,Oslo\nRome,\n")
    (folder / "notes.txt").write_text("A city near Rome.\n")
    assert cli("index", "-q", ".").code == 0
    assert cli("query", "+city +Rome").out.splitlines() == [
        "notes.txt:1:A city near Rome.",
        "people.csv:2:Ann,Rome",
    ]
    assert cli("query", "-c", "+city +Oslo").out == "people.csv:1\n"
    assert cli("query", "+city +Paris").code == 1
