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
    """An open index. It answers from one snapshot until `refresh`. Use it as a context manager.

    Threads may share an index and call any method at the same time. A call keeps its snapshot until it ends, even if
    another thread refreshes or closes the index. After `close`, every method but `close` raises IndexClosedError.
    """

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
        """Return the `limit` best passages, at most `per_file` from one file. None means no limit.

        The paths of hits are valid from the current folder. A hit is `stale` if its file has changed or vanished
        since it was indexed. `verified` reads the files and leaves out each hit whose text is gone. `explain` gives
        each hit an `explanation`: the parts of its score. If nothing matches, `relax` runs a looser query; `relaxed`
        in the result holds that query. `synonyms` is the path of a synonyms file in Solr's format, which every call
        reads.

        A hit lists its copies in `also_in`. With `all_copies`, or without a limit, copies are hits themselves.

        Raises QuerySyntaxError, QueryTooBroadError, UsageError (the synonyms file), UnsupportedError and
        IndexDamagedError, and ValueError if `limit` or `per_file` is below 1.
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
        """Return the passages most similar to `source`.

        `source` is `PATH:LINE` or the `passage_id` of a hit for a passage, `PATH` for a whole file. The hits leave
        `source` itself out.

        Raises SourceNotFoundError, UsageError, IndexDamagedError.
        """
        from seedsearch.search.more_like_this import (
            similar,  # start-up time: `search` needs none of it
        )

        options = SearchOptions(limit=limit, per_file=per_file)
        return similar(self._engine, self._home, source, options, os.getcwd())

    def terms(
        self, prefix: str = "", limit: int | None = 100, *, order: Order = "count"
    ) -> tuple[TermCount, ...]:
        """Return the terms that begin with `prefix`, or match it as a pattern (`tr*ps`, `trops~`).

        `order` is "count" (terms found in most passages first) or "word" (by code points).

        Raises QuerySyntaxError, UsageError, IndexDamagedError.
        """
        return list_terms(self._engine, prefix, limit, order).terms

    def stats(self) -> IndexStats:
        """Return the counts of the index."""
        return self._engine.stats()

    def refresh(self) -> bool:
        """Move to the newest commit. Return whether the snapshot changed."""
        return self._engine.refresh()

    def whoosh(self) -> WhooshIndex:
        """Return this index as a `whoosh.index.Index`, for programs that use Whoosh's own queries.

        Raises UnsupportedError if the engine has no Whoosh index.
        """
        whoosh = getattr(self._engine, "whoosh", None)
        if whoosh is None:
            raise UnsupportedError(f"the {self._engine.name} engine has no Whoosh index")
        return whoosh()

    def close(self) -> None:
        """Release files and memory. A call that still runs in another thread keeps them until it ends."""
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
    """Open the index that the command line would use in the folder `path`.

    `path` is an index folder, or a folder with an index in it or above it. Without `path`, open the index that
    SEEDSEARCH_INDEX names, else the nearest one at or above the current folder.

    Raises NoIndexError, IndexVersionError, IndexDamagedError.
    """
    if path is None:
        home = find_home(os.getcwd(), os.environ.get("SEEDSEARCH_INDEX") or None)
    else:
        folder = os.path.abspath(os.fspath(path))
        home = find_home(folder, folder if is_index_folder(folder) else None)
    return Index(open_engine(home.folder), home)
