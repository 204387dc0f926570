"""Parse untrusted XML as a stream of events. Entities are refused."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from seedsearch.corpus.skip import Skip

_DEPTH = 1000


class Handler:
    """Receives the events of a document. Names have no namespaces."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""

    def end(self, name: str) -> None:
        """End an element."""

    def text(self, data: str) -> None:
        """Take characters. A text may come in several pieces."""


def parse(data: bytes, handler: Handler) -> None:
    """Send the events of a whole document to `handler`.

    Raise Skip if it is not well formed or declares entities: a few of these can expand to gigabytes of text, or to a
    file of this machine.
    """
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
    """Names without their namespaces. A document has few names."""

    def __missing__(self, name: str) -> str:
        self[name] = found = name.rpartition(" ")[2]
        return found


_LISTED = ("keyword", "subject")
_LISTED_CHARS = 2000


class Facts(Handler):
    """Collects the text of each element, by name: the first one that is not blank, or a list of all keywords."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._parts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin to collect."""
        self._parts = []

    def text(self, data: str) -> None:
        """Collect."""
        self._parts.append(data)

    def end(self, name: str) -> None:
        """Keep the collected text."""
        value = " ".join("".join(self._parts).split())
        if not value:
            return
        known = self.found.setdefault(name, value)
        if name in _LISTED and known is not value and len(known) < _LISTED_CHARS:
            self.found[name] = f"{known}, {value}"
        self._parts = []


def facts_of(data: bytes) -> dict[str, str]:
    """Return the text of each element of a small document by name; {} if it cannot be read."""
    facts = Facts()
    try:
        parse(data, facts)
    except Skip:
        return {}
    return facts.found
