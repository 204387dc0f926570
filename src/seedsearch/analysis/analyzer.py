"""The Analyzer: folding, tokenizing and stemming as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from seedsearch.analysis.fold import Folder
from seedsearch.analysis.stemming import OTHERS, Form, Sense, Stems, own_language
from seedsearch.analysis.tokenizer import Token, tokenize


class Analyzer:
    """Text to tokens, terms to stems. It remembers what it folded, and is otherwise without state."""

    def __init__(self) -> None:
        self._folder = Folder()
        self._speller = Folder(accents=True)
        self._stems = Stems()
        self.fold = self._folder.fold
        self.spell = self._speller.fold
        self.fold_with_offsets = self._folder.fold_with_offsets
        self.stem = self._stems.stem
        self.stem_all = self._stems.stem_all
        self.form = self._stems.form

    def sense(self, spelling: str, language: str) -> Sense | None:
        """What a word of a query stands for in a language, if that stems spellings; else None, and `stem` says it."""
        term = self.fold(spelling)
        return (
            Sense(self._stems, spelling, term, language) if own_language(term, language) else None
        )

    def meant(
        self, spelling: str, language: str, *, as_spelt: bool = False
    ) -> Callable[[Form], bool]:
        """Whether a word of a query stands for a form in a document of a language; `as_spelt`, accents count there."""
        sense = self.sense(spelling, language)
        if sense is not None:
            return sense.is_spelt if as_spelt else sense.has
        stem = self.stem(self.fold(spelling))
        return lambda form: form.stem == stem

    def tokens(self, text: str) -> list[Token]:
        """The tokens of a text; offsets are characters of `text` as given."""
        return _tokens(*self._folder.fold_with_offsets(text))

    def spelled_tokens(self, text: str, language: str) -> list[Token]:
        """The tokens of a text in a document of that language; their terms are spellings if it has its own stemmer."""
        if language not in OTHERS:
            return self.tokens(text)
        return _tokens(*self._speller.fold_with_offsets(text))

    def forms(self, text: str, language: str) -> Iterator[tuple[Form, Token]]:
        """Those tokens, each with the form that it is."""
        for token in self.spelled_tokens(text, language):
            yield self.form(token.term, language), token


def _tokens(folded: str, offsets: list[int] | None) -> list[Token]:
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
