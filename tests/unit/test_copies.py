"""Which passages are copies, and which copy is shown."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.core import compiled
from seedsearch.model import Document, Passage, ScoredPassage
from seedsearch.search import copies
from seedsearch.search.copies import without_copies

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

STORY = (
    "Russian troops have crossed the river near the old bridge, officials said on Monday, and the "
    "government has called on people in the villages beside it to leave their houses before night."
)
CHINESE = "北韓領導人金正恩表示，俄羅斯與北韓之間的關係將會進一步加強，並且派遣部隊前往前線。"


def shown(*texts: str, limit: int = 10, near: bool = True) -> list[list[int]]:
    """Return the numbers of the shown passages, each followed by its copies."""
    ranked = [
        ScoredPassage(Passage(Document(f"{n}", "", "utf-8"), 0, text, 1, 1, 0, 1), -float(n))
        for n, text in enumerate(texts)
    ]
    kept = without_copies(ranked, limit, near=near)
    return [
        [int(scored.passage.document.path) for scored in (item.scored, *item.copies)]
        for item in kept
    ]


def _encoded(texts: Iterable[str]) -> list[bytes]:
    return [text.encode("utf-8", "surrogatepass") for text in texts]


def test_case_and_white_space_make_no_difference() -> None:
    assert shown("One two", "three", "one\n  TWO") == [[0, 2], [1]]


def test_a_wire_story_is_one_whatever_each_paper_changed() -> None:
    reworded = STORY.replace("on Monday", "yesterday")
    begun = "MOSCOW (Reuters) " + STORY
    assert shown(STORY, reworded, begun) == [[0, 1, 2]]


def test_a_number_that_differs_makes_two() -> None:
    sums = [f"{STORY} The sum is {amount} euros." for amount in ("5,000", "9,000", "5 000")]
    assert shown(*sums) == [[0], [1], [2]]
    assert shown(sums[0], STORY, sums[0].replace("5,000", "5,000.")) == [[0, 1, 2]]


def test_only_the_same_words_are_copies_if_near_ones_are_not_wanted() -> None:
    texts = [STORY, STORY.replace("Monday", "Tuesday"), STORY.upper()]
    assert shown(*texts) == [[0, 1, 2]]
    assert shown(*texts, near=False) == [[0, 2], [1]]


def test_a_text_is_compared_with_the_64_before_it() -> None:
    others = [f"{STORY} number {n}" for n in range(100)]
    texts = [STORY + " and one 1000", *others, STORY + " and two 1000", others[1].upper()]
    kept = shown(*texts, limit=200)
    assert [0] in kept
    assert [2, 102] in kept
    assert len(kept) == 102
    if compiled is not None:
        assert copies._numbers(_encoded(texts), 200, True) == copies._copied(texts, 200)


def test_another_story_of_the_same_words_is_another() -> None:
    words = STORY.split()
    assert shown(STORY, " ".join(sorted(words)), STORY + " " + CHINESE * 9) == [[0], [1], [2]]


def test_a_part_is_no_copy_of_the_whole() -> None:
    assert shown(STORY, STORY[:90]) == [[0], [1]]


@pytest.mark.skipif(compiled is None, reason="there is no core")
def test_the_core_folds_and_separates_at_each_character_as_python_does() -> None:
    surrogates = range(0xD800, 0xE000)
    chars = [chr(code) for code in range(0x80, 0x11000) if code not in surrogates]
    texts = [form for c in chars for form in (f"7 a{c}b", f"7 a{c}b".casefold(), f"7 a{c}{c}")]
    assert copies._numbers(_encoded(texts), len(texts), False) == copies._copied(
        texts, len(texts), False
    )


def test_short_texts_are_copies_only_when_they_are_the_same() -> None:
    rows = ["2024,Najin,coal,12", "2024,Najin,coal,13", "a b c", "a b d", "a b c"]
    assert shown(*rows) == [[0], [1], [2, 4], [3]]


def test_scripts_without_spaces_are_compared_by_characters() -> None:
    changed = CHINESE.replace("表示", "宣布")
    other = "".join(reversed(CHINESE))
    assert shown(CHINESE, changed, other) == [[0, 1], [2]]


def test_copies_of_what_is_shown_are_found_beyond_the_limit() -> None:
    assert shown("a", "b", "c", "a", "c", limit=2) == [[0, 3], [1]]


def test_what_is_not_shown_hides_nothing() -> None:
    assert shown("a", "b", "b", "a", limit=1) == [[0, 3]]


@given(st.lists(st.text("ab ", max_size=12), max_size=12), st.integers(1, 5))
def test_every_passage_is_shown_or_a_copy_until_the_limit(texts: list[str], limit: int) -> None:
    kept = shown(*texts, limit=limit)
    first = [item[0] for item in kept]
    assert first == sorted(first)
    assert len(first) <= limit
    every = [number for item in kept for number in item]
    assert len(every) == len(set(every))
    assert all(item == sorted(item) for item in kept)
    if len(first) < limit:
        assert sorted(every) == list(range(len(texts)))


WORDS = [
    "7",
    "a",
    "A",
    "b",
    "\u00e9",
    "\u00c9",
    "STRASSE",
    "stra\u00dfe",
    "\u0130",
    "\u5317\u97d3",
    "\ud800",
    "\x1c",
    "\x85",
    "\u2028",
    "\t",
    "\0",
]


@settings(max_examples=500)
@given(
    st.lists(st.lists(st.sampled_from([*WORDS, *STORY.split()]), max_size=6), max_size=8),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8),
    st.integers(1, 5),
    st.booleans(),
)
def test_the_core_finds_the_copies_that_the_twin_finds(
    others: list[list[str]], cuts: list[tuple[int, int]], limit: int, near: bool
) -> None:
    if compiled is None:
        pytest.skip("there is no core")
    story = (STORY + " " + STORY[50:].upper()).split()
    texts = [" ".join(words) for words in others]
    texts += [
        " ".join([*story[:low], *others[0], *story[low + high // 4 :]])
        for low, high in cuts
        if others
    ]
    assert copies._numbers(_encoded(texts), limit, near) == copies._copied(texts, limit, near)
