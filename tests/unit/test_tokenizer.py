"""What words are: texts and the terms that come of them."""

from __future__ import annotations

import pytest

from seedsearch.analysis import Analyzer
from seedsearch.analysis.tokenizer import (
    KEPT,
    MAX_TERM,
    UNSPACED,
    Chain,
    chains,
    is_unspaced,
    tokenize,
)

ANALYZER = Analyzer()


def written(text: str) -> str:
    """The terms of a text; those that share a position are joined by a bar."""
    slots: list[list[str]] = []
    for token in ANALYZER.tokens(text):
        if token.position == len(slots):
            slots.append([])
        slots[token.position].append(token.term)
    return " ".join("|".join(slot) for slot in slots)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ""),
        ("...", ""),
        ("As he left", "as he left"),
        ("Najin,\tRason\r\nport", "najin rason port"),
        # compounds: the whole beside its first part
        ("F-35", "f35|f 35"),
        ("Su-57s", "su57s|su 57s"),
        ("U.N.", "un|u n"),
        ("2024-03-15T12:30", "20240315t12|2024 03 15 t12 30"),
        # the sides of a measure
        ("1920x1080 2x4in", "1920x1080|1920 x 1080 2x4in|2 x 4in"),
        ("10x20X30", "10x20x30|10 x 20 x 30"),
        ("0x10 2x a3x4 123456x2", "0x10 2x a3x4 123456x2"),
        # capitals and digits on both sides of a slash
        ("AC/DC OS/2 24/7", "acdc|ac dc os2|os 2 24 7"),
        ("he/she usr/bin ABCDE/F A/b", "he she usr bin abcde f a b"),
        # a long number with hyphens
        ("978-3-16-148410-0", "9783161484100|978 3 16 148410 0"),
        ("0-8044-2957-X", "080442957x|0 8044 2957 x"),
        ("550e8400-e29b-41d4", "550e8400e29b41d4|550e8400 e29b 41d4"),
        ("867-5309 867-530", "8675309|867 5309 867 530"),
        ("10.1000-10.2000", "10 1000 10 2000"),
        ("A-1234567.8", "a1234567.8|a 1234567 8"),
        ("$978-3-16-148", "$978|978316148|978 3 16 148"),
        ("the 1990's", "the 1990s|1990 s"),
        ("12,34,567 1,00,000 12,34,56", "1234567|12|34|567 100000|1|00|000 12 34 56"),
        ("~/.bashrc C:\\.git", ".bashrc|bashrc c .git|git"),
        ("UN", "un"),
        ("N.A.T.O.", "nato|n a t o"),
        ("snake_case_name", "snakecasename|snake case name"),
        ("HTMLParser", "htmlparser|html parser"),
        ("getHTTPResponse2", "gethttpresponse2|get http response2"),
        (
            "Utf8String base64Encode3DView A2T3",
            "utf8string|utf8 string base64encode3dview|base64 encode3d view a2t3|a2 t3",
        ),
        ("vec1234Add vec12345Add 10Mhz 4Kids", "vec1234add|vec1234 add vec12345add 10mhz 4kids"),
        ("NGOs", "ngos"),
        ("iPhone", "iphone|i phone"),
        ("McDonald", "mcdonald|mc donald"),
        ("PhD", "phd|ph d"),
        ("state-of-the-art", "stateoftheart|state of the art"),
        ("e.g.", "eg|e g"),
        ("example.com", "examplecom|example com"),
        ("word.Next", "wordnext|word next"),
        # what joins nothing
        ("a - b", "a b"),
        ("--force", "force"),
        ("well--known", "well known"),
        ("end.", "end"),
        ("_private_", "private"),
        ("a/b", "a b"),
        # numbers have no whole
        ("3.5", "3 5"),
        ("2024-10-21", "20241021|2024 10 21"),
        ("9,90", "9 90"),
        ("v3.5", "v3.5|v3 5"),
        ("B2B", "b2b"),
        ("v1.11 v11.1", "v1.11|v1 11 v11.1|v11 1"),
        ("6.2.8", "6 2 8"),
        # groups of digits are one number, with fragments
        ("1,000 1.000 1'000 1 000", "1000|1|000 1000|1|000 1000|1|000 1000|1|000"),
        ("1\u202f000\u00a0000", "1000000|1|000|000"),
        ("1,234.56 1.234,56", "1234|1|234 56 1234|1|234 56"),
        ("0,125 2019,100 1,0000 1,000.000", "0 125 2019 100 1 0000 1000|1|000 000"),
        ("1.000.5 v1.100", "1 000 5 v1.100|v1 100"),
        ("1,000-2,000 1 0000", "10002000|1000|1|000 2000|2|000 1 0000"),
        ("1 800 555 0199 1 000 000 2000m", "1 800 555 0199 1000000|1|000|000 2000m"),
        # apostrophes join, but for 's and elisions
        ("Putin's", "putin s"),
        ("Putin’s", "putin s"),
        ("don't WON'T can`t Don't-care", "dont wont cant dontcare|dont care"),
        ("van't don'ts on't don''t", "vant|van t donts|don ts ont|on t don t"),
        ("he'll we've", "he ll weve|we ve"),
        ("O'Connor's", "oconnor|o connor s"),
        ("bo's'n", "bosn|bo s n"),
        ("McDonald's", "mcdonald|mc donald s"),
        ("l'écran dell'arte qu'aujourd'hui", "l ecran dell arte qu aujourdhui|aujourd hui"),
        ("D'Angelo T'ang", "dangelo|d angelo tang|t ang"),
        ("Qurʾān Hawaiʻi Hawai`i ʿAlī", "quran|qur an hawaii|hawai i hawaii|hawai i ali"),
        ("п'ять", "пять|п ять"),
        ('צה"ל צה״ל ג׳ירפה', "צהל|צה ל צהל|צה ל גירפה|ג ירפה"),
        ('a"b', "a b"),
        # signs that belong to a word
        ("C++ C++11 i++j a+b", "c++|c c++|c 11 i j a b"),
        ("C# F#-minor x#y 5#", "c#|c f#|f minor x y 5"),
        (".NET ASP.NET .NET-based ...net", ".net|net aspnet|asp net .net|netbased|net based net"),
        ("AT&T R&D a=1&b", "at&t|at t r&d|r d a 1 b"),
        ("#tag #1 @some_name @a-b", "#tag|tag #1|1 @somename|somename|some name @a|ab|a b"),
        ("a@b.c", "a bc|b c"),
        ("$50 US$1,000.50 50 € 50€", "$50|50 us $1000.50|1000|1|000 50 €50|50 €50|50"),
        ("€ 50, US$ 5, 50 $ 5", "€50|50 us $5|5 $50|50 5"),
        ("$50-million $5m", "$50|50million|50 million $5m|5m"),
        ("50% 50 % 3.5% 5%20 %", "50%|50 50%|50 3.5%|3 5 5 20%|20"),
        ("-40 −40 (-40) 30-40 --40", "-40|40 -40|40 -40|40 30 40 40"),
        ("§12 § 12 §§ 12a", "§12|12 §12|12 §12a|12a"),
        ("-40%", "-40|40%|40"),
        # words that a line end cuts are one, with fragments
        ("old light-\nhouse keeper", "old lighthouse|light|house keeper"),
        ("light‐\r\n  house light\u00ad\nhouse", "lighthouse|light|house lighthouse|light|house"),
        ("> the light-\n> house", "the lighthouse|light|house"),
        ("# the light-\n#  house", "the lighthouse|light|house"),
        (" * the light- \r\n * house", "the lighthouse|light|house"),
        (
            "// light-\t\n// house light¬\nhouse ¬a",
            "lighthouse|light|house lighthouse|light|house a",
        ),
        # a raised number is a note, or a power
        ("treaty¹ word²³ ¹⁴C", "treaty1|treaty|1 word23|word|23 14c"),
        ("km² H₂O x^2 ^3 ^x", "km2|km|2 h2o x2|x|2 3 x"),
        ("10⁶ 10^6 a10¹²", "10 6 10 6 a10.12|a10 12"),
        ("well-\nknown F-\n35", "wellknown|well|known f35|f|35"),
        ("state-of-\nthe-art", "stateoftheart|state ofthe|of|the art"),
        ("1990-\n2000 a -\nb a-\n\nb", "19902000|1990 2000 a b a b"),
        ("zero\u200bwidth", "zerowidth"),
        # scripts without spaces: pairs, and the last character alone
        ("沒有留言", "没有 有留 留言 言"),
        ("言", "言"),
        ("東京タワー", "东京 京タ タワ ワー ー"),
        ("한국의 군대", "한국 국의 의 군대 대"),
        ("ไทย", "ไท ทย ย"),
        # a long line goes on in the next, a short one may be of a list
        (
            "今天我们一起去了那座有名的大学校\r\n园很大",
            "今天 天我 我们 们一 一起 起去 去了 了那 那座 座有 有名 名的 的大 大学 学校 校园 园很 很大 大",
        ),
        ("北京\n大学", "北京 京 大学 学"),
        ("iPhone手機2台", "iphone|i phone 手机 机 2 台"),
        ("中-文", "中 文"),
        ("a-中-b", "a 中 b"),
        ("ㅋㅋ", "ㅋㅋ ㅋ"),
        # other scripts
        ("Войска КНДР", "войска кндр"),
        ("всё-таки", "всетаки|все таки"),
        ("हिन्दी", "हिंदी"),
        ("naïve Straße", "naive strasse"),
        ("ＦＵＬＬ－ｗｉｄｔｈ", "fullwidth|full width"),
        # a mark by itself still is a word; signs are not
        ("\u0915\u094d", "\u0915\u094d"),
        ("1\ufe0f\u20e3 ™ ✓", "1 ✓"),
        ("pool 😀 ❤\ufe0f 👍🏽", "pool 😀 ❤ 👍"),
        ("🇩🇪 👨\u200d👩", "🇩🇪 🇪 👨👩 👩"),
        ("a\x00b\x01c", "a b c"),
    ],
)
def test_terms(text: str, terms: str) -> None:
    assert written(text) == terms


