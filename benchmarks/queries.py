"""Draw queries from the words of the corpus, the same ones on every run.

Only words of ASCII letters, which all tokenizers treat alike, except where an engine is measured alone. Bands are by
document frequency: a word of the band 1e-4 is in at least one of 10,000 passages and in fewer than one of 1,000.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

from benchmarks.passages import PassageList
from benchmarks.peers.seedsearch_peer import STOP_WORDS as STOP

KINDS = ("term", "or3", "and2", "phrase2", "common2")
TREES = ("tree", "near")
PATTERNS = ("prefix", "suffix", "fuzzy")
FILTERS = ("glob", "path", "date")
BY_FILE = "by_file"
MORE_KINDS = (*TREES, *PATTERNS, "question", *FILTERS, BY_FILE)
FIRST_KINDS = ("term", "phrase3")
QUESTION = 15  # words
PREFIX, SUFFIX = 4, 4  # letters of a pattern
MOST_WORDS = 300  # matching words in the sample: fewer than any engine's limit in the whole
DATES = ("2005", "2003..2007", ">2015", "2010-06")
SAMPLE_CHARS = 40_000_000
COMMON = 200
WORD = re.compile(r"[a-z]{3,20}")
OTHER_WORD = re.compile(
    "[\u0400-\u04ff]{4,20}|[\uac00-\ud7a3]{2,9}|[\u3040-\u30ff\u3400-\u9fff]{2}"
)


class QueryCase(NamedTuple):
    """A query that every engine can express in its own language."""

    kind: str
    words: tuple[str, ...]


def sample(passages: PassageList, *, each: int = 200, seed: int = 20241021) -> list[QueryCase]:
    """Return `each` queries of each kind, in an order that mixes the kinds."""
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


def more(passages: PassageList, globs: list[str], *, each: int, seed: int = 7) -> list[QueryCase]:
    """Return `each` queries of each of MORE_KINDS. The second word of a filtered query is its glob or date."""
    draw = random.Random(seed)
    frequency, total, texts = _count(passages)
    bands = _bands(frequency, total)
    known = [word for band in bands for word in band if len(word) > PREFIX + 2]
    prefixes = Counter(word[:PREFIX] for word in frequency)
    suffixes = Counter(word[-SUFFIX:] for word in frequency)

    def word() -> str:
        return draw.choice(draw.choice(bands))

    def pattern(counts: Counter[str], cut: slice) -> tuple[str]:
        part = draw.choice(known)[cut]
        if counts[part] > MOST_WORDS:
            raise ValueError(f"too many words fit {part}")
        return (part,)

    makers: dict[str, Callable[[], tuple[str, ...]]] = {
        "tree": lambda: (*draw.sample(_words(draw.choice(texts)), 3), word()),
        "near": lambda: tuple(draw.sample(_words(draw.choice(texts)), 2)),
        "prefix": lambda: pattern(prefixes, slice(PREFIX)),
        "suffix": lambda: pattern(suffixes, slice(-SUFFIX, None)),
        "fuzzy": lambda: (draw.choice(known),),
        "question": lambda: _question(draw.choice(texts), draw),
        "glob": lambda: (word(), draw.choice(globs)),
        "path": lambda: (word(), draw.choice(globs)),
        "date": lambda: (word(), draw.choice(DATES)),
        BY_FILE: lambda: (word(),),
    }
    cases: dict[QueryCase, None] = {}
    for _ in range(each):
        for kind, make in makers.items():
            _fill(cases, lambda kind=kind, make=make: QueryCase(kind, make()))
    mixed = list(cases)
    draw.shuffle(mixed)
    return mixed


def first(passages: PassageList, *, each: int, seed: int = 11) -> list[QueryCase]:
    """Return `each` words and `each` phrases of three words with stop words. No other word is in two queries."""
    draw = random.Random(seed)
    frequency, total, texts = _count(passages)
    bands = _bands(frequency, total)
    met: set[str] = set()
    cases: dict[QueryCase, None] = {}

    def new(words: tuple[str, ...]) -> tuple[str, ...]:
        told = set(words) - STOP
        if not told or told & met:
            raise ValueError("met before")
        met.update(told)
        return words

    for _ in range(each):
        _fill(cases, lambda: QueryCase("term", new((draw.choice(draw.choice(bands)),))))
        _fill(cases, lambda: QueryCase("phrase3", new(draw.choice(_triples(draw.choice(texts))))))
    return list(cases)


def common(passages: PassageList) -> str:
    """Return one of the most common words that are no stop words."""
    frequency, _, _ = _count(passages)
    return next(w for w, _ in frequency.most_common(COMMON) if w not in STOP)


def of_other_scripts(passages: PassageList, *, each: int, seed: int = 13) -> list[QueryCase]:
    """Return up to `each` words in Cyrillic or Hangul, or pairs of Chinese or Japanese characters."""
    step = max(len(passages) // (4 * each), 1)
    texts = (item.text for item in islice(passages.texts(), 0, None, step))
    words = {found[0] for text in texts if (found := OTHER_WORD.search(text))}
    drawn = random.Random(seed).sample(sorted(words), min(each, len(words)))
    return [QueryCase("term", (word,)) for word in drawn]


def _fill(cases: dict[QueryCase, None], make: Callable[[], QueryCase]) -> None:
    """Add one new case. Texts with too few words raise, and another is drawn."""
    for _ in range(200):
        try:
            case = make()
        except (ValueError, IndexError):
            continue
        if case not in cases and (
            case.kind not in _DISTINCT or len(set(case.words)) == len(case.words)
        ):
            cases[case] = None
            return


_DISTINCT = (*KINDS, *TREES)


def _count(passages: PassageList) -> tuple[Counter[str], int, list[str]]:
    """Return document frequencies over every nth passage, so that about SAMPLE_CHARS are read."""
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
    """Return adjacent words of lower-case letters with one space between them."""
    found = re.findall(r"(?<![\w'’-])(?=([a-z]{3,20}) ([a-z]{3,20})(?![\w'’-]))", text)
    return [pair for pair in found if not STOP.intersection(pair)]


def _triples(text: str) -> list[tuple[str, ...]]:
    """Return three adjacent words of lower-case letters with one space between each."""
    found = re.findall(
        r"(?<![\w'’-])(?=([a-z]{2,20}) ([a-z]{2,20}) ([a-z]{2,20})(?![\w'’-]))", text
    )
    return [triple for triple in found if not STOP.issuperset(triple)]


def _question(text: str, draw: random.Random) -> tuple[str, ...]:
    """Return QUESTION words in a row, across any signs."""
    words = re.findall(r"\b[a-z]{2,20}\b", text.lower())
    start = draw.randrange(len(words) - QUESTION + 1)
    return tuple(words[start : start + QUESTION])
