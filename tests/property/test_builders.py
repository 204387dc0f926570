"""The three ways to build a segment write the same, byte for byte."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seedsearch.engine.base import BatchBuilder, DocumentText
from seedsearch.index.array_inversion import ArrayInversion
from seedsearch.index.builder import SegmentBuilder
from seedsearch.index.little import LittleBuilder
from seedsearch.index.manifest import SegmentEntry
from seedsearch.model import Document, FileState, PassageSpan

WORDS = st.sampled_from(
    [
        *("fox", "foxes", "Foxed", "the", "of", "U.N.", "F-35", "snake_case", "camelCase", "7"),
        *("boundary-layer", "2024", "Ökonomie", "ÉTÉ", "été", "войска", "война", "наука", "die"),
        *("Häuser", "Haus", "casas", "casa", "沒有", "中国经济", "人生", "대한민국", "한국"),
        *("naïve", "a\u0301", "İstanbul", "\ufb01ne", "—", "…", "\ud800", "\x01", "long" * 12),
    ]
)
TEXTS = st.lists(WORDS, max_size=30).map(" ".join) | st.text(max_size=60)
LANGUAGES = st.sampled_from(["", "en", "de", "es", "ru", "sr", "ko", "zh"])


@st.composite
def documents(draw: st.DrawFn, path: str) -> list[DocumentText]:
    found = []
    for _ in range(draw(st.integers(0, 3))):
        parts = draw(st.lists(TEXTS, max_size=4))
        text, data, spans = "", b"", []
        for part in parts:
            heading = draw(st.sampled_from(["", "Aims"]))
            encoded = part.encode("utf-8", "surrogatepass")
            places = len(text), len(text) + len(part), 1, 2, len(data), len(data) + len(encoded)
            spans.append(PassageSpan(*places, 0, heading))
            text += part + "\n"
            data += encoded + b"\n"
        document = Document(path, draw(TEXTS), "utf-8", language=draw(LANGUAGES), id=draw(TEXTS))
        given = data if "\ud800" not in text and draw(st.booleans()) else text
        found.append(DocumentText(document, given, spans, draw(st.sampled_from([0, 0, 0, 3]))))
    return found


@st.composite
def files(draw: st.DrawFn) -> list[tuple[FileState, list[DocumentText], int]]:
    found = []
    for path in sorted(draw(st.sets(st.sampled_from("abcdef"), min_size=1))):
        reason = draw(st.sampled_from(["", "", "binary"]))
        state = FileState(path, 10, draw(st.integers(0, 2**62)), 3, b"12345678", reason)
        found.append((state, draw(documents(path)), 0))
        if draw(st.booleans()):  # the next documents of a large file
            found.append((state, draw(documents(path)), len(found[-1][1])))
    return found


def by_arrays(folder: str) -> SegmentBuilder:
    return SegmentBuilder(folder, ArrayInversion)


def by_native(folder: str) -> SegmentBuilder:
    native = pytest.importorskip("seedsearch.index.native_inversion")
    return SegmentBuilder(folder, native.NativeInversion)


BUILDERS = [LittleBuilder, by_arrays, by_native]


def built(builder: BatchBuilder, given: list[tuple[FileState, list[DocumentText], int]]) -> object:
    for state, of_file, place in given:
        builder.add(state, of_file, place=place)
    return builder.finish()


@pytest.mark.parametrize("much", [by_arrays, by_native])
@settings(max_examples=150, deadline=None)
@given(given=files())
@example(given=[(FileState("a", 1, 1, 1, b"12345678", ""), [], 0)])
def test_all_builders_write_the_same(
    much: Callable[[str], SegmentBuilder],
    given: list[tuple[FileState, list[DocumentText], int]],
) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        alone, together = LittleBuilder(one), much(other)
        first, second = built(alone, given), built(together, given)
        assert isinstance(first, list)
        assert isinstance(second, list)
        (a,), (b,) = first, second
        assert alone.finish() == together.finish() == []  # what was finished is gone
        assert isinstance(a, SegmentEntry)
        assert a._replace(file="") == b._replace(file="")
        assert Path(one, a.file).read_bytes() == Path(other, b.file).read_bytes()


@pytest.mark.parametrize("kind", [by_arrays, by_native])
@settings(max_examples=30, deadline=None)
@given(several=st.lists(files(), min_size=2, max_size=4))
def test_a_builder_that_has_built_builds_as_a_new_one(
    kind: Callable[[str], SegmentBuilder],
    several: list[list[tuple[FileState, list[DocumentText], int]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        seasoned = kind(folder)
        for given in several:
            again, anew = built(seasoned, given), built(kind(folder), given)
            assert isinstance(again, list)
            assert isinstance(anew, list)
            (a,), (b,) = again, anew
            assert Path(folder, a.file).read_bytes() == Path(folder, b.file).read_bytes()


def test_frequencies_and_positions_beyond_a_byte(tmp_path: Path) -> None:
    text = "fox " * 700 + "foxes " * 300
    span = PassageSpan(0, len(text), 1, 1, 0, len(text), 0, "")
    given = [
        (
            FileState("a", 1, 1, 1, b"12345678", ""),
            [DocumentText(Document("a", "The fox", "utf-8"), text, [span], 0)],
            0,
        )
    ]
    entries = []
    for kind in BUILDERS:
        folder = tmp_path / kind.__name__
        folder.mkdir()
        (entry,) = built(kind(str(folder)), given)  # type: ignore[misc]
        entries.append((folder / entry.file).read_bytes())
    assert entries[0] == entries[1] == entries[2]


@pytest.mark.parametrize("kind", BUILDERS)
def test_files_in_another_order_are_refused(
    kind: Callable[[str], BatchBuilder], tmp_path: Path
) -> None:
    builder = kind(str(tmp_path))
    with pytest.raises(ValueError, match="in the order of their paths"):
        built(builder, [(FileState(path, 1, 1, 1, b"12345678", ""), [], 0) for path in "ba"])


def test_what_becomes_much_is_handed_on(tmp_path: Path) -> None:
    text = "common words of a text " * 900
    given = []
    for number in range(5):
        span = PassageSpan(0, len(text), 1, 1, 0, len(text), 0, "")
        document = Document(f"{number}", f"Title {number}", "utf-8")
        state = FileState(f"{number}", 1, 1, 1, b"12345678", "")
        given.append((state, [DocumentText(document, text, [span], 0)], 0))
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    builder = LittleBuilder(str(tmp_path / "one"))
    (a,) = built(builder, given)  # type: ignore[misc]
    assert builder.pending_bytes > 0
    assert isinstance(builder._builder, SegmentBuilder)
    (b,) = built(by_arrays(str(tmp_path / "other")), given)  # type: ignore[misc]
    one, other = tmp_path / "one" / a.file, tmp_path / "other" / b.file
    assert one.read_bytes() == other.read_bytes()
