"""`seedsearch formats`: list the file formats, and what to install for those that cannot be read yet."""

from __future__ import annotations

import click

from seedsearch.cli.exit import DONE
from seedsearch.cli.options import debug_option, stdout_bytes, write_lines
from seedsearch.corpus.formats.registry import FORMATS, is_installed
from seedsearch.render.formats import FormatLine, format_lines, format_object
from seedsearch.render.jsonl import json_line


@click.command("formats", short_help="List the file formats that can be read.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one format a line.")
@debug_option
def command(as_json: bool) -> int:
    """List the file formats with their file name endings, and what to install to read more of them.

    The format of a file is detected by its first bytes if possible, else by its name. A text file without
    a known format is read as plain text.

    \b
      seedsearch formats
      seedsearch formats --json | jq -r 'select(.needs) | .needs'
    """
    formats = [
        FormatLine(
            entry.name,
            entry.media_type,
            entry.endings,
            f"seedsearch[{entry.extra}]" if entry.extra and not is_installed(entry.extra) else "",
        )
        for entry in FORMATS
    ]
    if as_json:
        stdout_bytes().writelines(json_line(format_object(entry)) for entry in formats)
    else:
        write_lines(format_lines(formats))
    return DONE
