"""Names of file types, for `--type` and for `type:` in a query.

A name in TYPES stands for patterns of file names. A name in MEDIA_TYPES stands for media types of documents,
regardless of the name of the file.
"""

from __future__ import annotations

from typing import Final

TYPES: Final[dict[str, tuple[str, ...]]] = {
    "archive": ("*.zip", "*.gz", "*.bz2", "*.xz"),
    "asciidoc": ("*.adoc", "*.asciidoc", "*.asc"),
    "c": ("*.c", "*.h"),
    "conf": ("*.conf", "*.cfg", "*.ini", "*.properties", "*.env"),
    "cpp": ("*.cpp", "*.cc", "*.cxx", "*.hpp", "*.hh", "*.hxx", "*.h"),
    "cs": ("*.cs",),
    "css": ("*.css", "*.scss", "*.less"),
    "csv": ("*.csv", "*.tsv"),
    "docx": ("*.docx",),
    "epub": ("*.epub",),
    "go": ("*.go",),
    "html": ("*.html", "*.htm", "*.xhtml", "*.mht", "*.mhtml", "*.warc"),
    "java": ("*.java",),
    "js": ("*.js", "*.mjs", "*.cjs", "*.jsx"),
    "json": ("*.json",),
    "jsonl": ("*.jsonl", "*.ndjson"),
    "kotlin": ("*.kt", "*.kts"),
    "log": ("*.log",),
    "lua": ("*.lua",),
    "mail": ("*.eml", "*.emlx", "*.mbox", "*.mbx"),
    "make": ("makefile", "gnumakefile", "*.mk"),
    "md": ("*.md", "*.markdown", "*.mdown", "*.mkd"),
    "odt": ("*.odt",),
    "org": ("*.org",),
    "pdf": ("*.pdf",),
    "perl": ("*.pl", "*.pm"),
    "php": ("*.php",),
    "py": ("*.py", "*.pyi"),
    "r": ("*.r", "*.rmd"),
    "rst": ("*.rst", "*.rest"),
    "ruby": ("*.rb",),
    "rust": ("*.rs",),
    "scala": ("*.scala",),
    "sh": ("*.sh", "*.bash", "*.zsh", "*.fish"),
    "sql": ("*.sql",),
    "swift": ("*.swift",),
    "tex": ("*.tex", "*.ltx", "*.bib"),
    "toml": ("*.toml",),
    "ts": ("*.ts", "*.tsx", "*.mts", "*.cts"),
    "txt": ("*.txt", "*.text"),
    "xml": ("*.xml", "*.xsd", "*.xsl"),
    "yaml": ("*.yaml", "*.yml"),
}
"""The patterns are in lower case. File names are lowered before they are compared."""

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
"""Additional names. The second half of a media type is always a name of it."""


class TypeSet:
    """The file names that belong to some types."""

    def __init__(self, names: tuple[str, ...]) -> None:
        patterns = [pattern for name in names for pattern in TYPES.get(name, ())]
        self._endings = tuple(pattern[1:] for pattern in patterns if pattern[0] == "*")
        self._names = frozenset(pattern for pattern in patterns if pattern[0] != "*")

    def __contains__(self, name: str) -> bool:
        name = name.lower()
        return name.endswith(self._endings) or name in self._names
