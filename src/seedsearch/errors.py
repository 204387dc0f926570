"""Every error that seedsearch raises on purpose, and the exit code that each one means.

::

    SeedsearchError                 exit 2
    ├── UsageError                  a request that cannot be carried out as it stands
    │   ├── QuerySyntaxError        the query is unfinished or malformed; knows the column
    │   ├── QueryTooBroadError      the query is well formed but past a cap; names the cap
    │   └── UnsupportedError        this engine cannot do that
    ├── IndexFault                 something about the index itself
    │   ├── NoIndexError            there is no index where one was looked for
    │   ├── IndexVersionError       written by another version of the format
    │   ├── IndexDamagedError       a checksum or a length is wrong
    │   ├── IndexLockedError        another process is writing
    │   └── IndexClosedError        it was closed, and is asked all the same
    └── SourceError                 something about the documents
        ├── SourceNotFoundError     no such file or folder
        └── SourceUnreadableError   it exists, but could not be read

A message is one line, without a full stop at its end; `hint` is what to do about it. Both may hold
text from documents and file names: whoever prints them passes them through the sanitiser.
"""

from __future__ import annotations


class SeedsearchError(Exception):
    """The root of the tree. `exit_code` is what the process ends with."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}: {self.hint}" if self.hint else self.message


class UsageError(SeedsearchError):
    """A request that cannot be carried out as it stands."""


class QuerySyntaxError(UsageError):
    """The query is unfinished or malformed.

    `column` is the 0-based character offset in `query` of the place to mend.
    """

    def __init__(self, message: str, query: str, column: int, hint: str = "") -> None:
        super().__init__(message, hint)
        self.query = query
        self.column = column


class QueryTooBroadError(UsageError):
    """The query is well formed, but past a cap; the message names the cap."""


class UnsupportedError(UsageError):
    """This engine cannot do what was asked."""


class IndexFault(SeedsearchError):
    """Something about the index itself."""


class NoIndexError(IndexFault):
    """There is no index where one was looked for."""


class IndexVersionError(IndexFault):
    """The index was written by another version of the format."""


class IndexDamagedError(IndexFault):
    """A checksum or a length in the index is wrong."""


class IndexLockedError(IndexFault):
    """Another process is writing to the index."""


class IndexClosedError(IndexFault):
    """The index was closed before it was asked."""


class SourceError(SeedsearchError):
    """Something about the documents."""


class SourceNotFoundError(SourceError):
    """No such file or folder."""


class SourceUnreadableError(SourceError):
    """The file exists, but could not be read."""
