"""`seedsearch fields`: list the fields of the documents, or the values of one field, with counts."""

from __future__ import annotations

from functools import partial

import click

from seedsearch.cli.counting import table_of, write_counts
from seedsearch.cli.options import Command, flag, index_option, limit_option, open_home
from seedsearch.render.fields import field_object, field_record, field_row, fields_summary
from seedsearch.search.fields import list_fields


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
    with open_home(index_folder) as (engine, _):
        found = list_fields(engine, name, limit or None)
    return write_counts(
        found.total,
        table_of(found.counts, ("value" if name else "field", "documents"), field_row),
        map(partial(field_object, name=name) if as_json else field_record, found.counts),
        fields_summary(len(found.counts), found.total, name),
        in_records=as_json,
    )
