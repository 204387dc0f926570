"""A real terminal, with 40 hostile documents, names, titles and queries (160 texts): no control byte reaches it.

The test parses the whole stream. Besides printable text, it may only contain line ends, SGR colours, links to files,
and, from `index`, the few escapes of the progress bar.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import unicodedata
import zipfile
from pathlib import Path

import pytest
from running import environment, on_terminal

HOSTILE = [
    b"\x1b[2J\x1b[H",  # clear the screen
    b"\x1b[31mred\x1b[0m",
    b"\x1b]0;owned\x07",  # the window's title
    b"\x1b]52;c;cm0gLXJmIH4=\x07",  # the clipboard
    b"\x1b]52;c;cm0gLXJmIH4=\x1b\\",
    b"\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\",
    b"\x1bP+q544e\x1b\\",  # DCS: asks for a capability
    b"\x1b[6n",  # asks for the cursor position: the terminal would type the answer
    b"\x1b[c",
    b"\x1b[?1049h",
    b"\x1b[?25l",
    b"\x1b(0lqqk\x1b(B",  # line drawing
    b"\x1bc",  # reset
    b"\x1b_app\x1b\\",
    b"\x1b^pm\x1b\\",
    b"\x1b",
    "\x9b31mred".encode(),  # CSI as a C1 character
    "\x9d0;owned\x9c".encode(),
    "\x90q\x9c".encode(),
    "\x85next line".encode(),
    b"back\x08\x08\x08\x08over",
    b"bell\x07",
    b"carriage\rreturn",
    b"vertical\x0btab",
    b"form\x0cfeed",
    b"shift\x0eout\x0fin",
    b"delete\x7f\x7f\x7f",
    b"\x01\x02\x03\x04\x05\x06",
    b"\x10\x11\x13\x14",
    b"new\nline: 1: fake hit",
    "\u202egnp.exe".encode(),
    "\u2066isolate\u2069 \u2067x".encode(),
    "\u200f\u200e\u061cmarks".encode(),
    "line\u2028separator\u2029".encode(),
    "tags\U000e0041\U000e007f".encode(),
    "\ufff9a\ufffab\ufffb".encode(),
    b"[/x] [bold]bold[/bold] [link=file:///etc/passwd]l[/link]",
    b"[id].tsx :bomb: [red]",
    b"\xff\xfe\xe9\x80 not utf-8",
    b"\xed\xa0\x80 surrogate \xf4\x90\x80\x80",
]

SGR = re.compile(rb"\x1b\[[0-9;]*m")
LINK = re.compile(rb"\x1b\]8;;(?:file:///[\w/.~%#=-]+)?\x1b\\")
REDRAW = re.compile(rb"\x1b\[\?25[lh]|\x1b\[2K|\x1b\[\d*A|\r")
BIDI = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}

DRIVER = """
import json, os, sys
from seedsearch.cli import main
for arguments in json.load(open(sys.argv[1])):
    main([os.fsdecode(bytes.fromhex(a)) for a in arguments])
