"""Make snippets: highlight the matches in a passage, and choose its best lines or sentences (`fragments.py`).

*Highlights* are the characters of tokens that the query matches: for a Term by stem, for an Exact by form, for a
Prefix, Wildcard or Fuzzy by pattern, for a Phrase or Near only where all of it matches. Words below a Not, and
filters, highlight nothing. A leaf for the title highlights the title if the passage begins with it. Spans that
overlap or touch become one.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from seedsearch.analysis import Analyzer, Form
from seedsearch.analysis.analyzer import end_in_text
from seedsearch.analysis.fold import Folder
from seedsearch.analysis.passage_language import language_in
from seedsearch.analysis.stemming import OTHERS, STEMMED_SCRIPTS, first_letters
from seedsearch.analysis.tokenizer import UNSPACED_RANGES
from seedsearch.core import compiled
from seedsearch.machine_lines import stand_alone
from seedsearch.model import Fragment, Passage, Snippet, Span
from seedsearch.query import ast
from seedsearch.record import NamedTuple
from seedsearch.search.fragments import (
    Characters,
    Lit,
    snippet_of,
    window_in_line,
)

if TYPE_CHECKING:
    from seedsearch.core import _core

Lightable: TypeAlias = ast.Leaf | ast.Phrase | ast.Near
_Pattern: TypeAlias = ast.Prefix | ast.Wildcard | ast.Fuzzy
Place: TypeAlias = tuple[object, int, int, int]
"""A Token; the core has a number instead of its term."""
_UNSPACED, _STEMMED = (
    array("I", chain.from_iterable(ranges)).tobytes()
    for ranges in (UNSPACED_RANGES, STEMMED_SCRIPTS)
)


class Snippets:
    """Makes the snippets of an analysed query: the matches in a passage, its window, and its best fragments.

    There are at most `max_fragments` fragments. A fragment has at most `width` characters, a window at most `window`,
    1 or more. With `lines`, a window of code, or of what a machine wrote, is inside one line. Without a match, the
    snippet shows the first sentence. A passage without text has no fragments.
    """

    def __init__(
        self,
        query: ast.Query,
        analyzer: Analyzer,
        *,
        max_fragments: int = 3,
        width: int = 240,
        window: int = 200,
        lines: bool = False,
    ) -> None:
        self._leaves = tuple(dict.fromkeys(ast.looked_for(query)))
        self._max_fragments = max_fragments
        self._width = max(width, 1)
        self._window_width = max(window, 1)
        self._lines = lines
        self._words = _WordFinder(query, analyzer)
        self._numbers = _numbers_of(self._leaves)

    def window_alone(self, passage: Passage) -> Snippet:
        """Return the window of a passage, without the rest of a snippet."""
        return Snippet((), (), self._parts(passage, 0)[2])

    def of(self, passage: Passage) -> Snippet:
        """Return the snippet of a passage."""
        return Snippet(*self._parts(passage, self._max_fragments))

    def _parts(
        self, passage: Passage, most: int
    ) -> tuple[tuple[Fragment, ...], tuple[Span, ...], Fragment]:
        """Return the fragments, at most `most`, the highlights and the window."""
        text, width = passage.text, self._window_width
        language = language_in(passage.document, text)
        shapes, folded = self._words.shapes_and_folds(text, language)
        lines = (0, 1) if passage.steps else (passage.line_start, passage.line_step())
        lit: list[Lit] | _core.Sought = []
        if self._leaves and self._numbers is not None and folded is not None:
            lit = folded, self._words.wanted(language), self._numbers
        elif self._leaves:
            lit = self._lit(passage, language)
        found = snippet_of(text, shapes, lit, most, self._width, width, lines)
        fragments, highlights, window, match = found
        if self._lines and stand_alone(text[slice(*window.span)], passage.document.media_type):
            lit = self._lit(passage, language)
            window = window_in_line(text, shapes, window.span, match, lit, width, lines)
        if passage.steps:
            fragments = tuple([_on_its_line(passage, fragment) for fragment in fragments])
            window = _on_its_line(passage, window)
        return fragments, highlights, window

    def _lit(self, passage: Passage, language: str) -> list[Lit]:
        """What the leaves light, in order."""
        if self._numbers is not None:
            places = self._words.places(passage.text, language)
            return sorted((start, end, self._numbers[n]) for n, _, start, end in places)
        found = self._words.of(passage.text, language)
        lit: list[Lit] = []
        for number, leaf in enumerate(self._leaves):
            end = _title_end(passage) if leaf.field == "title" else len(passage.text)
            lit += [
                (place[2], place[3], number) for place in _lit_by(leaf, found) if place[3] <= end
            ]
        return sorted(lit)


def _on_its_line(passage: Passage, fragment: Fragment) -> Fragment:
    """Return a fragment whose `line` is the number of line ends before it, with its line in the file."""
    return fragment.replace(line=passage.line_after(fragment.line))


@lru_cache(4)
def _characters(folder: Folder) -> Characters:
    """Return what the core needs of characters, as this folder folds them. It keeps what it has learnt."""
    return Characters(folder.fold_character)


# ------------------------------------------------------------------------------ highlights


class _Found(NamedTuple):
    """The places in a passage of what a query looks for: by terms, by words with their forms, and by patterns."""

    by_term: Mapping[str, Sequence[Place]]
    by_word: Mapping[str, Sequence[Place]]
    by_pattern: Mapping[ast.Leaf, Sequence[Place]]


class _WordFinder:
    """Finds the tokens that the leaves of a query match.

    What it looks for has numbers: first terms, then words, then patterns.
    """

    def __init__(self, query: ast.Query, analyzer: Analyzer) -> None:
        terms: dict[str, None] = {}
        words: dict[str, None] = {}
        patterns: dict[_Pattern, None] = {}
        for leaf in ast.words_in(query):
            match leaf:
                case ast.Term(text):
                    words[text] = None
                case ast.Exact(text):
                    terms[text] = None
                case ast.Compounds(text):
                    words[text] = None
                    terms.update(dict.fromkeys(leaf.terms))
                case _:
                    patterns[leaf] = None
        self._analyzer = analyzer
        self._terms, self._words, self._patterns = tuple(terms), tuple(words), tuple(patterns)
        stems = tuple([analyzer.stem(analyzer.fold(word)) for word in words])
        self._encoded = _encoded(self._terms), _encoded(stems)
        self._wanted: dict[str, _core.Wanted] = {}  # by language
        self._last: tuple[str, str, bytes, list[int] | None] | None = None

    def of(self, text: str, language: str) -> _Found:
        """Return where a text of a language has what the query looks for."""
        by_number: list[list[Place]] = [[] for _ in (*self._terms, *self._words, *self._patterns)]
        for place in self.places(text, language):
            by_number[place[0]].append(place)
        found = iter(by_number)
        by_term = dict(zip(self._terms, found, strict=False))
        by_word = dict(zip(self._words, found, strict=False))
        return _Found(by_term, by_word, dict(zip(self._patterns, found, strict=True)))

    def places(self, text: str, language: str) -> list[tuple[int, int, int, int]]:
        """Return the places by the numbers of what was found: a number, then as in `Place`."""
        if compiled is None:
            numbers = self.wanted(language)[2]
            return [
                (number, *token[1:])
                for token in self._analyzer.tokens(text, language)
                for number in numbers[_utf8(token[0])]
            ]
        folded, offsets = self.folded(text, language)
        places = compiled.find_words(folded, self.wanted(language))
        if offsets is None:
            return places
        return [(n, at, offsets[start], end_in_text(offsets, end)) for n, at, start, end in places]

    def shapes_and_folds(self, text: str, language: str) -> tuple[bytes | None, bytes | None]:
        """Return the shapes of a text's characters, and the folded text if it has as many; None without the core."""
        if compiled is None:
            return None, None
        if text.isascii():
            data = text.encode()
            return data, None if "\x1b" in text else data
        characters = _characters(self._analyzer.folder(language))
        shapes, folded = compiled.shapes_and_folds(text, characters)
        return shapes, None if "\x1b" in text else folded

    def folded(self, text: str, language: str) -> tuple[bytes, list[int] | None]:
        """Return the text folded, in UTF-8, and offsets as `fold_with_offsets` does."""
        last = self._last
        if last is None or last[:2] != (text, language):
            folded, offsets = self._analyzer.folder(language).fold_with_offsets(text)
            last = self._last = text, language, _utf8(folded), offsets
        return last[2:]

    def wanted(self, language: str) -> _core.Wanted:
        """Return what to look for in texts of a language, as the core takes it."""
        found = self._wanted.get(language)
        if found is None:
            form_of = partial(self._analyzer.form, language=language)
            tests = [self._analyzer.meant(word, language) for word in self._words]
            numbers = _Numbers(form_of, self._terms, tests, self._patterns)
            letters = None
            if language in OTHERS or self._patterns:
                begun = chain(
                    self._terms, *map(form_of, self._words), map(_beginning, self._patterns)
                )
                letters = first_letters(begun, language).encode()
            found = (*self._encoded, numbers, letters, _UNSPACED, _STEMMED)
            self._wanted[language] = found
        return found


