"""`seedsearch fields`: list the fields of the documents, or the values of one field, with counts."""

from __future__ import annotations

from functools import partial

import click

from seedsearch.cli.counting import write_counts
from seedsearch.cli.options import Command, flag, index_option, limit_option, open_home
from seedsearch.render.counts import count_object, count_record, table_lines
from seedsearch.render.messages import plural
from seedsearch.search.vocabulary import FieldCount, list_fields


@click.command("fields", cls=Command)
@click.argument("name", default="")
@limit_option(100, "fields or values")
@flag("--json", "as_json", help="JSON Lines, one field or value a line.")
@index_option
def command(name: str, limit: int, as_json: bool, index_folder: str | None) -> int:
    """List the fields of the documents, or the values of the field NAME, with the number of documents.

    Mails have fields such as from and to, JSON records those of their keys. A query asks for them by name. In a pipe,
    each line is field, tab, number of documents.

    \b
      seedsearch fields
      seedsearch fields author           the values of a field
      seedsearch query 'author:kim troops'
      seedsearch query 'price:>20 "North Korea"'
    """
    with open_home(index_folder) as index:
        counts, total = list_fields(index.engine, name, limit or None)
    what = "value" if name else "field"
    return write_counts(
        total,
        partial(table_lines, (what, "documents"), counts),
        (_object(found, name) if as_json else count_record(found) for found in counts),
        f"{len(counts):,} of {plural(total, what)}" if total else "the documents have no fields",
        in_records=as_json,
    )


def _object(found: FieldCount, name: str) -> bytes:
    """Return a field, or a value of the field `name`, as a line of JSON."""
    what = {"name": name, "value": found.text} if name else {"name": found.text}
    return count_object("field", {**what, "documents": found.documents})
