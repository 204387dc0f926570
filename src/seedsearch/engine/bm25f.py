"""BM25F: the formula of all scores. The core has it in c/scoring.c, its plain twin in plain_matching.py.

Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), 3.1, 3.5, 3.6. The unit is a term
set in a passage. tf is the number of its occurrences there; one in a title counts TITLE_WEIGHT times. df is the
number of passages with any of its terms. The length of a passage is the length of its body plus TITLE_WEIGHT times
the length of its title. Then

    idf    = ln(1 + (N - df + 0.5) / (df + 0.5))
    mean   = (sum of tf over those df passages + PRIOR) / (df + PRIOR)
    weight = idf^IDF_POWER * sqrt(min(mean, MOST_FREQUENT))
    score  = weight * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / mean length))

The mean tf is drawn towards 1 if passages are few, and capped against texts that repeat one word. Passages repeat the
words that they are about, also in titles, and use other words once: the root of the mean weighs this difference (Kwok,
A New Method of Weighting Query Terms for Ad-Hoc Retrieval, SIGIR 1996; docs/ranking.md has figures). Terms of a script
without spaces do without the root, because pairs of characters are parts of many words. N and the mean length count all
passages, including deleted ones that are not yet merged away.

Two additions apply to words that stand side by side in a query. First, each word adds its score for the whole
document as one passage: with the frequency and the length of all its passages, the mean length of documents, and the
same weight. Second, neighbouring words that are near each other in the body, or in the title, add

    nearness(pairs) * sqrt(closeness) * the lower of their two scores in the passage

`closeness` is 1 / d if the second word comes d positions after the first, and half of that if it comes before. The
highest closeness of any two of their positions counts. Words more than REACH positions apart are not near.
"""

from __future__ import annotations

from math import log, sqrt

from seedsearch.analysis.tokenizer import is_unspaced
from seedsearch.record import NamedTuple

K1 = 1.2
B = 0.75
TITLE_WEIGHT = 4
"""The weight of an occurrence in a title. docs/ranking.md says how it was chosen."""

IDF_POWER = 1.4
"""Raises the weight of rare words slightly above their idf: docs/ranking.md."""

MOST_FREQUENT = 5
"""The cap of a mean tf, so that a text that repeats one word does not raise the weight of that word."""

PRIOR = 3
"""The number of passages with tf 1 that the mean assumes in addition, because few passages prove little."""

NEARNESS = 0.4
"""The share of the lower score that a near pair of neighbouring words adds: docs/ranking.md."""

ALL_PAIRS = 2.0
"""The sum of these shares in a short query, where the pairs are most of the information."""

REACH = 8
"""The distance in positions up to which words are near each other."""


def idf(total: int, df: int) -> float:
    """Return the idf of a word in `df` of `total` passages, in Lucene's form, which is never negative."""
    return log(1 + (total - df + 0.5) / (df + 0.5))


def term_weight(total: int, df: int, frequency: int, text: str) -> float:
    """Return the weight of a term set found in `df` of `total` passages, with `frequency` as the sum of tf in them.

    `text` is the word of the query.
    """
    rarity: float = idf(total, df) ** IDF_POWER
    mean = (frequency + PRIOR) / (df + PRIOR)
    return rarity if is_unspaced(text) else rarity * sqrt(min(mean, MOST_FREQUENT))


def nearness(pairs: int) -> float:
    """Return the share of the lower score that each of `pairs` pairs of neighbouring words adds at most."""
    return max(NEARNESS, ALL_PAIRS / pairs) if pairs else 0.0


def saturated(tf: int, length: int, mean_length: float) -> float:
    """Return tf as BM25 counts it: from 0 to K1 + 1, less in longer passages."""
    return tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / mean_length))


class Statistics(NamedTuple):
    """The number of passages and their mean length, deleted ones included."""

    passages: int
    mean_length: float

    def norm(self) -> tuple[float, float]:
        """Return a and b of K1 * (1 - B + B * length / mean) = a + b * length."""
        return K1 * (1 - B), K1 * B / self.mean_length if self.mean_length else 0.0
