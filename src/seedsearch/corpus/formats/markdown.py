"""Read Markdown: a section for each heading, and fenced code kept whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seedsearch.corpus.formats.front_matter import front_matter
from seedsearch.corpus.formats.inline_marks import in_markdown
from seedsearch.corpus.formats.outline import LINE, Mark, Outline, outlined
from seedsearch.model import ExtractedDocument, SourceFile

_FENCE = re.compile(r" {0,3}(`{3,}+|~{3,}+)")
_HEADING = re.compile(r" {0,3}+(#{1,6}+)")
_UNDERLINE = re.compile(r" {0,3}(=++|-{2,}+)[ \t]*+\Z")
_NO_HEADING = re.compile(r"\s*+(?:[-*+>|<]|\d++[.)]\s|#|\Z|(?:`{3}|~{3}))")
# The start of a link or tag ends the search for the end of an earlier one, so no character is read twice.
_MARKS = re.compile(r"[*_`]++|\[([^\[\]]*+)\]\([^()]*+\)|<[^<>]*+>")
_HEADING_CHARS = 1000


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument]:
    """Yield the one document of a Markdown file. Raise Skip if it is not text or is blank."""
    yield outlined(file, data, "text/markdown", _outline, in_markdown)


def _outline(text: str) -> Outline:
    facts, start = front_matter(text)
    title = facts.pop("title", "")
    return Outline(list(_marks(text, start)), (), title, tuple(facts.items()), start)


def _marks(text: str, start: int) -> Iterator[Mark]:
    """Yield where headings and fenced blocks of code begin, and where the blocks end."""
    fence = ""
    before, before_at = "", start
    for match in LINE.finditer(text, start):
        at, line = match.start(), match[0].rstrip("\r\n")
        found = _FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and not line[found.end() :].strip():
                yield Mark(match.end(), code=False)
                fence = ""
        elif found and ("`" not in line[found.end() :] or found[1][0] == "~"):
            fence = found[1]
            yield Mark(at, code=True)
        elif (heading := _HEADING.match(line)) and _ends_marks(line, heading.end()):
            text = line[heading.end() :].strip(" \t").rstrip(" \t#")
            yield Mark(at, plain(text), level=len(heading[1]))
        elif _UNDERLINE.match(line) and not _NO_HEADING.match(before):
            yield Mark(before_at, plain(before), level=1 if "=" in line else 2)
        before, before_at = ("" if fence or found else line), at


def _ends_marks(line: str, at: int) -> bool:
    """Return whether the marks of a heading are followed by white space, or only by more marks."""
    return line.startswith((" ", "\t"), at) or not line[at:].strip(" \t#")


def plain(heading: str) -> str:
    """Return a heading without its marks, shortened if it is too long."""
    return " ".join(_MARKS.sub(lambda m: m[1] or "", heading[:_HEADING_CHARS]).split())
