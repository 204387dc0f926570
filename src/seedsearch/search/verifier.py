"""Check passages against their files: is the text still at its place?"""

from __future__ import annotations

from functools import cache

from seedsearch.corpus.read import read_range
from seedsearch.corpus.skip import Skip
from seedsearch.errors import SourceUnreadableError
from seedsearch.model import DIGEST_BYTES, Passage
from seedsearch.paths import is_stream
from seedsearch.search import Opened


class Verifier:
    """Checks passages against their files."""

    def __init__(self, index: Opened) -> None:
        self._index = index
        self._is_unchanged = cache(self._compare)

    def stands(self, passage: Passage) -> bool:
        """Return whether the file still has the passage's text at its place.

        If the byte range is unknown, the whole file must be unchanged.
        """
        path, start, end = passage.document.path, passage.byte_start, passage.byte_end
        if is_stream(path):
            return True
        try:
            if start is None or end is None:
                return self._is_unchanged(path)
            data = read_range(self._index.home.absolute(path), start, end)
            return data.decode(passage.document.encoding, passage.document.errors) == passage.text
        except (Skip, SourceUnreadableError, UnicodeError, LookupError):
            return False

    def _compare(self, path: str) -> bool:
        state = self._index.engine.state(path)
        if state is None:
            return False
        from seedsearch.corpus.large_files import open_large  # rarely needed: start-up time

        with open_large(self._index.home.absolute(path), follow=True) as file:
            return state.digest[:DIGEST_BYTES] == file.survey().digest
