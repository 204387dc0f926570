"""Detect Chinese, Japanese and Korean encodings by their most common characters.

Text hardly ever decodes in a wrong East Asian encoding, and if it does, it gives rare characters. So an encoding is
right if all bytes decode, and if at least a twelfth of the characters beyond ASCII are among the most common ones of
its language. In running text their share is a tenth to a half, in a wrong encoding a twentieth at most. Short texts
are left to the detector.
"""

from __future__ import annotations

import re

_KANA = "のにはをたがでてとしれさいもなからるく"
_SIMPLIFIED = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
_TRADITIONAL = "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡"
_HANGUL = "이다는의에을가하고지도한기사로를은서나어리시아자인대그정해일수부전제"

# Each of these includes all characters of the encodings related to it.
_ENCODINGS = (
    ("gb18030", _SIMPLIFIED),
    ("cp932", _KANA),
    ("cp949", _HANGUL),
    ("big5hkscs", _TRADITIONAL),
    ("euc_jis_2004", _KANA),
)
_SAMPLE = 1000  # characters from the first one beyond ASCII, and as many from the middle
_LEAST = 40  # characters beyond ASCII that a sample needs
_LEAST_SHARE = 1 / 12
_BEYOND_ASCII = re.compile("[^\0-\x7f]")


def east_asian(data: bytes) -> tuple[str, str] | None:
    """Return the text of bytes beyond ASCII, and its encoding. Return None if no East Asian encoding is clear."""
    found: tuple[str, str] | None = None
    best = _LEAST_SHARE
    for encoding, common in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        share = _share_of(common, text)
        if share >= best:
            found, best = (text, encoding), share
    return found


def _share_of(common: str, text: str) -> float:
    first = _BEYOND_ASCII.search(text)
    if first is None:
        return 0.0
    middle = len(text) // 2
    sample = text[first.start() : first.start() + _SAMPLE] + text[middle : middle + _SAMPLE]
    beyond = len(sample) - len(sample.encode("ascii", "ignore"))
    return sum(map(sample.count, common)) / beyond if beyond >= _LEAST else 0.0
