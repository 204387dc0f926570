"""Snippets: their highlights, and the parts of a passage that they show."""

from __future__ import annotations

import re

import pytest

from seedsearch.analysis import Analyzer
from seedsearch.model import Document, Passage, Snippet
from seedsearch.query.analyse import analyse
from seedsearch.query.parse import parse
from seedsearch.search.highlight import Snippets

ANALYZER = Analyzer()


def passage(text: str, *, title: str = "", line_start: int = 1) -> Passage:
    return Passage(
        document=Document(path="a.txt", title=title, encoding="utf-8"),
        ordinal=0,
        text=text,
        line_start=line_start,
        line_end=line_start + len(re.findall(r"\r\n|\r|\n", text)),
        byte_start=None,
        byte_end=None,
    )


def snippet(found: Passage, query: str, **how: int) -> Snippet:
    return Snippets(analyse(parse(query), ANALYZER), ANALYZER, **how).of(found)


def lit(text: str, query: str, *, title: str = "") -> list[str]:
    found = snippet(passage(text, title=title), query)
    return [text[start:end] for start, end in found.highlights]


def shown(text: str, query: str, **how: int) -> list[str]:
    found = snippet(passage(text), query, **how)
    return [text[fragment.span.start : fragment.span.end] for fragment in found.fragments]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("troop", ["Troops", "trooped"]),
        ("=troops", ["Troops"]),
        ("tro*", ["Troops", "trooped"]),
        ("troo?s", ["Troops"]),
        ("Seol~1", ["Seoul"]),
        ("sool~2 left", ["left", "Seoul"]),
        ('"as he left"', ["As", "he", "left"]),
        ('"he left as"', []),
        ('"left he"~0', ["he", "left"]),
        ('"troops left"~0', []),
        ('"left trooped"~1', ["left", "trooped"]),
        ("troops -left", ["Troops", "trooped"]),
        ("+seoul troops^2 path:a", ["Troops", "trooped", "Seoul"]),
        ("(seoul AND troops) OR nowhere", ["Troops", "trooped", "Seoul"]),
        ("path:a.txt", []),
    ],
)
def test_what_is_lit(query: str, words: list[str]) -> None:
    assert lit("Troops? As he\nleft, they trooped to Seoul.", query) == words


def test_irregular_forms_are_lit() -> None:
    assert lit("They ate, went home and had eaten.", "eat go") == ["ate", "went", "eaten"]


def test_accents_light_whole_words() -> None:
    assert lit("Le café, le CAFE\u0301 et les cafés", "cafe") == ["café", "CAFE\u0301", "cafés"]


def test_pairs_that_touch_are_one() -> None:
    assert lit("本文沒有留言。張貼留言", "沒有留言") == ["沒有留言", "留言"]


def test_a_compound_is_lit_whole() -> None:
    assert lit("The F-35, the F35 and flight 35", "F-35") == ["F-35", "F35"]


def test_a_word_for_the_title_is_lit_in_the_title() -> None:
    text = "Korea today\n\nKorea tomorrow"
    assert lit(text, "title:korea", title="Korea today") == ["Korea"]
    assert lit(text, "title:korea", title="Another title") == []


def test_sentences_with_the_most_words_come_first_and_stand_in_order() -> None:
    text = "A cat. A dog and a cow. Nothing here. A cat and a dog. A bird!"
    assert shown(text, "cat dog bird", max_fragments=1) == ["A cat and a dog."]
    assert shown(text, "cat dog bird", max_fragments=2) == ["A cat and a dog.", "A bird!"]
    assert shown(text, "cat dog bird") == ["A cat.", "A cat and a dog.", "A bird!"]


def test_a_wrapped_sentence_is_one_and_a_list_is_lines() -> None:
    prose = "He came in the morning with nothing.\nAs he\nleft he had less, they said."
    assert shown(prose, "left") == ["As he\nleft he had less, they said."]
    assert shown("Milk\nBread\nTea and milk", "milk") == ["Milk", "Tea and milk"]


def test_full_stops_that_end_nothing() -> None:
    text = "The U.N. Council met J. Doe at 3.5 km, approx. two hours later. Then it left."
    assert shown(text, "council") == [
        "The U.N. Council met J. Doe at 3.5 km, approx. two hours later."
    ]


def test_sentences_of_unspaced_scripts() -> None:
    assert shown("天氣很好。他說：「沒有留言。」然後走了。", "留言") == ["他說：「沒有留言。」"]


def test_a_long_sentence_is_cut_between_words() -> None:
    text = "word " * 40 + "needle " + "word " * 40
    (fragment,) = shown(text, "needle", width=50)
    assert len(fragment) <= 50
    assert "needle" in fragment.split()
    assert set(fragment.split()) == {"word", "needle"}


def test_the_line_is_the_files() -> None:
    text = "One here.\r\nTwo there.\rThree everywhere.\nFour nowhere.\n\nFive somewhere."
    found = snippet(passage(text, line_start=10), "one two three four five", max_fragments=9)
    assert [fragment.line for fragment in found.fragments] == [10, 11, 12, 13, 15]


def test_nothing_lit_shows_the_first_sentence() -> None:
    assert shown("\n First one. Second one.", "path:a.txt") == ["First one."]
    assert shown(" \n ", "path:a.txt") == []
    assert shown("", "word") == []


def test_highlights_of_a_fragment_lie_inside_it() -> None:
    text = "One cat. Two cats. " + "cat" * 30
    for fragment in snippet(passage(text), "cat*", width=40).fragments:
        for start, end in fragment.highlights:
            assert fragment.span.start <= start < end <= fragment.span.end


def test_a_text_of_several_lines_that_stands_on_one_line_of_its_file_keeps_to_it() -> None:
    record = passage("One here.\n\nTwo there.", line_start=7).replace(line_end=7)
    found = snippet(record, "one two", max_fragments=9)
    assert [fragment.line for fragment in found.fragments] == [7, 7]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_wrapped_lines_are_one_sentence_whatever_the_line_ends(end: str) -> None:
    text = f"The troops went over the river{end}and they came to a village of{end}fifty houses there. More."
    assert shown(text, "village") == [text.removesuffix(" More.")]
