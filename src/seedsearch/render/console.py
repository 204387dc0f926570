"""The terminal's layout of hits, and the progress bar: the only module that imports Rich.

A heading per file, then each passage's best lines with the terms lit, its line numbers at the left
and its score at the right. Hits stay in rank order; those of one file that follow each other share
a heading. Only sanitised text reaches Rich, as `Text`: never markup, emoji codes or highlighters.
Styles are the terminal's own sixteen colours, so that they fit dark and light themes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
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

_WIDEST = 108  # cells of the whole layout: longer rows are hard to read
_NAMED_COPIES = 3
_NARROW = 60  # below this many cells, the text needs the room that scores would take


def print_hits(hits: Iterable[Hit], stream: BinaryIO, *, encoding: str, color: bool) -> None:
    """Write the layout of the hits to a terminal's binary stream."""
    console = make_console(StringIO(), color=color)
    for block in hit_blocks(list(hits), console.width):
        console.print(block, soft_wrap=True)
    assert isinstance(console.file, StringIO)
    stream.write(console.file.getvalue().encode(encoding, "replace"))


def print_table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    stream: BinaryIO,
    *,
    encoding: str,
    color: bool,
) -> None:
    """Write a table of sanitised cells: the first column at the left, numbers at the right."""
    console = make_console(StringIO(), color=color)
    table = Table(box=None, pad_edge=False, header_style=_FAINT, padding=(0, 2, 0, 0))
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left", no_wrap=bool(number))
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)
    assert isinstance(console.file, StringIO)
    stream.write(console.file.getvalue().encode(encoding, "replace"))


def print_passage_view(view: PassageView, stream: BinaryIO, *, encoding: str, color: bool) -> None:
    """Write a passage and, faint, its surroundings, under the file's name."""
    console = make_console(StringIO(), color=color)
    for row in _passage_view_rows(view, max(20, min(console.width, _WIDEST))):
        console.print(row, soft_wrap=True)
    assert isinstance(console.file, StringIO)
    stream.write(console.file.getvalue().encode(encoding, "replace"))


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


def make_console(file: TextIO, *, color: bool) -> Console:
    """A Console that adds nothing to what it is given but, with `color`, SGR escapes."""
    return Console(
        file=file,
        width=terminal_width(),
        force_terminal=color,
        force_interactive=False,
        color_system="standard" if color else None,
        no_color=not color,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
    )


def terminal_width() -> int:
    """COLUMNS, or what the first terminal among stdout, stderr and stdin says, or 80."""
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
    """A Text for each file's run of hits, with a blank line between."""
    width = max(20, min(width, _WIDEST))
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
    """`also in: a.txt:3, b.txt:9 and 4 more`."""
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
    """Whether the title says no more than the path does."""
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
    """The fragments with their line (or page) numbers; those of one line flow together.

    An ellipsis stands where something is left out.
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
    """What is shown of a passage whose text holds no match (its title does)."""
    text = hit.passage.text
    end = len(text) if len(text) <= 240 else text.rfind(" ", 0, 240)
    return Fragment(Span(0, 240 if end <= 0 else end), hit.passage.line_start, ())


def _lit(whole: str, fragment: Fragment) -> Text:
    """The fragment on one line, its matches lit."""
    at, end = fragment.span
    line = Text(end="")
    for low, high in fragment.highlights:
        low, high = max(low, at), min(high, end)
        if low < high:
            line.append(_flat(whole[at:low])).append(_flat(whole[low:high]), _LIT)
            at = high
    return _squeeze(line.append(_flat(whole[at:end])))


def _flat(text: str) -> str:
    """Sanitised, with a space for every white space character."""
    return clean("".join(" " if c.isspace() else c for c in text))


def _squeeze(line: Text) -> Text:
    """The line without spaces at its ends and without more than one in a row."""
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
    """Bytes read so far, and how many a second."""

    def render(self, task: Task) -> Text:
        done = int(task.fields.get("bytes_done", 0))
        rate = f", {size(int(done / task.elapsed))}/s" if task.elapsed else ""
        return Text(f"{size(done)}{rate}" if done else "", style=_FAINT)


class ProgressBar:
    """A progress bar on a terminal, gone when it is done."""

    def __init__(self, stream: TextIO, *, color: bool) -> None:
        # It redraws itself, which takes a terminal and cursor escapes even where colours are unwanted.
        console = Console(
            file=stream,
            force_terminal=True,
            force_interactive=True,
            color_system="standard" if color else None,
            no_color=not color,
            legacy_windows=False,
            highlight=False,
            markup=False,
            emoji=False,
        )
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=32, complete_style="green", finished_style="green"),
            MofNCompleteColumn(),
            _BytesColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("looking", total=None)

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
        """Show how far it is. A `files_total` of 0 means that it is not yet known."""
        self._progress.update(
            self._task,
            description=clean(what),
            completed=files_done,
            total=files_total or None,
            bytes_done=bytes_done,
        )
