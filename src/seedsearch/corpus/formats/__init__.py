"""Extract the documents of a file from its bytes, with one module for each format.

A new format takes a module with an `extract` function and a line in `registry.FORMATS`. Other files are read as
plain text, which skips binary content. A module and its library are imported at the first file of the format.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from seedsearch.corpus.formats.registry import BY_TYPE, PLAIN, media_type_of
from seedsearch.corpus.found import Contents, Extracted
from seedsearch.corpus.skip import Skip, needs, unforeseen
from seedsearch.errors import SourceUnreadableError
from seedsearch.model import SourceFile
from seedsearch.record import NamedTuple

if TYPE_CHECKING:
    from seedsearch.corpus.large_files import Cut, Piece

__all__ = [
    "Extractor",
    "Piecewise",
    "extract",
    "extractor_for",
    "finder_for",
    "media_type_of",
    "piecewise",
]

Extractor = Callable[[SourceFile, bytes], Extracted]
"""Returns the documents of a file from its bytes. It may raise Skip or SourceUnreadableError."""


def extractor_for(media_type: str, *more: object) -> Extractor:
    """Return the function that reads this media type, with `more` arguments. Its exceptions are raised as Skip."""
    return partial(_read, media_type if media_type in BY_TYPE else PLAIN, "extract", more)


def finder_for(media_type: str) -> Callable[[SourceFile, bytes], Contents]:
    """Return the same function, or one that leaves documents as the core has found them."""
    if media_type not in _WITH_FOUND:
        return extractor_for(media_type)
    return partial(_read, media_type, "find", ())


def _module(media_type: str) -> ModuleType:
    known = BY_TYPE[media_type]
    name = f"{__name__}.{known.module}"
    try:
        return sys.modules.get(name) or import_module(name)  # import_module is slower here
    except ImportError:
        if not known.extra:
            raise
        raise needs(known.extra) from None


def _read(
    media_type: str, way: str, more: tuple[object, ...], file: SourceFile, data: bytes, /
) -> Extracted:
    try:
        yield from getattr(_module(media_type), way)(file, data, *more)
    except (Skip, SourceUnreadableError):
        raise
    except Exception as error:
        raise unforeseen(error) from error


class Piecewise(NamedTuple):
    """How to read a large file of a format: where to cut it, and how to extract the documents of its pieces."""

    cut: Cut
    extract: Callable[[SourceFile, Iterable[Piece]], Contents]


def piecewise(media_type: str) -> Piecewise | None:
    """Return how to read large files of this media type in pieces, or None if they are read whole."""
    from seedsearch.corpus import large_files  # large files are few: start-up time

    if media_type not in _PIECEWISE:
        return None
    module = _module(media_type)
    match media_type:
        case "application/mbox":
            cut: Cut = module.MessageCut(_LONGEST_MESSAGE)
        case "application/jsonl":
            cut = large_files.LineCut(_LONGEST_RECORD)
        case "text/csv":
            cut = large_files.RowCut()
        case _:
            cut = large_files.TextCut()
    return Piecewise(cut, module.extract_pieces)


_PIECEWISE = frozenset(
    (PLAIN, "text/x-source", "text/csv", "application/jsonl", "application/mbox")
)
_WITH_FOUND = frozenset(("message/rfc822", "application/mbox"))
_LONGEST_RECORD = 16 << 20
_LONGEST_MESSAGE = 40 << 20


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the documents of a file. Raise Skip and SourceUnreadableError."""
    return extractor_for(media_type_of(file.path, data))(file, data)
