"""Full-text search for folders of documents: ranked passages with citations that hold.

    >>> import seedsearch
    >>> with seedsearch.open_index("notes/") as index:          # doctest: +SKIP
    ...     for hit in index.search("North Korean troops").hits:
    ...         print(hit.path, hit.passage.line_start, hit.score)

A name is loaded when it is first used, so that `import seedsearch` itself is fast.
"""

from __future__ import annotations

from seedsearch.version import __version__ as __version__

TYPE_CHECKING = False  # importing typing takes longer than everything else before Ctrl-C is handled
if TYPE_CHECKING:
    from seedsearch.api import Index, Matching, open_index
    from seedsearch.corpus.selection import Selection
    from seedsearch.errors import (
        AmbiguousPlaceError,
        IndexClosedError,
        IndexDamagedError,
        IndexFault,
        IndexLockedError,
        IndexVersionError,
        ModelError,
        NoIndexError,
        QuerySyntaxError,
        QueryTooBroadError,
        SeedsearchError,
        SourceError,
        SourceNotFoundError,
        SourceUnreadableError,
        UnsupportedError,
        UsageError,
    )
    from seedsearch.indexing import IndexReport, Progress
    from seedsearch.model import (
        Document,
        Explanation,
        Fragment,
        Hit,
        Meaning,
        Part,
        Passage,
        PassageView,
        SearchResult,
        Snippet,
        Span,
    )
    from seedsearch.search.facets import Facets, Timeline
    from seedsearch.search.keywords import Keywords

__all__ = [
    "AmbiguousPlaceError",
    "Document",
    "Explanation",
    "Facets",
    "Fragment",
    "Hit",
    "Index",
    "IndexClosedError",
    "IndexDamagedError",
    "IndexFault",
    "IndexLockedError",
    "IndexReport",
    "IndexVersionError",
    "Keywords",
    "Matching",
    "Meaning",
    "ModelError",
    "NoIndexError",
    "Part",
    "Passage",
    "PassageView",
    "Progress",
    "QuerySyntaxError",
    "QueryTooBroadError",
    "SearchResult",
    "SeedsearchError",
    "Selection",
    "Snippet",
    "SourceError",
    "SourceNotFoundError",
    "SourceUnreadableError",
    "Span",
    "Timeline",
    "UnsupportedError",
    "UsageError",
    "open_index",
]

_HOMES = (
    "seedsearch.errors",
    "seedsearch.model",
    "seedsearch.api",
    "seedsearch.indexing",
    "seedsearch.search.facets",
    "seedsearch.search.keywords",
)


def __getattr__(name: str) -> object:
    if name in __all__:
        from importlib import import_module  # start-up time

        for home in _HOMES:
            module = import_module(home)
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
