"""Which superscripts are notes, and stand apart from the word before them: treaty¹, but not m², H₂O or 21st."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[\[(]?\d{1,4}(?:[,;\u2013-]\s?\d{1,4})*+[\])]?|[*\u2020\u2021\xa7#]+")
_WORD_CHARS = 3  # of a word that is no unit


def is_note(before: str, superscript: str, linked: bool) -> bool:
    """Whether a superscript belongs to no word; `before` ends as the text before it, `linked` is a link's text."""
    note = superscript.strip()
    if not note or not before or not before[-1].isalnum():
        return bool(note) and note[-1].isdigit()
    if linked:
        return True
    if not _NUMBER.fullmatch(note):
        return False
    word = before[-_WORD_CHARS:]
    return before[-1].isdigit() or (len(word) == _WORD_CHARS and word.isalpha())
