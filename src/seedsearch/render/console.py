"""The terminal layout, and the progress bar. This is the only module that imports Rich.

Each file has a heading. Below it stand the best lines of its passages, with the matches highlighted, line
numbers on the left and the score on the right. Hits stay in rank order; consecutive hits from one file share
a heading. Only sanitised text reaches Rich, and only as `Text`: no markup, emoji codes or highlighters.
Styles use the sixteen colours of the terminal, so that they fit dark and light themes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from itertools import groupby
from types import TracebackType
from typing import BinaryIO, Self, TextIO

from rich.cells import cell_len
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
from rich.table import Table
from rich.text import Text

from seedsearch.model import Copy, Document, Fragment, Hit, PassageView, Span
from seedsearch.render.explanation import explanation_lines
from seedsearch.render.messages import size
from seedsearch.render.sanitize import clean, fold
from seedsearch.render.wrap import wrap

_PATH = "bold magenta"
_LINE = "green"
_LIT = "bold red"
_FAINT = "dim"

_MAX_WIDTH = 108  # cells: longer rows are hard to read
_NAMED_COPIES = 3
_NARROW = 60  # cells: below this width, scores are left out to make room for text


def print_hits(hits: Iterable[Hit], stream: BinaryIO, *, encoding: str, color: bool) -> None:
    """Write hits to the binary stream of a terminal."""
    with _console(stream, encoding, color) as console:
        for block in hit_blocks(list(hits), console.width):
            console.print(block, soft_wrap=True)


def print_table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    stream: BinaryIO,
    *,
    encoding: str,
    color: bool,
) -> None:
    """Write a table of sanitised cells: the first column aligned left, the others right."""
    table = Table(box=None, pad_edge=False, header_style=_FAINT, padding=(0, 2, 0, 0))
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left", no_wrap=bool(number))
    for row in rows:
        table.add_row(*map(Text, row))
    with _console(stream, encoding, color) as console:
        console.print(table)


def print_passage_view(view: PassageView, stream: BinaryIO, *, encoding: str, color: bool) -> None:
    """Write a passage and, dimmed, the passages around it, under the file's name."""
    with _console(stream, encoding, color) as console:
        for row in _passage_view_rows(view, max(20, min(console.width, _MAX_WIDTH))):
            console.print(row, soft_wrap=True)


@contextmanager
def _console(stream: BinaryIO, encoding: str, color: bool) -> Iterator[Console]:
    """Give a Console whose output goes to the binary stream at the end."""
    file = StringIO()
    yield make_console(file, color=color)
    stream.write(file.getvalue().encode(encoding, "replace"))


def _passage_view_rows(view: PassageView, width: int) -> Iterator[Text]:
    passage = view.passage
    yield _heading(view.path, passage.document, width, stale=view.stale)
    numbers = [f"p. {passage.page}" if passage.page else str(line.number) for line in view.lines]
    gutter = max(4, *map(len, numbers))
    before = ""
    for number, line in zip(numbers, view.lines, strict=True):
        text = fold(line.text)
        for start, end in wrap(text, width - gutter - 2, cell_len) or [(0, 0)]:
            row = Text(end="")
            row.append(("" if number == before else number).rjust(gutter), _LINE)
            row.append("  ").append(text[start:end], "" if line.inside else _FAINT)
            yield row
            before = number


def make_console(file: TextIO, *, color: bool, live: bool = False) -> Console:
    """Return a Console that writes text as it is. `color` adds SGR escapes, `live` the cursor's escapes."""
    return Console(
        file=file,
        width=None if live else terminal_width(),
        force_terminal=color or live,
        force_interactive=live,
        color_system="standard" if color else None,
        no_color=not color,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=not live,
    )


def terminal_width() -> int:
    """Return COLUMNS, else the width of the first terminal among stdout, stderr and stdin, else 80."""
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isascii() and wanted.isdigit() and int(wanted):
        return int(wanted)
    for descriptor in (1, 2, 0):
        try:
            return os.get_terminal_size(descriptor).columns or 80
        except OSError:
            continue
    return 80


def hit_blocks(hits: list[Hit], width: int) -> Iterator[Text]:
    """Yield a Text for each run of hits from one file, with blank lines between."""
    width = max(20, min(width, _MAX_WIDTH))
    gutter = max((len(_last_line(hit)) for hit in hits), default=0)
    gutter = max(4, gutter)
    runs = groupby(hits, key=lambda hit: (hit.path, hit.passage.document.member))
    for number, (_, run) in enumerate(runs):
        block = Text("\n" if number else "", no_wrap=True, end="\n")
        lines = list(_run_lines(list(run), width, gutter))
        yield block.append_text(Text("\n").join(lines))


def _run_lines(run: list[Hit], width: int, gutter: int) -> Iterator[Text]:
    first = run[0]
    yield _heading(first.path, first.passage.document, width, stale=first.stale)
    for number, hit in enumerate(run):
        if number:
            yield Text(" " * (gutter - 1) + "·", style=_FAINT)
        yield from _hit_lines(hit, width, gutter)
        if hit.also_in:
            for start, end in wrap(places := _also_in(hit.also_in), width - gutter - 2, cell_len):
                yield Text(" " * (gutter + 2) + places[start:end], style=_FAINT, end="")
        if hit.explanation is not None:
            for line in explanation_lines(hit.explanation, hit.score):
                yield Text(" " * (gutter + 2) + line, style=_FAINT, end="")


