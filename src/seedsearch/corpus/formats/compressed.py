"""Read gzip, bzip2, xz and Zstandard: the one file inside, within the limits."""

from __future__ import annotations

import bz2
import lzma
import os
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

from seedsearch.corpus.formats.archive import members_of
from seedsearch.corpus.formats.limits import allowance_of, unfolded, zstandard
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import SourceFile

_XZ_MEMORY = 128 << 20
_ENDINGS = (".gz", ".bz2", ".xz", ".lzma", ".z", ".zst")
_SHORT = {".tgz": ".tar", ".tbz": ".tar", ".txz": ".tar", ".tzst": ".tar", ".svgz": ".svg"}


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the documents of the file inside. Of truncated data, read the beginning.

    Raise Skip if the data is damaged from the start or unpacks to too much.
    """
    content, trouble = unfolded(data, _decompressor(data), allowance_of(file, len(data)))
    if trouble and not content:
        raise Skip(f"{trouble} from the start")
    name = _name_inside(os.path.basename(file.path))
    if content[257:262] == b"ustar" and not name.lower().endswith(".tar"):
        name += ".tar"
    found = 0
    problems: list[Problem] = []
    for entry in members_of(file, name, content, level=0):
        if isinstance(entry, Problem):
            problems.append(entry)
        else:
            found += 1
            yield entry
    if not found and problems:
        raise Skip(problems[0].reason, problems[0].extra)
    yield from problems
    if trouble:
        yield Problem(f"after {len(content):,} bytes", trouble)


def _decompressor(data: bytes) -> Callable[[], Any]:
    if data.startswith(b"\x1f\x8b"):
        return partial(zlib.decompressobj, wbits=31)
    if data.startswith(b"BZh"):
        return bz2.BZ2Decompressor
    if data.startswith(b"\x28\xb5\x2f\xfd"):
        return zstandard()
    return partial(lzma.LZMADecompressor, lzma.FORMAT_AUTO, _XZ_MEMORY)


def _name_inside(name: str) -> str:
    stem, ending = os.path.splitext(name)
    if ending.lower() in _ENDINGS:
        return stem
    return stem + _SHORT.get(ending.lower(), "")
