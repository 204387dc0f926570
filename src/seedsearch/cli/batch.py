"""Several queries at once (`query -f FILE`): what they are, and how their answers are told apart."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from seedsearch.cli.exit import DONE, ERROR, NO_HITS, say
from seedsearch.errors import QuerySyntaxError, QueryTooBroadError, SeedsearchError
from seedsearch.model import SearchResult
from seedsearch.query.batch import BatchQuery, parse_batch
from seedsearch.render.messages import caret_lines, error_message

_MOST = 1 << 28  # bytes of queries that are read


def read_batch(path: str) -> list[BatchQuery]:
    """The queries of a file, or of standard input where `path` is "-". Raises SeedsearchError, OSError."""
    if path == "-":
        if sys.stdin is None:
            raise SeedsearchError("standard input is closed", "pipe queries into it")
        return parse_batch(sys.stdin.buffer.read(_MOST), path)
    with open(path, "rb") as file:  # a pipe will do: -f <(command)
        return parse_batch(file.read(_MOST), path)


def run_batch(
    name: str,
    queries: Iterable[BatchQuery],
    ask: Callable[[str], SearchResult],
    write: Callable[[SearchResult, BatchQuery], None],
) -> int:
    """Ask and write one query after the other; the exit code of all together.

    A query that cannot be understood is named on stderr, and the others go on.
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
