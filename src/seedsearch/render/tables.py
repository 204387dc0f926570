"""Hits as tables: CSV (RFC 4180) and TSV, with a header line.

Values are sanitised and written on one line. So CSV needs no line ends inside quotes, and TSV needs no quotes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from seedsearch.model import SearchResult
from seedsearch.render.records import RecordOptions, shown_text
from seedsearch.render.sanitize import fold

_NAMES = ("rank", "score", "path", "member", "page", "line", "title", "text")


def head(options: RecordOptions, *, is_batch: bool) -> bytes:
    """Return the header line. In a batch, the id of the query comes first."""
    return _written(("query_id", *_NAMES) if is_batch else _NAMES, options)


def records(result: SearchResult, options: RecordOptions) -> Iterator[bytes]:
    """Yield a row for each hit."""
    first = [options.query.id] if options.query else []
    for hit in result.hits:
        document, text = hit.passage.document, shown_text(hit, options.text)
        place = hit.path, document.member, str(hit.passage.page or ""), str(hit.line)
        values = (*first, str(hit.rank), f"{hit.score:.9g}", *place, document.title, text)
        yield _written(list(map(fold, values)), options)


def _written(values: Sequence[str], options: RecordOptions) -> bytes:
    if options.form == "tsv":
        return ("\t".join(values) + "\n").encode()
    row = StringIO()
    csv.writer(row, lineterminator="\n").writerow(values)
    return row.getvalue().encode()
