"""For any text, encoding and line ends: passages cite exactly their bytes."""

from __future__ import annotations

import codecs
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.analysis import language
from seedsearch.corpus import split as splitting
from seedsearch.corpus.decode import byte_offsets, decode, is_stateful
from seedsearch.corpus.formats import text as plain_text
from seedsearch.corpus.skip import Skip
from seedsearch.corpus.split import split
from seedsearch.model import (
    DecodedText,
    Document,
    ExtractedDocument,
    PassageSpan,
    Section,
    SourceFile,
)

LATIN = "abcdeé ßöç .!?Ñ"
CYRILLIC = "абвгдежз ийкл.!?"
JAPANESE = "日本語の文章。あいうえおカキク、！　 a"
CHINESE = "沒有留言中文字。，！　 a1"
SIMPLE = "中文简体汉字的是。，！　 a1"
KOREAN = "한국어 문장 가나다. !a"
ALL = LATIN + CYRILLIC + JAPANESE + CHINESE + KOREAN + "😀e\u0301\u200d\u2028\x0c\x85\ufeff"

ALPHABETS = {
    "utf-8": ALL,
    "utf-16-le": ALL,
    "utf-16-be": ALL,
    "utf-32-le": ALL,
    "utf-32-be": ALL,
    "latin-1": LATIN,
    "cp1252": LATIN,
    "cp1251": CYRILLIC,
    "koi8-r": CYRILLIC,
    "shift_jis": JAPANESE,
    "cp932": JAPANESE,
    "euc-jp": JAPANESE,
    "shift_jis_2004": JAPANESE,
    "gb18030": ALL,
    "gbk": SIMPLE,
    "big5": CHINESE,
    "big5hkscs": CHINESE,
    "euc-kr": KOREAN,
    "cp949": KOREAN,
    "johab": KOREAN,
    "iso2022_jp": JAPANESE,
    "iso2022_kr": KOREAN,
    "hz": SIMPLE,
}
BREAKS = ("\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\n   ")


@st.composite
def texts(draw: st.DrawFn, alphabet: str) -> str:
    words = st.lists(st.text(alphabet, min_size=1, max_size=12), min_size=1, max_size=60)
    lines = draw(st.lists(words, min_size=1, max_size=12))
    joiner = draw(st.sampled_from([" ", "", ". A"]))
    ends = st.sampled_from(BREAKS)
    repeat = draw(st.sampled_from([1, 1, 3, 40]))
    return "".join(joiner.join(line) * repeat + draw(ends) for line in lines)


