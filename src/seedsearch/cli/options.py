"""Code that the commands share: options, checks of options, standard output, and the index to open."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, TypeAlias, TypeVar, cast

import click

from seedsearch.errors import SeedsearchError, UsageError
from seedsearch.record import NamedTuple

if TYPE_CHECKING:
    from seedsearch.paths import Home
    from seedsearch.render.paint import Level
    from seedsearch.search import Opened

Option: TypeAlias = Callable[[Any], Any]

# ------------------------------------------------------------------------------ options


def flag(*names: str, help: str) -> Option:
    """Return an option that is given or not."""
    return click.option(*names, is_flag=True, help=help)


def number(*names: str, least: int = 0, most: int | None = None, **more: Any) -> Option:
    """Return an option with a whole number, by default 0 or more."""
    return click.option(*names, type=click.IntRange(least, most), **{"metavar": "N", **more})


def repeated(*names: str, metavar: str, help: str) -> Option:
    """Return an option that may be given several times."""
    return click.option(*names, multiple=True, metavar=metavar, help=help)


def group(*options: Option) -> Option:
    """Return a decorator that adds options in the order in which help lists them."""

    def with_options(function: Any) -> Any:
        for option in reversed(options):
            function = option(function)
        return function

    return with_options


_Values = TypeVar("_Values", bound=NamedTuple)


def as_one(name: str, values: type[_Values], *options: Option) -> Option:
    """Return a decorator that adds options. The command gets their values as the fields of one argument."""

    def decorated(command: Callable[..., int]) -> Any:
        @wraps(command)
        def with_values(**given: object) -> int:
            own = values._make([given.pop(field) for field in values._fields])
            return command(**{name: own}, **given)

        return group(*options)(with_values)

    return decorated


def printing_flag(*names: str, help: str, text_of: Callable[[click.Context], str]) -> Option:
    """Return a flag that prints a text and ends the command, whatever else is given."""

    def show(ctx: click.Context, _: click.Parameter, is_wanted: bool) -> None:
        if is_wanted and not ctx.resilient_parsing:
            click.echo(text_of(ctx), color=ctx.color)
            ctx.exit()

    return click.option(
        *names, is_flag=True, is_eager=True, expose_value=False, callback=show, help=help
    )


def _short_help(ctx: click.Context) -> str:
    from seedsearch.cli.help_text import short_help  # start-up time

    return short_help(ctx.command, ctx)


short_help_option = printing_flag("-h", help="Show a short help.", text_of=_short_help)

debug_option = click.option(  # `exit.guarded` reads it from the arguments
    "--debug", is_flag=True, expose_value=False, help="Show a traceback for any error."
)


class WithHelp(click.Command):
    """A command with Click's help option, made without a search for a translation: start-up time."""

    _help: click.Parameter | None = None

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option, always the same object, as Click expects."""
        if self._help is None:
            text_of = click.Context.get_help
            printing_flag("--help", help="Show this message and exit.", text_of=text_of)(self)
            self._help = self.params.pop()
        return cast("click.Option", self._help)

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text, in rows of the terminal."""
        from seedsearch.cli.help_text import whole_help  # start-up time

        return whole_help(self, ctx)


class Command(WithHelp):
    """A command with --debug and two help texts. Its short options are parsed faster than by Click itself."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        debug_option(self)
        short_help_option(self)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, in groups if there are many."""
        from seedsearch.cli.help_text import format_options  # start-up time

        format_options(self, ctx, formatter)

    def make_parser(self, ctx: click.Context) -> click.parser._OptionParser:
        """Return a parser that also lists short options among the long ones.

        Click looks for `-k` among the long options first. If it is not there, Click imports difflib for similar
        names: start-up time.
        """
        parser = super().make_parser(ctx)
        parser._long_opt.update(parser._short_opt)
        return parser