def test_a_checksum_stands_for_what_is_cut_from_a_long_word() -> None:
    assert written("a" * 64) == "a" * MAX_TERM
    terms = [written("a" * 99 + last) for last in "bc"] + [written("a" * 65)]
    assert len(set(terms)) == 3
    for term in terms:
        assert len(term) == MAX_TERM
        assert term[:KEPT] == "a" * KEPT
        assert term[KEPT:].isdigit()
    assert written("É" * 99) == written("e" * 99)
    assert written("a" * 40 + "-" + "b" * 40) == "a" * 40 + " " + "b" * 40  # too long for a whole
    assert (
        written("a" * 32 + "-" + "b" * 32) == "a" * 32 + "b" * 32 + "|" + "a" * 32 + " " + "b" * 32
    )
    assert written("9-" * 40 + "9") == " ".join("9" * 41)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Su-57 flies", ["Su-57", "Su", "57", "flies"]),
        ("naïve", ["naïve"]),
        ("na\u0308ive", ["na\u0308ive"]),
        ("kafe\u0301 au", ["kafe\u0301", "au"]),
        ("ﬁne", ["ﬁne"]),
        ("沒有", ["沒有", "有"]),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8", ["\u1112\u1161\u11ab\u1100\u116e\u11a8", "\u1100\u116e\u11a8"]),
        ("½", ["½", "½"]),
        ("co\u00adop", ["co\u00adop"]),
        ("ｶﾞｽ", ["ｶﾞｽ", "ｽ"]),
        ("C++ 50 % .NET", ["C++", "C", "50 %", "50", ".NET", "NET"]),
        ("US$1,000.5!", ["US", "$1,000.5", "1,000", "1", "000", "5"]),
        ("light-\n house", ["light-\n house", "light", "house"]),
    ],
)  # fmt: skip
def test_offsets(text: str, pieces: list[str]) -> None:
    assert [text[t.start : t.end] for t in ANALYZER.tokens(text)] == pieces


