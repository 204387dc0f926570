"""`seedsearch query` on the seed documents: records, JSON, files, counts, exit codes, pipes."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from running import Cli, environment, on_terminal, process, shell

TROOPS = "seeds/000_2958c4bd9103d645.txt"
NAJIN = "seeds/002_ac06186fe94f9196.txt"
WRAPPED = "seeds/004_116169a19b94d311.txt"


def test_the_best_passage_comes_first(seeds: Cli) -> None:
    ended = seeds("query", "North", "Korean", "troops")
    assert ended.code == 0
    assert ended.err == ""
    records = ended.out.splitlines()
    path, line, text = records[0].split(":", 2)
    assert path == TROOPS
    assert int(line) >= 1
    assert "North Korean troops" in text
    assert 2 <= len(records) <= 10
    assert len([r for r in records if r.startswith(TROOPS)]) <= 3


def test_no_hits_is_1_and_prints_nothing(seeds: Cli) -> None:
    assert seeds("query", "xyzzy") == (1, "", "")
    for option in ("--json", "-l", "-c", "-q", "-0"):
        assert seeds("query", option, "xyzzy") == (1, "", "")


@pytest.mark.parametrize(
    ("words", "path"),
    [(["Najin"], NAJIN), (["沒有留言"], WRAPPED), (['"As he left"'], WRAPPED)],
)
def test_json_text_is_the_files_bytes(
    seeds: Cli, indexed_seeds: Path, words: list[str], path: str
) -> None:
    ended = seeds("query", "--json", *words)
    assert ended.code == 0
    hits = [json.loads(line) for line in ended.out.splitlines()]
    assert len(hits) == 1
    assert hits[0]["schema"] == "seedsearch.hit/1"
    assert hits[0]["path"] == path
    for hit in hits:
        data = (indexed_seeds / hit["path"]).read_bytes()[hit["byte_start"] : hit["byte_end"]]
        assert data.decode(hit["encoding"], hit["errors"]) == hit["text"]
        lit = [hit["text"][a:b].split() for a, b in hit["highlights"]]
        assert lit
        assert len(hit["passage"]) == 10


def test_a_phrase_spans_a_wrapped_line_and_is_lit(seeds: Cli) -> None:
    (line,) = seeds("query", "--json", '"As he left"').out.splitlines()
    hit = json.loads(line)
    lit = " ".join(hit["text"][a:b] for a, b in hit["highlights"])
    assert " ".join(lit.split()).casefold() == "as he left"


def test_limits(seeds: Cli) -> None:
    everything = seeds("query", "-k0", "--per-file", "0", "North").out.splitlines()
    assert len(everything) > 10
    assert seeds("query", "-k2", "--per-file", "0", "North").out.splitlines() == everything[:2]
    assert seeds("query", "-k0", "North").out.splitlines() == everything
    assert len(seeds("query", "-k0", "--json", "North").out.splitlines()) == len(everything)
    assert seeds("query", "-k0", "-l", "North").out == seeds("query", "-l", "North").out
    one_each = seeds("query", "-k0", "--per-file=1", "North").out.splitlines()
    paths = [record.split(":")[0] for record in one_each]
    assert len(paths) == len(set(paths))
    assert len(seeds("query", "North").out.splitlines()) <= 10


def test_files_and_counts(seeds: Cli) -> None:
    everything = seeds("query", "-k0", "--per-file", "0", "North").out.splitlines()
    paths = list(dict.fromkeys(record.split(":")[0] for record in everything))
    assert seeds("query", "-l", "North").out.splitlines() == paths
    counts = seeds("query", "-c", "North").out.splitlines()
    assert [c.split(":")[0] for c in counts] == paths
    assert sum(int(c.split(":")[1]) for c in counts) == len(everything)
    assert seeds("query", "-l", "-k2", "North").out.splitlines() == paths[:2]
    assert seeds("query", "-c", "-k2", "North").out.splitlines() == counts[:2]
    assert seeds("query", "-l0", "North").out == "".join(f"{p}\0" for p in paths)
    record = seeds("query", "-0", "-k1", "North").out
    assert record.split("\0")[0] == paths[0]
    assert seeds("query", "-q", "North") == (0, "", "")


def test_operators(seeds: Cli) -> None:
    both = seeds("query", "-k0", "North AND Najin").out
    assert both == seeds("query", "-k0", "--all", "North", "Najin").out
    assert [r.split(":")[0] for r in both.splitlines()] == [NAJIN]
    assert seeds("query", "+Najin", "NOT", "North", "-k0").out != both
    assert (
        NAJIN
        not in seeds(
            "query",
            "-k0",
            "--",
            "North -Najin",
        ).out.splitlines()[0]
    )
    assert seeds("query", "Najin AND").code == 2
    assert seeds("query", "-F", "Najin AND").code == 0


def test_an_unfinished_query_has_a_caret(seeds: Cli) -> None:
    ended = seeds("query", "troops AND")
    assert (ended.code, ended.out) == (2, "")
    said, query, caret = ended.err.splitlines()
    assert said.startswith("seedsearch: ")
    assert query == "  troops AND"
    assert caret.index("^") == query.index("AND")


def test_what_is_taken_as_text_is_noted(seeds: Cli) -> None:
    found = seeds("query", "-l", "Najin")
    ended = seeds("query", "-l", "Najin", "(")
    note = "seedsearch: an unmatched parenthesis is read as text\n"
    assert (ended.code, ended.out, ended.err) == (0, found.out, note)
    assert seeds("query", "-q", "Najin", "(").err == ""
    assert seeds("query", "error:\x1b[2J").err.startswith("seedsearch: there is no field error:")


def test_it_works_from_a_folder_below_and_paths_open_from_there(
    seeds: Cli, indexed_seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(indexed_seeds / "seeds")
    path = seeds("query", "-k1", "Najin").out.split(":")[0]
    assert path == Path(NAJIN).name
    assert Path(path).exists()


def test_the_index_may_be_named(
    cli: Cli, indexed_seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = str(indexed_seeds / ".seedsearch")
    ended = cli("query", "-l", "Najin", "--index", index)
    assert ended.out.strip() == str(indexed_seeds / NAJIN)
    monkeypatch.setenv("SEEDSEARCH_INDEX", index)
    assert cli("query", "-l", "Najin").out == ended.out


def test_a_closed_pipe_ends_quietly(indexed_seeds: Path) -> None:
    ended = shell(
        'set -o pipefail; seedsearch query "North Korean troops" | head -1', folder=indexed_seeds
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.count("\n") == 1
    assert ended.stdout.startswith(TROOPS + ":")
    assert "\x1b" not in ended.stdout
    # head reads nothing, so the first write finds a closed pipe
    for command in ("query -k0 --json North", "query -k0 North", "status", "--help"):
        ended = shell(
            f"set -o pipefail; (sleep 0.5; seedsearch {command}) | true", folder=indexed_seeds
        )
        assert (ended.returncode, ended.stderr, ended.stdout) == (0, "", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_an_error(indexed_seeds: Path) -> None:
    with open("/dev/full", "wb") as full:
        ended = process(
            "query", "North", folder=indexed_seeds, stdout=full, capture_output=False, stderr=-1
        )
    assert ended.returncode == 2
    assert ended.stderr == b"seedsearch: No space left on device\n"


def test_a_closed_stdout_is_an_error(indexed_seeds: Path) -> None:
    ended = shell("seedsearch query North >&-", folder=indexed_seeds)
    assert ended.returncode == 2
    assert ended.stderr.startswith("seedsearch: standard output is closed")


def test_names_that_are_not_utf8_round_trip(cli: Cli, folder: Path) -> None:
    import base64
    import os

    name = b"caf\xe9\nnew \x1b[2J.txt"
    try:
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:
            file.write(b"A note about coal and about the port of Najin.\n")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert cli("index", "-q", "--jobs", "1", ".").code == 0
    assert os.fsencode(cli("query", "-l0", "coal").out) == name + b"\0"
    assert os.fsencode(cli("query", "-0", "coal").out).startswith(name + b"\x001:A note")
    hit = json.loads(cli("query", "--json", "coal").out)
    assert base64.b64decode(hit["path_b64"]) == name
    assert hit["path"] == "caf\\xe9\nnew \x1b[2J.txt"
    shown = cli("query", "coal").out
    assert shown.startswith("caf\\xe9␊new ␛[2J.txt:1:A note")


def test_records_are_utf8_whatever_the_locale(indexed_seeds: Path) -> None:
    env = environment(LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    ended = process("query", "沒有留言".encode(), folder=indexed_seeds, env=env)
    assert "沒有留言" in ended.stdout.decode("utf-8")
    env["PYTHONIOENCODING"] = "latin-1"
    ended = process("query", "--pretty", "沒有留言".encode(), folder=indexed_seeds, env=env)
    assert ended.returncode == 0
    assert b"????" in ended.stdout


def test_on_a_terminal_there_is_a_layout_and_a_summary(indexed_seeds: Path) -> None:
    code, out = on_terminal(
        [sys.executable, "-m", "seedsearch", "query", "North", "Korean", "troops"],
        folder=indexed_seeds, env=environment(TERM="xterm"),
    )  # fmt: skip
    text = out.decode().replace("\r\n", "\n")
    assert code == 0
    assert re.match(rf"\x1b\[2m 1  \x1b\[0m\x1b]8;;file:///[^\x1b]+\x1b\\\x1b\[35m{TROOPS}", text)
    assert "\x1b[1;31mtroops\x1b[0m" in text
    last = text.splitlines()[-1].split()
    assert last[:2] == ["10", "of"]
    assert last[3] == "passages,"


def test_colours_can_be_forced_and_forbidden(seeds: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert f"\x1b[35m{NAJIN}\x1b[0m:\x1b[32m19" in seeds("query", "--pretty", "Najin").out
    assert "\x1b" not in seeds("query", "--pretty", "--color=never", "Najin").out
    assert "\x1b" not in seeds("query", "Najin").out
    assert "\x1b" not in seeds("query", "--color=never", "Najin").out


def test_fixed_strings_have_no_patterns(cli: Cli, folder: Path) -> None:
    (folder / "a.txt").write_text("int *p = a*b;\n")
    (folder / "b.txt").write_text("int p = axb;\n")
    assert cli("index", "-q", ".").code == 0
    (folder / "c.txt").write_text("power = base**exponent\n")
    assert cli("index", "-q", ".").code == 0
    assert cli("query", "-lF", "a*b").out == "a.txt\n"
    assert cli("query", "-lF", "base**exponent").out == "c.txt\n"
    assert cli("query", "-lF", "= base**exponent").out == "c.txt\n"


def test_an_address_is_found_as_it_is_pasted(cli: Cli, folder: Path) -> None:
    (folder / "a.txt").write_text("see https://example.org/a/b?c=d for it\n")
    assert cli("index", "-q", ".").code == 0
    assert cli("query", "-l", "https://example.org/a/b?c=d").out == "a.txt\n"
    assert cli("query", "-l", "example.org/a/b?c=d").out == "a.txt\n"
    assert cli("query", "-l", '"see https://example.org/a/b?c=d for"').out == "a.txt\n"


def test_hebrew_and_persian_compounds_have_parts(cli: Cli, folder: Path) -> None:
    (folder / "he.txt").write_text("בית־ספר גדול\n")
    (folder / "fa.txt").write_text("می\u200cخواهم بروم\n")
    assert cli("index", "-q", ".").code == 0
    for query in ("בית ספר", "ספר", "בית־ספר", "ביתספר"):
        assert cli("query", "-l", query).out == "he.txt\n"
    for query in ("می خواهم", "می\u200cخواهم", "میخواهم", "خواهم"):
        assert cli("query", "-l", query).out == "fa.txt\n"
