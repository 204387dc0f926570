"""The words of an index with their counts, in blocks: documents of the cluster that hold many words each.

A batch brings the words of its passages, a removal their counts with a minus. Both belong to a commit, so their sums
are right in each state of the index.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import add
from typing import Any

from seedsearch.engine.opensearch.streams import term_of_mark
from seedsearch.record import NamedTuple

_BLOCK = 256  # words
_WORD_BYTES = 220  # of memory for a word that is new to a batch


class Word(NamedTuple):
    """A term, the numbers of passages and of titles with it, and of its occurrences in texts and titles."""

    term: str
    passages: int
    titles: int
    body: int
    title: int


class _Counts(NamedTuple):
    """What `Word` has, by word."""

    passages: Counter[str]
    titles: Counter[str]
    body: Counter[str]
    title: Counter[str]


class Vocabulary:
    """Counts the words of passages, by their languages."""

    def __init__(self) -> None:
        self._counts: dict[str, _Counts] = {}

    @property
    def memory(self) -> int:
        """Return roughly how many bytes of memory it takes."""
        return _WORD_BYTES * sum(len(own.passages) for own in self._counts.values())

    def add(self, language: str, body: Sequence[str], title: Sequence[str]) -> None:
        """Count a passage, which has these words in its text and in its title."""
        counts = self._counts.get(language)
        if counts is None:
            counts = self._counts[language] = _Counts(Counter(), Counter(), Counter(), Counter())
        counts.body.update(body)
        if title:
            counts.titles.update(set(title))
            counts.title.update(title)
        counts.passages.update({*body, *title})

    def blocks(self, sign: int = 1) -> Iterator[dict[str, Any]]:
        """Yield the documents that hold the words; with the sign -1, those that take the words away."""
        for language, counts in self._counts.items():
            terms = iter(sorted(counts.passages))
            while some := list(islice(terms, _BLOCK)):
                columns = [[sign * of_kind[term] for term in some] for of_kind in counts]
                record = [" ".join(some), *columns]
                yield {
                    "kind": "words",
                    "language": language,
                    "words": some,
                    "terms": len(some),
                    "record": json.dumps(record, ensure_ascii=False, separators=(",", ":")),
                }


def words_of(records: Iterable[str]) -> list[Word]:
    """Return the words of blocks, in the order of their characters, with the sums of their counts."""
    sums: dict[str, list[int]] = {}
    for record in records:
        terms, *columns = json.loads(record)
        for term, *counts in zip(terms.split(" "), *columns, strict=True):
            known = sums.get(term)
            sums[term] = counts if known is None else list(map(add, known, counts))
    return [Word(term_of_mark(term), *sums[term]) for term in sorted(sums) if sums[term][0] > 0]
