"""Read DrawingML, the text of slides, charts, SmartArt and shapes in Office Open XML."""

from __future__ import annotations

from seedsearch.corpus.formats import xml
from seedsearch.corpus.formats.document_builder import clean_text

_NOT_SAID = frozenset(("sldNum", "dt", "ftr", "hdr", "sldImg"))
"""Placeholders with the same text on every slide."""
_TITLES = frozenset(("title", "ctrTitle"))


class Drawing(xml.Handler):
    """Collects the texts of a part: `title` is a slide's title, `paragraphs` has all texts in order."""

    def __init__(self) -> None:
        self.title = ""
        self.paragraphs: list[str] = []
        self._placeholder = ""
        self._shapes: list[int] = []  # where the paragraphs of each open shape begin
        self._text: list[str] = []
        self._values: list[str] = []
        self._row: list[str] | None = None
        self._cell = 0
        self._is_text = False
        self._ignored = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        if self._ignored or name in ("Fallback", "rPh") or attributes.get("type") == "slidenum":
            self._ignored += 1
        elif name in ("t", "v", "text"):
            self._is_text = True
            if name != "t":
                self._text = []
        elif name in ("cNvPr", "docPr"):
            self.paragraphs += described(attributes)
        elif name == "sp":
            self._placeholder = ""
            self._shapes.append(len(self.paragraphs))
        elif name == "ph":
            self._placeholder = attributes.get("type", "body")
        elif name == "br":
            self._text.append("\n")
        elif name == "tr":
            self._row = []
        elif name == "tc" and self._row is not None:
            self._cell = len(self.paragraphs)
        elif name == "p":
            self._text = []
        elif name in ("cat", "val", "tx", "xVal", "yVal"):
            self._values = []

    def text(self, data: str) -> None:
        """Take characters."""
        if self._is_text and not self._ignored:
            self._text.append(data)

    def end(self, name: str) -> None:
        """End an element."""
        if self._ignored:
            self._ignored -= 1
        elif name == "t":
            self._is_text = False
        elif name == "v":
            self._is_text = False
            self._values += self._taken()
        elif name in ("p", "text"):
            self._is_text = False
            self.paragraphs += self._taken()
        elif name in ("cat", "val", "tx", "xVal", "yVal") and self._values:
            self.paragraphs.append(", ".join(self._values))
            self._values = []
        elif name == "tc" and self._row is not None:
            self._row.append(" ".join(self.paragraphs[self._cell :]))
            del self.paragraphs[self._cell :]
        elif name == "tr" and self._row is not None:
            self.paragraphs += filter(None, ["\t".join(self._row).strip()])
            self._row = None
        elif name == "sp" and self._shapes:
            self._end_shape(self._shapes.pop())

    def _taken(self) -> list[str]:
        text = clean_text("".join(self._text)).strip()
        self._text = []
        return [text] if text else []

    def _end_shape(self, begin: int) -> None:
        if self._placeholder in _NOT_SAID:
            del self.paragraphs[begin:]
        elif self._placeholder in _TITLES:
            self.title = self.title or " ".join(self.paragraphs[begin:])
        self._placeholder = ""


def described(attributes: dict[str, str]) -> list[str]:
    """Return the alternative text of a picture, as a paragraph in brackets."""
    said = dict.fromkeys(
        text
        for key in ("title", "descr", "alt")
        if (text := " ".join(attributes.get(key, "").split()))
    )
    return [f"[{clean_text('. '.join(said))}]"] if said else []


def texts_of(data: bytes) -> list[str]:
    """Return the paragraphs of a part. Raise Skip if it is broken."""
    found = Drawing()
    xml.parse(data, found)
    return found.paragraphs
