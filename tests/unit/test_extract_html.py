"""HTML: what is kept, on which lines, in which encoding, and how long hostile pages take."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from reading import read

from seedsearch.corpus.formats.html import read_page

PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<title>The Story &ndash; Example News</title>
<meta property="article:published_time" content="2024-10-21T10:00:00Z">
<meta name="author" content="Ann Lee">
<style>p { color: red }</style><script>var a = "<p>no text</p>";</script>
</head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li></ul></nav>
<div class="menu"><a href=1>Sport links</a> <a href=2>Money</a> <a href=3>More</a></div>
<!-- <p>not this</p> -->
<article>
<h1>The <em>Story</em></h1>
<p>First paragraph of the <b>st</b>ory, which
is wrapped &amp; goes on.</p><p>Second, on the same line.</p>

<h2>Later</h2>
<p>Text about <i>Najin</i>. <span hidden>secret</span></p>
<table><tr><td>Year</td><td>Price</td></tr>
<tr><td>2012</td>
<td>104</td></tr></table>
<pre>
def f():
    return 1
</pre>
</article>
<footer>Copyright nobody</footer>
</body></html>
"""


def test_main_text_without_navigation_scripts_and_what_is_hidden() -> None:
    found = read("story.html", PAGE)
    assert found.texts == [
        "The Story\nFirst paragraph of the story, which\nis wrapped & goes on.\n"
        "Second, on the same line.",
        "Later\nText about Najin.\nYear\tPrice\n2012\t104\n\ndef f():\n    return 1",
    ]
    assert [part.heading for part in found.parts] == ["The Story", "Later"]


def test_title_date_and_author_as_stated() -> None:
    found = read("story.html", PAGE)
    assert found.title == "The Story – Example News"
    assert found.fields == {"date": "2024-10-21T10:00:00Z", "author": "Ann Lee"}
    linked = (
        '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Article",'
        '"datePublished": "2012-05-01", "author": [{"name": "Bob Roy"}, "Eve"]}</script><p>x'
    )
    assert read("a.html", linked).fields == {"date": "2012-05-01", "author": "Bob Roy, Eve"}


def test_lines_are_those_of_the_source() -> None:
    found = read("story.html", PAGE)
    source = PAGE.split("\n")
    for part in found.parts:
        first, last = part.lines
        assert part.text.split()[-1] in source[last - 1]
        assert part.text.split()[0] in source[first - 1]


def test_a_page_on_one_line_keeps_its_paragraphs() -> None:
    found = read("a.html", "<h1>One</h1><p>Two.</p><ul><li>a<li>b</ul>")
    assert found.texts == ["One\nTwo.\na\nb"]
    assert found.parts[0].lines == (1, 1)


def test_a_page_of_links_alone_is_kept() -> None:
    links = "".join(f"<li><a href={n}>Chapter {n}</a>" for n in range(9))
    assert "Chapter 7" in read("index.html", f"<title>Book</title><ul>{links}</ul>").texts[0]


def test_pages_are_known_by_content() -> None:
    assert read("saved", PAGE).documents[0].media_type == "text/html"
    assert read("notes.txt", "<html><body><p>Hi").documents[0].media_type == "text/html"
    assert read("notes.txt", "<b>Hi</b> there").documents[0].media_type == "text/plain"


def test_no_text_is_skipped_and_a_title_alone_is_found() -> None:
    assert read("a.html", "<html><script>x()</script></html>").skipped == "no text in the page"
    assert read("a.html", "").skipped == "empty"
    assert read("a.html", "<title>Just this</title>").texts == ["Just this"]


RUSSIAN = "Кальмара выгружают ночью, а рыбу днём, сказал капитан порта."
JAPANESE = "羅津港は不凍港であると港長が語った。石炭船が遅れている。"
FRENCH = "L’été, les bateaux à charbon sont déjà arrivés — dit-on — à Brême."


