"""gzip, bzip2, xz and ZIP: contents are read by their formats, bombs and damage named."""

from __future__ import annotations

import base64
import bz2
import gzip
import hashlib
import io
import lzma
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest
from reading import read

from seedsearch.indexing.documents import documents_of
from seedsearch.model import FileState

TEXT = "# A heading\n\nThe coal port of Najin.\n"


def zipped(members: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("ending", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)]
)
def test_one_file_compressed(ending: str, pack: object) -> None:
    assert callable(pack)
    for name in (f"notes.md.{ending}", "unknown"):
        found = read(f"docs/{name}", pack(TEXT.encode()))
        assert found.parts[0].text == TEXT.strip()
        assert found.parts[0].cited == b""
        assert found.documents[0].path == f"docs/{name}"
    found = read(f"notes.md.{ending}", pack(TEXT.encode()))
    assert (found.title, found.documents[0].member) == ("A heading", "notes.md")
    assert found.parts[0].lines == (1, 3)


def test_several_streams_and_padding() -> None:
    data = gzip.compress(b"first line of it\n") + gzip.compress(b"second line\n") + b"\0" * 100
    assert read("a.txt.gz", data).texts == ["first line of it\nsecond line"]


def test_what_breaks_off_is_read_up_to_there() -> None:
    text = "".join(f"line {n} of {n * 7919}\n" for n in range(5000)).encode()
    found = read("a.log.gz", gzip.compress(text)[:-2000])
    assert found.texts[0].startswith("line 0 of 0")
    assert found.problems[0][1] == "breaks off"
    assert read("a.gz", b"\x1f\x8b\x08\0 nonsense").skipped == "damaged from the start"
    assert read("a.xz", b"\xfd7zXZ\0" + b"nonsense" * 9).skipped == "damaged from the start"
    assert read("a.bz2", bz2.compress(text)[:50]).skipped == "breaks off from the start"


def test_members_of_a_zip() -> None:
    data = zipped(
        {
            "docs/a.md": TEXT,
            "b.jsonl": '{"id": "r1", "text": "a record"}\n{bad\n',
            "c.csv": "name,city\nAnn,Oslo\n",
            "pic.png": b"\x89PNG\r\n\x1a\n\0",
            "inner.zip": zipped({"x.txt": "x"}),
            "__MACOSX/._a.md": b"\0",
            ".git/config": "hidden",
        }
    )
    found = read("all.zip", data)
    assert [(d.path, d.member, d.title) for d in found.documents] == [
        ("all.zip", "docs/a.md", "A heading"),
        ("all.zip", "b.jsonl", ""),
        ("all.zip", "c.csv", "c.csv"),
        ("all.zip", "inner.zip/x.txt", "x.txt"),
    ]
    assert found.problems == [
        ("b.jsonl, line 2", "not JSON"),
        ("pic.png", "binary (image)"),
    ]
    assert found.part("Ann").lines == (2, 2)


def test_names_in_a_zip_that_does_not_say_utf8() -> None:
    data = zipped({"x" * 6: "text of it"}).replace(b"xxxxxx", "港口".encode())
    assert read("a.zip", data).documents[0].member == "港口"


