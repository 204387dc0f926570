"""Run outside programs that read files: readers from the user's own configuration, and tesseract.

A program is started without a shell. It gets the file on its standard input, or the file's path if the command
contains `{}`, and writes UTF-8. Where the system can limit a process, its time, memory and output are limited. If its
parent is killed, the limit of time ends it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import IO

from seedsearch.corpus.decode import decode
from seedsearch.corpus.formats import extractor_for
from seedsearch.corpus.formats.document_builder import Writing, clean_text, made
from seedsearch.corpus.formats.limits import MAX_OUTPUT
from seedsearch.corpus.formats.registry import PLAIN, by_name
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Skip, reason_of
from seedsearch.corpus.title import title_of
from seedsearch.digest import blake2b
from seedsearch.folders import folder_of_user
from seedsearch.model import ExtractedDocument, OutsideReader, SourceFile

_STEP_S = 0.5
_SAID_CHARS = 100
_MEGABYTE = 1 << 20
TESSERACT = "tesseract"
_PAGE_S = 120  # for a page
_DIGEST_BYTES = 16


def read_with(
    reader: OutsideReader, path: str, beat: Callable[[], None], file: SourceFile, data: bytes, /
) -> Extracted:
    """Yield what a reader gives for a file. `beat` is called every half second. Raise Skip if there is no text."""
    command = [path if part == "{}" else part for part in reader.command]
    written = run(reader._replace(command=tuple(command)), data, beat)
    if not written.strip():
        raise Skip(f"{reader.name} gives no text")
    by = ("reader", reader.name)
    media_type = by_name(reader.writes)
    if media_type == PLAIN:
        text = clean_text(decode(written).text)
        writing = Writing()
        pages = text.rstrip("\f\n").split("\f")
        for number, page in enumerate(pages, 1):
            writing.section("", number if len(pages) > 1 else 0)
            writing.add(page, "\n")
        yield made(file.path, PLAIN, title_of(text), *writing.done(), fields=[by])
        return
    for found in extractor_for(media_type)(file._replace(encoding=""), written):
        if isinstance(found, ExtractedDocument):
            document = found.document
            document = document.replace(fields=(*document.fields, by))
            yield found._replace(document=document, decoded=None, spans=())
        else:
            yield found


def run(reader: OutsideReader, data: bytes, beat: Callable[[], None]) -> bytes:
    """Return what a program writes. Raise Skip if it cannot be started, fails, or takes too long."""
    # Files, not pipes: no process waits for another, and the system limits the output.
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as said,
    ):
        given.write(data)
        given.seek(0)
        try:
            process = _start(reader, given, out, said)
        except OSError as error:
            raise Skip(f"{reader.name} cannot be started: {reason_of(error)}") from error
        try:
            code = _wait(process, reader.seconds, beat)
        finally:
            _end(process)
        if code is None:
            raise Skip(f"{reader.name} took longer than {reader.seconds:g} seconds")
        if code:
            said.seek(0)
            words = " ".join(said.read(4096).decode("utf-8", "replace").split())[:_SAID_CHARS]
            raise Skip(f"{reader.name} failed ({words or f'exit code {code}'})")
        out.seek(0)
        return out.read(MAX_OUTPUT)


def _start(
    reader: OutsideReader, given: IO[bytes], out: IO[bytes], said: IO[bytes]
) -> subprocess.Popen[bytes]:
    can_limit = os.name == "posix"
    return subprocess.Popen(
        reader.command,
        stdin=given,
        stdout=out,
        stderr=said,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # there are as many workers as processors
        start_new_session=can_limit,
        preexec_fn=(lambda: _limit(reader)) if can_limit else None,
    )


def _limit(reader: OutsideReader) -> None:
    """Limit the child process, before it becomes the program."""
    import resource  # not on Windows

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    seconds = int(reader.seconds) + 1
    memory = reader.megabytes * _MEGABYTE
    for kind, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, MAX_OUTPUT),
    ):
        with contextlib.suppress(ValueError, OSError):  # a lower limit already applies
            resource.setrlimit(kind, (most, most))


def _wait(process: subprocess.Popen[bytes], seconds: float, beat: Callable[[], None]) -> int | None:
    """Return the exit code, or None after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(_STEP_S)
        beat()
    return None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the program and its children."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def is_there(command: Sequence[str]) -> bool:
    """Return whether the program of a command is installed."""
    import shutil  # only to list formats: start-up time

    return shutil.which(command[0]) is not None


class Ocr:
    """Read the scanned pages of one file, given as bytes, each page once. `languages` are tesseract's names (eng+deu).

    Texts are kept in the user's cache under the digest of their file: `seedsearch/ocr` in XDG_CACHE_HOME, else in
    ~/.cache.
    """

    def __init__(self, data: bytes, languages: str, beat: Callable[[], None]) -> None:
        self._digest = blake2b(data, digest_size=_DIGEST_BYTES).hexdigest()
        self._languages = languages
        self._beat = beat

    def text_of(self, page: int, picture: Callable[[], bytes]) -> str:
        """Return the text of a page, by its number. `picture` makes it as PGM. Raise Skip if tesseract fails."""
        name = f"{self._digest[2:]}-{page}-{self._languages}"
        cache = folder_of_user("XDG_CACHE_HOME", ".cache")
        place = os.path.join(cache, "ocr", self._digest[:2], name)
        with contextlib.suppress(OSError), open(place, encoding="utf-8") as file:
            return file.read()
        command = (TESSERACT, "-", "-", "-l", self._languages)
        reader = OutsideReader(command, seconds=_PAGE_S)
        text = run(reader, picture(), self._beat).decode("utf-8", "replace")
        with contextlib.suppress(OSError):  # without a cache the page is read again
            _keep(place, text)
        return text


def _keep(place: str, text: str) -> None:
    """Write a file of the cache, whole or not at all. Only its owner may read it."""
    folder = os.path.dirname(place)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=folder)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(name, place)
