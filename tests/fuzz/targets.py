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
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

if "_core" in sys.builtin_module_names:  # compiled into the fuzzer
    import _core  # type: ignore[import-not-found]

    sys.modules["seedsearch.core._core"] = _core

from block_reader import reader_of
from trials import FRENCH, QUERIES, Opened, ask, seal, segments

from seedsearch.core import compiled
from seedsearch.corpus.formats import html, mail, mbox, mime, table
from seedsearch.corpus.formats.document_builder import clean_text
from seedsearch.corpus.found import FoundDocument
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.corpus.split import FINDER
from seedsearch.engine.base import Added, BatchBuilder, Engine
from seedsearch.engine.opensearch.streams import JOINT, CoreCutter, PlainCutter, Streams, Texts
from seedsearch.engine.registry import check_index, open_engine
from seedsearch.errors import IndexDamagedError, IndexVersionError, UsageError
from seedsearch.indexing import IndexOptions, update_index
from seedsearch.indexing.run import documents_of
from seedsearch.model import FileState, PassageSpan, Section, SourceFile
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
    _write(state, documents)


def _write(state: FileState, documents: Sequence[Added]) -> None:
    """Write the segment of the documents of a file, and forget it."""
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
    read = texts[-1].decode("utf-8", "replace")
    assert compiled.rows(read, ",", 1 + limit) == list(table.plain_rows(read, ",", 1 + limit))
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


_TAGS = """
<p> </p> <P_class=a> <b> </b> <b_title='x_y'> <i_hidden> </i> <br/> <div> </div> <td <tr> <td> <th> <a_href=x>
<a_href=#n> </a> <script> </script> <script/> <style> </style> <title> </title> <textarea> <svg> <xmp> <!-- -->
<!--> <![CDATA[ ]]> <? < > </ " ' = &amp; &nbsp; &#10; &#x &; &nosuch role <sup> </sup> 1 <ruby> <rt> </rt> <rp>
</ruby> <img_alt='a&b'> <main> </main> <article> <nav> </nav> <noscript> JavaScript <h1> </h1> <pre> </pre>
<time_datetime=2020> <meta_name=a_content=b> <meta_charset=utf-8> <link_rel=canonical_href=c> "@context"
<template> <template_shadowroot=o> <footer> <aside> <li> <div_role=main> <section_style='display:_none'>
a_sentence_of_some_forty_characters,_or_more é 中 srcdoc= <iframe
"""
_HEADS = """
From:_a Subject:_b To:_a,_b Date:_Mon,_21_Oct_2024_10:00:00_+0200 Content-Type:_text/plain ;_charset=utf-8 ;_charset=
Content-Type:_text/html Content-Type:_multipart/mixed;_boundary=b --b -- Content-Transfer-Encoding:_base64 =C3=A9 =?
Content-Transfer-Encoding:_quoted-printable =?utf-8?q?a?= References:_<a@b> <a> < > Message-ID:_<a> In-Reply-To:_<a
X-Label: Keywords: From_me_Mon_Oct_21_10:00:00_2024 >From_me >> words = =_ é 中 d29yZHM= begin_644_a #0V%T end \x85
Content-Disposition:_attachment name=a From_ 10:00 2024 : a_sentence_of_some_forty_characters,_or_more ,
"""


def _composed(data: bytes, bits: str, *more: bytes) -> bytes:
    """Return the bytes themselves, or pieces for each of them, as the first one says."""
    if data[0] & 1:
        return data[1:]
    pieces = (*(bit.replace("_", " ").encode() for bit in bits.split()), *more)
    return b"".join([pieces[byte % len(pieces)] for byte in data[1:]])


