"""`seedsearch index`: read folders and files into the index, or bring the index up to date."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

import click

from seedsearch.cli import options as cli
from seedsearch.cli.exit import DONE, ERROR, say, say_done
from seedsearch.cli.options import is_terminal
from seedsearch.collections import collection_folder
from seedsearch.config import Config, load_config
from seedsearch.core import compiled
from seedsearch.corpus.skip import NEEDS, is_failure, reason_of
from seedsearch.engine.base import Engine
from seedsearch.engine.registry import check_index, open_engine
from seedsearch.errors import IndexVersionError, NoIndexError, SourceUnreadableError, UsageError
from seedsearch.folders import INDEX_FOLDER, is_address
from seedsearch.indexing import (
    IndexOptions,
    IndexReport,
    Partition,
    Progress,
    Selection,
    collect_seldom,
    configured_options,
    parse_partition,
    preview,
    update_index,
)
from seedsearch.model import IN_PART
from seedsearch.paths import Home, create_home, find_home, folder_to_write, index_in
from seedsearch.query.file_types import TYPES, check_glob, known_type
from seedsearch.render.messages import CORE_MISSING, duration, error_message, numbers, plural, size
from seedsearch.render.sanitize import clean
from seedsearch.signals import stopping

_MOST_PASSWORDS = 1000
_PASSWORD_CHARS = 1 << 20  # of all of them
_SIZE = re.compile(r"(\d{1,18})\s*([KMGT]?)(?:i?B)?", re.IGNORECASE | re.ASCII)
_NAMED_SKIPS = 3  # skipped files named without -v

_Reasoned = tuple[str, str]  # a file, and why it was not read


@click.command("index", cls=cli.Command)
@click.argument("paths", nargs=-1)
@cli.flag("--rebuild", help="Read every file again.")
@cli.flag("--prune", help="Remove the documents of roots that have vanished.")
@cli.number(
    "-j",
    "--jobs",
    least=1,
    help="Number of processes that read files [default: one for each processor].",
)
@cli.number(
    "--memory",
    least=64,
    metavar="MB",
    help="Maximum memory of all processes together [default: 512].",
)
@cli.number(
    "--timeout",
    least=1,
    metavar="SECONDS",
    help="Stop reading a file after this time [default: 60].",
)
@cli.flag(
    "--ocr",
    help="Read scanned pages of PDF files with tesseract, in the languages of index.ocr in the configuration.",
)
@click.option(
    "--passwords",
    "password_file",
    type=click.Path(),
    metavar="FILE",
    help="In this run, try each line of FILE as the password of encrypted PDF files and ZIP archives.",
)
@cli.flag("--stdin", help="Index standard input as one document.")
@click.option(
    "--name",
    default="-",
    show_default=True,
    help="Name of the document from --stdin. It replaces a document with this name.",
)
@cli.flag("--jsonl", help="Read --stdin as JSON Lines: one document (id, title, text) a line.")
@click.option(
    "--as",
    "as_name",
    metavar="NAME",
    help="Index into the collection NAME. Queries find a collection from any folder.",
)
@cli.flag("--wait", help="Wait until another `seedsearch index` ends, instead of failing.")
@click.option(
    "--partition",
    metavar="N/OF",
    help="Read only this part of the files, on a cluster: other machines read the others.",
)
@cli.file_options
@cli.flag("--type-list", help="Print the types that --type knows, and exit.")
@cli.flag(
    "-n",
    "--dry-run",
    help="Print the files to read, and why each other file is left out. Read nothing.",
)
@cli.flag("-v", "--verbose", help="Name every skipped file, in a pipe too.")
@cli.flag("-q", "--quiet", help="Print errors only.")
@cli.index_option
def command(
    paths: tuple[str, ...],
    rebuild: bool,
    prune: bool,
    jobs: int | None,
    memory: int | None,
    timeout: int | None,
    ocr: bool,
    password_file: str | None,
    stdin: bool,
    name: str,
    jsonl: bool,
    as_name: str | None,
    wait: bool,
    type_list: bool,
    dry_run: bool,
    verbose: bool,
    quiet: bool,
    partition: str | None,
    index_folder: str | None,
    **choices: Any,
) -> int:
    """Read folders and files into the index. Without PATHS, update the whole index.

    Unchanged files are not read again. With PATHS, the index is .seedsearch/ in the current folder. Without
    PATHS, it is the nearest .seedsearch/ at or above the current folder. The index remembers --hidden, --no-ignore,
    --follow, -g, -t and --max-size for each path. If you give one of these options again, the new options replace all
    remembered ones.

    \b
      seedsearch index notes/ articles/     add two folders, or update them
      seedsearch index                      update everything
      seedsearch index -t md -g '!drafts/' notes/
      seedsearch index --dry-run notes/     print the files to read
      seedsearch index --index ~/idx docs/  keep the index elsewhere
      seedsearch index --as notes ~/notes   for query --collection notes
      pdftotext a.pdf - | seedsearch index --stdin --name a.pdf
    """
    if type_list:
        cli.write_rows(f"{name}: {', '.join(patterns)}" for name, patterns in TYPES.items())
        return DONE
    collect_seldom()  # `cli.script` switched the garbage collector off, for short commands
    cwd = os.getcwd()
    chosen = selection(choices)
    if as_name is not None:
        cli.reject_conflicts(("--as", "--as"), ("--index or --collection", index_folder))
        index_folder = collection_folder(as_name)
    if stdin:
        if paths:
            raise UsageError("--stdin takes no paths", "index the paths in a second run")
        return _index_stdin(name, jsonl, index_folder, cwd, wait=wait, quiet=quiet)
    if jsonl or name != "-":
        raise UsageError(f"{'--jsonl' if jsonl else '--name'} needs --stdin", "add it")
    roots, missing = _roots(paths, cwd)
    for path in missing:
        say(error_message(f"no such file or folder: {path}"))
    if paths and not roots:
        return ERROR
    home = _home(bool(paths), index_folder, cwd, make=not dry_run)
    config = load_config(home.base)
    options = configured_options(config)
    options = options.replace(
        add_roots=roots,
        prune=prune,
        wait=wait,
        rebuild=rebuild,
        selection=chosen,
        jobs=jobs or options.jobs,
        memory_mb=memory or options.memory_mb,
        timeout_s=timeout or options.timeout_s,
        ocr=_languages(config) if ocr else "",
        passwords=_passwords(password_file) if password_file else (),
        partition=_partition(partition) if partition else None,
    )
    if dry_run:
        _preview(options, home)
        return ERROR if missing else DONE
    with closing(_open(home, rebuild=rebuild, named=bool(roots))) as engine:
        if compiled is None and not engine.roots() and not quiet:  # once for each index
            say(error_message(*CORE_MISSING))
        try:
            with stopping(), _progress(quiet or not is_terminal(sys.stdout)) as progress:
                report = update_index(engine, home, options, progress)
        except KeyboardInterrupt:
            _say_kept(engine, named=bool(roots))
            raise
    named_unreadable = _say_report(report, home, verbose=verbose, quiet=quiet)
    return ERROR if missing or named_unreadable else DONE


def _say_kept(engine: Engine, *, named: bool) -> None:
    """After an interruption, print the number of documents in the index."""
    engine.refresh()
    kept = engine.size()
    again = f"run {'the command again' if named else 'seedsearch index'} to continue"
    are = "is" if kept.documents == 1 else "are"
    say(error_message(f"{plural(kept.documents, 'document')} {are} in the index so far", again))


def _index_stdin(
    name: str, jsonl: bool, index_folder: str | None, cwd: str, *, wait: bool, quiet: bool
) -> int:
    """Add standard input to the nearest index, or to a new one here. Return the exit code."""
    from seedsearch.cli.temporary_index import read_stdin
    from seedsearch.indexing.stream import add_stream

    data = read_stdin()
    try:
        home = find_home(cwd, cli.explicit_index(index_folder))
    except NoIndexError:
        home = _home(True, index_folder, cwd)
    options = configured_options(load_config(home.base)).replace(wait=wait)
    with closing(open_engine(home.folder, create=True)) as engine:
        media_type = "application/jsonl" if jsonl else ""
        left_out = add_stream(engine, home, name, data, options, media_type)
        passages = engine.size().passages
    if left_out:
        say(error_message(f"{name}: {left_out}"))
    if not quiet:
        say_done(
            clean(f"{name}: {size(len(data))} read; {plural(passages, 'passage')} in the index")
        )
    return ERROR if left_out else DONE


def _partition(text: str) -> Partition:
    found = parse_partition(text)
    if found is None:
        raise UsageError(
            f"{text[:20]} is no partition", "write --partition 3/16 for the third of 16"
        )
    return found


def _languages(config: Config) -> str:
    """Return the languages of scanned pages. Raises UsageError if tesseract is not installed."""
    # rarely needed: start-up time
    from seedsearch.corpus.external_programs import TESSERACT, is_there

    if not is_there((TESSERACT,)):
        raise UsageError(
            "--ocr needs tesseract", "install it, for example with apt install tesseract-ocr"
        )
    return config.ocr or "eng"


def _passwords(path: str) -> tuple[str, ...]:
    """Return the lines of a file of passwords. Raises SourceUnreadableError."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read(_PASSWORD_CHARS).split("\n")[:_MOST_PASSWORDS]
    except OSError as error:
        hint = "give a file with a password on each line"
        raise SourceUnreadableError(f"{path}: {reason_of(error)}", hint) from error
    return tuple(dict.fromkeys(filter(None, lines)))


