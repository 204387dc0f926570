"""Hostile folders from somebody else: planted files are refused with the exact reason, and lead nowhere."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import threading
import time
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path

import pytest
from trials import trials

from seedsearch.cli import main
from seedsearch.config import load_config
from seedsearch.signals import alarm

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="links, pipes and owners are another matter"
)
as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away"
)
STRANGER = 54321
COMMANDS = (
    ["query", "needle"],
    ["index"],
    ["index", "docs"],
    ["status"],
    ["check"],
    ["terms"],
    ["similar", "docs/a.txt"],
)


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a tree with documents, and private files outside it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("SEEDSEARCH_INDEX", raising=False)
    monkeypatch.delenv("SUDO_UID", raising=False)
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "s.txt").write_text("SECRETWORD needle\n")
    made = tmp_path / "tree"
    (made / "docs").mkdir(parents=True)
    (made / "docs" / "a.txt").write_text("a needle\n")
    return made


def run(base: Path, *arguments: str) -> tuple[int, str, str]:
    """Return exit code, stdout and stderr of a command. It may not hang, nor end in an internal error."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    before = os.getcwd()
    os.chdir(base)
    try:
        with redirect_stdout(out), redirect_stderr(err), alarm(30):
            code = main(arguments)
    finally:
        os.chdir(before)
    out.flush()
    assert isinstance(out.buffer, io.BytesIO)
    assert "internal error" not in err.getvalue()
    return code, out.buffer.getvalue().decode(), err.getvalue()


def refused(base: Path, *arguments: str) -> str:
    code, out, err = run(base, *arguments)
    assert (code, out) == (2, ""), (arguments, err)
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize("target", ["../elsewhere", "docs", "nowhere"])
def test_an_index_folder_that_is_a_link_is_not_used(base: Path, target: str) -> None:
    (base.parent / "elsewhere").mkdir()
    (base / ".seedsearch").symlink_to(target)
    before = sorted(base.parent.rglob("*"))
    for command in (*COMMANDS, ["index", "--index", ".", "docs"]):
        assert "is a symbolic link" in refused(base, *command)
    assert sorted(base.parent.rglob("*")) == before


def test_a_link_that_is_named_is_used(base: Path) -> None:
    (base.parent / "elsewhere").mkdir()
    (base / "link").symlink_to("../elsewhere")
    assert run(base, "index", "--index", "link", "docs")[0] == 0
    assert run(base, "query", "--index", "link", "-l", "needle")[1]


@as_root
def test_an_index_of_another_user_is_not_used_unless_it_is_trusted(base: Path) -> None:
    assert run(base, "index", "docs")[0] == 0
    os.chown(base / ".seedsearch", STRANGER, -1)
    for command in COMMANDS:
        err = refused(base, *command)
        assert "belongs to another user" in err
        assert f"--index {base}" in err
    below = base / "docs"
    assert "belongs to another user" in refused(below, "query", "needle")
    assert run(base, "query", "--index", ".", "needle")[0] == 0
    trust(base)
    assert run(below, "query", "needle")[0] == 0


@as_root
def test_a_configuration_of_another_user_is_not_obeyed_unless_it_is_trusted(base: Path) -> None:
    assert run(base, "index", "docs")[0] == 0
    (base / "seedsearch.toml").write_text("[query]\nlimit = 1\n")
    os.chown(base / "seedsearch.toml", STRANGER, -1)
    assert "belongs to another user" in refused(base, "query", "needle")
    trust(base)
    assert run(base, "query", "needle")[0] == 0


def trust(folder: Path) -> None:
    config = Path(os.environ["XDG_CONFIG_HOME"]) / "seedsearch" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f"[trust]\nfolders = [{json.dumps(str(folder))}]\n")


