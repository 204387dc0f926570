"""Read reStructuredText: a section for each heading, and blocks of code kept whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seedsearch.corpus.formats.outline import LINE, Mark, Outline, content, outlined
from seedsearch.corpus.found import Extracted
from seedsearch.model import SourceFile
from seedsearch.patterns import pattern

_RULE = re.compile(r"([!-/:-@\[-`{-~])\1++[ \t]*+\Z")
_CODE = re.compile(r"[ \t]*+\.\. (?:code|code-block|sourcecode|parsed-literal)::")
_FIELD = re.compile(
    r"(?m)^:(date|authors?|tags|keywords|category|subject|summary|status|version|revision|organization|contact|language)"
    r":[ \t](.*+)$",
    re.IGNORECASE,
)
# `name:role:` is matched only from its beginning, so no character is read twice.
_ROLE = re.compile(r"(?<![\w:+-])([\w+-]*+):[\w:+-]{2,}+(?<=:)`([^`<]*+)(?:<[^`>]*+>)?`|[`*]++")
_HEADING_CHARS = 1000

_IN_WORD = pattern(
    r"\\ (?::[\w-]{1,40}+:`(?P<role>[^`\n]{1,80}+)`|(\*{1,2}+|`{1,2}+)(?P<inner>[^\s*`\\][^*`\n]{0,80}+)\2)(?:\\ )?+"
    r"|(?<![\w\\])(\*{1,2}+|`{1,2}+)(?P<first>[^\s*`\\][^*`\n]{0,80}+)\4\\ "
    r"|:[\w-]{1,40}+:`(?P<named>[^`\n]{1,80}+)`\\ "
)


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the one document of a file. Raise Skip if it is not text or is blank."""
    yield outlined(file, data, "text/x-rst", _outline, in_rst)


def _outline(text: str) -> Outline:
    facts = [(name.lower(), value.strip()) for name, value in _FIELD.findall(text[:5000])]
    return Outline(list(_marks(text)), fields=facts)


def _marks(text: str) -> Iterator[Mark]:
    """Yield where headings and blocks of code begin, and where the blocks end."""
    lines = [(m.start(), m[0].rstrip("\r\n")) for m in LINE.finditer(text)]
    margin = -1  # indent of the line before the current block of code
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
        if _announces_code(line):
            margin, seen_below = _indent(line), False
            yield Mark(at, code=True)
        elif _is_heading(line, above, below):
            overlined = bool(_RULE.match(above)) and above.rstrip() == below.rstrip()
            yield Mark(lines[number - overlined][0], plain(line), level=1)


def _line(lines: list[tuple[int, str]], number: int) -> str:
    return lines[number][1] if 0 <= number < len(lines) else ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _announces_code(line: str) -> bool:
    """Return whether a block of code follows: after its directive, or after a line that ends in two colons."""
    if _CODE.match(line):
        return True
    return line.rstrip(" \t").endswith("::") and not line.startswith(".. ")


def _is_heading(line: str, above: str, below: str) -> bool:
    """Return whether a line has a rule of its length below it, and above it nothing or the same rule."""
    text = line.rstrip()
    rule = _RULE.match(below)
    if not text.strip() or not rule or _RULE.match(text):
        return False
    if above.strip() and above.rstrip() != below.rstrip():
        return False
    return len(below.rstrip()) >= min(len(text), 4) and (line[0] != " " or bool(above.strip()))


def plain(heading: str) -> str:
    """Return a heading without its marks, shortened if it is too long."""
    return " ".join(_ROLE.sub(_of_role, heading[:_HEADING_CHARS]).split())


def _of_role(match: re.Match[str]) -> str:
    if match[2] is None:
        return ""
    has_target = match[0].endswith(">`")
    return match[1] + (match[2].rstrip() if has_target else match[2])


def in_rst(text: str) -> str:
    r"""Return reStructuredText without marks inside words, which `\ ` sets apart."""
    return _IN_WORD.sub(content, text) if "\\ " in text else text
