"""The language of each passage: that of its document, unless the passage clearly is in another.

A passage that has one of the most common words of its document's language is in that language: so most passages are
known at once. Others are looked at as texts of their own. Documents in a script that only one language has are in one
language. Words of every language have to be looked for in every query: so a language counts in a document only if
a tenth of its passages are in it, and two, unless it has few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import islice
from typing import Any

from seedsearch.analysis.stemming import OTHERS
from seedsearch.model import Document

_OWN_WORDS = 4
_LEAST_SHARE = 0.1
_FEW = 3  # passages
_ENGLISH = (" the ", " of ", " and ", " that ")


def language_in(document: Document, text: str) -> str:
    """The language of a passage of an indexed document."""
    language = document.language
    if not document.also or any(word in text for word in _own_words(language)):
        return language
    found = _of_another(language, text)
    return found if found in document.also else language


def languages_in(
    language: str, text: str | bytes, places: Sequence[Sequence[int]]
) -> dict[int, str]:
    """The passages of a document that are in another language than it is, by number, and that language.

    `places` are where they begin and end in the text; bytes are UTF-8. Languages of few of the passages do not count.
    """
    own: tuple[Any, ...] = _own_words(language)
    if language and not own:
        return {}
    if isinstance(text, bytes):
        own = tuple(word.encode() for word in own)
    least = max(_LEAST_SHARE * len(places), 2 if len(places) > _FEW else 1)
    without_own = []
    for number, (start, end) in enumerate(places):
        for word in own:
            if text.find(word, start, end) >= 0:
                break
        else:
            without_own.append(number)
    if len(without_own) < least:  # most documents end here, before the costly part
        return {}
    found = {}
    for number in without_own:
        start, end = places[number]
        part = text[start:end]
        other = _of_another(language, part if isinstance(part, str) else part.decode())
        if other != language:
            found[number] = other
    counts = Counter(found.values())
    return {number: other for number, other in found.items() if counts[other] >= least}


def _of_another(language: str, text: str) -> str:
    """The language of a passage that has no words of its document's language."""
    if not language and text.isascii() and _markers().isdisjoint(text.split()):
        return language  # code and numbers: quickly
    from seedsearch.analysis.language import language_of  # as below: start-up time

    found = language_of(text)
    is_other = found in OTHERS or (found == "en" and language)
    return found if is_other else language


@cache
def _own_words(language: str) -> tuple[str, ...]:
    """The first of the common words that no other language has, between spaces; none where the script says it."""
    if language == "en":
        return _ENGLISH
    from seedsearch.analysis.common_words import COMMON_WORDS  # start-up time
    from seedsearch.analysis.language import languages_of_words

    for script, languages in COMMON_WORDS.items():
        if language in languages:
            of = languages_of_words(script)
            own = (word for word in languages[language].split() if len(of[word]) == 1)
            return tuple(f" {word} " for word in islice(own, _OWN_WORDS))
    return ()


@cache
def _markers() -> frozenset[str]:
    """The first words of the languages in Latin letters."""
    from seedsearch.analysis.common_words import COMMON_WORDS  # as above

    return frozenset(
        word.strip() for language in COMMON_WORDS["latin"] for word in _own_words(language)
    )
