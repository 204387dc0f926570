"""Which terms are forms of one word: Snowball's stems.

A term is stemmed by the language of its document, where Snowball has that language and the term is in its script; else
by the language that dominates the term's script. So English needs no naming, nor do Russian, Greek and others that
hardly share their letters with a language that Snowball knows.

A language of its own stems the *spelling* of a word (`fold.py`), and the stem is folded after that: Snowball knows
that *gün* and *günler* are forms of one word, but not that *gun* and *gunler* are. So a term may be in several stem
classes of one language, by its spellings. What the stem is before it is folded stands in the key as well, so that
*pêche* is told from *péché*. The languages that dominate a script stem folded terms: accents are no part of English,
and the other stemmers take them off themselves. Some languages have no stemmer, but are of their own for their accents.

English stems are Snowball's, but for irregular forms (`irregular.py`). Where the compiled core is installed, it stems
English terms (`core/c/stem.c`), by the same rules.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import Stemmer

from seedsearch.analysis.fold import Folder
from seedsearch.analysis.tokenizer import term_of
from seedsearch.core import compiled
from seedsearch.record import NamedTuple

# Scripts: the first and last code points of their letters, and the well-stemmed language that dominates, if one does.
_SCRIPTS = (
    (0x0061, 0x007A, "english"),
    (0x0370, 0x03FF, "greek"),
    (0x0400, 0x04FF, "russian"),
    (0x0530, 0x058F, "armenian"),
    (0x0590, 0x05FF, ""),
    (0x0620, 0x06FF, "arabic"),
    (0x0900, 0x097F, "hindi"),
    (0x0B80, 0x0BFF, "tamil"),
)

# Where terms in UTF-8 of those with such a language, but Latin, begin in order, and those that follow them.
_ENCODED_SCRIPTS = [
    (chr(first).encode(), chr(last + 1).encode(), name)
    for first, last, name in _SCRIPTS[1:]
    if name
]
_NO_SCRIPT = _ENCODED_SCRIPTS[-1][1]  # what does not sort before it has no stem

# The other languages: a letter of each script that they are written in, and Snowball's name for them, or "". Spellings
# of Arabic have shapes of letters that folding makes one, and Arabic stemmers need.
_OTHERS = {
    "ar": ("ا", "arabic"), "hr": ("a", "serbian"), "st": ("a", "sesotho"), "yi": ("א", "yiddish"),
    "ca": ("a", "catalan"), "cs": ("a", "czech"), "da": ("a", "danish"), "de": ("a", "german"),
    "eo": ("a", "esperanto"), "es": ("a", "spanish"), "et": ("a", "estonian"), "eu": ("a", "basque"),
    "fi": ("a", "finnish"), "fr": ("a", "french"), "ga": ("a", "irish"), "hu": ("a", "hungarian"),
    "id": ("a", "indonesian"), "it": ("a", "italian"), "lt": ("a", "lithuanian"), "nl": ("a", "dutch"),
    "no": ("a", "norwegian"), "pl": ("a", "polish"), "pt": ("a", "portuguese"), "ro": ("a", "romanian"),
    "sv": ("a", "swedish"), "tr": ("a", "turkish"), "sr": ("аa", "serbian"), "fa": ("ا", "persian"),
    "ne": ("न", "nepali"), "lv": ("a", ""), "sk": ("a", ""), "sl": ("a", ""), "sq": ("a", ""), "vi": ("a", ""),
}  # fmt: skip
OTHERS = frozenset(_OTHERS)
"""The languages whose spellings count, in a script that another language dominates."""

_LEAST_BEGINNING = 3  # characters

MARK = b" "
"""Stands between a term and the language that it is stemmed by, where that is one of OTHERS. No term has it, and it
sorts before all that a term can go on with."""

AS_SPELT = b"="
"""Stands between the language and a stem with its accents."""


def _script(letter: str) -> int:
    """The place of a letter's script among _SCRIPTS; -1 for any other."""
    code = ord(letter)
    for number, (first, last, _) in enumerate(_SCRIPTS):
        if first <= code <= last:
            return number
    return -1


def _dominating(term: str) -> str:
    """Snowball's name for the language that dominates a term's script, or ""."""
    script = _script(term[0])
    return _SCRIPTS[script][2] if script >= 0 else ""


def own_language(term: str, language: str) -> str:
    """The language itself, if it stems that term of its documents, and not the one that dominates does; else ""."""
    if not term or language not in OTHERS:
        return ""
    script = _script(term[0])
    return language if script >= 0 and script in map(_script, _OTHERS[language][0]) else ""


class Form(NamedTuple):
    """A folded term, and the key of its stem class: the folded stem, marked with its language if that is of OTHERS.

    After that comes the stem as it is spelt, if that is another.
    """

    term: str
    stem: str


