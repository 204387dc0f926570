"""Fold characters: what readers take for the same letter becomes the same letter.

ASCII stays as it is, upper case too (the tokenizer still needs it to cut camelCase). Of the rest:

- compatibility forms are resolved and sequences composed (NFKC): full width, ligatures, NFD;
- accents go from Latin and Greek letters, stress marks and ё from Cyrillic, points from Hebrew and
  Arabic; in other scripts marks are letters' other half and stay;
- letters are case-folded, digits of any script become 0 to 9;
- traditional and simplified Chinese characters, and the Japanese new forms, become one (`han.py`), in texts of every
  language: a name is found however its writer writes, and a query need not say its language; so do forms that Japanese
  names have (髙, 﨑);
- letters of the Arabic script that are written in several ways become one: ya, kaf and heh of Arabic, Persian, Urdu and
  Kurdish, alef with any sign, waw and ya with hamza; a hamza by itself goes (ءامن, آمن);
- in scripts of India a nukta goes, and a nasal with virama, and a candrabindu, become anusvara (हिन्दी, हिंदी);
- hyphens, the Hebrew maqaf, the minus sign, and a non-joiner after an Arabic letter, become "-"; apostrophes and half
  rings "'", Hebrew gershayim a quotation mark; other invisible joiners, variation selectors and skin tones nothing.
  Emoji, § and the signs of currencies stay; whatever else is not a letter, a mark or a number becomes a space;
- a soft hyphen at the end of a line is a hyphen, elsewhere nothing;
- Korean letters that stand alone (ㅋㅋ) stay alone, and half-width ones become these.

A *spelling* is folded text whose Latin letters keep their accents (the base letter, then its marks in the order of NFD;
ß, æ, ı as they are), Arabic letters their shapes, Hebrew letters their points, and letters of India their marks.
Stemmers of languages that are written with them need it.

The unit of folding is the cluster: a character with the marks and jamo that compose with it. Each
cluster is folded by itself, so that folding a text piece by piece gives the same as folding it whole,
wherever the cut falls between clusters. A cluster ends after 32 characters: to put thousands of marks in order takes
time quadratic in their number.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable

_NON_ASCII = re.compile("[^\x00-\x7f]+")

# Letters that no decomposition takes apart.
_LETTERS = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O",
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH",
    "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "n", "Ŋ": "N", "ŧ": "t", "Ŧ": "T", "ƒ": "f", "ĸ": "k",
    "ё": "е", "Ё": "е", "װ": "וו", "ױ": "וי", "ײ": "יי",
}  # fmt: skip
_ARABIC = str.maketrans(
    "\u0622\u0623\u0625\u0671\u0672\u0673\u0675\u0624\u0676\u0626\u0649\u06cc\u06cd\u06ce\u06d0\u0678"
    "\u06a9\u06aa\u06ab\u06ac\u06be\u06c1\u06c2\u06d5\u06c0\u06c3",
    "\u0627" * 7 + "\u0648" * 2 + "\u064a" * 7 + "\u0643" * 4 + "\u0647" * 5 + "\u0629",
    "\u0621\u0654\u0674",
)
_INDIC = (0x900, 0x980, 0xA00, 0xA80, 0xB00, 0xC00, 0xC80)
"""Where the blocks of the scripts begin that have their letters at the same places."""

_NASALS = (0x19, 0x1E, 0x23, 0x28, 0x2E)
_CANDRABINDU, _ANUSVARA, _NUKTA, _VIRAMA = 0x01, 0x02, 0x3C, 0x4D

_LOWER = {letter: letter.lower() for letter in _LETTERS}
_HYPHENS = "\u058a\u05be\u2010\u2011\u2212\ufe63\uff0d"
_APOSTROPHES = (
    "\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c0\u02c1\u055a"
    "\u05f3\u2018\u2019\u201b\u2032\ua78b\ua78c\uff07"
)
_NON_JOINER = "\u200c"
_GERSHAYIM = "\u05f4\u201c\u201d\u201e"
_INVISIBLE = (
    "\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\ufeff\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
)
_SPECIAL = {
    **_LETTERS,
    **dict.fromkeys(_HYPHENS, "-"),
    **dict.fromkeys(_APOSTROPHES, "'"),
    **dict.fromkeys(_GERSHAYIM, '"'),
    **dict.fromkeys(_INVISIBLE, ""),
    # Hebrew punctuation, voicing marks by themselves, Hangul fillers.
    **dict.fromkeys("\u05c0\u05c3\u05c6\u309b\u309c\u3164\uffa0", " "),
}

# Forms of characters that Japanese names are written with, and the usual ones.
_IN_NAMES = {
    "髙": "高", "﨑": "崎", "邉": "辺", "濵": "濱", "浜": "濱", "𠮷": "吉", "嶋": "島", "嶌": "島", "桒": "桑",
    "冨": "富", "舘": "館", "栁": "柳",
}  # fmt: skip

# Marks that are dropped, ascending: a regular expression would take longer to compile.
_DROPPED = (
    ("\u0300", "\u036f"),  # combining diacritics
    ("\u0591", "\u05c7"),  # Hebrew points
    ("\u0610", "\u061a"),  # Arabic signs
    ("\u0640", "\u0640"),  # tatweel
    ("\u064b", "\u065f"),  # Arabic vowel signs
    ("\u0670", "\u0670"),
    ("\u180b", "\u180f"),  # Mongolian variation selectors
    ("\u1ab0", "\u1aff"),  # more combining diacritics
    ("\u1dc0", "\u1dff"),
    ("\u20d0", "\u20ff"),  # combining marks for symbols: keycaps
    ("\ufe00", "\ufe0f"),  # variation selectors
    ("\ufe20", "\ufe2f"),  # combining half marks
    ("\U000e0100", "\U000e01ef"),  # variation selectors of ideographs
)

# Signs that stay, ascending: currencies, what emoji are among. tokenizer.py names the same.
_SIGNS = (
    ("\u00a3", "\u00a3"),
    ("\u00a5", "\u00a5"),
    ("\u00a7", "\u00a7"),
    ("\u20a0", "\u20c0"),
    ("\u2300", "\u23ff"),
    ("\u2600", "\u27bf"),
    ("\u2b00", "\u2bff"),
    ("\U0001f000", "\U0001faff"),
)
_SOFT_HYPHEN_AT_LINE_END = re.compile("\u00ad(?=[\r\n])")
_CLUSTER_CHARS = 32
_DROPPED_FIRSTS = "".join(first for first, _ in _DROPPED)
_DROPPED_LASTS = "".join(last for _, last in _DROPPED)


_KANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}  # hiragana to katakana
_KANA |= {katakana: hiragana for hiragana, katakana in _KANA.items()}


def in_other_kana(word: str) -> str:
    """A word of hiragana alone in katakana, and the other way round; "" for any other."""
    other = word.translate(_KANA)
    is_one_script = len({char < "\u30a0" for char in word if char != "\u30fc"}) == 1
    changed = all(one != same or one == "\u30fc" for one, same in zip(word, other, strict=True))
    return other if changed and is_one_script and other != word else ""


def _joins(char: str) -> bool:
    """Whether a character belongs to the cluster of the one before it."""
    return (
        unicodedata.category(char)[0] == "M"
        or "\u1160" <= char <= "\u11ff"  # medial and final jamo
        or char in "\uff9e\uff9f"  # half-width voicing marks
        or char in _INVISIBLE
    )


def _without_marks(text: str) -> str:
    if len(text) == 1 and text < _DROPPED_FIRSTS[0]:  # a Latin letter, as most are
        return text
    return "".join([c for c in text if not _is_dropped(c)])


def _is_dropped(char: str) -> bool:
    block = bisect_right(_DROPPED_FIRSTS, char) - 1
    return block >= 0 and char <= _DROPPED_LASTS[block]


def _is_sign(char: str) -> bool:
    """Whether this is no letter, mark or number, and stays."""
    return any(first <= char <= last for first, last in _SIGNS)


def _lone_jamo(char: str) -> str:
    """A Korean letter that stands by itself, in full width; "" for anything else."""
    if "\u3131" <= char <= "\u318e":
        return char
    if "\uffa1" <= char <= "\uffdc":
        wide = unicodedata.decomposition(char)  # "<narrow> 3131"; "" where there is no such letter
        return chr(int(wide.split()[1], 16)) if wide else ""
    return ""


def _has_plain_base(char: str) -> bool:
    """Whether a letter is Latin or Greek: then its accents are dropped."""
    return char < "\u0250" or "\u0370" <= char <= "\u03ff"


def _one_form(char: str) -> str:
    """The form of a Chinese character that stands for all its forms."""
    from seedsearch.analysis.han import (
        ONE_FORM,
    )  # a large table, for such texts only: start-up time

    char = _IN_NAMES.get(char, char)
    return ONE_FORM.get(char, char)


def _indic(cluster: str) -> str:
    """A letter with its marks, its nukta gone, and its nasal as anusvara."""
    block = ord(cluster[0]) & ~0x7F
    nukta, candrabindu, anusvara = (chr(block + at) for at in (_NUKTA, _CANDRABINDU, _ANUSVARA))
    plain = cluster.replace(nukta, "").replace(candrabindu, anusvara).replace("\u0a70", "\u0a02")
    is_nasal = ord(cluster[0]) - block in _NASALS and plain[1:2] == chr(block + _VIRAMA)
    return anusvara + plain[2:] if is_nasal else plain


def _fold_char(char: str) -> str:
    if char < "\x80":
        return char
    if "\u3400" <= char <= "\u9fff":
        return _one_form(char)
    special = _SPECIAL.get(char)
    if special is not None:
        return special
    kind = unicodedata.category(char)
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    if kind[0] not in "LMN":
        return char if _is_sign(char) else " "
    base = unicodedata.normalize("NFD", char)
    if len(base) > 1 and _has_plain_base(base[0]):
        return "".join(map(_fold_char, base[0]))
    return char.casefold().lower()  # Cherokee's small letters fold to capitals


def _ends_part(cluster: str) -> bool:
    """Whether a non-joiner ends a part of a word, as a hyphen does in other scripts: کتاب‌ها."""
    return cluster.endswith(_NON_JOINER) and "\u0600" <= cluster[0] <= "\u06ff"


def _fold_cluster(cluster: str) -> str:
    if len(cluster) == 1 and "\u3400" <= cluster <= "\u9fff":  # most of what is new in a text
        return _one_form(cluster)
    if cluster in _IN_NAMES:
        return _one_form(cluster)
    special = _SPECIAL.get(cluster)
    if special is not None:
        return special
    if len(cluster) != 1:  # a character that makes nothing of itself is special
        if _ends_part(cluster):
            return _fold_cluster(cluster.rstrip(_NON_JOINER)) + "-"
        cluster = "".join([c for c in cluster if c not in _INVISIBLE])
        if not cluster:
            return ""
    jamo = _lone_jamo(cluster[0])
    if jamo:
        return jamo + _fold_cluster(cluster[1:])
    whole = unicodedata.normalize("NFKC", cluster)
    if "\u0600" <= whole[:1] <= "\u06ff":
        whole = whole.translate(_ARABIC)
    elif whole and ord(whole[0]) & ~0x7F in _INDIC:
        whole = _indic(whole)
    folded = "".join(map(_fold_char, _without_marks(whole)))
    # Case folding can decompose (U+0390); what it leaves is composed and stripped once more.
    return _without_marks(unicodedata.normalize("NFC", folded))


def _spell_cluster(cluster: str) -> str:
    """The cluster as `_fold_cluster` gives it, but a Latin letter keeps its accents."""
    if _ends_part(cluster):
        return _spell_cluster(cluster.rstrip(_NON_JOINER)) + "-"
    whole = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", cluster))
    base, marks = whole[:1], whole[1:]
    if (base in _LETTERS and base < "\u0250") or (base.isascii() and base.isalpha()):
        kept = "".join(mark for mark in marks if "\u0300" <= mark <= "\u036f")
        if len(kept) == len(marks):
            dot = base in "iI" and kept == "\u0307"  # the Turkish capital is an i
            return _LOWER.get(base, base) + ("" if dot else kept)
    if "\u0600" <= base <= "\u06ff":
        return _without_marks(unicodedata.normalize("NFKC", cluster))
    if base and ("\u05d0" <= base <= "\u05f2" or ord(base) & ~0x7F in _INDIC):
        visible = "".join([c for c in cluster if c not in _INVISIBLE])
        return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", visible))
    return _fold_cluster(cluster)


def _clusters(run: str) -> list[str]:
    clusters: list[str] = []
    start = 0
    for at, char in enumerate(run):
        if at - start >= _CLUSTER_CHARS or (at and not _joins(char)):
            clusters.append(run[start:at])
            start = at
    clusters.append(run[start:])
    return clusters


def _with_hyphens(text: str) -> str:
    """The text with hyphens for soft hyphens at the ends of lines."""
    return _SOFT_HYPHEN_AT_LINE_END.sub("-", text) if "\u00ad" in text else text


_JOINING = "\uffff"  # no character, so nothing folds to it


class _ByCharacter(dict[int, str]):
    """For `str.translate`: what a character folds to by itself; _JOINING for one that belongs to the one before."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        self._fold = fold

    def __missing__(self, code: int) -> str:
        char = chr(code)
        # An ideograph has no marks and joins none: those are most of what is new in a text.
        is_alone = 0x3400 <= code <= 0x9FFF or not _joins(char)
        folded = self[code] = self._fold(char) if is_alone else _JOINING
        return folded


