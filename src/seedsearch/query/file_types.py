"""Names of file types, for `--type` and for `type:` in a query; and filters for the files of hits.

A name in TYPES means patterns of file names. A name in MEDIA_TYPES means media types of documents, whatever the file
is called.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Final

from seedsearch.errors import SourceNotFoundError, UsageError
from seedsearch.query.ast import Filter, Not, Or, Query
from seedsearch.spelling import did_you_mean

TYPES: Final[dict[str, tuple[str, ...]]] = {
    "archive": ("*.zip", "*.gz", "*.bz2", "*.xz", "*.tar", "*.tgz", "*.7z"),
    "asciidoc": ("*.adoc", "*.asciidoc", "*.asc"),
    "c": ("*.c", "*.h"),
    "calendar": ("*.ics", "*.ical", "*.ifb"),
    "conf": ("*.conf", "*.cfg", "*.ini", "*.properties", "*.env"),
    "contacts": ("*.vcf", "*.vcard"),
    "cpp": ("*.cpp", "*.cc", "*.cxx", "*.hpp", "*.hh", "*.hxx", "*.h"),
    "cs": ("*.cs",),
    "css": ("*.css", "*.scss", "*.less"),
    "csv": ("*.csv", "*.tsv"),
    "doc": ("*.doc", "*.dot"),
    "docx": ("*.docx", "*.docm", "*.dotx", "*.dotm"),
    "epub": ("*.epub",),
    "excel": ("*.xlsx", "*.xlsm", "*.xltx", "*.xltm", "*.xls", "*.xlt"),
    "go": ("*.go",),
    "html": ("*.html", "*.htm", "*.xhtml", "*.mht", "*.mhtml", "*.warc"),
    "ipynb": ("*.ipynb",),
    "java": ("*.java",),
    "js": ("*.js", "*.mjs", "*.cjs", "*.jsx"),
    "json": ("*.json",),
    "jsonl": ("*.jsonl", "*.ndjson"),
    "kotlin": ("*.kt", "*.kts"),
    "log": ("*.log",),
    "lua": ("*.lua",),
    "mail": ("*.eml", "*.emlx", "*.mbox", "*.mbx"),
    "make": ("makefile", "gnumakefile", "*.mk"),
    "man": ("*.man", "*.mdoc"),
    "md": ("*.md", "*.markdown", "*.mdown", "*.mkd"),
    "odp": ("*.odp", "*.otp", "*.fodp"),
    "ods": ("*.ods", "*.ots", "*.fods"),
    "odt": ("*.odt", "*.ott", "*.fodt"),
    "org": ("*.org",),
    "pdf": ("*.pdf",),
    "perl": ("*.pl", "*.pm"),
    "php": ("*.php",),
    "po": ("*.po", "*.pot"),
    "powerpoint": ("*.pptx", "*.pptm", "*.ppsx", "*.potx", "*.ppt", "*.pps"),
    "py": ("*.py", "*.pyi"),
    "r": ("*.r", "*.rmd"),
    "rst": ("*.rst", "*.rest"),
    "rtf": ("*.rtf",),
    "ruby": ("*.rb",),
    "rust": ("*.rs",),
    "scala": ("*.scala",),
    "sh": ("*.sh", "*.bash", "*.zsh", "*.fish"),
    "slides": ("*.pptx", "*.pptm", "*.ppsx", "*.ppt", "*.pps", "*.odp"),
    "spreadsheet": ("*.xlsx", "*.xlsm", "*.xls", "*.ods", "*.fods"),
    "sql": ("*.sql",),
    "subtitles": ("*.srt", "*.vtt"),
    "swift": ("*.swift",),
    "tex": ("*.tex", "*.ltx", "*.bib"),
    "toml": ("*.toml",),
    "ts": ("*.ts", "*.tsx", "*.mts", "*.cts"),
    "txt": ("*.txt", "*.text"),
    "word": ("*.docx", "*.docm", "*.doc", "*.dot", "*.dotx"),
    "xml": ("*.xml", "*.xsd", "*.xsl", "*.svg", "*.rss", "*.atom"),
    "yaml": ("*.yaml", "*.yml"),
}
"""Patterns by type, in lower case. File names are lowered before they are compared."""

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TABLES = ("text/csv", "text/tab-separated-values")

MEDIA_TYPES: Final[dict[str, tuple[str, ...]]] = {
    "code": ("text/x-source",),
    "csv": _TABLES,
    "docx": (_WORD,),
    "epub": ("application/epub+zip",),
    "mail": ("message/rfc822", "application/mbox"),
    "md": ("text/markdown",),
    "odt": ("application/vnd.oasis.opendocument.text",),
    "rst": ("text/x-rst",),
    "source": ("text/x-source",),
    "table": _TABLES,
    "text": ("text/plain",),
    "word": (_WORD,),
}
"""Additional names. The second half of a media type is always a name for it."""


class TypeSet:
    """The set of file names of some types."""

    def __init__(self, names: tuple[str, ...]) -> None:
        patterns = [pattern for name in names for pattern in TYPES.get(name, ())]
        self._endings = tuple(pattern[1:] for pattern in patterns if pattern[0] == "*")
        self._names = frozenset(pattern for pattern in patterns if pattern[0] != "*")

    def __contains__(self, name: str) -> bool:
        name = name.lower()
        return name.endswith(self._endings) or name in self._names


def chosen_filters(
    globs: tuple[str, ...], types: tuple[str, ...], paths: Sequence[str], *, here: bool
) -> tuple[Query, ...]:
    """Return the filters of the options -g, -t and --here, and of the paths that follow `--`.

    Raises UsageError, SourceNotFoundError.
    """
    return (*filters_of(globs, types), *_filters_below(paths, here=here))


def filters_of(globs: tuple[str, ...], types: tuple[str, ...]) -> Iterator[Query]:
    """Yield filters for the files of hits: any of the globs, none of the globs after `!`, any of the types.

    Globs match as in `path:`. A glob without `*`, `?` or `[` is the name of a file or folder. Raises UsageError for
    an unknown type or an empty glob.
    """
    for glob in globs:
        check_glob(glob)
    wanted = [glob for glob in globs if not glob.startswith("!")]
    if wanted:
        yield Or(tuple(map(_path_filter, wanted)))
    for glob in globs:
        if glob.startswith("!"):
            yield Not(_path_filter(glob[1:]))
    if types:
        yield Or(tuple(Filter("type", known_type(name)) for name in types))


def check_glob(glob: str) -> None:
    """Raise UsageError for a glob with a `[` that is not closed."""
    at = glob.find("[")
    while at >= 0:
        end = glob.find("]", at + 2 + glob.startswith("!", at + 1))
        if end < 0:
            raise UsageError(f"this glob has a [ without its ]: {glob}", "write [[] to match a [")
        at = glob.find("[", end)


def _path_filter(glob: str) -> Filter:
    if glob.startswith(("./", "../")):
        return Filter("path", glob)
    pattern = glob.removeprefix("**/").lstrip("/")
    if not pattern.rstrip("/"):
        raise UsageError(f"this glob matches nothing: {glob or '-g'}", "write it like -g '*.md'")
    return Filter("path", f"**/{pattern}")


def known_type(name: str) -> str:
    """Return the name if it is a file type. Raises UsageError, with the closest type as a hint."""
    if name in TYPES:
        return name
    hint = did_you_mean(name, TYPES, "seedsearch index --type-list lists them")
    raise UsageError(f"no such file type: {name}", hint)


def _filters_below(paths: Sequence[str], *, here: bool) -> Iterator[Query]:
    """Yield the filters `below` for the current folder if `here`, and for any of the paths.

    The search replaces them by filters of `path:` for exactly these paths.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise SourceNotFoundError(
                f"no such file or folder: {path}", "paths follow --; words come before it"
            )
    if here:
        yield Filter("below", ".")
    if paths:
        yield Or(tuple(Filter("below", path) for path in paths))