class _Numbers(dict[bytes, tuple[int, ...]]):
    """The numbers of what a query looks for, by the terms of a text: spellings, in some languages."""

    def __init__(
        self,
        form_of: Callable[[str], Form],
        terms: Sequence[str],
        tests: Sequence[Callable[[Form], bool]],
        patterns: Sequence[_Pattern],
    ) -> None:
        self._form_of = form_of
        self._terms = {term: number for number, term in enumerate(terms)}
        self._tests = list(enumerate(tests, len(terms)))
        self._patterns: list[tuple[int, Callable[[str], bool]]] = []
        if patterns:
            from seedsearch.query.match import fits_term  # start-up time: patterns are rare

            self._patterns += enumerate(map(fits_term, patterns), len(terms) + len(tests))

    def __missing__(self, term: bytes) -> tuple[int, ...]:
        form = self._form_of(term.decode("utf-8", "surrogatepass"))
        exact = self._terms.get(form.term)
        found = [] if exact is None else [exact]
        found += [number for number, means in self._tests if means(form)]
        found += [number for number, fits in self._patterns if fits(form.term)]
        numbers = self[term] = tuple(found)
        return numbers


def _beginning(pattern: _Pattern) -> str:
    """Return how terms begin that match a pattern, or "" if they may begin with any letter."""
    match pattern:
        case ast.Prefix(text):
            return text
        case ast.Wildcard(text):
            return text.split("*")[0].split("?")[0]
        case ast.Fuzzy():
            return ""


