"""Hits as JSON Lines: `seedsearch.hit/1`, one object a line, always valid UTF-8.

`text` is exact. `snippet` is the window around the best match, on one line, and `line` the line of the best match.
`uri` names the file, with the page of a PDF. `copies` counts the copies in `also_in`. Characters that could control or
deceive a terminal, and lone surrogates, are written as JSON escapes, which a JSON parser decodes. Keys are in the order
of the schema. Some keys are present only if they have a value: `path_b64` (the bytes of a path that is not UTF-8),
`language`, `media_type` (absent for plain text), `page`, `member`, `heading`, `fields`, `also_in` (the places of
copies), and `relaxed`, `rerank` and `explain` on request. A field with several values has a list. The `fields` of a
table's row are its cells. In a batch, `query_id` and `query` name the query of the hit. If documents were ranked, `by`
is "document", and `matching` is the number of its matching passages.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from seedsearch.analysis.fold import has_letters_encoded_twice
from seedsearch.model import Copy, Explanation, Hit, SearchResult
from seedsearch.render.records import shown_text, uri_of
from seedsearch.render.sanitize import UNSAFE
from seedsearch.rows import row_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedsearch.query.batch import BatchQuery
    from seedsearch.render.records import RecordOptions

HIT_SCHEMA = "seedsearch.hit/1"


def records(result: SearchResult, options: RecordOptions) -> Iterator[bytes]:
    """Yield a line for each hit."""
    return (json_line(hit_object(hit, options.query)) for hit in result.hits)


def hit_object(hit: Hit, query: BatchQuery | None) -> dict[str, Any]:
    """Return one hit as plain values, in the order of the schema."""
    passage, document = hit.passage, hit.passage.document
    return {
        "schema": HIT_SCHEMA,
        **({"query_id": query.id, "query": query.text} if query else {}),
        "rank": hit.rank,
        "score": round(hit.score, 9),
        **({"by": hit.by, "matching": hit.matching} if hit.by != "passage" else {}),
        **path_fields(hit.path),
        "id": document.id or None,
        "passage": hit.passage_id,
        "title": document.title,
        "line": hit.line,
        "line_start": passage.line_start,
        "line_end": passage.line_end,
        "byte_start": passage.byte_start,
        "byte_end": passage.byte_end,
        "uri": uri_of(hit) or None,
        "encoding": document.encoding or None,
        "errors": document.errors or None,
        **known(
            encoded_twice=has_letters_encoded_twice(passage.text),
            language=document.language,
            media_type=document.media_type if document.media_type != "text/plain" else "",
            page=passage.page,
            member=document.member,
            heading=passage.heading,
            fields=_values(row_fields(document.fields, passage.text)),
        ),
        "snippet": " ".join(shown_text(hit).split()),
        "text": passage.text,
        "highlights": [[start, end] for start, end in hit.snippet.highlights],
        "stale": hit.stale,
        "copies": len(hit.also_in),
        **known(
            also_in=[_copy_object(copy) for copy in hit.also_in],
            relaxed=hit.relaxed,
            rerank=hit.meaning and hit.meaning._asdict(),
            explain=hit.explanation and _explanation(hit.explanation),
        ),
    }


def known(**values: object) -> dict[str, object]:
    """Return the values that there are. Pages are counted from 1."""
    return {name: value for name, value in values.items() if value}


def _values(fields: Iterable[tuple[str, str]]) -> dict[str, str | list[str]]:
    """Return the value of each field, or a list if it has several."""
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(name, []).append(value)
    return {name: own[0] if len(own) == 1 else own for name, own in values.items()}


def _explanation(explanation: Explanation) -> dict[str, Any]:
    from seedsearch.render.explanation import explanation_object  # start-up time: only --explain

    return explanation_object(explanation)


def _copy_object(copy: Copy) -> dict[str, Any]:
    """Return the place of a copy, under the same keys as in a hit."""
    passage, document = copy.passage, copy.passage.document
    return {
        **path_fields(copy.path),
        "id": document.id or None,
        "line_start": passage.line_start,
        "line_end": passage.line_end,
        **known(page=passage.page, member=document.member),
    }


def path_fields(path: str) -> dict[str, str]:
    """Return `path`. For a path that is not UTF-8, return a readable `path`, and its bytes in `path_b64`."""
    if not (coded := base64_of(path)):
        return {"path": path}
    return {"path": os.fsencode(path).decode("utf-8", "backslashreplace"), "path_b64": coded}


def base64_of(text: str) -> str:
    """Return the bytes of a name that is not UTF-8, in base64; "" for other names."""
    try:
        text.encode()
    except UnicodeEncodeError:
        import base64  # start-up time: such names are rare

        return base64.b64encode(os.fsencode(text)).decode("ascii")
    return ""


def json_line(value: object) -> bytes:
    """Return one JSON value as a line with its newline."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if not text.isprintable():
        text = re.sub(UNSAFE, lambda m: json.dumps(m[0])[1:-1], text)
    return text.encode() + b"\n"
