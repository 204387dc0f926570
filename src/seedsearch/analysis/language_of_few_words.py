"""Find the language of a text of a few words from its letters, its pairs of letters and its common words.

Letters that one language alone has decide at once. Else each pair of letters of a word has some bits in each language
(`bigrams.table`): the fewer, the more usual the pair is. A language is clear if it needs fewer bits than any other,
with a bonus for each of its common words. Names and words of other languages in English texts are the danger, so
English is favoured, and every language must show a word or a letter of its own.

In scripts whose pairs are not in the table, common words and letters decide alone.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import repeat

from seedsearch.analysis.stopwords import ENGLISH_TOO
from seedsearch.analysis.tables import bigrams, bits_of_pairs, common_words, lines_of_bigrams
from seedsearch.patterns import pattern

AROUND = ".,;:!?\"'()[]{}«»„“”‘’…–—-¿¡*_/"
_INSIDE = str.maketrans("'’-șț", "   şţ")  # the table has the cedilla
_SAYS = {1: 2.0, 2: 1.0}  # what a common word of so many languages says, or a letter
_SAYS_LITTLE = 0.5
_SAYS_ENOUGH = 3.0
_LEAST_BARE_WORDS = 2
_SOME = 2
_MOST_BITS = 5.5  # of each pair of letters
_BITS_OF_COMMON = 10  # of a common word
_CLEARLY_LIKELIER = 8  # bits
_ENGLISH_LIKELIER = 3  # without what is in favour of it
_BITS_FOR_ENGLISH = 12  # it has many words of other languages
_BITS_OF_LOANS = 6  # those of its words that have letters beyond ASCII
_START = 1 << 20  # more than all common words save
# A text is sooner in another language.
_RARER = {"af": 12, **dict.fromkeys(("be", "ca", "eo", "et", "eu", "ga", "gl", "hr", "id", "is", "kk"), 4),
          **dict.fromkeys(("lt", "lv", "mk", "mn", "sl", "sq", "sr", "tl"), 4)}  # fmt: skip
# The answer may be wrong by one of these.
_SIBLINGS = {"da": ("no",), "no": ("da",), "es": ("gl",), "pt": ("gl",), "nl": ("af",)}
_BITS_OF_SPELLING = 4  # of Danish or Norwegian
_DANISH = pattern(r"[^jt\W]erne\b|[eø]j|k[æø]|gt\b|æ[ln]d")
_NORWEGIAN = pattern(r"ei|øy|[gk]j|([klmnpst])\1\b")

# Letters that only some languages of their script use. Each counts like a common word.
LETTERS = {
    "ы": ("ru", "be", "kk", "mn"), "э": ("ru", "be", "kk", "mn"), "ъ": ("bg", "ru"), "і": ("uk", "be", "kk"),
    "ї": ("uk",), "є": ("uk",), "ў": ("be",), "ј": ("sr", "mk"), "њ": ("sr", "mk"), "љ": ("sr", "mk"),
    "ћ": ("sr",), "ђ": ("sr",), "ѓ": ("mk",), "ќ": ("mk",), "қ": ("kk",), "ғ": ("kk",), "ө": ("mn", "kk"),
    "ү": ("mn", "kk"), "پ": ("fa", "ur"), "گ": ("fa", "ur"), "ی": ("fa", "ur"), "ک": ("fa", "ur"), "ے": ("ur",),
    "ٹ": ("ur",), "ں": ("ur",), "ة": ("ar",), "ي": ("ar",), "ك": ("ar",), "ß": ("de",), "ñ": ("es", "eu", "tl"),
    "ã": ("pt", "vi"), "ç": ("fr", "pt", "ca", "tr", "sq"), "ø": ("da", "no"), "æ": ("da", "no"),
    "å": ("sv", "da", "no"), "ő": ("hu",), "ű": ("hu",), "ř": ("cs",), "ů": ("cs",), "ě": ("cs",), "ľ": ("sk",),
    "ł": ("pl",), "ą": ("pl", "lt"), "ș": ("ro",), "ț": ("ro",), "ş": ("tr", "ro"), "ğ": ("tr",), "ı": ("tr",),
    "đ": ("vi", "hr"), "ư": ("vi",), "ơ": ("vi",), "ė": ("lt",), "ļ": ("lv",), "ņ": ("lv",), "ā": ("lv",),
    **dict.fromkeys("ảạấầẩậắằẳặếềểễệỉịỏọốồổỗộớờởỡợủụứừửữựỳỵ", ("vi",)),
    "õ": ("et", "pt", "vi"), "ĉ": ("eo",), "ĝ": ("eo",), "ŭ": ("eo",), "ë": ("sq", "nl", "af"),
}  # fmt: skip
OWN_LETTERS = {letter: of for letter, of in LETTERS.items() if len(of) == 1}


def of_few_words(lowered: str, script: str) -> str:
    """Return the language of a text of a few words, in lower case."""
    if found := by_letters(lowered.split()):
        return found
    return (_by_pairs if _names_with_pairs(script) else _by_common_words)(lowered, script)


def _by_common_words(lowered: str, script: str) -> str:
    """The language of a text of a few words by its common words and letters, those of one language above all.

    There are several, and the next language has half as much at most.
    """
    languages = languages_of_words(script)
    found: Counter[str] = Counter()
    for marks, of_marks in ((_bare_words(lowered), languages), (lowered, LETTERS)):
        for of in (of_marks[mark] for mark in set(marks) & of_marks.keys()):
            found.update(dict.fromkeys(of, _SAYS.get(len(of), _SAYS_LITTLE)))
    best, lead = first_of(found)
    return best if found[best] >= max(_SAYS_ENOUGH, 2 * (found[best] - lead)) else ""


def _by_pairs(lowered: str, script: str) -> str:
    """The language of a text of a few words by its pairs of letters, each of some bits, and its common words.

    The language must be clearly likelier than the next one.
    """
    words = [word for word in _bare_words(lowered) if script == "latin" or not word.isascii()]
    if len(words) < _LEAST_BARE_WORDS:
        return ""
    languages, names = languages_of_words(script), _names_with_pairs(script)
    common = languages.keys() & set(words)
    spaced = f" {' '.join(words)} "
    bits = sum(map(_bits_of_pair, repeat(script), spaced, spaced[1:]))
    bonus = sum(_bonus(script, word) for word in common)
    costs = dict(zip(names, _numbers(bits + _handicaps(script) - bonus, len(names)), strict=True))
    for_english = _BITS_FOR_ENGLISH if spaced.isascii() else -_BITS_OF_LOANS
    if script == "latin":
        costs["en"] -= for_english
        is_danish = len(_DANISH.findall(spaced)) > len(_NORWEGIAN.findall(spaced))
        costs["da"] -= _BITS_OF_SPELLING if is_danish else -_BITS_OF_SPELLING
    (least, best), *others = sorted((cost, name) for name, cost in costs.items())
    second = next(cost for cost, name in others if name not in _SIBLINGS.get(best, ()))
    needed = _ENGLISH_LIKELIER + for_english if best == "en" else _CLEARLY_LIKELIER
    is_usual = _numbers(bits, len(names))[names.index(best)] <= _MOST_BITS * len(spaced)
    if second - least < needed or not is_usual or best not in words_of(script):
        return ""
    own, english = ({word for word in common if name in languages[word]} for name in (best, "en"))
    return best if _has_signs(best, words, own, english) else ""


def _has_signs(language: str, words: list[str], own: set[str], english: set[str]) -> bool:
    """Return whether a text has signs of a language that no names have.

    These are a common word that is no word of English; or, without any other word of English, several common words, or
    letters beyond ASCII in every sixth word. English has a common word.
    """
    if language == "en" or not own <= ENGLISH_TOO:
        return bool(own)
    accented = sum(not word.isascii() for word in words)
    return english <= own and (len(own) > _SOME or 6 * accented >= len(words))


def _bare_words(lowered: str) -> list[str]:
    """Return the words of letters alone, without signs around them. An apostrophe or a hyphen ends a word."""
    parts = lowered.translate(_INSIDE).split()
    without_initials = (part.strip(AROUND) for part in parts if len(part) > 2 or part[-1] != ".")
    return [part for part in without_initials if part.isalpha()]


@cache
def _names_with_pairs(script: str) -> tuple[str, ...]:
    """Return the languages of a script whose pairs of letters are known."""
    letter = {"latin": "a", "cyrillic": "а"}.get(script, "none")
    return tuple(name for name, pairs in lines_of_bigrams().items() if letter in pairs)


# Numbers for all languages of a script are kept in one number, 32 bits for each, so that one addition adds them all.


def _together(numbers: Iterable[int]) -> int:
    return int.from_bytes(array("I", numbers).tobytes(), sys.byteorder)


def _numbers(together: int, count: int) -> Sequence[int]:
    return memoryview(together.to_bytes(4 * count, sys.byteorder)).cast("I")


@lru_cache(4096)
def _bits_of_pair(script: str, first: str, second: str) -> int:
    """Return the bits of a pair of letters in each language."""
    pair = [(first + second, 1)]
    return _together(int(bits_of_pairs(bigrams(name), pair)) for name in _names_with_pairs(script))


@cache
def _bonus(script: str, word: str) -> int:
    """Return the bits that a common word saves in each language."""
    of = languages_of_words(script)[word]
    return _together(_BITS_OF_COMMON if name in of else 0 for name in _names_with_pairs(script))


@cache
def _handicaps(script: str) -> int:
    """Return the bits that each language starts with."""
    return _together(_START + _RARER.get(name, 0) for name in _names_with_pairs(script))


def by_letters(words: list[str]) -> str:
    """Return the one language whose own letters are in at least two words and in every fourth word.

    For texts of a few words.
    """
    own = OWN_LETTERS.keys() & set("".join(words))
    languages = {language for letter in own for language in OWN_LETTERS[letter]}
    if len(languages) != 1:
        return ""
    count = sum(not own.isdisjoint(word) for word in words)
    return languages.pop() if count >= max(2, len(words) / 4) else ""


def first_of(counts: Mapping[str, int]) -> tuple[str, int]:
    """Return the language with the highest count, and its lead over the next one; ("", 0) if there is none."""
    most, second, *_ = *sorted(counts.values(), reverse=True), 0, 0
    return max((name for name, count in counts.items() if count == most), default=""), most - second


@cache
def languages_of_words(script: str) -> dict[str, tuple[str, ...]]:
    """Return the languages of each common word."""
    found: dict[str, tuple[str, ...]] = {}
    for language, words in words_of(script).items():
        for word in words.split():
            found[word] = (*found.get(word, ()), language)
    return found


def words_of(script: str) -> dict[str, str]:
    """Return the common words of each language of a script, between spaces."""
    return common_words()[script]
