"""A segment's file: what is written comes back, column by column and key by key."""

from __future__ import annotations

import os
import tempfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.core import compiled
from seedsearch.errors import IndexDamagedError
from seedsearch.index.dictionary import BODY, ROWS_A_BLOCK, TITLE, Dictionary, TermPattern
from seedsearch.index.dictionary_writer import Counts, DictionaryWriter, class_rows
from seedsearch.index.group_blocks import bare
from seedsearch.index.segment_file import BLOCK, Blobs, SegmentFile
from seedsearch.index.segment_file_writer import SegmentFileWriter, narrowest
from seedsearch.model import Document, Passage

if TYPE_CHECKING:
    from seedsearch.core import _core

profile = settings(max_examples=100, derandomize=True, deadline=None, database=None)

FACTS = {"kinds": [], "fields": [], "terms": 0}


@contextmanager
def written(write: Any) -> Iterator[SegmentFile]:
    """An open segment file with what `write` put in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/x.seg"
        writer = SegmentFileWriter(path)
        write(writer)
        file = SegmentFile(path, *writer.close(FACTS))
        try:
            yield file
        finally:
            file.close()


# --------------------------------------------------------------------------------- columns

numbers = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 70_000) | st.integers(0, 255), max_size=60)  # fmt: skip


@pytest.mark.parametrize(
    ("largest", "code"),
    [
        (0, "B"),
        (255, "B"),
        (256, "H"),
        (65_535, "H"),
        (65_536, "I"),
        (2**32 - 1, "I"),
        (2**32, "Q"),
    ],
)
def test_columns_are_as_narrow_as_can_be(largest: int, code: str) -> None:
    assert narrowest([0, largest]).typecode == code


@profile
@given(st.lists(numbers, max_size=4))
def test_numbers(columns: list[list[int]]) -> None:
    def write(writer: SegmentFileWriter) -> None:
        for name, values in enumerate(columns):
            writer.numbers(str(name), values)

    with written(write) as file:
        for name, values in enumerate(columns):
            column = file.column(str(name))
            assert list(column.whole()) == values
            assert len(column) == len(values)
            assert [column[i] for i in range(len(values))] == values
            assert column.code == narrowest(values).typecode
            for start in range(0, len(values), 7):
                assert list(column.slice(start, len(values))) == values[start:]


@profile
@given(st.lists(st.binary(max_size=20), max_size=40))
def test_blobs(values: list[bytes]) -> None:
    with written(lambda writer: writer.blobs("x", values)) as file:
        blobs = Blobs(file, "x")
        assert len(blobs) == len(values)
        assert blobs.all() == values
        assert [blobs[i] for i in range(len(values))] == values


def test_columns_of_many_blocks() -> None:
    values = [n * 7 for n in range(3 * BLOCK)]
    with written(lambda writer: writer.numbers("x", values)) as file:
        column = file.column("x")
        for at in (0, BLOCK // 4 - 1, BLOCK // 4, BLOCK, len(values) - 1):
            assert column[at] == values[at]
        assert list(column.slice(BLOCK // 4 - 2, BLOCK + 2)) == values[BLOCK // 4 - 2 : BLOCK + 2]
        assert list(column.whole()) == values
        file.check_all()


def test_numbers_that_point_outside_are_damage() -> None:
    with written(lambda writer: writer.numbers("x", [1, 2, 3])) as file:
        column = file.column("x")
        for ask in (
            lambda: column[3],
            lambda: column[-1],
            lambda: column.slice(0, 4),
            lambda: column.slice(2, 1),
            lambda: file.column("y"),
        ):
            with pytest.raises(IndexDamagedError):
                ask()


def test_a_writer_that_gives_up_leaves_nothing(tmp_path: Path) -> None:
    writer = SegmentFileWriter(str(tmp_path / "x.seg"))
    writer.numbers("x", [1])
    writer.abandon()
    assert list(tmp_path.iterdir()) == []


def test_a_writer_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.seg").write_text("precious")
    with pytest.raises(FileExistsError):
        SegmentFileWriter(str(tmp_path / "x.seg"))


PASSAGE = ("line", "lines", "byte", "bytes", "page", "heading")
DOCUMENT = ("file", "kind", "place", "ordinal", "title", "id", "member", "fields")
names_of = st.text(alphabet="aé中\ud800", max_size=3)
Rows = list[tuple[int, ...]]


def put_rows(writer: SegmentFileWriter, rows: Rows, documents: list[int], names: list[str]) -> None:
    """Columns of passages, with a block between each and the next; of documents; paths and headings."""
    for name, values in zip(PASSAGE, zip(*rows, strict=True), strict=True):
        writer.numbers(f"passage.{name}", values)
        writer.column(f"between {name}", "B", bytes(BLOCK))
    writer.numbers("passage.document", documents)
    encoded = [name.encode("utf-8", "surrogatepass") for name in names]
    for number, name in enumerate(DOCUMENT):
        if number < 4:
            writer.numbers(f"document.{name}", [number] * len(names))
        else:
            writer.blobs(f"document.{name}", encoded)
    for name in ("file.path", "heading"):
        writer.blobs(name, encoded)


def passage_of(
    reader: _core.SegmentReader, number: int, documents: dict[int, Document]
) -> Passage | None:
    made = Passage, Passage._fields, Document, Document._fields, fields_of
    return compiled.passages((reader,), (0,), [number], ((documents, KINDS),), made)[0]


def fields_of(text: str) -> tuple[tuple[str, str], ...]:
    return (("read", text),)


KINDS: list[_core.KindOfDocument] = [
    ("utf-8", "strict", 1.0, "text/plain", "en", ()),
    ("cp1252", "replace", 0.5, "text/html", "", ("de", "fr")),
]


@pytest.mark.skipif(compiled is None, reason="the core is not compiled")
@profile
@given(
    st.lists(st.tuples(*[st.integers(0, 2**bits - 1) for bits in (8, 16, 32, 64, 8, 2)]), min_size=1, max_size=9),
    st.lists(names_of, min_size=4, max_size=4),
    st.data(),
)  # fmt: skip
def test_the_core_reads_rows(rows: Rows, names: list[str], data: st.DataObject) -> None:
    documents = sorted(data.draw(st.integers(0, 3)) for _ in rows)
    document = Document("a", "", "utf-8")
    known = dict.fromkeys(range(4), document)
    with written(lambda writer: put_rows(writer, rows, documents, names)) as file:
        reader = file.reader
        assert reader is not None
        assert not any(file.checked)
        for number, (line, lines, byte, size, page, heading) in enumerate(rows):
            found = passage_of(reader, number, known)
            if size >= 2**62:  # farther than any file reaches
                assert found is None
                continue
            assert found == Passage(
                document,
                3 + number - documents.index(documents[number]),
                "",
                line,
                line + lines,
                byte - 1 if byte else None,
                byte - 1 + size if byte else None,
                page or None,
                names[heading] if heading else "",
            )
            assert isinstance(found, Passage)
            assert tuple(vars(found)) == Passage._fields
            read: dict[int, Document] = {}
            own = passage_of(reader, number, read)
            name = names[documents[number]]
            path = os.fsdecode(names[0].encode("utf-8", "surrogatepass"))
            assert own is not None
            assert own.document is read[documents[number]]
            assert own.document == Document(
                path, name, *KINDS[1][:3], name, name, *KINDS[1][3:5], fields_of(name), KINDS[1][5]
            )
            assert tuple(vars(own.document)) == Document._fields
        for number, name in enumerate(names):
            assert reader.path(number) == name.encode("utf-8", "surrogatepass")
        last = len(rows)
        assert compiled.files_of((reader, reader), (0, last), [0, last]) == [(0, 0), (1, 0)]
        assert compiled.files_of((reader,), (0,), [last]) == [None]
        assert passage_of(reader, last, known) is None
        assert reader.path(len(names)) is None
        file.close()
        assert reader.path(0) is None


@pytest.mark.skipif(compiled is None, reason="the core is not compiled")
@profile
@given(st.lists(st.binary(max_size=3), max_size=40).map(sorted), st.binary(max_size=3))
def test_the_core_finds_files_by_their_paths(paths: list[bytes], other: bytes) -> None:
    with written(lambda writer: writer.blobs("file.path", paths)) as file:
        reader = file.reader
        assert reader is not None
        for path in (*paths, other, b"\xff\xff\xff\xff"):
            assert reader.files_at(path) == (bisect_left(paths, path), bisect_right(paths, path))
        file.close()
        assert paths == [] or reader.files_at(paths[0]) is None


@pytest.mark.skipif(compiled is None or os.name == "nt", reason="the core is not compiled")
def test_what_the_core_cannot_read_is_said_by_its_twin() -> None:
    with written(lambda writer: writer.numbers("x", range(3 * BLOCK))) as file:
        column = file.column("x")
        assert column[0] == 0
        folder = os.open(os.path.dirname(file.path), os.O_RDONLY)  # of which nothing can be read
        os.dup2(folder, file._file.fileno())
        os.close(folder)
        assert column[1] == 1  # which was read before
        for read in (lambda: column[2 * BLOCK], column.whole):
            with pytest.raises(IndexDamagedError, match="it cannot be read: Is a directory"):
                read()


# ------------------------------------------------------------------------------ dictionary

stems = st.text(alphabet="abcé中\U0001f600", min_size=1, max_size=4).map(str.encode)
numbers_of_counts = st.integers(1, 300) | st.integers(60_000, 70_000)
counts = st.builds(
    lambda df, more, extra: Counts(df, df + more, extra),
    numbers_of_counts,
    st.just(0) | numbers_of_counts,
    st.integers(0, 1),
)
Members = list[tuple[bytes, Counts]]


@st.composite
def dictionaries(draw: st.DrawFn, most: int = 12) -> dict[bytes, Members]:
    """Groups by key; each has members with their counts. Keys may have a language, or be their own member."""
    keys = draw(st.sets(st.tuples(st.sampled_from([BODY, TITLE]), stems), max_size=most))
    groups = {}
    for field, stem in keys:
        language = draw(st.sampled_from([b"", b"", b" de", b" fr"]))
        endings = draw(
            st.sets(st.sampled_from([b"-ed", b"-ing", b"-s"]), min_size=1) | st.just({b""})
        )
        groups[field + stem + language] = [
            (stem + ending, draw(counts)) for ending in sorted(endings)
        ]
    return dict(sorted(groups.items()))


def test_a_class_is_found_by_the_stem_that_its_terms_have_without_accents() -> None:
    groups: dict[str, list[str]] = {
        "electr fr=électr": ["electricite", "electricites"],
        "electricit fr": ["electricite"],
        "goz tr=göz": ["goz", "gozler"],
        "suspend es": ["suspendio"],
        "troop": ["troops"],
    }
    marked = [part.encode() for key in groups for term in groups[key] for part in (term, key)]
    assert class_rows(marked[:-2]) == [
        (key.encode(), own.encode())
        for key, own in (
            ("electr fr", "electr fr=électr"),
            ("electricit fr", "electr fr=électr"),
            ("goz tr", "goz tr=göz"),
            ("gozler tr", "goz tr=göz"),
            ("suspendi es", "suspend es"),
        )
    ]
    made = DictionaryWriter()
    for key, terms in groups.items():
        names = [term.encode() for term in terms]
        made.put_group(
            b"b" + key.encode(), Counts(1, 1, 0), 1, names, [Counts(1, 1, 0)] * len(names)
        )
    with written(made.write) as file:
        dictionary = Dictionary(file)
        for key in ("electr fr", "electricit fr"):
            assert list(dictionary.classes(key.encode())) == ["electr fr=électr".encode()]
        for absent in ("", "a", "electricite fr", "suspend es", "troop", "zz"):
            assert list(dictionary.classes(absent.encode())) == []
        assert list(dictionary.all_classes()) == class_rows(marked[:-2])


@pytest.mark.parametrize("count", [ROWS_A_BLOCK - 1, ROWS_A_BLOCK, 3 * ROWS_A_BLOCK + 1])
def test_rows_of_classes_that_fill_blocks(count: int) -> None:
    keys = [f"stem tr=stém{number:05}".encode() for number in range(count)]
    made, once = DictionaryWriter(), Counts(1, 1, 0)
    for key in keys:
        made.put_group(b"b" + key, once, 1, [b"stem"], [once])
    with written(made.write) as file:
        assert list(Dictionary(file).classes(b"stem tr")) == keys
        assert list(Dictionary(file).classes(b"sten tr")) == []
        assert list(Dictionary(file).classes(b"steal tr")) == []


def counts_of(members: Members) -> Counts:
    """Those of a group: here, the sums of its members'."""
    return Counts(*(sum(own[i] for _, own in members) for i in range(3)))


