"""Org, AsciiDoc, LaTeX, manual pages, subtitles, translations, XML, front matter: words without commands."""

from __future__ import annotations

import pytest
from reading import read

LONG = "Enough words to stand as a section of its own, for a dozen of them or more are here. "


def test_org_has_title_headings_and_exact_bytes_and_leaves_drawers_out() -> None:
    text = (
        f"#+TITLE: Curlew notes\n#+AUTHOR: Ann\n* TODO Heading one :tag:\n:PROPERTIES:\n:ID: 5e2f\n:END:\n{LONG}\n"
        f"** A [[x][link]]\n{LONG}\n#+begin_src sh\n* echo\n#+end_src\n"
    )
    found = read("a.org", text)
    assert found.title == "Curlew notes"
    assert found.fields == {"author": "Ann"}
    assert [part.heading for part in found.parts] == [
        "Heading one",
        "Heading one",
        "A link",
        "A link",
    ]
    assert not any("5e2f" in part.text or "TITLE" in part.text for part in found.parts)
    for part in found.parts:
        assert part.cited.decode() == part.text
    assert "never closed" in read("a.org", ":PROPERTIES:\nnever closed\n* H\n").texts[0]


def test_asciidoc_has_title_headings_and_exact_bytes() -> None:
    text = (
        f"= Curlew guide\nAnn Example <a@b>\n:revdate: 2024-10-21\n\n== Chapter *one*\n\n{LONG}\n\n// no word\n"
        f"[source,c]\n----\n== not a heading\n----\n\n=== Part\n\n{LONG}\n"
    )
    found = read("a.adoc", text)
    assert found.title == "Curlew guide"
    assert found.fields == {"author": "Ann Example", "date": "2024-10-21"}
    assert "Part" in [part.heading for part in found.parts]
    assert not any("no word" in part.text or "revdate" in part.text for part in found.parts)
    for part in found.parts:
        assert part.cited.decode() == part.text


def test_latex_is_words_in_sections() -> None:
    text = (
        "\\documentclass[a4]{article} % c\n\\title{The \\emph{Godwit}}\n\\author{Jos\\'e}\n\\begin{document}\n"
        '\\section{Na\\"{\\i}ve \\& plain}\nA \\textbf{light}house\\footnote{noted} costs 5\\%~net % hidden\n'
        "see \\cite[p.~3]{knuth84} Fran\\c{c}ais Stra\\ss e $E=mc^2$\n\\end{document}\n"
    )
    found = read("a.tex", text)
    assert found.title == "The Godwit"
    assert found.fields == {"author": "José"}
    assert found.parts[0].heading == "Naïve & plain"
    assert found.parts[0].lines == (5, 7)
    assert "costs 5% net" in found.parts[0].text
    assert "see Français Straße $E=mc^2$" in found.parts[0].text
    assert "knuth84" not in found.parts[0].text
    assert "hidden" not in found.parts[0].text


def test_notes_in_latex_follow_their_paragraph() -> None:
    text = "The keeper\\footnote{A {\\em long} note.} left\nthe H\\textsubscript{2}O tower.\n\n"
    text += "Next\\footnote{Last.} one."
    assert read("a.tex", text).texts == [
        "The keeper left\nthe H2O tower.\nA long note.\nNext one.\nLast."
    ]


MAN = """.\\" a comment
.TH KESTREL 1 "2024\\-10\\-21" "kestrel 1.0"
.SH NAME
kestrel \\- hover
.SH "SEE ALSO"
.BR ls (1),
[\\fIOPTION\\fR]... \\fBhover\\fPing \\-\\-dry\\-run. Jos\\('e \\[u00FC]ber \\f(CWx\\fP
.TP
.B \\-q
quiet
"""


