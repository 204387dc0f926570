"""Keywords: `word<TAB>score<TAB>passages<TAB>passages in the index` lines, and `seedsearch.keyword/1` as JSON Lines."""

from __future__ import annotations

from seedsearch.render.jsonl import json_line
from seedsearch.render.messages import plural
from seedsearch.render.sanitize import clean
from seedsearch.search.keywords import Keyword, Keywords

KEYWORD_SCHEMA = "seedsearch.keyword/1"
HEADINGS = ("word", "score", "passages", "in the index")


def keyword_record(found: Keyword) -> bytes:
    """Return a line with its newline."""
    word, score, passages, in_index = found
    return f"{clean(word)}\t{score:.1f}\t{passages}\t{in_index}\n".encode()


def keyword_row(found: Keyword) -> tuple[str, str, str, str]:
    """Return the cells under HEADINGS, sanitised."""
    word, score, passages, in_index = found
    return clean(word), f"{score:,.1f}", f"{passages:,}", f"{in_index:,}"


def keyword_object(found: Keyword) -> bytes:
    """Return one keyword as a line of JSON."""
    rounded = found._replace(score=round(found.score, 9))
    return json_line({"schema": KEYWORD_SCHEMA, **rounded._asdict()})


def keywords_summary(found: Keywords) -> str:
    """Return `30 keywords of 312 passages`, or of the best 500 of more."""
    if not found.total:
        return "no passage matches"
    of = plural(found.total, "passage")
    if found.looked_at < found.total:
        of = f"the best {found.looked_at:,} of {of}"
    return f"{plural(len(found.keywords), 'keyword')} of {of}"
