"""One piece of a format, repeated thousands of times: a reader takes time for its size, not for the square of it."""

from __future__ import annotations

import random
import time

import pytest
from pieces import ANYWHERE, HEADS, OF_ENDINGS
from structures import REPEATED, office, relations, tarred
from trials import trials

from seedsearch.indexing.documents import documents_of
from seedsearch.model import FileState
from seedsearch.signals import alarm

BYTES = 200_000


def seconds(ending: str, piece: str, size: int) -> float:
    """Return the processor seconds that a document of one piece takes."""
    text = HEADS.get(ending, "") + piece * (size // len(piece))
    return seconds_of(f"x{ending}", text.encode("utf-8", "surrogatepass"))


def seconds_of(name: str, data: bytes) -> float:
    begin = time.process_time()
    with alarm(120):
        found = documents_of(FileState(name, len(data), 1, 2, b""), data)
    assert "failed" not in found.reason, (name, found.reason)
    return time.process_time() - begin


@pytest.mark.parametrize("ending", OF_ENDINGS)
def test_the_time_of_a_reader_grows_with_the_size(ending: str) -> None:
    pieces = list(dict.fromkeys((*OF_ENDINGS[ending], *ANYWHERE)))
    for piece in random.Random(ending).sample(pieces, trials(1, len(pieces))):
        took = seconds(ending, piece, BYTES)
        if took > 1:
            assert took < 9 * seconds(ending, piece, BYTES // 4), (ending, piece, took)


@pytest.mark.parametrize("name", REPEATED)
def test_the_time_of_a_reader_grows_with_the_number_of_parts(name: str) -> None:
    took = seconds_of(name, REPEATED[name](1000))
    if took > 1:
        assert took < 9 * seconds_of(name, REPEATED[name](250)), (name, took)


def test_a_drawing_that_refers_to_itself_is_read_once() -> None:
    sheet = b"<worksheet><row><c><v>needle</v></c></row></worksheet>"
    to_itself = relations(("a", "drawing", "../drawings/d.xml"))
    data = office({"xl/workbook.xml": b"<workbook><sheets><sheet name='a'/></sheets></workbook>",
                   "xl/worksheets/sheet1.xml": sheet, "xl/worksheets/_rels/sheet1.xml.rels": to_itself,
                   "xl/drawings/d.xml": b"<d/>", "xl/drawings/_rels/d.xml.rels": to_itself})  # fmt: skip
    found = documents_of(FileState("a.xlsx", len(data), 1, 2, b""), data)
    assert not found.reason
    assert len(found.documents) == 1


@pytest.mark.parametrize(
    ("entries", "names", "reason"),
    [
        ([("long", b"L", b"d/" * 90 + b"a.txt\0"), ("x", b"0", b"needle")], ["d/" * 90 + "a.txt"], ""),
        ([("x", b"x", b"17 path=d/\xc3\xa4.txt\n"), ("x", b"0", b"needle")], ["d/ä.txt"], ""),
        ([("x", b"x", b"9 size=3\n"), ("a.txt", b"0", b"needle")], ["a.txt"], ""),
        ([("x", b"x", b"11 size=-9\n99999 a=b\n0 x"), ("a.txt", b"0", b"needle")], ["a.txt"], ""),
        ([("x", b"g", b"12 path=no\n"), ("a.txt", b"0", b"needle"), ("b", b"5", b"")], ["a.txt"], ""),
        ([("a.txt", b"0", b"needle"), ("s", b"S", b"needle")], ["a.txt"], "s: a sparse file"),
        ([("x", b"x", b"22 GNU.sparse.major=1\n"), ("s", b"0", b"needle")], [], "s: a sparse file"),
    ],
)  # fmt: skip
def test_the_headers_of_a_tar(
    entries: list[tuple[str, bytes, bytes]], names: list[str], reason: str
) -> None:
    data = tarred(*entries)
    found = documents_of(FileState("a.tar", len(data), 1, 2, b""), data)
    assert [entry.document.member for entry in found.documents] == names
    assert reason in found.reason
