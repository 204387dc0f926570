"""Which terms are forms of one word: Snowball's stems, by the script that a term is written in."""

from __future__ import annotations

import Stemmer

# A script that one well-stemmed language dominates: the first and last code points of its letters.
_SCRIPTS = (
    (0x0061, 0x007A, "english"),
    (0x0370, 0x03FF, "greek"),
    (0x0400, 0x04FF, "russian"),
    (0x0620, 0x06FF, "arabic"),
    (0x0900, 0x097F, "hindi"),
    (0x0B80, 0x0BFF, "tamil"),
)


def _language(term: str) -> str:
    code = ord(term[0])
    for first, last, language in _SCRIPTS:
        if first <= code <= last:
            return language
    return ""


class Stems:
    """The stems of terms. Stemmers are made when first needed."""

    def __init__(self) -> None:
        self._stemmers: dict[str, Stemmer.Stemmer] = {}

    def stem(self, term: str) -> str:
        """The stem of a folded term; the term itself where its script has no stemmer."""
        language = _language(term) if term else ""
        return self._stemmer(language).stemWord(term) if language else term

    def stem_all(self, terms: list[str]) -> list[str]:
        """The stems of many terms, as `stem` gives them."""
        stems = self.stem_encoded([term.encode("utf-8", "surrogatepass") for term in terms])
        return [stem.decode("utf-8", "surrogatepass") for stem in stems]

    def stem_encoded(self, terms: list[bytes]) -> list[bytes]:
        """The stems of many terms, all in UTF-8, as `stem` gives them but quicker."""
        stems: list[bytes] = self._stemmer("english").stemWords(terms)
        for i, term in enumerate(terms):
            if b"a" <= term < b"{":
                continue
            if term < b"\x80":  # a number, or nothing: no script of ours
                stems[i] = term
            else:
                own = self.stem(term.decode("utf-8", "surrogatepass"))
                stems[i] = own.encode("utf-8", "surrogatepass")
        return stems

    def _stemmer(self, language: str) -> Stemmer.Stemmer:
        stemmer = self._stemmers.get(language)
        if stemmer is None:
            # Its own cache would hold every term; ours are stemmed once a batch.
            stemmer = self._stemmers[language] = Stemmer.Stemmer(language, 0)
        return stemmer
