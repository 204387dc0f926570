"""`seedsearch browse`: search as you type, on the whole screen."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from seedsearch.cli.last_answer import queries_before, remember, remember_queries
from seedsearch.cli.open import program_for, run_program
from seedsearch.cli.options import Command, index_option, is_terminal, open_home
from seedsearch.config import load_config
from seedsearch.errors import SeedsearchError, UsageError
from seedsearch.indexing import collect_seldom
from seedsearch.model import Hit
from seedsearch.render.messages import error_text
from seedsearch.render.records import citation_of
from seedsearch.search import Opened
from seedsearch.search.searcher import SearchOptions, with_rerank

if TYPE_CHECKING:
    from seedsearch.browse.app import Browser


@click.command("browse", cls=Command)
@click.argument("words", nargs=-1)
@index_option
def command(words: tuple[str, ...], index_folder: str | None) -> None:
    """Search as you type. The screen shows the hits, and the chosen passage with the passages around it.

    Type words, operators and filters as for `seedsearch query`. An unfinished word is completed.
    Needs `pip install 'seedsearch[browse]'`.

    \b
      Up, Down, mouse     choose a hit
      Enter, click        open it, as `seedsearch open` does
      Page Up, Page Down  scroll through its document
      Ctrl-Y              copy its citation
      Ctrl-P, Ctrl-N      earlier and later queries
      Ctrl-T              facets: choose a folder, type, language or year
      Esc                 quit; `seedsearch show 3` then shows the third hit
    """
    try:
        from seedsearch.browse.app import Browser  # it needs an extra
        from seedsearch.browse.session import Session
    except ImportError:
        raise UsageError(
            "browse needs the package textual", "pip install 'seedsearch[browse]'"
        ) from None
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise UsageError("browse needs a terminal", "in a pipe, use seedsearch query")
    collect_seldom()  # `cli.script` switched the garbage collector off, for short commands
    with open_home(index_folder) as index:
        config = load_config(index.home.base)
        options = with_rerank(SearchOptions(), config.rerank, config.rerank_ms)
        options = options.replace(rerank_or_words=True)  # a note is enough on a screen
        browser = Browser(
            Session(index, options),
            " ".join(words),
            queries_before(index.home),
            lambda browser, hit: _open(browser, index, hit),
        )
        browser.run()
    if browser.fault:
        raise browser.fault
    remember_queries(index.home, browser.history)
    if browser.current.hits:
        remember(index.home, browser.current.query, browser.current.hits)


def _open(browser: Browser, index: Opened, hit: Hit) -> str:
    """Open a hit, and return what went wrong. A program that takes the terminal gets it until it ends."""
    try:
        program, waits = program_for(index, hit.passage, hit.line, str(citation_of(hit)))
        with browser.suspend() if waits else nullcontext():
            run_program(program, waits=waits)
    except SeedsearchError as error:
        return error_text(error)
    return ""