def test_a_copied_index_reads_nothing_outside_of_its_folder(base: Path) -> None:
    """As does an index from an archive: the user who unpacks it owns it."""
    assert run(base, "index", "-q", "docs", "../secret")[0] == 0
    assert run(base, "index", "-q")[0] == 0  # in its place, it works as before
    (base.parent / "secret" / "s.txt").write_text("SECRETWORD again\n")
    copy = base.parent / "deep" / "tree"
    shutil.copytree(base, copy)
    for command in (["index"], ["index", "--rebuild"], ["query", "--fresh", "SECRETWORD"]):
        assert f"would read {base.parent}/secret" in refused(copy, *command)
    assert run(copy, "index", "-q", "docs")[0] == 0
    assert not run(copy, "query", "again")[1]
    assert run(copy, "index", "-q", "../../secret")[0] == 0  # named once, it is allowed
    assert run(copy, "index", "-q")[0] == 0
    assert run(copy, "query", "-l", "again")[1]


def test_a_root_inside_that_leads_outside_is_outside(base: Path) -> None:
    (base / "more").mkdir()
    (base / "more" / "b.txt").write_text("b needle\n")
    assert run(base, "index", "-q", "docs", "more")[0] == 0
    shutil.rmtree(base / "more")
    (base / "more").symlink_to("../secret")
    assert "would read" in refused(base, "index")
    assert run(base, "query", "SECRETWORD")[0] == 1


@pytest.mark.parametrize("kind", ["fifo", "folder", "outside", "device", "stdin", "link", "large"])
def test_a_planted_configuration_names_no_synonyms_that_hurt(base: Path, kind: str) -> None:
    assert run(base, "index", "docs")[0] == 0
    name = base / "names"
    if kind == "fifo":
        os.mkfifo(name)
    elif kind == "folder":
        name.mkdir()
    elif kind == "link":
        name.symlink_to("/dev/zero")
    elif kind == "large":
        with name.open("wb") as file:
            file.truncate(1 << 40)
    named = {"outside": "../secret/s.txt", "device": "/dev/zero", "stdin": "/dev/stdin"}.get(
        kind, "names"
    )
    (base / "seedsearch.toml").write_text(f'[query]\nsynonyms = "{named}"\n')
    assert "query.synonyms" in refused(base, "query", "needle")


def test_planted_synonyms_of_one_long_line_cost_little(base: Path) -> None:
    assert run(base, "index", "docs")[0] == 0
    (base / "names").write_text("needle, " + ", ".join(f"a{number}" for number in range(100_000)))
    (base / "seedsearch.toml").write_text('[query]\nsynonyms = "names"\n')
    assert "more than 256 synonyms" in refused(base, "query", "needle")


@pytest.mark.parametrize("form", ["{} = 1", "[{}]", "x = {{{} = 1}}"])
@pytest.mark.parametrize("part", ["a", "'a'", '"b" '])
def test_a_planted_configuration_with_long_keys_costs_little(
    base: Path, form: str, part: str
) -> None:
    assert run(base, "index", "docs")[0] == 0
    (base / "seedsearch.toml").write_text(form.format(".".join([part] * 50_000)))
    begin = time.process_time()
    assert "nested too deeply" in refused(base, "query", "needle")
    assert time.process_time() - begin < 2


@pytest.mark.parametrize("kind", ["fifo", "device", "large", "endless", "folder"])
def test_a_planted_configuration_that_is_no_file_hurts_nobody(base: Path, kind: str) -> None:
    assert run(base, "index", "docs")[0] == 0
    config = base / "seedsearch.toml"
    if kind == "fifo":
        os.mkfifo(config)
    elif kind == "device":
        config.symlink_to("/dev/zero")
    elif kind == "folder":
        config.mkdir()
    elif kind == "large":
        with config.open("wb") as file:
            file.truncate(1 << 40)
    else:
        config.write_text("a = " + "[" * 100_000)
    code, _, err = run(base, "query", "needle")
    assert code == 0 or (code == 2 and str(config) in err)


