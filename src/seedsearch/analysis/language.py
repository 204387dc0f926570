"""Find the language of a text from its script and its common words; "" if it is unclear.

Languages are named by their ISO 639-1 codes. A script that only one language uses decides alone. Where languages
share a script (Latin, Cyrillic, Arabic, Devanagari, Hebrew), common short words decide: the text must contain many of
them, of several kinds, and clearly more from one language than from any other. `language_of_few_words.py` finds the
language of shorter texts.

English is tested first, with a quick test, because most folders hold little else and every document passes here.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from seedsearch.analysis.language_of_few_words import (
    AROUND,
    LETTERS,
    OWN_LETTERS,
    by_letters,
    first_of,
    languages_of_words,
    of_few_words,
    words_of,
)
from seedsearch.analysis.stemming import OTHERS
from seedsearch.analysis.stopwords import ENGLISH_TOO
from seedsearch.core import compiled
from seedsearch.model import PassageSpan
from seedsearch.patterns import pattern

if TYPE_CHECKING:
    from seedsearch.core import _core

_SAMPLE = 2_000  # characters tested at the beginning, and in the middle of a long text
_LONG = 4 * _SAMPLE
_HALF = _LONG // 2
"""The characters at the beginning and from the middle on that tell the language of a long text."""

_GLANCE = 600  # characters of a sample for the first, quick test for English
_LEAST_ENGLISH = 200  # characters
_ENGLISH_EVERY = 120  # characters that contain one word of English alone, on average
# Blocks of scripts: first and last code point, and the script.
_SCRIPTS = (
    (0x0041, 0x024F, "latin"), (0x0370, 0x03FF, "el"), (0x0400, 0x052F, "cyrillic"), (0x0530, 0x058F, "hy"),
    (0x0590, 0x05FF, "hebrew"), (0x0600, 0x06FF, "arabic"), (0x0750, 0x077F, "arabic"),
    (0x0900, 0x097F, "devanagari"), (0x0980, 0x09FF, "bn"), (0x0A00, 0x0A7F, "pa"), (0x0A80, 0x0AFF, "gu"),
    (0x0B00, 0x0B7F, "or"), (0x0B80, 0x0BFF, "ta"), (0x0C00, 0x0C7F, "te"), (0x0C80, 0x0CFF, "kn"),
    (0x0D00, 0x0D7F, "ml"), (0x0D80, 0x0DFF, "si"), (0x0E00, 0x0E7F, "th"), (0x0E80, 0x0EFF, "lo"),
    (0x0F00, 0x0FFF, "bo"), (0x1000, 0x109F, "my"), (0x10A0, 0x10FF, "ka"), (0x1100, 0x11FF, "hangul"),
    (0x1200, 0x139F, "am"), (0x1780, 0x17FF, "km"), (0x1E00, 0x1EFF, "latin"), (0x1F00, 0x1FFF, "el"),
    (0x3040, 0x30FF, "kana"), (0x3130, 0x318F, "hangul"), (0x31F0, 0x31FF, "kana"), (0x3400, 0x4DBF, "han"),
    (0x4E00, 0x9FFF, "han"), (0xAC00, 0xD7A3, "hangul"), (0xF900, 0xFAFF, "han"), (0xFF66, 0xFF9D, "kana"),
    (0x20000, 0x3FFFF, "han"),
)  # fmt: skip
_FIRSTS = [first for first, _, _ in _SCRIPTS]

_SHARED = frozenset(("latin", "cyrillic", "arabic", "devanagari", "hebrew"))
_EAST_ASIAN = ("han", "kana", "hangul")
_A_CHARACTER_SAYS = 3  # one East Asian character counts as this many letters of an alphabet
_LEAST_LETTERS = 10  # of a script with one language
_LEAST_HAN = 20  # for Chinese: a Japanese heading may lack kana, a longer text does not
_LEAST_WORDS = 15
_LEAST_COMMON = 5  # common words of the language
_LEAST_DIFFERENT = 4  # different common words
_LEAST_SHARE = 0.1  # of all words
_FEW_WORDS = 30
_MOST_OTHERS = 4  # times as many letters as in Latin words
_LETTERS = pattern(f"[{''.join(LETTERS)}]")
_SPACES = dict.fromkeys(map(ord, AROUND), " ")
_CODES = 0x3000  # common words have no characters from here on: c/common_words.c
_FOREIGN = 0x8000

_RULES = (_SAMPLE, _GLANCE, _LEAST_ENGLISH, _ENGLISH_EVERY, _A_CHARACTER_SAYS, _LEAST_LETTERS,
          _LEAST_HAN)  # fmt: skip
_NAMES = tuple(sorted({script for _, _, script in _SCRIPTS}))
LANGUAGES = compiled.Languages(_RULES, _NAMES, _SCRIPTS, _SHARED, _EAST_ASIAN) if compiled else None
"""The compiled core's tests for English and for scripts, or None if the core is not installed."""