def pages(data: bytes) -> None:
    """A page of HTML: the core and its twin read the same text in it."""
    if not data:
        return
    source = _composed(data, _TAGS, b" ", b"\n", b"\n", b"\0", b"\t", b"\xc2\xa0")
    if found := html.whole("a.html", source):
        _write(FileState("a.html", len(source), 0, 0, b"", ""), [found])
        found.extracted()
    page = clean_text(source.decode("utf-8", "replace"))
    whole = bool(data[0] & 2)
    title, fields, text, *rest = html._READER.read(page, whole) if html._READER else ("",) * 6
    plain = html.plain_page(page, whole)
    assert (title, fields, text) == plain[:3]
    assert list(memoryview(rest[1]).cast("q")) == list(plain.lines)


def messages(data: bytes) -> None:
    """A mailbox of any bytes, and each message in it; else one message. The core and its twin find the same places."""
    if not data:
        return
    source = _composed(data, _HEADS, b" ", b"\n", b"\n", b"\n\n", b"\r\n", b"\t", b"\0")
    assert mbox._places(source) == mbox._plain_places(source)
    file = SourceFile("a.eml", len(source), 0, 0)
    read = mbox.find if data[0] & 2 else mail.find
    documents = []
    with contextlib.suppress(Skip):
        for found in read(file, source):
            documents += [] if isinstance(found, Problem) else [found]
    for found in documents:
        if isinstance(found, FoundDocument):
            found.extracted()
            _write(FileState("a.eml", len(source), 0, 0, b"", ""), [found])
    plain = mime._plainly_unwrapped(source, data[0])
    assert mime.unwrapped(source, data[0]) == plain


def snippets(data: bytes) -> None:
    """Shapes, highlights, spans, sections, sizes and lines of any kind, as an index or a reader might have them."""
    if len(data) < 8:
        return
    count, most, width, window, line, step, leaf, flags = data[:8]
    pairs, text = data[8 : 8 + 2 * (count % 20)], data[8 + 2 * (count % 20) :]
    ranges = [
        (at, at + more - (flags & 1)) for at, more in zip(pairs[::2], pairs[1::2], strict=False)
    ]
    lit = [(start, end, leaf * (end % 3)) for start, end in ranges]
    far = (1 << 63) - 256 if flags & 2 else 0
    sizes, lines = (
        (most % 8, width - 1, window - 1 + far),
        (line + (far if flags & 4 else 0), step % 2),
    )
    for those in (lit, sorted(lit)):
        with contextlib.suppress(ValueError):
            compiled.snippet(text, those, *sizes, fragments._KINDS, lines)
    spans = [PassageSpan(start, end, line, line) for start, end in ranges]
    with contextlib.suppress(ValueError, OverflowError):
        compiled.spans_without(text, spans, (b"the", b"and"))
    said = text.decode("utf-8", "replace")
    sections = tuple(Section(start, end, "a", 0, bool(flags & 8)) for start, end in ranges)
    numbers = array("q", range(leaf)) if flags & 16 else None
    source = (text, step, 1 + flags % 6, bytes(range(256))) if flags & 32 else None
    with contextlib.suppress(ValueError):
        assert FINDER is not None
        FINDER.passages(said, sections, 1 + line, source, numbers, numbers)


def _entries(found: Iterable[tuple[Streams, Streams]]) -> list[object]:
    """Return the streams of passages. The order of the terms at one position is not a part of them."""
    return [
        [sorted(entry.split(JOINT)) for entry in stream.split(" ")]
        if isinstance(stream, str)
        else stream
        for both in found
        for own in both
        for stream in own
    ]


def streams(data: bytes) -> None:
    """Texts as a cluster gets them: the core and its twin cut and count the same."""
    languages = ("en", "de", "fr", "ar", "zh", "")
    texts = data.decode("utf-8", "surrogateescape").split("\0")
    passages = [
        Texts(body, title, languages[(len(body) + len(title)) % len(languages)])
        for body, title in zip(texts[::2], [*texts[1::2], ""], strict=False)
    ]
    core, plain = CoreCutter(), PlainCutter()
    for part in (passages[::2], passages[1::2]):
        assert _entries(core.cut(part)) == _entries(plain.cut(part))
    found = [
        sorted((block["language"], block["record"]) for block in cutter.vocabulary().blocks())
        for cutter in (core, plain)
    ]
    assert found[0] == found[1]
