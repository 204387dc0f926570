"""The order of hits by path, or by date."""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence

from seedsearch.engine.base import Ranking
from seedsearch.query.dates import date_of, time_of
from seedsearch.rows import row_fields
from seedsearch.search import Opened


def order_of(index: Opened, ranking: Ranking, by: str) -> Sequence[int]:
    """Return the places of the passages of a ranking by "path" and line, or by "date", the newest first.

    Equal ones stay as they were, and what has no date comes last.
    """
    keys: array[float] | array[int]
    if by == "date":
        documents = ((each.passage.document, each.passage.text) for each in ranking.passages)
        keys = array("d", (-time_of(date_of(row_fields(d.fields, text))) for d, text in documents))
    else:
        stored = ranking.paths or [each.passage.document.path for each in ranking.passages]
        distinct = {path: os.fsencode(index.shown(path)) for path in dict.fromkeys(stored)}
        numbers = {path: at for at, path in enumerate(sorted(distinct, key=distinct.__getitem__))}
        lines = (each.passage.line_start for each in ranking.passages)
        keys = array("Q", (numbers[p] << 32 | at for p, at in zip(stored, lines, strict=True)))
    return sorted(range(len(keys)), key=keys.__getitem__)
