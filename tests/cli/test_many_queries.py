"""`query -f FILE`, `--by document`, `--format`: many queries, documents, TREC runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Cli, shell

TROOPS = "seeds/000_2958c4bd9103d645.txt"
NAJIN = "seeds/002_ac06186fe94f9196.txt"
VIETNAM = "seeds/004_116169a19b94d311.txt"


@pytest.fixture
def listed(indexed_seeds: Path) -> str:
    (indexed_seeds / "queries.txt").write_text("Najin\n\n  xyzzy\nv\t+Vietnam -Najin\n")
    return "queries.txt"


def test_each_record_says_which_query_it_answers(seeds: Cli, listed: str) -> None:
    ended = seeds("query", "-f", listed, "-k1")
    assert (ended.code, ended.err) == (0, "")
    records = [line[:45].split("\t") for line in ended.out.splitlines()]
    assert [record[0] for record in records] == ["1", "v"]
    assert records[0][1].startswith(NAJIN + ":")
    assert seeds("query", "-f", listed, "-l").out == f"1\t{NAJIN}\nv\t{VIETNAM}\n"
    assert seeds("query", "-f", listed, "-l0").out == f"1\t{NAJIN}\0v\t{VIETNAM}\0"
    assert seeds("query", "-f", listed, "-c").out.startswith(f"1\t{NAJIN}:1\n")
    assert seeds("query", "-f", listed, "-q") == (0, "", "")


def test_in_json_too(seeds: Cli, listed: str) -> None:
    hits = [json.loads(line) for line in seeds("query", "-f", listed, "--json").out.splitlines()]
    assert [(hit["query_id"], hit["query"], hit["rank"]) for hit in hits][:2] == [
        ("1", "Najin", 1),
        ("v", "+Vietnam -Najin", 1),
    ]
    assert list(hits[0])[:4] == ["schema", "query_id", "query", "rank"]


def test_json_lines_and_standard_input(indexed_seeds: Path) -> None:
    asked = r'{"id": 7, "text": "Najin"}\n{"_id": "x y", "query": "Vietnam"}\n'
    ended = shell(f"printf '{asked}' | seedsearch query -l -f -", folder=indexed_seeds)
    assert (ended.stderr, ended.stdout) == ("", f"7\t{NAJIN}\nx y\t{VIETNAM}\n")
    assert ended.returncode == 0
    ended = shell("seedsearch query -l -f <(echo Najin)", folder=indexed_seeds)
    assert ended.stdout == f"1\t{NAJIN}\n"


def test_no_hit_of_any_is_1(seeds: Cli, indexed_seeds: Path) -> None:
    (indexed_seeds / "q").write_text("xyzzy\nplugh\n")
    assert seeds("query", "-f", "q") == (1, "", "")


def test_a_mistake_is_named_and_the_others_are_answered(seeds: Cli, indexed_seeds: Path) -> None:
    (indexed_seeds / "q").write_text("Najin AND\nNajin\na~9\n")
    assert seeds("query", "-f", "q", "-l") == (
        2,
        f"2\t{NAJIN}\n",
        "seedsearch: q:1: AND has nothing after it: "
        'add a word, or quote it to search for it: "AND"\n'
        "  Najin AND\n"
        "        ^\n"
        "seedsearch: q:3: the fuzzy distance 9 exceeds the maximum of 2: write a~2\n",
    )
    assert seeds("query", "-F", "-f", "q", "-l").code == 0


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "q: no queries in it: write one on each line"),
        (b"a\n\xff\n", "q:2: not UTF-8: convert it first"),
        (b"{]", "q:1: not a JSON object"),
        (b'{"id": 1}', 'q:1: no query in it: write {"id": "1", "text": "the query"}'),
        (b"1\ta\n\n1\tb", "q:3: line 1 has the id 1 too: give each query an id of its own"),
        (b"3\ta\nb\nc", "q:3: line 1 has the id 3 too: give each query an id of its own"),
    ],
)
def test_a_file_that_cannot_be_asked(
    seeds: Cli, indexed_seeds: Path, data: bytes, said: str
) -> None:
    (indexed_seeds / "q").write_bytes(data)
    assert seeds("query", "-f", "q") == (2, "", f"seedsearch: {said}\n")


def test_flags_that_contradict_each_other(seeds: Cli, listed: str) -> None:
    for flags, said in (
        (["-f", listed, "Najin"], "-f and WORDS"),
        (["--format", "trec", "--json", "x"], "--json and --format trec"),
        (["--format", "trec", "--by", "passage", "x"], "--format trec and --by passage"),
        (["--stdin", "-f", "-"], "--stdin and -f -"),
    ):
        ended = seeds("query", *flags)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err == f"seedsearch: {said} cannot be combined: use one of them\n"
    ended = seeds("query", "-f", "nowhere")
    assert (ended.code, ended.err) == (2, "seedsearch: nowhere: No such file or directory\n")


def test_many_queries_without_an_index(cli: Cli, folder: Path) -> None:
    (folder / "notes").mkdir()
    (folder / "notes" / "a.txt").write_text("Coal leaves by the harbour.\n")
    (folder / "q").write_text("coal\nharbour\ntea\n")
    ended = cli("query", "--in", "notes", "-f", "q", "-l")
    assert (ended.code, ended.out) == (0, "1\tnotes/a.txt\n2\tnotes/a.txt\n")


def test_on_a_terminal_each_query_has_a_heading(seeds: Cli, listed: str) -> None:
    out = seeds("query", "-f", listed, "--pretty", "--color=never", "-k1").out
    assert out.startswith("=== 1: Najin\n\n 1  seeds/002")
    assert "=== 3: xyzzy\n\n=== v: +Vietnam -Najin\n\n" in out


# ------------------------------------------------------------------------- documents, runs


def test_a_document_comes_as_its_best_passage(seeds: Cli) -> None:
    passages = seeds("query", "--json", "-k0", "--per-file", "0", "Korea").out.splitlines()
    documents = seeds("query", "--json", "--by", "document", "Korea").out.splitlines()
    best: dict[str, dict[str, object]] = {}
    counts: dict[str, int] = {}
    for line in passages:
        hit = json.loads(line)
        best.setdefault(hit["path"], hit)
        counts[hit["path"]] = counts.get(hit["path"], 0) + 1
    found = [json.loads(line) for line in documents]
    assert [hit["passage"] for hit in found] == [hit["passage"] for hit in best.values()]
    assert [hit["matching"] for hit in found] == [counts[hit["path"]] for hit in found]
    assert {hit["by"] for hit in found} == {"document"}
    assert len(seeds("query", "--by", "document", "-k2", "Korea").out.splitlines()) == 2


@pytest.fixture
def records(cli: Cli, folder: Path) -> Cli:
    lines = [
        {"id": "b 1", "title": "Coal", "text": "Coal leaves by the harbour."},
        {"id": "b2", "title": "Tea", "text": "Tea comes by the harbour, tea in chests."},
        {"id": "b3", "title": "Ships", "text": "Ships wait in the harbour, and ships leave."},
        {"id": "b4", "title": "Port", "text": "The harbour again."},
    ]
    (folder / "docs.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "note.txt").write_text("A note on tea, on a page of its own.\n")
    assert cli("index", "-q", "--jobs", "1", "docs.jsonl", "note.txt").code == 0
    return cli


def test_a_run_names_documents_by_their_ids(records: Cli, folder: Path) -> None:
    (folder / "q").write_text("one\ttea\n2 x\tcoal\n")
    ended = records("query", "-f", "q", "--format", "trec")
    rows = [line.split(" ") for line in ended.out.splitlines()]
    assert [(r[0], r[1], r[2], r[3], r[5]) for r in rows] == [
        ("one", "Q0", "b2", "1", "seedsearch"),
        ("one", "Q0", "note.txt", "2", "seedsearch"),
        ("2%20x", "Q0", "b%201", "1", "seedsearch"),
    ]
    assert all(float(row[4]) > 0 for row in rows)
    assert records("query", "--format", "trec", "coal").out.startswith("1 Q0 b%201 1 ")


def test_all_records_of_a_file_are_answers(records: Cli) -> None:
    def answers(*flags: str) -> int:
        return len(records("query", *flags, "harbour").out.splitlines())

    assert (answers(), answers("--by", "document")) == (3, 4)
    assert answers("--by", "document", "--per-file", "1") == 1
    assert answers("--format", "plain") == 3


def test_eval_prints_figures(records: Cli, folder: Path) -> None:
    pytest.importorskip("ir_measures")
    (folder / "q").write_text('{"id": "t", "text": "tea AND"}\nc\tcoal\nn\tnobody judged\n')
    (folder / "qrels").write_text("t b2 1\nt note.txt 0\nt b9 2\nc 0 b4 1\nz b2 1\n")
    ended = records("eval", "--queries", "q", "--qrels", "qrels", "-v")
    assert ended.code == 0
    assert ended.err == "skipped 1 query without judgements\n"
    assert ended.out.splitlines() == [
        "nDCG@10\tt\t0.3801",  # 1 / (2 + 1 / log2(3))
        "AP\tt\t0.5000",
        "R@100\tt\t0.5000",
        "P@5\tt\t0.2000",
        "RR\tt\t1.0000",
        "nDCG@10\tc\t0.0000",
        "AP\tc\t0.0000",
        "R@100\tc\t0.0000",
        "P@5\tc\t0.0000",
        "RR\tc\t0.0000",
        "nDCG@10\tall\t0.1900",
        "AP\tall\t0.2500",
        "R@100\tall\t0.2500",
        "P@5\tall\t0.1000",
        "RR\tall\t0.5000",
    ]
    as_json = json.loads(records("eval", "--queries", "q", "--qrels", "qrels", "--json").out)
    assert as_json == {
        "schema": "seedsearch.eval/1", "query": "all", "queries": 2, "nDCG@10": 0.19,
        "AP": 0.25, "R@100": 0.25, "P@5": 0.1, "RR": 0.5,
    }  # fmt: skip
    assert records("eval", "--queries", "q", "--qrels", "qrels", "--operators").code == 2


@pytest.mark.parametrize(
    ("qrels", "said"),
    [
        ("t b2\n", "qrels:1: not a judgement: write query, document and grade, as in: 7 d12 1"),
        ("t b2 yes\n", "qrels:1: not a judgement: write query, document and grade, as in: 7 d12 1"),
        ("\n", "qrels: no judgements in it"),
        (
            "z b2 1\n",
            "qrels has no judgements for the queries of q: "
            "the first column of the judgements must be the id of a query",
        ),
    ],
)
def test_eval_says_what_is_wrong(records: Cli, folder: Path, qrels: str, said: str) -> None:
    (folder / "q").write_text("t\ttea\n")
    (folder / "qrels").write_text(qrels)
    assert records("eval", "--queries", "q", "--qrels", "qrels") == (2, "", f"seedsearch: {said}\n")


def test_without_ir_measures_eval_says_what_to_install(
    records: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ir_measures", None)
    (folder / "q").write_text("t\ttea\n")
    (folder / "qrels").write_text("t b2 1\n")
    assert records("eval", "--queries", "q", "--qrels", "qrels") == (
        2, "", "seedsearch: eval needs ir-measures: pip install 'seedsearch[eval]'\n",
    )  # fmt: skip
