"""Fold characters: variants that readers take for the same letter become the same letter.

ASCII stays unchanged, upper case too (the tokenizer needs it to cut camelCase). Other characters:

- Compatibility forms are resolved and sequences composed (NFKC): full width, ligatures, NFD.
- Latin and Greek letters lose accents, Cyrillic loses stress marks, the dots of ё and the stroke of ґ, Hebrew and
  Arabic lose points.
  In other scripts marks are part of the letter and stay.
- Letters are case-folded. Digits of any script become 0 to 9.
- Traditional, simplified and Japanese forms of a Chinese character become one (`han.table`) in texts of every language.
  So a name is found in either form, and a query need not state its language. Variants in Japanese names (髙, 﨑) fold
  as well.
- Variants of Arabic letters become one: ya, kaf and heh of Arabic, Persian, Urdu and Kurdish, alef with any sign, waw
  and ya with hamza. A hamza by itself is dropped (ءامن, آمن).
- A fraction becomes its digits, as separate words: 1½ and 1 1/2 are the same.
- In scripts of India a nukta is dropped. A nasal with virama, and a candrabindu, become anusvara (हिन्दी, हिंदी); a
  Malayalam chillu becomes its letter with virama.
- Ethiopic letters with the same sound in Amharic become one. A Thai or Lao nikhahit comes after a tone mark (น้ำ).
- Hyphens, the middle dot, the Hebrew maqaf, the minus sign, and a non-joiner after an Arabic letter, become "-".
  Apostrophes and half rings become "'", the Hebrew gershayim a quotation mark, × an x, and № the word "no".
- Other invisible joiners, variation selectors and skin tones are dropped. Emoji, § and currency signs stay. Any other
  character that is not a letter, mark or number becomes a space.
- A soft hyphen at the end of a line becomes a hyphen; elsewhere it is dropped. There, the sign ¬ is one too: scanned
  pages have it.
- A raised number gets a "^" before it, so that the tokenizer can tell a note from its word: treaty¹.
- An accent that stands before its letter is dropped: F¨ur, as some PDF files have it.
- Letters that were encoded in UTF-8 twice become what they were: GrÃ¼n, itâ€™s.
- Escape sequences that set the colours of a terminal become spaces.
- Korean letters outside a syllable (ㅋㅋ) stay separate. Half-width ones become full-width.

A *spelling* is folded text in which Latin letters keep their accents (the base letter, then its marks in NFD order;
ß, æ, ı unchanged), Arabic letters their shapes, Hebrew letters their points, and letters of India their marks. The
stemmers of many languages need spellings.

The unit of folding is the cluster: a character with the marks and jamo that compose with it. Each cluster folds by
itself. So a text folded in pieces gives the same result as a text folded whole, if the pieces end between clusters. A
cluster ends after 32 characters, because ordering marks takes time quadratic in their number.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from functools import cache, lru_cache

from seedsearch.analysis.tables import one_form
from seedsearch.patterns import pattern

_NON_ASCII = pattern("([^\x00-\x7f]+)")

# Letters without a Unicode decomposition.
_LETTERS = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O",
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH",
    "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "n", "Ŋ": "N", "ŧ": "t", "Ŧ": "T", "ƒ": "f", "ĸ": "k",
    "ə": "e", "Ə": "E", "ɛ": "e", "Ɛ": "E", "ɔ": "o", "Ɔ": "O", "ɓ": "b", "Ɓ": "B", "ɖ": "d", "Ɖ": "D",
    "ɗ": "d", "Ɗ": "D", "ƙ": "k", "Ƙ": "K", "ƴ": "y", "Ƴ": "Y", "ɩ": "i", "Ɩ": "I", "ʋ": "v", "Ʋ": "V",
    "ё": "е", "Ё": "е", "ґ": "г", "Ґ": "г", "װ": "וו", "ױ": "וי", "ײ": "יי",
}  # fmt: skip
_ARABIC = str.maketrans(
    "\u0622\u0623\u0625\u0671\u0672\u0673\u0675\u0624\u0676\u0626\u0649\u06cc\u06cd\u06ce\u06d0\u0678"
    "\u06a9\u06aa\u06ab\u06ac\u06be\u06c1\u06c2\u06d5\u06c0\u06c3",
    "\u0627" * 7 + "\u0648" * 2 + "\u064a" * 7 + "\u0643" * 4 + "\u0647" * 5 + "\u0629",
    "\u0621\u0654\u0674",
)
_INDIC = (0x900, 0x980, 0xA00, 0xA80, 0xB00, 0xC00, 0xC80)
"""The first code points of the Indic script blocks, which have their letters at the same offsets."""

_NASALS = (0x19, 0x1E, 0x23, 0x28, 0x2E)
_CANDRABINDU, _ANUSVARA, _NUKTA, _VIRAMA = 0x01, 0x02, 0x3C, 0x4D

_LOWER = {letter: letter.lower() for letter in _LETTERS}
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
"""The raised digits. A number of them is one cluster."""

_ACCENTS = "\u00a8\u00b8\u02c7\u02d8\u02d9\u02db\u02dc\u02dd"  # without a letter
_HYPHENS = "\u00b7\u058a\u05be\u2010\u2011\u2027\u2212\ufe63\uff0d"
_APOSTROPHES = (
    "\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c0\u02c1\u055a"
    "\u05f3\u2018\u2019\u201b\u2032\ua78b\ua78c\uff07"
)
_CHILLUS = dict(
    zip("\u0d7a\u0d7b\u0d7c\u0d7d\u0d7e\u0d7f", ("ണ്", "ന്", "ര്", "ല്", "ള്", "ക്"), strict=True)
)
# Rows of seven Ethiopic letters with the same sound in Amharic, and the usual row.
_ETHIOPIC = {
    chr(row + at): chr(usual + at)
    for row, usual in zip(
        (0x1210, 0x1280, 0x1220, 0x12D0, 0x1340),
        (0x1200, 0x1200, 0x1230, 0x12A0, 0x1338),
        strict=True,
    )
    for at in range(7)
} | {"ሃ": "ሀ", "ሓ": "ሀ", "ኃ": "ሀ", "ኣ": "አ", "ዓ": "አ"}
# The two older alphabets of Georgian, and the usual one.
_GEORGIAN = {chr(row + at): chr(0x10D0 + at) for row in (0x10A0, 0x2D00) for at in range(0x26)}
_NIKHAHITS = "\u0e4d\u0ecd"
_FRACTION_SLASH = "\u2044"
_NON_JOINER = "\u200c"
_GERSHAYIM = "\u05f4\u201c\u201d\u201e"
_INVISIBLE = (
    "\u00ad\u034f\u055b\u055c\u055e\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\ufeff\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
)
_SPECIAL = {
    **_LETTERS,
    **_CHILLUS,
    **dict.fromkeys(_HYPHENS, "-"),
    **dict.fromkeys(_APOSTROPHES, "'"),
    **dict.fromkeys(_GERSHAYIM, '"'),
    **dict.fromkeys(_INVISIBLE + _ACCENTS, ""),
    **_ETHIOPIC,
    **_GEORGIAN,
    "×": "x",
    "№": "no ",
    **dict.fromkeys("™℠", " "),
    # Hebrew punctuation, separate voicing marks, Hangul fillers.
    **dict.fromkeys("\u05c0\u05c3\u05c6\u309b\u309c\u3164\uffa0", " "),
}

# Variants of characters in Japanese names, and the usual forms.
_IN_NAMES = {
    "髙": "高", "﨑": "崎", "邉": "辺", "濵": "濱", "浜": "濱", "𠮷": "吉", "嶋": "島", "嶌": "島", "桒": "桑",
    "冨": "富", "舘": "館", "栁": "柳",
}  # fmt: skip

# Dropped marks, ascending. (A regular expression would take longer to compile.)
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

# The first and last signs that stay, ascending: currencies, and the blocks with emoji. tokenizer.py lists the same.
_SIGNS = (
    "\u00a3\u00a3", "\u00a5\u00a5", "\u00a7\u00a7", "\u20a0\u20c0", "\u2300\u23ff", "\u2600\u27bf", "\u2b00\u2bff",
    "\U0001f000\U0001faff",
)  # fmt: skip
_SOFT_HYPHEN_AT_LINE_END = pattern("[\u00ad\u00ac](?=[\r\n])")
_ESCAPE_SEQUENCE = pattern("\x1b\\[[0-9;]*+[A-Za-z]")
_CLUSTER_CHARS = 32
_DROPPED_FIRSTS = "".join(first for first, _ in _DROPPED)
_DROPPED_LASTS = "".join(last for _, last in _DROPPED)


# The first characters of letters and of punctuation in UTF-8 that was read in cp1252, and that of punctuation.
_TWICE = "ÂÃÄÅÐÑÎÏâ"
_TWICE_SIGN = "â"

_KANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}  # hiragana to katakana
_KANA |= {katakana: hiragana for hiragana, katakana in _KANA.items()}


def in_other_kana(word: str) -> str:
    """Return a word of hiragana in katakana, or the reverse. Return "" for any other word."""
    other = word.translate(_KANA)
    is_one_script = len({char < "\u30a0" for char in word if char != "\u30fc"}) == 1
    changed = all(one != same or one == "\u30fc" for one, same in zip(word, other, strict=True))
    return other if changed and is_one_script and other != word else ""


def _joins(char: str) -> bool:
    """Return whether a character belongs to the cluster of the character before it."""
    return (
        unicodedata.category(char)[0] == "M"
        or "\u1160" <= char <= "\u11ff"  # medial and final jamo
        or char in "\uff9e\uff9f"  # half-width voicing marks
        or char in _INVISIBLE
    )


@cache
def _in_cp1252() -> dict[str, int]:
    """The bytes of characters: a codec that few texts need takes time to load."""
    codes = range(0x80, 0x100)
    return {bytes((code,)).decode("cp1252", "ignore") or chr(code): code for code in codes}


def _encoded_once(cluster: str) -> str:
    """The letter that a cluster is, if it was encoded twice; else ""."""
    if cluster[0] not in _TWICE or len(cluster) != (3 if cluster[0] == _TWICE_SIGN else 2):
        return ""
    letter = bytes([_in_cp1252().get(char, 0) for char in cluster]).decode("utf-8", "ignore")
    return letter if len(letter) == 1 and letter > "\x9f" else ""


def _end_of_twice(run: str, at: int) -> int:
    """Where a letter ends that begins here and was encoded twice; the place itself where none does."""
    end = at + (3 if run[at] == _TWICE_SIGN else 2)
    return end if _encoded_once(run[at:end]) else at


def has_letters_encoded_twice(text: str) -> bool:
    """Return whether a text has a letter that was encoded in UTF-8 twice. Searches find it as what it was."""
    if not any(char in text for char in _TWICE):  # quicker than each character
        return False
    return any(char in _TWICE and _end_of_twice(text, at) > at for at, char in enumerate(text))


def _without_marks(text: str) -> str:
    if len(text) == 1 and text < _DROPPED_FIRSTS[0]:  # the most common case: a Latin letter
        return text
    return "".join([c for c in text if not _is_dropped(c)])


def _is_dropped(char: str) -> bool:
    block = bisect_right(_DROPPED_FIRSTS, char) - 1
    return block >= 0 and char <= _DROPPED_LASTS[block]


def _is_sign(char: str) -> bool:
    """Return whether a character that is no letter, mark or number stays."""
    return any(block[0] <= char <= block[1] for block in _SIGNS)


def _lone_jamo(char: str) -> str:
    """Return a Korean letter outside a syllable in full width, or "" for any other character."""
    if "\u3131" <= char <= "\u318e":
        return char
    if "\uffa1" <= char <= "\uffdc":
        wide = unicodedata.decomposition(char)  # "<narrow> 3131", or ""
        return chr(int(wide.split()[1], 16)) if wide else ""
    return ""


def _one_form(char: str) -> str:
    """Return the common form of a Chinese character's variants."""
    char = _IN_NAMES.get(char, char)
    return one_form().get(char, char)


