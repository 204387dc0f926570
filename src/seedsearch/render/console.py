"""The progress bar. This is the only module that imports Rich.

Only sanitised text reaches Rich, and only as `Text`: no markup, emoji codes or highlighters.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from seedsearch.render.messages import size
from seedsearch.render.paint import Level
from seedsearch.render.sanitize import clean

_FAINT = "dim"


class _BytesColumn(ProgressColumn):
    """The bytes read so far, and the rate."""

    def render(self, task: Task) -> Text:
        done = int(task.fields.get("bytes_done", 0))
        rate = f", {size(int(done / task.elapsed))}/s" if task.elapsed else ""
        return Text(f"{size(done)}{rate}" if done else "", style=_FAINT)


class ProgressBar:
    """A progress bar on a terminal. It disappears at the end."""

    def __init__(self, stream: TextIO, *, level: Level) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=32, complete_style="green", finished_style="green"),
            MofNCompleteColumn(),
            _BytesColumn(),
            TimeElapsedColumn(),
            console=Console(
                file=stream,
                force_terminal=True,
                force_interactive=True,
                color_system="standard" if level != "none" else None,
                no_color=level != "color",
                legacy_windows=False,
                highlight=False,
                markup=False,
                emoji=False,
            ),
            transient=True,
        )
        self._task = self._progress.add_task("scanning", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def update(self, what: str, files_done: int, files_total: int, bytes_done: int) -> None:
        """Show the progress. A `files_total` of 0 means that the total is not yet known."""
        self._progress.update(
            self._task,
            description=clean(what),
            completed=files_done,
            total=files_total or None,
            bytes_done=bytes_done,
        )
