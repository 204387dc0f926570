"""Write to an index on a cluster.

Each batch has an id, and each commit a manifest that names the batches to see. So a batch appears with its commit, all
of it or nothing. A removed passage gets `until`, the generation that no longer has it, and is
deleted after the commit. What a run left that died is removed by the next writer.

Several writers may each write a part of the files. Each part has its own batches, manifest and lock.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from seedsearch.engine.base import WHOLE, BatchBuilder
from seedsearch.engine.opensearch.batches import Batch, builder_at, change_of
from seedsearch.engine.opensearch.client import KEPT, Client, ConflictError, chunks, whole
from seedsearch.engine.opensearch.json_lines import dumped
from seedsearch.engine.opensearch.mapping import (
    FORMAT,
    settings_and_mappings,
    stored_path,
)
from seedsearch.engine.opensearch.snapshot import ORDER, Manifest, manifests, read_manifest
from seedsearch.engine.opensearch.streams import terms_in
from seedsearch.engine.opensearch.vocabulary import Vocabulary
from seedsearch.errors import (
    IndexFault,
    IndexLockedError,
    IndexVersionError,
    NoIndexError,
    UsageError,
)
from seedsearch.heartbeat import Heartbeat

_PAGE = 500
_BEAT_SECONDS = 15.0
_DEAD_SECONDS = 120.0
_LONG_SECONDS = 600.0
_COPIES_SECONDS = 30
_TRIES, _PAUSE_SECONDS = 30, 1.0  # until another copy of a part takes the place of one that died


# -------------------------------------------------------------------------------- the index


def check_index(client: Client) -> None:
    """Raise unless the address names an index of ours. Raises NoIndexError, IndexVersionError, IndexFault."""
    name = client.address.name
    found = client.ask("GET", f"/{name}/_mapping")
    if len(found) != 1:
        raise IndexFault(
            f"{name} stands for {len(found)} indices of the cluster", "let the alias point to one"
        )
    ((_, about),) = found.items()
    known = about.get("mappings", {}).get("_meta", {}).get("seedsearch")
    if known is None:
        raise IndexFault(
            f"the index {name} of the cluster was not made by seedsearch", "choose another name"
        )
    if known != FORMAT:
        raise IndexVersionError(
            f"the index {name} has format {known}, and this version reads {FORMAT}",
            "build it again with: seedsearch index --rebuild",
        )


def create_index(client: Client, *, hidden: bool = False) -> str:
    """Create an index, and return its own name. Unless `hidden`, the name of the address is its alias."""
    address = client.address
    body = settings_and_mappings(address.name, address.shards, address.replicas)
    if not hidden:
        body["aliases"] = {address.name: {}}
    own = f"{address.name}-{uuid.uuid4().hex[:12]}"
    client.ask("PUT", f"/{own}", body)
    _wait_for_copies(client, own)
    return own


def _wait_for_copies(client: Client, index: str) -> None:
    """Wait until a new index has the copies that the cluster has nodes for, because what is written before is lost
    with its node."""
    address = client.address
    nodes = client.ask("GET", "/_cluster/health")["number_of_data_nodes"]
    copies = min(address.replicas, nodes - 1)
    if copies:
        wanted = {
            "wait_for_active_shards": address.shards * (1 + copies),
            "timeout": f"{_COPIES_SECONDS}s",
        }
        client.try_ask("GET", f"/_cluster/health/{index}", None, 408, **wanted)


def _own_name(client: Client) -> str:
    """Return the name of the index that an alias stands for."""
    (own,) = client.ask("GET", f"/{client.address.name}/_alias")
    return str(own)


# -------------------------------------------------------------------------------- the writer


class OpenSearchWriter:
    """Writes to one part of an index; see engine.base.IndexWriter."""

    def __init__(
        self, client: Client, part: str = WHOLE, *, wait: bool = False, rebuild: bool = False
    ) -> None:
        self._client = client
        self._part = part
        self._index = _own_name(client)
        if rebuild and part != WHOLE:
            raise UsageError("a part cannot be rebuilt alone", "leave --partition or --rebuild out")
        if not rebuild:
            self._agree_on_parts()
        self._lock = _Lock(client, self._index, part, wait=wait)
        self.has_committed = False
        try:
            self._manifest, self._version = self._committed()
            self._old = self._index if rebuild else ""
            if rebuild:
                self._begin_again()
            else:
                self._clean()
        except BaseException:
            self._lock.release()
            raise
        self._forget_pending()

    def _agree_on_parts(self) -> None:
        """Make the number of parts that of the index. Raises UsageError if it has another."""
        _, _, parts = self._part.partition("/")
        path, own = f"/{self._index}/_doc/parts", {"kind": "parts", "record": parts}
        if self._client.try_ask("PUT", path, own, 409, op_type="create"):
            return
        known = self._client.ask("GET", path)["_source"]["record"]
        if known != parts:
            hint = (
                "give no --partition"
                if known == "1"
                else f"give --partition 1/{known}, or 2/{known}"
            )
            raise UsageError(f"the index is written in {known} parts, not in {parts}", hint)

    def _begin_again(self) -> None:
        """Write to a new index from now on. It keeps the roots and settings of all parts of the old one."""
        own = self._manifest
        known = manifests(self._client)
        roots = tuple(dict.fromkeys(root for each in known for root in each.roots))
        settings = next((each.settings for each in known), "")
        self._index = create_index(self._client, hidden=True)
        self._agree_on_parts()
        self._version = None
        self._manifest = own._replace(batches=(), roots=roots, settings=settings)

    def _forget_pending(self) -> None:
        self._adopted: list[str] = []
        self._removed: set[str] = set()
        self._roots = self._manifest.roots
        self._settings = self._manifest.settings

    def _committed(self) -> tuple[Manifest, tuple[int, int] | None]:
        found = self._client.try_ask("GET", f"/{self._index}/_doc/{self._key()}", None, 404)
        if not found:
            return Manifest(self._part, 0, (), (), "", time.time_ns(), 0), None
        version = found["_seq_no"], found["_primary_term"]
        return read_manifest(found["_source"]["record"]), version

    def _key(self) -> str:
        return f"manifest-{self._part.replace('/', '-of-')}"

    def builder_factory(self) -> Callable[[], BatchBuilder]:
        """See engine.base."""
        return partial(builder_at, self._client.address, self._index, self._part)

    def adopt(self, receipt: object) -> None:
        """See engine.base. The receipt is the id of a batch."""
        self._adopted.append(str(receipt))

    def remove(self, paths: Iterable[str]) -> None:
        """See engine.base."""
        self._removed.update(paths)

    def set_roots(self, roots: Sequence[str]) -> None:
        """See engine.base."""
        self._roots = tuple(roots)

    def set_settings(self, text: str) -> None:
        """See engine.base."""
        self._settings = text

    def commit(self) -> None:
        """See engine.base."""
        self._lock.check()
        old = self._manifest
        generation = old.generation + 1
        if self._removed:
            self._adopted.append(self._take_away(old.batches, generation))
        self._refresh()
        self._manifest = old._replace(
            generation=generation,
            batches=(*old.batches, *self._adopted),
            roots=self._roots,
            settings=self._settings,
            committed_ns=time.time_ns(),
        )
        try:
            self._write_manifest()
        except BaseException:
            self._manifest = old
            raise
        self.has_committed = True
        if self._old:
            self._switch()
        if self._removed:
            self._delete({"range": {"until": {"lte": generation}}})
        self._forget_pending()

    def _write_manifest(self) -> None:
        document = {"kind": "manifest", "part": self._part, "record": dumped(self._manifest)}
        params: dict[str, Any] = {"refresh": "true"}
        if self._version is None:
            params["op_type"] = "create"
        else:
            params["if_seq_no"], params["if_primary_term"] = self._version
        try:
            reply = self._client.ask(
                "PUT", f"/{self._index}/_doc/{self._key()}", document, **params
            )
        except ConflictError:
            raise _locked(self._client) from None
        self._version = reply["_seq_no"], reply["_primary_term"]

    def _switch(self) -> None:
        """Let the alias stand for the new index, and delete the old one."""
        name = self._client.address.name
        actions = [
            {"remove": {"index": self._old, "alias": name}},
            {"add": {"index": self._index, "alias": name}},
        ]
        self._client.ask("POST", "/_aliases", {"actions": actions})
        self._lock.move(self._index)
        self._client.ask("DELETE", f"/{self._old}")
        self._old = ""

    # ---------------------------------------------------------------------- what died

    def _clean(self) -> None:
        """Remove what no commit brought, and what one removed; unmark what was to be removed."""
        state = self._manifest
        self._refresh()
        seen = {"terms": {"batch": list(state.batches)}}
        ours = {"terms": {"kind": ["passage", "file", "words"]}}
        unseen = {"bool": {"filter": [ours], "must_not": [seen]}}
        marked = {"exists": {"field": "until"}}
        left = {"bool": {"should": [unseen, marked], "filter": [{"term": {"part": self._part}}]}}
        left["bool"]["minimum_should_match"] = 1
        if not whole(self._client.ask("POST", f"/{self._index}/_count", {"query": left}))["count"]:
            return
        self._delete(unseen)
        self._delete({"range": {"until": {"lte": state.generation}}})
        for _ in self._mark({"range": {"until": {"gt": state.generation}}}, None):
            pass
        self._refresh()

    def _refresh(self) -> None:
        """Let searches find what was written. A copy that is away does not matter, a part without any copy does."""
        for _ in range(_TRIES):
            reply = self._client.ask("POST", f"/{self._index}/_refresh", seconds=_LONG_SECONDS)
            state = self._client.ask("GET", f"/_cluster/health/{self._index}")["status"]
            if not reply["_shards"]["failed"] and state != "red":
                return
            time.sleep(_PAUSE_SECONDS)
        raise IndexFault(
            f"a part of {self._client.address} is away",
            "see the health of the cluster, and run the command again: nothing is lost",
        )

    def _delete(self, query: Mapping[str, Any]) -> None:
        """Delete documents of this part, some at a time."""
        body = {"query": {"bool": {"filter": [{"term": {"part": self._part}}, query]}}}
        while True:
            reply = self._client.ask(
                "POST",
                f"/{self._index}/_delete_by_query",
                body,
                seconds=_LONG_SECONDS,
                max_docs=10_000,
                refresh="true",
                conflicts="proceed",
            )
            if reply["failures"]:
                raise IndexFault("the cluster could not delete passages", "try again later")
            if not reply["deleted"]:
                return

    def _take_away(self, batches: Sequence[str], generation: int) -> str:
        """Mark the removed files as seen until a generation. Return the batch that takes their words away."""
        batch, vocabulary = Batch(self._client, self._index, self._part), Vocabulary()
        seen = {"terms": {"batch": list(batches)}}
        for paths in chunks(sorted(self._removed), _PAGE):
            known = {"terms": {"path": [stored_path(path) for path in paths]}}
            for source in self._mark({"bool": {"filter": [known, seen]}}, generation):
                if source["kind"] == "passage":
                    vocabulary.add(source["language"], *_words_in(source))
        for block in vocabulary.blocks(-1):
            batch.put(block)
        batch.end()
        return batch.id

    def _mark(self, query: Mapping[str, Any], until: int | None) -> Iterator[Mapping[str, Any]]:
        """Mark documents of this part as seen until a generation, or for good. Yield them."""
        search = {"query": {"bool": {"filter": [{"term": {"part": self._part}}, query]}}}
        for page in self._pages(search):
            changes = [change_of(hit["_id"], {"until": until}) for hit in page]
            self._client.bulk(self._index, changes)
            for hit in page:
                yield hit["_source"]

    def _pages(self, search: Mapping[str, Any]) -> Iterator[list[Any]]:
        client = self._client
        self._refresh()
        point = client.open_point(self._index)
        body = {
            **search,
            "size": _PAGE,
            "sort": list(ORDER),
            "_source": ["kind", "language", "body.words", "title.words"],
            "pit": {"id": point, "keep_alive": KEPT},
        }
        try:
            while page := whole(client.ask("POST", "/_search", body))["hits"]["hits"]:
                yield page
                body["search_after"] = page[-1]["sort"]
        finally:
            client.drop_point(point)

    def close(self) -> None:
        """See engine.base."""
        if not self._lock.is_held:
            return
        try:
            if self._old:  # nothing was committed
                self._client.ask("DELETE", f"/{self._index}")
            elif self._adopted:
                self._clean()
        finally:
            self._lock.release()


def _words_in(source: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return the words of the text and of the title of a passage, as often as they occur."""
    title = source.get("title", {}).get("words", ("",))[0]
    return list(terms_in(source["body"]["words"][0])), list(terms_in(title))


