"""`seedsearch formats`: list the file formats, and the packages that some of them need."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any

import click

from seedsearch.cli.options import Command, flag, write_records, write_rows
from seedsearch.config import load_config
from seedsearch.corpus.external_programs import TESSERACT, is_there
from seedsearch.corpus.formats.registry import FORMATS, PASSWORDS, is_installed
from seedsearch.record import Record
from seedsearch.render.jsonl import json_line

_WIDTH = 38
_SPACE = "\u2007"  # a figure space: no row ends there


@click.command("formats", cls=Command)
@flag("--json", "as_json", help="JSON Lines, one format a line.")
def command(as_json: bool) -> None:
    """List the file formats with their file name endings, and what to install to read more of them.

    The format of a file is detected by its first bytes if possible, else by its name. A text file without
    a known format is read as plain text.

    \b
      seedsearch formats
      seedsearch formats --json | jq -r 'select(.needs) | .needs'
    """
    encrypted = "in ZIP, 7z, Office: index --passwords"
    readers = load_config(os.getcwd()).readers
    formats = [
        *(_Format(own.name, own.media_type, own.endings, _missing(own.extra)) for own in FORMATS),
        _Format("encrypted members", "", (encrypted,), _missing(PASSWORDS)),
        _by_program("scanned pages", "in PDF: index --ocr", (TESSERACT,)),
        *(_by_program(f"your {reader.name}", glob, reader.command) for glob, reader in readers),
    ]
    if as_json:
        write_records(json_line(_object(entry)) for entry in formats)
    else:
        write_rows(_lines(formats))


class _Format(Record):
    """A format, its file name endings, and the package or program to install before it can be read, or ""."""

    name: str
    media_type: str
    endings: tuple[str, ...]
    needs: str


def _missing(extra: str) -> str:
    return f"seedsearch[{extra}]" if extra and not is_installed(extra) else ""


def _by_program(name: str, what: str, command: tuple[str, ...]) -> _Format:
    return _Format(name, "", (what,), "" if is_there(command) else command[0])


def _lines(formats: Sequence[_Format]) -> Iterator[str]:
    """Yield three columns: the format, whether it can be read, its endings."""
    for entry in formats:
        state = f"needs {entry.needs}" if entry.needs else "read"
        endings = (ending.replace(" ", _SPACE) for ending in entry.endings)  # each stays whole
        rows = wrap(" ".join(endings), _WIDTH, break_long_words=False, break_on_hyphens=False)
        first, *more = [row.replace(_SPACE, " ") for row in rows] or [""]
        yield f"{entry.name:<20}{state:<22}{first}"
        for line in more:
            yield f"{'':<42}{line}"
    missing = sorted({entry.needs for entry in formats if "[" in entry.needs})
    if missing:
        yield ""
        yield f"To read more: pip install {' '.join(repr(name) for name in missing)}"


def _object(entry: _Format) -> dict[str, Any]:
    """Return one format as plain values. `needs` is None if it can be read."""
    return {
        "schema": "seedsearch.format/1",
        "name": entry.name,
        "media_type": entry.media_type,
        "endings": [ending for ending in entry.endings if ending.startswith(".")],
        "needs": entry.needs or None,
    }
