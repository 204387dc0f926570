"""Extractors: from the bytes of a file to its documents, one module a format.

A new format costs one module with an `extract` and one line in `formats.FORMATS`. What no line
claims is read as plain text, which passes over binary content. A module is imported when the first
file of its format comes, and its library with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Protocol, cast

from seedsearch.corpus.extract import text
from seedsearch.corpus.extract.formats import BY_TYPE, PLAIN, media_type_of
from seedsearch.corpus.skip import Problem
from seedsearch.model import ExtractedDocument, SourceFile

__all__ = ["Extracted", "Extractor", "extract", "extractor_for", "media_type_of"]

Extracted = Iterable[ExtractedDocument | Problem]
"""The documents of a file, and what had to be left out between them, in the order of the file."""


class Extractor(Protocol):
    """Gives the documents of a file from its bytes; may raise Skip or SourceUnreadableError."""

    def __call__(self, file: SourceFile, data: bytes, /) -> Extracted:
        """The documents and problems, in the order of the file."""


def extractor_for(media_type: str) -> Extractor:
    """The function that reads this media type."""
    if media_type == PLAIN or media_type not in BY_TYPE:
        return text.extract
    return cast(Extractor, import_module(BY_TYPE[media_type].module).extract)


def extract(file: SourceFile, data: bytes) -> Extracted:
    """The documents of a file. Raises Skip, SourceUnreadableError."""
    return extractor_for(media_type_of(file.path, data))(file, data)
