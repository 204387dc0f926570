"""Indexes with right checksums and wrong content: refused with a clear error, and no other failure.

Such an index may give any answers. But nothing may crash, fill the memory, run forever, or touch a file outside the
folder.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import struct
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import accumulate, islice, product
from pathlib import Path
from typing import Any

import pytest
from trials import Opened, bounded, questions, seal, segments, trials, write_files

from seedsearch.core.posting_list import code
from seedsearch.digest import digest
from seedsearch.engine.registry import check_index, open_engine
from seedsearch.errors import IndexDamagedError, IndexFault, IndexVersionError
from seedsearch.index import manifest
from seedsearch.index.failed_read import reading
from seedsearch.index.group_blocks import counts, string, take_apart
from seedsearch.index.merge import merge
from seedsearch.index.segment import Segment, open_segment
from seedsearch.index.segment_file import inflate
from seedsearch.indexing import IndexOptions, update_index
from seedsearch.paths import Home

Rng = random.Random
REFUSALS = (IndexDamagedError, IndexVersionError)


def use(folder: Path) -> int:
    """Run every query and a check. Return the number of refusals. Any other exception passes through."""
    with bounded(folder):
        return ask_and_check(folder)


def ask_and_check(folder: Path) -> int:
    refused = 0
    try:
        engine = open_engine(str(folder))
    except REFUSALS:
        refused += 1
    else:
        for _, answer in questions(engine):
            try:
                answer()
            except REFUSALS:
                refused += 1
        engine.close()
    try:
        refused += bool(check_index(str(folder)).damages)
    except IndexVersionError:
        refused += 1
    return refused


def update(folder: Path) -> None:
    """Index the documents again, with another file, so that segments are merged."""
    write_files(folder.parent / "docs", range(900, 901), Rng(1))
    engine = open_engine(str(folder), create=True)
    try:
        options = IndexOptions(add_roots=(str(folder.parent / "docs"),), jobs=1)
        update_index(engine, Home(str(folder)), options)
    finally:
        engine.close()


def merge_all(folder: Path) -> None:
    """Merge, as a commit does when there are many segments."""
    parts: list[Segment] = []
    try:
        for entry in manifest.read(str(folder)).segments:
            parts.append(open_segment(str(folder), entry))
        with reading(parts):
            (folder / merge(str(folder), parts).file).unlink()
    finally:
        for part in parts:
            part.close()


# --------------------------------------------------------------------------- the manifest

LONG_NUMBER = 1 << 70


def paths_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for name in value:
            yield from paths_of(value[name], (*path, name))
    elif isinstance(value, list):
        for number in range(len(value)):
            yield from paths_of(value[number], (*path, number))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], new)
    return changed


NEW_VALUES = (
    None,
    -1,
    1.5,
    1e999,
    LONG_NUMBER,
    1 << 40,
    "",
    "../../x",
    "\ud800",
    [],
    {},
    [[]],
    True,
)


def test_a_manifest_of_any_shape(copy: Path) -> None:
    whole = json.loads((copy / "manifest.json").read_text())
    rng = Rng(1)
    places = [path for path in paths_of(whole) if path[:1] == ("index",)]
    cases = [(path, new) for path in places for new in NEW_VALUES]
    refused = 0
    for path, new in rng.sample(cases, min(trials(150, 5000), len(cases))):
        changed = replaced(whole, path, new)
        body = [changed["format"], changed["index"]]
        canonical = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
        changed["checksum"] = digest(canonical)
        (copy / "manifest.json").write_text(json.dumps(changed))
        refused += bool(use(copy))
    assert refused > 50


@pytest.mark.parametrize(
    "text",
    [b"", b"null", b"[]", b"3", b'"x"', b"{}", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000,
     b'{"format":3,"checksum":"","index":null}', b'{"format":"1","checksum":1,"index":[]}',
     b'{"format":NaN,"checksum":1,"index":[]}', b"9" * 10_000, b"\0" * 4096],
    ids=range(14),
)  # fmt: skip
def test_a_manifest_of_any_text(copy: Path, text: bytes) -> None:
    (copy / "manifest.json").write_bytes(text)
    with pytest.raises(IndexDamagedError, match=r"manifest\.json"):
        open_engine(str(copy))
    assert [file for file, _ in check_index(str(copy)).damages] == ["manifest.json"]


@pytest.mark.parametrize("root", ["\ud800", "a\0b"])
def test_roots_are_paths(copy: Path, root: str) -> None:
    whole = json.loads((copy / "manifest.json").read_text())
    whole["index"]["roots"] = [root, "docs"]
    seal(copy, whole)
    with pytest.raises(IndexDamagedError):
        open_engine(str(copy))
    assert open_engine(str(copy), rebuild=True).roots() == ("docs",)


@pytest.mark.parametrize("name", ["../victim.seg", "victim.seg", "/etc/hostname", "lock", "", "."])
def test_a_manifest_never_names_a_file_outside(copy: Path, name: str) -> None:
    victim = copy.parent / "victim.seg"
    victim.write_text("precious")
    (copy / "victim.seg").write_text("precious")
    whole = json.loads((copy / "manifest.json").read_text())
    for entry in whole["index"]["segments"]:
        if entry["deletions"]:
            entry["deletions"]["file"] = name
    whole["index"]["segments"][0] |= {"file": name, "files": 0, "passages": 0}
    seal(copy, whole)
    with pytest.raises(IndexDamagedError):
        open_engine(str(copy))
    engine = open_engine(str(copy), rebuild=True)
    update_index(engine, Home(str(copy)), IndexOptions(rebuild=True, jobs=1))
    engine.close()
    assert victim.read_text() == (copy / "victim.seg").read_text() == "precious"
    assert not check_index(str(copy)).damages


def test_another_format_version_is_said_so(copy: Path) -> None:
    seal(copy, format=3)
    for attempt in (open_engine, check_index):
        with pytest.raises(IndexVersionError, match="has format 3; this version reads format 13"):
            attempt(str(copy))


# --------------------------------------------------------------------------- the segments


def any_value(segment: Opened, rng: Rng) -> None:
    """Replace some numbers of a column."""
    names = [n for n, (_, _, length) in segment.directory["columns"].items() if length]
    code, offset, length = segment.directory["columns"][rng.choice(names)]
    size = struct.calcsize(code)
    for _ in range(rng.choice((1, 1, 5, 200))):
        at = offset + rng.randrange(length) * size
        new = rng.choice(
            (bytes(size), b"\xff" * size, rng.randbytes(size), b"\x01" + bytes(size - 1))
        )
        segment.body[at : at + size] = new


def any_order(segment: Opened, rng: Rng) -> None:
    """Shuffle the numbers of a column, or make them all equal."""
    names = [n for n, (_, _, length) in segment.directory["columns"].items() if length]
    code, offset, length = segment.directory["columns"][rng.choice(names)]
    size = struct.calcsize(code)
    items = [
        bytes(segment.body[offset + i * size : offset + (i + 1) * size]) for i in range(length)
    ]
    if rng.random() < 0.5:
        rng.shuffle(items)
    else:
        items = [rng.choice(items)] * length
    segment.body[offset : offset + length * size] = b"".join(items)


def any_column(segment: Opened, rng: Rng) -> None:
    """Remove a column, or change its place, its length or its type."""
    columns = segment.directory["columns"]
    name = rng.choice(sorted(columns))
    code, offset, length = columns[name]
    columns[name] = rng.choice(
        (
            [code, offset, length - 1], [code, offset, length + 1], [code, offset, 0],
            [code, -8, length], [code, offset, -length], [code, offset, 1 << 60], [code, 1 << 70, 1],
            [code, offset + 8, length], [code, offset + 1, length], [code, 0.0, length],
            ["d", offset, length], ["q", offset, length // 8], ["Z", offset, length], ["B", offset, length],
            [[], offset, length], None, [], 3, "BBB", [code, offset, True], columns[rng.choice(sorted(columns))],
        )
    )  # fmt: skip
    if rng.random() < 0.1:
        del columns[name]


def any_facts(segment: Opened, rng: Rng) -> None:
    """Replace the facts by any JSON."""
    facts = segment.directory["facts"]
    kind = ["utf-8", "strict", 1.0, "text/plain", ""]
    new = rng.choice(
        ({}, [], None, facts | {"kinds": []}, facts | {"kinds": [[]]}, facts | {"kinds": [None]},
         facts | {"kinds": [kind[:4]]}, facts | {"kinds": [[*kind[:2], "1", "", ""]]},
         facts | {"kinds": [[*kind[:2], float("nan"), "", ""]]}, facts | {"kinds": {}},
         facts | {"fields": None}, facts | {"fields": [1]},
         facts | {"terms": None}, facts | {"terms": -1}, {"kinds": [kind]}, {"terms": 1})
    )  # fmt: skip
    segment.directory["facts"] = new


def any_block(segment: Opened, rng: Rng) -> None:
    """Replace the content of a block."""
    name = rng.choice(("text", "group", "term"))
    code, _, length = segment.directory["columns"][f"{name}.end"]
    ends = struct.unpack(f"<{length}{code}", segment.values(f"{name}.end"))
    data = bytes(segment.values(name))
    blocks = [data[a:b] for a, b in zip((0, *ends), ends, strict=False)]
    number = rng.randrange(len(blocks))
    is_deflated = name != "group"
    raw = bytearray(zlib.decompress(blocks[number]) if is_deflated else blocks[number])
    kind = rng.randrange(5)
    if kind == 0:
        raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
    elif kind == 1:
        del raw[rng.randrange(len(raw)) :]
    elif kind == 2:
        raw += rng.randbytes(rng.randrange(1, 50))
    elif kind == 3:
        at = rng.randrange(min(len(raw), 60))
        raw[at : at + 4] = rng.randbytes(4)
    if kind == 4:
        raw[:] = rng.randbytes(40)
    blocks[number] = zlib.compress(bytes(raw)) if is_deflated and kind != 4 else bytes(raw)
    segment.put(name, b"".join(blocks))
    at, new = 0, []
    for block in blocks:
        at += len(block)
        new.append(at)
    segment.put(f"{name}.end", struct.pack(f"<{len(new)}Q", *new), "Q")


CHANGES: tuple[Callable[[Opened, Rng], None], ...] = (
    any_value,
    any_value,
    any_order,
    any_column,
    any_facts,
    any_block,
)


def test_segments_of_any_content(copy: Path, whole: Path) -> None:
    rng = Rng(7)
    refused = 0
    for trial in range(trials(36, 15_000)):
        file = rng.choice(segments(copy))
        segment = Opened(file)
        change = CHANGES[trial % len(CHANGES)]
        change(segment, rng)
        segment.save()
        seal(copy)
        try:
            refused += bool(use(copy))
            for change_index in (merge_all, update) if trial % 6 == trial // 6 % 6 else ():
                try:
                    change_index(copy)
                except IndexFault:
                    refused += 1
        except BaseException:
            print(f"trial {trial}: {change.__name__} {file.name}")
            raise
        shutil.rmtree(copy)
        shutil.copytree(whole, copy)
    assert refused > 12


def test_a_block_that_inflates_for_ever_is_cut_off() -> None:
    bomb = zlib.compress(bytes(1 << 28), 1)
    tracemalloc.start()
    try:
        assert inflate(bomb, 1000) is None
        assert tracemalloc.get_traced_memory()[1] < 1 << 22
        assert inflate(bomb) is None
        assert tracemalloc.get_traced_memory()[1] < 3 << 26
    finally:
        tracemalloc.stop()


def with_groups(segment: Opened, change: Callable[[bytes], bytes]) -> None:
    """Return a dictionary with changed blocks of groups."""
    code, _, length = segment.directory["columns"]["group.end"]
    ends = struct.unpack(f"<{length}{code}", segment.values("group.end"))
    data = bytes(segment.values("group"))
    blocks = [change(data[a:b]) for a, b in zip((0, *ends), ends, strict=False)]
    segment.put("group", b"".join(blocks))
    new = list(accumulate(map(len, blocks)))
    segment.put("group.end", struct.pack(f"<{len(new)}Q", *new), "Q")


def with_numbers(block: bytes, number: int, value: int) -> bytes:
    """Return a block of groups in which all numbers of a column have one value, as far as possible."""
    keys, names, *packed = take_apart(block)
    columns = [memoryview(part).cast("I").tolist() for part in packed]
    listed = columns[4]
    columns[number] = [value] * len(columns[number])
    members = zip(names.split(b"\n"), *columns[5:], strict=False)
    made, last = b"", b""
    for key, shown, df, cf, extra, size, said in zip(
        keys.split(b"\n"), listed, *columns[:5], strict=True
    ):
        made += string(last, key) + possible(df, cf, extra) + code(size) + code(said)
        before = key[1:]
        for name, *of_member in islice(members, shown):
            made += string(before, name) + possible(*of_member)
            before = name
        last = key
    return made


def possible(df: int, cf: int, extra: int) -> bytes:
    df = min(df, (1 << 30) - 1)
    return counts(df, max(df, cf), extra)


COLUMNS = {"df": 0, "cf": 1, "size": 3, "listed": 4, "df of members": 5, "cf of members": 6}
VALUES = (0, 200_000_000, (1 << 32) - 1)
IMPOSSIBLE = {("cf", 0), ("cf of members", 0)}  # a block cannot express that


@pytest.mark.parametrize(
    ("column", "value"), [pair for pair in product(COLUMNS, VALUES) if pair not in IMPOSSIBLE]
)
def test_counts_that_ask_for_memory(column: str, value: int, copy: Path) -> None:
    """Lists that claim two hundred million passages, occurrences, bytes or members: no memory is allocated for
    them.
    """
    number = COLUMNS[column]
    for file in segments(copy):
        segment = Opened(file)
        with_groups(segment, partial(with_numbers, number=number, value=value))
        segment.save()
    seal(copy)
    tracemalloc.start()
    try:
        if number < 5:  # the counts of members are computed again
            with pytest.raises(IndexDamagedError):
                merge_all(copy)
        assert use(copy)
        assert tracemalloc.get_traced_memory()[1] < 1 << 27
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("first", [0, 223, 224, 239, 240, 247, 248, 249, 255])
def test_posting_lists_of_one_byte(first: int, copy: Path) -> None:
    """A list may claim any passages, frequencies and positions."""
    for file in segments(copy):
        segment = Opened(file)
        segment.put("postings", bytes([first]) * segment.directory["columns"]["postings"][2])
        segment.save()
    seal(copy)
    with pytest.raises(IndexDamagedError):
        merge_all(copy)
    assert use(copy) > 10


def test_numbers_of_another_type(copy: Path) -> None:
    """The same bytes, as numbers twice as long, are not misread."""
    segment = Opened(segments(copy)[0])
    values = bytes(segment.values("postings"))
    segment.put("postings", values + bytes(-len(values) % 2), "H")
    segment.save()
    seal(copy)
    with pytest.raises(IndexDamagedError, match="of another type"):
        open_engine(str(copy))
    assert any("of another type" in what for _, what in check_index(str(copy)).damages)


def test_a_directory_that_nests_for_ever(copy: Path) -> None:
    file = segments(copy)[0]
    data = file.read_bytes()
    at = struct.unpack("<Q", data[-24:-16])[0]
    nested = b"[" * 200_000
    footer = struct.pack("<QII8s", at, len(nested), 0, b"SEEDSEG1")
    file.write_bytes(data[:at] + nested + footer)
    whole = json.loads((copy / "manifest.json").read_text())
    for entry in whole["index"]["segments"]:
        if entry["file"] == file.name:
            entry["bytes"] = file.stat().st_size
    body = json.dumps(
        [whole["format"], whole["index"]], sort_keys=True, separators=(",", ":")
    ).encode()
    whole["checksum"] = digest(body)
    (copy / "manifest.json").write_text(json.dumps(whole))
    with pytest.raises(IndexDamagedError, match="directory cannot be read"):
        open_engine(str(copy))


# --------------------------------------------------------------------------- planted links


@pytest.mark.parametrize("name", ["manifest.tmp", "0123456789abcdef.seg", "0123456789abcdef.del"])
@pytest.mark.parametrize("hard", [False, True])
def test_a_writer_never_follows_a_link(copy: Path, name: str, hard: bool) -> None:
    victim = copy.parent / "victim.txt"
    victim.write_text("precious")
    (os.link if hard else os.symlink)(victim, copy / name)
    update(copy)
    assert victim.read_text() == "precious"
    assert not (copy / name).exists()
    assert not check_index(str(copy)).damages


def test_a_link_in_place_of_the_lock_is_refused(copy: Path) -> None:
    victim = copy.parent / "victim.txt"
    victim.write_text("precious")
    (copy / "lock").unlink()
    (copy / "lock").symlink_to(victim)
    engine = open_engine(str(copy))
    with pytest.raises(IndexFault, match="cannot lock the index"):
        engine.writer()
    engine.close()
    assert victim.read_text() == "precious"


def test_files_of_others_are_left_alone(copy: Path) -> None:
    names = [
        "notes.seg",
        "MAIN_abcdef0123456789.seg",
        "_MAIN_1.toc",
        "0123456789ABCDEF.seg",
        "a.del",
        "x.tmp",
    ]
    for name in names:
        (copy / name).write_text("mine")
    update(copy)
    engine = open_engine(str(copy), rebuild=True)
    update_index(engine, Home(str(copy)), IndexOptions(rebuild=True, jobs=1))
    engine.close()
    assert all((copy / name).read_text() == "mine" for name in names)
