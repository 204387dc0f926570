"""Write the man pages, seedsearch.1 and one for each command, from the help texts of the commands.

`make man` runs it; read one with `man build/man/seedsearch-query.1`.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from seedsearch.cli.app import seedsearch
from seedsearch.cli.help_text import grouped_options
from seedsearch.version import __version__


def main(folder: str) -> None:
    """Write the pages into a folder."""
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    root = click.Context(seedsearch, info_name="seedsearch")
    (out / "seedsearch.1").write_text("\n".join(page(seedsearch, root)) + "\n", "utf-8")
    for name in seedsearch.list_commands(root):
        command = seedsearch.get_command(root, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=root)
        text = "\n".join(page(command, context)) + "\n"
        (out / f"seedsearch-{name}.1").write_text(text, "utf-8")


def page(command: click.Command, context: click.Context) -> Iterator[str]:
    """Yield the lines of a page, in the man macros of troff."""
    name = context.command_path.replace(" ", "-")
    help_text = inspect.cleandoc(command.help or "")
    summary = command.short_help or help_text.split("\n")[0]
    yield f'.TH "{name.upper()}" 1 "" "seedsearch {__version__}"'
    yield f".SH NAME\n{escaped(name)} \\- {escaped(summary.rstrip('.'))}"
    yield f".SH SYNOPSIS\n.B {escaped(context.command_path)}"
    yield escaped(" ".join(command.collect_usage_pieces(context)))
    yield ".SH DESCRIPTION"
    for paragraph in re.split(r"\n\s*\n", help_text):
        literal = paragraph.lstrip().startswith("\b")
        lines = [escaped(line) for line in paragraph.strip("\b\n ").split("\n")]
        yield "\n".join([".PP", *([".nf", *lines, ".fi"] if literal else lines)])
    for heading, records in grouped_options(command, context).items():
        yield f".SH {heading.upper()}"
        for names, text in records:
            yield f".TP\n.B {escaped(names)}\n{escaped(text)}"
    if isinstance(command, click.Group):
        yield ".SH COMMANDS"
        for other in command.list_commands(context):
            found = command.get_command(context, other)
            assert found is not None
            yield f".TP\n.BR seedsearch-{other} (1)\n{escaped(found.short_help or '')}"
    else:
        yield ".SH SEE ALSO\n.BR seedsearch (1)"


def escaped(text: str) -> str:
    r"""Return a text without troff commands: a backslash is \e, a dash \-, and no line begins with a dot."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("^", "\\(ha")
    return re.sub(r"(?m)^([.'])", r"\\&\1", text)


if __name__ == "__main__":
    main(sys.argv[1])
