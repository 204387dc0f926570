"""`seedsearch formats`: list the file formats, and the packages that some of them need."""

from __future__ import annotations

import os

import click

from seedsearch.cli.exit import DONE
from seedsearch.cli.options import Command, flag, stdout_bytes, write_lines
from seedsearch.config import load_config
from seedsearch.corpus.external_programs import is_there
from seedsearch.corpus.formats.registry import FORMATS, PASSWORDS, is_installed
from seedsearch.corpus.ocr import PROGRAM
from seedsearch.render.formats import FormatLine, format_lines, format_object
from seedsearch.render.jsonl import json_line


@click.command("formats", cls=Command)
@flag("--json", "as_json", help="JSON Lines, one format a line.")
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
            _missing(entry.extra),
        )
        for entry in FORMATS
    ]
    encrypted = "in ZIP and 7z with AES: index --passwords"
    formats.append(FormatLine("encrypted members", "", (encrypted,), _missing(PASSWORDS)))
    formats.append(_by_program("scanned pages", "in PDF: index --ocr", (PROGRAM,)))
    for glob, reader in load_config(os.getcwd()).readers:
        formats.append(_by_program(f"your {reader.name}", glob, reader.command))
    if as_json:
        stdout_bytes().writelines(json_line(format_object(entry)) for entry in formats)
    else:
        write_lines(format_lines(formats))
    return DONE


def _missing(extra: str) -> str:
    return f"seedsearch[{extra}]" if extra and not is_installed(extra) else ""


def _by_program(name: str, what: str, command: tuple[str, ...]) -> FormatLine:
    return FormatLine(name, "", (what,), "" if is_there(command) else command[0])
