"""The application of `seedsearch browse`: what each key does, and what stands where."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar, TypeVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Footer, Static
from textual.worker import WorkerFailed

from seedsearch.browse.session import Answer, Choices, Preview, Session, is_short
from seedsearch.browse.widgets import Lines, QueryLine
from seedsearch.model import Hit
from seedsearch.render.records import citation_of
from seedsearch.render.sanitize import clean

_FIRST = 0  # as many hits as are in view; when the last is reached, more come, and all of a file's
_LEAST_HITS = 5
_PER_FILE = 3
_PAUSE = 0.4  # seconds


_T = TypeVar("_T")


class Browser(App[None]):
    """The screen. `open_hit` opens a hit and returns what to say, "" if all went well."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "seedsearch"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012  # an instance variable of App
    CSS = """
    #message { height: 1; color: $text-muted; padding: 0 1; }
    #message.failed { color: $error; }
    #panes, #hits, #reading { height: 1fr; }
    #reading { border-top: solid $primary; }
    .-wide #panes { layout: horizontal; }
    .-wide #hits { width: 1fr; }
    .-wide #reading { width: 1fr; border-top: none; border-left: solid $primary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+y", "cite", "Copy citation"),
        Binding("ctrl+p", "older(1)", "Older query"),
        Binding("ctrl+n", "older(-1)", show=False),
        Binding("ctrl+t", "facets", "Facets"),
        Binding("escape", "back", "Quit"),
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
        self._answers = LatestJob(self.run_worker)
        self._previews = LatestJob(self.run_worker)
        self._pause: Timer | None = None
        self._back = 0
        self._limit = _FIRST
        self._values: tuple[str, ...] = ()  # filters for the facets that are shown

    @property
    def fault(self) -> Exception | None:
        """What ended the application, if it was a fault."""
        fault = self._exception
        return fault.error if isinstance(fault, WorkerFailed) else fault  # type: ignore[return-value]

    def compose(self) -> ComposeResult:
        """Yield the parts of the screen."""
        yield QueryLine(
            self._words, placeholder="words to search for", compact=True, select_on_focus=False
        )
        yield Static(id="message", markup=False)
        with Vertical(id="panes"):
            yield Lines("hits")
            yield Lines("reading")
        yield Footer(compact=True, show_command_palette=False)

    # -------------------------------------------------------------------------- searching

    def on_input_changed(self) -> None:
        """Search as somebody types, and after a pause once more: for a short word, advice, or with a model."""
        self._limit = _FIRST
        self._ask(typing=True)
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(_PAUSE, self._ask_again)

    def _ask_again(self) -> None:
        if not self.query(QueryLine):  # the screen closes before the pause ends
            return
        if not self.current.hits or is_short(self._line.value) or self.session.is_slow:
            self._ask(keep=True)

    def on_resize(self) -> None:
        """Wrap the rows again."""
        self.call_after_refresh(self._ask, keep=True)

    def _ask(self, *, typing: bool = False, keep: bool = False) -> None:
        text, width = self._line.value, self._width(self._hits)
        limit = self._limit or max(self._hits.size.height // 2, _LEAST_HITS)
        per_file = None if self._limit else _PER_FILE
        self._answers.ask(
            lambda: self.session.answer(text, limit, per_file, width, typing=typing),
            lambda answer: self._show(answer, keep=keep),
        )

    def _show(self, answer: Answer, *, keep: bool) -> None:
        self._say(answer.message, failed=answer.failed)
        if answer.failed:  # what was found before stays
            return
        before = self._hit() if keep else None
        self._values = ()
        names = [hit.passage_id for hit in answer.hits]
        at = names.index(before.passage_id) if before and before.passage_id in names else 0
        self.current = answer
        self._hits.show(answer.lines, at if answer.hits else None)
        if not answer.hits:
            self._reading.show([])

    def on_lines_chosen(self, event: Lines.Chosen) -> None:
        """Show the passage of a hit; at the last hit, look for more."""
        if event.lines is not self._hits or not (hit := self._hit()):
            return
        query, width = self.current.query, self._width(self._reading)
        self._previews.ask(lambda: self.session.preview(hit, query, width), self._show_preview)
        found = len(self.current.hits)
        more = found < self.current.total and self._limit in (_FIRST, found)
        if self._hits.chosen == found - 1 and more:
            self._limit = 3 * max(found, self._limit, _LEAST_HITS)
            self._ask(keep=True)

    def _show_preview(self, preview: Preview) -> None:
        self._reading.show([preview.lines])
        self._reading.scroll_to(y=max(preview.above - 2, 0), animate=False)

    # ----------------------------------------------------------------------------- keys

    def action_move(self, steps: int) -> None:
        """Choose the next hit, or the one before."""
        self._hits.move(steps)

    def action_read(self, pages: int) -> None:
        """Scroll the preview."""
        rows = pages * max(self._reading.size.height - 1, 1)
        self._reading.scroll_relative(y=rows, animate=False)

    def on_input_submitted(self) -> None:
        """Open the hit."""
        self.action_open()

    def on_lines_taken(self) -> None:
        """Open the hit that was clicked."""
        self.action_open()

    def action_facets(self) -> None:
        """Show the facets of the hits, or the hits again."""
        if self._values:
            self._ask(keep=True)
            return
        query, width = self.current.query, self._width(self._hits)
        self._answers.ask(lambda: self.session.facets(query, width), self._show_facets)

    def _show_facets(self, choices: Choices) -> None:
        self._say(choices.message)
        self._values = choices.filters
        if choices.filters:
            self._hits.show(choices.lines, 0)
            self._reading.show([])

    async def action_back(self) -> None:
        """Leave the facets; else quit."""
        if self._values:
            self.action_facets()
        else:
            await self.action_quit()

    def action_open(self) -> None:
        """Open the highlighted hit in the editor, viewer or browser; add the highlighted value to the query.

        Without hits, run the looser query.
        """
        if self._values and self._hits.chosen is not None:
            self._write(f"{self._line.value} {self._values[self._hits.chosen]}".strip())
        elif self.current.instead:
            self._write(self.current.instead)
        elif hit := self._hit():
            self._remember()
            if fault := self._open_hit(self, hit):
                self._say(fault, failed=True)

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
        self._write(self.history[-at] if at else self._words)

    # ----------------------------------------------------------------------------- parts

    @property
    def _line(self) -> QueryLine:
        return self.query_one(QueryLine)

    @property
    def _hits(self) -> Lines:
        return self.query_one("#hits", Lines)

    @property
    def _reading(self) -> Lines:
        return self.query_one("#reading", Lines)

    def _hit(self) -> Hit | None:
        at = None if self._values else self._hits.chosen
        return self.current.hits[at] if at is not None and at < len(self.current.hits) else None

    def _width(self, part: Lines) -> int:
        return max(part.size.width - 1, 16)  # a column for the scroll bar

    def _write(self, query: str) -> None:
        self._line.value = query
        self._line.cursor_position = len(query)

    def _say(self, message: str, *, failed: bool = False) -> None:
        line = self.query_one("#message", Static)
        line.update(message, layout=False)
        line.set_class(failed, "failed")

    def _remember(self) -> None:
        query = self._line.value
        self.history = [old for old in self.history if old != query] + [query]
        self._back = 0

    def _fatal_error(self) -> None:
        """End without the traceback that Textual would print: the command line says what went wrong."""
        self._close_messages_no_wait()


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
