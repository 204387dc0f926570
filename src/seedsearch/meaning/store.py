"""The models of a user: a folder for each in `seedsearch/models` of XDG_DATA_HOME, else of ~/.local/share.

The file `in-use` there names the model to try first. The folder of a model has `model.onnx`, `tokenizer.json` and its
description, `seedsearch-model.json`. It says how to run the model, and has the SHA-256 of both files. A model may come
from anywhere, so every value is checked, and so are the files before they are used.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
from collections.abc import Sequence
from typing import Any

from seedsearch.errors import ModelError, UsageError
from seedsearch.folders import folder_of_user
from seedsearch.record import Record
from seedsearch.spelling import did_you_mean

FILE = "seedsearch-model.json"
PARTS = ("model.onnx", "tokenizer.json")
"""The files of a model."""

NAME = re.compile(r"\w[\w.-]{0,63}", re.ASCII)
KINDS = ("bi-encoder", "cross-encoder")
POOLINGS = ("cls", "mean")
LONGEST_WINDOW = 512

_SCHEMA = "seedsearch.model/1"
_MOST_BYTES = {"model.onnx": 1 << 30, "tokenizer.json": 1 << 26}
_MOST_DESCRIBED = 1 << 16
_IN_USE = "in-use"


class Description(Record):
    """How to run a model.

    A bi-encoder turns a text into a vector, by its first token ("cls") or the mean of all; the similarity of a query
    and a passage is the cosine of their vectors, and `prefix` stands before the query. A cross-encoder scores both at
    once. `window` is the number of tokens of a passage. No `languages` means any. `digests` has the SHA-256 of each of
    PARTS.
    """

    name: str
    kind: str = "bi-encoder"
    pooling: str = "mean"
    prefix: str = ""
    window: int = 128
    languages: tuple[str, ...] = ()
    licence: str = ""
    digests: tuple[str, ...] = ("", "")

    def reads(self, language: str) -> bool:
        """Return whether the model was made for a language; "" is unknown, and read."""
        return not language or not self.languages or language in self.languages


def described(folder: str) -> Description:
    """Return the description of a model in its folder. Raises ModelError."""
    data = read_part(folder, FILE, _MOST_DESCRIBED)
    try:
        values = json.loads(data)
        found = values.pop("schema", "") if isinstance(values, dict) else ""
    except (ValueError, RecursionError):
        found = ""
    if found != _SCHEMA:
        raise ModelError(f"{os.path.join(folder, FILE)}: not a description of a model")
    return checked(values, os.path.join(folder, FILE))


def checked(values: dict[str, Any], place: str) -> Description:
    """Return a description with these values. Raises ModelError for a wrong one, which is in `place`."""
    lists = {"languages", "digests"}
    standard = Description("")
    for key, value in values.items():
        usual = getattr(standard, key, None)
        if key in lists:
            is_right = isinstance(value, list | tuple) and all(isinstance(v, str) for v in value)
        else:
            is_right = usual is not None and type(value) is type(usual)
        if not is_right:
            raise ModelError(f"{place}: {key} is unknown, or has a wrong value")
    made = standard.replace(**{k: tuple(v) if k in lists else v for k, v in values.items()})
    for key, is_right in (
        ("name", bool(NAME.fullmatch(made.name))),
        ("kind", made.kind in KINDS),
        ("pooling", made.pooling in POOLINGS),
        ("window", 8 <= made.window <= LONGEST_WINDOW),
        ("digests", len(made.digests) == len(PARTS)),
    ):
        if not is_right:
            raise ModelError(f"{place}: {key} has a wrong value: {getattr(made, key)!r}")
    return made


def encoded(description: Description) -> bytes:
    """Return a description as the bytes of its file."""
    return (json.dumps({"schema": _SCHEMA, **vars(description)}, indent=1) + "\n").encode()


def parts_of(folder: str) -> tuple[bytes, ...]:
    """Return the bytes of PARTS. Raises ModelError."""
    return tuple(read_part(folder, name, most) for name, most in _MOST_BYTES.items())


def verified_parts(folder: str, description: Description) -> tuple[bytes, ...]:
    """Return the bytes of PARTS, which have the digests of the description. Raises ModelError."""
    parts = parts_of(folder)
    for name, data, digest in zip(PARTS, parts, description.digests, strict=True):
        if sha256(data) != digest:
            raise ModelError(
                f"{os.path.join(folder, name)} is not the file that was added",
                "add the model again",
            )
    return parts


def sha256(data: bytes) -> str:
    """Return the digest of a file, in hex."""
    return hashlib.sha256(data).hexdigest()


def read_part(folder: str, name: str, most: int) -> bytes:
    """Return the bytes of a regular file of at most so many bytes. Raises ModelError."""
    path = os.path.join(folder, name)
    try:
        # O_NONBLOCK: a pipe must not block
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise ModelError(f"{path} is not a regular file")
            if status.st_size > most:
                raise ModelError(f"{path} is larger than {most:,} bytes")
            return file.read(status.st_size + 1)
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}") from error
    except MemoryError:
        raise ModelError(f"not enough memory for {path}") from None


# ------------------------------------------------------------------------------ folders


def models_folder() -> str:
    """Return the folder of the user's models, which need not exist."""
    variable = "LOCALAPPDATA" if os.name == "nt" else "XDG_DATA_HOME"
    return os.path.join(folder_of_user(variable, ".local", "share"), "models")


