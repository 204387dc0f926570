"""The command line: one file a command, errors and exit codes in `exit.py`.

`main` is what the `seedsearch` script calls.
"""

from __future__ import annotations

from collections.abc import Sequence

from seedsearch.cli.exit import guarded


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (`sys.argv` by default) and give its exit code. Raises nothing."""
    return guarded(_run, arguments)


def _run(arguments: list[str]) -> int:
    from seedsearch.cli.app import run  # inside, so that an import that fails is reported too

    return run(arguments)
