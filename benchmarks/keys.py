"""How long `seedsearch browse` takes from a key to its answer: `python -m benchmarks.keys`, in an indexed folder.

It types queries into a pseudo-terminal, one key after another, and waits after each until nothing more comes. It prints
two times of each key: from the key to the first output with the line that tells of the new hits, and the processor time
of the program until all is drawn, with the preview. The second one counts on a machine with other work. It needs Linux.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time

QUERIES = (
    "north korean troops", "world war two battle of", "history of computing", "coal mining in wales",
    "french football player born", "railway station opened", '"prime minister of"', "type:txt river bridge",
)  # fmt: skip
ANSWER = re.compile(rb"\d of [\d,]+ passage|no passage|passages in|\d ms")
QUIET = 0.25  # seconds without output: all is drawn
CLEAR, QUIT = b"\x15", b"\x1b"


def main() -> None:
    """Type, and print the times."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    command = [sys.executable, "-m", "seedsearch", "browse"]
    child = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    answered(master, 3.0)
    waits, costs = [], []
    clock = ~child.pid << 3 | 2  # the processor time of a process, in Linux
    for query in QUERIES:
        for letter in query.encode():
            started, used = time.perf_counter(), time.clock_gettime(clock)
            os.write(master, bytes([letter]))
            if (seen := answered(master)) is not None:
                waits.append(seen - started)
                costs.append(time.clock_gettime(clock) - used)
        os.write(master, CLEAR)
        answered(master)
    os.write(master, QUIT)
    answered(master, 5.0)  # a terminal that nobody reads would keep it from ending
    child.wait()
    print(f"{len(waits)} keys: {shown(waits)}; processor time {shown(costs)}")


def shown(times: list[float]) -> str:
    """Return three percentiles of times."""
    times = sorted(times)
    parts = (f"p{part} {times[len(times) * part // 100] * 1000:.0f} ms" for part in (50, 90, 99))
    return ", ".join(parts)


def answered(master: int, quiet: float = QUIET, most: float = 5.0) -> float | None:
    """Return when the answer came; None if none came before it was quiet, or in `most` seconds: a cursor blinks."""
    out, seen, until = b"", None, time.perf_counter() + most
    while time.perf_counter() < until and select.select([master], [], [], quiet)[0]:
        try:
            out += os.read(master, 65536)
        except OSError:  # the terminal is closed
            break
        if seen is None and ANSWER.search(out):
            seen = time.perf_counter()
    return seen


if __name__ == "__main__":
    main()
