"""Write compound files (OLE 2), for the tests of their readers."""

from __future__ import annotations

import struct
from typing import Any

SECTOR = 512
END, FREE = 0xFFFFFFFE, 0xFFFFFFFF


def compound(streams: dict[str, bytes]) -> bytes:
    """Return a compound file with these streams. A slash parts the name of a storage from the rest.

    A stream is empty, or made long enough to need no small sectors.
    """
    sectors: list[bytes] = []
    following: list[int] = []

    def put(data: bytes) -> int:
        count = max(1, -(-len(data) // SECTOR))
        first = len(sectors)
        for number in range(count):
            sectors.append(data[number * SECTOR : (number + 1) * SECTOR].ljust(SECTOR, b"\0"))
            following.append(first + number + 1 if number + 1 < count else END)
        return first

    entries = [b""]

    def add(folder: dict[str, Any]) -> int:
        """Add the entries of a storage, each after the one before it; return the number of the first."""
        begin = len(entries)
        entries.extend([b""] * len(folder))
        for number, (name, own) in enumerate(folder.items(), begin):
            after = number + 1 if number + 1 < begin + len(folder) else FREE
            if isinstance(own, dict):
                entries[number] = _entry(name, 1, 0, 0, after=after, below=add(own))
            elif own:
                data = own.ljust(4096, b"\0")
                entries[number] = _entry(name, 2, put(data), len(data), after=after)
            else:
                entries[number] = _entry(name, 2, END, 0, after=after)
        return begin

    entries[0] = _entry("Root Entry", 5, END, 0, below=add(_folders(streams)))
    directory = put(b"".join(entries))
    table, count = len(sectors), -(-(len(sectors) + 109) // (SECTOR // 4))
    following += [0xFFFFFFFD] * count
    following += [FREE] * (count * (SECTOR // 4) - len(following))
    assert count <= 109, "the tables that the head names are enough for a test"
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory, 0, 4096, END, 0, END, 0
    )
    head += struct.pack(f"<{count}I", *range(table, table + count))
    head = head.ljust(SECTOR, b"\xff")
    return head + b"".join(sectors) + struct.pack(f"<{len(following)}I", *following)


def _folders(streams: dict[str, bytes]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, data in streams.items():
        *folders, name = path.split("/")
        here = found
        for folder in folders:
            here = here.setdefault(folder, {})
        here[name] = data
    return found


def _entry(
    name: str, kind: int, first: int, size: int, *, after: int = FREE, below: int = FREE
) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    head = written.ljust(64, b"\0") + struct.pack("<HBB", len(written), kind, 1)
    return (
        head
        + struct.pack("<III", FREE, after, below)
        + bytes(36)
        + struct.pack("<IIxxxx", first, size)
    )
