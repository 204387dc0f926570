"""Many texts to term numbers at once, with NumPy: the same terms and positions as `Analyzer.tokens`.

Folded texts are laid end to end as bytes. Where words begin and end, which of them are joined, and where
camelCase humps lie is then found for all texts in a few passes over the bytes. A word of up to 16 letters is
packed into one or two integers and looked up in a hash table of arrays; longer ones go through a dict.
What is not ASCII after folding comes as marks (`prepare.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, repeat

import numpy as np
import numpy.typing as npt

from seedsearch.analysis.prepare import MARK, Piece, Pieces, prepare
from seedsearch.analysis.tokenizer import MAX_TERM
from seedsearch.record import NamedTuple

Array = npt.NDArray[np.int64]

# Letters and digits in lower case, the mark as itself, everything else zero.
_LOWER = bytes(
    ord(chr(b).lower()) if chr(b).isalnum() else (MARK if b == MARK else 0) for b in range(128)
) + bytes(128)
_JOINERS = np.zeros(256, np.bool_)
_JOINERS[[ord(c) for c in "-_."]] = True

_CHUNK = 1 << 19  # bytes worked on at once: what fits in the processor's own memory
_PAD = 72  # zero bytes after the last text, so that a word's 16 bytes can always be read
_HASH_1 = np.uint64(0x9E3779B97F4A7C15)
_HASH_2 = np.uint64(0xC2B2AE3D27D4EB4F)
_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(9)], np.uint64)

Words = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int32]


class Occurrences(NamedTuple):
    """Every occurrence of a term, in the order of the texts; three arrays of one length.

    `term` numbers a term of `Vocabulary.terms`, `text` a text as given (0-based), `position` is the position in
    that text. `lengths` has the number of positions of each text.
    """

    term: Numbers
    text: Numbers
    position: Numbers
    lengths: Array


class Table:
    """A hash table from words of `width` integers to numbers, with open addressing.

    A number is a place in `terms`, which new words are added to. No word's first integer is zero.
    """

    def __init__(self, width: int, bits: int, terms: list[bytes]) -> None:
        self._width = width
        self._terms = terms
        self._bits = bits
        self._allocate()

    def numbers(self, words: tuple[Words, ...]) -> Numbers:
        """The number of each word, given as `width` arrays."""
        slot = self._slots(words)
        result = self._number.take(slot)
        missed = np.flatnonzero(~self._hits(slot, words))
        slot, words = slot[missed], tuple(part[missed] for part in words)
        while len(missed):
            if self._used * 3 > self._mask:
                self._grow()
                slot = self._slots(words)
            free = self._keys[0][slot] == 0
            self._claim(slot[free], tuple(part[free] for part in words))
            # A word that found its slot free looks there again: it, or one with its hash, has it now.
            slot = np.where(free, slot, (slot + 1) & self._mask)
            hit = self._hits(slot, words)
            result[missed[hit]] = self._number[slot[hit]]
            rest = ~hit
            slot, missed, words = slot[rest], missed[rest], tuple(part[rest] for part in words)
        return result

    def _hits(self, slot: Array, words: tuple[Words, ...]) -> npt.NDArray[np.bool_]:
        hit: npt.NDArray[np.bool_] = self._keys[0].take(slot) == words[0]
        for key, part in zip(self._keys[1:], words[1:], strict=True):
            hit &= key.take(slot) == part
        return hit

    def _claim(self, slot: Array, words: tuple[Words, ...]) -> None:
        """Give each free slot to one of the words that want it, and number the winners."""
        slot, first = _first_of_each(slot)
        for key, part in zip(self._keys, words, strict=True):
            key[slot] = part[first]
        start = len(self._terms)
        self._number[slot] = np.arange(start, start + len(slot), dtype=np.int32)
        packed = np.stack([part[first] for part in words], axis=1)
        self._terms.extend(packed.view(f"S{8 * self._width}")[:, 0].tolist())
        self._used += len(slot)

    def _slots(self, words: tuple[Words, ...]) -> Array:
        mixed = words[0] * _HASH_1
        if self._width > 1:
            mixed ^= words[1] * _HASH_2
            mixed ^= mixed >> np.uint64(29)
            mixed *= _HASH_2
        mixed >>= np.uint64(64 - self._bits)
        return mixed.view(np.int64)

    def _allocate(self) -> None:
        size = 1 << self._bits
        self._mask = size - 1
        self._keys = tuple(np.zeros(size, np.uint64) for _ in range(self._width))
        self._number = np.zeros(size, np.int32)
        self._used = 0

    def _grow(self) -> None:
        taken = np.flatnonzero(self._keys[0])
        words = tuple(key[taken] for key in self._keys)
        number = self._number[taken]
        self._bits += 2
        self._allocate()
        self._used = len(taken)
        slot = self._slots(words)
        while len(slot):
            free = np.flatnonzero(self._keys[0][slot] == 0)
            chosen, first = _first_of_each(slot[free])
            winners = free[first]
            for key, part in zip(self._keys, words, strict=True):
                key[chosen] = part[winners]
            self._number[chosen] = number[winners]
            rest = np.ones(len(slot), np.bool_)
            rest[winners] = False
            slot, number, words = slot[rest], number[rest], tuple(part[rest] for part in words)
            slot = np.where(self._keys[0][slot] == 0, slot, (slot + 1) & self._mask)


def _first_of_each(values: Array) -> tuple[Array, Array]:
    """The distinct values, ascending, and where each of them first stands."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    new = np.ones(len(values), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return ordered[new], order[new]


