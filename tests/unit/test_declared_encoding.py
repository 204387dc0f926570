"""A declared encoding in which the letters read well is believed without comparing others."""

from __future__ import annotations

import pytest

from seedsearch.corpus.formats import charset
from seedsearch.corpus.formats.charset import decoded_as

FRENCH = "Le café de la ville était déjà fermé quand nous sommes arrivés à côté de la forêt. "
RUSSIAN = "Губернатор подписал вчера соглашение о строительстве моста. "
POLISH = "Burmistrz podpisał wczoraj umowę na budowę nowego mostu, choć radni sprzeciwiali się. "


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (FRENCH, "latin-1", "iso-8859-1"),
        (FRENCH + "“quoted” – 25°C, § 5. ", "cp1252", "windows-1252"),
        (FRENCH + "Œuvre à 5 €. ", "iso-8859-15", "iso-8859-15"),
        (FRENCH + "<p>à</p>", "cp850", "ibm850"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (POLISH, "cp1250", "windows-1250"),
    ],
)
def test_other_encodings_are_not_tried(
    text: str, encoding: str, declared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charset, "decode", lambda data, given="": 1 // 0)
    assert decoded_as(text.encode(encoding), declared)[1:4:2] == (text, "strict")


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "iso-8859-15"])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [(FRENCH, "cp850"), (FRENCH, "utf-8"), (RUSSIAN, "koi8-r"), (RUSSIAN, "cp1251"), (POLISH, "cp1250")],
)  # fmt: skip
def test_a_wrong_declaration_is_found_out(text: str, encoding: str, declared: str) -> None:
    assert decoded_as(text.encode(encoding), declared).text == text


@pytest.mark.parametrize("data", [FRENCH.encode(), b"ascii", RUSSIAN.encode("koi8-r")])
def test_unclear_texts_are_compared(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charset, "decode", lambda data, given="": 1 // 0)
    with pytest.raises(ZeroDivisionError):
        decoded_as(data, "ISO-8859-1")
