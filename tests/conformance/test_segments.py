"""Segments of the embedded engine: contents survive, merged or not, with any cuts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from math import log, sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from library import Library, document, names, state
from test_engines_agree import History, batches, files_of, histories, queries

from seedsearch.engine.base import DocumentText
from seedsearch.engine.embedded.engine import WhooshEngine
from seedsearch.index import builder as build
from seedsearch.index import manifest
from seedsearch.index import writer as policy
from seedsearch.index.merge import merge
from seedsearch.index.plain_inversion import PlainInversion
from seedsearch.index.segment import Deletions, Segment, open_segment
from seedsearch.model import Document, FileState, Passage, PassageSpan
from seedsearch.query.ast import And, Exact, Near, Not, Or, Phrase, Query, Term, map_children

profile = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)

# --------------------------------------------------------------------------------- records

text = st.text(max_size=12)
numbers = st.integers(0, 2**40)
spans = st.builds(
    PassageSpan,
    start=st.just(0),
    end=st.integers(0, 12),
    line_start=st.integers(1, 2**33),
    line_end=st.just(0),
    byte_start=st.integers(-1, 2**33),
    byte_end=st.just(0),
    page=st.integers(0, 70_000),
    heading=text,
    steps=st.lists(st.integers(0, 99), max_size=3).map(lambda steps: " ".join(map(str, steps))),
)
kinds = st.fixed_dictionaries(
    {
        "title": text,
        "encoding": st.sampled_from(["utf-8", "gb18030"]),
        "errors": st.sampled_from(["strict", "replace"]),
        "confidence": st.floats(0, 1),
        "id": text,
        "member": text,
        "media_type": st.sampled_from(["text/plain", "text/html"]),
        "language": st.sampled_from(["", "en"]),
        "fields": st.lists(st.tuples(text, text), max_size=3).map(tuple),
    }
)


@st.composite
def documents(draw: st.DrawFn, path: str) -> DocumentText:
    held = draw(st.text(st.characters(), max_size=12))  # lone surrogates too
    found = []
    for span in draw(st.lists(spans, max_size=4)):
        start = draw(st.integers(0, len(held)))
        has_bytes = span.byte_start >= 0
        found.append(
            span._replace(
                start=start,
                end=draw(st.integers(start, len(held))),
                line_end=span.line_start + draw(st.integers(0, 300)),
                byte_end=span.byte_start + draw(st.integers(0, 70_000)) if has_bytes else -1,
            )
        )
    return DocumentText(Document(path=path, **draw(kinds)), held, found)


@st.composite
def files(draw: st.DrawFn) -> list[tuple[FileState, list[DocumentText]]]:
    paths = draw(st.lists(st.binary(min_size=1, max_size=6), max_size=5, unique=True))
    made = []
    for raw in sorted(paths):
        path = raw.decode("utf-8", "surrogateescape")
        state = FileState(
            path, draw(numbers), draw(st.integers(-(2**60), 2**60)), draw(numbers),
            draw(st.binary(min_size=8, max_size=8)), draw(text),
        )  # fmt: skip
        made.append((state, draw(st.lists(documents(path), max_size=3))))
    return made


def expected(added: list[tuple[FileState, list[DocumentText]]]) -> list[Passage]:
    return [
        Passage(
            item.document,
            ordinal,
            item.text[span.start : span.end],
            span.line_start,
            span.line_end,
            span.byte_start if span.byte_start >= 0 else None,
            span.byte_end if span.byte_start >= 0 else None,
            span.page or None,
            span.heading,
            span.steps,
        )
        for _, of_file in added
        for item in of_file
        for ordinal, span in enumerate(item.spans)
    ]


def built(folder: str, added: list[tuple[FileState, list[DocumentText]]]) -> list[Segment]:
    builder = build.SegmentBuilder(folder, PlainInversion)
    for file, of_file in added:
        builder.add(file, of_file)
    return [open_segment(folder, entry) for entry in builder.finish()]


def passages(segments: list[Segment]) -> list[Passage]:
    return [segment.passage(n) for segment in segments for n in range(segment.passages)]


@settings(profile, max_examples=60)
@given(added=files(), most=st.sampled_from([1, 2, 3, 5, 1 << 16]))
def test_records_come_back(added: list[tuple[FileState, list[DocumentText]]], most: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "MAX_PASSAGES", most)
        segments = built(folder, added)
        assert passages(segments) == expected(added)
        assert all(segment.passages <= most for segment in segments)
        states = {state.path: state for segment in segments for _, state in states_of(segment)}
        assert states == {state.path: state for state, _ in added}
        for segment in segments:
            segment.file.check_all()
            for number, file in states_of(segment):
                for passage in segment.passages_of_file(number):
                    assert segment.path(passage) == file.path
        for segment in segments:
            segment.close()


@settings(profile, max_examples=40)
@given(added=files(), data=st.data())
def test_merged_records_come_back_without_the_deleted(
    added: list[tuple[FileState, list[DocumentText]]], data: st.DataObject
) -> None:
    owner = [data.draw(st.integers(0, 2)) for _ in added]
    dead = {file.path for file, _ in added if data.draw(st.integers(0, 3)) == 0}
    with tempfile.TemporaryDirectory() as folder:
        segments = [
            segment
            for part in range(3)
            for segment in built(
                folder, [item for item, own in zip(added, owner, strict=True) if own == part]
            )
        ]
        for segment in segments:
            delete(segment, dead)
        one = open_segment(folder, merge(folder, segments))
        live = [(file, of_file) for file, of_file in added if file.path not in dead]
        assert passages([one]) == expected(live)
        assert [file for _, file in states_of(one)] == [file for file, _ in live]
        one.file.check_all()
        for segment in (*segments, one):
            segment.close()


def delete(segment: Segment, paths: set[str]) -> None:
    gone_files, gone = bytearray(segment.file_count()), bytearray(segment.passages)
    for number, file in states_of(segment):
        if file.path in paths:
            gone_files[number] = 1
            for passage in segment.passages_of_file(number):
                gone[passage] = 1
    segment.deletions = Deletions(bytes(gone), bytes(gone_files))


# --------------------------------------------------------------------------------- answers


@pytest.fixture
def small_segments(monkeypatch: pytest.MonkeyPatch) -> int:
    """Make segments hold at most 5 passages."""
    for module in (build, policy):
        monkeypatch.setattr(module, "MAX_PASSAGES", 5)
    return 5


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(lambda: WhooshEngine(str(tmp_path), create=True))
    yield made
    made.engine.close()


def all_ways(library: Library, query: str | Query) -> list[str]:
    """Return the answers, the same for all matches and for the best."""
    everything = library.rank(query)
    for limit in (1, 3, 10):
        assert library.rank(query, limit).passages == everything.passages[:limit]
    return names(everything)


def states_of(segment: Segment) -> list[tuple[int, FileState]]:
    """Return the files that are not deleted, by number."""
    dead = segment.deletions.files if segment.deletions else bytes(segment.file_count())
    return [
        (number, state) for number, state in enumerate(segment._all_states()) if not dead[number]
    ]


def test_a_file_may_go_on_in_the_next_segment(library: Library, small_segments: int) -> None:
    paragraphs = [f"fox {'dog ' * (n % 3)}p{n}" for n in range(12)]
    library.commit(
        {
            "a": "cat",
            "b": [document("b", "\n\n".join(paragraphs), title="Foxes"), document("b", "fox tail")],
            "c": "fox",
        }
    )
    stats = library.engine.stats()
    assert (stats.segments, stats.files, stats.documents, stats.passages) == (4, 3, 4, 15)
    assert all_ways(library, Term("p11")) == ["b#11"]
    assert sorted(all_ways(library, "fox")) == sorted(
        [*(f"b#{n}" for n in range(12)), "b#0", "c#0"]
    )
    assert all_ways(library, Term("fox", "title")) == ["b#0"]
    library.commit({}, remove=["b"])
    assert all_ways(library, "fox") == ["c#0"]
    library.commit({"b": "fox"})
    assert all_ways(library, "fox") == ["b#0", "c#0"]


def test_a_document_is_in_one_segment_if_it_fits(library: Library, small_segments: int) -> None:
    library.commit(dict.fromkeys("ab", "fox\n\ndog\n\ncat"))
    assert library.engine.stats().segments == 2


def test_parts_of_a_file_stay_in_order_when_they_merge(
    library: Library, small_segments: int
) -> None:
    # The second part of `b` merges with earlier files first, then with the first part.
    library.commit({"a": "fox"})
    library.commit({"b": "\n\n".join(["fox"] * 7)})
    for n in range(12):
        library.commit({"z": f"cat {n}"})
    order = [f"b#{n}" for n in range(7)]
    assert all_ways(library, "fox") == ["a#0", *order]
    assert [n for n in all_ways(library, Not(Term("cat"))) if n != "a#0"] == order


def test_parts_of_a_file_are_put_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(tmp_path)
    monkeypatch.setattr(build, "MAX_PASSAGES", 2)
    added = [(state("a"), [document("a", "one\n\ntwo\n\nthree"), document("a", "four\n\nfive")])]
    parts = built(folder, added)
    assert len(parts) == 3
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        merged = open_segment(folder, merge(folder, [parts[n] for n in order]))
        assert [passage.text for passage in passages([merged])] == [
            "one", "two", "three", "four", "five",
        ]  # fmt: skip
        assert passages([merged]) == expected(added)
        merged.close()
    for part in parts:
        part.close()


def test_many_positions_and_occurrences(library: Library) -> None:
    """Numbers that need more than one byte, and more than two."""
    long = " ".join(
        ["fox"] * 300 + ["w"] * 66_000 + ["dog", "cat"] + ["w"] * 70_000 + ["cat", "hen", "cats"]
    )
    library.commit({"a": long, "b": "dog hen cat", "c": "fox " * 255, "d": "fox " * 256})
    for _ in range(2):
        for query, answers in (
            (Term("fox"), "d c a"),
            (Term("w"), "a"),
            (Term("cat"), "b a"),
            (Exact("cats"), "a"),
            (Phrase(("dog", "cat")), "a"),
            (Phrase(("cat", "hen", "cats")), "a"),
            (Phrase(("cat", "hen", "cat")), ""),
            (Phrase(("dog", "hen")), "b"),
            (Phrase(("w", "dog")), "a"),
            (Near(("hen", "cat", "cat"), 0), "a"),
            (Near(("dog", "hen"), 10), "b"),
            (And((Term("fox"), Not(Exact("cats")))), "d c"),
            (Or((Term("dog"), Term("w"))), "a b"),
        ):
            assert all_ways(library, query) == [f"{path}#0" for path in answers.split()], query
        # weight * 2.2 tf / (tf + norm); only a has it. Lengths
        # 136,305, 3, 255, 256, the average 34,204.75.
        norm = 1.2 * (0.25 + 0.75 * 136_305 / 34_204.75)
        weight = log(1 + 3.5 / 1.5) ** 1.4 * sqrt(5)
        assert library.scores(Term("w")) == pytest.approx(
            {"a#0": weight * 2.2 * 136_000 / (136_000 + norm)}, abs=1.1e-9
        )
        merge_all(library)


def merge_all(library: Library) -> None:
    """Merge all live passages into one segment."""
    engine: Any = library.engine
    writer: Any = engine.writer()
    try:
        entries = list(writer._committed.segments)
        if entries:
            one = merge(engine.folder, [writer._segment(entry) for entry in entries])
            changed = writer._committed._replace(
                segments=(one,), generation=writer._committed.generation + 1
            )
            manifest.write(engine.folder, changed)
    finally:
        writer.close()
    engine.refresh()


@settings(profile, max_examples=20)
@given(
    history=histories,
    more=batches,
    trees=st.lists(queries, min_size=6, max_size=6),
    most=st.sampled_from([1, 2, 4, 99, 99]),
)
def test_merging_is_building_from_scratch(
    history: History, more: Any, trees: list[Query], most: int
) -> None:
    if most < 99:  # each part of a cut document scores as a document
        trees = list(map(explicit, trees))
    with tempfile.TemporaryDirectory() as base, pytest.MonkeyPatch.context() as patch:
        (Path(base) / "a").mkdir()
        (Path(base) / "b").mkdir()
        patch.setattr(build, "MAX_PASSAGES", most)
        merged = Library(lambda: WhooshEngine(f"{base}/a", create=True))
        held: dict[str, Any] = {}
        for batch, gone in history:
            merged.commit(files_of(batch), remove=gone)
            held = {path: file for path, file in held.items() if path not in gone} | files_of(batch)
        merge_all(merged)
        patch.undo()
        fresh = Library(lambda: WhooshEngine(f"{base}/b", create=True))
        fresh.commit(held)
        same(merged, fresh, trees)
        for each in (merged, fresh):
            each.commit(files_of(more))
        merge_all(merged)
        merge_all(fresh)
        same(merged, fresh, trees)
        merged.engine.close()
        fresh.engine.close()


def explicit(query: Query) -> Query:
    """Return the same words with operators."""
    plain = query.replace(implicit=False) if isinstance(query, And | Or) else query
    return map_children(plain, explicit)


def same(merged: Library, fresh: Library, trees: list[Query]) -> None:
    stats = merged.engine.stats()
    assert stats.deleted == 0
    assert stats.segments <= 1
    assert stats.replace(**UNLIKE) == fresh.engine.stats().replace(**UNLIKE)
    assert dict(merged.engine.files()) == dict(fresh.engine.files())
    for tree in trees:
        assert merged.rank(tree) == fresh.rank(tree)


UNLIKE = dict.fromkeys(("created_ns", "committed_ns", "generation", "index_bytes", "segments"), 0)
