"""Collections: indexes with names, in the user's configuration folder. They are found from any folder.

The index of the collection `notes` is `collections/notes/.seedsearch/` there. As everywhere, an index of another user
is not used unless the user's file trusts its folder.
"""

from __future__ import annotations

import os

from seedsearch.config import user_config, user_folder
from seedsearch.errors import NoIndexError, UsageError
from seedsearch.folders import INDEX_FOLDER
from seedsearch.paths import Home, find_home, index_in
from seedsearch.patterns import pattern
from seedsearch.spelling import did_you_mean

_NAME = pattern(r"\w[\w.-]{0,63}")


def collection_folder(name: str) -> str:
    """Return the index folder of a new or existing collection. Raises UsageError for an impossible name, IndexFault."""
    if not _NAME.fullmatch(name):
        shown = name or '""'
        raise UsageError(
            f"a collection cannot be called {shown}",
            "use letters, digits, _, - and ., and begin with a letter, a digit or _",
        )
    parent = os.path.join(_folder(), name)
    return index_in(parent) or os.path.join(parent, INDEX_FOLDER)


def collection_index(name: str) -> str:
    """Return the index folder of an existing collection. Raises UsageError, NoIndexError, IndexFault."""
    folder = collection_folder(name)
    if not os.path.isdir(folder):
        names = collection_names()
        make = f"make it: seedsearch index --as {name} FOLDER"
        hint = did_you_mean(name, names, f"there are {', '.join(names)}" if names else make)
        raise NoIndexError(f"no collection is called {name}", hint)
    return folder


def collection_names() -> list[str]:
    """Return the names of the user's collections, in order."""
    try:
        found = os.listdir(_folder())
    except OSError:
        return []
    return sorted(
        name
        for name in found
        if _NAME.fullmatch(name) and os.path.isdir(os.path.join(_folder(), name, INDEX_FOLDER))
    )


def default_collection() -> str:
    """Return the collection that answers outside of any index, or "": the configured one, else the only one.

    Raises UsageError for a fault in the user's file.
    """
    names = collection_names()
    chosen = user_config().collection if names else None
    return chosen or (names[0] if len(names) == 1 else "")


def home_to_ask(cwd: str, explicit: str | None = None) -> Home:
    """Return the index that answers in the folder `cwd`: as `find_home`, else the default collection.

    Raises as `find_home` and `collection_index`.
    """
    try:
        return find_home(cwd, explicit)
    except NoIndexError as error:
        if explicit:
            raise
        if name := default_collection():
            return Home(collection_index(name))
        if names := collection_names():
            hint = f"choose one with --collection: {', '.join(names)}"
            raise NoIndexError(error.message, hint) from None
        raise


def _folder() -> str:
    return os.path.join(user_folder(), "collections")
