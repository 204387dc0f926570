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
from functools import partial
from itertools import chain, repeat
from typing import TypeAlias

from seedsearch.analysis import Analyzer, Form, Token
from seedsearch.analysis.analyzer import end_in_text
from seedsearch.analysis.passage_language import language_in
from seedsearch.analysis.stemming import OTHERS, STEMMED_SCRIPTS, first_letters
from seedsearch.analysis.tokenizer import UNSPACED_RANGES
from seedsearch.core import compiled
from seedsearch.machine_lines import stand_alone
from seedsearch.model import Fragment, Passage, Snippet, Span
from seedsearch.query.ast import (
    Compounds,
    Exact,
    Fuzzy,
    Leaf,
    Near,
    Phrase,
    Prefix,
    Query,
    Term,
    Wildcard,
    looked_for,
    words_in,
    words_of,
)
from seedsearch.record import NamedTuple
from seedsearch.search.fragments import (
    Cut,
    Lit,
    Range,
    Sought,
    Wanted,
    Window,
    shapes_of,
    snippet_of,
    window_in_line,
)

Lightable: TypeAlias = Leaf | Phrase | Near
Place: TypeAlias = tuple[object, int, int, int]
"""A Token; the core has a number instead of its term."""
_UNSPACED, _STEMMED = (
    array("I", chain.from_iterable(ranges)).tobytes()
    for ranges in (UNSPACED_RANGES, STEMMED_SCRIPTS)
)
_new = tuple.__new__  # quicker than to call a class of named tuples
_SPANS = repeat(Span)


class Snippets:
    """Makes the snippets of an analysed query: the matches in a passage, its window, and its best fragments.

    There are at most `max_fragments` fragments. A fragment has at most `width` characters, a window at most `window`,
    1 or more. With `lines`, a window of code, or of what a machine wrote, is inside one line. Without a match, the
    snippet shows the first sentence. A passage without text has no fragments.
    """

    def __init__(
        self,
        query: Query,
        analyzer: Analyzer,
        *,
        max_fragments: int = 3,
        width: int = 240,
        window: int = 200,
        lines: bool = False,
    ) -> None:
        self._leaves = tuple(dict.fromkeys(looked_for(query)))
        self._max_fragments = max_fragments
        self._width = max(width, 1)
        self._window_width = max(window, 1)
        self._lines = lines
        self._words = _WordFinder(query, analyzer)
        self._numbers = _numbers_of(self._leaves)

    def window_alone(self, passage: Passage) -> Snippet:
        """Return the window of a passage, without the rest of a snippet."""
        shapes = shapes_of(passage.text)
        _, _, window = self._parts(passage, shapes, 0)
        return Snippet((), (), self._window(passage, shapes, window))

    def of(self, passage: Passage) -> Snippet:
        """Return the snippet of a passage."""
        shapes = shapes_of(passage.text)
        cuts, highlights, window = self._parts(passage, shapes, self._max_fragments)
        fragments = [_fragment(passage, *cut) for cut in cuts]
        spans = tuple(map(_new, _SPANS, highlights))
        return Snippet(tuple(fragments), spans, self._window(passage, shapes, window))

    def _parts(
        self, passage: Passage, shapes: bytes | None, most: int
    ) -> tuple[list[Cut], list[Range], Window]:
        """Return the fragments, at most `most`, the highlights and the window."""
        lit = (self._sought(passage, shapes) or self._lit(passage)) if self._leaves else []
        return snippet_of(passage.text, shapes, lit, most, self._width, self._window_width)

    def _window(self, passage: Passage, shapes: bytes | None, window: Window) -> Fragment:
        text, (span, match, lines, inside) = passage.text, window
        if self._lines and stand_alone(text[slice(*span)], passage.document.media_type):
            lit, width = self._lit(passage), self._window_width
            span, match, lines, inside = window_in_line(text, shapes, span, match, lit, width)
        return _fragment(passage, span, lines, inside)

    def _sought(self, passage: Passage, shapes: bytes | None) -> Sought | None:
        """What the core can look for by itself while it makes the snippet, or None."""
        if self._numbers is None or shapes is None:
            return None
        language = language_in(passage.document, passage.text)
        folded, offsets = self._words.folded(passage.text, language)
        if folded is None or offsets is not None:
            return None
        return folded, self._words.wanted(language), self._numbers

    def _lit(self, passage: Passage) -> list[Lit]:
        """What the leaves light, in order."""
        language = language_in(passage.document, passage.text)
        if self._numbers is not None:
            places = self._words.places(passage.text, language)
            if places is not None:
                return sorted((start, end, self._numbers[n]) for n, _, start, end in places)
        found = self._words.of(passage.text, language)
        lit: list[Lit] = []
        for number, leaf in enumerate(self._leaves):
            end = _title_end(passage) if leaf.field == "title" else len(passage.text)
            lit += [
                (place[2], place[3], number) for place in _lit_by(leaf, found) if place[3] <= end
            ]
        return sorted(lit)


