"""`seedsearch help`: the help of a command, or a page of the documentation."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from seedsearch.cli.options import Command, is_terminal, pager_option, paint_level, rows_of
from seedsearch.cli.terminal import write_layout
from seedsearch.errors import UsageError
from seedsearch.render.cells import folded, terminal_width, wrap
from seedsearch.render.paint import Paint
from seedsearch.spelling import did_you_mean

_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_ITEM = re.compile(r"\s*(?:[-*]|\d+\.)\s+")


@click.command("help", cls=Command)
@click.argument("topic", default="")
@pager_option
@click.pass_context
def command(ctx: click.Context, topic: str, no_pager: bool) -> None:
    """Show the help of a command, or a page of the documentation. Without TOPIC, list the commands and topics.

    \b
      seedsearch help query
      seedsearch help query-language
      seedsearch help configuration
    """
    root = ctx.find_root()
    group = root.command
    assert isinstance(group, click.Group)
    pages = _pages()
    if topic in pages:
        width = terminal_width() if is_terminal(sys.stdout) else 0
        paint = Paint(paint_level("auto", sys.stdout))
        lines = page_lines(pages[topic].read_text("utf-8"), width, paint)
    elif named := group.get_command(root, topic):
        with click.Context(named, info_name=topic, parent=root) as inner:
            lines = iter(named.get_help(inner).splitlines())
    elif not topic:
        names = rows_of(f"Topics: {', '.join(sorted(pages))}", sys.stdout)
        lines = iter([*group.get_help(root).splitlines(), "", *names])
    else:
        topics = f"the topics are {', '.join(sorted(pages))}"
        hint = did_you_mean(topic, [*pages, *group.list_commands(root)], topics)
        raise UsageError(f"no such command or topic: {topic}", hint)
    write_layout(lines, paged=not no_pager)


def _pages() -> dict[str, Traversable]:
    """Return the pages by name. An installation has them in the package, a source tree beside it."""
    folder: Traversable = files("seedsearch").joinpath("docs")
    if not folder.is_dir():
        folder = Path(__file__).parents[3] / "docs"
    pages = folder.iterdir() if folder.is_dir() else ()
    return {page.name.removesuffix(".md"): page for page in pages if page.name.endswith(".md")}


def page_lines(text: str, width: int, paint: Paint) -> Iterator[str]:
    """Yield the lines of a page, in rows of `width` cells if it is not 0.

    Code keeps its lines, because it is copied.
    """
    code = False
    for line in text.splitlines():
        if line.startswith("```"):
            code = not code
        elif code:
            yield "    " + line
        elif line.startswith("#"):
            yield from (paint("lit", row) for row in folded(line.lstrip("# "), width or len(line)))
        elif not width:
            yield line
        elif line.startswith("|"):
            yield from folded(line, width)
        else:
            line = _LINK.sub(r"\1", line)
            item = _ITEM.match(line)
            lead = item.end() if item else 0
            for start, end in wrap(line[lead:], width - lead) or [(0, 0)]:
                yield (line[:lead] if not start else " " * lead) + line[lead + start : lead + end]
