"""The options that select the files to read (`index`, `query --in`), and the output of `--dry-run` and
`--type-list`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from seedsearch.errors import UsageError
from seedsearch.indexing import Preview, Selection
from seedsearch.paths import Home
from seedsearch.query.file_types import TYPES, check_glob, known_type
from seedsearch.render.messages import numbers, plural, size
from seedsearch.render.sanitize import clean

_SIZE = re.compile(r"(\d{1,18})\s*([KMGT]?)(?:i?B)?", re.IGNORECASE | re.ASCII)


def selection(choices: Mapping[str, Any]) -> Selection | None:
    """Return the selection that the values of `file_options` describe, or None without any. Raises UsageError."""
    given = {name: value for name, value in choices.items() if value is not None and value != ()}
    for glob in given.get("globs", ()):
        check_glob(glob)
    if "types" in given:
        given["types"] = tuple(map(known_type, given["types"]))
    if "max_size" in given:
        given["max_bytes"] = bytes_of(given.pop("max_size"), "--max-size")
    return Selection(**given) if given else None


def bytes_of(text: str, option: str) -> int:
    """Return the number of bytes in `500K`, `20M` or `1G` (powers of 1024). Raises UsageError."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{option}: not a size: {text}", "write it like 500K, 20M or 1G")
    return int(found[1]) << (10 * " KMGT".index(found[2].upper() or " "))


def type_lines() -> Iterator[str]:
    """Yield `md: *.md, *.markdown` for every type."""
    for name, patterns in TYPES.items():
        yield f"{name}: {', '.join(patterns)}"


def preview_lines(found: Iterable[Preview], home: Home, cwd: str) -> Iterator[str]:
    """Yield `what<TAB>path<TAB>detail` for each file, sanitised."""
    for item in found:
        fields = (item.what, home.shown(item.path, cwd), item.detail)
        yield "\t".join(clean(field) for field in fields if field)


def preview_summary(found: Iterable[Preview]) -> str:
    """Return a line such as `3 files, 26 kB would be read; 2 unchanged, 1 hidden`."""
    counts: Counter[str] = Counter()
    total = 0
    for item in found:
        counts["read" if item.what in ("new", "changed") else item.what] += 1
        total += item.size
    read = counts.pop("read", 0)
    rest = numbers(counts.most_common())
    return f"{plural(read, 'file')}, {size(total)} would be read" + (f"; {rest}" if rest else "")
