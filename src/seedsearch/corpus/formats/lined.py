"""Build a text from the contents of a file, and record the file's line of each of its lines."""

from __future__ import annotations

from collections.abc import Sequence

from seedsearch.corpus.formats.document_builder import clean_text, made
from seedsearch.corpus.skip import Skip
from seedsearch.model import DecodedText, ExtractedDocument, Section

_HEADING_CHARS = 200


class Lined:
    """A text that grows line by line, in sections."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._lines: list[int] = []
        self._size = 0
        self._starts: list[tuple[int, str, bool]] = [(0, "", False)]

    @property
    def has_text(self) -> bool:
        """Whether there is any text so far that is not blank."""
        return any(text and not text.isspace() for text in self._texts)

    def section(self, heading: str = "", *, whole: bool = False) -> None:
        """Begin a new section. A `whole` one is not merged with its neighbours."""
        start = self._size
        if self._starts[-1][0] == start:
            self._starts.pop()
        self._starts.append((start, " ".join(heading.split())[:_HEADING_CHARS], whole))

    def add(self, text: str, line: int, *, step: int = 0) -> None:
        """Add lines of text. The first is from `line` of the file, and each other one `step` lines further."""
        for number, part in enumerate(clean_text(text).split("\n")):
            self._texts.append(part)
            self._lines.append(line + number * step)
            self._size += len(part) + 1

    def join(self, text: str, line: int, between: str) -> None:
        """Append a text. It continues the last line if both are from the same line of the file."""
        text = clean_text(text)
        if self._lines[-1:] == [line] and "\n" not in text:
            self._texts[-1] += between + text
            self._size += len(between) + len(text)
        else:
            self.add(text, line)

    def done(
        self,
        path: str,
        media_type: str,
        title: str = "",
        *,
        decoded: DecodedText,
        id: str = "",
        member: str = "",
        fields: Sequence[tuple[str, str]] = (),
    ) -> ExtractedDocument:
        """Return the document; `decoded` is the decoded file. Raise Skip if there is neither text nor title."""
        text = "\n".join([*self._texts, ""])
        if not title and (not text or text.isspace()):
            raise Skip("blank")
        ends = [start for start, _, _ in self._starts[1:]] + [self._size]
        sections = [
            Section(start, end, heading, 0, whole)
            for (start, heading, whole), end in zip(self._starts, ends, strict=True)
            if end > start
        ]
        return made(
            path, media_type, title, text, sections, encoding=decoded.encoding, errors=decoded.errors,
            confidence=decoded.confidence,
            id=clean_text(id), member=member, lines=[*self._lines, *(self._lines[-1:] or (1,))],
            fields=[(clean_text(name), clean_text(value)) for name, value in fields],
        )  # fmt: skip
