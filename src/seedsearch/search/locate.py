"""Find the file, member or passage of an index that a citation names.

A citation may have several readings (citation.py), and may lack some of its parts. It is valid if exactly one
document of the index fits. If several fit, the error lists them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from seedsearch.citation import MEMBER, Citation, readings
from seedsearch.engine.base import Engine, Place
from seedsearch.errors import AmbiguousPlaceError, SourceNotFoundError, UsageError
from seedsearch.folders import is_below
from seedsearch.model import Passage
from seedsearch.record import NamedTuple
from seedsearch.search import Opened
from seedsearch.search.identifiers import find_passage, is_passage_id, passage_id

Printed = Callable[[str], str]
"""How a name is printed. A citation may use the printed form of a name that cannot be printed as it is."""


class Found(NamedTuple):
    """A file of the index, and the `places` that a citation names in it: one document, or the whole file."""

    path: str
    citation: Citation
    places: list[Place]


def locate(index: Opened, text: str, printed: Printed = str) -> tuple[Passage, Place]:
    """Return a passage and its place, by id or by citation, with a path relative to `index.cwd`.

    A line between passages means the nearest passage. Without a line, return the first passage of the document or
    page.

    Raises SourceNotFoundError, UsageError, AmbiguousPlaceError.
    """
    if is_passage_id(text) and (named := find_passage(index.engine, text)):
        return named
    found = find_source(index, text, printed)
    places = _of_one_document(index, found, text)
    line = found.citation.line
    if line > (last := max(place.line_end for place in places)):
        raise UsageError(
            f"{text}: the text ends at line {last:,}", "give a line as query prints it"
        )
    place = _nearest(places, line)
    return _passage(index.engine, found.path, place), place


def find_source(index: Opened, text: str, printed: Printed = str) -> Found:
    """Return the file, member or page that a citation names.

    Raises SourceNotFoundError, UsageError, AmbiguousPlaceError.
    """
    known = list(_files(index, text)) or list(_files_by_print(index, text, printed))
    if not known:
        raise _not_found(index, text)
    narrowed = [_narrowed(index.engine, found, printed) for found in known]
    fitting = [found for found in narrowed if found.places]
    whole = {(found.path, found.citation.member): found for found in fitting}
    if not fitting:
        raise _nothing_there(index, known, text)
    if len(whole) > 1:
        first = [(path, places[0], citation) for path, citation, places in whole.values()]
        raise _ambiguous(index, text + _SEVERAL, first)
    return fitting[0]


def _files(index: Opened, text: str) -> Iterator[Found]:
    """Yield the readings whose file is in the index."""
    for citation in readings(text):
        for stored in (index.stored(citation.path), index.home.stream(citation.path)):
            if index.engine.state(stored) is not None:
                yield Found(stored, citation, [])


def _files_by_print(index: Opened, text: str, printed: Printed) -> Iterator[Found]:
    """Yield the readings whose printed path is the printed name of a file in the index."""
    wanted: dict[str, list[Citation]] = {}
    for citation in readings(text):
        wanted.setdefault(citation.path, []).append(citation)
    for stored in sorted(index.engine.files()):
        for citation in wanted.get(printed(index.shown(stored)), ()):
            yield Found(stored, citation, [])


def _narrowed(engine: Engine, found: Found, printed: Printed) -> Found:
    """Return the source with the places of the named member and page, or of the whole file."""
    member, page = found.citation.member, found.citation.page
    places = [place for place in engine.places(found.path) if page in (0, place.page)]
    if member:
        names = (member, printed(member))
        places = [p for p in places if p.member in names or printed(p.member) in names]
    return found._replace(places=places)


def _of_one_document(index: Opened, found: Found, text: str) -> Sequence[Place]:
    """Return the places of the named document. Raises AmbiguousPlaceError."""
    documents: dict[int, list[Place]] = {}
    for place in found.places:
        documents.setdefault(place.document, []).append(place)
    if len(documents) == 1:
        return found.places
    every = list(documents.values())
    ranges = sorted((places[0].line_start, places[-1].line_end) for places in every)
    if found.citation.line and all(one[1] < other[0] for one, other in pairwise(ranges)):
        return found.places  # they share no line number, because lines are counted through the file
    if not found.citation.member:
        # the file itself, not its members
        every = [places for places in every if not places[0].member] or every
    if len(every) == 1 or not every[0][0].member:
        return [place for places in every for place in places]
    reaching = [places for places in every if found.citation.line <= places[-1].line_end]
    asked = found.citation if reaching else found.citation._replace(line=0)
    first = [(found.path, _nearest(places, asked.line), asked) for places in reaching or every]
    last = max(places[-1].line_end for places in every)
    why = _SEVERAL if reaching else f": the longest text there ends at line {last:,}"
    raise _ambiguous(index, text + why, first)


def _nearest(places: Sequence[Place], line: int) -> Place:
    """Return the place with the line, or the one nearest to it; the first without a line."""
    return min(places, key=lambda p: max(p.line_start - line, line - p.line_end, 0) * bool(line))


def _passage(engine: Engine, path: str, place: Place) -> Passage:
    passage = engine.passage(path, place.document, place.ordinal)
    assert passage is not None
    return passage


# ------------------------------------------------------------------------------------ errors

_Candidate = tuple[str, Place, Citation]
_SEVERAL = " may mean several documents"


def _ambiguous(
    index: Opened, message: str, candidates: Sequence[_Candidate]
) -> AmbiguousPlaceError:
    """Return the error that lists the possible documents, each with the id of a passage there."""
    lines = []
    for path, place, asked in candidates:
        citation = Citation(index.shown(path), place.member, asked.page, asked.line)
        lines.append(f"{passage_id(_passage(index.engine, path, place))}  {citation}")
    return AmbiguousPlaceError(message, tuple(lines))


def _not_found(index: Opened, text: str) -> SourceNotFoundError:
    folder = os.path.normpath(os.path.join(index.cwd, text))
    if any(is_below(index.home.absolute(stored), folder) for stored in index.engine.files()):
        return SourceNotFoundError(f"{text} is a folder", "name a file in it")
    what, hint = (
        "not in the index:",
        "use FILE:LINE as query prints it, or the value of passage in --json",
    )
    if is_passage_id(text):
        what = "no passage or file has the name"
        hint = "the file may have changed; get a new id with seedsearch query --json"
    return SourceNotFoundError(f"{what} {text}", hint)


def _nothing_there(index: Opened, known: Sequence[Found], text: str) -> UsageError:
    """Return the error for a file without text, or without the named member or page."""
    path, citation, _ = known[0]
    places = list(index.engine.places(path))
    if not places:
        return UsageError(f"{text}: no text of this file is indexed", "see seedsearch status -v")
    shown = index.shown(path)
    if citation.page and (pages := [place.page for place in places if place.page]):
        return UsageError(f"{text}: the pages with text are {min(pages)} to {max(pages)}")
    members = list(dict.fromkeys(place.member for place in places if place.member))
    named = ", ".join(f"{shown}{MEMBER}{name}" for name in members[:5])
    more = ", ..." if len(members) > 5 else ""
    return UsageError(
        f"{text}: {shown} has no such part", f"there is {named}{more}" if named else ""
    )
