"""Prepare the filters of a query for an index: resolve paths, and reject values that do not exist.

A path that begins with `./`, `../` or `/` is resolved from the user's current folder; the filter then begins with
`./` and continues with the stored path. A member narrows it, a page or a line does not. A value of `type:`, `lang:`
or `encoding:` that is unknown, and that no document has, is an error.
"""

from __future__ import annotations

import codecs
import os
from collections import Counter

from seedsearch.analysis.tables import common_words
from seedsearch.citation import MEMBER, document_place, readings
from seedsearch.engine.base import Engine
from seedsearch.errors import QuerySyntaxError, SourceNotFoundError
from seedsearch.folders import as_glob, is_below
from seedsearch.paths import Home
from seedsearch.query.ast import Filter, Or, Query, is_pattern, map_children
from seedsearch.search import Opened
from seedsearch.spelling import closest

_MOST_NAMED = 30
_OTHER_LANGUAGES = "am bn bo el gu hy ja ka km kn ko lo ml my or pa si ta te th zh"


def filters_for(index: Opened, query: Query, text: str) -> Query:
    """Return a query with its filters prepared for an index. `text` is the query as typed.

    Raises QuerySyntaxError for a value that does not exist, SourceNotFoundError for a path without indexed text.
    """

    def ready(node: Query) -> Query:
        match node:
            case Filter("path", pattern):
                return _path(index, pattern)
            case Filter("below", path):
                return _below(index, path)
            case Filter("type" | "lang" | "encoding", value):
                if not is_pattern(value) and not _is_known(node.field, value):
                    _check(node, text, index.engine)
                return node
            case _:
                return map_children(node, ready)

    return ready(query)


# ------------------------------------------------------------------------------------- paths


def _path(index: Opened, pattern: str) -> Query:
    is_place = pattern in (".", "..") or pattern.startswith(("./", "../"))
    file, sign, member = _without_line(index, pattern).partition(MEMBER)
    if not is_place and not os.path.isabs(pattern):
        return Filter("path", file + sign + member)
    # The current folder is no pattern, whatever characters its name has.
    here = "" if os.path.isabs(pattern) else as_glob(index.cwd)
    absolute = os.path.normpath(os.path.join(here, file))
    stored = _stored(index.home, absolute)
    end = "/" if file.endswith("/") and stored != "." else ""
    own: Query = Filter("path", f"./{stored}{end}{sign}{member}")
    if is_below(as_glob(index.home.base), absolute) and stored != ".":
        own = Or((own, Filter("path", "./.")))  # a folder above the base holds all of it
    return own if is_place else Or((own, Filter("path", pattern)))


def _stored(home: Home, pattern: str) -> str:
    """Return the stored form of an absolute path, which is a pattern. The base in it may be escaped."""
    base = as_glob(home.base)
    if is_below(pattern, base):
        stored = home.stored(home.base + pattern[len(base) :])
        if not os.path.isabs(stored):
            return stored
    return home.stored(pattern)


def _below(index: Opened, path: str) -> Query:
    """Return the filter for exactly this file or folder."""
    plain = os.path.normpath(path)
    is_relative = not os.path.isabs(plain) and not plain.startswith("..")
    own = _path(index, f"./{as_glob(plain)}" if is_relative else as_glob(plain))
    if not index.engine.search(own, limit=0, text=False).total:
        raise SourceNotFoundError(
            f"not in the index: {path}",
            "seedsearch status -v lists the roots and the skipped files",
        )
    return own


def _without_line(index: Opened, pattern: str) -> str:
    """Return a path as `query` prints it without its page and line, if the file is in the index."""
    for citation in readings(pattern):
        has_place = citation.page or citation.line
        if has_place and index.engine.state(index.stored(citation.path)) is not None:
            return document_place(citation.path, citation.member)
    return pattern


# ------------------------------------------------------------------------------------ values


def _is_known(field: str, value: str) -> bool:
    value = value.casefold()
    if field == "type":
        from seedsearch.corpus.formats.registry import BY_TYPE  # start-up time, as the next
        from seedsearch.query.file_types import MEDIA_TYPES, TYPES

        media_types = set(BY_TYPE).union(*MEDIA_TYPES.values())
        halves = {name.rpartition("/")[2] for name in media_types}
        return any(value in names for names in (TYPES, MEDIA_TYPES, media_types, halves))
    if field == "encoding":
        try:
            codecs.lookup(value)
        except (LookupError, ValueError):
            return False
        return True
    language = value.partition("-")[0]
    return language in _OTHER_LANGUAGES.split() or any(
        language in own for own in common_words().values()
    )


def _check(leaf: Filter, text: str, engine: Engine) -> None:
    """Raise QuerySyntaxError if no document has the value of a filter."""
    if engine.search(leaf, limit=0, text=False).total:
        return
    from seedsearch.query.file_types import TYPES  # start-up time: few values are unknown

    field, value = leaf.field, leaf.pattern
    name = "language" if field == "lang" else field
    if field == "type":
        there = _types(engine)
    else:  # the most frequent first
        counts = Counter(getattr(reading, name) for reading in engine.readings())
        there = [value for value, _ in counts.most_common() if value]
    named = ", ".join(there[:_MOST_NAMED]) + (", ..." if len(there) > _MOST_NAMED else "")
    close = closest(value, [*there, *TYPES] if field == "type" else there)
    hint = f"did you mean {field}:{close}? " if close else ""
    raise QuerySyntaxError(
        f"there is no {name} {value}",
        text,
        max(text.find(value), 0),
        f"{hint}this index has {named}" if there else f"no document has a known {name}",
    )


def _types(engine: Engine) -> list[str]:
    from seedsearch.query.file_types import TYPES, TypeSet  # as above

    names = {os.path.splitext(path)[1] or os.path.basename(path) for path in engine.files()}
    files = [f"x{name}" if name.startswith(".") else name for name in names]
    return [name for name in TYPES if any(map(TypeSet((name,)).__contains__, files))]
