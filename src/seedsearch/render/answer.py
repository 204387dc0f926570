"""The terminal layout of hits: a row with rank, place and title, then rows of text from the passage.

Neighbouring hits from one file share a heading. A hit in a machine-written line takes one row. A short list gives
each hit more rows. All text must be sanitised before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from seedsearch.analysis.fold import has_letters_encoded_twice
from seedsearch.citation import Citation
from seedsearch.model import Copy, Document, Hit, Passage
from seedsearch.query.dates import date_of
from seedsearch.record import Record
from seedsearch.render.cells import cut, display_width, folded, wrap
from seedsearch.render.explanation import explanation_lines
from seedsearch.render.paint import Paint
from seedsearch.render.rows import shown_of
from seedsearch.render.sanitize import clean, fold

_MAX_WIDTH = 108  # cells: longer rows of prose are hard to read
BRIEF = 2  # rows for each of many hits
_ROOMY = 5
_STALE = "(stale)"
_TWICE = "(letters encoded twice)"
_ROWS = 20  # rows in all for few hits
_NAMED_COPIES = 3
_LEAST_ROOM = 30  # cells that a line needs beside a place, or a title beside author and date
_LEAST_TITLE = 10


class Layout(Record):
    """How to print hits. `width` is the width of the terminal in cells; `more` gives each hit more rows.

    `uri` returns the link of a hit, `indentation` the white space before its passage on its first line.
    """

    width: int
    paint: Paint
    scores: bool = False
    more: bool = False
    uri: Callable[[Hit], str] = lambda hit: ""
    indentation: Callable[[Hit], str] = lambda hit: ""


def hit_lines(hits: Sequence[Hit], layout: Layout) -> Iterator[str]:
    """Yield the lines of the layout, painted, without line ends."""
    rows = _ROOMY if layout.more else max(BRIEF, min(_ROOMY, _ROWS // max(len(hits), 1) - 1))
    gutter = max([2, *(len(str(hit.rank)) for hit in hits)])
    runs = groupby(hits, key=lambda hit: (hit.path, hit.passage.document.member))
    for number, (_, run) in enumerate(runs):
        if number and rows > BRIEF:
            yield ""
        for place_in_run, hit in enumerate(run):
            yield from lines_of_hit(hit, layout, gutter, rows, below=place_in_run > 0)


def lines_of_hit(
    hit: Hit, layout: Layout, gutter: int = 2, rows: int = BRIEF, *, below: bool = False
) -> Iterator[str]:
    """Yield the lines of one hit, with at most `rows` of text. `below` leaves out the heading of the hit before it."""
    paint, indent = layout.paint, " " * (gutter + 2)
    room = max(layout.width - gutter - 2, 16)
    narrow = min(room, _MAX_WIDTH)
    copies = _also_in(hit.also_in)
    brief = rows == BRIEF
    most = rows - 1 if copies and brief else rows
    shown, is_machine_made = shown_of(hit, most, narrow, layout.indentation(hit), room)
    head = paint("faint", str(hit.rank).rjust(gutter) + "  ")
    passage = hit.passage
    place = _shown_place(hit.path, passage, hit.line)
    if below:  # the heading has the path
        place = str(Citation("", "", passage.page or 0, hit.line))
    path, colon, line = place.rpartition(":")
    painted = paint("path", path) + (colon + paint("line", line) if colon else line)
    linked = paint.link(painted, layout.uri(hit))
    before = [f"{hit.score:.2f}"] * layout.scores
    after = [_STALE] * (hit.stale and not below)
    after += [_TWICE] * has_letters_encoded_twice(passage.text)
    room -= display_width("  ".join((place, *before, *after)))
    facts = ""
    if room >= 0:
        head += paint("faint", "".join(f"{fact}  " for fact in before)) + linked
        head += paint("faint", "".join(f"  {fact}" for fact in after))
    else:  # a place is not cut, because it is copied
        room = 0
        head += linked
        facts = "  ".join(before + after)
    title = "" if below else title_of(passage.document, room - 2)
    if is_machine_made and not title and room - 2 >= _LEAST_ROOM:
        shown, _ = shown_of(hit, 1, room - 2, layout.indentation(hit))
        yield head + "  " + "".join(paint.lit(*row) for row in shown)
    else:
        if title:
            head += "  " + paint("faint", title)
        yield head
        for fact in folded(indent + facts, layout.width) if facts else ():
            yield paint("faint", fact)
        for row in shown:
            yield indent + paint.lit(*row)
    if copies:
        wrapped = wrap(copies, narrow)
        for start, end in wrapped if not brief else [(0, 0)]:
            yield indent + paint("faint", copies[start:end] if end else cut(copies, narrow))
    if hit.explanation is not None:
        for line in explanation_lines(hit.explanation, hit.score, hit.meaning):
            yield from (paint("faint", row) for row in folded(indent + line, layout.width))


def _shown_place(path: str, passage: Passage, line: int) -> str:
    """Return the citation of a line of a passage, sanitised."""
    return str(Citation(clean(path), fold(passage.document.member), passage.page or 0, line))


def title_of(document: Document, room: int) -> str:
    """Return title, author and date in at most `room` cells, if known. A title that repeats the path is left out."""
    if room < _LEAST_TITLE:
        return ""
    title = fold(document.title or document.id)
    if _names(title, document):
        title = ""
    facts = dict(reversed(document.fields))
    author = fold(facts.get("author", "") or facts.get("from", "")).partition(" <")[0]
    known = [part for part in (author, date_of(document.fields)[:10]) if part]
    while known and display_width(" · ".join(known)) + _LEAST_ROOM * bool(title) > room:
        known.pop(0)
    rest = "".join(f" · {part}" for part in known)
    return (cut(title, room - display_width(rest)) + rest).removeprefix(" · ")


def _names(title: str, document: Document) -> bool:
    """Return whether the title is only the name of the file or of the member."""
    names = map(os.path.basename, (document.path, document.member))
    return any(title in (fold(name), fold(os.path.splitext(name)[0])) for name in names)


def _also_in(copies: Sequence[Copy]) -> str:
    """Return `also in: a.txt:3, z.zip›b.txt:9 and 4 more`, on one line, or "" if there are no copies."""
    named = ", ".join(
        fold(_shown_place(copy.path, copy.passage, copy.passage.line_start))
        for copy in copies[:_NAMED_COPIES]
    )
    more = len(copies) - _NAMED_COPIES
    return f"also in: {named}" * bool(named) + (f" and {more:,} more" if more > 0 else "")
