"""Words with their counts: `word<TAB>passages` a line, and `seedsearch.term/1` as JSON Lines."""

from __future__ import annotations

from seedsearch.engine.base import TermCount
from seedsearch.render.jsonl import json_line
from seedsearch.render.messages import plural
from seedsearch.render.sanitize import clean

TERM_SCHEMA = "seedsearch.term/1"
HEADINGS = ("word", "passages", "occurrences")


def term_record(term: TermCount) -> bytes:
    """`word<TAB>passages` and a newline."""
    return f"{clean(term.term)}\t{term.passages}\n".encode()


def term_row(term: TermCount) -> tuple[str, str, str]:
    """The cells under HEADINGS, sanitised."""
    return clean(term.term), f"{term.passages:,}", f"{term.occurrences:,}"


def term_object(term: TermCount) -> bytes:
    """One term as one line of JSON."""
    return json_line({"schema": TERM_SCHEMA, **term._asdict()})


def terms_summary(shown: int, total: int) -> str:
    """`100 of 1,234 words`."""
    return f"{shown:,} of {plural(total, 'word')}" if total else "no such word"