class QueryCommand(Command):
    """A command that takes paths after its words and `--`, as in `query troops -- seeds/`.

    If no words come before `--`, the arguments after it are words, and so are arguments there that begin with a dash.
    `--rerank` never takes the next argument as its value: that is a word.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments. Paths after the words become values of `--below`."""
        end = args.index("--") if "--" in args else len(args)
        head = ["--rerank=on" if arg == "--rerank" else arg for arg in args[:end]]
        args = self._with_paths_as_options(ctx, head, args[end:]) if "--" in args else head
        return super().parse_args(ctx, args)

    def _with_paths_as_options(
        self, ctx: click.Context, head: list[str], rest: list[str]
    ) -> list[str]:
        words, paths = list[str](), rest[1:]
        given, _, _ = self.make_parser(ctx).parse_args(list(head))
        names = [own.name for own in self.params if isinstance(own, click.Argument)]
        has_words = any(isinstance(given.get(name), (str, tuple)) and given[name] for name in names)
        if not has_words and "queries_file" not in given:
            if "--" not in paths:
                return head + rest
            second = paths.index("--")
            words, paths = paths[:second], paths[second + 1 :]
        if any(path.startswith("-") for path in paths):
            return head + rest
        return [*head, *(f"--below={path}" for path in paths), *(["--", *words] if words else [])]


def _keep_collection(ctx: click.Context, _: click.Parameter, name: str | None) -> None:
    """Keep the index folder of a collection for `_chosen_index`: this option is read first."""
    if name is not None:
        from seedsearch.collections import collection_index  # start-up time

        ctx.meta[_COLLECTION] = collection_index(name)


def _chosen_index(ctx: click.Context, _: click.Parameter, folder: str | None) -> str | None:
    """Return the index folder that one of the two options names."""
    collection: str | None = ctx.meta.get(_COLLECTION)
    reject_conflicts(("--index", folder), ("--collection", collection))
    return folder or collection


_COLLECTION = "seedsearch.collection"
index_option = group(
    click.option(
        "--index",
        "index_folder",
        metavar="FOLDER",
        callback=_chosen_index,
        help="Folder of the index, or its address on a cluster [default: SEEDSEARCH_INDEX, else the nearest "
        ".seedsearch/].",
    ),
    click.option(
        "--collection",
        metavar="NAME",
        is_eager=True,
        expose_value=False,
        callback=_keep_collection,
        help="Use the index made by `index --as NAME` [default outside any index: the only collection, or "
        "query.collection].",
    ),
)
"""The options that name an index. The command gets the folder as `index_folder`."""

color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    help="When to use colours, in any form of output [default: auto].",
)
pager_option = flag("--no-pager", help="Do not use a pager for an answer longer than the screen.")
words_options = group(
    flag("--all", "all_words", help="Require all words, not any of them."),
    flag(
        "-F",
        "--fixed-strings",
        "literal",
        help="Treat operators as words, accents and signs as written.",
    ),
)
filter_options = group(
    repeated(
        "-g",
        "--glob",
        "globs",
        metavar="GLOB",
        help="Only files that match GLOB, as in a .gitignore; !GLOB excludes. May be repeated.",
    ),
    repeated(
        "-t",
        "--type",
        "types",
        metavar="TYPE",
        help="Only files of this type (md, pdf, …). May be repeated.",
    ),
)
place_options = group(
    flag("--here", help="Search only the current folder and the folders below it."),
    click.option("--below", multiple=True, hidden=True),  # the paths after `--`
)
file_options = group(
    click.option("--hidden/--no-hidden", default=None, help="Read hidden files and folders."),
    click.option(
        "--ignore/--no-ignore",
        default=None,
        help="Respect .gitignore, .ignore and .seedsearchignore files [default: --ignore].",
    ),
    click.option(
        "--follow/--no-follow",
        default=None,
        help="Follow symbolic links that stay inside the root.",
    ),
    filter_options,
    click.option(
        "--max-size",
        metavar="SIZE",
        help="Skip files larger than SIZE, such as 500K, 20M or 4G [default: 1G]; 0 means no limit.",
    ),
)
"""The options that select files. `index.selection` turns them into a Selection."""


def limit_option(default: int, what: str, none: str = "no limit") -> Option:
    """Return the option -k. Its help names what it limits, and what 0 means."""
    text = f"At most N {what} (0: {none})."
    return number("-k", "--limit", default=default, show_default=True, help=text)


_FILE_FLAGS = {"globs": "-g", "types": "-t", "max_size": "--max-size"}
_FILE_FILTERS = ("globs", "types")


def reject_conflicts(*flags: tuple[str, object]) -> None:
    """Raise UsageError if more than one of the flags has a value."""
    given = [flag for flag, value in flags if value]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} cannot be combined", "use one of them")


