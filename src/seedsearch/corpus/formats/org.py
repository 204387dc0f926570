"""Read Org: a section for each heading, and blocks of code kept whole. Drawers, keywords and comments are left out."""

from __future__ import annotations

import re

from seedsearch.corpus.formats.outline import LINE, Mark, Outline, content, outlined, raised
from seedsearch.corpus.found import Extracted
from seedsearch.model import SourceFile
from seedsearch.patterns import pattern

_HEADING = re.compile(
    r"(\*++)[ \t]++(?:(?:TODO|DONE|NEXT|WAITING|CANCELLED)[ \t]++)?(?:\[#[A-Z]\][ \t]*+)?(.*+)"
)
_TAGS = re.compile(r"[ \t]++:[\w@#%:]+:\Z")
_DONE = re.compile(r"\[\d*(?:/\d*|%)\]")  # how much of a task is done
_KEYWORD = re.compile(r"[ \t]*+#\+([\w-]++)(:?)[ \t]*+(.*+)")
_COMMENT = re.compile(r"[ \t]*+#(?:[ \t]|\Z)")
_DRAWER = re.compile(r"[ \t]*+:[\w-]++:[ \t]*+\Z")
_LINK = re.compile(r"\[\[[^\[\]]*+\](?:\[([^\[\]]*+)\])?\]")
_FACTS = {
    "author": "author", "date": "date", "filetags": "tags", "keywords": "tags", "language": "lang",
}  # fmt: skip
_DRAWER_LINES = 200

_APART = pattern(r"\u200b([*/_=~+])(?P<inner>[^\s\u200b][^\n\u200b]{0,80}?)\1\u200b")
_LOWERED = pattern(r"(?<=[^\W_])[_^]\{(?P<inner>[0-9A-Za-z+-]{1,8}+)\}")


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the one document of a file. Raise Skip if it is not text or is blank."""
    yield outlined(file, data, "text/org", _outline, in_org)


def _outline(text: str) -> Outline:
    marks: list[Mark] = []
    gaps: list[tuple[int, int]] = []
    facts: dict[str, str] = {}
    drawer, closing, lines, in_code = -1, ":end:", 0, False
    for match in LINE.finditer(text):
        at, end, line = match.start(), match.end(), match[0].rstrip("\r\n")
        if drawer >= 0:
            lines += 1
            if line.strip().lower() == closing:
                gaps.append((drawer, end))
                drawer = -1
                continue
            if lines < _DRAWER_LINES and not line.startswith("*"):
                continue
            drawer = -1  # it is never closed: its text stays
        has_mark = "#" in line
        if has_mark and (keyword := _KEYWORD.match(line)):
            name, _, value = keyword.groups()
            facts.setdefault(name.lower(), value.strip(" \t:"))
            if name.lower() in ("begin_src", "begin_example"):
                marks.append(Mark(at, code=True))
                in_code = True
            elif name.lower() in ("end_src", "end_example") and in_code:
                marks.append(Mark(end, code=False))
                in_code = False
            elif name.lower() == "begin_comment":
                drawer, closing, lines = at, "#+end_comment", 0
            else:
                gaps.append((at, end))
        elif in_code:
            continue
        elif has_mark and _COMMENT.match(line):
            gaps.append((at, end))
        elif heading := _HEADING.match(line):
            marks.append(Mark(at, plain(heading[2]), len(heading[1])))
        elif _DRAWER.match(line):
            drawer, closing, lines = at, ":end:", 0
    fields = [(field, facts.get(name, "")) for name, field in _FACTS.items()]
    return Outline(marks, gaps, facts.get("title", ""), fields)


def plain(heading: str) -> str:
    """Return a heading without its tags and links."""
    return " ".join(
        _LINK.sub(lambda m: m[1] or "", _DONE.sub("", _TAGS.sub("", heading[:1000]))).split()
    )


def in_org(text: str) -> str:
    """Return Org without marks inside words, which invisible spaces set apart."""
    if "\u200b" in text:
        text = _APART.sub(content, text)
    return _LOWERED.sub(raised, text) if "{" in text else text
