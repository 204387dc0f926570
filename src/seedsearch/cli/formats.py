"""`seedsearch formats`: which formats are read here, by their endings, and what would read more."""

from __future__ import annotations

import click

from seedsearch.cli.exit import DONE
from seedsearch.cli.options import debug_option, stdout_bytes
from seedsearch.corpus.formats.registry import FORMATS, is_installed
from seedsearch.render.formats import FormatLine, format_lines, format_object
from seedsearch.render.jsonl import json_line


@click.command("formats", short_help="Say which formats are read, and what would read more.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a format.")
@debug_option
def command(as_json: bool) -> int:
    """List the formats with their file name endings, and whether each can be read here.

    A file's first bytes tell what it is where they can, else its name does. What has no format of
    its own is read as plain text if it is text.

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
    stream = stdout_bytes()
    if as_json:
        stream.write(b"".join(json_line(format_object(entry)) for entry in formats))
    else:
        stream.write("".join(f"{line}\n" for line in format_lines(formats)).encode())
    stream.flush()
    return DONE
