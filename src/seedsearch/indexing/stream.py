"""Index documents from a pipe. They are kept under a name until they are forgotten.

This process reads them, within limits of time and memory: there is no other document that a bad one could cost.
"""

from __future__ import annotations

import time
from contextlib import nullcontext

from seedsearch.corpus.globs import GlobValues
from seedsearch.corpus.read import digest_of
from seedsearch.corpus.skip import UNREADABLE, failure
from seedsearch.engine.base import Engine
from seedsearch.errors import SourceUnreadableError
from seedsearch.indexing import IndexOptions
from seedsearch.indexing.documents import documents_of
from seedsearch.indexing.memory_limit import MemoryLimit
from seedsearch.model import IN_PART, FileState
from seedsearch.paths import Home
from seedsearch.signals import OutOfTime, alarm, has_alarm


def add_stream(
    engine: Engine,
    home: Home,
    name: str,
    data: bytes,
    options: IndexOptions | None = None,
    media_type: str = "",
) -> str:
    """Put `data` into the index under a name, replacing the document of that name.

    The options give its encoding, the limits, and whether to wait for another writer. The media type is detected unless
    given. Return what was left out, in words, or "". Raise SourceUnreadableError if nothing can be read, and
    IndexLockedError without `wait`.
    """
    options = options or IndexOptions()
    encoding = (options.encodings and GlobValues(options.encodings).of(name)) or ""
    timeout_s = options.timeout_s
    stored = home.stream(name)
    state = FileState(stored, len(data), time.time_ns(), 0, digest_of(data))
    limit = MemoryLimit(options.memory_mb << 20)
    limit.set()
    try:
        with alarm(timeout_s) if has_alarm() else nullcontext():
            documents, reason, _ = documents_of(state, data, encoding, media_type)
    except OutOfTime:
        raise SourceUnreadableError(f"{name}: took longer than {timeout_s:g} s") from None
    except MemoryError as error:
        raise SourceUnreadableError(f"{name}: {UNREADABLE}{failure(error)}") from None
    finally:
        limit.lift()
    if reason and not reason.startswith(IN_PART):
        raise SourceUnreadableError(f"{name}: {reason}")
    writer = engine.writer(wait=options.wait)
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
