"""Mail that is signed with S/MIME so that the text is inside the signature. OpenSSL made the signed data."""

from __future__ import annotations

import base64

import pytest
from reading import read

from seedsearch.corpus.formats.mime import signed_content

# openssl cms -sign -nodetach -binary -nocerts -noattr -keyid -outform DER; the second one with -stream.
DEFINITE = """
MIIBFwYJKoZIhvcNAQcCoIIBCDCCAQQCAQMxDTALBglghkgBZQMEAgEwcAYJKoZIhvcNAQcBoGMEYUNvbnRlbnQtVHlwZTogdGV4
dC9wbGFpbjsgY2hhcnNldD11dGYtOA0KQ29udGVudC1UcmFuc2Zlci1FbmNvZGluZzogOGJpdA0KDQpPcGFxdWUgd8OkbHJ1cyB0
ZXh0DQoxfjB8AgEDgBThlW5NnasXTYkPhZDK5yO5+guq0jALBglghkgBZQMEAgEwCgYIKoZIzj0EAwIESDBGAiEA9ds+Ne1gDjcW
09XShn7kXhy0oHSSm0ySYYN4Rw4/ObkCIQCGykRXMcxIKJclw0nKDk1Y+MZG4zAuQenRYDorKR1RwQ==
"""
IN_PIECES = """
MIAGCSqGSIb3DQEHAqCAMIACAQMxDTALBglghkgBZQMEAgEwgAYJKoZIhvcNAQcBoIAkgARhQ29udGVudC1UeXBlOiB0ZXh0L3Bs
YWluOyBjaGFyc2V0PXV0Zi04DQpDb250ZW50LVRyYW5zZmVyLUVuY29kaW5nOiA4Yml0DQoNCk9wYXF1ZSB3w6RscnVzIHRleHQN
CgAAAAAAADF9MHsCAQOAFOGVbk2dqxdNiQ+FkMrnI7n6C6rSMAsGCWCGSAFlAwQCATAKBggqhkjOPQQDAgRHMEUCIFhuzlOiSCmF
FjENrhxlyMbBgCF5iX/5tquAldOgoysoAiEAlGomdTAKx53DAH5/7zba31Sh1lphKxDLtL4FCVqXL9IAAAAAAAA=
"""
HEAD = """From: Ann Lee <ann@example.org>
Subject: Quarterly report
Date: Mon, 21 Oct 2024 10:00:00 +0200
MIME-Version: 1.0
Content-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"
Content-Transfer-Encoding: base64
"""


@pytest.mark.parametrize("data", [DEFINITE, IN_PIECES])
def test_the_text_inside_a_signature_is_the_text_of_the_message(data: str) -> None:
    found = read("a.eml", HEAD + data)
    assert found.title == "Quarterly report"
    assert found.fields["from"] == "Ann Lee <ann@example.org>"
    assert found.texts[0].endswith("Opaque wälrus text")
    assert found.parts[0].lines == (8, 8)
    assert not found.problems


def test_a_signed_message_that_is_forwarded_is_read() -> None:
    outer = "From: bo@example.org\nSubject: Fwd\nDate: x\nContent-Type: message/rfc822\n\n"
    found = read("a.eml", outer + HEAD + DEFINITE)
    assert [document.title for document in found.documents] == ["Fwd", "Quarterly report"]
    assert "Opaque wälrus" in found.texts[1]


@pytest.mark.parametrize("data", [DEFINITE, IN_PIECES])
def test_signed_data_that_breaks_off_gives_what_is_there(data: str) -> None:
    whole = base64.b64decode(data)
    content = signed_content(whole)
    for size in range(len(whole)):
        assert content.startswith(signed_content(whole[:size]))
    assert signed_content(whole.replace(b"\x01\x07\x02", b"\x01\x07\x03", 1)) == b""


def test_encrypted_data_is_named() -> None:
    found = read("a.eml", HEAD + "\nMIIBFwYJKoZIhvcNAQcDoIIBCDCCAQQ=\n")
    assert found.problems == [("smime.p7m", "encrypted or signed (S/MIME)")]
