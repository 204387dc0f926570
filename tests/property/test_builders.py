"""The core and the plain twin build and merge segments to the same bytes."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seedsearch.core import compiled
from seedsearch.corpus.found import FoundDocument
from seedsearch.engine.base import BatchBuilder, DocumentText, with_text
from seedsearch.index import merge as merging
from seedsearch.index import stored_fields
from seedsearch.index.builder import SegmentBuilder
from seedsearch.index.check import damages_of
from seedsearch.index.core_inversion import CoreInversion
from seedsearch.index.manifest import SegmentEntry
from seedsearch.index.plain_inversion import PlainInversion
from seedsearch.index.segment import Deletions, Segment, open_segment
from seedsearch.indexing.documents import documents_of
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
        if draw(st.booleans()):  # further documents of a large file
            found.append((state, draw(documents(path)), len(found[-1][1])))
    return found


def by_core(folder: str) -> SegmentBuilder:
    if compiled is None:
        pytest.skip("there is no core")
    return SegmentBuilder(folder, CoreInversion)


def plainly(folder: str) -> SegmentBuilder:
    return SegmentBuilder(folder, PlainInversion)


BUILDERS = [plainly, by_core]


def built(
    builder: BatchBuilder, given: list[tuple[FileState, list[DocumentText], int]]
) -> list[SegmentEntry]:
    for state, of_file, place in given:
        builder.add(state, of_file, place=place)
    entries = builder.finish()
    assert isinstance(entries, list)
    return entries


@settings(max_examples=80, deadline=None)
@given(given=files())
@example(given=[(FileState("a", 1, 1, 1, b"12345678", ""), [], 0)])
def test_the_core_and_the_twin_write_the_same(
    given: list[tuple[FileState, list[DocumentText], int]],
) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        twin, core = plainly(one), by_core(other)
        (a,), (b,) = built(twin, given), built(core, given)
        assert twin.finish() == core.finish() == []  # the finished segment is gone
        assert a._replace(file="") == b._replace(file="")
        assert Path(one, a.file).read_bytes() == Path(other, b.file).read_bytes()


PIECES = [
    "The history of the war and of the islands that troops left. ", "Title of a Text\n", "\n\n", "\n", "\r\n", "\t",
    "Sie sind nicht mehr in dem Haus, und das ist gut. ", "Остров был в составе страны, и он не был на карте. ",
    "朝鲜军队 ", "한국의 군대 ", "x", "١٢", "\x00", "\x1b[0m", "QmFzZTY0IGVuY29kZWQgZGF0YQ0K" * 12, "begin 644 a\n",
]  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([b"", b"", b"\xef\xbb\xbf", b"\xff"]),
            st.lists(st.tuples(st.sampled_from(PIECES), st.integers(1, 30)), max_size=8),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_a_plain_text_is_the_same_document_in_one_pass_over_its_bytes(
    texts: list[tuple[bytes, list[tuple[str, int]]]],
) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        slow, fast = by_core(one), by_core(other)
        files = []
        for number, (begin, pieces) in enumerate(texts):
            data = begin + "".join(piece * times for piece, times in pieces).encode()
            files.append((FileState(f"a/{number}.txt", len(data), 2, 3, b"12345678", ""), data))
        reads = [documents_of(*file, media_type="text/plain").documents for file in files]
        for (state, _), read in zip(files, reads, strict=True):
            slow.add(state, read)
        done = 0
        while done < len(files):
            done += fast.add_files(iter(files[done:]))
            if done < len(files):
                fast.add(files[done][0], reads[done])
                done += 1
        (a,), (b,) = slow.finish(), fast.finish()
        assert a._replace(file="") == b._replace(file="")
        assert Path(one, a.file).read_bytes() == Path(other, b.file).read_bytes()


def test_usual_plain_texts_are_read_in_one_pass_over_their_bytes(tmp_path: Path) -> None:
    builder = by_core(str(tmp_path))
    state = FileState("a.txt", 9, 2, 3, b"12345678", "")
    paragraph = "The history of the island and of the people that left. " * 20
    russian = "Остров был в составе страны, и он не был на карте. " * 40
    without = "Стоял там остров посреди большой реки. " * 40  # no word that says much
    korean = "한국의 군대가 간다. " * 90
    english = f"An Island\n\n{paragraph}\n\n{paragraph}\n"
    texts = [text.encode() for text in (english, korean, russian, without)] + [b"caf\xe9", b"more"]
    files = [(state._replace(path=f"{number}.txt"), data) for number, data in enumerate(texts)]
    assert builder.add_files(iter(files)) == 4
    (entry,) = builder.finish()
    assert (entry.files, entry.documents) == (4, 4)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([
                "Subject: a\n\n", "Subject: \"b\" \\ é\nFrom: c\nMessage-ID: <1@d>\nReferences: <0@d>\n\n",
                "Subject: a\nContent-Transfer-Encoding: quoted-printable\n\n", "<title>t</title><h1>b</h1>", "<p>",
            ]),
            st.lists(st.tuples(st.sampled_from([*PIECES, "long =\n", "<h2>b</h2>"]), st.integers(1, 30)), max_size=8),
        ),
        min_size=1,
        max_size=5,
    )
)  # fmt: skip
def test_a_found_document_is_the_same_as_one_with_its_text(
    files: list[tuple[str, list[tuple[str, int]]]],
) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        slow, fast = by_core(one), by_core(other)
        for number, (begin, pieces) in enumerate(files):
            data = (begin + "".join(piece * times for piece, times in pieces)).encode()
            kind = "text/html" if begin.startswith("<") else "message/rfc822"
            state = FileState(f"a/{number}", len(data), 2, 3, b"12345678", "")
            read = documents_of(state, data, media_type=kind).documents
            slow.add(state, list(map(with_text, read)))
            fast.add(state, read)
        (a,), (b,) = slow.finish(), fast.finish()
        assert a._replace(file="") == b._replace(file="")
        assert Path(one, a.file).read_bytes() == Path(other, b.file).read_bytes()


@given(st.lists(st.tuples(st.text(), st.text(st.characters(exclude_categories=())))).map(tuple))
@example((("\x7f\b\f\t\0", '"\\\U0001f600\ud800'),))
def test_fields_are_stored_alike(fields: tuple[tuple[str, str], ...]) -> None:
    assert stored_fields.dumped(fields) == stored_fields._plain_dumped(fields)


@pytest.mark.skipif(compiled is None, reason="the compiled core is not installed")
@pytest.mark.parametrize("wrong", [((),), (1,), (("a", 1),), ((1, "a"),), (("a", "b", "c"),)])
def test_fields_are_names_and_values(wrong: Any) -> None:
    with pytest.raises(TypeError):
        compiled.dumped(wrong)


@pytest.mark.skipif(compiled is None, reason="the compiled core is not installed")
def test_usual_messages_and_pages_are_found_documents(tmp_path: Path) -> None:
    state = FileState("a", 9, 2, 3, b"12345678", "")
    for kind, data in (
        ("message/rfc822", b"Subject: a\n\nThe troops crossed the river.\n"),
        ("application/mbox", b"From a Mon Oct 21 10:00:00 2024\nSubject: a\n\nwords\n"),
        ("text/html", b"<title>a</title><p>The troops crossed the river."),
    ):
        (found,) = documents_of(state, data, media_type=kind).documents
        assert isinstance(found, FoundDocument)
        assert with_text(found).text == found.extracted().text
    with pytest.raises(TypeError):
        type(found.text)()  # only the core makes them


@pytest.mark.parametrize("kind", BUILDERS)
@settings(max_examples=30, deadline=None)
@given(several=st.lists(files(), min_size=2, max_size=4))
def test_a_builder_that_has_built_builds_as_a_new_one(
    kind: Callable[[str], SegmentBuilder],
    several: list[list[tuple[FileState, list[DocumentText], int]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        seasoned = kind(folder)
        for given in several:
            (a,), (b,) = built(seasoned, given), built(kind(folder), given)
            assert Path(folder, a.file).read_bytes() == Path(folder, b.file).read_bytes()


def document_of(path: str, text: str, title: str) -> tuple[FileState, list[DocumentText], int]:
    span = PassageSpan(0, len(text), 1, 1, 0, len(text), 0, "")
    state = FileState(path, 1, 1, 1, b"12345678", "")
    return state, [DocumentText(Document(path, title, "utf-8"), text, [span], 0)], 0


def test_frequencies_and_positions_of_every_length(tmp_path: Path) -> None:
    """Numbers of one, two and three bytes, lists with a skip table, members of several bits."""
    long = "fox " * 700 + "foxes " * 5000 + "w " * 5000 + "foxed foxing"
    many = [document_of(f"{n:03}", "the fox " * (n % 3) + f"x{n} a", "") for n in range(300)]
    given = [document_of("000a", long, "The fox"), *many[1:]]
    entries = []
    for kind in BUILDERS:
        folder = tmp_path / kind.__name__
        folder.mkdir()
        (entry,) = built(kind(str(folder)), given)
        entries.append((folder / entry.file).read_bytes())
        segment = open_segment(str(folder), entry)
        assert list(damages_of(segment)) == []
        segment.close()
    assert entries[0] == entries[1]


def without(segment: Segment, paths: set[str]) -> Segment:
    """Return a segment with some files deleted."""
    gone = bytearray(segment.file_count())
    passages = bytearray(segment.passages)
    for number in segment.files_at({path.encode() for path in paths}):
        gone[number] = 1
        of_file = segment.passages_of_file(number)
        passages[of_file.start : of_file.stop] = b"\1" * len(of_file)
    segment.deletions = Deletions(bytes(passages), bytes(gone))
    return segment


@settings(max_examples=60, deadline=None)
@given(
    batches=st.lists(st.tuples(files(), st.sets(st.sampled_from("abcdef"))), min_size=1, max_size=4)
)
def test_the_core_and_the_twin_merge_to_the_same(batches: list[tuple[list, set[str]]]) -> None:
    """The result also equals one build of everything, except for the order of members."""
    if compiled is None:
        pytest.skip("there is no core")
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        segments = []
        for number, (given, gone) in enumerate(batches):
            renamed = [(s._replace(path=f"{s.path}{number}"), d, p) for s, d, p in given]
            (entry,) = built(plainly(folder), renamed)
            segment = open_segment(folder, entry)
            segments.append(without(segment, {f"{path}{number}" for path in gone}))
        one = merging.merge(folder, segments)
        patch.setattr(merging, "compiled", None)
        other = merging.merge(folder, segments)
        assert one._replace(file="") == other._replace(file="")
        assert Path(folder, one.file).read_bytes() == Path(folder, other.file).read_bytes()
        merged = open_segment(folder, one)
        assert list(damages_of(merged)) == []
        for segment in (*segments, merged):
            segment.close()


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 1 << 32).map(random.Random))
def test_long_lists_merge_to_the_same(rng: random.Random) -> None:
    """Lists with skip tables, of bodies and titles, with some passages deleted."""
    if compiled is None:
        pytest.skip("there is no core")
    words = ["fox", "foxes", "dog", "dogs", "a", "hen"]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        segments = []
        for number in range(2):
            given = []
            for n in range(400):
                of_body, of_title = (
                    " ".join(rng.choices(words, k=rng.randrange(k))) for k in (5, 3)
                )
                given.append(document_of(f"{n:03}{number}", of_body, of_title))
            (entry,) = built(plainly(folder), given)
            segment = open_segment(folder, entry)
            assert list(damages_of(segment)) == []
            paths = [path.decode() for path in segment.live_paths()]
            segments.append(without(segment, set(rng.sample(paths, rng.choice([0, 20, 350])))))
        one = merging.merge(folder, segments)
        patch.setattr(merging, "compiled", None)
        other = merging.merge(folder, segments)
        assert Path(folder, one.file).read_bytes() == Path(folder, other.file).read_bytes()
        for segment in segments:
            segment.close()


@pytest.mark.parametrize("kind", BUILDERS)
def test_files_in_another_order_are_refused(
    kind: Callable[[str], BatchBuilder], tmp_path: Path
) -> None:
    builder = kind(str(tmp_path))
    with pytest.raises(ValueError, match="in the order of their paths"):
        built(builder, [(FileState(path, 1, 1, 1, b"12345678", ""), [], 0) for path in "ba"])


@pytest.mark.parametrize("kind", BUILDERS)
def test_a_builder_says_what_memory_it_needs(
    kind: Callable[[str], BatchBuilder], tmp_path: Path
) -> None:
    builder = kind(str(tmp_path))
    last = builder.pending_bytes
    for number in range(5):
        text = f"common words of a text number {number} " * 2000
        state, documents, place = document_of(f"{number}", text, f"Title {number}")
        builder.add(state, documents, place=place)
        assert builder.pending_bytes > last
        last = builder.pending_bytes
    builder.finish()
    assert builder.pending_bytes < last
