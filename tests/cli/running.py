"""What the tests of the command line share: how a command ended, and how to run one elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

SEEDS = Path(__file__).parents[2] / "seeds"


class Ended(NamedTuple):
    """How a command ended. `out` and `err` are decoded as UTF-8."""

    code: int
    out: str
    err: str


Cli = Callable[..., Ended]


def environment(**more: str) -> dict[str, str]:
    """The environment for a process of its own, with nothing that changes what it prints."""
    unwanted = (
        "SEEDSEARCH_INDEX",
        "NO_COLOR",
        "FORCE_COLOR",
        "CLICOLOR_FORCE",
        "COLUMNS",
        "TERM",
        "PYTHONIOENCODING",
        "SEEDSEARCH_REQUIRE_CORE",  # of CI: tests hide the core on purpose
    )
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return kept | {"LC_ALL": "C.UTF-8", "SEEDSEARCH_PAGER": ""} | more


def process(
    *arguments: str | bytes, folder: Path, **options: object
) -> subprocess.CompletedProcess[bytes]:
    """Run `python -m seedsearch` with the arguments."""
    command = [sys.executable, "-m", "seedsearch", *arguments]
    defaults: dict[str, object] = {"cwd": folder, "env": environment(), "capture_output": True}
    return subprocess.run(command, **(defaults | options))  # type: ignore[call-overload]


def shell(script: str, *, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a shell script in which `seedsearch` is this Python's."""
    function = f'seedsearch() {{ "{sys.executable}" -m seedsearch "$@"; }}\n'
    return subprocess.run(
        ["bash", "-c", function + script],
        cwd=folder, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip


def on_terminal(
    command: list[str | bytes], *, folder: Path, env: Mapping[str, str], columns: int = 100
) -> tuple[int, bytes]:
    """Run a command with a real terminal for all its streams: its code, and what came out."""
    return typed_on_terminal(command, [], folder=folder, env=env, size=(columns, 50))


def typed_on_terminal(
    command: Sequence[str | bytes],
    keys: Sequence[tuple[bytes | Callable[[], bool], bytes]],
    *,
    folder: Path,
    env: Mapping[str, str],
    size: tuple[int, int] = (80, 24),
) -> tuple[int, bytes]:
    """The same, with keys that somebody types: each once this has come out since the last, or is so."""
    import fcntl
    import pty
    import select
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    child = subprocess.Popen(command, cwd=folder, env=env, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    out, since, waiting = b"", 0, list(keys)
    deadline = time.monotonic() + 60
    while True:
        if waiting and select.select([master], [], [], 0.05)[0] == []:
            awaited, typed = waiting[0]
            if awaited() if callable(awaited) else awaited in out[since:]:
                os.write(master, typed)
                since = len(out) if typed else since
                del waiting[0]
            elif time.monotonic() > deadline:
                child.kill()
                waiting.clear()
            continue
        try:
            piece = os.read(master, 65536)
        except OSError:  # Linux says so when the last writer has closed the terminal
            break
        if not piece:
            break
        out += piece
    os.close(master)
    return child.wait(), out
