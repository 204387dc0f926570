"""Markdown, reStructuredText and source code: sections begin at headings, and bytes are exact."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import read

LONG = "Enough words to stand as a section of its own, for a dozen of them or more are here. "

MANUAL = f"""\
---
title: "The Manual"
date: 2024-10-21
author: Ann Lee
---
# Installing

## On Linux

{LONG}

```sh
# no heading, but a comment
apt install thing

apt remove thing
```

{LONG}

Using *it*
----------

{LONG}
"""


def test_markdown_headings_are_sections_and_bare_ones_stay_with_the_next() -> None:
    found = read("manual.md", MANUAL)
    assert found.documents[0].media_type == "text/markdown"
    assert found.title == "The Manual"
    assert found.fields == {"date": "2024-10-21", "author": "Ann Lee"}
    headings = [part.heading for part in found.parts]
    assert headings == ["Installing › On Linux"] * 3 + ["Using it"]


def test_markdown_code_is_whole_and_lines_and_bytes_are_the_files() -> None:
    found = read("manual.md", MANUAL)
    code = found.part("apt install")
    assert code.text.startswith("```sh\n")
    assert code.text.endswith("\n```")
    assert code.lines == (12, 17)
    for part in found.parts:
        assert part.cited.decode() == part.text


def test_markdown_title_is_the_first_heading_without_marks() -> None:
    assert read("a.md", "# A **bold** [link](x.html) `code`\n\ntext").title == "A bold link code"
    assert read("a.md", "just text here.").title == "a.md"


def test_markdown_fences_hide_rules_and_tables_are_no_headings() -> None:
    text = f"# One\n\n{LONG}\n\n~~~\n# two\n```\n# three\n~~~\n\n| a |\n|---|\n- x\n---\n{LONG}\n"
    assert {part.heading for part in read("a.md", text).parts} == {"One"}


def test_markdown_with_a_fence_that_is_never_closed_keeps_its_text() -> None:
    found = read("a.md", f"# One\n\n{LONG}\n\n```\ncode that never ends\n")
    assert "never ends" in found.parts[-1].text


GUIDE = f"""\
=========
The Guide
=========

:Author: Ann Lee

{LONG}

Calling
=======

Do it like this::

    first()

    second()

{LONG}

A ``name``
----------
.. code-block:: python

   import os

{LONG}
"""


def test_rst_headings_and_code() -> None:
    found = read("guide.rst", GUIDE)
    assert found.documents[0].media_type == "text/x-rst"
    assert (found.title, found.fields) == ("The Guide", {"author": "Ann Lee"})
    assert list(dict.fromkeys(part.heading for part in found.parts)) == [
        "The Guide",
        "Calling",
        "A name",
    ]
    code = found.part("first()")
    assert "second()" in code.text
    assert code.lines == (9, 16)
    for part in found.parts:
        assert part.cited.decode() == part.text


def test_source_code_is_cut_between_functions_and_named_by_its_file() -> None:
    body = "\n".join(f"    call_number_{n}(with_an_argument, and_another)" for n in range(15))
    source = f"import os\n\n\ndef first():\n{body}\n\n    last()\n\n\ndef second():\n{body}\n"
    found = read("src/tool.py", source)
    assert found.documents[0].media_type == "text/x-source"
    assert found.title == "tool.py"
    assert found.part("def second").text.startswith("def second():")
    assert found.part("def second").lines[0] == 24
    for part in found.parts:
        assert part.cited.decode() == part.text


def test_short_source_files_are_one_passage() -> None:
    found = read("a.rs", "fn main() {}\n\nfn other() {}\n\n// a comment on squid\n")
    assert len(found.parts) == 1
    assert found.parts[0].lines == (1, 5)


@pytest.mark.parametrize("name", ["a.md", "a.rst", "a.py", "a.csv", "a.jsonl"])
@pytest.mark.parametrize("data", [b"", b" \n\n"])
def test_blank_files_are_skipped(name: str, data: bytes) -> None:
    assert read(name, data).skipped == ("blank" if data else "empty")


@pytest.mark.parametrize("name", ["a.md", "a.rst", "a.py", "a.csv", "a.jsonl", "a.html"])
def test_binary_content_under_a_texts_name_is_skipped(name: str) -> None:
    assert read(name, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 9).skipped == "binary (image)"


MARKS = st.lists(
    st.sampled_from(["# a", "## b", "===", "---", "```", "~~~", "x::", "    y", "", "some words", "| a |",
                     '"q,', 'p","', "α β", "def f():", ".. code::", "1. z", "\t"]), max_size=25)  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=150)
@given(MARKS, st.sampled_from(["\n", "\r\n", "\r"]))
def test_no_word_is_lost_and_every_byte_holds(lines: list[str], end: str) -> None:
    data = end.join(lines).encode()
    for name in ("a.md", "a.rst", "a.py", "a.csv"):
        found = read(name, data)
        together = "".join("".join(part.text.split()) for part in found.parts)
        assert together == "".join(data.decode().split()) or found.skipped
        for part in found.parts:
            assert part.cited.decode() == part.text
            first = data[: data.index(part.cited)]
            assert part.lines[0] >= 1, first


def test_minified_code_is_one_passage_and_the_rest_is_counted() -> None:
    code = "/* The lantern library */\n" + "var a=function(b){return b+1};" * 500
    found = read("a.js", code)
    assert [part.lines for part in found.parts] == [(1, 2)]
    assert found.parts[0].cited.decode() == code[:1000]
    assert found.problems == [("the rest", f"{len(code) - 1000:,} characters of minified code")]
    assert len(read("a.py", code).parts) > 1
    assert read("b.js", "x = 1;\n" * 3000).problems == []


def test_entries_of_bibtex_are_documents_with_letters_for_accents() -> None:
    found = read(
        "a.bib",
        rb"""@string{j = "Journal of Tides"}