def language_of(text: str) -> str:
    """Return the language of a text, or "" if it is unclear. Look at 8,000 characters at most."""
    if len(text) > _LONG:  # the core would encode all of it
        middle = len(text) // 2
        text = text[:_HALF] + text[middle : middle + _HALF]
    language, sample, script = _by_script(text)
    found = _by_words(sample, script) if script else language
    if len(text) < _LEAST_ENGLISH and found not in OTHERS and not text.isascii():
        return _beside_other_scripts(text) or found
    return found


def _beside_other_scripts(text: str) -> str:
    """Return the language of the Latin words of a short text that has as many in other scripts; "" if it is unclear.

    Its stems are in that language alone: those of the other scripts depend on no language.
    """
    letters = [word for word in text.lower().split() if any(map(str.isalpha, word))]
    latin = [word for word in letters if word.strip(AROUND) < "\u0250"]
    if len(letters) == len(latin) or _MOST_OTHERS * sum(map(len, latin)) < sum(map(len, letters)):
        return ""
    found = of_few_words(" ".join(latin), "latin")
    return found if found in OTHERS else ""


def another_language(language: str, text: str) -> str:
    """Return the language of a text inside a text in `language`: this one, unless it clearly is another with stems."""
    # Few texts may be in another language, and the whole test is slow.
    return clearly_another(language, text) if _may_be_in_another(language, text) else language


def clearly_another(language: str, text: str) -> str:
    """Return the language of a text that may be in another language: `language`, unless it clearly is another."""
    found = language_of(text)
    is_other = found in OTHERS or (found == "en" and language)
    return found if is_other else language


def passage_text(text: str | bytes, span: PassageSpan) -> str:
    """Return the text of a passage. A text of bytes is UTF-8."""
    if isinstance(text, bytes):
        return text[span.byte_start : span.byte_end].decode()
    return text[span.start : span.end]


def in_another(
    language: str, text: str | bytes, spans: Sequence[PassageSpan], numbers: Sequence[int]
) -> list[int]:
    """Return the numbers of the passages that may be in another language. A text of bytes is UTF-8."""
    if LANGUAGES is not None and isinstance(spans, list) and isinstance(numbers, list):
        return _marks(LANGUAGES, language).find(text, spans, numbers)
    return [n for n in numbers if _may_be_in_another(language, passage_text(text, spans[n]))]


@cache
def _marks(languages: _core.Languages, language: str) -> _core.ForeignMarks:
    """Return what `_may_be_in_another` looks for, for the core."""
    lower = array("H", _lower_case())
    for mark in _SPACES:
        lower[mark] = 0
    for letter, of in OWN_LETTERS.items():
        if language not in of:
            lower[ord(letter)] |= _FOREIGN
    words = tuple(word.encode() for word in _words_of_others(language))
    return compiled.ForeignMarks(languages, language, words, lower.tobytes())


@cache
def _lower_case() -> list[int]:
    """Return for each character: its lower case, 0 if it is white space, or 1 if no common word has it."""
    characters = list(map(chr, range(_CODES)))
    lower = [
        ord(letter) if len(letter) == 1 and "\0" < letter < chr(_CODES) else 1
        for letter in map(str.lower, characters)
    ]
    for space in filter(str.isspace, characters):
        lower[ord(space)] = 0
    return lower


def _may_be_in_another(language: str, text: str) -> bool:
    """Return whether a text has words or letters that other languages have, but not this one, or another script."""
    words = text.lower().translate(_SPACES).split()
    if not _words_of_others(language).isdisjoint(words):
        return True
    if text.isascii():
        return False
    if any(language not in OWN_LETTERS[letter] for letter in OWN_LETTERS.keys() & set(text)):
        return True
    of_script, _, script = _by_script(text)
    return not script and of_script != language


@cache
def _words_of_others(language: str) -> frozenset[str]:
    """Return the common words of other languages that are words neither of this one nor, but for itself, of English."""
    return frozenset(
        word
        for script in sorted(_SHARED)
        for word, of in languages_of_words(script).items()
        if language not in of and (of == ("en",) or not ("en" in of or word in ENGLISH_TOO))
    )


def _by_script(text: str) -> tuple[str, str, str]:
    """Return the language by script or English words; else a sample and the script that several languages share."""
    if LANGUAGES is not None and (found := LANGUAGES.find(text)) is not None:
        language, script = found
        return language, (_sample(text) or "") if script else "", script
    return _plain_by_script(text)