def folder_of(name: str) -> str:
    """Return the folder of a model."""
    return os.path.join(models_folder(), name)


def names() -> list[str]:
    """Return the names of the models, the one in use first."""
    try:
        found = sorted(name for name in os.listdir(models_folder()) if NAME.fullmatch(name))
    except OSError:
        return []
    found = [name for name in found if os.path.exists(os.path.join(folder_of(name), FILE))]
    first = in_use()
    return sorted(found, key=lambda name: name != first)


def in_use() -> str:
    """Return the name of the model to try first, or ""."""
    try:
        return read_part(models_folder(), _IN_USE, 100).decode("ascii", "replace").strip()
    except ModelError:
        return ""


def installed(name: str) -> Description:
    """Return the description of a model of the user. Raises ModelError, UsageError if there is none."""
    if name not in (known := names()):
        hint = did_you_mean(name, known, "see seedsearch model list")
        raise UsageError(f"no such model: {name}", hint)
    found = described(folder_of(name))
    if found.name != name:
        raise ModelError(f"{folder_of(name)}: the description is of another model, {found.name}")
    return found


def use(name: str) -> None:
    """Try this model first. Raises ModelError, UsageError, OSError."""
    installed(name)
    _write(os.path.join(models_folder(), _IN_USE), f"{name}\n".encode())


def keep(description: Description, parts: Sequence[bytes]) -> None:
    """Put a model into the folder of models; the first one is in use. Raises UsageError, OSError."""
    folder = folder_of(description.name)
    if os.path.lexists(folder):
        raise UsageError(f"there is a model {description.name}", f"remove {folder} first")
    scratch = f"{models_folder()}/.{description.name}.{os.getpid()}"
    os.makedirs(scratch, mode=0o700)
    try:
        for name, data in zip((*PARTS, FILE), (*parts, encoded(description)), strict=True):
            _write(os.path.join(scratch, name), data)
        os.rename(scratch, folder)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    if not in_use():
        use(description.name)


def not_loaded(error: ImportError | MemoryError) -> ModelError:
    """Return the error for packages that cannot be imported."""
    if isinstance(error, ModuleNotFoundError):
        return ModelError(
            "models need the packages onnxruntime, tokenizers and numpy",
            "pip install 'seedsearch[semantic]'",
        )
    return ModelError(f"the packages for models cannot be loaded: {error or 'not enough memory'}")


def _write(path: str, data: bytes) -> None:
    scratch = f"{path}.{os.getpid()}"
    with open(scratch, "wb") as file:
        file.write(data)
    os.replace(scratch, path)
