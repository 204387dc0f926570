"""A text to practise on: what is compiled, imported or remembered at its first use is so before there is work.

For a process that stands by; what it costs, nobody waits for.
"""

from __future__ import annotations

from seedsearch.engine.registry import practise_writing
from seedsearch.indexing.work import documents_of
from seedsearch.model import FileState

# The letters of Latin, Greek and Cyrillic that have to be folded, and signs; some words of unspaced scripts.
_LETTERS = [*range(0xA1, 0x180), *range(0x386, 0x3CF), *range(0x400, 0x460), *range(0x2010, 0x2027)]
_WORDS = " ".join("".join(map(chr, _LETTERS[at : at + 8])) for at in range(0, len(_LETTERS), 8))
_TEXT = f"Practice\n\nIt is what it is. camelCase, F-35 {_WORDS} 中国の人 한국 ไทย. {'No more of it. ' * 120}\n"


def practise() -> None:
    """Read that text and invert it; nothing is written."""
    data = _TEXT.encode()
    state = FileState("practice.txt", len(data), 0, 0, b"", "")
    documents, _, _ = documents_of(state, data)
    practise_writing(documents)
