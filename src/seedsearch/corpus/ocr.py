"""Read scanned pages with tesseract, each page once.

Texts are kept in the user's cache under the digest of their file: `seedsearch/ocr` in XDG_CACHE_HOME, or in ~/.cache.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable

from seedsearch.corpus.external_programs import is_there, run
from seedsearch.digest import blake2b
from seedsearch.folders import folder_of_user
from seedsearch.model import OutsideReader

_SECONDS = 120  # for a page
_DIGEST_BYTES = 16
PROGRAM = "tesseract"


class Ocr:
    """Read the pages of one file, given as bytes. `languages` are tesseract's names (eng+deu)."""

    def __init__(self, data: bytes, languages: str, beat: Callable[[], None]) -> None:
        self._digest = blake2b(data, digest_size=_DIGEST_BYTES).hexdigest()
        self._languages = languages
        self._beat = beat

    def text_of(self, page: int, picture: Callable[[], bytes]) -> str:
        """Return the text of a page, by its number. `picture` makes it as PGM. Raise Skip if tesseract fails."""
        name = f"{self._digest[2:]}-{page}-{self._languages}"
        cache = folder_of_user("XDG_CACHE_HOME", ".cache")
        place = os.path.join(cache, "ocr", self._digest[:2], name)
        with contextlib.suppress(OSError), open(place, encoding="utf-8") as file:
            return file.read()
        command = (PROGRAM, "-", "-", "-l", self._languages)
        reader = OutsideReader(command, seconds=_SECONDS)
        text = run(reader, picture(), self._beat).decode("utf-8", "replace")
        with contextlib.suppress(OSError):  # without a cache the page is read again
            _keep(place, text)
        return text


def is_installed() -> bool:
    """Return whether tesseract is installed."""
    return is_there((PROGRAM,))


def _keep(place: str, text: str) -> None:
    """Write a file of the cache, whole or not at all. Only its owner may read it."""
    folder = os.path.dirname(place)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=folder)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(name, place)