def extracted(decoded: DecodedText, *, pieces: int = 1) -> ExtractedDocument:
    size = len(decoded.text)
    cuts = sorted({size * n // pieces for n in range(pieces + 1)})
    sections = [Section(a, b, f"h{a}", a) for a, b in pairwise(cuts)]
    document = Document("a.txt", "a", decoded.encoding, decoded.errors)
    return ExtractedDocument(document, decoded.text, tuple(sections), decoded)


def check(decoded: DecodedText, spans: list[PassageSpan], *, cited: bool = True) -> None:
    text, data = decoded.text, decoded.data
    before = 0
    for span in spans:
        passage = text[span.start : span.end]
        assert span.start >= before
        assert passage.strip()
        if not is_stateful(decoded.encoding):
            assert passage == passage.strip()
        assert not text[before : span.start].strip()
        if cited:
            assert span.byte_start >= 0
        if span.byte_start >= 0:
            cut = data[span.byte_start : span.byte_end]
            assert cut.decode(decoded.encoding, decoded.errors) == passage
        assert span.line_start == 1 + len(re.findall(r"\r\n?|\n", text[: span.start]))
        assert span.line_end == span.line_start + len(re.findall(r"\r\n?|\n", passage))
        before = span.end
    assert not text[before:].strip()


@pytest.mark.parametrize("encoding", ALPHABETS)
@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(data=st.data())
def test_passages_are_their_bytes(encoding: str, data: st.DataObject) -> None:
    raw = data.draw(texts(ALPHABETS[encoding])).encode(encoding, "ignore")
    text = raw.decode(encoding)
    decoded = DecodedText(raw, text, encoding, "strict", 1.0)
    # ISO-2022-KR defines its escapes at the start of the file, so no line can be decoded alone.
    check(decoded, split(extracted(decoded)), cited=encoding != "iso2022_kr")


@pytest.mark.parametrize("encoding", [name for name in ALPHABETS if "2022" not in name])
@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(data=st.data())
def test_bad_bytes_are_replaced_and_still_cited(encoding: str, data: st.DataObject) -> None:
    raw = bytearray(data.draw(texts(ALPHABETS[encoding])).encode(encoding, "ignore"))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at:at] = data.draw(st.binary(min_size=1, max_size=3))
    text = bytes(raw).decode(encoding, "replace")
    decoded = DecodedText(bytes(raw), text, encoding, "replace", 0.5)
    # HZ with a bad escape may have no line that can be decoded alone.
    check(decoded, split(extracted(decoded)), cited=encoding != "hz")


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(texts(ALL), st.integers(1, 5), st.sampled_from([b"", b"\xef\xbb\xbf"]))
def test_sections_are_not_crossed(text: str, pieces: int, mark: bytes) -> None:
    text = text.lstrip("\ufeff")
    decoded = decode(mark + text.encode("utf-8"))
    document = extracted(decoded, pieces=pieces)
    spans = split(document)
    for section in document.sections:
        inside = [s for s in spans if section.start <= s.start < section.end]
        assert all(span.end <= section.end for span in inside)
        assert all((span.heading, span.page) == section[2:4] for span in inside)
    for span in spans:
        cut = decoded.data[span.byte_start : span.byte_end].decode("utf-8")
        assert cut == decoded.text[span.start : span.end]


@settings(max_examples=500, derandomize=True, deadline=None, database=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_skipped(data: bytes) -> None:
    try:
        decoded = decode(data)
    except Skip:
        return
    body = data[decoded.start :]
    assert decoded.text == body.decode(decoded.encoding, decoded.errors)
    check(decoded, split(extracted(decoded)), cited=not is_stateful(decoded.encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "shift_jis", "gb18030", "cp1251"])
@settings(max_examples=50, derandomize=True, deadline=None, database=None)
@given(data=st.data())
def test_every_character_has_its_byte(encoding: str, data: st.DataObject) -> None:
    raw = data.draw(texts(ALPHABETS[encoding])).encode(encoding, "ignore")[:3000]
    text = raw.decode(encoding, "ignore")
    raw = text.encode(encoding)
    decoded = DecodedText(raw, text, encoding, "strict", 1.0)
    wanted, at = [], 0
    for char in text:
        wanted.append(at)
        at += len(char.encode(encoding))
    assert byte_offsets(decoded, range(len(text) + 1)) == [*wanted, len(raw)]


STRETCHES = st.lists(
    st.sampled_from(
        [
            *(
                "word",
                "a",
                "longer words here ",
                "é",
                "…",
                "中文沒有空格的文字很長",
                "x" * 90,
                "end. Next",
                "\0",
            ),
            *(
                " ",
                "  ",
                "\t",
                "\n",
                "\n\n",
                "\r\n",
                "\r",
                "\x1c",
                "\x85",
                "\xa0",
                "\u2028",
                "\u3000",
                "\U0001f600",
            ),
        ]
    ),
    max_size=60,
).map("".join)
LINES = st.lists(
    st.tuples(STRETCHES, st.integers(1, 12)).map(lambda part: part[0] * part[1]), max_size=6
).map("\n".join)


WITH_C = pytest.mark.skipif(splitting.FINDER is None, reason="installed without the compiled core")


def by_the_twin(document: ExtractedDocument) -> list[PassageSpan]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splitting, "FINDER", None)
        return split(document)


SENTENCES = st.sampled_from(
    [
        *("It rained. ", "Then... (it did!) ", "J. Smith of the U.S. went", "“So?” He said.", "....", ". . . "),
        *("end.\n", "ends:\n", "word ", "words and words ", "    indented ", "Дождь шёл. ", "это слово "),
        *("私は猫である。", "名前はまだ無い！」", "한국어 문장입니다. ", "e\u0301\u0301", "\u200d", "\ud800"),
        *("\n", "\n\n", " \n \n", "\r\n", "\r", "\u3000", "\u2028", "다", "中" * 70, "x" * 300, "a" * 40 + "\n"),
    ]
)  # fmt: skip
PROSE = st.lists(
    st.tuples(st.lists(SENTENCES, max_size=8).map("".join), st.sampled_from([1, 2, 5, 60])).map(
        lambda part: part[0] * part[1]
    ),
    max_size=5,
).map("".join)


@st.composite
def wrapped(draw: st.DrawFn) -> str:
    """Return paragraphs of wrapped lines; some are indented, some shorter or longer."""
    width = draw(st.integers(20, 135))
    words = draw(
        st.lists(
            st.sampled_from(["a", "word", "longer", "ends.", "so:", "(x!)", "слово", "字"]),
            max_size=9,
        )
    )
    every = draw(st.integers(2, 30))
    lines, line = list[str](), ""
    for number, word in enumerate((words or ["a"]) * draw(st.integers(1, 150))):
        if len(line) + len(word) >= width or number % (every * 7) == 0:
            lines.append(line)
            line = (
                draw(st.sampled_from(["", "", "   ", "\n", "\u3000"]))
                if number % every == 0
                else ""
            )
        line += word + " "
    return draw(st.sampled_from(["\n", "\r\n", " \n"])).join([*lines, line])


@WITH_C
@settings(max_examples=500, deadline=None)
@given(st.one_of(LINES, PROSE, wrapped()), st.integers(0, 1000), st.data())
def test_the_core_splits_as_its_twin_does(text: str, line: int, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=3)))
    whole = data.draw(st.booleans())
    sections = [Section(a, b, f"h{a}", a, whole) for a, b in pairwise([0, *cuts, len(text)])]
    document = ExtractedDocument(Document("a", "", "utf-8"), text, tuple(sections), None, line)
    assert split(document) == by_the_twin(document)


