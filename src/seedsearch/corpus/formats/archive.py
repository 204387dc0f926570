"""ZIP archives: each member as if it were a file, one level deep, within the limits."""

from __future__ import annotations

from collections.abc import Iterator

from seedsearch.corpus.formats import extractor_for, media_type_of
from seedsearch.corpus.formats.zipped import MAX_MEMBERS, Archive, name_of
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import ExtractedDocument, SourceFile

FOLDED = frozenset(
    ("application/zip", "application/gzip", "application/x-bzip2", "application/x-xz")
)
_SYMLINK = 0o120000


def extract(file: SourceFile, data: bytes) -> Iterator[ExtractedDocument | Problem]:
    """The documents of all members, in the archive's order. Raises Skip where it is broken."""
    archive = Archive(data)
    if "[Content_Types].xml" in archive or "mimetype" in archive:
        raise Skip("an Office format that has no reader")
    members = 0
    for info in archive.infos:
        name = name_of(info)
        if _is_hidden(name) or info.external_attr >> 16 & 0o170000 == _SYMLINK:
            continue
        members += 1
        if members > MAX_MEMBERS:
            yield Problem(name, f"more than {MAX_MEMBERS:,} members")
            return
        try:
            content = archive.read(info)
        except Skip as skip:
            yield Problem(name, skip.reason)
            if archive.is_exhausted:
                return
            continue
        yield from members_of(file, name, content)
    if not members:
        raise Skip("empty archive")


def members_of(
    file: SourceFile, name: str, data: bytes, *, prefix: str = ""
) -> Iterator[ExtractedDocument | Problem]:
    """The documents of one member, read as its own format is; archives in archives are not."""
    kind = media_type_of(name, data)
    member = prefix + name
    if kind in FOLDED:
        yield Problem(member, "an archive inside another file")
        return
    inner = file._replace(path=name, size=len(data))
    try:
        for found in extractor_for(kind)(inner, data):
            if isinstance(found, Problem):
                yield found._replace(place=f"{member}, {found.place}")
            else:
                yield inside(file, member, found)
    except Skip as skip:
        yield Problem(member, skip.reason, skip.extra)


def inside(file: SourceFile, member: str, found: ExtractedDocument) -> ExtractedDocument:
    """A document of a member as one of the file: the member is named, and no bytes are known."""
    document = found.document
    deeper = f"{member}/{document.member}" if document.member else member
    return found._replace(document=document.replace(path=file.path, member=deeper), decoded=None)


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))