def _indic(cluster: str) -> str:
    """Return a letter with its marks, without its nukta, and with its nasal as anusvara."""
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
    # Latin and Greek letters lose their accents.
    if len(base) > 1 and (base[0] < "\u0250" or "\u0370" <= base[0] <= "\u03ff"):
        return _fold_char(base[0])
    return char.casefold().lower()  # Cherokee's small letters fold to capitals


def _ends_part(cluster: str) -> bool:
    """Return whether a non-joiner ends a part of a word, as a hyphen does in other scripts: کتاب‌ها."""
    return cluster.endswith(_NON_JOINER) and "\u0600" <= cluster[0] <= "\u06ff"


def _fold_cluster(cluster: str) -> str:
    if len(cluster) == 1 and "\u3400" <= cluster <= "\u9fff":  # most new clusters of a text
        return _one_form(cluster)
    if cluster in _IN_NAMES:
        return _one_form(cluster)
    special = _SPECIAL.get(cluster)
    if special is not None:
        return special
    if len(cluster) > 1 and (letter := _encoded_once(cluster)):
        return _fold_cluster(letter)
    if len(cluster) != 1:  # a single invisible character is in _SPECIAL
        if _ends_part(cluster):
            return _fold_cluster(cluster.rstrip(_NON_JOINER)) + "-"
        cluster = "".join([c for c in cluster if c not in _INVISIBLE])
        if not cluster:
            return ""
    if cluster[0] in RAISED:
        return "^" + unicodedata.normalize("NFKC", cluster)
    jamo = _lone_jamo(cluster[0])
    if jamo:
        return jamo + _fold_cluster(cluster[1:])
    whole = unicodedata.normalize("NFKC", cluster)
    if _FRACTION_SLASH in whole:
        return " " + whole.replace(_FRACTION_SLASH, " ")
    if "\u0600" <= whole[:1] <= "\u06ff":
        whole = whole.translate(_ARABIC)
    elif whole and ord(whole[0]) & ~0x7F in _INDIC:
        whole = _indic(whole)
    elif "\u0e00" <= whole[:1] <= "\u0eff":
        whole = whole[0] + "".join(sorted(whole[1:], key=_NIKHAHITS.__contains__))
    folded = "".join(map(_fold_char, _without_marks(whole)))
    # Case folding can decompose (U+0390), so its result is composed and stripped again.
    return _without_marks(unicodedata.normalize("NFC", folded))


