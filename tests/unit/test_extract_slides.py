"""PowerPoint and OpenDocument slides: a numbered section for each slide; notes and comments after it."""

from __future__ import annotations

from reading import read
from test_extract_office import zipped
from test_extract_spreadsheets import R, related

A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="p"'


def shape(text: str, kind: str = "") -> str:
    place = f'<p:nvPr><p:ph type="{kind}"/></p:nvPr>' if kind else ""
    return f"<p:sp>{place}<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"


def slides(**others: str) -> bytes:
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "ppt/presentation.xml": f'<p:presentation {A} {R}><p:sldId id="256" r:id="r2"/>'
        '<p:sldId id="257" r:id="r1"/></p:presentation>',
        "ppt/_rels/presentation.xml.rels": related(
            r1="slide slides/slide1.xml", r2="slide slides/slide2.xml"
        ),
        "ppt/slides/slide1.xml": f"<p:sld {A} show='0'>{shape('Coal', 'title')}{shape('7', 'sldNum')}</p:sld>",
        "ppt/slides/slide2.xml": f"<p:sld {A}>{shape('Ships', 'ctrTitle')}{shape('Two tugs')}"
        '<p:pic><p:cNvPr descr="A tug"/></p:pic><a:tbl><a:tr><a:tc><a:p><a:r><a:t>x</a:t></a:r></a:p></a:tc>'
        "<a:tc><a:p><a:r><a:t>y</a:t></a:r></a:p></a:tc></a:tr></a:tbl></p:sld>",
        "ppt/slides/_rels/slide2.xml.rels": related(
            a="notesSlide ../notesSlides/n.xml",
            b="comments ../comments/c.xml",
            c="diagramData ../diagrams/data1.xml",
        ),
        "ppt/notesSlides/n.xml": f"<p:notes {A}>{shape('', 'sldImg')}{shape('Say it slowly', 'body')}</p:notes>",
        "ppt/comments/c.xml": f"<p:cmLst {A}><p:cm><p:text>Too long</p:text></p:cm></p:cmLst>",
        "ppt/diagrams/data1.xml": f"<d {A}><pt><t><a:p><a:r><a:t>A step</a:t></a:r></a:p></t></pt></d>",
    }
    return zipped(members | {name.replace("__", "/"): text for name, text in others.items()})


def test_slides_in_the_order_in_which_they_are_shown() -> None:
    found = read("a.pptx", slides())
    assert found.title == "Ships"
    assert [(part.page, part.heading, part.text) for part in found.parts] == [
        (1, "Ships", "Ships\nTwo tugs\n[A tug]\nx\ty"),
        (1, "Notes: Ships", "Say it slowly"),
        (1, "Comments: Ships", "Too long"),
        (1, "Ships", "A step"),
        (2, "Coal (hidden)", "Coal"),
    ]


def test_a_broken_slide_is_named_and_the_others_are_read() -> None:
    found = read("a.pptx", slides(**{"ppt__slides__slide2.xml": "<p:sld"}))
    assert (found.texts, found.problems) == (["Coal"], [("slide 1", "broken XML")])


def test_an_embedded_document_is_a_member() -> None:
    inner = zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": "<d><p><r><t>inside</t></r></p></d>",
        }
    )
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "ppt/presentation.xml": "<p/>",
        "ppt/embeddings/annex.docx": inner,
    }
    found = read("a.pptx", zipped(members))
    assert [(d.path, d.member) for d in found.documents] == [("a.pptx", "annex.docx")]
    assert found.texts == ["inside"]


def test_open_document_slides() -> None:
    content = (
        '<o:d xmlns:o="o" xmlns:s="http://www.w3.org/2000/svg"><o:body><o:page>'
        "<o:frame><o:p>Two tugs</o:p></o:frame>"
        '<o:frame o:class="title"><o:p>Ships</o:p></o:frame>'
        "<o:frame><s:desc>A tug</s:desc></o:frame>"
        "<o:notes><o:frame><o:p>Say it slowly</o:p></o:frame></o:notes>"
        "<o:annotation><o:creator>Ann</o:creator><o:p>Too long</o:p></o:annotation></o:page>"
        "<o:page><o:frame><o:p>Coal</o:p></o:frame></o:page></o:body></o:d>"
    )
    data = zipped({"content.xml": content}, first="application/vnd.oasis.opendocument.presentation")
    found = read("a.odp", data)
    assert found.title == "Ships"
    assert [(part.page, part.heading, part.text) for part in found.parts] == [
        (1, "Ships", "Two tugs\nShips\n[A tug]"),
        (1, "Notes: Ships", "Say it slowly"),
        (1, "Comments: Ships", "Ann:\nToo long"),
        (2, "Slide 2", "Coal"),
    ]
    assert read("a.odp", data[:100]).skipped == "broken ZIP archive"
