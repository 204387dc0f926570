"""Wrong command lines: one clear line on stderr, exit 2, nothing on stdout, and useful hints."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from running import Cli

from seedsearch import errors
from seedsearch.cli.exit import code_of


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["quary", "x"], "no such command: quary: did you mean seedsearch query?"),
        (
            ["troops", "north"],
            'no such command: troops: to search, run seedsearch query "troops north"',
        ),
        (
            ['"as he left"'],
            "no such command: \"as he left\": to search, run seedsearch query '\"as he left\"'",
        ),
        (["-x"], "no such option: -x: see seedsearch --help"),
        (["query"], "no words to search for: seedsearch query WORDS"),
        (
            ["query", "foo", "-bar"],
            "no such option: -b: words that begin with a dash are quoted as one query after --, "
            "as in: query -- '-a b'",
        ),
        (["query", "--jsno", "x"], "no such option: --jsno: did you mean --json?"),
        (["query", "--full", "x"], "no such option: --full: see seedsearch query --help"),
        (["query", "--open", "x"], "no such option: --open: see seedsearch query --help"),
        (["query", "--sorted", "path", "x"], "no such option: --sorted: did you mean --sort?"),
        (["find", "coal"], 'no such command: find: to search, run seedsearch query "coal"'),
        (["search"], "no such command: search: did you mean seedsearch query?"),
        (["rm", "a.txt"], "no such command: rm: did you mean seedsearch forget?"),
        (["version"], "no such command: version: did you mean seedsearch --version?"),
        (
            ["--json", "coal"],
            "no such option: --json: options follow the command, as in seedsearch query --json",
        ),
        (
            ["--index", ".", "query", "coal"],
            "no such option: --index: options follow the command, as in seedsearch query --index",
        ),
        (["query", "-i", "x"], "no such option: -i: case is ignored; ==Word matches it"),
        (
            ["query", "-m", "3", "x"],
            "no such option: -m: -k N limits the hits, --per-file N the hits from one file",
        ),
        (["query", "--type-list"], "no such option: --type-list: seedsearch index --type-list"),
        (
            ["query", "-india", "x"],
            "no such option: -i: words that begin with a dash are quoted as one query after --, "
            "as in: query -- '-a b'",
        ),
        (
            ["query", "-war", "x"],
            "no such option: -w: words that begin with a dash are quoted as one query after --, "
            "as in: query -- '-a b'",
        ),
        (
            ["query", "-rn", "x"],
            "no such option: -r: folders are read with everything below them",
        ),
        (["query", "-in", "x"], "no such option: -i: case is ignored; ==Word matches it"),
        (
            ["query", "-rni", "x"],
            "no such option: -r: folders are read with everything below them",
        ),
        (["query", "-ln", "x"], "no such option: -n: records begin with path and line"),
        (
            ["query", "-m1", "x"],
            "no such option: -m: -k N limits the hits, --per-file N the hits from one file",
        ),
        (["query", "-j4", "x"], "no such option: -j: only seedsearch index has --jobs"),
        (["query", "-uu", "x"], "no such option: -u: use seedsearch index --hidden --no-ignore"),
        (["files"], "no such command: files: did you mean seedsearch query -l 'path:*'?"),
        (["count", "coal"], "no such command: count: did you mean seedsearch query -c?"),
        (["rebuild"], "no such command: rebuild: did you mean seedsearch index --rebuild?"),
        (["config"], "no such command: config: did you mean seedsearch help configuration?"),
        (
            ["query", "--timeline", "-k", "3", "x"],
            "-k and --timeline cannot be combined: use one of them",
        ),
        (
            ["query", "--timeline", "--sort", "date", "x"],
            "--sort and --timeline cannot be combined: use one of them",
        ),
        (
            ["query", "--timeline", "--by", "document", "x"],
            "--by and --timeline cannot be combined: use one of them",
        ),
        (["query", "-l", "-M", "9", "x"], "-M and -l cannot be combined: use one of them"),
        (["query", "-M", "9", "--json", "x"], "-M and --json cannot be combined: use one of them"),
        (["query", "-c", "--text", "line", "x"], "--text and -c cannot be combined: use one of them"),
        (["query", "-l", "--per-file", "2", "x"], "--per-file and -l cannot be combined: use one of them"),
        (["query", "-l", "--by", "passage", "x"], "--by and -l cannot be combined: use one of them"),
        (["query", "--scores", "x"], "--scores has no effect in a pipe: add --pretty, or use --json"),
        (["query", "--scores", "--kwic", "x"], "--scores and --kwic cannot be combined: use one of them"),
        (["query", "--json", "--pretty", "x"], "--pretty and --json cannot be combined: use one of them"),
        (["query", "-0", "--json", "x"], "-0 and --json cannot be combined: use one of them"),
        (
            ["query", "-lv", "x"],
            "-v and -l cannot be combined: to exclude a word, write -WORD, as in: query -- 'coal -ship'",
        ),
        (
            ["query", "-v", "x"],
            "-v has no effect in a pipe: add --pretty; to exclude a word, write -WORD, as in: query -- 'coal -ship'",
        ),
        (
            ["query", "--synonyms", "s", "--no-synonyms", "x"],
            "--synonyms and --no-synonyms cannot be combined: use one of them",
        ),
        (["status", "-i"], "no such option: -i: see seedsearch status --help"),
        (["status", "x"], "too many arguments: x: see seedsearch status --help"),
        (["show"], "show needs N|PLACE: see seedsearch show --help"),
        (["eval"], "eval needs --queries FILE: see seedsearch eval --help"),
        (["completions"], "completions needs one of bash, zsh, fish: see seedsearch completions --help"),
        (
            ["completions", "tcsh"],
            "SHELL takes bash, zsh or fish, not tcsh: see seedsearch completions --help",
        ),
        (["query", "--sort", "pth", "x"], "--sort takes score, path, date, left or right, not pth: did you mean path?"),
        (["query", "--limit", "-1", "x"], "--limit takes a whole number from 0, not -1: see seedsearch query --help"),
        (["query", "-C", "2000", "x"], "-C takes a whole number from 0 to 1000, not 2000: see seedsearch query --help"),
        (["query", "x", "-k"], "-k needs a value"),
        (["query", "x", "--json=1"], "--json takes no value"),
        (["qeury", "x"], "no such command: qeury: did you mean seedsearch query?"),
        (
            ["query", "-k", "ten", "x"],
            "-k takes a whole number from 0, not ten: see seedsearch query --help",
        ),
        (["query", "--json", "-c", "x"], "--json and -c cannot be combined: use one of them"),
        (["query", "x"], "no index here or in any folder above: create one with seedsearch index FOLDER"),
        (["status"], "no index here or in any folder above: create one with seedsearch index FOLDER"),
        (["forget"], "forget needs PATHS: see seedsearch forget --help"),
        (
            ["index"],
            "no index here or in any folder above: name a folder, as in seedsearch index notes/",
        ),
        (["index", "nope/"], "no such file or folder: nope/"),
        (["index", "\x1b[2J"], "no such file or folder: ␛[2J"),
        (["\x1b]0;x\x07"], 'no such command: ␛]0;x␇: to search, run seedsearch query "␛]0;x␇"'),
    ],
)  # fmt: skip
def test_one_line_and_exit_2(cli: Cli, arguments: list[str], said: str) -> None:
    ended = cli(*arguments)
    assert (ended.code, ended.out, ended.err) == (2, "", f"seedsearch: {said}\n")


def test_a_limit_that_is_none_says_so_and_how_to_quote(cli: Cli) -> None:
    ended = cli("query", "-korea", "north")
    assert ended.code == 2
    assert "-k takes a whole number from 0, not orea" in ended.err
    assert "after --" in ended.err
    assert ended.err.count("\n") == 1


def test_nothing_is_made_for_a_path_that_does_not_exist(cli: Cli, folder: Path) -> None:
    assert cli("index", "nope").code == 2
    assert list(folder.iterdir()) == []


def test_an_index_is_not_made_among_other_things(cli: Cli, folder: Path) -> None:
    (folder / "notes").mkdir()
    (folder / "notes" / "a.txt").write_text("A note about coal.")
    ended = cli("index", "--index", "notes", "notes")
    assert ended.code == 2
    assert ended.err == (
        "seedsearch: notes contains other files than an index: "
        "keep the index in a folder of its own, such as notes/.seedsearch\n"
    )
    assert [p.name for p in (folder / "notes").iterdir()] == ["a.txt"]


def test_without_a_command_it_names_the_two(cli: Cli) -> None:
    ended = cli()
    assert (ended.code, ended.out) == (2, "")
    assert "seedsearch index FOLDER" in ended.err
    assert "seedsearch query WORDS" in ended.err


@pytest.mark.parametrize("command", [[], ["index"], ["query"], ["status"], ["forget"]])
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_has_examples(cli: Cli, command: list[str], option: str) -> None:
    ended = cli(*command, option)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(" ".join(["Usage: seedsearch", *command]))
    assert f"\n    seedsearch {' '.join(command)}" in ended.out


def test_version(cli: Cli) -> None:
    import seedsearch

    assert cli("--version") == (0, f"seedsearch {seedsearch.__version__}\n", "")


def test_an_unexpected_error_is_one_line_and_debug_shows_where(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise KeyError("\x1b[2J")

    monkeypatch.setattr("seedsearch.cli.options.index_home", broken)
    ended = cli("query", "x")
    assert ended.code == 2
    assert ended.err == (
        "seedsearch: internal error, KeyError: '\\x1b[2J': run again with --debug to see where\n"
    )
    ended = cli("query", "x", "--debug")
    assert ended.code == 2
    assert "Traceback (most recent call last)" in ended.err
    assert "\x1b" not in ended.err
    assert "Traceback" not in cli("query", "--", "x", "--debug").err


@pytest.mark.parametrize("text", ["", "decoding with 'cp1252' codec failed"])  # Python's own
def test_ctrl_c_is_130(cli: Cli, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt(text)

    monkeypatch.setattr("seedsearch.cli.options.index_home", interrupted)
    assert cli("query", "x") == (130, "", "seedsearch: interrupted\n")


def all_errors(root: type[errors.SeedsearchError]) -> list[type[errors.SeedsearchError]]:
    return [root, *(e for child in root.__subclasses__() for e in all_errors(child))]


@pytest.mark.parametrize("kind", all_errors(errors.SeedsearchError))
def test_every_error_of_ours_is_2(kind: type[errors.SeedsearchError]) -> None:
    more = {errors.QuerySyntaxError: ("q", 0), errors.AmbiguousPlaceError: (("a", "b"),)}
    error = kind("m", *more.get(kind, ()))
    assert code_of(error) == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
        (BrokenPipeError(), 0),
        (click.ClickException("m"), 2),
        (click.UsageError("m"), 2),
        (OSError(28, "No space left on device"), 2),
        (MemoryError(), 2),
        (RecursionError(), 2),
    ],
)
def test_every_other_error(error: BaseException, code: int) -> None:
    assert code_of(error) == code


@pytest.mark.parametrize("said", ["²", "٣", "-5", "9" * 5000, "wide", ""])
@pytest.mark.parametrize("name", ["COLUMNS", "LINES"])
def test_a_size_of_the_terminal_that_is_none_is_passed_over(
    seeds: Cli, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.setenv(name, said)
    ended = seeds("query", "--color", "always", "troops")
    assert (ended.code, ended.err) == (0, "")


def test_a_size_of_very_many_digits_is_none(cli: Cli) -> None:
    ended = cli("index", "--max-size", "9" * 5000, ".")
    assert ended.code == 2
    assert ended.err.startswith("seedsearch: --max-size: not a size: 999")
