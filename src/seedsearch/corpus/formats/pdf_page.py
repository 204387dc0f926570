"""Read a page of a PDF, and what is beside the text of pages: comments, form values, bookmarks, attached files.

PDFium misses columns that are drawn line by line, and letters that are set apart.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, TypeAlias

from pypdfium2 import PdfDocument, PdfiumError, PdfPage, PdfTextPage, raw

from seedsearch.corpus.formats.document_builder import clean_text
from seedsearch.corpus.skip import Problem

_MOST_RECTANGLES = 10_000
_LEAST_LINES = 5
_LEAST_CHARS = 12  # that a line of a column has in the mean: the cells of a table have fewer
_WIDE = 1.0  # a gap between columns, as a share of the height of a line
_STEP = 2.0  # points: the first letters of lines begin a little further left or right
_SINGLE = re.compile(r"(?<!\S)\w(?!\S)")
_MOST_SINGLE = 0.2  # of the words of a page: those that have one letter
# A number that may be a note. In km2 and CO2 it is a part of the word.
_NUMBER = re.compile(r"(?<=[^\W\d_]{3})[.,;:!?)”\"]?(\d{1,3}(?:[,–-]\d{1,3})*+)(?!\w)")
_SMALL = 0.85  # the height of a note, as a share of the word's
_SAME_STEP = 0.1  # by which steps from letter to letter differ at most

_Box = tuple[float, float, float, float]


def text_of(words: PdfTextPage) -> str:
    """Return the text of a page: columns one after the other, no spaces inside words, notes in brackets."""
    return _by_columns(words) or _with_notes(words, _closed_up(words, words.get_text_range()))


def _by_columns(words: PdfTextPage) -> str:
    """Return the text of a page with two columns that are drawn line by line; "" for any other."""
    count = words.count_rects()
    if not 2 * _LEAST_LINES <= count <= _MOST_RECTANGLES:
        return ""
    boxes: list[_Box] = [words.get_rect(number) for number in range(count)]
    jumps = [after for before, after in pairwise(boxes) if _is_beside(before, after)]
    if len(jumps) < _LEAST_LINES:
        return ""
    counted = Counter(round(box[0] / _STEP) for box in jumps)
    column = max(counted, key=lambda at: counted[at - 1] + counted[at] + counted[at + 1])
    starts = [box for box in jumps if abs(round(box[0] / _STEP) - column) <= 1]
    if len(starts) < _LEAST_LINES:
        return ""
    gutter = min(box[0] for box in starts) - 0.5
    bottom, top = min(box[1] for box in starts) - 1, max(box[3] for box in starts) + 1
    inside = [box for box in boxes if box[1] < top and box[3] > bottom]
    if any(box[0] < gutter < box[2] for box in inside):
        return ""
    left, right = min(box[0] for box in boxes) - 1, max(box[2] for box in boxes) + 1
    first = words.get_text_bounded(left, bottom, gutter, top)
    second = words.get_text_bounded(gutter, bottom, right, top)
    if not (_reads_on(first) and _reads_on(second)):
        return ""
    above = words.get_text_bounded(left, top, right, max(box[3] for box in boxes) + 1)
    below = words.get_text_bounded(left, min(box[1] for box in boxes) - 1, right, bottom)
    return "\n".join(part for part in (above, first, second, below) if part.strip())


def _is_beside(before: _Box, after: _Box) -> bool:
    """Whether text goes on in the same line, behind a wide gap."""
    height = before[3] - before[1]
    is_same_line = min(before[3], after[3]) - max(before[1], after[1]) > height / 2
    return is_same_line and after[0] - before[2] > _WIDE * height


def _reads_on(column: str) -> bool:
    """Whether this is prose: lines are not short, and a third of them at least begin in the middle of a sentence."""
    lines = [line.strip() for line in column.splitlines() if line.strip()]
    return (
        len(lines) >= _LEAST_LINES
        and sum(map(len, lines)) >= _LEAST_CHARS * len(lines)
        and 3 * sum(line[0].islower() for line in lines) >= len(lines)
    )


def _closed_up(words: PdfTextPage, text: str) -> str:
    """Return the text without spaces that PDFium put between letters that stand at even steps, as OCR leaves them."""
    singles = len(_SINGLE.findall(text))
    if singles <= _MOST_SINGLE * len(text.split()) or raw.FPDFText_CountChars(words.raw) != len(
        text
    ):
        return text
    kept = [
        char
        for at, char in enumerate(text)
        if char != " "
        or not raw.FPDFText_IsGenerated(words.raw, at)
        or not _is_in_word(words, text, at)
    ]
    return "".join(kept)


def _with_notes(words: PdfTextPage, text: str) -> str:
    """Return the text with brackets around small raised numbers after words: treaty[1]. See `superscripts.py`."""
    found = list(_NUMBER.finditer(text))
    if not found or words.count_chars() != len(text):
        return text
    for number in reversed(found):
        start, end = number.span(1)
        _, bottom, _, top = words.get_charbox(number.start() - 1, loose=True)
        _, raised, _, above = words.get_charbox(start, loose=True)
        if above - raised < _SMALL * (top - bottom) and raised > bottom:
            text = f"{text[:start]}[{number[1]}]{text[end:]}"
    return text


def _is_in_word(words: PdfTextPage, text: str, at: int) -> bool:
    """Whether the letters around a place are as far apart as two or more letters before it or behind it."""
    if not text[at - 1 : at].isalnum() or not text[at + 1 : at + 2].isalnum():
        return False
    step = _distance(words, at - 1, at + 1)
    near = [
        _distance(words, first, first + 1)
        for first in (at - 3, at - 2, at + 1, at + 2)
        if first >= 0 and len(text[first : first + 2]) == 2 and text[first : first + 2].isalnum()
    ]
    return len(near) > 1 and all(abs(step - other) <= _SAME_STEP * other for other in near)


def _distance(words: Any, first: int, second: int) -> float:
    places = []
    for at in (first, second):
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(words.raw, at, x, y)
        places.append((x.value, y.value))
    (x1, y1), (x2, y2) = places
    return float(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5)


_MOST_NOTES = 5_000  # of a page
_MOST_BOOKMARKS = 50_000
_MOST_FILES = 1_000
_LONGEST = 1 << 20  # bytes of one string


Note: TypeAlias = tuple[str, str]
"""A comment or the value of a field: its heading and its text."""


def notes_of(document: PdfDocument, page: PdfPage) -> Iterator[Note]:
    """Yield the comments on a page, and the values of its form fields."""
    silent = (raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP)  # a pop-up repeats its comment
    for number in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST_NOTES)):
        note = raw.FPDFPage_GetAnnot(page, number)
        if not note:
            continue
        try:
            kind = raw.FPDFAnnot_GetSubtype(note)
            if kind == raw.FPDF_ANNOT_WIDGET:
                if text := _field(document, note):
                    yield "Form", text
            elif kind not in silent and (text := _value(note, b"Contents")):
                by = _value(note, b"T")
                yield (f"Comment by {by}", f"{by}: {text}") if by else ("Comment", text)
        finally:
            raw.FPDFPage_CloseAnnot(note)


def _field(document: PdfDocument, note: Any) -> str:
    """Return `name: value` of a field that is filled in, else ""."""
    form = document.formenv
    if form is None:
        name, value = _value(note, b"T"), _value(note, b"V")
        return f"{name}: {value}" if name and value else value
    kind = raw.FPDFAnnot_GetFormFieldType(form, note)
    boxes = (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON)
    if kind in boxes and not raw.FPDFAnnot_IsChecked(form, note):
        return ""
    if kind in (raw.FPDF_FORMFIELD_PUSHBUTTON, raw.FPDF_FORMFIELD_SIGNATURE):
        return ""
    value = _string(lambda *out: raw.FPDFAnnot_GetFormFieldValue(form, note, *out))
    label = _string(lambda *out: raw.FPDFAnnot_GetFormFieldAlternateName(form, note, *out))
    name = label or _string(lambda *out: raw.FPDFAnnot_GetFormFieldName(form, note, *out))
    return f"{name}: {value}" if name and value else value


def _value(note: Any, key: bytes) -> str:
    return _string(lambda *out: raw.FPDFAnnot_GetStringValue(note, key, *out))


def _string(get: Callable[[Any, int], int]) -> str:
    """Return a string of PDFium, which first gives its size in bytes and then writes it as UTF-16."""
    size = get(None, 0)
    if not 2 < size <= _LONGEST:
        return ""
    buffer = ctypes.create_string_buffer(size)
    get(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return clean_text(buffer.raw[: size - 2].decode("utf-16-le", "replace")).strip()


def headings_of(document: PdfDocument) -> Callable[[int], str]:
    """Return a function that finds a page's heading: the bookmark to it, or the last one before.

    Pages count from 0.
    """
    first: dict[int, str] = {}
    last: dict[int, str] = {}
    for number, mark in enumerate(document.get_toc()):
        if number >= _MOST_BOOKMARKS:
            break
        target = mark.get_dest()
        page = target.get_index() if target else None
        title = " ".join(clean_text(mark.get_title()).split())
        if page is not None and title:
            first.setdefault(page, title)
            last[page] = title
    before = ""

    def heading(page: int) -> str:
        nonlocal before
        found = first.get(page, before)
        before = last.get(page, before)
        label = document.get_page_label(page)
        if not label or label == str(page + 1):
            return found
        return f"{found} (page {label})" if found else f"page {label}"

    return heading


def files_of(document: PdfDocument) -> Iterator[tuple[str, bytes] | Problem]:
    """Yield the names and bytes of attached files."""
    for number in range(min(document.count_attachments(), _MOST_FILES)):
        name = f"attached file {number + 1}"
        try:
            attached = document.get_attachment(number)
            name = attached.get_name().replace("\\", "/").rpartition("/")[2] or name
            yield name, bytes(attached.get_data())
        except PdfiumError:
            yield Problem(name, "damaged")
