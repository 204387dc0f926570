"""Read PowerPoint 97 to 2003: the texts of slides and notes, in their stored order."""

from __future__ import annotations

import struct

from seedsearch.corpus.formats.document_builder import Writing, clean_text
from seedsearch.corpus.formats.ole import Container
from seedsearch.corpus.skip import ENCRYPTED, Skip

_SLIDE, _NOTES, _OUTLINE, _OUTLINED_SLIDE, _MASTER = 1006, 1008, 4080, 1011, 1016
_WIDE, _NARROW = 4000, 4008
_CONTAINER = 0xF
_MAX_DEPTH = 40
_ENDS = str.maketrans({"\r": "\n", "\x0b": "\n", "\0": None})


def written(container: Container) -> Writing:
    """Return the texts of the slides. Raise Skip if they are encrypted."""
    if "EncryptedSummary" in container:
        raise Skip(ENCRYPTED)
    reading = _Reading(container.read("PowerPoint Document"))
    reading.inside(0, len(reading.data), 0)
    return reading.written()


class _Reading:
    """Collects the texts. The outline's texts of a slide are joined with the texts in its boxes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._outline: list[list[str]] = []
        self._slides: list[list[str]] = []
        self._notes: list[str] = []
        self._into: list[str] | None = None

    def inside(self, at: int, end: int, depth: int) -> None:
        """Read the records of a container."""
        while at + 8 <= end:
            head, kind, size = struct.unpack_from("<HHI", self.data, at)
            begin, at = at + 8, at + 8 + size
            if kind == _OUTLINED_SLIDE and self._into is not None:
                self._into = []
                self._outline.append(self._into)
            elif kind in (_WIDE, _NARROW) and self._into is not None:
                encoding = "utf-16-le" if kind == _WIDE else "latin-1"
                text = self.data[begin : min(at, end)].decode(encoding, "replace")
                self._into += filter(None, [clean_text(text.translate(_ENDS)).strip()])
            elif head & 0xF == _CONTAINER and kind != _MASTER and depth < _MAX_DEPTH:
                self._enter(kind, begin, min(at, end), depth)

    def _enter(self, kind: int, at: int, end: int, depth: int) -> None:
        before = self._into
        if kind == _SLIDE:
            self._into = []
            self._slides.append(self._into)
        elif kind == _NOTES:
            self._into = self._notes
        elif kind == _OUTLINE:
            instance = struct.unpack_from("<H", self.data, at - 8)[0] >> 4
            self._into = [] if instance == 0 else None  # the others belong to masters and notes
        self.inside(at, end, depth + 1)
        self._into = before

    def written(self) -> Writing:
        """Return the slides by number, then the notes."""
        writing = Writing()
        for number in range(max(len(self._outline), len(self._slides))):
            every = [
                part
                for texts in (self._outline, self._slides)
                for part in (texts[number : number + 1] or [[]])[0]
            ]
            texts = list(dict.fromkeys(every))
            if texts:
                writing.paragraphs(texts, texts[0].partition("\n")[0], number + 1)
        writing.paragraphs(dict.fromkeys(self._notes), "Notes")
        return writing
