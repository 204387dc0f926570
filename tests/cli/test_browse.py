"""`seedsearch browse`: keys and mouse through Textual's pilot, and once as a user runs it, on a pseudo-terminal."""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from running import Cli, environment, typed_on_terminal
from test_hostile import HOSTILE, with_insides, written

from seedsearch.cli.options import index_home
from seedsearch.engine.registry import open_engine
from seedsearch.render.sanitize import clean
from seedsearch.search import Opened

pytest.importorskip("textual", reason="the extra browse is not installed")

from seedsearch.browse.app import Browser
from seedsearch.browse.session import Session

Places = list[tuple[str, int]]


class Driven:
    """A browser that is driven by a pilot."""

    def __init__(self, browser: Browser, pilot: Any, opened: Places) -> None:
        self.browser, self.pilot, self.opened = browser, pilot, opened

    async def keys(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        for _ in range(2):
            await self.pilot.pause()
            await self.browser.workers.wait_for_complete()
        await self.pilot.pause()

    @property
    def screen(self) -> list[str]:
        """What stands on the screen."""
        lines = self.browser.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in lines]

    @property
    def message(self) -> str:
        return self.screen[1].strip()


Drive = Callable[..., None]


@pytest.fixture
def drive() -> Iterator[Drive]:
    engine, home = None, None

    def run(
        task: Callable[[Driven], Awaitable[None]],
        words: str = "",
        history: tuple[str, ...] = (),
        size: tuple[int, int] = (80, 24),
    ) -> None:
        nonlocal engine, home
        home = index_home(None)
        engine = open_engine(home.folder)
        opened: Places = []

        def note(_: Browser, hit: Any) -> str:
            opened.append((hit.path, hit.line))
            return "no editor"

        async def driven() -> None:
            browser = Browser(Session(Opened(engine, home, os.getcwd())), words, history, note)
            async with browser.run_test(size=size) as pilot:
                one = Driven(browser, pilot, opened)
                await one.settle()
                await task(one)

        asyncio.run(driven())

    yield run
    if engine is not None:
        engine.close()


def test_hits_come_as_somebody_types(seeds: Cli, drive: Drive) -> None:
    async def task(driven: Driven) -> None:
        assert driven.message == "43 passages in 5 documents"
        await driven.keys(*"Naj")
        assert driven.message.startswith("1 of 1 passage")
        assert driven.message.endswith("for Naj*")
        assert "seeds/002_ac06186fe94f9196.txt:19" in driven.screen[2]
        await driven.keys("i", "n")
        assert "for" not in driven.message
        assert any("Through the port of Najin" in line for line in driven.screen[3:6])
        preview = driven.screen[13:]
        assert preview[0].startswith("seeds/002_ac06186fe94f9196.txt") or any(
            line.startswith("  19  Through the port of Najin") for line in preview
        )
        await driven.keys("space", *"AND")
        assert driven.message.startswith("AND has nothing after it")
        assert "Najin" in "".join(driven.screen[3:6])  # what was found stays

    drive(task)


def test_it_fits_the_terminal(seeds: Cli, drive: Drive) -> None:
    async def task(driven: Driven) -> None:
        for columns, rows in ((20, 15), (80, 24), (120, 40), (200, 50)):
            await driven.pilot.resize_terminal(columns, rows)
            await driven.settle()
            assert len(driven.screen) == rows
            assert driven.screen[2].startswith(" 1  seeds/")
            wide = columns >= 120
            assert ("│" in driven.screen[5]) == wide
            assert any(line.startswith("─" * columns) for line in driven.screen) != wide
            assert "".join(driven.screen).count("troops") >= (1 if columns == 20 else 3)

    drive(task, "North Korean troops")


