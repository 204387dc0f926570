"""Read BibTeX: each entry is a document, headed by its title; accents written as commands become letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seedsearch.corpus.decode import decode
from seedsearch.corpus.formats import latex
from seedsearch.corpus.formats import text as plain_text
from seedsearch.corpus.formats.document_builder import Lined
from seedsearch.corpus.found import Extracted
from seedsearch.line_ends import with_newlines
from seedsearch.model import DecodedText, ExtractedDocument, SourceFile

MEDIA_TYPE = "text/x-bibtex"
_ENTRY = re.compile(r"^[ \t]*+@([A-Za-z]++)[ \t]*+[{(]", re.MULTILINE)
_KEY = re.compile(r"\s*+([^\s,={}()]++)\s*+,")
_NAME = re.compile(r"[\s,]*+([A-Za-z][\w:.+-]*+)\s*+=\s*+")
_BARE = re.compile(r"[^\s,{}\"#]++")
_MARK = re.compile(r"[{}\"]")
_JOIN = re.compile(r"\s*+#\s*+")
_WITHOUT_TEXT = frozenset(("comment", "preamble"))
_MOST_CHARS = 20_000  # of a value; abbreviations of abbreviations could grow without end
_FACTS = ("author", "editor", "year", "date", "journal", "doi", "keywords")


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield a document for each entry, or plain text if there is none. Raise Skip if it is not text or is blank."""
    decoded = decode(data, file.encoding)
    text = with_newlines(decoded.text)
    begins = [found for found in _ENTRY.finditer(text) if found[1].lower() not in _WITHOUT_TEXT]
    if all(found[1].lower() == "string" for found in begins):
        yield from plain_text.extract(file, data)
    line = counted = 0
    strings: dict[str, str] = {}
    for number, begin in enumerate(begins):
        end = begins[number + 1].start() if number + 1 < len(begins) else len(text)
        entry = text[begin.end() : end]
        line += text.count("\n", counted, begin.start())
        counted = begin.start()
        if begin[1].lower() == "string":
            strings |= {name.lower(): value for name, value, _ in _values(entry, 0, strings)}
        else:
            yield _document(file.path, entry, begin[1], line + 1, decoded, strings)


def _document(
    path: str, entry: str, kind: str, line: int, decoded: DecodedText, strings: dict[str, str]
) -> ExtractedDocument:
    key = _KEY.match(entry)
    out = Lined(path, MEDIA_TYPE, decoded)
    facts: dict[str, str] = {"type": kind.lower()}
    counted = 0
    for name, value, at in _values(entry, key.end() if key else 0, strings):
        line += entry.count("\n", counted, at)
        counted = at
        said = latex.plain(value)
        facts.setdefault(name.lower(), said)
        if name.lower() != "title" and said:
            out.add_lines(f"{name}: {said}", line)
    title = facts.get("title", "") or (key[1] if key else kind)
    fields = [(name, facts[name]) for name in ("type", *_FACTS) if facts.get(name)]
    if "date" not in facts and facts.get("year", "").isdigit():
        fields.append(("date", facts["year"]))
    return out.document(title, line=line, id=key[1] if key else "", fields=fields)


def _values(entry: str, at: int, strings: dict[str, str]) -> Iterator[tuple[str, str, int]]:
    """Yield the names and values of an entry, and where each begins. `strings` are the values of abbreviations."""
    while name := _NAME.match(entry, at):
        parts: list[str] = []
        at = name.end()
        while True:
            quoted = entry[at : at + 1] in ("{", '"')
            part, at = _value(entry, at)
            parts.append((part if quoted else strings.get(part.lower(), part))[:_MOST_CHARS])
            join = _JOIN.match(entry, at)
            if not join or join.end() == len(entry):
                break
            at = join.end()
        yield name[1], "".join(parts), name.start(1)


def _value(entry: str, at: int) -> tuple[str, int]:
    """Return a value in braces, in quotation marks or without either, and where it ends."""
    opening = entry[at : at + 1]
    if opening not in ("{", '"'):
        bare = _BARE.match(entry, at)
        return (bare[0], bare.end()) if bare else ("", at)
    depth = 0
    for mark in _MARK.finditer(entry, at + 1):
        if entry[mark.start() - 1] == "\\":
            continue
        if not depth and mark[0] == ("}" if opening == "{" else '"'):
            return entry[at + 1 : mark.start()], mark.end()
        depth += (mark[0] == "{") - (mark[0] == "}")
    return entry[at + 1 :], len(entry)
