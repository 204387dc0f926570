"""The hash of terms takes every byte and a random seed, so that look-ups stay short for any terms."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import product

import pytest

_core = pytest.importorskip("seedsearch.core._core")

LETTERS = b"0123456789abcdefghijklmnopqrstuvwxyz"
COUNT = 1_200  # of 1,296 pairs of letters

# core/c/memory.h, `hash_of`, for terms of eight bytes.
_MASK = (1 << 64) - 1
_FACTOR = 0xC2B2AE3D27D4EB4F
_BACK = pow(_FACTOR, -1, 1 << 64)
_OF_SIZE = 8 * 0x9E3779B97F4A7C15 & _MASK


def seconds(terms: Sequence[bytes]) -> float:
    """Return the lowest time of some trials to number these terms repeatedly."""
    inverter = _core.Inverter(None, None, None, (), ())
    for term in terms:
        inverter.number(term)
    number, least = inverter.number, float("inf")
    for _ in range(7):
        start = time.process_time()
        for term in terms:
            number(term)
        least = min(least, time.process_time() - start)
    return least


def ordinary(size: int) -> list[bytes]:
    """Return terms with little in common."""
    return [(b"%d" % (n * 7_919_191)).rjust(8, b"x")[:8] + b"y" * (size - 8) for n in range(COUNT)]


@pytest.mark.parametrize("size", [8, 16, 24])
def test_terms_that_differ_in_two_bytes(size: int) -> None:
    """As in part numbers and dates, with the two bytes at any place."""
    usual = seconds(ordinary(size))
    for at in {0, 3, size - 2}:
        terms = []
        for pair in list(product(LETTERS, LETTERS))[:COUNT]:
            term = bytearray(b"part-0-number-of-the-kind"[:size])
            term[at : at + 2] = bytes(pair)
            terms.append(bytes(term))
        assert seconds(terms) < 4 * usual, at


def with_one_slot(seed: int) -> Iterator[bytes]:
    """Return terms of eight bytes whose hashes, with this seed, share the lowest 24 bits."""
    for n in range(1, COUNT + 1):
        mixed = n << 32
        mixed = (mixed ^ mixed >> 32) * _BACK & _MASK
        mixed = (mixed ^ mixed >> 32) * _BACK & _MASK
        yield (mixed ^ _OF_SIZE ^ seed).to_bytes(8, "little")


def test_a_document_cannot_be_written_so_that_all_its_terms_share_a_slot() -> None:
    """Such terms need the seed. With the seed they exist, which shows that it is used."""
    seed = hash("seedsearch") & _MASK
    known, unknown = list(with_one_slot(seed)), list(with_one_slot(seed ^ 0x5EED))
    assert seconds(known) > 4 * seconds(ordinary(8))
    assert seconds(unknown) < 4 * seconds(ordinary(8))
