"""`seedsearch copy`: copy an index to another place, without the files that it was made from."""

from __future__ import annotations

import os
from contextlib import closing

import click

from seedsearch.cli.exit import say_done
from seedsearch.cli.options import Command
from seedsearch.engine.registry import open_engine
from seedsearch.errors import UsageError
from seedsearch.indexing.copying import End, copy_index
from seedsearch.paths import create_home, find_home, folder_to_write
from seedsearch.render.messages import plural
from seedsearch.signals import stopping


@click.command("copy", cls=Command)
@click.argument("source")
@click.argument("target")
def command(source: str, target: str) -> None:
    """Copy the index SOURCE to TARGET. Each is a folder, or an address on a cluster.

    The files that were indexed are not needed. TARGET is created; if it has a part of SOURCE already, the copy goes
    on.

    \b
      seedsearch copy .seedsearch opensearch://localhost:9200/articles
      seedsearch copy opensearch://localhost:9200/articles backup/.seedsearch
    """
    cwd = os.getcwd()
    home = find_home(cwd, source)
    with closing(open_engine(home.folder)) as own, stopping():
        place = folder_to_write(target, cwd)
        if place == home.folder:
            raise UsageError("SOURCE and TARGET are the same index", "name another TARGET")
        there = create_home(place)
        with closing(open_engine(there.folder, create=True)) as other:
            files, kept = copy_index(End(own, home), End(other, there))
    known = f", {kept:,} already there" if kept else ""
    say_done(f"{plural(files, 'file')} copied{known}")