@comment{not an entry}
@article{mueller01,
  author = {M{\"u}ller, J{\'e}r{\^o}me and \v{S}koda, K.},
  title  = "The {P}almer method of {\"O}sterreich",
  journal = "Gr\"o{\ss}e " # {und Ma\ss},
  year = 2001
}
@book(b2, journal = J, title = {No end
""",
    )
    assert [(d.id, d.title) for d in found.documents] == [
        ("mueller01", "The Palmer method of Österreich"),
        ("b2", "No end"),
    ]
    part = found.part("Müller")
    assert part.text == "author: Müller, Jérôme and Škoda, K.\njournal: Größe und Maß\nyear: 2001"
    assert part.lines == (5, 8)
    assert dict(found.documents[0].fields)["date"] == "2001"
    assert found.texts[-1] == "journal: Journal of Tides"


def test_escapes_in_properties_are_letters_and_lines_continue() -> None:
    found = read(
        "a.properties", b"# one\ngreeting=Gr\\u00fc\\u00dfe \\\n  aus K\\u00f6ln\npath=c\\:\\\\\n"
    )
    assert found.texts == ["# one\ngreeting=Grüße aus Köln\npath=c:\\"]
    assert found.parts[0].lines == (1, 4)


def test_subtitles_of_youtube() -> None:
    found = read(
        "a.sbv", b"0:00:01.000,0:00:02.000\nHe left the\n\n0:00:02.000,0:00:03.000\nharbour.\n"
    )
    assert found.texts == ["He left the\nharbour."]


RIS = """\
TY  - JOUR
AU  - Lee, Ann
AU  - Bond, Bob
TI  - Tides of the harbour
JO  - J. Tides
PY  - 2019/05/06/Spring
AB  - An abstract about
 a walrus.
M3  - Report words
DO  - 10.1/x
ID  - lee19
ER  -

TY  - BOOK
T1  - Second book
ER  -
"""


def test_references_are_documents_with_their_fields() -> None:
    for name in ("a.ris", "export.txt"):
        found = read(name, RIS)
        assert [(d.title, d.id) for d in found.documents] == [
            ("Tides of the harbour", "lee19"),
            ("Second book", ""),
        ]
        assert found.documents[0].fields == (
            ("type", "JOUR"),
            ("author", "Lee, Ann"),
            ("author", "Bond, Bob"),
            ("date", "2019-05-06"),
            ("journal", "J. Tides"),
            ("doi", "10.1/x"),
        )
        part = found.part("walrus")
        assert "abstract: An abstract about a walrus.\nReport words\ndoi" in part.text
        assert part.lines == (2, 10)


def test_references_of_pubmed_and_endnote() -> None:
    medline = (
        "\nPMID- 123\nDP  - 2020 Mar\nTI  - On the\n      walrus.\nFAU - Lee, Ann\nAU  - Lee A\n"
    )
    medline += "\nPMID- 124\nTI  - Two\n"
    found = read("a.nbib", medline)
    assert [(d.title, d.id) for d in found.documents] == [("On the walrus.", "123"), ("Two", "124")]
    assert found.fields == {"author": "Lee A", "date": "2020"}
    endnote = "%0 Book\n%A Lee, Ann\n%D 1999\n%T On seals\n\n%0 Book\n%T Two\n"
    found = read("a.enw", endnote)
    assert [d.title for d in found.documents] == ["On seals", "Two"]
    assert found.fields["date"] == "1999"
    assert read("a.ris", "no reference\n").texts == ["no reference"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Makefile", "all: a.o\n\tcc a.o\n"),
        ("src/makefile", "all: a.o\n"),
        ("rules.mk", "all: a.o\n"),
        ("Dockerfile", "FROM debian\nRUN make\n"),
        ("cmake/CMakeLists.txt", "project(coal)\n"),
        ("bin/ship", "#!/bin/sh\nexec coal\n"),
        ("bin/ship.txt", "#! /usr/bin/env python3\nimport coal\n"),
    ],
)
def test_code_is_recognised_by_its_whole_name_or_its_first_line(name: str, text: str) -> None:
    assert read(name, text).documents[0].media_type == "text/x-source"


def test_other_names_and_first_lines_are_no_code() -> None:
    for name, text in (("makefiles", "all: a.o\n"), ("notes.txt", "#! is how a script begins\n")):
        assert read(name, text).documents[0].media_type == "text/plain"


def test_a_manual_page_may_begin_with_a_blank_line() -> None:
    found = read("ship.1", '\n.TH "SHIP" 1\n.SH "NAME"\nship \\- load coal\n')
    assert found.documents[0].media_type == "text/troff"
