"""The pager: a program that shows what is longer than the screen, as git has one.

It is SEEDSEARCH_PAGER, else PAGER, else less. An empty value or `cat` means no pager. It is run without a shell.
Where LESS is not set, less gets the options -FRX: it ends at once if all fits, shows colours, and leaves the text on
the screen.
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
    except ValueError:  # a quotation that is not closed
        return False
    if not command or command == ["cat"]:
        return False
    try:
        pager = subprocess.Popen(
            command, stdin=subprocess.PIPE, env={"LESS": "FRX", "LV": "-c", **environment}
        )
    except OSError:
        return False
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the pager's, not ours
    try:
        pager.communicate(data)
    except BrokenPipeError:  # closed before its end
        pager.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    return pager.returncode != 127
