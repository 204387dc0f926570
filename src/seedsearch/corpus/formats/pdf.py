"""Read PDF with PDFium (`seedsearch[pdf]`): the text of each page as a section.

Comments and values of forms follow each page. Attached files are members.
"""

from __future__ import annotations

import logging
import os
import re
from typing import TYPE_CHECKING

from pypdfium2 import PdfDocument, PdfiumError, PdfPage, raw

from seedsearch.corpus.formats.archive import members_of
from seedsearch.corpus.formats.document_builder import Writing, clean_text, made
from seedsearch.corpus.formats.limits import allowance_of
from seedsearch.corpus.formats.pdf_page import Note, files_of, headings_of, notes_of, text_of
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import ENCRYPTED, SCANNED, Problem, Skip
from seedsearch.corpus.title import title_of
from seedsearch.model import SourceFile
from seedsearch.record import NamedTuple

if TYPE_CHECKING:
    from seedsearch.corpus.external_programs import Ocr

MEDIA_TYPE = "application/pdf"
_MAX_PAGES = 50_000
_MAX_CHARS = 100_000_000
# PDFium marks a hyphen at the end of a line. The hyphen stays, since citations are exact; the tokenizer joins the
# word.
_HYPHENATED = re.compile("[\x02\ufffe](?:\r\n|\r|\n)?")
_NO_TITLE = re.compile(r"untitled|\(anonymous\)|microsoft word|.*\.(?:docx?|tex|dvi|indd|qxd|pdf|rtf)\Z",
                       re.IGNORECASE)  # fmt: skip
_DATE = re.compile(r"D?:?(\d{4})(\d\d)?(\d\d)?")
# The characters of a font that does not say which letters it shows.
_NO_LETTERS = re.compile(r"[\0-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ue000-\uf8ff\ufffd]")
_MOST_NO_LETTERS = 0.2  # of a readable page, as a share
_DOTS = 300  # per inch
_MOST_DOTS = 40_000_000  # of a page
_SAMPLE = 40  # letters of a page that are checked
# A word that is cut at the end of a page, and its rest on the next. Page numbers may be in between.
_CUT = re.compile(
    r"[^\W\d_]-(?P<number>(?:[ \t]*+\n\s{0,9}[-–]?[ \t]{0,9}[0-9ivxlc]{1,5}[ \t]{0,9}[-–]?)?)\Z"
)
_CUT_CHARS = 60
_REST = re.compile(
    r"(?P<number>(?:[-–]?[ \t]{0,9}[0-9]{1,5}[ \t]{0,9}[-–]?[ \t]{0,9}\n\s{0,9})?)"
    r"(?P<rest>[a-zà-öø-ÿа-яё]+[^\s\w]*+)\s?"
)


class _Page(NamedTuple):
    """A page, before it is written as sections."""

    number: int
    heading: str
    text: str
    notes: tuple[Note, ...]


def extract(file: SourceFile, data: bytes, ocr: Ocr | None = None) -> Extracted:
    """Yield the document, and the files attached to it; `ocr` reads scanned pages.

    Raise Skip if it is broken, encrypted or without text, or if the library is not installed.
    """
    document = _opened(data, file.passwords)
    try:
        reading = _Reading(document, ocr)
        reading.read()
        text, sections = reading.writing.done()
        facts = _facts(document)
        attached = list(_attached(file, document, len(data)))
    finally:
        document.close()
    if text.strip():
        title = facts["Title"]
        if not title or _NO_TITLE.match(title):
            title = title_of(text) or os.path.basename(file.path)
        created, modified = _date(facts["CreationDate"]), _date(facts["ModDate"])
        fields = (
            ("date", created),
            ("author", facts["Author"]),
            ("created", created),
            ("modified", modified),
            ("subject", facts["Subject"]),
            ("keywords", facts["Keywords"]),
            *(("ocr", f"page {number}") for number in reading.recognised),
        )
        yield made(file.path, MEDIA_TYPE, title, text, sections, fields=fields, with_properties=True)  # fmt: skip
    elif not attached:
        first = reading.problems[0] if reading.problems else Problem("", "no text in it")
        raise Skip(first.reason, first.extra)
    yield from reading.problems
    yield from attached


def _opened(data: bytes, passwords: tuple[str, ...]) -> PdfDocument:
    # Its warnings would go to the terminal.
    logging.getLogger("pypdfium2").setLevel(logging.CRITICAL)
    reason = ""
    for password in (None, *passwords):
        try:
            document = PdfDocument(data, password=password)
            document.init_forms()
        except PdfiumError as error:
            reason = ENCRYPTED if "password" in str(error).lower() else "broken PDF"
        else:
            return document
        if reason != ENCRYPTED:
            break
    raise Skip(reason)


