"""Which terms are forms of one word: Snowball's stems.

A term is stemmed by the language of its document, where Snowball has that language and the term is in its script; else
by the language that dominates the term's script. So English needs no naming, nor do Russian, Greek and others that
hardly share their letters with a language that Snowball knows. Terms are folded before: Snowball's stemmers group words
without accents very nearly as they do with them.

Where the compiled core is installed, it stems English terms (`core/c/stem.c`), by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import Stemmer

from seedsearch.core import compiled

# A script that one well-stemmed language dominates: the first and last code points of its letters.
_SCRIPTS = (
    (0x0061, 0x007A, "english"),
    (0x0370, 0x03FF, "greek"),
    (0x0400, 0x04FF, "russian"),
    (0x0530, 0x058F, "armenian"),
    (0x0620, 0x06FF, "arabic"),
    (0x0900, 0x097F, "hindi"),
    (0x0B80, 0x0BFF, "tamil"),
)

# Where terms in UTF-8 of those scripts but Latin begin in order, and those that follow them.
_ENCODED_SCRIPTS = [
    (chr(first).encode(), chr(last + 1).encode(), name) for first, last, name in _SCRIPTS[1:]
]
_NO_SCRIPT = _ENCODED_SCRIPTS[-1][1]  # what does not sort before it has no stem

# The other languages: a letter to know their script by, and Snowball's name for them.
_OTHERS = {
    "ca": ("a", "catalan"), "cs": ("a", "czech"), "da": ("a", "danish"), "de": ("a", "german"),
    "eo": ("a", "esperanto"), "es": ("a", "spanish"), "et": ("a", "estonian"), "eu": ("a", "basque"),
    "fi": ("a", "finnish"), "fr": ("a", "french"), "ga": ("a", "irish"), "hu": ("a", "hungarian"),
    "id": ("a", "indonesian"), "it": ("a", "italian"), "lt": ("a", "lithuanian"), "nl": ("a", "dutch"),
    "no": ("a", "norwegian"), "pl": ("a", "polish"), "pt": ("a", "portuguese"), "ro": ("a", "romanian"),
    "sv": ("a", "swedish"), "tr": ("a", "turkish"), "sr": ("а", "serbian"), "fa": ("ا", "persian"),
    "ne": ("न", "nepali"),
}  # fmt: skip
OTHERS = frozenset(_OTHERS)
"""The languages with a stemmer of their own, for terms in a script that another language dominates."""

MARK = b" "
"""Stands between a term and the language that it is stemmed by, where that is one of OTHERS. No term has it, and it
sorts before all that a term can go on with."""


def _dominating(term: str) -> str:
    """Snowball's name for the language that dominates a term's script, or ""."""
    code = ord(term[0])
    for first, last, language in _SCRIPTS:
        if first <= code <= last:
            return language
    return ""


def own_language(term: str, language: str) -> str:
    """The language itself, if it stems that term of its documents, and not the one that dominates does; else ""."""
    if not term or language not in OTHERS:
        return ""
    return language if _dominating(term) == _dominating(_OTHERS[language][0]) else ""


def marked(term: bytes, language: str) -> bytes:
    """A term or a stem, in UTF-8, apart from the same in other languages; "" for the dominating ones."""
    return b"%s%s%s" % (term, MARK, language.encode()) if language else term


def unmarked(terms: list[bytes]) -> list[bytes]:
    """The terms without their languages."""
    if MARK not in b"\n".join(terms):  # quicker than to look into each
        return terms
    return [term.partition(MARK)[0] for term in terms]


def _marked_among(terms: list[bytes]) -> Iterator[int]:
    """Which of the terms are marked: all are looked through at once, for there are many and few are."""
    lines = b"\n".join(terms)
    number, seen = 0, 0
    while (found := lines.find(MARK, seen)) >= 0:
        number += lines.count(b"\n", seen, found)
        seen = found + 1
        yield number


class Stems:
    """The stems of terms. Stemmers are made when first needed."""

    def __init__(self) -> None:
        self._stemmers: dict[str, Stemmer.Stemmer] = {}

    def stem(self, term: str, language: str = "") -> str:
        """The stem of a folded term in a document of that language; the term itself where its script has no stemmer."""
        own = own_language(term, language)
        name = _OTHERS[own][1] if own else _dominating(term) if term else ""
        if name == "english":
            return self.stem_english([term.encode("utf-8", "surrogatepass")])[0].decode(
                "utf-8", "surrogatepass"
            )
        return self._stemmer(name).stemWord(term) if name else term

    def stem_all(self, terms: list[str], language: str = "") -> list[str]:
        """The stems of many terms, as `stem` gives them."""
        if language in OTHERS:
            return [self.stem(term, language) for term in terms]
        stems = self.stem_encoded([term.encode("utf-8", "surrogatepass") for term in terms])
        return [stem.decode("utf-8", "surrogatepass") for stem in stems]

    def stem_encoded(self, terms: list[bytes]) -> list[bytes]:
        """The stems of many terms, all in UTF-8, as `stem` gives them but quicker; of marked terms, marked."""
        stems = list(terms)
        latin = [i for i, term in enumerate(terms) if b"a" <= term < b"{"]
        for i, stem in zip(latin, self.stem_english([terms[i] for i in latin]), strict=True):
            stems[i] = stem
        others = [i for i, term in enumerate(terms) if b"\x80" <= term < _NO_SCRIPT]
        for first, last, name in _ENCODED_SCRIPTS:
            own = [i for i in others if first <= terms[i] < last]
            if not own:
                continue
            found = self._stemmer(name).stemWords([terms[i] for i in own])
            for i, stem in zip(own, found, strict=True):
                stems[i] = stem
            if len(own) == len(others):
                break
            others = [i for i in others if not first <= terms[i] < last]
        for i in _marked_among(terms):
            surface, _, code = terms[i].partition(MARK)
            language = code.decode("ascii")
            stems[i] = marked(self._stemmer(_OTHERS[language][1]).stemWord(surface), language)
        return stems

    def stem_english(self, terms: list[bytes]) -> list[bytes]:
        """The stems of many terms in UTF-8 that begin with a Latin letter and are not marked."""
        if compiled is None:
            stems: list[bytes] = self._stemmer("english").stemWords(terms)
            return stems
        found = compiled.stem(terms)
        for i in [i for i, stem in enumerate(found) if stem is None]:
            found[i] = self._stemmer("english").stemWord(terms[i])
        return cast(list[bytes], found)

    def _stemmer(self, name: str) -> Stemmer.Stemmer:
        stemmer = self._stemmers.get(name)
        if stemmer is None:
            import Stemmer  # for what is not English: start-up time

            # Its own cache would hold every term; ours are stemmed once a batch.
            stemmer = self._stemmers[name] = Stemmer.Stemmer(name, 0)
        return stemmer
