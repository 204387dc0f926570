"""Read large files piece by piece, so that memory does not grow with the file.

A piece has a few megabytes, begins and ends where the format may be cut, and is decoded by itself. A survey first
reads the whole file once, for its digest and its encoding.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from seedsearch.corpus.decode import decode, decoded_by_line, may_be_text
from seedsearch.corpus.read import NO_FOLDER, open_file, unreadable
from seedsearch.corpus.skip import Skip, guarded
from seedsearch.digest import blake2b
from seedsearch.model import DIGEST_BYTES, DecodedText, SourceFile, figures
from seedsearch.record import NamedTuple, Protocol

PIECE_BYTES = 4 << 20
_STEP = 1 << 20
_SAMPLE = 400_000  # bytes that the decoder sees of a file
_OVERLAP = 4096  # bytes; fewer than these show where a record begins


class Cut(Protocol):
    """The places where a format may be cut."""

    most: int = 1 << 62
    """The longest record that is read, in bytes."""

    def end(self, data: bytes, /) -> int:
        """Return the end of the last whole record in `data`, which begins with a record; 0 if none is whole."""

    def begin(self, data: bytes, /) -> int:
        """Return where the first record begins in `data`, which begins inside a record; -1 if none begins.

        A text may begin anywhere.
        """
        return 0


class Survey(NamedTuple):
    """The properties of a whole file.

    `digest` is its digest, `nuls` the number of NUL bytes. `escape` is the offset of the first escape of ISO-2022 or
    HZ, `not_utf_8` of the first byte that is not UTF-8; both are -1 if there is none. `ascii` says whether all bytes
    are ASCII.
    """

    digest: bytes
    nuls: int
    escape: int
    not_utf_8: int
    ascii: bool


class Encoding(NamedTuple):
    """How to decode a whole file; `mark` is the length of its byte order mark in bytes.

    `errors` is strict only if every byte is known to decode. Text that decodes strictly is the same under `replace`,
    so each piece may be decoded as strictly as it allows.
    """

    name: str
    errors: str
    confidence: float
    mark: int = 0


class Piece(NamedTuple):
    """Whole records of a file; `start` is their offset in bytes.

    If `lost` is not 0, the piece replaces a record that is too long to read. It then has no bytes, and `lost` is the
    number of line ends that it skips.
    """

    data: bytes
    start: int
    encoding: Encoding
    lost: int = 0

    def decoded(self) -> DecodedText:
        """Decode the piece by itself. Byte 0 of `data` is byte `start` of the file."""
        return decoded_by_line(self.data, self.encoding.name, self.encoding.confidence)


class LargeFile:
    """An open file, up to its size when it was opened. Methods raise SourceUnreadableError if reading fails."""

    def __init__(self, descriptor: int, source: SourceFile) -> None:
        self.source = source
        self._descriptor = descriptor

    def head(self) -> bytes:
        """Return the first bytes."""
        return self._read(0, _SAMPLE)

    def survey(self, beat: Callable[[], None] | None = None) -> Survey:
        """Read the whole file once. `beat` is called after each step."""
        digest = blake2b(digest_size=DIGEST_BYTES)
        decoder = codecs.getincrementaldecoder("utf-8")()
        escape = not_utf_8 = -1
        nuls = 0
        at, ascii = 0, True
        while data := self._read(at, _STEP):
            digest.update(data)
            nuls += data.count(0)
            if escape < 0:
                found = [p for p in (data.find(b"\x1b"), data.find(b"~{")) if p >= 0]
                escape = at + min(found) if found else -1
            plain = data.isascii()
            if not_utf_8 < 0 and not (plain and ascii):
                not_utf_8 = _first_bad(decoder, data, at)
            ascii = ascii and plain
            at += len(data)
            if beat is not None:
                beat()
        if not_utf_8 < 0 and decoder.getstate()[0]:
            not_utf_8 = at - 1
        return Survey(digest.digest(), nuls, escape, not_utf_8, ascii)

    @guarded()
    def encoding(self, survey: Survey, given: str = "") -> Encoding:
        """Return how to decode the file.

        `given` is the encoding that the user chose, or "". Raise Skip if it is no text.
        """
        head = self.head()
        if given or survey.nuls:
            begun = decode(head[: len(head) & ~3], given)
            is_wide = begun.encoding.startswith(("utf-16", "utf-32"))
            if survey.nuls and not is_wide and not may_be_text(survey.nuls, self.source.size):
                raise Skip("binary")
            if given or is_wide:
                return Encoding(begun.encoding, "replace", begun.confidence, begun.start)
        mark = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
        if survey.not_utf_8 < 0 and (survey.escape < 0 or not survey.ascii):
            return Encoding("utf-8", "strict", 1.0, mark)
        found = decode(self._around(survey.not_utf_8 if survey.not_utf_8 >= 0 else survey.escape))
        return Encoding(found.encoding, "replace", found.confidence, mark)

    def _around(self, place: int) -> bytes:
        """Return the lines around a place, most of them after it."""
        start = max(0, place - _SAMPLE // 4)
        data = self._read(start, _SAMPLE)
        line = data.rfind(b"\n", 0, max(0, place - start - 1000)) + 1
        return data[line : data.rfind(b"\n", place - start + 1) + 1 or len(data)]

    def pieces(self, encoding: Encoding, cut: Cut, size: int = PIECE_BYTES) -> Iterator[Piece]:
        """Yield the whole file in pieces of about `size` bytes."""
        if encoding.name.startswith(("utf-16", "utf-32")):
            cut = _WideCut(encoding.name)
        with guarded():
            yield from self._pieces(encoding, cut, size)

    def _pieces(self, encoding: Encoding, cut: Cut, size: int) -> Iterator[Piece]:
        start, held = encoding.mark, b""
        while data := self._read(start + len(held), size):
            held += data
            end = cut.end(held) if len(held) >= size else 0
            if end:
                yield Piece(held[:end], start, encoding)
                start, held = start + end, held[end:]
            elif len(held) > cut.most:
                lines, begin = self._next_record(start, cut)
                yield Piece(b"", start, encoding, lines)
                start, held = begin, b""
        if held:
            yield Piece(held, start, encoding)

    def _next_record(self, start: int, cut: Cut) -> tuple[int, int]:
        """Return the number of lines that end before the record after the one at `start`, and where that record
        begins.
        """
        at, lines = start, 0
        while data := self._read(at, _STEP):
            begin = cut.begin(data)
            if begin >= 0 and at + begin > start:
                return max(1, lines + data.count(b"\n", 0, begin)), at + begin
            step = len(data) if len(data) < _STEP else len(data) - _OVERLAP
            lines += data.count(b"\n", 0, step)
            at += step
        return max(1, lines), at

    def all(self) -> bytes:
        """Return the whole content."""
        return self._read(0, self.source.size)

    def has_changed(self) -> bool:
        """Return whether the file's size or modification time has changed since it was opened."""
        size, modified, _ = figures(os.fstat(self._descriptor))
        return (size, modified) != (self.source.size, self.source.mtime_ns)

    def _read(self, at: int, size: int) -> bytes:
        try:
            os.lseek(self._descriptor, at, os.SEEK_SET)
            parts, size = [], min(size, self.source.size - at)
            while size > 0 and (data := os.read(self._descriptor, size)):
                parts.append(data)
                size -= len(data)
        except OSError as error:
            raise unreadable(error) from error
        return b"".join(parts) if len(parts) != 1 else parts[0]


