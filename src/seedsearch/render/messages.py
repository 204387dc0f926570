"""Text for stderr: errors and summaries, and how sizes, counts and times are written.

Every returned text is sanitised and has no newline at its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from seedsearch.errors import AmbiguousPlaceError, QuerySyntaxError, SeedsearchError
from seedsearch.model import SearchResult
from seedsearch.render.sanitize import clean

CORE_MISSING = (
    "the compiled core is missing, so indexing and searching are much slower",
    "install a C compiler, then reinstall seedsearch",
)
"""The message and hint for an installation without the compiled core."""

_NAMED_CANDIDATES = 10
_CARET_WIDTH = 124  # cells of a query with a caret below it, where no terminal is narrower


def error_message(message: str, hint: str = "", *, apart: bool = False) -> str:
    """Return `seedsearch: message: hint`, on one line whatever the parts contain; the hint on a second if `apart`."""
    if apart and hint:
        return f"{error_message(message)}\n  {clean(hint)}"
    return clean(": ".join(part for part in ("seedsearch", message, hint) if part))


def error_text(error: SeedsearchError, *, apart: bool = False) -> str:
    """Return one line for an error; the hint has a line of its own if `apart`.

    A syntax error adds its query, and a caret under the fault. An ambiguous citation adds its possible meanings.
    """
    line = error_message(error.message, error.hint, apart=apart)
    if isinstance(error, AmbiguousPlaceError):
        candidates = [f"  {clean(candidate)}" for candidate in error.candidates]
        return "\n".join((line, *first_lines(candidates, _NAMED_CANDIDATES)))
    if isinstance(error, QuerySyntaxError) and error.query.strip():
        return "\n".join((line, *caret_lines(error.query, error.column, on_terminal=apart)))
    return line


def first_lines(lines: Sequence[str], most: int, named_by: str = "") -> Iterator[str]:
    """Yield the first lines, and the number of the others. `named_by` is an option that names them."""
    yield from lines[:most]
    if len(lines) > most:
        by = f" ({named_by} names them)" if named_by else ""
        yield f"  and {len(lines) - most:,} more{by}"


def caret_lines(query: str, column: int, *, on_terminal: bool = False) -> tuple[str, str]:
    """Return the query, or the part around the column if it is long, and a caret under the column."""
    # start-up time: only an error needs it
    from seedsearch.render.cells import display_width, first_cells, last_cells, terminal_width

    width = min(terminal_width(), _CARET_WIDTH) if on_terminal else _CARET_WIDTH
    side = max((width - 4) // 2, 4)
    column = max(0, min(column, len(query)))
    whole_before, whole_after = clean(query[:column]), clean(query[column:])
    before, after = last_cells(whole_before, side), first_cells(whole_after, side)
    before = "…" * (before != whole_before) + before
    after += "…" * (after != whole_after)
    return f"  {before}{after}", "  " + " " * display_width(before) + "^"


def search_summary(result: SearchResult) -> str:
    """Return `10 of 312 passages (7 copies), 4 ms`, or of documents if documents were ranked."""
    elapsed = duration(result.elapsed_ms)
    if not result.total:
        return f"no passage matches, {elapsed}"
    copies = sum(len(hit.also_in) for hit in result.hits)
    folded = f" ({plural(copies, 'copy', 'copies')})" if copies else ""
    return f"{len(result.hits):,} of {plural(result.total, result.by)}{folded}, {elapsed}"


def plural(count: int, noun: str, many: str = "") -> str:
    """Return `1 file`, `1,234 files`. `many` is an irregular plural."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {many or noun + 's'}"


def numbers(counts: Iterable[tuple[str, int]]) -> str:
    """Return `2 hidden, 1 too large`."""
    return ", ".join(f"{count:,} {what}" for what, count in counts)


def size(count: int) -> str:
    """Return a number of bytes as `812 bytes`, `26 kB` or `1.3 GB` (powers of 1000)."""
    if count < 1000:
        return plural(count, "byte")
    value = float(count)
    for unit in ("kB", "MB", "GB", "TB"):
        value /= 1000
        if value < 999.5 or unit == "TB":
            break
    return f"{value:.1f} {unit}" if value < 9.95 else f"{value:.0f} {unit}"


def duration(milliseconds: float) -> str:
    """Return a duration as `4 ms`, `1.3 s` or `2 min 05 s`."""
    if milliseconds < 1:
        return "under 1 ms"
    if milliseconds < 999.5:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1000
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"
