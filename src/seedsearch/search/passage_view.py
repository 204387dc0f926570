"""Find a passage by id or by file and line, and show it with the passages around it.

The lines come from the file if it still contains all these passages, else from the index.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from seedsearch.corpus.read import read_range
from seedsearch.corpus.skip import Skip
from seedsearch.engine.base import Engine, Place
from seedsearch.errors import SourceNotFoundError, SourceUnreadableError, UsageError
from seedsearch.line_ends import LINE_END
from seedsearch.model import Line, Passage, PassageView
from seedsearch.paths import Home
from seedsearch.search.identifiers import find_passage, is_passage_id, passage_id
from seedsearch.search.verifier import Verifier

_LONGEST_INDENTATION = 4096  # bytes


def locate(engine: Engine, home: Home, text: str, cwd: str) -> tuple[Passage, Place]:
    """Find a passage by its id, or by `PATH:LINE` with a path relative to `cwd`.

    A line between passages means the nearest passage. A path without a line means the first passage.

    Raises SourceNotFoundError, UsageError.
    """
    if is_passage_id(text) and (named := find_passage(engine, text)):
        return named
    path, line = split_line(engine, home, text, cwd)
    places = list(engine.places(path))
    if not places:
        raise nothing_indexed(text)
    place = min(places, key=lambda place: _distance(place, line or 1))
    passage = engine.passage(path, place.document, place.ordinal)
    assert passage is not None
    return passage, place


def split_line(engine: Engine, home: Home, text: str, cwd: str) -> tuple[str, int | None]:
    """Split `PATH:LINE` into the stored path and the line, if any. Raises SourceNotFoundError."""
    head, colon, tail = text.rpartition(":")
    candidates: list[tuple[str, int | None]] = [(text, None)]
    if colon and re.fullmatch("[0-9]{1,9}", tail):
        candidates.insert(0, (head, int(tail)))
    for path, line in candidates:
        for stored in (home.stored(os.path.normpath(os.path.join(cwd, path))), home.stream(path)):
            if engine.state(stored) is not None:
                return stored, line
    if is_passage_id(text):
        raise SourceNotFoundError(
            f"no passage or file has the name {text}",
            "the file may have changed; get a new id with seedsearch query --json",
        )
    raise SourceNotFoundError(
        f"not in the index: {text}",
        "use PATH:LINE as query prints it, or the value of passage in --json",
    )


def nothing_indexed(text: str) -> UsageError:
    """Return the error for an indexed file without passages."""
    return UsageError(f"{text}: no text of this file is indexed", "see seedsearch status -v")


def show(engine: Engine, home: Home, text: str, cwd: str, around: int = 1) -> PassageView:
    """Return the passage that `text` names, with `around` passages on each side. Raises as `locate`."""
    passage, place = locate(engine, home, text, cwd)
    return _view(engine, home, passage, place, cwd, around)


def surroundings(
    engine: Engine, home: Home, passage: Passage, cwd: str, around: int
) -> tuple[Line, ...]:
    """Return the lines of a passage of the index, and of `around` passages on each side."""
    document = passage.document
    for place in engine.places(document.path):
        if (place.id, place.member, place.ordinal, place.line_start) == (
            document.id,
            document.member,
            passage.ordinal,
            passage.line_start,
        ):
            return _view(engine, home, passage, place, cwd, around).lines
    raise AssertionError("every passage of the index has a place")


def before_on_its_line(path: str, passage: Passage) -> str:
    """Return what stands before a passage on its first line, such as indentation; "" where the file does not say."""
    end = passage.byte_start
    if end is None or passage.document.member:
        return ""
    try:
        data = read_range(path, max(end - _LONGEST_INDENTATION, 0), end)
    except (SourceUnreadableError, Skip):
        return ""
    return LINE_END.split(data.decode(passage.document.encoding, "replace"))[-1]


def _view(
    engine: Engine, home: Home, passage: Passage, place: Place, cwd: str, around: int
) -> PassageView:
    before = [p for n in range(around, 0, -1) if (p := _neighbour(engine, passage, place, -n))]
    after = [p for n in range(1, around + 1) if (p := _neighbour(engine, passage, place, n))]
    every = [*before, passage, *after]
    verifier = Verifier(engine, home)
    stale = not all(map(verifier.stands, every))
    lines = None if stale else _from_file(home, every)
    return PassageView(
        path=home.shown(passage.document.path, cwd),
        passage_id=passage_id(passage),
        passage=passage,
        before=tuple(before),
        after=tuple(after),
        lines=tuple(
            Line(number, text, passage.line_start <= number <= passage.line_end)
            for number, text in (_from_index(every) if lines is None else lines)
        ),
        stale=stale,
    )


def _distance(place: Place, line: int) -> int:
    """Return the number of lines between a passage and a line; 0 if the line is inside."""
    return max(place.line_start - line, line - place.line_end, 0)


def _neighbour(engine: Engine, passage: Passage, place: Place, offset: int) -> Passage | None:
    ordinal = place.ordinal + offset
    if ordinal < 0:
        return None
    return engine.passage(passage.document.path, place.document, ordinal)


def _from_file(home: Home, passages: list[Passage]) -> list[tuple[int, str]] | None:
    """Return the file's lines from the first passage to the last; None if the byte range is unknown."""
    first, last = passages[0], passages[-1]
    if first.byte_start is None or last.byte_end is None or home.is_stream(first.document.path):
        return None
    document = first.document
    try:
        data = read_range(home.absolute(document.path), first.byte_start, last.byte_end)
        text = data.decode(document.encoding, document.errors)
    except (Skip, SourceUnreadableError, UnicodeError):
        return None
    return list(enumerate(LINE_END.split(text), first.line_start))


def _from_index(passages: list[Passage]) -> Iterator[tuple[int, str]]:
    """Yield the lines of the passages. Several may have the same number (a JSON record, a page)."""
    for passage in passages:
        for offset, text in enumerate(LINE_END.split(passage.text)):
            yield min(passage.line_start + offset, passage.line_end), text
