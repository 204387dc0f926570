"""One call of C reads a file as Python does, which reports each file that C refuses."""

from __future__ import annotations

import os
import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.corpus import read
from seedsearch.corpus.read import read_file
from seedsearch.corpus.skip import Skip
from seedsearch.errors import SourceUnreadableError

NAMES = st.sampled_from(["a.txt", "\u00fc", "\u6771\u4eac", "\udce9", "with space", "n" * 255])
WHAT = st.sampled_from(["file", "file", "file", "folder", "link", "lost link", "nothing"])


def told(path: str, *, follow: bool, most: int) -> object:
    """Return the result of a read, or the reason for refusing."""
    try:
        return read_file(path, follow=follow, max_bytes=most)
    except (Skip, SourceUnreadableError) as error:
        return type(error), str(error), type(error.__cause__)


@pytest.mark.skipif(read._read_small is None, reason="installed without the parts in C")
@settings(max_examples=300, deadline=None)
@given(
    NAMES,
    WHAT,
    st.one_of(st.binary(max_size=50), st.integers(0, 20_000).map(bytes)),
    st.integers(-(2**33), 2**33),
    st.integers(0, 10**9 - 1),
    st.booleans(),
    st.integers(0, 30_000),
)
def test_a_file_is_read_as_without_the_part_in_c(
    name: str, what: str, data: bytes, seconds: int, ns: int, follow: bool, most: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        if what == "folder":
            os.mkdir(path)
        elif what == "lost link":
            os.symlink("nowhere", path)
        elif what != "nothing":
            target = os.path.join(folder, "other") if what == "link" else path
            with open(target, "wb") as file:
                file.write(data)
            os.utime(target, ns=(0, seconds * 10**9 + ns))
            if what == "link":
                os.symlink("other", path)
        quickly = told(path, follow=follow, most=most)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(read, "_read_small", None)
            assert told(path, follow=follow, most=most) == quickly
