"""RTF: letters of all code pages, headings, tables, notes and headers; control words are no text."""

from __future__ import annotations

import pytest
from reading import read
from test_extract_office import word_of


def rtf(body: str, head: str = "") -> bytes:
    return rf"{{\rtf1\ansi\ansicpg1252\deff0{head} {body}}}".encode("latin-1")


FONTS = r"{\fonttbl{\f0 Arial;}{\f1\fcharset204 Arial Cyr;}{\f2\fcharset128 Mincho;}{\f3\fcharset161 Greek;}}"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"Pr\'fcfung", "Prüfung"),
        (r"{\b Un}wetter", "Unwetter"),
        (r"ver\-tagt", "vertagt"),
        (r"{\f1 \'c2\'ee\'e9\'ed\'e0}", "Война"),
        (r"{\f2 \'93\'fa\'96\'7b}", "日本"),
        (r"{\f3 \'ca\'fc}", "Κό"),
        (r"\u1042?\u1086?\uc0\u1081\u1085\uc2\u1072\'61\'61.", "Война."),
        (r"{\uc1\u8212-}x \u-10179?\u-8704?", "—x 😀"),
        (r"{\upr{Prufung}{\*\ud{Pr\u252?fung}}}", "Prüfung"),
        (r"a\tab b\line c\~d\_e \{f\} \emdash\ldblquote g\rdblquote", "a\tb\nc d-e {f} —“g”"),
        (r"shown{\pict\wmetafile8 0100090000\bin4 }}{{}", "shown"),
        (r"shown{\*\generator Word;}{\*\unknown secret}{\listtext 1.}{\field{\*\fldinst PAGE}{\fldrslt 7}}", "shown7"),
        (r"shown{\*\shpinst{\sp{\sn wzDescription}{\sv A tug}}{\sp{\sn x}{\sv y}}{\shptxt b}}", "shown[A tug]b"),
        (r"as the word{\super 12} says, m{\super 2} and H{\sub 2}O", "as the word[12] says, m2 and H2O"),
        (r"a\par\par b", "a\n\nb"),
    ],
)  # fmt: skip
def test_the_letters_of_a_text(body: str, text: str) -> None:
    found = read("a.rtf", rtf(body, FONTS))
    assert found.texts == [text]
    assert found.problems == []


def test_code_pages_of_the_whole_file() -> None:
    data = rb"{\rtf1\ansi\ansicpg1251 {\'f1\'ee\'e3\'eb\'e0\'f1\'e8\'e5}}"
    assert read("a.rtf", data).texts == ["согласие"]
    assert read("a.rtf", rb"{\rtf1\mac \'8e}").texts == ["é"]
    assert read("a.rtf", rb"{\rtf1\ansicpg99999 \'e9}").texts == ["é"]


def test_headings_tables_and_what_stands_beside() -> None:
    styles = (
        r"{\stylesheet{Normal;}{\s1 heading 1;}{\*\cs2 Bold;}}"
        r"{\info{\title The Harbour}{\author Ann Lee}{\creatim\yr2024\mo10\dy21}}"
    )
    body = (
        r"{\header\pard File Q4711\par}\pard\s1 Coal\par\pard A line.{\footnote\pard A note.}\par"
        r"\trowd\intbl Year\cell Price\cell\row\intbl 2012\cell 104\cell\row\pard\outlinelevel1 Ships\par"
        r"\pard Two tugs{\*\atnauthor Bob}{\*\annotation Too long}\par"
    )
    found = read("a.doc", rtf(body, styles))
    assert found.title == "The Harbour"
    assert found.fields == {"date": "2024-10-21", "author": "Ann Lee", "created": "2024-10-21"}
    assert [(part.heading, part.text) for part in found.parts] == [
        ("Coal", "Coal\n\nA line.\n\nYear\tPrice\n2012\t104"),
        ("Ships", "Ships\n\nTwo tugs"),
        ("Header", "File Q4711"),
        ("Footnote", "A note."),
        ("Comment by Bob", "Bob: Too long"),
    ]


def test_hidden_and_deleted_text_is_left_out_and_named() -> None:
    found = read("a.rtf", rtf(r"seen {\v not seen}{\deleted gone}{\v\v0 seen}"))
    assert found.texts == ["seen seen"]
    assert found.problems == [("hidden text", "3 words that are not shown")]


def test_an_embedded_document_is_a_member() -> None:
    inner = word_of("<w:p><w:r><w:t>inside</w:t></w:r></w:p>")
    sized = len(inner).to_bytes(4, "little") + inner
    native = b"\2\0annex.docx\0C:\\annex.docx\0\0\0\3\0\1\0\0\0x" + sized
    head = b"\1\5\0\0\2\0\0\0" + (8).to_bytes(4, "little") + b"Package\0" + bytes(8)
    digits = (head + len(native).to_bytes(4, "little") + native).hex()
    found = read(
        "a.rtf",
        rtf(r"see {\object\objemb{\*\objclass Package}{\*\objdata " + digits + "}{\\result x}}"),
    )
    assert [(d.member, d.title) for d in found.documents] == [
        ("", "a.rtf"),
        ("annex.docx", "annex.docx"),
    ]
    assert found.texts == ["see x", "inside"]


def test_broken_twins() -> None:
    assert read("a.rtf", rb"{\rtf1 kept{\b and this").texts == ["keptand this"]
    assert read("a.rtf", rb"{\rtf1 kept}}}}\par more").texts == ["kept\n\nmore"]
    assert read("a.rtf", rb"{\rtf1 {\pict 00}}").skipped == "no text in it"
    assert read("a.rtf", rb"{\rtf1 a{\object{\*\objdata 010}}}").problems == [
        ("object 1", "a damaged embedded object")
    ]
    assert read("a.rtf", b"plain after all").texts == ["plain after all"]
