"""Read a PDF's contents beside the text of its pages: comments, form values, bookmarks, attached files."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from pypdfium2 import PdfDocument, PdfiumError, PdfPage, raw

from seedsearch.corpus.formats.document_builder import clean_text
from seedsearch.corpus.skip import Problem

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
