"""Match the patterns of .gitignore files, as git does, against one entry of a folder at a time.

`*` and `?` match anything but `/`; `[abc]`, `[!a-z]` and `[[:alpha:]]` match one character; `**` as a whole part of a
path matches any number of parts; `\\` quotes the next character. A pattern with a `/` before its end matches the path
relative to its file, any other pattern a name at any depth. A `/` at the end restricts it to folders. `!` negates it.
The last pattern that matches decides.

Only the entry itself is matched: nobody asks about the contents of a skipped folder. Each part of a pattern takes
time linear in the text, so no pattern can stall a walk.

The patterns of an ignore file (.gitignore, .ignore, .seedsearchignore) apply to its folder and everything below, and a
deeper file overrides a higher one. Every .seedsearchignore overrides every .ignore, which overrides every .gitignore,
which overrides the repository's info/exclude. The ignore files above a walk's top count too, up to the top of its git
repository.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from seedsearch.corpus.read import read_file
from seedsearch.corpus.skip import Skip
from seedsearch.errors import SourceUnreadableError
from seedsearch.folders import IGNORE_FILES, prefix_of
from seedsearch.record import NamedTuple

_MAGIC = frozenset("*?[\\")
_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": " \\t", "cntrl": "\\x00-\\x1f\\x7f", "digit": "0-9",
    "graph": "!-~", "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`{-~", "space": " \\t\\n\\r\\f\\v",
    "upper": "A-Z", "xdigit": "0-9A-Fa-f",
}  # fmt: skip

_EXCLUDE = os.path.join(".git", "info", "exclude")
_MOST_BYTES = 1 << 20

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
    found = (_parse(line.rstrip("\r\n"), number) for number, line in enumerate(lines, 1))
    return tuple(pattern for pattern in found if pattern is not None)


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
    try:
        tests = [None if part == "**" and by_path else _part(part) for part in parts]
    except ValueError:
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


def _part(part: str) -> Test:
    """Return the test for one part of a path. Raise ValueError if nothing can match it."""
    if _MAGIC.isdisjoint(part):
        return part.__eq__
    if part[0] == "*" and _MAGIC.isdisjoint(part[1:]):
        ending = part[1:]
        return lambda name: name.endswith(ending)
    match = re.compile(_expression(part), re.DOTALL).match
    return lambda name: match(name) is not None


def _expression(part: str) -> str:
    """Return the regular expression of a part.

    What comes after a star is matched at the first place where it fits, and an atomic group keeps that choice. For
    globs the first place is always enough. So matching takes time linear in the text for every star.
    """
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
                raise ValueError("nothing is quoted")
            pieces[-1] += re.escape(part[at])
            at += 1
        elif char == "[":
            expression, at = _set(part, at)
            pieces[-1] += expression
        else:
            pieces[-1] += re.escape(char)
    first, *rest = pieces
    if not rest:
        return first + r"\Z"
    *middle, last = rest
    return first + "".join(f"(?>.*?{piece})" for piece in middle if piece) + f".*{last}\\Z"


def _set(part: str, at: int) -> tuple[str, int]:
    """Return the expression of the set after a bracket, and its end."""
    negated = part[at : at + 1] in ("!", "^")
    at += negated
    first, inside = at, ""
    while part[at : at + 1] != "]" or at == first:
        if part[at : at + 2] == "[:":
            close = part.find(":]", at)
            name = part[at + 2 : close]
            if close < 0 or name not in _CLASSES:
                raise ValueError("not a class")
            inside += _CLASSES[name]
            at = close + 2
            continue
        low, at = _member(part, at)
        if part[at : at + 1] == "-" and part[at + 1 : at + 2] not in ("", "]"):
            high, at = _member(part, at + 1)
            if low <= high:
                inside += f"{re.escape(low)}-{re.escape(high)}"
        else:
            inside += re.escape(low)
    nothing = "." if negated else "(?!)"
    return f"[{'^' if negated else ''}{inside}]" if inside else nothing, at + 1


def _member(part: str, at: int) -> tuple[str, int]:
    """Return one character of a set and the offset after it."""
    if part[at : at + 1] == "\\":
        at += 1
    if at >= len(part):
        raise ValueError("a set is not closed")
    return part[at], at + 1


# ------------------------------------------------------------------------- ignore files


class _Source(NamedTuple):
    """Patterns, the folder they are relative to (with its separator), and the file that contains them."""

    base: str
    file: str
    patterns: Sequence[Pattern]


class Rules:
    """The ignore files that apply to a folder and to the folders below it."""

    def __init__(self, sources: Sequence[Sequence[_Source]] = ((),) * (len(IGNORE_FILES) + 1)):
        # One group for each of IGNORE_FILES, and one for the rest; the strongest source of a group comes first.
        self._sources = sources

    def below(self, folder: str, names: Iterable[str]) -> Rules:
        """Return the rules for the entries of `folder`. `names` are its ignore files."""
        sources = [list(group) for group in self._sources]
        for name in names:
            sources[IGNORE_FILES.index(name)][:0] = _read(folder, name)
        return Rules(sources)

    def reason(self, path: str, *, is_folder: bool) -> str:
        """Return the pattern that ignores this entry (an absolute path) as `file:line: pattern`, or ""."""
        for group in self._sources:
            for source in group:
                if not path.startswith(source.base):
                    continue
                inner = path[len(source.base) :]
                inner = inner if os.sep == "/" else inner.replace(os.sep, "/")
                pattern = deciding(source.patterns, inner, is_folder=is_folder)
                if pattern is not None:
                    if pattern.negated:
                        return ""
                    line = f":{pattern.line}" if os.path.isabs(source.file) else ""
                    return f"{source.file}{line}: {pattern.text}"
        return ""

    def __bool__(self) -> bool:
        return any(self._sources)

    def for_named(self, path: str) -> Rules:
        """Return the rules without the patterns that ignore `path` or a folder above it.

        So a home folder under version control, which ignores `*`, can still be searched.
        """
        return Rules([[_for_named(source, path) for source in group] for group in self._sources])


def rules_at(top: str, repository: str, patterns: Iterable[str]) -> Rules:
    """Return the rules for the entries of `top`: these patterns of the user, which are weaker than any ignore file, and
    the ignore files from there up to `repository`, with its info/exclude. "" is no repository.

    Patterns that ignore `top` itself do not count: the user asked for it.
    """
    own = _Source(prefix_of(top), "ignore in the configuration", parse_patterns(patterns))
    weakest = [own] if own.patterns else []
    if not repository:
        return Rules([*([] for _ in IGNORE_FILES), weakest])
    rules = Rules([*([] for _ in IGNORE_FILES), [*_read(repository, _EXCLUDE), *weakest]])
    folder, steps = repository, top[len(repository) :].strip(os.sep).split(os.sep)
    for step in steps if top != repository else ():
        names = [name for name in IGNORE_FILES if os.path.lexists(os.path.join(folder, name))]
        rules = rules.below(folder, names)
        folder = os.path.join(folder, step)
    return rules.for_named(top)


def _for_named(source: _Source, path: str) -> _Source:
    if not path.startswith(source.base):
        return source
    steps = path[len(source.base) :].split(os.sep)
    ways = ["/".join(steps[:count]) for count in range(1, len(steps) + 1)]
    kept = [
        pattern
        for pattern in source.patterns
        if pattern.negated or not any(deciding([pattern], way, is_folder=True) for way in ways)
    ]
    return source._replace(patterns=kept)


def _read(folder: str, name: str) -> Sequence[_Source]:
    """Return the patterns of an ignore file, if it can be read and has some."""
    path = os.path.join(folder, name)
    try:
        _, data = read_file(path, max_bytes=_MOST_BYTES)
    except (Skip, SourceUnreadableError):
        return ()
    text = os.fsdecode(data.removeprefix(b"\xef\xbb\xbf"))
    patterns = parse_patterns(text.split("\n"))
    return (_Source(prefix_of(folder), path, patterns),) if patterns else ()
