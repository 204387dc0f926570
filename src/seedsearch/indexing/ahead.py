"""Files that are read before anybody asks for them: by a process that stands by, and has been told the folders alone.

What is asked for later and was read already is taken from here; the rest is forgotten, and no harm done.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from seedsearch.corpus.read import digest_of, read_file
from seedsearch.corpus.skip import Skip
from seedsearch.corpus.walk import walk
from seedsearch.engine.base import DocumentText
from seedsearch.errors import SourceUnreadableError
from seedsearch.indexing.tasks import Limits, Task
from seedsearch.indexing.work import ReadFile, documents_quickly
from seedsearch.model import SourceFile

_MOST_BYTES = 8 << 20  # of all files that were read and are not asked for yet
_LARGE = 1 << 20  # a file that is larger might keep who asks waiting


class ReadAhead:
    """Plain text files, read and split."""

    def __init__(self) -> None:
        self._read: dict[str, ReadFile] = {}

    def read(self, folders: Iterable[str], is_called: Callable[[], bool]) -> None:
        """Read the first files below some folders (absolute paths), until somebody calls or enough is read."""
        left = _MOST_BYTES
        for file in walk(folders, lambda *_: None):
            left -= file.size
            if left < 0 or is_called():
                return
            if file.size <= _LARGE:
                self._read_one(file)

    def _read_one(self, file: SourceFile) -> None:
        now = time.time_ns()
        try:
            source, data = read_file(file.path, max_bytes=_LARGE)
        except (Skip, SourceUnreadableError):
            return
        documents = documents_quickly(file.path, data)
        if documents:
            self._read[file.path] = ReadFile(source, digest_of(data), now, documents)

    def take(self, task: Task, limits: Limits) -> ReadFile | None:
        """What the task asks for, if it was read, and is not known to have changed; once."""
        read = self._read.pop(task.path, None)
        if read is None or read.file.size != task.size or task.size > limits.file_bytes:
            return None
        if task.follow or limits.encodings:
            return None
        documents = [_renamed(document, task.stored) for document in read.documents]
        return read._replace(documents=documents)


def _renamed(document: DocumentText, stored: str) -> DocumentText:
    """The same document of a file by its stored path: it was read by its absolute one."""
    return document._replace(document=document.document.replace(path=stored))
