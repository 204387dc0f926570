"""Build documents and clean their text, for all readers."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.line_ends import with_newlines
from seedsearch.model import DecodedText, Document, ExtractedDocument, Section, SourceFile

if TYPE_CHECKING:
    from seedsearch.corpus.large_files import Piece

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
TITLE_CHARS = 200
FIELD_CHARS = 2000
PROPERTIES = "Properties"
"""The heading of what a document says about itself."""
_PROPERTIES = ("subject", "keywords", "description", "category")
Fields: TypeAlias = Sequence[tuple[str, str]]
"""Names and values, of which those without a value are left out."""


def made(
    path: str,
    media_type: str,
    title: str,
    text: str,
    sections: Sequence[Section] = (),
    *,
    encoding: str = "utf-8",
    errors: str = "strict",
    confidence: float = 1.0,
    id: str = "",
    member: str = "",
    fields: Sequence[tuple[str, str]] = (),
    lines: Sequence[int] = (),
    ends: Sequence[int] = (),
    with_properties: bool = False,
) -> ExtractedDocument:
    """Return a document whose text differs from its file's. Without sections, the text is one section.

    `with_properties` adds a section with what the document says about itself in its `fields`.
    """
    title = title_or_name(title, path)
    document = Document(
        path, title, encoding, errors, confidence, id, member, media_type, "", stated(fields)
    )
    laid = tuple(sections) or (Section(0, len(text)),)
    if with_properties and (said := properties(fields)):
        start, text = len(text), "\n".join([text, *said, ""])
        laid = (*laid, Section(start, len(text), PROPERTIES))
    # This costs a third of calling it. A mailbox has many.
    values = (document, text, laid, None, 0, lines, 0, False, ends, ())
    return tuple.__new__(ExtractedDocument, values)


def title_or_name(title: str, path: str) -> str:
    """Return the title of a document, on one line, or the name of its file."""
    return clean_text(" ".join(title.split())[:TITLE_CHARS]) or os.path.basename(path)


def stated(fields: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the fields of a document that are not empty, each cut where it is too long."""
    return tuple([(name, clean_text(value[:FIELD_CHARS])) for name, value in fields if value])


_STATED = ("author", "created", "modified", "modified_by", *_PROPERTIES)


