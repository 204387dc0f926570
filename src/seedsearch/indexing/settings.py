"""What the owner of an index chose for each root: kept beside the roots, as one opaque text.

The text is JSON. It comes from an index folder, which somebody else may have made: what is not as it should
be counts as not said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from seedsearch.corpus.walk import Selection

_DEFAULT = Selection()


def load_selections(text: str) -> dict[str, Selection]:
    """The Selection of each root (by its stored path) that has one of its own."""
    try:
        roots = json.loads(text)["roots"] if text else {}
        return {
            root: _selection(chosen) for root, chosen in roots.items() if isinstance(chosen, dict)
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def dump_selections(selections: Mapping[str, Selection]) -> str:
    """The text that stands for them; "" where all are as by default."""
    roots = {
        root: {
            name: value
            for name, value in vars(selection).items()
            if value != getattr(_DEFAULT, name)
        }
        for root, selection in sorted(selections.items())
        if selection != _DEFAULT
    }
    return json.dumps({"roots": roots}, separators=(",", ":")) if roots else ""


def _selection(chosen: Mapping[str, Any]) -> Selection:
    known: dict[str, Any] = {}
    for name in Selection._fields:
        default, value = getattr(_DEFAULT, name), chosen.get(name)
        if isinstance(default, tuple) and isinstance(value, list):
            known[name] = tuple(item for item in value if isinstance(item, str))
        elif type(value) is type(default):
            known[name] = value
    return Selection(**known)
