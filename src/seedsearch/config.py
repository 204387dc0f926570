"""What is configured: `seedsearch.toml` beside an index, and the user's own file.

The project's file stands in the folder that holds the index folder; the user's is `seedsearch/config.toml` in
XDG_CONFIG_HOME (else ~/.config). Flags are stronger than the environment, that than the project's file, that than
the user's. Most folders have neither: to find that out costs two `stat`s, and no import of a TOML reader.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from seedsearch.errors import UsageError
from seedsearch.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT_FILE = "seedsearch.toml"


class Config(Record):
    """What files say; None where they say nothing. Of `ignore` and `encodings`, later ones are stronger.

    `encodings` holds (glob, name of a codec); globs are as in a .gitignore, from the folder that holds the index.
    `synonyms` is the path of a file, which is named relative to the file that names it.
    """

    limit: int | None = None
    per_file: int | None = None
    color: str | None = None
    synonyms: str | None = None
    jobs: int | None = None
    memory: int | None = None
    timeout: int | None = None
    ignore: tuple[str, ...] = ()
    encodings: tuple[tuple[str, str], ...] = ()


_NUMBERS = {  # key: the field, the least value
    "query.limit": ("limit", 0),
    "query.per-file": ("per_file", 0),
    "index.jobs": ("jobs", 1),
    "index.memory": ("memory", 64),
    "index.timeout": ("timeout", 1),
}
_COLORS = ("auto", "always", "never")
_KEYS = (*_NUMBERS, "query.color", "query.synonyms", "index.ignore", "encodings")


def load_config(base: str) -> Config:
    """What is configured for an index whose folder lies in `base`. Raises UsageError."""
    config = Config()
    for path in (user_file(), os.path.join(base, PROJECT_FILE)):
        if path and os.path.isfile(path):
            config = _with_file(config, path)
    return config


def user_file() -> str:
    """The path of the user's own file, whether it is there or not."""
    folder = os.environ.get("XDG_CONFIG_HOME", "")
    if not os.path.isabs(folder):  # the specification says to pass over a relative one
        folder = os.path.join(os.path.expanduser("~"), ".config")
    return os.path.join(folder, "seedsearch", "config.toml")


def _with_file(config: Config, path: str) -> Config:
    import tomllib  # only where there is something to read: start-up time

    try:
        with open(path, "rb") as file:
            tables = tomllib.load(file)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # TOML or UTF-8 that is none
        raise UsageError(f"{path}: {error}", "see docs/configuration.md") from error
    return _with_tables(config, path, tables)


def _with_tables(config: Config, path: str, tables: Mapping[str, Any]) -> Config:
    found: dict[str, Any] = {}
    for table, values in tables.items():
        if table == "encodings" and isinstance(values, dict):
            told = tuple((glob, _codec(path, glob, name)) for glob, name in values.items())
            found["encodings"] = config.encodings + told
        elif table in ("query", "index") and isinstance(values, dict):
            for key, value in values.items():
                field, checked = _value(path, f"{table}.{key}", value, config)
                found[field] = checked
        else:
            raise _unknown(path, table)
    return config.replace(**found)


def _value(path: str, key: str, value: Any, config: Config) -> tuple[str, Any]:
    if key in _NUMBERS:
        field, least = _NUMBERS[key]
        if type(value) is not int or value < least:
            raise UsageError(f"{path}: {key} must be a whole number, {least} or more")
        return field, value
    if key == "query.color":
        if value not in _COLORS:
            raise UsageError(f"{path}: {key} must be one of {', '.join(_COLORS)}")
        return "color", value
    if key == "query.synonyms":
        if not isinstance(value, str) or not value or "\0" in value:
            raise UsageError(f'{path}: {key} must be the path of a file, as in "names.txt"')
        return "synonyms", os.path.join(os.path.dirname(path), os.path.expanduser(value))
    if key == "index.ignore":
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise UsageError(f'{path}: {key} must be a list of globs, as in ["*.bak", "old/"]')
        return "ignore", config.ignore + tuple(value)
    raise _unknown(path, key)


def _codec(path: str, glob: str, name: Any) -> str:
    import codecs

    try:
        if isinstance(name, str) and isinstance(b"a".decode(name, "replace"), str):
            return codecs.lookup(name).name
    except (LookupError, ValueError):
        pass
    raise UsageError(
        f"{path}: encodings: {glob!r}: no such encoding: {name}",
        "as in cp1251, shift_jis, utf-16-le",
    )


def _unknown(path: str, key: str) -> UsageError:
    import difflib  # only when something is wrong: start-up time

    close = difflib.get_close_matches(key, _KEYS, 1, 0.5)
    hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(_KEYS)}"
    return UsageError(f"{path}: unknown key {key}", hint)