def _preview(options: IndexOptions, home: Home) -> None:
    """Print `what<TAB>path<TAB>detail` for each file. Creates no index."""
    try:
        engine = open_engine(home.folder)
    except NoIndexError:
        engine = open_engine(home.folder, create=True)  # empty, and nothing is written
    with closing(engine):
        found = preview(engine, home, options)
    rows = ((item.what, home.shown(item.path, os.getcwd()), item.detail) for item in found)
    cli.write_lines("\t".join(clean(field) for field in row if field) for row in rows)
    counts = Counter("read" if own.what in ("new", "changed") else own.what for own in found)
    read = f"{plural(counts.pop('read', 0), 'file')}, {size(sum(own.size for own in found))}"
    rest = numbers(counts.most_common())
    say_done(f"{read} would be read" + (f"; {rest}" if rest else ""))


def selection(choices: Mapping[str, Any]) -> Selection | None:
    """Return the selection that the values of `file_options` describe, or None without any. Raises UsageError."""
    given = {name: value for name, value in choices.items() if value is not None and value != ()}
    for glob in given.get("globs", ()):
        check_glob(glob)
    if "types" in given:
        given["types"] = tuple(map(known_type, given["types"]))
    if "max_size" in given:  # in powers of 1024
        text = given.pop("max_size")
        if (found := _SIZE.fullmatch(text.strip())) is None:
            raise UsageError(f"--max-size: not a size: {text}", "write it like 500K, 20M or 1G")
        given["max_bytes"] = int(found[1]) << (10 * " KMGT".index(found[2].upper() or " "))
    return Selection(**given) if given else None


