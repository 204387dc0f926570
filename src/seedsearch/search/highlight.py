"""What to show of a passage: where it matches, and its best lines or sentences.

*Highlights* are the characters of the tokens that the query matches: a Term's by stem, an Exact's by
form, a Prefix's, Wildcard's and Fuzzy's by what fits, a Phrase's and Near's only where all of it stands.
What a Not leaves out is never lit, nor does a filter light anything; a leaf for the title lights
in the title where the passage opens with it. Spans that overlap or touch become one.

*Fragments* are sentences, or lines where the text is not wrapped (lists, tables, verse, code). One
longer than the width is cut at line ends and between words; a single word longer than the
width is cut where it must be. Those that bring the most words of the query not yet shown come
first, then the others that light, in the order of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypeAlias

from seedsearch.analysis import Analyzer, Token
from seedsearch.analysis.tokenizer import UNSPACED
from seedsearch.model import Fragment, Passage, Snippet, Span
from seedsearch.query.ast import (
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
)
from seedsearch.query.match import can_choose, fits_term

Lightable: TypeAlias = Leaf | Phrase | Near
Lit: TypeAlias = tuple[int, int, int]
"""A lit range of characters, and which leaf of the query lights it."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_BLANK_LINE = re.compile(r"(?:\r\n|\r|\n)[^\S\r\n]*(?:(?:\r\n|\r|\n)[^\S\r\n]*)+")
_STOP = re.compile("[.!?…。！？｡]+[\"'”’»)\\]」』）]*(\\s*)")
_FULL_WIDTH_STOPS = "。！？｡"
# As pairs: compiling so wide a character class would cost every query some milliseconds.
_UNSPACED = tuple(zip(UNSPACED[::3], UNSPACED[2::3], strict=True))
_WRAPPED = 0.7  # of the longest line's length: from there on a line end is taken for a wrap
_WRAPPED_FROM = 30  # characters; in a text whose lines are all shorter, every line stands alone


def make_snippet(
    passage: Passage,
    query: Query,
    analyzer: Analyzer,
    *,
    max_fragments: int = 3,
    width: int = 240,
) -> Snippet:
    """The matches of an analysed query in a passage, and at most `max_fragments` parts to show.

    A fragment has at most `width` characters, 1 or more. Where nothing matches, the first sentence is shown; a
    passage without text has no fragments.
    """
    text = passage.text
    leaves = tuple(dict.fromkeys(looked_for(query)))
    lit = sorted(_Lighting(passage, analyzer).lit(leaves)) if leaves else []
    highlights = _merged(lit)
    pieces = _pieces(text, highlights, max(width, 1))
    chosen = _best(pieces, lit, max_fragments)
    return Snippet(
        fragments=tuple(
            Fragment(
                span=piece,
                # A text of several lines may stand on one line of its file (a JSON record).
                line=min(passage.line_start + _line_ends(text, piece.start), passage.line_end),
                highlights=tuple(_clipped(highlights, piece)),
            )
            for piece in chosen
        ),
        highlights=highlights,
    )


# ------------------------------------------------------------------------------ highlights


