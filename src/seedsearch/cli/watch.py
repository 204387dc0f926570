"""`seedsearch watch`: update the index whenever files change, until stopped."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from seedsearch.cli.exit import say
from seedsearch.cli.index import say_missing, summary
from seedsearch.cli.options import Command, flag, index_home, index_option
from seedsearch.config import load_config
from seedsearch.engine.base import Engine
from seedsearch.engine.registry import open_engine
from seedsearch.errors import IndexFault, NoIndexError, SeedsearchError, UsageError
from seedsearch.folders import NEVER_WALKED, is_below
from seedsearch.indexing import IndexOptions, collect_seldom, configured_options, update_index
from seedsearch.paths import Home
from seedsearch.render.messages import error_text, plural

if TYPE_CHECKING:
    from watchfiles import Change

_QUIET_MS = 300  # update when nothing has changed for this long
_LONGEST_MS = 10_000  # update at the latest after this long, even if changes go on
_ROOTS_MS = 2_000  # interval of looking for added or removed roots
_FULL_S = 300.0  # interval of full updates, in case the system missed a change


@click.command("watch", cls=Command)
@flag("-q", "--quiet", help="Print errors only.")
@index_option
def command(quiet: bool, index_folder: str | None) -> None:
    """Update the index now, and again whenever files change, until Ctrl-C or SIGTERM.

    Changes that follow each other closely are one update. Queries use the last finished update.
    `seedsearch index` and `forget` work while `watch` runs. Exit code: 0 when stopped.
    Needs `pip install 'seedsearch[watch]'`.

    \b
      seedsearch watch &
    """
    collect_seldom()  # `cli.script` switched the garbage collector off, for short commands
    changes = _watcher()
    home = index_home(index_folder)
    options = configured_options(load_config(home.base)).replace(wait=True)
    engine = open_engine(home.folder)
    stop, numbers = signal.default_int_handler, (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        _Watch(engine, home, options, changes, quiet=quiet).run()
    except KeyboardInterrupt:
        if not quiet:
            say("stopped")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        engine.close()


Changes = Callable[[list[str], Callable[["Change", str], bool]], Iterator[object]]


def _watcher() -> Changes:
    """Return a function that yields sets of changes below some paths, and an empty set every _ROOTS_MS."""
    try:
        from watchfiles import watch
    except ImportError:
        raise UsageError(
            "watch needs the package watchfiles", "pip install 'seedsearch[watch]'"
        ) from None
    return lambda paths, wanted: watch(
        *paths,
        watch_filter=wanted,
        debounce=_LONGEST_MS,
        step=_QUIET_MS,
        rust_timeout=_ROOTS_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )


class _Watch:
    """The loop that keeps an index up to date."""

    def __init__(
        self, engine: Engine, home: Home, options: IndexOptions, changes: Changes, *, quiet: bool
    ) -> None:
        self._engine = engine
        self._home = home
        self._options = options
        self._changes = changes
        self._quiet = quiet
        self._last = 0.0
        self._missing: tuple[str, ...] = ()  # vanished roots that were reported

    def run(self) -> None:
        """Watch until KeyboardInterrupt. Raises IndexFault if the index vanishes."""
        self._update()
        announced = False
        while True:
            paths = self._paths()
            if not paths:
                raise UsageError("nothing to watch", "add a folder: seedsearch index FOLDER")
            if not announced and not self._quiet:
                say(f"watching {plural(len(paths), 'root')}; Ctrl-C stops")
                announced = True
            self._watch(paths)

    def _watch(self, paths: list[str]) -> None:
        """Update after every set of changes. Return when the paths to watch change."""
        caught_up = False
        for changed in self._changes(paths, self._is_wanted):
            # The first update here catches changes from before the watch began.
            due = time.monotonic() - self._last >= _FULL_S
            if changed or not caught_up or due:
                caught_up = True
                self._update()
            self._engine.refresh()
            if self._paths() != paths:
                return

    def _update(self) -> None:
        """Update the index. An error is reported, and the next change tries again."""
        try:
            report = update_index(self._engine, self._home, self._options)
        except NoIndexError:
            raise
        except IndexFault as error:
            if not os.path.isdir(self._home.folder):
                raise
            say(error_text(error))
        except SeedsearchError as error:
            say(error_text(error))
        else:
            say_missing([p for p in report.missing_roots if p not in self._missing], self._home)
            self._missing = report.missing_roots
            is_news = report.added or report.changed or report.removed
            if is_news and not self._quiet:
                say(summary(report))
        self._last = time.monotonic()

    def _paths(self) -> list[str]:
        roots = map(self._home.absolute, self._engine.roots())
        return [root for root in roots if os.path.exists(root)]

    def _is_wanted(self, change: Change, path: str) -> bool:
        """Return whether a change concerns documents. Every update changes the index's own files."""
        folders = os.path.dirname(path).split(os.sep)
        return not is_below(path, self._home.folder) and NEVER_WALKED.isdisjoint(folders)
