"""Many texts to term numbers at once, with NumPy: the same terms and positions as `Analyzer.tokens`.

Folded texts are laid end to end as bytes. Where words begin and end, which of them are joined, and where
camelCase humps lie is then found for all texts in a few passes over the bytes. A word of up to 16 letters is
packed into two integers and looked up in a hash table of arrays; longer ones go through a dict.
What is not ASCII after folding is cut out, by white space, and replaced by a mark; those few pieces go
through the tokenizer proper, and are remembered.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from seedsearch.analysis.fold import Folder
from seedsearch.analysis.tokenizer import MAX_TERM, tokenize

Array = npt.NDArray[np.int64]

_MARK = 1  # stands in the bytes for a piece that is not ASCII
_FOREIGN = re.compile("\\S*[^\x00-\x7f]\\S*")

# Letters and digits in lower case, the mark as itself, everything else zero.
_LOWER = bytes(
    ord(chr(b).lower()) if chr(b).isalnum() else (_MARK if b == _MARK else 0) for b in range(128)
) + bytes(128)
_JOINERS = np.zeros(256, np.bool_)
_JOINERS[[ord(c) for c in "-_."]] = True

_CHUNK = 1 << 20  # bytes worked on at once: what fits in the processor's own memory
_PAD = 72  # zero bytes after the last text, so that a word's 16 bytes can always be read
_HASH_1 = np.uint64(0x9E3779B97F4A7C15)
_HASH_2 = np.uint64(0xC2B2AE3D27D4EB4F)
_MASKS = np.array(
    [0] + [(1 << (8 * n)) - 1 for n in range(1, 9)] + [(1 << 64) - 1] * (MAX_TERM - 7), np.uint64
)


class Occurrences(NamedTuple):
    """Every occurrence of a term, in the order of the texts; three arrays of one length.

    `term` numbers a term of `Vocabulary.terms`, `text` a text as given (0-based), `position` is the position in
    that text. `lengths` has the number of positions of each text.
    """

    term: npt.NDArray[np.int32]
    text: npt.NDArray[np.int32]
    position: npt.NDArray[np.int32]
    lengths: Array


class Vocabulary:
    """Numbers for terms, in the order in which they are first met.

    Words looked up in bulk and terms looked up one by one are numbered apart, so a term may have two numbers.
    """

    def __init__(self, bits: int = 16) -> None:
        self._others: dict[bytes, int] = {}
        self._terms: list[bytes] = []
        self._bits = bits
        self._allocate()

    def __len__(self) -> int:
        return len(self._terms)

    def encoded(self) -> list[bytes]:
        """The terms by number, in UTF-8: the list itself, not to be changed."""
        return self._terms

    def terms(self) -> list[str]:
        """The terms by number; the same term may stand in two places."""
        return [term.decode("utf-8", "surrogatepass") for term in self._terms]

    def number(self, term: bytes) -> int:
        """The number of one term. It may have another one from `numbers`: the two stay apart."""
        found = self._others.get(term)
        if found is None:
            found = self._others[term] = len(self._terms)
            self._terms.append(term)
        return found

    def numbers(
        self, low: npt.NDArray[np.uint64], high: npt.NDArray[np.uint64]
    ) -> npt.NDArray[np.int32]:
        """The numbers of terms of up to 16 bytes, given as their first and second 8 bytes."""
        slot = self._slots(low, high)
        result = np.empty(len(low), np.int32)
        pending: Array | None = None  # indices of the words still looked for; None is all of them
        while True:
            kept_low = self._low[slot]
            hit = (kept_low == low) & (self._high[slot] == high)
            if pending is None:
                result = self._number[slot]
                pending = np.flatnonzero(~hit)
            else:
                result[pending[hit]] = self._number[slot[hit]]
                pending = pending[~hit]
            if not len(pending):
                return result
            slot, low, high, kept_low = slot[~hit], low[~hit], high[~hit], kept_low[~hit]
            free = kept_low == 0
            if self._full():
                self._grow()
                slot = self._slots(low, high)
                continue
            if free.any():
                self._claim(slot[free], low[free], high[free])
            # A word that found its slot free looks there again: it, or one with its hash, has it now.
            slot = np.where(free, slot, (slot + 1) & self._mask)

    def _claim(
        self, slot: Array, low: npt.NDArray[np.uint64], high: npt.NDArray[np.uint64]
    ) -> None:
        """Give each free slot to one of the words that want it, and number the winners."""
        slot, first = np.unique(slot, return_index=True)
        low, high = low[first], high[first]
        self._low[slot], self._high[slot] = low, high
        start = len(self._terms)
        self._number[slot] = np.arange(start, start + len(slot), dtype=np.int32)
        packed = np.stack([low, high], axis=1).tobytes()
        self._terms.extend(packed[i : i + 16].rstrip(b"\0") for i in range(0, len(packed), 16))
        self._used += len(slot)

    def _slots(self, low: npt.NDArray[np.uint64], high: npt.NDArray[np.uint64]) -> Array:
        mixed = (low * _HASH_1) ^ (high * _HASH_2)
        mixed ^= mixed >> np.uint64(29)
        mixed *= _HASH_2
        return (mixed >> np.uint64(64 - self._bits)).view(np.int64)

    def _allocate(self) -> None:
        size = 1 << self._bits
        self._mask = size - 1
        self._low = np.zeros(size, np.uint64)
        self._high = np.zeros(size, np.uint64)
        self._number = np.zeros(size, np.int32)
        self._used = 0

    def _full(self) -> bool:
        return self._used * 3 > self._mask

    def _grow(self) -> None:
        taken = np.flatnonzero(self._low)
        low, high, number = self._low[taken], self._high[taken], self._number[taken]
        self._bits += 2
        self._allocate()
        self._used = len(taken)
        slot = self._slots(low, high)
        while len(slot):
            free = self._low[slot] == 0
            chosen, first = np.unique(slot[free], return_index=True)
            winners = np.flatnonzero(free)[first]
            self._low[chosen], self._high[chosen] = low[winners], high[winners]
            self._number[chosen] = number[winners]
            rest = np.ones(len(slot), np.bool_)
            rest[winners] = False
            slot, low, high, number = slot[rest], low[rest], high[rest], number[rest]
            slot = np.where(self._low[slot] == 0, slot, (slot + 1) & self._mask)


class BulkAnalyzer:
    """Analyses texts in bulk; keeps its vocabulary, and what it folded, from call to call."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self._fold = Folder().fold
        self._pieces: dict[str, tuple[int, tuple[tuple[int, int], ...]]] = {}

    def analyse(self, texts: list[str]) -> Occurrences:
        """Every occurrence of a term in the texts."""
        prepared, foreign = self._prepare(texts)
        parts: list[tuple[npt.NDArray[np.int32], Array, Array, Array]] = []
        first = 0
        while first < len(prepared):
            last, size = first, 0
            while last < len(prepared) and (size < _CHUNK or last == first):
                size += len(prepared[last]) + 1
                last += 1
            term, text, position, lengths = self._chunk(prepared[first:last], foreign)
            parts.append((term, text + first, position, lengths))
            first = last
        if not parts:
            none = np.empty(0, np.int32)
            return Occurrences(none, none, none, np.empty(0, np.int64))
        term, text, position, lengths = (
            np.concatenate(column) for column in zip(*parts, strict=True)
        )
        return Occurrences(term, text.astype(np.int32), position.astype(np.int32), lengths)

    # ------------------------------------------------------------------ what is not ASCII

    def _prepare(self, texts: list[str]) -> tuple[list[str], list[str]]:
        """ASCII texts with marks, and the pieces that the marks stand for, in their order."""
        prepared: list[str] = []
        foreign: list[str] = []

        def cut(match: re.Match[str]) -> str:
            foreign.append(match[0])
            return "\x01"

        fold = self._fold
        for text in texts:
            if "\x01" in text:
                text = text.replace("\x01", " ")
            if not text.isascii():
                text = fold(text)
                if not text.isascii():
                    text = _FOREIGN.sub(cut, text)
            prepared.append(text)
        foreign.reverse()  # taken from the end, as the marks are met
        return prepared, foreign

    def _piece(self, piece: str) -> tuple[int, tuple[tuple[int, int], ...]]:
        """How many positions a piece takes, and its (term, position) pairs."""
        known = self._pieces.get(piece)
        if known is None:
            tokens = tokenize(piece)
            number = self.vocabulary.number
            pairs = tuple(
                (number(t.term.encode("utf-8", "surrogatepass")), t.position) for t in tokens
            )
            known = (tokens[-1].position + 1 if tokens else 0, pairs)
            if len(self._pieces) > 200_000:
                self._pieces.clear()
            if len(piece) <= 64:
                self._pieces[piece] = known
        return known

    # ------------------------------------------------------------------ what is

    def _chunk(
        self, texts: list[str], foreign: list[str]
    ) -> tuple[npt.NDArray[np.int32], Array, Array, Array]:
        raw = ("\n" + "\n".join(texts)).encode("ascii") + bytes(_PAD)
        lowered = raw.translate(_LOWER)
        low = np.frombuffer(lowered, np.uint8)
        text_starts = np.zeros(len(texts), np.int64)
        np.cumsum([len(text) + 1 for text in texts[:-1]], out=text_starts[1:])
        text_starts += 1

        starts, ends = _words(raw, low)
        gaps = starts[1:] - ends[:-1]
        joined = np.flatnonzero(gaps <= 1)
        if len(joined):
            source = np.frombuffer(raw, np.uint8)
            at = ends[joined]
            # A hump leaves no gap; a gap of one is a compound only if a joiner fills it.
            joined = joined[(gaps[joined] == 0) | _JOINERS[source[at]]]

        term = self._number_words(lowered, starts, ends)
        marks = np.flatnonzero(low[starts] == _MARK) if foreign else np.empty(0, np.int64)
        if len(marks):
            # A mark may touch another only through white space, so that it is a word by itself.
            return self._with_foreign(
                lowered, text_starts, starts, ends, term, joined, marks, foreign
            )
        return self._assemble(lowered, text_starts, starts, ends, term, joined, None, [])

    def _with_foreign(
        self,
        lowered: bytes,
        text_starts: Array,
        starts: Array,
        ends: Array,
        term: npt.NDArray[np.int32],
        joined: Array,
        marks: Array,
        foreign: list[str],
    ) -> tuple[npt.NDArray[np.int32], Array, Array, Array]:
        steps = np.ones(len(starts), np.int64)
        extra: list[tuple[int, int, int]] = []
        for mark in marks.tolist():
            width, pairs = self._piece(foreign.pop())
            steps[mark] = width
            extra.extend((number, mark, position) for number, position in pairs)
        return self._assemble(lowered, text_starts, starts, ends, term, joined, steps, extra)

    def _assemble(
        self,
        lowered: bytes,
        text_starts: Array,
        starts: Array,
        ends: Array,
        term: npt.NDArray[np.int32],
        joined: Array,
        steps: Array | None,
        extra: list[tuple[int, int, int]],
    ) -> tuple[npt.NDArray[np.int32], Array, Array, Array]:
        """Positions for all words; wholes of compounds and foreign terms put among them."""
        count = len(starts)
        bounds = np.append(np.searchsorted(starts, text_starts), count)
        text = np.repeat(np.arange(len(text_starts)), np.diff(bounds))
        if steps is None:
            lengths = np.diff(bounds)
            position = np.arange(count) - bounds[:-1][text]
        else:
            totals = np.concatenate([[0], np.cumsum(steps)])
            lengths = np.diff(totals[bounds])
            position = totals[:-1] - totals[bounds[:-1]][text]
        wholes = self._wholes(lowered, starts, ends, joined) if len(joined) else []
        if not wholes and steps is None:
            return term, text, position, lengths
        added = np.array(
            [(number, text[word], position[word] + shift) for number, word, shift in extra]
            + [(number, text[word], position[word]) for number, word in wholes],
            np.int64,
        ).reshape(-1, 3)
        own = slice(None) if steps is None else term >= 0
        return (
            np.concatenate([term[own], added[:, 0].astype(np.int32)]),
            np.concatenate([text[own], added[:, 1]]),
            np.concatenate([position[own], added[:, 2]]),
            lengths,
        )

    def _number_words(self, lowered: bytes, starts: Array, ends: Array) -> npt.NDArray[np.int32]:
        """A number for each word; -1 for a mark."""
        # Eight bytes from anywhere: an array whose items overlap, each one byte after the last.
        words = np.ndarray((len(lowered) - 8,), np.dtype("<u8"), lowered, strides=(1,))
        sizes = np.minimum(ends - starts, MAX_TERM)
        low = words[starts] & _MASKS[sizes]
        high = words[starts + 8] & _MASKS[np.maximum(sizes - 8, 0)]
        special = np.flatnonzero((sizes > 16) | (low == _MARK))
        if not len(special):
            return self.vocabulary.numbers(low, high)
        numbers = np.full(len(starts), -1, np.int32)
        plain = np.ones(len(starts), np.bool_)
        plain[special] = False
        numbers[plain] = self.vocabulary.numbers(low[plain], high[plain])
        number = self.vocabulary.number
        for i in special.tolist():
            size = int(sizes[i])
            if size > 16:
                start = int(starts[i])
                numbers[i] = number(lowered[start : start + size])
        return numbers

    def _wholes(
        self, lowered: bytes, starts: Array, ends: Array, joined: Array
    ) -> list[tuple[int, int]]:
        """(term, first word) of every compound that has a whole. `joined` holds the words i that are
        one with word i + 1, ascending."""
        breaks = np.flatnonzero(np.diff(joined) > 1)
        firsts = joined[np.concatenate([[0], breaks + 1])]
        lasts = joined[np.concatenate([breaks, [len(joined) - 1]])] + 1
        wholes: list[tuple[int, int]] = []
        number = self.vocabulary.number
        known: dict[bytes, int] = {}
        for first, start, end in zip(
            firsts.tolist(), starts[firsts].tolist(), ends[lasts].tolist(), strict=True
        ):
            whole = lowered[start:end].replace(b"\0", b"")
            if len(whole) <= MAX_TERM and not whole.isdigit():
                term = known.get(whole)
                if term is None:
                    term = known[whole] = number(whole)
                wholes.append((term, first))
        return wholes


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
