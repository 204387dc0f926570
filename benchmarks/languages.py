"""Measure how many short texts are in the language that they are in.

`python -m benchmarks.languages FOLDER` takes files named by language, `de.txt` or `de_any.txt`, of any length. Their
sentences of 3 to 20 words are the texts. (Debian's packages fortunes-de, fortunes-es and others have quotations.) The
columns have the share of texts whose language is found, and of those in which another one is, by number of words.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from seedsearch.analysis.language import language_of
from seedsearch.corpus.decode import decode

LENGTHS = ((3, 5), (6, 9), (10, 14), (15, 20))  # words
MOST_TEXTS = 3000  # of a language
_END = re.compile(r"(?<=[.!?…])\s+|\n\s*\n|\n%")
_NOT_PROSE = re.compile(r"[<>\\{}$|=@_%]|--")


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text."""
    for part in _END.split(text):
        sentence = " ".join(part.split())
        if LENGTHS[0][0] <= len(sentence.split()) <= LENGTHS[-1][1] and not _NOT_PROSE.search(
            sentence
        ):
            yield sentence


def texts_of(folder: Path) -> dict[str, list[str]]:
    """Return texts of each language, spread over its files."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(folder.glob("*.txt")):
        found[re.split("[_.]", path.name)[0]].update(sentences(decode(path.read_bytes()).text))
    return {
        language: sorted(texts)[:: max(1, len(texts) // MOST_TEXTS)]
        for language, texts in sorted(found.items())
    }


def main() -> None:
    """Print a row for each language."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    texts = texts_of(parser.parse_args().folder)
    heads = " | ".join(f"{first} to {last} words" for first, last in LENGTHS)
    print(f"| language | texts | {heads} | all | another language |")
    print("|---" * (len(LENGTHS) + 4) + "|")
    totals: Counter[str] = Counter()
    for language, of in texts.items():
        answers = {text: language_of(text) for text in of}
        by_length = []
        for first, last in LENGTHS:
            own = [answers[text] == language for text in of if first <= len(text.split()) <= last]
            by_length.append(f"{sum(own) / max(1, len(own)):.2f}")
        right = sum(answer == language for answer in answers.values())
        wrong = sum(answer not in (language, "") for answer in answers.values())
        totals.update(texts=len(of), right=right, wrong=wrong)
        shares = f"{right / len(of):.2f} | {wrong / len(of):.3f}"
        print(f"| {language} | {len(of)} | {' | '.join(by_length)} | {shares} |")
    share, other = (totals[key] / max(1, totals["texts"]) for key in ("right", "wrong"))
    print(f"\n{share:.3f} in their language, {other:.3f} in another one")


if __name__ == "__main__":
    main()
