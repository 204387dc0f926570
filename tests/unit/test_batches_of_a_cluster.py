"""What is sent to a cluster, and how much of it waits in memory."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from seedsearch.engine.opensearch import batches
from seedsearch.engine.opensearch.batches import OpenSearchBuilder
from seedsearch.engine.opensearch.vocabulary import Word, words_of
from seedsearch.indexing.documents import documents_of
from seedsearch.model import FileState

FILES = 40


class Collecting:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.documents: list[dict[str, object]] = []

    def bulk(self, index: str, actions: Sequence[bytes]) -> None:
        self.documents += [json.loads(action.splitlines()[1]) for action in actions]

    def words(self) -> list[Word]:
        return words_of(str(own["record"]) for own in self.documents if own["kind"] == "words")

    def passages(self) -> list[object]:
        return [own["body"] for own in self.documents if own["kind"] == "passage"]


def sent() -> tuple[Collecting, int]:
    """Return what is sent of files with words of their own, and the most memory that waited between them."""
    collecting, most = Collecting(), 0
    builder = OpenSearchBuilder(collecting, "own", "1/1")
    for number in range(FILES):
        data = " ".join(["shared", *(f"w{number}x{n}" for n in range(100))]).encode()
        state = FileState(f"/{number}.txt", len(data), 0, 0, bytes(8))
        builder.add(state, documents_of(state, data)[0])
        most = max(most, builder.pending_bytes)
    builder.finish()
    return collecting, most


def test_words_are_sent_before_they_take_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_PART_BYTES", 1000)
    at_once, much = sent()
    monkeypatch.setattr(batches, "_WORDS_BYTES", 100_000)
    in_parts, little = sent()
    assert little < 150_000 < much
    assert in_parts.words() == at_once.words()
    assert Word("shared", FILES, 0, FILES, 0) in in_parts.words()
    assert sorted(map(str, in_parts.passages())) == sorted(map(str, at_once.passages()))