def test_a_manual_page_is_told_by_its_requests_and_read_without_them() -> None:
    for name in ("kestrel.1", "a.man"):
        found = read(name, MAN)
        assert found.title == "KESTREL(1)"
        assert found.fields == {"date": "2024-10-21"}
        assert [(part.heading, part.text) for part in found.parts] == [
            ("NAME", "kestrel - hover"),
            ("SEE ALSO", "ls(1),\n[OPTION]... hovering --dry-run. José über x\n-q\nquiet"),
        ]
        assert found.parts[1].lines == (6, 10)
    mdoc = read(
        "b.8", ".Dd May 1, 2024\n.Dt KITE 8\n.Os\n.Sh NAME\n.Nm kite\n.Nd flies\n.Op Fl a Ar file\n"
    )
    assert mdoc.title == "KITE(8)"
    assert mdoc.texts == ["kite\nflies\n-a file"]
    assert read("syslog.1", ".hidden is a log\n").documents[0].media_type == "text/plain"


def test_a_table_in_a_manual_page_is_its_cells() -> None:
    page = (
        ".TH KITE 1\n.SH SIZES\n.TS\nallbox tab(:);\nlb lb\nl r.\nCity:Number\n=\nRome:T{\n"
        "a long\ncell\nT}\n.T&\nl s.\n\\^:\\fBfour\\fP\n.TE\nAfter: it.\n.TS\nl l.\nx\ty\n.TE\n"
    )
    found = read("kite.1", page)
    assert found.texts == [
        "City  Number\nRome\na long\ncell\nfour\nAfter: it.\nx  y",
    ]
    assert found.parts[0].lines == (7, 20)


def test_subtitles_are_what_is_said_under_its_time() -> None:
    text = "1\n00:00:01,000 --> 00:00:03,000\n<i>They left the</i>\n\n2\n00:00:03,500 --> 00:00:05,000\nharbour. 7\n"
    found = read("a.srt", text)
    assert found.texts == ["They left the\nharbour. 7"]
    assert (found.parts[0].heading, found.parts[0].lines) == ("00:00:01", (3, 7))
    web = "WEBVTT\n\nNOTE x\nhidden\n\nid\n00:01.000 --> 00:02.000 align:start\n<v Ann>Hello <b>you</b>\n"
    assert read("a.vtt", web).texts == ["Ann: Hello you"]
    coded = "WEBVTT\n\n00:01.000 --> 00:02.000\nJack &amp; Jill &lt;loud&gt;\n"
    assert read("a.vtt", coded).texts == ["Jack & Jill <loud>"]
    assert read("a.srt", "no times here\n").texts == ["no times here"]
    many = "".join(f"{n}\n00:{n:02}:00,000 --> 00:{n:02}:01,000\n{LONG}\n\n" for n in range(1, 13))
    assert [part.heading for part in read("a.srt", many).parts][:2] == ["00:01:00", "00:05:00"]


def test_lyrics_are_what_is_sung() -> None:
    song = "[ti:Song of Tea]\n[ar:Ann Lee]\n[00:12.00]One <00:13.10>line\n[00:17.20][00:40.00]Two & three\n"
    found = read("a.lrc", song)
    assert found.title == "Song of Tea"
    assert [(part.heading, part.text) for part in found.parts] == [
        ("", "Song of Tea\nAnn Lee"),
        ("00:12", "One line\nTwo & three"),
    ]
    assert found.parts[1].lines == (3, 4)


def test_translations_are_joined_and_their_header_says_the_charset() -> None:
    text = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=ISO-8859-2\\n"\n"Language: cs\\n"\n\n'
        '#. for the gate\n#: a.c:1\nmsgctxt "gate"\nmsgid "Open the "\n"floodgate"\nmsgstr "Otevř"\n"i"\n'
    )
    found = read("a.po", text.encode("iso-8859-2"))
    assert found.fields == {"language": "cs"}
    assert found.texts == ["for the gate\ngate\nOpen the floodgate\nOtevři"]
    assert found.parts[0].lines == (6, 11)
    assert read("a.po", "nothing of the kind\n").texts == ["nothing of the kind"]


