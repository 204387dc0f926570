"""A declared encoding that the detector could not change is believed without it."""

from __future__ import annotations

import pytest

from seedsearch.corpus.decode import Skip
from seedsearch.corpus.formats import charset
from seedsearch.corpus.formats.charset import decoded_as

LATIN = "Le café de la ville était déjà fermé quand nous sommes arrivés à côté de la forêt. "
OTHERS = (
    "", "Größe und Straße. ", "El niño mañana. ", "“quoted” – 25°C, § 5. ", "Œuvre. ", "\x0c", "\x01\x02" * 9,
    "Остров был в составе страны. ", "Ça ira, Â© Ã©. ", "<p>à</p>", "漢字の文章です。", "%PDF-", "é" * 40, "à la",
)  # fmt: skip


def read(data: bytes, declared: str) -> object:
    try:
        return decoded_as(data, declared)[1:4]
    except Skip as skip:
        return skip.reason


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "koi8-r", "gb18030", "cp850", "utf-8"])
@pytest.mark.parametrize(
    "declared", ["iso-8859-1", "windows-1252", "iso-8859-15", "koi8-r", "utf-8"]
)
def test_the_text_is_what_the_detector_leaves(
    other: str, encoding: str, declared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in (LATIN + other, other + LATIN, other):
        data = text.encode(encoding, "ignore")
        found = read(data, declared)
        with monkeypatch.context() as patch:
            patch.setattr(charset, "_in_latin", lambda data, codec: None)
            assert found == read(data, declared)


def test_the_detector_is_not_asked_about_latin_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charset, "decode", lambda data, given="": 1 // 0)
    data = LATIN.encode("latin-1")
    assert decoded_as(data, "ISO-8859-1")[1:4] == (LATIN, "cp1252", "strict")
    for unclear in (LATIN.encode(), b"ascii", "Остров".encode("koi8-r")):
        with pytest.raises(ZeroDivisionError):
            decoded_as(unclear, "ISO-8859-1")