def _plain_by_script(text: str) -> tuple[str, str, str]:
    sample = _sample(text)
    if sample is None:
        return "en", "", ""
    is_latin = sample.isascii() or len(sample.encode("ascii", "ignore")) > 0.8 * len(sample)
    script = "latin" if is_latin else _script(sample)
    return ("", sample, script) if script in _SHARED else (script, "", "")


def _sample(text: str) -> str | None:
    """Return the parts of a text that show its language, or None if they are English."""
    beginning = text[:_SAMPLE]
    has_english = _is_english(beginning, _GLANCE) or _is_english(beginning, _SAMPLE)
    if len(text) < _LONG:
        return None if has_english else beginning
    start = len(text) // 2
    middle = text[start : start + _SAMPLE]
    if not has_english:
        return beginning + middle
    # an English notice before a text in another language
    return None if _is_english(middle, _GLANCE) or _is_english(middle, _SAMPLE) else middle


def _is_english(text: str, most: int) -> bool:
    """Return whether "the", "of" and "and", which only English has, occur at least once in 120 characters.

    Look at the first `most` characters.
    """
    size = min(len(text), most)
    if size < _LEAST_ENGLISH or (the := text.count(" the ", 0, size)) < 2:
        return False
    others = text.count(" of ", 0, size) + text.count(" and ", 0, size)
    return others > 1 and _ENGLISH_EVERY * (the + others) > size


def _script(sample: str) -> str:
    """Return the script of most letters, or "" if there are too few.

    Return the language itself if the script has only one.
    """
    counts: dict[str, int] = {}
    for char, count in Counter(sample).items():
        code = ord(char)
        at = bisect_right(_FIRSTS, code) - 1
        if at >= 0 and code <= _SCRIPTS[at][1] and (char.isalpha() or code >= 0x80):
            script = _SCRIPTS[at][2]
            counts[script] = counts.get(script, 0) + count
    han, kana, hangul = (counts.pop(script, 0) for script in _EAST_ASIAN)
    together = han + kana + hangul
    best = max(counts, key=lambda script: (counts[script], script), default="")
    if not best or _A_CHARACTER_SAYS * together > counts[best]:
        return _east_asian(han, kana, hangul)
    return best if counts[best] >= _LEAST_LETTERS else ""


def _east_asian(han: int, kana: int, hangul: int) -> str:
    together = han + kana + hangul
    if together < _LEAST_LETTERS:
        return ""
    if hangul > kana and 5 * hangul > together:
        return "ko"
    if 20 * kana > together:
        return "ja"
    return "zh" if han >= _LEAST_HAN else ""


def _by_words(sample: str, script: str) -> str:
    """Return the language of a shared script whose common words the sample has, or "" if two come close."""
    words, common, different = _counts(sample, script)
    if words < _LEAST_WORDS:
        return of_few_words(sample.lower(), script)
    best, lead = first_of(common)
    if not sample.isascii() and lead < common[best] // 2:
        best, lead = first_of(Counter(common) + _written(sample.lower()))
    clear = (
        common.get(best, 0) >= max(_LEAST_COMMON, _LEAST_SHARE * words)
        and different.get(best, 0) >= _LEAST_DIFFERENT
        and lead >= max(2, words // 50)
    )
    if clear:
        return best
    lowered = sample.lower()
    return of_few_words(lowered, script) if words < _FEW_WORDS else by_letters(lowered.split())


def _counts(sample: str, script: str) -> tuple[int, dict[str, int], dict[str, int]]:
    """Return the number of words, and for each language that of its common words, and of different ones."""
    if compiled is None or (found := _common_words(script).count(sample)) is None:
        return _plain_counts(sample, script)
    words, common, different = found
    names = words_of(script)
    return words, dict(zip(names, common, strict=True)), dict(zip(names, different, strict=True))


@cache
def _common_words(script: str) -> _core.CommonWords:
    words = (tuple(word.encode() for word in of.split()) for of in words_of(script).values())
    return compiled.CommonWords(tuple(words), array("H", _lower_case()).tobytes())


def _plain_counts(sample: str, script: str) -> tuple[int, dict[str, int], dict[str, int]]:
    words, languages = sample.lower().split(), languages_of_words(script)
    common = dict.fromkeys(words_of(script), 0)
    different = dict(common)
    for word, count in Counter(filter(languages.__contains__, words)).items():
        for language in languages[word]:
            common[language] += count
            different[language] += 1
    return len(words), common, different


def _written(lowered: str) -> Counter[str]:
    """Return for each language the number of letters that few other languages use."""
    found: Counter[str] = Counter()
    # a set of the text's characters would make an object for each of them
    for letter, count in Counter(_LETTERS.findall(lowered)).items():
        found.update(dict.fromkeys(LETTERS[letter], count))
    return found
