"""A passage in its surroundings: numbered lines for pipes, and `seedsearch.passage/1` as JSON.

A line of the passage itself is `number:text`, one around it `number-text`, as grep marks matches and context.
Text is sanitised; tabs stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seedsearch.model import Passage, PassageView
from seedsearch.render.jsonl import json_line, path_fields
from seedsearch.render.sanitize import clean
from seedsearch.search.identifiers import passage_id

PASSAGE_SCHEMA = "seedsearch.passage/1"


def line_records(view: PassageView) -> Iterator[bytes]:
    """The lines, each with its newline."""
    for line in view.lines:
        mark = ":" if line.inside else "-"
        yield f"{line.number}{mark}{clean(line.text, keep=chr(9))}\n".encode()


def passage_record(view: PassageView) -> bytes:
    """The passage and its neighbours as one line of JSON."""
    document = view.passage.document
    return json_line(
        {
            "schema": PASSAGE_SCHEMA,
            **path_fields(view.path),
            "id": document.id or None,
            **_object(view.passage),
            "title": document.title,
            **({"member": document.member} if document.member else {}),
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
        **({"page": passage.page} if passage.page is not None else {}),
        **({"heading": passage.heading} if passage.heading else {}),
        "text": passage.text,
    }
