"""Find encoded data in texts: base64, hexadecimal digits and uuencode. It is left out, counted and named.

A run has at least `LEAST_CHARS` characters of base64 or hexadecimal digits, in one line or in lines of equal length.
It changes between capitals, small letters and digits more often than words, paths and gene sequences do. A hash is no
run, nor is a list of hashes.
"""

from __future__ import annotations

from collections.abc import Iterator

from seedsearch.core import compiled
from seedsearch.patterns import pattern

LINE_CHARS = 60
"""The least number of characters in a line of a run. The last line may be shorter."""

LEAST_CHARS = 160
"""The least number of characters in a run. The longest hash has 128 hexadecimal digits."""

_CHARS = "A-Za-z0-9+/_=-"
_MAY_BEGIN = pattern(
    rf"(?m)^begin(?:-base64)? [0-7]|(?!(.)\1{{{LINE_CHARS - 1}}})[{_CHARS}]{{{LINE_CHARS}}}"  # a rule is no run
)
_RUN = pattern(
    rf"(?<![{_CHARS}])[{_CHARS}]{{{LINE_CHARS},}}+(?:\r?\n[ \t>]{{0,8}}+[{_CHARS}]++(?=[ \t]*+(?:\r?\n|\Z)))*+"
)
_LINE = pattern(rf"[{_CHARS}]++")
_NO_HEX = pattern(r"[^0-9A-Fa-f]")
_HASHES = frozenset((64, 96, 128))  # hexadecimal digits of a hash, which may fill a line
_UUENCODED = pattern(r"(?m)^begin(?:-base64)? [0-7]{3,4} \S.*+\r?\n")
_UU_LINE = pattern(r"([ -`])([ -`]*+)[ \t]*+(?:\r?\n|\Z)")
_CLASSES = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "A" * 26 + "a" * 26 + "0" * 10
)
_SAMPLE = 4000


def may_hold_runs(text: str | bytes) -> bool:
    """Return whether a text (str or UTF-8) may contain a run. It is False for nearly all texts."""
    if compiled is not None:
        try:
            return compiled.may_hold_runs(text, LINE_CHARS)
        except UnicodeEncodeError:  # a lone surrogate
            pass
    return _MAY_BEGIN.search(text if isinstance(text, str) else text.decode("latin-1")) is not None


def runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of encoded data, in order, as character offsets."""
    if not may_hold_runs(text):
        return
    found = sorted([*_of_base64(text), *_of_uuencode(text)])
    last = 0
    for start, end in found:
        if start >= last:
            yield start, end
            last = end


def _of_base64(text: str) -> Iterator[tuple[int, int]]:
    for match in _RUN.finditer(text):
        lines = [line.span() for line in _LINE.finditer(text, *match.span())]
        first = _size(lines[0])
        count = 1
        # Padding ends the data: a list of hashes is no run.
        while (
            count < len(lines)
            and text[lines[count - 1][1] - 1] != "="
            and _size(lines[count]) == first
        ):
            count += 1
        if (
            1 < count < len(lines)
            and text[lines[count - 1][1] - 1] != "="
            and _ends_run(text[slice(*lines[count])], first)
        ):
            count += 1
        data = "".join([text[start:end] for start, end in lines[:count]])
        if len(data) >= LEAST_CHARS and _is_data(data, first if count > 1 else 0):
            yield lines[0][0], lines[count - 1][1]


def _size(line: tuple[int, int]) -> int:
    return line[1] - line[0]


def _ends_run(line: str, width: int) -> bool:
    return len(line) < width and len(line) % 2 == 0 and not line.isalpha()


def _is_data(data: str, width: int) -> bool:
    """Return whether character classes change as in encoded data.

    `width` is the length of its lines, 0 for one line.
    """
    sample = data[:_SAMPLE]
    kinds = sample.translate(_CLASSES)
    unequal = changes = 0
    for one, other, kind, other_kind in zip(sample, sample[1:], kinds, kinds[1:], strict=False):
        unequal += one != other
        changes += kind != other_kind
    digits = kinds.count("0")
    if unequal < LINE_CHARS or digits * 40 < unequal:
        return False
    if not _NO_HEX.search(data):
        return changes > 0.3 * unequal and width not in _HASHES
    return changes > 0.45 * unequal and "A" in kinds and "a" in kinds


def _of_uuencode(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while begin := _UUENCODED.search(text, at):
        at = end = begin.end()
        while line := _UU_LINE.match(text, end):
            size = (ord(line[1]) - 32) % 64
            if abs(len(line[2]) - (size + 2) // 3 * 4) > 2 or line.end() == end:
                break
            end = line.end()
        if end - at > LINE_CHARS:
            yield at, end
        at = end
