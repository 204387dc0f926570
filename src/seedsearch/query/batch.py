"""Files of queries, for `query -f` and `eval`.

Each line is a query, `id<TAB>query`, or a JSON object with `id` and `text` (or `query`). The id defaults to the line
number. Blank lines are skipped. Files are UTF-8.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from seedsearch.errors import SeedsearchError, SourceUnreadableError
from seedsearch.record import NamedTuple

_MAX_BYTES = 1 << 28
_IDS = ("id", "_id", "qid", "query_id")
_TEXTS = ("text", "query", "title")


class BatchQuery(NamedTuple):
    """A query of a file: its id, its text, and its 1-based line."""

    id: str
    text: str
    line: int


def read_batch(path: str) -> list[BatchQuery]:
    """Return the queries of a file, or of standard input if `path` is "-". Raises SeedsearchError, OSError."""
    if path == "-":
        if sys.stdin is None:
            raise SeedsearchError("standard input is closed", "pipe queries into it")
        return parse_batch(sys.stdin.buffer.read(_MAX_BYTES), path)
    with open(path, "rb") as file:  # may be a pipe: -f <(command)
        return parse_batch(file.read(_MAX_BYTES), path)


def parse_batch(data: bytes, name: str) -> list[BatchQuery]:
    """Return the queries of the file `name`, in order. Raises SourceUnreadableError."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceUnreadableError(f"{name}:{line}: not UTF-8", "convert it first") from None
    queries = list(_queries(text, name))
    if not queries:
        raise SourceUnreadableError(f"{name}: no queries in it", "write one on each line")
    lines: dict[str, int] = {}
    for query in queries:
        before = lines.setdefault(query.id, query.line)
        if before != query.line:
            raise SourceUnreadableError(
                f"{name}:{query.line}: line {before} has the id {query.id} too",
                "give each query an id of its own",
            )
    return queries


def _queries(text: str, name: str) -> Iterator[BatchQuery]:
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if line.startswith("{"):
            yield _from_json(line, number, name)
        elif line:
            own, tab, query = line.partition("\t")
            yield BatchQuery(own, query, number) if tab else BatchQuery(str(number), line, number)


def _from_json(line: str, number: int, name: str) -> BatchQuery:
    import json  # start-up time: only JSON Lines need it

    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise SourceUnreadableError(f"{name}:{number}: not a JSON object") from None
    text = next((record[key] for key in _TEXTS if isinstance(record.get(key), str)), None)
    if text is None:
        raise SourceUnreadableError(
            f"{name}:{number}: no query in it", 'write {"id": "1", "text": "the query"}'
        )
    own = next((record[key] for key in _IDS if isinstance(record.get(key), str | int)), number)
    return BatchQuery(str(own), text, number)
