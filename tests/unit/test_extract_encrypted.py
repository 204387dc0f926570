"""Archives that are encrypted, made with 7-Zip 16: the passwords of the user open them."""

from __future__ import annotations

import base64
import io
import sys

import docx
import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from reading import read

LOCKED = {
    "locked.7z": (
        "H+sCUCma9-4$ztF&;S4c00000J^%m!00000$C#wTz0&^5rU9USOf!_DsF{m~-q}W@D#s!=?fsXDxS|ehqJ=(LduTgxFH{n#<Lv6E0YP>"
        "7GbavMnMv?n+#pPPxipFbZPoM{Z|d_VZ9}lzg*u#!{Tl1#&<#F?StF#7)G+W>7y<3R3;`Yxf;Ilh)toJvlYgw9tu}mP$~1wA*0ZmO+J+"
        "$O36JO3E21%;m-T$QJgpMHvW4@0R&|@XI#O7c<59G>Sqhkx&8ldCfWk<EzP*WG^YYJI{E=x5fl8jeH%6vAetbFm%c!=k7Y0B934o9Q2M"
        "YlJ0wf0U2LTdO5ABKlK*1+kq<k_QADp}}8Y2S%0R>$E5C8xH01SYKfT{`soBF&P000"
    ),
    "names.7z": (
        "H+sCUCma9-NtUrv#{d8T00000A^-pY00000v4}_+ptaZw03-9Mss}Sy(>?Cz2K?#3Ecn+-1(<%X9C>2)g{NreAZ~!-Ck#XPeP+!WDorP"
        "K^$&bHm1T~FRIY*n004nA2d)p%^85WjyOd-*Iiz~$Y9mG~>)Yi|P}PT-C0}tNf9BH|PSVGZhhj<3xkxTsLVv?}VOH@S)YyQ^OoAG}bj4"
        "<2vE`cPt#Wnh+-xCk6&vU@8Jh?JrUD8^RqKJ`(PIL@(*jPz7oUu!rp-#%>VbQnk!PF}X0WE`eF40-KmY(220#G`fQJAF3jqKDBLe{e1z"
        "i9T000btstN%X3|~F~00"
    ),
    "copy.7z": (
        "H+sCUCma9-f3EKG7y$qP00000BLDyZ00000AdntA5W~oGyCYk4(TOg$G1RhM0^f>9$THvk2Aq=2<-gsqxv!jw{QJOF8k#ij*y6Pn)=|R"
        "Em~m9cKChCM>%6MEM{FK?4aQTXd+ey&g?;v#nra;)qV5Y~PCr13fklnw`mVZwaqdBu5&}%Ghf`Pj0nZREvr8FO6lZe>Y|OfH004nA2d*"
        ")mB8=KR=7il~PEHf(v6lh*m}iQ9l3VtJJrB0*NwztsgS%jR3RxJ0Q%Vq4&ytRhY&u*oK5PY!gxtd}T9+qjr@-qj%gqc24uO4JC3W&MMq"
        "<Ooh#5*FF4tpM{+WK>D3JLr)gpn>*7ZCu#voQUhU%~d?L1%g0w*%{htzfDUicr`y#(iV#j(AIdLRG*7Y2ZU0SSPZ00#>J00AQd0RaVF0"
        "1yBG41mfC0jn^WBme*"
    ),
    "aes256.zip": (
        "P)h>@GXMbqV*tlReO&+m002w?003nG000F53jks+ba-?DnFjy@06|3q2mt>h<mQioOLQ!~|Gy{i8Hr-l@?tRG8;jEwF}i$<-5<t+#t(i"
        "{`{*8=;rWTm&1?5)F0HY#v9#z5iS2f7*-)xheB3HM`kFXj5N=RQ0|XQR00000$3=Zz0000000000000001poj5WN%}0FHlPZ1Tz2u0Am"
        "2hMSWcW0000c0000A0000A01E(QZ)0;WVJ>udbOD(M00IC(MFRi;0yMEW??LAU=up))DnVFdx7H0uqQC`@?%R53RmdXYQ5|gE=5A0+0R"
        "le*GXMbqV*tlReO&+m002w?003nG000F5F8}}l00000Ab_NS00000VlH%ebP50<000000096P0Bt387T$l|0RR910000000000000000"
        "0Ef?00IC(MFR)`P)h*<KLZp100000$3=Zz0000000000000001pp)f00000000nx?Lm3~003lfV{<PG03ZMW0000102lymC3P0wf87B9"
        "0000000000000000000`O928u12X^t0Am2hMSWcW0000c0000A0000A051Rl0000003d**ft>&V0Az1tb1z{oba-?M03ZMW0000102ly"
        "mC3P0wf87B900000000000000000001nFjy@06|3q002-+1qJ{B000930{|ca008y?00000"
    ),
    "aes128.zip": (
        "P)h>@GXMbqV*tlReO&+m004Oa003nG000F53jks+ba-?DnFjy@06|3o006-x4c#%LZe~r(Bp$!H2i`7To7jsi@kmMNErs65-7LC*(Nn1"
        "&{YpROH5<ih(e<!=eVN@h5(kyP?)0m2LYwuQjg+69-$JY%?^C$?^BD+{MFe*wWxml6UUyI}f9-LWvmb8#8J*eT5Np?ob;r&2;w@34x8U"
        "kfO9KQH000000LMjrT>t<8000000000000jU50Az1tb1zU!0|YYw0RUqF$3=Zz000009smFU3IG5A3IGcLWN%}0FJUfpcys}o2LJ*9K}"
        "7)o0HD&PHQ$2w-2}h#4#(pM7Mz9(lb6<%4ax<8?Z6dKO928u12X^t0Am2hMSWcW0001a0001G00005051Rl0000003d**fdBvi0Aen5c"
        "ytN?AOHXW000317yxZ0br#-#-2ngq0000000000000000004*2LJ*9K}7)o08mQ-0zU&3000000LMjrT>t<8000000000000jUf00000"
        "0000GfbBu20001FZ)0;W3IHGg000000RR{PZ6$RU-hbTz00000000000000000000P)h*<KLaxW0RUqF$3=Zz000009smFU3IG5A3IHz"
        "v00000001C>q=Cu+003lfV{<QIE_8Tw3IHGg000000RR{PZ6$RU-hbTz000000000000000000000htE?0suip0RR9{O9ci10000300R"
        "IZ0RR9S0RR9100"
    ),
    "aes192.zip": (
        "P)h>@GXMbqV*tlReO&+m003+N003nG000F53jks+ba-?DnFjy@06|3p3;?DaLD7IBF%tLE|B@G6?2;ZkZr`X4o*VwFq)W$qD!82L{oBq"
        "P<;8<=wXp_HlnvOBYI-7kb($X4&yyd-Ti0pCNGDneP&ToQ{BJ<c<Qb-at)wa|Bwu7qGzOvXCz;g;N%c{w1A5D8_E=C$0Rle*GXMbqV*t"
        "lReO&+m003+N003nG000F5F8}}l00000Ab_NS00000VlH%ebP50<000000096P0Bt387T$l|0RR9100000000000000000Ef?00IC(MF"
        "I=}P)h{{000000RRC2VgLXDng9R*000"
    ),
}
TEXT = "squid in a copy of a longer text, squid in a copy of a longer text, squid in a copy of a longer text"


