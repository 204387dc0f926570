"""A text as the cluster indexes it: the stream of its words, and the stream of their marks.

A stream has an entry for each position, between spaces. An entry has all terms, or all marks, of its position, between
JOINTs; it is a GAP if there are none. The marks of a word are made from its form (`analysis.stemming`):

    key       the key of the stem class
    %key      in languages that stem spellings: the whole key, with the accents of the stem
    <class ^plain &class^plain   there, if the two differ: the key without accents, the key of the term without
              accents, and both; else the key without accents alone

No key begins with one of these signs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

from seedsearch.analysis import Analyzer, Form
from seedsearch.analysis.stemming import AS_SPELT, MARK, OTHERS
from seedsearch.analysis.tokenizer import Token, plain_chains, tokenize, tokens_of_chain
from seedsearch.record import NamedTuple

JOINT = "\x01"
GAP = "_"
_MARK = "\x02"  # instead of MARK, at which the cluster would cut
_SURROGATES = re.compile("[\ud800-\udfff]")
_CHAINS_KEPT = 1 << 17  # of each language


class Streams(NamedTuple):
    """The two streams of a text, the number of its positions with words, and how often it has each term."""

    words: str
    marks: str
    positions: int
    counts: Mapping[str, int]


class _Piece(NamedTuple):
    """What a chain adds to the streams, its number of positions, and its terms."""

    words: str
    marks: str
    positions: int
    terms: tuple[str, ...]


class Cutter:
    """Cuts texts into streams. It remembers chains, most of which come again."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._pieces: dict[str, dict[str, _Piece]] = {}
        self._marks = lru_cache(1 << 16)(self._marks_of)

    def streams(self, text: str, language: str) -> Streams:
        """Return the streams of a text in a language."""
        own = language if language in OTHERS else ""
        folded = self._analyzer.folded(text, own)
        chains = plain_chains(folded)
        if chains is None:
            return _joined(self._piece(tokenize(folded), own))
        known = self._pieces.setdefault(own, {})
        if len(known) > _CHAINS_KEPT:
            known.clear()
        numbers = Counter(chains)
        for chain in numbers:
            if chain not in known:
                known[chain] = self._piece(tokens_of_chain(chain), own)
        pieces = [known[chain] for chain in chains]
        counts: dict[str, int] = {}
        for chain, number in numbers.items():
            for term in known[chain].terms:
                counts[term] = counts.get(term, 0) + number
        return Streams(
            " ".join([piece[0] for piece in pieces]),
            " ".join([piece[1] for piece in pieces]),
            sum([piece[2] for piece in pieces]),
            counts,
        )

    def _piece(self, tokens: list[Token], language: str) -> _Piece:
        at: dict[int, tuple[list[str], list[str]]] = {}
        for token in tokens:
            term, marks = self._marks(token.term, language)
            words, others = at.setdefault(token.position, ([], []))
            words.append(term)
            others.append(marks)
        entries = [at.get(number, ([GAP], [GAP])) for number in range(max(at, default=-1) + 1)]
        return _Piece(
            " ".join([JOINT.join(words) for words, _ in entries]),
            " ".join([JOINT.join(marks) for _, marks in entries]),
            len(at),
            tuple([term for words, _ in at.values() for term in words]),
        )

    def _marks_of(self, spelling: str, language: str) -> tuple[str, str]:
        form = self._analyzer.form(spelling, language)
        return valid(form.term), JOINT.join(map(clean_mark, marks_of(form, self._analyzer)))


def _joined(piece: _Piece) -> Streams:
    return Streams(piece.words, piece.marks, piece.positions, Counter(piece.terms))


def marks_of(form: Form, analyzer: Analyzer) -> list[str]:
    """Return the marks of a form, as the module says."""
    term, key = form
    _, mark, language = key.partition(MARK.decode())
    if not mark:
        return [key]
    kind = key.partition(AS_SPELT.decode())[0]
    plain = analyzer.form(term, language.partition(AS_SPELT.decode())[0]).stem
    keys = [kind] if kind == plain else [f"<{kind}", f"^{plain}", f"&{kind}^{plain}"]
    return [f"%{key}", *keys]


def clean_mark(mark: str) -> str:
    """Return a mark without what the cluster would cut at or cannot hold."""
    return valid(mark).replace(" ", _MARK)


def valid(text: str) -> str:
    """Return a text without lone surrogates, which JSON and the cluster cannot hold."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def escaped_surrogates(line: str) -> str:
    """Return a line of JSON that holds lone surrogates, but has none itself."""
    if line.isascii():
        return line
    return _SURROGATES.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def terms_in(stream: str) -> Iterator[str]:
    """Yield the terms of a stream of words, as often as they are there."""
    for entry in stream.split(" "):
        if JOINT in entry:
            yield from entry.split(JOINT)
        elif entry and entry != GAP:
            yield entry