class Folder:
    """Folds text, to spellings if `accents`; remembers every run of non-ASCII characters that it has folded.

    The memory is bounded: it is emptied when it holds `capacity` runs.
    """

    def __init__(self, capacity: int = 100_000, *, accents: bool = False) -> None:
        self._fold_cluster = _spell_cluster if accents else _fold_cluster
        self._runs: dict[str, str] = {}
        self._clusters: dict[str, str] = {}
        self._by_character = _ByCharacter(self._fold_cluster)
        self._capacity = capacity

    def fold(self, text: str) -> str:
        """The folded text. It has ASCII and, beyond ASCII, nothing but letters, marks, numbers and _SIGNS."""
        if text.isascii():
            return text
        return _NON_ASCII.sub(self._fold_match, _with_hyphens(text))

    def _fold_match(self, match: re.Match[str]) -> str:
        return self.fold_run(match[0])

    def fold_run(self, run: str) -> str:
        """The folded form of a run of non-ASCII characters."""
        folded = self._runs.get(run)
        if folded is None:
            folded = run.translate(self._by_character)  # what no mark or jamo follows, in one call
            if _JOINING in folded:
                folded = "".join(map(self._cluster, _clusters(run)))
            if len(self._runs) >= self._capacity:
                self._runs.clear()
            if len(run) <= 32:
                self._runs[run] = folded
        return folded

    def fold_character(self, char: str) -> str | None:
        """What a non-ASCII character folds to where none that joins it follows; None for one that joins another."""
        folded = self._by_character[ord(char)]
        return None if folded == _JOINING else folded

    def _cluster(self, cluster: str) -> str:
        folded = self._clusters.get(cluster)
        if folded is None:
            folded = self._fold_cluster(cluster)
            if len(self._clusters) >= self._capacity:
                self._clusters.clear()
            self._clusters[cluster] = folded
        return folded

    def fold_with_offsets(self, text: str) -> tuple[str, list[int] | None]:
        """The folded text, and for each of its characters the offset in `text` it came from.

        The list has one more entry than there are characters: the end of the text. It is None where
        folding moved nothing, which is so of most texts.
        """
        if text.isascii():
            return text, None
        text = _with_hyphens(text)
        in_place = _NON_ASCII.sub(self._fold_match, text)
        if len(in_place) == len(text) and all(map(self._stays, _NON_ASCII.findall(text))):
            return in_place, None
        pieces: list[str] = []
        offsets: list[int] = []
        at = 0
        for match in _NON_ASCII.finditer(text):
            pieces.append(text[at : match.start()])
            offsets.extend(range(at, match.start()))
            at = match.start()
            for cluster in _clusters(match[0]):
                folded = self._cluster(cluster)
                pieces.append(folded)
                offsets.extend([at] * len(folded))
                at += len(cluster)
        pieces.append(text[at:])
        offsets.extend(range(at, len(text) + 1))
        return "".join(pieces), offsets

    def _stays(self, run: str) -> bool:
        """Whether each character of a run folds to one character."""
        if len(run) == 1:
            return len(self.fold_run(run)) == 1
        return all(len(cluster) == len(self._cluster(cluster)) == 1 for cluster in _clusters(run))