def marked(form: Form) -> bytes:
    """A form as one string of bytes, in UTF-8: the term, the language after a MARK, and the stem if it is another.

    Where the language dominates, that is the term alone.
    """
    term, key = (part.encode("utf-8", "surrogatepass") for part in form)
    return marked_by_key(term, key)


def marked_by_key(term: bytes, key: bytes) -> bytes:
    """The same from a term and the key of its stem class, in UTF-8."""
    stem, mark, language = key.partition(MARK)
    if not mark:
        return term
    return MARK.join((term, language) if stem == term else (term, language, stem))


def _stem_of(term: bytes) -> bytes:
    """The key of the stem class that a marked term names."""
    surface, language, *stem = term.split(MARK)
    return MARK.join([*stem, language] if stem else [surface, language])


def _marked_among(terms: list[bytes]) -> Iterator[int]:
    """Which of the terms are marked: all are looked through at once, for there are many and few are."""
    lines = b"\n".join(terms)
    number, seen = 0, 0
    while (found := lines.find(MARK, seen)) >= 0:
        number += lines.count(b"\n", seen, found)
        seen = lines.find(b"\n", found)
        yield number
        if seen < 0:
            return


class Stems:
    """The stems of terms. Stemmers are made when first needed."""

    def __init__(self) -> None:
        self._stemmers: dict[str, Stemmer.Stemmer] = {}
        self._fold = Folder().fold

    def stem(self, term: str) -> str:
        """The stem of a folded term by the language that dominates its script; the term itself where none does."""
        name = _dominating(term) if term else ""
        if name == "english":
            return self.stem_english([term.encode("utf-8", "surrogatepass")])[0].decode(
                "utf-8", "surrogatepass"
            )
        return self._stemmer(name).stemWord(term) if name else term

    def stem_all(self, terms: list[str]) -> list[str]:
        """The stems of many terms by the languages that dominate their scripts, as `stem` gives them."""
        stems = self.stem_encoded([term.encode("utf-8", "surrogatepass") for term in terms])
        return [stem.decode("utf-8", "surrogatepass") for stem in stems]

    def form(self, spelling: str, language: str) -> Form:
        """The form that a spelling is in a document of a language."""
        term = term_of(self._fold(spelling).lower())
        own = own_language(term, language)
        if not own:
            return Form(term, self.stem(term))
        written = unicodedata.normalize("NFC", spelling)
        name = _OTHERS[own][1]
        spelt = self._stemmer(name).stemWord(written) if name else written
        stem = (self._fold(spelt) or term) if name else self.stem(term)
        key = f"{stem}{MARK.decode()}{own}"
        return Form(term, key if self._fold(spelt) == spelt else f"{key}{AS_SPELT.decode()}{spelt}")

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
            stems[i] = _stem_of(terms[i])
        return stems

    def stem_english(self, terms: list[bytes]) -> list[bytes]:
        """The stems of many terms in UTF-8 that begin with a Latin letter and are not marked."""
        if compiled is None:
            from seedsearch.analysis.irregular import (
                IRREGULAR,  # the core has its own: start-up time
            )

            bases = [IRREGULAR.get(term, term) for term in terms]
            stems: list[bytes] = self._stemmer("english").stemWords(bases)
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


def _shared_beginning(one: str, other: str) -> str:
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(char for char, _ in same)


def class_of(key: bytes) -> bytes:
    """The key of a stem class, however its stem is spelt."""
    stem, mark, language = key.partition(MARK)
    return stem + mark + language.partition(AS_SPELT)[0]


class Sense:
    """What a word of a query stands for in a language that stems spellings.

    That is the stem class of its spelling, and every term that has its stem where both are without accents: so a query
    without accents finds words that are written with them.
    """

    def __init__(self, stems: Stems, spelling: str, term: str, language: str) -> None:
        self.spelt = stems.form(spelling, language).stem
        self.stem, _, _ = self.spelt.partition(AS_SPELT.decode())
        self._stems = stems
        self._language = language
        self._plain = stems.form(term, language).stem
        shared = _shared_beginning(term, self._plain)
        self.beginning = shared if len(shared) >= _LEAST_BEGINNING else term
        """What such terms begin with: a few characters at least, so that not too many have to be looked at."""
        self._known = {term: True}

    def fits(self, term: str) -> bool:
        """Whether a term has the stem of the word, both without accents."""
        known = self._known.get(term)
        if known is None:
            known = term.startswith(self.beginning)
            known = known and self._stems.form(term, self._language).stem == self._plain
            self._known[term] = known
        return known

    def has(self, form: Form) -> bool:
        """Whether the word stands for a form."""
        return form.stem.partition(AS_SPELT.decode())[0] == self.stem or self.fits(form.term)

    def is_spelt(self, form: Form) -> bool:
        """Whether a form is spelt as the word is, but for its ending."""
        return form.stem == self.spelt
