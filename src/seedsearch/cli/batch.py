"""`query -f FILE`: read the queries of a file and run them in order."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from seedsearch.cli.exit import DONE, ERROR, NO_HITS, say
from seedsearch.errors import QuerySyntaxError, QueryTooBroadError, SeedsearchError
from seedsearch.model import SearchResult
from seedsearch.query.batch import BatchQuery, parse_batch
from seedsearch.render.messages import caret_lines, error_message

_MAX_BYTES = 1 << 28


def read_batch(path: str) -> list[BatchQuery]:
    """Read the queries of a file, or of standard input if `path` is "-".

    Raises SeedsearchError, OSError.
    """
    if path == "-":
        if sys.stdin is None:
            raise SeedsearchError("standard input is closed", "pipe queries into it")
        return parse_batch(sys.stdin.buffer.read(_MAX_BYTES), path)
    with open(path, "rb") as file:  # may be a pipe: -f <(command)
        return parse_batch(file.read(_MAX_BYTES), path)


def run_batch(
    name: str,
    queries: Iterable[BatchQuery],
    ask: Callable[[str], SearchResult],
    write: Callable[[SearchResult, BatchQuery], None],
) -> int:
    """Run and write the queries in order. Return the exit code of the whole batch.

    A malformed query is reported on stderr with its line, and the others still run.
    """
    code = NO_HITS
    for query in queries:
        try:
            result = ask(query.text)
        except (QuerySyntaxError, QueryTooBroadError) as error:
            say(error_message(f"{name}:{query.line}: {error.message}", error.hint))
            if isinstance(error, QuerySyntaxError):
                say("\n".join(caret_lines(error.query, error.column)))
            code = ERROR
            continue
        write(result, query)
        if result.total and code == NO_HITS:
            code = DONE
    return code
