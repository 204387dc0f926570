"""Find the encoding of a text by its pairs of letters.

A text is likely in an encoding if it then has the pairs of neighbouring letters of some language that is written in
it, and its signs and capitals stand where they usually do. What is unlikely costs bits: the negative logarithm of its
probability. The encoding with the fewest bits is the answer.

analysis/bigrams.table has the bits of the most common pairs of each language. Two spaces enclose each word. For
Chinese, Japanese and Korean it has the bits of the most common characters.

A longer text in an encoding of East Asia is recognised without them. It hardly ever decodes in a wrong one, and if it
does, it gives rare characters. So an encoding is right if all bytes decode, and if at least a twelfth of the characters
beyond ASCII are among the most common ones of its language. In running text their share is a tenth to a half, in a
wrong encoding a twentieth at most.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from seedsearch.analysis.tables import UNLISTED, bigrams, bits_of_pairs
from seedsearch.corpus.mixed import text_in
from seedsearch.patterns import pattern

_SLAVIC = "cs hr hu pl ro sk sl"
_WESTERN = "ca da de en es eu fi fr ga gl is it nl no pt sv"
# Each encoding with the bits that its rareness costs, and the languages that are written in it.
_ENCODINGS = {
    "cp1252": (0, _WESTERN + " sq"), "iso8859-15": (2, _WESTERN), "mac-roman": (7, _WESTERN), "cp850": (6, _WESTERN),
    "cp437": (7, _WESTERN), "cp1250": (1, _SLAVIC), "iso8859-2": (2, _SLAVIC), "cp852": (5, _SLAVIC),
    "mac-latin2": (9, _SLAVIC), "iso8859-16": (4, "ro"), "cp1254": (1, "tr"), "cp857": (4, "tr"),
    "cp1257": (3, "et lt lv"), "iso8859-13": (5, "et lt lv"), "iso8859-4": (6, "et lt lv"), "cp775": (6, "et lt lv"),
    "iso8859-3": (6, "eo tr"), "cp1251": (0, "be bg mk ru sr uk"), "koi8-r": (1, "bg ru"), "koi8-u": (2, "uk"),
    "iso8859-5": (2, "be bg mk ru sr uk"), "cp866": (2, "be bg ru uk"), "cp1125": (4, "uk"), "cp855": (5, "sr mk"),
    "mac-cyrillic": (3, "be bg mk ru sr uk"), "cp1253": (1, "el"), "iso8859-7": (1.5, "el"), "cp737": (4, "el"),
    "mac-greek": (7, "el"), "cp1255": (1, "he"), "iso8859-8": (2, "he"), "cp862": (4, "he"), "cp1256": (1, "ar fa"),
    "iso8859-6": (2, "ar"), "cp874": (1, "th"), "cp1258": (3, "vi"),
}  # fmt: skip
# The bits that the rareness of a language costs.
_FEWER_TEXTS = {"be": 1, "ca": 1, "eo": 3, "eu": 2, "fa": 1, "ga": 2, "gl": 1, "is": 1, "mk": 4, "sq": 2}  # fmt: skip
_MOST_BITS = 6.5  # of each pair, on average, if a language fits
_USUAL_BITS = 5.0  # likewise; texts read in a wrong encoding take more than 6
_MOST_BITS_OF_FEW = 60.0  # more, since few pairs may be unusual ones
_BITS_OF_ENGLISH = 6.0  # of words of another language in an English text
# Pairs of ASCII letters tell the language alone, for they are the same in all encodings. They count for less.
_SHARE_OF_ASCII = 0.5

# Each encoding of two bytes a character, with the bits that its rareness costs, the language, the encoding of its
# common characters alone, and the last lead byte of the more usual ones of these. Each includes all characters of the
# encodings related to it.
_OF_TWO_BYTES = {
    "gb18030": (1, "zh", "gb2312", 0xD7), "cp932": (1, "ja", "euc_jp", 0xCF), "cp949": (1, "ko", "euc_kr", 0xC8),
    "big5hkscs": (2, "zt", "big5", 0xC6), "euc_jis_2004": (2, "ja", "euc_jp", 0xCF),
}  # fmt: skip
_MOST_COMMON = {
    "ja": "のにはをたがでてとしれさいもなからるく",
    "zh": "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里",
    "zt": "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡",
    "ko": "이다는의에을가하고지도한기사로를은서나어리시아자인대그정해일수부전제",
}
_SAMPLE_CHARS = 1000  # from the first character beyond ASCII, and as many from the middle
_LEAST_BEYOND = 40  # characters beyond ASCII that such a sample needs
_LEAST_SHARE = 1 / 12
_SIGNS_OF_TEXT = "、。，・ー「」『』（）！？：；《》 "
_SIGN = 6.0
_KANA = 6.0  # bits of a kana that is not listed
_UNLISTED_CHARACTERS = {1: 16.0, 2: 19.0, 3: 23.0}  # usual, less usual, rare
_BESIDE_LETTER = 14.0

# Kinds of bytes in an encoding. What is neither a letter nor a sign is a space.
_KINDS = {
    **dict.fromkeys("«»“", "quote"), **dict.fromkeys("„‘¡¿", "opening"), **dict.fromkeys("”…", "closing"),
    "’": "apostrophe", **dict.fromkeys("–—", "dash"), "\xa0": "nbsp", "°": "degree",
    **dict.fromkeys("§€£©·№", "sign"), **dict.fromkeys("×÷±½¼¾¢¥", "figure"), **dict.fromkeys("²³¹ªº®™", "raised"),
    "µ": "micro", **dict.fromkeys("0123456789", "digit"),
}  # fmt: skip
_OF_KIND = {"quote": 6, "opening": 6, "closing": 6, "apostrophe": 6, "dash": 6, "nbsp": 6, "degree": 6, "sign": 6,
            "figure": 7, "raised": 7, "micro": 7, "rare": 10, "none": 24, "capital": 1}  # fmt: skip
# What a sign costs after a letter, before a letter, after a space and before a space.
_BESIDE = {
    "quote": (4, 4, 0, 0), "opening": (14, 0, 0, 6), "closing": (0, 14, 2, 0), "apostrophe": (2, 2, 0, 0),
    "dash": (6, 6, 0, 0), "nbsp": (4, 4, 6, 4), "degree": (12, 2, 0, 0), "sign": (12, 8, 0, 0),
    "figure": (12, 12, 0, 0), "raised": (5, 12, 5, 0), "micro": (14, 2, 0, 5), "rare": (14, 14, 0, 0),
    "none": (0, 0, 0, 0), "digit": (3, 3, 0, 0),
}  # fmt: skip
_SMALL_THEN_CAPITAL = 6
_LETTERS = ("small", "capital", "letter")

_MOST = 500  # bytes of the sample
_MOST_BYTES = 200_000  # that are searched for bytes that an encoding does not have
_LOWER = [char.lower() if char.isalpha() else " " for char in map(chr, range(0x80))]
_GLANCE = 60  # bytes of it that leave out most encodings
_FAR = 60.0  # bits
_HIGH = bytes(range(0x80, 0x100))
_MOST_EAST_ASIAN = 160  # bytes beyond ASCII
_BESIDE_LETTERS = pattern("(?<=[A-Za-z])(?=[^\0-\x7f])|(?<=[^\0-\x7f])(?=[A-Za-z])")
_BEYOND_ASCII = pattern(rb"[\x80-\xff]")
_NOT_ASCII = pattern("[^\0-\x7f]")
_BEFORE, _AFTER = 20, 50  # bytes of the sample beside one beyond ASCII
_REST_OF_WORD = pattern(rb"\S*\s")
_BEGINNING_OF_WORD = pattern(rb"\s\S*\Z")


class _Encoding(NamedTuple):
    lower: tuple[str, ...]  # of each byte: the letter in lower case, or a space
    kinds: tuple[str, ...]
    bits: float
    languages: tuple[str, ...]


def east_asian(data: bytes) -> tuple[str, str] | None:
    """Return the text of bytes beyond ASCII, and its encoding. Return None if no East Asian encoding is clear."""
    found: tuple[str, str] | None = None
    best = _LEAST_SHARE
    for encoding, (_, language, _, _) in _OF_TWO_BYTES.items():
        text = text_in(data, encoding)
        share = _share_of(_MOST_COMMON[language], text) if text else 0.0
        if text and share >= best:
            found, best = (text, encoding), share
    return found


def _share_of(common: str, text: str) -> float:
    first = _NOT_ASCII.search(text)
    if first is None:
        return 0.0
    at, middle = first.start(), len(text) // 2
    sample = text[at : at + _SAMPLE_CHARS] + text[middle : middle + _SAMPLE_CHARS]
    beyond = len(sample) - len(sample.encode("ascii", "ignore"))
    return sum(map(sample.count, common)) / beyond if beyond >= _LEAST_BEYOND else 0.0


def guess(data: bytes) -> tuple[str, float, bool]:
    """Return the likeliest encoding of bytes that are not UTF-8, how likely it is, and whether its text reads well.

    The second is the probability that its text is right and not that of the next one. The last is False if no language
    fits, so that the text is in an encoding or a language that is not known here.
    """
    sample, pairs = _pairs(data)
    found = _costs(
        sample, pairs, _likely(sample[:_GLANCE]) if len(sample) > 2 * _GLANCE else _ENCODINGS
    )
    missing = bytes(set(data[:_MOST_BYTES]) - set(sample))
    for name in found.keys() & _ENCODINGS.keys():
        undefined = sum(_encoding(name).kinds[code] == "none" for code in missing)
        found[name] += _OF_KIND["none"] * undefined
    costs = sorted((cost, name != "cp1252", name) for name, cost in found.items())
    least, _, best = costs[0]
    text = sample.decode(best, "replace")
    other = next(
        (cost for cost, _, name in costs if sample.decode(name, "replace") != text), math.inf
    )
    confidence = min(0.99, 1 / (1 + 2 ** (least - other)))
    return best, confidence, least < _MOST_BITS * _weight(pairs) + _MOST_BITS_OF_FEW


def reads_well(data: bytes, encoding: str) -> bool:
    """Return whether a text has usual pairs of letters in one of the encodings of one byte a character."""
    if encoding not in _ENCODINGS:
        return False
    sample, pairs = _pairs(data)
    return _costs(sample, pairs, [encoding])[encoding] < _USUAL_BITS * _weight(pairs)


def bits(data: bytes) -> dict[str, float]:
    """Return the bits of each encoding that is known here."""
    return _costs(*_pairs(data), _ENCODINGS)


def _likely(beginning: bytes) -> list[str]:
    """Return the encodings of one byte a character that are not far from the likeliest."""
    found = _costs(*_pairs(beginning), _ENCODINGS)
    least = min(found[name] for name in _ENCODINGS)
    return [name for name in _ENCODINGS if found[name] < least + _FAR]


def _pairs(data: bytes) -> tuple[bytes, Counter[tuple[int, int]]]:
    """Return a sample of words, and the pairs of its bytes."""
    sample = b" " + b" ".join(_sample(data).split()) + b" "
    return sample, Counter(pairwise(sample))


def _weight(pairs: Mapping[tuple[int, int], int]) -> float:
    """Return the number of pairs. Those of ASCII count for less."""
    return sum(n * (_SHARE_OF_ASCII if max(pair) < 0x80 else 1) for pair, n in pairs.items())


def _costs(
    sample: bytes, pairs: Mapping[tuple[int, int], int], names: Iterable[str]
) -> dict[str, float]:
    """Return the bits of the encodings of these names, and of those of East Asia."""
    words = Counter[str]()
    for (a, b), n in pairs.items():
        if a < 0x80 and b < 0x80:
            words[_LOWER[a] + _LOWER[b]] += n
    others = [(a, b, n) for (a, b), n in pairs.items() if a >= 0x80 or b >= 0x80]
    encodings = {name: _encoding(name) for name in names}
    written = {language for encoding in encodings.values() for language in encoding.languages}
    in_english = _bits_of_ascii("en", words) + _BITS_OF_ENGLISH
    shared = {language: min(in_english, _bits_of_ascii(language, words)) for language in written}
    found = {name: _bits_of(encoding, others, shared) for name, encoding in encodings.items()}
    if len(sample) - len(sample.translate(None, _HIGH)) <= _MOST_EAST_ASIAN:
        least = min(shared.values())
        found |= {name: cost + least for name, cost in _bits_of_east_asian(sample)}
    return found


def _sample(data: bytes) -> bytes:
    if len(data) <= _MOST:
        return data
    words, size, at = [], 0, 0
    while size < _MOST and (found := _BEYOND_ASCII.search(data, at)):
        start, end = max(at, found.start() - _BEFORE), found.start() + _AFTER
        begins = _REST_OF_WORD.match(data, start, found.start()) if start else None
        ends = _BEGINNING_OF_WORD.search(data, found.end(), end) if end < len(data) else None
        words.append(data[begins.end() if begins else start : ends.start() if ends else end])
        size += len(words[-1])
        at = ends.start() if ends else end
    return b" ".join(words)


def _bits_of_ascii(language: str, words: Mapping[str, int]) -> float:
    bits = bigrams(language)
    return _SHARE_OF_ASCII * sum(
        n * bits.get(pair, UNLISTED) for pair, n in words.items() if pair != "  "
    ) + _FEWER_TEXTS.get(language, 0)


def _bits_of(
    encoding: _Encoding, pairs: list[tuple[int, int, int]], shared: Mapping[str, float]
) -> float:
    lower, kinds, total, languages = encoding
    letters = []
    for first, second, n in pairs:
        total += n * _form(kinds[first], kinds[second])
        pair = lower[first] + lower[second]
        if pair != "  ":
            letters.append((pair, n))
    return total + min(
        shared[language] + bits_of_pairs(bigrams(language), letters) for language in languages
    )


def _bits_of_east_asian(sample: bytes) -> Iterator[tuple[str, float]]:
    """Yield the encodings of East Asia in which a short text decodes, and its bits."""
    for encoding, (total, language, usual, last) in _OF_TWO_BYTES.items():
        text = text_in(sample, encoding)
        if text is None:
            continue
        common = bigrams(language)
        characters = Counter(re.sub("[\0-\x7f]", "", text))
        bits = sum(
            n * (common.get(char) or _bits_of_character(char, usual, last))
            for char, n in characters.items()
        )
        yield encoding, total + bits + _BESIDE_LETTER * len(_BESIDE_LETTERS.findall(text))


@cache
def _bits_of_character(char: str, usual: str, last: int) -> float:
    """Return the bits of a character that is not listed: `last` is the last lead byte of usual ones in `usual`."""
    if char in _SIGNS_OF_TEXT:
        return _SIGN
    if "\u3041" <= char <= "\u30fe" and usual == "euc_jp":
        return _KANA
    try:
        lead = char.encode(usual)[0]
    except UnicodeEncodeError:
        return _UNLISTED_CHARACTERS[3]
    return _UNLISTED_CHARACTERS[1 if lead <= last and char.isalpha() else 2]


@cache
def _form(first: str, second: str) -> float:
    """Return what two neighbouring characters cost by their kinds alone."""
    total = float(_OF_KIND.get(second, 0))
    if first in _BESIDE and second != "digit":
        total += _BESIDE[first][1 if second in _LETTERS else 3]
    if second in _BESIDE and first != "digit":
        total += _BESIDE[second][0 if first in _LETTERS else 2]
    return total + (_SMALL_THEN_CAPITAL if (first, second) == ("small", "capital") else 0)


@cache
def _encoding(name: str) -> _Encoding:
    rareness, languages = _ENCODINGS[name]
    chars = [bytes((code,)).decode(name, "replace") for code in range(256)]
    kinds = [_kind(char) for char in chars]
    lower = [
        _lower(char, languages) if kind in _LETTERS else " "
        for char, kind in zip(chars, kinds, strict=True)
    ]
    return _Encoding(tuple(lower), tuple(kinds), rareness, tuple(languages.split()))


def _lower(char: str, languages: str) -> str:
    if languages.endswith("tr") and char in "Iİ":
        return "ı" if char == "I" else "i"
    return char.lower()


def _kind(char: str) -> str:
    if char in _KINDS:
        return _KINDS[char]
    category = unicodedata.category(char)
    if category in ("Lu", "Lt"):
        return "capital"
    if category[0] in "LM":
        return "small" if category == "Ll" else "letter"
    if char < "\x80":
        return "space"
    return "none" if category[0] == "C" or char == "\ufffd" else "rare"
