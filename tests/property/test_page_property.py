"""The compiled core reads pages as the plain Python does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.core import compiled
from seedsearch.corpus.formats import html
from seedsearch.corpus.formats.page_reading import PlainReading, Reading, reading_of
from seedsearch.corpus.skip import Skip
from seedsearch.model import ExtractedDocument, SourceFile

pytestmark = pytest.mark.skipif(compiled is None, reason="the compiled core is not installed")

# White space separates these; `_` is a space.
BITS = """
<p> </p> <P_class=a> <b> </b> <b_title='x_y'> <i_hidden> </i> </I> <br/> <div> </div> <td <tr> <td> <th> <a_href="x>y">
<a_href=#n> </a> <script> </script> </SCRIPT_> </script <script/> <style> </style> <title> </title> </textarea> <svg>
<textarea> <noembed> <iframe_role=a> <xmp> </xmp/ <!-- --> <!--> <!---> <![CDATA[ ]]> <!doctype_a> <?x < > </ </> <_p>
<é> <aé ' " = / text word_ é中😀 \u017fcript> &amp; &nbsp; &#10; &#13; &eacute &#x1F600; &; &#xZ &nosuchname;
role displa <sup> </sup> 1 [2] <ruby> <rt> </rt> <rp> </ruby> <rtc> <img_alt='_a&b_'> <img> <img_title=t> <main> </main>
<article> <nav> </nav> <aside_role=search> <noscript> JavaScript <h1> </h1> <h3> </h3> <pre> </pre> <time_datetime=2020>
<meta_name=a_content=b> <link_rel=canonical_href=c> "@context" <template> <template_shadowroot=open> </template> <body>
</body> <section_style='display:_none'> </section> <select> <option> </select> <footer_id=share> </footer> </span>
<span_title=word> <area_alt=x_href=y> <input_hidden> a_sentence_of_some_forty_characters,_or_more
"""
PIECES = st.sampled_from([
    *(bit.replace("_", " ") for bit in BITS.split()),
    *("\n", "\n\n", " ", "\0", "\u2028", "\t", "\x1c\x7f\x85", "\xa0", "&#" + "9" * 50 + ";"),
    *("<" + "n" * 41 + ">", "<" + "n" * 42 + " title>", "</" + "n" * 41 + ">"),
])  # fmt: skip


def all_of(reading: Reading, every_other: bool) -> object:
    regions = list(reading.regions)
    reading.compose([region.number for region in regions[:: 2 if every_other else 1]])
    reading.add("told &lt; \n\n more", 7)
    reading.add("", 8)
    sections, lines, ends = reading.layout()
    return reading.facts, regions, reading.places, reading.text(), sections, [*lines], [*ends]


@settings(max_examples=1_500, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join), st.booleans())
def test_pages(page: str, every_other: bool) -> None:
    assert all_of(reading_of(page), every_other) == all_of(PlainReading(page), every_other)


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="<>/!-\"'=& \nabpi;", max_size=60))
def test_anything(page: str) -> None:
    assert all_of(reading_of(page), False) == all_of(PlainReading(page), False)


def test_many_names() -> None:
    page = "".join(f"<n{n} hidden>\n{n}<div>b</div></n{n}><p>c" for n in range(300))
    assert all_of(reading_of(page), False) == all_of(PlainReading(page), False)


def test_deep_elements() -> None:
    page = (
        "".join(f"<div id={n}>\n{n}" for n in range(600))
        + "</div>" * 300
        + "<p>end"
        + "</nav></div>" * 300
        + "<p>x"
    )
    assert all_of(reading_of(page), False) == all_of(PlainReading(page), False)


def test_what_is_no_page_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        reading_of("<p>\ud800")
    with pytest.raises(TypeError):
        compiled.PageReading("<p>", ())  # type: ignore[arg-type]


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_bytes_are_read_as_their_text(page: str) -> None:
    assert all_of(reading_of(page.encode()), True) == all_of(PlainReading(page), True)


def test_bytes_that_are_not_utf_8_are_refused() -> None:
    with pytest.raises(ValueError, match="UTF-8"):
        reading_of(b"<p>\xff")


@settings(max_examples=1_000, deadline=None)
@given(st.text(alphabet="a \t\n\f\v\xa0\xc2\x85\x1c\u3000", max_size=60))
def test_white_space(text: str) -> None:
    page = f"<p>words {text}<p>{text}words<pre>{text}"
    assert all_of(reading_of(page), False) == all_of(PlainReading(page), False)


PAGES = st.lists(
    st.sampled_from([
        *("<meta charset=gb2312>", "<meta charset=utf-8>", "<p>", "words", "é", "漢字", "\r\n", "\n", "\r", "\0"),
        *("\x1b$B", "<meta charset=utf-7>", "caf+AOk-"),
        *("~{Bk~}", "~", "\ufeff", "%PDF-", "<meta name=author content=b>", "<META NAME=author CONTENT=c>"),
        *("<!-- a -->",),
        *("<!-- saved from url=(0014)about:internet -->", "<title>t</title>", "<meta name=keywords>"),
    ]),
    max_size=12,
).map("".join)  # fmt: skip


@settings(max_examples=1_000, deadline=None)
@given(PAGES, st.sampled_from(["utf-8", "latin-1", "gb18030", "utf-16"]))
def test_a_page_is_the_same_without_decoding_it(page: str, encoding: str) -> None:
    data = page.encode(encoding, "replace")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html, "is_surely_utf_8", lambda _: False)
        decoded = extracted(data)
    assert extracted(data) == decoded


def extracted(data: bytes) -> object:
    try:
        found = list(html.extract(SourceFile("a.html", len(data), 0, 0), data))
    except Skip as skip:
        return skip.reason
    return [
        one._replace(lines=[*one.lines], ends=[*one.ends])
        for one in found
        if isinstance(one, ExtractedDocument)
    ]