@WITH_C
@pytest.mark.parametrize("encoding", ALPHABETS)
@settings(max_examples=30, derandomize=True, deadline=None, database=None)
@given(data=st.data())
def test_the_core_cites_as_its_twin_does(encoding: str, data: st.DataObject) -> None:
    raw = data.draw(texts(ALPHABETS[encoding])).encode(encoding, "ignore")
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(raw)))
        raw = raw[:at] + data.draw(st.binary(max_size=3)) + raw[at:]
    text = raw.decode(encoding, "replace")
    errors = "strict" if text.encode(encoding, "replace") == raw else "replace"
    document = extracted(DecodedText(raw, text, encoding, errors, 1.0), pieces=2)
    assert split(document) == by_the_twin(document)


@WITH_C
@settings(max_examples=300, deadline=None)
@given(LINES, st.sampled_from([b"", codecs.BOM_UTF8]), st.integers(0, 1000))
def test_passages_are_the_same_by_the_twin(text: str, mark: bytes, line: int) -> None:
    decoded = DecodedText(mark + text.encode(), text, "utf-8", "strict", 1.0, len(mark))
    sections = (Section(0, len(text), "Aims", 7),)
    document = ExtractedDocument(Document("a", "", "utf-8"), text, sections, decoded, line)
    assert split(document) == by_the_twin(document)


@pytest.mark.parametrize(
    "part", [".", ". ", "\n", " \n", "。", '"', ".)", "\u0301", "A.", ".\n\n "]
)
def test_long_runs_split_as_the_twin_does(part: str) -> None:
    for before in ("", "word\n"):
        text = before + part * 20_000
        document = ExtractedDocument(Document("a", "", "utf-8"), text, (Section(0, len(text)),))
        assert split(document) == by_the_twin(document)


TITLES = st.sampled_from(
    [
        "",
        "Troops",
        "Troops and 12 more",
        "  Troops",
        "# Troops #",
        "Troops.",
        "Troops:",
        "The U.S.",
        "No. 5 is alive. Next",
        "Café",
        "朝鲜士兵",
        "---",
        "a b c d e f g h i j k l m n o p q",
        "x" * 100,
        "x" * 101,
        "x" * 201,
        "x y " * 80,
        "Troops\tmoved",
        "Two  spaces ",
        "\x1cTroops",
        *(
            "Boris Kova\u010d",
            "\u0416\u0417",
            "\u0416 7",
            "\xa0Troops",
            "a\xa0b",
            "a\u1680b",
            "1987\u201388",
        ),
        *(
            "Frank C. Hibben",
            "Industries, Inc.",
            "Hill, Sr.",
            "Collar the Lot!",
            "Who?",
            "?",
            "\x7f",
        ),
        *(
            "He left. Then",
            'He left." Then',
            "He left.' Then",
            'left."" Then',
            "lEft. Then",
            "he left. then",
        ),
        *(
            "ab.",
            "ab. ",
            'ab."',
            "\xe9b. Cd",
            "b. Cd",
            "ab!  Cd",
            "\xe9" * 100,
            "\xe9" * 101,
            "\xe9" * 120,
        ),
    ]
)
SECONDS = st.sampled_from(
    [
        "",
        "\n",
        "\n\n",
        "\n=====\n",
        "\n--- \nmore",
        "\nshort\n",
        "\n \u3000\n",
        "\r\n",
        "\r",
        "\r\n\r\n",
        "\n\n\n",
    ]
)
ENGLISH = "the end of the war and the beginning of another one that nobody had wanted "
BODIES = st.lists(
    st.tuples(
        st.one_of(STRETCHES, st.sampled_from([ENGLISH, " the", " and the of ", "der Krieg und "])),
        st.integers(1, 150),
    ).map(lambda part: part[0] * part[1]),
    max_size=4,
).map("\n".join)
SPOILT = st.one_of(
    st.just(b""),
    st.sampled_from(
        [codecs.BOM_UTF8, b"\0", b"~{", b"\x1b$B", b"%PDF-", b"%!PS-", b"\xff", b"\xed\xa0\x80"]
    ),
    st.sampled_from(
        [b"\xc0\x80", b"\xe0\x80\x80", b"\xf4\x90\x80\x80", b"\xf0\x80\x80\x80", b"\xe4\xb8"]
    ),
)


