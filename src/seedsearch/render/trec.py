"""Hits as a TREC run: `query Q0 document rank score tag`, for trec_eval, ir_measures and similar tools.

`identifiers.document_name` names the documents. White space in a name is percent-encoded, as in a URL (`%20`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf

from seedsearch.model import SearchResult
from seedsearch.render.records import RecordOptions
from seedsearch.render.sanitize import clean
from seedsearch.search.identifiers import document_name

TAG = "seedsearch"
_STEP = 1e-6


def records(result: SearchResult, options: RecordOptions) -> Iterator[bytes]:
    """Yield the lines of the run. Without a batch, the query has the id 1."""
    query = options.query.id if options.query else "1"
    score, first = inf, None
    for hit in result.hits:  # read once: those of a large answer are made as they are read
        first = first or hit
        # These tools order by score. Where a model ordered the best passages, the others may have higher ones.
        lower = hit.score >= score and first.meaning is not None
        score = score - _STEP if lower else hit.score
        columns = (query, "Q0", document_name(hit), str(hit.rank), f"{score:.9f}", TAG)
        yield (" ".join(map(_column, columns)) + "\n").encode()


def _column(text: str) -> str:
    """Return a name as one column: without white space, sanitised."""
    return clean(re.sub(r"\s", lambda m: "".join(f"%{byte:02X}" for byte in m[0].encode()), text))
