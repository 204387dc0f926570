"""The C module checks its arguments: inconsistent ones raise an error, and never crash."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from typing import Any

import pytest

from seedsearch.analysis.tokenizer import term_of
from seedsearch.core import compiled
from seedsearch.corpus import split
from seedsearch.index.core_inversion import new_inverter
from seedsearch.model import PassageSpan

_inverter = pytest.importorskip("seedsearch.core._core")
if compiled is None:
    pytest.skip("the core is hidden", allow_module_level=True)


HAN = ((0x4E00, 0x9FFF),)
CYRILLIC = ((0x0400, 0x04FF),)


def inverter(
    marker: Any = lambda term, language: term,
    folder: Any = lambda run, accents: run,
    letter: Any = lambda character, accents: character,
    unspaced: Any = HAN,
    stemmed: Any = CYRILLIC,
) -> Any:
    return _inverter.Inverter(marker, folder, letter, unspaced, stemmed)


def span(start: int, end: int, **others: Any) -> PassageSpan:
    return PassageSpan(start, end, 1, 1)._replace(**others)


def whole(text: str) -> list[PassageSpan]:
    return [span(0, len(text))]


def finished(one: Any) -> Any:
    one.add_stems(one.without_stems())
    return one.finish()


def terms(one: Any, words: str) -> bool:
    """Return whether these are all its terms, in the order of their numbers."""
    count = one.sizes()[1]
    numbers = [one.number(word.encode()) for word in words.split()]
    return numbers == list(range(count)) and one.sizes()[1] == count


def test_a_segment_of_nothing() -> None:
    columns = finished(inverter())
    assert columns["groups"] == columns["terms"] == []
    assert columns["postings"] == b""
    assert columns["group_bases"] == ("B", b"\0")


def test_words_compounds_and_humps() -> None:
    one = inverter()
    assert one.add(0, "An F-35 and camelCase", whole("An F-35 and camelCase"), 0) is False
    assert one.without_stems() == [[], []]
    assert terms(one, "an f 35 f35 and camel case camelcase")
    columns = finished(one)
    assert columns["distinct"] == 8
    assert columns["lengths"] == ("B", b"\x06")
    assert one.sizes()[0] == 0


def test_a_compound_of_as_many_parts_as_there_can_be() -> None:
    one = inverter()
    text = "-".join("a" * 64) + " end " + "-".join("b" * 64)
    one.add(0, text, whole(text), 0)
    columns = finished(one)
    # Terms: a (64 times), all a joined, b and all b joined, end. Positions go back and far ahead.
    lists = [
        bytes([0, 64, 0, *[1] * 63]), b"\1\0", bytes([0, 64, 65, *[1] * 63]), b"\1\x41", b"\1\x40",
    ]  # fmt: skip
    assert columns["postings"] == b"".join(lists)
    assert columns["lengths"] == ("B", bytes([129]))


def test_texts_come_in_blocks_that_end_with_a_text() -> None:
    one = inverter()
    text = "x" * 40_000
    more = [one.add(0, text, whole(text), 0) for _ in range(10)]
    assert more[-1]
    blocks = one.take_blocks()
    assert [len(block) for block in blocks] == [80_000] * (len(blocks))
    one.without_stems()
    ends, block_ends = one.end_texts()
    assert sum(map(len, blocks)) + sum(map(len, one.take_blocks())) == 400_000
    assert ends[0] == "I"
    assert len(block_ends[1]) == 4 * 5


@pytest.mark.parametrize(
    "spans",
    [
        [span(0, 5)],
        [span(3, 2)],
        [span(-1, 2)],
        [span(0, 1 << 70)],
        [span(0, 1, line_end=0)],
        [span(0, 1, byte_start=-2)],
        [span(0, 1, byte_start=5, byte_end=4)],
        [span(0, 1, page=-1)],
        [span(0, 1, heading=7)],
        [span(0, 1, heading=None)],
        [(0, 1)],
        [None],
        [span("a", 1)],  # type: ignore[arg-type]
    ],
)
def test_spans_that_cannot_be(spans: list[Any]) -> None:
    for text in ("abcd", "ab\u00e9d"):
        one = inverter()
        with pytest.raises((ValueError, TypeError, OverflowError)):
            one.add(0, text, spans, 0)
        with pytest.raises(ValueError, match="half added"):
            one.add(0, text, [], 0)
        with pytest.raises(ValueError, match="half added"):
            one.without_stems()
        with pytest.raises(ValueError, match="stem"):
            one.finish()


@pytest.mark.parametrize("folded", ["text", 7, (b"x",)])
def test_what_characters_and_runs_cannot_fold_to(folded: Any) -> None:
    for one in (
        inverter(letter=lambda character, accents: folded),
        inverter(letter=lambda character, accents: None, folder=lambda run, accents: folded),
        inverter(letter=lambda character, accents: None, folder=lambda run, accents: None),
    ):
        one.add(0, "\u0916", whole("\u0916"), 0)
        with pytest.raises(TypeError):
            one.without_stems()


@pytest.mark.parametrize(
    "ranges",
    [
        [],
        (1,),
        ((1,),),
        ((0x4E00, "b"),),
        ((0x7F, 0x80),),
        ((0x4E01, 0x4E00),),
        ((0x4E00, 0x9FFF), (0x9FFF, 0xA000)),
        ((0x4E00, 0x110000),),
        tuple((0x4E00 + 2 * i, 0x4E00 + 2 * i) for i in range(33)),
    ],
)
def test_scripts_that_cannot_be(ranges: Any) -> None:
    with pytest.raises((TypeError, ValueError, OverflowError)):
        inverter(unspaced=ranges)


def test_words_of_all_scripts() -> None:
    one = inverter()
    text = "caf\u00e9-Bar 中国人 \u00e9 x中-yZed \u00e9\u00e9Aab3-5 " + "\u00e9" * 70
    one.add(0, text, whole(text), 0)
    one.without_stems()
    assert terms(
        one,
        "café bar cafébar 中国 国人 人 é x 中 y zed yzed ééaab3 5 ééaab3.5 " + term_of("é" * 70),
    )
    assert finished(one)["lengths"] == ("B", b"\x0d")


def test_what_is_no_utf8_is_cut_into_something() -> None:
    for bad in (b"\xe4\xb8", b"\xff\xfe", b"\x80", b"\xf0\x9f\x98", b"\xe4a", b"a\xc3-\xc3"):
        one = inverter(letter=lambda character, accents, bad=bad: bad)
        one.add(0, "\u0916 a\u0916", whole("\u0916 a\u0916"), 0)
        finished(one)


@pytest.mark.parametrize(
    "text", [b"\xf7\xbf\xbf\xbf", b"\xf4\x90\x80\x80", b"a\xe4\xb8", b"\xf0\x9f", b"\xff", b"\x80a"]
)
def test_bytes_that_are_no_utf8_are_refused_by_who_folds_them(text: bytes) -> None:
    def decoded(character: bytes, accents: int) -> bytes:
        return character.decode("utf-8", "surrogatepass").encode("utf-8", "surrogatepass")

    one = inverter(folder=decoded, letter=decoded)
    size = len(text)
    one.add(0, text, [PassageSpan(0, size, 1, 1, 0, size)], 0)
    with pytest.raises(UnicodeDecodeError):
        one.without_stems()


def test_a_passage_that_ends_inside_a_character_is_read_no_further() -> None:
    one = inverter(letter=lambda character, accents: b"?")
    text = "\u4e2d\U0001f600".encode()
    one.add(0, text, [PassageSpan(0, 1, 1, 1, 0, 2), PassageSpan(1, 2, 1, 1, 3, 6)], 0)
    one.without_stems()
    assert one.sizes()[2] == 2


def test_what_a_callback_raises_comes_out() -> None:
    def fails(*_: object) -> Any:
        raise KeyError("told so")

    one = inverter(marker=fails)
    one.add(0, "word", whole("word"), 1)
    with pytest.raises(KeyError, match="told so"):
        one.without_stems()
    two = inverter(letter=fails)
    two.add(0, "\u4e2d", whole("\u4e2d"), 0)
    with pytest.raises(KeyError, match="told so"):
        two.without_stems()
    three = inverter(letter=lambda character, accents: None, folder=fails)
    three.add(0, "\u4e2d", whole("\u4e2d"), 0)
    with pytest.raises(KeyError, match="told so"):
        three.without_stems()


def test_a_callback_cannot_come_in_by_the_back_door() -> None:
    def marker(term: bytes, language: int) -> None:
        one.add(0, "other words", whole("other words"), 0)

    one = inverter(marker=marker)
    one.add(0, "word", whole("word"), 1)
    with pytest.raises(ValueError, match="half added"):
        one.without_stems()


def test_titles_stand_in_passages_and_ascend() -> None:
    one = inverter()
    one.add(0, "word", whole("word"), 0)
    one.add_title("A title", 0, 5)
    with pytest.raises(ValueError, match="without a passage"):
        finished(one)
    two = inverter()
    two.add_title("A title", 0, 5)
    with pytest.raises(ValueError, match="ascend"):
        two.add_title("Another", 0, 5)
    with pytest.raises(ValueError, match="few enough"):
        inverter().add_title("Another", 0, 1 << 16)


def test_stems_must_be_there_for_every_term() -> None:
    one = inverter()
    one.add(0, "several words", whole("several words"), 0)
    russian = ["слова".encode(), "словами".encode()]
    assert [one.number(term) for term in russian] == [0, 1]
    with pytest.raises(ValueError, match="stem"):
        one.finish()
    assert one.number("gün tr".encode()) == 2
    assert one.number("軍".encode()) == 3  # its own stem
    assert one.without_stems() == [russian, ["gün tr".encode()]]
    for too_few in ([], [russian[:1], []], [russian]):
        with pytest.raises(IndexError):
            one.add_stems(too_few)
    for wrong in (None, [None, None], [[], [None]]):
        with pytest.raises(TypeError):
            one.add_stems(wrong)
    one.number("слово".encode())  # it comes too late
    one.add_stems([russian, [b"gun tr"]])
    with pytest.raises(ValueError, match="stem"):
        one.finish()
    assert finished(one)["distinct"] == 2


def test_a_lone_surrogate_is_text_too() -> None:
    one = inverter(letter=lambda character, accents: b" ")
    one.add(0, "a \ud800 b", whole("a \ud800 b"), 0)
    one.without_stems()
    assert terms(one, "a b")


def test_rules_for_passages_have_limits() -> None:
    core = pytest.importorskip("seedsearch.core._core")
    rules = (
        PassageSpan,
        split._MEASURE,
        split._is_mark,
        split.TITLE_RULES,
        split.LANGUAGES,
        60,
        len,
    )

    def finder(place: int, value: object) -> object:
        return core.Finder(*rules[:place], value, *rules[place + 1 :])

    for wrong in (dict, int):
        with pytest.raises(ValueError, match="a passage is a tuple"):
            finder(0, wrong)
    for sizes in ((-1,) * 9, (60, 250, 200, 2000, 0, 360, 1250, 130, 4)):
        with pytest.raises(ValueError, match="no such size"):
            finder(1, sizes)
    for title in ((0, 100, 16), (-1, 1, 1)):
        with pytest.raises(ValueError, match="titles and runs have characters"):
            finder(3, title)
    with pytest.raises(ValueError, match="titles and runs have characters"):
        finder(5, 0)
    with pytest.raises(TypeError):
        finder(4, ())
    with pytest.raises(TypeError, match="a language is a text"):
        finder(6, len).find(b"Troops")


def nowhere(language: str, data: bytes, spans: list[PassageSpan]) -> bool:
    return False


def test_the_languages_of_a_file_have_limits() -> None:
    core = pytest.importorskip("seedsearch.core._core")
    data = ("The island and the people of the island. " * 9).encode()

    def added(
        files: Iterable[object], known: object, *, room: int = 9, asked: object = nowhere
    ) -> object:
        return new_inverter().add_files(0, split.FINDER, iter(files), room, known, asked, len)

    for known, error in (
        ({}, KeyError),
        ({"en": 1}, TypeError),
        ({"en": (300, ())}, OverflowError),
        ({"en": (0, (b"the",))}, ValueError),
        ({"en": (0, (b" a ",) * 9)}, ValueError),
        ({"en": (0, ("the",))}, TypeError),
    ):
        with pytest.raises(error):
            added([(1, data)], known)
    known = {"": (0, ()), "en": (0, (b" no ",))}
    for unclear in (b"Troops", data):
        with pytest.raises(ZeroDivisionError):
            added([(1, unclear)], known, asked=lambda *_: 1 // 0)
    known = {"en": (0, (b" the ",))}
    assert added([(1, data), (2, data)], known) == [
        (1, len(data), "en", 1),
        (2, len(data), "en", 1),
    ]
    assert added([(1, data), (2, data)], known, room=1) == [(1, len(data), "en", 1)]
    assert added([(1, data), (2, b""), (3, data)], known) == [(1, len(data), "en", 1)]
    assert added([], known) == []
    for wrong in ([(1, "text")], [1], [(1,)], (1 // zero for zero in [0])):
        with pytest.raises((TypeError, ZeroDivisionError)):
            added(wrong, known)
    with pytest.raises(TypeError):
        new_inverter().add_files(0, core, iter([(1, data)]), 9, known, nowhere, len)
    with pytest.raises(TypeError):
        new_inverter().add_files(0, split.FINDER, [(1, data)], 9, known, nowhere, len)


def test_a_file_has_limits() -> None:
    core = pytest.importorskip("seedsearch.core._core")
    assert isinstance(split.FINDER, core.Finder)
    assert split.FINDER.find(b"Troops") == ("", "", [(0, 6, 1, 1, 0, 6, 0, "", "")])
    assert split.FINDER.find(b"\xff") is None
    with pytest.raises(TypeError):
        split.FINDER.find("Troops")


def test_a_text_of_bytes_has_its_passages_at_bytes() -> None:
    one = inverter(letter=lambda character, accents: b"e")
    text = "Café au lait".encode()
    one.add(0, text, [PassageSpan(0, 4, 1, 1, 0, 5), PassageSpan(5, 12, 1, 1, 6, 13)], 0)
    one.without_stems()
    assert terms(one, "cafe au lait")
    with pytest.raises(ValueError, match="beyond its text"):
        one.add(0, text, [PassageSpan(0, 4, 1, 1, 0, len(text) + 1)], 0)
    other = inverter(letter=lambda character, accents: b"e")
    with pytest.raises(TypeError, match="str or bytes"):
        other.add(0, 7, [], 0)


def test_an_inversion_goes_when_nobody_has_it() -> None:
    from seedsearch.index.core_inversion import CoreInversion

    def alive() -> int:
        return sum(type(one) is CoreInversion for one in gc.get_objects())

    before = alive()
    gc.disable()
    try:
        inversion = CoreInversion()
        inversion.add(0, "中国经济 and войска", whole("中国经济 and войска"), "de")
        inversion._inverter.without_stems()
        assert alive() == before + 1
        del inversion
        assert alive() == before
    finally:
        gc.enable()


def test_there_are_no_counts_of_words_after_names_that_do_not_fit() -> None:
    own = new_inverter()
    own.add_title("a word", 0, 0)
    with pytest.raises(ValueError, match="every term needs a word"):
        own.streams([b"a", b"word"], [b"a"], [0])
    assert own.word_counts() == []