"""


def test_there_are_40() -> None:
    assert len(HOSTILE) == len(set(HOSTILE)) == 40
    assert not any(b"\0" in text for text in HOSTILE)


def written(folder: Path) -> Path:
    """Return a folder of hostile documents, with hostile names and titles, not indexed."""
    documents = os.fsencode(folder / "documents")
    os.mkdir(documents)
    for number, text in enumerate(HOSTILE):
        body = b"# Title %b\n\nThe troops came %b and went %b again.\n" % (text, text, text)
        name = b"%02d %b.txt" % (number, text.replace(b"/", b"|"))
        try:
            with open(os.path.join(documents, name), "wb") as file:
                file.write(body)
        except OSError:  # a file system with UTF-8 names only
            with open(os.path.join(documents, b"%02d.txt" % number), "wb") as file:
                file.write(body)
    return folder


def run_all(folder: Path, *lines: list[str | bytes], **env: str) -> bytes:
    """Return the terminal output of these command lines, run in order."""
    encoded = [[os.fsencode(a).hex() for a in line] for line in lines]
    script = folder / "lines.json"
    script.write_text(json.dumps(encoded))
    _, out = on_terminal(
        [sys.executable, "-c", DRIVER, str(script)],
        folder=folder, env=environment(**{"HOME": str(folder), "TERM": "xterm-256color"} | env),
    )  # fmt: skip
    return out


def assert_harmless(stream: bytes, *, redraws: bool = False) -> str:
    """Return the text of a stream, after checking that it controls no terminal."""
    text = LINK.sub(b"", SGR.sub(b"", stream)).replace(b"\r\n", b"\n")
    if redraws:
        text = REDRAW.sub(b"", text)
    for character in (shown := text.decode("utf-8")):
        if character == "\n":
            continue
        assert unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp"), ascii(shown)
        assert unicodedata.bidirectional(character) not in BIDI, ascii(shown)
        assert character not in "\u200e\u200f\u061c\ufff9\ufffa\ufffb\U000e0041", ascii(shown)
    return shown


def test_the_check_itself_sees_escapes() -> None:
    assert assert_harmless(b"\x1b[1;31mtext\x1b[0m\r\n") == "text\n"
    for text in HOSTILE[:36]:
        with pytest.raises((AssertionError, UnicodeDecodeError)):
            assert assert_harmless(text.replace(b"m", b"n")).count("\n") == 0


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of hostile documents with its index, for tests that only read."""
    folder = written(tmp_path_factory.mktemp("hostile"))
    run_all(folder, ["index", "documents"])
    return folder


def test_index_and_status(tmp_path: Path) -> None:
    hostile = written(tmp_path)
    shown = assert_harmless(run_all(hostile, ["index", "documents"]), redraws=True)
    assert "40 added" in shown or " skipped" in shown
    shown = assert_harmless(run_all(hostile, ["status", "-v"], ["status", "--json"]))
    assert "documents" in shown
    assert_harmless(run_all(hostile, ["index", "-v"], ["index", "-v", "--rebuild"]), redraws=True)


@pytest.mark.parametrize("color", ["auto", "always", "never"])
def test_hits(hostile: Path, color: str) -> None:
    stream = run_all(hostile, ["query", "-k0", "troops", f"--color={color}"])
    shown = assert_harmless(stream)
    assert shown.count("troops came") >= 30
    assert (b"\x1b[" in stream) == (color != "never")


@pytest.mark.parametrize("form", ["-l", "-c", "--json"])
def test_paths_counts_and_json(hostile: Path, form: str) -> None:
    shown = assert_harmless(run_all(hostile, ["query", "-k0", form, "troops"]))
    assert len([line for line in shown.splitlines() if "documents/" in line]) >= 30


@pytest.mark.parametrize("form", [[], ["-l"], ["-c"]])
def test_null_ends_paths_and_is_the_only_control(hostile: Path, form: list[str]) -> None:
    stream = run_all(hostile, ["query", "-k0", "-0", *form, "troops"])
    shown = assert_harmless(stream.replace(b"\0", b""))
    assert stream.count(b"\0") == shown.count("documents/") >= 30


def test_words(hostile: Path) -> None:
    lines: list[list[str | bytes]] = [["terms"], ["terms", "--json"]]
    lines += [["terms", "--", text] for text in HOSTILE]
    shown = assert_harmless(run_all(hostile, *lines))
    assert shown.count('"term":"troops"') == 1
    assert "word" in shown


def test_passages_in_their_surroundings(hostile: Path) -> None:
    names = sorted(os.listdir(os.fsencode(hostile / "documents")))
    lines: list[list[str | bytes]] = []
    for name in names:
        lines += [["show", b"documents/" + name + b":3"], ["show", "--json", b"documents/" + name]]
    lines += [["show", "--", text] for text in HOSTILE]
    shown = assert_harmless(run_all(hostile, *lines))
    assert shown.count("troops came") >= 60
    assert shown.count("not in the index: ") == len(HOSTILE)


