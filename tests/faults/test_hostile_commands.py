"""Every command on indexes with right checksums and wrong numbers: hits, no hits, or an error about damage."""

from __future__ import annotations

import random
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from trials import Opened, seal, segments, trials

from seedsearch.cli import main

COAL = ("query", "coal")
READING = (
    COAL,
    *((*COAL, *flags.split()) for flags in (
        "-l", "-c", "-q", "-k0 --json", "-k0 --vimgrep", "-C2", "--verified", "-C1 --verified",
        "--sort path", "--by document", "--pretty --explain", "--json --explain", "--format trec",
        "--color always", "-g *.md", "-t md", "-k0 --per-file 0 --json", "-A1 -k0",
    )),
    *(("query", text) for text in (
        '"iron ore"', '"coal ships"~4', "har*", "sh?ps", "coul~1", "title:report", "+coal -grain",
        "=ships", "date:2020.. coal", "lang:en coal", "path:docs/ harbour", "東京", "electricite",
    )),
    ("query", "--relax", "coal nothingofthekind"),
    ("show", "docs/003.md:1"),
    ("show", "--json", "docs/030.md"),
    ("similar", "docs/003.md:1"),
    ("terms",),
    ("terms", "har"),
    ("terms", "--json", "*tion"),
    ("status",),
    ("status", "--languages"),
    ("status", "-v"),
)  # fmt: skip
WRITING = (
    ("index", "-q", "--jobs", "1"),
    ("forget", "docs/005.md"),
)

REFUSALS = ("the index is damaged: ", "no text of this file is indexed", "not in the index")
EXTREMES = (0, 1, 255, 1 << 31, 1 << 40, 1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)


@pytest.fixture
def run(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., str]:
    """Run a command beside the copy, in this process. Return its stderr."""
    monkeypatch.delenv("SEEDSEARCH_INDEX", raising=False)
    monkeypatch.setenv("HOME", str(copy.parent))
    monkeypatch.chdir(copy.parent)

    def once(*arguments: str) -> str:
        capfdbinary.readouterr()
        code = main(arguments)
        said = capfdbinary.readouterr().err.decode()
        assert "internal error" not in said, (arguments, said)
        assert "out of memory" not in said, (arguments, said)
        assert code in (0, 1) or any(what in said for what in REFUSALS), (arguments, code, said)
        return said if code == 2 else ""

    return once


def test_the_whole_index_is_not_damaged(run: Callable[..., str]) -> None:
    for command in (*READING, ("check",), *WRITING):
        assert run(*command) == "", command


def number_columns(segment: Opened) -> list[str]:
    """Return the columns of numbers."""
    columns = segment.directory["columns"]
    return sorted(name for name in columns if f"{name}.end" not in columns and name != "postings")


def extreme(segment: Opened, name: str, value: int, rng: random.Random) -> None:
    """Replace one number of a column, or all of them."""
    code, _, length = segment.directory["columns"][name]
    values = list(struct.unpack(f"<{length}{code}", segment.values(name)))
    for at in range(length) if rng.random() < 0.4 else (rng.randrange(length),):
        values[at] = value
    if code == "q":
        segment.put(
            name,
            struct.pack(f"<{length}q", *(v - (1 << 63) if v >> 63 else v for v in values)),
            "q",
        )
    else:
        segment.put(name, struct.pack(f"<{length}Q", *values), "Q")


def damaged(folder: Path, name: str, value: int, rng: random.Random) -> None:
    for file in segments(folder):
        segment = Opened(file)
        extreme(segment, name, value, rng)
        segment.save()
    seal(folder)


COLUMNS = [
    *("document.file", "document.fields.end", "document.id.end", "document.kind"),
    *("document.member.end", "document.ordinal", "document.place", "document.title.end"),
    *("file.ctime", "file.digest.end", "file.mtime", "file.path.end", "file.size"),
    *("file.skipped.end", "group.base", "group.end", "group.first.end", "heading.end"),
    *("passage.byte", "passage.bytes", "passage.document", "passage.heading", "passage.length"),
    *("passage.line", "passage.lines", "passage.page", "passage.text", "passage.title"),
    *(
        "class.end",
        "class.first.end",
        "steps.end",
        "term.end",
        "term.first.end",
        "text.end",
        "text.raw",
    ),
]


def test_these_are_all_columns_of_numbers(whole: Path) -> None:
    assert number_columns(Opened(segments(whole)[0])) == sorted(COLUMNS)


@pytest.mark.parametrize("name", COLUMNS)
def test_numbers_out_of_bounds(name: str, whole: Path, copy: Path, run: Callable[..., str]) -> None:
    rng = random.Random(name)
    for value in rng.sample(EXTREMES, trials(1, len(EXTREMES))):
        damaged(copy, name, value, rng)
        asked = rng.sample(READING, trials(12, len(READING)))
        refused = [run(*command) for command in asked]
        if not run("check"):
            assert not any(refused), (name, value)  # `check` agrees
        for command in WRITING:
            run(*command)
        shutil.rmtree(copy)
        shutil.copytree(whole, copy)


@pytest.mark.parametrize("value", [1 << 40, 1 << 62, (1 << 64) - 1])
def test_a_passage_of_more_bytes_than_there_are(
    value: int, copy: Path, run: Callable[..., str]
) -> None:
    for file in segments(copy):
        segment = Opened(file)
        length = segment.directory["columns"]["passage.bytes"][2]
        segment.put("passage.bytes", struct.pack("<Q", value) * length, "Q")
        segment.save()
    seal(copy)
    beyond = value + 1 > (1 << 63) - 1
    for command in ((*COAL, "--verified"), (*COAL, "-C2"), ("show", "docs/003.md:1"), ("check",)):
        assert bool(run(*command)) == beyond, command


@pytest.mark.parametrize("name", ["document.ordinal", "document.place", "passage.document"])
@pytest.mark.parametrize("value", [0, 1, (1 << 63) - 1, (1 << 64) - 1])
def test_passages_around_where_a_document_is_elsewhere(
    name: str, value: int, copy: Path, run: Callable[..., str]
) -> None:
    for seed in range(trials(1, 6)):
        damaged(copy, name, value, random.Random(seed))
        refused = [run(*COAL, "-C2"), run(*COAL, "-C1", "--verified"), run("show", "docs/003.md:1")]
        if not run("check"):
            assert not any(refused)
