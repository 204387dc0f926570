"""One piece of a format, repeated thousands of times: a reader takes time for its size, not for the square of it."""

from __future__ import annotations

import random
import time

import pytest
from pieces import ANYWHERE, HEADS, OF_ENDINGS
from trials import trials

from seedsearch.indexing.documents import documents_of
from seedsearch.model import FileState
from seedsearch.signals import alarm

BYTES = 200_000


def seconds(ending: str, piece: str, size: int) -> float:
    """Return the processor seconds that a document of one piece takes."""
    text = HEADS.get(ending, "") + piece * (size // len(piece))
    data = text.encode("utf-8", "surrogatepass")
    begin = time.process_time()
    with alarm(120):
        found = documents_of(FileState(f"x{ending}", len(data), 1, 2, b""), data)
    assert "failed" not in found.reason, (ending, piece, found.reason)
    return time.process_time() - begin


@pytest.mark.parametrize("ending", OF_ENDINGS)
def test_the_time_of_a_reader_grows_with_the_size(ending: str) -> None:
    pieces = list(dict.fromkeys((*OF_ENDINGS[ending], *ANYWHERE)))
    for piece in random.Random(ending).sample(pieces, trials(1, len(pieces))):
        took = seconds(ending, piece, BYTES)
        if took > 1:
            assert took < 9 * seconds(ending, piece, BYTES // 4), (ending, piece, took)