def test_passages_like_one(hostile: Path) -> None:
    lines: list[list[str | bytes]] = [["similar", "-k0", "--per-file=0", "--", t] for t in HOSTILE]
    for name in sorted(os.listdir(os.fsencode(hostile / "documents"))):
        lines.append(["similar", "-k5", b"documents/" + name])
    shown = assert_harmless(run_all(hostile, *lines))
    assert shown.count("troops came") >= 60
    assert shown.count("not in the index: ") == len(HOSTILE)


def test_explanations(hostile: Path) -> None:
    lines: list[list[str | bytes]] = [["query", "-k0", "--explain", "troops title:t*"]]
    for text in HOSTILE:
        lines.append(["query", "-k1", "--explain", "-F", "--", b"troops " + text])
    shown = assert_harmless(run_all(hostile, *lines))
    assert shown.count("troops: troops ") >= 60


def test_synonyms(hostile: Path) -> None:
    lines: list[list[str | bytes]] = []
    for number, text in enumerate(HOSTILE):
        names = hostile / f"{number}.synonyms"
        names.write_bytes(b"troops, " + text + b", ...\n")
        lines.append(["query", "-k1", "--explain", "--synonyms", str(names), "troops"])
    shown = assert_harmless(run_all(hostile, *lines))
    assert shown.count("seedsearch: ") >= 30  # some end in a backslash, which escapes the comma


def test_what_is_said_where_nothing_matches(hostile: Path) -> None:
    lines: list[list[str | bytes]] = []
    for text in HOSTILE:
        lines.append(["query", "--", b'+zzzzz +"troops ' + text.replace(b'"', b"") + b'"'])
        lines.append(["query", "--relax", "-k1", "--", b"+zzzzz +troops +" + text])
        lines.append(["query", "--synonyms", b"no such " + text, "--", "troops"])
    shown = assert_harmless(run_all(hostile, *lines))
    assert shown.count("no passage contains zzzzz") >= 30
    assert shown.count("showing results for: troops") >= 20
    assert shown.count("no such ") == len(HOSTILE)


def test_queries_and_their_errors(hostile: Path) -> None:
    lines: list[list[str | bytes]] = []
    for text in HOSTILE:
        lines.append(["query", "--", text + b" troops"])
        lines.append(["query", "-k1", "--", text + b" AND"])
        lines.append(["query", "-F", "-k1", "--", text])
    shown = assert_harmless(run_all(hostile, *lines))
    assert shown.count("passages,") >= 30
    assert shown.count("^") >= 30


def test_other_errors(hostile: Path) -> None:
    lines: list[list[str | bytes]] = []
    for text in HOSTILE:
        lines += [[text], ["query", b"--" + text], ["query", "-k", text, "x"]]
        lines += [["index", text], ["forget", b"no such " + text], ["status", "--index", text]]
        lines += [["query", "--debug", "--index", text, "x"]]
    shown = assert_harmless(run_all(hostile, *lines), redraws=True)
    assert shown.count("seedsearch: ") >= 5 * len(HOSTILE)


def test_a_dumb_terminal_gets_no_escape_at_all(hostile: Path) -> None:
    stream = run_all(hostile, ["query", "-k0", "troops"], ["status"], TERM="dumb")
    assert b"\x1b" not in stream
    assert_harmless(stream)


def test_without_colours_bold_and_underline_are_left(hostile: Path) -> None:
    stream = run_all(hostile, ["query", "-k0", "troops"], NO_COLOR="1")
    assert set(SGR.findall(stream)) == {b"\x1b[1m", b"\x1b[4m", b"\x1b[0m"}
    assert_harmless(stream)


