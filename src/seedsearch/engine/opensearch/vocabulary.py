"""The words of an index with their counts, in blocks: documents of the cluster that hold many words each.

A batch brings the words of its passages, a removal their counts with a minus. Both belong to a commit, so their sums
are right in each state of the index.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from operator import add
from typing import Any

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


class Vocabulary:
    """Counts the words of passages, by their languages."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[str, list[int]]] = {}
        self._words = 0

    @property
    def memory(self) -> int:
        """Return roughly how many bytes of memory it takes."""
        return self._words * _WORD_BYTES

    def add(
        self, language: str, body: Mapping[str, int], title: Mapping[str, int], sign: int = 1
    ) -> None:
        """Count a passage, or with the sign -1 take its counts away."""
        counts = self._counts.setdefault(language, {})
        before = len(counts)
        for term, number in body.items():
            known = counts.get(term)
            if known is None:
                counts[term] = [sign, 0, sign * number, 0]
            else:
                known[0] += sign
                known[2] += sign * number
        for term, number in title.items():
            known = counts.setdefault(term, [0, 0, 0, 0])
            known[0] += 0 if term in body else sign
            known[1] += sign
            known[3] += sign * number
        self._words += len(counts) - before

    def blocks(self) -> Iterator[dict[str, Any]]:
        """Yield the documents that hold the words."""
        for language, counts in self._counts.items():
            terms = iter(sorted(counts))
            while some := list(islice(terms, _BLOCK)):
                columns = zip(*[counts[term] for term in some], strict=True)
                record = [" ".join(some), *map(list, columns)]
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
    return [Word(term, *sums[term]) for term in sorted(sums) if sums[term][0] > 0]
