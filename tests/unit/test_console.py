"""The terminal's layout, as plain text and as a terminal shows it."""

import io
import re

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from seedsearch.model import Document, Fragment, Hit, Passage, Snippet, Span
from seedsearch.render.console import print_hits
from seedsearch.render.wrap import wrap

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

ENGLISH = "He said that the participation of North Korean troops decreases the likelihood of war."
CHINESE = "沒有留言。北韓領導人金正恩表示，俄羅斯與北韓之間的關係將會進一步加強，並且派遣部隊前往。"


def make_hit(
    path: str,
    text: str,
    *lit: str,
    title: str = "",
    line: int = 6,
    score: float = 8.5,
    spans: tuple[Span, ...] = (),
) -> Hit:
    found = tuple(
        Span(m.start(), m.end()) for m in re.finditer("|".join(map(re.escape, lit)) or "(?!)", text)
    )
    fragments = tuple(
        Fragment(s, line + n, tuple(h for h in found if s.start <= h.start and h.end <= s.end))
        for n, s in enumerate(spans or (Span(0, len(text)),))
    )
    passage = Passage(Document(path, title, "utf-8"), 0, text, line, line, 0, 1)
    return Hit(1, score, path, "x" * 10, passage, Snippet(fragments, found))


def printed(
    monkeypatch: pytest.MonkeyPatch, *hits: Hit, width: int = 80, color: bool = False
) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    out = io.BytesIO()
    print_hits(hits, out, encoding="utf-8", color=color)
    return out.getvalue().decode()


def test_a_heading_for_each_file_then_its_passages(monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed(
        monkeypatch,
        make_hit("seeds/a.txt", ENGLISH, "troops", title="On war", score=12.345),
        make_hit("seeds/a.txt", "Second one.", line=31, score=9),
        make_hit("seeds/b.txt", "Third one.", title="b", line=2, score=8),
    )
    assert text.splitlines() == [
        "seeds/a.txt  On war",
        "   6  He said that the participation of North Korean troops decreases the  12.35",
        "      likelihood of war.",
        "   ·",
        "  31  Second one.                                                           9.00",
        "",
        "seeds/b.txt",
        "   2  Third one.                                                            8.00",
    ]


def test_fragments_have_their_own_lines_and_ellipses(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "One two three.\nFour five six.\nSeven eight nine."
    hit = make_hit("a", text, "two", "eight", spans=(Span(0, 14), Span(36, 41)))
    assert printed(monkeypatch, hit, width=60).splitlines()[1:] == [
        "   6  One two three.                                    8.50",
        "   7  … eight …",
    ]


def test_terms_are_lit_in_standard_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed(monkeypatch, make_hit("a.txt", "the troops came", "troops"), color=True)
    assert "\x1b[1;31mtroops\x1b[0m" in text
    assert set(re.findall(r"\x1b\[([\d;]*)m", text)) == {"1;35", "32", "1;31", "2", "0"}


def test_without_colour_there_is_no_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in printed(monkeypatch, make_hit("a.txt", "the troops came", "troops"))


def test_markup_and_emoji_codes_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed(
        monkeypatch, make_hit("[id].tsx", "[/x] [bold]b[/bold] :bomb: \\[", title="[red]t")
    )
    assert text.splitlines()[0] == "[id].tsx  [red]t"
    assert "[/x] [bold]b[/bold] :bomb: \\[" in text


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
@pytest.mark.parametrize("text", [ENGLISH * 4, CHINESE * 4, "x" * 300, ENGLISH + CHINESE])
def test_no_row_is_wider_than_the_terminal(
    monkeypatch: pytest.MonkeyPatch, width: int, text: str
) -> None:
    shown = printed(monkeypatch, make_hit("a.txt", text, "troops", "沒有"), width=width, color=True)
    screen = pyte.Screen(width, 200)
    pyte.Stream(screen).feed(shown.replace("\n", "\r\n"))
    rows = re.sub(r"\x1b\[[\d;]*m", "", shown).splitlines()
    assert all(cell_len(row) <= width for row in rows)
    assert [row.rstrip() for row in screen.display][: len(rows)] == [
        # pyte leaves an empty cell's text after a wide character
        row.rstrip()
        for row in rows
    ]


@given(st.text("ab 中文，。（）e\u0301한글\u200d👩", max_size=60), st.integers(2, 30))
def test_wrapping_loses_nothing_and_keeps_the_width(text: str, width: int) -> None:
    text = " ".join(text.split())
    rows = wrap(text, width, cell_len)
    assert "".join(text[a:b] for a, b in rows).replace(" ", "") == text.replace(" ", "")
    for start, end in rows:
        assert cell_len(text[start:end]) <= width
        assert text[start:end] == text[start:end].strip()


def test_closing_punctuation_does_not_begin_a_row() -> None:
    rows = [CHINESE[a:b] for a, b in wrap(CHINESE, 10, cell_len)]
    assert all(row[0] not in "，。" for row in rows)
