"""Read ZIP archives, and members of all kinds of files. Each member is read like a file, within the limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from seedsearch.corpus.formats import extractor_for, media_type_of
from seedsearch.corpus.formats.limits import MAX_DEPTH, Allowance, allowance_of
from seedsearch.corpus.formats.zipped import Archive, name_of
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, SourceFile
from seedsearch.record import NamedTuple

MAX_MEMBERS = 20_000
_FOLDED = frozenset(
    ("application/gzip", "application/x-bzip2", "application/x-xz", "application/zstd")
)
_HOLDERS = frozenset(
    ("application/zip", "application/x-tar", "application/x-7z-compressed", "application/x-cpio")
)
_SYMLINK = 0o120000


class Member(NamedTuple):
    """A file in an archive: its name, and a function that returns its bytes or raises Skip."""

    name: str
    read: Callable[[], bytes]


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """Yield the documents of all members, in the archive's order. Raise Skip if the archive is broken."""
    archive = Archive(data, file)
    if "[Content_Types].xml" in archive or "mimetype" in archive:
        raise Skip("an Office format that has no reader")
    members = (
        Member(name_of(info), partial(archive.read, info))
        for info in archive.infos
        if info.external_attr >> 16 & 0o170000 != _SYMLINK
    )
    yield from all_members(file, members, archive.allowance)


def all_members(
    file: SourceFile, members: Iterable[Member], allowance: Allowance
) -> Iterator[ExtractedDocument | Problem]:
    """Yield the documents of an archive's members, except hidden ones. Raise Skip if it has no members."""
    within = file._replace(outer=allowance)
    count = 0
    for name, get in members:
        if _is_hidden(name):
            continue
        count += 1
        if count > MAX_MEMBERS:
            yield Problem(name, f"more than {MAX_MEMBERS:,} members")
            return
        try:
            content = get()
        except Skip as skip:
            yield Problem(name, skip.reason)
            if allowance.left < 0:
                return
            continue
        yield from members_of(within, name, content)
    if not count:
        raise Skip("empty archive")


def members_of(
    file: SourceFile, name: str, data: bytes, *, prefix: str = "", level: int = 1
) -> Iterator[ExtractedDocument | Problem]:
    """Yield the documents of one member, read by its own format; it is nested `level` deeper than the file."""
    kind = media_type_of(name, data)
    member = prefix + name
    level = 1 if kind in _FOLDED else level
    allowance = Allowance(len(data), allowance_of(file, file.size), level)
    if allowance.depth > MAX_DEPTH or (allowance.depth == MAX_DEPTH and kind in _HOLDERS):
        yield Problem(member, f"more than {MAX_DEPTH} files deep")
        return
    # `_replace` takes three times as long, and there may be many small members.
    inner = tuple.__new__(SourceFile, (name, len(data), *file[2:5], allowance, file.passwords))
    try:
        for found in extractor_for(kind)(inner, data):
            if isinstance(found, Problem):
                yield found._replace(place=f"{member}, {found.place}")
            else:
                yield inside(file, member, found)
    except Skip as skip:
        yield Problem(member, skip.reason, skip.extra)


def inside(file: SourceFile, member: str, found: ExtractedDocument) -> ExtractedDocument:
    """Return a member's document as a document of the file. It names the member and has no byte offsets."""
    document = found.document
    deeper = f"{member}/{document.member}" if document.member else member
    document = document.replace(path=file.path, member=deeper)
    return tuple.__new__(ExtractedDocument, (document, *found[1:3], None, *found[4:]))


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))
