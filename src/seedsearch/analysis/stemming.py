"""Stems: which terms are forms of one word, by Snowball.

A term is stemmed by the language of its document, if Snowball has that language and the term is in its script; else
by the language that dominates the term's script. So English documents need no language, nor do Russian, Greek and
other languages that hardly share their script with another language of Snowball.

An other language (OTHERS) stems the *spelling* of a word (`fold.py`), and the stem is folded afterwards: Snowball
knows that *gün* and *günler* are forms of one word, but not that *gun* and *gunler* are. So a term may belong to
several stem classes of one language, one for each spelling. The key also holds the stem before folding, to
distinguish *pêche* from *péché*. A language that dominates a script stems folded terms: English has no accents, and
the stemmers of the others remove them. Some of OTHERS have no stemmer; only their accents count.

Stems are Snowball's, except irregular forms of English (`core/c/irregular.table`) and plurals of some languages
(`plurals.py`). The compiled core, if installed, stems English terms by the same rules (`core/c/stem.c`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, cast

from seedsearch.patterns import pattern

if TYPE_CHECKING:
    import Stemmer

from seedsearch.analysis.fold import Folder
from seedsearch.analysis.tables import irregular_forms
from seedsearch.analysis.tokenizer import term_of
from seedsearch.core import compiled
from seedsearch.record import NamedTuple

# Scripts: the first and last code points of their letters, and the dominating language, or "".
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

# Scripts with a dominating language, except Latin: the UTF-8 bounds of their terms in sort order, and the language.
_ENCODED_SCRIPTS = [
    (chr(first).encode(), chr(last + 1).encode(), name)
    for first, last, name in _SCRIPTS[1:]
    if name
]
_NO_SCRIPT = _ENCODED_SCRIPTS[-1][1]  # a term that sorts here or later has no stem

# The other languages: a letter of each of their scripts, and Snowball's name, or "". Arabic is here because its stemmer
# needs letter shapes that folding removes.
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
"""Languages that stem spellings, in a script that another language dominates."""

FIRSTS = {"e": "a", "g": "w"}
"""Other first letters of irregular English forms, by the first letters of their words: ate, went."""

# Languages whose stemmers change first letters, or rarely: prefixes, the article, a stem of one letter.
_CHANGING_FIRST_LETTERS = frozenset({"ar", "ga", "id", "nl", "st", "tr", "yi"})

STEMMED_SCRIPTS = tuple(
    (first, last, name not in {"arabic", "greek", "tamil"})
    for first, last, name in _SCRIPTS[1:]
    if name
)
"""The scripts that a language dominates, except Latin: first and last code point, and whether stems keep first
letters."""

STEMMED_RANGES = tuple((first, last) for first, last, _ in STEMMED_SCRIPTS)
"""The first and last code points of these scripts."""

_ARTICLE = pattern("(?:(?!والد[تيهاكة])(?P<and>[وف])(?=ال.{4}))?(?:ال|بال|كال).{3}", re.DOTALL)
_LEAST_BEGINNING = 3  # characters

MARK = b" "
"""Separates a term from its stemming language, if that language is one of OTHERS. No term contains it, and it sorts
before every character of a term.
"""

AS_SPELT = b"="
"""Separates the language from a stem with its accents."""


@lru_cache(1024)
def _script(letter: str) -> tuple[int, int, str] | None:
    """Return the script of a letter, or None."""
    return next((script for script in _SCRIPTS if script[0] <= ord(letter) <= script[1]), None)


def own_language(term: str, language: str) -> str:
    """Return `language` if it is one of OTHERS and stems this term in its documents, else ""."""
    if not term or language not in OTHERS:
        return ""
    script = _script(term[0])
    return language if script and script in map(_script, _OTHERS[language][0]) else ""


class Form(NamedTuple):
    """A folded term, and the key of its stem class.

    The key is the folded stem. For a language of OTHERS it goes on with MARK, the language, and, if the stem has
    accents, AS_SPELT and the stem as spelt.
    """

    term: str
    stem: str


def marked(form: Form) -> bytes:
    """Return a form as bytes in UTF-8: the term, then after MARK the language, then the stem if it differs.

    For a dominating language, return the term alone.
    """
    term, key = (part.encode("utf-8", "surrogatepass") for part in form)
    return marked_by_key(term, key)


def marked_by_key(term: bytes, key: bytes) -> bytes:
    """Return what `marked` returns, from a term and the key of its stem class, both in UTF-8."""
    stem, mark, language = key.partition(MARK)
    if not mark:
        return term
    return MARK.join((term, language) if stem == term else (term, language, stem))


def _stem_of(term: bytes) -> bytes:
    """Return the stem class key of a marked term."""
    surface, language, *stem = term.split(MARK)
    return MARK.join([*stem, language] if stem else [surface, language])


def _marked_among(terms: list[bytes]) -> Iterator[int]:
    """Yield the numbers of marked terms. One search through all terms is fastest: few are marked."""
    lines = b"\n".join(terms)
    number, seen = 0, 0
    while (found := lines.find(MARK, seen)) >= 0:
        number += lines.count(b"\n", seen, found)
        seen = lines.find(b"\n", found)
        yield number
        if seen < 0:
            return


def _as_defined(term: str) -> str:
    """Return an Arabic word as its stemmer expects it.

    A word with the article has no pronoun at its end, so its last heh is a teh marbuta (القاهره). The stemmer leaves
    "and" before an article (والكتاب).
    """
    found = _ARTICLE.match(term)
    if not found:
        return term
    bare = term[found.end("and") :] if found["and"] else term
    return f"{bare[:-1]}ة" if bare[-1] == "ه" else bare


class Stems:
    """The stems of terms. A stemmer is made when it is first needed."""

    def __init__(self) -> None:
        self._stemmers: dict[str, Stemmer.Stemmer] = {}
        self._fold = Folder().fold

    def stem(self, term: str) -> str:
        """Return the stem of a folded term by the language that dominates its script.

        Return the term itself if no language does.
        """
        script = _script(term[0]) if term else None
        name = script[2] if script else ""
        if name == "english":
            return self.stem_english([term.encode("utf-8", "surrogatepass")])[0].decode(
                "utf-8", "surrogatepass"
            )
        if name == "arabic":
            term = _as_defined(term)
        return self._stemmer(name).stemWord(term) if name else term

    def stem_all(self, terms: list[str]) -> list[str]:
        """Return the stem of each term, as `stem` gives it."""
        stems = self.stem_encoded([term.encode("utf-8", "surrogatepass") for term in terms])
        return [stem.decode("utf-8", "surrogatepass") for stem in stems]

    def form(self, spelling: str, language: str) -> Form:
        """Return the form of a spelling in a document of a language."""
        term = term_of(self._fold(spelling).lower())
        own = own_language(term, language)
        if not own:
            return Form(term, self.stem(term))
        written = unicodedata.normalize("NFC", spelling)
        name = _OTHERS[own][1]
        if name == "arabic":
            written = _as_defined(written)
        spelt = self._stemmed([written], name)[0] if name else written
        # As the term is folded, from letters and marks: other letters may look like a text that is encoded twice.
        folded = self._fold(unicodedata.normalize("NFD", spelt))
        stem = (folded or term) if name else self.stem(term)
        key = f"{stem}{MARK.decode()}{own}"
        return Form(term, key if folded == spelt else f"{key}{AS_SPELT.decode()}{spelt}")

    def unaccented(self, terms: list[str], language: str) -> list[str]:
        """Return the key of each term's stem class in documents of a language of OTHERS, as if it had no accents."""
        name = _OTHERS[language][1]
        words = list(map(_as_defined, terms)) if name == "arabic" else terms
        spelt = self._stemmed(words, name) if name else self.stem_all(terms)
        stems = [
            stem if stem.isascii() else self._fold(stem) or term
            for stem, term in zip(spelt, terms, strict=True)
        ]
        return [f"{stem}{MARK.decode()}{language}" for stem in stems]

    def stem_encoded(self, terms: list[bytes]) -> list[bytes]:
        """Return the stem of each term, in UTF-8: what `stem` gives, but faster.

        For a marked term return its stem class key.
        """
        stems = list(terms)
        latin = [i for i, term in enumerate(terms) if b"a" <= term < b"{"]
        for i, stem in zip(latin, self.stem_english([terms[i] for i in latin]), strict=True):
            stems[i] = stem
        others = [i for i, term in enumerate(terms) if b"\x80" <= term < _NO_SCRIPT]
        for first, last, name in _ENCODED_SCRIPTS:
            own = [i for i in others if first <= terms[i] < last]
            if not own:
                continue
            found = self._stem_words(name, [terms[i] for i in own])
            for i, stem in zip(own, found, strict=True):
                stems[i] = stem
            if len(own) == len(others):
                break
            others = [i for i in others if not first <= terms[i] < last]
        for i in _marked_among(terms):
            stems[i] = _stem_of(terms[i])
        return stems

    def stem_by_script(self, terms: list[list[bytes]]) -> list[list[bytes]]:
        """Return what `stem_encoded` returns, for a list of each of STEMMED_SCRIPTS, and a last one of any terms."""
        *lists, others = terms
        names = (name for _, _, name in _ENCODED_SCRIPTS)
        stems = [
            self._stem_words(name, words) if words else words
            for name, words in zip(names, lists, strict=True)
        ]
        return [*stems, self.stem_encoded(others)]

    def _stem_words(self, name: str, words: list[bytes]) -> list[bytes]:
        """Return the stems of terms in the script that a language, by Snowball's name, dominates."""
        if name == "arabic":
            words = [_as_defined(word.decode()).encode() for word in words]
        return cast(list[bytes], self._stemmer(name).stemWords(words))

    def stem_english(self, terms: list[bytes]) -> list[bytes]:
        """Return the stems of unmarked terms in UTF-8 that begin with a Latin letter."""
        if compiled is None:
            irregular = irregular_forms()
            bases = [irregular.get(term, term) for term in terms]
            stems: list[bytes] = self._stemmer("english").stemWords(bases)
            return stems
        found = compiled.stem(terms)
        for i in [i for i, stem in enumerate(found) if stem is None]:
            found[i] = self._stemmer("english").stemWord(terms[i])
        return cast(list[bytes], found)

    def _stemmed(self, words: list[str], name: str) -> list[str]:
        """Return the stems of words by the stemmer of one of OTHERS, with the forms that it keeps apart."""
        from seedsearch.analysis.plurals import joined, singulars  # not for English: start-up time

        return joined(self._stemmer(name).stemWords(singulars(words, name)), name)

    def _stemmer(self, name: str) -> Stemmer.Stemmer:
        stemmer = self._stemmers.get(name)
        if stemmer is None:
            import Stemmer  # not needed for English: start-up time

            # No cache in the stemmer: each batch stems a term once.
            stemmer = self._stemmers[name] = Stemmer.Stemmer(name, 0)
        return stemmer


