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
from seedsearch.analysis.stemming import AS_SPELT, MARK, Stems
from seedsearch.core import compiled
from seedsearch.engine.opensearch.vocabulary import Counts, Vocabulary
from seedsearch.record import NamedTuple, Protocol

JOINT = "\x01"
GAP = "_"
_MARK = "\x02"  # instead of MARK, at which the cluster would cut
_SURROGATES = re.compile("[\ud800-\udfff]")
_TERM_BYTES = 250  # of memory for a term that is new to a batch, at most when the words are sent


class Streams(NamedTuple):
    """The two streams of a text, and the number of its positions with words."""

    words: str
    marks: str
    positions: int


class Texts(NamedTuple):
    """What is cut of a passage: its text and its title, both in a language."""

    body: str
    title: str
    language: str


class Cutter(Protocol):
    """Cuts passages into streams, and counts their words."""

    def cut(self, passages: Sequence[Texts]) -> list[tuple[Streams, Streams]]:
        """Return the streams of the text and of the title of each passage."""

    @property
    def memory(self) -> int:
        """Return roughly how many bytes of memory the words take."""

    def vocabulary(self) -> Vocabulary:
        """Return the words of all passages."""


def new_cutter() -> Cutter:
    """Return a Cutter: the core's, if it is there."""
    return CoreCutter() if compiled is not None else PlainCutter()


class PlainCutter:
    """Cuts texts in plain Python. It specifies what the core does."""

    def __init__(self) -> None:
        self._analyzer = Analyzer()
        self._marks = lru_cache(1 << 16)(lambda form: _named(form, self._analyzer))
        self._vocabulary = Vocabulary()

    def cut(self, passages: Sequence[Texts]) -> list[tuple[Streams, Streams]]:
        """See Cutter."""
        found = []
        for body, title, language in passages:
            both = self._streams(body, language), self._streams(title, language)
            words = [list(terms_in(each.words)) for each in both]
            self._vocabulary.add(language, *words)
            found.append(both)
        return found

    def _streams(self, text: str, language: str) -> Streams:
        at: dict[int, tuple[list[str], list[str]]] = {}
        for form, token in self._analyzer.forms(text, language):
            for entry, name in zip(
                at.setdefault(token.position, ([], [])), self._marks(form), strict=True
            ):
                entry.append(name)
        entries = [at.get(number, ([GAP], [GAP])) for number in range(max(at, default=-1) + 1)]
        words, marks = (" ".join([JOINT.join(own[kind]) for own in entries]) for kind in (0, 1))
        return Streams(words, marks, len(at))

    @property
    def memory(self) -> int:
        """See Cutter."""
        return _TERM_BYTES * len(self._vocabulary)

    def vocabulary(self) -> Vocabulary:
        """See Cutter."""
        return self._vocabulary


class CoreCutter:
    """Cuts texts by the core (core/c/cluster_streams.c)."""

    def __init__(self) -> None:
        from seedsearch.index.core_inversion import (  # not for queries
            new_inverter,
            number_of_language,
        )

        self._inverter = new_inverter()
        self._number_of = number_of_language
        self._analyzer, self._stems = Analyzer(), Stems()
        self._terms = 0
        self._numbers: dict[tuple[str, str], int] = {}  # of the words that several terms may be

    def cut(self, passages: Sequence[Texts]) -> list[tuple[Streams, Streams]]:
        """See Cutter."""
        for number, (body, title, language) in enumerate(passages):
            of = self._number_of(language)
            self._inverter.add_title(body, of, 2 * number)
            self._inverter.add_title(title, of, 2 * number + 1)
        streams = [Streams(*own) for own in self._inverter.streams(*self._new_names())]
        return list(zip(streams[::2], streams[1::2], strict=True))

    def _new_names(self) -> tuple[list[bytes], list[bytes], list[int]]:
        """Return the words and marks of the terms that are new, and the numbers of the first terms that are these."""
        terms = self._inverter.new_terms()
        words, marks, numbers = list(terms), self._stems.stem_encoded(terms), []
        for at, (term, stem) in enumerate(zip(terms, marks, strict=True)):
            number = self._terms + at
            if not term.isalnum():  # else ASCII, of no language with stems of its own
                text, language = _word_of(term)
                named = _named(Form(text, stem.decode("utf-8", "surrogatepass")), self._analyzer)
                words[at], marks[at] = (name.encode() for name in named)
                number = self._numbers.setdefault((named[0], language), number)
            numbers.append(number)
        self._terms += len(terms)
        return words, marks, numbers

    @property
    def memory(self) -> int:
        """See Cutter."""
        return _TERM_BYTES * self._terms

    def vocabulary(self) -> Vocabulary:
        """See Cutter."""
        found, plain = Vocabulary(), dict[str, Counts]()
        all_counts, same = self._inverter.word_counts(), dict[Counts, Counts]()
        while all_counts:  # taken out of the list, and most counts kept once: for memory
            term, *counts = all_counts.pop()
            own = tuple(counts)
            own = same.setdefault(own, own)
            if term.isalnum():  # as in `_new_names`: a word as it is
                plain[term.decode()] = own
            else:
                word, language = _word_of(term)
                found.count(language, clean_mark(word), own)
        found.count_all("", plain)
        return found


def _word_of(term: bytes) -> tuple[str, str]:
    """Return the word that a term of the core is, and the language that stems it in its own way, or ""."""
    text, _, language = term.decode("utf-8", "surrogatepass").partition(MARK.decode())
    return text, language[:2]


def _named(form: Form, analyzer: Analyzer) -> tuple[str, str]:
    """Return what a form is in the two streams."""
    return clean_mark(form.term), JOINT.join(map(clean_mark, marks_of(form, analyzer)))


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


def valid(text: str) -> str:
    """Return a text without lone surrogates, which JSON and the cluster cannot hold."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def terms_in(stream: str) -> Iterator[str]:
    """Yield the terms of a stream of words, as often as they are there."""
    for entry in stream.split(" "):
        if JOINT in entry:
            yield from entry.split(JOINT)
        elif entry and entry != GAP:
            yield entry
