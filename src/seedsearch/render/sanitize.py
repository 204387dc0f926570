r"""The one sanitiser between every document, path, query and error and the terminal.

Text from files can hold what a terminal obeys (escape sequences, C1 controls), what turns the reading
order round (bidi controls) and what hides or breaks a line. None of it may reach a screen. It is
shown instead:

=====================================  =======================================================
C0 controls (ESC, NUL, BEL, ...), DEL  their control pictures: ␛ ␀ ␇ ␡
bytes of a name that are not UTF-8     ``\xff`` (lone surrogates, as `os.fsdecode` makes them)
other lone surrogates                  ``\ud800``
C1 controls, bidi controls, line and   U+FFFD, the replacement character
paragraph separators, tags, annotation
marks, noncharacters
=====================================  =======================================================

Joiners and other format characters that scripts need (ZWJ, ZWNJ, soft hyphen, zero width space)
stay. What comes out encodes in UTF-8 without error. It is for eyes: `--null` and `--json` give
paths and text exactly.
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
"""A pattern for one character that must not reach a terminal; `re` compiles it when first needed."""


def clean(text: str, keep: str = "") -> str:
    r"""The text with every unsafe character made visible, but those in `keep` (such as ``"\n"``)."""
    if text.isprintable():  # no control, format or separator character at all: nearly every text
        return text
    return re.sub(UNSAFE, lambda m: m[0] if m[0] in keep else _shown(m[0]), text)


def fold(text: str) -> str:
    """The text on one line: runs of white space become one space, and the rest is cleaned."""
    return clean(" ".join(text.split()))


def _shown(character: str) -> str:
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