def stated_fields(
    facts: Mapping[str, str], renamed: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Return the facts about a document that become its fields, with its date first.

    `renamed` gives the format's own names for a field, best first, if they differ.
    """
    names = ((field, renamed.get(field, field).split()) for field in _STATED)
    fields = {field: next(filter(None, map(facts.get, own)), "") for field, own in names}
    return (("date", fields["created"] or fields["modified"]), *fields.items())


def properties(fields: Iterable[tuple[str, str]]) -> list[str]:
    """Return a line for each of the fields that describe a document: `Keywords: tides, birds`."""
    return [
        f"{name.capitalize()}: {clean_text(value[:FIELD_CHARS])}"
        for name, value in fields
        if name in _PROPERTIES and value
    ]


def clean_text(text: str) -> str:
    """Return the text with `\\n` for every line end and without lone surrogates, which no encoding can write."""
    text = with_newlines(text)
    if text.isascii():
        return text
    try:
        text.encode()  # quicker than checking each character
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub("\ufffd", text)
    return text


def described(attributes: Mapping[str, str]) -> list[str]:
    """Return the alternative text of a picture, as a paragraph in brackets."""
    said = dict.fromkeys(
        text
        for key in ("title", "descr", "alt")
        if (text := " ".join(attributes.get(key, "").split()))
    )
    return [f"[{clean_text('. '.join(said))}]"] if said else []


def in_pieces(
    pieces: Iterable[Piece],
    begin: Callable[[DecodedText], Document],
    sections: Callable[[str], Iterable[Section]],
) -> Iterator[ExtractedDocument]:
    """Yield one document in pieces. `begin` makes it from the first piece that is not blank.

    Raise Skip if all are blank.
    """
    document: Document | None = None
    lines = 0
    for piece in pieces:
        decoded = piece.decoded()
        text = decoded.text
        if text and not text.isspace():
            continues = document is not None
            if document is None:
                document = begin(decoded).replace(errors=piece.encoding.errors)
            cited = decoded if document.errors in ("replace", decoded.errors) else None
            laid = tuple(sections(text))
            yield ExtractedDocument(document, text, laid, cited, lines, (), piece.start, continues)
        lines += text.count("\n") + text.count("\r") - text.count("\r\n")
    if document is None:
        raise Skip("blank")


class Writing:
    """A text that grows paragraph by paragraph, in sections."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0
        self._starts: list[tuple[int, str, int, bool]] = [(0, "", 0, False)]
        self._row: list[str] = []

    @property
    def size(self) -> int:
        """The number of characters so far."""
        return self._size

    def section(self, heading: str = "", page: int = 0, *, whole: bool = False) -> None:
        """Begin a new section. A `whole` one is not merged with its neighbours."""
        self._starts.append((self._size, " ".join(heading.split())[:TITLE_CHARS], page, whole))

    def add(self, paragraph: str, end: str = "\n\n") -> None:
        """Add a paragraph and the separator after it."""
        self._parts += (paragraph, end)
        self._size += len(paragraph) + len(end)

    def paragraphs(self, paragraphs: Iterable[str], heading: str = "", page: int = 0) -> None:
        """Add a section of short paragraphs, if there are any."""
        for number, paragraph in enumerate(paragraphs):
            if not number:
                self.section(heading, page)
            self.add(paragraph, "\n")

    def in_cell(self, paragraph: str) -> None:
        """Add a paragraph to the current cell of a table."""
        joined = " " if self._row and self._row[-1] != "\t" else ""
        self._row.append(joined + " ".join(paragraph.split()))

    def end_cell(self) -> None:
        """End a cell."""
        self._row.append("\t")

    def end_row(self) -> None:
        """Add the row of a table as a line, unless it is empty."""
        row = "".join(self._row).strip("\t ")
        self._row = []
        if row:
            self.add(row, "\n")

    def documents(
        self,
        file: SourceFile,
        media_type: str,
        title: str,
        fields: Sequence[tuple[str, str]],
        beside: Sequence[ExtractedDocument | Problem],
    ) -> Extracted:
        """Yield the document that was written, then what is `beside` it. Raise Skip if there is nothing."""
        text, sections = self.done()
        if text.strip() or title:
            yield made(
                file.path, media_type, title, text, sections, fields=fields, with_properties=True
            )
        elif not beside:
            raise Skip("no text in it")
        yield from beside

    def done(self) -> tuple[str, tuple[Section, ...]]:
        """Return the text and its sections that are not empty."""
        ends = [start for start, *_ in self._starts[1:]] + [self._size]
        return "".join(self._parts), tuple(
            Section(start, end, heading, page, whole)
            for (start, heading, page, whole), end in zip(self._starts, ends, strict=True)
            if end > start
        )


class Lined(Writing):
    """A text that grows line by line, with the file's line of each; `decoded` is the file."""

    def __init__(self, path: str, media_type: str, decoded: DecodedText) -> None:
        super().__init__()
        self._path, self._media_type, self._decoded = path, media_type, decoded
        self._lines: list[int] = []

    def source(self) -> Iterator[tuple[int, str]]:
        """Yield the lines of the file with their numbers."""
        return enumerate(with_newlines(self._decoded.text).split("\n"), 1)

    @property
    def has_text(self) -> bool:
        """Whether there is any text so far that is not blank."""
        return any(text and not text.isspace() for text in self._parts)

    def add_lines(self, text: str, line: int, step: int = 0) -> None:
        """Add lines of text. The first is from `line` of the file, and each other one `step` lines further."""
        for number, part in enumerate(clean_text(text).split("\n")):
            self._parts.append(f"{part}\n")
            self._lines.append(line + number * step)
            self._size += len(part) + 1

    def join(self, text: str, line: int, between: str) -> None:
        """Append a text. It continues the last line if both are from the same line of the file."""
        text = clean_text(text)
        if self._lines[-1:] == [line] and "\n" not in text:
            self._parts[-1] = f"{self._parts[-1][:-1]}{between}{text}\n"
            self._size += len(between) + len(text)
        else:
            self.add_lines(text, line)

    def document(
        self, title: str = "", *, line: int = 0, id: str = "", member: str = "", fields: Fields = ()
    ) -> ExtractedDocument:
        """Return the document; without text it has a blank `line`. Raise Skip if there is neither text nor title."""
        decoded = self._decoded
        if line and not self.has_text:
            self.add_lines("", line)
        if not title and not self.has_text:
            raise Skip("blank" if decoded.data else "empty")
        text, sections = self.done()
        return made(
            self._path, self._media_type, title, text, sections, encoding=decoded.encoding,
            errors=decoded.errors, confidence=decoded.confidence, id=clean_text(id), member=member,
            lines=[*self._lines, *(self._lines[-1:] or (1,))],
            fields=[(clean_text(name), clean_text(value)) for name, value in fields],
        )  # fmt: skip
