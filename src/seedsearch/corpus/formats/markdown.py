"""Read Markdown: a section for each heading, fenced code kept whole, and facts in front matter (YAML or TOML)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from seedsearch.corpus.formats.outline import LINE, Mark, Outline, in_markdown, outlined
from seedsearch.corpus.found import Extracted
from seedsearch.model import SourceFile

_FENCE = re.compile(r" {0,3}(`{3,}+|~{3,}+)")
_HEADING = re.compile(r" {0,3}+(#{1,6}+)")
_UNDERLINE = re.compile(r" {0,3}(=++|-{2,}+)[ \t]*+\Z")
_NO_HEADING = re.compile(r"\s*+(?:[-*+>|<]|\d++[.)]\s|#|\Z|(?:`{3}|~{3}))")
# The start of a link or tag ends the search for the end of an earlier one, so no character is read twice.
_MARKS = re.compile(r"[*_`]++|\[([^\[\]]*+)\]\([^()]*+\)|<[^<>]*+>")
_HEADING_CHARS = 1000


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the one document of a Markdown file. Raise Skip if it is not text or is blank."""
    yield outlined(file, data, "text/markdown", _outline, in_markdown)


def _outline(text: str) -> Outline:
    facts, start = front_matter(text)
    title = facts.pop("title", "")
    return Outline(list(_marks(text, start)), (), title, list(facts.items()), start)


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


_FRONT_MATTER = re.compile(
    r"\ufeff?(---|\+\+\+)[ \t]*\r?\n(.*?)\r?\n(?:\1|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_MOST_CHARS = 20_000
_YAML_KEY = re.compile(r"([\w-]{1,60}+)[ \t]*+:(?:[ \t]++(.*+)|[ \t]*+)\Z")
_YAML_COMMENT = re.compile(r"(?:\A|\s)#.*+")
_YAML_NAMES = ("name", "title", "label")  # of the things in a list
_DATES = ("date", "published", "publishdate", "pubdate", "created", "updated", "modified")


def front_matter(text: str) -> tuple[dict[str, str], int]:
    """Return the facts by lower-case names, and the end of the block; `date` is the first date that is given.

    Of YAML only the usual forms are read: quoted, plain, folded and literal strings, and lists.
    """
    found = _FRONT_MATTER.match(text, 0, _MOST_CHARS)
    if not found:
        return {}, 0
    said = dict(_of_toml(found[2]) if found[1] == "+++" else _of_yaml(found[2].splitlines()))
    facts = {name.lower(): " ".join(value.split()) for name, value in said.items()}
    facts = {name: value for name, value in facts.items() if value}
    date = next((facts[name] for name in _DATES if name in facts), "")
    return ({"date": date} if date else {}) | facts, found.end()


def _of_toml(block: str) -> Iterator[tuple[str, str]]:
    import tomllib  # few texts have it: start-up time

    try:
        table = tomllib.loads(block.replace("\r\n", "\n"))
    except (ValueError, RecursionError):
        for line in block.splitlines():
            name, sign, value = line.partition("=")
            if sign:
                yield name.strip(), _unquoted(value)
        return
    for name, value in table.items():
        yield name, _words_of(value)


def _words_of(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_words_of(part) for part in value if not isinstance(part, dict | list))
    return "" if isinstance(value, dict) else str(value)


def _of_yaml(lines: list[str]) -> Iterator[tuple[str, str]]:
    name, parts, is_list = "", list[str](), False
    for line in lines:
        key = _YAML_KEY.match(line)
        item = line.strip()
        if key:
            yield name, (", " if is_list else " ").join(parts)
            value = _unquoted(key[2] or "")
            name, is_list = key[1], False
            parts = [] if value.strip("+-0123456789") in (">", "|") else [value]
        elif item.startswith("- ") and name:
            is_list = True
            said = _unquoted(item[2:])
            inner = _YAML_KEY.match(said)
            if inner is None or inner[1].lower() in _YAML_NAMES:
                parts = [*filter(None, parts), _unquoted(inner[2] or "") if inner else said]
        elif is_list and _YAML_KEY.match(item):
            continue  # a further fact about a person or a thing in the list
        elif line[:1] in (" ", "\t") and item:
            parts.append(item)
    yield name, (", " if is_list else " ").join(parts)


def _unquoted(value: str) -> str:
    """Return a value without its quotes or the comment after it, or the items of `[a, b]`."""
    value = value.strip()
    if value[:1] in ("'", '"'):
        end = value.find(value[0], 1)
        return value[1:end] if end > 0 else value[1:]
    value = _YAML_COMMENT.sub("", value)
    if value.startswith("[") and value.endswith("]"):
        return ", ".join(_unquoted(part) for part in value[1:-1].split(","))
    return value.strip()
