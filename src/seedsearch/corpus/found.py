"""Documents that the compiled core has found as a whole: their texts and passages need not become objects of Python."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from seedsearch.model import Document, ExtractedDocument, Section
from seedsearch.record import NamedTuple

if TYPE_CHECKING:
    from seedsearch.core import _core
    from seedsearch.corpus.skip import Problem


class FoundDocument(NamedTuple):
    """A document with its passages, as the core has found them in a file of UTF-8.

    The items before `text` are those of Document.
    """

    path: str
    title: str
    id: str
    member: str
    media_type: str
    fields: tuple[tuple[str, str], ...]
    text: _core.FoundText

    @property
    def document(self) -> Document:
        """The metadata, with the language."""
        path, title, id, member, media_type, fields, text = self
        return Document(
            path, title, "utf-8", "strict", 1.0, id, member, media_type, text.language(), fields
        )

    def extracted(self) -> ExtractedDocument:
        """Return the same as a reader in Python returns it."""
        text, (lines, ends) = self.text.text(), self.text.lines()
        places = memoryview(lines).cast("q"), memoryview(ends).cast("q")
        return ExtractedDocument(
            self.document, text, (Section(0, len(text)),),
            lines=places[0], ends=places[1], spans=self.text.spans(),
        )  # fmt: skip


Extracted: TypeAlias = "Iterable[ExtractedDocument | Problem]"
"""The documents of a file and the problems between them, in the order of the file."""

Contents: TypeAlias = "Iterable[ExtractedDocument | FoundDocument | Problem]"
"""The same, where the core may have found a document."""


def extracted(contents: Contents) -> Extracted:
    """Yield documents as readers in Python return them."""
    for each in contents:
        yield each.extracted() if isinstance(each, FoundDocument) else each
