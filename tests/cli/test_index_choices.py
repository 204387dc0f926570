"""`seedsearch index` with a selection of files: what it reads, what it remembers, and dry runs."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from running import Cli

pytestmark = pytest.mark.usefixtures("watched")


@pytest.fixture
def docs(folder: Path) -> Path:
    made = folder / "docs"
    for name in ("a.md", "b.txt", ".c.md", "drafts/d.md", "e.log"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(f"harbour {name}\n")
    (made / ".gitignore").write_text("*.log\n")
    return made


def found(cli: Cli) -> list[str]:
    return sorted(cli("query", "-l", "harbour").out.split())


def test_by_default_hidden_and_ignored_files_are_not_read(cli: Cli, docs: Path) -> None:
    cli("index", "docs")
    assert found(cli) == ["docs/a.md", "docs/b.txt", "docs/drafts/d.md"]


def test_a_choice_is_remembered_until_another_is_made(cli: Cli, docs: Path) -> None:
    cli("index", "-t", "md", "--hidden", "-g", "!drafts/", "docs")
    assert found(cli) == ["docs/.c.md", "docs/a.md"]
    (docs / "f.md").write_text("harbour f\n")
    (docs / "g.txt").write_text("harbour g\n")
    assert cli("index").err.startswith("1 added, 0 changed, 2 unchanged, 0 removed")
    assert cli("index", "docs").err.startswith("0 added, 0 changed, 3 unchanged, 0 removed")
    assert found(cli) == ["docs/.c.md", "docs/a.md", "docs/f.md"]
    assert cli("index", "--rebuild").code == 0
    assert found(cli) == ["docs/.c.md", "docs/a.md", "docs/f.md"]
    ended = cli("index", "--no-hidden", "docs")
    assert ended.err.startswith("3 added, 0 changed, 2 unchanged, 1 removed")
    assert found(cli) == ["docs/a.md", "docs/b.txt", "docs/drafts/d.md", "docs/f.md", "docs/g.txt"]


def test_without_a_path_a_choice_is_for_all_roots(cli: Cli, docs: Path) -> None:
    cli("index", "docs")
    cli("index", "--no-ignore")
    assert "docs/e.log" in found(cli)
    cli("index")
    assert "docs/e.log" in found(cli)


def test_a_part_of_a_root_is_refreshed_as_the_root_was_chosen(cli: Cli, docs: Path) -> None:
    cli("index", "-g", "drafts/*.md", "docs")
    assert found(cli) == ["docs/drafts/d.md"]
    (docs / "drafts/n.md").write_text("harbour n\n")
    (docs / "drafts/n.txt").write_text("harbour n\n")
    cli("index", "docs/drafts")
    assert found(cli) == ["docs/drafts/d.md", "docs/drafts/n.md"]
    assert "roots       docs\n" in cli("status").out


def test_an_ignored_file_that_was_named_stays(cli: Cli, docs: Path) -> None:
    cli("index", "docs")
    cli("index", "docs/e.log")
    assert "docs/e.log" in found(cli)
    cli("index")
    assert "docs/e.log" in found(cli)
    cli("forget", "docs/e.log")
    cli("index")
    assert "docs/e.log" not in found(cli)


def test_what_is_forgotten_is_chosen_again(cli: Cli, docs: Path) -> None:
    cli("index", "--hidden", "docs")
    cli("forget", "docs")
    cli("index", "docs")
    assert "docs/.c.md" not in found(cli)


def test_a_file_that_grows_past_the_cap_leaves_and_is_named(cli: Cli, docs: Path) -> None:
    cli("index", "--max-size", "1K", "docs")
    (docs / "a.md").write_text("harbour " * 200)
    ended = cli("index")
    assert "1 skipped: 1 larger than 1,024 bytes\n  docs/a.md: " in ended.err
    assert "1 removed" in ended.err
    assert found(cli) == ["docs/b.txt", "docs/drafts/d.md"]


@pytest.mark.parametrize("name", ["big.txt", "big.jsonl", "big.mbox", "big.csv", "big", "big.py"])
def test_the_cap_on_size_decides_alone(cli: Cli, docs: Path, name: str) -> None:
    """With a sparse file of 1.1 GiB: no format is read above the limit, and every format below it."""
    big = docs / name
    big.write_bytes(b"harbour\n")
    os.truncate(big, 1_100 << 20)
    ended = cli("index", "docs")
    assert ended.code == 0
    assert f"1 skipped: 1 larger than 1,073,741,824 bytes\n  docs/{name}: " in ended.err
    os.truncate(big, 9 << 20)
    assert (
        f"docs/{name}: larger than 2,097,152 bytes" in cli("index", "--max-size", "2M", "docs").err
    )
    assert "larger" not in cli("index", "--max-size", "9M", "docs").err
    assert "larger" not in cli("index", "--max-size", "0", "docs").err


def test_a_file_of_more_than_a_gigabyte_is_read_where_it_may_be(cli: Cli, docs: Path) -> None:
    big = docs / "big.txt"
    big.write_bytes(b"harbour\n")
    os.truncate(big, 1_100 << 20)
    assert (
        "1 skipped: 1 binary\n  docs/big.txt: binary"
        in cli("index", "--max-size", "2G", "docs").err
    )


def test_a_dry_run_says_what_and_why_and_makes_nothing(cli: Cli, docs: Path, folder: Path) -> None:
    ended = cli("index", "--dry-run", "-g", "!drafts", "docs")
    assert ended.code == 0
    ignored = f"{docs}/.gitignore:1: *.log"
    assert ended.out.splitlines() == [
        "hidden\tdocs/.c.md",
        "hidden\tdocs/.gitignore",
        "new\tdocs/a.md",
        "new\tdocs/b.txt",
        "glob\tdocs/drafts\t!drafts",
        f"ignored\tdocs/e.log\t{ignored}",
    ]
    assert ended.err == "2 files, 27 bytes would be read; 2 hidden, 1 glob, 1 ignored\n"
    assert not (folder / ".seedsearch").exists()
    assert cli("index", "--dry-run").code == 2
    assert cli("index", "--dry-run", "nowhere").code == 2


def test_a_dry_run_of_a_refresh(cli: Cli, docs: Path) -> None:
    cli("index", "docs")
    (docs / "a.md").write_text("harbour, another text\n")
    (docs / "b.txt").unlink()
    out = cli("index", "-n").out.splitlines()
    assert "changed\tdocs/a.md" in out
    assert "remove\tdocs/b.txt" in out
    assert "docs/b.txt" in found(cli)


def test_types_are_listed_and_checked(cli: Cli, docs: Path) -> None:
    listed = cli("index", "--type-list")
    assert listed.code == 0
    assert "md: *.md, *.markdown, *.mdown, *.mkd" in listed.out.splitlines()
    ended = cli("index", "-t", "markdwn", "docs")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("seedsearch: no such file type: markdwn")
    assert "did you mean html?" in cli("index", "-t", "htm", "docs").err
    assert "not a size" in cli("index", "--max-size", "big", "docs").err


# `zip -P sesame` of a text.
_ENCRYPTED = base64.b64decode(
    "UEsDBAoACQAAAFqdfF22mnEeHgAAABIAAAAFAAAAbi50eHRy/KlcXaCJ9wAWrPBwneJSxzghSqFdjaBDPDQN8b1QSwcItppxHh4A"
    "AAASAAAAUEsBAh4DCgAJAAAAWp18XbaacR4eAAAAEgAAAAUAAAAAAAAAAQAAAKSBAAAAAG4udHh0UEsFBgAAAAABAAEAMwAAAFEA"
    "AAAAAA=="
)


def test_passwords_are_tried_on_request(cli: Cli, docs: Path, folder: Path) -> None:
    docs.joinpath("e.zip").write_bytes(_ENCRYPTED)
    os.utime(docs / "e.zip", (1e9, 1e9))  # a file changed a moment ago is read again
    cli("index", "docs")
    assert "e.zip: " in (said := cli("status", "-v").out)
    assert "encrypted" in said
    assert cli("query", "wagtail").code == 1
    folder.joinpath("passwords").write_text("wrong\n\nsesame\n")
    assert cli("index", "--passwords", "passwords").code == 0
    assert "e.zip" in cli("query", "-l", "wagtail").out
    assert cli("index").code == 0  # what was read stays
    assert cli("query", "-q", "wagtail").code == 0
    missing = cli("index", "--passwords", "missing")
    assert (missing.code, "missing: no such file" in missing.err) == (2, True)
