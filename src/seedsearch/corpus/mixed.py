"""Read files in two encodings line by line: UTF-8 with lines in cp1252, and the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

from seedsearch.model import DecodedText

_OTHER = "cp1252"
_IN_WORD = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")


def text_in(data: bytes, encoding: str, errors: str = "strict") -> str | None:
    """Return the text of bytes in an encoding, or None if they are not in it."""
    try:
        return data.decode(encoding, errors)
    except UnicodeError:
        return None


def read_by_line(data: bytes, encoding: str, confidence: float) -> DecodedText | None:
    """Return the text of bytes that are mostly in `encoding`, or None if all lines are in it.

    `encoding` is UTF-8 or a single-byte encoding. Only passages whose lines are all in `encoding` get byte offsets.
    """
    if not any(codec not in (encoding, "ascii") for _, codec in _lines(data, encoding)):
        return None
    text = "\n".join([line.decode(codec, "replace") for line, codec in _lines(data, encoding)])
    return DecodedText(data, text, encoding, "replace", confidence, 0, True)


def with_other_lines(decoded: DecodedText, text: str) -> DecodedText | None:
    """Return the same with another `text`, which differs in some lines, or None if byte offsets cannot be told.

    Lines that differ get no byte offsets.
    """
    if decoded.encoding != "utf-8" or decoded.start:
        return None
    return decoded._replace(text=text, mixed=True)


def without_utf_8(data: bytes) -> bytes:
    """Return the lines that are not valid UTF-8, and the ASCII ones."""
    return b"\n".join(line for line, codec in _lines(data, _OTHER) if codec != "utf-8")


def _lines(data: bytes, encoding: str) -> Iterator[tuple[bytes, str]]:
    """Yield each line with its codec."""
    for line in data.split(b"\n"):
        if line.isascii():
            yield line, "ascii"
        elif text_in(line, "utf-8") is not None:
            yield line, "utf-8"
        elif encoding != "utf-8" or not _IN_WORD.search(line):
            yield line, encoding
        else:
            # Beside a valid character of UTF-8 beyond ASCII, bad bytes are no letters.
            yield line, _OTHER if line.decode("utf-8", "ignore").isascii() else encoding


def offsets(decoded: DecodedText, chars: Sequence[int]) -> list[int]:
    """Return the byte offsets of these ascending character offsets, -1 in a line that is not its bytes decoded."""
    lines = list(_lines(decoded.data, decoded.encoding))
    texts = decoded.text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line, _ in lines)]
    found: list[int] = []
    number = before = 0
    for char in chars:
        while number < len(texts) - 1 and char > before + len(texts[number]):
            before += len(texts[number]) + 1
            number += 1
        line, codec = lines[number]
        column = char - before
        if codec == "utf-8":
            column = len(texts[number][:column].encode())
        is_own = line.decode(codec, "replace") == texts[number]
        is_known = is_own and (codec != "utf-8" or text_in(line, "utf-8") is not None)
        found.append(starts[number] + column if is_known else -1)
    return found