def list_size(members: Members) -> int:
    return sum(own.df for _, own in members) % 300


def put_dictionary(writer: SegmentFileWriter, groups: dict[bytes, Members]) -> None:
    made = DictionaryWriter()
    listed = []
    for number, (key, members) in enumerate(groups.items()):
        names, of_members = [name for name, _ in members], [own for _, own in members]
        is_listed = made.put_group(key, counts_of(members), list_size(members), names, of_members)
        assert is_listed == (names != [bare(key[1:])])
        if is_listed:
            listed += [(key[:1] + name, number) for name in names]
    for term, number in sorted(listed):
        made.put_term(term, number)
    made.write(writer)


def same_dictionary(file: SegmentFile, groups: dict[bytes, Members]) -> None:
    dictionary = Dictionary(file)
    start = 0
    for number, (key, members) in enumerate(groups.items()):
        group = dictionary.group(key)
        assert group is not None
        assert group == dictionary.group_at(number)
        of_members = zip(group.member_df, group.member_cf, group.member_extra, strict=True)
        found = list(zip(group.members, map(Counts._make, of_members), strict=True))
        assert found == members
        assert Counts(group.df, group.cf, group.extra) == counts_of(members)
        assert (group.start, group.size) == (start, list_size(members))
        start += group.size
    for absent in (b"", BODY, BODY + b"ab!", BODY + b"zzz", TITLE + b"a ", b"\xff"):
        assert absent in groups or dictionary.group(absent) is None
    terms = sorted(
        (key[:1] + name, number)
        for number, (key, members) in enumerate(groups.items())
        for name, _ in members
    )
    for begin in (
        b"",
        BODY,
        BODY + b"b",
        TITLE,
        TITLE + b"a",
        "bé".encode(),
        b"\xff",
        *list(groups)[:5],
    ):
        begin = bare(begin)
        assert list(dictionary.terms(begin)) == [item for item in terms if item[0] >= begin]
        beginning = [item for item in terms if item[0].startswith(begin)]
        if begin[:1] not in (BODY, TITLE):
            continue
        field, start = begin[:1], begin[1:].decode()
        assert sorted(dictionary.fitting(field, TermPattern(start))) == beginning
        with_a = [item for item in beginning if b"a" in item[0][len(begin) :]]
        assert sorted(dictionary.fitting(field, TermPattern(start, "*a*"))) == with_a
    for field in (BODY, TITLE):
        counted = dictionary.counts(field, lambda term: b"b" in term)
        assert sorted(row for columns in counted for row in zip(*columns, strict=True)) == sorted(
            (name, *own)
            for key, members in groups.items()
            for name, own in members
            if key[:1] == field and b"b" in name
        )


@profile
@given(dictionaries())
def test_a_dictionary(groups: dict[bytes, Members]) -> None:
    with written(lambda writer: put_dictionary(writer, groups)) as file:
        same_dictionary(file, groups)


def test_a_dictionary_of_many_blocks() -> None:
    groups = {
        field + f"{n:x}".encode(): [
            (f"{n:x}{'s' * i}".encode(), Counts(1 + n % 300, 1 + n % 70_000, 0))
            for i in range(1 + n % 3)
        ]
        for field in (BODY, TITLE)
        for n in sorted(range(1_500), key=lambda n: f"{n:x}")
    }
    with written(lambda writer: put_dictionary(writer, groups)) as file:
        same_dictionary(file, groups)