def _spell_cluster(cluster: str) -> str:
    """Return the cluster as `_fold_cluster` does, but a spelling: a Latin letter keeps its accents."""
    if _ends_part(cluster):
        return _spell_cluster(cluster.rstrip(_NON_JOINER)) + "-"
    if len(cluster) > 1:
        cluster = _encoded_once(cluster) or cluster
    whole = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", cluster))
    base, marks = whole[:1], whole[1:]
    if (base in _LETTERS and base < "\u0250") or (base.isascii() and base.isalpha()):
        kept = "".join(mark for mark in marks if "\u0300" <= mark <= "\u036f")
        if len(kept) == len(marks):
            dot = base in "iI" and kept == "\u0307"  # the Turkish capital is an i
            return _LOWER.get(base, base) + ("" if dot else kept)
    folded = _fold_cluster(cluster)
    if folded.isspace():  # a sign of any script: what separates folded words separates spellings
        return folded
    if "\u0600" <= base <= "\u06ff":
        return _without_marks(unicodedata.normalize("NFKC", cluster))
    if base and ("\u05d0" <= base <= "\u05f2" or ord(base) & ~0x7F in _INDIC):
        visible = "".join([c for c in cluster if c not in _INVISIBLE])
        return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", visible))
    return folded


def _clusters(run: str) -> list[str]:
    clusters: list[str] = []
    start, least = 0, _end_of_twice(run, 0)
    for at, char in enumerate(run):
        goes_on = _joins(char) or (char in RAISED and run[at - 1 : at] in RAISED)
        if at - start >= _CLUSTER_CHARS or (at >= least and at > start and not goes_on):
            clusters.append(run[start:at])
            start, least = at, _end_of_twice(run, at)
    clusters.append(run[start:])
    return clusters


