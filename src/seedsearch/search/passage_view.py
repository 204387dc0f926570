"""A passage with the passages around it.

The lines come from the file if it still contains all these passages, else from the index.
"""

from __future__ import annotations

from seedsearch.corpus.read import read_range
from seedsearch.corpus.skip import Skip
from seedsearch.engine.base import Place
from seedsearch.errors import IndexDamagedError, SourceUnreadableError
from seedsearch.line_ends import LINE_END
from seedsearch.model import Line, Passage, PassageView, Span
from seedsearch.paths import is_stream
from seedsearch.search import Opened
from seedsearch.search.identifiers import passage_id
from seedsearch.search.locate import Printed, locate
from seedsearch.search.staleness import Verifier

_LONGEST_INDENTATION = 4096  # bytes
_HEAD = 4096  # bytes
_NO_TEXT = tuple(b"%PDF- PK {\\rtf \x1f\x8b BZh \xfd7zXZ 7z\xbc\xaf \xd0\xcf\x11\xe0".split(b" "))
"""The first bytes of formats whose extracted text is not in the file as such."""


def show(
    index: Opened, text: str, around: int = 1, query: str = "", *, printed: Printed = str
) -> PassageView:
    """Return the passage that `text` names, with `around` passages on each side.

    Matches of `query` are highlighted. Raises as `locate`, and for the query as `query_of`.
    """
    passage, place = locate(index, text, printed)
    return _lit(index, _view(index, passage, place, around), query)


def _lit(index: Opened, view: PassageView, query: str) -> PassageView:
    """Return the view with the matches of the query highlighted, if there is one."""
    if not query:
        return view
    # start-up time: few views have a query
    from seedsearch.analysis import shared_analyzer
    from seedsearch.search.fragments import clipped
    from seedsearch.search.highlight import Snippets
    from seedsearch.search.searcher import SearchOptions, query_of

    analyzed = query_of(index, query, SearchOptions()).query
    text = "\n".join(line.text for line in view.lines)
    lit = Snippets(analyzed, shared_analyzer(), max_fragments=0).of(view.passage.replace(text=text))
    lines, start = [], 0
    for line in view.lines:
        end = start + len(line.text)
        inside = [Span(a - start, b - start) for a, b in clipped(lit.highlights, start, end)]
        lines.append(line._replace(highlights=tuple(inside)))
        start = end + 1
    return view.replace(lines=tuple(lines))


def view_of(index: Opened, passage: Passage, around: int, query: str = "") -> PassageView:
    """Return a passage of the index with `around` passages on each side, and what `query` matches lit."""
    document = passage.document
    own = document.id, document.member, passage.ordinal, passage.line_start
    for place in index.engine.places(document.path):
        if (place.id, place.member, place.ordinal, place.line_start) == own:
            return _lit(index, _view(index, passage, place, around), query)
    raise IndexDamagedError(
        f"the index is damaged: a passage of {index.shown(document.path)} has no place in it",
        "run `seedsearch index --rebuild` to build it again from the documents",
    )


def opens_in_editor(path: str, passage: Passage) -> bool:
    """Return whether an editor that opens the file shows the passage at its line.

    It does not for a PDF or an archive, whose line numbers count lines of the extracted text.
    """
    if passage.byte_start is not None:
        return True
    if passage.page is not None:
        return False
    try:
        head = read_range(path, 0, _HEAD)
    except (SourceUnreadableError, Skip):
        return False
    return b"\0" not in head and not head.startswith(_NO_TEXT)


def before_on_its_line(path: str, passage: Passage) -> str:
    """Return the text before a passage on its first line, such as indentation, or "" if unknown."""
    end = passage.byte_start
    if end is None or passage.document.member:
        return ""
    try:
        data = read_range(path, max(end - _LONGEST_INDENTATION, 0), end)
    except (SourceUnreadableError, Skip):
        return ""
    return LINE_END.split(data.decode(passage.document.encoding, "replace"))[-1]


def _view(index: Opened, passage: Passage, place: Place, around: int) -> PassageView:
    def neighbours(*ends: int) -> list[Passage]:
        path, read = passage.document.path, index.engine.passage
        return [p for n in range(*ends) if (p := read(path, place.document, n)) is not None]

    at = place.ordinal
    before, after = neighbours(max(at - around, 0), at), neighbours(at + 1, at + around + 1)
    every = [*before, passage, *after]
    verifier = Verifier(index)
    stale = not all(map(verifier.stands, every))
    lines = None if stale else _from_file(index, every)
    if lines is None:  # several lines of the index may have one number: those of a JSON record
        lines = [
            (own.line_after(offset), text)
            for own in every
            for offset, text in enumerate(LINE_END.split(own.text))
        ]
    inside = range(passage.line_start, passage.line_end + 1)
    return PassageView(
        path=index.shown(passage.document.path),
        passage_id=passage_id(passage),
        passage=passage,
        before=tuple(before),
        after=tuple(after),
        lines=tuple(Line(number, text, number in inside) for number, text in lines),
        stale=stale,
    )


def _from_file(index: Opened, passages: list[Passage]) -> list[tuple[int, str]] | None:
    """Return the file's lines from the first passage to the last, or None if the byte range is unknown."""
    first, last = passages[0], passages[-1]
    if first.byte_start is None or last.byte_end is None or is_stream(first.document.path):
        return None
    document = first.document
    try:
        data = read_range(index.home.absolute(document.path), first.byte_start, last.byte_end)
        text = data.decode(document.encoding, document.errors)
    except (Skip, SourceUnreadableError, UnicodeError):
        return None
    return list(enumerate(LINE_END.split(text), first.line_start))
