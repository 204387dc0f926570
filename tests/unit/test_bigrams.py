"""The encoding of short texts, by pairs of letters."""

from __future__ import annotations

from collections import Counter

import pytest
from benchmarks.encodings import read, texts

from seedsearch.corpus import bigrams
from seedsearch.corpus.decode import decode


def test_short_texts_of_many_languages_are_read_right() -> None:
    """Nearly all texts of six words or more are, and most of one word."""
    total: Counter[int] = Counter()
    right: Counter[int] = Counter()
    for n, text, _, data in texts():
        total[n] += 1
        right[n] += read(data)[0] == text
    assert right[1] > 0.85 * total[1]
    assert right[2] > 0.93 * total[2]
    assert right[3] > 0.97 * total[3]
    for n in (4, 6, 8, 12, 16, 30, 60):
        assert right[n] >= 0.98 * total[n], n


NAMES = (
    "naïve", "Besançon", "Café Müller", "José", "Zoë", "façade", "Curaçao", "São Paulo", "50 €",
    "£50 million", "100 °C", "it’s", "“quoted”", "½ cup", "3×4", "5 m²", "±3", "¿Qué?", "«mot»", "»Wort«",
    "„Wort“", "Côte d’Azur", "Erdal İnönü", "rock ’n’ roll", "etc…", "Coca-Cola®", "nº 7", "N° 5", "CAFÉ",
    "GARÇON", "Kılıçdaroğlu", "Łódź", "Walesa – Wałęsa", "Václav Havel", "Székesfehérvár", "Дума", "Αθήνα",
    "北京",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("around", ["{}", "The word is {} here.", "name;{};5\n"])
def test_a_foreign_name_or_a_sign_in_english_is_read_right(name: str, around: str) -> None:
    text = around.format(name)
    for encoding in ("cp1252", "cp1250", "cp1254", "cp1251", "cp1253", "gb2312"):
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        assert decode(data).text == text
        return
    raise AssertionError


def test_a_letter_that_stands_only_far_down_counts() -> None:
    text = "Sprawozdanie z posiedzenia. " * 100 + "Zażółć gęślą jaźń. " * 50
    assert decode(text.encode("iso8859-2")).text == text
    hebrew = "השר סירב להשיב על השאלות. " * 40 + "בְּרֵאשִׁית בָּרָא אֱלֹהִים"
    assert decode(hebrew.encode("cp1255")).text == hebrew


def test_a_page_with_a_wrong_declaration_is_read_by_its_letters() -> None:
    from seedsearch.corpus.formats.charset import decoded_as

    text = "Burmistrz podpisał wczoraj umowę na budowę nowego mostu, choć radni sprzeciwiali się."
    assert decoded_as(text.encode("cp1250"), "iso-8859-1").text == text
    assert (
        decoded_as("Le café est fermé".encode("cp1252"), "iso-8859-1").text == "Le café est fermé"
    )


def test_a_guess_says_whether_a_language_fits() -> None:
    russian = "Губернатор подписал соглашение о строительстве моста.".encode("koi8-r")
    encoding, confidence, reads_well = bigrams.guess(russian)
    assert (encoding, reads_well) == ("koi8-r", True)
    assert confidence > 0.95
    assert not bigrams.guess(bytes(range(0x80, 0x100)) * 5)[2]
    assert bigrams.guess("№".encode("cp1251"))[1] < 0.95