def test_notes_and_pages_in_xml_break_no_word_and_no_phrase() -> None:
    text = (
        "<text><p>The old<note><p>A note.</p></note>\nlighthouse<xref><sup>1</sup></xref> keeper</p>"
        "<description>&lt;p&gt;The &lt;b&gt;light&lt;/b&gt;house&lt;br/&gt;caf&amp;eacute;&lt;/p&gt;</description>"
        "<p>a &lt; b</p></text>"
    )
    found = read("a.xml", text)
    assert found.texts == [
        "The old lighthouse[1] keeper\nA note.\nThe lighthouse café\na < b",
    ]


def test_words_in_xml_go_on_after_marks_and_end_at_line_ends() -> None:
    text = (
        "<doc><head><title>Feeds</title><ownerName>Ann</ownerName></head><p><b>Un</b>believable <i>c</i>ar</p>\n"
        "<title><p>Part</p><p>Two</p></title>\n<p>one<br/>two and<lb break='no'/>three</p>"
        '<p>dark night<a type="note">1</a>.</p></doc>'
    )
    found = read("a.opml", text)
    assert (found.title, found.fields["author"]) == ("Feeds", "Ann")
    assert found.texts == [
        "Feeds\nAnn\nUnbelievable car",
        "Part Two\none two andthree\ndark night[1].",
    ]
    assert [part.heading for part in found.parts] == ["Feeds", "Part Two"]
    assert found.parts[1].lines == (2, 3)


def test_names_of_authors_in_xml_are_joined() -> None:
    text = "<a><author><first-name>Ann</first-name><last-name>Lee</last-name><email>x</email></author><p>text</p></a>"
    assert read("a.fb2", text).fields == {"author": "Ann Lee"}


def test_xml_is_text_without_tags_on_the_lines_of_the_file() -> None:
    book = (
        '<?xml version="1.0" encoding="ISO-8859-5"?>\n<!DOCTYPE book [<!ENTITY x "no">]>\n<book>'
        "<info><author>Анна</author></info>\n<title>Книга <em>о</em> птицах</title>\n<chapter><title>Глава</title>\n"
        "<para>Кроншнеп <b>живёт</b> &x; здесь</para>\n<para>Второй</para></chapter></book>"
    )
    found = read("a.xml", book.encode("iso-8859-5"))
    assert found.documents[0].encoding == "iso8859-5"
    assert found.title == "Книга о птицах"
    assert found.fields == {"author": "Анна"}
    part = found.part("Кроншнеп")
    assert part.text == "Глава\nКроншнеп живёт здесь\nВторой"
    assert (part.heading, part.lines) == ("Глава", (5, 7))


def test_svg_keeps_words_and_drops_paths_and_a_broken_file_its_beginning() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg">'
    svg += '<title>Map</title><path d="M1 2"/><text>Dotterel <tspan>bay</tspan></text>'
    found = read("a.svg", svg + "</svg>")
    assert (found.title, found.texts) == ("Map", ["Map\nDotterel bay"])
    broken = read("a.svg", svg)
    assert broken.texts == ["Map\nDotterel bay"]
    assert broken.problems == [("line 1", "broken XML from here on")]
    assert read("a.xml", "<a><b>").skipped == "broken XML"
    assert read("a.xml", "<a><item><name>Rome</name><size>9</size></item></a>").texts == ["Rome\n9"]
    assert read("a.xml", '<a><add key="host" value="db.example" id="x1"/></a>').texts == [
        "host\ndb.example"
    ]


