"""Send batches to a cluster: files, passages, and the words of the passages."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Thread
from typing import Any

from seedsearch.engine.base import Added, with_text
from seedsearch.engine.opensearch.client import Address, Client, chunks
from seedsearch.engine.opensearch.json_lines import encoded
from seedsearch.engine.opensearch.mapping import Encoder, file_document, passages_of
from seedsearch.engine.opensearch.streams import new_cutter
from seedsearch.model import FileState
from seedsearch.record import Protocol

_PASSAGES = 500  # cut at once
_PART_BYTES = 1 << 20  # of one bulk request
_WORDS_BYTES = 16 << 20  # of memory for words, which are then sent; readers sum their counts
_SENDERS = 2  # requests at the same time, so that the cluster has work while the next is made


class _Sending:
    """A bulk request in a thread of its own."""

    def __init__(self, send: Callable[[], None]) -> None:
        self._send = send
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._send()
        except BaseException as error:  # raised again by `wait`
            self._error = error

    def wait(self) -> None:
        """Wait until it is acknowledged. Raise what it raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error


class Sender(Protocol):
    """What sends bulk requests: a Client."""

    def bulk(self, index: str, actions: Sequence[bytes]) -> None:
        """Send actions until all are acknowledged."""


class Batch:
    """Documents that become visible together, with the commit that names the batch."""

    def __init__(self, sender: Sender, index: str, part: str) -> None:
        self.id = uuid.uuid4().hex[:16]
        self._sender = sender
        self._index = index
        self._common = {"part": part, "batch": self.id}
        self._waiting: list[bytes] = []
        self._bytes = 0
        self._count = 0
        self._sending: deque[_Sending] = deque()

    def put(self, document: Mapping[str, Any]) -> None:
        """Add a document."""
        self._count += 1
        action = action_of(
            f"{self.id}-{self._count}", {**document, **self._common, "number": self._count}
        )
        self._waiting.append(action)
        self._bytes += len(action)
        if self._bytes >= _PART_BYTES:
            self._send()

    def _send(self) -> None:
        if len(self._sending) >= _SENDERS:
            self._sending.popleft().wait()
        actions, self._waiting, self._bytes = self._waiting, [], 0
        self._sending.append(_Sending(lambda: self._sender.bulk(self._index, actions)))

    @property
    def memory(self) -> int:
        """Return roughly how many bytes of memory it takes."""
        return 2 * (self._bytes + _PART_BYTES * len(self._sending))

    def end(self) -> None:
        """Send what is left, and wait until everything is acknowledged."""
        if self._waiting:
            self._send()
        while self._sending:
            self._sending.popleft().wait()


def builder_at(address: Address, index: str, part: str) -> OpenSearchBuilder:
    """Return a builder with a connection of its own."""
    return OpenSearchBuilder(Client(address), index, part)


class OpenSearchBuilder:
    """Sends files to the cluster while they are added."""

    def __init__(self, sender: Sender, index: str, part: str) -> None:
        self._batch = Batch(sender, index, part)
        self._begin_words()
        self._documents = 0

    def _begin_words(self) -> None:
        self._cutter = new_cutter()
        self._encoder = Encoder(self._cutter)

    def _send_words(self) -> None:
        vocabulary = self._cutter.vocabulary()
        self._begin_words()  # the memory is needed twice otherwise
        for block in vocabulary.blocks():
            self._batch.put(block)

    def add(self, state: FileState, documents: Sequence[Added], *, place: int = 0) -> None:
        """See engine.base."""
        self._batch.put(file_document(state))
        for number, item in enumerate(map(with_text, documents), place):
            self._documents += 1
            key = f"{self._batch.id}-{self._documents}"
            for some in chunks(passages_of(item, number, key), _PASSAGES):
                for document in self._encoder.documents(some):
                    self._batch.put(document)
        if self._cutter.memory > _WORDS_BYTES:
            self._send_words()

    def add_files(self, files: Iterator[tuple[FileState, bytes]]) -> int:
        """See engine.base. A cluster needs the texts of the passages."""
        return 0

    @property
    def pending_bytes(self) -> int:
        """Return roughly how much memory the words take, and what waits to be sent."""
        return self._cutter.memory + self._batch.memory

    def finish(self) -> object:
        """See engine.base."""
        self._send_words()
        self._batch.end()
        return self._batch.id


def action_of(key: str, document: Mapping[str, Any]) -> bytes:
    """Return the lines of `_bulk` that store a document under a key, which needs no escapes."""
    return b'{"index":{"_id":"%s"}}\n%s\n' % (key.encode(), encoded(document))


def change_of(key: str, changes: Mapping[str, Any]) -> bytes:
    """Return the lines of `_bulk` that change some fields of a document."""
    return b"%s\n%s\n" % (encoded({"update": {"_id": key}}), encoded({"doc": changes}))
