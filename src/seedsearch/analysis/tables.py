"""Read the tables beside the code: common words, pairs of letters, Chinese characters, irregular English words.

Each is read when it is first needed: start-up time. Lines that begin with `#` are comments.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from seedsearch import core

EAST_ASIAN = ("zh", "zt", "ja", "ko")
"""Languages of which `bigrams` has characters, not pairs. "zt" is traditional Chinese."""

UNLISTED = 11.0
"""The bits of two letters of a language that are no common pair."""

FOREIGN = 16.0
"""The bits of a pair with a letter that the language does not have."""


def _lines(name: str, folder: str = os.path.dirname(__file__)) -> Iterator[str]:
    # start-up time: importlib.resources imports pathlib, tempfile and zipfile
    with open(os.path.join(folder, f"{name}.table"), encoding="utf-8") as file:
        yield from (line.rstrip("\n") for line in file if not line.startswith("#"))


@cache
def common_words() -> dict[str, dict[str, str]]:
    """Return the most common short words by script and language, separated by spaces."""
    found: dict[str, dict[str, str]] = {}
    for line in _lines("common_words"):
        script, language, words = line.split(" ", 2)
        of_script = found.setdefault(script, {})
        of_script[language] = f"{of_script.get(language, '')} {words}".lstrip()
    return found


@cache
def one_form() -> dict[str, str]:
    """Return the form that stands for all forms of a Chinese character. What it gives, it leaves alone."""
    pairs = "".join(_lines("han"))
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


@cache
def irregular_forms() -> dict[bytes, bytes]:
    """Return the word that each irregular form is a form of: children of child, wrote and written of write.

    The core has the same table inside.
    """
    text = "\n".join(_lines("irregular", os.path.join(*core.__path__, "c")))
    return dict(re.findall(rb'\{"(\w+)", "(\w+)"\}', text.encode()))


@cache
def lines_of_bigrams() -> dict[str, str]:
    """Return for each language the line with its common pairs of letters."""
    return dict(line.split("\t", 1) for line in _lines("bigrams"))


@cache
def bigrams(language: str) -> dict[str, float]:
    """Return the bits of a language's common pairs of letters. Its letters are keys, too.

    Bits are the negative logarithm of the probability of the second letter after the first one. A space is before and
    after each word.
    """
    pair = "." if language in EAST_ASIAN else ".."
    found: dict[str, float] = {}
    for bits, level in enumerate(lines_of_bigrams()[language].replace("_", " ").split("\t")):
        found |= dict.fromkeys(level, 0.0)
        found |= dict.fromkeys(re.findall(pair, level), float(bits))
    return found


def bits_of_pairs(bits: Mapping[str, float], pairs: Iterable[tuple[str, int]]) -> float:
    """Return the bits of pairs of letters in a language, which has these bits, each with its number."""
    total = 0.0
    for pair, n in pairs:
        if pair in bits:
            total += n * bits[pair]
        else:
            total += n * (UNLISTED if pair[0] in bits and pair[1] in bits else FOREIGN)
    return total
