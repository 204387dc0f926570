"""A small file in one call, in C: see `small.py` and `_small.c`. It is empty where there is no POSIX."""

from seedsearch.model import SourceFile

def read(
    path: str, flags: int, most: int, kind: type[SourceFile]
) -> tuple[SourceFile, bytes] | None:
    """The bytes of a regular file of `most` bytes at most, and what `stat` said of it; None for anything else.

    That is what cannot be opened with `flags` (of os.open) or read at once, what is no regular file, and what has not
    as many bytes as `stat` says.
    """
