"""Find the passages of one file by their places, which showing a passage needs but ranking does not."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain

from seedsearch.engine.base import Place
from seedsearch.engine.embedded.grouping import parts_at
from seedsearch.index.dictionary import text_of
from seedsearch.index.segment import Segment
from seedsearch.index.segment_file import Blobs
from seedsearch.model import Passage


def places_of(segments: Sequence[Segment], path: bytes) -> list[Place]:
    """Return the place of each passage of a file, in order, from all segments."""
    found = [
        list(_places(segment, number))
        for segment in segments
        for number in segment.live_files_at(path)
    ]
    if len(found) == 1:
        return found[0]
    return sorted(chain.from_iterable(found), key=lambda place: place[:2])


def _places(segment: Segment, number: int) -> Iterator[Place]:
    """Yield the places of a file's passages. Reads whole columns, because a large file has many passages."""
    file, documents = segment.file, segment.documents_of_file(number)
    start, stop = documents.start, documents.stop
    of_file = zip(
        file.column("document.place").slice(start, stop),
        file.column("document.ordinal").slice(start, stop),
        map(text_of, Blobs(file, "document.member").slice(start, stop)),
        map(text_of, Blobs(file, "document.id").slice(start, stop)),
        strict=True,
    )
    passages = segment.passages_of(documents)
    names = ("document", "line", "lines", "byte", "page")
    columns = (
        file.column(f"passage.{name}").slice(passages.start, passages.stop) for name in names
    )
    document = -1
    for of_document, line, more, byte, page in zip(*columns, strict=True):
        if of_document != document:
            document = of_document
            place, ordinal, member, id_ = next(of_file)
        first = byte - 1 if byte else None
        yield Place(place, ordinal, member, id_, line, line + more, first, page or None)
        ordinal += 1


def passage_at(
    segments: Sequence[Segment], path: bytes, document: int, ordinal: int
) -> Passage | None:
    """Return the passage at a place, with its text, or None if there is none."""
    for segment in segments:
        for number in segment.live_files_at(path):
            documents = segment.documents_of_file(number)
            places = segment.file.column("document.place").slice(documents.start, documents.stop)
            for at in range(bisect_left(places, document), bisect_right(places, document)):
                row = documents[at]
                own = segment.passages_of(documents[at : at + 1])
                passage = own.start + ordinal - segment.file.column("document.ordinal")[row]
                if passage in own:
                    return segment.passage(passage)
    return None


def all_passages(segments: Sequence[Segment]) -> Iterator[tuple[int, Passage]]:
    """Yield every passage, with the place of its document in its file: by path, then in the order of the file."""
    paths = sorted({path for segment in segments for path in segment.live_paths()})
    for path in paths:
        for (place, _), number, document in sorted(parts_at(segments, path, -1)):
            segment = segments[number]
            for passage in segment.passages_of(range(document, document + 1)):
                yield place, segment.passage(passage)
