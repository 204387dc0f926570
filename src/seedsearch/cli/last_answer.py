"""The last answer on a terminal, so that `show 3`, `open 3` and `similar 3` mean its third hit.

It is kept for each index in the state folder of the user, not in the index: an index may be shared, or be on a disk
that cannot be written. The file is JSON, only its owner can read it, and nothing in it is run: it names passages by
their ids, which are looked up in the index. A fault in writing it is no fault of the search.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from seedsearch.digest import blake2b
from seedsearch.errors import UsageError
from seedsearch.folders import folder_of_user
from seedsearch.model import Hit
from seedsearch.paths import Home
from seedsearch.record import NamedTuple
from seedsearch.search.identifiers import is_passage_id

_MOST_DIGITS = 6
_MOST_BYTES = 1 << 20
_MOST_QUERIES = 200


class Chosen(NamedTuple):
    """A place that the user named, as text for `locate`; the line and the query of the hit, if it was a number."""

    place: str
    line: int = 0
    query: str = ""


def remember(home: Home, query: str, hits: Sequence[Hit]) -> None:
    """Keep the hits of an answer, which may be sorted otherwise, in the order of their ranks."""
    ranked = sorted(hits, key=lambda hit: hit.rank)
    _write(_file(home), {"query": query, "hits": [[hit.passage_id, hit.line] for hit in ranked]})


def remember_queries(home: Home, queries: Sequence[str]) -> None:
    """Keep the last queries of `browse`."""
    _write(_file(home, "-queries"), list(queries[-_MOST_QUERIES:]))


def queries_before(home: Home) -> list[str]:
    """Return the queries that are kept, the last one at the end."""
    kept = _read(_file(home, "-queries"))
    return [text for text in kept if isinstance(text, str)] if isinstance(kept, list) else []


def _write(path: str, value: object) -> None:
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        scratch = f"{path}.{os.getpid()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(scratch, flags, 0o600), "w", encoding="utf-8") as file:
            json.dump(value, file)
        os.replace(scratch, path)
    except (OSError, ValueError):
        pass


def chosen(home: Home, text: str) -> Chosen:
    """Return the place that a number or citation names. Raises UsageError if there is no such hit."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        return Chosen(text)
    query, hits = _remembered(home)
    if not 1 <= int(text) <= len(hits):
        raise UsageError(
            f"no hit {text}: the last answer had {len(hits)}"
            if hits
            else f"no hit {text}: no answer is kept",
            f"search on a terminal first; for a file of that name, write .{os.sep}{text}",
        )
    name, line = hits[int(text) - 1]
    return Chosen(name, line, query)


def _remembered(home: Home) -> tuple[str, list[tuple[str, int]]]:
    """Return the query and the hits that are kept; nothing where the file is not what `remember` writes."""
    try:
        kept = _read(_file(home))
        hits = [(name, line) for name, line in kept["hits"]]
        query = kept["query"]
    except (ValueError, TypeError, KeyError):
        return "", []
    sound = all(isinstance(n, str) and is_passage_id(n) and type(line) is int for n, line in hits)
    return (query, hits) if sound and isinstance(query, str) else ("", [])


def _read(path: str) -> Any:
    """Return the value that a file holds; None if there is none."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return None


def _file(home: Home, kind: str = "") -> str:
    variable = "LOCALAPPDATA" if os.name == "nt" else "XDG_STATE_HOME"
    name = blake2b(os.fsencode(home.folder), digest_size=8).hexdigest()
    return os.path.join(folder_of_user(variable, ".local", "state"), f"{name}{kind}.json")
