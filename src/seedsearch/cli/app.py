"""The `seedsearch` group: finds the command that is named and imports that one alone."""

from __future__ import annotations

import os
from typing import NoReturn

import click

from seedsearch import __version__
from seedsearch.cli.exit import ERROR, say
from seedsearch.errors import UsageError
from seedsearch.render.messages import error_message

# In the order in which help shows them: module of this package, what it does.
_COMMANDS = {
    "index": "Index folders and files, or bring the index up to date.",
    "query": "Search: the passages that match best, best first.",
    "similar": "Find passages like one, or like a file.",
    "show": "Print a passage in its surroundings.",
    "terms": "List the words of the index, with counts.",
    "watch": "Keep the index current while files change.",
    "status": "Say what is indexed, where, how big, how old.",
    "forget": "Take a file or folder out of the index.",
    "formats": "Say which formats are read, and what would read more.",
    "eval": "Measure the answers to judged queries.",
    "check": "Say whether the index is whole, and what is damaged.",
}

_WELCOME = """\
seedsearch finds passages in folders of documents. Two commands do it:

  seedsearch index FOLDER     read a folder (again: only what changed)
  seedsearch query WORDS      find the passages that match best

More: seedsearch --help, seedsearch query --help"""


class LazyGroup(click.Group):
    """A group that imports a command's module when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands' names, in the order of help."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in _COMMANDS:
            return None
        from importlib import import_module  # one command is loaded, not all: start-up time

        command = import_module(f"seedsearch.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments begin with. Raises UsageError when there is none."""
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            _no_such_command(args)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


def _no_such_command(args: list[str]) -> NoReturn:
    import difflib  # only when something is wrong: start-up time

    name = args[0]
    close = difflib.get_close_matches(name, _COMMANDS, 1, 0.6)
    if close:
        raise UsageError(f"no such command: {name}", f"did you mean seedsearch {close[0]}?")
    words = " ".join(args)
    quoted = f'"{words}"' if '"' not in words else f"'{words}'"
    raise UsageError(f"no such command: {name}", f"to search, run seedsearch query {quoted}")


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, expose_value=False, help="Show a traceback for any error.")
@click.pass_context
def seedsearch(ctx: click.Context) -> int:
    """Full-text search for folders of documents.

    Index once, then query: the answers are passages, ranked, each with its file and line.

    \b
      seedsearch index notes/ articles/
      seedsearch query North Korean troops
      seedsearch query '"as he left" -draft' | head
      seedsearch query --json troops | jq -r .path

    The index lives in .seedsearch/ in the folder where you ran `index`; the other commands use the
    nearest one at or above the current folder. --index FOLDER or SEEDSEARCH_INDEX names another.

    Exit code: 0 hits (or done), 1 no hits, 2 error, 130 interrupted.
    """
    if ctx.invoked_subcommand is None:
        say(_WELCOME if not ctx.args else error_message("no command", "see seedsearch --help"))
        return ERROR
    return 0


def run(arguments: list[str]) -> int:
    """Run a command line and give its exit code; exceptions go through to `exit.guarded`."""
    if "_SEEDSEARCH_COMPLETE" in os.environ:  # the shell asks for completions: Click's affair
        seedsearch.main(arguments, prog_name="seedsearch")
    with seedsearch.make_context("seedsearch", arguments) as context:
        code = seedsearch.invoke(context)
    return code if isinstance(code, int) else 0