def test_chains() -> None:
    assert chains("ab-c 漢字x. й") == [
        Chain(0, 4, False), Chain(5, 7, True), Chain(7, 8, False), Chain(10, 11, False),
    ]  # fmt: skip


def test_unspaced_scripts_are_ranges_in_order() -> None:
    """What tells chains apart by their least and greatest characters counts on it."""
    firsts, dashes, lasts = UNSPACED[::3], UNSPACED[1::3], UNSPACED[2::3]
    assert set(dashes) == {"-"}
    edges = [edge for pair in zip(firsts, lasts, strict=True) for edge in pair]
    assert edges == sorted(edges)


@pytest.mark.parametrize("term", ["没有", "言", "한국", "ไท", "タワ", "\U00020000"])
def test_terms_of_scripts_without_spaces(term: str) -> None:
    assert is_unspaced(term)


@pytest.mark.parametrize("term", ["", "fox", "35", "войска", "שלום", "हिन्दी", "*言", "\u3300"])
def test_terms_of_other_scripts(term: str) -> None:
    assert not is_unspaced(term)


@pytest.mark.parametrize(
    "text",
    [
        "the [old lighthouse](https://x.example/abc) keeper",
        "the [old lighthouse](light.md 'Its \"title\"') keeper",
        'the [old lighthouse](</a b> "title") keeper',
        "the [old lighthouse][1] keeper",
        "the old[2, 3] lighthouse[4-7] keeper",
        "the <td>old</td><td>lighthouse</td> keeper",
        "the [old lighthouse]{.smallcaps} keeper",
        "the old[^1] lighthouse [2]_ keeper",
        "the old[fn:1] lighthouse[2] [00:12.50]keeper",
        "the [[https://x.example][old lighthouse]] keeper",
        "the [[Tower#North|old lighthouse]] keeper",
        "the `old lighthouse <https://x.example>`_ keeper",
        "the :py:ref:`old lighthouse <tower>` keeper",
        "the https://x.example:80/a[old lighthouse] keeper",
        "the link:a.pdf[old lighthouse] keeper",
        "the <<tower,old lighthouse>> keeper",
        'the <b>old</b> <a href="x y">lighthouse</a> keeper',
        "the **old** light**house** _keeper_",
        "the [![old lighthouse](a.png)](https://x.example) keeper",
    ],
)
def test_a_phrase_goes_on_across_links_and_marks(text: str) -> None:
    found = {(token.term, token.position) for token in tokenize(text)}
    assert found >= {("the", 0), ("old", 1), ("lighthouse", 2), ("keeper", 3)}


def test_an_address_is_found_as_it_stands() -> None:
    tokens = {t.term: t for t in tokenize("see [it](https://x.example/old-tower) now")}
    assert [tokens[term].position for term in ("it", "https", "xexample", "old", "tower", "now")] == [
        1, 2, 3, 5, 6, 2,
    ]  # fmt: skip
    assert tokens["tower"].start == 31


def test_brackets_of_code_are_no_links() -> None:
    for code in ("f[x](y) z", "a[i][j] = k", "a[i + 1] b", "if (a <b && c> d) e", "[[ -f x | y"):
        positions = [token.position for token in tokenize(code)]
        assert positions == list(range(len(positions)))


def test_colours_of_a_terminal_are_no_part_of_a_word() -> None:
    tokens = Analyzer().tokens("x \x1b[31mred\x1b[0m \x1b[1;32mgrün\x1b[m")
    assert [(t.term, t.position, t.start, t.end) for t in tokens] == [
        ("x", 0, 0, 1), ("red", 1, 7, 10), ("grun", 2, 22, 26),
    ]  # fmt: skip
