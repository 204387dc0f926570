"""Files that are read before anybody asks for them: by a process that stands by, and has been told the folders alone.

What is asked for later and was read already is taken from here; the rest is forgotten, and no harm done.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice

from seedsearch.corpus.formats import media_type_of
from seedsearch.corpus.formats.registry import PLAIN
from seedsearch.corpus.read import digest_of
from seedsearch.corpus.skip import Skip
from seedsearch.corpus.small import read_small
from seedsearch.engine.base import DocumentText
from seedsearch.errors import SourceUnreadableError
from seedsearch.indexing.tasks import Limits, Task
from seedsearch.indexing.work import ReadFile, documents_quickly

_MOST_BYTES = 8 << 20  # of all files that were read and are not asked for yet
_LARGE = 1 << 20  # a file that is larger might keep who asks waiting,
_MANY = 2_000  # and so might a folder of so many entries


class ReadAhead:
    """Plain text files, read and split."""

    def __init__(self) -> None:
        self._read: dict[str, ReadFile] = {}

    def read(self, folders: Sequence[str], is_called: Callable[[], bool]) -> None:
        """Read the first files below some folders (absolute paths), until somebody calls or enough is read."""
        with suppress(OSError, RecursionError):  # what is wrong will be told by who walks for good
            self._read_some(folders, is_called)

    def _read_some(self, folders: Sequence[str], is_called: Callable[[], bool]) -> None:
        left = _MOST_BYTES
        for entry in _walk(folders):
            if is_called():
                return
            size = entry.stat(follow_symlinks=False).st_size
            if size <= _LARGE and media_type_of(entry.path, b"") == PLAIN:
                left -= size
                if left < 0:
                    return
                self._read_one(entry.path)

    def _read_one(self, path: str) -> None:
        now = time.time_ns()
        try:
            source, data = read_small(path, follow=False, max_bytes=_LARGE)
        except (Skip, SourceUnreadableError):
            return
        documents = documents_quickly(path, data)
        if documents:
            self._read[path] = ReadFile(source, digest_of(data), now, documents)

    def take(self, task: Task, limits: Limits) -> ReadFile | None:
        """What the task asks for, if it was read, and is not known to have changed; once."""
        read = self._read.pop(task.path, None)
        if read is None or read.file.size != task.size or task.size > limits.file_bytes:
            return None
        if task.follow or limits.encodings:
            return None
        documents = [_renamed(document, task.stored) for document in read.documents]
        return read._replace(documents=documents)


def _walk(folders: Sequence[str]) -> Iterator[os.DirEntry[str]]:
    """Files below some folders, in the order of `corpus.walk`, which lists whole folders and obeys ignore files.

    Raises OSError for what is gone when it is looked at, RecursionError for folders in a thousand others.
    """
    for folder in sorted(folders, key=os.fsencode):
        with os.scandir(folder) as entries:
            some = list(islice(entries, _MANY + 1))
        if len(some) > _MANY:
            continue
        for entry in sorted(some, key=_place):
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk([entry.path])
            elif entry.is_file(follow_symlinks=False):
                yield entry


def _place(entry: os.DirEntry[str]) -> bytes:
    return os.fsencode(entry.name + os.sep if entry.is_dir(follow_symlinks=False) else entry.name)


def _renamed(document: DocumentText, stored: str) -> DocumentText:
    """The same document of a file by its stored path: it was read by its absolute one."""
    return document._replace(document=document.document.replace(path=stored))