def _fragment(passage: Passage, span: Range, lines: int, highlights: list[Range]) -> Fragment:
    """Return a fragment. So many `lines` of the passage end before it, or before its match."""
    line = passage.line_after(lines) if lines else passage.line_start
    return Fragment(_new(Span, span), line, tuple(map(_new, _SPANS, highlights)))


# ------------------------------------------------------------------------------ highlights


class _Found(NamedTuple):
    """The tokens of a passage that a query matches: by their terms, and by the words of the query.

    If the query has patterns, `by_term` has all tokens.
    """

    by_term: Mapping[str, Sequence[Place]]
    by_word: Mapping[str, Sequence[Place]]


class _WordFinder:
    """Finds the tokens that the leaves of a query match."""

    def __init__(self, query: Query, analyzer: Analyzer) -> None:
        terms: dict[str, None] = {}
        words: dict[str, None] = {}
        self._has_patterns = False
        for leaf in words_in(query):
            match leaf:
                case Term(text):
                    words[text] = None
                case Exact(text):
                    terms[text] = None
                case Compounds(text):
                    words[text] = None
                    terms.update(dict.fromkeys(leaf.terms))
                case _:
                    self._has_patterns = True
        self._analyzer = analyzer
        self._terms = tuple(terms)
        self._words = tuple(words)
        self._meant: dict[str, list[Callable[[Form], bool]]] = {}  # by language
        self._stems = tuple([analyzer.stem(analyzer.fold(word)) for word in words])
        self._encoded = _encoded(self._terms), _encoded(self._stems)
        self._wanted: dict[str, Wanted] = {}  # by language
        self._last: tuple[str, str, bytes, list[int] | None] | None = None

    def of(self, text: str, language: str) -> _Found:
        """Return where the words occur in a text of a language."""
        places = self.places(text, language)
        if places is None:
            if language in OTHERS:
                return self._by_forms(text, language)
            return self._among(self._analyzer.tokens(text))
        by_number: list[list[Place]] = [[] for _ in (*self._terms, *self._words)]
        for place in places:
            by_number[place[0]].append(place)
        return _Found(
            dict(zip(self._terms, by_number, strict=False)),
            dict(zip(self._words, by_number[len(self._terms) :], strict=True)),
        )

    def places(self, text: str, language: str) -> list[tuple[int, int, int, int]] | None:
        """Return the places that the core finds: the number of the term, or of the word after them, then as in `Place`.

        Return None without the core, and for a query with patterns.
        """
        folded, offsets = self.folded(text, language)
        if folded is None:
            return None
        places = compiled.find_words(folded, self.wanted(language))
        if offsets is None:
            return places
        return [(n, at, offsets[start], end_in_text(offsets, end)) for n, at, start, end in places]

    def folded(self, text: str, language: str) -> tuple[bytes | None, list[int] | None]:
        """Return the text folded, in UTF-8, and offsets as `fold_with_offsets` does; None where `places` is None."""
        if compiled is None or self._has_patterns:
            return None, None
        last = self._last
        if last is None or last[:2] != (text, language):
            folded, offsets = self._analyzer.folded_with_offsets(text, language)
            last = self._last = text, language, _encoded((folded,))[0], offsets
        return last[2:]

    def wanted(self, language: str) -> Wanted:
        """Return what the core looks for in texts of a language."""
        found = self._wanted.get(language)
        if found is None:
            form_of = partial(self._analyzer.form, language=language)
            numbers = _Numbers(self._terms, self._meant_by(language), form_of)
            letters = None
            if language in OTHERS:
                keys = chain(self._terms, chain.from_iterable(map(form_of, self._words)))
                letters = first_letters(keys, language).encode()
            found = (*self._encoded, numbers, letters, _UNSPACED, _STEMMED)
            self._wanted[language] = found
        return found

    def _meant_by(self, language: str) -> list[Callable[[Form], bool]]:
        """Return, for each word, the test of the forms that it means in a language."""
        if language not in self._meant:
            tests = [self._analyzer.meant(word, language) for word in self._words]
            self._meant[language] = tests
        return self._meant[language]

    def _by_forms(self, text: str, language: str) -> _Found:
        """Return the matching tokens in a language that stems spellings."""
        of_form: dict[Form, list[Token]] = {}
        by_term: dict[str, list[Token]] = {}
        for form, token in self._analyzer.forms(text, language):
            of_form.setdefault(form, []).append(token)
            by_term.setdefault(form.term, []).append(token)
        by_word = {
            word: [token for form in filter(meant, of_form) for token in of_form[form]]
            for word, meant in zip(self._words, self._meant_by(language), strict=True)
        }
        return _Found(by_term, by_word)

    def _among(self, tokens: list[Token]) -> _Found:
        by_term: dict[str, list[Token]] = {}
        for token in tokens:
            if (same := by_term.get(token[0])) is None:
                by_term[token[0]] = [token]
            else:
                same.append(token)
        if not self._words:
            return _Found(by_term, {})
        of_stem: dict[str, list[Token]] = {}
        for stem, same in zip(
            self._analyzer.stem_all(list(by_term)), by_term.values(), strict=True
        ):
            of_stem.setdefault(stem, []).extend(same)
        stems = zip(self._words, self._stems, strict=True)
        return _Found(by_term, {word: of_stem.get(stem, []) for word, stem in stems})