FORMS: list[list[str | bytes]] = [
    ["--format", "plain"], ["--format", "csv"], ["--format", "tsv"], ["--format", "rg-json"],
    ["--format", "markdown"], ["--format", "trec"], ["--format", "vimgrep"], ["--format", "counts"],
    ["--format", "{rank} {place} {title} {heading} {uri} {text}"], ["--vimgrep"], ["-C1"],
    ["--text=line"], ["--text=passage"], ["--pretty", "--scores", "-v"], ["--sort=path"], ["-M30"],
    ["--by=document"], ["--verified"], ["--all-copies"], ["-0"], ["--kwic"], ["--kwic", "--json"],
    ["--kwic", "--pretty", "--sort=left"], ["--timeline"], ["--timeline", "--json"], ["-l"], ["-c"], ["--json"],
]  # fmt: skip


def with_insides(folder: Path) -> None:
    """Write documents whose fields, members, headings and columns are hostile."""
    more = folder / "more"
    more.mkdir()
    with zipfile.ZipFile(more / "a.zip", "w") as archive:
        for number, text in enumerate(HOSTILE):
            said = text.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode()
            archive.writestr(f"{number} {said}.txt", f"Inside, the troops came {said}.\n")
            front = json.dumps(said, ensure_ascii=False)
            (more / f"{number}.md").write_text(
                f"---\nauthor: {front}\ntitle: {front}\n---\n## {said}\n\nThe troops came.\n",
                encoding="utf-8", errors="replace",
            )  # fmt: skip
            (more / f"{number}.eml").write_bytes(
                b"From: A %b <a@b.org>\nTo: c@d.org\nSubject: S %b\n\nThe troops came.\n"
                % (text.replace(b"\n", b" "), text.replace(b"\n", b" "))
            )
    header = ",".join(
        '"' + text.decode("utf-8", "replace").replace('"', "") + '"' for text in HOSTILE
    )
    (more / "t.csv").write_text(header + "\n" + ",".join(["troops"] * len(HOSTILE)) + "\n")


def test_every_form_and_command(tmp_path: Path) -> None:
    hostile = written(tmp_path)
    with_insides(hostile)
    batch = hostile / "queries.txt"
    batch.write_bytes(b"".join(b"%b\ttroops\n" % t.replace(b"\n", b"") for t in HOSTILE))
    judged = hostile / "judged.txt"
    judged.write_bytes(b"".join(b"%b 0 x 1\n" % re.sub(rb"\s", b"", t) for t in HOSTILE))
    lines: list[list[str | bytes]] = [
        ["index", "-v", "--dry-run", "documents", "more"],
        ["index", "documents", "more"],
    ]
    lines += [["query", "-k0", "troops", "--color=always", *form] for form in FORMS]
    lines += [
        ["query", "-f", str(batch), "-k2", *form]
        for form in ([], ["--json"], ["-l"], ["--format=trec"])
    ]
    lines += [
        ["fields"],
        ["fields", "--json"],
        ["fields", "author"],
        ["fields", "from"],
        ["status", "-v"],
    ]
    lines += [
        ["facets", "troops"],
        ["facets", "--by=author", "--json"],
        ["keywords", "-k0", "troops"],
    ]
    lines += [["facets", "--by=from", "-k0"], ["keywords", "--json", "more"], ["terms", "-k0"]]
    lines += [["status", "--languages"], ["check"], ["formats"], ["eval", str(judged), str(batch)]]
    lines += [["open", "--print", "1"], ["show", "2"], ["similar", "-k0", "more/0.md"]]
    for text in HOSTILE:
        lines += [
            ["open", "--print", text],
            ["fields", text],
            ["help", text],
            ["completions", text],
        ]
        lines += [
            ["query", "--format", text + b"{title", "troops"],
            ["query", "-g", text, "troops"],
        ]
        lines += [
            ["query", "-t", text, "troops"],
            ["query", "--in", text, "x"],
            ["query", "--sort", text, "x"],
            ["facets", "--by", text],
            ["keywords", "--", text],
            ["show", "--query", text, "2"],
        ]
    names = sorted(os.listdir(os.fsencode(hostile / "documents")))
    lines += [["open", "--print", b"documents/" + name] for name in names]
    lines += [["forget", b"documents/" + name] for name in names[::8]]
    stream = run_all(hostile, *lines, VISUAL="vim", XDG_STATE_HOME=str(hostile))
    shown = assert_harmless(stream.replace(b"\0", b"").replace(b"\t", b" "), redraws=True)
    assert "internal error" not in shown
    assert shown.count("troops came") > 500
    assert shown.count("Inside, the troops came") > 200