def check_file_choices(choices: Mapping[str, Any], *, stdin: bool, folders: bool) -> None:
    """Raise UsageError for options that do not apply to a search of standard input, or of an index."""
    for name, value in choices.items():
        if value is None or value == ():
            continue
        flag = _FILE_FLAGS.get(name) or f"--{'no-' if value is False else ''}{name}"
        if stdin:
            raise UsageError(f"{flag} selects files, and --stdin reads none", "leave it out")
        if not folders and name not in _FILE_FILTERS:
            raise UsageError(
                f"{flag} selects the files to read, and a search of the index reads none",
                "use it with seedsearch index, or with --in",
            )


def query_text(words: tuple[str, ...]) -> str:
    """Join the words of the command line. UTF-8 is decoded even in a locale without it (LC_ALL=C)."""
    text = " ".join(words)
    return text if text.isascii() else os.fsencode(text).decode("utf-8", "surrogateescape")


def first_given(*values: int | None) -> int:
    """Return the first value that is not None."""
    return next(value for value in values if value is not None)


# ------------------------------------------------------------------------------ the index


def explicit_index(index_folder: str | None) -> str | None:
    """Return the index that the user named, by option or environment variable, if any."""
    return index_folder or os.environ.get("SEEDSEARCH_INDEX") or None


def index_home(index_folder: str | None) -> Home:
    """Find the index to use: outside of any, the default collection. Raises NoIndexError."""
    from seedsearch.collections import home_to_ask

    return home_to_ask(os.getcwd(), explicit_index(index_folder))


@contextmanager
def open_home(index_folder: str | None) -> Iterator[Opened]:
    """Find the index to use, and open it. Close it at the end. Raises IndexFault."""
    from seedsearch.engine.registry import open_engine
    from seedsearch.search import Opened

    home = index_home(index_folder)
    with closing(open_engine(home.folder)) as engine:
        yield Opened(engine, home, os.getcwd())


# ------------------------------------------------------------------------------ streams


def rows_of(text: str, stream: TextIO | None) -> list[str]:
    """Return the lines of a text; on a terminal, in rows of its width."""
    lines = text.split("\n")
    if not is_terminal(stream):
        return lines
    from seedsearch.render.cells import folded, terminal_width  # start-up time: a pipe needs none

    width = terminal_width()
    return [row for line in lines for row in folded(line, width)]


def stdout_bytes() -> BinaryIO:
    """Return standard output as a binary stream. Raises SeedsearchError if it is closed."""
    if sys.stdout is None:
        raise SeedsearchError("standard output is closed", "open it, or redirect it to /dev/null")
    return sys.stdout.buffer


def write_lines(lines: Iterable[str]) -> None:
    """Write sanitised lines to standard output, in UTF-8. They stay whole: they are read by programs, or copied."""
    write_records(["".join(f"{line}\n" for line in lines).encode()])


def write_records(records: Iterable[bytes]) -> None:
    """Write records to standard output."""
    stream = stdout_bytes()
    stream.writelines(records)
    stream.flush()


def write_rows(lines: Iterable[str]) -> None:
    """Write sanitised lines to standard output, in UTF-8; on a terminal, in rows of its width."""
    write_lines(row for line in lines for row in rows_of(line, sys.stdout))


def stdout_encoding() -> str:
    """Return the encoding of the terminal behind standard output."""
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether the stream is a terminal."""
    return stream is not None and stream.isatty()


def paint_level(when: str, stream: TextIO | None, *, as_terminal: bool = False) -> Level:
    """Return the level of `--color=when` on this stream: "color", "bold" (no colours) or "none" (no escapes).

    A terminal gets colours, unless TERM is dumb or CLICOLOR is 0. With `as_terminal`, FORCE_COLOR or CLICOLOR_FORCE, a
    pipe gets colours as well. NO_COLOR leaves bold and underline.
    """
    if when != "auto":
        return "color" if when == "always" else "none"
    given = os.environ.get
    forced = any(given(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE"))
    dumb = given("TERM") == "dumb" or given("CLICOLOR") == "0"
    if not forced and (dumb or not (as_terminal or is_terminal(stream))):
        return "none"
    return "bold" if given("NO_COLOR") else "color"
