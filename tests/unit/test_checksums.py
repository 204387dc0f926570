"""Sums of blocks: the processor's own instructions give what zlib gives."""

from __future__ import annotations

import zlib
from array import array
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from seedsearch.core import compiled
from seedsearch.index.segment_file import BLOCK

pytestmark = pytest.mark.skipif(compiled is None, reason="plain Python alone")

pieces = st.one_of(st.binary(max_size=200), st.integers(0, 255).map(lambda byte: bytes([byte])))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pieces, st.integers(1, 2 * BLOCK + 200), st.integers(0, 1 << 20))
@example(b"\0", BLOCK, 0)
@example(b"\xff", BLOCK, 7)
@example(b"\1", 64, 3)
def test_a_flipped_bit_is_found(tmp_path: Path, piece: bytes, size: int, bit: int) -> None:
    data = bytearray((piece or b"\0") * size)[:size]
    blocks = range(0, size, BLOCK)
    sums = array("I", [zlib.crc32(data[at : at + BLOCK]) for at in blocks])
    assert are_whole(tmp_path, data, sums)
    data[bit // 8 % size] ^= 1 << bit % 8
    assert not are_whole(tmp_path, data, sums)


def are_whole(folder: Path, data: bytes, sums: array[int]) -> bool:
    """Whether a reader reads all blocks of a file."""
    path = folder / "file"
    path.write_bytes(data)
    with path.open("rb") as file:
        memory, checked = bytearray(len(data)), bytearray(len(sums))
        reader = compiled.SegmentReader(file.fileno(), memory, checked, sums, zlib.crc32, {})
        found = reader.read(0, len(data))
        assert not found or memory == data
        return found


def test_a_segment_that_is_closed_while_a_sum_is_computed_keeps_its_memory(tmp_path: Path) -> None:
    assert compiled is not None
    path = tmp_path / "a.seg"
    path.write_bytes(b"x" * 100)  # not so many that the processor can sum them
    memory, checked = bytearray(100), bytearray(1)
    sums = zlib.crc32(b"x" * 100).to_bytes(4, "little")

    def closing(data: memoryview) -> int:
        reader.close()
        with pytest.raises(BufferError):
            memory.clear()
        return zlib.crc32(data)

    with path.open("rb") as file:
        reader = compiled.SegmentReader(file.fileno(), memory, checked, sums, closing, {})
        assert not reader.read(0, 100)