def test_a_planted_configuration_uses_up_no_more_than_there_is(base: Path) -> None:
    most = 1_000_000_000
    text = f"[index]\njobs = {most}\nmemory = {most}\ntimeout = {most}\n"
    (base / "seedsearch.toml").write_text(text)
    config = load_config(str(base))
    assert config.jobs == os.cpu_count()
    assert (config.memory, config.timeout) == (1024, 300)


def test_a_planted_configuration_names_no_codec_that_takes_for_ever(base: Path) -> None:
    (base / "seedsearch.toml").write_text("[encodings]\n'*.txt' = 'punycode'\n")
    (base / "docs" / "a.txt").write_text("a-" + "b" * 3_000_000)
    assert "no such encoding: punycode" in refused(base, "index", "docs")


KEYS = ("query.limit", "query.per-file", "query.color", "query.synonyms", "query.collection", "index.jobs",
        "index.memory", "index.timeout", "index.ignore", "index.ocr", "encodings.'*.txt'", "trust.folders",
        "readers", "query", '"\\u001b[2J"')  # fmt: skip
VALUES = ("0", "-1", "true", "1e400", "nan", "1979-05-27", "9" * 30, "[]", "{}", "[1]", "[[]]", "[{}]", '["\\u0000"]',
          '""', '"\\u0000"', '"\\u001b[2J"', '"../x"', '"~nobody"', '"base64"', '["[[[", "**/**/**/x", "/", ".."]',
          '[{files="*.txt", command=["true"]}]', '[{files="\\u0000", command=["\\u0000"]}]')  # fmt: skip


@pytest.mark.parametrize("place", ["tree/seedsearch.toml", "config/seedsearch/config.toml"])
def test_a_configuration_of_any_values_is_obeyed_or_named(base: Path, place: str) -> None:
    assert run(base, "index", "docs")[0] == 0
    config = base.parent / place
    config.parent.mkdir(parents=True, exist_ok=True)
    pairs = [(key, value) for key in KEYS for value in VALUES]
    for key, value in random.Random(place).sample(pairs, trials(30, len(pairs))):
        config.write_text(f"{key} = {value}\n")
        (base / "docs" / "a.txt").write_text(f"a needle {key} {value}\n")
        for command in (["query", "needle"], ["index", "-q"], ["status"]):
            code, _, err = run(base, *command)
            assert code in (0, 1) or (code == 2 and err.startswith("seedsearch: ")), (key, value)
            assert "\x1b" not in err


def test_what_is_planted_at_the_places_of_our_files_is_not_written_through(base: Path) -> None:
    index = base / ".seedsearch"
    index.mkdir()
    victim = base.parent / "victim"
    victim.write_text("untouched\n")
    for name in (".gitignore", "CACHEDIR.TAG", "manifest.tmp"):
        (index / name).symlink_to(victim)
    assert run(base, "index", "docs")[0] == 0
    assert victim.read_text() == "untouched\n"
    assert run(base, "query", "needle")[0] == 0


@pytest.mark.parametrize("option", ["-k", "-M", "--per-file"])
def test_a_number_of_any_size_is_taken(base: Path, option: str) -> None:
    assert run(base, "index", "docs")[0] == 0
    assert run(base, "query", option, "9" * 30, "needle")[:2] == (0, "docs/a.txt:1:a needle\n")


@pytest.mark.parametrize("end", ["", "\n", "x"])
def test_passwords_without_an_end_are_read_in_part(base: Path, end: str) -> None:
    os.mkfifo(base / "pipe")
    writer = threading.Thread(target=write_for_ever, args=(base / "pipe", f"a{end}" * 1000))
    writer.start()
    assert run(base, "index", "--passwords", "pipe", "docs")[0] == 0
    writer.join()


def write_for_ever(pipe: Path, text: str) -> None:
    with suppress(BrokenPipeError), pipe.open("w") as file:
        while True:
            file.write(text)
