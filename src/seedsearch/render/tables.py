"""Hits as tables: CSV (RFC 4180) and TSV, with a header line.

Values are sanitised and written on one line. So CSV needs no line ends inside quotes, and TSV needs no quotes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from seedsearch.model import Hit, SearchResult
from seedsearch.render.forms import RecordOptions
from seedsearch.render.records import shown_text
from seedsearch.render.sanitize import fold

_NAMES = ("rank", "score", "path", "member", "page", "line", "title", "text")


def head(options: RecordOptions, *, is_batch: bool) -> bytes:
    """Return the header line. In a batch, the id of the query comes first."""
    return _written(("query_id", *_NAMES) if is_batch else _NAMES, options)


def records(result: SearchResult, options: RecordOptions) -> Iterator[bytes]:
    """Yield a row for each hit."""
    first = (fold(options.query.id),) if options.query else ()
    for hit in result.hits:
        yield _written((*first, *_row(hit, options.text)), options)


def _row(hit: Hit, text: str) -> tuple[str, ...]:
    passage, document = hit.passage, hit.passage.document
    page = str(passage.page) if passage.page is not None else ""
    values = (hit.path, document.member, page, str(hit.line), document.title, shown_text(hit, text))
    return (str(hit.rank), f"{hit.score:.9g}", *map(fold, values))


def _written(values: tuple[str, ...], options: RecordOptions) -> bytes:
    if options.form == "tsv":
        return ("\t".join(values) + "\n").encode()
    row = StringIO()
    csv.writer(row, lineterminator="\n").writerow(values)
    return row.getvalue().encode()
