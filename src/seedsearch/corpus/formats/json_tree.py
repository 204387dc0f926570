"""Parse JSON leniently into a tree of values with their lines, and find where it stops being JSON.

It takes time linear in the text, and accepts comments, missing or extra commas, single quotes, unquoted names
(JSON5), and several values in a row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from seedsearch.record import NamedTuple

_TOKEN = re.compile(
    r"""[\s,\ufeff]*+(?:"(?P<double>(?:[^"\\]++|\\.)*+)"|'(?P<single>(?:[^'\\]++|\\.)*+)'|(?P<sign>[{}\[\]:])"""
    r"""|//(?P<line>[^\n]*+)|\#(?P<hash>[^\n]*+)|/\*(?P<block>(?:[^*]++|\*(?!/))*+)\*/"""
    r"""|(?P<bare>[^\s,{}\[\]:"'/\#\ufeff]++))""",
    re.DOTALL,
)
_BLANK = re.compile(r"[\s,\ufeff]*+")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(\r\n|.))", re.DOTALL)
_MEANT = {"n": "\n", "t": "\t", "r": "\r", "b": " ", "f": "\n", "\n": "", "\r": "", "\r\n": ""}
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_BARE = re.compile(r"true|false|null|NaN|[-+]?(?:Infinity|0[xX][0-9a-fA-F]+|[0-9.][0-9.eE+-]*)")
MOST_LEVELS = 200


class Value(NamedTuple):
    """A string, number or truth value as text ("" for null), and the line at which it begins."""

    text: str
    line: int
    is_text: bool


class Branch(NamedTuple):
    """An object or list: its values by their names, which are "" in a list. `size` counts characters."""

    items: Sequence[tuple[str, Node]]
    line: int
    is_list: bool
    size: int


Node: TypeAlias = Value | Branch


def tree_of(value: Any, line: int, level: int = 0) -> Node:
    """Return the library's value of some JSON as a tree on one line. Raise RecursionError if it is too deep."""
    if isinstance(value, dict | list):
        if level == MOST_LEVELS:
            raise RecursionError
        pairs = value.items() if isinstance(value, dict) else (("", part) for part in value)
        items = [(name, tree_of(part, line, level + 1)) for name, part in pairs]
        return _branch(items, line, isinstance(value, list))
    if isinstance(value, str):
        return Value(value, line, True)
    return Value("" if value is None else json.dumps(value), line, False)


def _branch(items: list[tuple[str, Node]], line: int, is_list: bool) -> Branch:
    if is_list and len(items) > 1 and (text := _joined_spans(items)):
        items = [("", Value(text, line, True))]
    size = 0
    for name, node in items:
        size += len(name) + (node.size if isinstance(node, Branch) else len(node.text)) + 2
    return Branch(items, line, is_list, size)


def _joined_spans(items: list[tuple[str, Node]]) -> str:
    """Return the text of a list of strings and objects with a `text`, as Telegram writes it; "" of another list."""
    parts: list[str] = []
    strings = 0
    for _, node in items:
        if isinstance(node, Value):
            strings += 1
            span: Node | None = node
        else:
            span = None if node.is_list else dict(node.items).get("text")
        if not isinstance(span, Value) or not span.is_text:
            return ""
        parts.append(span.text)
    return "".join(parts) if 0 < strings < len(parts) else ""


class _Open:
    """An object or list that is not closed yet. In an object, `name` waits for its value."""

    def __init__(self, line: int, is_list: bool) -> None:
        self.line, self.is_list = line, is_list
        self.items: list[tuple[str, Node]] = []
        self.name: str | None = None
        self.has_colon = False

    def takes(self, node: Node) -> bool:
        """Take a value. Return whether one is allowed here."""
        if self.is_list:
            self.items.append(("", node))
            return True
        if self.name is None or not self.has_colon:
            if self.name is not None or isinstance(node, Branch):
                return False
            self.name = node.text
            return True
        self.items.append((self.name, node))
        self.name, self.has_colon = None, False
        return True

    def done(self) -> Branch:
        if self.name is not None:
            self.items.append((self.name, Value("", self.line, False)))
        return _branch(self.items, self.line, self.is_list)


def parse(text: str) -> tuple[list[Node], int, int]:
    """Return the values in a text, and the offset and line of the unread rest: -1 and 0 if all was read."""
    root = _Open(1, True)
    stack = [root]
    end, counted, line = 0, 0, 1
    while match := _TOKEN.match(text, end):
        kind = match.lastgroup or ""
        at = match.start(kind)
        line += text.count("\n", counted, at)
        counted = at
        if not _goes_on(stack, kind, match[kind], line):
            break
        end = match.end()
    blank = _BLANK.match(text, end)
    end = blank.end() if blank else end
    whole = end == len(text) and len(stack) == 1
    while len(stack) > 1:
        opened = stack.pop().done()
        stack[-1].takes(opened)
    nodes = [node for _, node in root.items]
    return (nodes, -1, 0) if whole else (nodes, end, text.count("\n", 0, end) + 1)


def _goes_on(stack: list[_Open], kind: str, said: str, line: int) -> bool:
    """Take one token. Return False if it is not allowed here."""
    top = stack[-1]
    if kind == "sign":
        return _takes_sign(stack, said, line)
    if kind in ("double", "single"):
        return top.takes(Value(unescaped(said), line, True))
    if kind == "bare":
        is_name = not top.is_list and top.name is None
        return (is_name or bool(_BARE.fullmatch(said))) and top.takes(
            Value("" if said == "null" else said, line, False)
        )
    # A comment: in an object it becomes one of the values, without a name.
    if said.strip() and (top.is_list or top.name is None):
        top.items.append(("", Value(said.strip(), line, True)))
    return True


def _takes_sign(stack: list[_Open], sign: str, line: int) -> bool:
    top = stack[-1]
    if sign in "{[":
        stack.append(_Open(line, sign == "["))
        return len(stack) <= MOST_LEVELS
    if sign == ":":
        good = not top.is_list and top.name is not None and not top.has_colon
        top.has_colon = True
        return good
    if len(stack) == 1 or top.is_list != (sign == "]"):
        return False
    stack.pop()
    return stack[-1].takes(top.done())


def unescaped(said: str) -> str:
    """Return a string with its escapes replaced. Invalid escapes stay."""
    if "\\" not in said:
        return said
    text = _ESCAPE.sub(_escaped, said)
    return _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)


def _escaped(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 16))
    return _MEANT.get(match[2], match[2])


def leaves(node: Node, path: str = "") -> Iterator[tuple[str, Value]]:
    """Yield the values of a tree with their paths: `data.authors.name`. All values of a list have one path."""
    if isinstance(node, Value):
        yield path, node
        return
    for name, part in node.items:
        yield from leaves(part, joined(path, name))


def joined(path: str, name: str) -> str:
    """Return a path with a name appended."""
    return f"{path}.{name}" if path and name else path or name
