"""Reading and decoding: what is binary, which encoding it is, and what cannot be opened."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest
from reading import read

from seedsearch.corpus.decode import byte_offsets, decode
from seedsearch.corpus.read import read_file
from seedsearch.corpus.skip import Skip
from seedsearch.errors import SourceUnreadableError

RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей чаю. Широкая электрификация. " * 3
JAPANESE = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。" * 4
CHINESE = "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。" * 3
FRENCH = "Voilà l’été : où êtes-vous allés, élèves ? À la forêt, bien sûr, dès le début. " * 3


def told(data: bytes) -> tuple[str, str]:
    decoded = decode(data)
    assert decoded.text == data[decoded.start :].decode(decoded.encoding, decoded.errors)
    assert codecs.lookup(decoded.encoding)
    assert 0 < decoded.confidence <= 1
    return decoded.encoding, decoded.errors


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_decides_and_is_not_text(mark: bytes, encoding: str) -> None:
    data = mark + "naïve 文\r\n".encode(encoding)
    decoded = decode(data)
    assert (decoded.text, decoded.encoding, decoded.start) == ("naïve 文\r\n", encoding, len(mark))
    assert decoded.confidence == 1.0


@pytest.mark.parametrize(
    ("text", "codec", "answer"),
    [
        ("plain words", "ascii", "utf-8"),
        ("naïve – 文", "utf-8", "utf-8"),
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (RUSSIAN, "utf-16-le", "utf-16-le"),
        (RUSSIAN, "utf-16-be", "utf-16-be"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (JAPANESE, "iso2022_jp", "iso2022_jp"),
        (JAPANESE, "shift_jis", "cp932"),
        (CHINESE.replace(",", "，"), "hz", "hz"),
        (CHINESE, "gb18030", "gb18030"),
        (FRENCH, "cp1252", "cp1252"),
    ],
)
def test_what_can_be_told_is_told(text: str, codec: str, answer: str) -> None:
    data = text.encode(codec)
    assert told(data) == (answer, "strict")
    assert decode(data).text == text


@pytest.mark.parametrize(
    "text",
    [
        "José;Besançon\nÅse;Ålesund\n",
        "¿Qué pasó, señor? ¡Olé!",
        "20 °C, ±3 µm, ½",
        "Name;Ort\nJosé;Besançon\nÅse;Ålesund\n",
    ],
)
def test_a_few_western_letters_are_no_rare_encoding(text: str) -> None:
    assert decode(text.encode("cp1252")).text == text


@pytest.mark.parametrize(
    "text", ["Die Eule – „leise“ – kostet 5 €", "it’s 5° © x", "L’été – café 5 €", "naïve «café»"]
)
def test_signs_of_windows_in_short_texts_are_no_other_script(text: str) -> None:
    assert decode(text.encode("cp1252")).text == text


def test_one_accent_after_ten_megabytes_is_not_ascii() -> None:
    data = b"All plain words here.\n" * 500_000 + "le café était fermé\n".encode("cp1252")
    decoded = decode(data)
    assert decoded.text.endswith("le café était fermé\n")
    assert decoded.errors == "strict"


def test_utf_8_with_a_few_bad_bytes_is_still_utf_8() -> None:
    assert told((RUSSIAN + "\n").encode() + b"\xff\n" + RUSSIAN.encode()) == ("utf-8", "replace")


def test_bytes_that_the_guessed_encoding_lacks_are_replaced() -> None:
    encoding, errors = told(FRENCH.encode("cp1252") + b" \x81 " + FRENCH.encode("cp1252"))
    assert errors == "strict" or encoding.startswith("cp")


def test_programs_that_hold_a_tilde_and_a_brace_are_no_hz() -> None:
    assert told(b'(format t "~{~a~^, ~}" list) (format t "~{ab~}" x)') == ("utf-8", "strict")


def test_coloured_logs_are_no_iso_2022() -> None:
    assert told(b"\x1b[31merror\x1b[0m: \x1b(B no such file\n") == ("utf-8", "strict")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7\n%abc plain", "binary (PDF)"),
        (b"%!PS-Adobe-3.0\n(the ) Tj -24.2 TJm", "binary (PostScript)"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "binary (image)"),
        (b"\xff\xd8\xff\xe0 JFIF without a nul", "binary (image)"),
        (b"PK\x03\x04\x14\0\0\0", "binary (ZIP archive)"),
        (b"\x1f\x8b\x08\x08abcdefgh", "binary (compressed)"),
        (b"\x7fELF\x02\x01\x01\0", "binary (program)"),
        (b"SQLite format 3\0", "binary (SQLite database)"),
        (b"words\0words", "binary"),
        (bytes(range(1, 256)), "binary"),
    ],
)
def test_binary_content_is_skipped_and_named(data: bytes, reason: str) -> None:
    with pytest.raises(Skip) as caught:
        decode(data)
    assert caught.value.reason == reason


def test_the_text_is_exact() -> None:
    text = "\r\n one\rtwo\n\n\x0c \u2028 e\u0301 \u3000\t"
    assert decode(text.encode()).text == text


# ------------------------------------------------------------------ read_file


def test_a_file_comes_with_what_stat_said(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"words")
    file, data = read_file(str(path))
    assert data == b"words"
    assert (file.size, file.mtime_ns) == (5, path.stat().st_mtime_ns)


def test_a_file_above_the_limit_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "big"
    with path.open("wb") as file:
        file.truncate(50 << 30)
    with pytest.raises(Skip, match="larger than 1,073,741,824 bytes"):
        read_file(str(path))
    path.write_bytes(b"12345")
    assert read_file(str(path), max_bytes=5)[1] == b"12345"
    with pytest.raises(Skip, match="larger than 4 bytes"):
        read_file(str(path), max_bytes=4)


@pytest.mark.skipif(os.name != "posix", reason="POSIX file types")
def test_fifos_and_links_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(Skip, match="not a regular file"):
        read_file(str(tmp_path / "fifo"))
    (tmp_path / "real").write_bytes(b"x")
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(SourceUnreadableError):
        read_file(str(tmp_path / "link"))
    assert read_file(str(tmp_path / "link"), follow=True)[1] == b"x"


def test_what_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadableError, match="no such file"):
        read_file(str(tmp_path / "nope"))


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="files of unknown size")
def test_a_file_that_holds_more_than_its_size_is_read_whole() -> None:
    assert b"\nThreads:" in read_file("/proc/self/status")[1]


@pytest.mark.parametrize("codec", ["iso8859-5", "koi8-r", "cp1251", "cp866"])
@pytest.mark.parametrize("text", ["Уведомление о расторжении договора", "река", RUSSIAN])
def test_cyrillic_is_told_by_its_letters(text: str, codec: str) -> None:
    assert decode(text.encode(codec)).text == text


def test_arabic_is_told_by_its_letters() -> None:
    for codec in ("iso8859-6", "cp1256"):
        assert decode("تم توقيع الاتفاقية في الميناء أمس".encode(codec)).text[:2] == "تم"


@pytest.mark.parametrize("nuls", [1, 3])
def test_a_few_nul_bytes_do_not_make_a_text_binary(nuls: int) -> None:
    data = b"09:00 started well\n" * 300 + b"\0" * nuls + b"\n09:01 caf\xc3\xa9\n"
    assert told(data) == ("utf-8", "strict")
    with pytest.raises(Skip, match="binary"):
        decode(b"\0" * 10 + data)
    with pytest.raises(Skip, match="binary"):
        decode(bytes(range(256)) * 100)


def test_short_utf_16_without_a_mark() -> None:
    assert decode("Hello, you".encode("utf-16-le")).text == "Hello, you"
    with pytest.raises(Skip):
        decode(b"\1\0\2\0\3\0\4\0\5\0")


MIXED = (
    ("utf-8", b"Br\xc3\xbccke\n" * 30 + b"Geb\xe4ude\n" + b"Br\xc3\xbccke\n" * 30, "Gebäude"),
    (
        "cp1252",
        b"Das Geb\xe4ude auch.\n" * 30 + b"Die Br\xc3\xbccke.\n" + b"So gro\xdf.\n" * 30,
        "Brücke",
    ),
)


@pytest.mark.parametrize(("encoding", "data", "word"), MIXED)
def test_lines_in_another_encoding_keep_their_letters(
    encoding: str, data: bytes, word: str
) -> None:
    decoded = decode(data)
    assert (decoded.encoding, decoded.mixed) == (encoding, True)
    assert word in decoded.text
    assert "\ufffd" not in decoded.text
    at = [number for number, char in enumerate(decoded.text) if char == "\n"]
    assert byte_offsets(decoded, at) == [number for number, byte in enumerate(data) if byte == 10]


def test_a_line_in_another_encoding_has_no_bytes_and_the_others_have() -> None:
    for _, data, word in MIXED:
        text = b"\n\n".join(line + b" and more words" * 70 for line in data.split(b"\n")[28:33])
        found = read("a.txt", data + text)
        assert any(word in part.text and not part.cited for part in found.parts)
        assert any(part.cited for part in found.parts)


def test_a_cut_character_is_no_letter_of_another_encoding() -> None:
    data = "Привет, мир. Это текст.\n".encode() * 30 + "Это".encode()[:-1]
    assert decode(data).text.endswith("Эт\ufffd")


@pytest.mark.parametrize("codec", ["koi8-r", "iso8859-5", "cp1251"])
@pytest.mark.parametrize(
    "declared", ["iso-8859-1", "windows-1251", "koi8-r", "iso-8859-5", "utf-8"]
)
def test_a_charset_that_lies_costs_no_letters(codec: str, declared: str) -> None:
    page = f"<html><meta charset={declared}><title>x</title><p>{RUSSIAN}</p>"
    assert "французских булок" in read("a.html", page.encode(codec)).texts[0]
    french = f"<html><meta charset=iso-8859-1><title>x</title><p>{FRENCH}</p>"
    assert "élèves" in read("a.html", french.encode("cp1252")).texts[0]


@pytest.mark.parametrize("codec", ["cp1251", "koi8-r", "iso8859-5", "mac-cyrillic", "cp866"])
def test_short_russian_texts_are_told_by_their_letters(codec: str) -> None:
    for text in (
        "Губернатор подписал соглашение о строительстве моста через реку.",
        "Жители посёлка ждали этого десять лет.",
    ):
        decoded = decode(text.encode(codec))
        assert decoded.text == text, decoded.encoding


@pytest.mark.parametrize("encoding", ["iso8859_2", "cp1250"])
@pytest.mark.parametrize("text", [
    "Smlouva byla včera podepsána v Praze. Příliš žluťoučký kůň úpěl ďábelské ódy.",
    "Umowa została podpisana w Łodzi: zażółć gęślą jaźń świeżą.",
    "Ugovor je potpisan u Šibeniku o isporuci riže, čija će cijena biti viša.",
])  # fmt: skip
def test_central_european_letters(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman"])
@pytest.mark.parametrize(
    "text", ["Båda är överens om att leverera fisk från sjön.", "Die Verträge für Köln."]
)
def test_letters_of_dos_and_old_macintoshes_that_are_quotation_marks_in_cp1252(
    text: str, encoding: str
) -> None:
    assert decode(text.encode(encoding)).text == text


def test_quotation_marks_dashes_and_apostrophes_stay_marks() -> None:
    text = "\u201eHe\u2019s here\u201d\u2014and \u201cthere\u201d\u2026now: it\u2019s well\u2013known\u2020."
    assert decode(text.encode("cp1252")).text == text


def test_a_dash_of_a_macintosh_before_a_letter_is_a_capital_of_cp1251() -> None:
    text = (
        "Соглашение было подписано вчера в Москве. Обе стороны договорились о поставке рыбы.\n" * 20
    )
    assert decode(text.encode("cp1251")).text == text
    assert decode(text.encode("mac_cyrillic")).text == text


def test_a_short_russian_sentence_that_begins_with_a_capital() -> None:
    text = "Соглашение было подписано вчера в Москве"
    assert decode(text.encode("cp1251")).text == text


@pytest.mark.parametrize("text", ["Grüße Grauwal", "Straße", "Øre på Ærø", "Größe", "Åsa", "naïve"])
def test_few_words_are_no_text_of_an_old_macintosh(text: str) -> None:
    assert decode(text.encode("cp1252")).text == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_text_without_a_mark(encoding: str) -> None:
    text = "The lighthouse keeper saw skuas.\nAnd more lines of text.\n"
    assert decode(text.encode(encoding)).encoding == encoding


def test_two_lines_in_two_encodings() -> None:
    data = "Gr\u00fc\u00dfe aus K\u00f6ln\n".encode() + "Gr\u00fc\u00dfe aus Bonn\n".encode(
        "cp1252"
    )
    assert decode(data).text == "Gr\u00fc\u00dfe aus K\u00f6ln\nGr\u00fc\u00dfe aus Bonn\n"