@pytest.mark.parametrize(
    ("block", "title", "fields"),
    [
        ("---\nauthors:\n  - name: Ann\n    mail: a@x\n  - Bob\n---\n# H\n", "H", {"authors": "Ann, Bob"}),
        ('+++\ntitle = "T"\ndate = 2024-10-21\ntags = ["a", "b"]\n+++\n', "T", {"date": "2024-10-21", "tags": "a, b"}),
        ("+++\ntitle = T\n+++\n", "T", {}),
        ("---\ntitle: >\n  Folded\n  title\npublished: 2024-10-21\ntags: [a, 'b']\n---\n", "Folded title",
         {"date": "2024-10-21", "published": "2024-10-21", "tags": "a, b"}),
        ("---\r\ncreated: 2023-01-02 # then\r\naliases:\r\n- one\r\n- two\r\n---\r\n", "Head",
         {"date": "2023-01-02", "created": "2023-01-02", "aliases": "one, two"}),
        ("---\nno end\n", "Head", {}),
    ],
)  # fmt: skip
def test_front_matter_in_yaml_and_toml(block: str, title: str, fields: dict[str, str]) -> None:
    found = read("a.md", f"{block}# Head\n\nwords\n")
    assert (found.title, found.fields) == (title, fields)


def test_subtitles_that_say_their_time_in_each_line() -> None:
    text = (
        "[Script Info]\nTitle: T\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, "
        "MarginV, Effect, Text\n"
        "Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,{\\i1}The old{\\i0} light\\Nhouse, dark,\n"
        "Comment: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,hidden\n"
        "Dialogue: 0,0:00:04.50,0:00:06.00,Default,,0,0,0,,is closed.\n"
    )
    (part,) = read("a.ass", text).parts
    assert (part.heading, part.lines) == ("0:00:01", (6, 8))
    assert part.text == "The old light house, dark,\nis closed."


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("a.md", "AT&amp;T, caf&eacute;, 10&nbsp;km, &#8364;5, &bg; `&lt;`", "AT&T, café, 10 km, €5, &bg; `&lt;`"),
        ("a.md", "H~2~O, H<sub>2</sub>O, x^2^, treaty<sup>1</sup>, ~~no~~", "H2O, H2O, x2, treaty<sup>1</sup>, ~~no~~"),
        ("a.adoc", "**un**seen, un__constrain__ed, H~2~O, *bold* a&#8217;s", "unseen, unconstrained, H2O, *bold* a’s"),
        ("a.org", "un\u200b*break*\u200bable, H_{2}O, *bold*", "unbreakable, H2O, *bold*"),
        ("a.rst", "re\\ *struct*\\ ured, H\\ :sub:`2`\\ O, *thing*\\ s, *em*", "restructured, H2O, things, *em*"),
    ],
)  # fmt: skip
def test_marks_inside_words_are_read_as_shown(name: str, text: str, shown: str) -> None:
    found = read(name, text + "\n")
    assert found.texts == [shown]
    assert found.parts[0].cited == b""
    code = {"a.md": "```\n{}\n```\n", "a.adoc": "----\n{}\n----\n", "a.rst": "::\n\n  {}\n"}
    if name in code:
        assert text in "".join(read(name, code[name].format(text)).texts)


def test_other_passages_of_a_text_with_entities_keep_their_bytes() -> None:
    text = f"# Ä&amp;B\n\n{LONG}ü\n\n# Next\n\n{LONG}é\n"
    found = read("a.md", text)
    assert found.title == "Ä&B"
    assert [part.cited.decode() for part in found.parts] == ["", f"# Next\n\n{LONG}é"]
    assert [part.lines for part in found.parts] == [(1, 3), (5, 7)]
    assert read("a.md", text.encode("utf-16")).title == "Ä&B"


def test_facts_about_a_text_in_asciidoc_rst_and_org() -> None:
    found = read("a.adoc", f"= Title\nAnn Lee <a@x>; Bob Fox\nv1.0, 2020-01-02: First\n\n{LONG}\n")
    assert found.fields == {"author": "Ann Lee, Bob Fox", "date": "2020-01-02"}
    assert read("a.adoc", f"= Title\nLee, Ann\n\n{LONG}\n").fields == {"author": "Lee, Ann"}
    found = read("a.rst", f":Author: Ann\n:tags: tides, moon\n\nTitle\n=====\n\n{LONG}\n")
    assert found.fields == {"author": "Ann", "tags": "tides, moon"}
    assert (
        read("a.org", f"* Pack the bags [2/3] :home:\n{LONG}\n").parts[0].heading == "Pack the bags"
    )


