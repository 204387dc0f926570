"""Words written as one: of which words a compound is made, in languages that write compounds so (Hafenmeister).

A compound of a word begins or ends with it. What is left must be a word of the index in that language, or else be so
long that chance is unlikely. Between the two parts may stand letters that only join them (Arbeit-s-amt), and the first
part may lose its last letter (Schule, Schulhaus). All terms here are folded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from seedsearch.analysis.analyzer import Analyzer

# What joins two parts, the longest first, and the letter that a first part may lose.
_JOINTS = {
    "de": (("ens", "es", "en", "er", "s", "n", "e", ""), "e"),
    "nl": (("en", "er", "s", "e", "n", ""), "e"),
    "sv": (("s", "e", "o", "u", ""), "a"),
    "da": (("er", "s", "e", "n", ""), "e"),
    "no": (("er", "s", "e", "n", ""), "e"),
    "fi": (("n", ""), ""),
}
COMPOUNDING = frozenset(_JOINTS)
"""The languages that write compounds as one word, by their codes."""

WITH_ACCENTS = COMPOUNDING - {"de", "nl"}
"""Those whose stemmers leave accents on, so that a stem class may be spelt in several ways."""

LEAST_SHARE = 0.01
"""Of the documents of an index, removed ones too: compounds of a language are looked for if so many are in it. To look
for them takes long, and is nothing for an index of another language with a few documents in this one."""

LEAST = 3
"""Characters of a part."""

MOST_ENDING = 4
"""Characters at most that a form of a word has after what all its forms begin with."""

_LONG = 7  # characters of a last part that is no chance, whatever comes before it
_LONG_FIRST, _LONG_REST = 5, 5  # and of a first part, with as much after it
_VOWELS = "aeiouy"

IsWord = Callable[[str], bool]
"""Whether an index has a stem class in its texts, by the key that `Form` describes, without accents."""


class Part:
    """A word of a query as a part of compounds in one of these languages."""

    def __init__(self, analyzer: Analyzer, word: str, language: str) -> None:
        sense = analyzer.sense(word, language)
        self.term = analyzer.fold(word)
        self.ending = sense.beginning if sense else self.term
        """What all forms of the word begin with that may be the last part of a compound."""
        self._fits = sense.fits if sense else self.term.__eq__
        self._form = analyzer.form
        self._language = language
        self._joints, self._lost = _JOINTS[language]
        is_long = len(self.term) > LEAST + 1
        self.start = self.term.removesuffix(self._lost) if is_long else self.term
        """What compounds begin with that have the word as their first part."""

    def is_in(self, compound: str, is_word: IsWord) -> bool:
        """Whether a term is a compound of the word."""
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
    """The words that a compound may begin with, by what stands there."""
    joints, lost = _JOINTS[language]
    for joint in reversed(joints):
        if start.endswith(joint) and len(start) - len(joint) >= LEAST:
            yield start.removesuffix(joint)
    if lost:
        yield start + lost


def parts_of(compound: str, language: str, is_word: Callable[[str], bool]) -> tuple[str, ...]:
    """The words that a term is made of, as few as possible; none where it is no compound."""
    found: dict[int, tuple[str, ...]] = {}  # by where a part begins: the parts from there on
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
