"""Every error that seedsearch raises on purpose. Each ends the command with exit code 2.

::

    SeedsearchError
    ├── UsageError                  the request is invalid
    │   ├── QuerySyntaxError        the query is unfinished or malformed; `column` says where
    │   ├── AmbiguousPlaceError     a citation may mean several documents; `candidates` lists them
    │   ├── QueryTooBroadError      the query exceeds a limit; the message names the limit
    │   └── UnsupportedError        the engine cannot do this
    ├── IndexFault                  something is wrong with the index
    │   ├── NoIndexError            there is no index
    │   ├── IndexVersionError       the index has another format version
    │   ├── IndexDamagedError       a checksum or a length is wrong
    │   ├── IndexLockedError        another process is writing
    │   └── IndexClosedError        the index was closed before this call
    ├── ModelError                  the model of --rerank cannot be used
    └── SourceError                 something is wrong with a document
        ├── SourceNotFoundError     no such file or folder
        └── SourceUnreadableError   the file exists, but cannot be read

A message is one line without a final full stop. `hint` says what to do. Both may contain text from documents and
file names, so both must pass through the sanitiser before they reach a terminal.
"""

from __future__ import annotations


class SeedsearchError(Exception):
    """The base class. `exit_code` is the exit code of the process."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}: {self.hint}" if self.hint else self.message


class UsageError(SeedsearchError):
    """The request is invalid."""


class QuerySyntaxError(UsageError):
    """The query is unfinished or malformed.

    `column` is the 0-based character offset of the fault in `query`.
    """

    def __init__(self, message: str, query: str, column: int, hint: str = "") -> None:
        super().__init__(message, hint)
        self.query = query
        self.column = column


class AmbiguousPlaceError(UsageError):
    """A citation may mean several documents. `candidates` has one line for each, with a passage id."""

    def __init__(self, message: str, candidates: tuple[str, ...]) -> None:
        super().__init__(message, "give one of these, or its id")
        self.candidates = candidates


class QueryTooBroadError(UsageError):
    """The query is well formed but exceeds a limit. The message names the limit."""


class UnsupportedError(UsageError):
    """The engine cannot do this."""


class IndexFault(SeedsearchError):
    """Something is wrong with the index."""


class NoIndexError(IndexFault):
    """There is no index."""


class IndexVersionError(IndexFault):
    """The index has another format version."""


class IndexDamagedError(IndexFault):
    """A checksum or a length in the index is wrong."""


class IndexLockedError(IndexFault):
    """Another process is writing to the index."""


class IndexClosedError(IndexFault):
    """The index was closed before this call."""


class ModelError(SeedsearchError):
    """The model that should score passages is missing, broken, or cannot be run here."""


class SourceError(SeedsearchError):
    """Something is wrong with a document."""


class SourceNotFoundError(SourceError):
    """No such file or folder."""


class SourceUnreadableError(SourceError):
    """The file exists, but cannot be read."""
