"""Turn globs into regular expressions: the parts that all kinds of globs share."""

from __future__ import annotations

from collections.abc import Sequence


def as_glob(name: str) -> str:
    """Return the glob that matches exactly this name."""
    return "".join([f"[{char}]" if char in "*?[" else char for char in name])


def between_stars(pieces: Sequence[str]) -> str:
    """Return the regular expression of a whole glob. `pieces` are the expressions between its stars.

    Matching takes time linear in the text for every star. The text after a star is matched at the first place where
    it fits, and an atomic group keeps that choice. For globs the first place is always enough.
    """
    first, *rest = pieces
    if not rest:
        return first + r"\Z"
    *middle, last = rest
    return first + "".join(f"(?>.*?{piece})" for piece in middle if piece) + f".*{last}\\Z"


def one_of(characters: str, *, negated: bool) -> str:
    """Return the regular expression of a set of characters, which may be empty.

    `characters` is written as in a regular expression.
    """
    if not characters:
        return "." if negated else "(?!)"
    return f"[{'^' if negated else ''}{characters}]"
