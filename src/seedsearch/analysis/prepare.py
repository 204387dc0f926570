"""Texts made ready for analysis in bulk: ASCII, with marks for the pieces that are not.

Folding leaves little that is not ASCII. What there is is cut out, by white space, and replaced by a mark; these
pieces go through the tokenizer proper, and are remembered.
"""

from __future__ import annotations

import codecs
from array import array
from collections.abc import Callable, Sequence
from typing import TypeAlias

from seedsearch.analysis.fold import Folder
from seedsearch.analysis.tokenizer import chains_of, tokens_of

MARK = 1
"""Stands in the bytes of a text for a piece that is not ASCII; always between white space."""

_SIGN = chr(MARK)
_MANY = 200_000  # what is remembered at most
_LONG = 64  # characters of a piece that is remembered, at most

_folder = Folder()
fold_run = _folder.fold_run
fold_character = _folder.fold_character


def _fold_error(error: UnicodeError) -> tuple[str, int]:
    """What the codec machinery calls for each run that is not ASCII: what to put in its place."""
    try:
        if isinstance(error, UnicodeEncodeError):
            folded = fold_run(error.object[error.start : error.end])
            if folded.isascii():
                return folded, error.end
        raise error  # such a text is cut apart in another way
    finally:
        # Or error and frame would hold each other, and the whole text, until the next collection.
        del error


# The quickest way there is to find the runs of a text that are not ASCII and replace them. The registry of error
# handlers is the interpreter's, so the name is ours alone.
_FOLDING = "seedsearch-fold"
codecs.register_error(_FOLDING, _fold_error)


def prepare(texts: Sequence[str]) -> tuple[list[bytes], list[str]]:
    """The texts as folded ASCII with marks, and the pieces that the marks stand for, in their order."""
    prepared: list[bytes] = []
    foreign: list[str] = []
    for text in texts:
        if _SIGN in text:
            text = text.replace(_SIGN, " ")
        try:
            prepared.append(text.encode("ascii", _FOLDING))
        except UnicodeEncodeError:
            words = _folder.fold(text).split()
            foreign.extend(word for word in words if not word.isascii())
            cut = " ".join([word if word.isascii() else _SIGN for word in words])
            prepared.append(cut.encode("ascii"))
    return prepared, foreign


Piece: TypeAlias = tuple[int, bytes, bytes]
"""How many positions a piece that is not ASCII takes, its terms' numbers, and their positions: uint32 each."""


class Pieces:
    """The terms of pieces, by their numbers in one vocabulary."""

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self._known: dict[str, Piece] = {}

    def of(self, piece: str, number: Callable[[bytes], int]) -> Piece:
        """What a piece takes and holds; `number` gives the number of a term in the vocabulary, new or not."""
        known = self._known.get(piece)
        if known is None:
            width, terms, places = _taken_apart(piece)
            if len(self._numbers) > _MANY:
                self._numbers.clear()
            numbers = self._numbers.of(terms, number)
            known = (width, numbers.tobytes(), array("I", places).tobytes())
            if len(self._known) > _MANY:
                self._known.clear()
            if len(piece) <= _LONG:
                self._known[piece] = known
        return known


class _Numbers(dict[str, int]):
    """The numbers of terms in a vocabulary, by the terms as text."""

    def of(self, terms: Sequence[str], number: Callable[[bytes], int]) -> array[int]:
        """The numbers of the terms."""
        self._number = number
        try:
            return array("I", map(self.__getitem__, terms))
        finally:
            del self._number  # not kept: it is the vocabulary's, which may keep this

    def __missing__(self, term: str) -> int:
        number = self[term] = self._number(term.encode("utf-8", "surrogatepass"))
        return number


def _taken_apart(piece: str) -> tuple[int, Sequence[str], Sequence[int]]:
    """How many positions a piece takes, its terms, and their positions."""
    found = chains_of(piece)
    width = len(piece)
    if found == [(0, width, True)]:  # an unspaced run: each character begins a term
        return width, [piece[i : i + 2] for i in range(width)], range(width)
    tokens = tokens_of(piece, found)
    if not tokens:
        return 0, (), ()
    terms, places, _, _ = zip(*tokens, strict=True)
    return places[-1] + 1, terms, places
