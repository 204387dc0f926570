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
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.EntityDeclHandler = parser.ExternalEntityRefHandler = _refuse
    found = _build(parser, names, begun)
    fault: Skip | None = None
    at, step = 0, _STEP
    while at <= len(data):
        before = parser.CurrentByteIndex
        try:
            parser.Parse(data[at : at + step], at + step > len(data))
        except Skip as skip:
            fault = skip
        except (expat.ExpatError, ValueError, LookupError):
            fault = Skip("broken XML")
        yield from found
        found.clear()
        if fault:
            raise fault
        # Inside a long token: older parsers begin it again at each step.
        at, step = at + step, 2 * step if parser.CurrentByteIndex == before else _STEP


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


def _build(
    parser: expat.XMLParserType, names: Container[str], begun: Container[str]
) -> list[Element]:
    """Return the list that the parser will add the elements to. These closures are half the cost of methods."""
    found: list[Element] = []
    local = _Local()
    depth = 0
    builder = TreeBuilder()
    outermost: Element | None = None

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal builder, depth, outermost
        depth += 1
        if depth > _DEPTH:
            raise Skip("XML nested too deeply")
        if outermost is None:
            tag = local[name]
            if tag in begun:
                found.append(Element(tag, {local[key]: attributes[key] for key in attributes}))
            if tag not in names:
                return
            builder = TreeBuilder()
            parser.CharacterDataHandler = builder.data
        if attributes:
            attributes = {local[key]: value for key, value in attributes.items()}
        element = builder.start(local[name], attributes)
        outermost = element if outermost is None else outermost

    def end(name: str) -> None:
        nonlocal depth, outermost
        depth -= 1
        if outermost is not None and builder.end(name) is outermost:
            found.append(outermost)
            outermost = parser.CharacterDataHandler = None

    parser.StartElementHandler, parser.EndElementHandler = start, end
    return found


def _refuse(*_: Any) -> Any:
    raise Skip("XML that declares entities")
