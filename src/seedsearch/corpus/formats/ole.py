"""Read compound files (OLE 2), the container of old Office formats and of embedded objects."""

from __future__ import annotations

import binascii
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice

from seedsearch.corpus.skip import Skip

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_SECTOR = 0xFFFFFFFA  # this and higher numbers are marks, not sectors
_STREAM = 2
_MAX_NAMES = 100_000
_MAX_NAME_CHARS = 4_000
_MOST_READ = 8
"""What may be read of a file, in multiples of its size. Some streams are read twice; hostile ones overlap."""
_NATIVE = "\x01Ole10Native"
OUTLOOK = "application/vnd.ms-outlook"
# The kind of a file that has a stream of this name at its top.
_KINDS = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("__properties_version1.0", OUTLOOK),
)


def is_ole(data: bytes) -> bool:
    """Return whether data begins like a compound file."""
    return data.startswith(_MAGIC)


class Container:
    """A compound file in memory: streams by their names. It and its methods raise Skip if it is broken."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = _MOST_READ * len(data)
        try:
            self._open()
        except struct.error as error:
            raise Skip("broken compound file") from error

    def _open(self) -> None:
        data = self._data
        shift, small_shift = struct.unpack_from("<HH", data, 30)
        first, self._cutoff, small_table = struct.unpack_from("<I4xII", data, 48)
        more = struct.unpack_from("<I", data, 68)[0]
        if not is_ole(data) or not 7 <= shift <= 16 or not 2 <= small_shift < shift:
            raise Skip("broken compound file")
        self._size, self._small_size = 1 << shift, 1 << small_shift
        tables = [n for n in struct.unpack_from("<109I", data, 76) if n < _NO_SECTOR]
        seen: set[int] = set()
        while more < _NO_SECTOR and more not in seen:
            seen.add(more)
            numbers = self._numbers(self._sector(more)) or (_NO_SECTOR,)
            tables += [n for n in numbers[:-1] if n < _NO_SECTOR]
            more = numbers[-1]
        self._next = self._numbers(b"".join(map(self._sector, dict.fromkeys(tables))))
        entries = self._chain(first)
        self._small_next = self._numbers(self._chain(small_table))
        self._streams: dict[str, tuple[int, int]] = {}
        self.top: list[str] = []
        self._small = b""
        self._walk(entries)
        self._names = sorted(self._streams)

    def _walk(self, entries: bytes) -> None:
        """Read the directory: the names of streams, after the names of their storages."""
        if len(entries) < 128:
            raise Skip("broken compound file")
        start, size = struct.unpack_from("<II", entries, 116)
        self._small = self._chain(start, size)
        stack = [(struct.unpack_from("<I", entries, 76)[0], "")]
        seen: set[int] = set()
        while stack and len(seen) < _MAX_NAMES:
            number, folder = stack.pop()
            at = number * 128
            if number in seen or at + 128 > len(entries):
                continue
            seen.add(number)
            length, kind = struct.unpack_from("<HB", entries, at + 64)
            before, after, below = struct.unpack_from("<III", entries, at + 68)
            name = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if kind == _STREAM:
                self._streams[folder + name] = struct.unpack_from("<II", entries, at + 116)
            elif below < _NO_SECTOR and len(folder) < _MAX_NAME_CHARS:
                stack.append((below, f"{folder}{name}/"))
            stack += [(beside, folder) for beside in (before, after) if beside < _NO_SECTOR]

    def _numbers(self, data: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        return self._data[at : at + self._size]

    def _chain(self, number: int, size: int = 1 << 32) -> bytes:
        """Return the bytes of a stream, `size` at most."""
        numbers = self._taken(number, self._next, self._size, size)
        return b"".join(map(self._sector, numbers))[:size]

    def __contains__(self, name: object) -> bool:
        return name in self._streams

    def names_from(self, start: str) -> list[str]:
        """Return the names of the streams that begin so, in order. A slash follows the name of a storage."""
        at = bisect_left(self._names, start)
        behind = bisect_right(self._names, start, lo=at, key=lambda name: name[: len(start)])
        return self._names[at:behind]

    @property
    def kind(self) -> str:
        """The media type of the file, "encrypted", or "" if its streams do not show it."""
        return next((kind for name, kind in _KINDS if name in self._streams), "")

    def embedded(self) -> Iterator[tuple[str, bytes]]:
        """Yield the names and bytes of the files embedded in a document. Raise Skip if one is damaged."""
        for name in self._streams:
            folder, _, stream = name.rpartition("/")
            if folder and stream in ("Package", _NATIVE):
                label, data = folder.rpartition("/")[2], self.read(name)
                yield _native(label, data) if stream == _NATIVE else (label, data)

    def read(self, name: str) -> bytes:
        """Return the bytes of a stream. Raise Skip if there is no such stream."""
        if name not in self._streams:
            raise Skip(f"{name} is missing")
        start, size = self._streams[name]
        if size >= self._cutoff:
            return self._chain(start, size)
        step = self._small_size
        numbers = self._taken(start, self._small_next, step, size)
        return b"".join([self._small[n * step : (n + 1) * step] for n in numbers])[:size]

    def _taken(self, number: int, following: tuple[int, ...], step: int, size: int) -> list[int]:
        """Return the sectors of a stream. Raise Skip if too much of the file has been read."""
        most = min(size, len(self._data) + step) // step + 1
        numbers = list(islice(_linked(number, following), most))
        self._left -= len(numbers) * step
        if self._left < 0:
            raise Skip("streams that overlap")
        return numbers


def _linked(number: int, following: tuple[int, ...]) -> Iterator[int]:
    """Yield the sectors of a chain. A chain that loops is cut off."""
    for _ in range(len(following)):
        if number >= len(following):
            return
        yield number
        number = following[number]


def unwrapped(name: str, read: Callable[[], bytes]) -> tuple[str, bytes]:
    """Return the name and bytes of an embedded document without the object around it; no bytes for a formula.

    Raise Skip for an object of an unknown kind.
    """
    data = read()
    if not is_ole(data):
        return name, data
    container = Container(data)
    if container.kind:
        return name, data
    for stream in ("Package", "CONTENTS"):
        if stream in container:
            return name, container.read(stream)
    if _NATIVE in container:
        return _native(name, container.read(_NATIVE))
    if "Equation Native" in container:
        return name, b""
    raise Skip("an embedded object of an unknown kind")


def _native(name: str, data: bytes) -> tuple[str, bytes]:
    """Return a file in the wrapping of a Packager object, which has label and paths before the bytes."""
    try:
        label_end = data.index(b"\0", 6)
        at = data.index(b"\0", label_end + 1) + 1
        (length,) = struct.unpack_from("<I", data, at + 4)
        at += 8 + length
        (size,) = struct.unpack_from("<I", data, at)
    except (ValueError, struct.error) as error:
        raise Skip("a damaged embedded object") from error
    label = data[6:label_end].decode("utf-8", "replace")
    return label.replace("\\", "/").rpartition("/")[2] or name, data[at + 4 : at + 4 + size]


def unwrapped_native(name: str, digits: bytearray) -> tuple[str, bytes]:
    """Return the same for an object in RTF, which has the names of its class first. Raise Skip if it is damaged."""
    try:
        data, at = binascii.unhexlify(digits[: len(digits) // 2 * 2]), 8
        for _ in range(3):
            (length,) = struct.unpack_from("<I", data, at)
            at += 4 + length
        (size,) = struct.unpack_from("<I", data, at)
    except (binascii.Error, struct.error) as error:
        raise Skip("a damaged embedded object") from error
    native = data[at + 4 : at + 4 + size]
    return unwrapped(name, lambda: native) if is_ole(native) else _native(name, bytes(4) + native)


# The names of properties of a document, by number.
_PROPERTIES = {
    2: "title", 3: "subject", 4: "author", 5: "keywords", 6: "description", 12: "created", 13: "modified",
}  # fmt: skip
_TEXT, _WIDE_TEXT, _TIME, _SHORT = 30, 31, 64, 2
_TICKS = 10_000_000  # in a second
_LAST_SECOND = 253_402_300_800  # of the year 9999, since 1970
_UNIX_EPOCH = 11_644_473_600  # in seconds since 1601


def properties_of(container: Container) -> dict[str, str]:
    """Return the facts about a document, such as title, author and created; {} if they cannot be read."""
    name = "\x05SummaryInformation"
    try:
        return dict(_properties(container.read(name))) if name in container else {}
    except (Skip, struct.error, ValueError, OverflowError):
        return {}


def _properties(data: bytes) -> Iterator[tuple[str, str]]:
    (begin,) = struct.unpack_from("<I", data, 44)
    (count,) = struct.unpack_from("<I", data, begin + 4)
    places = dict(struct.iter_unpack("<II", data[begin + 8 : begin + 8 + 8 * min(count, 1000)]))
    encoding = "cp1252"
    if 1 in places and struct.unpack_from("<I", data, begin + places[1])[0] == _SHORT:
        page = struct.unpack_from("<H", data, begin + places[1] + 4)[0]
        encoding = {65001: "utf-8", 1200: "utf-16-le", 10000: "mac_roman"}.get(page, f"cp{page}")
    for number, name in _PROPERTIES.items():
        if number not in places:
            continue
        at = begin + places[number]
        kind, size = struct.unpack_from("<II", data, at)
        if kind in (_TEXT, _WIDE_TEXT):
            wide = kind == _WIDE_TEXT
            raw = data[at + 8 : at + 8 + (2 * size if wide else size)]
            try:
                said = raw.decode("utf-16-le" if wide else encoding, "replace")
            except LookupError:
                said = raw.decode("latin-1")
            if said := " ".join(said.partition("\0")[0].split()):
                yield name, said
        elif kind == _TIME and (moment := moment_of(struct.unpack_from("<Q", data, at + 4)[0])):
            yield name, moment.date().isoformat()


def moment_of(ticks: int) -> datetime | None:
    """Return a time that is stored as ticks since 1601, or None if there is none or it is impossible."""
    seconds = ticks // _TICKS - _UNIX_EPOCH
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LAST_SECOND else None
