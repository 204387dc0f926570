"""The forms of output: a table of their names, modules and needs.

Each form is a module with a function `records(result, options)`. A template, such as `{path}:{line} {title}`, is a
form too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING

from seedsearch.errors import UsageError
from seedsearch.model import SearchResult
from seedsearch.record import NamedTuple, Record
from seedsearch.render.paint import PLAIN, Paint
from seedsearch.spelling import did_you_mean

if TYPE_CHECKING:
    from seedsearch.query.batch import BatchQuery


class RecordOptions(Record):
    """How to write. `text` says which text a record shows (records.py). With `null`, NUL ends a path, or a record of
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
