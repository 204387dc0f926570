r"""The sanitiser: all text from documents, paths, queries and errors passes through it on its way to a terminal.

Such text may contain characters that control a terminal (escape sequences, C1 controls), that reverse the reading
order (bidi controls), or that hide or break a line. None of them may reach a terminal. They are replaced:

=====================================  =======================================================
C0 controls (ESC, NUL, BEL, ...), DEL  their control pictures: ␛ ␀ ␇ ␡
bytes of a name that are not UTF-8     ``\xff`` (lone surrogates from `os.fsdecode`)
other lone surrogates                  ``\ud800``
C1 controls, bidi controls, line and   U+FFFD, the replacement character
paragraph separators, tags, annotation
marks, noncharacters
=====================================  =======================================================

Joiners and other format characters that scripts need (ZWJ, ZWNJ, soft hyphen, zero width space) stay. The result
can always be encoded in UTF-8. It is for reading: `--null` and `--json` give exact paths and text.
"""

from __future__ import annotations

import re

UNSAFE = (
    "[\x00-\x1f\x7f-\x9f"
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"
    "\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e007f"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
"""A pattern for one unsafe character. It is compiled at the first use: start-up time."""


def clean(text: str, keep: str = "") -> str:
    r"""Return the text with every unsafe character replaced, except those in `keep` (such as ``"\n"``)."""
    if text.isprintable():  # the common case: no control, format or separator characters
        return text
    return re.sub(UNSAFE, lambda m: m[0] if m[0] in keep else _visible(m[0]), text)


def fold(text: str) -> str:
    """Return the text on one line: runs of white space become one space, and the rest is sanitised."""
    return clean(" ".join(text.split()))


def _visible(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if 0xD800 <= code <= 0xDFFF:
        return f"\\u{code:04x}"
    return "\ufffd"
