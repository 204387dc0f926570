"""Hits as a TREC run: `query Q0 document rank score tag`, for trec_eval, ir_measures and their like.

A document is known by its own id where it has one (a JSON Lines record), else by its path, and by its place in the
file where that holds several. Names hold no white space there: it is written as in a URL (`%20`).
"""

from __future__ import annotations

from seedsearch.model import Hit
from seedsearch.render.sanitize import clean
from seedsearch.search.identifiers import document_name

TAG = "seedsearch"


def run_record(query_id: str, hit: Hit) -> bytes:
    """One hit as one line, with its newline."""
    columns = (
        name(query_id),
        "Q0",
        name(document_name(hit)),
        str(hit.rank),
        f"{hit.score:.9f}",
        TAG,
    )
    return (" ".join(columns) + "\n").encode()


def name(text: str) -> str:
    """A name as a column: without white space, and with nothing that a terminal would obey."""
    if not any(char.isspace() for char in text):
        return clean(text)
    return clean("".join(_escaped(char) if char.isspace() else char for char in text))


def _escaped(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())