def _numbers_of(leaves: Sequence[Lightable]) -> tuple[int, ...] | None:
    """The leaf of each term, and then of each word, that is looked for; None unless each leaf is one, for any field."""
    exact, words = (
        {leaf.text: n for n, leaf in enumerate(leaves) if type(leaf) is kind and not leaf.field}
        for kind in (Exact, Term)
    )
    is_all = len(exact) + len(words) == len(leaves)
    return (*exact.values(), *words.values()) if is_all else None


class _Numbers(dict[bytes, tuple[int, ...]]):
    """The numbers of what a query wants, by the terms of a text as the core cuts them: spellings, in some languages."""

    def __init__(
        self,
        terms: Sequence[str],
        meant: Sequence[Callable[[Form], bool]],
        form_of: Callable[[str], Form],
    ) -> None:
        self._terms = {term: number for number, term in enumerate(terms)}
        self._meant = list(enumerate(meant, len(terms)))
        self._form_of = form_of

    def __missing__(self, term: bytes) -> tuple[int, ...]:
        form = self._form_of(term.decode("utf-8", "surrogatepass"))
        exact = self._terms.get(form.term)
        numbers = [number for number, means in self._meant if means(form)]
        found = self[term] = tuple(numbers if exact is None else [exact, *numbers])
        return found


def _encoded(texts: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple([text.encode("utf-8", "surrogatepass") for text in texts])


def _lit_by(leaf: Lightable, found: _Found) -> Iterable[Place]:
    """Return the tokens that a leaf highlights."""
    by_term, by_word = found
    match leaf:
        case Term(text):
            return by_word.get(text, ())
        case Exact(text):
            return by_term.get(text, ())
        case Compounds(text, terms):
            return [*by_word.get(text, ()), *(p for term in terms for p in by_term.get(term, ()))]
        case Prefix() | Wildcard() | Fuzzy():
            from seedsearch.query.match import fits_term  # start-up time: patterns are rare

            fits = fits_term(leaf)
            return (place for term in filter(fits, by_term) for place in by_term[term])
        case Phrase():
            return _phrase([list(_lit_by(word, found)) for word in words_of(leaf)])
        case Near():
            return _near([list(_lit_by(word, found)) for word in words_of(leaf)], leaf.slop)


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
