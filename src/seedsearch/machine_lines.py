"""Which lines a machine wrote: they are shown alone, and never joined with their neighbours."""

from __future__ import annotations

import re

CODE = "text/x-source"
_RECORDS = frozenset(
    ("text/csv", "text/tab-separated-values", "application/x-ndjson", "application/json")
)
LOG_FROM = 30  # characters; shorter lines are never taken for a log
_LETTERS_AND_SPACE = b" ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LETTERS = 0.8  # minimum share of letters and spaces, in prose
_DAY = (
    r"(?:\d{4}[-/.]\d\d[-/.]\d\d"
    r"|(?:[A-Z][a-z]{2},? +)?(?:\d\d?[ /-])?[A-Z][a-z]{2}[ /-]+\d{1,4}"
    r"|\d\d?[/.]\d\d?[/.]\d{2,4})"
)
_LEVEL = "(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)"
_ENTRY = rf"(?m)^[ \t]*[\[(<]*(?:{_LEVEL}\b|(?:{_DAY}[T :,]*)?\d\d?:\d\d(?::\d\d)?\b)"


def has_records(media_type: str) -> bool:
    """Return whether each line of such a text is a record: a row of a table, or a JSON object."""
    return media_type in _RECORDS


def is_prose(text: str) -> bool:
    """Return whether a text is mostly letters, and no log. Signs of other scripts than Latin count as letters."""
    text = text.strip()
    return _has_letters(text) and not _is_log(text)


def _is_log(text: str) -> bool:
    """Return whether half of the lines begin with a time or a level, as an entry of a log does."""
    entries = re.findall(_ENTRY, text)  # the pattern is compiled at its first use: start-up time
    return bool(entries) and 2 * len(entries) >= text.count("\n") + 1


def _has_letters(text: str) -> bool:
    least = _LETTERS * len(text)
    data = text.encode("utf-8", "surrogatepass")
    others = data.translate(None, _LETTERS_AND_SPACE)
    letters = len(data) - len(others)
    if letters >= least or len(data) == len(text):
        return letters >= least
    letters += sum(map(str.isalpha, others.decode("utf-8", "surrogatepass")))
    return (
        letters >= least or letters + sum(c > "\u02ff" and not c.isalpha() for c in text) >= least
    )


def stand_alone(text: str, media_type: str) -> bool:
    """Return whether a text has several lines, and is code or was written by a machine."""
    lines = text.count("\n") + text.count("\r") + 1
    return lines > 1 and (
        media_type == CODE
        or has_records(media_type)
        or (len(text) >= LOG_FROM * lines and not is_prose(text))
    )
