"""Large files are read in pieces, in little memory, with the same result as reading them whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from reference_engine import ReferenceEngine

from seedsearch.corpus.formats import jsonl, mbox
from seedsearch.corpus.found import extracted
from seedsearch.corpus.large_files import LargeFile, LineCut, RowCut, TextCut, open_large
from seedsearch.engine.base import Engine
from seedsearch.engine.registry import open_engine
from seedsearch.indexing.run import Run
from seedsearch.indexing.tasks import Limits, Outcome, Task
from seedsearch.model import IN_PART, FileState, Passage
from seedsearch.query.ast import Not, Nothing

LONG_AGO = 1_600_000_000
ALL = 1 << 40
EVERYTHING = Not(Nothing())


@pytest.fixture(params=["memory", "whoosh"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "memory":
        yield ReferenceEngine()
        return
    folder = tmp_path / "index"
    folder.mkdir()
    engine = open_engine(str(folder), create=True)
    yield engine
    engine.close()


def put(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def index(
    engine: Engine, path: Path, *, piece: int = ALL, batch: int = ALL, given: str = ""
) -> Outcome:
    """Index one file, in pieces of this size (ALL: whole), into segments of this much memory."""
    old = engine.state(path.name)
    task = Task(str(path), path.name, path.stat().st_size, False, old)
    encodings = (("*", given),) if given else ()
    limits = Limits(batch, False, encodings, 0 if piece < ALL else ALL, piece)
    writer = engine.writer()
    try:
        run = Run(writer.builder_factory(), limits, lambda files, size: None)
        run.take([task])
        outcome = run.outcome()
        for receipt in outcome.receipts:
            writer.adopt(receipt)
        writer.remove(outcome.replaced)
        writer.commit()
    finally:
        writer.close()
    engine.refresh()
    return outcome


def passages(engine: Engine) -> list[Passage]:
    ranking = engine.search(EVERYTHING, limit=None)
    return [scored.passage for scored in ranking.passages]


def whole_and_in_pieces(folder: Path, name: str, data: bytes | str, piece: int) -> list[Passage]:
    """Return the passages of a file, after checking that both ways agree."""
    path = put(folder, name, data)
    whole, pieces = ReferenceEngine(), ReferenceEngine()
    index(whole, path)
    index(pieces, path, piece=piece)
    assert pieces.state(name) == whole.state(name)
    assert passages(pieces) == passages(whole)
    return passages(pieces)


def cited(path: Path, passage: Passage) -> str:
    assert passage.byte_start is not None
    assert passage.byte_end is not None
    data = path.read_bytes()[passage.byte_start : passage.byte_end]
    return data.decode(passage.document.encoding, passage.document.errors)


# ------------------------------------------------------------------------------ the same as whole


def test_records(tmp_path: Path) -> None:
    lines = [
        f'{{"id": {n}, "title": "T{n}", "text": "record {n} 東京\\n2nd line"}}' for n in range(40)
    ]
    lines[7:9] = ["", "not json", "1"]
    found = whole_and_in_pieces(tmp_path, "a.jsonl", "\n".join(lines), 300)
    assert len(found) == 38
    assert (found[-1].document.id, found[-1].line_start) == ("39", 41)


def test_rows_with_quotations_that_span_lines(tmp_path: Path) -> None:
    rows = [f'{n},"name {n}","several\nlines, ""quoted"", of {n}"' for n in range(60)]
    found = whole_and_in_pieces(tmp_path, "a.csv", "\n".join(["number,name,text", *rows]), 250)
    assert len(found) == 61
    assert {passage.heading for passage in found} == {"", "number, name, text"}
    assert [passage.ordinal for passage in found] == list(range(61))


def test_messages(tmp_path: Path) -> None:
    messages = [
        f"From a@b Mon Oct 21 10:00:0{n % 10} 2024\nSubject: S{n}\nFrom: a@b\n\nbody {n}\n>From here\n\n"
        for n in range(30)
    ]
    found = whole_and_in_pieces(tmp_path, "a.mbox", "".join(messages), 400)
    assert [passage.document.member for passage in found] == [str(n) for n in range(1, 31)]
    assert found[29].line_start == 29 * 7 + 2


def test_what_is_no_text_is_told_as_such(tmp_path: Path) -> None:
    for name, data, why in (
        ("nul.txt", b"text\n" * 100 + b"\0" * 500, "binary"),
        ("blank.txt", b" \n" * 500, "blank"),
        ("blank.jsonl", b"\n" * 500, "blank"),
        ("bad.jsonl", b"no\n" * 200, "nothing in it can be read (line 1: not JSON; line 2: not JSON; "
                                      "line 3: not JSON; …)"),
    ):  # fmt: skip
        path = put(tmp_path, name, data)
        engine = ReferenceEngine()
        outcome = index(engine, path, piece=100)
        assert outcome.skipped == ((name, why),)
        assert passages(engine) == []
        state = engine.state(name)
        assert state is not None
        assert not state.is_read()


# ------------------------------------------------------------------------------ long texts


PARAGRAPH = "Der Fluß steigt über die Ufer; wer kann, geht ins Gebirge 山 und wartet dort. "


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be", "utf-32", "iso2022_jp_2"]
)
def test_a_text_in_pieces_is_one_document_and_its_citations_hold(
    engine: Engine, tmp_path: Path, encoding: str, newline: str
) -> None:
    text = newline.join(f"{n}: {PARAGRAPH * 4}" for n in range(80))
    if encoding in ("gb18030", "iso2022_jp_2"):
        text = text.translate(
            dict(zip(map(ord, "ßüDasieht"), "川水河岸的人都往山"[:9], strict=True))
        )
    path = put(tmp_path, "a.txt", text.encode(encoding))
    index(engine, path, piece=4000)
    found = passages(engine)
    assert len({passage.document for passage in found}) == 1
    assert engine.stats().documents == 1
    assert [passage.ordinal for passage in found] == list(range(len(found)))
    assert "".join("".join(p.text for p in found).split()) == "".join(text.split())
    for passage in found:
        assert cited(path, passage) == passage.text
        first = passage.text.partition(":")[0]
        assert passage.line_start == (int(first) + 1 if first.isdigit() else passage.line_start)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_one_long_line(tmp_path: Path, encoding: str) -> None:
    for text in ("a𠀀é" * 5000, "word 山 " * 4000):
        path = put(tmp_path, "a.txt", text.encode(encoding))
        engine = ReferenceEngine()
        index(engine, path, piece=1001, given=encoding)
        found = passages(engine)
        assert "".join("".join(p.text for p in found).split()) == "".join(text.split())
        assert {(passage.line_start, passage.line_end) for passage in found} == {(1, 1)}
        assert all(cited(path, passage) == passage.text for passage in found)


def test_bytes_that_do_not_decode_are_replaced_and_the_rest_stays_exact(tmp_path: Path) -> None:
    text = (PARAGRAPH * 20 + "\n").encode() * 10
    path = put(tmp_path, "a.txt", text + b"and \xff so on\n" + text)
    engine = ReferenceEngine()
    index(engine, path, piece=2000)
    found = passages(engine)
    assert {(p.document.encoding, p.document.errors) for p in found} == {("utf-8", "replace")}
    assert any("and \ufffd so on" in passage.text for passage in found)
    assert all(cited(path, passage) == passage.text for passage in found)


def test_an_encoding_is_told_by_where_it_shows(tmp_path: Path) -> None:
    text = (
        b"nothing but ascii here\n" * 500
        + "où l'été précède déjà l'hiver à Besançon\n".encode("cp1252") * 5
    )
    path = put(tmp_path, "a.txt", text)
    engine = ReferenceEngine()
    index(engine, path, piece=1000)
    assert any("où l'été précède" in passage.text for passage in passages(engine))


# ------------------------------------------------------------------------------ parts and wholes


def test_a_file_in_several_segments_is_one_file(engine: Engine, tmp_path: Path) -> None:
    lines = [f'{{"id": {n}, "text": "record {n}"}}' for n in range(50)]
    path = put(tmp_path, "a.jsonl", "\n".join([*lines, "bad"]))
    outcome = index(engine, path, piece=200, batch=0)
    assert len(outcome.receipts) > 20  # a batch after each document
    why = IN_PART + "1 left out (line 51: not JSON)"
    assert (outcome.added, outcome.skipped) == (1, (("a.jsonl", why),))
    state = engine.state("a.jsonl")
    assert state is not None
    assert state.skipped == why
    assert dict(engine.files()) == {"a.jsonl": state}
    stats = engine.stats()
    assert (stats.files, stats.skipped, stats.documents, stats.passages) == (1, 0, 50, 50)
    assert [passage.document.id for passage in passages(engine)] == [str(n) for n in range(50)]
    assert [place.id for place in engine.places("a.jsonl")] == [str(n) for n in range(50)]

    assert index(engine, path, piece=200).unchanged == 1

    put(tmp_path, "a.jsonl", "\n".join(lines[:3]))
    assert index(engine, path, piece=20, batch=0).changed == 1
    stats = engine.stats()
    assert (stats.files, stats.documents, stats.passages) == (1, 3, 3)
    assert state_of(engine) == ""


def state_of(engine: Engine) -> str:
    state: FileState | None = engine.state("a.jsonl")
    assert state is not None
    return state.skipped


def test_passages_of_a_document_in_several_segments_are_found_by_their_places(
    engine: Engine, tmp_path: Path
) -> None:
    text = "\n".join(f"{n}: {PARAGRAPH * 4}" for n in range(40))
    path = put(tmp_path, "a.txt", text)
    index(engine, path, piece=2000, batch=0)
    found = passages(engine)
    assert len(engine.places("a.txt")) == len(found) > 10
    for passage in found:
        assert engine.passage("a.txt", 0, passage.ordinal) == passage


def test_what_grows_as_it_is_read_is_read_again_by_the_next_run(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", "one line\n" * 100)
    with open_large(str(path), follow=False) as file:
        assert not file.has_changed()
        put(tmp_path, "a.txt", "one line\n" * 101)
        assert file.has_changed()


def test_what_has_grown_since_the_walk_is_read_in_pieces(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", "one line\n" * 100)
    task = Task(str(path), path.name, 10, False, None)
    run = Run(ReferenceEngine().writer().builder_factory(), Limits(ALL, False, (), 500, 200), beat)
    run.take([task])
    outcome = run.outcome()
    assert (outcome.added, outcome.skipped, outcome.bytes_read) == (1, (), 900)


def beat(files: int, size: int) -> None:
    pass


def test_a_file_is_read_up_to_the_size_that_it_was_opened_with(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", "one line\n" * 100)
    with open_large(str(path), follow=False) as file:
        put(tmp_path, "a.txt", "one line\n" * 200)
        assert len(file.all()) == 900
        pieces = file.pieces(file.encoding(file.survey()), TextCut(), 300)
        assert b"".join(piece.data for piece in pieces) == b"one line\n" * 100


def test_what_cannot_be_read_in_pieces_is_named_when_memory_is_short(tmp_path: Path) -> None:
    page = put(tmp_path, "a.html", "<p>a fish</p>" * 100)
    engine = ReferenceEngine()
    reason = "too large for --memory"
    assert index(engine, page, piece=100, batch=100).skipped == (("a.html", reason),)
    assert index(engine, page, piece=100, batch=100_000).added == 1  # as soon as more is available


# ------------------------------------------------------------------------------ cuts


def pieces_of(path: Path, cut: object, size: int) -> list[tuple[bytes, int]]:
    with open_large(str(path), follow=False) as file:
        encoding = file.encoding(file.survey())
        return [(piece.data, piece.lost) for piece in file.pieces(encoding, cut, size)]


def test_a_record_that_is_too_long_is_lost_and_the_next_ones_are_not(tmp_path: Path) -> None:
    path = put(tmp_path, "a", "one\n" + "x" * 50 + "\ntwo\nthree\n" + "y" * 50)
    assert pieces_of(path, LineCut(20), 8) == [
        (b"one\n", 0),
        (b"", 1),
        (b"two\n", 0),
        (b"three\n", 0),
        (b"", 1),
    ]


def test_a_lost_record_is_named_and_lines_are_counted_on(tmp_path: Path) -> None:
    path = put(tmp_path, "a.jsonl", '{"text": "a"}\n{"text": "' + "b" * 99 + '"}\n{"text": "c"}\n')
    with open_large(str(path), follow=False) as file:
        pieces = file.pieces(file.encoding(file.survey()), LineCut(40), 20)
        first, problem, last = jsonl.extract_pieces(file.source, pieces)
    assert problem == ("line 2", "too long", "")
    assert (first.lines, last.lines) == ([1, 1], [3, 3])  # type: ignore[union-attr]


def test_a_lost_message_is_named_and_counted(tmp_path: Path) -> None:
    def message(n: int, body: str) -> str:
        return f"From a@b Mon Oct 21 10:00:00 2024\nFrom: a\nSubject: S{n}\n\n{body}\n\n"

    text = message(1, "x") + message(2, "long\n" * 100) + message(3, "z")
    path = put(tmp_path, "a.mbox", text)
    with open_large(str(path), follow=False) as file:
        pieces = file.pieces(file.encoding(file.survey()), mbox.MessageCut(200), 100)
        first, problem, last = extracted(mbox.extract_pieces(file.source, pieces))
    assert problem == ("message 2", "too long", "")
    assert (first.document.member, last.document.member) == ("1", "3")  # type: ignore[union-attr]
    line = text[: text.index("Subject: S3")].count("\n") + 1
    assert line in last.lines  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("data", "end"),
    [
        (b"aaaaaaaaaaaa\n\nb\nc", 14),
        (b"aaaaaaaaa\r\n\r\ncc", 13),
        (b"aaaaaaaaaaaaa\nbb cc", 17),
        (b"a\naaaaaaaaaaaaaaa", 2),
        ("aaaaé".encode()[:-1], 4),
        ("aaaa山".encode(), 7),
        ("aaaa𠀀".encode()[:-1], 4),
    ],
)
def test_texts_are_cut_where_it_hurts_least(data: bytes, end: int) -> None:
    assert TextCut().end(data) == end


def test_rows_are_cut_where_no_quotation_is_open() -> None:
    assert RowCut().end(b'a,b\n"c\nd",e\n"f\ng') == 12
    assert RowCut().end(b'5" pipe\n7 inch\n') == 15  # only one mark: the last line end


def test_the_parts_of_a_large_file_are_read_as_they_lie(tmp_path: Path) -> None:
    path = put(tmp_path, "a", b"0123456789" * 10)
    with open_large(str(path), follow=False) as file:
        assert isinstance(file, LargeFile)
        assert file.all() == path.read_bytes()
        assert file.head() == path.read_bytes()


def test_progress_is_told_of_each_piece_and_can_end_the_run(tmp_path: Path) -> None:
    path = put(tmp_path, "a.jsonl", '{"text": "record"}\n' * 20)
    task = Task(str(path), path.name, path.stat().st_size, False, None)
    limits = Limits(ALL, False, (), 0, 100)
    told: list[tuple[int, int]] = []
    factory = ReferenceEngine().writer().builder_factory()
    Run(factory, limits, lambda *done: told.append(done)).take([task])
    assert [files for files, _ in told] == [0] * (len(told) - 1) + [1]
    assert sum(size for _, size in told) == task.size
    assert len(told) > 4

    def stop(files: int, size: int) -> None:
        if size:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Run(factory, limits, stop).take([task])
