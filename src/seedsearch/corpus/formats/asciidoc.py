"""Read AsciiDoc: a section for each heading, and blocks of code kept whole.

Definitions of attributes, comments and directives are left out. A reference to an attribute is read as its value.
"""

from __future__ import annotations

import re

from seedsearch.corpus.formats.outline import (
    LINE,
    Mark,
    Outline,
    after_line,
    content,
    in_markdown,
    outlined,
)
from seedsearch.corpus.found import Extracted
from seedsearch.model import SourceFile
from seedsearch.patterns import pattern

_HEADING = re.compile(r"(={1,6}|#{1,6})[ \t]++(\S.*+)")
_ATTRIBUTE = re.compile(r":!?([\w-]++)!?:(?:[ \t]++(.*+))?\Z")
_COMMAND = re.compile(
    r"\[[^\[\]]*+\]\Z|(?:include|ifdef|ifndef|endif|toc)::[^\s\[]*+\[.*\]\Z|//(?!/)"
)
_BLOCK = re.compile(r"(-{4,}|\.{4,}|/{4,}|`{3,})[ \t]*\Z")
_MARKS = re.compile(r"[*_`#+]++|<<[^<>]*+>>|(?:link|xref|https?):\S*?\[([^\[\]]*+)\]")
_REVISION = re.compile(r"v?\d[\w.]{0,20}+,[ \t]*+([^:,]{4,40}+)(?::.*+)?")
_REFERENCE = re.compile(r"(?<![\\${])\{([\w-]{1,60}+)\}")
_BUILT_IN = {
    "nbsp": " ",
    "empty": "",
    "zwsp": "",
    "wj": "",
    "plus": "+",
    "cpp": "C++",
    "asterisk": "*",
    "amp": "&",
}
_VALUE_CHARS = 500
_FACTS = {
    "author": "author", "revdate": "date", "date": "date", "keywords": "tags", "description": "description",
}  # fmt: skip

_UNCONSTRAINED = pattern(
    r"(?<=[^\W_])(\*\*|__|``|##)(?P<inner>[^\s*_`#][^\n*_`#]{0,80}?)\1"
    r"|(?<![\w*_`#])(\*\*|__|``|##)(?P<first>[^\s*_`#][^\n*_`#]{0,80}?)\3(?=[^\W_])"
)
_NOTE = pattern(r"footnote(?:ref)?:[\w-]{0,40}+\[((?:[^\[\]\n]|\[[^\[\]\n]{0,200}+\]){0,2000}+)\]")


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the one document of a file. Raise Skip if it is not text or is blank."""
    yield outlined(file, data, "text/asciidoc", _outline, _Values().shown)


class _Values:
    """The values of attributes, as the text defines them one after another."""

    def __init__(self) -> None:
        self._known = dict(_BUILT_IN)

    def shown(self, text: str) -> str:
        """Return a stretch of the text as it is shown."""
        if "{" in text:
            text = "".join(map(self._line, text.splitlines(keepends=True)))
        return in_asciidoc(text)

    def _line(self, line: str) -> str:
        if "{" in line:
            line = _REFERENCE.sub(lambda said: self._known.get(said[1].lower(), said[0]), line)
        if line.startswith(":") and (defined := _ATTRIBUTE.match(line.rstrip())):
            self._known[defined[1].lower()] = (defined[2] or "").strip()[:_VALUE_CHARS]
        return line


def _outline(text: str) -> Outline:
    marks: list[Mark] = []
    gaps: list[tuple[int, int]] = []
    facts: dict[str, str] = {}
    title, fence, begun, after_title = "", "", 0, False
    for match in LINE.finditer(text):
        at, end, line = match.start(), match.end(), match[0].rstrip(" \t\r\n")
        if fence:
            if line == fence:
                if fence[0] == "/":
                    gaps.append((begun, end))
                else:
                    marks.append(Mark(end, code=False))
                fence = ""
        elif block := _BLOCK.match(line):
            fence, begun = block[1], at
            if fence[0] != "/":
                marks.append(Mark(at, code=True))
        elif heading := _HEADING.match(line):
            said, level = plain(heading[2]), len(heading[1])
            after_title = level == 1 and not title
            title = title or (said if level == 1 else "")
            marks.append(Mark(at, said, level))
            continue
        elif attribute := _ATTRIBUTE.match(line):
            facts.setdefault(attribute[1].lower(), (attribute[2] or "").strip())
            gaps.append((at, end))
            continue
        elif _COMMAND.match(line):
            gaps.append((at, end))
        elif after_title and (revised := _REVISION.fullmatch(line)):
            facts.setdefault("revdate", revised[1])
        elif after_title and line and "author" not in facts:
            people = (person.partition("<")[0].strip() for person in line[:500].split(";"))
            facts["author"] = ", ".join(filter(None, people))
            continue
        after_title = False
    fields = [(field, facts.get(name, "")) for name, field in _FACTS.items()]
    return Outline(marks, gaps, title, fields)


def plain(heading: str) -> str:
    """Return a heading without its marks."""
    return " ".join(_MARKS.sub(lambda m: m[1] or "", heading[:1000]).rstrip("= ").split())


def in_asciidoc(text: str) -> str:
    """Return AsciiDoc without marks inside words and with letters for entities."""
    if "**" in text or "__" in text or "``" in text or "##" in text:
        text = _UNCONSTRAINED.sub(content, text)
    if "footnote" in text:
        text = "\n".join(after_line(line, _NOTE) for line in text.split("\n"))
    return in_markdown(text)
