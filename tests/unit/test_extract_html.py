"""HTML: extracted text, its lines, its encoding, and the time for hostile pages."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from reading import read

from seedsearch.corpus.formats.html import read_page
from seedsearch.engine.base import with_text
from seedsearch.indexing.documents import documents_of
from seedsearch.model import FileState

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


LONG = (
    "The harbour master said that enough words stand here to be prose, a dozen of them or more. "
    * 6
)


def test_main_text_without_navigation_scripts_and_what_is_hidden() -> None:
    found = read("story.html", PAGE)
    assert found.texts == [
        "The Story\nFirst paragraph of the story, which\nis wrapped & goes on.\n"
        "Second, on the same line.",
        "Later\nText about Najin.\nYear\tPrice\n2012\t104\n\ndef f():\n    return 1\n\nCopyright nobody",
    ]
    assert [part.heading for part in found.parts] == ["The Story", "Later"]


def test_title_date_and_author_as_stated() -> None:
    found = read("story.html", PAGE)
    assert found.title == "The Story – Example News"
    stated = "2024-10-21T10:00:00Z"
    assert found.fields == {"date": stated, "author": "Ann Lee", "published": stated}
    linked = (
        '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Article",'
        '"datePublished": "2012-05-01", "author": [{"name": "Bob Roy"}, "Eve"]}</script><p>x'
    )
    assert read("a.html", linked).fields["author"] == "Bob Roy, Eve"
    assert read("a.html", linked).fields["date"] == "2012-05-01"
    head = (
        '<!-- saved from url=(0021)https://example.org/ --><link rel="canonical" href="/a">'
        "<meta property='article:modified_time' content='2025'><meta name=description content='About it'><p>It."
    )
    assert read("a.html", head).fields == {
        "date": "2025", "modified": "2025", "url": "/a", "description": "About it",
    }  # fmt: skip
    saved = "<!--\n Page saved with SingleFile \n url: https://example.org/b \n-->"
    assert read("a.html", f"{saved}<p>x").fields["url"] == "https://example.org/b"


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


def text_of(page: str) -> str:
    return read_page(page).text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("The treaty<sup>1</sup> was", "The treaty[1] was"),
        ("The treaty<sup>1</sup>was", "The treaty[1] was"),
        ("The treaty<sup>[1]</sup> was", "The treaty[1] was"),
        ("The treaty.<sup>1</sup> It", "The treaty.[1] It"),
        ("The <sup>14</sup>C date", "The 14 C date"),
        ("The treaty<sup><a href=#n>a</a></sup> was", "The treaty a was"),
        ("The treaty<a href=#n><sup>12</sup></a> was", "The treaty[12] was"),
        ("The <b>treaty</b><sup>1, 2</sup>, and", "The treaty[1, 2], and"),
        ("The treaty<a href='#n' class=noteref>7</a>was", "The treaty[7] was"),
        ("un<a href='#g'>believable</a>, B<a href=#v>12</a>", "unbelievable, B12"),
        ("<sup>3</sup>And it was", "3 And it was"),
        ("10<sup>6</sup> ships", "10 6 ships"),
        ("H<sub>2</sub>O, 21<sup>st</sup>, M<sup>r</sup>", "H2O, 21st, Mr"),
        ("5 km<sup>2</sup>, XIX<sup>e</sup>", "5 km2, XIXe"),
        ("one<sup>1<p>two</sup>", "one1\ntwo"),
    ],
)
def test_a_note_does_not_grow_onto_its_word(page: str, text: str) -> None:
    assert text_of(f"<p>{page}</p>") == text


def test_readings_stand_beside_the_text() -> None:
    ruby = "<ruby>虐待<rp>(</rp><rt>ぎゃくたい</rt><rp>)</rp></ruby>をなくす"
    ruby += "<ruby>法<rt>ほう<rb>律<rt>りつ</ruby>ができた。"
    assert text_of(f"<p>{ruby}</p>") == "虐待をなくす法律ができた。 (ぎゃくたい ほう りつ)"
    assert text_of("<p><ruby>法<rt>ほう<p>next") == "法 (ほう)\nnext"
    page = read_page("<h1><ruby>法<rt>ほう</ruby><a href='#l' title='Permalink'>¶</a></h1><p>next")
    assert (page.text, page.sections[0].heading) == ("法¶\n(ほう)\nnext", "法¶")


def test_words_that_are_no_text_between_tags_are_kept() -> None:
    page = (
        "<p>See</p><img alt='Chart of arrivals' title='Fig. 1'><p>the <abbr title='World Health Organization'>WHO"
        "</abbr> said</p><button>Show more</button><details><summary>Terms</summary>All of them</details>"
        "<figure><img src=x><figcaption>The quay</figcaption></figure>"
        "<table><caption>Ships</caption><tr><td>a</table><footer>Harbour Press</footer>"
    )
    assert text_of(page) == (
        "See\nChart of arrivals (Fig. 1)\nthe WHO said (World Health Organization)\nShow more\nTerms\nAll of them\n"
        "The quay\nShips\na\nHarbour Press"
    )


STORY = "The story goes on about coal ships and what they cost. " * 12


def test_what_a_page_says_in_its_head_alone_is_text() -> None:
    described = "<meta name=description content='An inquiry into the phalarope fund'>"
    assert "phalarope fund" in text_of(f"{described}<p>{STORY}")
    known = "<meta name=description content='The story goes on about coal ships'>"
    assert text_of(f"{known}<p>{STORY}") == STORY.strip()
    script = '<script>{"@context": "x", "articleBody": "<p>The gannet &amp; more</p>"}</script>'
    assert "The gannet & more" in text_of(f"<p>{script}Loading")


def test_a_line_end_in_linked_data_is_a_line_end() -> None:
    page = b"""<p>words<script type="application/ld+json">
    {"@context": "x", "articleBody": "told &#13;&#13; all <br> of the gannet"}</script>"""
    found = documents_of(FileState("a.html", len(page), 0, 0, b""), page)
    assert (found.reason, [with_text(document).text for document in found.documents]) == (
        "",
        ["words\ntold\n\nall of the gannet"],
    )


def test_a_lead_before_the_main_text_is_kept_and_noise_is_not() -> None:
    page = (
        "<div class=lead><p>The ombudsman accuses the phalarope fund of fraud, as papers show.</div>"
        "<div class=cookie-banner><p>We use cookies to make our pages better for everybody, as you know.</div>"
        "<aside><p>Other stories that are told elsewhere on these pages, at great length.</aside>"
        f"<main><article><p>{STORY}</article></main>"
    )
    text = text_of(page)
    assert "phalarope" in text
    assert "cookies" not in text
    assert "elsewhere" not in text


@pytest.mark.parametrize(
    "page",
    [
        f"<header role=banner><a href=1>A</a><main><article><p>{STORY}</article></main></header><p>Legal",
        f"<header role=banner><a href=1>A</a><p>{STORY}</p>",
        f"<div><noscript><p>{STORY}</noscript></div><div>Labels: birds</div>",
        f"<p>{STORY}<noscript>Please enable JavaScript.</noscript>",
        f"<body style='display:none'><p>{STORY}",
        f"<div><template shadowrootmode=open><p>{STORY}</template></div>",
    ],
)
def test_the_main_text_is_found_where_it_is_put_wrongly(page: str) -> None:
    assert STORY.strip() in text_of(page)


def test_what_is_said_without_scripts_is_text_but_for_the_request_for_scripts() -> None:
    page = (
        f"<p>{STORY}<noscript>The petrel.</noscript><noscript>Please enable JavaScript.</noscript>"
    )
    assert text_of(page) == f"{STORY}\nThe petrel.".replace(". \n", ".\n")


def test_a_list_of_titles_is_text_and_a_menu_is_not() -> None:
    titles = "".join(f"<li><a href={n}>Lighthouse keepers of region {n}</a>" for n in range(9))
    menu = "".join(f"<li><a href={n}>Topic {n}</a>" for n in range(9))
    page = f"<p>{STORY}<h2>References</h2><ul>{titles}</ul><ul>{menu}</ul><ul class=related-links>{titles}</ul>"
    text = text_of(page)
    assert text.count("keepers of region 7") == 1
    assert "Topic" not in text


def test_all_lines_of_a_row_are_cited() -> None:
    rows = "".join(
        f"<tr>\n<td>\n{n}\n</td>\n<td>\nremark{n} {STORY}\n</td>\n</tr>\n" for n in range(9)
    )
    page = f"<table>\n{rows}</table>\n"
    for part in read("a.html", page).parts:
        first, last = part.lines
        cited = page.split("\n")[first - 1 : last]
        assert part.text.split()[-1] in cited[-1]
        assert part.text.split()[0] in cited[0]


def test_space_before_a_tag_is_kept_in_what_is_preformatted() -> None:
    page = read_page("<pre>def f():\n<span>  </span><b>return</b> 1\n</pre>")
    assert page.text == "def f():\n  return 1"
    assert list(read_page("<p>a</p>\n<pre>  <i>b</i></pre>").lines) == [1, 2]


def test_tags_on_several_lines_count() -> None:
    page = read_page("<p\n>one <b\nclass=x\n><i\n>two</i\n></b></p>\n<p>three")
    assert [*zip(page.text.split("\n"), page.lines, strict=True)] == [
        ("one", 2), ("", 4), ("two", 5), ("", 6), ("three", 7),
    ]  # fmt: skip


def test_links_to_the_next_page_of_a_manual_are_left_out() -> None:
    steps = (
        '<div class="{}"><table><tr><td><a href=a>Prev</a></td><td>Introduction</td>'
        "<td><a href=b>Next</a></td></tr></table></div>"
    )
    body = f"<h2>What is it?</h2><p>{LONG}</p><p>Read on about <a href=c>packages</a>.</p>"
    page = f"<body>{steps.format('navheader')}{body}{steps.format('navfooter')}</body>"
    assert read("a.html", page).texts == [f"What is it?\n{LONG.strip()}\nRead on about packages."]
    only = f"<body>{steps.format('navheader')}</body>"
    assert "Introduction" in read("a.html", only).texts[0]


def test_the_main_text_is_also_told_by_its_role() -> None:
    links = "".join(f"<li><a href=x>aifc.get{n}()</a></li>" for n in range(9))
    inside = f"<p>{LONG}</p><ul>{links}</ul>"
    outside = f"<ul class=menu>{links}</ul>"
    page = "<body><div role={}><div>{}</div></div>{}</body>"
    assert "get8" in read("a.html", page.format("main", inside, "")).texts[0]
    assert "get8" not in read("a.html", page.format("main", f"<p>{LONG}</p>", outside)).texts[0]
    assert "get8" not in read("a.html", page.format("complementary", inside, "")).texts[0]


def test_words_of_a_drawing_in_a_page_are_read() -> None:
    drawing = (
        "<svg><title>unseen</title><desc>unseen</desc><defs><text>unseen</text></defs><style>unseen{}</style>"
        "<text>Deepwater</text><text><tspan>Anchor</tspan><tspan>zone</tspan></text></svg>"
    )
    text = "\n".join(read("a.html", f"<p>Before the chart.</p>{drawing}<p>Behind it.</p>").texts)
    assert text == "Before the chart.\nDeepwater\nAnchor\nzone\nBehind it."


def test_the_page_that_a_frame_contains_is_read_on_its_lines() -> None:
    frame = '<iframe title="a > b"\n srcdoc="&lt;p>The &quot;lantern&quot;\n lit&lt;/p>" width=3></iframe>'
    found = read("a.html", f"<p>Before.</p>\n{frame}\n<p>Behind the frame, <i>srcdoc</i>.</p>")
    assert [(part.text, part.lines) for part in found.parts] == [
        ('Before.\n\nThe "lantern"\nlit\nBehind the frame, srcdoc.', (1, 5))
    ]


def test_what_is_invisible_is_left_out_but_not_a_page_that_a_script_shows() -> None:
    page = '<body style="visibility: hidden"><p>Seen.</p><p style="visibility:hidden">Unseen.</p></body>'
    assert read("a.html", page).texts == ["Seen."]