class _Lighting:
    """The tokens of one passage, as leaves look for them."""

    def __init__(self, passage: Passage, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._language = passage.document.language
        self._by_term: dict[str, list[Token]] = {}
        by_term = self._by_term
        for token in analyzer.tokens(passage.text):
            if (same := by_term.get(token[0])) is None:
                by_term[token[0]] = [token]
            else:
                same.append(token)
        self._by_stem: dict[str, list[str]] | None = None
        self._title = _title_end(passage)

    def lit(self, leaves: tuple[Lightable, ...]) -> Iterator[Lit]:
        for number, leaf in enumerate(leaves):
            end = self._title if leaf.field == "title" else None
            for token in self._tokens(leaf):
                if end is None or token.end <= end:
                    yield token.start, token.end, number

    def _tokens(self, leaf: Lightable) -> Iterable[Token]:
        match leaf:
            case Term(text):
                return self._of(self._forms(text))
            case Exact(text):
                return self._of((text,))
            case Prefix() | Wildcard() | Fuzzy():
                return self._of(filter(fits_term(leaf), self._by_term))
            case Phrase(terms):
                return self._phrase([self._by_term.get(term, []) for term in terms])
            case Near(terms, slop):
                return self._near([self._of(self._forms(term)) for term in terms], slop)

    def _of(self, terms: Iterable[str]) -> list[Token]:
        return [token for term in terms for token in self._by_term.get(term, ())]

    def _forms(self, text: str) -> list[str]:
        """The passage's terms that share a stem with `text`."""
        if self._by_stem is None:
            self._by_stem = {}
            terms = list(self._by_term)
            for term, stem in zip(
                terms, self._analyzer.stem_all(terms, self._language), strict=True
            ):
                self._by_stem.setdefault(stem, []).append(term)
        return self._by_stem.get(self._analyzer.stem(text, self._language), [])

    def _phrase(self, places: list[list[Token]]) -> Iterator[Token]:
        by_position = [{token.position: token for token in tokens} for tokens in places]
        for start in by_position[0] if by_position else ():
            run = [later.get(start + offset) for offset, later in enumerate(by_position)]
            if None not in run:
                yield from (token for token in run if token is not None)

    def _near(self, places: list[list[Token]], slop: int) -> Iterator[Token]:
        if not all(places):
            return
        positions = [sorted({token.position for token in tokens}) for tokens in places]
        for start in sorted({position for row in positions for position in row}):
            end = start + slop + len(places)
            window = [row[bisect_left(row, start) : bisect_left(row, end)] for row in positions]
            if all(window) and can_choose(window):
                yield from (t for tokens in places for t in tokens if start <= t.position < end)


def _title_end(passage: Passage) -> int:
    """Where the document's title ends in the passage; 0 if the passage does not open with it."""
    title = passage.document.title
    at = passage.text.find(title, 0, len(title) + 80) if passage.ordinal == 0 and title else -1
    return at + len(title) if at >= 0 else 0


def _merged(lit: list[Lit]) -> tuple[Span, ...]:
    """The ranges in order, those that overlap or touch as one."""
    spans: list[Span] = []
    for start, end, _ in lit:
        if spans and start <= spans[-1].end:
            spans[-1] = Span(spans[-1].start, max(end, spans[-1].end))
        else:
            spans.append(Span(start, end))
    return tuple(spans)


def _clipped(highlights: tuple[Span, ...], piece: Span) -> Iterator[Span]:
    for start, end in highlights:
        start, end = max(start, piece.start), min(end, piece.end)
        if start < end:
            yield Span(start, end)


# ------------------------------------------------------------------------------- fragments


def _best(pieces: list[Span], lit: list[Lit], most: int) -> list[Span]:
    """The pieces to show, in the order of the text."""
    shown_by = _leaves_of(pieces, lit)
    lighting = [n for n in range(len(pieces)) if shown_by[n]]
    if not lighting:
        return pieces[: min(most, 1)]
    chosen: list[int] = []
    missing = {leaf for _, _, leaf in lit}
    while lighting and len(chosen) < most:
        # max() takes the first of equals, and so the first in the text.
        best = max(lighting, key=lambda n: (len(shown_by[n] & missing), len(shown_by[n])))
        lighting.remove(best)
        chosen.append(best)
        missing -= shown_by[best]
    return [pieces[n] for n in sorted(chosen)]


def _leaves_of(pieces: list[Span], lit: list[Lit]) -> list[set[int]]:
    """For each piece the leaves that light in it."""
    starts = [piece.start for piece in pieces]
    leaves: list[set[int]] = [set() for _ in pieces]
    for start, _, leaf in lit:
        at = bisect_left(starts, start + 1) - 1
        if at >= 0 and start < pieces[at].end:
            leaves[at].add(leaf)
    return leaves


def _pieces(text: str, highlights: tuple[Span, ...], width: int) -> list[Span]:
    """The text cut into sentences and lines of at most `width` characters, without white space around."""
    pieces = []
    start = 0
    for end in [*_boundaries(text), len(text)]:
        piece = _stripped(text, start, end)
        while piece.end - piece.start > width:
            cut = _cut(text, piece.start, piece.start + width, highlights)
            pieces.append(_stripped(text, piece.start, cut))
            piece = _stripped(text, cut, piece.end)
        if piece.start < piece.end:
            pieces.append(piece)
        start = end
    return pieces


def _boundaries(text: str) -> list[int]:
    """Where a sentence, or a line that is not wrapped, ends, in order."""
    ends = {match.end() for match in _STOP.finditer(text) if _ends_sentence(text, match)}
    ends.update(match.end() for match in _BLANK_LINE.finditer(text))
    lines = [0, *(match.end() for match in _LINE_END.finditer(text)), len(text)]
    wrap = max(_WRAPPED_FROM, _WRAPPED * max(end - start for start, end in pairwise(lines)))
    # A line that goes on in lower case was broken early, whatever its length.
    ends.update(
        end
        for start, end in pairwise(lines)
        if end - start < wrap and not text[end : end + 1].islower()
    )
    return sorted(ends)


def _ends_sentence(text: str, stop: re.Match[str]) -> bool:
    """Whether a stop ends a sentence: not in U.N. or 3.5, nor before a word in lower case."""
    if text[stop.start()] in _FULL_WIDTH_STOPS:
        return True
    start, end = stop.span()
    if not stop[1] or text[end : end + 1].islower():
        return False
    is_initial = text[start - 1 : start].isalpha() and not text[start - 2 : start - 1].isalnum()
    return not (text[start] == "." and start > 1 and is_initial)


def _cut(text: str, start: int, limit: int, highlights: tuple[Span, ...]) -> int:
    """The best place to cut at or before `limit`: a line's end, a word's end, or where it must be."""
    middle = (start + limit) // 2
    line_end = max(text.rfind("\n", middle, limit + 1), text.rfind("\r", middle, limit + 1))
    if line_end > start:
        return line_end
    for at in range(limit, start, -1):
        if _between_words(text, at) and not any(low < at < high for low, high in highlights):
            return at
    return limit


def _between_words(text: str, at: int) -> bool:
    """Whether a cut before character `at` parts no word; unspaced scripts may be cut anywhere."""
    before, after = text[at - 1], text[at]
    if before.isspace() or after.isspace():
        return True
    # A vowel sign or tone mark is not alphanumeric, and stays with its letter.
    return after.isalnum() and _is_unspaced(before) and _is_unspaced(after)


def _is_unspaced(char: str) -> bool:
    return any(first <= char <= last for first, last in _UNSPACED)


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _line_ends(text: str, at: int) -> int:
    """How many lines end before character `at`."""
    crlf = text.count("\r\n", 0, at)
    return text.count("\n", 0, at) + text.count("\r", 0, at) - crlf
