"""Read Office Open XML packages (Word, Excel, PowerPoint): their parts, relations, facts and drawings."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import TypeAlias
from xml.etree.ElementTree import Element

from seedsearch.corpus.formats import ole, xml
from seedsearch.corpus.formats.archive import Archive, embedded
from seedsearch.corpus.formats.document_builder import clean_text, described, stated_fields
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Skip
from seedsearch.model import SourceFile

_EMBEDDED = re.compile(r"/embeddings/[^/]+\Z")
_NUMBER = re.compile(r"\d+")


Relation: TypeAlias = tuple[str, str]
"""A reference of a part: the kind of relation, and the part or outside address that it leads to."""


class Package:
    """A package in memory. It and its methods raise Skip if it is broken."""

    def __init__(self, file: SourceFile, data: bytes) -> None:
        self.archive = Archive(data, file)
        self._names = {info.filename.lower(): info.filename for info in self.archive.infos}

    def read(self, part: str) -> bytes:
        """Return the bytes of a part. The case of its name does not matter."""
        return self.archive.read(self._names.get(part.lower(), part))

    def relations(self, part: str) -> dict[str, Relation]:
        """Return the relations of a part by their identifiers; {} if there are none or they are broken."""
        folder, name = posixpath.split(part)
        listed = self._names.get(f"{folder}/_rels/{name}.rels".lstrip("/").lower())
        found: dict[str, Relation] = {}
        if listed:
            with suppress(Skip):
                for relation in xml.root_of(self.archive.read(listed)).iter("Relationship"):
                    found.setdefault(relation.get("Id", ""), _relation(folder, relation))
        return found

    def main(self, usual: str) -> str:
        """Return the main part of the package, or `usual` if none is stated."""
        stated = [
            target for kind, target in self.relations("").values() if kind == "officeDocument"
        ]
        return next((part for part in stated if part.lower() in self._names), usual)

    def parts(self, part: str, kind: str, pattern: str) -> list[str]:
        """Return the parts of a kind: the parts that `part` relates to, in order, then others whose names match."""
        related = [target for own, target in self.relations(part).values() if own == kind]
        named = re.compile(pattern, re.IGNORECASE)
        others = sorted(filter(named.fullmatch, self._names.values()), key=_by_number)
        return [p for p in dict.fromkeys([*related, *others]) if p.lower() in self._names]

    def facts(self) -> dict[str, str]:
        """Return the facts about the document: title, creator, created and so on."""
        with suppress(Skip):
            return xml.facts_of(xml.root_of(self.archive.read("docProps/core.xml")))
        return {}

    def embedded(self, file: SourceFile) -> Extracted:
        """Yield the embedded documents, as members of the file."""
        for name in self._names.values():
            if _EMBEDDED.search(name):
                label, read = posixpath.basename(name), partial(self.archive.read, name)
                yield from embedded(file, label, partial(ole.unwrapped, label, read))


def _by_number(name: str) -> tuple[str, int]:
    found = _NUMBER.findall(name)
    return _NUMBER.sub("", name), int(found[-1][:9]) if found else 0


def _relation(folder: str, stated: Element) -> Relation:
    """Return a relation of a part in a folder."""
    target = stated.get("Target", "")
    if stated.get("TargetMode") != "External":
        target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    return stated.get("Type", "").rpartition("/")[2], target


def fields_of(facts: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the facts that become fields of a document."""
    return stated_fields(facts, {"author": "creator", "modified_by": "lastModifiedBy"})


_NOT_SAID = frozenset(("sldNum", "dt", "ftr", "hdr", "sldImg"))
"""Placeholders with the same text on every slide."""
_TITLES = frozenset(("title", "ctrTitle"))
_IGNORED = frozenset(("Fallback", "rPh"))
_VALUES = frozenset(("cat", "val", "tx", "xVal", "yVal"))


class Drawing:
    """The texts of a part in DrawingML: slides, charts, SmartArt, shapes. Raise Skip if it is broken.

    `title` is a slide's title, `paragraphs` has all texts in order.
    """

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
