"""What is said on stderr of a query that nothing matches. Sanitised, without newlines at the ends."""

from __future__ import annotations

from collections.abc import Iterator

from seedsearch.query.ast import Exact, Term
from seedsearch.query.unparse import unparse
from seedsearch.render.messages import plural
from seedsearch.render.sanitize import clean
from seedsearch.search.suggestions import Suggestions


def suggestion_lines(suggestions: Suggestions) -> Iterator[str]:
    """Words that no passage has, with those that are spelt like them, and what --relax would find."""
    for word, nearest in _words(suggestions):
        meant = f"; did you mean {_choice(nearest)}?" if nearest else ""
        yield clean(f"no passage has {word}{meant}")
    if suggestions.relaxed is not None:
        found = plural(suggestions.total, "passage")
        yield clean(f"--relax would find {found} for: {unparse(suggestions.relaxed)}")


def _words(suggestions: Suggestions) -> list[tuple[str, tuple[str, ...]]]:
    """Each missing word and its nearest; pairs of characters that overlap are one run again."""
    found: list[tuple[str, tuple[str, ...]]] = []
    before = ""
    for leaf, nearest in suggestions.missing:
        word = Term(leaf.text, leaf.field) if isinstance(leaf, Exact) else leaf
        shown = unparse(word)
        pair = shown if isinstance(word, Term) and len(shown) == 2 and not shown.isascii() else ""
        if pair and before.endswith(pair[0]):
            found[-1] = (found[-1][0] + pair[1], ())
        else:
            found.append((shown, nearest))
        before = pair
    return found


def _choice(words: tuple[str, ...]) -> str:
    *before, last = words
    return f"{', '.join(before)} or {last}" if before else last
