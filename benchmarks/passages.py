"""The list of passages that every engine indexes: who made the cuts costs nobody any time.

seedsearch splits the corpus with its own code, untimed, and only the places are kept. A peer then
reads the files itself and cuts them at these places, which is the cheapest splitting there is.
"""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from seedsearch.corpus.formats import extract
from seedsearch.corpus.read import read_file
from seedsearch.corpus.skip import Skip
from seedsearch.corpus.split import split
from seedsearch.corpus.walk import walk
from seedsearch.errors import SourceUnreadableError


class TextOf(NamedTuple):
    """A passage as a peer takes it: number of its file, its first line, its text."""

    file: int
    line: int
    text: str


class PassageList:
    """Files with the places of their passages, in a folder of flat arrays."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = Path(folder)
        meta = json.loads((self._folder / "meta.json").read_text())
        self.encodings: list[str] = meta["encodings"]
        self.paths = [os.fsdecode(p) for p in (self._folder / "paths").read_bytes().split(b"\0")]
        self._firsts = _load(self._folder / "firsts", "Q")
        self._codes = _load(self._folder / "codes", "B")
        self._ranges = _load(self._folder / "ranges", "Q")

    def __len__(self) -> int:
        return self._firsts[-1]

    def texts(self) -> Iterator[TextOf]:
        """Every passage, in order; each file is read once."""
        ranges = self._ranges
        for file, (path, code, (first, last)) in enumerate(
            zip(self.paths, self._codes, pairwise(self._firsts), strict=True)
        ):
            with open(path, "rb") as source:
                data = source.read()
            encoding = self.encodings[code]
            for at in range(3 * first, 3 * last, 3):
                text = data[ranges[at + 1] : ranges[at + 2]].decode(encoding, "replace")
                yield TextOf(file, ranges[at], text)

    @property
    def text_bytes(self) -> int:
        """Bytes in the files."""
        return sum(os.path.getsize(path) for path in self.paths)


def make(corpus: str, folder: str | os.PathLike[str]) -> PassageList:
    """Split every file below `corpus` as seedsearch does, and keep the places in `folder`."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    paths: list[bytes] = []
    encodings: list[str] = []
    firsts, codes, ranges = array("Q", [0]), array("B"), array("Q")
    for path, encoding, spans in _split(corpus):
        if encoding not in encodings:
            encodings.append(encoding)
        paths.append(os.fsencode(path))
        codes.append(encodings.index(encoding))
        for span in spans:
            ranges.extend(span)
        firsts.append(len(ranges) // 3)
    (place / "paths").write_bytes(b"\0".join(paths))
    for name, values in (("firsts", firsts), ("codes", codes), ("ranges", ranges)):
        (place / name).write_bytes(values.tobytes())
    (place / "meta.json").write_text(json.dumps({"encodings": encodings}))
    return PassageList(place)


def _load(path: Path, code: str) -> array[int]:
    values = array(code)
    values.frombytes(path.read_bytes())
    return values


def _split(corpus: str) -> Iterator[tuple[str, str, list[tuple[int, int, int]]]]:
    """Path, encoding and (line, byte start, byte end) of each passage of each file with text."""
    for found in walk([os.path.abspath(corpus)], lambda path, reason: None):
        try:
            file, data = read_file(found.path)
            documents = list(extract(file, data))
        except (Skip, SourceUnreadableError):
            continue
        spans = [
            (span.line_start, span.byte_start, span.byte_end)
            for document in documents
            for span in split(document)
            if span.byte_start >= 0
        ]
        if spans:
            yield file.path, documents[0].document.encoding, spans
