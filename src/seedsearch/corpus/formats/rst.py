"""reStructuredText: the text as it is, a section for each heading, blocks of code kept whole."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from seedsearch.corpus.decode import decode
from seedsearch.corpus.formats.outline import Mark, laid_out
from seedsearch.corpus.skip import Skip
from seedsearch.corpus.title import title_of
from seedsearch.model import Document, ExtractedDocument, SourceFile

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_RULE = re.compile(r"([!-/:-@\[-`{-~])\1{1,}[ \t]*\Z")
_CODE = re.compile(
    r"([ \t]*)(?:\.\. (?:code|code-block|sourcecode|parsed-literal)::|(?!\.\. ).*::[ \t]*\Z)"
)
_FIELD = re.compile(r"(?m)^:(date|author|authors):[ \t]+(.+?)[ \t]*\r?$", re.IGNORECASE)
_ROLE = re.compile(r":[\w:+-]+:`([^`<]*?)(?:\s*<[^>]*>)?`|[`*]+")


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument]:
    """The one document of a file. Raises Skip for what is not text or is blank."""
    decoded = decode(data, file.encoding)
    text = decoded.text
    if not text or text.isspace():
        raise Skip("blank" if data else "empty")
    marks = list(_marks(text))
    title = next((mark.heading for mark in marks if mark.heading), "")
    document = Document(
        path=file.path,
        title=title or title_of(text) or os.path.basename(file.path),
        encoding=decoded.encoding,
        errors=decoded.errors,
        confidence=decoded.confidence,
        media_type="text/x-rst",
        fields=tuple((name.lower(), value) for name, value in _FIELD.findall(text[:5000])),
    )
    yield ExtractedDocument(document, text, laid_out(text, marks), decoded)


def _marks(text: str) -> Iterator[Mark]:
    """Where headings and blocks of code begin, and where the blocks end."""
    lines = [(m.start(), m[0].rstrip("\r\n")) for m in _LINE.finditer(text)]
    margin = -1  # of the line that announces a block of code, while we are in it
    seen_below = False
    for number, (at, line) in enumerate(lines):
        if margin >= 0:
            if not line.strip() or _indent(line) > margin:
                seen_below = seen_below or bool(line.strip())
                continue
            if seen_below:
                yield Mark(at, code=False)
            margin = -1
        above, below = _line(lines, number - 1), _line(lines, number + 1)
        if found := _CODE.match(line):
            margin, seen_below = _indent(line), False
            yield Mark(at, code=True)
        elif _is_heading(line, above, below):
            overlined = bool(_RULE.match(above)) and above.rstrip() == below.rstrip()
            yield Mark(lines[number - overlined][0], plain(line), level=1)
        del found


def _line(lines: list[tuple[int, str]], number: int) -> str:
    return lines[number][1] if 0 <= number < len(lines) else ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_heading(line: str, above: str, below: str) -> bool:
    """A line of text over a rule that is as long, with nothing or the same rule above it."""
    text = line.rstrip()
    rule = _RULE.match(below)
    if not text.strip() or not rule or _RULE.match(text):
        return False
    if above.strip() and above.rstrip() != below.rstrip():
        return False
    return len(below.rstrip()) >= min(len(text), 4) and (line[0] != " " or bool(above.strip()))


def plain(heading: str) -> str:
    """A heading without its marks."""
    return " ".join(_ROLE.sub(lambda m: m[1] or "", heading).split())
