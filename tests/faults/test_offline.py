"""Indexing and searching open no socket."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# A connection, or a look-up of a name, ends the program. Pairs of local sockets are how processes talk.
FORBIDDEN = """
import os, sys
def hook(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        os.write(2, b"a socket: " + repr(arguments).encode())
        os._exit(99)
sys.addaudithook(hook)
from seedsearch.cli import script
script()
"""


@pytest.mark.parametrize("trap", [False, True])
def test_no_socket_is_opened(tmp_path: Path, trap: bool) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.html").write_text("<img src='http://127.0.0.1:9/x'><p>a needle")
    (tmp_path / "docs" / "b.xml").write_text(
        "<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a>needle</a>"
    )
    (tmp_path / "docs" / "c.md").write_text("a needle in [a link](http://127.0.0.1:9/)\n")
    environment = {name: v for name, v in os.environ.items() if name != "SEEDSEARCH_INDEX"}
    commands = [
        ["index", "docs"],
        ["query", "needle"],
        ["status"],
        ["check"],
        ["show", "docs/c.md:1"],
        ["terms"],
    ]
    if trap:  # the trap itself works
        program = (
            FORBIDDEN.partition("from seedsearch")[0]
            + "import socket; socket.create_connection(('127.0.0.1', 9))"
        )
        ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
        assert ended.returncode == 99
        return
    for command in commands:
        ended = subprocess.run(
            [sys.executable, "-c", FORBIDDEN, *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            check=False,
        )
        assert ended.returncode == 0, (command, ended.stderr)
