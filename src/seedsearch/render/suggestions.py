"""Suggestions for a query without hits, as lines for stderr, sanitised."""

from __future__ import annotations

from collections.abc import Iterator

from seedsearch.query.ast import Exact, Term, unparse
from seedsearch.render.messages import plural
from seedsearch.render.sanitize import clean
from seedsearch.search.suggestions import Suggestions


def suggestion_lines(suggestions: Suggestions, relaxed: str) -> Iterator[str]:
    """Yield the words that no passage contains, with similar words, and what a looser query would find.

    `relaxed` says how to run that query: `--relax would find`.
    """
    for word, nearest in _words(suggestions):
        *others, last = nearest or ("",)
        choice = f"{', '.join(others)} or {last}" if others else last
        meant = f"; did you mean {choice}?" if nearest else ""
        yield clean(f"no passage contains {word}{meant}")
    found = plural(suggestions.total, "passage")
    if suggestions.relaxed is None and suggestions.total:
        yield f"without the filters it would find {found}"
    if suggestions.relaxed is not None:
        yield clean(f"{relaxed} {found} for: {unparse(suggestions.relaxed)}")


def _words(suggestions: Suggestions) -> list[tuple[str, tuple[str, ...]]]:
    """Return each missing word and its nearest words. Overlapping pairs of characters are joined."""
    found: list[tuple[str, tuple[str, ...]]] = []
    before = ""
    for leaf, nearest in suggestions.missing:
        word = Term(leaf.text, leaf.field) if isinstance(leaf, Exact) else leaf
        text = unparse(word)
        pair = text if isinstance(word, Term) and len(text) == 2 and not text.isascii() else ""
        if pair and before.endswith(pair[0]):
            found[-1] = (found[-1][0] + pair[1], ())
        else:
            found.append((text, nearest))
        before = pair
    return found
