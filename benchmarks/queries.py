"""Queries drawn from the corpus' own words, the same ones on every run.

Only words of ASCII letters, so that no engine's tokenizer has a different opinion of them. Bands are by
document frequency: a word of the band 1e-4 stands in at least one of 10,000 passages and in
fewer than one of 1,000.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import NamedTuple

from benchmarks.passages import PassageList
from seedsearch.analysis import STOP_WORDS as STOP

KINDS = ("term", "or3", "and2", "phrase2", "common2")
SAMPLE_CHARS = 40_000_000
COMMON = 200
WORD = re.compile(r"[a-z]{3,20}")


class QueryCase(NamedTuple):
    """A query as every engine can put it in its own language."""

    kind: str
    words: tuple[str, ...]


def sample(passages: PassageList, *, each: int = 200, seed: int = 20241021) -> list[QueryCase]:
    """`each` queries of each kind, in an order that mixes the kinds."""
    draw = random.Random(seed)
    frequency, total, texts = _count(passages)
    bands = _bands(frequency, total)
    common = [w for w, _ in frequency.most_common(COMMON + len(STOP)) if w not in STOP][:COMMON]
    cases: dict[QueryCase, None] = {}
    for n in range(each):
        band = bands[n % len(bands)]
        _fill(cases, lambda band=band: QueryCase("term", (draw.choice(band),)))
        _fill(
            cases, lambda: QueryCase("or3", tuple(draw.choice(draw.choice(bands)) for _ in "abc"))
        )
        _fill(cases, lambda: QueryCase("and2", tuple(draw.sample(_words(draw.choice(texts)), 2))))
        _fill(cases, lambda: QueryCase("phrase2", draw.choice(_pairs(draw.choice(texts)))))
        _fill(cases, lambda: QueryCase("common2", tuple(draw.sample(common, 2))))
    mixed = list(cases)
    draw.shuffle(mixed)
    return mixed


def _fill(cases: dict[QueryCase, None], make: Callable[[], QueryCase]) -> None:
    """Add one new case; texts that have too few words raise, and another is drawn."""
    for _ in range(200):
        try:
            case = make()
        except (ValueError, IndexError):
            continue
        if len(set(case.words)) == len(case.words) and case not in cases:
            cases[case] = None
            return


def _count(passages: PassageList) -> tuple[Counter[str], int, list[str]]:
    """Document frequencies over every nth passage, so many that about SAMPLE_CHARS are read."""
    step = max(1, passages.text_bytes // SAMPLE_CHARS)
    frequency: Counter[str] = Counter()
    texts, total = [], 0
    for n, (_, _, text) in enumerate(passages.texts()):
        if n % step == 0:
            total += 1
            frequency.update(set(WORD.findall(text.lower())))
            if len(texts) < 20_000 and n % (7 * step) == 0:
                texts.append(text)
    return frequency, total, texts


def _bands(frequency: Counter[str], total: int) -> list[list[str]]:
    bands: dict[int, list[str]] = defaultdict(list)
    for word, count in sorted(frequency.items()):
        if word in STOP or count < 2:
            continue
        share = count / total
        bands[sum(share >= edge for edge in (1e-4, 1e-3, 1e-2))].append(word)
    return [bands[n] for n in sorted(bands)]


def _words(text: str) -> list[str]:
    return sorted(set(re.findall(r"\b[a-z]{3,20}\b", text)) - STOP)


def _pairs(text: str) -> list[tuple[str, str]]:
    """Neighbours with one space between them, in lower case as they stand."""
    found = re.findall(r"(?<![\w'’-])(?=([a-z]{3,20}) ([a-z]{3,20})(?![\w'’-]))", text)
    return [pair for pair in found if not STOP.intersection(pair)]
