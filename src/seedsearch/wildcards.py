"""Globs as regular expressions: what the different kinds of them have in common."""

from __future__ import annotations

from collections.abc import Sequence


def as_glob(name: str) -> str:
    """The glob that fits this name alone."""
    return "".join([f"[{char}]" if char in "*?[" else char for char in name])


def between_stars(pieces: Sequence[str]) -> str:
    """The expression of a whole glob, from those of what stands between its stars.

    Matching takes time linear in the text for every star. What follows a star is taken where it first fits, and that
    choice is never undone (an atomic group): for globs this loses nothing, and it spares the search through all other
    choices.
    """
    first, *rest = pieces
    if not rest:
        return first + r"\Z"
    *middle, last = rest
    return first + "".join(f"(?>.*?{piece})" for piece in middle if piece) + f".*{last}\\Z"


def one_of(characters: str, *, negated: bool) -> str:
    """The expression of a set of characters, which may be empty; `characters` is written as in an expression."""
    if not characters:
        return "." if negated else "(?!)"
    return f"[{'^' if negated else ''}{characters}]"
