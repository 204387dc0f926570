"""The parts of the screen. None of them reads markup, and text that is typed or pasted is sanitised, too.

Lists and previews draw their own lines, so that a key costs no layout of the screen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Input

from seedsearch.render.sanitize import fold

_PAINTED = re.compile(r"\x1b\[([0-9;]+)m(.*?)\x1b\[0m", re.DOTALL)
_STYLES = {
    "35": Style(color="magenta"),
    "32": Style(color="green"),
    "1;31": Style(color="bright_red", bold=True),
    "2": Style(color="bright_black"),
}


def segments_of(line: str) -> list[Segment]:
    """Return a line that render/paint.py has painted, as segments with styles."""
    segments, at = [], 0
    for found in _PAINTED.finditer(line):
        segments += [
            Segment(line[at : found.start()]),
            Segment(found[2], _STYLES.get(found[1], Style.null())),
        ]
        at = found.end()
    return [*segments, Segment(line[at:])]


class QueryLine(Input):
    """The line where the query is typed. From here, keys choose a hit and read on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Open"),
        Binding("up", "app.move(-1)", show=False),
        Binding("down", "app.move(1)", show=False),
        Binding("pageup", "app.read(-1)", show=False),
        Binding("pagedown", "app.read(1)", "Read on", key_display="PgDn"),
    ]

    @property
    def content_width(self) -> int:
        """Return the width of the text, or of the line: a text that fits costs no layout of the screen."""
        return max(super().content_width, self.size.width)

    def validate_value(self, value: str) -> str:
        """Return the text without what could control the terminal."""
        return value if value.isprintable() else fold(value + "x")[:-1]


class Lines(ScrollView, can_focus=False):
    """Painted lines in groups, of which one may be chosen. A click chooses, and a click on what is chosen takes it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--chosen"}
    DEFAULT_CSS = """
    Lines { background: $surface; scrollbar-size-vertical: 1; overflow-x: hidden; }
    Lines > .lines--chosen { background: $primary 40%; }
    """

    class Chosen(Message):
        """A group was chosen."""

        def __init__(self, lines: Lines) -> None:
            super().__init__()
            self.lines = lines

    class Taken(Chosen):
        """The group that was chosen already was clicked."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.chosen: int | None = None
        self._strips: list[Strip] = []
        self._group_of: list[int] = []
        self._looks: tuple[Style, Style] | None = None  # looked up once, not for each line

    def notify_style_update(self) -> None:
        """Look the styles up again."""
        super().notify_style_update()
        self._looks = None

    def show(self, groups: Sequence[Sequence[str]], chosen: int | None = None) -> None:
        """Replace the lines."""
        self._strips = [Strip(segments_of(line)) for group in groups for line in group]
        self._group_of = [number for number, group in enumerate(groups) for _ in group]
        self._set_length(len(self._strips))
        self.choose(chosen)

    def _set_length(self, lines: int) -> None:
        """Set the number of lines to scroll through. Only a scroll bar that comes or goes costs a layout."""
        size = Size(self.size.width, lines)
        if (lines > self.size.height) != self.show_vertical_scrollbar:
            self.virtual_size = size
            return
        self.set_reactive(Lines.virtual_size, size)
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = lines

    def choose(self, number: int | None) -> None:
        """Choose a group, and bring it into view; None is no choice."""
        self.chosen = number
        if number is not None and number in self._group_of:
            first = self._group_of.index(number)
            last = first + self._group_of.count(number)
            top = min(max(self.scroll_offset.y, last - self.size.height), first)
            self.scroll_to(y=top, animate=False)
            self.post_message(self.Chosen(self))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line of what is in view."""
        at = y + self.scroll_offset.y
        width = self.size.width
        if self._looks is None:
            self._looks = self.rich_style, self.get_component_rich_style("lines--chosen")
        plain, lit = self._looks
        if at >= len(self._strips):
            return Strip.blank(width, plain)
        is_chosen = self.chosen is not None and self._group_of[at] == self.chosen
        return self._strips[at].adjust_cell_length(width).apply_style(lit if is_chosen else plain)

    def on_click(self, event: Click) -> None:
        """Choose what is clicked, or take it if it is chosen."""
        at = event.y + self.scroll_offset.y
        if self.chosen is None or at >= len(self._group_of):
            return
        if self._group_of[at] == self.chosen:
            self.post_message(self.Taken(self))
        else:
            self.choose(self._group_of[at])

    def move(self, steps: int) -> None:
        """Choose a group before or after."""
        if self.chosen is not None:
            self.choose(min(max(self.chosen + steps, 0), self._group_of[-1]))