def test_keys_choose_open_cite_and_read_on(seeds: Cli, drive: Drive) -> None:
    async def task(driven: Driven) -> None:
        hits = driven.browser.current.hits
        assert len(hits) == 5  # what is in view
        await driven.keys("down", "down", "up", "enter")
        assert driven.opened == [(hits[1].path, hits[1].line)]
        assert driven.message == "no editor"
        await driven.keys("ctrl+y")
        assert driven.browser.clipboard == f"{hits[1].path}:{hits[1].line}"
        assert driven.message == f"copied {hits[1].path}:{hits[1].line}"
        before = driven.screen[13:]
        await driven.keys("pagedown")
        assert driven.screen[13:] != before
        await driven.keys(*["down"] * 4)
        assert len(driven.browser.current.hits) == 9  # more come at the end
        assert driven.browser.history == ["troops"]

    drive(task, "troops")


def test_facets_filter_the_query(cli: Cli, folder: Path, drive: Drive) -> None:
    for name in ("a b/1.txt", "a b/2.md", "c/3.md", "c/4.md"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("The troops came in the autumn.\n")
    assert cli("index", "-q", ".").code == 0

    async def task(driven: Driven) -> None:
        await driven.keys("ctrl+t")
        rows = [row for row in driven.screen if row.strip()]
        assert "4 passages: choose one" in driven.message
        assert [row.split() for row in rows[2:8]] == [
            ["folder"], ["2", "a", "b/"], ["2", "c/"], ["type"], ["3", "md"], ["1", "txt"]
        ]  # fmt: skip
        await driven.keys("enter")
        assert driven.screen[0].strip() == 'troops path:"./a b/*"'
        assert "2 of 2 passages" in driven.message or "1 of 2 passages" in driven.message
        await driven.keys("ctrl+t", "down", "enter")  # folder, then type
        assert driven.screen[0].strip() == 'troops path:"./a b/*" type:md'
        assert "1 of 1 passage" in driven.message
        await driven.keys("ctrl+t")
        await driven.keys("escape")  # back to the hits, not out
        assert "1 of 1 passage" in driven.message
        assert driven.browser.is_running

    drive(task, "troops")


def test_a_click_chooses_and_another_opens(seeds: Cli, drive: Drive) -> None:
    async def task(driven: Driven) -> None:
        hits = driven.browser.current.hits
        await driven.pilot.click("#hits", offset=(6, 4))
        await driven.settle()
        assert driven.opened == []
        await driven.pilot.click("#hits", offset=(6, 4))
        await driven.settle()
        assert driven.opened == [(hits[1].path, hits[1].line)]

    drive(task, "troops")


def test_where_nothing_matches_there_is_advice(seeds: Cli, drive: Drive) -> None:
    async def task(driven: Driven) -> None:
        await driven.keys(*"+Najin +harbor")
        assert driven.message.startswith("no passage matches")
        await driven.pilot.pause(0.5)  # advice comes after a pause
        await driven.settle()
        assert driven.screen[2:4] == [
            "no passage contains harbor",
            "Enter finds 1 passage for: najin",
        ]
        await driven.keys("enter")
        assert driven.screen[0].strip() == "najin"
        assert driven.message.startswith("1 of 1 passage")
        assert driven.opened == []

    drive(task)


def test_the_screen_may_close_before_a_pause_ends(seeds: Cli, drive: Drive) -> None:
    async def task(driven: Driven) -> None:
        await driven.keys(*"Naj")
        await driven.browser.screen.remove_children()
        await driven.pilot.pause(0.5)

    drive(task)


def test_a_key_costs_no_layout_of_the_screen(
    seeds: Cli, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    layouts = []

    async def task(driven: Driven) -> None:
        await driven.keys(*"troop")
        whole = type(driven.browser.screen)._refresh_layout
        monkeypatch.setattr(
            type(driven.browser.screen),
            "_refresh_layout",
            lambda *given, **named: (layouts.append(1), whole(*given, **named)),
        )
        await driven.keys("s", "space", *"Korea", "down", "down")
        assert "Korea" in "".join(driven.screen[2:])
        assert not layouts

    drive(task)


def test_earlier_queries_come_back(seeds: Cli, drive: Drive) -> None:
    async def task(driven: Driven) -> None:
        await driven.keys(*"Naj", "ctrl+p")
        assert driven.browser.query_one("QueryLine").value == "coal \ufffdport"
        await driven.keys("ctrl+p", "ctrl+p")
        assert driven.browser.query_one("QueryLine").value == "Vietnam"
        await driven.keys("ctrl+n", "ctrl+n")
        assert driven.browser.query_one("QueryLine").value == "Naj"

    drive(task, history=("Vietnam", "coal \x9bport"))


def test_a_fault_ends_it_without_a_traceback(
    seeds: Cli, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("on purpose")

    async def task(driven: Driven) -> None:
        monkeypatch.setattr(Session, "answer", fails)
        await driven.pilot.press("x")
        await driven.pilot.pause(0.2)

    with pytest.raises(BaseException, match="on purpose"):
        drive(task)


def test_text_of_documents_is_harmless_and_no_markup(cli: Cli, folder: Path, drive: Drive) -> None:
    (folder / "a[red]\x1b[2J.md").write_text(
        "# T \x9b31m [/x]\n\nThe coal [bold]went[/bold] \x1b]0;x\x07 \u202eback :bomb: [@click=quit]x[/].\n"
    )
    cli("index", ".")

    async def task(driven: Driven) -> None:
        text = "\n".join(driven.screen)
        assert text == clean(text, keep="\n")
        assert "a[red]␛[2J.md:1" in text
        assert text.count("[bold]went[/bold] ␛]0;x␇ \ufffdback :bomb: [@click=quit]x[/]") == 2
        await driven.keys("ctrl+y")
        assert driven.browser.clipboard == "a[red]␛[2J.md:1"

    drive(task, "coal \x1b[31m")


def test_none_of_many_hostile_texts_reaches_the_screen(
    cli: Cli, folder: Path, drive: Drive
) -> None:
    written(folder)
    with_insides(folder)
    cli("index", "documents", "more")

    async def task(driven: Driven) -> None:
        def look() -> None:
            text = "\n".join(driven.screen)
            assert text == clean(text, keep="\n")

        for _ in range(40):
            await driven.keys("down", "down")
            look()
        assert len(driven.browser.current.hits) >= 80
        await driven.keys("ctrl+t")
        look()
        for number, text in enumerate(HOSTILE):
            driven.browser._write(
                "troops " * (number % 2) + text.decode("utf-8", "surrogateescape")
            )
            await driven.settle()
            look()

    drive(task, "troops", size=(120, 40))


def test_on_a_terminal_the_editor_gets_it_and_show_knows_the_hits(
    indexed_seeds: Path, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    script = f"import sys; open({str(seen)!r}, 'w').write(' '.join(sys.argv[1:]))"
    editor = f"{shlex.quote(sys.executable)} -c {shlex.quote(script)} {{line}} {{path}}"
    env = environment(TERM="xterm-256color", XDG_STATE_HOME=str(tmp_path), VISUAL=editor)
    command = [sys.executable, "-m", "seedsearch", "browse", "Najin"]
    code, out = typed_on_terminal(
        command,
        [(b"1 of 1", b"\r"), (seen.exists, b""), (b"1 of 1", b"\x1b")],
        folder=indexed_seeds,
        env=env,
    )
    assert code == 0, out[-2000:]
    assert seen.read_text() == f"19 {indexed_seeds}/seeds/002_ac06186fe94f9196.txt"
    assert out.rstrip().endswith(b"l")  # the modes of the terminal are as they were
    assert b"Traceback" not in out


def test_what_it_needs(seeds: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = seeds("browse")
    assert ended == (
        2,
        "",
        "seedsearch: browse needs a terminal: in a pipe, use seedsearch query\n",
    )
    monkeypatch.setitem(sys.modules, "seedsearch.browse.app", None)
    assert seeds("browse").err == (
        "seedsearch: browse needs the package textual: pip install 'seedsearch[browse]'\n"
    )
