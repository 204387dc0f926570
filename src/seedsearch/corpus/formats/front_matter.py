"""The block of facts at the top of a note or a page of a site: YAML between `---`, or TOML between `+++`.

Of YAML only what such blocks hold is read: `name: value`, quoted or not, lists in brackets or in lines with a dash, and
texts that go on in indented lines. Names come in small letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_MOST_CHARS = 20_000
_BLOCK = re.compile(
    r"\ufeff?(---|\+\+\+)[ \t]*\r?\n(.*?)\r?\n(?:\1|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_ENTRY = re.compile(r"([^\W\d][\w .-]{0,60}?)[ \t]*:(?:[ \t]+(.*))?\Z")
_FOLDED = re.compile(r"[|>][+-]?\d?\Z")

Facts = tuple[tuple[str, str], ...]
"""Names and values, in the order in which they stand; a name with several values comes several times."""


def front_matter(text: str) -> tuple[Facts, int]:
    """Return the facts that the block at the top states, and where the block ends; ((), 0) without a block."""
    found = _BLOCK.match(text, 0, _MOST_CHARS)
    if not found:
        return (), 0
    read = _of_toml if found[1] == "+++" else _of_yaml
    facts = ((name.strip().lower(), " ".join(value.split())) for name, value in read(found[2]))
    return tuple((name, value) for name, value in facts if value), found.end()


def _of_toml(block: str) -> Iterator[tuple[str, str]]:
    import tomllib  # few files have it: start-up time

    try:
        table = tomllib.loads(block.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    for name, value in table.items():
        values = value if isinstance(value, list) else [value]
        yield from ((name, str(one)) for one in values if not isinstance(one, dict | list))


def _of_yaml(block: str) -> Iterator[tuple[str, str]]:
    name, held = "", ""
    for line in [*block.splitlines(), "end:"]:
        stripped = line.strip()
        if name and (line[:1].isspace() or stripped.startswith("- ") or not stripped):
            if stripped.startswith("- "):
                yield name, _unquoted(stripped[2:])
            else:
                held = f"{held} {stripped}"
        elif entry := _ENTRY.match(line.rstrip()):
            yield from _values(name, held)
            name, held = entry[1], (entry[2] or "").strip()
            held = "" if _FOLDED.match(held) else held


def _values(name: str, value: str) -> Iterator[tuple[str, str]]:
    """Return the values of a name: one, or those of a list in brackets."""
    value = value.strip()
    if value[:1] == "[" and value[-1:] == "]":
        yield from ((name, _unquoted(one)) for one in value[1:-1].split(","))
    elif value:
        yield name, _unquoted(value)


def _unquoted(value: str) -> str:
    value = value.strip()
    for quote in "\"'":
        if value[:1] == quote:
            return value[1:].partition(quote)[0]
    return value.partition(" #")[0].strip()