@pytest.mark.parametrize(
    ("text", "real", "declared", "seen"),
    [
        (RUSSIAN, "cp1251", "windows-1251", "cp1251"),
        (RUSSIAN, "utf-8", "windows-1251", "utf-8"),
        (RUSSIAN, "utf-8", "iso-8859-1", "utf-8"),
        (RUSSIAN, "koi8-r", "utf-8", "koi8-r"),
        (RUSSIAN, "utf-16", "utf-8", "utf-16-le"),
        (JAPANESE, "shift_jis", "Shift_JIS", "cp932"),
        (JAPANESE, "shift_jis", "iso-8859-1", "cp932"),
        (JAPANESE, "euc_jp", "no-such-charset", "euc_jis_2004"),
        (JAPANESE, "utf-8-sig", "Shift_JIS", "utf-8"),
        (FRENCH, "cp1252", "iso-8859-1", "cp1252"),
        (FRENCH, "utf-8", "us-ascii", "utf-8"),
    ],
)
def test_a_charset_that_lies_costs_no_text(text: str, real: str, declared: str, seen: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body><p>{text}</p></body></html>'
    found = read("a.html", page.encode(real))
    assert found.texts == [text]
    if seen:
        assert found.documents[0].encoding == seen


def test_one_bad_byte_costs_one_character() -> None:
    page = b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><p>'
    page += (
        "港口煤炭船迟到了。".encode("gb18030") + b"\xff<p>" + "鱿鱼在夜里上岸。".encode("gb18030")
    )
    text = read("a.html", page).texts[0]
    assert "港口煤炭船迟到了。" in text
    assert "鱿鱼在夜里上岸。" in text


HOSTILE = [
    "<!--", "<a ", "<a x='", '<a ">" ', "</", "<div>", "<script>", "<title>", "<![CDATA[", "<p>a", "a<td>",
    "<!", "<?", "&#x41;", "<b", "<div hidden>", "</div>", "<textarea>", "&lt", "<pre>a\n", "<h1>a", "<",
    "<a\"'", '{"@context"', "<script>\"@context\"", "<svg><title>", "<p hidden>a</p>", "&#99999999999;",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_pages_end_quickly(piece: str) -> None:
    begin = time.perf_counter()
    read_page(piece * 20_000)
    assert time.perf_counter() - begin < 10


def test_hostile_pages_take_little_memory() -> None:
    tracemalloc.start()
    for piece in ("<div>", "a<p>", "<div hidden>x"):
        read_page(piece * 5_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 << 20


def test_what_is_never_closed_keeps_the_text_before_and_after() -> None:
    assert read("a.html", "<p>one<!-- two <p>three").texts == ["one\nthree"]
    assert read("a.html", "<p>one<a href='x <p>three").texts == ["one\nthree"]
    assert read("a.html", "<title>one<p>three").texts == ["three"]
    assert read("a.html", "1 < 2 and 3 > 2").texts == ["1 < 2 and 3 > 2"]


def test_line_ends_written_as_entities_do_not_move_the_lines() -> None:
    page = "\n".join(f"<p>word{n}&#13;and&#10;more</p>" for n in range(200))
    last = read("a.html", page).parts[-1]
    assert last.lines[1] == 200


def test_a_page_of_many_sections_takes_time_in_proportion() -> None:
    page = "".join(f"<h2>Part {n} é</h2><p>some words of it" for n in range(6000))
    begin = time.perf_counter()
    assert len(read("a.html", page).parts) == 6000
    assert time.perf_counter() - begin < 10


@pytest.mark.parametrize(
    ("page", "title", "text"),
    [
        ("<title></title><p>one<title>two</title>", "", "one"),
        ("<p>one<textarea> \n</textarea><p>two", "", "one\ntwo"),
        ("<xmp>\n</nav>words", "", "words"),
        ("<iframe>no</iframe><xmp><b></xmp>", "", "<b>"),
    ],
)
def test_elements_that_hold_no_tags(page: str, title: str, text: str) -> None:
    found = read_page(page)
    assert (found.title, found.text) == (title, text)
