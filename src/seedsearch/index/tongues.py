"""Terms of documents in languages with a stemmer of their own, apart from the same letters in other languages.

Such a term is *marked* with its language (`analysis.stemming`), and in an index its stem group's key is, nothing else:
members and the dictionary of terms have it as it is. An index without such documents has none of this.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from seedsearch.analysis.bulk import Vocabulary
from seedsearch.analysis.stemming import MARK, OTHERS, marked, own_language

Ints = npt.NDArray[Any]


class Tongues:
    """Renumbers occurrences: a term in such a language gets a number of its own in the vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.marked: list[int] = []
        """The numbers of marked terms."""
        self._vocabulary = vocabulary
        self._numbers: dict[str, Ints] = {}

    def told_apart(self, term: Ints, text: Ints, languages: Sequence[str]) -> Ints:
        """The term of each occurrence, by number; `text` says where it is, `languages` in which language that is."""
        own = sorted(OTHERS.intersection(languages))
        if not own:
            return term
        places = {language: place for place, language in enumerate(own)}
        of_text = np.array([places.get(language, -1) for language in languages], np.int8)
        of_occurrence = of_text[text]
        term = term.copy()
        for place, language in enumerate(own):
            there = np.flatnonzero(of_occurrence == place)
            term[there] = self._renumbered(term[there], language)
        return term

    def _renumbered(self, term: Ints, language: str) -> Ints:
        numbers = self._numbers.get(language, np.empty(0, np.int32))
        lacking = len(self._vocabulary) - len(numbers)
        numbers = np.concatenate([numbers, np.full(lacking, -1, np.int32)])
        terms = self._vocabulary.encoded()
        for number in np.unique(term[numbers[term] < 0]).tolist():
            found = terms[number]
            own = own_language(found.decode("utf-8", "surrogatepass"), language)
            if own:
                numbers[number] = self._vocabulary.number(marked(found, own))
                self.marked.append(int(numbers[number]))
            else:
                numbers[number] = number
        self._numbers[language] = numbers
        return numbers[term]


def remarked(members: list[bytes], keys: list[bytes]) -> list[bytes]:
    """The members of groups, marked as the keys of their groups are, which are given in parallel."""
    if MARK not in b"\n".join(keys):
        return members
    return [
        member + b"".join(key.partition(MARK)[1:])
        for member, key in zip(members, keys, strict=True)
    ]
