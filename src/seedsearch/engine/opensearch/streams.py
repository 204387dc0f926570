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
from collections.abc import Iterator, Sequence
from functools import lru_cache

from seedsearch.analysis import Analyzer, Form
from seedsearch.analysis.stemming import AS_SPELT, MARK, OTHERS
from seedsearch.analysis.tokenizer import (
    Token,
    is_plain_word,
    plain_chains,
    term_of,
    tokenize,
    tokens_of_chain,
)
from seedsearch.record import NamedTuple

JOINT = "\x01"
GAP = "_"
_MARK = "\x02"  # instead of MARK, at which the cluster would cut
_SURROGATES = re.compile("[\ud800-\udfff]")
_CHAINS_KEPT = 1 << 17  # of each language


class Streams(NamedTuple):
    """The two streams of a text, the number of its positions with words, and its terms, as often as they occur."""

    words: str
    marks: str
    positions: int
    terms: Sequence[str]


class _Chains:
    """What known chains add to the streams. `many` has the number of positions and the terms of those chains, by their
    words, that have not just one term.
    """

    def __init__(self) -> None:
        self.words: dict[str, str] = {}
        self.marks: dict[str, str] = {}
        self.many: dict[str, tuple[int, tuple[str, ...]]] = {}

    def add(self, chain: str, own: Streams) -> None:
        self.words[chain] = own.words
        self.marks[chain] = own.marks
        if len(own.terms) > 1:
            self.many[own.words] = own.positions, tuple(own.terms)


class Cutter:
    """Cuts texts into streams. It remembers chains, most of which come again."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._chains: dict[str, _Chains] = {}
        self._marks = lru_cache(1 << 16)(self._marks_of)

    def streams(self, text: str, language: str) -> Streams:
        """Return the streams of a text in a language."""
        own = language if language in OTHERS else ""
        folded = self._analyzer.folded(text, own)
        chains = plain_chains(folded)
        if chains is None:
            return self._cut(tokenize(folded), own)
        known = self._known(chains, own)
        entries = [known.words[chain] for chain in chains]
        positions, terms = len(entries), entries
        if not known.many.keys().isdisjoint(entries):
            terms = []
            for entry in entries:
                if entry in known.many:
                    more, of_entry = known.many[entry]
                    positions += more - 1
                    terms += of_entry
                else:
                    terms.append(entry)
        marks = " ".join([known.marks[chain] for chain in chains])
        return Streams(" ".join(entries), marks, positions, terms)

    def _known(self, chains: Sequence[str], language: str) -> _Chains:
        """Return what is known of the chains of a language, these among them."""
        known = self._chains.get(language)
        if known is None or len(known.words) > _CHAINS_KEPT:
            known = self._chains[language] = _Chains()
        for chain in set(chains).difference(known.words):
            if is_plain_word(chain):
                term, marks = self._marks(term_of(chain), language)
                known.add(chain, Streams(term, marks, 1, [term]))
            else:
                known.add(chain, self._cut(tokens_of_chain(chain), language))
        return known

    def _cut(self, tokens: list[Token], language: str) -> Streams:
        at: dict[int, tuple[list[str], list[str]]] = {}
        for token in tokens:
            term, marks = self._marks(token.term, language)
            words, others = at.setdefault(token.position, ([], []))
            words.append(term)
            others.append(marks)
        entries = [at.get(number, ([GAP], [GAP])) for number in range(max(at, default=-1) + 1)]
        return Streams(
            " ".join([JOINT.join(words) for words, _ in entries]),
            " ".join([JOINT.join(marks) for _, marks in entries]),
            len(at),
            [term for words, _ in at.values() for term in words],
        )

    def _marks_of(self, spelling: str, language: str) -> tuple[str, str]:
        form = self._analyzer.form(spelling, language)
        return clean_mark(form.term), JOINT.join(map(clean_mark, marks_of(form, self._analyzer)))


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
    """Return a term or a mark without what the cluster would cut at or cannot hold."""
    return valid(mark).replace(" ", _MARK)


def term_of_mark(mark: str) -> str:
    """Return the term that `clean_mark` has made a word of."""
    return mark.replace(_MARK, " ")


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
