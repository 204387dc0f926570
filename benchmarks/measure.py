"""Measure a process: wall time, processor time, and peak memory of all its processes together."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

if sys.platform != "win32":
    import resource


class Cost(NamedTuple):
    """Seconds of wall and processor time, and peak memory in bytes, or 0 if not sampled."""

    wall: float
    cpu: float
    peak: int = 0


def run(
    command: Sequence[str],
    *,
    cwd: str | None = None,
    env: Mapping[str, str] | None = None,
    memory: bool = False,
    ok: Sequence[int] = (0,),
) -> Cost:
    """Run a command to its end. Sampling memory takes time, so measure time and memory in separate runs.

    Raises RuntimeError with its output if its exit code is not in `ok`.
    """
    before = _of_children()
    start = time.perf_counter()
    with subprocess.Popen(
        command, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        sampler = _Sampler(process.pid) if memory else None
        _, said = process.communicate()
        wall = time.perf_counter() - start
        peak = sampler.stop() if sampler else 0
    cpu = _of_children() - before
    if process.returncode not in ok:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {said.decode()[-2000:]}")
    return Cost(wall, cpu, peak)


def _of_children() -> float:
    """Return the processor seconds of processes that have ended; `os.times` counts them in steps of 10 ms."""
    if sys.platform == "win32":
        times = os.times()
        return times.children_user + times.children_system
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run_into_cat(command: Sequence[str], *, cwd: str, env: Mapping[str, str]) -> Cost:
    """Return the cost of `command | cat`, from the start of the first to the end of the last.

    Raises RuntimeError if the command ends with an exit code other than 0 and 1 (no hits), because an interrupted run
    is no measurement.
    """
    before = _of_children()
    start = time.perf_counter()
    with (
        subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.PIPE) as first,
        subprocess.Popen(["cat"], stdin=first.stdout, stdout=subprocess.DEVNULL) as last,
    ):
        if first.stdout:
            first.stdout.close()
        last.wait()
        first.wait()
    wall = time.perf_counter() - start
    if first.returncode not in (0, 1):
        raise RuntimeError(f"{command[0]} ended with {first.returncode}")
    return Cost(wall, _of_children() - before)


def folder_bytes(folder: str | os.PathLike[str]) -> int:
    """Return the bytes of all files below a folder."""
    return sum(p.stat().st_size for p in Path(folder).rglob("*") if p.is_file())


class _Sampler:
    """Adds up the proportional memory of a process tree every 20 ms on Linux. Elsewhere the result is 0.

    Proportional memory (PSS) counts a page shared by n processes as one n-th in each, so that forked workers are not
    counted twice. Mapped files count as far as they are in memory.
    """

    INTERVAL_S = 0.02

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        if sys.platform == "linux":
            self._thread.start()

    def stop(self) -> int:
        """Return the peak in bytes."""
        self._done.set()
        if self._thread.is_alive():
            self._thread.join()
        return self._peak

    def _work(self) -> None:
        while not self._done.wait(self.INTERVAL_S):
            self._peak = max(self._peak, sum(map(_pss, _tree(self._pid))))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                yield from _tree(int(child))


def _pss(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as rollup:
            for line in rollup:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:  # the process has ended
        pass
    return 0
