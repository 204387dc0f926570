"""Options of query: files, order, form; and options that conflict."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Cli


@pytest.fixture
def docs(folder: Path, cli: Cli) -> Path:
    """Documents of several kinds in several folders, indexed."""
    made = folder / "docs"
    for name, text in (
        ("a.md", "# Ports\n\nThe port of Najin.\nAnother port, and a port more.\n"),
        ("b.txt", "The pörts: a port.\n"),
        ("drafts/c.md", "A port in a draft.\n"),
        ("drafts/old/d.txt", "An old port, in an old draft of an old port.\n"),
        (".hidden.md", "A hidden port.\n"),
    ):
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    cli("index", "docs")
    return made


def files(cli: Cli, *arguments: str) -> list[str]:
    ended = cli("query", "-l", *arguments, "port")
    assert ended.err == ""
    return sorted(line.removeprefix("docs/") for line in ended.out.splitlines())


A, B, C, D = "a.md", "b.txt", "drafts/c.md", "drafts/old/d.txt"


@pytest.mark.parametrize("source", [(), ("--in", "docs")], ids=["index", "folder"])
@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ((), [A, B, C, D]),
        (("-g", "*.md"), [A, C]),
        (("-g", "*.md", "-g", "*.txt"), [A, B, C, D]),
        (("-g", "!*.md"), [B, D]),
        (("-g", "!drafts/"), [A, B]),
        (("-g", "!drafts"), [A, B]),
        (("-g", "!old"), [A, B, C]),
        (("-g", "**/c.md"), [C]),
        (("-g", "b.txt"), [B]),
        (("-g", ".txt"), []),
        (("-t", "md"), [A, C]),
        (("-t", "md", "-t", "txt"), [A, B, C, D]),
        (("-t", "md", "-g", "!drafts/"), [A]),
    ],
)
def test_globs_and_types_choose_the_same_files_of_an_index_and_of_a_folder(
    cli: Cli, docs: Path, source: tuple[str, ...], flags: tuple[str, ...], expected: list[str]
) -> None:
    assert files(cli, *source, *flags) == expected


def test_a_folder_is_walked_as_the_flags_say(cli: Cli, docs: Path) -> None:
    assert files(cli, "--in", "docs", "--hidden") == [".hidden.md", A, B, C, D]
    assert files(cli, "--in", "docs", "--max-size", "20") == [B, C]
    (docs / ".ignore").write_text("drafts\n")
    assert files(cli, "--in", "docs") == [A, B]
    assert files(cli, "--in", "docs", "--no-ignore") == [A, B, C, D]


def test_filters_change_no_score_and_no_operator(cli: Cli, docs: Path) -> None:
    every = cli("query", "-k0", "--json", "port NOT old").out.splitlines()
    chosen = cli("query", "-k0", "--json", "-g", "*.md", "port NOT old").out.splitlines()

    def without_rank(lines: list[str]) -> list[str]:
        return [line.partition('"score"')[2] for line in lines]

    assert without_rank(chosen) == [line for line in without_rank(every) if '.md"' in line]
    assert len(chosen) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--hidden",), "--hidden selects the files to read, and a search of the index reads none: "
                        "use it with seedsearch index, or with --in"),
        (("--no-ignore",), "--no-ignore selects the files to read, and a search of the index reads none: "
                           "use it with seedsearch index, or with --in"),
        (("--max-size", "1K"), "--max-size selects the files to read, and a search of the index reads none: "
                               "use it with seedsearch index, or with --in"),
        (("--stdin", "-g", "*.md"), "-g selects files, and --stdin reads none: leave it out"),
        (("--stdin", "--fresh"), "--fresh needs an index; --stdin and --in use none: leave it out"),
        (("--in", "docs", "--verified"), "--verified needs an index; --stdin and --in use none: leave it out"),
        (("--in", "docs", "--index", "docs"), "--index needs an index; --stdin and --in use none: leave it out"),
        (("--name", "x"), "--name needs --stdin: add it"),
        (("-t", "mdd"), "no such file type: mdd: did you mean md?"),
        (("-g", "/"), "this glob matches nothing: /: write it like -g '*.md'"),
        (("--rerank-ms", "9"), "--rerank-ms has no effect without --rerank: add --rerank"),
        (("--vimgrep", "--json"), "--json and --vimgrep cannot be combined: use one of them"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_said(
    cli: Cli, docs: Path, arguments: tuple[str, ...], said: str
) -> None:
    ended = cli("query", *arguments, "port")
    assert ended == (2, "", f"seedsearch: {said}\n")


def test_the_best_hits_in_the_order_of_their_paths(cli: Cli, docs: Path) -> None:
    def paths(*arguments: str) -> list[str]:
        return [line.partition(":")[0] for line in cli("query", *arguments).out.splitlines()]

    best = paths("-k2", "old port")
    assert best[0] == "docs/drafts/old/d.txt"
    assert paths("-k2", "--sort", "score", "old port") == best
    assert paths("-k2", "--sort", "path", "old port") == sorted(best)
    every = paths("-l", "old port")
    assert paths("-l", "--sort", "path", "old port") == sorted(every) != every


def test_vimgrep_counts_the_indentation_of_a_passage(cli: Cli, folder: Path) -> None:
    made = folder / "docs"
    made.mkdir()
    (made / "a.py").write_text("\tlighthouse = 1\n")
    (made / "b.txt").write_bytes("\n  é harbour and lighthouse\n".encode("utf-16"))
    cli("index", "-q", "docs")
    assert cli("query", "--vimgrep", "--sort", "path", "lighthouse").out == (
        "docs/a.py:1:2:lighthouse = 1\ndocs/b.txt:2:18:é harbour and lighthouse\n"
    )
    (made / "a.py").unlink()
    assert "docs/a.py:1:1:" in cli("query", "--vimgrep", "lighthouse").out


def test_vimgrep_is_a_line_for_each_match_with_its_column_in_bytes(cli: Cli, docs: Path) -> None:
    assert cli("query", "--vimgrep", "--sort", "path", "-g", "!drafts/", "port").out == (
        "docs/a.md:1:3:# Ports\n"
        "docs/a.md:3:5:The port of Najin.\n"
        "docs/a.md:4:9:Another port, and a port more.\n"
        "docs/a.md:4:21:Another port, and a port more.\n"
        "docs/b.txt:1:5:The pörts: a port.\n"
        "docs/b.txt:1:15:The pörts: a port.\n"
    )
    assert cli("query", "--vimgrep", "-0", "draft").out.startswith(
        "docs/drafts/c.md\0001:13:A port"
    )


def test_lines_around_a_match_are_marked_as_grep_marks_them(cli: Cli, folder: Path) -> None:
    lines = [
        f"line {n} is long enough that a passage ends somewhere: {'words ' * 20}"
        for n in range(1, 13)
    ]
    lines[5] = "here is the harbour\tof Wonsan"
    lines[9] = "the harbour again \x1b[31m"
    (folder / "a.txt").write_text("".join(f"{line.strip()}\n" for line in lines))
    cli("index", "a.txt")

    def shown(*arguments: str) -> list[str]:
        printed = cli("query", *arguments, "harbour").out.splitlines()
        return [line if "harbour" in line else line[:14] for line in printed]

    assert shown("-C1", "--sort", "path") == [
        "a.txt-5-line 5",
        "a.txt:6:here is the harbour\tof Wonsan",
        "a.txt-7-line 7",
        "--",
        "a.txt-9-line 9",
        "a.txt:10:the harbour again ␛[31m",
        "a.txt-11-line ",
    ]
    assert shown("-B", "1", "--sort", "path")[:2] == [
        "a.txt-5-line 5",
        "a.txt:6:here is the harbour\tof Wonsan",
    ]
    assert shown("-A", "0", "--sort", "path") == [
        "a.txt:6:here is the harbour\tof Wonsan",
        "a.txt:10:the harbour again ␛[31m",
    ]
    assert cli("query", "-0A0", "--sort", "path", "harbour").out.startswith("a.txt\0006:here is")
    assert len([line for line in shown("-C", "100") if line != "--"]) == 24
    ended = cli("query", "-C1", "--json", "harbour")
    assert ended.err == "seedsearch: --json and -A, -B or -C cannot be combined: use one of them\n"


def test_lines_around_come_from_a_folder_without_an_index_too(cli: Cli, folder: Path) -> None:
    (folder / "a.txt").write_text("one\ntwo harbours\nthree\n")
    expected = "a.txt-1-one\na.txt:2:two harbours\na.txt-3-three\n"
    assert cli("query", "--in", "a.txt", "-C1", "harbour").out == expected
