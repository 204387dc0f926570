"""Measure how many forms of a word are found: pairs of words with one Snowball stem that do not find each other.

`python -m benchmarks.stems FOLDER` takes Snowball's vocabularies: folders named by language, with a `voc.txt` or
`voc.txt.gz`. (Debian's package snowball-data has them.) A long vocabulary is sampled in several stretches. In each
pair one word is the query, and the other is in a document of the language: at most 2 % may be lost. The last column
has the same share for queries without accents, over the pairs that share a stem without them.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from pathlib import Path

import Stemmer

from seedsearch.analysis import Analyzer
from seedsearch.analysis.stemming import _OTHERS

DOMINATING = (
    ("en", "english"),
    ("el", "greek"),
    ("ru", "russian"),
    ("hy", "armenian"),
    ("hi", "hindi"),
    ("ta", "tamil"),
)
"""Languages that stem folded words."""

STEMMED = (*DOMINATING, *((code, name) for code, (_, name) in _OTHERS.items()))
MOST_WORDS = 30_000
MOST_FORMS = 40  # of a word
STRETCH = 500  # words, neighbours in a vocabulary
REQUIRED = 0.02


def vocabulary(folder: Path) -> list[str]:
    """Return the words of a language, or stretches of them."""
    packed = folder / "voc.txt.gz"
    data = (
        gzip.decompress(packed.read_bytes())
        if packed.exists()
        else (folder / "voc.txt").read_bytes()
    )
    words = list(dict.fromkeys(data.decode().split()))
    step = STRETCH * max(1, len(words) // MOST_WORDS)
    return [word for at in range(0, len(words), step) for word in words[at : at + STRETCH]]


def pairs(words: Sequence[str], stem: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of words that share a stem, in both orders."""
    classes: dict[str, list[str]] = defaultdict(list)
    for word in words:
        classes[stem(word)].append(word)
    for forms in classes.values():
        yield from permutations(forms[:MOST_FORMS], 2)


def lost(found: Iterator[tuple[str, str]], code: str, query: Callable[[str], str]) -> float:
    """Return the share of pairs whose first word, as a query, does not match the second."""
    analyzer = Analyzer()
    count = missing = 0
    asked, means = "", None
    for word, other in found:
        if means is None or word != asked:
            asked, means = word, analyzer.meant(query(word), code)
        count += 1
        missing += not means(analyzer.form(analyzer.spell(other), code))
    return missing / count if count else 0.0


def main() -> int:
    """Measure and print. Return 1 if more than REQUIRED are lost in any language."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stems", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of the vocabularies")
    worst = 0.0
    print("| language | words | pairs lost | without accents |\n|---|---|---|---|")
    analyzer = Analyzer()
    for folder in sorted(parser.parse_args().folder.iterdir()):
        for code, name in STEMMED:
            if name != folder.name:
                continue
            words = vocabulary(folder)
            stem = Stemmer.Stemmer(name, 0).stemWord
            written = lost(pairs(words, stem), code, analyzer.spell)
            plain = lost(
                pairs(words, lambda word, stem=stem: stem(analyzer.fold(word))), code, analyzer.fold
            )
            print(f"| {name} ({code}) | {len(words):,} | {written:.2%} | {plain:.2%} |", flush=True)
            worst = max(worst, written, plain)
    return int(worst > REQUIRED)


if __name__ == "__main__":
    sys.exit(main())
