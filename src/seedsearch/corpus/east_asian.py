"""Chinese, Japanese and Korean encodings, known by their most common characters.

Bytes of text hardly ever decode in an East Asian encoding that they are not in, and where they do, rare characters
come out. So an encoding is right if all bytes decode in it, and if at least a twelfth of the characters beyond ASCII
are among the few that every text in its language is full of. In running text they are a tenth to a half of them, in
any other encoding a twentieth at most. Short texts are left to the detector.
"""

from __future__ import annotations

import re

_KANA = "のにはをたがでてとしれさいもなからるく"
_SIMPLIFIED = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
_TRADITIONAL = "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡"
_HANGUL = "이다는의에을가하고지도한기사로를은서나어리시아자인대그정해일수부전제"

# Each is the one that holds all characters of its kin.
_ENCODINGS = (
    ("gb18030", _SIMPLIFIED),
    ("cp932", _KANA),
    ("cp949", _HANGUL),
    ("big5hkscs", _TRADITIONAL),
    ("euc_jis_2004", _KANA),
)
_SAMPLE = 1000  # characters from the first one beyond ASCII on, and as many from the middle
_LEAST = 40  # characters of the sample beyond ASCII
_LEAST_SHARE = 1 / 12
_BEYOND_ASCII = re.compile("[^\0-\x7f]")


def east_asian(data: bytes) -> tuple[str, str] | None:
    """The text of some bytes that are not ASCII, and its encoding; None where no East Asian one is clear."""
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
