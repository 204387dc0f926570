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
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from itertools import pairwise

from seedsearch.analysis.stopwords import ENGLISH_TOO
from seedsearch.analysis.tables import bigrams, bits_of_pairs, common_words
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
# A text is sooner in another language.
_FAVOURED = {"af": -12, **dict.fromkeys(("be", "ca", "eo", "et", "eu", "ga", "gl", "hr", "id", "is", "kk"), -4),
             **dict.fromkeys(("lt", "lv", "mk", "mn", "sl", "sq", "sr", "tl"), -4)}  # fmt: skip
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
    bits = _bits_of_words(words, script)
    known = languages_of_words(script)
    own: dict[str, set[str]] = {name: set() for name in (*bits, *words_of(script))}
    for word in known.keys() & set(words):
        for name in known[word]:
            own[name].add(word)
    favoured = _favoured(words) if script == "latin" else {}
    costs = {
        name: total - _BITS_OF_COMMON * len(own[name]) - favoured.get(name, 0)
        for name, total in bits.items()
    }
    (least, best), *others = sorted((cost, name) for name, cost in costs.items())
    second = next(cost for cost, name in others if name not in _SIBLINGS.get(best, ()))
    needed = _ENGLISH_LIKELIER + favoured["en"] if best == "en" else _CLEARLY_LIKELIER
    is_clear = second - least >= needed and bits[best] <= _MOST_BITS * _pairs_in(words)
    has_signs = best in words_of(script) and _has_signs(
        best, words, own[best], own.get("en", set())
    )
    return best if is_clear and has_signs else ""


def _favoured(words: list[str]) -> dict[str, int]:
    """Return the bits by which languages in Latin script are likelier than their pairs of letters say."""
    has_accents = not all(map(str.isascii, words))
    return _FAVOURED | {
        "en": -_BITS_OF_LOANS if has_accents else _BITS_FOR_ENGLISH,
        "da": _BITS_OF_SPELLING if _is_rather_danish(words) else -_BITS_OF_SPELLING,
    }


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
    letter = {"latin": "a", "cyrillic": "а"}.get(script, "")
    return tuple(name for name, of in bigrams().items() if letter in of)


def _bits_of_words(words: list[str], script: str) -> dict[str, int]:
    """Return the bits of the pairs of letters of words, in each language of `_names_with_pairs`."""
    names = _names_with_pairs(script)
    pairs = (a + b for word in words for a, b in pairwise(f" {word} "))
    together = sum(_in_all(pair, script) for pair in pairs)
    sums = memoryview(together.to_bytes(4 * len(names), sys.byteorder)).cast("I")
    return dict(zip(names, sums, strict=True))


def _pairs_in(words: list[str]) -> int:
    return sum(map(len, words)) + len(words)


@lru_cache(4096)
def _in_all(pair: str, script: str) -> int:
    """Return the bits of a pair in all languages, each in 32 bits of one number: so that one addition adds them all."""
    bits = (int(bits_of_pairs(bigrams()[name], [(pair, 1)])) for name in _names_with_pairs(script))
    return int.from_bytes(array("I", bits).tobytes(), sys.byteorder)


def _is_rather_danish(words: Iterable[str]) -> bool:
    text = " ".join(words)
    return len(_DANISH.findall(text)) > len(_NORWEGIAN.findall(text))


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
    ranked = sorted(zip(counts.values(), counts, strict=True), reverse=True)
    if not ranked:
        return "", 0
    most, best = ranked[0]
    return best, most - ranked[1][0] if len(ranked) > 1 else most


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
