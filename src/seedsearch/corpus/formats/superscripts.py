"""Decide which superscripts are notes and not a part of the word before them: treaty¹, but not m², H₂O or 21st."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[\[(]?\d{1,4}(?:[,;\u2013-]\s?\d{1,4})*+[\])]?|[*\u2020\u2021\xa7#]+")
WORD_CHARS = 3
"""A run of this many letters is a word, not a unit."""


def is_note(before: str, superscript: str, linked: bool) -> bool:
    """Return whether a superscript is a note.

    `before` has up to WORD_CHARS characters before it; `linked` says whether it is the text of a link.
    """
    note = superscript.strip()
    if not note or not before or not before[-1].isalnum():
        return bool(note) and note[-1].isdigit()
    if linked:
        return True
    if not _NUMBER.fullmatch(note):
        return False
    return before[-1].isdigit() or (len(before) == WORD_CHARS and before.isalpha())
