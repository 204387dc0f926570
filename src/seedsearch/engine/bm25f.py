"""BM25F: the formula that scores depend on, once. The core has it in c/scoring.c, its twin in plain_matching.py.

Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), 3.1, 3.5, 3.6. The unit is a term
set in a passage: tf is how often the passage has any of its terms, in a title TITLE_WEIGHT times; df how many passages
have any; the length of a passage that of its body and TITLE_WEIGHT times that of its title. Then

    idf    = ln(1 + (N - df + 0.5) / (df + 0.5))
    mean   = (sum of tf over those df passages + PRIOR) / (df + PRIOR)
    weight = idf^IDF_POWER * sqrt(min(mean, MOST_FREQUENT))
    score  = weight * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / mean length))

The root is of the mean tf, drawn towards 1 where passages are few, and capped against texts that repeat one word. It
tells words that passages are about, which come again and again and in titles, from words that they merely use (Kwok, A
New Method of Weighting Query Terms for Ad-Hoc Retrieval, SIGIR 1996; docs/ranking.md has figures). Terms of a script
without spaces go without it: pairs of characters are parts of many words. N and the mean length are of all passages,
deleted ones too until they are merged away.

Words that merely stand side by side in a query add to this. Each adds what it would score if the whole document were
one passage: with the frequency and the length of all its passages, beside the mean length of documents, and the same
weight. And neighbouring words add, where they stand near each other in the body, or in the title,

    nearness(pairs) * sqrt(closeness) * the lower of their two scores in the passage

`closeness` is 1 / d where the second word comes d positions after the first, half of that where it comes before it, and
the most that any two of their positions give. Words more than REACH positions apart are not near.
"""

from __future__ import annotations

from math import log, sqrt

from seedsearch.analysis.tokenizer import is_unspaced
from seedsearch.record import NamedTuple

K1 = 1.2
B = 0.75
TITLE_WEIGHT = 4
"""How it was found: docs/ranking.md."""

IDF_POWER = 1.15
"""A rare word says a little more, beside frequent ones, than its idf: docs/ranking.md."""

MOST_FREQUENT = 5
"""The most that a mean tf counts: a text that is filled with one word does not raise that word above the others."""

PRIOR = 3
"""So many passages that hold a word once are added to those that do: few passages prove little about its use."""

NEARNESS = 0.4
"""The part of the lower score that neighbouring words of a query add where they stand so in a text: docs/ranking.md."""

ALL_PAIRS = 2.0
"""The same for all pairs of a short query together: two words side by side are all that it says."""

REACH = 8
"""Positions within which words are near each other."""


def idf(total: int, df: int) -> float:
    """How much a word says that `df` of `total` passages have: Lucene's form of the idf, which is never negative."""
    return log(1 + (total - df + 0.5) / (df + 0.5))


def term_weight(total: int, df: int, frequency: int, text: str) -> float:
    """The weight of a term set that `df` of `total` passages hold, with `frequency` as the sum of tf in them.

    `text` is what the set stands for.
    """
    rarity: float = idf(total, df) ** IDF_POWER
    mean = (frequency + PRIOR) / (df + PRIOR)
    return rarity if is_unspaced(text) else rarity * sqrt(min(mean, MOST_FREQUENT))


def nearness(pairs: int) -> float:
    """The part of the lower score that each of so many pairs of neighbouring words adds at most."""
    return max(NEARNESS, ALL_PAIRS / pairs) if pairs else 0.0


def saturated(tf: int, length: int, mean_length: float) -> float:
    """tf as BM25 counts it: from 0 to K1 + 1, less in longer passages."""
    return tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / mean_length))


class Statistics(NamedTuple):
    """What scores depend on beside the postings: passages and mean length, deleted ones included."""

    passages: int
    mean_length: float

    def norm(self) -> tuple[float, float]:
        """The a and b of K1 * (1 - B + B * length / mean) = a + b * length."""
        return K1 * (1 - B), K1 * B / self.mean_length if self.mean_length else 0.0
