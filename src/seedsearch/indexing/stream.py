"""Index documents from a pipe. They are kept under a name until they are forgotten."""

from __future__ import annotations

import time

from seedsearch.corpus.read import digest_of
from seedsearch.engine.base import Engine
from seedsearch.errors import SourceUnreadableError
from seedsearch.indexing.documents import documents_of
from seedsearch.model import IN_PART, FileState
from seedsearch.paths import Home


def add_stream(
    engine: Engine,
    home: Home,
    name: str,
    data: bytes,
    *,
    media_type: str = "",
    encoding: str = "",
    wait: bool = False,
) -> str:
    """Put `data` into the index under a name, replacing the document of that name.

    The media type is detected unless given. Return what was left out, in words, or "". Raise SourceUnreadableError if
    nothing can be read, and IndexLockedError unless `wait`.
    """
    stored = home.stream(name)
    state = FileState(stored, len(data), time.time_ns(), 0, digest_of(data))
    documents, reason, _ = documents_of(state, data, encoding, media_type)
    if reason and not reason.startswith(IN_PART):
        raise SourceUnreadableError(f"{name}: {reason}")
    writer = engine.writer(wait=wait)
    try:
        engine.refresh()
        builder = writer.builder_factory()()
        builder.add(state._replace(skipped=reason), documents)
        writer.adopt(builder.finish())
        writer.remove([stored])
        writer.commit()
    finally:
        writer.close()
    engine.refresh()
    return reason.removeprefix(IN_PART)
