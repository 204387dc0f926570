"""Load and store the owner's choices, which are kept beside the roots as one opaque text.

The text is JSON. Somebody else may have made the index folder, so invalid parts are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seedsearch.corpus.selection import Selection
from seedsearch.record import Record

_DEFAULT = Selection()


class Settings(Record):
    """The Selection of each root, by stored path, and the user's encodings and readers, by glob, at the last reading.
    The text of a reader differs if the reader does.

    `version` is the version of the program that last tried to read the unreadable files, or "". `mark` is the
    Home.mark of the index when the user named all roots outside of its base, or "".
    """

    selections: Mapping[str, Selection]
    encodings: tuple[tuple[str, str], ...]
    version: str = ""
    mark: str = ""
    readers: tuple[tuple[str, str], ...] = ()


def load_settings(text: str) -> Settings:
    """Return the settings that a text describes."""
    if not text:
        return Settings({}, ())
    import json  # start-up time: few users have chosen anything

    try:
        whole = json.loads(text)
        return Settings(
            {
                root: _selection(chosen)
                for root, chosen in whole.get("roots", {}).items()
                if isinstance(chosen, dict)
            },
            _pairs(whole, "encodings"),
            str(whole.get("version", "")),
            str(whole.get("mark", "")),
            _pairs(whole, "readers"),
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        return Settings({}, ())


def _pairs(whole: Mapping[str, Any], name: str) -> tuple[tuple[str, str], ...]:
    return tuple((str(glob), str(value)) for glob, value in whole.get(name, []))


def dump_settings(settings: Settings) -> str:
    """Return the text for these settings; "" if all have their defaults."""
    roots = {
        root: {
            name: value
            for name, value in vars(selection).items()
            if value != getattr(_DEFAULT, name)
        }
        for root, selection in sorted(settings.selections.items())
        if selection != _DEFAULT
    }
    whole = {**vars(settings), "roots": roots}
    del whole["selections"]
    said = {name: value for name, value in whole.items() if value}
    if not said:
        return ""
    import json  # as above

    return json.dumps(said, separators=(",", ":"))


def _selection(chosen: Mapping[str, Any]) -> Selection:
    known: dict[str, Any] = {}
    for name in Selection._fields:
        default, value = getattr(_DEFAULT, name), chosen.get(name)
        if isinstance(default, tuple) and isinstance(value, list):
            known[name] = tuple(item for item in value if isinstance(item, str))
        elif type(value) is type(default):
            known[name] = value
    return Selection(**known)