# -------------------------------------------------------------------------------- the lock


def _locked(client: Client) -> IndexLockedError:
    return IndexLockedError(
        f"another process is writing to {client.address}", "wait until it ends, or use --wait"
    )


class _Lock:
    """The right to write to a part of an index: a document that its owner renews.

    A lock whose process is dead, or that was not renewed for long, is taken over.
    """

    def __init__(self, client: Client, index: str, part: str, *, wait: bool) -> None:
        self._client = client
        self._path = f"/{index}/_doc/lock-{part.replace('/', '-of-')}"
        self._version: tuple[int, int] | None = None
        self._is_lost = False
        while not self._take():
            if not wait:
                raise _locked(client)
            time.sleep(0.5)
        self.is_held = True
        self._heartbeat = Heartbeat(self._beat, _BEAT_SECONDS)

    def _document(self) -> dict[str, Any]:
        owner = {"host": socket.gethostname(), "pid": os.getpid(), "at": time.time()}
        return {"kind": "lock", "record": owner}

    def _take(self) -> bool:
        if self._write({"op_type": "create"}):
            return True
        known = self._client.try_ask("GET", self._path, None, 404)
        if not known:
            return False
        if not _is_dead(known["_source"]["record"]):
            return False
        version = {"if_seq_no": known["_seq_no"], "if_primary_term": known["_primary_term"]}
        return self._write(version)

    def _write(self, params: Mapping[str, object]) -> bool:
        reply = self._client.try_ask("PUT", self._path, self._document(), 409, **params)
        if reply:
            self._version = reply["_seq_no"], reply["_primary_term"]
        return bool(reply)

    def _beat(self) -> None:
        with contextlib.suppress(IndexFault):  # a cluster that is away for a moment
            self._is_lost = not self._write(self._guard())

    def _guard(self) -> dict[str, object]:
        number, term = self._version or (0, 0)
        return {"if_seq_no": number, "if_primary_term": term}

    def check(self) -> None:
        """Raise IndexLockedError if another process has taken the lock over."""
        if self._is_lost or not self.is_held:
            raise _locked(self._client)

    def move(self, index: str) -> None:
        """Hold the lock in another index from now on."""
        self._heartbeat.end()
        self._path = f"/{index}/_doc/{self._path.rpartition('/')[2]}"
        self._write({})

    def release(self) -> None:
        """Give the lock back."""
        if self.is_held:
            self.is_held = False
            self._heartbeat.end()
            if not self._is_lost:
                with contextlib.suppress(NoIndexError, ConflictError):
                    self._client.try_ask("DELETE", self._path, None, 404, **self._guard())


def _is_dead(owner: Mapping[str, Any]) -> bool:
    """Return whether the owner of a lock is dead: its process, or its beat."""
    if owner["host"] == socket.gethostname():
        try:
            os.kill(owner["pid"], 0)
        except ProcessLookupError:
            return True
        except OSError:
            pass
    return bool(time.time() - owner["at"] > _DEAD_SECONDS)
