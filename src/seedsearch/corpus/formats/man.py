"""Read manual pages (roff with the man or mdoc macros): their words in sections, without requests and escapes."""

from __future__ import annotations

import re
import unicodedata

from seedsearch.corpus.decode import decode
from seedsearch.corpus.formats.document_builder import Lined
from seedsearch.corpus.found import Extracted
from seedsearch.model import SourceFile

MEDIA_TYPE = "text/troff"
_ESCAPE = re.compile(
    r"""\\(?:["\#].*+|f(?:\(..|\[[^\[\]]*+\]|.)|s(?:[-+]?\d|\([-+]?..|\[[^\[\]]*+\]|'[^']*+')|[*nmMFgkY](?:\((..)|\[([^\[\]]*+)\]|.)"""
    r"""|\((..)|\[([^\[\]]*+)\]|[hvwoldDLNbxXZ]'[^']*+'|(.)|\Z)"""
)
_ARGUMENT = re.compile(r'"((?:[^"]|"")*+)"?|(\S++)')
_FONTS = frozenset(("B", "I", "R", "BR", "RB", "BI", "IB", "IR", "RI", "SM", "SB", "CW"))
_ALTERNATING = frozenset(("BR", "RB", "BI", "IB", "IR", "RI"))
_INDENTED = {"IP": 1, "TP": 0, "HP": 0}  # how many arguments are text: an indentation follows
_TEXT = frozenset(("UR", "MT", "TQ", "OP", "SY", "Nd", "It"))
_MDOC = frozenset(
    """
    Ad An Ap Aq Ar Bo Bq Bc Bx Cd Cm Dl Do Dq Dv Em Eo Er Ev Fa Fl Fn Ft Fx Ic In Lb Li Lk Ms Mt Nm No Ns Nx Oc Oo Op Ox
    Pa Pf Po Pq Qc Ql Qo Qq Sc So Sq Sx Sy Tn Ux Va Vt Xc Xo Xr
    """.split()  # noqa: SIM905 - reads better as text
)
_ACCENTS = dict(zip("'`^~:,v", "\u0301\u0300\u0302\u0303\u0308\u0327\u030c", strict=True))
_SIGNS = {
    "em": "—", "en": "–", "hy": "-", "bu": "•", "lq": "“", "rq": "”", "oq": "‘", "cq": "’", "aq": "'", "dq": '"',
    "co": "©", "rg": "®", "tm": "™", "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "/o": "ø", "/O": "Ø",
    "oa": "å", "oA": "Å", "-D": "Ð", "Sd": "ð", "TP": "Þ", "Tp": "þ", "/l": "ł", "/L": "Ł", "de": "°", "mu": "×",
    "Eu": "€", "Po": "£", "Fo": "«", "Fc": "»", "->": "→", "<-": "←", "+-": "±", "ti": "~", "ha": "^", "rs": "\\",
    "sc": "§", "12": "½", "ga": "`", "at": "@", "sh": "#", "Do": "$", "or": "|", "lB": "[", "rB": "]", "lC": "{",
    "rC": "}", "la": "<", "ra": ">", "mc": "µ", "*m": "μ", ".i": "ı", "r!": "¡", "r?": "¿",
}  # fmt: skip
_SINGLE = dict(zip("-e ~0'`.tE", "-\\   '`.\t\\", strict=True))
_DELIMITER = re.compile(r"\btab ?\((.)\)")
# The marks of a cell of several lines; rules, and cells that go on.
_RULE = re.compile(r"T[{}]|\\?[_=^]\Z|\\R.\Z")
_NAME = re.compile(r"[.'][ \t]*+([^\s\\]*+)[ \t]*+(.*+)")


