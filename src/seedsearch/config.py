"""Configuration files: `seedsearch.toml` beside an index, and the user's own `config.toml`.

The project's file lies in the folder that holds the index folder. The user's file is `seedsearch/config.toml` in
XDG_CONFIG_HOME, else in ~/.config. Options override the environment, the environment overrides the project's file,
and the project's file overrides the user's. Without either file, loading costs two `stat` calls and imports no TOML
reader.

A project's file may come from somebody else, with the documents. It is read only if it belongs to the user, or if
the user trusts its folder. It may name only files in its folder, and its numbers have upper limits.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from seedsearch.errors import UsageError
from seedsearch.folders import folder_of_user, is_below, is_own
from seedsearch.model import OutsideReader
from seedsearch.patterns import pattern
from seedsearch.record import Record
from seedsearch.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT_FILE = "seedsearch.toml"


class Config(Record):
    """The settings of both files. None means that neither file sets the value.

    `memory` is in MB and `timeout` in seconds. In `ignore` and `encodings`, later entries override earlier ones.
    `encodings` holds pairs of a glob and a codec name; globs are as in a .gitignore in the folder that holds the index.
    `readers` holds pairs of a glob and a program from outside: only the user's file may name programs.
    `ocr` are the languages of scanned pages, as tesseract names them; `--ocr` alone means English.
    `rerank` and `rerank_ms` are as in `query --rerank`.
    `synonyms` is a path, resolved against the folder of the file that sets it. `collection` is the collection that
    answers outside of any index. `trusted` are folders of other users whose index and configuration may be used. Only
    the user's file can set these two.
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
    readers: tuple[tuple[str, OutsideReader], ...] = ()
    ocr: str | None = None
    collection: str | None = None
    rerank: int | str | None = None
    rerank_ms: int | None = None
    trusted: tuple[str, ...] = ()


_NUMBERS = {  # key: (field of Config, minimum, maximum in a project's file)
    "query.limit": ("limit", 0, sys.maxsize),
    "query.per-file": ("per_file", 0, sys.maxsize),
    "query.rerank-ms": ("rerank_ms", 1, 10_000),
    "index.jobs": ("jobs", 1, os.cpu_count() or 1),
    "index.memory": ("memory", 64, 1024),
    "index.timeout": ("timeout", 1, 300),
}
_MOST_BYTES = 1 << 20  # of a configuration file, and of a synonyms file that a project's file names
# A key of so many parts that reading it takes the square of their number.
_DOTS = pattern(r"""(?:\.[ \t]*+(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+){100}""")
_COLORS = ("auto", "always", "never")
_KEYS = (
    *_NUMBERS,
    "query.color",
    "query.synonyms",
    "query.collection",
    "query.rerank",
    "index.ignore",
    "index.ocr",
    "encodings",
    "readers",
    "trust.folders",
)
_OF_READER = {"files": str, "command": list, "writes": str, "timeout": int, "memory": int}


def load_config(base: str) -> Config:
    """Return the configuration of an index whose folder lies in `base`. Raises UsageError."""
    config = Config()
    for path in (user_file(), os.path.join(base, PROJECT_FILE)):
        if path and os.path.isfile(path):
            if not _is_users(path):
                _check_owner(path)
            config = _with_file(config, path)
    return config


def user_config() -> Config:
    """Return the settings of the user's file. Raises UsageError."""
    path = user_file()
    return _with_file(Config(), path) if os.path.isfile(path) else Config()


def is_trusted(folder: str) -> bool:
    """Return whether the user's file trusts a folder of another user. Raises UsageError."""
    return os.path.realpath(folder) in user_config().trusted


def user_file() -> str:
    """Return the path of the user's file, which need not exist."""
    return os.path.join(user_folder(), "config.toml")


def user_folder() -> str:
    """Return the folder of the user's file and collections, which need not exist."""
    return folder_of_user("XDG_CONFIG_HOME", ".config")


