"""Write compound files (OLE 2), for the tests of their readers."""

from __future__ import annotations

import struct

SECTOR = 512
END, FREE = 0xFFFFFFFE, 0xFFFFFFFF


def compound(streams: dict[str, bytes]) -> bytes:
    """Return a compound file with these top-level streams, each long enough to need no small sectors."""
    sectors: list[bytes] = []
    following: list[int] = []

    def put(data: bytes) -> int:
        count = max(1, -(-len(data) // SECTOR))
        first = len(sectors)
        for number in range(count):
            sectors.append(data[number * SECTOR : (number + 1) * SECTOR].ljust(SECTOR, b"\0"))
            following.append(first + number + 1 if number + 1 < count else END)
        return first

    entries = [_entry("Root Entry", 5, END, 0, below=1)]
    for number, (name, data) in enumerate(streams.items(), 1):
        data = data.ljust(4096, b"\0")
        after = number + 1 if number < len(streams) else FREE
        entries.append(_entry(name, 2, put(data), len(data), after=after))
    directory = put(b"".join(entries))
    table = len(sectors)
    following.append(0xFFFFFFFD)
    following += [FREE] * (SECTOR // 4 - len(following))
    assert len(following) == SECTOR // 4, "one sector of the table is enough for a test"
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack(
        "<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, directory, 0, 4096, END, 0, END, 0, table
    )
    head = head.ljust(SECTOR, b"\xff")
    return head + b"".join(sectors) + struct.pack(f"<{len(following)}I", *following)


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
