"""Which Cyrillic encoding a text has: the one in which its letters are likeliest.

A detector mistakes one for another in short texts. Decoded by the wrong one, a text has rare letters, capitals inside
words, and signs among letters.
"""

from __future__ import annotations

import re

_ENCODINGS = ("cp1251", "koi8-u", "iso8859-5", "mac-cyrillic", "cp866")
_NAMES = frozenset((*_ENCODINGS, "koi8-r", "koi8-t", "kz1048", "ptcp154", "cp855", "cp1125"))
_SAMPLE = 4000
_COMMON = re.compile("[оеаинтсрвлкмдпуяыбзі]")
_ODD = re.compile("(?<=[а-яё])[А-ЯЁ]|[^\x00-\x7f\\sА-яЁёЄєІіЇїҐґЎўЈјЉљЊњЋћЂђЏџЅѕ«»„“”‘’–—…№©°]")


def likelier_cyrillic(data: bytes, detected: str) -> str:
    """Return `detected`, or if it is a Cyrillic encoding the one that fits the text far better."""
    if detected not in _NAMES:
        return detected
    sample = data[:_SAMPLE]
    best = max(_ENCODINGS, key=lambda name: _likelihood(sample, name))
    is_better = _likelihood(sample, best) > 1.2 * max(_likelihood(sample, detected), 0)
    return best if is_better else detected


def _likelihood(sample: bytes, encoding: str) -> int:
    text = sample.decode(encoding, "replace")
    return len(_COMMON.findall(text)) - 3 * len(_ODD.findall(text))
