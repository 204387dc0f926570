"""The steps between the lines of passages: stored in blocks, read one by one, refused if they make no sense."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from seedsearch.core import compiled
from seedsearch.engine.base import DocumentText
from seedsearch.errors import IndexDamagedError
from seedsearch.index.builder import SegmentBuilder
from seedsearch.index.check import damages_of
from seedsearch.index.core_inversion import CoreInversion
from seedsearch.index.line_steps import STEPS_A_BLOCK, StoredSteps
from seedsearch.index.manifest import SegmentEntry
from seedsearch.index.merge import merge
from seedsearch.index.plain_inversion import PlainInversion
from seedsearch.index.segment import Segment, open_segment
from seedsearch.index.segment_file import SegmentFile
from seedsearch.index.segment_file_writer import SegmentFileWriter, deflate
from seedsearch.index.stored_fields import write_steps
from seedsearch.model import Document, FileState, Passage, PassageSpan

closing = ExitStack()


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close what a test has opened."""
    yield
    closing.close()


INVERSIONS = [PlainInversion] if compiled is None else [CoreInversion, PlainInversion]


def stored(folder: Path, steps: Iterable[str]) -> StoredSteps:
    return StoredSteps(written(folder, lambda writer: write_steps(writer, list(steps))))


def written(folder: Path, write: object) -> SegmentFile:
    path = str(folder / "x.seg")
    writer = SegmentFileWriter(path)
    write(writer)  # type: ignore[operator]
    file = SegmentFile(path, *writer.close({"kinds": [], "fields": [], "terms": 0}))
    closing.callback(file.close)
    return file


def segment(folder: Path, steps: Iterable[str], inversion: type = PlainInversion) -> Segment:
    """Return a segment of passages of three lines on line 7, with these steps."""
    text = "a\nb\nc"
    spans = [PassageSpan(0, len(text), 7, 12, steps=each) for each in steps]
    builder = SegmentBuilder(str(folder), inversion)
    state = FileState("a", 1, 1, 1, b"\0" * 8)
    builder.add(state, [DocumentText(Document("a", "", "utf-8"), text, spans)])
    (entry,) = builder.finish()
    return opened(folder, entry)


def opened(folder: Path, entry: SegmentEntry) -> Segment:
    found = open_segment(str(folder), entry)
    closing.callback(found.close)
    return found


@pytest.mark.parametrize("count", [1, STEPS_A_BLOCK, STEPS_A_BLOCK + 1, 3 * STEPS_A_BLOCK])
def test_steps_come_back(tmp_path: Path, count: int) -> None:
    steps = ["" if n % 3 else f"{n} -{n % 7}" for n in range(count)]
    found = stored(tmp_path, steps)
    assert [found.of(number) for number in range(count)] == steps


def test_an_index_without_steps_has_no_blocks(tmp_path: Path) -> None:
    found = stored(tmp_path, [""] * 3000)
    assert found.of(2999) == ""
    assert (tmp_path / "x.seg").stat().st_size < 300


def test_steps_without_end_are_not_stored(tmp_path: Path) -> None:
    found = stored(tmp_path, ["1 2", " ".join(["3"] * 10_000), "4"])
    assert [found.of(number) for number in range(3)] == ["1 2", "", "4"]


@pytest.mark.parametrize(
    "block",
    [
        deflate(b"1 x", 1), deflate(b"1  2", 1), deflate(b"1 2 ", 1), deflate("1 \u0662".encode(), 1),
        deflate(b"9" * 19, 1), deflate(b"1 " * (1 << 24) + b"1", 1), deflate(b"1\n2", 1)[:-1], b"", b"1\n2",
    ],
)  # fmt: skip
def test_what_is_no_steps_is_refused(tmp_path: Path, block: bytes) -> None:
    file = written(tmp_path, lambda writer: writer.blobs("steps", [block, b"x"]))
    with pytest.raises(IndexDamagedError):
        StoredSteps(file).of(0)


@pytest.mark.parametrize("passage", [2, STEPS_A_BLOCK, 5 * STEPS_A_BLOCK])
def test_passages_without_a_place_are_refused(tmp_path: Path, passage: int) -> None:
    found = stored(tmp_path, ["1", ""])
    assert found.of(1) == ""
    with pytest.raises(IndexDamagedError):
        found.of(passage)


@pytest.mark.parametrize("inversion", INVERSIONS)
def test_passages_have_their_steps_before_and_after_a_merge(
    tmp_path: Path, inversion: type
) -> None:
    steps = ["4 1", "", "0 -2"]
    first = segment(tmp_path, steps, inversion)
    assert not list(damages_of(first))
    merged = opened(tmp_path, merge(str(tmp_path), [first]))
    for each in (first, merged):
        passages = [each.passage(number) for number in range(3)]
        assert [passage.steps for passage in passages] == steps
        told = [[passage.line_after(ends) for ends in range(3)] for passage in passages]
        assert told == [[7, 11, 12], [7, 7, 7], [7, 7, 5]]


def test_a_check_names_steps_for_other_lines(tmp_path: Path) -> None:
    assert list(damages_of(segment(tmp_path, ["1 5", "1"]))) == [
        "a passage has other lines than its text"
    ]
    assert list(damages_of(segment(tmp_path, ["-3 -5"])))


def test_lines_before_a_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError):
        segment(tmp_path, ["-3 -5"]).passage(0)


def test_the_first_line_stands_for_lines_that_are_not_known() -> None:
    passage = Passage(Document("a", "", "utf-8"), 0, "a\nb\nc", 7, 12, None, None)
    assert [passage.line_after(ends) for ends in range(3)] == [7, 7, 7]
    known = passage.replace(steps="0 5")
    assert [known.line_after(ends) for ends in range(3)] == [7, 7, 12]