class _Reading:
    """Reads one file page by page, and collects the problems."""

    def __init__(self, document: PdfDocument, ocr: Ocr | None) -> None:
        self.writing = Writing()
        self.recognised: list[int] = []  # pages that were read by OCR
        self._ocr = ocr
        self.problems: list[Problem] = []
        self._document = document
        self._scanned: list[int] = []
        self._unreadable: list[int] = []
        self._before: _Page | None = None

    def read(self) -> None:
        """Write each page's text as a section. Record the pages that cannot be read."""
        count = len(self._document)
        heading = headings_of(self._document)
        for number in range(min(count, _MAX_PAGES)):
            try:
                page = self._document[number]
                text = self._text(page, number)
                notes = tuple(notes_of(self._document, page))
                page.close()
            except PdfiumError:
                self.problems.append(Problem(f"page {number + 1}", "damaged"))
                continue
            by_ocr = "OCR" if self.recognised[-1:] == [number + 1] else ""
            head = " · ".join(filter(None, (heading(number), by_ocr)))
            self._follow(_Page(number + 1, head, text, notes))
            if self.writing.size > _MAX_CHARS:
                place = f"page {number + 2} and on"
                self.problems.append(Problem(place, f"more than {_MAX_CHARS:,} characters"))
                break
        self._follow(None)
        if count > _MAX_PAGES:
            self.problems.append(Problem(f"page {_MAX_PAGES + 1:,} and on", "too many pages"))
        self._name(self._scanned, SCANNED, "ocr")
        self._name(self._unreadable, "its font does not say which letters it shows")

    def _name(self, pages: list[int], reason: str, extra: str = "") -> None:
        if pages:
            shown = ", ".join(map(str, pages[:3])) + (", …" if len(pages) > 3 else "")
            place = f"page {shown}" if len(pages) == 1 else f"{len(pages):,} pages ({shown})"
            self.problems.append(Problem(place, reason, extra))

    def _text(self, page: PdfPage, number: int) -> str:
        """Return the text of a page, or "" if none can be read."""
        words = page.get_textpage()
        text = text_of(words)
        if not text or text.isspace():
            words.close()
            return self._text_of_picture(page, number) if _has_picture(page) else ""
        text = clean_text(_HYPHENATED.sub("-\n", text))
        size = len(text)
        text = _NO_LETTERS.sub("", text)
        unknown = size - len(text) > size * _MOST_NO_LETTERS or _is_guessed(words.raw)
        words.close()
        if unknown:
            self._unreadable.append(number + 1)
            return ""
        return text.rstrip()

    def _text_of_picture(self, page: PdfPage, number: int) -> str:
        if self._ocr is None:
            self._scanned.append(number + 1)
            return ""
        try:
            text = clean_text(self._ocr.text_of(number + 1, lambda: _picture(page))).strip()
        except Skip as skip:
            self.problems.append(Problem(f"page {number + 1}", skip.reason, "ocr"))
            return ""
        if text:
            self.recognised.append(number + 1)
        return text

    def _follow(self, page: _Page | None) -> None:
        """Write the previous page, with the rest of a word that is cut at its end. Keep `page` as the next one."""
        before, self._before = self._before, page
        if before is None:
            return
        text = before.text
        if (
            page
            and (cut := _CUT.search(text, max(0, len(text) - _CUT_CHARS)))
            and (rest := _REST.match(page.text))
        ):
            text = f"{text[: cut.start('number')]}\n{rest['rest']}{cut['number']}"
            left = page.text[: rest.end("number")] + page.text[rest.end() :]
            self._before = page._replace(text=left)
        self.writing.section(before.heading, before.number)
        if text:
            self.writing.add(text, "\n")
        for heading, text in before.notes:
            self.writing.paragraphs([text], heading, before.number)


def _has_picture(page: PdfPage) -> bool:
    return next(page.get_objects((raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3), None) is not None


def _picture(page: PdfPage) -> bytes:
    """Return a page as PGM, at 300 dots per inch, or fewer if the picture would be too large."""
    width, height = page.get_size()
    scale = min(_DOTS / 72, (_MOST_DOTS / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    rows = memoryview(bitmap.buffer).cast("B")
    stride = bitmap.stride
    lines = [rows[n * stride : n * stride + bitmap.width] for n in range(bitmap.height)]
    return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + b"".join(lines)


def _is_guessed(words: object) -> bool:
    """Return whether most letters of a page are guessed from the numbers of shapes in a font."""
    count = raw.FPDFText_CountChars(words)
    step = max(1, count // _SAMPLE)
    asked = range(0, count, step)
    guessed = sum(raw.FPDFText_HasUnicodeMapError(words, at) == 1 for at in asked)
    return bool(2 * guessed > len(asked))


def _attached(file: SourceFile, document: PdfDocument, size: int) -> Extracted:
    allowance = allowance_of(file, size)
    for found in files_of(document):
        if isinstance(found, Problem):
            yield found
            continue
        name, content = found
        try:
            allowance.take(len(content))
        except Skip as skip:
            yield Problem(name, skip.reason)
            return
        yield from members_of(file._replace(outer=allowance), name, content)


def _facts(document: PdfDocument) -> dict[str, str]:
    names = ("Title", "Author", "CreationDate", "ModDate", "Subject", "Keywords")
    return {name: clean_text(document.get_metadata_value(name)).strip() for name in names}


def _date(value: str) -> str:
    """Return `D:20241021093000Z` as `2024-10-21`."""
    found = _DATE.match(value)
    return "-".join(part for part in found.groups() if part) if found else ""
