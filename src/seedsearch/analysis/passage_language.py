"""The language of each passage: the language of its document, unless the passage clearly is in another.

A passage with one of the most common words of its document's language is in that language, which decides most passages
quickly. Other passages are examined as texts of their own. A document in a script of only one language is in one
language. Every query looks for words in every language of the index, so a language counts in a document only if a
tenth of the passages are in it, and at least two (one in a document of three).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import islice, repeat

from seedsearch.analysis.tables import common_words
from seedsearch.core import compiled
from seedsearch.model import Document, PassageSpan

_OWN_WORDS = 4
_LEAST_SHARE = 0.1
_FEW = 3  # passages
_MANY = 1_000  # passages; of a document with more, some are examined first, and all only if these show a language
_DRAWN = 300
_DRAWN_LEAST = _LEAST_SHARE * _DRAWN / 3
_GOLDEN = 0.6180339887498949
_ENGLISH = (" the ", " of ", " and ", " that ")


def language_in(document: Document, text: str) -> str:
    """Return the language of a passage of an indexed document."""
    language = document.language
    if not document.also or any(word in text for word in own_words(language)):
        return language
    # start-up time: few documents have several languages
    from seedsearch.analysis.language import another_language

    found = another_language(language, text)
    return found if found in document.also else language


def languages_in(language: str, text: str | bytes, spans: Sequence[PassageSpan]) -> dict[int, str]:
    """Return the language of each passage that is in another language than its document, by the passage's number.

    `text` is the document's text; bytes are UTF-8. Languages of few passages are left out.
    """
    own = own_words(language)
    if language and not own:
        return {}
    least = max(_LEAST_SHARE * len(spans), 2 if len(spans) > _FEW else 1)
    if len(spans) > _MANY and not _others(language, own, text, _drawn(spans), _DRAWN_LEAST):
        return {}
    return _others(language, own, text, spans, least)


def _drawn(spans: Sequence[PassageSpan]) -> list[PassageSpan]:
    """Return some spans, at multiples of the golden ratio: spread evenly, but not in step with rows that repeat."""
    drawn = sorted(int(number * _GOLDEN % 1 * len(spans)) for number in range(_DRAWN))
    return [spans[number] for number in drawn]


def _others(
    language: str,
    own: tuple[str, ...],
    text: str | bytes,
    spans: Sequence[PassageSpan],
    least: float,
) -> dict[int, str]:
    """Return the languages of the passages in another language, if at least `least` passages are in it."""
    numbers = _without(own, text, spans)
    if len(numbers) < least:
        return {}  # most documents end here, before the costly part
    from seedsearch.analysis.language import clearly_another, in_another, passage_text  # as above

    found = {}
    for number in in_another(language, text, spans, numbers):
        other = clearly_another(language, passage_text(text, spans[number]))
        if other != language:
            found[number] = other
    counts = Counter(found.values())
    return {number: other for number, other in found.items() if counts[other] >= least}


def _without(words: tuple[str, ...], text: str | bytes, spans: Sequence[PassageSpan]) -> list[int]:
    """Return the numbers of the passages that contain none of the words."""
    if compiled is not None and isinstance(spans, list):
        return compiled.spans_without(text, spans, encoded(words))
    from seedsearch.analysis.language import passage_text  # as above

    passages = map(passage_text, repeat(text), spans)
    return [n for n, own in enumerate(passages) if not any(word in own for word in words)]


@cache
def encoded(words: tuple[str, ...]) -> tuple[bytes, ...]:
    """Return words as the core takes them."""
    return tuple(word.encode() for word in words)


@cache
def own_words(language: str) -> tuple[str, ...]:
    """Return common words that only this language has, between spaces; none if its script identifies it."""
    if language == "en":
        return _ENGLISH
    from seedsearch.analysis.language_of_few_words import languages_of_words  # start-up time

    for script, languages in common_words().items():
        if language in languages:
            of = languages_of_words(script)
            own = (word for word in languages[language].split() if len(of[word]) == 1)
            return tuple(f" {word} " for word in islice(own, _OWN_WORDS))
    return ()
