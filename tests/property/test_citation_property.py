"""Citations: a printed place is found again, whatever its names contain, or the error lists it."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st
from reference_engine import ReferenceEngine

from seedsearch.citation import Citation, document_place, file_uri, readings
from seedsearch.engine.base import DocumentText
from seedsearch.errors import AmbiguousPlaceError
from seedsearch.model import Document, FileState, PassageSpan
from seedsearch.paths import Home
from seedsearch.render.sanitize import clean
from seedsearch.search import Opened
from seedsearch.search.identifiers import passage_id
from seedsearch.search.locate import locate

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

# Signs of citations are frequent, so that names collide with other names and with citations.
NAME = st.lists(
    st.sampled_from(["a", "b", "›", ":", "#p=", "1", "3", "\n", "␊", " "]), min_size=1, max_size=5
)
NAMES = NAME.map("".join).filter(lambda name: name.strip() and name.strip("./"))
NUMBERS = st.integers(0, 12)


@given(NAMES, st.one_of(st.just(""), NAMES), NUMBERS, NUMBERS)
def test_what_is_written_is_among_the_readings(
    path: str, member: str, page: int, line: int
) -> None:
    citation = Citation(path, member, page, line)
    assert citation in list(readings(str(citation)))
    assert str(citation).startswith(document_place(path, member, page))
    for reading in readings(str(citation)):
        assert str(reading) == str(citation)


@given(st.text(st.sampled_from("a›:#p=13\n 0９"), max_size=12))
def test_each_reading_is_written_as_the_text(text: str) -> None:
    for reading in readings(text):
        written = str(reading)
        assert written == text or int(text.rpartition(":")[2]) == reading.line


FILES = st.dictionaries(
    NAMES,
    st.lists(st.tuples(st.one_of(st.just(""), NAMES), st.integers(0, 3)), min_size=1, max_size=3),
    max_size=4,
)


@given(FILES)
@settings(max_examples=150)
def test_a_printed_place_is_found_again_or_is_ambiguous(
    files: dict[str, list[tuple[str, int]]],
) -> None:
    home = Home("/base/.seedsearch")
    engine = ReferenceEngine()
    writer = engine.writer()
    builder = writer.builder_factory()()
    for path, documents in files.items():
        texts = []
        for number, (member, page) in enumerate(documents):
            text = f"{number} of {path}"
            span = PassageSpan(0, len(text), 1 + number, 1 + number, -1, -1, page)
            texts.append(DocumentText(Document(path, "", "utf-8", member=member), text, [span]))
        builder.add(FileState(path, 1, 1, 1, b"12345678"), texts)
    writer.adopt(builder.finish())
    writer.commit()
    writer.close()
    for path in files:
        for place in engine.places(path):
            meant = engine.passage(path, place.document, place.ordinal)
            assert meant is not None
            printed = clean(str(Citation(path, place.member, place.page or 0, place.line_start)))
            meanings = _meanings(engine, home, printed)
            # The first two letters of an id depend on the path alone.
            assert passage_id(meant)[:2] in {meaning[:2] for meaning in meanings}
            assert passage_id(meant) in meanings or len(meanings) > 1


def _meanings(engine: ReferenceEngine, home: Home, printed: str) -> list[str]:
    """Return the id of the passage that a place names, or the ids of the candidates."""
    try:
        return [passage_id(locate(Opened(engine, home, "/base"), printed, clean)[0])]
    except AmbiguousPlaceError as error:
        return [candidate[:10] for candidate in error.candidates]


@given(
    st.binary(min_size=1, max_size=12).filter(lambda name: b"\0" not in name and b"/" not in name)
)
def test_a_uri_is_read_as_the_path(name: bytes) -> None:
    if name in (b".", b".."):
        return
    uri = urlsplit(file_uri(os.fsdecode(name), 3))
    assert (uri.scheme, uri.netloc, uri.fragment) == ("file", "", "page=3")
    assert unquote(uri.path, errors="surrogateescape") == str(Path.cwd()) + "/" + os.fsdecode(name)
