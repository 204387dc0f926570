"""Read property lists of Apple (settings, bookmarks, `.webloc`): binary ones like JSON, the others as XML."""

from __future__ import annotations

import os
import plistlib
from datetime import datetime
from typing import Any

from seedsearch.corpus.formats import xml_text
from seedsearch.corpus.formats.json_text import record
from seedsearch.corpus.formats.json_tree import MOST_LEVELS, tree_of
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Skip
from seedsearch.model import DecodedText, SourceFile

MEDIA_TYPE = "application/x-plist"
_MOST = 200_000  # values: a small file may refer to one list many times


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the one document of a file. Raise Skip if it is broken or has no text."""
    if not data.startswith(b"bplist"):
        yield from xml_text.extract(file, data)
        return
    try:
        content = plistlib.loads(data, fmt=plistlib.FMT_BINARY)
    except RecursionError as error:
        raise Skip("nested too deeply") from error
    except Exception as error:  # the library raises many kinds
        raise Skip("broken property list") from error
    node = tree_of(_Values().of(content, 0), 1)
    found = record(file.path, MEDIA_TYPE, node, DecodedText(b"", "", "utf-8", "strict", 1.0))
    if not found.text.strip() and not found.document.title:
        raise Skip("no text in it")
    title = found.document.title or os.path.basename(file.path)
    yield found._replace(document=found.document.replace(title=title))


class _Values:
    """Turns the library's values into those of JSON, and counts them."""

    def __init__(self) -> None:
        self._count = 0

    def of(self, value: Any, level: int) -> Any:
        """Return a value of JSON. Raise Skip if there are too many of them, or if they are nested too deeply."""
        self._count += 1
        if self._count > _MOST:
            raise Skip(f"more than {_MOST:,} values")
        if level == MOST_LEVELS:
            raise Skip("nested too deeply")
        if isinstance(value, dict):
            return {str(name): self.of(part, level + 1) for name, part in value.items()}
        if isinstance(value, list):
            return [self.of(part, level + 1) for part in value]
        if isinstance(value, datetime):
            return value.isoformat()
        return value if isinstance(value, str | int | float) else None
