"""Collect the facts about a page from its head and its linked data: title, author, dates, address, description."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from seedsearch.corpus.formats import markup
from seedsearch.corpus.formats.document_builder import clean_text
from seedsearch.corpus.formats.page_reading import Fact

_TITLES = ("og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title", "<title>")
_PUBLISHED = ("article:published_time", "citation_publication_date", "datepublished", "dc.date",
              "dcterms.created", "dcterms.date", "dc.date.issued", "pubdate", "publishdate", "date")  # fmt: skip
_MODIFIED = ("article:modified_time", "datemodified", "og:updated_time", "dcterms.modified",
             "last-modified")  # fmt: skip
_AUTHORS = ("author", "article:author", "citation_author", "dc.creator", "dcterms.creator", "byl",
            "twitter:creator", "parsely-author")  # fmt: skip
_DESCRIPTIONS = ("description", "og:description", "dc.description", "twitter:description")
_ADDRESSES = ("<canonical>", "og:url", "<saved from>")
_NO_FIELDS = frozenset(("<title>", "viewport"))
_LINKED_CHARS = 2_000_000
_HEAD_CHARS = 3000
_HEAD_BYTES = 4 * _HEAD_CHARS
# The comment that browsers and SingleFile write before a saved page.
_SAVED = re.compile(
    r"<!--[^>]{0,80}?saved (?:from url=\(\d+\)|with SingleFile\s+url: )([^\s>]{1,2000})"
)


class Facts:
    """The facts of one page. The first one of each name counts."""

    def __init__(self, source: str | bytes, facts: Iterable[Fact]) -> None:
        self._found: dict[str, str] = {}
        self.bodies: list[tuple[str, int]] = []
        """Articles in the linked data, and the lines of their scripts."""
        self.described_on = 1
        if saved := _saved_from(source):
            self._found["<saved from>"] = saved
        for element, said, line in facts:
            if element == "title":
                self._state("<title>", said)
            elif element == "script":
                self._linked_data(said, line)
            else:
                self._element(element, said, line)

    def _state(self, name: str, value: str) -> None:
        """Add a fact."""
        self._found.setdefault(name, value)

    def _element(self, element: str, source: str, line: int) -> None:
        """Take the fact of an element without content."""
        if element == "meta" and "content" not in source.lower():
            return
        found = markup.attributes(source)
        if element == "time":
            self._state("<time>", found.get("datetime", ""))
        elif element == "link":
            if found.get("rel", "").lower() == "canonical":
                self._state("<canonical>", found.get("href", ""))
        else:
            name = found.get("property") or found.get("name") or found.get("itemprop")
            if name and found.get("content"):
                if name.lower() in _DESCRIPTIONS:
                    self.described_on = line
                self._state(name.lower(), found["content"])

    def _linked_data(self, text: str, line: int) -> None:
        """Take the facts of a JSON-LD script."""
        try:
            data: Any = json.loads(text[:_LINKED_CHARS])
        except (ValueError, RecursionError):
            return
        for entry in _entries(data):
            for name in ("datePublished", "dateModified", "description"):
                if isinstance(value := entry.get(name), str):
                    self._found[name.lower()] = self._found.get(name.lower()) or value
            authors = entry.get("author")
            authors = authors if isinstance(authors, list) else [authors]
            names = [who.get("name") if isinstance(who, dict) else who for who in authors]
            if known := ", ".join(name for name in names if isinstance(name, str)):
                self._found.setdefault("author", known)
            for name in ("articleBody", "reviewBody", "text"):
                if isinstance(value := entry.get(name), str) and value.strip():
                    self.bodies.append((clean_text(value), line))

    def title(self) -> str:
        """Return the title that the page states, or ""."""
        return shown(self._first(_TITLES))

    def description(self) -> str:
        """Return the description of the page, or ""."""
        return shown(self._first(_DESCRIPTIONS))

    def fields(self) -> tuple[tuple[str, str], ...]:
        """Return the facts that become fields of the document."""
        if self._found.keys() <= _NO_FIELDS:
            return ()
        published, modified = self._first(_PUBLISHED), self._first(_MODIFIED)
        people = [name for name in _AUTHORS if "://" not in self._found.get(name, "://")]
        fields = (
            ("date", published or modified or self._first(("<time>",))),
            ("author", self._first(people)),
            ("published", published),
            ("modified", modified),
            ("url", self._first(_ADDRESSES)),
            ("description", self._first(_DESCRIPTIONS)),
            ("keywords", self._first(("keywords",))),
        )
        return tuple((name, shown(value)) for name, value in fields if value)

    def _first(self, names: Sequence[str]) -> str:
        found = self._found
        for name in names:
            if name in found and (value := found[name]):
                return value
        return ""


def _saved_from(source: str | bytes) -> str:
    """Return the address in the comment of a saved page, or ""."""
    if isinstance(source, bytes):
        if source.find(b"<!--", 0, _HEAD_BYTES) < 0:  # as in most pages
            return ""
        source = source[:_HEAD_BYTES].decode("utf-8", "ignore")
    saved = _SAVED.search(source, 0, _HEAD_CHARS)
    return saved[1] if saved else ""


def shown(fact: str) -> str:
    """Return a fact as one line of text."""
    if fact.isascii() and "&" not in fact:
        return " ".join(fact.split())
    return clean_text(" ".join(markup.unescaped(fact).split()))


def _entries(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict) and isinstance(data.get("@graph"), list):
        data = data["@graph"]
    return (
        entry for entry in (data if isinstance(data, list) else [data]) if isinstance(entry, dict)
    )
