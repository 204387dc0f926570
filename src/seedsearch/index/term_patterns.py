"""What the terms of a pattern must look like, as a regular expression over many terms at once.

A pattern is tested term by term, in Python; a shape leaves out what cannot fit, in one pass over a block of the
dictionary.
"""

from __future__ import annotations

import re

from seedsearch.query.ast import Fuzzy, Prefix, Wildcard

_ANY = rb"[^\n]*"


def shape_of(leaf: Prefix | Wildcard | Fuzzy, field: bytes) -> re.Pattern[bytes] | None:
    """A pattern that finds, among lines of a field's byte and a term, every line that may fit; None if all may."""
    match leaf:
        case Prefix():
            return None
        case Wildcard(pattern):
            pieces = re.split(r"[*?]", pattern)[1:]  # what stands before is looked up
            longest = max(pieces, key=len, default="")
            alternatives = [_ANY + _literal(longest) + _ANY] if longest else []
        case Fuzzy(text, 1):
            alternatives = _of_one_edit(text)
        case Fuzzy(text):
            alternatives = _of_two_edits(text)
    if not alternatives:
        return None
    return re.compile(b"^" + field + b"(?:" + b"|".join(alternatives) + b")$", re.MULTILINE)


def _of_one_edit(text: str) -> list[bytes]:
    """One half of the word stays, unless it was the letters at the cut that were swapped."""
    cut = len(text) // 2
    left, right = text[:cut], text[cut:]
    if not left:
        return []
    swapped = left[:-1] + right[0] + left[-1] + right[1:]
    return [_literal(left) + _ANY, _ANY + _literal(right), _literal(swapped)]


def _of_two_edits(text: str) -> list[bytes]:
    """One third of the word stays; of the outer ones, but for the letter that may be swapped over the cut."""
    third = len(text) // 3
    if third < 2:
        return []
    left, middle, right = text[: third - 1], text[third:-third], text[1 - third :]
    return [_literal(left) + _ANY, _ANY + _literal(middle) + _ANY, _ANY + _literal(right)]


def _literal(text: str) -> bytes:
    return re.escape(text.encode("utf-8", "surrogatepass"))
