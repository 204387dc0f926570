"""The list of passages that every engine indexes, so that nobody's time includes the splitting.

seedsearch splits the corpus with its own code, untimed, and only the places are kept. A peer reads the files and cuts
them at these places, which is the cheapest splitting. If a passage is no run of bytes of its file (mail in
quoted-printable, HTML), the peer instead reads a prepared UTF-8 file with the passages of that file in order.
"""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple


class TextOf(NamedTuple):
    """A passage for a peer: number of its file, its first line, its text."""

    file: int
    line: int
    text: str


class Split(NamedTuple):
    """A file with its passages: line, byte range (-1 if unknown) and text of each."""

    path: str
    encoding: str
    spans: list[tuple[int, int, int, str]]


class PassageList:
    """Files with the places of their passages, in a folder of flat arrays."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = Path(folder)
        meta = json.loads((self._folder / "meta.json").read_text())
        self.encodings: list[str] = meta["encodings"]
        self.text_bytes: int = meta["utf8_bytes"]
        """Bytes of the files' text in UTF-8."""
        self.paths = self._names("paths")
        self._sources = self._names("sources")
        self._firsts = _load(self._folder / "firsts", "Q")
        self._codes = _load(self._folder / "codes", "B")
        self._ranges = _load(self._folder / "ranges", "Q")

    def __len__(self) -> int:
        return self._firsts[-1]

    def texts(self) -> Iterator[TextOf]:
        """Yield every passage, in order. Each file is read once."""
        ranges = self._ranges
        for file, (path, code, (first, last)) in enumerate(
            zip(self._sources, self._codes, pairwise(self._firsts), strict=True)
        ):
            with open(path, "rb") as source:
                data = source.read()
            encoding = self.encodings[code]
            for at in range(3 * first, 3 * last, 3):
                text = data[ranges[at + 1] : ranges[at + 2]].decode(encoding, "replace")
                yield TextOf(file, ranges[at], text)

    def _names(self, name: str) -> list[str]:
        return [os.fsdecode(path) for path in (self._folder / name).read_bytes().split(b"\0")]


def make(split: Iterable[Split], folder: str | os.PathLike[str]) -> PassageList:
    """Store the places of the passages in `folder`, and passages without a byte range themselves."""
    place = Path(folder).absolute()
    place.mkdir(parents=True, exist_ok=True)
    paths: list[bytes] = []
    sources: list[bytes] = []
    encodings: list[str] = []
    firsts, codes, ranges = array("Q", [0]), array("B"), array("Q")
    utf8_bytes = 0
    for path, encoding, spans in split:
        source = path
        data = Path(path).read_bytes()
        utf8_bytes += _utf8_bytes(data, encoding)
        if not all(data[a:b].decode(encoding, "replace") == text for _, a, b, text in spans):
            source, encoding = str(place / f"{len(paths)}.txt"), "utf-8"
            spans = _prepare(source, spans)
        if encoding not in encodings:
            encodings.append(encoding)
        paths.append(os.fsencode(path))
        sources.append(os.fsencode(source))
        codes.append(encodings.index(encoding))
        for line, start, end, _ in spans:
            ranges.extend((line, start, end))
        firsts.append(len(ranges) // 3)
    (place / "paths").write_bytes(b"\0".join(paths))
    (place / "sources").write_bytes(b"\0".join(sources))
    for name, values in (("firsts", firsts), ("codes", codes), ("ranges", ranges)):
        (place / name).write_bytes(values.tobytes())
    meta = {"encodings": encodings, "utf8_bytes": utf8_bytes}
    (place / "meta.json").write_text(json.dumps(meta))
    return PassageList(place)


def _prepare(path: str, spans: list[tuple[int, int, int, str]]) -> list[tuple[int, int, int, str]]:
    """Write passages one after another. Return them with their new places."""
    placed, at = [], 0
    with open(path, "wb") as file:
        for line, _, _, text in spans:
            data = text.encode("utf-8", "replace")
            file.write(data)
            placed.append((line, at, at + len(data), text))
            at += len(data)
    return placed


def _utf8_bytes(data: bytes, encoding: str) -> int:
    if encoding == "utf-8":
        return len(data)
    return len(data.decode(encoding, "replace").encode("utf-8", "replace"))


def _load(path: Path, code: str) -> array[int]:
    values = array(code)
    values.frombytes(path.read_bytes())
    return values