def _also_in(copies: Sequence[Copy]) -> str:
    """Return `also in: a.txt:3, b.txt:9 and 4 more`."""
    named = ", ".join(
        f"{fold(clean(copy.path))}:{copy.passage.line_start}" for copy in copies[:_NAMED_COPIES]
    )
    more = len(copies) - _NAMED_COPIES
    return f"also in: {named}" + (f" and {more:,} more" if more > 0 else "")


def _heading(path: str, document: Document, width: int, *, stale: bool) -> Text:
    line = Text(clean(path), style="", end="")
    line.stylize(_PATH)
    if document.member:
        line.append(f" › {fold(document.member)}", _PATH)
    if stale:
        line.append("  (stale)", _FAINT)
    title = fold(document.title or document.id)
    room = width - cell_len(line.plain) - 2
    if title and room >= 12 and not _names(title, path):
        line.append("  " + _shorten(title, room), _FAINT)
    return line


def _names(title: str, path: str) -> bool:
    """Return whether the title only repeats the name of the file."""
    name = os.path.basename(path)
    return title in (fold(name), fold(os.path.splitext(name)[0]))


def _hit_lines(hit: Hit, width: int, gutter: int) -> Iterator[Text]:
    score = f"{hit.score:.2f}" if width >= _NARROW else ""
    room = width - gutter - 2 - (len(score) + 2 if score else 0)
    for number, text in _paragraphs(hit):
        for start, end in wrap(text.plain, room, cell_len):
            line = Text(end="")
            line.append(("" if start else number).rjust(gutter), _LINE)
            line.append("  ").append_text(text[start:end])
            if score:
                line.append(" " * (gutter + 2 + room - cell_len(line.plain)))
                line.append("  " + score, _FAINT)
                score = ""
            yield line


def _paragraphs(hit: Hit) -> Iterator[tuple[str, Text]]:
    """Yield the fragments with their line or page numbers. Fragments of one line are joined.

    An ellipsis marks omitted text.
    """
    whole, page = hit.passage.text, hit.passage.page
    at = 0
    fragments = hit.snippet.fragments or (_opening(hit),)
    for number, group in groupby(
        fragments, key=lambda f: f"p. {page}" if page is not None else str(f.line)
    ):
        text = Text(end="")
        for fragment in group:
            gap = whole[at : fragment.span.start]
            if gap.strip():
                text.append(" … " if text else "… ", _FAINT)
            elif gap and text:
                text.append(" ")
            text.append_text(_lit(whole, fragment))
            at = fragment.span.end
        if fragment is fragments[-1] and whole[at:].strip():
            text.append(" …", _FAINT)
        yield number, text


def _last_line(hit: Hit) -> str:
    if hit.passage.page is not None:
        return f"p. {hit.passage.page}"
    return str(max((f.line for f in hit.snippet.fragments), default=hit.passage.line_start))


def _opening(hit: Hit) -> Fragment:
    """Return what to show of a passage that matches only by its title."""
    text = hit.passage.text
    end = len(text) if len(text) <= 240 else text.rfind(" ", 0, 240)
    return Fragment(Span(0, 240 if end <= 0 else end), hit.passage.line_start, ())


def _lit(whole: str, fragment: Fragment) -> Text:
    """Return the fragment on one line, with its matches highlighted."""
    at, end = fragment.span
    line = Text(end="")
    for low, high in fragment.highlights:
        low, high = max(low, at), min(high, end)
        if low < high:
            line.append(_flat(whole[at:low])).append(_flat(whole[low:high]), _LIT)
            at = high
    return _squeeze(line.append(_flat(whole[at:end])))


def _flat(text: str) -> str:
    """Return sanitised text, with a space in place of every white space character."""
    return clean("".join(" " if c.isspace() else c for c in text))


def _squeeze(line: Text) -> Text:
    """Return the line without spaces at its ends and without runs of spaces."""
    plain, pieces, at = line.plain, Text(end=""), 0
    for word in plain.split():
        start = plain.index(word, at)
        if pieces:
            pieces.append_text(line[start - 1 : start])
        pieces.append_text(line[start : start + len(word)])
        at = start + len(word)
    return pieces


def _shorten(text: str, room: int) -> str:
    if cell_len(text) <= room:
        return text
    start, end = wrap(text, room - 1, cell_len)[0]
    return text[start:end] + "…"


class _BytesColumn(ProgressColumn):
    """The bytes read so far, and the rate."""

    def render(self, task: Task) -> Text:
        done = int(task.fields.get("bytes_done", 0))
        rate = f", {size(int(done / task.elapsed))}/s" if task.elapsed else ""
        return Text(f"{size(done)}{rate}" if done else "", style=_FAINT)


class ProgressBar:
    """A progress bar on a terminal. It disappears at the end."""

    def __init__(self, stream: TextIO, *, color: bool) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=32, complete_style="green", finished_style="green"),
            MofNCompleteColumn(),
            _BytesColumn(),
            TimeElapsedColumn(),
            console=make_console(stream, color=color, live=True),
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
