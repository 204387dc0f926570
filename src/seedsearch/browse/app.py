"""The application of `seedsearch browse`: what each key does, and what stands where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Footer, Static
from textual.worker import WorkerFailed

from seedsearch.browse.newest import Newest
from seedsearch.browse.session import Answer, Session
from seedsearch.browse.widgets import Choices, QueryLine, Reading, painted
from seedsearch.model import Hit
from seedsearch.render.records import citation_of
from seedsearch.render.sanitize import clean

_FIRST = 10  # hits; when the last is reached, more come, and all of a file's
_PER_FILE = 3


class Browser(App[None]):
    """The screen. `open_hit` opens a hit and returns what to say, "" if all went well."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "seedsearch"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012  # an instance variable of App
    CSS = """
    QueryLine, Static { height: auto; }
    #message { height: 1; color: $text-muted; padding: 0 1; }
    #message.failed { color: $error; }
    #body { height: 1fr; }
    Choices { height: 1fr; padding: 0; border: none; scrollbar-size-vertical: 1; }
    Choices { text-wrap: nowrap; text-overflow: ellipsis; }
    Choices:focus { border: none; }
    #facets { width: 26; display: none; border-right: solid $primary; }
    #facets.shown { display: block; }
    #panes { layout: vertical; width: 1fr; }
    Reading { height: 1fr; border-top: solid $primary; scrollbar-size-vertical: 1; }
    .-wide #panes { layout: horizontal; }
    .-wide Choices { width: 1fr; height: 100%; }
    .-wide Reading { width: 1fr; height: 100%; border-top: none; border-left: solid $primary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+y", "cite", "Copy citation"),
        Binding("ctrl+t", "facets", "Filter"),
        Binding("ctrl+p", "older(1)", "Older query"),
        Binding("ctrl+n", "older(-1)", show=False),
        Binding("escape", "leave", "Quit"),
        Binding("ctrl+c,ctrl+q", "quit", show=False, priority=True),
    ]

    def __init__(
        self,
        session: Session,
        words: str,
        history: Sequence[str],
        open_hit: Callable[[Browser, Hit], str],
    ) -> None:
        super().__init__()
        self.session = session
        self.history = list(history)
        self.current = Answer("")
        self._words = words
        self._open_hit = open_hit
        self._answers = Newest(self.run_worker)
        self._previews = Newest(self.run_worker)
        self._back = 0
        self._limit = _FIRST

    @property
    def fault(self) -> Exception | None:
        """What ended the application, if it was a fault."""
        fault = self._exception
        return fault.error if isinstance(fault, WorkerFailed) else fault  # type: ignore[return-value]

    def compose(self) -> ComposeResult:
        """Yield the parts of the screen."""
        yield QueryLine(self._words, placeholder="words to search for", compact=True)
        yield Static(id="message", markup=False)
        with Horizontal(id="body"):
            yield Choices(id="facets")
            with Vertical(id="panes"):
                yield Choices(id="hits")
                with Reading():
                    yield Static(markup=False)
        yield Footer(compact=True, show_command_palette=False)

    # -------------------------------------------------------------------------- searching

    def on_input_changed(self) -> None:
        """Search as somebody types."""
        self._limit = _FIRST
        self._ask(typing=True)

    def on_resize(self) -> None:
        """Wrap the rows again."""
        self.call_after_refresh(self._ask, typing=True, keep=True)

    def _ask(self, *, typing: bool, keep: bool = False) -> None:
        text, limit, width = self._line.value, self._limit, self._width(self._hits)
        per_file = _PER_FILE if limit == _FIRST else None
        self._answers.ask(
            lambda: self.session.answer(text, limit, per_file, width, typing=typing),
            lambda answer: self._show(answer, keep=keep),
        )

    def _show(self, answer: Answer, *, keep: bool) -> None:
        message = self.query_one("#message", Static)
        message.update(answer.message)
        message.set_class(answer.failed, "failed")
        if answer.failed:  # what was found before stays
            return
        before = self._hit() if keep else None
        names = [hit.passage_id for hit in answer.hits]
        at = names.index(before.passage_id) if before and before.passage_id in names else 0
        self.current = answer
        self._hits.show([painted(lines) for lines in answer.lines], at)
        if not answer.hits:
            self.query_one(Reading).show(None)

    def on_option_list_option_highlighted(self, event: Choices.OptionHighlighted) -> None:
        """Show the passage of a hit; at the last hit, look for more."""
        if event.option_list is not self._hits or not (hit := self._hit()):
            return
        query, width = self.current.query, self._width(self.query_one(Reading))
        self._previews.ask(
            lambda: self.session.preview(hit, query, width),
            lambda preview: self.query_one(Reading).show(preview),
        )
        found = len(self.current.hits)
        more = found < self.current.total and self._limit in (_FIRST, found)
        if event.option_index == found - 1 and more:
            self._limit *= 3
            self._ask(typing=True, keep=True)

    # ----------------------------------------------------------------------------- keys

    def action_move(self, rows: int) -> None:
        """Highlight the next hit, or the one before."""
        if self._hits.highlighted is not None:
            last = self._hits.option_count - 1
            self._hits.highlighted = min(max(self._hits.highlighted + rows, 0), last)

    def action_read(self, pages: int) -> None:
        """Scroll the preview."""
        reading = self.query_one(Reading)
        reading.scroll_relative(y=pages * max(reading.size.height - 1, 1), animate=False)

    def on_input_submitted(self) -> None:
        """Open the hit."""
        self.action_open()

    def on_option_list_option_selected(self, event: Choices.OptionSelected) -> None:
        """Open the hit that was clicked."""
        self.action_open()

    def action_open(self) -> None:
        """Open the highlighted hit in the editor, viewer or browser."""
        if hit := self._hit():
            self._remember()
            self._say(self._open_hit(self, hit))

    def action_cite(self) -> None:
        """Copy the citation of the highlighted hit: the terminal's clipboard gets it (OSC 52)."""
        if hit := self._hit():
            self._remember()
            citation = clean(str(citation_of(hit)))
            self.copy_to_clipboard(citation)
            self._say(f"copied {citation}")

    def action_older(self, steps: int) -> None:
        """Put an earlier query into the line, or a later one."""
        at = min(max(self._back + steps, 0), len(self.history))
        if at == self._back:
            return
        if self._back == 0:
            self._words = self._line.value
        self._back = at
        self._line.value = self.history[-at] if at else self._words
        self._line.cursor_position = len(self._line.value)

    def action_facets(self) -> None:
        """Show what to filter by, or hide it."""

    def action_leave(self) -> None:
        """Close the facets, or quit."""
        self.exit()

    # ----------------------------------------------------------------------------- parts

    @property
    def _line(self) -> QueryLine:
        return self.query_one(QueryLine)

    @property
    def _hits(self) -> Choices:
        return self.query_one("#hits", Choices)

    def _hit(self) -> Hit | None:
        at = self._hits.highlighted
        return self.current.hits[at] if at is not None and at < len(self.current.hits) else None

    def _width(self, part: Choices | Reading) -> int:
        return max(part.scrollable_content_region.width - 1, 16)

    def _say(self, message: str) -> None:
        if message:
            self.query_one("#message", Static).update(message)

    def _remember(self) -> None:
        """Keep the query in the history."""
        query = self._line.value
        self.history = [old for old in self.history if old != query] + [query]
        self._back = 0

    def _fatal_error(self) -> None:
        """End without the traceback that Textual would print: the command line says what went wrong."""
        self._close_messages_no_wait()
