"""Passages: merging short paragraphs, cutting long ones, and the seed documents."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from seedsearch.corpus.decode import decode
from seedsearch.corpus.formats import extract
from seedsearch.corpus.formats.text import title_of
from seedsearch.corpus.split import split
from seedsearch.model import Document, ExtractedDocument, PassageSpan, Section, SourceFile

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))
SENTENCE = "The quick brown fox jumps over the lazy dog near the old river bank. "  # 14 words


def passages(text: str, sections: tuple[Section, ...] | None = None) -> list[str]:
    return [text[span.start : span.end] for span in spans(text, sections)]


def spans(text: str, sections: tuple[Section, ...] | None = None) -> list[PassageSpan]:
    decoded = decode(text.encode("utf-8"))
    found = split(
        ExtractedDocument(
            Document("a", "a", "utf-8"), text, sections or (Section(0, len(text)),), decoded
        )
    )
    for span in found:
        cut = decoded.data[span.byte_start : span.byte_end]
        assert cut.decode() == text[span.start : span.end]
    return found


def paragraph(words: int, tag: str = "word") -> str:
    return " ".join(f"{tag}{n % 10}" for n in range(words)) + "."


def test_nothing_gives_nothing() -> None:
    assert passages("") == []
    assert passages(" \n\r\n\t\u3000\n") == []


def test_a_paragraph_is_a_passage() -> None:
    first, second = paragraph(80, "first"), paragraph(90, "second")
    assert passages(f"{first}\n\n{second}\n") == [first, second]
    assert passages(f"{first}\n{second}") == [first, second]


def test_short_neighbours_are_merged() -> None:
    found = passages("\n\n".join(paragraph(20, f"p{n}x") for n in range(9)))
    assert [len(text.split()) for text in found] == [60, 60, 60]
    assert passages("Title\n\nOne line.\n\nLast line.\n") == ["Title\n\nOne line.\n\nLast line."]


def test_a_short_last_one_joins_the_one_before() -> None:
    found = passages(f"{paragraph(100)}\n\nThe end.\n")
    assert len(found) == 1
    assert found[0].endswith("The end.")


def test_a_long_paragraph_is_cut_at_sentence_ends_into_equal_parts() -> None:
    found = passages(SENTENCE * 60)
    assert len(found) == 5
    assert all(text.startswith("The quick") and text.endswith("bank.") for text in found)
    assert all(120 <= len(text.split()) <= 200 for text in found)


def test_a_cut_does_not_take_an_initial_for_a_sentence_end() -> None:
    text = (
        "He met Mr. J. R. Smith of the U.S. Navy in the year when the war had not begun yet, and "
    )
    for part in passages(text * 30 + "went. ")[1:]:
        assert not part.startswith(("Smith", "R.", "Navy"))


@pytest.mark.parametrize("sentence", ["これは日本語の長い文章です。", "यह एक लंबा वाक्य है। "])
def test_the_stops_of_other_scripts_end_sentences(sentence: str) -> None:
    found = passages(sentence * 200)
    assert len(found) > 3
    assert all(text.endswith(sentence.strip()) for text in found)


def test_words_without_spaces_count_by_characters() -> None:
    found = passages("語" * 99 + "。" + ("漢字仮名交じり文" * 5 + "。") * 60)
    assert all(80 <= len(text) <= 520 for text in found)


def test_no_sentence_end_cuts_at_spaces() -> None:
    found = passages("word " * 1000)
    assert {word for text in found for word in text.split()} == {"word"}
    assert all(50 <= len(text.split()) <= 260 for text in found)


def test_no_space_at_all_cuts_hard() -> None:
    found = passages("x" * 10_000)
    assert [len(text) for text in found] == [2000] * 5


def test_a_hard_cut_keeps_marks_with_their_letter() -> None:
    for text in passages("xe\u0301" * 4000):
        assert not text.startswith("\u0301")


def test_hard_wrapped_lines_flow() -> None:
    wrapped = "\n".join(re.findall(r".{1,60}(?:\s|$)", SENTENCE * 6))
    last = "It ended so."
    found = passages(f"{wrapped}\n{last}\n" * 3)
    assert len(found) == 3
    assert all(text.endswith(last) for text in found)


LOG = "".join(
    f"2024-05-{n % 28 + 1:02d} 12:00:{n % 60:02d} INFO worker-{n % 7} took {n * 7919 % 900} ms. Retrying request {n}\n"
    for n in range(400)
)
TABLE = "".join(
    f"row {n}   {n * 7919 % 900:>6}   No. {n * 31 % 97:<4} Harbour of a town\n" for n in range(400)
)
CODE = "".join(
    f"    value_{n:03d} = factor * {n:03d} + offset; /* Note {n:03d}. The next. */\n"
    for n in range(400)
)
VERSE = "".join(f"And so the harbour of verse {n:03d} lay still. And so\n" for n in range(400))


@pytest.mark.parametrize("text", [LOG, TABLE, CODE, VERSE], ids=["log", "table", "code", "verse"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("whole", [False, True])
def test_no_short_line_is_cut(text: str, end: str, whole: bool) -> None:
    text = text.replace("\n", end)
    sections = (Section(0, len(text), whole=whole),)
    found = passages(text, sections)
    assert len(found) > 5
    lines = {line.strip() for line in text.split(end)}
    for passage in found:
        assert {line.strip() for line in passage.split(end)} <= lines


def test_sections_are_not_merged() -> None:
    text = "Short one. Short two. A table row"
    sections = (Section(0, 10, "A"), Section(11, 21, "B"), Section(22, 33, "", 0, True))
    assert passages(text, sections) == ["Short one.", "Short two.", "A table row"]
    assert [span.heading for span in spans(text, sections)] == ["A", "B", ""]


def test_a_whole_section_is_one_passage() -> None:
    text = "\n".join(paragraph(70, f"row{n}x") for n in range(3))
    assert passages(text, (Section(0, len(text), "", 0, True),)) == [text]
    assert len(passages(text)) == 3


def test_lines_are_those_of_the_file() -> None:
    text = "\ufeff\r\n\r\n" + paragraph(70) + "\r\n" + paragraph(70) + "\r\r" + paragraph(70) + "\n"
    assert [(span.line_start, span.line_end) for span in spans(text[1:])] == [
        (3, 3),
        (4, 4),
        (6, 6),
    ]


def test_form_feeds_and_line_separators_end_no_line() -> None:
    text = f"{paragraph(70)}\x0c\u2028\x85{paragraph(70)}\n{paragraph(70)}"
    assert spans(text)[-1].line_start == 2


def test_a_document_in_the_middle_of_its_file_counts_from_there() -> None:
    text = paragraph(70)
    document = ExtractedDocument(
        Document("a", "a", "utf-8"), text, (Section(0, len(text)),), None, line_offset=41
    )
    assert split(document) == [PassageSpan(0, len(text), 42, 42)]


def test_the_time_grows_with_the_text_on_one_line() -> None:
    def seconds(text: str) -> float:
        begin = time.process_time()
        passages(text)
        return time.process_time() - begin

    for unit in (SENTENCE, "x", "語", " ", "\n", "a\n"):
        size = 200_000 // len(unit)
        small = max(seconds(unit * size) for _ in range(3))
        large = min(seconds(unit * size * 8) for _ in range(3))
        assert large < 30 * small + 0.5


# ------------------------------------------------------------------ titles and seeds


def test_a_first_line_that_reads_like_a_title_is_the_title() -> None:
    assert title_of("Chen Zhili\n\nChen Zhili (born 1942) is a politician.\n") == "Chen Zhili"
    assert title_of("# A *heading* #\ntext") == "A *heading*"
    assert title_of("\ufeff\n\n  Spaced   out \r\n\r\nText.\r\n") == "Spaced out"
    assert title_of("The Great War\n=============\ntext") == "The Great War"
    assert title_of("Who was here?\nA longer line that answers the question at length.\n")


def test_a_paragraph_a_sentence_or_a_lone_line_is_no_title() -> None:
    assert title_of("") == ""
    assert title_of("one line") == ""
    assert title_of("It rained.\n\nThen it stopped.\n") == ""
    assert title_of(SENTENCE * 3 + "\n\nNext.\n") == ""
    assert (
        title_of("Putin’s visit yielded no results. As he\nleft, he helplessly remarked that\n")
        == ""
    )
    assert title_of("a, b,\nc, d, e\n") == ""


def seed(path: Path) -> tuple[ExtractedDocument, bytes]:
    data = path.read_bytes()
    (document,) = extract(SourceFile(path.name, len(data), 0, 0), data)
    return document, data


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_the_seeds_have_their_name_for_title_and_passages_of_fair_size(path: Path) -> None:
    document, data = seed(path)
    assert document.document.title == path.name
    found = split(document)
    for span in found:
        cut = data[span.byte_start : span.byte_end].decode("utf-8")
        assert cut == document.text[span.start : span.end]
        assert 40 <= len(cut.split()) <= 260


def test_the_wrapped_seed_is_cut_where_its_paragraphs_end() -> None:
    document, _ = seed(SEEDS[4])
    found = [document.text[span.start : span.end] for span in split(document)]
    assert "results. As he\nleft, he" in found[0]
    assert found[0].endswith("despite the red carpet.")
    assert found[1].startswith("Although North Korea and Russia")
    assert found[1].endswith("university dormitories.")
    assert found[-1].endswith("沒有留言:\n張貼留言")
