"""cpio and Zstandard. The archives are made by cpio 2.13 and py7zr 1.0."""

from __future__ import annotations

import base64
import importlib
import io
import struct
import sys
import zipfile
import zlib

import pytest
from reading import read

from seedsearch.corpus.formats import registry

# A folder with a text and a page of Markdown, and a link.
_CPIO = {
    "newc": "c-k{CH!wFaG%#>9ay4*rF#rM+Lsu}31sIt*8919+n3<yrySW<R2SzZ49)kgreQscJ3qwZ}9Qq8=>~kd2J~J32QLm(;gdsUUF-M^wzo>+Z"
    "0mXi2V-oFmCenUW7$Zq9H-&*gS;0{uBQ-H4GcTPB$$mo<u>Tzm-Q0+@-;~tw&S8Lr0K(ry0b<pm11A_GB*@Xz$2CY%QITO33~B%XG+KIo",
    "odc": "c-pOyF$=;#425s@S6p!~FS*NQ?%*Ie75_lBqC&MIH~8}{?a+D_RPbd8c|1OnK+zSc0+0Y!frpA96%UQX!6A6^I<<S{2Cp<1n9zm&8;#~^V"
    "GMAU$44~#wrcFHy~jn$hWm{@o<x3^Uuv_og*_dr`g}d6Z~+rTRlkK#-XM+XS09l0ESh)SWZ0I)db29CEHi)B6CdGNi~",
    "crc": "c-k{CH!wFaGB9v7ay4*rF#rM+Lsu}31sIt*8919+n3<yrySW<R2SzZ49)kgreQscJ3qwZ}9Qq8=>~kd2J~J?BY~h-yS5i^Jker{Gqfn4vRK"
    "mr8V!yL7iS|1aX}>ANesk9(z1$QA24w|Dg^bk1l+3(zE+qR6O~C$lG<0(#(tcA?!#jro5&{T+69o(n$OBF=Mo5sOr;lrpqM{<hC>YcL0Qtds!T",
    "bin": "c-lK&$nbCPgSU<hK)?jVJlW|PAew<ekKs5_?$d)MjUXN)RE`Zub1@|9l~j~4B<CmQC=}!um2iPn9!68i3Zfa3^m0=e7?c$p6*5v2Q!?|?!"
    "D^iz{$Gf!7GxtULk`qjpb9u(gwot#G9<{+)5kSPQBjd$6i@{K02^Z}3;",
}
_SEVEN_ZIP = (
    "H+sCUCma9-U=K~xhX4Qo000006aWAK00000*DS7xD77#B09dgA0Ap`qY#?xNa&!tKAVDB#WnpA#Zf6SM0B!(aT>t=qGY75@&;0Og59{ilr(`GC"
    "a|YO<lQ|8Og0h-tpoJ_h2^1`g@Cs6Fo6X;PeR)~d@cII&$?VIsi(Eb>e}eCAh|h9jk7@fu^U9rrGL!L&ZopvYs6@-%&1=vA0000N1|I<lXaENb"
    "0RRCZApsZ+ZvX%"
)


def cpio(kind: str) -> bytes:
    return zlib.decompress(base64.b85decode(_CPIO[kind]))


def zstd(data: bytes) -> bytes:
    packed = importlib.import_module(registry.ZSTANDARD).compress(data)
    assert isinstance(packed, bytes)
    return packed


@pytest.mark.parametrize("kind", _CPIO)
def test_members_of_cpio(kind: str) -> None:
    for name in ("a.cpio", "unknown"):
        found = read(name, cpio(kind))
        assert [document.member for document in found.documents] == ["a.txt", "b.md"]
        assert found.texts == ["coal port", "# A heading"]
        assert not found.problems


@pytest.mark.parametrize("kind", _CPIO)
def test_cpio_that_breaks_off(kind: str) -> None:
    whole = cpio(kind)
    end = whole.index(b"# A heading") + 12
    for size in range(0, end, 11):
        found = read("a.cpio", whole[:size])
        if found.texts:
            assert (found.texts, found.problems) == (["coal port"], [("after a.txt", "breaks off")])
        else:
            assert found.skipped == "broken cpio archive"


def test_zstandard_is_unfolded() -> None:
    for name in ("a.md.zst", "unknown"):
        assert read(name, zstd(b"# A heading\n\nThe coal port")).title == "A heading"
    padding = struct.pack("<II", 0x184D2A50, 3) + b"???"  # a frame that is skipped
    found = read("a.log.zst", zstd(b"one\n") + padding + zstd(b"two\n"))
    assert found.texts == ["one\ntwo"]
    assert read("a.txt.zst", zstd(b"some text" * 100_000)[:-9]).problems[0][1] == "breaks off"
    assert "decompresses to more" in read("a.txt.zst", zstd(bytes(9 << 20))).skipped


def test_members_that_zstandard_packs() -> None:
    found = read("a.7z", base64.b85decode(_SEVEN_ZIP))
    assert found.texts == ["coal port", "# A heading"]
    out = io.BytesIO()
    content = b"the coal port, the coal port"
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", zstd(content))
    data = bytearray(out.getvalue())
    for at, offset in ((0, 8), (data.index(b"PK\1\2"), 10)):
        struct.pack_into("<H", data, at + offset, 93)  # the method
        struct.pack_into("<I", data, at + offset + 6, zlib.crc32(content))
        struct.pack_into("<I", data, at + offset + 14, len(content))
    assert read("a.zip", bytes(data)).texts == [content.decode()]


def test_without_the_library_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = zstd(b"text")
    monkeypatch.setitem(sys.modules, registry.ZSTANDARD, None)
    assert read("a.zst", packed).skipped == "needs seedsearch[zstd]"
