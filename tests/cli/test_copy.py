"""`seedsearch copy`: the same answers from another place, without the files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from running import Cli


def indexed(cli: Cli, folder: Path) -> None:
    notes = folder / "notes"
    notes.mkdir()
    (notes / "a.txt").write_text("Coal and iron.\n\nIron and steel, says the report.\n")
    (notes / "b.md").write_text("# Ein Titel\n\nKohle und Stahl.\n\n## Zwei\n\nThe coal.\n")
    (notes / "c.csv").write_text("city,price\nBerlin,3\nParis,4\n")
    (notes / "c.html").write_text(
        "<p>Die Seite</p>\n\n<script>\nx\n</script>\n<p>Kohle darin</p>\n"
    )
    for name in ("a.bin", "d.bin"):  # without passages, before others and after them
        (notes / name).write_bytes(b"\0\1\2" * 50)
    assert cli("index", "notes").code == 0


def answers(cli: Cli, words: str, index: str) -> list[dict[str, object]]:
    """Return the hits. Their ids depend on the place of the index."""
    lines = cli("query", "--json", words, "--index", index).out.splitlines()
    return [{**json.loads(line), "passage": ""} for line in lines]


def test_a_copy_answers_as_its_source_does(cli: Cli, folder: Path) -> None:
    indexed(cli, folder)
    ended = cli("copy", ".seedsearch", "backup/.seedsearch")
    assert (ended.code, ended.out) == (0, "")
    for words in ("coal", "iron steel", "city:paris", '"und stahl"', "kohle", "re*"):
        assert answers(cli, words, "backup") == answers(cli, words, ".seedsearch") != []
    assert cli("terms", "--index", "backup").out == cli("terms").out


def test_a_copy_needs_no_files_and_knows_them(cli: Cli, folder: Path) -> None:
    indexed(cli, folder)
    assert cli("copy", ".seedsearch", "backup/.seedsearch").code == 0
    report = cli("index", "--index", "backup", "notes").err
    assert (
        cli("index", "--index", "backup", "-v", "notes").err.endswith("in 0.0 s\n") or report == ""
    )
    shutil.rmtree(folder / "notes")
    shutil.rmtree(folder / ".seedsearch")
    assert "a.txt" in cli("query", "steel", "--index", "backup").out


def test_a_copy_that_was_interrupted_goes_on(cli: Cli, folder: Path) -> None:
    indexed(cli, folder)
    cli("copy", ".seedsearch", "backup/.seedsearch")
    (folder / "notes" / "a.txt").write_text("Only zinc now.\n")
    assert cli("index").code == 0
    assert cli("copy", ".seedsearch", "backup/.seedsearch").code == 0
    assert cli("query", "-l", "zinc", "--index", "backup").out == "notes/a.txt\n"
    assert cli("query", "-l", "iron", "--index", "backup").code == 1


def test_a_copy_leaves_an_index_with_other_files_alone(cli: Cli, folder: Path) -> None:
    indexed(cli, folder)
    (folder / "more").mkdir()
    (folder / "more" / "x.txt").write_text("Zinc.")
    assert cli("index", "--index", "other", "more").code == 0
    ended = cli("copy", ".seedsearch", "other")
    assert ended.code == 2
    assert ended.err.endswith("has other files, such as more/x.txt: copy into a new index\n")
    assert cli("query", "-l", "zinc", "--index", "other").out == "more/x.txt\n"


def test_places_that_cannot_be_copied(cli: Cli, folder: Path) -> None:
    indexed(cli, folder)
    assert cli("copy", "nowhere", "backup").code == 2
    ended = cli("copy", ".seedsearch", ".")
    assert (ended.code, ended.err) == (
        2,
        "seedsearch: SOURCE and TARGET are the same index: name another TARGET\n",
    )
    assert cli("copy", ".seedsearch", "notes").code == 2


def test_a_folder_has_no_parts(cli: Cli, folder: Path) -> None:
    (folder / "a.txt").write_text("Coal.")
    ended = cli("index", "--partition", "1/2", ".")
    assert ended.code == 2
    assert "one writer" in ended.err
    assert "internal error" not in cli("index", "--partition", "1/" + "9" * 5000, ".").err
    ended = cli("index", "--partition", "3/2", ".")
    assert (ended.code, ended.err) == (
        2,
        "seedsearch: 3/2 is no partition: write --partition 3/16 for the third of 16\n",
    )