def test_names_that_a_user_gives(hostile: Path, tmp_path: Path) -> None:
    """Streams, collections, models, indexes, files outside of the index, and configurations."""
    (tmp_path / "empty").mkdir()
    run_all(tmp_path, ["index", "empty"])
    lines: list[list[str | bytes]] = []
    for number, text in enumerate(HOSTILE):
        outside = b"%d %b.txt" % (number, text.replace(b"/", b"|"))
        try:
            (tmp_path / os.fsdecode(outside)).write_bytes(b"The troops came %b.\n" % text)
        except OSError:  # a file system with UTF-8 names only
            outside = b"none"
        lines += [
            ["query", "--in", outside, "troops"],
            ["similar", outside],
            ["index", "--as", text, "empty"],
            ["query", "-c", text, "troops"],
            ["query", "--index", text, "troops"],
            ["query", "--collection", text, "troops"],
            ["query", "--rerank", text, "troops"],
            ["query", "troops", "--", text],
            ["query", "-f", text],
            ["model", "add", text],
            ["model", "use", text],
            ["copy", text, "to"],
            ["copy", ".seedsearch", text],
            ["eval", text, text],
            ["index", "--encoding", text, "empty"],
            ["index", "--type", text, "empty"],
            ["index", "-g", text, "empty"],
            ["watch", text],
        ]
    shown = assert_harmless(run_all(tmp_path, *lines), redraws=True)
    assert "internal error" not in shown
    assert shown.count("seedsearch: ") > 10 * len(HOSTILE)
    assert shown.count("troops came") > 30


@pytest.mark.parametrize("form", ["--json", "--pretty", "-l"])
def test_streams(tmp_path: Path, form: str) -> None:
    for text in HOSTILE[::8]:
        stream = tmp_path / "stream.txt"
        stream.write_bytes(b"The troops came %b.\n" % text)
        script = (
            'seedsearch query --stdin --name "$1" "$2" troops <stream.txt;'
            'seedsearch index --stdin --name "$1" <stream.txt; seedsearch query "$2" troops;'
            'seedsearch forget --yes -- "$1"'
        ).replace("seedsearch", f"{sys.executable} -m seedsearch")
        _, out = on_terminal(
            ["sh", "-c", script, "sh", text, form],
            folder=tmp_path, env=environment(HOME=str(tmp_path), TERM="xterm-256color"),
        )  # fmt: skip
        assert "internal error" not in assert_harmless(out, redraws=True)


def test_configurations(hostile: Path, tmp_path: Path) -> None:
    lines: list[list[str | bytes]] = []
    for number, text in enumerate(HOSTILE):
        name = text.decode("utf-8", "replace")
        for kind, content in enumerate(
            (name, f"[query]\n{json.dumps(name)} = 1\n", f"[query]\ncolor = {json.dumps(name)}\n")
        ):
            home = tmp_path / f"{number}-{kind}"
            shutil.copytree(hostile / ".seedsearch", home / ".seedsearch")
            (home / "seedsearch.toml").write_text(content, encoding="utf-8", errors="replace")
            lines.append(["query", "--index", f"{home.name}/.seedsearch", "troops"])
    shown = assert_harmless(run_all(tmp_path, *lines))
    assert "internal error" not in shown
    assert shown.count("seedsearch: ") > 2 * len(HOSTILE)