def first_letters(words: Iterable[str], language: str) -> str:
    """Return the ASCII characters with which spellings begin that may be forms of folded words that begin so.

    A beginning of "" allows any character.
    """
    letters = {word[:1] for word in words if word[:1].isascii()}
    if "" in letters or language in _CHANGING_FIRST_LETTERS:
        return "".join(map(chr, range(128)))
    return "".join(sorted(letters.union(FIRSTS.get(letter, "") for letter in letters)))


def _shared_beginning(one: str, other: str) -> str:
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(char for char, _ in same)


def class_of(key: bytes) -> bytes:
    """Return the key of a stem class without the spelling of its stem."""
    stem, mark, language = key.partition(MARK)
    return stem + mark + language.partition(AS_SPELT)[0]


class Sense:
    """What a query word stands for in a language that stems spellings.

    It stands for the stem class of its spelling, and for every term that has its stem when both lose their accents.
    So a query without accents finds words with accents.
    """

    def __init__(self, stems: Stems, spelling: str, term: str, language: str) -> None:
        self.spelt = stems.form(spelling, language).stem
        self.stem, _, _ = self.spelt.partition(AS_SPELT.decode())
        self._stems = stems
        self._language = language
        self.plain = stems.form(term, language).stem
        """The key that the stem class of the word has if it loses its accents."""
        shared = _shared_beginning(term, self.plain)
        self.beginning = shared if len(shared) >= _LEAST_BEGINNING else term
        """The common prefix of the terms that fit, at least a few characters."""
        self._known = {term: True}

    def fits(self, term: str) -> bool:
        """Return whether a term has the stem of the word when both lose their accents."""
        known = self._known.get(term)
        if known is None:
            known = term.startswith(self.beginning)
            known = known and self._stems.form(term, self._language).stem == self.plain
            self._known[term] = known
        return known

    def has(self, form: Form) -> bool:
        """Return whether the word stands for a form."""
        return form.stem.partition(AS_SPELT.decode())[0] == self.stem or self.fits(form.term)

    def is_spelt(self, form: Form) -> bool:
        """Return whether a form has the spelling of the word, except for its ending."""
        return form.stem == self.spelt
