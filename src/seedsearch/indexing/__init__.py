"""The write pipeline: roots to files, files to passages, passages to batches, batches to a commit.

It knows engines only through `engine.base`. `plan.py` decides what is read, and `pool.py` who reads it: this process
(`in_process.py`), or workers (`supervisor.py` manages them, `worker.py` runs in them). `run.py` does the reading.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable

from seedsearch.config import Config
from seedsearch.corpus.selection import Selection
from seedsearch.engine.base import WHOLE, Engine, IndexWriter
from seedsearch.errors import IndexFault, SourceNotFoundError
from seedsearch.folders import is_below
from seedsearch.indexing.plan import IndexOptions, Partition, Plan, make_plan, parse_partition
from seedsearch.indexing.pool import Progress, Progressing, Workers
from seedsearch.indexing.settings import dump_settings, load_settings
from seedsearch.indexing.tasks import Outcome, collect_seldom, collecting_seldom
from seedsearch.model import IN_PART
from seedsearch.paths import Home
from seedsearch.record import NamedTuple, Record

__all__ = [
    "IndexOptions",
    "IndexReport",
    "Partition",
    "Preview",
    "Progress",
    "Selection",
    "collect_seldom",
    "configured_options",
    "forget",
    "indexed_path",
    "parse_partition",
    "preview",
    "update_index",
]


def configured_options(config: Config) -> IndexOptions:
    """Return the options that the configuration sets."""
    return IndexOptions(
        jobs=config.jobs or os.cpu_count() or 1,
        memory_mb=config.memory or 512,
        timeout_s=config.timeout or 60,
        patterns=config.ignore,
        encodings=config.encodings,
        readers=config.readers,
    )


class IndexReport(Record):
    """What a run did. Counts are of files; `documents` and `passages` count the contents of the index.

    `skipped` holds (stored path, reason) of skipped files, also of earlier runs, and `partial` of files read in part.
    `known` holds the entries of both that an earlier run skipped for the same reason. `missing_roots` are stored
    paths of roots that have vanished or are empty; their documents are kept. `unreadable` holds (absolute path,
    reason) of unreadable paths that the user named. `generated` counts the generated files and folders that were left
    out, by reason.
    """

    added: int
    changed: int
    unchanged: int
    removed: int
    documents: int
    passages: int
    bytes_read: int
    elapsed_ms: float
    skipped: tuple[tuple[str, str], ...] = ()
    missing_roots: tuple[str, ...] = ()
    unreadable: tuple[tuple[str, str], ...] = ()
    partial: tuple[tuple[str, str], ...] = ()
    generated: tuple[tuple[str, int], ...] = ()
    known: frozenset[tuple[str, str]] = frozenset()


@collecting_seldom()
def update_index(
    engine: Engine,
    home: Home,
    options: IndexOptions,
    progress: Callable[[Progress], None] | None = None,
) -> IndexReport:
    """Update the index from the files, and refresh the engine.

    `progress` is called at most ten times a second.

    Raise SourceNotFoundError and UsageError for impossible roots, IndexLockedError, IndexFault if the index cannot be
    written, SeedsearchError if worker processes die repeatedly and no file is to blame, and KeyboardInterrupt.
    Earlier commits of the run stay.
    """
    begin = time.perf_counter()
    part = str(options.partition) if options.partition else WHOLE
    writer = engine.writer(wait=options.wait, part=part)
    jobs = options.jobs or os.cpu_count() or 1
    workers = Workers(jobs, writer.builder_factory(), options.limits())
    try:
        engine.refresh()
        plan = make_plan(engine, home, options, workers.give)
        # The tasks are freed while others work on them: with very many tasks that takes a while.
        tasks, plan = list(plan.tasks), plan.replace(tasks=())
        outcomes = workers.outcomes(tasks, Progressing(tasks, progress))
        outcome = _carry_out(writer, outcomes, plan, options)
        # The workers have answered everything. While they end, the commit is opened.
        writer.close()
        engine.refresh()
        size = engine.size()
    except OSError as error:
        raise IndexFault(
            f"cannot write the index in {home.folder}: {error.strerror or error}",
            "free disk space or change the permissions, then run the command again: nothing is lost",
        ) from error
    finally:
        workers.close()
        writer.close()
    named = {os.path.normpath(root) for root in options.add_roots}
    every = (*plan.skipped, *outcome.skipped)
    partial = [(path, reason) for path, reason in every if reason.startswith(IN_PART)]
    skipped = [(path, reason) for path, reason in every if not reason.startswith(IN_PART)]
    absolute = [(home.absolute(path), path, reason) for path, reason in skipped]
    return IndexReport(
        added=outcome.added,
        changed=outcome.changed,
        unchanged=len(plan.unchanged) + outcome.unchanged,
        removed=len(plan.vanished) + len(outcome.gone),
        documents=size.documents,
        passages=size.passages,
        bytes_read=outcome.bytes_read,
        elapsed_ms=(time.perf_counter() - begin) * 1000,
        skipped=tuple(sorted((path, why) for full, path, why in absolute if full not in named)),
        missing_roots=plan.missing_roots,
        unreadable=tuple((full, why) for full, _, why in absolute if full in named),
        partial=tuple(sorted(partial)),
        generated=tuple(
            Counter(o.detail for o in plan.omitted if o.why == "generated").most_common()
        ),
        known=plan.known,
    )


class Preview(NamedTuple):
    """What a run would do with an entry: `what` is new, changed, unchanged, remove, skip, or why it is omitted.

    `path` is the stored path; `size` is the number of bytes to read.
    """

    path: str
    what: str
    detail: str = ""
    size: int = 0


def preview(engine: Engine, home: Home, options: IndexOptions) -> list[Preview]:
    """Return what `update_index` would do, sorted by path. Nothing is opened or written.

    Raise SourceNotFoundError and UsageError for impossible roots.
    """
    plan = make_plan(engine, home, options)
    found = [
        *(Preview(t.stored, "changed" if t.old else "new", "", t.size) for t in plan.tasks),
        *(Preview(path, "unchanged") for path in plan.unchanged),
        *(Preview(path, "remove") for path in plan.vanished),
        *(
            Preview(path, "skip", reason)
            for path, reason in plan.skipped
            if not reason.startswith(IN_PART)
        ),
        *(Preview(path, "missing", "kept") for path in plan.missing_roots),
        *(Preview(home.stored(o.path), o.why, o.detail) for o in plan.omitted if o.why != "size"),
    ]
    return sorted(found, key=lambda item: os.fsencode(item.path))


def forget(engine: Engine, home: Home, path: str) -> int:
    """Remove a file, or a folder with everything below it, from the index and from the roots.

    `path` is absolute. Return the number of files removed. Raise SourceNotFoundError if the index has none of it.
    """
    writer = engine.writer()
    try:
        engine.refresh()
        gone, left = files_below(engine, home, path)
        writer.remove(gone)
        writer.set_roots(left)
        settings = load_settings(engine.settings())
        kept = {root: s for root, s in settings.selections.items() if root in left}
        writer.set_settings(dump_settings(settings.replace(selections=kept)))
        writer.commit()
    finally:
        writer.close()
    engine.refresh()
    return len(gone)


def indexed_path(engine: Engine, home: Home, path: str, cwd: str) -> str:
    """Return the absolute path of a file or folder, or the path of the stream with this name."""
    absolute = os.path.normpath(os.path.join(cwd, path))
    stream = home.stream(path)
    if engine.state(stream) is not None and engine.state(home.stored(absolute)) is None:
        return stream
    return absolute


def files_below(engine: Engine, home: Home, path: str) -> tuple[list[str], list[str]]:
    """Return the files that `forget` would remove, and the roots that it would keep. Raise the same errors."""
    roots = engine.roots()
    left = [root for root in roots if not is_below(home.absolute(root), path)]
    gone = [known for known in engine.files() if is_below(home.absolute(known), path)]
    if not gone and len(left) == len(roots):
        raise SourceNotFoundError(
            f"not in the index: {path}", "seedsearch status lists the indexed folders"
        )
    return gone, left


def _carry_out(
    writer: IndexWriter, outcomes: Iterable[Outcome], plan: Plan, options: IndexOptions
) -> Outcome:
    """Adopt the outcomes of the plan's tasks. Commit at the end, and every `commit_every_s` seconds before."""
    if plan.new_roots:
        writer.set_roots(plan.roots)
        writer.set_settings(plan.settings_meanwhile)
    writer.remove(plan.vanished)
    pending = bool(plan.vanished) or plan.new_roots
    total, last_commit = Outcome(), time.monotonic()
    for outcome in outcomes:
        for receipt in outcome.receipts:
            writer.adopt(receipt)
        writer.remove((*outcome.replaced, *outcome.gone))
        pending = pending or bool(outcome.receipts or outcome.gone)
        total = total.plus(outcome)
        late = time.monotonic() - last_commit >= options.commit_every_s
        if late and pending and not options.rebuild:
            writer.commit()
            pending, last_commit = False, time.monotonic()
    if pending or plan.settings != plan.settings_meanwhile:
        writer.set_settings(plan.settings)
        writer.commit()
    return total
