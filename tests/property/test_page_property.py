"""The compiled core reads pages as the plain Python does."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.core import compiled
from seedsearch.corpus.formats import html, page_reading, page_regions
from seedsearch.corpus.formats.page_reading import DEPTH
from seedsearch.corpus.split import FINDER
from seedsearch.engine.base import with_text
from seedsearch.indexing.documents import Found, documents_of
from seedsearch.model import FileState

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
<div_role=main> <ul_class=navigation> <li> <li><a_href=a>one</a> <li><a_href=b>the_title_of_a_book</a> </ul>
<div_id=cookies> <div_class='x_related'> <footer> <aside> <meta_name=description_content='what_it_says'>
<meta_property=og:title_content=T> <meta_charset=x> <script>{"@context":1,"articleBody":"told_&#13;_<p>more"}</script>
"""
PIECES = st.sampled_from([
    *(bit.replace("_", " ") for bit in BITS.split()),
    *("\n", "\n\n", " ", "\0", "\u2028", "\t", "\x1c\x7f\x85", "\xa0", "&#" + "9" * 50 + ";"),
    *("<" + "n" * 41 + ">", "<" + "n" * 42 + " title>", "</" + "n" * 41 + ">"),
])  # fmt: skip


# Small sizes of texts that count, which random pages reach: module, name, place among the rules, and size.
SMALL = (
    (page_reading, "PROSE_CHARS", 2, 12),
    (page_regions, "ENOUGH_CHARS", 5, 30),
    (page_regions, "TITLE_CHARS", 6, 5),
)


def in_both_ways(page: str, whole: bool = False, *, small: bool = False) -> tuple[object, object]:
    """Return a page as the core reads it, and as its twin does. If `small`, few characters are a text."""
    with pytest.MonkeyPatch.context() as patch:
        rules = list(html._RULES)
        if small:
            for module, name, place, size in SMALL:
                assert rules[place] == getattr(module, name)
                rules[place] = size
                patch.setattr(module, name, size)
            patch.setattr(html, "_READER", compiled.PageReader(tuple(rules)))  # type: ignore[arg-type]
        return listed(html.read_page(page, whole=whole)), listed(html.plain_page(page, whole))


def listed(page: html.Page) -> html.Page:
    return page._replace(lines=[*page.lines], ends=[*page.ends])


@settings(max_examples=1_500, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join), st.booleans(), st.booleans())
def test_pages(page: str, whole: bool, small: bool) -> None:
    found, plain = in_both_ways(page, whole, small=small)
    assert found == plain


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="<>/!-\"'=& \nabpi;", max_size=60))
def test_anything(page: str) -> None:
    found, plain = in_both_ways(page)
    assert found == plain


def test_many_names() -> None:
    page = "".join(f"<n{n} hidden>\n{n}<div>b</div></n{n}><p>c" for n in range(300))
    found, plain = in_both_ways(page)
    assert found == plain


def test_deep_elements() -> None:
    page = (
        "".join(f"<div id={n}>\n{n}" for n in range(DEPTH + 100))
        + "</div>" * 300
        + "<p>end"
        + "</nav></div>" * 300
        + "<p>x"
    )
    found, plain = in_both_ways(page)
    assert found == plain


def test_what_is_no_page_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        html._READER.read("<p>\ud800", False)  # type: ignore[union-attr]
    with pytest.raises(TypeError):
        compiled.PageReader(())  # type: ignore[arg-type]
    names = {f"n{number}": 1 for number in range(200)}
    with pytest.raises(ValueError, match="too many names"):
        compiled.PageReader((names, *html._RULES[1:]))
    with pytest.raises(ValueError, match="no such name"):
        compiled.PageReader(({"n" * 42: 1}, *html._RULES[1:]))
    assert html._READER.find(FINDER, b"<p>\xff") is None  # type: ignore[union-attr, arg-type]


@settings(max_examples=1_000, deadline=None)
@given(st.text(alphabet="a \t\n\f\v\xa0\xc2\x85\x1c\u3000", max_size=60))
def test_white_space(text: str) -> None:
    found, plain = in_both_ways(f"<p>words {text}<p>{text}words<pre>{text}")
    assert found == plain


ENCODED = base64.encodebytes(hashlib.sha512(b"a").digest() * 9).decode()
PAGES = st.lists(
    st.sampled_from([
        f"<pre>{ENCODED}</pre>",
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
    assert found_in(data) == found_without_the_core_in(data)


@settings(max_examples=1_000, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_a_page_has_the_same_passages_without_the_core(page: str) -> None:
    data = page.encode()
    assert found_in(data) == found_without_the_core_in(data)


def test_the_core_takes_the_usual_page() -> None:
    for head in (
        "",
        "<meta charset='UTF-8'>",
        '<meta content="text/html; charset=utf8">',
        "<meta name=a content=b>",
    ):
        assert html.whole(
            "a.html", f"<html>{head}<title>a</title><p>some words, à la carte".encode()
        )
    for page in (
        "<meta charset=utf-7>é",
        "<p>caf\r\n",
        "<title>a</title>",
        "<p>" + "aZ9+" * 50,
        "",
    ):
        assert html.whole("a.html", page.encode()) is None


def found_in(data: bytes) -> Found:
    found = documents_of(FileState("a.html", len(data), 0, 0, b""), data)
    return found._replace(documents=list(map(with_text, found.documents)))


def found_without_the_core_in(data: bytes) -> Found:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html, "_READER", None)
        return found_in(data)
