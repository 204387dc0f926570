"""Hits as quotations in Markdown, each with its citation as a link to the file.

Signs with a meaning in Markdown are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from seedsearch.model import Hit, SearchResult
from seedsearch.render.records import RecordOptions, citation_of, shown_text, uri_of
from seedsearch.render.sanitize import fold

_SIGNS = re.compile(r"[\\`*_{}\[\]<>()#+\-.!|~&=:]")


def records(result: SearchResult, options: RecordOptions) -> Iterator[bytes]:
    """Yield a quotation for each hit."""
    for hit in result.hits:
        quoted = f"> {_escaped(shown_text(hit, options.text))}\n>\n> {_citation(hit)}\n\n"
        yield quoted.encode()


def _citation(hit: Hit) -> str:
    place = _escaped(str(citation_of(hit)))
    if uri := uri_of(hit):
        place = f"[{place}]({uri})"
    title = hit.passage.document.title
    title = f"*{_escaped(title)}*, " if title.strip() else ""
    return f"— {title}{place}"


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\g<0>", fold(text))
