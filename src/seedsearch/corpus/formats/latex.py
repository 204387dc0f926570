"""Read LaTeX: the words without commands, in sections. Accents become letters; formulas stay."""

from __future__ import annotations

import re
import unicodedata

from seedsearch.corpus.decode import decode
from seedsearch.corpus.formats.document_builder import Lined
from seedsearch.corpus.found import Extracted
from seedsearch.model import SourceFile

MEDIA_TYPE = "text/x-tex"
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*+)%.*+")
_HEADING = re.compile(
    r"\\(?:part|chapter|(?:sub)*section|(?:sub)?paragraph)\*?+(?:\[[^\[\]]*+\])?+\{"
)
_FACT = re.compile(r"\\(title|author|date)\*?+(?:\[[^\[\]]*+\])?+\{")
_SILENT = re.compile(
    r"\\(?:begin|end|(?:no|auto|paren|text|foot|full|page|eq|c|C|v|name)?(?:cite|ref)\w*+|label|usepackage|documentclass"
    r"|includegraphics|input|include|bibliography(?:style)?|pagestyle|thispagestyle|vspace|hspace|setlength|addtolength"
    r"|setcounter|hypersetup|color|bibitem|newcommand|renewcommand|def|let|geometry|graphicspath|newtheorem|RequirePackage"
    r"|DeclareMathOperator|tikzset|lstset|definecolor|index)\*?+(?:\[[^\[\]]*+\])*+"
    r"(?:\{[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\})*+(?:\[[^\[\]]*+\])?+"
)
_LINK = re.compile(r"\\(?:href|hypertarget|hyperlink|textcolor)\{[^{}]*+\}")
_NOTE = re.compile(
    r"\\(?:foot|side|margin)note(?:text)?(?:\[[^\[\]]*+\])?+(\{[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\})"
)
_IN_WORD = re.compile(r"(?<=[A-Za-z0-9])\\(?:text|emph|math)[a-z]*+(?=\{)")  # H\textsubscript{2}O
_ACCENT = re.compile(
    r"\\(?:([`'^\"~=.])|([cvuHkrbdt])(?=[\s{]))\s*+(?:\{\s*+(?:\\([ij])|([A-Za-z]))\s*+\}|\\([ij])(?![A-Za-z])|([A-Za-z]))"
)
_MARKS = {"`": "\u0300", "'": "\u0301", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
          "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "b": "\u0331",
          "d": "\u0323", "t": "\u0361"}  # fmt: skip
_LETTER = re.compile(
    r"\\(ss|ae|AE|oe|OE|o|O|aa|AA|l|L|i|j|dots|ldots|copyright|S|pounds|euro|textendash|textemdash|LaTeX|TeX)(?![A-Za-z])(?:\{\}|\s)?+"
)
_LETTERS = {"ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å", "l": "ł",
            "L": "Ł", "i": "ı", "j": "ȷ", "dots": "…", "ldots": "…", "copyright": "©", "S": "§", "pounds": "£",
            "euro": "€", "textendash": "–", "textemdash": "—"}  # fmt: skip
_COMMAND = re.compile(r"\\[A-Za-z@]++\*?+(?:\[[^\[\]]*+\])*+")
_SIGN = re.compile(r"\\([%&$#_{}])|\\[\\,;:!/ @>\[\]()-]|[{}]|``|''|---|--|~")
_SIGNS = {"``": "“", "''": "”", "---": "—", "--": "–"} | dict.fromkeys(
    ("~", "\\\\", "\\,", "\\;", "\\:", "\\ "), " "
)
_SMALL = re.compile(r"(?<=[A-Za-z0-9)])\$[_^](?:\{([\w+-]{1,8})\}|(\w))\$")  # CO$_2$, 10$^{-3}$
_BEGIN = "\\begin{document}"
_HIDDEN = {"\\begin{comment}": "\\end{comment}", "\\iffalse": "\\fi"}
_HIDING = tuple(_HIDDEN)


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the one document of a file. Raise Skip if it is not text or is blank."""
    out = Lined(file.path, MEDIA_TYPE, decode(data, file.encoding))
    facts: dict[str, str] = {}
    notes: list[str] = []
    last = 0
    lines = [line for _, line in out.source()]
    in_preamble = any(_BEGIN in line for line in lines)
    hidden = ""  # the command that ends what is not shown
    for number, line in enumerate(lines, 1):
        if hidden or line.startswith(_HIDING):
            hidden = hidden or next(_HIDDEN[word] for word in _HIDING if line.startswith(word))
            hidden = "" if hidden in line else hidden
            continue
        line = _COMMENT.sub(r"\1", line)
        for fact in _FACT.finditer(line):
            facts.setdefault(fact[1], plain(_argument(lines, number - 1, line, fact.end())))
        if in_preamble:
            in_preamble = _BEGIN not in line
            line = line.partition(_BEGIN)[2]  # "" in the preamble
        if heading := _HEADING.search(line):
            out.section(plain(_argument(lines, number - 1, line, heading.end())))
        notes += [found[1] for found in _NOTE.finditer(line)]
        if said := plain(_NOTE.sub("", line)):
            out.add_lines(said, number)
            last = number
        if not said or number == len(lines):  # after their paragraph, notes break no phrase
            for note in notes:
                out.add_lines(plain(note), last)
            notes.clear()
    yield out.document(facts.pop("title", ""), fields=tuple(facts.items()))


def _argument(lines: list[str], at: int, line: str, start: int) -> str:
    """Return the text in braces, which may span a few lines."""
    text = "\n".join(
        [line[start : start + 1000], *(more[:1000] for more in lines[at + 1 : at + 4])]
    )
    depth = 1
    for place, char in enumerate(text):
        depth += (char == "{") - (char == "}")
        if not depth:
            return text[:place]
    return line[start : start + 200]


def plain(text: str) -> str:
    """Return the words without commands."""
    if "$" in text:
        text = _SMALL.sub(lambda match: match[1] or match[2], text)
    if "\\" in text:
        text = _IN_WORD.sub("", _LINK.sub("", _SILENT.sub("", text)))
        text = _ACCENT.sub(_accented, text)
        text = _LETTER.sub(lambda match: _LETTERS.get(match[1], match[1]), text)
        text = _COMMAND.sub(" ", text)
    return " ".join(_SIGN.sub(lambda m: m[1] or _SIGNS.get(m[0], ""), text).split())


def _accented(match: re.Match[str]) -> str:
    letter = match[3] or match[4] or match[5] or match[6]
    return unicodedata.normalize("NFC", letter + _MARKS[match[1] or match[2]])
