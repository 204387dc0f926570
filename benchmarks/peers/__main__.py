"""Build one peer's index: `python -m benchmarks.peers NAME PASSAGES OUT [WORDS]`."""

import sys

from benchmarks.passages import PassageList
from benchmarks.peers import load

if __name__ == "__main__":
    name, passages, out, *words = sys.argv[1:]
    load(name).build(PassageList(passages), out, *words)