def slowly(path: str, data: bytes) -> tuple[Document, list[PassageSpan]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splitting, "FINDER", None)
        patch.setattr(language, "LANGUAGES", None)
        (found,) = plain_text.extract(SourceFile(path, len(data), 0, 0), data)
        return found.document, split(found)


@WITH_C
@settings(max_examples=600, deadline=None)
@given(TITLES, SECONDS, BODIES, SPOILT, st.booleans())
def test_files_are_the_same_without_the_parts_in_c(
    title: str, second: str, body: str, spoilt: bytes, at_end: bool
) -> None:
    text = (title + second + body).encode()
    data = text + spoilt if at_end else spoilt + text
    quickly = plain_text.whole("notes/a.txt", data)
    assert quickly is None or quickly == slowly("notes/a.txt", data)


@WITH_C
@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=40), st.integers(0, 12))
def test_what_is_utf_8_is_known(data: bytes, before: int) -> None:
    data = b"Troops moved"[:before] + data
    quickly = plain_text.whole("a.txt", data)
    assert quickly is None or quickly == slowly("a.txt", data)


@WITH_C
@pytest.mark.parametrize("spaces", range(1985, 2000))
@pytest.mark.parametrize("space", ["\u2003", "\xa0"])
def test_a_character_that_lies_across_the_end_of_what_is_looked_at(spaces: int, space: str) -> None:
    data = f"Troops\n\n{' ' * spaces}{space}\nend".encode()
    assert plain_text.whole("a.txt", data) == slowly("a.txt", data)


@WITH_C
@pytest.mark.parametrize(
    "text", ["Troops moved.", "朝鲜士兵\n\n已经抵达。", "\U0001f600 é \u07ff \uffff \ud7ff"]
)
def test_what_is_simple_is_found_quickly(text: str) -> None:
    quickly = plain_text.whole("notes/a.txt", text.encode())
    assert quickly == slowly("notes/a.txt", text.encode())


PIECES = ("Войска перешли через реку и остановились у леса. ", "Вони були вже близько, але їх ніхто не бачив. ",
          "The troops crossed the river and rested. ", "\n\n", " \n" * 3_000, "\U0001f600 ", "ё" * 999)  # fmt: skip


@WITH_C
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from((1, 7, 400))), max_size=6),
    st.sampled_from((b"", codecs.BOM_UTF8)),
)
def test_the_language_of_a_long_text_is_told_by_the_same_parts(
    pieces: list[tuple[str, int]], mark: bytes
) -> None:
    text = "".join(piece * times for piece, times in pieces)[:60_000]
    data = mark + text.encode()
    looked_at: list[str] = []
    finder = splitting.compiled.Finder(
        PassageSpan, splitting._MEASURE, splitting._is_mark, splitting.TITLE_RULES, language.LANGUAGES, 60,
        lambda text: looked_at.append(text) or "",
    )  # fmt: skip
    finder.find(data)
    middle = len(text) // 2
    halves = text[: language._HALF] + text[middle : middle + language._HALF]
    assert looked_at in ([], [text], [halves])
    assert [language.language_of(own) for own in looked_at] == [
        language.language_of(text) for _ in looked_at
    ]