def test_lowered_and_raised_letters_in_latex_belong_to_their_word() -> None:
    assert read("a.tex", "H$_2$O, 10$^{-3}$, $x^2$").texts == ["H2O, 10-3, $x^2$"]


def test_footnotes_in_asciidoc_come_after_their_line() -> None:
    text = "A treaty.footnote:[At Breda [sic].] held.footnote:b[Twice] Yesfootnote:b[] so.\nfootnote: no.\n"
    told = "A treaty. held. Yes so. (At Breda [sic].) (Twice)\nfootnote: no."
    assert read("a.adoc", text).texts == [told]
    assert read("a.adoc", text.replace("\n", "\r\n")).texts == [told.replace("\n", "\r\n")]


def test_comments_in_org_and_latex_are_left_out() -> None:
    org = "* T\none\n# hush\n#+begin_comment\nhush\n#+end_comment\n#tag\n#+begin_src sh\n# kept\n#+end_src\n"
    assert (
        "\n".join(read("a.org", org).texts) == "* T\none\n#tag\n#+begin_src sh\n# kept\n#+end_src"
    )
    tex = "one\n\\begin{comment}\nhush\n\\end{comment}\n\\iffalse hush \\fi\n\\iffalse\nhush\n\\fi\ntwo\n"
    assert read("a.tex", tex).texts == ["one\ntwo"]


def test_words_of_endnote_and_outlines_and_titles_of_feeds() -> None:
    style = '<style face="normal" font="default" size="100%">'
    endnote = f"<xml><record><title>{style}Deep H</style>{style}2</style>{style}O</style></title></record></xml>"
    assert read("a.xml", endnote).title == "Deep H2O"
    assert "hush" not in read("a.xml", "<doc><style>hush {}</style><p>said</p></doc>").texts[0]
    outline = '<opml><body><outline text="Tech news" title="Tech news" description="daily"/></body></opml>'
    assert read("a.opml", outline).texts == ["Tech news\ndaily"]
    feed = '<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">Salt &amp;amp; tea</title></feed>'
    assert read("a.atom", feed).title == "Salt & tea"
    assert read("a.xml", "<doc><title>Write &amp;amp;</title></doc>").title == "Write &amp;"


def test_maps_of_ideas_and_drawings_are_xml() -> None:
    ideas = '<map version="1.0.1">\n<node TEXT="Root idea"/>\n</map>\n'
    assert read("a.mm", ideas).texts == ["Root idea"]
    assert read("a.mm", "<template>x</template>\n").documents[0].media_type == "text/x-source"
    drawing = '<mxfile host="x"><mxCell value="Box &lt;b&gt;label&lt;/b&gt;"/></mxfile>'
    assert read("a.drawio", drawing).texts == ["Box label"]


@pytest.mark.parametrize("name", ["de.ts", "a.resx"])
def test_xml_is_known_by_its_beginning(name: str) -> None:
    data = b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\n<TS><source>Open</source></TS>\n'
    for content in (data, data[3:]):
        assert read(name, content).texts == ["Open"]


_WIKI = """{{Infobox ship
| name = HMS ''Victory''
}}
'''HMS ''Victory''''' is a [[first-rate]] [[ship of the line|ship]]<ref name="a">{{cite web|title=Naval list}}</ref> of the Navy.<ref name="a" /> She has [[cannon]]s and '''un'''seen decks.{{citation needed|date=May}}

<!-- a comment
on two lines -->
== Building ==
{| class="wikitable"
|-
! scope="col" | Year
| style="color:red" | 1765 || 850
|}
[[File:Victory.jpg|thumb|The ship at [[Portsmouth]] dock]]
H<sub>2</sub>O &amp; caf&eacute;
"""  # noqa: E501 - a paragraph of a wiki is a line


