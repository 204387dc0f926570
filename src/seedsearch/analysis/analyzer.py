"""The Analyzer: folding, tokenizing and stemming in one object."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from seedsearch.analysis.fold import Folder
from seedsearch.analysis.stemming import OTHERS, Form, Sense, Stems, own_language
from seedsearch.analysis.tokenizer import Token, tokenize


class Analyzer:
    """Turns text into tokens, and terms into stems. Its only state is a memory of folded text."""

    def __init__(self) -> None:
        self._folder = Folder()
        self._speller = Folder(accents=True)
        self._stems = Stems()
        self.fold = self._folder.fold
        self.spell = self._speller.fold
        self.stem = self._stems.stem
        self.form = self._stems.form

    def sense(self, spelling: str, language: str) -> Sense | None:
        """Return what a query word stands for in a language that stems spellings.

        Return None for any other language: `stem` then gives the stem.
        """
        term = self.fold(spelling)
        if not own_language(term, language):
            return None
        return Sense(self._stems, spelling, term, language)

    def meant(
        self, spelling: str, language: str, *, as_spelt: bool = False
    ) -> Callable[[Form], bool]:
        """Return a function that tests whether a query word matches a form, in documents of a language.

        With `as_spelt`, accents count in languages that stem spellings.
        """
        sense = self.sense(spelling, language)
        if sense is not None:
            return sense.is_spelt if as_spelt else sense.has
        stem = self.stem(self.fold(spelling))
        return lambda form: form.stem == stem

    def tokens(self, text: str, language: str = "") -> list[Token]:
        """Return the tokens of a text in a document of a language. Offsets are characters of `text` as given.

        Their terms are spellings if the language stems spellings.
        """
        folded, offsets = self.folder(language).fold_with_offsets(text)
        tokens = tokenize(folded)
        if offsets is None:
            return tokens
        # The offset of the character after the token is its end.
        return [
            Token(term, position, offsets[start], end_in_text(offsets, end))
            for term, position, start, end in tokens
        ]

    def folder(self, language: str) -> Folder:
        """Return what folds the texts of a language."""
        return self._speller if language in OTHERS else self._folder

    def forms(self, text: str, language: str) -> Iterator[tuple[Form, Token]]:
        """Yield the form of each token of `tokens`, and the token."""
        for token in self.tokens(text, language):
            yield self.form(token.term, language), token


@cache
def shared_analyzer() -> Analyzer:
    """Return the Analyzer of this process's searches: what one of them has folded, the next need not fold again."""
    return Analyzer()


def end_in_text(offsets: list[int], end: int) -> int:
    """Return the end in the text of a token that ends before folded character `end`."""
    last = offsets[end - 1]
    while offsets[end] == last:  # the cluster folded to more characters than the token has
        end += 1
    return offsets[end]
