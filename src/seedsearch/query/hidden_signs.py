"""Hide the `*` and `?` of patterns in a phrase from the tokenizer, which drops signs."""

from __future__ import annotations

from collections.abc import Iterable

from seedsearch.query.ast import is_address, is_pattern

HIDDEN = "\U00010600\U00010601"
"""Letters that replace `*` and `?`: two of Linear A, an undeciphered script. Folding leaves them alone."""

PUNCTUATION = ".,;:!?)]}'\"’”»"
"""Signs at the end of a word that are not part of a pattern."""

_JOINERS = "-_."
_HIDE, _SHOW = str.maketrans("*?", HIDDEN), str.maketrans(HIDDEN, "*?")


def hidden(text: str) -> str:
    """Return a text with the `*` and `?` of its patterns hidden, but not punctuation."""
    if not is_pattern(text):
        return text
    if any(map(is_address, text.split())):
        return " ".join([word if is_address(word) else hidden(word) for word in text.split()])
    for joiner in _JOINERS:  # *.txt has no part before the full stop
        text = text.replace(f"*{joiner}", "*").replace(f"{joiner}*", "*")
    words = [word.rstrip(PUNCTUATION) for word in text.split()]
    return " ".join([hide(word) for word in words if word.strip("*?")])


def hide(word: str) -> str:
    """Return a word with its `*` and `?` hidden."""
    return word.translate(_HIDE)


def shown_text(text: str) -> str:
    """Return a text with its hidden `*` and `?` restored."""
    return text.translate(_SHOW)


def shown_terms(terms: Iterable[str]) -> tuple[str, ...]:
    """Return the terms with `*` and `?` restored, without patterns that match every term."""
    return tuple([term for term in map(shown_text, terms) if term.strip("*?")])
