"""Read the tables beside the code: common words, forms of Chinese characters, irregular forms of English words.

Each is read when it is first needed: start-up time. Lines that begin with `#` are comments.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache

from seedsearch import core


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
