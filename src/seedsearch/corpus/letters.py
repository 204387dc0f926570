"""Which of several encodings of one byte a letter a text is in: the one whose letters are as common as they should be.

A detector takes ISO-8859-5 for cp1251 and ISO-8859-6 for cp1256, since most of their bytes are letters in both.
"""

from __future__ import annotations

import math
import re

_FAMILIES = (
    (
        ("cp1251", "koi8-r", "iso8859-5", "cp866", "mac-cyrillic", "koi8-u"),
        "оеаинтсрвлкмдпуяыьгзбчйхжшюіцщэфїєъёўјґљњџђћѓќ",
    ),
    (("cp1256", "iso8859-6"), "ايلمنوترةبعدسهكفقحجأشطصىخئإذضثغزآءظؤپچگکی"),
)  # fmt: skip
_SAMPLE = 20_000
_UNLIKELY = -9.0
_CAPITAL = -2.0  # what a capital is less likely by
LIKELY = -5.0
"""A text whose letters are less likely than this is in another script."""

# A character that is not ASCII, with what stands before and after it.
_HIGH = re.compile(r"(?=(.?)([^\x00-\x7f])(.?))", re.DOTALL)


def likeliest(data: bytes, encoding: str) -> str:
    """The encoding of the same script that makes the likeliest letters of the bytes; the given one where none does."""
    for encodings, letters in _FAMILIES:
        if encoding in encodings:
            sample = data[:_SAMPLE]
            scores = {
                name: _likelihood(sample.decode(name, "replace"), letters) for name in encodings
            }
            best = max(scores, key=lambda name: (scores[name], name == encoding))
            return best if scores[best] > scores[encoding] + 0.01 else encoding
    return encoding


def likelihood(data: bytes, encoding: str) -> float:
    """How likely the letters of the bytes are in an encoding of these scripts; in another one they are unlikely."""
    for encodings, letters in _FAMILIES:
        if encoding in encodings:
            return _likelihood(data[:_SAMPLE].decode(encoding, "replace"), letters)
    return _UNLIKELY


def _likelihood(text: str, letters: str) -> float:
    """The mean logarithm of how common the characters are that are not ASCII."""
    common = {letter: math.log(1 / (rank + 4) / 2.5) for rank, letter in enumerate(letters)}
    total, count = 0.0, 0
    for before, char, after in _HIGH.findall(text):
        count += 1
        small = char.lower()
        is_latin = (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())
        if small not in common or is_latin or (small != char and before.islower()):
            total += (
                _UNLIKELY if char.isalpha() or is_latin or not before.isspace() else _UNLIKELY / 2
            )
        else:
            total += common[small] + (_CAPITAL if small != char else 0)
    return total / count if count else _UNLIKELY
