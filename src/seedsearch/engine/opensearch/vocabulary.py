"""The words of an index with their counts, in blocks: documents of the cluster that hold many words each.

A batch brings the words of its passages, a removal their counts with a minus. Both belong to a commit, so their sums
are right in each state of the index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import add
from typing import Any, TypeAlias

from seedsearch.analysis.stemming import own_language
from seedsearch.engine.opensearch.json_lines import dumped, loaded
from seedsearch.record import NamedTuple

_BLOCK = 256  # words


class Word(NamedTuple):
    """A term, the numbers of passages and of titles with it, and of its occurrences in texts and titles."""

    term: str
    passages: int
    titles: int
    body: int
    title: int


Counts: TypeAlias = tuple[int, ...]
"""The numbers of a Word."""


class Vocabulary:
    """Counts words, by the languages that stem them in their own way; all others are of the language ""."""

    def __init__(self) -> None:
        self._words: dict[str, dict[str, Counts]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._words.values()))

    def add(self, language: str, body: Sequence[str], title: Sequence[str]) -> None:
        """Count a passage in a language, which has these words in its text and in its title."""
        texts, titles = Counter(body), Counter(title)
        for term in texts | titles:
            own = (1, int(term in titles), texts[term], titles[term])
            self.count(own_language(term, language), term, own)

    def count(self, language: str, term: str, counts: Counts) -> None:
        """Add the counts of a word."""
        _add(self._words.setdefault(language, {}), term, counts)

    def count_all(self, language: str, words: Mapping[str, Counts]) -> None:
        """Add the counts of words."""
        known = self._words.setdefault(language, {})
        for term in known.keys() & words:
            _add(known, term, words[term])
        self._words[language] = {**words, **known}

    def blocks(self, sign: int = 1) -> Iterator[dict[str, Any]]:
        """Yield the documents that hold the words; with the sign -1, those that take the words away."""
        for language, words in self._words.items():
            terms = sorted(words)
            for start in range(0, len(terms), _BLOCK):
                some = terms[start : start + _BLOCK]
                columns = zip(*[words[term] for term in some], strict=True)
                record = [" ".join(some), *([sign * count for count in own] for own in columns)]
                yield {
                    "kind": "words",
                    "language": language,
                    "words": some,
                    "terms": len(some),
                    "record": dumped(record),
                }


def _add(words: dict[str, Counts], term: str, counts: Counts) -> None:
    known = words.get(term)
    words[term] = counts if known is None else tuple(map(add, known, counts))


def words_of(records: Iterable[str]) -> list[Word]:
    """Return the words of blocks, in the order of their characters, with the sums of their counts."""
    sums: dict[str, Counts] = {}
    for record in records:
        terms, *columns = loaded(record)
        for term, counts in zip(terms.split(" "), zip(*columns, strict=True), strict=True):
            _add(sums, term, counts)
    return [Word(term, *sums[term]) for term in sorted(sums) if sums[term][0] > 0]
