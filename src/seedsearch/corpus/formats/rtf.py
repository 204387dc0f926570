"""Read RTF: paragraphs, headings as sections, tables by rows; then headers, notes, comments and embedded documents."""

from __future__ import annotations

import codecs
import re
from functools import partial

from seedsearch.corpus.formats import ole
from seedsearch.corpus.formats.archive import embedded
from seedsearch.corpus.formats.document_builder import Writing, clean_text, stated_fields
from seedsearch.corpus.formats.superscripts import WORD_CHARS, as_note
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem
from seedsearch.corpus.title import title_of
from seedsearch.model import SourceFile

MEDIA_TYPE = "application/rtf"
_TOKEN = re.compile(
    rb"\\'([0-9A-Fa-f]{2})|\\([a-zA-Z]{1,32}+)(-?[0-9]{1,9}+)?+ ?+|\\(.)|([{}])|[\r\n\0]++|([^\\{}\r\n\0]++)",
    re.DOTALL,
)
_HEADING = re.compile(r"heading [1-9]", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_FACTS = {"created": "creatim", "modified": "revtim", "description": "doccomm"}
_TEXT, _NOTHING = "text", ""

_LATIN = "cp1252"
_NAME_CHARS = 10_000

_SIGNS = {
    "tab": "\t", "line": "\n", "lbr": "\n", "softline": "\n", "emdash": "—", "endash": "–", "lquote": "‘",
    "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
    "zwj": "\u200d", "zwnj": "\u200c", "ltrmark": "", "rtlmark": "", "zwbo": "", "zwnbo": "",
}  # fmt: skip

_CODE_PAGES = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
    254: "cp437", 255: "cp850",
}  # fmt: skip
"""By the charset of a font. Other charsets use the encoding that the file declares."""

_STATED = frozenset(("title", "author", "subject", "keywords", "doccomm", "creatim", "revtim"))

_BESIDE = {
    "header": "Header", "headerl": "Header", "headerr": "Header", "headerf": "Header",
    "footer": "Footer", "footerl": "Footer", "footerr": "Footer", "footerf": "Footer",
    "footnote": "Footnote", "annotation": "Comment",
}  # fmt: skip
"""Destinations whose text is beside the main text, and the names of their sections."""

_SHOWN = frozenset((_TEXT, *_BESIDE.values()))

