"""End a command: map errors to exit codes, and print messages to stderr.

====  ==================================================================================
0     hits, or done; also if the reader of a pipe has closed it (as in ripgrep): `set -o pipefail`
      should not report this as a failure
1     no hits
2     an error; also if a path that the user named could not be read
130   interrupted (Ctrl-C); 128 + N if signal N ended a command that cleaned up first
====  ==================================================================================

Click's own codes (1 for an error, 1 for Ctrl-C, 1 for a closed pipe) are never used: commands return
their code, and every exception ends here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

import click

from seedsearch.cli import quit_quietly, raise_again
from seedsearch.cli.options import is_terminal, rows_of
from seedsearch.errors import SeedsearchError
from seedsearch.render.messages import error_message, error_text
from seedsearch.render.sanitize import clean

DONE = 0
NO_HITS = 1
ERROR = 2
INTERRUPTED = 130


def guarded(run: Callable[[list[str]], int], arguments: Sequence[str] | None) -> int:
    """Run a command and return its exit code, whatever it raises. Report errors on stderr."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    quits = False
    try:
        quits = raise_again()
        code = run(given)
        flush()
        if quits:
            quit_quietly()
    except BaseException as error:
        if quits:
            quit_quietly()
        return _ended_by(error, given)
    return code


def flush() -> None:
    """Flush stdout while a closed pipe or a full disk can still be handled."""
    if sys.stdout is not None:
        sys.stdout.flush()


def say(*texts: str) -> None:
    """Write sanitised lines to stderr; on a terminal, in rows of its width."""
    for text in texts if sys.stderr is not None else ():
        sys.stderr.write("\n".join(rows_of(text, sys.stderr)) + "\n")
        sys.stderr.flush()


def say_done(text: str) -> None:
    """Write what a successful command did to stderr, if stdout is a terminal.

    A program that reads a pipe, such as fzf, may draw on the terminal itself.
    """
    if is_terminal(sys.stdout):
        say(text)


def code_of(error: BaseException) -> int:
    """Return the exit code of an exception."""
    if isinstance(error, SeedsearchError):
        return error.exit_code
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    # The exception is Stopped. Few commands import its module: start-up time.
    if number := getattr(error, "signal", 0):
        return 128 + int(number)
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        return DONE
    return ERROR


def _ended_by(error: BaseException, given: list[str]) -> int:
    debug = "--debug" in (given[: given.index("--")] if "--" in given else given)
    try:
        if isinstance(error, BrokenPipeError):
            _abandon_stdout()
        elif not isinstance(error, click.exceptions.Exit):
            apart = is_terminal(sys.stderr)
            say(_traceback(error) if debug else describe(error, given, apart=apart))
        flush()
    except OSError:  # stderr or the rest of stdout cannot be written either
        _abandon_stdout()
    return code_of(error)


def describe(error: BaseException, given: Sequence[str] = (), *, apart: bool = False) -> str:
    """Return the message of an exception, sanitised. The hint has a line of its own if `apart`."""
    if isinstance(error, SeedsearchError):
        return error_text(error, apart=apart)
    if isinstance(error, click.ClickException):
        from seedsearch.cli.usage_errors import message_and_hint  # start-up time

        return error_message(*message_and_hint(error, given), apart=apart)
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        # Without a signal, a text is Python's: it names the codec that Ctrl-C stopped.
        return error_message(str(error) if hasattr(error, "signal") else "interrupted")
    if isinstance(error, MemoryError):
        return error_message("out of memory", "set a lower --memory, or a lower --limit")
    if isinstance(error, OSError) and error.strerror:
        named = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
        return error_message(f"{named}: {error.strerror}" if named else error.strerror)
    kind = type(error).__name__
    what = f"{kind}: {error}" if str(error) else kind
    return error_message(f"internal error, {what}", "run again with --debug to see where")


def _traceback(error: BaseException) -> str:
    import traceback  # for --debug only: start-up time

    return clean("".join(traceback.format_exception(error)).rstrip("\n"), keep="\n\t")


def _abandon_stdout() -> None:
    """Redirect stdout to the null device, so that Python's last flush does not fail."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):  # stdout is closed, or not a file at all
        pass
