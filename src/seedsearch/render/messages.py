"""What is said on stderr: errors, summaries, and words for sizes, counts and times.

Everything given back is sanitised and ends without a newline.
"""

from __future__ import annotations

from seedsearch.errors import QuerySyntaxError, SeedsearchError
from seedsearch.model import SearchResult
from seedsearch.render.sanitize import clean

CORE_MISSING = (
    "the compiled core is missing, so indexing and searching are much slower",
    "install a C compiler, then reinstall seedsearch",
)
"""What an installation without a C compiler is told, and what to do about it."""

_CARET_WINDOW = 60  # cells of the query shown on each side of the caret


def error_message(message: str, hint: str = "") -> str:
    """`seedsearch: message: hint`, on one line whatever the parts hold."""
    return clean(": ".join(part for part in ("seedsearch", message, hint) if part))


def error_text(error: SeedsearchError) -> str:
    """One line for an error; a syntax error shows its query with a caret below as well."""
    line = error_message(error.message, error.hint)
    if isinstance(error, QuerySyntaxError):
        return "\n".join((line, *caret_lines(error.query, error.column)))
    return line


def caret_lines(query: str, column: int) -> tuple[str, str]:
    """The query (the part around the column, if it is long) and a caret under the column."""
    column = max(0, min(column, len(query)))
    first = max(0, column - _CARET_WINDOW)
    last = column + _CARET_WINDOW
    before = ("…" if first else "") + clean(query[first:column])
    after = clean(query[column:last]) + ("…" if last < len(query) else "")
    return f"  {before}{after}", "  " + " " * display_width(before) + "^"


def display_width(text: str) -> int:
    """The terminal cells that the text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width  # for such texts only: start-up time

    return sum(
        0 if category(c) in ("Mn", "Me", "Cf") else 2 if east_asian_width(c) in "WF" else 1
        for c in text
    )


def search_summary(result: SearchResult) -> str:
    """`10 of 312 passages, 4 ms`; documents, where these were ranked."""
    elapsed = duration(result.elapsed_ms)
    if not result.total:
        return f"no passage matches, {elapsed}"
    return f"{len(result.hits):,} of {plural(result.total, result.by)}, {elapsed}"


def plural(count: int, noun: str) -> str:
    """`1 file`, `1,234 files`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def size(count: int) -> str:
    """Bytes in words: `812 bytes`, `26 kB`, `1.3 GB` (powers of 1000)."""
    if count < 1000:
        return plural(count, "byte")
    value = float(count)
    for unit in ("kB", "MB", "GB", "TB"):
        value /= 1000
        if value < 999.5 or unit == "TB":
            break
    return f"{value:.1f} {unit}" if value < 9.95 else f"{value:.0f} {unit}"


def duration(milliseconds: float) -> str:
    """Time in words: `4 ms`, `1.3 s`, `2 min 05 s`."""
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
