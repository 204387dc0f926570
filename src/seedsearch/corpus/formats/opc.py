"""Read Office Open XML packages (Word, Excel, PowerPoint): their parts, relations and facts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from contextlib import suppress
from xml.etree.ElementTree import Element

from seedsearch.corpus.formats import ole, xml
from seedsearch.corpus.formats.archive import members_of
from seedsearch.corpus.formats.document_builder import stated_fields
from seedsearch.corpus.formats.zipped import Archive
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, SourceFile
from seedsearch.record import NamedTuple

_EMBEDDED = re.compile(r"/embeddings/[^/]+\Z")
_NUMBER = re.compile(r"\d+")


class Relation(NamedTuple):
    """A reference of a part: the kind of relation, and the part or outside address that it leads to."""

    kind: str
    target: str


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
        stated = [r.target for r in self.relations("").values() if r.kind == "officeDocument"]
        return next((part for part in stated if part.lower() in self._names), usual)

    def parts(self, part: str, kind: str, pattern: str) -> list[str]:
        """Return the parts of a kind: the parts that `part` relates to, in order, then others whose names match."""
        related = [r.target for r in self.relations(part).values() if r.kind == kind]
        named = re.compile(pattern, re.IGNORECASE)
        others = sorted(filter(named.fullmatch, self._names.values()), key=_by_number)
        return [p for p in dict.fromkeys([*related, *others]) if p.lower() in self._names]

    def facts(self) -> dict[str, str]:
        """Return the facts about the document: title, creator, created and so on."""
        with suppress(Skip):
            return xml.facts_of(xml.root_of(self.archive.read("docProps/core.xml")))
        return {}

    def embedded(self, file: SourceFile) -> Iterator[ExtractedDocument | Problem]:
        """Yield the embedded documents, as members of the file."""
        for name in self._names.values():
            if not _EMBEDDED.search(name):
                continue
            try:
                label, data = ole.unwrapped(posixpath.basename(name), self.archive.read(name))
            except Skip as skip:
                yield Problem(posixpath.basename(name), skip.reason)
                continue
            if data:
                yield from members_of(file, label, data)


def _by_number(name: str) -> tuple[str, int]:
    found = _NUMBER.findall(name)
    return _NUMBER.sub("", name), int(found[-1][:9]) if found else 0


def _relation(folder: str, stated: Element) -> Relation:
    """Return a relation of a part in a folder."""
    target = stated.get("Target", "")
    if stated.get("TargetMode") != "External":
        target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    return Relation(stated.get("Type", "").rpartition("/")[2], target)


def fields_of(facts: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the facts that become fields of a document."""
    return stated_fields(facts, {"author": "creator", "modified_by": "lastModifiedBy"})
