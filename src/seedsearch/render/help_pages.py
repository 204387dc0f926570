"""Print pages of the documentation on a terminal: bold headings, links as text, wrapped prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seedsearch.render.cells import wrap
from seedsearch.render.paint import Paint

_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_ITEM = re.compile(r"\s*(?:[-*]|\d+\.)\s+")


def page_lines(text: str, width: int, paint: Paint) -> Iterator[str]:
    """Yield the lines of a page, wrapped at `width` cells if it is not 0. Code and tables keep their lines."""
    code = False
    for line in text.splitlines():
        if line.startswith("```"):
            code = not code
        elif code:
            yield "    " + line
        elif line.startswith("#"):
            yield paint("lit", line.lstrip("# "))
        elif line.startswith("|") or not width:
            yield line
        else:
            line = _LINK.sub(r"\1", line)
            item = _ITEM.match(line)
            lead = item.end() if item else 0
            for start, end in wrap(line[lead:], max(width - lead, 20)) or [(0, 0)]:
                yield (line[:lead] if not start else " " * lead) + line[lead + start : lead + end]
