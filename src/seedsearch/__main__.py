"""Run the command line: `python -m seedsearch` and the `seedsearch` script both start here."""

from __future__ import annotations

from seedsearch.cli import quit_quietly, script

quit_quietly()

if __name__ == "__main__":
    script()
