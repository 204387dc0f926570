"""`seedsearch open`: open a hit in an editor at its line, in a viewer at its page, or in a browser at its words."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys

import click

from seedsearch.citation import file_uri, readings
from seedsearch.cli.exit import DONE, ERROR
from seedsearch.cli.last_answer import chosen
from seedsearch.cli.options import Command, flag, index_option, open_home, write_lines
from seedsearch.errors import SeedsearchError, UsageError
from seedsearch.model import Passage
from seedsearch.paths import is_stream
from seedsearch.render.sanitize import clean
from seedsearch.search import Opened
from seedsearch.search.locate import locate
from seedsearch.search.passage_view import opens_in_editor

_EDITORS = {  # names of programs -> their arguments for a line
    "vi vim nvim gvim view nano pico micro emacs emacsclient kak joe jed ne mg mcedit gedit less": (
        "+{line}",
        "{path}",
    ),
    "code code-insiders codium vscodium cursor windsurf": ("--goto", "{path}:{line}"),
    "subl sublime_text hx helix zed": ("{path}:{line}",),
    "kate kwrite idea pycharm webstorm goland": ("--line", "{line}", "{path}"),
}
_EDITOR_OF = {name: template for names, template in _EDITORS.items() for name in names.split()}
_VIEWERS = {
    "evince": ("--page-label={page}", "{path}"),
    "okular": ("-p", "{page}", "{path}"),
    "zathura": ("-P", "{page}", "{path}"),
    "sioyek": ("--page", "{page}", "{path}"),
    "mupdf": ("{path}", "{page}"),
    "xpdf": ("{path}", ":{page}"),
    "SumatraPDF": ("-page", "{page}", "{path}"),
}
_WORDS = 8  # of a text fragment


@click.command("open", cls=Command)
@click.argument("place", metavar="N|PLACE")
@flag("--print", "only_print", help="Print the command, and do not run it.")
@index_option
def command(place: str, only_print: bool, index_folder: str | None) -> int:
    """Open the N-th hit of the last answer on a terminal, or a PLACE as query prints it.

    Text opens in SEEDSEARCH_EDITOR, VISUAL or EDITOR at its line, a PDF in a viewer at its page, and a web page in the
    browser at its words. If seedsearch does not know the options of your editor, write {path} and {line} into its
    command.

    \b
      seedsearch open 3
      seedsearch open notes/port.txt:12
      EDITOR='ed2 --at {line} {path}' seedsearch open 3
    """
    with open_home(index_folder) as index:
        wanted = chosen(index.home, place)
        passage, _ = locate(index, wanted.place, clean)
    line = wanted.line or next(readings(wanted.place)).line or passage.line_start
    program, waits = program_for(index, passage, line, place)
    if only_print:
        write_lines([clean(shlex.join(program))])
        return DONE
    return run_program(program, waits=waits)


def program_for(index: Opened, passage: Passage, line: int, place: str) -> tuple[list[str], bool]:
    """Return the command that opens a passage, and whether to wait until it ends. `place` is what the user named.

    Raises UsageError if there is no file any more, or nothing opens it there.
    """
    stored = passage.document.path
    path = index.home.absolute(stored)
    if is_stream(stored) or not os.path.isfile(path):
        raise UsageError(
            f"there is no file {index.shown(stored)}", f"seedsearch show {shlex.quote(place)}"
        )
    return _program(path, passage, line, place)


def _program(path: str, passage: Passage, line: int, place: str) -> tuple[list[str], bool]:
    if passage.document.media_type == "text/html" and not passage.document.member:
        return [*_desktop(), _fragment_uri(path, passage)], False
    if passage.page is not None:
        for name, template in _VIEWERS.items():
            if shutil.which(name):
                return [name, *_filled(template, path, page=passage.page)], False
        return [*_desktop(), path], False
    if not opens_in_editor(path, passage):
        raise UsageError(
            f"{place} is inside a file that no editor can open at a line",
            f"seedsearch show {shlex.quote(place)}",
        )
    return _editor(path, line), True


def _editor(path: str, line: int) -> list[str]:
    given = next(filter(None, map(os.environ.get, ("SEEDSEARCH_EDITOR", "VISUAL", "EDITOR"))), "")
    try:
        words = shlex.split(given, posix=os.name != "nt")
    except ValueError as error:
        raise UsageError(f"the editor cannot be read: {given}", "close its quotation") from error
    if not words:
        words = [next(filter(shutil.which, ("vim", "vi", "nano", "less")), "vi")]
    if any("{path}" in word for word in words):
        return _filled(words, path, line=line)
    name = os.path.basename(words[0]).removesuffix(".exe")
    return [*words, *_filled(_EDITOR_OF.get(name, ("{path}",)), path, line=line)]


def _filled(template: tuple[str, ...] | list[str], path: str, **numbers: int) -> list[str]:
    """Return the words of a template with their values. A path is absolute, so that it is no option."""
    for name, number in numbers.items():
        template = [word.replace(f"{{{name}}}", str(number)) for word in template]
    return [word.replace("{path}", path) for word in template]


def _desktop() -> list[str]:
    """Return the program that opens a file with the desktop's default application."""
    if os.name == "nt":
        return ["explorer"]
    if browser := os.environ.get("BROWSER", "").partition(os.pathsep)[0]:
        return shlex.split(browser)
    return ["open" if sys.platform == "darwin" else "xdg-open"]


def _fragment_uri(path: str, passage: Passage) -> str:
    """Return the URI of a page with a text fragment: the first words of the passage."""
    from urllib.parse import quote  # start-up time

    words = passage.text.strip().partition("\n")[0].split()[:_WORDS]
    return f"{file_uri(path)}#:~:text={quote(' '.join(words), safe='').replace('-', '%2D')}"


def run_program(program: list[str], *, waits: bool) -> int:
    """Run the command. Return the exit code. Raises SeedsearchError if it cannot be run."""
    try:
        if waits:
            return DONE if subprocess.call(program) == 0 else ERROR
        nowhere = subprocess.DEVNULL
        subprocess.Popen(
            program, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True
        )
    except OSError as error:
        raise SeedsearchError(
            f"cannot run {program[0]}: {error.strerror}", "set VISUAL, EDITOR or BROWSER"
        ) from error
    return DONE
