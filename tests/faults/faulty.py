"""Run `seedsearch` with a fault that the environment names. It takes the same arguments.

FAULT is a statement that the readers of Markdown and of gzip run for each file with "bad" in its name. With MANY,
less work starts several processes. METHOD is the start method of processes. At PLACE, as in `module:name`, the
process interrupts itself, like Ctrl-C. A spawned worker imports this module too, and so has the same readers.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from seedsearch.cli import script
from seedsearch.corpus.formats import compressed, markdown
from seedsearch.indexing import pool, supervisor
from seedsearch.model import SourceFile


def plant(module: Any, fault: str) -> None:
    """Make the module's reader run the statement."""
    real = module.extract

    def extract(file: SourceFile, data: bytes) -> Iterator[object]:
        if "bad" in file.path:
            exec(fault)
        yield from real(file, data)

    module.extract = extract


def interrupt_at(place: str) -> None:
    """Make a function send its own process a signal."""
    module_name, _, name = place.partition(":")
    owner: Any = import_module(module_name)
    *path, last = name.split(".")
    for step in path:
        owner = getattr(owner, step)
    real = getattr(owner, last)

    def interrupted(*arguments: Any, **options: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return real(*arguments, **options)

    setattr(owner, last, interrupted)


for reader in (markdown, compressed):
    plant(reader, os.environ.get("FAULT", ""))
if "MANY" in os.environ:
    pool._SMALL = 1
    supervisor._CHUNK = 1 << 14
if "METHOD" in os.environ:
    context: Any = multiprocessing.get_context(os.environ["METHOD"])
    supervisor._context = lambda: context
if "PLACE" in os.environ:
    interrupt_at(os.environ["PLACE"])
if __name__ == "__main__":
    script()
