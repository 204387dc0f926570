"""Read DrawingML, the text of slides, charts, SmartArt and shapes in Office Open XML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from xml.etree.ElementTree import Element

from seedsearch.corpus.formats import xml
from seedsearch.corpus.formats.document_builder import clean_text

_NOT_SAID = frozenset(("sldNum", "dt", "ftr", "hdr", "sldImg"))
"""Placeholders with the same text on every slide."""
_TITLES = frozenset(("title", "ctrTitle"))
_IGNORED = frozenset(("Fallback", "rPh"))
_VALUES = frozenset(("cat", "val", "tx", "xVal", "yVal"))


class Drawing:
    """The texts of a part: `title` is a slide's title, `paragraphs` has all texts in order. Raise Skip if broken."""

    def __init__(self, data: bytes) -> None:
        self.title = ""
        self.root = xml.root_of(data)
        self.paragraphs = list(self._paragraphs((self.root,)))

    def _paragraphs(self, elements: Iterable[Element]) -> Iterator[str]:
        for element in elements:
            tag = element.tag
            if tag in _IGNORED:
                continue
            if tag in ("cNvPr", "docPr"):
                yield from described(element.attrib)
            elif tag == "sp":
                yield from self._shape(element)
            elif tag in ("p", "text"):
                yield from _shown("".join(_pieces((element,))))
            elif tag == "tr":
                cells = (" ".join(self._paragraphs(cell)) for cell in element.iterfind("tc"))
                yield from _shown("\t".join(cells))
            else:
                yield from self._paragraphs(element)
                if tag in _VALUES:
                    said = (_shown("".join(value.itertext())) for value in element.iter("v"))
                    yield from _shown(", ".join(text for texts in said for text in texts))

    def _shape(self, shape: Element) -> list[str]:
        placeholder = next(shape.iter("ph"), None)
        kind = "" if placeholder is None else placeholder.get("type", "body")
        if kind in _NOT_SAID:
            return []
        paragraphs = list(self._paragraphs(shape))
        if kind in _TITLES:
            self.title = self.title or " ".join(paragraphs)
        return paragraphs


def _pieces(elements: Iterable[Element]) -> Iterator[str]:
    """Yield the pieces of a paragraph's text, without numbers of slides."""
    for element in elements:
        if element.tag in _IGNORED or element.get("type") == "slidenum":
            continue
        if element.tag in ("t", "text"):
            yield element.text or ""
        elif element.tag == "br":
            yield "\n"
        yield from _pieces(element)


def _shown(text: str) -> list[str]:
    text = clean_text(text).strip()
    return [text] if text else []


def described(attributes: Mapping[str, str]) -> list[str]:
    """Return the alternative text of a picture, as a paragraph in brackets."""
    said = dict.fromkeys(
        text
        for key in ("title", "descr", "alt")
        if (text := " ".join(attributes.get(key, "").split()))
    )
    return [f"[{clean_text('. '.join(said))}]"] if said else []
