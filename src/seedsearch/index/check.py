"""Checking a whole index: what checksums vouch for, and what they cannot.

A checksum says that a file is as it was written. That its numbers fit together (no passage points outside its
document, every block inflates, the postings are as many as the dictionary says) is looked at besides: a fault in
the program that wrote it, or the ill will of whoever made the folder, has right checksums.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from seedsearch.engine.base import CheckReport
from seedsearch.errors import IndexDamagedError, IndexFault, NoIndexError
from seedsearch.index import manifest
from seedsearch.index.manifest import Manifest, SegmentEntry
from seedsearch.index.segment import Segment, Small
from seedsearch.index.segment_file import Blobs, SegmentFile, damage, damage_parts

Ints = npt.NDArray[Any]
Damage = tuple[str, str]

_TRIES = 20
_TYPES = {"B": np.uint8, "H": np.uint16, "I": np.uint32, "Q": np.uint64, "q": np.int64}
_BLOBS = {
    "file": ("path", "digest", "skipped"),
    "document": ("title", "id", "member", "fields"),
    "passage": (),
}
_NUMBERS = {
    "file": ("size", "mtime", "ctime"),
    "document": ("file", "place", "ordinal", "kind"),
    "passage": ("document", "line", "lines", "byte", "bytes", "page", "heading", "length", "title",
                "text"),
}  # fmt: skip
_OTHER_BLOBS = ("heading", "text", "group", "group.first", "term", "term.first")


def check(folder: str) -> CheckReport:
    """Read and verify everything in an index folder.

    Raises NoIndexError, IndexVersionError.
    """
    for left in range(_TRIES, 0, -1):
        try:
            state = manifest.read(folder)
        except IndexDamagedError as error:
            return CheckReport(0, 0, (damage_parts(error),))
        found = tuple(_damages(folder, state))
        if left == 1 or not any(_is_missing(folder, file) for file, _ in found):
            break
        try:
            if manifest.read(folder) == state:
                break
        except (NoIndexError, IndexFault):
            break
        # A commit came between: its manifest names other files.
    passages = sum(entry.passages - entry.deleted_passages for entry in state.segments)
    return CheckReport(len(state.segments), passages, found)


def _is_missing(folder: str, file: str) -> bool:
    return not os.path.lexists(os.path.join(folder, file))


def _damages(folder: str, state: Manifest) -> Iterator[Damage]:
    for entry in state.segments:
        try:
            yield from _damages_of_entry(folder, entry)
        except IndexDamagedError as error:
            yield damage_parts(error)
        except FileNotFoundError as error:
            yield os.path.basename(str(error.filename)), "it is missing"
        except (IndexFault, OSError) as error:
            yield entry.file, f"it cannot be read: {error}"


def _damages_of_entry(folder: str, entry: SegmentEntry) -> Iterator[Damage]:
    file = SegmentFile(os.path.join(folder, entry.file), entry.bytes, entry.digest)
    try:
        file.check_all()
    finally:
        file.close()
    segment = manifest.open_segment(folder, entry)
    try:
        within = tuple(damages_of(segment))
        for what in within or _of_sums(segment, entry):
            yield entry.file, what
        if entry.deletions is not None and not within:
            for what in _of_deletions(segment, entry):
                yield entry.deletions.file, what
    finally:
        segment.close()


# ------------------------------------------------------------------------- one segment


def damages_of(segment: Segment) -> Iterator[str]:
    """What in a segment does not fit together, whatever its checksums say. Raises nothing."""
    for part, test in _TESTS:
        what = _tried(lambda test=test: test(segment), part)  # type: ignore[misc]
        if what:
            yield what
            return  # the tests that follow rely on this one


def _tried(test: Callable[[], str], part: str) -> str:
    try:
        return test()
    except IndexDamagedError as error:
        return damage_parts(error)[1]
    except Exception:  # whatever a number out of place makes fail
        return f"its {part} cannot be read"


def _rows(segment: Segment) -> str:
    """Every column is there, and those of one table are equally long."""
    file = segment.file
    for table, blobs in _BLOBS.items():
        names = [f"{table}.{name}" for name in _NUMBERS[table]]
        names += [f"{table}.{name}.end" for name in blobs]
        if len({len(file.column(name)) for name in names}) != 1:
            return f"its table of {table}s has columns of different lengths"
    for name in (*_OTHER_BLOBS, *(f"{t}.{name}" for t, names in _BLOBS.items() for name in names)):
        ends = _values(segment, f"{name}.end")
        if not _ascending(ends) or len(file.column(name)) != (ends[-1] if len(ends) else 0):
            return f"its column {name} is cut in the wrong places"
    for name in ("post.tf", "occ.pos", "occ.member"):
        over, high = _values(segment, f"{name}.over"), _values(segment, f"{name}.high")
        if len(over) != len(high) or not _ascending(over, 1) or not _below(over, file, name):
            return f"its column {name} has a wrong overflow"
    return ""


def _tables(segment: Segment) -> str:
    """Rows point at rows that are there, in order."""
    file = segment.file
    paths = Blobs(file, "file.path").all()
    if _unordered(paths):
        return "its files are out of order"
    for skipped in Blobs(file, "file.skipped").all():
        skipped.decode()
    of_file, of_document = _values(segment, "document.file"), _values(segment, "passage.document")
    if not _ascending(of_file) or not _below(of_file, file, "file.path.end"):
        return "its documents are out of order"
    if not _ascending(of_document) or not _below(of_document, file, "document.file"):
        return "its passages are out of order"
    if not _below(_values(segment, "passage.heading"), file, "heading.end"):
        return "a passage has a heading that is not there"
    if _values(segment, "document.kind").max(initial=0) >= max(len(file.facts["kinds"]), 1):
        return "a document is of a kind that is not there"
    for number in range(len(of_file)):
        segment.document(number)
    for heading in Blobs(file, "heading").all():
        heading.decode("utf-8", "surrogatepass")
    for fields in set(Blobs(file, "document.fields").all()) - {b""}:
        for _name, _value in json.loads(fields):
            pass
    return ""


def _texts(segment: Segment) -> str:
    """Every block inflates to what it should, and every passage lies in one block."""
    ends, blocks = _values(segment, "passage.text"), _values(segment, "text.raw")
    if not _ascending(ends) or not _ascending(blocks):
        return "its texts are out of order"
    if len(blocks) != len(segment.file.column("text.end")) or ends[-1:].sum() != blocks[-1:].sum():
        return "its texts are not as long as they should be"
    if not np.isin(blocks, ends).all():
        return "a passage's text is cut in two"
    for number in range(segment.passages):
        segment.text(number).decode("utf-8", "surrogatepass")
    return ""


def _dictionaries(segment: Segment) -> str:
    """Keys ascend; the dictionaries and the postings are of one size."""
    file, keys, bases = segment.file, [], [(0, 0, 0)]
    df, cf, several, terms = [0], [0], [0], 0
    for block in segment.dictionary.blocks():
        if bases[-1] != block.bases:
            return "a block of its dictionary begins in the wrong place"
        keys += block.keys
        df.append(sum(block.df))
        cf.append(sum(block.cf))
        many = [c for c, size in zip(block.cf, block.sizes, strict=True) if size > 1]
        several.append(sum(many))
        bases.append((sum(df), sum(cf), sum(several)))
        terms += len(block.members)
    firsts = Blobs(file, "group.first").all()
    if _unordered(keys) or keys[::_GROUPS_A_BLOCK] != firsts:
        return "its dictionary is out of order"
    columns = (segment.docs, file.column("occ.pos"), file.column("occ.member"))
    if bases[-1] != tuple(map(len, columns)):
        return "its dictionary and its postings do not agree"
    names, groups = [], []
    for name, group in segment.dictionary.terms(b""):
        names.append(name)
        groups.append(group)
    doubled = len(set(zip(names, groups, strict=True))) < len(
        names
    )  # a term has a group a language
    unordered = any(a > b for a, b in pairwise(names)) or doubled
    if unordered or len(names) != terms or max(groups, default=0) >= max(len(keys), 1):
        return "its list of terms does not agree with its dictionary"
    return ""


def _postings(segment: Segment) -> str:
    """Passages ascend in each group, and as many occurrences are counted as there are."""
    blocks = list(segment.dictionary.blocks())
    df, cf, sizes = (_concatenated([getattr(block, n) for block in blocks]) for n in _OF_GROUPS)
    docs, tf = _values(segment, "post.doc"), _small(segment.tfs, len(segment.docs))
    starts = np.cumsum(df) - df
    inside = np.ones(len(docs), np.bool_)
    inside[starts] = False
    if (df < 1).any() or docs.max(initial=-1) >= segment.passages:
        return "its postings point at passages that are not there"
    if (np.diff(docs)[inside[1:]] < 1).any():
        return "its postings are out of order"
    if (tf < 1).any() or (len(tf) and (np.add.reduceat(tf, starts) != cf).any()):
        return "its occurrences are not as many as they should be"
    member = _small(segment.members, len(segment.file.column("occ.member")))
    if (member >= np.repeat(sizes[sizes > 1], cf[sizes > 1])).any():
        return "its occurrences are of terms that are not there"
    return ""


_GROUPS_A_BLOCK = 128
_OF_GROUPS = ("df", "cf", "sizes")
_TESTS: Sequence[tuple[str, Callable[[Segment], str]]] = (
    ("tables", _rows),
    ("records", _tables),
    ("dictionary", _dictionaries),
    ("postings", _postings),
    ("texts", _texts),
)


def _of_sums(segment: Segment, entry: SegmentEntry) -> Iterator[str]:
    """What the manifest counts, counted again."""
    skipped = sum(map(bool, Blobs(segment.file, "file.skipped").all()))
    for name, said, found in (
        ("skipped files", entry.skipped, skipped),
        ("words", entry.body_length, int(_values(segment, "passage.length").sum())),
        ("words of titles", entry.title_length, int(_values(segment, "passage.title").sum())),
        ("bytes of text", entry.text_bytes, int(_values(segment, "passage.text")[-1:].sum())),
    ):
        if said != found:
            yield f"it holds {found:,} {name}, the manifest says {said:,}"


def _of_deletions(segment: Segment, entry: SegmentEntry) -> Iterator[str]:
    assert segment.deletions is not None
    passages, files = (np.frombuffer(flags, np.uint8) for flags in segment.deletions)
    if int(passages.sum()) != entry.deleted_passages:
        yield "it does not delete as many passages as the manifest says"
    file_of = _values(segment, "document.file")[_values(segment, "passage.document")]
    if (files[file_of] != passages).any():
        yield "it deletes passages of files that it keeps, or keeps some of files that it deletes"


# -------------------------------------------------------------------------------- arrays


def _values(segment: Segment, name: str) -> Ints:
    column = segment.file.column(name)
    values = np.frombuffer(column.whole(), _TYPES[column.code]).astype(np.int64)
    if values.min(initial=0) < 0 and column.code != "q":
        raise damage(os.path.basename(segment.file.path), f"its column {name} is wrong")
    return values


def _small(column: Small, count: int) -> Ints:
    low, over, high = column.parts(0, count)
    values = np.frombuffer(low, np.uint8).astype(np.int64)
    values[np.frombuffer(over, np.uint32)] += np.frombuffer(high, np.uint32).astype(np.int64) << 8
    return values


def _concatenated(parts: Sequence[Sequence[int]]) -> Ints:
    whole = np.concatenate([np.empty(0, np.int64), *(np.array(part, np.int64) for part in parts)])
    if whole.min(initial=0) < 0:
        raise ValueError
    return whole


def _ascending(values: Ints, step: int = 0) -> bool:
    return bool((np.diff(values) >= step).all())


def _below(values: Ints, file: SegmentFile, name: str) -> bool:
    return bool((values < len(file.column(name))).all())


def _unordered(keys: Sequence[bytes]) -> bool:
    return any(a >= b for a, b in pairwise(keys))
