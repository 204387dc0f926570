"""`seedsearch.toml` and the user's file: their effect, their precedence, and forbidden settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Cli

from seedsearch.config import Config, load_config, user_file

pytestmark = pytest.mark.usefixtures("watched")


@pytest.fixture
def docs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    made = folder / "docs"
    (made / "legacy").mkdir(parents=True)
    for number in range(6):
        (made / f"{number}.txt").write_text(f"harbour {number}\n\nharbour again\n")
    return made


def configure(folder: Path, text: str, *, user: bool = False) -> None:
    path = Path(user_file()) if user else folder / "seedsearch.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def lines(cli: Cli, *arguments: str) -> int:
    return cli("query", *arguments, "harbour").out.count("\n")


def test_flags_then_the_project_then_the_user(cli: Cli, docs: Path, folder: Path) -> None:
    cli("index", "docs")
    assert lines(cli) == 6
    configure(folder, "[query]\nlimit = 2\nper-file = 1\n", user=True)
    assert lines(cli) == 2
    configure(folder, "[query]\nlimit = 4\n")
    assert lines(cli) == 4
    assert lines(cli, "-k", "3") == 3
    assert lines(cli, "-k", "0") == 6
    assert load_config(str(folder)) == Config(limit=4, per_file=1)


def test_the_users_file_is_where_xdg_says(
    folder: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert user_file() == str(folder / ".config/seedsearch/config.toml")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "xdg"))
    assert user_file() == str(folder / "xdg/seedsearch/config.toml")
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    assert user_file() == str(folder / ".config/seedsearch/config.toml")


def test_ignored_globs(cli: Cli, docs: Path, folder: Path) -> None:
    cli("index", "docs")
    configure(folder, '[index]\nignore = ["1.txt", "/legacy/"]\n')
    configure(folder, '[index]\nignore = ["2.txt"]\n', user=True)
    (docs / "legacy/old.txt").write_text("harbour of old\n")
    assert cli("index").err.startswith("0 added, 0 changed, 4 unchanged, 2 removed")
    dry = cli("index", "-n").out.splitlines()
    assert "ignored\tdocs/1.txt\tignore in the configuration: 1.txt" in dry


def test_a_told_encoding_is_used_at_once_and_forgotten_with_the_line(
    cli: Cli, docs: Path, folder: Path
) -> None:
    (docs / "legacy/a.txt").write_bytes("порт".encode("cp1251"))
    (docs / "b.txt").write_bytes("порт Находка в тумане".encode("koi8-r"))
    cli("index", "docs")
    configure(
        folder, '[encodings]\n"docs/legacy/" = "cp1251"\n"*.txt" = "utf-8"\n"b.txt" = "koi8-r"\n'
    )
    configure(folder, '[encodings]\n"docs/b.txt" = "cp437"\n', user=True)
    ended = cli("index")
    assert ended.code == 0
    hit = json.loads(cli("query", "--json", "Находка").out)
    assert (hit["path"], hit["encoding"]) == ("docs/b.txt", "koi8-r")
    configure(folder, '[encodings]\n"docs/legacy/" = "cp1251"\n')
    cli("index")
    hit = json.loads(cli("query", "--json", "порт", "path:legacy").out)
    assert (hit["text"], hit["encoding"], hit["errors"]) == ("порт", "cp1251", "strict")
    generation = cli("status", "--json").out
    cli("index")
    assert (
        json.loads(cli("status", "--json").out)["generation"]
        == json.loads(generation)["generation"]
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[query]\nlimt = 3\n", "unknown key query.limt: did you mean query.limit?"),
        ("[quary]\nlimit = 3\n", "unknown key quary"),
        ("limit = 3\n", "unknown key limit: did you mean query.limit?"),
        ("[query]\nlimit = 'x'\n", "query.limit must be a whole number, 0 or more"),
        ("[query]\nlimit = true\n", "query.limit must be a whole number, 0 or more"),
        ("[query]\ncolor = 'blue'\n", "query.color must be one of auto, always, never"),
        ("[index]\nignore = '*.bak'\n", "index.ignore must be a list of globs"),
        ("[encodings]\n'*.txt' = 'cp12511'\n", "no such encoding: cp12511"),
        ("[encodings]\n'*.txt' = 'hex'\n", "no such encoding: hex"),
        ("[query\n", "(at line 1, column 7)"),
        ("query = 3\n", "query must be a table: begin it with [query]"),
        ("[[index]]\njobs = 1\n", "index must be a table: begin it with [index]"),
        ("readers = 3\n", "readers must be tables: begin each with [[readers]]"),
    ],
)
def test_what_is_wrong_is_named(cli: Cli, docs: Path, folder: Path, text: str, said: str) -> None:
    cli("index", "docs")
    configure(folder, text)
    ended = cli("query", "harbour")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"seedsearch: {folder}/seedsearch.toml: ")
    assert said in ended.err
    assert ended.err.count("\n") == 1


def test_encodings_and_the_least_certain_guesses(cli: Cli, docs: Path) -> None:
    (docs / "ru.txt").write_bytes("Порт Находка стоит в тумане, корабли ждут.".encode("koi8-r"))
    (docs / "bad.txt").write_bytes("harbour über alles, schön ist der Hafen".encode() * 6 + b"\xff")
    cli("index", "docs")
    out = cli("status", "--encodings").out.splitlines()
    assert out[0] == "        7  utf-8"
    assert any(line.endswith("koi8-r: docs/ru.txt") for line in out)
    assert any(line.endswith("utf-8, with errors: docs/bad.txt") for line in out)
    found = json.loads(cli("status", "--encodings", "--json").out)
    assert found["schema"] == "seedsearch.encodings/1"
    assert found["encodings"]["utf-8"] == 7
    assert {guess["path"] for guess in found["guesses"]} == {"docs/ru.txt", "docs/bad.txt"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = " + "[" * 20_000, "nested too deeply"),
        ("x = " + "9" * 5_000, "a number with too many digits"),
        ("x = 'unclosed", 'Expected "\'" (at end of document)'),
    ],
)
def test_a_file_that_the_library_cannot_read(
    cli: Cli, docs: Path, folder: Path, text: str, reason: str
) -> None:
    cli("index", "docs")
    configure(folder, text)
    ended = cli("query", "harbour")
    assert ended.code == 2
    assert f"seedsearch.toml: {reason}: see" in ended.err
