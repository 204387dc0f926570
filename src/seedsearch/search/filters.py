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
from seedsearch.corpus.formats.registry import BY_TYPE
from seedsearch.engine.base import Engine
from seedsearch.errors import QuerySyntaxError, closest
from seedsearch.paths import Home
from seedsearch.query.ast import Filter, Or, Query, is_pattern, map_children
from seedsearch.query.file_types import MEDIA_TYPES, TYPES, TypeSet
from seedsearch.wildcards import as_glob

_MOST_NAMED = 30
_NAMES = {"type": "type", "lang": "language", "encoding": "encoding"}
_OTHER_LANGUAGES = "am bn bo el gu hy ja ka km kn ko lo ml my or pa si ta te th zh"


def filters_for(query: Query, text: str, engine: Engine, home: Home, cwd: str) -> Query:
    """Return a query with its filters prepared for an index. `text` is the query as typed.

    Raises QuerySyntaxError for a value that does not exist.
    """

    def ready(node: Query) -> Query:
        match node:
            case Filter("path", pattern):
                return _path(pattern, engine, home, cwd)
            case Filter("type" | "lang" | "encoding", value):
                if not is_pattern(value) and not _is_known(node.field, value):
                    _check(node, text, engine)
                return node
            case _:
                return map_children(node, ready)

    return ready(query)


# ------------------------------------------------------------------------------------- paths


def _path(pattern: str, engine: Engine, home: Home, cwd: str) -> Query:
    is_below = pattern in (".", "..") or pattern.startswith(("./", "../"))
    file, sign, member = _without_line(pattern, engine, home, cwd).partition(MEMBER)
    if not is_below and not os.path.isabs(pattern):
        return Filter("path", file + sign + member)
    # The current folder is no pattern, whatever characters its name has.
    here = "" if os.path.isabs(pattern) else as_glob(cwd)
    stored = home.stored(os.path.normpath(os.path.join(here, file)))
    end = "/" if file.endswith("/") and stored != "." else ""
    own = Filter("path", f"./{stored}{end}{sign}{member}")
    return own if is_below else Or((own, Filter("path", pattern)))


def _without_line(pattern: str, engine: Engine, home: Home, cwd: str) -> str:
    """Return a path as `query` prints it without its page and line, if the file is in the index."""
    for citation in readings(pattern):
        if citation.page or citation.line:
            path = os.path.normpath(os.path.join(cwd, citation.path))
            if engine.state(home.stored(path)) is not None:
                return document_place(citation.path, citation.member)
    return pattern


# ------------------------------------------------------------------------------------ values


def _is_known(field: str, value: str) -> bool:
    value = value.casefold()
    if field == "type":
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
    field, value = leaf.field, leaf.pattern
    there = _types(engine) if field == "type" else _read(engine, field)
    named = ", ".join(there[:_MOST_NAMED]) + (", ..." if len(there) > _MOST_NAMED else "")
    close = closest(value, [*there, *TYPES] if field == "type" else there)
    hint = f"did you mean {field}:{close}? " if close else ""
    raise QuerySyntaxError(
        f"there is no {_NAMES[field]} {value}",
        text,
        max(text.find(value), 0),
        f"{hint}this index has {named}" if there else f"no document has a known {_NAMES[field]}",
    )


def _types(engine: Engine) -> list[str]:
    """Return the names of the types of an index's files."""
    names = {os.path.splitext(path)[1] or os.path.basename(path) for path in engine.files()}
    files = [f"x{name}" if name.startswith(".") else name for name in names]
    return [name for name in TYPES if any(map(TypeSet((name,)).__contains__, files))]


def _read(engine: Engine, field: str) -> list[str]:
    """Return the languages or encodings of an index's documents, the most frequent first."""
    counts = Counter(
        reading.language if field == "lang" else reading.encoding for reading in engine.readings()
    )
    return [name for name, _ in counts.most_common() if name]
