"""Decode bytes to text: detect binary data and the encoding, and map characters back to bytes.

The checks run in this order: NUL bytes (binary, unless they are few or the text is UTF-16 or UTF-32); a byte order
mark; escapes of ISO-2022 and HZ; strict UTF-8 over the whole data; a clear East Asian encoding; pairs of letters; a
detector's guess, if no known language fits.
The text is exact: nothing is stripped, and no line end is changed.
"""

from __future__ import annotations

import codecs
import functools
import re
from collections.abc import Sequence

from seedsearch.corpus import mixed
from seedsearch.corpus.skip import Skip
from seedsearch.line_ends import with_newlines_in_place
from seedsearch.model import DecodedText
from seedsearch.patterns import pattern

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_MARKS_BEGIN = frozenset(mark[:1] for mark, _ in _MARKS)

_MAGIC = (
    (rb"%PDF-", "PDF"),
    (rb"%!PS-", "PostScript"),
    (rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|II\*\x00|MM\x00\*|RIFF....WEBP", "image"),
    (rb"BM.{4}\x00\x00\x00\x00|\x00\x00\x01\x00|\x00\x00\x00\x0cjP  ", "image"),
    (rb"PK\x03\x04|PK\x05\x06", "ZIP archive"),
    (rb"\x1f\x8b|BZh[1-9]1AY|\xfd7zXZ\x00|\x28\xb5\x2f\xfd", "compressed"),
    (rb"7z\xbc\xaf\x27\x1c|Rar!\x1a|.{257}ustar", "archive"),
    (rb"\x7fELF|MZ.{1,60}\x00|\xca\xfe\xba\xbe|[\xce\xcf]\xfa\xed\xfe|\x00asm", "program"),
    (rb"OggS|ID3[\x02-\x04]|fLaC|RIFF....(?:WAVE|AVI )|\xff[\xfb\xf3\xf2]", "audio or video"),
    (rb".{4}ftyp|\x1a\x45\xdf\xa3|\x00\x00\x01[\xba\xb3]", "audio or video"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office document"),
    (rb"SQLite format 3\x00", "SQLite database"),
    (rb"wOF[F2]|\x00\x01\x00\x00|OTTO\x00", "font"),
)

_CONTROLS = bytes({*range(32), 127} - {*b"\t\n\v\f\r\x1a\x1b"})
_SAMPLE = 200_000
_HIGH = pattern(rb"[\x80-\xff]")
_ISO_2022 = pattern(rb"\x1b(?:\$[@AB]|\$\([A-DOPQ]|\([IJ]|\$\)C|\.[AF])")
_ISO_2022_CODECS = (
    "iso2022_jp", "iso2022_jp_2", "iso2022_jp_ext", "iso2022_jp_3", "iso2022_jp_2004",
)  # fmt: skip
_HZ = pattern(rb"~\{((?:[\x21-\x77][\x21-\x7e])+)~\}")
_STATEFUL = frozenset((*_ISO_2022_CODECS, "iso2022_jp_1", "iso2022_kr", "hz", "utf-7"))
_NOT_UTF_16_TEXT = pattern(
    "[\0-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ud800-\uf8ff\ufdd0-\ufdef\ufffe\uffff]"
)
_WITH_OTHERS = ("utf-8", "cp125", "iso8859", "koi8")  # may have lines in another encoding
_COMMON = pattern("[ \n\r\t.,、。，　]")


def decode(data: bytes, given: str = "") -> DecodedText:
    """Return the text of `data` and its encoding. Raise Skip if the bytes are not text.

    `given` is the encoding that the user chose, or "". It is not questioned.
    """
    if given:
        return _as_given(data, given)
    if data.startswith((b"%PDF-", b"%!PS-")):  # often ASCII, but not a text to read
        raise Skip(_binary(data))
    if data.isascii() and b"\0" not in data and b"\x1b" not in data and b"~" not in data:
        return _as_utf_8(data)
    for mark, encoding in _MARKS if data[:1] in _MARKS_BEGIN else ():
        if data.startswith(mark):
            if encoding == "utf-8" and b"\0" in data:
                raise Skip(_binary(data))
            return _by_encoding(data, encoding, 1.0, len(mark))
    if b"\0" in data:
        return _with_nul(data)
    if data.isascii():
        return _seven_bits(data)
    try:
        return _as_utf_8(data)
    except UnicodeDecodeError:
        return _legacy(data)


def _as_utf_8(data: bytes) -> DecodedText:
    # This costs half as much as a call of DecodedText. A mailbox has many texts.
    return tuple.__new__(DecodedText, (data, data.decode(), "utf-8", "strict", 1.0, 0, False))


def _as_given(data: bytes, given: str) -> DecodedText:
    known = codecs.lookup(given).name
    for mark, encoding in _MARKS:
        if data.startswith(mark) and encoding.startswith(known.removesuffix("-sig")):
            return _by_encoding(data, encoding, 1.0, len(mark))
    known = {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}.get(known, known)
    is_wide = known.startswith(("utf-16", "utf-32"))
    if not is_wide and b"\0" in data and not may_be_text(data.count(0), len(data)):
        raise Skip(_binary(data))
    return _by_encoding(data, known, 1.0)


def may_be_text(nuls: int, size: int) -> bool:
    """Return whether NUL bytes are so rare that the data may still be text."""
    return nuls * 1000 < size


def is_stateful(encoding: str) -> bool:
    """Return whether escapes change the meaning of later bytes. Such texts can be cut between lines only."""
    return encoding in _STATEFUL


def _binary(data: bytes) -> str:
    for magic, name in _MAGIC:
        if re.match(magic, data, re.DOTALL):
            return f"binary ({name})"
    return "binary"


def _by_encoding(data: bytes, encoding: str, confidence: float, start: int = 0) -> DecodedText:
    body = data[start:] if start else data
    if (text := mixed.text_in(body, encoding)) is not None:
        return DecodedText(data, text, encoding, "strict", confidence, start)
    return DecodedText(
        data, body.decode(encoding, "replace"), encoding, "replace", confidence, start
    )


def _with_nul(data: bytes) -> DecodedText:
    """Decode data that has NUL bytes.

    If they are few, they count as broken bytes of a text. If they are many, the data may be UTF-16 or UTF-32
    without a mark: one of the byte orders then reads like text.
    """
    best, encoding = 0.0, ""
    if may_be_text(data.count(0), len(data)) and _binary(data) == "binary":
        found = decode(data.replace(b"\0", b" "))
        return _by_encoding(data, found.encoding, found.confidence, found.start)
    if len(data) >= 8 and _binary(data) == "binary":
        for candidate in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
            share = _share_of_common(data[: _SAMPLE & ~3], candidate)
            if share > best:
                best, encoding = share, candidate
    if best < 0.02:
        raise Skip(_binary(data))
    decoded = _by_encoding(data, encoding, 0.9)
    if decoded.text.count("\0"):
        raise Skip(_binary(data))
    return decoded


def _share_of_common(sample: bytes, encoding: str) -> float:
    """Return the share of spaces and stops, or 0 if the text has a character that texts do not have."""
    text = sample.decode(encoding, "replace")
    if len(sample) < 32 and not (
        text.isprintable() and min(text) < "\x80" and max(text) < "\u0600"
    ):
        return 0.0
    without_pairs = re.sub("[\U00010000-\U0010ffff]", "", text)
    if _NOT_UTF_16_TEXT.search(without_pairs) or "\ufffd" in text[:-1]:
        return 0.0
    common = len(_COMMON.findall(text)) / len(text)
    return max(common, 0.5) if len(sample) < 32 else common


def _seven_bits(data: bytes) -> DecodedText:
    if _ISO_2022.search(data):
        korean = b"\x1b$)C" in data
        for encoding in ("iso2022_kr",) if korean else _ISO_2022_CODECS:
            if (text := mixed.text_in(data, encoding)) is not None:
                return DecodedText(data, text, encoding, "strict", 0.99, 0)
        return _by_encoding(data, "iso2022_kr" if korean else "iso2022_jp", 0.5)
    if _reads_like_hz(data):
        return _by_encoding(data, "hz", 0.95)
    return DecodedText(data, data.decode("ascii"), "utf-8", "strict", 1.0, 0)


def _reads_like_hz(data: bytes) -> bool:
    """Return whether the data is HZ.

    Program text has `~{` too: HZ must decode without an error, mostly to common characters.
    """
    runs = _HZ.findall(data)
    leads = b"".join(run[::2] for run in runs)
    common = sum(0x30 <= lead <= 0x57 for lead in leads)
    is_common = len(leads) >= 2 and common * 2 >= len(leads)
    return is_common and mixed.text_in(data, "hz") is not None


def no_text(data: bytes) -> str:
    """Return why bytes that are not UTF-8 are no text, or "" if they may be one."""
    sample = data[:_SAMPLE]
    reason = _binary(sample)
    many = len(sample) - len(sample.translate(None, _CONTROLS)) > len(sample) / 20
    return reason if many or reason != "binary" else ""


def _legacy(data: bytes) -> DecodedText:
    from seedsearch.corpus import bigrams  # only for data that is not UTF-8: start-up time

    if reason := no_text(data):
        raise Skip(reason)
    if known := bigrams.east_asian(data):
        return DecodedText(data, *known, "strict", 0.99, 0)
    lenient = data.decode("utf-8", "replace")
    if _mostly_utf_8(data, lenient):
        return decoded_by_line(data, "utf-8", 0.9)
    others = mixed.without_utf_8(data) if b"\n" in data else data
    encoding, confidence, reads_well = bigrams.guess(others)
    if not reads_well:
        encoding, confidence = _detect(others)
    return decoded_by_line(data, encoding, confidence)


def decoded_by_line(data: bytes, encoding: str, confidence: float) -> DecodedText:
    """Decode bytes in one encoding. Single lines may be in another one."""
    decoded = _by_encoding(data, encoding, confidence)
    if (encoding == "utf-8" and decoded.errors == "strict") or not encoding.startswith(
        _WITH_OTHERS
    ):
        return decoded
    return mixed.read_by_line(data, encoding, confidence) or decoded


def _mostly_utf_8(data: bytes, lenient: str) -> bool:
    """Return whether the data is UTF-8 with a few bad bytes. Valid sequences hardly ever arise by chance."""
    bad = lenient.count("\ufffd")
    continuations = len(data) - len(data.translate(None, bytes(range(0x80, 0xC0))))
    good = len(data) - len(lenient)  # each valid continuation byte shortens the text
    return good >= 10 * bad and good * 2 >= continuations


def _detect(data: bytes) -> tuple[str, float]:
    import chardet  # only for data that is not UTF-8: its import takes 50 ms

    high = _HIGH.search(data)
    # The detector reads the beginning only, so the sample begins near the first byte beyond ASCII.
    start = max(0, (high.start() if high else 0) - 1000)
    start = data.rfind(b"\n", 0, start) + 1 if start else 0
    if high and high.start() - start > _SAMPLE // 2:
        start = high.start() - 1000
    found = chardet.detect(data[start : start + _SAMPLE], prefer_superset=True, compat_names=False)
    if found["encoding"] is None:
        raise Skip(f"binary ({found['mime_type']})" if found["mime_type"] else "binary")
    return _codec_name(found["encoding"]), round(found["confidence"], 4)


def _codec_name(name: str) -> str:
    """Return the name of the codec in Python, with the byte order if the encoding has one."""
    try:
        known = codecs.lookup(name).name
    except LookupError:
        return "cp1252"
    if known in ("utf-8", "ascii", "utf-8-sig"):
        return "cp1252"  # UTF-8 failed on a byte after the sample
    return {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(known, known)


# ------------------------------------------------------------------ characters to bytes


# How the compiled core counts bytes: see Finder in _core.pyi.
_UTF_8, _REPLACED, _ONE, _TWO, _FOUR, _BY_LEAD = range(1, 7)

# Encodings of one to four bytes a character. The first byte gives the number; in GB 18030 the second one may.
_BY_LEAD_BYTE = frozenset(
    """
    big5 big5hkscs cp932 cp949 cp950 euc_jis_2004 euc_jisx0213 euc_jp euc_kr gb18030 gb2312 gbk johab shift_jis
    shift_jis_2004 shift_jisx0213
    """.split()  # noqa: SIM905 - reads better as text
)


def byte_source(decoded: DecodedText) -> tuple[bytes, int, int, bytes] | None:
    """Return how to count bytes in the file, or None if each place must be looked up.

    The result has the file's bytes, the offset of the text in bytes, the way of counting, and for `_BY_LEAD` the
    width of a character for each first byte.
    """
    data, _, encoding, errors, _, start, is_mixed = decoded
    if is_mixed:
        return None
    if encoding == "utf-8":
        return data, start, _UTF_8 if errors == "strict" else _REPLACED, b""
    if _is_single_byte(encoding):
        return data, start, _ONE, b""
    if errors != "strict":
        return None
    if encoding[:6] in ("utf-16", "utf-32"):
        return data, start, _TWO if encoding[:6] == "utf-16" else _FOUR, b""
    return (data, start, _BY_LEAD, _widths(encoding)) if encoding in _BY_LEAD_BYTE else None


@functools.cache
def _widths(encoding: str) -> bytes:
    """Return the width in bytes of a character for each first byte; 0 if the second byte decides."""
    return bytes(_width(encoding, lead) for lead in range(256))


def _width(encoding: str, lead: int) -> int:
    if mixed.text_in(bytes((lead,)), encoding):
        return 1
    if encoding == "gb18030":
        return 0
    pairs = (bytes((lead, trail)) for trail in range(0x30, 0xFF))
    return 2 if any(mixed.text_in(pair, encoding) for pair in pairs) else 3


def _is_byte_per_character(decoded: DecodedText) -> bool:
    """Return whether character n of the text is byte `start + n` of the file."""
    if decoded.encoding == "utf-8":
        return len(decoded.text) == len(decoded.data) - decoded.start and decoded.errors == "strict"
    return _is_single_byte(decoded.encoding)


def byte_offsets(decoded: DecodedText, chars: Sequence[int]) -> list[int]:
    """Return the byte offsets in the file of these ascending character offsets, -1 for an unknown one.

    An offset of `len(text)` means the end. In stateful encodings only the beginnings and ends of lines have an
    offset; callers ask for no other.
    """
    if decoded.mixed:
        return mixed.offsets(decoded, chars)
    if _is_byte_per_character(decoded):
        return [decoded.start + at for at in chars]
    if decoded.encoding[:6] in ("utf-16", "utf-32"):
        return _wide_offsets(decoded, chars)
    if decoded.encoding in _STATEFUL:
        return _line_offsets(decoded, chars)
    cursor = _Cursor(decoded)
    return [cursor.seek(at) for at in chars]


def _wide_offsets(decoded: DecodedText, chars: Sequence[int]) -> list[int]:
    text, end, offsets = decoded.text, len(decoded.data), []
    width = 2 if decoded.encoding.startswith("utf-16") else 4
    before, at = 0, decoded.start
    for char in chars:
        extra = 0
        if width == 2:
            piece = text[before:char]
            extra = len(piece.encode("utf-16-le")) - 2 * len(piece)
        at += width * (char - before) + extra
        before = char
        # Only a truncated last character has another width than its replacement.
        offsets.append(end if char == len(text) else min(at, end))
    return offsets


def _line_offsets(decoded: DecodedText, chars: Sequence[int]) -> list[int]:
    text = with_newlines_in_place(decoded.text)
    data = decoded.data.replace(b"\r\n", b" \n").replace(b"\r", b"\n")
    if text.count("\n") != data.count(b"\n"):
        return [-1] * len(chars)
    offsets: list[int] = []
    before = line = 0
    for char in chars:
        breaks = text.count("\n", before, char)
        for _ in range(breaks):
            line = data.index(b"\n", line) + 1
        before = char
        if char == 0 or text[char - 1] == "\n":
            offsets.append(line)
        else:
            end = data.find(b"\n", line)
            if end > 0 and data[end - 1] == 0x20 and decoded.data[end - 1] == 0x0D:
                end -= 1
            offsets.append(len(data) if end < 0 else end)
    return offsets


@functools.lru_cache(maxsize=128)
def _is_single_byte(encoding: str) -> bool:
    """Return whether every character of an encoding has one byte."""
    return encoding not in _STATEFUL and len(bytes(range(256)).decode(encoding, "replace")) == 256


class _Cursor:
    """A place in bytes and in characters at once. It moves forward only.

    Encoding the text again may give other bytes: two byte sequences can mean one character, and one replacement
    character several bytes.
    """

    _STEP = 4096

    def __init__(self, decoded: DecodedText) -> None:
        self._data = decoded.data
        self._encoding, self._errors = decoded.encoding, decoded.errors
        self._decoder = codecs.getincrementaldecoder(decoded.encoding)(decoded.errors)
        self._at = decoded.start
        self._char = 0
        self._size = len(decoded.text)

    def seek(self, char: int) -> int:
        """Return the byte offset of a character. Offsets must not decrease between calls."""
        if char >= self._size:
            return len(self._data)
        step = self._STEP
        while self._char < char:
            state = self._decoder.getstate()
            count = len(self._decoder.decode(self._data[self._at : self._at + step]))
            if self._char + count <= char and self._at < len(self._data):
                self._at += step
                self._char += count
                step = min(step * 2, self._STEP)
            elif step > 1 and self._at < len(self._data):
                self._decoder.setstate(state)
                step //= 2
            else:
                self._decoder.setstate(state)
                return self._inside(char, state[0])
        # The decoder holds back the first bytes of the character that begins here.
        return self._at - len(self._decoder.getstate()[0])

    def _inside(self, char: int, pending: bytes) -> int:
        """Return the byte offset of a character, where one more byte released several characters at once."""
        begin = self._at - len(pending)
        for end in range(begin + 1, self._at + 1):
            head = self._data[begin:end].decode(self._encoding, self._errors)
            if len(head) == char - self._char:
                return end
        return begin
