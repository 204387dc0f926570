"""Plan an update: walk the roots, and compare the files found with the files in the index."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import compress, islice
from operator import itemgetter
from typing import Final, TypeAlias

from seedsearch.corpus.selection import Omission, Root, Selection
from seedsearch.corpus.skip import ENCRYPTED
from seedsearch.corpus.walk import reaches, walk
from seedsearch.engine.base import Engine
from seedsearch.errors import SourceNotFoundError, UsageError
from seedsearch.folders import INDEX_FOLDER, is_below
from seedsearch.indexing.settings import Settings, dump_settings, load_settings
from seedsearch.indexing.tasks import Limits, Task, must_retry, wants_ocr
from seedsearch.model import DIGEST_BYTES, FileState, OutsideReader, SourceFile
from seedsearch.paths import Home
from seedsearch.record import NamedTuple, Record
from seedsearch.version import __version__

_DEFAULT = Selection()
_BATCH = 1000  # files compared at a time

Give: TypeAlias = Callable[[Sequence[Task]], None]


class Plan(Record):
    """The files to read (`tasks`, sorted by the bytes of their stored paths), and the files already known.

    `unchanged` and `vanished` are stored paths; `skipped` holds (stored path, reason), and `known` its entries that
    were skipped before. `omitted` is what the walk skipped by choice, with absolute paths. `settings` is the text to
    store beside the `roots` once all tasks are done, `settings_meanwhile` the text until then.
    """

    roots: tuple[str, ...]
    settings: str
    settings_meanwhile: str
    new_roots: bool
    tasks: tuple[Task, ...]
    unchanged: tuple[str, ...]
    vanished: tuple[str, ...]
    missing_roots: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]
    omitted: tuple[Omission, ...]
    known: frozenset[tuple[str, str]]


class IndexOptions(Record):
    """What to index and how.

    `add_roots` are absolute paths; () refreshes all roots. `rebuild` reads everything again; the old state answers
    until the new one is complete. `prune` removes the documents of vanished roots. `commit_every_s` is the time in
    seconds between commits. A file may take `timeout_s` seconds.

    `selection` decides which files are read from now on, below the added roots or else below all; None keeps the
    former choice. `patterns` are further ignore patterns, `encodings` are pairs of (glob, encoding), `readers` pairs
    of (glob, outside program), `ocr` the languages of scanned pages to read, and `passwords` are tried on encrypted
    files. These five apply to this run. With a `partition`, only its files are read.
    """

    add_roots: tuple[str, ...] = ()
    jobs: int = 0
    memory_mb: int = 512
    prune: bool = False
    wait: bool = False
    rebuild: bool = False
    commit_every_s: float = 60.0
    timeout_s: float = 60.0
    selection: Selection | None = None
    patterns: tuple[str, ...] = ()
    encodings: tuple[tuple[str, str], ...] = ()
    readers: tuple[tuple[str, OutsideReader], ...] = ()
    ocr: str = ""
    passwords: tuple[str, ...] = ()
    partition: Partition | None = None

    def limits(self) -> Limits:
        """Return the limits of the reading."""
        return Limits(
            self.memory_mb << 20,
            self.rebuild,
            self.encodings,
            timeout_s=self.timeout_s,
            readers=self.readers,
            ocr=self.ocr,
            passwords=self.passwords,
        )


def make_plan(engine: Engine, home: Home, options: IndexOptions, give: Give | None = None) -> Plan:
    """Walk the added roots and compare. Without added roots, and for a rebuild, walk all roots.

    `give` receives the tasks as they are found, while the walk goes on.

    Raise SourceNotFoundError for an added root that does not exist. Raise UsageError for an index folder, and for a
    root outside of the index's base that the user has not named.
    """
    known, old_roots, old_settings = engine.files(), engine.roots(), engine.settings()
    if options.partition is not None:
        known = {path: state for path, state in known.items() if options.partition.holds(path)}
    added = [os.path.normpath(root) for root in options.add_roots]
    _check(added, home, old_roots)
    known_settings = load_settings(old_settings)
    chosen = known_settings.selections
    before = {home.absolute(root): chosen.get(root, _DEFAULT) for root in old_roots}
    if not added and options.selection is not None:
        before = dict.fromkeys(before, options.selection)
    asked = {path: _as_root(path, before, options) for path in added}
    wanted = {path: Root(path, selection) for path, selection in before.items()}
    if added and not options.rebuild:
        wanted = {p: r for p, r in wanted.items() if any(is_below(p, root) for root in added)}
    wanted |= asked
    mark = _mark_of(known_settings, home, before, asked, wanted)
    walked, lost = _targets(wanted.values(), known, home)
    if options.prune:
        lost.clear()
        before = {p: s for p, s in before.items() if p not in wanted or os.path.lexists(p)}

    problems: list[tuple[str, str]] = []
    omitted: list[Omission] = []
    files = walk(
        walked,
        lambda *problem: problems.append(problem),
        leave_out=(home.folder,),
        omitted=omitted.append,
        patterns=options.patterns,
    )
    named = frozenset(root.path for root in walked)
    reread = _changed(known_settings.encodings, options.encodings, known)
    readers = tuple([(glob, repr(tuple(reader))) for glob, reader in options.readers])
    reread |= _changed(known_settings.readers, readers, known)
    if options.ocr:
        reread |= {path for path, state in known.items() if wants_ocr(state)}
    if options.passwords:
        reread |= {path for path, state in known.items() if ENCRYPTED in state.skipped}
    if known_settings.version != __version__:
        reread |= {path for path, state in known.items() if state.skipped}
    tasks: list[Task] = []
    unchanged: list[str] = []
    passed_over: list[tuple[str, str]] = []
    seen: set[str] = set()
    top_of = _tops(walked)
    follows = any(root.selection.follow for root in walked)
    while batch := list(islice(files, _BATCH)):
        stored_paths = home.stored_all([file.path for file in batch])
        if options.partition is not None:
            own = [options.partition.holds(stored) for stored in stored_paths]
            batch, stored_paths = list(compress(batch, own)), list(compress(stored_paths, own))
        found, same, known_skips = _compare(
            batch, stored_paths, known, named, reread, top_of, rebuild=options.rebuild
        )
        if follows:
            # Open the file that the walk saw, wherever links lead later.
            real = os.path.realpath
            found = [
                task if task.follow else task._replace(path=real(task.path), top=real(task.top))
                for task in found
            ]
        if give is not None:
            give(found)
        tasks += found
        unchanged += same
        passed_over += known_skips
        seen.update(stored_paths)
    skipped = [(home.stored(path), reason) for path, reason in problems]
    skipped += [(home.stored(item.path), item.detail) for item in omitted if item.why == "size"]
    skipped += passed_over
    absent = sorted(known.keys() - seen)
    kept = [*lost, *(path for path, _ in problems)]
    # by the bytes of the stored paths; ASCII strings have the same order
    is_plain = all(task[1].isascii() for task in tasks)
    tasks.sort(key=itemgetter(1) if is_plain else lambda task: os.fsencode(task.stored))
    merged = _merged(before, asked, options.patterns)
    roots = tuple(map(home.stored, merged))
    selections = {home.stored(path): selection for path, selection in merged.items()}
    meanwhile = known_settings.replace(selections=selections, mark=mark)
    # A run over some roots keeps the recorded encodings and failures of other files.
    is_whole = wanted.keys() >= before.keys()
    read = {"encodings": options.encodings, "version": __version__, "readers": readers}
    settings = dump_settings(meanwhile.replace(**read) if is_whole else meanwhile)
    return Plan(
        roots=roots,
        settings=settings,
        settings_meanwhile=dump_settings(meanwhile),
        new_roots=(roots, settings) != (tuple(old_roots), old_settings),
        tasks=tuple(tasks),
        unchanged=tuple(unchanged),
        vanished=tuple(_vanished(absent, home, list(wanted), kept)),
        missing_roots=tuple(map(home.stored, lost)),
        skipped=tuple(skipped),
        omitted=tuple(omitted),
        known=frozenset(
            passed_over + [(t.stored, t.old.skipped) for t in tasks if t.old and t.old.skipped]
        ),
    )


def _compare(
    files: Sequence[SourceFile],
    stored_paths: Sequence[str],
    known: Mapping[str, FileState],
    named: Collection[str],
    reread: Collection[str],
    top_of: Callable[[str], str],
    *,
    rebuild: bool,
) -> tuple[list[Task], list[str], list[tuple[str, str]]]:
    """Compare the files found with the index.

    Return the tasks, the stored paths of unchanged files, and (stored path, reason) of files that were skipped before.
    `named` are absolute paths that the user named. `reread` are stored paths of files to read even if their bytes are
    the same; `rebuild` reads all files.
    """
    tasks: list[Task] = []
    unchanged: list[str] = []
    skipped: list[tuple[str, str]] = []
    new = tuple.__new__
    for stored, file in zip(stored_paths, files, strict=True):
        old = known.get(stored)
        if old is None or rebuild or old[1:4] != file[1:4] or stored in reread:
            must_read = True
        elif len(old.digest) == DIGEST_BYTES and not old.skipped:  # nearly all files
            unchanged.append(stored)
            continue
        else:
            must_read = must_retry(old)
        if must_read:
            path = file.path
            follow = path in named
            top = "" if follow else top_of(path)
            values = path, stored, file.size, follow, old, stored in reread, top
            tasks.append(new(Task, values))  # half the cost of calling Task
        elif old is not None:
            if old.is_read():
                unchanged.append(stored)
            if old.skipped:
                skipped.append((stored, old.skipped))
    return tasks, unchanged, skipped


def _changed(
    before: tuple[tuple[str, str], ...],
    now: tuple[tuple[str, str], ...],
    known: Iterable[str],
) -> frozenset[str]:
    """Return the known files whose encoding or reader, as the user sets it, has changed since they were read."""
    if before == now:
        return frozenset()
    from seedsearch.corpus.globs import GlobValues  # few users set one: start-up time

    old, new = GlobValues(before), GlobValues(now)
    return frozenset(path for path in known if old.of(path) != new.of(path))


def _as_root(path: str, before: Mapping[str, Selection], options: IndexOptions) -> Root:
    """Return an added path as a root: with the wished selection, else with its own, else with its outer root's."""
    if options.selection is not None:
        return Root(path, options.selection)
    if path in before:
        return Root(path, before[path])
    for outer, selection in before.items():
        if _reaches(Root(outer, selection), path, options.patterns):
            return Root(path, selection, outer)
    return Root(path)


