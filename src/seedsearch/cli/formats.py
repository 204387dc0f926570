"""`seedsearch formats`: list the file formats, and the packages that some of them need."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import click

from seedsearch.cli.exit import DONE
from seedsearch.cli.options import Command, flag, stdout_bytes, write_rows
from seedsearch.config import load_config
from seedsearch.corpus.external_programs import TESSERACT, is_there
from seedsearch.corpus.formats.registry import FORMATS, PASSWORDS, is_installed
from seedsearch.record import Record
from seedsearch.render.jsonl import json_line

_WIDTH = 38


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
    encrypted = "in ZIP, 7z, Office: index --passwords"
    formats.append(FormatLine("encrypted members", "", (encrypted,), _missing(PASSWORDS)))
    formats.append(_by_program("scanned pages", "in PDF: index --ocr", (TESSERACT,)))
    for glob, reader in load_config(os.getcwd()).readers:
        formats.append(_by_program(f"your {reader.name}", glob, reader.command))
    if as_json:
        stdout_bytes().writelines(json_line(format_object(entry)) for entry in formats)
    else:
        write_rows(format_lines(formats))
    return DONE


def _missing(extra: str) -> str:
    return f"seedsearch[{extra}]" if extra and not is_installed(extra) else ""


def _by_program(name: str, what: str, command: tuple[str, ...]) -> FormatLine:
    return FormatLine(name, "", (what,), "" if is_there(command) else command[0])


FORMAT_SCHEMA = "seedsearch.format/1"


class FormatLine(Record):
    """A format, its file name endings, and the package or program to install before it can be read, or ""."""

    name: str
    media_type: str
    endings: tuple[str, ...]
    needs: str


def format_lines(formats: Sequence[FormatLine]) -> Iterator[str]:
    """Yield three columns: the format, whether it can be read, its endings."""
    for entry in formats:
        state = f"needs {entry.needs}" if entry.needs else "read"
        first, *more = _wrapped(entry.endings)
        yield f"{entry.name:<20}{state:<22}{first}"
        for line in more:
            yield f"{'':<42}{line}"
    missing = sorted({entry.needs for entry in formats if "[" in entry.needs})
    if missing:
        yield ""
        yield f"To read more: pip install {' '.join(repr(name) for name in missing)}"


def format_object(entry: FormatLine) -> dict[str, Any]:
    """Return one format as plain values. `needs` is None if it can be read."""
    return {
        "schema": FORMAT_SCHEMA,
        "name": entry.name,
        "media_type": entry.media_type,
        "endings": [ending for ending in entry.endings if ending.startswith(".")],
        "needs": entry.needs or None,
    }


def _wrapped(endings: tuple[str, ...]) -> list[str]:
    lines = [""]
    for ending in endings:
        if lines[-1] and len(lines[-1]) + 1 + len(ending) > _WIDTH:
            lines.append("")
        lines[-1] += f" {ending}" if lines[-1] else ending
    return lines
