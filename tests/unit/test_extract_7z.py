"""7z archives, made with py7zr 1: members are read by their formats, and unreadable ones named."""

from __future__ import annotations

import base64

import pytest
from reading import read

PACKED = {
    "LZMA2": (
        "H+sCUCma9--b(Onng9R*00000761SM00000I-FQ70RR<aZ((d8aBp&S3UhIFX=EV7yl%s<3IN~$o&b1V004nA2d)p#q%OD*)M{RR"
        "<=5St=C4wC5SMO_3pKjk+))&trE=9+J4<sGCwTiTIDOSn9tXwR2%^7{X6Lu)#k~qw9n*JwM$)U>c4bhH8=Ne?0vX8jK%ln~R8Woi"
        "Gmo3h(n?9om;YEddb$IV6)w48tgHY4000*T8UYD_fB**z0RRCZApsZ+fS&*W"
    ),
    "LZMA": (
        "H+sCUCma9-ofTp?qW}N^00000761SM00000!#tqL05O}$N57)!B4)d54-<y^eZ*^a0*e2sG|0XE|No=r007_sq5yea004nA2d)p$"
        "EcCpeKSx1j#n`Xp3zrIV_80>I4L#M&*926`p-K(#C_zLD9!7(ojR)yJJ=rt=oHQH$o^O18Ji92G*xPByu~{HhumP4uHO}01Dn&m+"
        "rrVUwKPM@m7)fuVMZ(p7vmVR;W6(jeqbW9i$^vKr0000N1|k6ofPnx93jqKDAt3=641l8m00"
    ),
    "delta": (
        "H+sCUCma9-p>Ezyod5s;00000761SM00000JT&1c0RR<a4Dt)KQ2zr0mTCS3^!vP{`Lb2)TL9nyq5ykc004nA2d)p#q%OD*)M{RR"
        "<=7@*|A)Q#i^hfZ0pZ(e{AW!?<uT(P2+4!PZ}aL!3EqR0MXHB|))Tkoh{%}sl2r9EI-CDK#qq9(Hl4W8rnmE#ka@D=%aCGPHC&5!"
        "+I%tjm}=JA)hU+KQZ<k{90A8$MBC>+2><{902c-t0SSPE00#>J00AK(0T>K`qW}N"
    ),
    "bzip2": (
        "H+sCUCma9-QcuM#z5oCK000006#xJL00000KCVY8LRx4!F+o`-Q(69!h;RS^0@0iR5I_JdCH?>a0DuGt03ZM&fNAJP(iGDp6B80W"
        "#9asly5s_8lAjlHML1B9{*s7r-~g5Ya$NubfinlL57H)>{XoEw&gIK?_BSf6*=nVfGr9ccA#AwIG~8&DwjA=Atgz%9)Xm5YRWoMp"
        "nYTbc-0^Q%+WQK~@tAKDm9ZWDX*wccl~u88k}dzv+Qo`@jr-O;tU5oa=<BA+p*QVkN}IjIYt#S$000*TL;(qU00#>J00AK(0T>K`"
        "mjD0"
    ),
    "deflate": (
        "H+sCUCma9-dtXxEk^lez000006#xJL00000duha%OU_TsQ7FhSD&Z<FEX_<&IJ_tC@Omx)-~g5Ya$NubfinlL56^(E3=iw-iGSqF"
        "Y^v~AqG#u&w729t)B~3TL$iFcr6OLR9WR>om96EWiy?<h1DR7+^bKD0VM0KUjvo*ftAWd<AG-bIMRP*m<JM2Osw_4AHFQ(1{_>K8"
        "Gn=d8;CJ$_KUE?%&fow5000*T7y$`-00#>J00AK(0T>K`mjD0"
    ),
    "copy": (
        "H+sCUCma9-5#+x!jsO4v000006#xJL00000>Z1dVV{c(>AaHMTbP98Eb!lWE!@O?8uL|G*ngDQJ004nA2d)p#T`vp=$V3m@_|IkB"
        "?G+x_=>dQRiCs64vdG4e5BHA?Ij>6=53Xsq{r;cQFHTGRXn8~8$}tK_c8G8FM>Ot+h0!jdyR^OPc0OU8Oeji)P^@>?c7g|#1=VEA"
        "iQBGMspX(5dv^c;000*T76A!(00#>J00AK(0T>K`n*aa"
    ),
}
BAD = {
    "encrypted": (
        "H+sCUCma9-MVOAkc>n+a000006aWAK00000f!4jsJ$L_Qz6LN+{CIMek_m@s0RUtH1O@;B2@nbaRN*Yz00#>J00JZi@dp7CQxB|P"
        "Lp)vmbfLOAp6@*C6&xWU0T=-Q3<v}O2nqpte7<u400jXN4FF*PE&y}@cmQ+&000yU0RRB6q<b-c-2oK_0RSL?fPnx202c-j0SRdU"
        "2MYlJ0U;p)7z||q00"
    ),
    "compressed in an unknown way": (
        "H+sCUCma9--b(Onng9R*00000761SM00000I-FQ70AmgsI;o$nhU&@UnsE`*f+<of)PDVghydUKo&b1V004nA2d)p#q%OD*>*}5X"
        "4(P~&4Ui_s^d9h-=4@`cBjX4WG;!b6HPl4z)q7JcZaX8z0yZKRSHI=KPC^0_hTl#XAQdjv8(cX)nWN{+w*M@;T{oYA33r!vDUoO6"
        "OolN(bU7Mlkc+Jrxta1AC2y+5=6nDE000*T8UYD_fB**z0RRCZApsZ+fS&*W"
    ),
}
LOCKED = (
    "H+sCUCma9-_E?i^fB*mh00000C;$Ke00000q%n<1iHs9S#qQW*XkYKYnECpDqp=tE$r}f_a;TsMKD@xL_v@02cNQDPjzQJhSuxVT"
    ">N4~&1Hrr7sn8$~!0rJL7^43M;x?YXQPen{pQ_0kiM(+mzdkT1tA|sUJRHv|bO~mrd6zNA>nrQu>Q($1N2gM#F8R=y;W8zK*DVda"
    "7X}ak32*=h3jqKDBnI&Z0TNRWukQS=BBQsSdxO16^<mf<3}pZS"
)


@pytest.mark.parametrize("how", PACKED)
def test_members_of_a_7z_archive(how: str) -> None:
    found = read("all.7z", base64.b85decode(PACKED[how]))
    assert [(d.path, d.member) for d in found.documents] == [
        ("all.7z", "docs/a.txt"),
        ("all.7z", "Ünï.txt"),
    ]
    assert found.texts == ["coal port", "squid ünï"]
    assert found.problems == [("empty.txt", "empty")]


@pytest.mark.parametrize("reason", BAD)
def test_what_cannot_be_unfolded_is_named(reason: str) -> None:
    found = read("all.7z", base64.b85decode(BAD[reason]))
    assert {said for _, said in found.problems} == {reason}


def test_encrypted_and_broken_archives() -> None:
    assert read("a.7z", base64.b85decode(LOCKED)).skipped == "encrypted"
    whole = base64.b85decode(PACKED["LZMA2"])
    assert read("a.7z", whole[:100]).skipped == "broken 7z archive"
    assert read("a.7z", b"no archive").skipped == "broken 7z archive"
    at = 40
    damaged = whole[:at] + bytes(20) + whole[at + 20 :]
    assert set(read("a.7z", damaged).problems) <= {
        (name, "damaged") for name in ("docs/a.txt", "Ünï.txt", "empty.txt")
    }
