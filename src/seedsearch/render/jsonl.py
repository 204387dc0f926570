"""Hits as JSON Lines: `seedsearch.hit/1`, one object a line, valid UTF-8 always.

`text` is exact. Characters that a terminal would obey or that would spoof (and lone surrogates) are
written as JSON escapes, which change nothing for a reader of JSON. Keys are in the order of the
schema; `path_b64` (the path's bytes, when these are not UTF-8), `language`, `page`, `member`, `heading`,
`fields` and `also_in` (where its copies stand) are there only when they say something, `relaxed` and `explain`
only when they were asked for. Where several queries were asked, `query_id` and `query` say which one a hit answers.
Where documents were ranked, `by` is "document", and `matching` counts the document's passages that match.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

from seedsearch.model import Copy, Explanation, Hit
from seedsearch.render.sanitize import UNSAFE

if TYPE_CHECKING:
    from seedsearch.query.batch import BatchQuery

HIT_SCHEMA = "seedsearch.hit/1"


def hit_record(hit: Hit, query: BatchQuery | None = None) -> bytes:
    """One hit as one line, with its newline; with the query that it answers, where there are several."""
    return json_line(hit_object(hit, query))


def hit_object(hit: Hit, query: BatchQuery | None = None) -> dict[str, Any]:
    """One hit as plain values, in the order of the schema."""
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
        "line_start": passage.line_start,
        "line_end": passage.line_end,
        "byte_start": passage.byte_start,
        "byte_end": passage.byte_end,
        "encoding": document.encoding or None,
        "errors": document.errors or None,
        **({"language": document.language} if document.language else {}),
        **({"page": passage.page} if passage.page is not None else {}),
        **({"member": document.member} if document.member else {}),
        **({"heading": passage.heading} if passage.heading else {}),
        **({"fields": dict(document.fields)} if document.fields else {}),
        "text": passage.text,
        "highlights": [[start, end] for start, end in hit.snippet.highlights],
        "stale": hit.stale,
        **({"also_in": [_copy_object(copy) for copy in hit.also_in]} if hit.also_in else {}),
        **({"relaxed": hit.relaxed} if hit.relaxed else {}),
        **({"explain": _explained(hit.explanation)} if hit.explanation else {}),
    }


def _explained(explanation: Explanation) -> dict[str, Any]:
    from seedsearch.render.explanation import explanation_object  # seldom asked for: start-up time

    return explanation_object(explanation)


def _copy_object(copy: Copy) -> dict[str, Any]:
    """Where a copy stands, under the names that a hit has for it."""
    passage, document = copy.passage, copy.passage.document
    return {
        **path_fields(copy.path),
        "id": document.id or None,
        "line_start": passage.line_start,
        "line_end": passage.line_end,
        **({"page": passage.page} if passage.page is not None else {}),
        **({"member": document.member} if document.member else {}),
    }


def path_fields(path: str) -> dict[str, str]:
    """`path`, and `path_b64` beside a readable `path` when its bytes are not UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        import base64  # for such rare names only: start-up time

        raw = os.fsencode(path)
        readable = raw.decode("utf-8", "backslashreplace")
        return {"path": readable, "path_b64": base64.b64encode(raw).decode("ascii")}
    return {"path": path}


def json_line(value: object) -> bytes:
    """One JSON value on one line, with its newline."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if not text.isprintable():
        text = re.sub(UNSAFE, lambda m: json.dumps(m[0])[1:-1], text)
    return text.encode() + b"\n"