def archive(name: str) -> bytes:
    return base64.b85decode(LOCKED[name])


@pytest.mark.parametrize("name", LOCKED)
def test_the_right_password_opens_an_archive(name: str) -> None:
    found = read(name, archive(name), ("wrong", "", "kaze"))
    members = ["b.txt"] if name == "aes192.zip" else ["b.txt", "docs/a.txt"]
    assert [document.member for document in found.documents] == members
    assert found.texts == [TEXT, "coal port"][: len(members)]
    assert found.problems == []


@pytest.mark.parametrize("name", LOCKED)
@pytest.mark.parametrize("passwords", [(), ("wrong", "kaz", "kaze ")])
def test_without_it_an_archive_is_encrypted(name: str, passwords: tuple[str, ...]) -> None:
    found = read(name, archive(name), passwords)
    assert found.documents == []
    reasons = {found.skipped} if name == "locked.7z" else {said for _, said in found.problems}
    assert reasons == {"encrypted"}


@pytest.mark.parametrize("name", LOCKED)
def test_a_damaged_archive_with_the_right_password_fails_with_a_reason(name: str) -> None:
    whole = archive(name)
    for at in range(30, len(whole), 7):
        damaged = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        found = read(name, damaged, ("kaze",))
        assert not any("its reader failed" in reason for _, reason in found.problems)
        assert "its reader failed" not in found.skipped
        assert set(found.texts) <= {TEXT, "coal port"}


@pytest.mark.parametrize("name", ["names.7z", "aes256.zip"])
def test_without_the_library_its_extra_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives", None)
    found = read(name, archive(name), ("kaze",))
    assert {reason for _, reason in found.problems} == {"needs seedsearch[passwords]"}


def locked_docx(password: str) -> bytes:
    plain, out = io.BytesIO(), io.BytesIO()
    document = docx.Document()
    document.add_paragraph(TEXT)
    document.save(plain)
    OOXMLFile(plain).encrypt(password, out)
    return out.getvalue()


def test_the_right_password_opens_an_office_file() -> None:
    data = locked_docx("kaze")
    found = read("a.docx", data, ("wrong", "kaze"))
    assert found.texts[0] == TEXT
    assert found.documents[0].media_type.endswith("wordprocessingml.document")
    assert read("a.docx", data, ("wrong",)).skipped == "encrypted"
    assert read("a.docx", data).skipped == "encrypted"
    for at in range(600, len(data), 797):
        damaged = read("a.docx", data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :], ("kaze",))
        assert "its reader failed" not in damaged.skipped


def test_without_the_library_an_office_file_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    data = locked_docx("kaze")
    monkeypatch.setitem(sys.modules, "msoffcrypto", None)
    assert read("a.docx", data, ("kaze",)).skipped == "needs seedsearch[passwords]"
