"""`seedsearch watch`: keep the index current while files change, until it is stopped."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING

import click

from seedsearch.cli.exit import DONE, say
from seedsearch.cli.index import configured_options, summary
from seedsearch.cli.options import debug_option, index_home, index_option
from seedsearch.config import load_config
from seedsearch.engine.base import Engine
from seedsearch.engine.registry import open_engine
from seedsearch.errors import IndexFault, NoIndexError, SeedsearchError, UsageError
from seedsearch.folders import NEVER_WALKED, is_below
from seedsearch.indexing import IndexOptions, IndexReport, collect_seldom, update_index
from seedsearch.paths import Home
from seedsearch.render.messages import error_text, plural

if TYPE_CHECKING:
    from watchfiles import Change

_QUIET_MS = 300  # a burst is over, and a file written, when nothing has changed for so long
_LONGEST_MS = 10_000  # but what never rests is read now and then all the same
_LOOK_MS = 2_000  # how often it is looked whether there are other roots
_WHOLE_S = 300.0  # how often all is compared, for what the system did not tell


@click.command("watch", short_help="Keep the index current while files change.")
@click.option("-q", "--quiet", is_flag=True, help="Say errors only.")
@index_option
@debug_option
def command(quiet: bool, index_folder: str | None) -> int:
    """Bring the index up to date, and again whenever files change, until Ctrl-C or SIGTERM.

    Changes are taken together: a burst of thousands is one update, and a file is read when it is
    written. Meanwhile queries answer from the last update; `seedsearch index` and `forget` work too.
    Exit code: 0 when it was stopped.

    \b
      seedsearch watch &
    """
    collect_seldom()  # `cli.script` switched it off, for commands that are over at once
    changes = _watcher()
    home = index_home(index_folder)
    options = configured_options(load_config(home.base)).replace(wait=True)
    engine = open_engine(home.folder)
    before = {number: signal.signal(number, _stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        _Watch(engine, home, options, changes, quiet=quiet).run()
    except KeyboardInterrupt:
        if not quiet:
            say("stopped")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        engine.close()
    return DONE


Changes = Callable[[list[str], Callable[["Change", str], bool]], Iterator[object]]


def _watcher() -> Changes:
    """What gives sets of changes below some paths, and now and then an empty one."""
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
        rust_timeout=_LOOK_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class _Watch:
    """An index that is kept current."""

    def __init__(
        self, engine: Engine, home: Home, options: IndexOptions, changes: Changes, *, quiet: bool
    ) -> None:
        self._engine = engine
        self._home = home
        self._options = options
        self._changes = changes
        self._quiet = quiet
        self._last = 0.0

    def run(self) -> None:
        """Watch until a KeyboardInterrupt. Raises IndexFault when the index has gone."""
        self._update()
        said = False
        while True:
            paths = self._paths()
            if not paths:
                raise UsageError("nothing to watch", "say what to index: seedsearch index FOLDER")
            if not said and not self._quiet:
                say(f"watching {plural(len(paths), 'root')}; Ctrl-C stops")
                said = True
            self._watch(paths)

    def _watch(self, paths: list[str]) -> None:
        """Update with every set of changes, until there are other paths to watch."""
        caught_up = False
        for changed in self._changes(paths, self._is_wanted):
            # What changed before the watch began is seen by one more look, once it has.
            due = time.monotonic() - self._last >= _WHOLE_S
            if changed or not caught_up or due:
                caught_up = True
                self._update()
            self._engine.refresh()
            if self._paths() != paths:
                return

    def _update(self) -> None:
        """Bring the index up to date; what fails is said, and tried again with the next change."""
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
            if not self._quiet and _is_news(report):
                say(summary(report))
        self._last = time.monotonic()

    def _paths(self) -> list[str]:
        """The roots that are there."""
        roots = map(self._home.absolute, self._engine.roots())
        return [root for root in roots if os.path.exists(root)]

    def _is_wanted(self, change: Change, path: str) -> bool:
        """Whether a change is about documents: the index's own files change with every update."""
        folders = os.path.dirname(path).split(os.sep)
        return not is_below(path, self._home.folder) and NEVER_WALKED.isdisjoint(folders)


def _is_news(report: IndexReport) -> bool:
    return bool(report.added or report.changed or report.removed)
