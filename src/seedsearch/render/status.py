"""The status of an index, as lines and as JSON (`seedsearch.status/1`).

Lines are sanitised. Paths are valid from the current folder.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from seedsearch.corpus.skip import NEEDS, SCANNED
from seedsearch.engine.base import IndexStats, Reading, by_count
from seedsearch.model import IN_PART
from seedsearch.record import Record
from seedsearch.render.jsonl import path_fields
from seedsearch.render.messages import CORE_MISSING, duration, first_lines, numbers, plural, size
from seedsearch.render.sanitize import clean

STATUS_SCHEMA = "seedsearch.status/1"

_NAMED_SKIPS = 3
_FIGURES = "documents passages deleted terms text_bytes index_bytes segments condition generation"
_EXTRA = re.compile(rf"{NEEDS}(seedsearch\[\w+\])")


class Status(Record):
    """An index, its roots, and its skipped files with the reasons.

    `kinds` are names of formats with their numbers of documents. `engine` is the name of the engine. `has_core`
    says whether the compiled core is installed. `collections` are the names of all collections of the user.
    `now_ns` is the current time in nanoseconds since the epoch.
    """

    folder: str
    engine: str
    has_core: bool
    roots: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, int], ...]
    stats: IndexStats
    now_ns: int
    collections: tuple[str, ...] = ()


def status_lines(status: Status, verbose: bool = False) -> Iterator[str]:
    """Yield lines in two columns: a name, and a fact."""
    for name, facts in _facts(status, verbose):
        for number, fact in enumerate(facts):
            yield f"{'' if number else name:<11} {clean(fact)}".rstrip()


def _facts(status: Status, verbose: bool) -> Iterator[tuple[str, list[str]]]:
    stats = status.stats
    share = ""
    if stats.text_bytes:
        share = f", {100 * stats.index_bytes / stats.text_bytes:,.0f} % of the text"
    yield "index", [f"{status.folder} ({size(stats.index_bytes)}{share})"]
    yield "roots", list(status.roots) or ["none"]
    yield "files", [f"{stats.files - stats.skipped:,} read, {stats.skipped:,} skipped"]
    whole = [reason for _, reason in status.skipped if not reason.startswith(IN_PART)]
    if whole:
        counts = numbers(Counter(whole).most_common())
        yield "skipped", [counts, *_named(status.skipped, verbose, in_part=False)]
    if in_part := len(status.skipped) - len(whole):
        named = _named(status.skipped, verbose, in_part=True)
        yield "in part", [plural(in_part, "file"), *named]
    yield "", [*_to_read_more(status.skipped)]
    yield "documents", [f"{stats.documents:,}, {size(stats.text_bytes)} of text"]
    if status.kinds:
        yield "kinds", [_listed(status.kinds)]
    deleted = f" ({stats.deleted:,} deleted, not yet merged away)" if stats.deleted else ""
    yield "passages", [f"{stats.passages:,}{deleted}"]
    yield "terms", [f"{stats.terms:,}"]
    if stats.encodings:
        yield "encodings", [_listed(stats.encodings)]
    if stats.languages:
        yield "languages", [_listed(stats.languages)]
    segments = plural(stats.segments, "segment")
    condition = f", {stats.condition}" if stats.condition else ""
    yield "engine", [f"{status.engine}, {segments}, commit {stats.generation:,}{condition}"]
    yield "core", ["compiled" if status.has_core else "; ".join(CORE_MISSING)]
    if status.collections:
        yield "collections", [", ".join(status.collections)]
    if stats.committed_ns:
        yield "updated", [_when(stats.committed_ns, status.now_ns)]
    if stats.created_ns:
        yield "created", [_when(stats.created_ns, status.now_ns)]


def _listed(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name or _UNKNOWN} {count:,}" for name, count in counts)


def _named(skipped: Sequence[tuple[str, str]], verbose: bool, *, in_part: bool) -> Iterator[str]:
    lines = [
        f"  {path}: {reason.removeprefix(IN_PART)}"
        for path, reason in skipped
        if reason.startswith(IN_PART) == in_part
    ]
    return first_lines(lines, len(lines) if verbose else _NAMED_SKIPS, "-v")


def _to_read_more(skipped: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield what to type, so that more files are read."""
    extras = Counter(extra for _, reason in skipped for extra in set(_EXTRA.findall(reason)))
    for extra, count in extras.most_common():
        yield f"  to read {plural(count, 'file')}: pip install '{extra}', then seedsearch index"
    if scanned := sum(SCANNED in reason for _, reason in skipped):
        yield f"  to read the scanned pages of {plural(scanned, 'file')}: seedsearch index --ocr"