def is_page(head: bytes) -> bool:
    """Return whether a text that begins like a manual page is one: its beginning has a title or a heading."""
    return any(
        mark in b"\n" + head for mark in (b"\n.TH ", b"\n.Dd ", b"\n.Dt ", b"\n.SH ", b"\n.Sh ")
    )


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the one document of a page. Raise Skip if it is not text or is blank."""
    page = _Page(Lined(file.path, MEDIA_TYPE, decode(data, file.encoding)))
    for number, line in page.out.source():
        page.take(line, number)
    yield page.out.document(page.title, fields=(("date", page.date),))


class _Page:
    """The contents of a page, line by line."""

    def __init__(self, out: Lined) -> None:
        self.out = out
        self.title = self.date = ""
        self._defines = False  # inside the definition of a macro
        self._delimiter = ""  # of the cells of a table, "" outside of tables
        self._in_formats = False  # before the rows of a table
        self._wants_heading = False

    def take(self, line: str, number: int) -> None:
        request = _NAME.match(line)
        if self._defines:
            self._defines = line[:2] != ".."
        elif self._delimiter and (request is None or self._in_formats):
            self._row(line, number)
        elif request is None:
            self._words(words(line), number)
        elif request[1] in ("TS", "T&", "TE"):
            self._delimiter = {"TS": "\t", "T&": self._delimiter}.get(request[1], "")
            self._in_formats = request[1] != "TE"
        elif request[1] in ("de", "ig", "am"):
            self._defines = True
        elif not request[1].startswith(('\\"', "\\#")):
            self._request(request[1], request[2], number)

    def _request(self, name: str, rest: str, number: int) -> None:
        arguments = [(a or b).replace('""', '"') for a, b in _ARGUMENT.findall(words(rest))]
        if name in ("SH", "SS", "Sh", "Ss"):
            self._wants_heading = not arguments
            if arguments:
                self.out.section(" ".join(arguments))
        elif name == "TH" and arguments:
            self.title = arguments[0] + (f"({arguments[1]})" if len(arguments) > 1 else "")
            self.date = arguments[2] if len(arguments) > 2 else ""
        elif name == "Dt" and arguments:
            self.title = arguments[0] + (f"({arguments[1]})" if len(arguments) > 1 else "")
        elif name == "Dd":
            self.date = " ".join(arguments)
        elif name in _INDENTED:
            self._words(" ".join(arguments[: _INDENTED[name]]), number)
        elif name in _FONTS or (name in _TEXT and name not in ("Nd", "It")):
            self._words(("" if name in _ALTERNATING else " ").join(arguments), number)
        elif name in ("Nd", "It") or name in _MDOC:
            self._words(_mdoc([name, *arguments]), number)

    def _row(self, line: str, number: int) -> None:
        """Take a line of a table (tbl): options and formats, which end with a full stop, then rows."""
        if self._in_formats:
            given = _DELIMITER.search(line)
            self._delimiter = given[1] if given else self._delimiter
            self._in_formats = not line.rstrip().endswith(".")
        else:
            cells = (_RULE.sub("", cell) for cell in line.split(self._delimiter))
            self._words("  ".join(words(cell).strip() for cell in cells if cell), number)

    def _words(self, text: str, number: int) -> None:
        if not text.strip():
            return
        if self._wants_heading:
            self.out.section(text)
            self._wants_heading = False
        else:
            self.out.add_lines(text.strip(), number)


def _mdoc(arguments: list[str]) -> str:
    """Return the words of a line of mdoc, in which macros call each other."""
    said: list[str] = []
    dash = ""
    for argument in arguments:
        if argument == "Fl":
            dash = "-"
        elif argument not in _MDOC and argument not in ("Nd", "It"):
            said.append(dash + argument)
            dash = ""
    return " ".join(said)


def words(line: str) -> str:
    """Return a line without its escapes."""
    return _ESCAPE.sub(_meant, line) if "\\" in line else line


def _meant(escape: re.Match[str]) -> str:
    single = escape[5]
    if single is not None:
        return _SINGLE.get(single, "" if single in "&|^%c/,:)prdu{}!?zO" else single)
    name = escape[1] or escape[2] or escape[3] or escape[4] or ""
    if '"' in name:  # a string with arguments
        return "".join(name.split('"')[1::2])
    if name in _SIGNS:
        return _SIGNS[name]
    if len(name) == 2 and name[0] in _ACCENTS and name[1].isalpha():
        return unicodedata.normalize("NFC", name[1] + _ACCENTS[name[0]])
    if re.fullmatch(r"u[0-9A-F]{4,5}(?:_[0-9A-F]{4,5})*", name):
        codes = [int(code, 16) for code in name[1:].split("_")]
        return "".join(chr(code) for code in codes if not 0xD800 <= code < 0xE000)
    return ""
