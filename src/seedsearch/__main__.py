"""`python -m seedsearch`: the command line."""

from __future__ import annotations

from seedsearch.cli import script

if __name__ == "__main__":
    script()
