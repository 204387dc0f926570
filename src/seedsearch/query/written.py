"""Test whether a text has words as written: with accents and signs, which folding removes.

Case counts only on request. Composed and decomposed letters are equal, and so are the forms of apostrophes and
hyphens. A match is a whole word: no letter comes before or after it, but humps of camelCase end words. A line end may
cut it. `*` is any letters or none, `?` is one, except in a literal text. Among several words, a final `?` is a sign.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from unicodedata import category, normalize

from seedsearch.analysis.fold import RAISED
from seedsearch.analysis.tokenizer import MAX_TERM, is_unspaced
from seedsearch.query.ast import Query, Term, Written, map_children

_ONE = tuple(zip("’ʼ‘‐‑", "'''--", strict=True))
# A cut at a line's end, or a sign that is not seen.
_GAP = "(?:[-\u00ad\u00ac]\\s*[\\r\\n][\\s>#*/%;]*|[\u00ad\u200b-\u200f\u2060\ufeff])?"
_ANY = f"\\w{{0,{MAX_TERM}}}"
_OPENERS, _CLOSERS = "([{<\"'“„«=+-", ")]}>\"'”»,.;:!?*"


def fits_text(leaf: Written) -> Callable[[str], bool]:
    """Return a function that tests whether a text has the words of a leaf."""
    words = _plain(leaf.text).split()
    if leaf.literal:
        pieces = [_GAP.join(map(re.escape, word)) for word in words]
    else:
        ends = [word[len(word.rstrip("?")) :] if len(words) > 1 else "" for word in words]
        pieces = [
            _word(w.removesuffix(end)) + re.escape(end) for w, end in zip(words, ends, strict=True)
        ]
    find = re.compile("\\s+".join(pieces), 0 if leaf.case else re.IGNORECASE).finditer

    def fits(text: str) -> bool:
        text = _plain(text)
        spans = (match.span() for match in find(text))
        return any(a < b and _parts(text, a) and _parts(text, b) for a, b in spans)

    return fits


def as_written(query: Query, fold: Callable[[str], str]) -> Query:
    """Return a query whose words count as written, if folding changes them: résumé, AT&T, $50."""
    if not isinstance(query, Term):
        return map_children(query, lambda child: as_written(child, fold))
    bare = query.text.lstrip(_OPENERS).rstrip(_CLOSERS)
    is_hidden = fold(bare).lower() != bare.lower() or (not bare.isalnum() and bare.isascii())
    return Written(bare, query.field, literal=True) if bare and is_hidden else query


def _word(word: str) -> str:
    """Return the regular expression of a word.

    The text after a star is matched at the first place where it fits, so that time stays linear.
    """
    first, *rest = [
        _GAP.join(["\\w" if c == "?" else re.escape(c) for c in p]) for p in word.split("*")
    ]
    if not rest:
        return first
    *middle, last = rest
    return first + "".join(f"(?>{_ANY}?{piece})" for piece in middle if piece) + _ANY + last


def _plain(text: str) -> str:
    if not text.isascii():
        text = normalize("NFC", text)
        for sign, plain in _ONE:  # `translate` takes fifty times as long
            text = text.replace(sign, plain)
    return text


def _parts(text: str, at: int) -> bool:
    """Return whether a word boundary is at `at`."""
    before, after = text[at - 1 : at] if at else "", text[at : at + 1]
    if not _of_word(before) or not _of_word(after) or is_unspaced(before) or is_unspaced(after):
        return True
    return after.isupper() and (before.islower() or text[at + 1 : at + 2].islower())


def _of_word(char: str) -> bool:
    return (char.isalnum() and char not in RAISED) or (char > "\x7f" and category(char)[0] == "M")