class Vocabulary:
    """Numbers for terms, in the order in which they are first met.

    Words looked up in bulk and terms looked up one by one are numbered apart, so a term may have two numbers.
    """

    def __init__(self, bits: int = 16) -> None:
        self._others: dict[bytes, int] = {}
        self._terms: list[bytes] = []
        self.short = Table(1, bits, self._terms)
        """Words of up to 8 bytes."""
        self.long = Table(2, bits, self._terms)
        """Words of 9 to 16 bytes."""

    def __len__(self) -> int:
        return len(self._terms)

    def encoded(self) -> list[bytes]:
        """The terms by number, in UTF-8: the list itself, not to be changed."""
        return self._terms

    def terms(self) -> list[str]:
        """The terms by number; the same term may stand in two places."""
        return [term.decode("utf-8", "surrogatepass") for term in self._terms]

    def number(self, term: bytes) -> int:
        """The number of one term, whatever its length."""
        found = self._others.get(term)
        if found is None:
            found = self._others[term] = len(self._terms)
            self._terms.append(term)
        return found


class BulkAnalyzer:
    """Analyses texts in bulk; keeps its vocabulary, and what it folded, from call to call."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self._compounds: dict[bytes, int] = {}
        self._pieces = Pieces()

    def analyse(self, texts: list[str]) -> Occurrences:
        """Every occurrence of a term in the texts."""
        prepared, foreign = prepare(texts)
        marked = bool(foreign)
        pieces = map(self._pieces.of, foreign, repeat(self.vocabulary.number))
        parts: list[tuple[Numbers, Array, Array, Array]] = []
        first = 0
        while first < len(prepared):
            last, size = first, 0
            while last < len(prepared) and (size < _CHUNK or last == first):
                size += len(prepared[last]) + 1
                last += 1
            term, text, position, lengths = self._chunk(prepared[first:last], marked, pieces)
            parts.append((term, text + first, position, lengths))
            first = last
        if not parts:
            none = np.empty(0, np.int32)
            return Occurrences(none, none, none, np.empty(0, np.int64))
        term, text, position, lengths = (
            np.concatenate(column) for column in zip(*parts, strict=True)
        )
        return Occurrences(term, text.astype(np.int32), position.astype(np.int32), lengths)

    def _chunk(
        self, texts: list[bytes], marked: bool, coming: Iterator[Piece]
    ) -> tuple[Numbers, Array, Array, Array]:
        raw = b"\n" + b"\n".join(texts) + bytes(_PAD)
        lowered = raw.translate(_LOWER)
        starts, ends = _words(raw, np.frombuffer(lowered, np.uint8))
        term = self._number_words(lowered, starts, ends)
        wholes, whole_terms = self._wholes(raw, lowered, starts, ends)

        text_starts = np.cumsum([1, *(len(text) + 1 for text in texts[:-1])])
        bounds = np.append(np.searchsorted(starts, text_starts), len(starts))
        sizes = np.diff(bounds)
        text = np.repeat(np.arange(len(texts), dtype=np.int32), sizes)
        marks = np.flatnonzero(term < 0) if marked else wholes[:0]
        if not len(marks):
            position = np.arange(len(starts), dtype=np.int32)
            position -= np.repeat(bounds[:-1].astype(np.int32), sizes)
            return (
                np.concatenate([term, whole_terms]),
                np.concatenate([text, text[wholes]]),
                np.concatenate([position, position[wholes]]),
                sizes,
            )
        # A mark takes as many positions as the piece that it stands for.
        steps = np.ones(len(starts), np.int32)
        pieces = list(islice(coming, len(marks)))
        steps[marks] = [width for width, _, _ in pieces]
        totals = np.concatenate([[0], np.cumsum(steps)])
        position = (totals[:-1] - np.repeat(totals[bounds[:-1]], sizes)).astype(np.int32)
        at = np.repeat(marks, [len(terms) // 4 for _, terms, _ in pieces])
        own_term = np.frombuffer(b"".join([terms for _, terms, _ in pieces]), np.int32)
        own_place = np.frombuffer(b"".join([places for _, _, places in pieces]), np.int32)
        plain = np.flatnonzero(term >= 0)
        return (
            np.concatenate([term[plain], whole_terms, own_term]),
            np.concatenate([text[plain], text[wholes], text[at]]),
            np.concatenate([position[plain], position[wholes], position[at] + own_place]),
            np.diff(totals[bounds]),
        )

    def _number_words(self, lowered: bytes, starts: Array, ends: Array) -> Numbers:
        """A number for each word; -1 for a mark."""
        # Eight bytes from anywhere: an array whose items overlap, each one byte after the last.
        words = np.ndarray((len(lowered) - 8,), np.dtype("<u8"), lowered, strides=(1,))
        sizes = ends - starts
        numbers = np.empty(len(starts), np.int32)
        is_short = sizes <= 8
        short = np.flatnonzero(is_short)
        low = words[starts[short]]
        low &= _MASKS.take(sizes[short])
        numbers[short] = self.vocabulary.short.numbers((low,))
        numbers[short[low == MARK]] = -1
        rest = np.flatnonzero(~is_short)
        long = rest[sizes[rest] <= 16]
        at = starts[long]
        high = words[at + 8]
        high &= _MASKS.take(sizes[long] - 8)
        numbers[long] = self.vocabulary.long.numbers((words[at], high))
        number = self.vocabulary.number
        for i in rest[sizes[rest] > 16].tolist():
            start = int(starts[i])
            numbers[i] = number(lowered[start : min(int(ends[i]), start + MAX_TERM)])
        return numbers

    def _wholes(
        self, raw: bytes, lowered: bytes, starts: Array, ends: Array
    ) -> tuple[Array, Numbers]:
        """Every compound that has a whole: its first word, and the whole's number."""
        gaps = starts[1:] - ends[:-1]
        joined = np.flatnonzero(gaps <= 1)
        # A hump leaves no gap; a gap of one is a compound only if a joiner fills it.
        fill = np.frombuffer(raw, np.uint8)[ends[joined]]
        joined = joined[_JOINERS.take(fill) | (gaps[joined] == 0)]
        if not len(joined):
            return joined, np.empty(0, np.int32)
        breaks = np.flatnonzero(np.diff(joined) > 1)
        firsts = joined[np.concatenate([[0], breaks + 1])]
        lasts = joined[np.concatenate([breaks, [len(joined) - 1]])] + 1
        known = self._compounds
        numbers: list[int] = []
        for start, end in zip(starts[firsts].tolist(), ends[lasts].tolist(), strict=True):
            compound = lowered[start:end]
            number = known.get(compound)
            numbers.append(self._whole(compound) if number is None else number)
        terms = np.array(numbers, np.int32)
        kept = np.flatnonzero(terms >= 0)
        return firsts[kept], terms[kept]

    def _whole(self, compound: bytes) -> int:
        """The number of a compound's whole; -1 if it has none."""
        whole = compound.replace(b"\0", b"")
        number = -1
        if len(whole) <= MAX_TERM and not whole.isdigit():
            number = self.vocabulary.number(whole)
        if len(self._compounds) > 200_000:
            self._compounds.clear()
        if len(compound) <= 2 * MAX_TERM:
            self._compounds[compound] = number
        return number


def _words(raw: bytes, low: npt.NDArray[np.uint8]) -> tuple[Array, Array]:
    """Where words start and end. A hump of camelCase ends one and starts the next."""
    inside = low != 0
    source = np.frombuffer(raw, np.uint8)
    upper = (source >= 65) & (source <= 90)
    lower = source >= 97  # also a few signs, but those are not inside words
    hump = lower[:-3] & inside[:-3]
    hump |= upper[:-3] & lower[2:-1] & inside[2:-1] & lower[3:] & inside[3:]
    hump &= upper[1:-2]
    edge = inside[1:] ^ inside[:-1]
    humps = np.flatnonzero(hump)
    if not len(humps):
        edges = np.flatnonzero(edge) + 1
        return edges[0::2], edges[1::2]
    starts, ends = edge & inside[1:], edge & inside[:-1]
    starts[humps] = True
    ends[humps] = True
    return np.flatnonzero(starts) + 1, np.flatnonzero(ends) + 1
