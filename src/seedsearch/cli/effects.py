"""Which options change which forms of output. Any other combination is an error."""

from __future__ import annotations

from collections.abc import Iterable

from seedsearch.errors import UsageError
from seedsearch.record import NamedTuple
from seedsearch.render.forms import FORMS

LAYOUT = "layout"
"""The form of hits on a terminal; in a pipe they are `plain`."""

_FILES = {"paths", "counts"}
_TIMELINES = {"timeline", "timeline-json"}
_CONCORDANCES = {"kwic", "kwic-json"}
_ALL = {*FORMS, *_TIMELINES, LAYOUT, "context", "template"}


class _Effect(NamedTuple):
    """The forms that an option changes; and hints if the user or the terminal chose another form."""

    forms: set[str]
    instead: str = "leave it out"
    beside: str = "use one of them"


# The layout of a terminal is cut to its width in any case, and a user's alias may hold these.
_TEXT = _Effect({"plain", "csv", "tsv", "markdown", "template", LAYOUT, *_CONCORDANCES})
_EXCLUDE = "to exclude a word, write -WORD, as in: query -- 'coal -ship'"
_EFFECTS = {
    "-k": _Effect(_ALL - _TIMELINES),
    "--per-file": _Effect(_ALL - _TIMELINES - _FILES),
    "--by": _Effect(_ALL - _TIMELINES - _FILES),
    "--sort": _Effect(_ALL - _TIMELINES),
    "--text": _TEXT,
    "-M": _TEXT,
    "-0": _Effect({"plain", "context", "vimgrep", "template", *_FILES}),
    "--pretty": _Effect({LAYOUT, "kwic"}),
    "-v": _Effect({LAYOUT}, f"add --pretty; {_EXCLUDE}", _EXCLUDE),
    "--scores": _Effect({LAYOUT}, "add --pretty, or use --json"),
    "--explain": _Effect({LAYOUT, "json"}, "add --json, or --pretty"),
}


def check_effects(given: Iterable[str], form: str, chosen_by: str, where: str) -> None:
    """Raise UsageError if a given option does not change the form.

    `chosen_by` is the option that chose the form. If it is "", `where` says what chose it.
    """
    for option in given:
        effect = _EFFECTS[option]
        if form in effect.forms:
            continue
        if chosen_by:
            raise UsageError(f"{option} and {chosen_by} cannot be combined", effect.beside)
        raise UsageError(f"{option} has no effect {where}", effect.instead)
