"""The models of a user: a folder for each in `seedsearch/models` of XDG_DATA_HOME, else of ~/.local/share.

The file `in-use` there names the model to try first.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence

from seedsearch.errors import ModelError, UsageError
from seedsearch.folders import folder_of_user
from seedsearch.meaning.description import (
    FILE,
    NAME,
    PARTS,
    Description,
    described,
    encoded,
    read_part,
)
from seedsearch.spelling import did_you_mean

_IN_USE = "in-use"


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
