"""East Asian encodings are recognised by common characters, and other encodings are not mistaken for them."""

from __future__ import annotations

import pytest

from seedsearch.corpus.bigrams import east_asian
from seedsearch.corpus.decode import decode

JAPANESE = (
    "私はその人を常に先生と呼んでいた。だからここでもただ先生と書くだけで本名は打ち明けない。" * 2
)
SIMPLIFIED = (
    "他们说这个地方的人都会来，我们要在这里等到大家都过来了，然后一起去看那个很有名的湖。" * 2
)
TRADITIONAL = (
    "他們說這個地方的人都會來，我們要在這裡等到大家都過來了，然後一起去看那個很有名的湖。" * 2
)
KOREAN = "우리는 그 사람을 언제나 선생님이라고 불렀다. 그래서 여기에서도 이름은 밝히지 않는다. " * 2
RUSSIAN = "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива. "
GREEK = "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα. "
FRENCH = "Longtemps, je me suis couché de bonne heure. Parfois, à peine ma bougie éteinte… "


@pytest.mark.parametrize(
    ("text", "codec", "answer"),
    [
        (JAPANESE, "shift_jis", "cp932"),
        (JAPANESE, "euc_jp", "euc_jis_2004"),
        (SIMPLIFIED, "gb2312", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (KOREAN, "euc_kr", "cp949"),
        ("English before. " * 9_000 + JAPANESE, "shift_jis", "cp932"),
    ],
)
def test_running_text_is_known(text: str, codec: str, answer: str) -> None:
    assert east_asian(text.encode(codec)) == (text, answer)
    assert decode(text.encode(codec)).encoding == answer


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        *((RUSSIAN, codec) for codec in ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic")),
        *((GREEK, codec) for codec in ("cp1253", "iso8859-7")),
        (FRENCH, "cp1252"),
        (JAPANESE, "utf-8"),
        (SIMPLIFIED, "utf-8"),
        (KOREAN, "utf-8"),
        (JAPANESE[:20], "shift_jis"),
    ],
)
@pytest.mark.parametrize("times", [1, 2, 50])
def test_other_text_is_not(text: str, codec: str, times: int) -> None:
    if times > 1 and codec == "shift_jis":
        pytest.skip("that is long enough")
    data = text.encode(codec, "ignore") * times
    assert east_asian(data) is None
    # Words with an even number of bytes, so that pairs of bytes decode.
    assert east_asian(data.replace(b" ", b"")[: len(data) & ~1]) is None
