"""A worker process: it reads files in chunks and answers each chunk. It ends when its parent ends."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Sequence
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import Any, TypeAlias

from seedsearch.corpus.skip import UNREADABLE, failure
from seedsearch.errors import SeedsearchError
from seedsearch.indexing.memory_limit import MemoryLimit
from seedsearch.indexing.run import NOTHING, Run
from seedsearch.indexing.tasks import Factory, Limits, Outcome, Task, collect_seldom
from seedsearch.record import NamedTuple
from seedsearch.signals import forget_handlers

if sys.platform != "win32":
    import fcntl

AT, BEATS, FILES, BYTES, FIELDS = range(5)
"""The fields of a worker's notes, in shared memory: the number of its current file, counted from its first file, or
NOTHING; a counter that changes with all progress; the files and the bytes that it has done.
"""

Notes: TypeAlias = Any
"""An array of FIELDS integers, which one process writes."""


class Failed(NamedTuple):
    """The answer of a worker that cannot go on: why its current file fails, or an error that ends the whole run."""

    reason: str
    error: Exception | None = None


Answer: TypeAlias = Outcome | Failed | None
"""The answer to a chunk, or to the request to finish. None: the outcome follows later."""


def packed(tasks: Sequence[Task], *, is_lone: bool = False) -> bytes:
    """Return a chunk as it is sent: in columns, which cost a fifth. Without tasks, it tells a worker to finish.

    If `is_lone`, the file of the chunk may take more memory than others.
    """
    return pickle.dumps((is_lone, tuple(zip(*tasks, strict=True))), pickle.HIGHEST_PROTOCOL)


def serve(
    factory: Factory, limits: Limits, chunks: Connection, answers: Connection, notes: Notes
) -> None:
    """Answer chunks until no more are sent."""
    forget_handlers()
    _end_with_parent()
    collect_seldom()
    gc.freeze()  # the parent's objects are shared memory until somebody touches them
    worker = _Worker(factory, limits, notes)
    try:
        while True:
            answer = worker.answer(*chunks.recv())
            answers.send(answer)
            if isinstance(answer, Failed):
                return
    except BaseException:  # nobody listens, or no memory is left: not even a traceback helps
        os._exit(1)


class _Worker:
    """Works on one run after another."""

    def __init__(self, factory: Factory, limits: Limits, notes: Notes) -> None:
        self._factory = factory
        self._limits = limits
        self._notes = notes
        self._before = 0  # files of earlier runs
        self._taken = 0  # files of this run
        self._memory_limit = MemoryLimit(limits.memory_bytes)
        self._is_lone = False
        self._run = self._new_run()

    def _new_run(self) -> Run:
        return Run(self._factory, self._limits, self._tick, self._at)

    def _at(self, number: int) -> None:
        if number == NOTHING:
            self._memory_limit.lift()
        else:
            self._memory_limit.set(self._limits.lone_bytes if self._is_lone else 0)
        notes = self._notes
        notes[AT] = number if number == NOTHING else self._before + number
        notes[BEATS] += 1

    def _tick(self, files: int, size: int) -> None:
        notes = self._notes
        notes[BEATS] += 1
        notes[FILES] += files
        notes[BYTES] += size

    def answer(self, is_lone: bool, columns: tuple[tuple[Any, ...], ...]) -> Answer:
        """Return the answer to a chunk: see `packed`."""
        self._is_lone = is_lone
        try:
            if columns:
                new = tuple.__new__  # a third of the price of calling Task
                tasks = [new(Task, values) for values in zip(*columns, strict=True)]
                self._taken += len(tasks)
                self._run.take(tasks)
                if not self._run.has_finished_batches:
                    return None
            run, self._run = self._run, self._new_run()
            self._before, self._taken = self._before + self._taken, 0
            return run.outcome()
        except Exception as error:
            return self._failed(error)

    def _failed(self, error: Exception) -> Failed:
        if self._notes[AT] == NOTHING or isinstance(error, (OSError, SeedsearchError)):
            error.add_note(traceback.format_exc())  # for --debug
            return Failed("", _sendable(error))
        return Failed(f"{UNREADABLE}{failure(error)}")


def _sendable(error: Exception) -> Exception:
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - we have just made this
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _end_with_parent() -> None:
    """End this process as soon as its parent is gone, whatever it is doing.

    The parent's end of a pipe closes when the parent dies. Where the system can send a signal then, the signal ends
    this process even in a call of C that hangs. Elsewhere a thread waits for it.
    """
    parent = parent_process()
    if parent is None:
        return
    if not _is_signalled(parent.sentinel):
        Thread(target=_wait_and_end, args=(parent.sentinel,), daemon=True).start()
    elif wait([parent.sentinel], 0):  # it was gone before
        os._exit(1)


def _is_signalled(pipe: int) -> bool:
    """Ask the system for a fatal signal when the other end of a pipe closes. Return whether it will send one."""
    if sys.platform == "win32":
        return False
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    try:
        fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    except OSError:
        return False
    return True


def _wait_and_end(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
