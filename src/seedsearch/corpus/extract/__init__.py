"""Extractors: from the bytes of a file to its documents, one module a format.

A new format costs one module with an `extract`, one line in `_BY_TYPE` and its file name endings in
`_BY_ENDING`. What no line claims is read as plain text, which passes over binary content.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Protocol, cast

from seedsearch.corpus.extract import text
from seedsearch.model import ExtractedDocument, SourceFile

__all__ = ["Extractor", "extract", "extractor_for", "media_type_of"]


class Extractor(Protocol):
    """Gives the documents of a file from its bytes; may raise Skip or SourceUnreadableError."""

    def __call__(self, file: SourceFile, data: bytes, /) -> Iterable[ExtractedDocument]:
        """The documents, in the order of the file."""


_PLAIN = "text/plain"

_BY_ENDING: dict[str, str] = {}
"""Lower-case ending with its dot -> media type, where it is not plain text."""

_BY_TYPE: dict[str, str] = {}
"""Media type -> the module that reads it, imported when the first such file comes."""


def media_type_of(path: str) -> str:
    """The media type of a file, by its name."""
    _, dot, ending = path.rpartition(".")
    return _BY_ENDING.get(dot + ending.lower(), _PLAIN)


def extractor_for(media_type: str) -> Extractor:
    """The function that reads this media type."""
    module = _BY_TYPE.get(media_type)
    return cast(Extractor, import_module(module).extract) if module else text.extract


def extract(file: SourceFile, data: bytes) -> Iterable[ExtractedDocument]:
    """The documents of a file. Raises Skip, SourceUnreadableError."""
    return extractor_for(media_type_of(file.path))(file, data)
