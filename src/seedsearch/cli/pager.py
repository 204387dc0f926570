"""The pager: a program that shows output longer than the screen, as in git.

It is SEEDSEARCH_PAGER, else PAGER, else less. An empty value or `cat` means no pager. It runs without a shell. Unless
LESS is set, less gets the options -FRX: it ends at once if everything fits, shows colours, and leaves the text on the
screen.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess


def page(data: bytes) -> bool:
    """Show the bytes with the pager. Return False if there is none, or if it cannot be run."""
    environment = os.environ
    wanted = environment.get("SEEDSEARCH_PAGER", environment.get("PAGER", "less"))
    try:
        command = shlex.split(wanted)
    except ValueError:  # unclosed quotation marks
        return False
    if not command or command == ["cat"]:
        return False
    try:
        pager = subprocess.Popen(
            command, stdin=subprocess.PIPE, env={"LESS": "FRX", "LV": "-c", **environment}
        )
    except OSError:
        return False
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pager
    try:
        pager.communicate(data)
    except BrokenPipeError:  # the pager was closed early
        pager.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    return pager.returncode != 127
