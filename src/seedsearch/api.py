"""The Python API: open an index, search it, close it."""

from __future__ import annotations

import os
from types import TracebackType
from typing import TYPE_CHECKING, Self

from seedsearch.engine.base import Engine, IndexStats, TermCount
from seedsearch.engine.registry import open_engine
from seedsearch.errors import UnsupportedError
from seedsearch.model import SearchResult
from seedsearch.paths import Home, find_home, is_index_folder
from seedsearch.search.searcher import SearchOptions, search
from seedsearch.search.vocabulary import Order, list_terms

if TYPE_CHECKING:
    from whoosh.index import Index as WhooshIndex


class Index:
    """An open index: one unchanging state of it, until `refresh`. A context manager."""

    def __init__(self, engine: Engine, home: Home) -> None:
        self._engine = engine
        self._home = home

    def search(
        self,
        query: str,
        limit: int | None = 10,
        per_file: int | None = 3,
        *,
        verified: bool = False,
        explain: bool = False,
        relax: bool = False,
        synonyms: str | os.PathLike[str] | None = None,
        all_copies: bool = False,
    ) -> SearchResult:
        """The `limit` best passages, `per_file` at most from one file; None means all.

        Paths of the hits open from the current folder. A hit is `stale` where its file has changed or
        vanished since it was indexed; `verified` leaves out what no longer stands in its file. With
        `explain`, each hit has an `explanation`: the parts of its score. With `relax`, a query that
        nothing matches is asked anew, for less; the result's `relaxed` says what was asked. `synonyms` is a
        file of them, in Solr's format, which is read for every query.

        Copies of a better hit are in its `also_in`; with `all_copies`, or without a limit, they are hits.

        Raises QuerySyntaxError, QueryTooBroadError, UnsupportedError, IndexDamagedError.
        """
        for name, value in (("limit", limit), ("per_file", per_file)):
            if value is not None and value < 1:
                raise ValueError(f"{name} must be 1 or more, or None for all, not {value}")
        options = SearchOptions(
            limit=limit,
            per_file=per_file,
            verified=verified,
            explain=explain,
            relax=relax,
            synonyms="" if synonyms is None else os.fspath(synonyms),
            all_copies=all_copies,
        )
        return search(self._engine, self._home, query, options, os.getcwd())

    def similar(
        self, source: str, limit: int | None = 10, per_file: int | None = 3
    ) -> SearchResult:
        """The passages most like one, `PATH:LINE` or a hit's `passage_id`, or like a whole file, `PATH`.

        Raises SourceNotFoundError, UsageError, IndexDamagedError.
        """
        from seedsearch.search.more_like_this import similar  # not for every query: start-up time

        options = SearchOptions(limit=limit, per_file=per_file)
        return similar(self._engine, self._home, source, options, os.getcwd())

    def terms(
        self, prefix: str = "", limit: int | None = 100, *, order: Order = "count"
    ) -> tuple[TermCount, ...]:
        """The words that begin with `prefix` or fit it as a pattern (`tr*ps`, `trops~`), with their counts.

        In the order of the passages that hold them, the most first, or of their characters ("word").

        Raises QuerySyntaxError, UsageError, IndexDamagedError.
        """
        return list_terms(self._engine, prefix, limit, order).terms

    def stats(self) -> IndexStats:
        """What the index holds."""
        return self._engine.stats()

    def refresh(self) -> bool:
        """See the newest commit from now on; says whether anything changed."""
        return self._engine.refresh()

    def whoosh(self) -> WhooshIndex:
        """The same index as a `whoosh.index.Index`, for programs that use Whoosh's own queries.

        Raises UnsupportedError where the index's engine is not Whoosh's.
        """
        whoosh = getattr(self._engine, "whoosh", None)
        if whoosh is None:
            raise UnsupportedError(f"the {self._engine.name} engine has no Whoosh index")
        return whoosh()

    def close(self) -> None:
        """Let go of files and memory."""
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_index(path: str | os.PathLike[str] | None = None) -> Index:
    """Open the index that the command line would take from the folder `path` (default: here).

    `path` is a folder with an index at or above it, or the index's own folder. Without it,
    `SEEDSEARCH_INDEX` counts as well.

    Raises NoIndexError, IndexVersionError, IndexDamagedError.
    """
    if path is None:
        home = find_home(os.getcwd(), os.environ.get("SEEDSEARCH_INDEX") or None)
    else:
        home = _home_at(os.path.abspath(os.fspath(path)))
    return Index(open_engine(home.folder), home)


def _home_at(folder: str) -> Home:
    return find_home(folder, folder if is_index_folder(folder) else None)