def _when(then_ns: int, now_ns: int) -> str:
    moment = datetime.fromtimestamp(then_ns / 1e9).astimezone()
    return f"{moment:%Y-%m-%d %H:%M:%S}, {_age(now_ns - then_ns)}"


def _age(nanoseconds: int) -> str:
    seconds = nanoseconds / 1e9
    if seconds < 1:
        return "just now"
    if seconds < 86_400 * 2:
        return f"{duration(round(seconds) * 1000)} ago".replace(".0 s", " s")
    return f"{plural(int(seconds / 86_400), 'day')} ago"


def status_object(status: Status) -> dict[str, Any]:
    """Return the status as plain values. Times are in ISO 8601, UTC."""
    stats = status.stats
    return {
        "schema": STATUS_SCHEMA,
        "index": path_fields(status.folder),
        "engine": status.engine,
        "core": "compiled" if status.has_core else "python",
        "collections": list(status.collections),
        "roots": [path_fields(root) for root in status.roots],
        "files": stats.files - stats.skipped,
        "skipped": [{**path_fields(path), "reason": reason} for path, reason in status.skipped],
        **{name: getattr(stats, name) for name in _FIGURES.split()},
        "created": _iso(stats.created_ns),
        "committed": _iso(stats.committed_ns),
        "media_types": dict(stats.media_types),
        "encodings": dict(stats.encodings),
        "languages": _languages(stats.languages),
    }


def _iso(nanoseconds: int) -> str | None:
    if not nanoseconds:
        return None
    moment = datetime.fromtimestamp(nanoseconds / 1e9, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


ENCODINGS_SCHEMA = "seedsearch.encodings/1"
_GUESSES = 10
_OF_A_GUESS = ("encoding", "errors", "confidence")


def encoding_lines(readings: Sequence[Reading]) -> Iterator[str]:
    """Yield each encoding with its number of documents, then the least certain detections."""
    for encoding, count in Counter(r.encoding for r in readings if r.encoding).most_common():
        yield f"{count:>9,}  {clean(encoding)}"
    lines = []
    for found in least_certain(readings):
        bad = ", with errors" if found.errors != "strict" else ""
        lines.append(f"{100 * found.confidence:>7.0f} %  {found.encoding}{bad}: {found.path}")
    if lines:
        yield ""
        yield "least certain (set the right one in seedsearch.toml, under [encodings]):"
    yield from first_lines(list(map(clean, lines)), _GUESSES, "--json")


def least_certain(readings: Sequence[Reading]) -> list[Reading]:
    """Return the documents whose encoding was detected, or decoded with errors, least certain first."""
    unsure = [r for r in readings if r.encoding and (r.confidence < 1 or r.errors != "strict")]
    return sorted(unsure, key=lambda r: (r.confidence, r.errors == "strict", r.path))


def encodings_object(readings: Sequence[Reading]) -> dict[str, Any]:
    """Return the encodings as plain values, with all uncertain detections."""
    counts = Counter(r.encoding for r in readings if r.encoding).most_common()
    return {
        "schema": ENCODINGS_SCHEMA,
        "encodings": dict(counts),
        "guesses": [
            path_fields(r.path) | {name: getattr(r, name) for name in _OF_A_GUESS}
            for r in least_certain(readings)
        ],
    }


LANGUAGES_SCHEMA = "seedsearch.languages/1"
_EXAMPLES = 3
_UNKNOWN = "unknown"


def language_lines(readings: Sequence[Reading]) -> Iterator[str]:
    """Yield each language with its number of documents and some of their files."""
    files: dict[str, list[str]] = {}
    for reading in readings:
        files.setdefault(reading.language, []).append(reading.path)
    for tag, count in by_count({tag: len(paths) for tag, paths in files.items()}):
        examples = sorted(set(files[tag]))
        shown = ", ".join(examples[:_EXAMPLES]) + (", …" if len(examples) > _EXAMPLES else "")
        yield clean(f"{count:>9,}  {tag or _UNKNOWN:<7}  {shown}")


def languages_object(readings: Sequence[Reading]) -> dict[str, Any]:
    """Return the number of documents in each language as plain values."""
    counts = by_count(Counter(reading.language for reading in readings))
    return {"schema": LANGUAGES_SCHEMA, "languages": _languages(counts)}


def _languages(counts: Sequence[tuple[str, int]]) -> dict[str, int]:
    return {tag or _UNKNOWN: count for tag, count in counts}