def _without_escapes(text: str) -> str:
    """Return the text with spaces for the escape sequences of terminals."""
    if "\x1b" not in text:
        return text
    return _ESCAPE_SEQUENCE.sub(lambda found: " " * len(found[0]), text)


def _with_hyphens(text: str) -> str:
    """Return the text with hyphens for soft hyphens at line ends."""
    if "\u00ad" in text or "\u00ac" in text:
        return _SOFT_HYPHEN_AT_LINE_END.sub("-", text)
    return text


_JOINING = "\uffff"  # a noncharacter: nothing folds to it


class _ByCharacter(dict[int, str]):
    """A table for `str.translate`: what a character without marks folds to.

    A character that joins the cluster before it gives _JOINING.
    """

    def __init__(self, fold: Callable[[str], str]) -> None:
        self._fold = fold

    def __missing__(self, code: int) -> str:
        char = chr(code)
        # An ideograph has no marks and joins no cluster. Most new characters of a text are ideographs.
        is_alone = 0x3400 <= code <= 0x9FFF or not (
            _joins(char) or char in _TWICE or char in RAISED
        )
        folded = self[code] = self._fold(char) if is_alone else _JOINING
        return folded


class _Runs(dict[str, str]):
    """The folded forms of runs of non-ASCII characters, as they are asked for; it empties itself when it is full."""

    def __init__(self, fold: Callable[[str], str], capacity: int) -> None:
        self._fold = fold
        self._capacity = capacity

    def __missing__(self, run: str) -> str:
        folded = self._fold(run)
        if len(self) >= self._capacity:
            self.clear()
        if len(run) <= 32:
            self[run] = folded
        return folded


