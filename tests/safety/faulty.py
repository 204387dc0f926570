"""`seedsearch` with readers that go wrong: `faulty.py FAULT ARGUMENTS...`; FAULT is a statement that a file runs.

The readers of Markdown, and of gzip, run it for each file whose name holds "bad". With SMALL in the environment, less
work is worth several processes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from seedsearch.cli import script
from seedsearch.corpus.extract import compressed, markdown
from seedsearch.indexing import crew, pool
from seedsearch.model import SourceFile


def main() -> None:
    fault = sys.argv[1]
    del sys.argv[1]
    if "SMALL" in os.environ:
        pool._SMALL = 1
        crew._CHUNK = 1 << 14
    for module in (markdown, compressed):
        plant(module, fault)
    script()


def plant(module: object, fault: str) -> None:
    real = module.extract  # type: ignore[attr-defined]

    def extract(file: SourceFile, data: bytes) -> Iterator[object]:
        if "bad" in file.path:
            exec(fault)
        yield from real(file, data)

    module.extract = extract  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
