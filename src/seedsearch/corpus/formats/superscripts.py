"""Decide which superscripts are notes and not a part of the word before them: treaty¹, but not m², H₂O or 21st."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"[\[(]?\d{1,4}(?:[,;\u2013-]\s?\d{1,4})*+[\])]?|[*\u2020\u2021\xa7#]+")
WORD_CHARS = 3
"""A run of this many letters is a word, not a unit."""


def word_before(parts: Sequence[str], stop: int) -> str:
    """Return the last WORD_CHARS characters of the first `stop` parts, without joining all of them for each note."""
    before = ""
    while stop > 0 and len(before) < WORD_CHARS:
        stop -= 1
        before = parts[stop][len(before) - WORD_CHARS :] + before
    return before


def as_note(before: str, superscript: str, linked: bool) -> str:
    """Return what stands in the text for a superscript that is a note. "" means it is a part of its word.

    `before` has up to WORD_CHARS characters before it; `linked` says whether it is the text of a link. A number gets
    brackets, because they let a phrase continue across it: treaty[1]. See `asides.py`.
    """
    if not is_note(before, superscript, linked):
        return ""
    if not before or before[-1].isspace():
        return superscript
    note = superscript.strip().strip("[]()")
    if not note[:1].isdigit() or not note[-1:].isdigit() or (before[-1].isdigit() and not linked):
        return f" {superscript}"
    return superscript.replace(superscript.strip(), f"[{note}]", 1)


def is_note(before: str, superscript: str, linked: bool) -> bool:
    """Return whether a superscript is a note. The parameters are those of `as_note`."""
    note = superscript.strip()
    if not note or not before or not before[-1].isalnum():
        return bool(note) and note[-1].isdigit()
    if linked:
        return True
    if not _NUMBER.fullmatch(note):
        return False
    return before[-1].isdigit() or (len(before) == WORD_CHARS and before.isalpha())
