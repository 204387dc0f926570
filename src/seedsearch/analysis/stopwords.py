"""Stop words: words too common to rank by. They are indexed all the same, because phrases need them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache

from seedsearch.analysis.tables import common_words

STOP_WORDS = frozenset(
    """
    a about above after again against all also am an and any are as at be because been before being below
    between both but by can could d did do does doing down during each few for from further had has have having
    he her here hers herself him himself his how i if in into is it its itself just ll m me more most my myself
    no nor not now o of off on once only or other our ours ourselves out over own re s same she should so some
    such t than that the their theirs them themselves then there these they this those through to too under
    until up ve very was we were what when where which while who whom why will with would you your yours
    yourself yourselves
    """.split()  # noqa: SIM905 - a hundred and more words read better as text
)
"""English stop words, which apply to every query."""


WORDS_OF_A_LANGUAGE = 3
"""The number of words of a query that show its language, if any."""

_LATIN = "\u0370"  # folded words in Latin letters sort before it

# Words that English also has, as other words or in names: they do not show that a query is in another language.
ENGLISH_TOO = frozenset(
    """
    a ad alle als am an and are art as at be but by car chi come comment cosa dan dates de den des die dig din dine do
    door dos du due eh el en era et fait fast for fra fur go had hat hay he her hier how i if in is it kan ki la las
    late le lei les list los ma man me men mes met mi mine mis mit mon most must my no non nos of on one or over par
    pas plus pour se sea ser sin so son sub sue sui sur ta tan te the ti to ton tot tu un van vos war was we will with
    wore you
    """.split()  # noqa: SIM905 - as above
)


def stop_words(terms: Collection[str], languages: Iterable[str]) -> frozenset[str]:
    """Return the stop words for a query of these terms in an index of these languages.

    They are the English ones, and the common words of the query's language if that is clear. A language is clear if
    the query has more of its common words than of English stop words. In Latin letters the query must also have two
    of these words, one of them neither English nor part of a name, or four.
    """
    found = STOP_WORDS
    most = len(STOP_WORDS.intersection(terms))
    for language in sorted(languages):
        if language not in ("", "en"):
            common = _common_words(language)
            own = common.intersection(terms)
            foreign = own - ENGLISH_TOO
            clear = any(word > _LATIN for word in own) or len(own) > (1 if foreign else 3)
            if clear and len(own) > most:
                found, most = STOP_WORDS | common, len(own)
    return found


@cache
def _common_words(language: str) -> frozenset[str]:
    """Return the common words of a language, as terms."""
    # only for an index in several languages: start-up time
    from seedsearch.analysis.fold import Folder

    for by_language in common_words().values():
        if language in by_language:
            words = Folder().fold(by_language[language]).lower().replace("'", " ").split()
            return frozenset(words)
    return frozenset()
