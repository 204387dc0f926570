"""Read JSON: strings and numbers as text, under the names that lead to them. Each object of a list is a document.

A small object is one section. A larger one is cut into its parts, and each part's heading is its path. The names and
values of a document are its fields.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from seedsearch.corpus.formats.document_builder import Lined
from seedsearch.corpus.formats.json_tree import Branch, Node, Value, joined, leaves, parse
from seedsearch.corpus.formats.text import decoded_of
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem
from seedsearch.model import DecodedText, ExtractedDocument, SourceFile

MEDIA_TYPE = "application/json"
_IDS = ("id", "_id", "doc_id", "docid", "docno", "uid", "uuid", "key")
_TITLES = ("title", "headline", "subject", "name")
_TEXTS = ("text", "body", "content", "contents", "passage", "abstract", "article", "description",
          "message")  # fmt: skip
_ASSIGNED = re.compile(r"\ufeff?window\.YTD\.[\w.]{1,100}+ = ")  # as in an export of Twitter
_ENOUGH_CHARS = 400  # of an object; a larger one is cut into its parts
_MOST_FIELDS = 200
_FIELD_CHARS = 200  # of a value that a query can filter by; longer ones are text


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the documents of a JSON file, and a Problem where JSON ends. Raise Skip if it is not text or is blank."""
    decoded = decoded_of(file, data)
    assigned = _ASSIGNED.match(decoded.text)
    text = decoded.text[assigned.end() :] if assigned else decoded.text
    nodes, rest, rest_line = parse(text)
    if len(nodes) == 1 and isinstance(nodes[0], Branch) and _is_list_of_objects(nodes[0]):
        nodes = [node for _, node in nodes[0].items]
    if len(nodes) > 1 and all(isinstance(node, Branch) and not node.is_list for node in nodes):
        yield from (record(file.path, MEDIA_TYPE, node, decoded) for node in nodes)
        nodes = []
    out = Lined(file.path, MEDIA_TYPE, decoded)
    title = ""
    fields: Sequence[tuple[str, str]] = ()
    for node in nodes:
        _lay(node, "", out)
    if len(nodes) == 1 and isinstance(nodes[0], Branch):
        title, fields = _first_of(_TITLES, _by_name(nodes[0]))[1], fields_of(nodes[0])
    if rest >= 0:
        out.section()
        out.add_lines(text[rest:], rest_line, 1)
        yield Problem(f"line {rest_line}", "no JSON from here on, read as plain text")
    if nodes or rest >= 0:
        title = title or os.path.basename(file.path)
        yield out.document(title, fields=fields)


def _is_list_of_objects(node: Branch) -> bool:
    return node.is_list and all(
        isinstance(part, Branch) and not part.is_list for _, part in node.items
    )


def record(path: str, media_type: str, node: Node, decoded: DecodedText) -> ExtractedDocument:
    """Return the document of a record: its text, then its other facts. Without a text it has all its facts."""
    out = Lined(path, media_type, decoded)
    if not isinstance(node, Branch) or node.is_list:
        _lay(node, "", out)
        return out.document(_titled(out))
    by_name = _by_name(node)
    id_at, id = _first_of(_IDS, by_name)
    title_at, title = _first_of(_TITLES, by_name)
    text_at, text = _first_of(_TEXTS, by_name)
    if text_at >= 0:
        out.add_lines(text, node.items[text_at][1].line)
    others = [item for at, item in enumerate(node.items) if at not in (id_at, title_at, text_at)]
    rest = Branch(others, node.line, False, node.size - len(text))
    if rest.size <= _ENOUGH_CHARS:
        _add(rest, "", out)
    else:
        _lay(rest, "", out)
    shown = title or id or _titled(out)
    found = out.document(shown, line=node.line, id=id, fields=fields_of(rest))
    if title or not out.has_text:
        return found
    # The name of the file says nothing about one record, and numbers are no words to rank by.
    return found._replace(document=found.document.replace(title=""))


def _titled(out: Lined) -> str:
    return "" if out.has_text else "record"


def _by_name(node: Branch) -> dict[str, tuple[int, str]]:
    """Return the index and the value of the first item of each name, in lower case, that has a value."""
    found: dict[str, tuple[int, str]] = {}
    for at, (name, part) in enumerate(node.items):
        if text := _words_of(part):
            found.setdefault(name.lower(), (at, text))
    return found


def _first_of(names: Sequence[str], by_name: dict[str, tuple[int, str]]) -> tuple[int, str]:
    """Return the index and the value of the first of these names that an object has; (-1, "") if it has none."""
    return next((by_name[name] for name in names if name in by_name), (-1, ""))


def _words_of(node: Node) -> str:
    """Return a value, or a list of values, as text; "" for anything else."""
    if isinstance(node, Value):
        return node.text.strip() if node.text not in ("true", "false") or node.is_text else ""
    if not node.is_list:
        return ""
    return ", ".join(
        filter(None, (_words_of(part) for _, part in node.items if isinstance(part, Value)))
    )


def fields_of(node: Branch) -> tuple[tuple[str, str], ...]:
    """Return the short values of an object by their lower-case paths. The values of a list are joined."""
    found: dict[str, list[str]] = {}
    for path, value in leaves(node):
        text = " ".join(value.text.split())
        name = path.lower()
        if (
            name
            and text
            and len(text) <= _FIELD_CHARS
            and (name in found or len(found) < _MOST_FIELDS)
        ):
            found.setdefault(name, []).append(text)
    return tuple((name, ", ".join(values)) for name, values in found.items())


# ------------------------------------------------------------------------------ values to text


def _lay(node: Node, path: str, out: Lined) -> None:
    """Add the text of a value, in sections if it is large."""
    if isinstance(node, Value) or node.size <= _ENOUGH_CHARS or _is_flat(node):
        out.section(path)
        _add(node, "", out)
        return
    out.section(path)
    larger: list[tuple[str, Node]] = []
    for number, (name, part) in enumerate(node.items):
        if isinstance(part, Value) or _is_flat(part):
            _add(part, name, out)
        else:
            larger.append((f"{path}[{number}]" if node.is_list else joined(path, name), part))
    for below, part in larger:
        _lay(part, below, out)


def _is_flat(node: Node) -> bool:
    """Return whether a node is a list of values only."""
    return (
        isinstance(node, Branch)
        and node.is_list
        and all(isinstance(part, Value) for _, part in node.items)
    )


def _add(node: Node, path: str, out: Lined) -> None:
    """Add the values of an object, one a line: `name: value`. Values of a list that are on one line are joined."""
    if isinstance(node, Value):
        if node.text.strip():
            out.add_lines(f"{path}: {node.text.strip()}" if path else node.text.strip(), node.line)
    elif _is_flat(node):
        values = [part for _, part in node.items if isinstance(part, Value) and part.text.strip()]
        for value in values[:1]:
            _add(value, path, out)
        for value in values[1:]:
            out.join(value.text.strip(), value.line, ", ")
    else:
        for name, part in node.items:
            _add(part, joined(path, name), out)
