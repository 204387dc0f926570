"""Choose among single-byte encodings of one script: the right one gives letters of the usual frequency.

A detector confuses ISO-8859-5 with cp1251, and ISO-8859-6 with cp1256, since most of their bytes are letters in both.
ISO-8859-2 and cp1250 differ in a few letters, which are signs in the other one. The letters of DOS and of old
Macintoshes are quotation marks and daggers in cp1252.
"""

from __future__ import annotations

import math
import re

from seedsearch.patterns import pattern

_FAMILIES = (
    (
        ("cp1251", "koi8-r", "iso8859-5", "cp866", "mac-cyrillic", "koi8-u"),
        "оеаинтсрвлкмдпуяыьгзбчйхжшюіцщэфїєъёўјґљњџђћѓќ",
    ),
    (("cp1256", "iso8859-6"), "ايلمنوترةبعدسهكفقحجأشطصىخئإذضثغزآءظؤپچگکی"),
)  # fmt: skip
_CENTRAL = ("iso8859-2", "cp1250")
_POLISH = pattern("[ęłńżĘŁŃŻ]")
# Marks of cp1252 that do not occur between letters, unlike apostrophes, dashes and dots.
_IN_A_WORD = pattern(rb"[A-Za-z][\x82\x84\x86-\x88\x8a-\x8c\x91\x93\x94\x9b](?=[a-z])")
_MARK = pattern(rb"[\x80-\x91\x93-\x9f]")
_OLD = ("cp850", "mac-roman")
_SMALL = pattern("[a-z]([à-öø-ÿß])(?=[a-z])")
_OPENING = "«„“‘”"
# The small letters that other encodings have here begin no such word.
_SPANISH = pattern(rb"\xbf[A-Z]")
_UNUSED = ("hp-", "cp1006")  # nobody writes them
_RARE = ("mac", "hp-", "iso8859-1", "iso8859-3", "iso8859-4")
_FEW = 4  # letters beyond ASCII
_SAMPLE = 20_000
_UNLIKELY = -9.0
_CAPITAL = -1.0  # added to the logarithm for a capital
LIKELY = -5.0
"""A mean likelihood below this means that the text is in another script."""

_HIGH_BYTES = bytes(range(0x80, 0x100))
_BESIDE_LATIN = pattern(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])")
_MOSTLY = (
    0.5  # with 0.4 of them _UNLIKELY and the others the commonest letter, the mean is below LIKELY
)
# A character beyond ASCII, with the characters before and after it.
_HIGH = pattern(r"(?=(.)([^\x00-\x7f])(.?))", re.DOTALL)

_OTHER_SCRIPT = pattern("[\u0370-\u0fff]")
_IN_LATIN_WORD = pattern("[A-Za-z][\u0370-\u0fff]|(?<![A-Za-z])[\u0370-\u0fff](?=[A-Za-z])")


def likeliest(data: bytes, encoding: str) -> str:
    """Return the encoding of the same script whose letters are likeliest; `encoding` if none is likelier."""
    for encodings, letters in _FAMILIES:
        if encoding in encodings:
            sample = data[:_SAMPLE]
            scores = {
                name: _likelihood(sample.decode(name, "replace"), letters) for name in encodings
            }
            best = max(scores, key=lambda name: (scores[name], name == encoding))
            return best if scores[best] > scores[encoding] + 0.01 else encoding
    return _central(data[:_SAMPLE]) if encoding in _CENTRAL else encoding


def _central(sample: bytes) -> str:
    """Return the Central European encoding in which fewer signs stand in words."""
    texts = {name: sample.decode(name, "replace") for name in _CENTRAL}
    iso, windows = (_signs_at_letters(texts[name]) for name in _CENTRAL)
    # One byte is the Polish `ą` in one, and the `š` of other languages in the other.
    is_iso = iso < windows or (iso == windows and not _POLISH.search(texts["cp1250"]))
    return _CENTRAL[0] if is_iso else _CENTRAL[1]


def _signs_at_letters(text: str) -> int:
    return sum(
        not char.isalpha() and (before.isalpha() or (after.isalpha() and char != "°"))
        for before, char, after in _HIGH.findall(f" {text}")
    )


def is_rather_windows(data: bytes, encoding: str) -> bool:
    """Return whether a text in a Latin encoding is rather in cp1252, which has no sign beside a letter.

    It is if the encoding has such signs, or if it is a rare one and only a few letters speak for it.
    """
    if _SPANISH.search(data[:_SAMPLE]):
        return True
    text, other = (data[:_SAMPLE].decode(name, "replace") for name in (encoding, "cp1252"))
    if _MARK.search(data[:_SAMPLE]) or _OTHER_SCRIPT.search(text) or _signs_at_letters(other):
        return False
    is_guess = encoding.startswith(_RARE) and len(_HIGH.findall(f" {text}")) < _FEW
    return is_guess or encoding.startswith(_UNUSED) or _signs_at_letters(text) > 0


def before_windows(data: bytes) -> str:
    """Return the encoding of DOS or of old Macintoshes if the marks of cp1252 stand inside words; "" if not."""
    sample = data[:_SAMPLE]
    inside = len(_IN_A_WORD.findall(sample))
    if not inside or 2 * inside < len(_MARK.findall(sample)):
        return ""
    return max(_OLD, key=lambda name: len(_SMALL.findall(sample.decode(name, "replace"))))


def mixes_scripts(data: bytes, encoding: str) -> bool:
    """Whether most letters beyond ASCII stand in Latin words, but are of another script: so it is another encoding."""
    text = data[:_SAMPLE].decode(encoding, "replace")
    others = len(_OTHER_SCRIPT.findall(text))
    return 2 * len(_IN_LATIN_WORD.findall(text)) > others


def is_latin(data: bytes) -> bool:
    """Return whether so many bytes beyond ASCII stand beside ASCII letters that `likelihood` is below LIKELY.

    This holds in every encoding of one byte a character: each of these bytes is unlikely there.
    """
    sample = data[:_SAMPLE]
    high = len(sample) - len(sample.translate(None, _HIGH_BYTES))
    return len(_BESIDE_LATIN.findall(sample)) > _MOSTLY * high


def likelihood(data: bytes, encoding: str) -> float:
    """Return how likely the letters are in an encoding of these scripts. In any other encoding they are unlikely."""
    for encodings, letters in _FAMILIES:
        if encoding in encodings:
            return _likelihood(data[:_SAMPLE].decode(encoding, "replace"), letters)
    return _UNLIKELY


def _likelihood(text: str, letters: str) -> float:
    """Return the mean logarithm of the frequency of the characters beyond ASCII."""
    common = {letter: math.log(1 / (rank + 4) / 2.5) for rank, letter in enumerate(letters)}
    total, count = 0.0, 0
    for before, char, after in _HIGH.findall(f" {text}"):
        count += 1
        small = char.lower()
        is_latin = (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())
        if small not in common or is_latin or (small != char and before.islower()):
            total += (
                _UNLIKELY / 2
                if not (char.isalpha() or is_latin)
                and before.isspace()
                and (not after.isalpha() or char in _OPENING)
                else _UNLIKELY
            )
        else:
            total += common[small] + (_CAPITAL if small != char else 0)
    return total / count if count else _UNLIKELY
