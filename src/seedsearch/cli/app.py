"""The `seedsearch` command group. It imports only the module of the command that runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

import click

from seedsearch import __version__
from seedsearch.cli.exit import ERROR, say
from seedsearch.cli.options import WithHelp, debug_option, printing_flag, short_help_option
from seedsearch.errors import UsageError
from seedsearch.render.messages import error_message
from seedsearch.spelling import closest

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# module of this package -> its line in `seedsearch --help`, in this order
COMMANDS = {
    "index": "Index folders and files, or update the index.",
    "query": "Search, and print the best passages.",
    "similar": "Find passages similar to one, or to a file.",
    "show": "Print a passage with the passages around it.",
    "open": "Open a hit in an editor, a viewer or a browser.",
    "facets": "Count the matching passages by folder, type, language, year or field.",
    "keywords": "List the words that stand out in the matching passages, or in a folder.",
    "browse": "Search as you type, on the whole screen.",
    "terms": "List the terms of the index, with counts.",
    "fields": "List the fields of the documents, with counts.",
    "watch": "Update the index whenever files change.",
    "status": "Show what is indexed, where, how big and how old it is.",
    "forget": "Remove a file or folder from the index.",
    "copy": "Copy an index to another place.",
    "formats": "List the file formats that can be read.",
    "eval": "Measure ranking quality with judged queries.",
    "check": "Check the index for damage.",
    "model": "List, add, fetch and choose models for query --rerank.",
    "mcp": "Serve search and show to a program, over MCP.",
    "completions": "Print the completion script of a shell.",
    "help": "Show the help of a command, or a page on a topic.",
}

# what the commands are called in other programs
_QUERY_NAMES = ("search", "find", "grep", "ask")
_OTHER_NAMES = {
    **dict.fromkeys(_QUERY_NAMES, "query"),
    **dict.fromkeys(("add", "update", "refresh", "reindex", "init"), "index"),
    **dict.fromkeys(("rm", "remove", "delete"), "forget"),
    **dict.fromkeys(("ls", "list", "info", "stats"), "status"),
    **dict.fromkeys(("cat", "view", "preview"), "show"),
    **dict.fromkeys(("verify", "fsck"), "check"),
    "edit": "open",
    "files": "query -l 'path:*'",
    "count": "query -c",
    "kwic": "query --kwic",
    "timeline": "query --timeline",
    "rebuild": "index --rebuild",
    "config": "help configuration",
    "tui": "browse",
    "serve": "mcp",
    "version": "--version",
}

_WELCOME = """\
seedsearch finds passages in folders of documents. It takes two commands:

  seedsearch index FOLDER     read a folder; the next time, only what changed
  seedsearch query WORDS      find the passages that match best

More: seedsearch --help, seedsearch query --help"""


class LazyGroup(WithHelp, click.Group):
    """A group that imports the module of a command only when that command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order of help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module  # start-up time: load one command, not all

        command = import_module(f"seedsearch.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments begin with. Raises UsageError if there is none."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            _no_such_command(args)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands and options that begin so, without importing the commands."""
        from click.shell_completion import CompletionItem  # start-up time: only for shells that ask

        commands = (item for item in COMMANDS.items() if item[0].startswith(incomplete))
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*(CompletionItem(name, help=text) for name, text in commands), *options]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _no_such_command(args: list[str]) -> NoReturn:
    name = args[0]
    if name in _QUERY_NAMES and len(args) > 1:
        args = args[1:]
    elif close := _OTHER_NAMES.get(name) or closest(name, COMMANDS):
        raise UsageError(f"no such command: {name}", f"did you mean seedsearch {close}?")
    words = " ".join(args)
    quoted = f'"{words}"' if '"' not in words else f"'{words}'"
    raise UsageError(f"no such command: {name}", f"to search, run seedsearch query {quoted}")


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["--help"], "max_content_width": 100},
)
@short_help_option
@printing_flag(
    "-V",
    "--version",
    help="Show the version and exit.",
    text_of=lambda ctx: f"seedsearch {__version__}",
)
@debug_option
@click.pass_context
def seedsearch(ctx: click.Context) -> int:
    """Full-text search for folders of documents.

    Index once, then query. The results are passages, best first, each with its file and line.

    \b
      seedsearch index notes/ articles/
      seedsearch query North Korean troops
      seedsearch query '"as he left" -draft' | head
      seedsearch query --json troops | jq -r .path

    `index` keeps the index in .seedsearch/ in the current folder. The other commands use the nearest
    .seedsearch/ at or above the current folder. --index FOLDER or SEEDSEARCH_INDEX selects another.

    Exit code: 0 hits (or done), 1 no hits, 2 error, 130 interrupted.
    """
    if ctx.invoked_subcommand is None:
        say(_WELCOME if not ctx.args else error_message("no command", "see seedsearch --help"))
        return ERROR
    return 0


def run(arguments: list[str]) -> int:
    """Run a command line and return its exit code. Exceptions go through to `exit.guarded`."""
    if "_SEEDSEARCH_COMPLETE" in os.environ:  # a shell asks
        from seedsearch.cli.complete import answer  # start-up time

        return answer(seedsearch, arguments)
    with seedsearch.make_context("seedsearch", arguments) as context:
        code = seedsearch.invoke(context)
    return code if isinstance(code, int) else 0