def test_encrypted_and_broken_zips() -> None:
    data = bytearray(zipped({"a.txt": "some text"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert read("a.zip", bytes(data)).problems == [("a.txt", "encrypted")]
    assert read("a.zip", zipped({"a.txt": "x"})[:-10]).skipped == "broken ZIP archive"
    assert read("a.zip", zipped({})).skipped == "empty archive"


def test_bombs_are_named() -> None:
    begin = time.perf_counter()
    nothing = b"\0" * (24 << 20)
    assert read("a.gz", gzip.compress(nothing)).skipped.startswith("unfolds to more than")
    assert read("a.bz2", bz2.compress(nothing)).skipped.startswith("unfolds to more than")
    assert read("a.xz", lzma.compress(nothing)).skipped.startswith("unfolds to more than")
    found = read("a.zip", zipped({"good.txt": "good text", "bad.txt": nothing}))
    assert found.texts == ["good text"]
    assert found.problems[0][0] == "bad.txt"
    assert found.problems[0][1].startswith("unfolds to more than")
    assert time.perf_counter() - begin < 30


def test_many_members_are_a_bomb_too() -> None:
    members: dict[str, str | bytes] = {f"{n}.txt": b"word " * 200_000 for n in range(60)}
    found = read("a.zip", zipped(members))
    assert 0 < len(found.documents) < 60
    assert found.problems[-1][1].startswith("unfolds to more than")


SCRIPT = """
import sys
import tarfile
from reading import read

from seedsearch.indexing.documents import documents_of
from seedsearch.model import FileState
found = read(sys.argv[1], open(sys.argv[2], "rb").read())
print(found.skipped or found.problems)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory limits as Linux has them")
def test_a_bomb_stays_under_a_memory_cap(tmp_path: Path) -> None:
    import resource  # not on every system

    bomb = tmp_path / "bomb"
    bomb.write_bytes(lzma.compress(b"\0" * (100 << 20), preset=1))
    most = 400 << 20
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, "bomb.xz", str(bomb)],
        cwd=Path(__file__).parent, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (most, most)),
    )  # fmt: skip
    assert ended.stdout.startswith("unfolds to more than"), ended.stderr


def record(
    address: str, content: bytes, kind: str = "response", mark: bytes = b"WARC/1.1\r\n"
) -> bytes:
    head = f"WARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2024-10-21T10:00:00Z\r\n"
    return (
        mark + head.encode() + b"Content-Length: %d\r\n\r\n" % len(content) + content + b"\r\n\r\n"
    )


def reply(
    content: bytes, kind: str = "text/html", more: bytes = b"", status: bytes = b"200 OK"
) -> bytes:
    return (
        b"HTTP/1.1 "
        + status
        + b"\r\nContent-Type: "
        + kind.encode()
        + b"\r\n"
        + more
        + b"\r\n"
        + content
    )


STORY = b"<title>Story</title>\n<p>The gannet keeper.\n<p>Coal ships."
CHUNKS = (
    b"".join(b"%x;x\r\n%b\r\n" % (len(part), part) for part in (STORY[:20], STORY[20:]))
    + b"0\r\n\r\n"
)


def test_a_web_archive_is_read_page_by_page() -> None:
    site = "https://example.org/"
    data = b"".join(
        (
            record("", b"software: x\r\n", "warcinfo"),
            record(site, reply(STORY)),
            record(f"{site}b?q=1", reply(CHUNKS, more=b"Transfer-Encoding: chunked\r\n")),
            record(f"{site}c.php", reply(gzip.compress(STORY), more=b"Content-Encoding: gzip\r\n")),
            record(f"{site}d", reply(b"gone", status=b"404 Not Found")),
            record(f"{site}e.css", reply(b"p { color: red }", "text/css")),
            record(f"{site}f", reply(STORY, more=b"Content-Encoding: br\r\n")),
            record(f"{site}g.md", b"# Notes\n\nAbout winches.\n", "resource"),
            record(f"{site}h", b"plain words", "conversion").replace(b"Length: 11", b"Length: 99"),
        )
    )
    for name, content in (("a.warc", data), ("saved", data), ("a.warc.gz", gzip.compress(data))):
        found = read(name, content)
        within = "" if name != "a.warc.gz" else "a.warc/"
        assert [(d.member, d.title) for d in found.documents] == [
            (f"{within}{site}", "Story"), (f"{within}{site}b?q=1", "Story"), (f"{within}{site}c.php", "Story"),
            (f"{within}{site}g.md", "Notes"), (f"{within}{site}h", "h"),
        ]  # fmt: skip
        stated = dict(found.documents[0].fields)
        assert (stated["url"], stated["saved"]) == (site, "2024-10-21T10:00:00Z")
        assert [reason for _, reason in found.problems] == [
            "compressed in an unknown way (br)",
            "breaks off",
        ]
    lines = data.split(b"\n")
    for word in ("gannet", "winches"):
        first, last = read("a.warc", data).part(word).lines
        assert word.encode() in b"\n".join(lines[first - 1 : last])
    assert read("a.warc", b"words").skipped == "no web archive"


def test_a_text_in_a_web_archive_is_on_lines_of_the_archive() -> None:
    data = record("", b"software: x\r\n", "warcinfo")
    data += record("https://example.org/a.txt", b"one\ntwo words about puffins\n", "resource")
    found = documents_of(FileState("a.warc", len(data), 0, 0, b""), data)
    (span,) = found.documents[0].spans
    lines = data.split(b"\n")
    assert b"one" in lines[span.line_start - 1]
    assert b"puffins" in lines[span.line_end - 1]


def test_encoded_data_in_a_member_is_left_out() -> None:
    encoded = base64.encodebytes(hashlib.sha512(b"a").digest() * 9).decode()
    data = zipped({"a.txt": f"words before\n\n{encoded}\nwords after\n"})
    found = documents_of(FileState("a.zip", len(data), 0, 0, b""), data)
    ((_, text, spans, _),) = found.documents
    assert [text[span.start : span.end] for span in spans] == ["words before", "words after"]
    assert "characters of encoded data" in found.reason


def test_the_charset_that_a_server_stated_counts_if_the_page_states_none() -> None:
    page = "<p>Договор</p>".encode("cp1251")
    said = b"<meta charset=windows-1251>"
    data = b"".join(
        (
            record("https://example.org/a", reply(page, "text/html; charset=windows-1251")),
            record("https://example.org/b", reply(said + page, "text/html; charset=iso-8859-1")),
            record("https://example.org/c", reply("Größe".encode(), "text/plain; charset=cp1252")),
        )
    )
    assert read("a.warc", data).texts == ["Договор", "Договор", "Größe"]


def tarred(members: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(link)
    return out.getvalue()


@pytest.mark.parametrize("name", ["all.tar", "all.tgz", "all.tar.xz", "all.gz"])
def test_members_of_a_tar(name: str) -> None:
    pack = {"tar": bytes, "tgz": gzip.compress, "xz": lzma.compress, "gz": gzip.compress}[
        name.rpartition(".")[2]
    ]
    data = pack(
        tarred(
            {
                "./docs/a.md": TEXT,
                "b.txt": "squid",
                ".hidden": "no",
                "p.png": b"\x89PNG\r\n\x1a\n\0",
            }
        )
    )
    found = read(name, data)
    inner = (
        ""
        if name == "all.tar"
        else f"{name.removesuffix('.xz').replace('tgz', 'tar').replace('.gz', '.tar')}/"
    )
    inner = inner.replace("all.tar.tar", "all.tar").replace("all/", "all.tar/")
    assert [(d.path, d.member) for d in found.documents] == [
        (name, f"{inner}docs/a.md"),
        (name, f"{inner}b.txt"),
    ]
    assert [place.rpartition("/")[2].rpartition(" ")[2] for place, _ in found.problems] == ["p.png"]


def test_a_tar_that_breaks_off_is_read_up_to_there() -> None:
    data = tarred({"a.txt": "squid", "b.txt": "x" * 5000})
    found = read("a.tar", data[:3000])
    assert [text[:5] for text in found.texts] == ["squid", "xxxxx"]
    assert found.problems == [("after b.txt", "breaks off")]
    assert read("a.tar", b"no archive").skipped == "broken tar archive"
    assert read("a.tar", bytes(10240)).skipped == "empty archive"


def test_members_of_members_to_a_depth_of_three() -> None:
    deepest = zipped({"d.txt": "fourth"})
    third = zipped({"c.txt": "third", "deepest.zip": deepest})
    second = gzip.compress(tarred({"b.txt": "second", "third.zip": third}))
    found = read("a.zip", zipped({"a.txt": "first", "second.tgz": second}))
    assert [d.member for d in found.documents] == [
        "a.txt",
        "second.tgz/second.tar/b.txt",
        "second.tgz/second.tar/third.zip/c.txt",
    ]
    ((place, reason),) = found.problems
    assert place.endswith("deepest.zip")
    assert reason == "more than 3 files deep"


def test_bombs_in_bombs_are_named() -> None:
    """Each level is within its limit, but all together are not."""
    begin = time.perf_counter()
    layer = zipped({f"{n}.txt": b"word " * 150_000 for n in range(10)})
    found = read("a.zip", zipped({f"{n}.zip": layer for n in range(60)}))
    assert 0 < len(found.documents) < 500
    assert any(reason.startswith("unfolds to more than") for _, reason in found.problems)
    eaten = gzip.compress(gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"text")))))
    assert read("a.gz", eaten).skipped == "more than 3 files deep"
    assert time.perf_counter() - begin < 30


def test_a_tar_is_known_without_its_ending() -> None:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        member = tarfile.TarInfo("a.txt")
        member.size = 5
        archive.addfile(member, io.BytesIO(b"words"))
    assert read("backup", content.getvalue()).documents[0].member == "a.txt"
    assert read("backup.crate", gzip.compress(content.getvalue())).texts == ["words"]
