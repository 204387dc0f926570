"""Copy an index into another one, on a cluster or in a folder, without the files that it was made from."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate, groupby, islice
from operator import itemgetter
from typing import TypeAlias

from seedsearch.engine.base import BatchBuilder, DocumentText, Engine, IndexWriter
from seedsearch.errors import UsageError
from seedsearch.indexing.settings import dump_settings, load_settings
from seedsearch.model import FileState, Passage, PassageSpan
from seedsearch.paths import Home, is_stream
from seedsearch.record import NamedTuple

_MOST_PASSAGES = 4096  # of a document that are held at once; more come in parts
_BATCH_BYTES = 200 << 20  # of memory for a batch
_COMMIT_BATCHES = 8

_Placed: TypeAlias = tuple[int, Passage]


class End(NamedTuple):
    """An open index, and its home."""

    engine: Engine
    home: Home


def copy_index(source: End, target: End) -> tuple[int, int]:
    """Copy all files of an index with their passages, its roots and its settings.

    Return how many files were copied, and how many the target already had in the same state. Those are left alone, so
    that a copy that was interrupted goes on. Raises UsageError if the target has files that the source has not.
    """

    def rename(path: str) -> str:
        return path if is_stream(path) else target.home.stored(source.home.absolute(path))

    def renamed(passage: Passage) -> Passage:
        document = passage.document
        return passage.replace(document=document.replace(path=rename(document.path)))

    states = {rename(path): state for path, state in source.engine.files().items()}
    writer = target.engine.writer()
    try:
        target.engine.refresh()
        there = target.engine.files()
        if foreign := sorted(there.keys() - states.keys()):
            raise UsageError(
                f"{target.home.folder} has other files, such as {foreign[0]}",
                "copy into a new index",
            )
        new = {
            path: state._replace(path=path)
            for path, state in states.items()
            if there.get(path) != state._replace(path=path)
        }
        writer.remove(new.keys() & there.keys())
        _Copying(writer, new).run(
            (place, renamed(passage)) for place, passage in source.engine.contents()
        )
        writer.set_roots([rename(root) for root in source.engine.roots()])
        writer.set_settings(_settings(source, target.home, rename))
        writer.commit()
    finally:
        writer.close()
    target.engine.refresh()
    return len(new), len(states) - len(new)


def _settings(source: End, home: Home, rename: Callable[[str], str]) -> str:
    known = load_settings(source.engine.settings())
    named = {rename(root): selection for root, selection in known.selections.items()}
    mark = source.home.mark()
    own = home.mark() if mark and known.mark == mark else ""
    return dump_settings(known.replace(selections=named, mark=own))


class _Copying:
    """Adds files to batches, and batches to commits. All of a file is in one commit."""

    def __init__(self, writer: IndexWriter, states: Mapping[str, FileState]) -> None:
        self._writer = writer
        self._states = dict(states)
        self._factory = writer.builder_factory()
        self._builder: BatchBuilder | None = None
        self._last = b""
        self._batches = 0

    def run(self, contents: Iterable[_Placed]) -> None:
        """Add the files with their passages, then those without."""
        for path, passages in groupby(contents, key=lambda placed: placed[1].document.path):
            if path in self._states:
                self._add(self._states.pop(path), passages)
        for state in sorted(self._states.values(), key=_key):
            self._add(state, ())
        self._end_batch()

    def _add(self, state: FileState, passages: Iterable[_Placed]) -> None:
        if self._batches >= _COMMIT_BATCHES and self._builder is None:
            self._writer.commit()
            self._batches = 0
        none = True
        for place, document in _documents(passages):
            self._builder_for(state).add(state, (document,), place=place)
            none = False
            self._end_if_full()
        if none:
            self._builder_for(state).add(state, ())
        self._end_if_full()

    def _builder_for(self, state: FileState) -> BatchBuilder:
        """Return the builder of the current batch, or of a new one: a batch takes files in the order of their paths."""
        if _key(state) < self._last:
            self._end_batch()
        self._last = _key(state)
        if self._builder is None:
            self._builder = self._factory()
        return self._builder

    def _end_if_full(self) -> None:
        if self._builder is not None and self._builder.pending_bytes > _BATCH_BYTES:
            self._end_batch()

    def _end_batch(self) -> None:
        if self._builder is not None:
            self._writer.adopt(self._builder.finish())
            self._builder = None
            self._batches += 1


def _key(state: FileState) -> bytes:
    return os.fsencode(state.path)


def _documents(passages: Iterable[_Placed]) -> Iterator[tuple[int, DocumentText]]:
    """Yield the documents of a file, each with its place. A long one comes in parts."""
    for place, of_document in groupby(passages, key=itemgetter(0)):
        while part := [passage for _, passage in islice(of_document, _MOST_PASSAGES)]:
            yield place, _joined(part)


def _joined(passages: list[Passage]) -> DocumentText:
    """Return passages as a document, whose text is theirs."""
    ends = list(accumulate(len(passage.text) for passage in passages))
    spans = [
        PassageSpan(
            start,
            end,
            own.line_start,
            own.line_end,
            -1 if own.byte_start is None else own.byte_start,
            -1 if own.byte_end is None else own.byte_end,
            own.page or 0,
            own.heading,
            own.steps,
        )
        for start, end, own in zip([0, *ends], ends, passages, strict=False)
    ]
    text = "".join([passage.text for passage in passages])
    return DocumentText(passages[0].document, text, spans, passages[0].ordinal)
