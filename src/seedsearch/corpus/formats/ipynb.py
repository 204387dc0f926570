"""Read Jupyter notebooks: the source and the text output of each cell, under the cell's number.

Pictures and other data in outputs and attachments are left out and named.
"""

from __future__ import annotations

import os
import re

from seedsearch.corpus.decode import decode
from seedsearch.corpus.formats import json_text, markdown
from seedsearch.corpus.formats.document_builder import Lined, clean_text
from seedsearch.corpus.formats.json_tree import Branch, Node, Value, parse
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem
from seedsearch.model import SourceFile

MEDIA_TYPE = "application/x-ipynb+json"
_HEADING = re.compile(r"(?m)^ {0,3}#{1,6}[ \t]+(.+?)[ \t#]*$")
_COLOUR = re.compile("\x1b\\[[0-9;]*+[A-Za-z]")
_TAG = re.compile(r"<(?:style|script)\b.*?</(?:style|script)>|<[^<>]*+>", re.DOTALL | re.IGNORECASE)
_READ = ("text/plain", "text/markdown", "text/html", "text/latex")


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the one document of a notebook. Other JSON is read as JSON. Raise Skip if it is blank."""
    decoded = decode(data, file.encoding)
    nodes, rest, rest_line = parse(decoded.text)
    cells = _cells(nodes[0]) if nodes else None
    if cells is None:
        yield from json_text.extract(file, data)
        return
    notebook = _Notebook(Lined(file.path, MEDIA_TYPE, decoded))
    for number, cell in enumerate(cells, 1):
        notebook.add(number, cell)
    if rest >= 0:
        notebook.out.section()
        notebook.out.add_lines(decoded.text[rest:], rest_line, 1)
        yield Problem(f"line {rest_line}", "no JSON from here on, read as plain text")
    metadata = dict(_items(dict(_items(nodes[0])).get("metadata")))
    title = _text(metadata.get("title")) or notebook.title
    spec = dict(_items(metadata.get("kernelspec")))
    fields = [
        ("kernel", _text(spec.get("display_name"))),
        ("author", _authors(metadata.get("authors"))),
    ]
    yield notebook.out.document(title or os.path.basename(file.path), fields=fields)
    yield from notebook.problems


def _cells(root: Node) -> list[Node] | None:
    """Return the cells of a notebook of version 4 or 3, or None if it is no notebook."""
    items = dict(_items(root))
    sheets = [part for _, part in _items(items.get("worksheets"))]
    holders = sheets or [root]
    found = [dict(_items(holder)).get("cells") for holder in holders]
    if not any(isinstance(cells, Branch) and cells.is_list for cells in found):
        return None
    return [cell for cells in found for _, cell in _items(cells)]


def _items(node: Node | None) -> list[tuple[str, Node]]:
    return list(node.items) if isinstance(node, Branch) else []


def _text(node: Node | None) -> str:
    """Return the text of a string, or of a list of strings joined."""
    if isinstance(node, Value):
        return clean_text(node.text)
    return clean_text("".join(part.text for _, part in _items(node) if isinstance(part, Value)))


def _authors(node: Node | None) -> str:
    return ", ".join(
        filter(None, (_text(dict(_items(part)).get("name")) for _, part in _items(node)))
    )


class _Notebook:
    """The contents of the cells, in order."""

    def __init__(self, out: Lined) -> None:
        self.out = out
        self.title = ""
        self.problems: list[Problem] = []
        self._below = ""  # the heading above the current cell

    def add(self, number: int, cell: Node) -> None:
        items = dict(_items(cell))
        source = items.get("source", items.get("input"))
        place = f"cell {number}"
        text = _text(source)
        if _text(items.get("cell_type")) == "markdown" and (heading := _HEADING.search(text)):
            self._below = markdown.plain(heading[1])
            self.title = self.title or self._below
        is_code = _text(items.get("cell_type")) == "code"
        self._section(place)
        self._strings(source)
        for _, attached in _items(items.get("attachments")):
            for kind, _ in _items(attached):
                self.problems.append(Problem(place, f"{kind} left out"))
        if is_code:
            for _, output in _items(items.get("outputs")):
                self._output(f"{place}, output", dict(_items(output)))

    def _section(self, place: str) -> None:
        self.out.section(f"{self._below} › {place}" if self._below else place)

    def _output(self, place: str, output: dict[str, Node]) -> None:
        self._section(place)
        self._strings(output.get("text"))
        if "traceback" in output:
            for name in ("ename", "evalue"):
                self._strings(output.get(name))
            for _, line in _items(output["traceback"]):
                self._strings(line)
        data = dict(_items(output.get("data")))
        read = next((kind for kind in _READ if kind in data), "")
        self._strings(data.get(read), is_page=read == "text/html")
        for kind in data:
            if kind not in (*_READ, "application/json") and not kind.endswith("+json"):
                self.problems.append(Problem(place, f"{kind} left out"))

    def _strings(self, node: Node | None, is_page: bool = False) -> None:
        """Add the lines of a text. Each takes the line of the file at which its string begins."""
        parts = [("", node)] if isinstance(node, Value) else _items(node)
        for _, part in parts:
            if isinstance(part, Value):
                text = _COLOUR.sub("", part.text)
                text = _TAG.sub(" ", text) if is_page else text
                self.out.add_lines(text.removesuffix("\n"), part.line)