def update_quietly(engine: Engine, home: Home, config: Config) -> None:
    """Update the index before a search. Wait for another writer, and print errors only."""
    collect_seldom()  # `cli.script` switched the garbage collector off, for short commands
    report = update_index(engine, home, configured_options(config).replace(wait=True))
    _say_report(report, home, verbose=False, quiet=True)


def _roots(paths: tuple[str, ...], cwd: str) -> tuple[tuple[str, ...], list[str]]:
    """Return the named paths as absolute paths, and the missing ones as typed."""
    roots: list[str] = []
    missing: list[str] = []
    for path in paths:
        absolute = os.path.normpath(os.path.join(cwd, path))
        if not path or not os.path.exists(absolute):
            missing.append(path or '""')
        elif absolute not in roots:
            roots.append(absolute)
    return tuple(roots), missing


def _home(adding: bool, index_folder: str | None, cwd: str, *, make: bool = True) -> Home:
    """Return the index to write: the named one; else one here if adding, or the nearest one to refresh.

    Raises UsageError for a folder with other files, NoIndexError.
    """
    explicit = cli.explicit_index(index_folder)
    if adding:
        here = index_in(cwd) or os.path.join(cwd, INDEX_FOLDER) if explicit is None else ""
        folder = here or folder_to_write(explicit or "", cwd)
        return create_home(folder) if make else Home(folder)
    try:
        return find_home(cwd, explicit)
    except NoIndexError as error:
        hint = "name a folder, as in seedsearch index notes/"
        raise NoIndexError(error.message, hint) from None


