"""What is said on stderr of a query that nothing matches. Sanitised, without newlines at the ends."""

from __future__ import annotations

from collections.abc import Iterator

from seedsearch.query.ast import Exact, Term
from seedsearch.query.written import written
from seedsearch.relaxing import Advice
from seedsearch.render.messages import plural
from seedsearch.render.sanitize import clean


def advice_lines(advice: Advice) -> Iterator[str]:
    """Words that no passage has, with those that are spelt like them, and what --relax would find."""
    for leaf, nearest in advice.missing:
        meant = f"; did you mean {_choice(nearest)}?" if nearest else ""
        word = Term(leaf.text, leaf.field) if isinstance(leaf, Exact) else leaf
        yield clean(f"no passage has {written(word)}{meant}")
    if advice.relaxed is not None:
        found = plural(advice.total, "passage")
        yield clean(f"--relax would find {found} for: {written(advice.relaxed)}")


def _choice(words: tuple[str, ...]) -> str:
    *before, last = words
    return f"{', '.join(before)} or {last}" if before else last
