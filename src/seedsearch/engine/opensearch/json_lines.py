"""JSON: what goes to a cluster and comes back, by orjson.

It takes a fifth of the time of the standard library, and JSON is much of what a client does. What orjson refuses
(strings with lone surrogates, named tuples), the standard library writes and reads.
"""

from __future__ import annotations

import json
from typing import Any

from seedsearch.engine.opensearch.extra import orjson

_standard = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def encoded(values: object) -> bytes:
    """Return values as JSON on one line, in UTF-8. Lone surrogates are escaped."""
    try:
        return orjson.dumps(values)
    except TypeError:
        return _standard(values).encode()


def dumped(values: object) -> str:
    """Return values as JSON on one line, which holds lone surrogates, but has none itself."""
    return encoded(values).decode()


def loaded(line: str) -> Any:
    """Return the values of JSON. Raises ValueError."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return json.loads(line)
