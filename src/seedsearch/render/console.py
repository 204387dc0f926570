"""The progress bar. This is the only module that imports Rich.

Only sanitised text reaches Rich, and only as `Text`: no markup, emoji codes or highlighters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich import progress as rich
from rich.console import Console
from rich.text import Text

from seedsearch.render.messages import size
from seedsearch.render.paint import Level

_FAINT = "dim"


class _BytesColumn(rich.ProgressColumn):
    """The bytes read so far, and the rate."""

    def render(self, task: rich.Task) -> Text:
        done = int(task.fields.get("bytes_done", 0))
        rate = f", {size(int(done / task.elapsed))}/s" if task.elapsed else ""
        return Text(f"{size(done)}{rate}" if done else "", style=_FAINT)


@contextmanager
def progress_bar(stream: TextIO, *, level: Level) -> Iterator[Callable[[int, int, int], None]]:
    """Yield a function that shows progress on a terminal: the files done, all files, and the bytes done.

    All files are 0 while their number is not yet known. The bar disappears at the end.
    """
    console = Console(
        file=stream,
        force_terminal=True,
        force_interactive=True,
        color_system="standard" if level != "none" else None,
        no_color=level != "color",
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    columns = (
        rich.TextColumn("{task.description}", markup=False),
        rich.BarColumn(bar_width=32, complete_style="green", finished_style="green"),
        rich.MofNCompleteColumn(),
        _BytesColumn(),
        rich.TimeElapsedColumn(),
    )
    with rich.Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("scanning", total=None)
        yield lambda done, total, size: progress.update(
            task, description="indexing", completed=done, total=total or None, bytes_done=size
        )
