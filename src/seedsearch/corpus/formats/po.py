"""Read translations (gettext): each message with its translations and the translators' comments."""

from __future__ import annotations

import os
import re

from seedsearch.corpus.formats import text as plain_text
from seedsearch.corpus.formats.charset import decoded_as
from seedsearch.corpus.formats.document_builder import Lined
from seedsearch.corpus.formats.json_tree import unescaped
from seedsearch.corpus.found import Extracted
from seedsearch.model import SourceFile

MEDIA_TYPE = "text/x-gettext-translation"
_CHARSET = re.compile(rb"charset=([\w.:-]{2,40})")
_STRING = re.compile(
    r'[ \t]*+(?:(msgctxt|msgid|msgid_plural|msgstr)(?:\[\d+\])?[ \t]*+)?"(.*)"[ \t]*+\Z'
)
_FACTS = {"language": "language", "project-id-version": "project", "po-revision-date": "date",
          "last-translator": "author"}  # fmt: skip


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the one document of a file, as plain text if it has no messages. Raise Skip if it is not text."""
    charset = _CHARSET.search(data, 0, 10_000)
    found = decoded_as(data, charset[1].decode() if charset else "", file.encoding)
    entries = _Entries(Lined(file.path, MEDIA_TYPE, found))
    for number, line in entries.out.source():
        entries.take(line.strip(), number)
    entries.end()
    if not entries.any:
        yield from plain_text.extract(file, data)
        return
    yield entries.out.document(os.path.basename(file.path), fields=entries.fields())


class _Entries:
    """Collects the messages, line by line."""

    def __init__(self, out: Lined) -> None:
        self.out = out
        self.any = False
        self._header = ""
        self._comments: list[tuple[str, int]] = []
        self._strings: list[tuple[str, list[str], int]] = []  # keyword, parts, line

    def take(self, line: str, number: int) -> None:
        if line.startswith("#"):
            if self._strings:
                self.end()
            if line[1:2] in ("", " ", "."):
                self._comments.append((line[2:].strip(), number))
            return
        string = _STRING.match(line)
        if string is None:
            return
        keyword, text = string[1], unescaped(string[2])
        if not keyword and self._strings:
            self._strings[-1][1].append(text)
            return
        keyword = keyword or "msgid"
        if keyword in ("msgctxt", "msgid") and self._strings and self._strings[-1][0] != "msgctxt":
            self.end()
        self._strings.append((keyword, [text], number))

    def end(self) -> None:
        self.any = self.any or bool(self._strings)
        strings = [(keyword, "".join(parts), line) for keyword, parts, line in self._strings]
        texts = [text for keyword, text, _ in strings if keyword != "msgctxt"]
        if texts[:1] == [""] and not self._header:
            self._header = "".join(texts)
        else:
            self.out.section(whole=True)
            for text, line in (*self._comments, *(said[1:] for said in strings)):
                if text.strip():
                    self.out.add_lines(text.strip(), line)
        self._comments, self._strings = [], []

    def fields(self) -> list[tuple[str, str]]:
        """Return the facts in the header."""
        lines = [line.partition(":") for line in self._header.split("\n")]
        said = {name.strip().lower(): value.strip() for name, _, value in lines}
        return [(field, said.get(name, "")) for name, field in _FACTS.items()]