_SKIPPED = frozenset((
    "colortbl", "pict", "nonshppict", "listtext", "pntext", "pntxta", "pntxtb", "bkmkstart", "bkmkend", "xe", "tc",
    "fldinst", "revtbl", "rsidtbl", "listtable", "listoverridetable", "filetbl", "themedata", "operator", "company",
    "ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "ftncn", "aftncn", "template", "printim", "buptim", "private", "rxe",
    "txe", "atnid", "atndate", "atnref", "atrfstart", "atrfend", "objclass", "objname", "falt", "panose",
))  # fmt: skip
"""Destinations without text of the document."""


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the document, and the documents inside it. Raise Skip if there is no text."""
    reading = _Reading(data)
    reading.read()
    text = reading.done()
    facts = reading.facts
    beside = list(_embedded(file, reading.objects))
    title = facts.get("title", "") or reading.title or title_of(text)
    if reading.hidden:
        words = f"{reading.hidden:,} words that are not shown"
        beside.insert(0, Problem("hidden text", words))
    fields = stated_fields(facts, _FACTS)
    yield from reading.writing.documents(file, MEDIA_TYPE, title, fields, beside)


def _embedded(file: SourceFile, objects: list[bytearray]) -> Extracted:
    for number, digits in enumerate(objects, 1):
        name = f"object {number}"
        yield from embedded(file, name, partial(ole.unwrapped_native, name, digits))


class _Group:
    """The state of a group: the destination of its text (`into`), its font, its encoding of letters, its visibility."""

    __slots__ = ("font", "fresh", "hidden", "into", "outer", "raised", "star", "uc")

    def __init__(self, above: _Group | None = None) -> None:
        self.into: str = above.into if above else _TEXT
        self.font: int = above.font if above else -1
        self.uc: int = above.uc if above else 1
        self.hidden: bool = above.hidden if above else False
        self.raised: bool = above.raised if above else False
        self.outer: str = above.outer if above else _TEXT
        self.star = False
        self.fresh = False  # it began a text of its own, which ends with it


class _Reading:
    def __init__(self, data: bytes) -> None:
        self.facts: dict[str, str] = {}
        self.title = ""
        self.hidden = 0
        self.objects: list[bytearray] = []
        self._data = data
        self.writing = Writing()
        self._beside: list[tuple[str, str]] = []
        self._group = _Group()
        self._groups: list[_Group] = []
        # The parts of the current paragraph of each open text, outermost first.
        self._texts: list[list[str]] = [[]]
        self._bytes = bytearray()  # letters that are not decoded yet
        self._encoding = _LATIN
        self._default = _LATIN
        self._default_font = -1
        self._fonts: dict[int, str] = {}
        self._styles: dict[int, str] = {}
        self._style = self._number = -1  # of the paragraph; of the font or style being defined
        self._is_heading = self._in_table = False
        self._skip = 0  # letters to skip: old programs show these instead of the last one
        self._name = ""  # of a property of a shape
        self._author = ""

    def read(self) -> None:
        """Read the whole file. Truncated data is read up to its end."""
        at, data, find = 0, self._data, _TOKEN.match
        while found := find(data, at):
            at = found.end()
            digits, word, number, sign, brace, text = found.groups()
            if text is not None:
                self._letters(text)
            elif digits is not None:
                self._letters(bytes((int(digits, 16),)))
            elif word is not None:
                if word == b"bin":
                    at += max(0, int(number or 0))
                else:
                    self._word(word.decode(), int(number) if number else None)
            elif brace == b"{":
                self._flush()
                self._skip = 0
                self._groups.append(self._group)
                self._group = _Group(self._group)
                if self._group.into == "stylesheet":
                    self._number = 0
            elif brace == b"}":
                self._end_group()
            elif sign is not None:
                self._sign(sign)
        while self._groups:
            self._end_group()
        self._flush()
        self._end_paragraph()

    def done(self) -> str:
        """Write what is beside the main text. Return the whole text."""
        for heading, text in dict.fromkeys(self._beside):
            self.writing.section(heading)
            self.writing.add(text)
        return self.writing.done()[0]

    # ---------------------------------------------------------------- letters

    def _letters(self, data: bytes) -> None:
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            data = data[skipped:]
        into = self._group.into
        if into == "objdata":
            self.objects[-1] += data.translate(None, b" \t")
        elif into != _NOTHING and data:
            self._bytes += data

    def _flush(self) -> None:
        """Decode the letters read so far."""
        if self._bytes:
            text = bytes(self._bytes).decode(self._code_page(), "replace")
            self._bytes.clear()
            self._said(text)

    def _code_page(self) -> str:
        font = self._group.font
        return self._fonts.get(font if font >= 0 else self._default_font) or self._default

    def _said(self, text: str) -> None:
        group = self._group
        if group.into in _SHOWN:
            if group.hidden:
                self.hidden += len(text.split())
                return
            parts = self._texts[-1]
            if group.raised and parts:
                text = as_note(parts[-1][-WORD_CHARS:], text, False) or text
            parts.append(text)
        elif group.into == "stylesheet":
            self._styles[self._number] = _longer(self._styles.get(self._number, ""), text)
        elif group.into == "sn":
            self._name = _longer(self._name, text)
        elif group.into == "sv" and self._name == "wzDescription":
            self._texts[-1].append(f"[{text}]")
        elif group.into == "atnauthor":
            self._author = _longer(self._author, text)
        elif group.into in _STATED:
            self.facts[group.into] = _longer(self.facts.get(group.into, ""), text)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._group.star = True
        elif sign in (b"\r", b"\n"):
            self._word("par", None)
        elif self._skip:
            self._skip -= 1
        elif sign in (b"\\", b"{", b"}"):
            self._letters(sign)
        elif sign in (b"~", b"_"):
            self._flush()
            self._said(" " if sign == b"~" else "-")

    # ---------------------------------------------------------------- words

    def _word(self, word: str, number: int | None) -> None:
        group = self._group
        if word == "u" and number is not None:
            self._flush()
            self._said(chr(number & 0xFFFF))
            self._skip = group.uc
            return
        if self._skip and word in _SIGNS:
            self._skip -= 1
            return
        self._skip = 0
        self._flush()
        if group.star and group.into != _NOTHING:
            group.star = False
            if not self._enter(word):
                group.into = _NOTHING
        elif word in _SKIPPED and group.into != _NOTHING:
            group.into = _NOTHING
        elif word == "ud":
            group.into = group.outer
        elif group.into != _NOTHING and not self._enter(word):
            self._set(word, number)

    def _enter(self, word: str) -> bool:
        """Begin a destination. Return whether the word is one."""
        group = self._group
        if word in _BESIDE:
            group.into, group.fresh = _BESIDE[word], True
            group.hidden = False
            self._texts.append([])
        elif word in _STATED:
            group.into = word
        elif word in ("fonttbl", "stylesheet", "sn", "sv", "atnauthor"):
            group.into = word
            if word in ("sn", "atnauthor"):
                self._name = self._author = ""
        elif word == "objdata":
            group.into = word
            self.objects.append(bytearray())
        elif word == "upr":
            group.outer, group.into = group.into, _NOTHING
        elif word == "ud":
            group.into = group.outer
        else:
            return word in ("shpinst", "shppict", "shptxt", "cs", "ts")
        return True

    def _set(self, word: str, number: int | None) -> None:
        group = self._group
        on = number != 0
        if word in _SIGNS:
            self._said(_SIGNS[word])
        elif word in ("par", "sect", "page"):
            self._end_paragraph()
        elif word in ("cell", "nestcell"):
            self._end_cell()
        elif word in ("row", "nestrow"):
            self.writing.end_row()
        elif word == "pard":
            self._style, self._is_heading, self._in_table = -1, False, False
        elif word == "intbl":
            self._in_table = True
        elif word == "outlinelevel":
            self._is_heading = number is not None and 0 <= number <= 8
        elif word == "plain":
            group.hidden = group.raised = False
        elif word in ("v", "deleted"):
            group.hidden = on
        elif word in ("super", "sub", "nosupersub"):
            group.raised = word == "super" and on
        elif word == "uc":
            group.uc = max(0, min(number or 0, 100))
        elif number is not None:
            self._set_number(word, number)
        elif word in ("mac", "pc", "pca"):
            self._default = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}[word]

    def _set_number(self, word: str, number: int) -> None:
        group = self._group
        if word == "f":
            group.font = self._number = number
        elif word == "fcharset" and group.into == "fonttbl":
            self._fonts[self._number] = _CODE_PAGES.get(number, "")
        elif word == "cpg" and group.into == "fonttbl":
            self._fonts[self._number] = _codec(number)
        elif word == "ansicpg":
            self._default = _codec(number) or _LATIN
        elif word == "deff":
            self._default_font = number
        elif word == "s":
            self._style = self._number = number
        elif word in ("yr", "mo", "dy") and group.into in ("creatim", "revtim"):
            before = self.facts.get(group.into, "")
            said = f"-{number:02}" if before else f"{number:04}"
            self.facts[group.into] = _longer(before, said)

    # ---------------------------------------------------------------- ends

    def _end_group(self) -> None:
        self._flush()
        self._skip = 0
        group = self._group
        if not self._groups:
            return
        self._group = self._groups.pop()
        if group.fresh:
            text = _joined(self._texts.pop())
            by = self._author if group.into == "Comment" else ""
            if text:
                said = (f"{group.into} by {by}", f"{by}: {text}") if by else (group.into, text)
                self._beside.append(said)

    def _end_paragraph(self) -> None:
        if len(self._texts) > 1:  # of a header or a note
            self._texts[-1].append("\n")
            return
        text = _joined(self._texts[0])
        self._texts[0].clear()
        if not text:
            return
        if self._in_table:
            self.writing.in_cell(text)
            return
        self.writing.end_row()
        style = self._styles.get(self._style, "")
        if style.strip("; ").lower() == "title":
            self.title = self.title or text
        if self._is_heading or _HEADING.match(style):
            self.writing.section(text)
            self.title = self.title or text
        self.writing.add(text)

    def _end_cell(self) -> None:
        if len(self._texts) > 1:
            self._texts[-1].append("\t")
            return
        before, self._in_table = self._in_table, True
        self._end_paragraph()
        self._in_table = before
        self.writing.end_cell()


def _longer(name: str, text: str) -> str:
    """Return a name with more text at its end. A name has an end, since each piece of it takes a copy of the rest."""
    return name + text if len(name) < _NAME_CHARS else name


def _joined(parts: list[str]) -> str:
    """Return the parts of a text joined. Characters above 65,535 come as two surrogates."""
    text = "".join(parts)
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return clean_text(text).strip()


def _codec(number: int) -> str:
    """Return the encoding of a code page, or "" if it is unknown."""
    if number in (65001, 10000):
        return "utf-8" if number == 65001 else "mac_roman"
    name = f"cp{number}"
    try:
        codecs.lookup(name)
    except LookupError:
        return ""
    return name