def _tops(roots: Iterable[Root]) -> Callable[[str], str]:
    """Return a function that finds the innermost root of a file."""
    paths = sorted((os.path.normpath(root.path) for root in roots), key=len, reverse=True)
    known: dict[str, str] = {}

    def top_of(path: str) -> str:
        key = path.rpartition(os.sep)[0]  # a fifth of the cost of `dirname`
        if key not in known:
            folder = os.path.dirname(path)
            known[key] = next((root for root in paths if is_below(folder, root)), "")
        return known[key]

    return top_of


def _check(added: Iterable[str], home: Home, old_roots: Sequence[str]) -> None:
    for root in added:
        if is_below(root, home.folder) or os.path.basename(root) == INDEX_FOLDER:
            raise UsageError(f"{root} is an index, not a folder of documents")
        if not os.path.exists(root) and home.stored(root) not in old_roots:
            raise SourceNotFoundError(f"no such file or folder: {root}")


def _mark_of(
    settings: Settings,
    home: Home,
    before: Iterable[str],
    asked: Collection[str],
    wanted: Collection[str],
) -> str:
    """Return the mark to store beside the roots.

    An index from elsewhere, perhaps from somebody else, may name any roots. Raise UsageError if a root outside of the
    base is wanted that this user has not named.
    """
    mark = home.mark()
    outside = [root for root in (*before, *asked) if not home.holds(root)]
    unnamed = [root for root in outside if root not in asked]
    if unnamed and (not mark or settings.mark != mark):
        if refused := [root for root in unnamed if root in wanted]:
            raise UsageError(
                f"the index may come from another user, and it would read {refused[0]}, outside of {home.base}",
                "to read it, run seedsearch index FOLDER; to remove it, run seedsearch forget FOLDER",
            )
        return settings.mark
    return mark if outside else ""


