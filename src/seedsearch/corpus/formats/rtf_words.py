"""Define the words of RTF that the reader knows: signs, code pages and destinations."""

from __future__ import annotations

LATIN = "cp1252"

SIGNS = {
    "tab": "\t", "line": "\n", "lbr": "\n", "softline": "\n", "emdash": "—", "endash": "–", "lquote": "‘",
    "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
    "zwj": "\u200d", "zwnj": "\u200c", "ltrmark": "", "rtlmark": "", "zwbo": "", "zwnbo": "",
}  # fmt: skip

CODE_PAGES = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
    254: "cp437", 255: "cp850",
}  # fmt: skip
"""By the charset of a font. Other charsets use the encoding that the file declares."""

FACTS = frozenset(("title", "author", "subject", "keywords", "doccomm", "creatim", "revtim"))

BESIDE = {
    "header": "Header", "headerl": "Header", "headerr": "Header", "headerf": "Header",
    "footer": "Footer", "footerl": "Footer", "footerr": "Footer", "footerf": "Footer",
    "footnote": "Footnote", "annotation": "Comment",
}  # fmt: skip
"""Destinations whose text is beside the main text, and the names of their sections."""

SKIPPED = frozenset((
    "colortbl", "pict", "nonshppict", "listtext", "pntext", "pntxta", "pntxtb", "bkmkstart", "bkmkend", "xe", "tc",
    "fldinst", "revtbl", "rsidtbl", "listtable", "listoverridetable", "filetbl", "themedata", "operator", "company",
    "ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "ftncn", "aftncn", "template", "printim", "buptim", "private", "rxe",
    "txe", "htmlrtf", "atnid", "atndate", "atnref", "atrfstart", "atrfend", "objclass", "objname", "falt", "panose",
))  # fmt: skip
"""Destinations without text of the document."""
