"""From bytes to text: what is binary, which encoding it is, and which bytes a character came from.

The order is: NUL bytes mean binary unless they are few, or the text is UTF-16 or UTF-32; a byte order mark; the
escapes of ISO-2022 and HZ; strict UTF-8 over everything; an East Asian encoding that is clear; only then
a detector's guess. The text is
exact: nothing is stripped, no line end is changed.
"""

from __future__ import annotations

import codecs
import functools
import re
from collections.abc import Sequence

from seedsearch.corpus import mixed
from seedsearch.corpus.east_asian import east_asian
from seedsearch.corpus.letters import likeliest
from seedsearch.corpus.skip import Skip
from seedsearch.line_ends import with_newlines_in_place
from seedsearch.model import DecodedText

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that one's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_MARKS_BEGIN = frozenset(mark[:1] for mark, _ in _MARKS)

_MAGIC = (
    (rb"%PDF-", "PDF"),
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
_HIGH = re.compile(rb"[\x80-\xff]")
_ISO_2022 = re.compile(rb"\x1b(?:\$[@AB]|\$\([A-DOPQ]|\([IJ]|\$\)C|\.[AF])")
_ISO_2022_CODECS = (
    "iso2022_jp",
    "iso2022_jp_2",
    "iso2022_jp_ext",
    "iso2022_jp_3",
    "iso2022_jp_2004",
)
_HZ = re.compile(rb"~\{((?:[\x21-\x77][\x21-\x7e])+)~\}")
# Found on mainframes, not in folders; a short text in an Asian encoding is easily taken for it.
_EBCDIC = ("cp037", "cp424", "cp500", "cp875", "cp1026", "cp1140", "cp273")
_STATEFUL = frozenset((*_ISO_2022_CODECS, "iso2022_jp_1", "iso2022_kr", "hz", "utf-7"))
# Compiled where they are wanted, which is seldom.
_NOT_UTF_16_TEXT = "[\0-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ud800-\uf8ff\ufdd0-\ufdef\ufffe\uffff]"
_WITH_OTHERS = ("utf-8", "cp125", "iso8859", "koi8")  # what files in two encodings are in
_COMMON = "[ \n\r\t.,、。，　]"


def decode(data: bytes, given: str = "") -> DecodedText:
    """The text of `data`, with its encoding. Raises Skip when the bytes are not text.

    `given` is the encoding that the user gave, if any: it is not questioned.
    """
    if given:
        return _as_given(data, given)
    if data.startswith(b"%PDF-"):
        raise Skip("binary (PDF)")
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
    # Half the price of calling DecodedText: a mailbox has many texts.
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
    """Whether so few bytes are NUL that a text may hold them."""
    return nuls * 1000 < size


def is_stateful(encoding: str) -> bool:
    """Whether what a byte means depends on escapes before it, so that only lines can be cut."""
    return encoding in _STATEFUL


def _binary(data: bytes) -> str:
    for pattern, name in _MAGIC:
        if re.match(pattern, data, re.DOTALL):
            return f"binary ({name})"
    return "binary"


def _by_encoding(data: bytes, encoding: str, confidence: float, start: int = 0) -> DecodedText:
    body = data[start:] if start else data
    try:
        return DecodedText(data, body.decode(encoding), encoding, "strict", confidence, start)
    except UnicodeDecodeError:
        text = body.decode(encoding, "replace")
        return DecodedText(data, text, encoding, "replace", confidence, start)


def _with_nul(data: bytes) -> DecodedText:
    """UTF-16 without a mark has NUL bytes too; in one order of bytes it reads like text. In other texts a few bytes may
    be broken."""
    best, encoding = 0.0, ""
    if may_be_text(data.count(0), len(data)) and _binary(data) == "binary":
        found = decode(data.replace(b"\0", b" "))
        return _by_encoding(data, found.encoding, found.confidence, found.start)
    if len(data) >= 8 and _binary(data) == "binary":
        for candidate in ("utf-16-le", "utf-16-be"):
            share = _share_of_common(data[: _SAMPLE & ~1], candidate)
            if share > best:
                best, encoding = share, candidate
    if best < 0.02:
        raise Skip(_binary(data))
    decoded = _by_encoding(data, encoding, 0.9)
    if decoded.text.count("\0"):
        raise Skip(_binary(data))
    return decoded


def _share_of_common(sample: bytes, encoding: str) -> float:
    """The share of spaces and stops, or 0 where a character is one that texts do not hold."""
    text = sample.decode(encoding, "replace")
    if len(sample) < 32 and not (
        text.isprintable() and min(text) < "\x80" and max(text) < "\u0600"
    ):
        return 0.0
    without_pairs = re.sub("[\U00010000-\U0010ffff]", "", text)
    if re.search(_NOT_UTF_16_TEXT, without_pairs) or "\ufffd" in text[:-1]:
        return 0.0
    common = len(re.findall(_COMMON, text)) / len(text)
    return max(common, 0.5) if len(sample) < 32 else common


def _seven_bits(data: bytes) -> DecodedText:
    if _ISO_2022.search(data):
        korean = b"\x1b$)C" in data
        for encoding in ("iso2022_kr",) if korean else _ISO_2022_CODECS:
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            return DecodedText(data, text, encoding, "strict", 0.99, 0)
        return _by_encoding(data, "iso2022_kr" if korean else "iso2022_jp", 0.5)
    if _reads_like_hz(data):
        return _by_encoding(data, "hz", 0.95)
    return DecodedText(data, data.decode("ascii"), "utf-8", "strict", 1.0, 0)


def _reads_like_hz(data: bytes) -> bool:
    """Program text holds `~{` too: HZ must decode without an error, mostly to common characters."""
    runs = _HZ.findall(data)
    leads = b"".join(run[::2] for run in runs)
    common = sum(0x30 <= lead <= 0x57 for lead in leads)
    if len(leads) < 2 or common * 2 < len(leads):
        return False
    try:
        data.decode("hz")
    except UnicodeDecodeError:
        return False
    return True


def _legacy(data: bytes) -> DecodedText:
    reason = _binary(data[:_SAMPLE])
    sample = data[:_SAMPLE]
    if (
        reason != "binary"
        or len(sample) - len(sample.translate(None, _CONTROLS)) > len(sample) / 20
    ):
        raise Skip(reason)
    if known := east_asian(data):
        return DecodedText(data, *known, "strict", 0.99, 0)
    lenient = data.decode("utf-8", "replace")
    if _mostly_utf_8(data, lenient):
        return decoded_by_line(data, "utf-8", 0.9)
    encoding, confidence = _detect(mixed.without_utf_8(data) if b"\n" in data else data)
    return decoded_by_line(data, likeliest(data, encoding), confidence)


def decoded_by_line(data: bytes, encoding: str, confidence: float) -> DecodedText:
    """The text of bytes in an encoding, of which single lines may be in another one."""
    decoded = _by_encoding(data, encoding, confidence)
    if (encoding == "utf-8" and decoded.errors == "strict") or not encoding.startswith(
        _WITH_OTHERS
    ):
        return decoded
    return mixed.read_by_line(data, encoding, confidence) or decoded


def _mostly_utf_8(data: bytes, lenient: str) -> bool:
    """UTF-8 with a few bad bytes: valid sequences hardly ever come about by chance."""
    bad = lenient.count("\ufffd")
    continuations = len(data) - len(data.translate(None, bytes(range(0x80, 0xC0))))
    good = len(data) - len(lenient)  # every continuation byte of a good sequence shortens the text
    return good >= 10 * bad and good * 2 >= continuations


def _detect(data: bytes) -> tuple[str, float]:
    import chardet  # only for what UTF-8 does not decode: its import takes 50 ms

    high = _HIGH.search(data)
    # The detector looks at the beginning only: let it begin near what it has to judge.
    start = max(0, (high.start() if high else 0) - 1000)
    start = data.rfind(b"\n", 0, start) + 1 if start else 0
    if high and high.start() - start > _SAMPLE // 2:
        start = high.start() - 1000
    found = chardet.detect(data[start : start + _SAMPLE], prefer_superset=True, compat_names=False)
    if found["encoding"] is None:
        raise Skip(f"binary ({found['mime_type']})" if found["mime_type"] else "binary")
    return _codec_name(found["encoding"]), round(found["confidence"], 4)


def _codec_name(name: str) -> str:
    """The name that Python's codecs know, with the byte order where there is one."""
    try:
        known = codecs.lookup(name).name
    except LookupError:
        return "cp1252"
    if known in ("utf-8", "ascii", "utf-8-sig"):
        return "cp1252"  # UTF-8 did not decode it: the bytes that decide lay past the sample
    return {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(known, known)


# ------------------------------------------------------------------ characters to bytes


# How the compiled core is to count bytes: see Finder in _core.pyi.
_UTF_8, _REPLACED, _ONE, _TWO, _FOUR, _BY_LEAD = range(1, 7)

# Encodings of one to four bytes a character, where its first byte, or its second in GB 18030, says how many.
_BY_LEAD_BYTE = frozenset(
    """
    big5 big5hkscs cp932 cp949 cp950 euc_jis_2004 euc_jisx0213 euc_jp euc_kr gb18030 gb2312 gbk johab shift_jis
    shift_jis_2004 shift_jisx0213
    """.split()  # noqa: SIM905 - reads better as text
)


def byte_source(decoded: DecodedText) -> tuple[bytes, int, int, bytes] | None:
    """The file's bytes, where its text begins in them, how characters are counted in them, and the widths of characters
    by their first byte, where that is the way; None where each place must be looked for."""
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
    """How many bytes the characters have that begin with each byte; 0 where the second byte says it."""
    return bytes(_width(encoding, lead) for lead in range(256))


def _width(encoding: str, lead: int) -> int:
    if _is_character(bytes((lead,)), encoding):
        return 1
    if encoding == "gb18030":
        return 0
    trails = range(0x30, 0xFF)
    return 2 if any(_is_character(bytes((lead, trail)), encoding) for trail in trails) else 3


def _is_character(data: bytes, encoding: str) -> bool:
    try:
        return bool(data.decode(encoding))
    except UnicodeDecodeError:
        return False


def _is_byte_per_character(decoded: DecodedText) -> bool:
    """Whether character n of the text is simply byte `start + n` of the file."""
    if decoded.encoding == "utf-8":
        return len(decoded.text) == len(decoded.data) - decoded.start and decoded.errors == "strict"
    return _is_single_byte(decoded.encoding)


def byte_offsets(decoded: DecodedText, chars: Sequence[int]) -> list[int]:
    """Where in the file the characters at these ascending offsets begin (-1: not known).

    An offset of `len(text)` means the end. In stateful encodings only ends and beginnings of lines
    have a place; the caller asks for no other.
    """
    start, encoding = decoded.start, decoded.encoding
    if decoded.mixed:
        return mixed.offsets(decoded, chars)
    if _is_byte_per_character(decoded):
        return [start + at for at in chars]
    if encoding == "utf-8" and decoded.errors == "strict":
        return _utf_8_offsets(decoded, chars)
    if encoding[:6] in ("utf-16", "utf-32"):
        return _wide_offsets(decoded, chars)
    if encoding in _STATEFUL:
        return _line_offsets(decoded, chars)
    cursor = _Cursor(decoded)
    return [cursor.seek(at) for at in chars]


def _utf_8_offsets(decoded: DecodedText, chars: Sequence[int]) -> list[int]:
    text, offsets = decoded.text, []
    before, at = 0, decoded.start
    for char in chars:
        piece = text[before:char]
        at += len(piece) if piece.isascii() else len(piece.encode("utf-8"))
        before = char
        offsets.append(at)
    return offsets


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
        # Only a cut-off last character is shorter or longer than what it was replaced by.
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
    return encoding not in _STATEFUL and len(bytes(range(256)).decode(encoding, "replace")) == 256


class _Cursor:
    """A place in bytes and in characters at once, moved forward only.

    For encodings of many bytes a character, where encoding the text again need not give the same
    bytes: two byte sequences may stand for one character, and one replacement for several bytes.
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
        """The byte offset of a character at or after the last one asked for."""
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
        # Bytes that the decoder holds back belong to the character that begins here.
        return self._at - len(self._decoder.getstate()[0])

    def _inside(self, char: int, pending: bytes) -> int:
        """One byte more gave several characters: the first ones stand for bytes held back."""
        begin = self._at - len(pending)
        for end in range(begin + 1, self._at + 1):
            head = self._data[begin:end].decode(self._encoding, self._errors)
            if len(head) == char - self._char:
                return end
        return begin
