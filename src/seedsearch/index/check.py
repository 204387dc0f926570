"""Check a whole index, with and beyond its checksums.

A checksum proves that a file is as it was written. `damages_of` checks whether its numbers fit together, whatever its
checksums say: a file written by a faulty program, or by an attacker, has right ones. No passage may point outside its
document, every block must inflate, and the postings must agree with the dictionary. Readers rely on that. A reader that
fails asks what is damaged (`failed_read.py`).
"""

from __future__ import annotations

import json
import os
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, count, repeat

from seedsearch.core import compiled
from seedsearch.engine.base import CheckReport
from seedsearch.errors import IndexDamagedError, IndexFault, NoIndexError
from seedsearch.index import manifest
from seedsearch.index.dictionary import BODY, TITLE, text_of
from seedsearch.index.dictionary_writer import class_rows
from seedsearch.index.group_blocks import GROUPS_A_BLOCK, Block
from seedsearch.index.line_steps import STEPS_A_BLOCK
from seedsearch.index.manifest import Manifest, SegmentEntry
from seedsearch.index.segment import TABLES, Segment, open_segment
from seedsearch.index.segment_file import Blobs, damage_parts
from seedsearch.line_ends import LINE_END

Damage = tuple[str, str]

_TRIES = 20


def check(folder: str) -> CheckReport:
    """Read and verify everything in an index folder.

    Raise NoIndexError and IndexVersionError.
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
        # A commit came in between: its manifest names other files.
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
    segment = open_segment(folder, entry)
    try:
        within = tuple(damages_of(segment))
        if not within:
            segment.file.check_all()
        for what in within or _of_sums(segment, entry):
            yield entry.file, what
        if entry.deletions is not None and not within:
            for what in _of_deletions(segment, entry):
                yield entry.deletions.file, what
    finally:
        segment.close()


def _of_sums(segment: Segment, entry: SegmentEntry) -> Iterator[str]:
    """Yield each count in the manifest that differs from the segment."""
    skipped = sum(map(bool, Blobs(segment.file, "file.skipped").all()))
    for name, said, found in (
        ("skipped files", entry.skipped, skipped),
        ("words", entry.body_length, _sum(segment, "passage.length")),
        ("words of titles", entry.title_length, _sum(segment, "passage.title")),
        ("bytes of text", entry.text_bytes, segment.text_bytes),
    ):
        if said != found:
            yield f"it has {found:,} {name}, but the manifest says {said:,}"


def _sum(segment: Segment, name: str) -> int:
    return sum(segment.file.column(name).whole())


def _of_deletions(segment: Segment, entry: SegmentEntry) -> Iterator[str]:
    assert segment.deletions is not None
    passages, files = segment.deletions
    if passages.count(1) != entry.deleted_passages:
        yield "it does not delete as many passages as the manifest says"
    file_of = segment.file.column("document.file").whole()
    documents = segment.file.column("passage.document").whole()
    if any(files[file_of[d]] != gone for d, gone in zip(documents, passages, strict=True)):
        yield "it deletes passages of files that it keeps, or keeps some of files that it deletes"


# ------------------------------------------------------------------------------ one segment


def damages_of(segment: Segment) -> Iterator[str]:
    """Yield the first fault found in a segment, in words. Raise nothing."""
    for part, test in _TESTS:
        what = _tried(lambda test=test: test(segment), part)  # type: ignore[misc]
        if what:
            yield what
            return  # the later tests rely on this one


def _tried(test: Callable[[], str], part: str) -> str:
    try:
        return test()
    except IndexDamagedError as error:
        return damage_parts(error)[1]
    except Exception:  # a wrong number may raise anything
        return f"its {part} cannot be read"


def _rows(segment: Segment) -> str:
    """Check that strings lie in their columns."""
    file = segment.file
    of_rows = (name.removesuffix(".end") for name in chain(*TABLES) if name.endswith(".end"))
    blocks = ("group", "term", "class")
    firsts = (f"{name}.first" for name in blocks)
    for name in ("heading", "text", "steps", *blocks, *firsts, *of_rows):
        ends = file.column(f"{name}.end").whole()
        if not _ascending(ends) or len(file.column(name)) != (ends[-1] if len(ends) else 0):
            return f"its column {name} is cut in the wrong places"
    for name in ("mtime", "ctime"):
        file.column(f"file.{name}", "q")
    return ""


def _tables(segment: Segment) -> str:
    """Check that rows are in order and point at existing rows."""
    file = segment.file
    paths = Blobs(file, "file.path").all()
    if _unordered(paths):
        return "its files are out of order"
    for skipped in Blobs(file, "file.skipped").all():
        skipped.decode()
    of_file, of_document = (file.column(n).whole() for n in ("document.file", "passage.document"))
    if not _ascending(of_file) or not _below(of_file, len(paths)):
        return "its documents are out of order"
    if not _ascending(of_document) or not _below(of_document, len(of_file)):
        return "its passages are out of order"
    if not _below(file.column("passage.heading").whole(), len(file.column("heading.end"))):
        return "a passage refers to a heading that does not exist"
    if not _below(file.column("document.kind").whole(), len(file.facts["kinds"])):
        return "a document refers to a kind that does not exist"
    for name in ("document.title", "document.id", "document.member", "heading"):
        Blobs(file, name).decoded(text_of)
    segment.check_places()
    for fields in set(Blobs(file, "document.fields").all()) - {b""}:
        for _name, _value in json.loads(fields):
            pass
    return ""


def _texts(segment: Segment) -> str:
    """Check that every block inflates to its size, and that every passage is text in one block."""
    ends, blocks = (segment.file.column(name).whole() for name in ("passage.text", "text.raw"))
    if not _ascending(ends) or not _ascending(blocks):
        return "its texts are out of order"
    if len(blocks) != len(segment.file.column("text.end")) or segment.text_bytes != sum(
        blocks[-1:]
    ):
        return "its texts are not as long as they should be"
    if not set(blocks).issubset(ends):
        return "a passage's text is cut in two"
    number = start = 0
    for block, block_end in enumerate(blocks):
        data = segment.text_block(block)
        text_of(data)
        while number < len(ends) and ends[number] <= block_end:
            at = ends[number] - start
            if at < len(data) and data[at] & 0xC0 == 0x80:
                return "a passage's text is cut inside a character"
            number += 1
        start = block_end
    return ""


def _steps(segment: Segment) -> str:
    """Check that steps are stored for the line ends of their passages' texts, and lead to lines of the file."""
    blocks = len(segment.file.column("steps.end"))
    if blocks and blocks != -(-segment.passages // STEPS_A_BLOCK):
        return "the number of line entries is not the number of passages"
    for number in range(segment.passages if segment.stored_steps else 0):
        steps = segment.steps(number)
        if not steps:
            continue
        text = text_of(segment.text(number))
        if steps.count(" ") + 1 != len(LINE_END.findall(text)):
            return "a passage has other lines than its text"
    return ""


def _dictionaries(segment: Segment) -> str:
    """Check that keys ascend, that dictionary and postings agree in size, and that terms are the groups' members."""
    last, base, groups = b"", 0, 0
    marked: list[bytes] = []
    firsts: list[bytes] = []
    terms: list[tuple[bytes, int]] = []
    for block in segment.dictionary.blocks():
        if block.base != base:
            return "a block of its dictionary begins in the wrong place"
        if groups % GROUPS_A_BLOCK or _unordered([last, *block.keys]):
            return "its dictionary is out of order"
        firsts.append(block.keys[0])
        terms += _listed(block, groups)
        marked += block.marked()
        last, base, groups = block.keys[-1], base + sum(block.lists), groups + len(block.keys)
    if firsts != Blobs(segment.file, "group.first").all():
        return "its dictionary is out of order"
    bases = segment.file.column("group.base").whole()
    if (
        len(bases) != len(firsts) + 1
        or bases[-1] != base
        or base != len(segment.file.column("postings"))
    ):
        return "its dictionary and its postings do not agree"
    found = list(segment.dictionary.listed(b""))
    names = [name for name, _ in found]
    if names != sorted(names) or sorted(found) != sorted(terms):
        return "its list of terms does not agree with its dictionary"
    if class_rows(marked) != list(segment.dictionary.all_classes()):
        return "its list of stem classes does not agree with its dictionary"
    return ""


def _listed(block: Block, before: int) -> Iterator[tuple[bytes, int]]:
    """Yield the terms that a block's groups list, with their groups' numbers.

    `before` is the number of earlier groups.
    """
    groups = chain.from_iterable(map(repeat, count(before), block.listed))
    of_bodies = sum(block.listed[: bisect_left(block.keys, TITLE)])
    bodies, titles = block.members[:of_bodies], block.members[of_bodies:]
    return zip(chain(map(BODY.__add__, bodies), map(TITLE.__add__, titles)), groups, strict=True)


def _postings(segment: Segment) -> str:
    """Check every posting list against the dictionary."""
    if compiled is not None:
        blocks = tuple(segment.dictionary.group_blocks())
        compiled.check_postings(blocks, segment.file.column("postings").whole(), segment.passages)
        return ""
    from seedsearch.index.plain_inversion import counts_of  # without the core: start-up time

    for block in segment.dictionary.blocks():
        for i, key in enumerate(block.keys):
            group, counts = block.group(i), counts_of(segment, key)
            of_members = zip(group.member_df, group.member_cf, group.member_extra, strict=True)
            if (
                key[:1] not in (BODY, TITLE)
                or _unordered([b"", *group.members])
                or counts[0] != (group.df, group.cf, group.extra)
                or counts[1] != dict(zip(group.members, of_members, strict=True))
            ):
                return "its dictionary counts other passages than its postings have"
    return ""


_TESTS: Sequence[tuple[str, Callable[[Segment], str]]] = (
    ("tables", _rows),
    ("records", _tables),
    ("dictionary", _dictionaries),
    ("postings", _postings),
    ("texts", _texts),
    ("lines", _steps),
)


def _ascending(values: memoryview) -> bool:
    numbers = values.tolist()
    return bool(numbers == sorted(numbers))


def _below(values: memoryview, count: int) -> bool:
    """Return whether all numbers are row numbers of a table with `count` rows."""
    return not len(values) or (min(values) >= 0 and max(values) < count)


def _unordered(keys: list[bytes]) -> bool:
    return keys != sorted(set(keys))
