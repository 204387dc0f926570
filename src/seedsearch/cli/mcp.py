"""`seedsearch mcp`: serve search and show to programs that speak the Model Context Protocol."""

from __future__ import annotations

import click

from seedsearch.cli.exit import describe
from seedsearch.cli.options import Command, index_option, open_home
from seedsearch.errors import UsageError
from seedsearch.indexing import collect_seldom


@click.command("mcp", cls=Command)
@index_option
def command(index_folder: str | None) -> None:
    """Serve one index to a program that speaks the Model Context Protocol (MCP), until it closes the connection.

    The program starts this command, and talks to it over standard input and output. There are two tools, `search` and
    `show`. Both only read, and only this index. Each call sees the last commit.
    Needs `pip install 'seedsearch[mcp]'`.

    \b
      seedsearch mcp --index ~/notes
    """
    try:
        from seedsearch.mcp_server import server  # it needs an extra
    except ImportError:
        raise UsageError("mcp needs the package mcp", "pip install 'seedsearch[mcp]'") from None
    collect_seldom()  # `cli.script` switched the garbage collector off, for short commands
    with open_home(index_folder) as index:
        server(index, describe).run("stdio")
