"""Messages of Outlook (.msg). The fixtures were written by extract-msg 0.57, from PyPI."""

from __future__ import annotations

import base64
import zlib

import pytest
from compound import compound
from reading import read

# Two bodies, headers, an attached page, and a forwarded message.
_WHOLE = (
    r"c-rk)OHUL*5UyF?Pvt3~F%wBVn8@ym1|ORhlt+wkfddH_vbzksBl`-"
    r"wJWu`;<K2sQ4<y91o{dpSy!Zz^3G3H2J+Kg#>4rs6sYy*wcTd;XRb5p*Js&@`e0%-"
    r"2XNwL{m?~(eP)F58ZH8o~%S5%ZzEda^+~&ds{Z+IL_F>&Bz?I-CuvqgNxvqli@!SAzlx-LE@6aS=aOKIQ5lW+6q&3o^PO36oS;B`"
    r"Jnta^8;dGB4Hl_~zQYMyJTv?!IaJNwA$wrw&>oV7KsAn*<AoWq;5Lp58?aMi;^B$x<{2VP&6!$#ECC)53K>akpW$<t{m~N4e^{<n"
    r";PX$}#%$pwgK}HTJ;k$9Gitkg>|0$k_RPb3|wFbWMlU5J>do;|*D)_ZBKdItZD&PkY4*|NXWdE9?eNP2ntkn%A{C*|<b^X7Z<JQ~"
    r"%f{ZVo?s)oty@vgTy(SdmZ-9NE{Q8SneWRd%KfLfX@Eaw&_z@uIagR}=MBbaF-"
    r"lBZqTn>fEFbpZLTQT<)f3F=EKe&g#tN*2A;{WOV-vsXRSbsP2PGkL>!9AY%1H1SE#6f9%!)TT|wVsXrjdsoaC;a4onfG5Ed>mcqd"
    r"KvfMHYrmTzXg1)jQg*U*P(&mTIT&%*Zyr~-"
    r"hVqa{jdFu_uq~K`|nBPuSZk=PNn?k<{!2FUkCpRxK{~ZE&jWtOjZ0Yh4^#uM^0t^yLsKpN5?t;6z>J4xK{SN=l`SL_2LUUpHzG%^"
    r"A(kQ=i~>@KfsNxtIgY=j0*blSk!-PJN=&#IU-NZ<NGne`O8GMa=s-"
    r"^#LZ7`Elp$S{Y76P!$ii*PzvP~kG3Im9^W<fv`#DNw;@}+HN($I+(qAe#BBtv&oSEO7}lc*j~|4zRYZOcr5-"
    r")OoTL2rWPu*>JicQN37+XVv|sTU9|QU#v~g#UK`pL<A4=p?$#5u|nOh5ovf;7C&3BuxEOR-NGDFeuR4if7&xiccaLAt({p%~1owv"
    r"*x%T8L{<ab8;S<EqV&m`s@;}sG6)f_#9-mAPa6TFWJ>&EePo1Wo|LiC2P#zE-"
    r"2N@0F)T&|mV!x=v<Pb8vOyuTvreQcu$#%Fo`U28dVrZ|hg;Q8cPj_}DOWD9Q+ZyajBqS>5;DyV9pTAuB7XnNPP7g;Cqyo3mfYvb>"
    r"aU$3}z$p%)M(FL3EXN&&=S{!}e<c?2c>=0(2le(0$_d)vK<M*Kd7@Fe{)5Er9PFYqq6I-"
    r"y%NXi_Ir0k?^r4x~*oQUxw$GiDE3LR`{vj80uus{lRHT!2d8f~^jUVg3magVVlh`7#4j}no4LFbEp0|wdQVg"
)
# Compressed RTF and no other body.
_RTF = (
    r"c-"
    r"p&gUhu)fjZzO8(10BSGsD0CoD6J8VvJA>1_BH~6%hWv|NsBPg#V9%AqD;dF%vWnVR#gb91z5i4}>KQ3Jk6cc|f{|p^||VAjZJT2r"
    r"~;*9&qzAfyEC%q}{OTVF3{kWeo8^SOBy&A4sMG=@N!aAYBX;Ed%q5f&6@+%M2Ox7!0tOWx&A1i0mI?-"
    r"R;1Du)mn0lpzU7mN2A4?TH6s0|sLTb1-d)-5X$_MTY&1km8eo{mwwPBT@D<LBo_-`$6i32-t7R-"
    r"~zUp2>TgWp?)IPer6)<Hvpzb0|pbK{12+5*h#P-6jn+^*>6mg|4EI1R&c(-"
    r"Z$BjDEunE>L{<Ai;S~vGBbWQgm>nuN3Whg8&XY_?G@_iegtP$<Je219dyA2o;hsH+|MD+H9#l5x0P73|aM_*4Kq@#2O!tXE-"
    r"QK|RJ`<b=NCSyr{SLsoq5_z6ih(p~zzOJsByjDQ&0r07#}l9%GJxhNF!(ThV<;z}KN)Cy5ikT`F31P+(n+vC6o?Cf*eA-ZG}Uk|6"
    r"Eg!BLs4=;x}lLNhmnE{%LIjxqL>2pRFibRMwUjlz|;c;`N`R-"
    r"I{eOj`y2TWE0pG?DCF^9_>rNI%H6<lfLTGnnrjhLtq8I90|1a(TEG"
)
# Text in one byte a letter, of cp1252.
_NARROW = (
    r"c-"
    r"p&gUhu)fjZzO8(10BSGsD0CoD6J8VvJA>1_BH~6%hWv|NsBPg#V9%AqD;dF%vWnVR#gb91z5i4}>KQ3Jk6cc|f{|p^||VAjZJT2r"
    r"~;*9&qzAfyEC%q}{OTVPQZNB=JC40JJq9NTvem5{675T?`a01M`c4{CuFx3>owo46vAGz`(?a>>py??ZAMrznGzvAqhy9Fr-"
    r"86i3ef>24e<uFl`778(csOYCj9K>?6i*kk{D>*l!57*?=hfnV@D8Yd=UmCqe%^1KEzm*v~*}_%lN>wE#Ks&oF8~7$BGXqh<fd1BA"
    r";-OGq2=z(Z-izqc5f8UEUX_)l0M@&QGE(n|Bv$xge$$r(9+ii=Zo$kgwjlgcm($Oi!DNHLr"
)


