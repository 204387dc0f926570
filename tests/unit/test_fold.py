"""Which characters are the same letter to a reader."""

from __future__ import annotations

import unicodedata

import pytest

from seedsearch.analysis.fold import Folder

FOLD = Folder().fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("As he left, 3.5%", "As he left, 3.5%"),  # ASCII stays
        ("naïve café Ångström", "naive cafe Angstrom"),
        ("e\u0301", "e"),
        ("ÉCOLE", "ECOLE"),
        ("Straße STRAẞE", "Strasse STRASSE"),
        ("Łódź Øresund Þór æon ŒUVRE", "Lodz Oresund THor aeon OEUVRE"),
        ("Azərbaycan ɓera Ɛkpɛ", "Azerbaycan bera Ekpe"),
        ("Hitman™: ℠x", "Hitman :  x"),
        ("ինչպե՞ս ա՜խ", "ինչպես ախ"),
        ("ႱႠႵ ⴑⴀⴕ", "საქ საქ"),
        ("İstanbul ısı", "Istanbul isi"),
        ("Đặng Việt", "Dang Viet"),
        ("ﬁne ﬀ", "fine ff"),
        ("Ｆ－３５", "F-35"),
        ("Ελλάς Ήλιος", "ελλασ ηλιοσ"),
        ("Ё ё война\u0301 Й", "е е война й"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَمَّد كـتاب", "محمد كتاب"),
        ("हिन्दी", "हिंदी"),
        ("ไทย น้ำ", "ไทย น้" + "\u0e4d\u0e32"),
        ("٣٥ ३५", "35 35"),
        ("x² ½ 1½ ① x₂", "x^2  1 2 1 1 2 1 x2"),
        ("F¨ur Dvoˇr´ak ¸ 5˚", "Fur Dvor'ak  5 "),
        ("F‐35 F‑35", "F-35 F-35"),
        ("Putin’s ‘x’", "Putin's 'x'"),
        ("co\u00adop zero\u200bwidth \u200eltr", "coop zerowidth ltr"),
        ("“quoted” — dash… €5 °", '"quoted"   dash... €5  '),
        ("ｶﾞｷﾞ", "ガギ"),
        ("か\u3099 か゛", "が か "),
        ("\u1112\u1161\u11ab", "한"),
        ("ﾡￂ ㄱㅏ", "ㄱㅏ ㄱㅏ"),
        ("葛\U000e0100 ❤\ufe0f", "葛 ❤"),
        ("Qurʾān Maʿad Hawaiʻi O´Neil", "Qur'an Ma'ad Hawai'i O'Neil"),
        ("צה״ל ג׳", "צה\"ל ג'"),
        ("בית־ספר סוף׃ ա֊բ", "בית-ספר סוף  ա-բ"),
        ("کتاب\u200cها می\u200c بی\u200b", "كتاب-ها مي- بي"),
        ("light\u00ad\nhouse \u00ad\r a¬\n ¬", "light-\nhouse -\r a-\n  "),
        ("−40 § £ ¥ ₿", "-40 § £ ¥ ₿"),
        ("👍🏽 👨\u200d👩 🇩🇪", "👍 👨👩 🇩🇪"),
        ("\ud800", " "),
        ("ґанок അവൻ", "ганок അവന്"),
        ("金正恩訪問越南", "金正恩访问越南"),
        ("經濟 経済 经济", "经济 经济 经济"),
        ("髙橋 山﨑 渡邉 𠮷野", "高桥 山崎 渡边 吉野"),
        ("می\u200cروم", "مي-روم"),
        ("頭髮 發展 発表", "头发 发展 发表"),
        ("\uf90a\uf9d2", "金\u622e"),  # compatibility ideographs
    ],
)
def test_folded(text: str, folded: str) -> None:
    assert FOLD(text) == folded


@pytest.mark.parametrize("text", ["Việt Nam", "한국어", "Ёлка", "ガギグ", "Ἑλλάς", "ଵୋଡ଼", "שָׁלוֹם"])
def test_composed_and_decomposed_are_one(text: str) -> None:
    assert FOLD(unicodedata.normalize("NFD", text)) == FOLD(unicodedata.normalize("NFC", text))


def test_what_is_remembered_is_bounded() -> None:
    folder = Folder(capacity=3)
    for _ in range(2):
        assert [folder.fold(c) for c in "àéîõüçñ"] == list("aeioucn")


def test_offsets() -> None:
    folded, offsets = Folder().fold_with_offsets("aßc\u0301 ﷺ")
    assert folded.startswith("assc ")
    assert offsets is not None
    assert offsets[:6] == [0, 1, 1, 2, 4, 5]
    assert offsets[-1] == 6
    assert Folder().fold_with_offsets("abc") == ("abc", None)
    assert Folder().fold_with_offsets("“né” 한") == ('"ne" 한', None)
    # as long as before, but the letter after the ligature has moved
    assert Folder().fold_with_offsets("ﬁe\u0301x") == ("fiex", [0, 0, 1, 3, 4])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الدورى", "الدوري"),
        ("آمنوا", "ءامنوا"),
        ("كتاب علي", "کتاب علی"),
        ("گھر", "گهر"),
        ("قرآن", "قرءان"),
        ("رئيس", "رييس"),
        ("हिंदी", "हिन्दी"),
        ("चाँद", "चांद"),
        ("ज़रूर", "जरूर"),
        ("বাংলা", "বাঙ্লা"),
        ("ਪੰਜਾਬ", "ਪਂਜਾਬ"),
        ("ሠላም ኃይል ፀሐይ ዓለም", "ሰላም ሃይል ጸሀይ አለም"),
        ("น้ำ", "นํ้า"),
        ("col·legi", "col-legi"),
        ("4×4", "4x4"),
        ("№5 № 5", "No 5 No  5"),
    ],
)
def test_letters_that_are_one(one: str, other: str) -> None:
    assert FOLD(one).lower() == FOLD(other).lower()


def test_a_spelling_keeps_its_accents() -> None:
    spell = Folder(accents=True).fold
    assert spell("Étienne's günler, ŁÓDŹ, Straße, ﬁn, İzmir, ёлка, 金") == (
        "E\u0301tienne's gu\u0308nler, łO\u0301DZ\u0301, Straße, fin, Izmir, елка, 金"
    )
    text = "Größe ÀÉ\u0301 ﬁ ё ǆ ß"
    assert FOLD(spell(text)).lower() == FOLD(text).lower()


@pytest.mark.parametrize(
    "right", ["Grün", "déjà", "it’s", "5 €", "привет", "Łódź", "λόγος", "“x”", "§ 5"]
)
def test_what_was_encoded_twice_folds_to_what_it_was(right: str) -> None:
    chars = [bytes((b,)).decode("cp1252", "ignore") or chr(b) for b in right.encode()]
    assert Folder().fold("".join(chars)) == Folder().fold(right)
    assert Folder(accents=True).fold("".join(chars)) == Folder(accents=True).fold(right)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("là\u00a0» été\u00a0»", "la   ete  "),
        ("SÃO NÃO", "SAO NAO"),
        ("ÂGE “Â” Ã", 'AGE "A" A'),
        ("MENÜ», CAFÉ»", "MENU , CAFE "),
        ("château…", "chateau..."),
    ],
)
def test_other_accents_are_not_taken_for_it(text: str, folded: str) -> None:
    assert Folder().fold(text) == folded
