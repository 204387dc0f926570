"""Parse untrusted XML to trees of its elements. Entities are refused. Names have no namespaces."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from seedsearch.corpus.skip import Skip

_DEPTH = 200
_STEP = 1 << 16
_LISTED = ("keyword", "subject")
_LISTED_CHARS = 2000


def elements(data: bytes, names: Container[str], begun: Container[str] = ()) -> Iterator[Element]:
    """Yield the outermost elements that have one of the `names`, one by one. Of `begun` ones, yield only the start tag.

    So a document need not be in memory as a whole. Raise Skip if it is not well formed or declares entities: a few of
    these can expand to gigabytes of text, or to a file of this machine.
    """
    building = _Building(names, begun)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartElementHandler = building.start
    parser.EndElementHandler = building.end
    parser.CharacterDataHandler = building.text
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    fault: Skip | None = None
    for at in range(0, len(data) + 1, _STEP):
        try:
            parser.Parse(data[at : at + _STEP], at + _STEP > len(data))
        except Skip as skip:
            fault = skip
        except (expat.ExpatError, ValueError, LookupError):
            fault = Skip("broken XML")
        yield from building.found
        building.found.clear()
        if fault:
            raise fault


def root_of(data: bytes) -> Element:
    """Return the root of a small document. Raise Skip as `elements` does."""
    (root,) = elements(data, _Any())
    return root


def facts_of(root: Element) -> dict[str, str]:
    """Return the text of each element by name: the first one that is not blank, or a list of all keywords."""
    found: dict[str, str] = {}
    for element in root.iter():
        if value := " ".join((element.text or "").split()):
            known = found.setdefault(element.tag, value)
            if element.tag in _LISTED and known is not value and len(known) < _LISTED_CHARS:
                found[element.tag] = f"{known}, {value}"
    return found


class _Any:
    def __contains__(self, name: object) -> bool:
        return True


class _Local(dict[str, str]):
    """Names without their namespaces. A document has few names."""

    def __missing__(self, name: str) -> str:
        self[name] = found = name.rpartition(" ")[2]
        return found


class _Building:
    """Builds the elements that are asked for."""

    def __init__(self, names: Container[str], begun: Container[str]) -> None:
        self.found: list[Element] = []
        self._names, self._begun = names, begun
        self._local = _Local()
        self._depth = self._outermost = 0
        self._builder = TreeBuilder()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH:
            raise Skip("XML nested too deeply")
        tag = self._local[name]
        if not self._outermost and tag not in self._names and tag not in self._begun:
            return
        if attributes:
            attributes = {self._local[key]: value for key, value in attributes.items()}
        if not self._outermost and tag in self._begun:
            self.found.append(Element(tag, attributes))
            return
        self._outermost = self._outermost or self._depth
        self._builder.start(tag, attributes)

    def end(self, name: str) -> None:
        if self._outermost:
            element = self._builder.end(self._local[name])
            if self._depth == self._outermost:
                self.found.append(element)
                self._builder, self._outermost = TreeBuilder(), 0
        self._depth -= 1

    def text(self, data: str) -> None:
        if self._outermost:
            self._builder.data(data)


def _refuse(*_: Any) -> Any:
    raise Skip("XML that declares entities")