def _targets(
    wanted: Iterable[Root], known: Mapping[str, FileState], home: Home
) -> tuple[list[Root], list[str]]:
    """Return the roots to walk, and the absolute paths of roots that do not exist, or are empty but had files.

    Such a root may be an unmounted disk.
    """
    walked: list[Root] = []
    lost: list[str] = []
    for root in wanted:
        if not os.path.exists(root.path) or (
            _is_empty(root.path) and any(is_below(home.absolute(path), root.path) for path in known)
        ):
            lost.append(root.path)
        else:
            walked.append(root)
    return walked, lost


def _is_empty(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is None
    except OSError:
        return False  # not a folder, or unreadable: the walk reports it


def _vanished(
    absent: Iterable[str], home: Home, wanted: Sequence[str], kept: Sequence[str]
) -> Iterable[str]:
    """Yield the known files that were looked for and not found, and whose folder was readable."""
    for stored in absent:
        path = home.absolute(stored)
        if any(is_below(path, root) for root in wanted) and not any(
            is_below(path, folder) for folder in kept
        ):
            yield stored


def _merged(
    before: Mapping[str, Selection], asked: Mapping[str, Root], patterns: tuple[str, ...]
) -> dict[str, Selection]:
    """Return all roots, except those that the walk of another root visits with the same selection."""
    # A path added as a part of another root is no root of its own.
    own = {path: root.selection for path, root in asked.items() if not root.anchor}
    roots = {**before, **own}
    return {
        path: selection
        for path, selection in roots.items()
        if not any(
            selection == other
            and not selection.globs
            and _reaches(Root(outer, other), path, patterns)
            for outer, other in roots.items()
        )
    }


def _reaches(root: Root, path: str, patterns: tuple[str, ...]) -> bool:
    return path != root.path and is_below(path, root.path) and reaches(root, path, patterns)


MOST_PARTS: Final = 4096


class Partition(NamedTuple):
    """Part `number` of `of`, counted from 1. The checksum of a stored path chooses its part."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def holds(self, stored: str) -> bool:
        """Return whether a file belongs to this part."""
        return zlib.crc32(os.fsencode(stored)) % self.of == self.number - 1


def parse_partition(text: str) -> Partition | None:
    """Return the partition that `3/16` names, or None if it names none."""
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and len(text) < 20):
        return None
    found = Partition(int(number), int(of))
    return found if 1 <= found.number <= found.of <= MOST_PARTS else None