@contextmanager
def open_large(path: str, *, follow: bool, folder: int = NO_FOLDER) -> Iterator[LargeFile]:
    """Open a regular file to be read in pieces. Raise SourceUnreadableError, or Skip if it is no regular file."""
    with open_file(path, follow=follow, folder=folder) as (descriptor, source):
        yield LargeFile(descriptor, source)


def _first_bad(decoder: codecs.IncrementalDecoder, data: bytes, at: int) -> int:
    """Return the offset of the first byte that is not UTF-8, or -1."""
    pending = len(decoder.getstate()[0])
    try:
        decoder.decode(data)
    except UnicodeDecodeError as error:
        return at - pending + error.start
    return -1


# ------------------------------------------------------------------------------ where to cut


class LineCut:
    """Cut between lines. A line that is too long is lost."""

    def __init__(self, most: int) -> None:
        self.most = most

    def end(self, data: bytes) -> int:
        """Return the offset after the last line end."""
        return data.rfind(b"\n") + 1

    def begin(self, data: bytes) -> int:
        """Return the offset after the first line end."""
        return data.find(b"\n") + 1 or -1


class TextCut(Cut):
    """Cut before a paragraph, else before a line, else before a word. Nothing is lost."""

    def end(self, data: bytes) -> int:
        """Return the best place in the last quarter, else the last line end, else the last whole character."""
        late = len(data) * 3 // 4
        for mark in (b"\n\n", b"\n\r\n", b"\n", b" "):
            found = data.rfind(mark, late)
            if found >= 0:
                return found + len(mark)
        return data.rfind(b"\n") + 1 or _before_character(data)


class RowCut(TextCut):
    """Cut between rows: at a line end outside quotation marks, if one of the last lines has one."""

    _LINES = 500

    def end(self, data: bytes) -> int:
        """Return the offset after a line end that has an even number of quotation marks before it."""
        last = at = data.rfind(b"\n") + 1
        if not last:
            return super().end(data)
        quotes = data.count(b'"', 0, at)
        for _ in range(self._LINES):
            if quotes % 2 == 0:
                return at
            before = data.rfind(b"\n", 0, at - 1) + 1
            if not before:
                break
            quotes -= data.count(b'"', before, at)
            at = before
        return last


def _before_character(data: bytes) -> int:
    """Return the offset of an incomplete UTF-8 character at the end, else the end.

    Other encodings may be cut anywhere.
    """
    for back in range(1, 4):
        byte = data[-back]
        if byte >= 0xC0:
            whole = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(data) - back if back < whole else len(data)
        if byte < 0x80:
            break
    return len(data)


class _WideCut(Cut):
    """Cut UTF-16 or UTF-32 between lines, and too long lines between characters. Nothing is lost."""

    def __init__(self, encoding: str) -> None:
        self._newline = "\n".encode(encoding)
        self._encoding = encoding

    def end(self, data: bytes) -> int:
        """Return the offset after the last line end that is aligned to characters."""
        width = len(self._newline)
        found = data.rfind(self._newline)
        while found >= 0 and found % width:
            found = data.rfind(self._newline, 0, found + width - 1)
        if found >= 0:
            return found + width
        end = len(data) - len(data) % 4
        half = data[end - 2 : end].decode("utf-16-" + self._encoding[-2:], "surrogatepass")
        return end - 2 if width == 2 and "\ud800" <= half <= "\udbff" else end
