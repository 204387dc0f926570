"""JSON, JSON in logs, and notebooks: strings are decoded, lines exact, broken parts kept and named."""

from __future__ import annotations

import json
import plistlib
import re
from datetime import datetime

import pytest
from reading import read

SETTINGS = r"""{
  // what a person writes
  "name": "Z\u00fcrich",
  "deep": {"title": "The T", "list": [1, 2,
    3], "people": [{"who": "Ann"}, {"who": null, "here": true}]},
  'single': 'it\'s', bare: 0x1F,
  "note": "one\ntwo",
}
"""


def test_strings_are_decoded_and_stand_under_their_paths() -> None:
    found = read("a.json", SETTINGS)
    assert found.problems == []
    assert found.documents[0].media_type == "application/json"
    assert found.texts == [
        "what a person writes\nname: Zürich\ndeep.title: The T\ndeep.list: 1, 2\n3\ndeep.people.who: Ann\n"
        "deep.people.here: true\nsingle: it's\nbare: 0x1F\nnote: one\ntwo"
    ]
    assert found.fields["deep.title"] == "The T"
    assert found.fields["deep.people.who"] == "Ann"


def test_a_large_object_is_cut_into_its_parts_with_their_lines() -> None:
    value = {
        "a": {"text": "word " * 90, "number": 1},
        "list": [{"x": "many " * 90}, {"y": "more " * 90}],
    }
    text = json.dumps(value, indent=1)
    found = read("a.json", text)
    assert [part.heading for part in found.parts] == ["a", "list[0]", "list[1]"]
    for part in found.parts:
        word = part.text.split()[1]
        assert re.search(word, text.split("\n")[part.lines[0] - 1])


def test_the_objects_of_a_list_are_documents_and_so_are_several_values() -> None:
    rows = (
        '{"id": 1, "title": "T", "text": "body", "by": {"name": "Bob"}}',
        '{"id": 2, "title": "U"}',
    )
    for text in (f"[{rows[0]},\n{rows[1]}]", "\n".join(rows)):
        found = read("a.json", text)
        assert [(d.id, d.title) for d in found.documents] == [("1", "T"), ("2", "U")]
        assert found.texts == ["body\nby.name: Bob", "U"]
        assert [part.lines for part in found.parts] == [(1, 1), (2, 2)]


@pytest.mark.parametrize("rest", ["oh no", "}", '"a" "b": 1', "{1: 2", "[" * 300 + "words"])
def test_what_is_no_json_is_read_as_text_and_named(rest: str) -> None:
    found = read("a.json", '{"a": "first"}\n' + rest)
    assert "first" in found.texts[0]
    assert found.problems == [("line 2", "no JSON from here on, read as plain text")]
    assert rest.split()[-1].strip("[") in " ".join(found.texts)


def test_an_unfinished_file_keeps_its_text() -> None:
    found = read("a.json", '{"a": "first", "b": ["second", "third')
    assert "third" in " ".join(found.texts)
    assert found.problems


def test_other_escapes_and_pairs_of_surrogates() -> None:
    found = read("a.json", r'["\ud83d\ude00 a\/b", "\ud800", "\q", "C:\\new"]')
    assert found.texts == ["\U0001f600 a/b, \ufffd, q, C:\\new"]


@pytest.mark.parametrize(
    ("name", "text", "media_type"),
    [
        ("a.log", '{"level": "info"}\n{"level": "warn"}\n', "application/jsonl"),
        ("a", '{\n "a": {"b": "c"}}\n', "application/json"),
        ("a.txt", "{ not that\n", "text/plain"),
        ("a.txt", '[{"a": 1}] is a list\n', "text/plain"),
        ("a.py", '{"a": 1}\n', "text/x-source"),
    ],
)
def test_json_is_told_by_its_beginning_where_the_name_says_nothing(
    name: str, text: str, media_type: str
) -> None:
    assert read(name, text).documents[0].media_type == media_type


NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# Birds\n", "Café visits"],
         "attachments": {"a.png": {"image/png": "iVBORw0KGgo"}}},
        {"cell_type": "code", "source": "plot(x)", "outputs": [
            {"output_type": "stream", "text": ["drawn\n", "twice\n"]},
            {"data": {"text/html": ["<b>a</b><style>p{}</style>"], "text/plain": ["table of birds"]}},
            {"data": {"image/png": "iVBORw0KGgo"}},
            {"traceback": ["\x1b[0;31mKeyError\x1b[0m: x"]},
        ]},
    ],
    "metadata": {"kernelspec": {"display_name": "Python 3"}, "authors": [{"name": "Ann"}]},
}  # fmt: skip


def test_a_notebook_gives_cells_and_outputs_by_number_and_names_pictures() -> None:
    text = json.dumps(NOTEBOOK, indent=1)
    found = read("a.ipynb", text)
    assert found.title == "Birds"
    assert found.fields == {"kernel": "Python 3", "author": "Ann"}
    assert [(part.heading, part.text) for part in found.parts] == [
        ("Birds › cell 1", "# Birds\nCafé visits"),
        ("Birds › cell 2", "plot(x)"),
        ("Birds › cell 2, output", "drawn\ntwice"),
        ("Birds › cell 2, output", "table of birds"),
        ("Birds › cell 2, output", "KeyError: x"),
    ]
    lines = text.split("\n")
    assert "# Birds" in lines[found.parts[0].lines[0] - 1]
    assert "drawn" in lines[found.part("drawn").lines[0] - 1]
    assert found.problems == [
        ("cell 1", "image/png left out"),
        ("cell 2, output", "image/png left out"),
    ]


def test_a_notebook_of_version_3_and_one_that_is_none() -> None:
    old = {
        "worksheets": [
            {"cells": [{"cell_type": "code", "input": ["x = 1"], "outputs": [{"text": ["seen"]}]}]}
        ]
    }
    assert read("a.ipynb", json.dumps(old)).texts == ["x = 1", "seen"]
    assert read("a.ipynb", '{"other": "thing"}').texts == ["other: thing"]
    broken = read("a.ipynb", json.dumps(NOTEBOOK)[:-30])
    assert broken.parts[0].text.endswith("Café visits")
    assert broken.problems


def test_binary_property_lists_are_read_like_json() -> None:
    content = {
        "Name": "Walrus",
        "When": datetime(2020, 3, 4),
        "Items": ["one ü", 2],
        "Data": b"\0\1",
    }
    found = read("a.plist", plistlib.dumps(content, fmt=plistlib.FMT_BINARY))
    assert found.title == "Walrus"
    assert found.texts == ["Items: one ü, 2\nWhen: 2020-03-04T00:00:00"]
    page = plistlib.dumps({"URL": "https://example.org"}, fmt=plistlib.FMT_BINARY)
    assert read("a.webloc", page).fields == {"url": "https://example.org"}
    assert read("a.plist", page[:-9]).skipped == "broken property list"


def test_a_property_list_that_refers_to_one_list_many_times_is_no_bomb() -> None:
    many: list[object] = ["x"]
    for _ in range(60):
        many = [many, many]
    data = plistlib.dumps(many, fmt=plistlib.FMT_BINARY)
    assert read("a.plist", data).skipped == "more than 200,000 values"


def test_an_export_of_twitter_is_json() -> None:
    found = read(
        "tweets.js", 'window.YTD.tweet.part0 = [ {\n"tweet": {"full_text": "caf\\u00e9 [tea"}\n} ]'
    )
    assert found.documents[0].media_type == "application/json"
    assert found.texts == ["tweet.full_text: café [tea"]
    assert found.parts[0].lines == (2, 2)
    assert not found.problems
    assert read("a.js", "window.x = 1;\n").documents[0].media_type == "text/x-source"


def test_spans_of_a_text_are_one_text() -> None:
    spans = '["See ", {"type": "link", "text": "the quay"}, ", now"]'
    for name, text in (
        ("a.json", f'{{"from": "Ann", "text": {spans}}}'),
        ("a.jsonl", f'{{"text": {spans}}}\n'),
    ):
        assert "See the quay, now" in "\n".join(read(name, text).texts)
    found = read("a.json", '{"list": ["one", {"name": "two"}, {"text": "three"}]}')
    assert "one" in found.texts[0]
    assert "list.name: two" in found.texts[0]
