"""The parts of the screen. None of them reads markup, and text that is typed or pasted is sanitised, too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Click
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from seedsearch.browse.session import Preview
from seedsearch.render.sanitize import fold


def painted(lines: Iterable[str]) -> Text:
    """Return painted lines, which are sanitised, as text with styles."""
    return Text("\n").join([Text.from_ansi(line) for line in lines])


class QueryLine(Input):
    """The line where the query is typed. From here, keys choose a hit and read on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Open"),
        Binding("up", "app.move(-1)", show=False),
        Binding("down", "app.move(1)", show=False),
        Binding("pageup", "app.read(-1)", show=False),
        Binding("pagedown", "app.read(1)", "Read on", key_display="PgDn"),
    ]

    def validate_value(self, value: str) -> str:
        """Return the text without what could control the terminal."""
        return value if value.isprintable() else fold(value + "x")[:-1]


class Choices(OptionList):
    """A list from which one is chosen: by Enter, or by a click on what is highlighted. Another click highlights."""

    async def _on_click(self, event: Click) -> None:
        event.prevent_default()
        clicked = event.style.meta.get("option")
        if clicked is None:
            return
        if clicked == self.highlighted:
            self.action_select()
        else:
            self.highlighted = clicked

    def show(self, entries: Sequence[Text], highlighted: int) -> None:
        """Replace what is listed."""
        self.set_options([Option(entry) for entry in entries])
        self.highlighted = highlighted if entries else None


class Reading(VerticalScroll, can_focus=False):
    """The preview: a passage in its surroundings."""

    def show(self, preview: Preview | None) -> None:
        """Show the preview from the line before the passage on."""
        self.query_one(Static).update(painted(preview.lines) if preview else "")
        above = preview.above if preview else 0
        self.call_after_refresh(self.scroll_to, y=max(above - 2, 0), animate=False)
