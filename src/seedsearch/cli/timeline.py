"""`seedsearch query --timeline`: count the matches of a query by date."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from seedsearch.cli.counting import write_counts
from seedsearch.render.facets import period_objects, period_records, spread_summary, timeline_lines
from seedsearch.search.facets import timeline

if TYPE_CHECKING:
    from seedsearch.cli.output import Output
    from seedsearch.engine.base import Engine
    from seedsearch.paths import Home
    from seedsearch.search.searcher import SearchOptions


def write_timeline(
    engine: Engine, home: Home, text: str, options: SearchOptions, output: Output
) -> int:
    """Count and write. Return the exit code."""
    found = timeline(engine, home, text, options, os.getcwd())
    as_json = output.form == "timeline-json"
    return write_counts(
        found.total,
        lambda width, paint: timeline_lines(found, width, paint),
        (period_objects if as_json else period_records)(found),
        spread_summary(found.total),
        notes=found.query_notes,
        color=output.color,
        in_records=as_json,
        paged=output.paged,
    )
