"""A passage with the passages around it: numbered lines, and `seedsearch.passage/1` as JSON.

A line of the passage is `number:text`, a line around it `number-text`, as grep marks matches and context. Text is
sanitised, but tabs stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seedsearch.citation import document_place
from seedsearch.model import Passage, PassageView
from seedsearch.render.answer import title_of
from seedsearch.render.cells import display_width, wrap
from seedsearch.render.jsonl import json_line, known, path_fields
from seedsearch.render.paint import Paint, clipped
from seedsearch.render.rows import expanded
from seedsearch.render.sanitize import clean, fold
from seedsearch.search.identifiers import passage_id

PASSAGE_SCHEMA = "seedsearch.passage/1"


def line_records(view: PassageView, paint: Paint) -> Iterator[bytes]:
    """Yield the lines, each with its newline."""
    for line in view.lines:
        mark = ":" if line.inside else "-"
        text = paint.lit_and_clean(line.text, line.highlights)
        yield f"{paint('line', str(line.number))}{mark}{text}\n".encode()


def view_lines(view: PassageView, width: int, paint: Paint) -> Iterator[str]:
    """Yield terminal rows: a heading, then numbered lines. Lines around the passage are dimmed.

    Lines keep their indentation. A line longer than a row goes on in the next row.
    """
    yield _heading(view, width, paint)
    numbers = [
        f"p. {view.passage.page}" if view.passage.page else str(line.number) for line in view.lines
    ]
    gutter = max([4, *map(len, numbers)])
    room = max(width - gutter - 2, 8)
    before = ""
    for number, line in zip(numbers, view.lines, strict=True):
        text, lit = expanded(line.text, line.highlights)
        indent = len(text) - len(text.lstrip(" "))
        indent *= indent < room // 2
        for low, high in wrap(text[indent:], room - indent) or [(0, 0)]:
            low, high = low + indent, high + indent
            row = " " * indent + paint.lit(
                text[low:high], clipped(lit, low, high), "plain" if line.inside else "faint"
            )
            shown = "" if number == before else number
            yield f"{paint('line', shown.rjust(gutter))}  {row}".rstrip(" ")
            before = number


def _heading(view: PassageView, width: int, paint: Paint) -> str:
    document = view.passage.document
    place = document_place(clean(view.path), fold(document.member))
    room = width - display_width(place) - 2
    title = title_of(document, room)
    return (
        paint("path", place)
        + (paint("faint", "  (stale)") if view.stale else "")
        + (paint("faint", "  " + title) if title else "")
    )


def passage_record(view: PassageView) -> bytes:
    """Return the passage and its neighbours as one line of JSON."""
    document = view.passage.document
    return json_line(
        {
            "schema": PASSAGE_SCHEMA,
            **path_fields(view.path),
            "id": document.id or None,
            **_object(view.passage),
            "title": document.title,
            **known(member=document.member),
            "before": [_object(passage) for passage in view.before],
            "after": [_object(passage) for passage in view.after],
            "stale": view.stale,
        }
    )


def _object(passage: Passage) -> dict[str, Any]:
    return {
        "passage": passage_id(passage),
        "line_start": passage.line_start,
        "line_end": passage.line_end,
        "byte_start": passage.byte_start,
        "byte_end": passage.byte_end,
        **known(page=passage.page, heading=passage.heading),
        "text": passage.text,
    }
