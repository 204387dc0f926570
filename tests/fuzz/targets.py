"""What the fuzzer calls: each target takes bytes, brings them to the core, and lets no expected error out.

A finding is any other exception, an access outside a buffer, or undefined behaviour. `make fuzz` runs each target for
SECONDS. An input that was a finding is kept in `findings/`, in a folder for its target, and
tests/faults/test_fuzz_findings.py gives each one to its target again.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import sys
import tempfile
from array import array
from collections import defaultdict
from functools import cache
from pathlib import Path

if "_core" in sys.builtin_module_names:  # compiled into the fuzzer
    import _core  # type: ignore[import-not-found]

    sys.modules["seedsearch.core._core"] = _core

from block_reader import reader_of
from trials import FRENCH, QUERIES, Opened, ask, seal, segments

from seedsearch.core import compiled
from seedsearch.engine.base import BatchBuilder, Engine
from seedsearch.engine.registry import check_index, open_engine
from seedsearch.errors import IndexDamagedError, IndexVersionError, UsageError
from seedsearch.indexing import IndexOptions, update_index
from seedsearch.indexing.run import documents_of
from seedsearch.model import FileState, SourceFile
from seedsearch.paths import Home, create_home
from seedsearch.search import Opened as OpenedIndex
from seedsearch.search import fragments, highlight
from seedsearch.search.searcher import SearchOptions, search

REFUSALS = (IndexDamagedError, IndexVersionError)
_MEDIA_TYPES = ("text/plain", "text/markdown", "text/html", "message/rfc822", "application/jsonl")


@cache
def _folder() -> Path:
    """A folder in memory, where the system has one: the targets write many small files."""
    parent = "/dev/shm" if os.path.isdir("/dev/shm") else None
    folder = tempfile.mkdtemp(dir=parent)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@cache
def _builder() -> BatchBuilder:
    folder = _folder() / "text"
    folder.mkdir()
    return open_engine(str(folder), create=True).writer().builder_factory()()


def text(data: bytes) -> None:
    """A file of any content, from its bytes to the columns of a segment. The first byte chooses how it is read."""
    if not data:
        return
    media_type = _MEDIA_TYPES[data[0] % len(_MEDIA_TYPES)]
    state = FileState("a.txt", len(data) - 1, 0, 0, b"", "")
    documents, _, _ = documents_of(state, data[1:], media_type=media_type)
    _builder().add(state, documents)
    _builder().finish()
    for path in (_folder() / "text").glob("*.seg"):
        path.unlink()


@cache
def _index() -> Path:
    """A small index in which everything has more than one block: lists, groups and terms. A run takes milliseconds."""
    base = _folder() / "whole"
    docs = base / "docs"
    docs.mkdir(parents=True)
    home = create_home(str(base / ".seedsearch"))
    for number in range(2):
        rows = (
            {"title": f"report {row}", "text": f"coal ships {_WORDS} word{3 * row} word{row}s"}
            for row in range(140 * (1 - number), 150)
        )
        (docs / f"{number}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        (docs / f"{number}.html").write_text(
            "<p>iron ore\n\n<script>\nx\n</script>\n<p>of the mine\n"
        )
        (docs / f"{number}.txt").write_text(FRENCH, encoding="utf-8")
        if number:
            (docs / "0.txt").unlink()
        engine = open_engine(home.folder, create=True)
        update_index(engine, home, IndexOptions(add_roots=(str(docs),), jobs=1))
        engine.close()
    return Path(home.folder)


def _edit(segment: Opened, column: int, place: int, value: bytes) -> None:
    """Put bytes somewhere into a column of a segment."""
    names = sorted(segment.directory["columns"])
    _, offset, _ = segment.directory["columns"][names[column % len(names)]]
    size = len(segment.values(names[column % len(names)]))
    where = place % max(size, 1)
    segment.body[offset + where : offset + min(where + len(value), size)] = value[: size - where]


def columns(data: bytes) -> None:
    """An index whose columns hold what the fuzzer says, under right checksums.

    The first byte chooses between some queries and a check. Six more are an edit: two choose the column, two the place
    in it, two what stands there.
    """
    if not data:
        return
    folder = _folder() / "copy"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(_index(), folder)
    opened = [Opened(path) for path in segments(folder)]
    for at in range(1, len(data) - 5, 6):
        place = int.from_bytes(data[at + 2 : at + 4], "little")
        _edit(opened[data[at + 1] % len(opened)], data[at], place, data[at + 4 : at + 6])
    for segment in opened:
        segment.save()
    seal(folder)
    if data[0] & 1:
        with contextlib.suppress(REFUSALS):
            check_index(str(folder))
        return
    try:
        engine = open_engine(str(folder))
    except REFUSALS:
        return
    for query in QUERIES[data[0] // 2 % 4 :: 4]:
        with contextlib.suppress(REFUSALS):
            ask(engine, query)
    engine.close()


def postings(data: bytes) -> None:
    """A posting list and a block of a dictionary, of any bytes, as the core gets them: far faster than `columns`.

    The first eight bytes say how many passages, occurrences and members the list has, how many passages the segment
    has, and where the block begins.
    """
    if len(data) < 8:
        return
    df, more, members, size, low, high, kind, slop = data[:8]
    passages, member_count = 1 + 16 * size, 1 + members % 9
    cut = 8 + low + 256 * (high % 16)
    listed, block = data[8:cut], data[cut:]
    with contextlib.suppress(ValueError):
        compiled.decode_postings(listed, df, df + more, member_count, passages, bool(kind & 1))
    zeros = array("I", bytes(4 * passages))
    table = compiled.passage_table(((zeros, zeros, zeros, None),), 0.3, 0.01, 4)
    chosen = array("I", [kind % member_count]) if kind & 2 else None
    source = (bool(kind & 4), listed, df, df + more, member_count, chosen)
    with contextlib.suppress(ValueError):
        scored = compiled.scored(table, compiled.postings(table, ((0, (source,)),), None), 1.0)
        words = ((0, ((source,), (source,))),)
        compiled.phrase(table, words, (1.0, 1.0), scored)
        compiled.near(table, words, (1.0, 1.0), None, slop)
        compiled.best_of_any(table, (scored, scored), (), (), 10)
        compiled.best_of_word(table, ((0, (source,)),), 1.0, 10)
    with contextlib.suppress(ValueError):
        compiled.take_apart(block)
    with contextlib.suppress(ValueError):
        compiled.terms_of(block, b"b")
    reader = reader_of(bytes(block))
    reader.group(low)
    reader.files_at(bytes(listed[:3]))
    compiled.find_groups((reader,), (bytes(listed[:3]), b"b"))
    found = compiled.find_word((reader,), True, bytes(listed[:3]), bytes(listed[3:5]), 4)
    with contextlib.suppress(ValueError):
        compiled.postings(table, found[0] if found else (), None)
    with contextlib.suppress(ValueError):
        sought = ((bytes(listed[:3]), bytes(listed[3:5])),)
        compiled.words_with(bytes(block), sought, b"de", 3, 4)
    lines, pattern = bytes(block), bytes(listed[:9])
    compiled.fitting_lines(lines, lines[:1], pattern, slop % 4 - 1)
    with contextlib.suppress(ValueError):
        lit = [(low, low + df, kind), (high, high + 1, 0)]
        compiled.snippet(lines, lit, kind % 4, slop, slop, fragments._KINDS, (low, kind))
    with contextlib.suppress(ValueError, OverflowError):
        compiled.check_postings((block,), listed, passages)
    with contextlib.suppress(ValueError, OverflowError):
        compiled.merge((((block,), listed, array("I", range(passages))),), passages)


_WORDS = "coal ships harbour grain iron ore the of report snake_case U.N. F-35 größe 東京 港 word12"
_SIGNS = '" ( ) + - ^2 * ? ~1 "~3 = == title: path: type: lang: date: [a_TO_c] *1* 2020.. ( "'
_TOKENS = (*_WORDS.split(), *_SIGNS.split(), " ", " ", " ", " AND ", " OR ", " NOT ", " +", " -")


@cache
def _engine() -> Engine:
    return open_engine(str(_index()))


def queries(data: bytes) -> None:
    """A query of tokens of the language, one a byte, and of any other text, with its snippets, copies and groups."""
    if not data:
        return
    flags, text = data[0], data[1:]
    tokens = "".join(_TOKENS[byte % len(_TOKENS)] for byte in text)
    query = text.decode("utf-8", "replace") if flags & 1 else tokens
    options = SearchOptions(
        limit=None if flags & 10 == 2 else 1 + flags % 20,
        per_file=None if flags & 4 else 2,
        explain=bool(flags & 8),
        relax=bool(flags & 16),
        by=("passage", "document", "file", "passage")[flags >> 5 & 3],
    )
    with contextlib.suppress(UsageError):
        index = OpenedIndex(_engine(), Home(str(_index())), str(_folder()))
        search(index, query, options)


def words(data: bytes) -> None:
    """What the core makes of any bytes that are texts, words, heads of mail or names of files."""
    if len(data) < 2:
        return
    limit, flags, rest = data[0], data[1], data[2:]
    texts = tuple(rest.split(b"\0"))
    terms = sorted({term for term in texts[0].lower().split() if term})
    compiled.stem(terms)
    numbers = {term: (number,) for number, term in enumerate(terms)}
    wanted = (
        *(tuple(terms[::2]), tuple(terms[1::2])),
        *(defaultdict(tuple, numbers), bytes(range(limit)) if flags & 2 else None),
        *(highlight._UNSPACED, highlight._STEMMED),
    )
    compiled.find_words(texts[-1], wanted)
    leaves = tuple(range(len(terms) - (limit & 1)))
    with contextlib.suppress(IndexError):
        text = texts[-1].decode("utf-8", "replace")  # else a word may have no character
        sought = text.encode(), wanted, leaves
        shapes, _ = compiled.shapes_and_folds(text, fragments.Characters(str.lower))
        sizes = limit % 5, limit, 1 + limit
        compiled.snippet(shapes, sought, *sizes, fragments._KINDS, (1, limit & 1))
    compiled.copies(texts, 1 + limit % 9, bool(flags & 1), bytes.lower, limit)
    compiled.may_hold_runs(rest, 1 + limit)
    compiled.may_hold_runs(rest.decode("utf-8", "replace"), 1 + limit)
    path = os.path.join(_folder(), os.fsdecode(texts[0])[:50])
    with contextlib.suppress(ValueError):  # a NUL in a name
        compiled.read_small(-1, path, os.O_RDONLY | os.O_NONBLOCK, 1 << 16, SourceFile)
    folder = os.open(_folder(), os.O_RDONLY)
    try:
        with contextlib.suppress(ValueError, OSError):
            compiled.list_files(folder, os.fsdecode(texts[-1]), 1 << 16, SourceFile)
    finally:
        os.close(folder)