def test_the_text_of_a_wiki_is_read_as_its_page() -> None:
    found = read("Victory.wiki", _WIKI)
    assert found.title == "Victory"
    lead, building = found.parts
    assert (lead.lines, building.lines, building.heading) == ((1, 4), (8, 15), "Building")
    assert (
        "HMS Victory is a first-rate ship of the Navy. She has cannons and unseen decks."
        in lead.text
    )
    assert "Naval list" in lead.text
    for unseen in ("<ref", "wikitable", "style=", "comment", "[["):
        assert not any(unseen in text for text in found.texts)
    assert "The ship at Portsmouth dock" in building.text
    assert "H2O & café" in building.text


def test_pages_of_a_wiki_in_an_export_keep_their_lines_and_headings() -> None:
    text = _WIKI.replace("&", "&amp;").replace("<", "&lt;")
    found = read(
        "dump.xml",
        f"""<mediawiki><siteinfo><sitename>Wiki</sitename></siteinfo>
<page><title>Victory</title><id>17</id><revision><model>wikitext</model>
<text xml:space="preserve">{text}</text></revision></page>
<page><title>Temeraire</title><revision><text>A [[second-rate]] ship.</text></revision></page></mediawiki>""",
    )
    assert [part.heading for part in found.parts] == ["Victory", "Victory › Building", "Temeraire"]
    assert found.part("Portsmouth").lines == (10, 17)
    assert "is a first-rate ship of the Navy." in found.texts[0]
    assert "wikitext" not in "".join(found.texts)


def test_paragraphs_in_an_element_keep_their_lines() -> None:
    found = read("a.xml", "<r><note>first\n  one\n\nsecond</note><b>one\ntwo</b></r>")
    assert found.texts == ["first\none\n\nsecond\none two"]
    assert found.parts[0].lines == (1, 4)


def test_attributes_in_asciidoc_are_read_as_their_values() -> None:
    text = "= Guide\n:product: Lantern\n:url: https://{product}.org\n\n{product}s: see {url}, {nothing}.\n\n"
    found = read(
        "a.adoc",
        text + "----\n{product}\n----\n\ninclude::part.adoc[]\n:product: Buoy\n\n{Product} {cpp}",
    )
    whole = "\n".join(found.texts)
    assert "Lanterns: see https://Lantern.org, {nothing}." in whole
    assert "----\n{product}\n----" in whole
    assert "Buoy C++" in whole
    assert "include" not in whole


def test_exports_of_evernote_sms_and_android_in_xml() -> None:
    note = "<div>Note <b>words</b></div><en-todo/>to do"
    found = read(
        "a.xml",
        f"""<en-export><note><title>N</title><content><![CDATA[{note}]]></content>
<resource><data encoding="base64">iVBORw0KGgo</data></resource></note></en-export>""",
    )
    assert "\n".join(found.texts) == "N\nNote words to do"
    found = read(
        "a.xml", '<smses><sms body="Sea &#10;calm" contact_name="Ann Keel" type="1"/></smses>'
    )
    assert found.texts == ["Sea calm\nAnn Keel"]
    found = read("strings.xml", "<resources><string name='a'>Don\\'t go\\nnow</string></resources>")
    assert found.texts == ["Don't go now"]


def test_latex_may_begin_on_the_line_of_its_preamble() -> None:
    text = r"\documentclass{article}\begin{document}The \emph{sea}\footnote{A note}.\end{document}"
    assert read("a.tex", text).texts == ["The sea.\nA note"]


def test_line_ends_written_as_entities_in_xml_are_no_lines_of_the_file() -> None:
    found = read(
        "a.opml", "<opml>\n<a _note='one&#10;&#10;two'/><b>three&#10;&#10;&#10;four</b></opml>"
    )
    assert found.texts == ["one two\nthree\n\n\nfour"]
    assert found.parts[0].lines == (2, 2)


def test_indentations_are_no_words_and_strings_have_arguments_in_roff() -> None:
    page = '.TH A 1\n.IP "1." 4\nItem\n.TP 8\n.B name\nText\n\\*[Tok "code "]\\*[Op "= 1"]\n'
    assert read("a.1", page).texts == ["1.\nItem\nname\nText\ncode = 1"]