def _with_file(config: Config, path: str) -> Config:
    import tomllib  # start-up time: most folders have no file to read

    try:
        with open(path, "rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise UsageError(f"{path}: larger than {_MOST_BYTES:,} bytes")
        if _DOTS.search(text := data.decode()):
            raise RecursionError
        tables = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # not TOML, or not UTF-8
        # The library says how to change limits of Python.
        said = {RecursionError: "nested too deeply", ValueError: "a number with too many digits"}
        reason = said.get(type(error), error)
        raise UsageError(f"{path}: {reason}", "see seedsearch help configuration") from error
    return _with_tables(config, path, tables)


def _with_tables(config: Config, path: str, tables: Mapping[str, Any]) -> Config:
    found: dict[str, Any] = {}
    for table, values in tables.items():
        if table == "encodings" and isinstance(values, dict):
            pairs = tuple((glob, _codec(path, glob, name)) for glob, name in values.items())
            found["encodings"] = config.encodings + pairs
        elif table == "readers" and _is_list(values, dict):
            if not _is_users(path):
                raise UsageError(
                    f"{path}: readers are programs, and only your own file may name them",
                    f"write them in {user_file()}",
                )
            found["readers"] = config.readers + tuple(_reader(path, value) for value in values)
        elif table in ("query", "index", "trust") and isinstance(values, dict):
            for key, value in values.items():
                field, checked = _value(path, f"{table}.{key}", value, config)
                found[field] = checked
        elif table in ("encodings", "query", "index", "trust"):
            raise UsageError(f"{path}: {table} must be a table", f"begin it with [{table}]")
        elif table == "readers":
            raise UsageError(f"{path}: readers must be tables", "begin each with [[readers]]")
        else:
            raise _unknown(path, table)
    return config.replace(**found)


def _value(path: str, key: str, value: Any, config: Config) -> tuple[str, Any]:
    if key in _NUMBERS:
        field, minimum, maximum = _NUMBERS[key]
        if type(value) is not int or value < minimum:
            raise UsageError(f"{path}: {key} must be a whole number, {minimum} or more")
        return field, value if _is_users(path) else min(value, maximum)
    if key == "query.color":
        if value not in _COLORS:
            raise UsageError(f"{path}: {key} must be one of {', '.join(_COLORS)}")
        return "color", value
    if key == "query.synonyms":
        if not isinstance(value, str) or not value or "\0" in value:
            raise UsageError(f'{path}: {key} must be the path of a file, such as "names.txt"')
        named = os.path.join(os.path.dirname(path), os.path.expanduser(value))
        if not _is_users(path):
            _check_named(path, key, named)
        return "synonyms", named
    if key == "query.rerank":
        if value != "auto" and (type(value) is not int or value < 0):
            raise UsageError(f'{path}: {key} must be a number of passages, or "auto"')
        return "rerank", value
    if key == "index.ocr":
        if not isinstance(value, str) or not value.replace("+", "").replace("_", "").isalpha():
            raise UsageError(f'{path}: {key} must be languages of tesseract, such as "eng+deu"')
        return "ocr", value
    if key == "query.collection" and _is_users(path):
        if not isinstance(value, str) or not value:
            raise UsageError(f'{path}: {key} must be the name of a collection, such as "notes"')
        return "collection", value
    if key == "trust.folders" and _is_users(path):
        if not _is_list(value, str) or "\0" in "".join(value):
            raise UsageError(f'{path}: {key} must be a list of folders, such as ["/srv/docs"]')
        return "trusted", tuple(os.path.realpath(os.path.expanduser(item)) for item in value)
    if key == "index.ignore":
        if not _is_list(value, str):
            raise UsageError(f'{path}: {key} must be a list of globs, such as ["*.bak", "old/"]')
        return "ignore", config.ignore + tuple(value)
    raise _unknown(path, key)


def _reader(path: str, table: Mapping[str, Any]) -> tuple[str, OutsideReader]:
    for key, value in table.items():
        if key not in _OF_READER:
            raise UsageError(
                f"{path}: unknown key readers.{key}", f"the keys are {', '.join(_OF_READER)}"
            )
        if type(value) is not _OF_READER[key] or not value or (type(value) is int and value < 1):
            raise UsageError(f"{path}: readers.{key} has a wrong value: {value!r}")
    command = table.get("command", ())
    if "files" not in table or not _is_list(command, str) or not command:
        raise UsageError(
            f"{path}: a reader needs files and a command",
            'such as files = "*.djvu", command = ["djvutxt", "{}"]',
        )
    standard = OutsideReader(tuple(command))
    return table["files"], standard._replace(
        writes="." + table.get("writes", "txt").lstrip("."),
        seconds=float(table.get("timeout", standard.seconds)),
        megabytes=table.get("memory", standard.megabytes),
    )


def _is_list(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def _is_users(path: str) -> bool:
    return path == user_file()


def _check_owner(path: str) -> None:
    """Raise UsageError if a project's file belongs to another user and its folder is not trusted."""
    if not is_own(os.lstat(path)) and not is_trusted(os.path.dirname(path)):
        raise UsageError(
            f"{path} belongs to another user",
            f"to trust it, add its folder to trust.folders in {user_file()}",
        )


def _check_named(path: str, key: str, named: str) -> None:
    """Raise UsageError for a file that a project's file may not name."""
    folder = os.path.realpath(os.path.dirname(path))
    if not is_below(os.path.realpath(named), folder):
        raise UsageError(
            f"{path}: {key} names a file outside of its folder",
            f"name it with --synonyms, or in {user_file()}",
        )
    if os.path.exists(named) and not os.path.isfile(named):
        raise UsageError(f"{path}: {key} must name a file, not a folder, a pipe or a device")
    if os.path.isfile(named) and os.path.getsize(named) > _MOST_BYTES:
        raise UsageError(
            f"{path}: {key} names a file of more than {_MOST_BYTES:,} bytes",
            f"name it with --synonyms, or in {user_file()}",
        )


def _codec(path: str, glob: str, name: Any) -> str:
    import codecs

    try:
        if isinstance(name, str) and isinstance(b"a".decode(name, "replace"), str):
            found = codecs.lookup(name).name
            if found != "punycode":  # of names of hosts: its time grows with the square of a text
                return found
    except (LookupError, ValueError):
        pass
    raise UsageError(
        f"{path}: encodings: {glob!r}: no such encoding: {name}",
        "try a name such as cp1251, shift_jis or utf-16-le",
    )


def _unknown(path: str, key: str) -> UsageError:
    hint = did_you_mean(key, _KEYS, f"the keys are {', '.join(_KEYS)}")
    return UsageError(f"{path}: unknown key {key}", hint)
