"""Compounds that are written as one word, such as Hafenmeister, and the words that they consist of.

A compound of a word begins or ends with it. The rest must be a word of the index in that language, or so long that a
coincidence is unlikely. Letters may join the two parts (Arbeit-s-amt), and the first part may lose its last letter
(Schule, Schulhaus). All terms are folded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from seedsearch.analysis.analyzer import Analyzer

# The letters that join two parts, the longest first, and the letter that a first part may lose.
_JOINTS = {
    "de": (("ens", "es", "en", "er", "s", "n", "e", ""), "e"),
    "nl": (("en", "er", "s", "e", "n", ""), "e"),
    "sv": (("s", "e", "o", "u", ""), "a"),
    "da": (("er", "s", "e", "n", ""), "e"),
    "no": (("er", "s", "e", "n", ""), "e"),
    "fi": (("n", ""), ""),
}
COMPOUNDING = frozenset(_JOINTS)
"""The languages that write compounds as one word."""

WITH_ACCENTS = COMPOUNDING - {"de", "nl"}
"""Those whose stemmers keep accents, so that a stem class may have several spellings."""

LEAST_SHARE = 0.01
"""The least share of the documents of an index, removed ones too, for which compounds of a language are found. The
search takes long, and a few documents in another language are not worth it."""

LEAST = 3
"""The minimum length of a part in characters."""

MOST_ENDING = 4
"""The maximum number of characters of a form after the common beginning of all forms."""

_LONG = 7  # characters; a last part of this length is no coincidence
_LONG_FIRST, _LONG_REST = 5, 5  # nor is a first part of this length before a rest of this length
_VOWELS = "aeiouy"

IsWord = Callable[[str], bool]
"""Returns whether the texts of an index have a stem class, by its key (see `Form`) without accents."""


class Part:
    """A word of a query as a part of compounds in one language."""

    def __init__(self, analyzer: Analyzer, word: str, language: str) -> None:
        sense = analyzer.sense(word, language)
        self.term = analyzer.fold(word)
        self.ending = sense.beginning if sense else self.term
        """The common beginning of all forms of the word. A compound ends with one of these forms."""
        self._fits = sense.fits if sense else self.term.__eq__
        self._form = analyzer.form
        self._language = language
        self._joints, self._lost = _JOINTS[language]
        is_long = len(self.term) > LEAST + 1
        self.start = self.term.removesuffix(self._lost) if is_long else self.term
        """The beginning of all compounds whose first part is the word."""

    def is_in(self, compound: str, is_word: IsWord) -> bool:
        """Return whether a term is a compound of the word."""
        return self._ends(compound, is_word) or self._begins(compound, is_word)

    def _ends(self, compound: str, is_word: IsWord) -> bool:
        at = compound.rfind(self.ending)
        if at < LEAST or len(compound) - at - len(self.ending) > MOST_ENDING:
            return False
        if not self._fits(compound[at:]):
            return False
        if len(self.term) >= _LONG:
            return True
        return self._is_known(_first_parts(compound[:at], self._language), is_word)

    def _begins(self, compound: str, is_word: IsWord) -> bool:
        if compound.startswith(self.term):
            rest, joints = compound[len(self.term) :], self._joints
        elif compound.startswith(self.start):
            rest, joints = compound[len(self.start) :], ("",)
        else:
            return False
        rests = (rest[len(joint) :] for joint in joints if rest.startswith(joint))
        if self._is_known((rest for rest in rests if len(rest) >= LEAST), is_word):
            return True
        is_long = len(self.term) >= _LONG_FIRST and len(rest) >= _LONG_REST
        return is_long and joints is self._joints and rest[0] not in _VOWELS

    def _is_known(self, terms: Iterator[str], is_word: IsWord) -> bool:
        keys = dict.fromkeys(self._form(term, self._language).stem for term in terms)
        return any(map(is_word, keys))


def _first_parts(start: str, language: str) -> Iterator[str]:
    """Yield the words that a compound with this beginning may begin with."""
    joints, lost = _JOINTS[language]
    for joint in reversed(joints):
        if start.endswith(joint) and len(start) - len(joint) >= LEAST:
            yield start.removesuffix(joint)
    if lost:
        yield start + lost


def parts_of(compound: str, language: str, is_word: IsWord) -> tuple[str, ...]:
    """Return the words of a compound, as few as possible; () if the term is no compound."""
    found: dict[int, tuple[str, ...]] = {}  # the parts from each place where a part may begin
    for at in range(len(compound) - LEAST, -1, -1):
        if at and is_word(compound[at:]):
            found[at] = (compound[at:],)
            continue
        ways = (
            (first, *found[end])
            for end in found
            if end - at >= LEAST
            for first in _first_parts(compound[at:end], language)
            if is_word(first)
        )
        if best := min(ways, key=len, default=()):
            found[at] = best
    return found.get(0, ())
