"""Read files of small runs in this process, if they cannot block it. Workers read the rest.

A call of C that hangs receives no alarm, and a library that crashes takes its process along. So this process reads
plain texts that one pass can split, and small files of formats that our own readers read. These have one second each.
"""

from __future__ import annotations

from collections.abc import Iterable

from seedsearch.corpus.formats.registry import PLAIN
from seedsearch.errors import SeedsearchError
from seedsearch.indexing.documents import Found, documents_of, plain_documents
from seedsearch.indexing.run import MustNotRead, Run
from seedsearch.indexing.tasks import Factory, Limits, Outcome, Task, Tick, collecting_seldom, cut
from seedsearch.model import FileState
from seedsearch.signals import OutOfTime, alarm, has_alarm

_SMALL_FILE = 1 << 16  # bytes; even a quadratic pattern is done with these in a second
_PATIENCE_S = 1.0
_TOGETHER = 1 << 18  # cost in bytes of the files that are opened before they are processed

# Formats whose text is about as long as the file, and that no library in C reads.
_OURS = frozenset(
    (PLAIN, "text/markdown", "text/x-rst", "text/html", "text/x-source", "text/csv", "application/jsonl")
)  # fmt: skip


def read_here(tasks: Iterable[Task], factory: Factory, limits: Limits, tick: Tick) -> Outcome:
    """Read the files in order. The outcome names the files left. `tick` is as in Run.

    Raise OSError and SeedsearchError if the index cannot be written.
    """
    whole = list(tasks)
    if not has_alarm():
        return Outcome(left=tuple(whole))
    run = Run(factory, limits, tick, read=_read)
    large = [task for task in whole if task.size > limits.large_bytes]
    try:
        with collecting_seldom():
            for some in cut([task for task in whole if task.size <= limits.large_bytes], _TOGETHER):
                run.take(some)
            outcome = run.outcome()
    except (OSError, SeedsearchError):
        raise
    except Exception:  # a builder rejects a file: a worker finds out which
        return Outcome(left=tuple(whole))
    return outcome._replace(left=(*outcome.left, *large))


def _read(state: FileState, data: bytes, encoding: str, media_type: str) -> Found:
    """Return the documents of a file. Raise MustNotRead if a worker must read it."""
    if media_type == PLAIN and not encoding and (documents := plain_documents(state.path, data)):
        return Found(documents)
    if len(data) > _SMALL_FILE or media_type not in _OURS:
        raise MustNotRead
    try:
        with alarm(_PATIENCE_S):
            return documents_of(state, data, encoding, media_type)
    except OutOfTime:
        raise MustNotRead from None
