"""`seedsearch keywords`: list the words that stand out in the matches of a query, or in a folder."""

from __future__ import annotations

import os
from functools import partial

import click

from seedsearch.cli import options as cli
from seedsearch.cli.counting import Choices, counting_options, write_counts
from seedsearch.errors import UsageError
from seedsearch.render.counts import count_object, count_record, table_lines
from seedsearch.render.messages import plural
from seedsearch.search.keywords import Keywords, keywords


@click.command("keywords", cls=cli.QueryCommand)
@click.argument("words", nargs=-1, metavar="WORDS|PATH")
@cli.limit_option(30, "words", "all")
@cli.flag("--json", "as_json", help="JSON Lines, one word a line.")
@counting_options
@cli.index_option
def command(
    words: tuple[str, ...], limit: int, as_json: bool, choices: Choices, index_folder: str | None
) -> int:
    """List the words that stand out in the passages that match WORDS, or below PATH, against the rest of the index.

    The score is the log-likelihood ratio of Dunning (1993). One word in a thousand reaches 10.8 by chance. If more
    than 500 passages match, only the best 500 are read. In a pipe, each line is word, tab, score, tab, number of
    these passages with the word, tab, number of all passages with the word.

    \b
      seedsearch keywords troops
      seedsearch keywords notes/2024/
      seedsearch keywords -t mail 'date:2024'
      seedsearch keywords =notes              the word, not the folder
    """
    text, alone = cli.query_text(words), words[0] if len(words) == 1 else ""
    if alone and os.path.lexists(alone):
        text, choices = "", choices._replace(below=(*choices.below, alone))
    options = choices.search
    if not (text or options.filters):
        raise UsageError("no words to search for, and no path", "seedsearch keywords WORDS")
    with cli.open_home(index_folder) as index:
        found = keywords(index, text, options, limit or None)
    return write_counts(
        found.total,
        partial(table_lines, ("word", "score", "passages", "in the index"), found.keywords),
        (
            count_object("keyword", {**own._asdict(), "score": round(own.score, 9)})
            if as_json
            else count_record(own)
            for own in found.keywords
        ),
        _summary(found),
        notes=found.query_notes,
        in_records=as_json,
    )


def _summary(found: Keywords) -> str:
    """Return `30 keywords of 312 passages`, or of the best 500 of more."""
    if not found.total:
        return "no passage matches"
    of = plural(found.total, "passage")
    if found.looked_at < found.total:
        of = f"the best {found.looked_at:,} of {of}"
    return f"{plural(len(found.keywords), 'keyword')} of {of}"