def message(packed: str) -> bytes:
    return zlib.decompress(base64.b85decode(packed))


def test_a_message_with_its_attachments() -> None:
    found = read("a.msg", message(_WHOLE))
    outer, page, inner = found.documents
    assert outer.title == "Überfahrt nach Föhr"
    fields = dict(outer.fields)
    assert fields["from"] == "Åsa Kvist <asa@ex.se>"
    assert (fields["to"], fields["cc"]) == ("Bob Ek; Käthe Löw", "carl@ex.org")
    assert (fields["date"], fields["list"]) == (
        "2024-09-02T08:00:00+00:00",
        "Watt <watt.example.org>",
    )
    assert (outer.id, outer.media_type) == ("m1@x", "message/rfc822")
    assert "Grüße vom Schiff" in found.parts[0].text
    assert "falsch" not in found.parts[0].text
    assert (page.member, page.media_type) == ("Überblick.html", "text/html")
    assert (inner.member, inner.title) == ("Weiterleitung", "innerer Betreff")
    assert dict(inner.fields)["outer"] == "Überfahrt nach Föhr"


def test_a_message_that_has_only_compressed_rtf() -> None:
    text = "Der Träger der Seepocke, der Träger der Seepocke und noch einmal der Träger"
    assert [part.text for part in read("a.msg", message(_RTF)).parts][-1] == text


def test_letters_in_the_code_page_of_the_message() -> None:
    found = read("a", message(_NARROW))
    assert found.documents[0].title == "Prüfung"
    assert "Schlüssel" in found.parts[0].text


def test_a_text_with_this_name_is_read_as_text() -> None:
    assert read("Point.msg", b"float32 x\n").parts[0].text == "float32 x"


@pytest.mark.parametrize("packed", [_WHOLE, _RTF, _NARROW])
def test_broken_messages_are_read_in_part_or_named(packed: str) -> None:
    data = message(packed)
    for size in range(8, len(data), 397):
        read("a.msg", data[:size])
        read("a.msg", data[:size] + bytes(8) + data[size + 8 :])


def test_properties_that_break_off() -> None:
    streams = {"__properties_version1.0": bytes(35), "__substg1.0_0037001F": b"a\0b"}
    assert read("a.msg", compound(streams)).documents[0].title.startswith("a")
    streams = {
        "__properties_version1.0": b"",
        "__substg1.0_10090102": bytes(8) + b"LZFu" + bytes(4) + b"\xff",
    }
    assert read("a.msg", compound(streams)).documents[0].title == "mail from nobody"
