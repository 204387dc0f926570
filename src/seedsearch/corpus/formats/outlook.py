"""Read messages that Outlook saved (.msg): written as a message of the internet, and read by the reader of mail."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Mapping

from seedsearch.corpus.formats import mail
from seedsearch.corpus.formats.ole import Container, moment_of
from seedsearch.corpus.found import Extracted, extracted
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.digest import blake2b
from seedsearch.model import SourceFile

_STREAM = "__substg1.0_"
# The headers, and the properties with their values, best first. Those of the internet are in one property.
_HEADERS = {
    "Subject": ("0037", "0070"), "To": ("0E04",), "Cc": ("0E03",), "Bcc": ("0E02",),
    "Message-ID": ("1035",), "In-Reply-To": ("1042",), "References": ("1039",), "Reply-To": ("0050",),
}  # fmt: skip
_SENDER, _ADDRESSES = ("0C1A", "0042"), ("5D01", "5D02", "0C1F", "0065")
_SENT = re.compile(
    r"(?im)^(?:list-id|organization|newsgroups|keywords|x-label):.*+(?:\n[ \t].*+)*+"
)
_SENT_HEADERS, _BODY, _PAGE, _RTF = "007D", "1000", "1013", "1009"
_DATES, _CODE_PAGES = (0x0039, 0x0E06, 0x3007), (0x3FDE, 0x3FFD)
_ATTACHED, _INNER, _NAMES = "3701", "3701000D/", ("3707", "3704", "3001")
_KIND = "370E"
_MOST_LEVELS = 20
_RTF_WORDS = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)  # fmt: skip
"""What compressed RTF refers back to before it has any text of its own."""


def documents_of(file: SourceFile, container: Container) -> Extracted:
    """Yield the message, and its attachments that are documents. Raise Skip if it is damaged."""
    yield from read_message(file, _message(container, "", 0))


def read_message(file: SourceFile, message: bytes) -> Extracted:
    """Yield the documents of a composed message, without its lines: no file has them."""
    for found in extracted(mail.documents_of(file, message)):
        yield found if isinstance(found, Problem) else found._replace(lines=(), ends=(), spans=())


def _message(container: Container, folder: str, level: int) -> bytes:
    """Return the message in a folder of the container as a message of the internet."""
    attached = [_attachment(container, name, level) for name in _attachments(container, folder)]
    return composed(_stored(container, folder, 24 if folder else 32), attached)


def composed(stored: Stored, attached: list[bytes]) -> bytes:
    """Return properties and attachments as a message of the internet."""
    head = "".join([f"{name}: {value}\n" for name, value in _headers(stored)])
    bodies = [_part("text/plain", "", stored.text(_BODY).encode("utf-8", "replace")),
              _part("text/html", "", stored.page())]  # fmt: skip
    if not any(bodies) and (rtf := stored.data(_RTF)):
        bodies = [_part("application/rtf", "message.rtf", _unpacked(rtf))]
    return head.encode("utf-8", "replace") + _joined(
        "mixed", [_joined("alternative", bodies), *attached]
    )


def _headers(stored: Stored) -> Iterator[tuple[str, str]]:
    sender = next(filter(None, map(stored.line, _SENDER)), "")
    addresses = [value for value in map(stored.line, _ADDRESSES) if "@" in value]
    if sender or addresses:
        address = f"<{addresses[0]}>" if addresses and addresses[0] != sender else ""
        yield "From", f"{sender} {address}".strip()
    for name, properties in _HEADERS.items():
        if value := next(filter(None, map(stored.line, properties)), ""):
            yield name, value
    if date := next(filter(None, map(stored.date, _DATES)), ""):
        yield "Date", date
    for header in _SENT.findall(stored.text(_SENT_HEADERS).replace("\r", "")):
        name, _, value = header.partition(":")
        yield name, " ".join(value.split())


def _part(kind: str, name: str, content: bytes) -> bytes:
    if not content.strip():
        return b""
    disposition = f'\nContent-Disposition: attachment; filename="{name}"' if name else ""
    return (
        f"Content-Type: {kind}; charset=utf-8{disposition}\n\n".encode("utf-8", "replace") + content
    )


def _joined(kind: str, parts: list[bytes]) -> bytes:
    boundary = blake2b(b"".join(parts), digest_size=16).hexdigest()
    marked = [b"--%b\n%b\n" % (boundary.encode(), part) for part in parts if part]
    head = f"Content-Type: multipart/{kind}; boundary={boundary}\n\n"
    return head.encode() + b"".join(marked) + f"--{boundary}--\n".encode()


def _attachments(container: Container, folder: str) -> list[str]:
    start = f"{folder}__attach_version1.0_"
    names = container.names_from(start)
    folders = (
        name[: name.index("/", len(start)) + 1] for name in names if "/" in name[len(start) :]
    )
    return list(dict.fromkeys(folders))


def _attachment(container: Container, folder: str, level: int) -> bytes:
    inner = f"{folder}{_STREAM}{_INNER}"
    has_message = level < _MOST_LEVELS and container.names_from(inner)
    message = _message(container, inner, level + 1) if has_message else b""
    return attachment(_stored(container, folder, 8), message)


def attachment(stored: Stored, message: bytes = b"") -> bytes:
    """Return the part of a message for an attachment, which may be a `message` itself."""
    name = next(filter(None, map(stored.line, _NAMES)), "").replace("\\", "/").replace('"', "'")
    if message:
        return _part("message/rfc822", name or "message", message)
    kind = stored.line(_KIND) or "application/octet-stream"
    return _part(kind.partition(";")[0], name, stored.data(_ATTACHED))


def _stored(container: Container, folder: str, head: int) -> Stored:
    """Return the properties in a folder of the container. Those of a fixed size have a stream of their own."""

    def read(name: str) -> bytes:
        return container.read(name) if name in container else b""

    data = read(f"{folder}__properties_version1.0")
    body = data[head : len(data) - (len(data) - head) % 16] if len(data) > head else b""
    fixed = {tag >> 16: value for tag, value in struct.iter_unpack("<I4xQ", body)}
    return Stored(lambda name: read(f"{folder}{_STREAM}{name}"), fixed)


class Stored:
    """The properties of a message or an attachment.

    `read` returns the bytes of one by its number and type (`0037001F`), b"" if it is not there. `fixed` has those of
    a fixed size by their numbers.
    """

    def __init__(self, read: Callable[[str], bytes], fixed: Mapping[int, int]) -> None:
        self._read, self._fixed = read, fixed
        page = next((fixed[name] & 0xFFFF for name in _CODE_PAGES if name in fixed), 1252)
        self._encoding = {65001: "utf-8", 1200: "utf-16-le"}.get(page, f"cp{page}")

    def data(self, number: str, kind: str = "0102") -> bytes:
        """Return the bytes of a property, b"" if it is not there."""
        return self._read(number + kind)

    def text(self, number: str) -> str:
        """Return a property as text."""
        if wide := self.data(number, "001F"):
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        return self._decoded(self.data(number, "001E")).rstrip("\0")

    def line(self, number: str) -> str:
        """Return a property as text on one line."""
        return " ".join(self.text(number).split())

    def page(self) -> bytes:
        """Return the body as HTML, in UTF-8."""
        return (self._decoded(self.data(_PAGE)) or self.text(_PAGE)).encode("utf-8", "replace")

    def date(self, number: int) -> str:
        """Return a date in ISO 8601."""
        moment = moment_of(self._fixed.get(number, 0))
        return moment.isoformat() if moment else ""

    def _decoded(self, data: bytes) -> str:
        try:
            return data.decode(self._encoding, "replace")
        except LookupError:
            return data.decode("cp1252", "replace")


def _unpacked(data: bytes) -> bytes:
    """Return compressed RTF as it was: groups of eight, each a letter or a reference to earlier text."""
    size, kind = struct.unpack_from("<4xI4s", data) if len(data) >= 16 else (0, b"")
    if kind == b"MELA":
        return data[16 : 16 + size]
    if kind != b"LZFu":
        raise Skip("compressed in an unknown way")
    out, at = bytearray(_RTF_WORDS), 16
    while at < len(data) and len(out) < size + len(_RTF_WORDS):
        flags, at = data[at], at + 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += data[at : at + 1]
                at += 1
                continue
            place, at = int.from_bytes(data[at : at + 2], "big"), at + 2
            # The place is one in a ring of 4,096 letters.
            begin = len(out) - ((len(out) - (place >> 4)) % 4096 or 4096)
            if at > len(data) or begin < 0 or place >> 4 == len(out) % 4096:
                return bytes(out[len(_RTF_WORDS) :])
            for number in range((place & 15) + 2):
                out.append(out[begin + number])
    return bytes(out[len(_RTF_WORDS) :])
