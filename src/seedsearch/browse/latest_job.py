"""Run one job at a time in a thread, while the screen stays alive. Of the waiting jobs, only the latest is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


class LatestJob:
    """Runs jobs. A result is used only if no later job waits. `start` starts a coroutine."""

    def __init__(self, start: Callable[[Coroutine[Any, Any, None]], object]) -> None:
        self._start = start
        self._waiting: tuple[Callable[[], Any], Callable[[Any], None]] | None = None
        self._runs = False

    def ask(self, job: Callable[[], _T], use: Callable[[_T], None]) -> None:
        """Run `job` in a thread, then `use` with its result in this one."""
        self._waiting = job, use
        if not self._runs:
            self._runs = True
            self._start(self._run())

    async def _run(self) -> None:
        try:
            while self._waiting is not None:
                job, use = self._waiting
                self._waiting = None
                result = await asyncio.to_thread(job)
                if self._waiting is None:
                    use(result)
        finally:
            self._runs = False
