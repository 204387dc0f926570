"""Office 97 to 2003 (.doc, .xls, .ppt): compound files; each is read by what its streams are."""

from __future__ import annotations

from collections.abc import Iterator

from seedsearch.corpus.formats import text
from seedsearch.corpus.formats.ole import Container, is_ole
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, SourceFile


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """The documents of a file. Raises Skip for what is broken, encrypted, or has no reader."""
    if not is_ole(data):  # text that is called `.xls`
        yield from text.extract(file, data)
        return
    container = Container(data)
    if "EncryptedPackage" in container:
        raise Skip("encrypted")
    raise Skip("an Office format that has no reader")
