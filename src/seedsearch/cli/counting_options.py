"""The options that the commands that count matches share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from seedsearch.cli.options import search_choices
from seedsearch.query.file_filters import chosen_filters
from seedsearch.record import NamedTuple
from seedsearch.search.searcher import SearchOptions


class Choices(NamedTuple):
    """The values of `counting_options`: how words match, and which files count."""

    all_words: bool
    literal: bool
    globs: tuple[str, ...]
    types: tuple[str, ...]
    here: bool
    below: tuple[str, ...]

    @property
    def search(self) -> SearchOptions:
        """The options of the search. Raises UsageError, SourceNotFoundError."""
        return SearchOptions(
            all_words=self.all_words,
            literal=self.literal,
            as_written=self.literal,
            filters=chosen_filters(self.globs, self.types, self.below, here=self.here),
        )


def counting_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that say which passages to count. The command gets them as one argument, `choices`."""

    @wraps(command)
    def with_choices(**given: object) -> int:
        choices = Choices._make([given.pop(name) for name in Choices._fields])
        return command(choices=choices, **given)

    return search_choices(with_choices)