def _numbers_of(leaves: Sequence[Lightable]) -> tuple[int, ...] | None:
    """The leaf of each term, then of each word, then of each pattern; None unless each leaf is one, for any field."""
    of_kinds = [
        [n for n, leaf in enumerate(leaves) if type(leaf) in kinds and not leaf.field]
        for kinds in ((ast.Exact,), (ast.Term,), (ast.Prefix, ast.Wildcard, ast.Fuzzy))
    ]
    numbers = tuple(chain.from_iterable(of_kinds))
    return numbers if len(numbers) == len(leaves) else None


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _encoded(texts: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(map(_utf8, texts))


def _lit_by(leaf: Lightable, found: _Found) -> Iterable[Place]:
    """Return the tokens that a leaf highlights."""
    match leaf:
        case ast.Term(text):
            return found.by_word.get(text, ())
        case ast.Exact(text):
            return found.by_term.get(text, ())
        case ast.Compounds(text, terms):
            lit = [found.by_word.get(text, ()), *(found.by_term.get(term, ()) for term in terms)]
            return chain.from_iterable(lit)
        case ast.Prefix() | ast.Wildcard() | ast.Fuzzy():
            return found.by_pattern.get(leaf, ())
        case ast.Phrase():
            return _phrase([list(_lit_by(word, found)) for word in ast.words_of(leaf)])
        case ast.Near():
            return _near([list(_lit_by(word, found)) for word in ast.words_of(leaf)], leaf.slop)


def _phrase(places: list[Sequence[Place]]) -> Iterator[Place]:
    by_position = [{place[1]: place for place in of_word} for of_word in places]
    for start in by_position[0] if by_position else ():
        run = [later.get(start + offset) for offset, later in enumerate(by_position)]
        if None not in run:
            yield from (place for place in run if place is not None)


def _near(places: list[Sequence[Place]], slop: int) -> Iterator[Place]:
    from seedsearch.core.plain_matching import can_choose  # few queries have a Near: start-up time

    if not all(places):
        return
    positions = [sorted({place[1] for place in of_word}) for of_word in places]
    starts = sorted({position for row in positions for position in row})
    lit = 0  # up to here, so that none is lit twice
    for start in starts:
        if lit > starts[-1]:
            return
        end = start + slop + len(places)
        window = [row[bisect_left(row, start) : bisect_left(row, end)] for row in positions]
        if all(window) and can_choose(window):
            lit = max(lit, start)
            yield from (p for of_word in places for p in of_word if lit <= p[1] < end)
            lit = end


def _title_end(passage: Passage) -> int:
    """Return the end of the document's title in the passage, or 0 if the passage does not begin with it."""
    title = passage.document.title
    at = passage.text.find(title, 0, len(title) + 80) if passage.ordinal == 0 and title else -1
    return at + len(title) if at >= 0 else 0
