"""Words of a query that are written too deliberately to be stop words."""

from __future__ import annotations

from collections.abc import Sequence

from seedsearch.analysis import STOP_WORDS
from seedsearch.query.ast import Boost, Query, Term
from seedsearch.query.hidden_signs import PUNCTUATION
from seedsearch.query.plain_words import OPERATORS

_FEW = 5  # words; in longer queries I and A are names only at the end
_CAPITALS = 3  # words; longer queries all in capitals do not stress any word
_NO_WORDS = "dmst"  # letters that are stop words only because of 'd, 'm, 's and 't


def meant(words: Sequence[Query]) -> set[int]:
    """Return the positions of words that are not stop words, because of how they are written.

    They are words in capitals (IT, WHO), unless more than three words are all in capitals. They are also letters: a
    letter that is no word (vitamin d), and a letter after a word if it is a capital (World War I) or comes last
    (hepatitis a).
    """
    texts = [_written(word) for word in words]
    capitals = len(texts) <= _CAPITALS or not all(text.isupper() for text in texts)
    found = set()
    for at, text in enumerate(texts):
        if len(text) == 1:
            after_word = at > 0 and texts[at - 1].lower() not in STOP_WORDS
            is_last = at == len(texts) - 1
            is_pronoun = text in "IA" and len(texts) > _FEW and not is_last  # or an article
            is_set_off = (capitals and text.isupper() and not is_pronoun) or is_last
            if text.lower() in _NO_WORDS or (after_word and is_set_off):
                found.add(at)
        elif capitals and text.isupper() and text not in OPERATORS:
            found.add(at)
    return found


def _written(word: Query) -> str:
    """Return a word as written, or "" for any other node."""
    if isinstance(word, Boost):
        return _written(word.child)
    return word.text.strip(PUNCTUATION) if isinstance(word, Term) else ""
