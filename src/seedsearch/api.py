"""The Python API: open an index, update it, search it, close it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from typing import TYPE_CHECKING, Literal, Self, TypeAlias, TypedDict, Unpack

from seedsearch.collections import collection_folder, collection_index, home_to_ask
from seedsearch.config import load_config
from seedsearch.engine.base import Engine, Grouping, IndexStats, TermCount
from seedsearch.engine.registry import open_engine
from seedsearch.errors import UnsupportedError, UsageError
from seedsearch.folders import INDEX_FOLDER, is_address
from seedsearch.model import Hit, PassageView, SearchResult
from seedsearch.paths import Home, create_home, find_home, index_in, is_index_folder
from seedsearch.query.file_types import chosen_filters
from seedsearch.search import Opened
from seedsearch.search.searcher import SearchOptions, search, with_rerank
from seedsearch.search.vocabulary import Order, list_terms

if TYPE_CHECKING:
    from whoosh.index import Index as WhooshIndex

    from seedsearch.indexing import IndexReport, Progress, Selection
    from seedsearch.search.facets import Facets, Timeline
    from seedsearch.search.keywords import Keywords

Path: TypeAlias = str | os.PathLike[str]

_FIRST_BATCH = 16  # hits of a stream
_LARGER = 4  # times: each next batch, so that all batches cost about a third more than the last


class Matching(TypedDict, total=False):
    """Which passages match, as the options of the command line with these names.

    `all_words` requires all words, not any of them. `literal` takes operators as words, and accents and signs as
    written. `globs` and `types` are those of `-g` and `-t`, `below` are files and folders to search in. `synonyms` is
    the path of a synonyms file in Solr's format, which every call reads.
    """

    all_words: bool
    literal: bool
    globs: Sequence[str]
    types: Sequence[str]
    below: Sequence[Path]
    synonyms: Path | None


class Index:
    """An open index. It answers from one snapshot until `refresh` or `update`. Use it as a context manager.

    Threads may share an index and call any method at the same time. A call keeps its snapshot until it ends, even if
    another thread refreshes or closes the index. After `close`, every method but `close` raises IndexClosedError.

    Paths in results are valid from the current folder. Methods that take a query also take the keywords of Matching,
    and raise QuerySyntaxError, QueryTooBroadError, UsageError (a filter or the synonyms file), SourceNotFoundError (a
    path of `below`), UnsupportedError and IndexDamagedError.
    """

    def __init__(self, engine: Engine, home: Home) -> None:
        self._engine = engine
        self._home = home

    # ------------------------------------------------------------------------ searching

    def search(
        self,
        query: str,
        limit: int | None = 10,
        per_file: int | None = 3,
        *,
        by: Grouping = "passage",
        window: int = 200,
        verified: bool = False,
        explain: bool = False,
        relax: bool = False,
        all_copies: bool = False,
        rerank: int | Literal["auto"] = 0,
        rerank_ms: int = 2_000,
        **matching: Unpack[Matching],
    ) -> SearchResult:
        """Return the `limit` best passages, at most `per_file` from one file. None means no limit.

        A hit is `stale` if its file has changed or vanished since it was indexed. Its `snippet` has the matches, the
        best fragments, and a window of at most `window` characters around the densest matches. `verified` reads the
        files and leaves out each hit whose text is gone. `explain` gives each hit an `explanation`: the parts of its
        score. If nothing matches, `relax` runs a looser query, which `relaxed` in the result holds. `by` "document"
        or "file" ranks documents or files: a hit is the best passage of one, and `limit` counts them.

        A hit lists its copies in `also_in`. With `all_copies`, copies are hits themselves.

        A model orders the best `rerank` passages again, within `rerank_ms` milliseconds: `seedsearch help meaning`.
        "auto" does so if there is a model. `query_notes` name what it could not score. Raises ModelError.

        Raises ValueError if `limit`, `per_file`, `window` or `rerank_ms` is below 1.
        """
        counts = {"limit": limit, "per_file": per_file, "window": window, "rerank_ms": rerank_ms}
        for name, value in counts.items():
            if value is not None and value < 1:
                raise ValueError(f"{name} must be 1 or more, or None for all, not {value}")
        options = _options(matching).replace(
            limit=limit,
            per_file=per_file,
            by=by,
            window=window,
            verified=verified,
            explain=explain,
            relax=relax,
            all_copies=all_copies,
        )
        options = with_rerank(options, rerank, rerank_ms)
        found = search(self._opened(), query, options)
        return found.replace(hits=tuple(found.hits))

    def stream(
        self, query: str, per_file: int | None = None, **matching: Unpack[Matching]
    ) -> Iterator[Hit]:
        """Return an iterator over all hits, best first. They are read in growing batches, as they are needed.

        All come from the snapshot of this call. Errors in the query are raised by the call itself.
        """
        index = self._opened()._replace(engine=copy(self._engine))  # which stays at this snapshot
        options = _options(matching).replace(limit=_FIRST_BATCH, per_file=per_file)
        return self._hits(index, query, options, search(index, query, options))

    def _opened(self) -> Opened:
        return Opened(self._engine, self._home, os.getcwd())

    def _hits(
        self, index: Opened, query: str, options: SearchOptions, found: SearchResult
    ) -> Iterator[Hit]:
        given = 0
        while True:
            yield from found.hits[given:]
            given = len(found.hits)
            if options.limit is None or given < options.limit:
                return
            options = options.replace(limit=_LARGER * options.limit)
            found = search(index, query, options)

    def similar(
        self, source: str, limit: int | None = 10, per_file: int | None = 3
    ) -> SearchResult:
        """Return the passages most similar to `source`.

        `source` is `PATH:LINE` or the `passage_id` of a hit for a passage, `PATH` for a whole file. The hits leave
        `source` itself out.

        Raises SourceNotFoundError, UsageError, IndexDamagedError.
        """
        # start-up time: `search` needs none of it
        from seedsearch.search.more_like_this import similar, source_of

        options = SearchOptions(limit=limit, per_file=per_file)
        index = self._opened()
        return similar(index, source_of(index, source), options)

    def show(self, place: str, around: int = 1, query: str = "") -> PassageView:
        """Return a passage with `around` passages on each side. Matches of `query` are highlighted.

        `place` is `PATH:LINE`, or the `passage_id` of a hit.

        Raises SourceNotFoundError, AmbiguousPlaceError, UsageError, IndexDamagedError.
        """
        from seedsearch.search.passage_view import show  # as above

        return show(self._opened(), place, around, query)

    # ------------------------------------------------------------------------- counting

    def facets(
        self,
        query: str = "",
        names: Sequence[str] = (),
        limit: int | None = 10,
        **matching: Unpack[Matching],
    ) -> Facets:
        """Return how many passages match, by folder, type, language, year or field; for "" count all passages.

        `names` are "folder", "type", "language", "year" and fields of documents; without it, these four, and the fields
        from and author if any document has them. `limit` is the maximum number of values of each.
        """
        from seedsearch.search.facets import facets  # as above

        return facets(self._opened(), query, _options(matching), names, limit)

    def timeline(self, query: str = "", **matching: Unpack[Matching]) -> Timeline:
        """Return how many passages match, by date; for "" count all passages."""
        from seedsearch.search.facets import timeline  # as above

        return timeline(self._opened(), query, _options(matching))

    def keywords(
        self, query: str = "", limit: int | None = 30, **matching: Unpack[Matching]
    ) -> Keywords:
        """Return the words that stand out in the passages that match; for "" in all that pass the filters."""
        from seedsearch.search.keywords import keywords  # as above

        return keywords(self._opened(), query, _options(matching), limit)

    def terms(
        self, prefix: str = "", limit: int | None = 100, *, order: Order = "count"
    ) -> tuple[TermCount, ...]:
        """Return the terms that begin with `prefix`, or match it as a pattern (`tr*ps`, `trops~`).

        `order` is "count" (terms found in most passages first) or "word" (by code points).

        Raises QuerySyntaxError, UsageError, IndexDamagedError.
        """
        return list_terms(self._engine, prefix, limit, order)[0]

    def stats(self) -> IndexStats:
        """Return the counts of the index."""
        return self._engine.stats()

    # ------------------------------------------------------------------------- updating

    def update(
        self,
        *paths: Path,
        selection: Selection | None = None,
        rebuild: bool = False,
        prune: bool = False,
        wait: bool = False,
        jobs: int | None = None,
        memory_mb: int | None = None,
        timeout_s: int | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> IndexReport:
        """Read files and folders into the index, or without `paths` refresh all of it. Move to the new state.

        `selection` says which files are read below the paths, from now on. `rebuild` reads everything again. `prune`
        removes the documents of folders that have vanished. `wait` waits for another writer. `jobs` processes use
        `memory_mb` together, and leave a file after `timeout_s` seconds; None takes the configuration. `progress` is
        called at most ten times a second.

        With more than one job on macOS and Windows, or with threads, processes import the main module: call this below
        `if __name__ == "__main__":` there.

        Raises SourceNotFoundError, UsageError, IndexLockedError (without `wait`), IndexFault (it cannot be written).
        """
        from seedsearch.indexing import configured_options, update_index  # as above

        self._engine.size()  # raises IndexClosedError
        cwd, given = os.getcwd(), configured_options(load_config(self._home.base))
        options = given.replace(
            add_roots=tuple(os.path.normpath(os.path.join(cwd, os.fspath(path))) for path in paths),
            selection=selection,
            rebuild=rebuild,
            prune=prune,
            wait=wait,
            jobs=jobs or given.jobs,
            memory_mb=memory_mb or given.memory_mb,
            timeout_s=timeout_s or given.timeout_s,
        )
        return update_index(self._engine, self._home, options, progress)

    def forget(self, path: Path) -> int:
        """Remove a file, or a folder with everything below it, from the index. Return the number of files removed.

        Raises SourceNotFoundError if the index has none of it, and IndexLockedError.
        """
        from seedsearch.indexing import forget, indexed_path  # as above

        absolute = indexed_path(self._engine, self._home, os.fspath(path), os.getcwd())
        return forget(self._engine, self._home, absolute)

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

    def __exit__(self, *raised: object) -> None:
        self.close()


def open_index(
    path: Path | None = None, *, collection: str | None = None, create: bool = False
) -> Index:
    """Open the index that the command line would use in the folder `path`.

    `path` is an index folder, or a folder with an index in it or above it. Without `path`, open the index that
    SEEDSEARCH_INDEX names, else the nearest one at or above the current folder, else the default collection.
    `collection` is the name of a collection. With `create`, an index that does not exist is made: that collection, or
    `.seedsearch/` in `path`, by default in the current folder; an index above it is not used.

    Raises NoIndexError, IndexVersionError, IndexDamagedError; UsageError for an impossible name, or if both `path` and
    `collection` are given.
    """
    if path is not None and collection is not None:
        raise UsageError("path and collection cannot be combined", "give one of them")
    if collection is not None:
        folder = collection_folder(collection) if create else collection_index(collection)
        home = create_home(folder) if create else Home(folder)
    elif path is not None and is_address(os.fspath(path)):
        home = Home(os.fspath(path))
    elif create:
        folder = os.path.abspath(os.fspath(path or os.getcwd()))
        named = is_index_folder(folder)
        inside = index_in(folder, named=path is not None) or os.path.join(folder, INDEX_FOLDER)
        home = create_home(folder if named else inside)
    elif path is None:
        home = home_to_ask(os.getcwd(), os.environ.get("SEEDSEARCH_INDEX") or None)
    else:
        folder = os.path.abspath(os.fspath(path))
        home = find_home(folder, folder if is_index_folder(folder) else None)
    return Index(open_engine(home.folder, create=create), home)


def _options(matching: Matching) -> SearchOptions:
    """Return the options that say which passages match. Raises UsageError, SourceNotFoundError."""
    globs, types = tuple(matching.get("globs", ())), tuple(matching.get("types", ()))
    below = [os.fspath(path) for path in matching.get("below", ())]
    literal, synonyms = matching.get("literal", False), matching.get("synonyms")
    return SearchOptions(
        all_words=matching.get("all_words", False),
        literal=literal,
        as_written=literal,
        synonyms="" if synonyms is None else os.fspath(synonyms),
        filters=chosen_filters(globs, types, below, here=False),
    )
