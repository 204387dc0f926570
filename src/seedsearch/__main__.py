"""The command line as a program: `python -m seedsearch`, and the `seedsearch` script, which imports this to run it."""

from __future__ import annotations

from seedsearch.cli import quit_quietly, script

quit_quietly()

if __name__ == "__main__":
    script()
