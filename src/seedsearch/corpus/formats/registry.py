"""List the formats: their names, endings, first bytes and readers, and the extras that they need."""

from __future__ import annotations

import re
import sys
from codecs import BOM_UTF8
from importlib.util import find_spec

from seedsearch.machine_lines import CODE
from seedsearch.patterns import pattern
from seedsearch.record import NamedTuple

PLAIN = "text/plain"
HTML = "text/html"
OLD_OFFICE = "application/x-ole-storage"
PASSWORDS = "passwords"
"""The extra for members of archives and Office files that are encrypted. No format needs it as such."""
ZSTANDARD = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"


class Format(NamedTuple):
    """A format. `endings` are in lower case with their dot; one without a dot is a whole name. `module` is the
    reader's in this package. `extra` names the extra that brings the library `needs`. Both are "" if the standard
    library suffices.
    """

    name: str
    media_type: str
    endings: tuple[str, ...]
    module: str
    extra: str = ""
    needs: str = ""


FORMATS = (
    Format("plain text", PLAIN, (".txt", ".text", ".log", "anything else"), "text"),
    Format("Markdown", "text/markdown", (".md", ".markdown", ".mdown", ".mkd", ".qmd", ".rmd"), "markdown"),
    Format("reStructuredText", "text/x-rst", (".rst", ".rest"), "rst"),
    Format("Org", "text/org", (".org",), "org"),
    Format("AsciiDoc", "text/asciidoc", (".adoc", ".asciidoc", ".asc"), "asciidoc"),
    Format("MediaWiki", "text/x-wiki", (".wiki", ".mediawiki", ".wikitext"), "mediawiki"),
    Format("LaTeX", "text/x-tex", (".tex", ".ltx"), "latex"),
    Format("BibTeX", "text/x-bibtex", (".bib",), "bibtex"),
    Format("references", "application/x-research-info-systems", (".ris", ".nbib", ".enw"), "references"),
    Format("properties", "text/x-java-properties", (".properties",), "java_properties"),
    Format("manual page", "text/troff", (".man", ".mdoc"), "man"),
    Format("subtitles", "text/x-subtitles", (".srt", ".vtt", ".ass", ".ssa", ".sbv", ".lrc"), "subtitles"),
    Format("translations", "text/x-gettext-translation", (".po", ".pot"), "po"),
    Format("XML", "application/xml", (
        ".xml", ".svg", ".docbook", ".dbk", ".fb2", ".gpx", ".kml", ".tei", ".rss", ".atom", ".xsl", ".xslt", ".xsd",
        ".rdf", ".dita", ".ditamap", ".opml", ".xliff", ".xlf", ".tmx", ".ttml", ".wsdl", ".graphml",
    ), "xml_text"),
    Format("HTML", HTML, (".html", ".htm", ".xhtml", ".xht"), "html"),
    Format("PDF", "application/pdf", (".pdf",), "pdf", "pdf", "pypdfium2"),
    Format("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
           (".docx", ".docm", ".dotx", ".dotm"), "docx"),
    Format("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
           (".xlsx", ".xlsm", ".xltx", ".xltm"), "xlsx"),
    Format("PowerPoint", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
           (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx"), "pptx"),
    Format("Office 97 to 2003", OLD_OFFICE, (".doc", ".dot", ".xls", ".xlt", ".ppt", ".pps", ".msg"), "old_office"),
    Format("RTF", "application/rtf", (".rtf",), "rtf"),
    Format("OpenDocument text", "application/vnd.oasis.opendocument.text", (".odt", ".ott", ".fodt", ".odm"), "odt"),
    Format("OpenDocument sheet", "application/vnd.oasis.opendocument.spreadsheet", (".ods", ".ots", ".fods"), "ods"),
    Format("OpenDocument slides", "application/vnd.oasis.opendocument.presentation",
           (".odp", ".otp", ".fodp", ".odg", ".otg", ".fodg"), "odp"),
    Format("EPUB", "application/epub+zip", (".epub",), "epub"),
    Format("mail", "message/rfc822", (".eml", ".emlx", ".mime"), "mail"),
    Format("Outlook's attachments (TNEF)", "application/ms-tnef", (".tnef", "winmail.dat"), "tnef"),
    Format("saved page (MHTML)", "multipart/related", (".mht", ".mhtml"), "mhtml"),
    Format("web archive", "application/warc", (".warc",), "warc"),
    Format("mailbox", "application/mbox", (".mbox", ".mbx"), "mbox"),
    Format("table", "text/csv", (".csv", ".tsv", ".tab"), "table"),
    Format("SQLite", "application/vnd.sqlite3", (".sqlite", ".sqlite3", ".db3"), "sqlite"),
    Format("JSON Lines", "application/jsonl", (".jsonl", ".ndjson", ".ldjson"), "jsonl"),
    Format("JSON", "application/json",
           (".json", ".json5", ".jsonc", ".geojson", ".topojson", ".webmanifest", ".har"), "json_text"),
    Format("property list", "application/x-plist", (".plist", ".webloc"), "plist"),
    Format("calendar", "text/calendar", (".ics", ".ical", ".ifb"), "vobject"),
    Format("contacts", "text/vcard", (".vcf", ".vcard"), "vobject"),
    Format("notebook", "application/x-ipynb+json", (".ipynb",), "ipynb"),
    Format("source code", CODE, (
        ".py", ".pyi", ".pyx", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".java", ".kt", ".kts",
        ".scala", ".groovy", ".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx", ".m", ".mm",
        ".cs", ".fs", ".vb", ".go", ".rs", ".zig", ".swift", ".d", ".rb", ".pl", ".pm", ".php",
        ".lua", ".r", ".jl", ".hs", ".ml", ".mli", ".elm", ".erl", ".ex", ".exs", ".clj", ".lisp",
        ".el", ".scm", ".sh", ".bash", ".zsh", ".fish", ".ps1", ".bat", ".sql", ".css", ".scss",
        ".less", ".vue", ".svelte", ".proto", ".cmake", ".gradle", ".tf", ".nix", ".asm", ".f90",
        ".pas", ".dart", ".v", ".sv", ".vhd", ".tcl", ".awk", ".mk", ".mak", ".am", ".ac", ".m4",
        "Makefile", "GNUmakefile", "Dockerfile", "Containerfile", "CMakeLists.txt", "meson.build", "Rakefile",
        "Gemfile", "Vagrantfile", "Jenkinsfile", "SConstruct", "Justfile",
    ), "code"),
    Format("gzip", "application/gzip", (".gz",), "compressed"),
    Format("bzip2", "application/x-bzip2", (".bz2",), "compressed"),
    Format("xz", "application/x-xz", (".xz", ".lzma"), "compressed"),
    Format("Zstandard", "application/zstd", (".zst", ".tzst"), "compressed", "zstd", ZSTANDARD),
    Format("ZIP archive", "application/zip", (".zip",), "archive"),
    Format("tar", "application/x-tar", (".tar",), "tar"),
    Format("cpio", "application/x-cpio", (".cpio",), "cpio"),
    Format("7z archive", "application/x-7z-compressed", (".7z",), "seven_zip"),
)  # fmt: skip

BY_TYPE = {entry.media_type: entry for entry in FORMATS}

_NAMES = {
    "text/tab-separated-values": "table",
    "application/msword": "Word",
    "application/vnd.ms-excel": "Excel",
    "application/vnd.ms-powerpoint": "PowerPoint",
}
"""The names of formats that have another media type than their readers."""


def name_of(media_type: str) -> str:
    """Return the name of the format that documents of a media type have."""
    known = BY_TYPE.get(media_type)
    return known.name if known else _NAMES.get(media_type, media_type)


_BY_ENDING = {ending.lower(): entry.media_type for entry in FORMATS for ending in entry.endings}

# First bytes decide only if the ending belongs to no other format.
_MARKUP = ((b"<!doctype html", HTML), (b"<html", HTML))
_LINE_BYTES = 1 << 20
_HEADER = pattern(rb"(?:From [^\n]*+\n)?[A-Za-z][A-Za-z0-9-]{1,60}+:[ \t\r\n]")
_HEADERS = pattern(
    rb"^(received|message-id|from|date|subject|to|return-path|mime-version|content-type|delivered-to):[ \t\r\n]",
    re.MULTILINE | re.IGNORECASE,
)
_NO_HEADER = pattern(rb"^(?![!-9;-~]{1,80}+:|[ \t]|From )", re.MULTILINE)
_HEAD_BYTES = 1 << 18
_ENOUGH_HEADERS = 3  # of different names, if nothing else shows that it is a message
_SAVED_PAGE = pattern(rb"^snapshot-content-location:", re.MULTILINE | re.IGNORECASE)
_SAVED_HEAD = 500
_MAILDIR = ("cur", "new")


def by_name(path: str) -> str:
    """Return the media type of a file, from its name only."""
    name = path[path.rfind("/") + 1 :].lower()
    at = name.rfind(".")
    ending = _BY_ENDING.get(name[at:], PLAIN) if at >= 0 else PLAIN
    return _BY_ENDING.get(name, PLAIN) if ending == PLAIN else ending


def media_type_of(path: str, data: bytes) -> str:
    """Return the media type of a file, from its first bytes if they show it, else from its name."""
    named = by_name(path)
    if data.startswith(BOM_UTF8):
        data = data[3:]
    if named != PLAIN and _is_in_maildir(path):
        named = PLAIN  # `1583.V1.host.pl:2,S` ends with the name of a host
    if data[:2] in _FIRST or named == OLD_OFFICE:
        named = _look(named, data)
    elif named == PLAIN and data[257:262] == b"ustar":
        return "application/x-tar"
    return _look_at_headers(path, data) if named == PLAIN and _HEADER.match(data) else named


_FIRST = frozenset((b"%P", b"PK", b"\x1f\x8b", b"BZ", b"\xfd7", b"<!", b"<h", b"<H", b"<?", b"WA",
                    b"\xd0\xcf", b"SQ", b"{\\", b"7z", b"x\x9f", b"\x28\xb5", b"07", b"\xc7\x71",
                    b".\\", b"'\\", b".T", b".D", b".S", b"\n.", b"<s", b"<r", b"<f",
                    b'{"', b"{ ", b"{\n", b"{\r", b"[{", b"TY", b"bp", b"#!", b"wi", b"<m", b"<o"))  # fmt: skip
"""The first two bytes of the files that need a closer look. For all others, one look-up is the whole cost."""


_OTHERWISE_TEXT = frozenset((OLD_OFFICE, PLAIN))
"""Files with such names may be text: a page or a table that is named `.xls`."""


_MAGIC = (
    (b"%PDF-", "application/pdf"), (b"\x1f\x8b\x08", "application/gzip"), (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"), (b"WARC/1.", "application/warc"), (b"{\\rtf", "application/rtf"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"), (b"bplist0", "application/x-plist"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"), (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"070701", "application/x-cpio"), (b"070702", "application/x-cpio"), (b"070707", "application/x-cpio"),
    (b"\xc7\x71", "application/x-cpio"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
)  # fmt: skip
_MAGIC_BY_FIRST = {
    magic[:2]: [pair for pair in _MAGIC if pair[0][:2] == magic[:2]] for magic, _ in _MAGIC
}
_BZIP_2_BLOCKS = (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")


def _look(named: str, data: bytes) -> str:
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(data)
    for magic, media_type in _MAGIC_BY_FIRST.get(data[:2], ()):
        if data.startswith(magic) and (magic != b"BZh" or data[4:10] in _BZIP_2_BLOCKS):
            return media_type
    if named == CODE and data.startswith(b"<"):  # `.ts` are TypeScript, and translations of Qt
        found = _look_at_text(data[:1000].lower())
        return found if found == "application/xml" else CODE
    if named == CODE and data.startswith(b"window.YTD."):  # an export of Twitter
        return "application/json"
    if named not in _OTHERWISE_TEXT:
        return named
    if data[:1] in b".'" or data.startswith(b"\n."):
        from seedsearch.corpus.formats.man import is_page  # few are manual pages: start-up time

        return "text/troff" if is_page(data[:8000]) else PLAIN
    if data.startswith((b"#!/", b"#! /")):
        return CODE
    return _kind_of_json(data) if data[:1] in b"{[" else _look_at_text(data[:1000].lower())


def _look_at_text(head: bytes) -> str:
    for mark, media_type in _MARKUP:
        if head.startswith(mark) or (head.startswith(b"<?xml") and mark in head):
            return media_type
    if head.startswith(b"ty  - "):
        return "application/x-research-info-systems"
    if head.startswith(
        (b"<?xml", b"<svg", b"<rss", b"<feed", b"<map version=", b"<mxfile", b"<opml")
    ):
        return "application/xml"
    return PLAIN


def _kind_of_json(data: bytes) -> str:
    """Return the kind of a text that begins like JSON.

    Logs often have an object per line; other JSON must end like JSON.
    """
    import json  # few files need it: start-up time

    first, _, rest = data.partition(b"\n")
    try:
        is_record = isinstance(json.loads(first[:_LINE_BYTES]), dict)
    except (ValueError, RecursionError):
        is_record = False
    if is_record and rest.lstrip()[:1] == b"{":
        return "application/jsonl"
    ends = data[-100:].rstrip()[-1:]
    return "application/json" if ends == (b"}" if data[:1] == b"{" else b"]") else PLAIN


def _look_at_headers(path: str, data: bytes) -> str:
    """Decide whether a text that begins like a message is one, by its headers up to the first other line."""
    begin = data.find(b"\n") + 1 if data.startswith(b"From ") else 0
    kinds: set[bytes] = set()
    enough = 1 if _is_in_maildir(path) else _ENOUGH_HEADERS
    for found in _HEADERS.finditer(data, begin, _HEAD_BYTES):
        kinds.add(found[1].lower())
        if len(kinds) == enough:
            break
    else:
        return PLAIN
    if _NO_HEADER.search(data, begin, found.end() - 1):
        return PLAIN
    if begin:
        return "application/mbox"
    return "multipart/related" if _SAVED_PAGE.search(data, 0, _SAVED_HEAD) else "message/rfc822"


def _is_in_maildir(path: str) -> bool:
    folder, _, name = path.replace("\\", "/").rpartition("/")
    return name[:1].isdigit() and folder[folder.rfind("/") + 1 :] in _MAILDIR


_OPEN_DOCUMENT = pattern(
    rb"application/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation|graphics)"
)
_OFFICE = {b"word/document": "wordprocessingml.document", b"xl/workbook": "spreadsheetml.sheet",
           b"ppt/presentation": "presentationml.presentation"}  # fmt: skip


def _kind_of_zip(data: bytes) -> str:
    """Return the media type of a ZIP archive. The first members of a document show its format."""
    head = data[:4096]
    if head[30:38] == b"mimetype":
        if b"application/epub+zip" in head:
            return "application/epub+zip"
        if found := _OPEN_DOCUMENT.search(head):
            kind = found[0].decode()
            return kind if kind in BY_TYPE else "application/vnd.oasis.opendocument.presentation"
    tail = data[-200_000:]
    if b"[Content_Types].xml" in head or b"[Content_Types].xml" in tail:
        # The list of members is at the end. Its last match does not belong to an embedded document.
        place = tail if any(mark in tail for mark in _OFFICE) else head
        last, kind = max((place.rfind(mark), kind) for mark, kind in _OFFICE.items())
        if last >= 0:
            return f"application/vnd.openxmlformats-officedocument.{kind}"
    elif b"META-INF/container.xml" in tail and b".opf" in tail:
        return "application/epub+zip"
    return "application/zip"


def is_installed(extra: str) -> bool:
    """Return whether the libraries of an extra can be imported."""
    if extra == PASSWORDS:
        return find_spec("msoffcrypto") is not None  # which needs cryptography, too
    return all(_is_there(entry.needs) for entry in FORMATS if entry.extra == extra)


def _is_there(module: str) -> bool:
    package = module.partition(".")[0]  # looking for a module in a missing package fails
    return find_spec(package) is not None and find_spec(module) is not None
