"""The Analyzer: folding, tokenizing and stemming as one."""

from __future__ import annotations

from seedsearch.analysis.fold import Folder
from seedsearch.analysis.stemming import Stems
from seedsearch.analysis.tokenizer import Token, tokenize


class Analyzer:
    """Text to tokens, terms to stems. It remembers what it folded, and is otherwise without state."""

    def __init__(self) -> None:
        self._folder = Folder()
        self._stems = Stems()
        self.fold = self._folder.fold
        self.fold_with_offsets = self._folder.fold_with_offsets
        self.stem = self._stems.stem
        self.stem_all = self._stems.stem_all

    def tokens(self, text: str) -> list[Token]:
        """The tokens of a text; offsets are characters of `text` as given."""
        folded, offsets = self._folder.fold_with_offsets(text)
        tokens = tokenize(folded)
        if offsets is None:
            return tokens
        # A token ends where the character after its last one came from.
        return [
            Token(term, position, offsets[start], end_in_text(offsets, end))
            for term, position, start, end in tokens
        ]


def end_in_text(offsets: list[int], end: int) -> int:
    """Where a token that ends before folded character `end` ends in the text itself."""
    last = offsets[end - 1]
    while offsets[end] == last:  # the cluster gave more characters than this token took
        end += 1
    return offsets[end]
