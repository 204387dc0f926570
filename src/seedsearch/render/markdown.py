"""Hits as quotations in Markdown, each with its citation: a link to the file.

Signs that mean something in Markdown are escaped, so that a text is quoted as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from seedsearch.citation import Citation, file_uri
from seedsearch.model import Hit, SearchResult
from seedsearch.paths import is_stream
from seedsearch.render.forms import Manner
from seedsearch.render.records import shown_text
from seedsearch.render.sanitize import fold

_SIGNS = re.compile(r"[\\`*_{}\[\]<>()#+\-.!|~&=:]")


def records(result: SearchResult, manner: Manner) -> Iterator[bytes]:
    """Yield a quotation for each hit."""
    for hit in result.hits:
        quoted = f"> {_escaped(shown_text(hit, manner.text))}\n>\n> {_citation(hit)}\n\n"
        yield quoted.encode()


def _citation(hit: Hit) -> str:
    passage, document = hit.passage, hit.passage.document
    place = _escaped(str(Citation(hit.path, document.member, passage.page or 0, hit.line)))
    if not is_stream(document.path):
        place = f"[{place}]({file_uri(hit.path, passage.page)})"
    title = f"*{_escaped(document.title)}*, " if document.title.strip() else ""
    return f"— {title}{place}"


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\g<0>", fold(text))
