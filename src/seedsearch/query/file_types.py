"""Names of file types, for `--type` and for `type:` in a query.

A name in TYPES means patterns of file names. A name in MEDIA_TYPES means media types of documents, whatever the file
is called.
"""

from __future__ import annotations

from typing import Final

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