def _open(home: Home, *, rebuild: bool, named: bool) -> Engine:
    """Return the engine. If `rebuild` finds damage, it has nothing but the roots."""
    from_roots = rebuild and _is_unusable(home)
    engine = open_engine(home.folder, create=True, rebuild=from_roots)
    if from_roots and not engine.roots() and not named:
        raise UsageError(
            "the index is damaged, and so is its list of folders",
            "name the folders, as in seedsearch index --rebuild notes/",
        )
    return engine


def _is_unusable(home: Home) -> bool:
    if is_address(home.folder):  # a rebuilt index stands beside the old one, until it is committed
        return True
    try:
        return bool(check_index(home.folder).damages)
    except NoIndexError:
        return False
    except IndexVersionError:
        return True


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """Yield a function that shows progress on stderr, or None if stderr is no terminal."""
    if quiet or not is_terminal(sys.stderr) or os.environ.get("TERM") == "dumb":
        yield None
        return
    from seedsearch.render.console import progress_bar  # imports Rich: start-up time

    with progress_bar(sys.stderr, level=cli.paint_level("auto", sys.stderr)) as show:
        yield lambda p: show(p.files_done, p.files_total, p.bytes_done)


def _say_report(report: IndexReport, home: Home, *, verbose: bool, quiet: bool) -> bool:
    """Print the report. Return whether a path that the user named could not be read."""
    for path, reason in report.unreadable:
        shown = os.path.relpath(path) if os.path.isabs(path) else path
        say(error_message(f"{shown}: {reason}"))
    say_missing(report.missing_roots, home)
    if quiet and not verbose:
        return bool(report.unreadable)
    skipped, known = report.skipped, report.known
    is_whole = verbose or is_terminal(sys.stdout)
    if not is_whole:  # a pipe: new failures alone
        skipped = tuple(own for own in skipped if own not in known and is_failure(own[1]))
    if is_whole and report.partial:
        say(f"{len(report.partial):,} read in part")
        _say_named(report.partial, known, home, verbose=verbose)
    if skipped:
        reasons = Counter(reason for _, reason in skipped)
        say(clean(f"{len(skipped):,} skipped: {numbers(reasons.most_common())}"))
        _say_named(skipped, known, home, verbose=verbose)
        for reason in reasons:
            if reason.startswith(NEEDS):
                say(f"  to read them: pip install '{reason.removeprefix(NEEDS)}'")
    if is_whole and report.generated:
        total = sum(count for _, count in report.generated)
        say(f"{total:,} generated, left out: {numbers(report.generated)}")
    if is_whole:
        say(summary(report))
    return bool(report.unreadable)


def _say_named(
    files: Collection[_Reasoned], known: Collection[_Reasoned], home: Home, *, verbose: bool
) -> None:
    """Print the first few files with their reasons, or all with `verbose`, and the number of the others.

    Without `verbose`, files `known` from an earlier run are only counted.
    """
    new = [file for file in files if verbose or file not in known]
    named = new if verbose else new[:_NAMED_SKIPS]
    for path, reason in named:
        say(clean(f"  {home.shown(path, os.getcwd())}: {reason.removeprefix(IN_PART)}"))
    if len(files) > len(named):
        more = f"{len(files) - len(named):,}"
        which = f"and {more} more" if named else f"all {more} as before"
        say(f"  {which} (index -v or status -v names them)")


def say_missing(roots: Iterable[str], home: Home) -> None:
    """Print a message for each root that has vanished or is empty."""
    for path in roots:
        hint = "its documents are kept; index --prune removes them"
        say(error_message(f"{home.shown(path, os.getcwd())} has vanished or is empty", hint))


def summary(report: IndexReport) -> str:
    """Return `5 added, 0 changed, 2 unchanged, 0 removed; 52 passages, 26 kB in 0.1 s`."""
    counts = (
        f"{report.added:,} added, {report.changed:,} changed, "
        f"{report.unchanged:,} unchanged, {report.removed:,} removed"
    )
    read = f", {size(report.bytes_read)} read" if report.bytes_read else ""
    took = duration(report.elapsed_ms)
    return f"{counts}; {plural(report.passages, 'passage')}{read} in {took}"
