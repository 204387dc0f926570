"""XML for those who trust nobody: a stream of events, no entities of its own, none from elsewhere."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from seedsearch.corpus.skip import Skip

_DEPTH = 1000


class Handler:
    """What a file says of its document: names come without their namespaces."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Characters; a text may come in several pieces."""


def parse(data: bytes, handler: Handler) -> None:
    """Tell `handler` of all of a document. Raises Skip for what is not well formed, or declares
    entities: a few of these can stand for gigabytes of text, or for a file of this machine."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    depth = 0
    local = _Local()

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH:
            raise Skip("XML nested too deeply")
        if attributes:
            attributes = {local[key]: value for key, value in attributes.items()}
        handler.start(local[name], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(local[name])

    def refuse(*_: Any) -> Any:
        raise Skip("XML that declares entities")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Skip("broken XML") from error


class _Local(dict[str, str]):
    """Names without their namespaces; a document has few of them."""

    def __missing__(self, name: str) -> str:
        self[name] = found = name.rpartition(" ")[2]
        return found


class Facts(Handler):
    """The text of each of a document's elements, by name: the first that is not blank."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._parts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin to gather."""
        self._parts = []

    def text(self, data: str) -> None:
        """Gather."""
        self._parts.append(data)

    def end(self, name: str) -> None:
        """Keep what was gathered."""
        value = " ".join("".join(self._parts).split())
        if value:
            self.found.setdefault(name, value)
        self._parts = []


def facts_of(data: bytes) -> dict[str, str]:
    """The text of each element of a small document, by its name; {} where it cannot be read."""
    facts = Facts()
    try:
        parse(data, facts)
    except Skip:
        return {}
    return facts.found
