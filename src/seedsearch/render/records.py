r"""The forms in which hits are printed, and the plain one: ``place:line:text``, one record a line, as grep prints them.

Each form is a module with a function `records(result, options)`. A template, such as `{path}:{line} {title}`, is a
form too. This is the plain form:

* The place is the path, with the member and page if there are any (citation.py).
* The line is the line of the best match. The text is the window around it, or the line, or the passage. It is written
  on one line: runs of white space become one space, and the rest is sanitised. A record never contains a newline or an
  escape sequence of a document, so ``| head`` and ``| less -R`` are safe.
* A path is sanitised: a newline in a name becomes ``␊``.
* With `paint`, places, lines and matches are coloured.
* With `null`, a NUL follows the place instead of ``:`` or the newline (as in ``grep -Z``), and the path is
  written as its exact bytes, except on a terminal.

Records are UTF-8 in every locale.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from seedsearch.citation import Citation, document_place, file_uri
from seedsearch.errors import UsageError
from seedsearch.line_ends import LINE_END
from seedsearch.model import Hit, SearchResult
from seedsearch.paths import is_stream
from seedsearch.record import NamedTuple, Record
from seedsearch.render.paint import PLAIN, Paint, clipped
from seedsearch.render.sanitize import clean, fold
from seedsearch.spelling import did_you_mean

if TYPE_CHECKING:
    from seedsearch.query.batch import BatchQuery

WINDOW, LINE, PASSAGE = "snippet", "line", "passage"
"""The text that a record shows."""
LINE_PART = "line in the window"
"""The part of the line inside the window, for lines of limited length."""


class RecordOptions(Record):
    """How to write. `text` says which text a record shows. With `null`, NUL ends a path, or a record of
    a template. In a batch, `query` is the query of the result. `paint` colours places, lines and matches. `width` and
    `sort` are for a concordance (kwic.py).
    """

    form: str
    text: str = "snippet"
    null: bool = False
    terminal: bool = False
    query: BatchQuery | None = None
    paint: Paint = PLAIN
    width: int = 200
    sort: str = "score"


class Form(NamedTuple):
    """A form: its module, whether it needs the text of passages, and whether it needs details (all matches, ids).

    With `has_ids`, records of a batch begin with the query id. Other forms have a key or column for it, or omit it.
    """

    module: str
    needs_text: bool = True
    needs_details: bool = False
    has_ids: bool = False


FORMS = {
    "plain": Form("records", has_ids=True),
    "json": Form("jsonl", needs_details=True),
    "csv": Form("tables"),
    "tsv": Form("tables"),
    "vimgrep": Form("vimgrep", needs_details=True, has_ids=True),
    "paths": Form("records", needs_text=False, has_ids=True),
    "counts": Form("records", needs_text=False, has_ids=True),
    "rg-json": Form("rg_json", needs_details=True),
    "trec": Form("trec", needs_text=False),
    "markdown": Form("markdown"),
    "kwic": Form("kwic", needs_details=True, has_ids=True),
    "kwic-json": Form("kwic", needs_details=True),
}
_TEMPLATE = Form("template", needs_details=True, has_ids=True)


def form_named(name: str) -> Form:
    """Return a form by its name, or the form of templates. Raises UsageError for an unknown name."""
    if "{" in name:
        return _TEMPLATE
    if name in FORMS:
        return FORMS[name]
    hint = did_you_mean(name, FORMS, f"the formats are {', '.join(FORMS)}, and templates")
    raise UsageError(f"no such format: {name}", hint)


def writer_of(name: str) -> Callable[[SearchResult, RecordOptions], Iterable[bytes]]:
    """Return the `records` function of a form. Imports only the form's module: start-up time."""
    module = import_module(f"seedsearch.render.{form_named(name).module}")
    writer: Callable[[SearchResult, RecordOptions], Iterable[bytes]] = module.records
    return writer


def records(result: SearchResult, options: RecordOptions) -> Iterator[bytes]:
    """Yield a record for each hit; or for each file its path, or its path and count."""
    if options.form == "plain":
        for hit in result.hits:
            shown = lit_text(hit, shown_span(hit, options.text), options.paint)
            yield place_field(hit, b":", options) + _line(hit.line, f":{shown}", options)
        return
    counts: dict[str, int] = {}
    for hit in result.hits:
        counts[hit.path] = counts.get(hit.path, 0) + hit.matching
    for path, count in counts.items():
        if options.form == "paths":
            yield path_field(path, b"\n", options)
        else:
            yield path_field(path, b":", options) + _line(count, "", options)


def _line(number: int, rest: str, options: RecordOptions) -> bytes:
    return f"{options.paint('line', str(number))}{rest}\n".encode()


def lit_text(hit: Hit, span: tuple[int, int], paint: Paint) -> str:
    """Return a part of the passage on one line, sanitised, with the matches lit."""
    text = hit.passage.text[slice(*span)]
    lit = hit.snippet.highlights
    return paint.lit_and_folded(text, clipped(lit, *span)) if lit else fold(text)


def shown_text(hit: Hit, text: str = WINDOW) -> str:
    """Return the exact text of the window, of the line of the best match, or of the whole passage."""
    start, end = shown_span(hit, text)
    return hit.passage.text[start:end]


def shown_span(hit: Hit, text: str = WINDOW) -> tuple[int, int]:
    """Return the range of the passage's text that `shown_text` returns."""
    whole, window = hit.passage.text, hit.snippet.window
    if text == PASSAGE or window is None:
        return 0, len(whole)
    start, end = window.span
    if text != WINDOW:
        at = window.highlights[0].start if window.highlights else start
        first = max(whole.rfind("\n", 0, at), whole.rfind("\r", 0, at)) + 1
        ended = LINE_END.search(whole, at)
        last = ended.start() if ended else len(whole)
        is_part = text == LINE_PART
        start, end = (max(start, first), min(end, last)) if is_part else (first, last)
    return start, end


def citation_of(hit: Hit) -> Citation:
    """Return the place of the best match of a hit."""
    passage = hit.passage
    return Citation(hit.path, passage.document.member, passage.page or 0, hit.line)


def uri_of(hit: Hit) -> str:
    """Return the URI of the file of a hit; "" for a stream."""
    passage = hit.passage
    return "" if is_stream(passage.document.path) else file_uri(hit.path, passage.page)


def place_field(hit: Hit, end: bytes, options: RecordOptions) -> bytes:
    """Return the path with the member and page, and `end`; with `null`, NUL as in `path_field`."""
    document, page = hit.passage.document, hit.passage.page
    if not document.member and page is None:
        return path_field(hit.path, end, options)
    inside = options.paint("path", clean(document_place("", document.member, page)))
    head = path_field(hit.path, b"", options)
    return head.removesuffix(b"\0") + inside.encode() + (b"\0" if options.null else end)


def path_field(path: str, end: bytes, options: RecordOptions) -> bytes:
    """Return the path and `end`; with `null`, its exact bytes (except on a terminal) and NUL."""
    if options.null and not options.terminal:
        return os.fsencode(path) + b"\0"
    return options.paint("path", clean(path)).encode() + (b"\0" if options.null else end)
