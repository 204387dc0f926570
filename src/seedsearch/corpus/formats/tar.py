"""Read tar archives: each member is read like a file, within the limits."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from functools import partial

from seedsearch.corpus.formats.archive import Member, all_members
from seedsearch.corpus.formats.limits import allowance_of
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, SourceFile


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """Yield the documents of all members, in the archive's order. Of truncated data, read the beginning.

    Raise Skip if the archive is broken from the start.
    """
    trouble: list[Problem] = []
    yield from all_members(file, _members(data, trouble), allowance_of(file, len(data)))
    yield from trouble


def _members(data: bytes, trouble: list[Problem]) -> Iterator[Member]:
    """Yield the regular files. Links and devices have no content of their own."""
    last = ""
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for info in archive:
                if info.isreg():
                    last = info.name.removeprefix("./")
                    yield Member(last, partial(_content, data, info))
    except (tarfile.TarError, ValueError, OverflowError, EOFError) as error:
        if not last:
            raise Skip("broken tar archive") from error
        trouble.append(Problem(f"after {last}", "breaks off"))


def _content(data: bytes, info: tarfile.TarInfo) -> bytes:
    """Return a member's bytes. Raise Skip for a sparse file, whose bytes are not in the archive."""
    if info.sparse is not None:
        raise Skip("a sparse file")
    return data[info.offset_data : info.offset_data + info.size]
