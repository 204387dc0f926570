"""PDF: a section for each page; broken, encrypted and empty files are named."""

from __future__ import annotations

import base64
import ctypes
import io
import sys
import zlib
from collections.abc import Sequence

import pypdfium2
import pypdfium2.raw
import pytest
from reading import read


def written(pages: Sequence[Sequence[str]]) -> bytes:
    """Return a PDF by PDFium's own writer, with these lines on each page."""
    raw = pypdfium2.raw
    document = pypdfium2.PdfDocument.new()
    font = raw.FPDFText_LoadStandardFont(document.raw, b"Helvetica")
    for lines in pages:
        page = document.new_page(595, 842)
        for number, line in enumerate(lines):
            item = raw.FPDFPageObj_CreateTextObj(document.raw, font, ctypes.c_float(12))
            encoded = (line + "\0").encode("utf-16-le")
            buffer = ctypes.create_string_buffer(encoded, len(encoded))
            raw.FPDFText_SetText(item, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
            raw.FPDFPageObj_Transform(item, 1, 0, 0, 1, 50, 780 - 16 * number)
            raw.FPDFPage_InsertObject(page.raw, item)
        raw.FPDFPage_GenerateContent(page.raw)
        page.close()
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


@pytest.fixture(scope="module")
def harbour() -> bytes:
    return written(
        [["The Harbour", "Coal ships are late today."], [], ["Squid is landed at night."]]
    )


def test_each_page_is_a_section(harbour: bytes) -> None:
    found = read("harbour.pdf", harbour)
    assert found.documents[0].media_type == "application/pdf"
    assert found.title == "The Harbour"
    assert [(part.page, part.text) for part in found.parts] == [
        (1, "The Harbour\nCoal ships are late today."),
        (3, "Squid is landed at night."),
    ]
    assert [part.cited for part in found.parts] == [b"", b""]


def test_a_pdf_is_known_by_content(harbour: bytes) -> None:
    assert read("harbour.txt", harbour).title == "The Harbour"


def handmade(info: str, content: str = "BT /F1 12 Tf 50 700 Td (Coal) Tj ET") -> bytes:
    """Return a hand-written PDF that follows the specification."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        f"<<{info}>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj{body}endobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 6\n0000000000 65535 f \n{table}trailer<</Size 6/Root 1 0 R/Info 5 0 R>>"
    return out + f"{head}\nstartxref\n{len(out)}\n%%EOF\n".encode()


def test_title_author_and_date_as_stated() -> None:
    found = read(
        "a.pdf", handmade("/Title(The Harbour)/Author(Ann Lee)/CreationDate(D:20241021093000Z)")
    )
    assert found.title == "The Harbour"
    assert found.fields == {"date": "2024-10-21", "author": "Ann Lee", "created": "2024-10-21"}
    assert read("a.pdf", handmade("/Title(report.docx)")).title == "a.pdf"


# Made with reportlab: canvas.Canvas(out, encrypt=StandardEncryption("secret")), one line of text.
ENCRYPTED = (
    "c-o~^O=u)V6c$fQdk|6ZCbg`C$wJcg+dp9#>7QwL+)Z{&vJsPx(wVNAbeMDx-8E~nNbs&+^rQzpc=05HAS_Wq+>3h>"
    "yeyu)=}`|}78iUqGugC`px{7Fb-kbOeXr`hszx`AmdG+Q8t=XR)`w_aj*3!UOZLzUGM8ndWQxE7rA2RiD077tijmB#"
    "VqEs*qCpTw#omF@Y#L@n5QXKs(P|koPqmoV)P7RQr~m--iX7gQD(fZ4Z0Efq&GG><U(Rwbud;K&T5>3n1~oUvd+K-u"
    "i%s|^(+M<yRSU&xp#o3=)e1S94>DI}nk9a5gmz$!k#NN_wS|QoPL>_Vb<i#{yGg0Dv!@>Ga++a<CYfp4WUA?wMQ=kY"
    "fHL*An49tlQtBKg1L@D^U^aKqE)WE;LcunIySZ5=`2<qS4Rn@D7mRDE@LDQbwOXWLbfc1MMLx5x&WKI{f<z_5Vo<{n"
    "H4Ja8_KOlN#F)_)FDAAfV=7?SF(o8s!iHfj0!%3rl@)oY=`K8<g9E=9$1lc=S}_$2hFE)}A2SRdglnW0EO<9&jK8F{"
    "F|&E=4Cz0`yef}hFUqt+3$TDp|9@;ap>*7nI`|@a^#p*d7!wUb!GyuEU(@J7hQ`z)8X(4)4S<=L3iXV6%s33e`Ew`W"
    "WPu%k5UK#penl%FzKAKdw`0m77k!{ms|T{DbmGKX*-c;~5R8DMtqI1=;(AYFo$h9)hH_@QeFS0*;UNarB=zP%y^KcC"
    "fM%2ot9pr8^}fr73bHjfRFbDj3D(z9vn@O)q?Tj*p&Q~Lid=5_wigHy34$FG1`!Skv4r3O_oKkao@jG!MV8z4xZ^?D"
    "cF_`t;)SL*Z=h!2Q#Wi2PF>8IhXdv?-(#-jg-&3*o*xF72Vr0Z*z>~BwsA;(7Wmw9Ii-Gx0dNbES_<}G8g@MCF!O2#"
    "m9T@@q_}tM{ZZ9io%!sc9led9({V&7dy{^NhEPef1t49M`9SR>S7@9{L46(?Pwrn{dGxE_x4-WE@VL72-Iq_@yZOPp"
    "^6nSyC*E1TK!5xs>~}A{|NXa{w@*I${FjA$zkT!BsrmG2bm!8oXYZe0&QCsm<oMU&oo60c_irCueDL#@`RS?qSiW`P"
    "Zlm?bn?E67I}0@9eN@W6fst$Ahd%@-zy#`}hcXK;nu#Vqm$`IKMqGDJ#__xzxAC0J<#WD-a6Tu4LOhqLGRcOroNPMW"
    "(&h0;A!~Bqo1G9DJ5ACfwnJQ}znAtCLH4L{U6DF&$_b`WG_8NP*fkop2Warm575#QN;4>kzdc1jBkvbTOew7wg+hG#"
    "y^-CLu<4U?Pf9g81;QNLXf)c_BjZodwee2"
)


def test_encrypted_broken_and_empty_ones_are_named(harbour: bytes) -> None:
    locked = zlib.decompress(base64.b85decode(ENCRYPTED))
    assert read("a.pdf", locked).skipped == "encrypted"
    assert read("a.pdf", harbour[:300]).skipped == "broken PDF"
    assert read("a.pdf", b"%PDF-1.7\n" + b"\0\xff" * 500).skipped == "broken PDF"
    assert read("a.pdf", written([[]])).skipped == "no text in it"


def test_without_the_library_it_says_what_is_needed(
    harbour: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    monkeypatch.delitem(sys.modules, "seedsearch.corpus.formats.pdf", raising=False)
    assert read("a.pdf", harbour).skipped == "needs seedsearch[pdf]"


def of_objects(*pages: str, catalog: str = "", others: Sequence[str] = ()) -> bytes:
    """Return a PDF of these pages, given by their dictionaries. Further objects are numbered from 10."""
    objects = {
        1: f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
        2: f"<</Type/Pages/Kids[{' '.join(f'{n} 0 R' for n in range(100, 100 + len(pages)))}]/Count {len(pages)}>>",
        3: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    }
    objects |= {
        100 + n: f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]{page}>>"
        for n, page in enumerate(pages)
    }
    objects |= {10 + n: body for n, body in enumerate(others)}
    out, table = "%PDF-1.7\n", "xref\n0 1\n0000000000 65535 f \n"
    for number, body in objects.items():
        table += f"{number} 1\n{len(out):010} 00000 n \n"
        out += f"{number} 0 obj{body}\nendobj\n"
    end = f"trailer<</Root 1 0 R/Size 999>>\nstartxref\n{len(out)}\n%%EOF\n"
    return (out + table + end).encode("latin-1")


def stream(content: str, head: str = "") -> str:
    return f"<</Length {len(content)}{head}>>stream\n{content}\nendstream"


def shown(number: int) -> str:
    return f"/Contents {number} 0 R/Resources<</Font<</F1 3 0 R>>>>"


def lines(*texts: str) -> str:
    return stream(
        "BT /F1 12 Tf 14 TL 72 720 Td " + " ".join(f"({text}) Tj T*" for text in texts) + " ET"
    )


def test_comments_and_values_of_forms_stand_on_their_page() -> None:
    notes = (
        "/Annots[<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/T(Ann)/Contents(strike this)>>"
        "<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]/Contents(approved)>>"
        "<</Type/Annot/Subtype/Popup/Rect[0 0 9 9]/Contents(strike this)>>"
        "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/Contents(a link)>>12 0 R 13 0 R 14 0 R]"
    )
    field = "<</Type/Annot/Subtype/Widget/FT/{}/T({})/V{}/Rect[0 0 9 9]>>"
    off = "<</Type/Annot/Subtype/Widget/FT/Btn/T(no)/V/Off/AS/Off/Rect[0 0 9 9]>>"
    others = [
        lines("The form"),
        lines("Next"),
        field.format("Tx", "town", "(Najin)"),
        field.format("Tx", "empty", "()"),
        off,
    ]
    form = "/AcroForm<</Fields[12 0 R 13 0 R 14 0 R]>>"
    found = read("a.pdf", of_objects(shown(10) + notes, shown(11), catalog=form, others=others))
    assert [(part.page, part.heading, part.text) for part in found.parts] == [
        (1, "", "The form"),
        (1, "Comment by Ann", "Ann: strike this"),
        (1, "Comment", "approved"),
        (1, "Form", "town: Najin"),
        (2, "", "Next"),
    ]


def test_bookmarks_and_labels_are_headings() -> None:
    catalog = "/Outlines 20 0 R/PageLabels<</Nums[0<</S/r>>2<</S/D>>]>>"
    others = [lines(text) for text in ("Preface", "More", "Coal", "Ships")]
    others += [""] * 6 + [
        "<</First 21 0 R/Last 21 0 R/Count 1>>",
        "<</Title(On coal)/Parent 20 0 R/Dest[102 0 R/Fit]>>",
    ]
    data = of_objects(*(shown(10 + n) for n in range(4)), catalog=catalog, others=others)
    assert [part.heading for part in read("a.pdf", data).parts] == [
        "page i", "page ii", "On coal (page 1)", "On coal (page 2)",
    ]  # fmt: skip


def test_attached_files_are_members() -> None:
    catalog = "/Names<</EmbeddedFiles<</Names[(annex.txt)11 0 R]>>>>"
    others = [
        lines("The body"),
        "<</Type/Filespec/F(annex.txt)/UF(annex.txt)/EF<</F 12 0 R>>>>",
        stream("razorbill"),
    ]
    found = read("a.pdf", of_objects(shown(10), catalog=catalog, others=others))
    assert [(d.path, d.member) for d in found.documents] == [("a.pdf", ""), ("a.pdf", "annex.txt")]
    assert found.texts == ["The body", "razorbill"]


@pytest.mark.parametrize(
    ("first", "second", "parts"),
    [
        (["the old light-"], ["house keeper"], ["the old light-\nhouse", "keeper"]),
        (["the old light-", "12"], ["house, a keeper"], ["the old light-\nhouse,\n12", "a keeper"]),
        (["the old light-"], ["13", "house keeper"], ["the old light-\nhouse", "13\nkeeper"]),
        (["the F-"], ["35 jets"], ["the F-", "35 jets"]),
        (["a dash -"], ["not a word"], ["a dash -", "not a word"]),
        (["no hyphen"], ["here"], ["no hyphen", "here"]),
    ],
)
def test_a_word_that_is_cut_at_the_end_of_a_page(
    first: list[str], second: list[str], parts: list[str]
) -> None:
    found = read("a.pdf", of_objects(shown(10), shown(11), others=[lines(*first), lines(*second)]))
    assert [part.text for part in found.parts] == parts


PICTURE = stream(
    "\0", "/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
)


def test_scanned_pages_are_counted() -> None:
    picture = "/Contents 11 0 R/Resources<</XObject<</I 12 0 R>>>>"
    others = [lines("Text"), stream("100 0 0 100 0 0 cm /I Do"), PICTURE]
    found = read("a.pdf", of_objects(shown(10), picture, picture, "", others=others))
    assert found.texts == ["Text"]
    assert found.problems == [("2 pages (2, 3)", "scanned, which seedsearch index --ocr reads")]
    skipped = read("a.pdf", of_objects(picture, others=others)).skipped
    assert skipped == "scanned, which seedsearch index --ocr reads"


def test_letters_that_are_none_are_no_text() -> None:
    found = read(
        "a.pdf",
        of_objects(
            shown(10), shown(11), others=[lines("Text\\001 of it"), lines("\\001\\002\\003" * 9)]
        ),
    )
    assert found.texts == ["Text of it"]
    assert [place for place, _ in found.problems] in ([], ["page 2"])


def test_a_font_that_does_not_say_its_letters_is_named() -> None:
    font = (
        "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2"
        "/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>]>>"
    )
    content = stream("BT /F1 12 Tf 72 720 Td <002400250026002700280029> Tj ET")
    page = "/Contents 11 0 R/Resources<</Font<</F1 12 0 R>>>>"
    found = read("a.pdf", of_objects(shown(10), page, others=[lines("Text"), content, font]))
    assert found.texts == ["Text"]
    assert found.problems == [("page 2", "its font does not say which letters it shows")]


def drawn(*words: tuple[float, float, str]) -> bytes:
    """A page with words at places."""
    shown_words = " ".join(f"1 0 0 1 {x} {y} Tm({text})Tj" for x, y, text in words)
    return handmade("", f"BT/F1 10 Tf {shown_words} ET")


@pytest.mark.parametrize(
    ("size", "rise", "text"),
    [(6, 4, "The treaty[1] ended"), (6, -2, "The treaty1 ended"), (10, 0, "The treaty1 ended")],
)
def test_a_raised_number_after_a_word_is_a_note(size: int, rise: int, text: str) -> None:
    line = (
        "BT /F1 10 Tf 50 700 Td (The treaty) Tj"
        f" /F1 {size} Tf {rise} Ts (1) Tj /F1 10 Tf 0 Ts ( ended) Tj ET"
    )
    assert " ".join(read("a.pdf", handmade("", line)).texts[0].split()) == text


def test_columns_that_are_drawn_line_by_line_are_read_one_after_the_other() -> None:
    left = [
        "The old lighthouse",
        "keeper walked along",
        "the quiet shore and",
        "looked at ships in",
        "the far harbour.",
    ]
    right = [
        "Another story tells",
        "of a captain whose",
        "wooden boat sank in",
        "a storm off the cape",
        "many years ago.",
    ]
    lines = [
        (x, 700 - 14 * row, text)
        for row, pair in enumerate(zip(left, right, strict=True))
        for x, text in zip((50, 300), pair, strict=True)
    ]
    found = read(
        "a.pdf", drawn((50, 740, "A heading over both columns"), *lines, (50, 600, "The end."))
    )
    words = " ".join(found.texts[0].split())
    assert words == " ".join(["A heading over both columns", *left, *right, "The end."])


def test_a_table_is_read_by_its_rows() -> None:
    rows = [("Najin", "Coal and iron ore"), ("Rason", "Squid and crabs only"), ("Wonsan", "Machines of all kinds"),
            ("Chongjin", "Steel and some timber"), ("Hungnam", "Fertiliser by the ton")]  # fmt: skip
    cells = [
        (x, 700 - 14 * row, text)
        for row, pair in enumerate(rows)
        for x, text in zip((50, 300), pair, strict=True)
    ]
    assert "Wonsan Machines of all kinds" in " ".join(read("a.pdf", drawn(*cells)).texts[0].split())


def test_letters_at_even_steps_are_one_word() -> None:
    """OCR sets the last letter of a word apart, and PDFium puts a space before it."""
    words = [("Singapor", "e"), ("Metropoli", "s"), ("Manage", "r")]
    content = " ".join(
        f"1 0 0 1 50 {700 - 20 * row} Tm({word})Tj 1 0 0 1 {50 + 9 * len(word)} {700 - 20 * row} Tm({last})Tj"
        for row, (word, last) in enumerate(words)
    )
    page = handmade("", f"BT/F1 10 Tf 3 Tc {content} ET").replace(b"/Helvetica", b"/Courier")
    assert read("a.pdf", page).texts[0].split() == ["Singapore", "Metropolis", "Manager"]