class Folder:
    """Folds text, or turns it into spellings if `accents`. It remembers folded runs of non-ASCII characters.

    It empties this memory when it holds `capacity` runs.
    """

    def __init__(self, capacity: int = 100_000, *, accents: bool = False) -> None:
        fold_cluster = _spell_cluster if accents else _fold_cluster
        self._cluster = lru_cache(capacity)(fold_cluster)
        self._runs = _Runs(self._fold_run, capacity)
        self._staying: set[str] = set()  # characters that fold to one
        self._by_character = _ByCharacter(fold_cluster)
        self.fold_run: Callable[[str], str] = self._runs.__getitem__
        """Returns the folded form of a run of non-ASCII characters."""

    def fold(self, text: str) -> str:
        """Return the folded text. Beyond ASCII it contains only letters, marks, numbers and _SIGNS."""
        text = _without_escapes(text)
        if text.isascii():
            return text
        return self._folded(_NON_ASCII.split(_with_hyphens(text)))

    def _folded(self, parts: list[str]) -> str:
        """Return the folded text of parts, in which every other one is a run of non-ASCII characters."""
        parts[1::2] = map(self._runs.__getitem__, parts[1::2])
        return "".join(parts)

    def _fold_run(self, run: str) -> str:
        folded = run.translate(self._by_character)  # one call, if no character joins another
        return "".join(map(self._cluster, _clusters(run))) if _JOINING in folded else folded

    def fold_character(self, char: str) -> str | None:
        """Return what a non-ASCII character without marks folds to, or None if it joins the cluster before it."""
        folded = self._by_character[ord(char)]
        return None if folded == _JOINING else folded

    def fold_with_offsets(self, text: str) -> tuple[str, list[int] | None]:
        """Return the folded text, and the offset in `text` of each of its characters.

        The list has one entry more: the length of the text. It is None if every character folded to one character, as
        in most texts.
        """
        text = _without_escapes(text)
        if text.isascii():
            return text, None
        text = _with_hyphens(text)
        parts = _NON_ASCII.split(text)
        runs = parts[1::2]
        in_place = self._folded(parts)
        if len(in_place) == len(text) and self._stay(runs):
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

    def _stay(self, runs: list[str]) -> bool:
        """Return whether each character of the runs folds to one character."""
        for char in set("".join(runs)).difference(self._staying):
            folded = self._by_character[ord(char)]
            if len(folded) != 1 or folded == _JOINING:
                return False
            self._staying.add(char)
        return True
