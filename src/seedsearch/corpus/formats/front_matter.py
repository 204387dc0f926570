"""Read front matter: the block of YAML (---) or TOML (+++) at the top of a text, which states facts about it.

Of YAML only the usual forms are read: quoted, plain, folded and literal strings, and lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_BLOCK = re.compile(
    r"\ufeff?(---|\+\+\+)[ \t]*\r?\n(.*?)\r?\n(?:\1|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_MOST_CHARS = 20_000
_KEY = re.compile(r"([\w-]{1,60}+)[ \t]*+:(?:[ \t]++(.*+)|[ \t]*+)\Z")
_COMMENT = re.compile(r"(?:\A|\s)#.*+")
_NAMES = ("name", "title", "label")  # of the things in a list
_DATES = ("date", "published", "publishdate", "pubdate", "created", "updated", "modified")


def front_matter(text: str) -> tuple[dict[str, str], int]:
    """Return the facts by lower-case names, and the end of the block; `date` is the first date that is given."""
    found = _BLOCK.match(text, 0, _MOST_CHARS)
    if not found:
        return {}, 0
    said = dict(_of_toml(found[2]) if found[1] == "+++" else _of_yaml(found[2].splitlines()))
    facts = {name.lower(): " ".join(value.split()) for name, value in said.items()}
    facts = {name: value for name, value in facts.items() if value}
    date = next((facts[name] for name in _DATES if name in facts), "")
    return ({"date": date} if date else {}) | facts, found.end()


def _of_toml(block: str) -> Iterator[tuple[str, str]]:
    import tomllib  # few texts have it: start-up time

    try:
        table = tomllib.loads(block.replace("\r\n", "\n"))
    except (ValueError, RecursionError):
        for line in block.splitlines():
            name, sign, value = line.partition("=")
            if sign:
                yield name.strip(), _unquoted(value)
        return
    for name, value in table.items():
        yield name, _words_of(value)


def _words_of(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_words_of(part) for part in value if not isinstance(part, dict | list))
    return "" if isinstance(value, dict) else str(value)


def _of_yaml(lines: list[str]) -> Iterator[tuple[str, str]]:
    name, parts, is_list = "", list[str](), False
    for line in lines:
        key = _KEY.match(line)
        item = line.strip()
        if key:
            yield name, (", " if is_list else " ").join(parts)
            value = _unquoted(key[2] or "")
            name, is_list = key[1], False
            parts = [] if value.strip("+-0123456789") in (">", "|") else [value]
        elif item.startswith("- ") and name:
            is_list = True
            said = _unquoted(item[2:])
            inner = _KEY.match(said)
            if inner is None or inner[1].lower() in _NAMES:
                parts = [*filter(None, parts), _unquoted(inner[2] or "") if inner else said]
        elif is_list and _KEY.match(item):
            continue  # a further fact about a person or a thing in the list
        elif line[:1] in (" ", "\t") and item:
            parts.append(item)
    yield name, (", " if is_list else " ").join(parts)


def _unquoted(value: str) -> str:
    """Return a value without its quotes or the comment after it, or the items of `[a, b]`."""
    value = value.strip()
    if value[:1] in ("'", '"'):
        end = value.find(value[0], 1)
        return value[1:end] if end > 0 else value[1:]
    value = _COMMENT.sub("", value)
    if value.startswith("[") and value.endswith("]"):
        return ", ".join(_unquoted(part) for part in value[1:-1].split(","))
    return value.strip()
