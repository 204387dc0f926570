"""Match the patterns of .gitignore files, as git does, against one entry of a folder at a time.

`*` and `?` match anything but `/`; `[abc]`, `[!a-z]` and `[[:alpha:]]` match one character; `**` as a whole part of a
path matches any number of parts; `\\` quotes the next character. A pattern with a `/` before its end matches the path
relative to its file, any other pattern a name at any depth. A `/` at the end restricts it to folders. `!` negates it.
The last pattern that matches decides.

Only the entry itself is matched: nobody asks about the contents of a skipped folder. Each part of a pattern takes
time linear in the text, so no pattern can stall a walk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from seedsearch.record import NamedTuple
from seedsearch.wildcards import between_stars, one_of

_MAGIC = frozenset("*?[\\")
_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": " \\t", "cntrl": "\\x00-\\x1f\\x7f", "digit": "0-9",
    "graph": "!-~", "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`{-~", "space": " \\t\\n\\r\\f\\v",
    "upper": "A-Z", "xdigit": "0-9A-Fa-f",
}  # fmt: skip

Test = Callable[[str], bool]
_Value = TypeVar("_Value")


class Pattern(NamedTuple):
    """One pattern: `text` as written, its 1-based `line`, and its test.

    `fits` takes the path if `by_path` is set, else the name.
    """

    text: str
    line: int
    negated: bool
    folders_only: bool
    by_path: bool
    fits: Test


def parse_patterns(lines: Iterable[str]) -> tuple[Pattern, ...]:
    """Return the patterns of these lines. Blank lines, comments and patterns that can never match are left out."""
    found = []
    for number, line in enumerate(lines, 1):
        pattern = _parse(line.rstrip("\r\n"), number)
        if pattern is not None:
            found.append(pattern)
    return tuple(found)


def deciding(patterns: Sequence[Pattern], path: str, *, is_folder: bool) -> Pattern | None:
    """Return the last pattern that matches `path`, or None.

    `path` uses `/` and is relative to the patterns' folder.
    """
    name = path.rpartition("/")[2]
    for pattern in reversed(patterns):
        if (is_folder or not pattern.folders_only) and pattern.fits(
            path if pattern.by_path else name
        ):
            return pattern
    return None


class GlobValues(Generic[_Value]):
    """Values that the user sets for files by globs, such as encodings. If several globs match, the last one wins."""

    def __init__(self, pairs: Sequence[tuple[str, _Value]]) -> None:
        self._pairs = [
            (patterns, value)
            for glob, value in reversed(pairs)
            if (patterns := parse_patterns([glob]))
        ]

    def of(self, path: str) -> _Value | None:
        """Return the value for a file, or None. A glob that matches a folder applies to everything below it."""
        steps = path.split("/")
        for patterns, value in self._pairs:
            for count in range(len(steps), 0, -1):
                way = "/".join(steps[:count])
                if deciding(patterns, way, is_folder=count < len(steps)):
                    return value
        return None


def _parse(line: str, number: int) -> Pattern | None:
    if line.startswith("#"):
        return None
    text = _without_end_spaces(line)
    negated = text.startswith("!")
    body = text[1:] if negated else text
    folders_only = body.endswith("/")
    if folders_only:
        body = body[:-1]
    by_path = "/" in body
    body = body.removeprefix("/")
    parts = body.split("/")
    if not body:
        return None
    tests = [None if part == "**" and by_path else _part(part) for part in parts]
    if any(test is _NEVER for test in tests):
        return None
    if not by_path:
        test = tests[0]
        assert test is not None
        return Pattern(text, number, negated, folders_only, False, test)
    return Pattern(text, number, negated, folders_only, True, lambda path: _fits(tests, path))


def _without_end_spaces(line: str) -> str:
    end = len(line.rstrip(" "))
    before = len(line[:end]) - len(line[:end].rstrip("\\"))
    return line[: end + 1] if before % 2 and end < len(line) else line[:end]


def _fits(tests: Sequence[Test | None], path: str) -> bool:
    """Return whether the parts of a path match; None matches any number of parts.

    As in any matching of stars, only the last star has to be tried again.
    """
    parts = path.split("/")
    at = want = 0
    star = star_at = -1
    while at < len(parts):
        if want < len(tests) and tests[want] is None:
            star, star_at = want, at
            want += 1
            if want == len(tests):
                return True
            continue
        test = tests[want] if want < len(tests) else None
        if test is not None and test(parts[at]):
            at, want = at + 1, want + 1
        elif star >= 0:
            star_at += 1
            at, want = star_at, star + 1
        else:
            return False
    return want == len(tests)


def _never(_: str) -> bool:
    return False


_NEVER: Test = _never


def _part(part: str) -> Test:
    """Return the test for one part of a path."""
    if _MAGIC.isdisjoint(part):
        return part.__eq__
    if part[0] == "*" and _MAGIC.isdisjoint(part[1:]):
        ending = part[1:]
        return lambda name: name.endswith(ending)
    expression = _expression(part)
    if expression is None:
        return _NEVER
    match = re.compile(expression, re.DOTALL).match
    return lambda name: match(name) is not None


def _expression(part: str) -> str | None:
    """Return the regular expression of a part, or None if nothing can match it."""
    pieces = [""]
    at = 0
    while at < len(part):
        char = part[at]
        at += 1
        if char == "*":
            pieces.append("")
        elif char == "?":
            pieces[-1] += "."
        elif char == "\\":
            if at == len(part):
                return None
            pieces[-1] += re.escape(part[at])
            at += 1
        elif char == "[":
            found = _set(part, at)
            if found is None:
                return None
            expression, at = found
            pieces[-1] += expression
        else:
            pieces[-1] += re.escape(char)
    return between_stars(pieces)


def _set(part: str, at: int) -> tuple[str, int] | None:
    """Return the expression of the set after a bracket, and its end. Return None if the set is not closed."""
    negated = part[at : at + 1] in ("!", "^")
    at += negated
    first, inside = at, ""
    while part[at : at + 1] != "]" or at == first:
        if part[at : at + 2] == "[:":
            close = part.find(":]", at)
            known = _CLASSES.get(part[at + 2 : close]) if close > 0 else None
            if known is None:
                return None
            inside += known
            at = close + 2
            continue
        low, at = _member(part, at)
        if not low:
            return None
        if part[at : at + 1] == "-" and part[at + 1 : at + 2] not in ("", "]"):
            high, at = _member(part, at + 1)
            if not high:
                return None
            if low <= high:
                inside += f"{re.escape(low)}-{re.escape(high)}"
        else:
            inside += re.escape(low)
    return one_of(inside, negated=negated), at + 1


def _member(part: str, at: int) -> tuple[str, int]:
    """Return one character of a set ("" if there is none) and the offset after it."""
    if part[at : at + 1] == "\\":
        at += 1
    return part[at : at + 1], at + 1
