"""The terminal layout of hits, as plain text and on a terminal."""

import re

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.model import Copy, Document, Fragment, Hit, Passage, Snippet, Span
from seedsearch.render.answer import Layout, hit_lines
from seedsearch.render.cells import display_width, wrap
from seedsearch.render.paint import Paint, flattened

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

ENGLISH = "He said that the participation of North Korean troops decreases the likelihood of war."
CHINESE = "沒有留言。北韓領導人金正恩表示，俄羅斯與北韓之間的關係將會進一步加強，並且派遣部隊前往。"


def make_hit(
    path: str,
    text: str,
    *lit: str,
    rank: int = 1,
    line: int = 6,
    stale: bool = False,
    also_in: tuple[Copy, ...] = (),
    **document: object,
) -> Hit:
    found = tuple(
        Span(m.start(), m.end()) for m in re.finditer("|".join(map(re.escape, lit)) or "(?!)", text)
    )
    start = found[0].start if found else 0
    above = text.count("\n", 0, start)
    window = Fragment(Span(start, len(text)), line + above, found)
    facts: dict[str, object] = {"title": ""} | document
    passage = Passage(
        Document(path, encoding="utf-8", **facts),  # type: ignore[arg-type]
        0, text, line, line + text.count("\n"), 0, 1,
    )  # fmt: skip
    snippet = Snippet((), found, window)
    return Hit(rank, 8.5, path, "x" * 10, passage, snippet, stale, also_in=also_in)


def shown(*hits: Hit, width: int = 80, color: bool = False, **layout: object) -> list[str]:
    paint = Paint("color" if color else "none")
    return list(hit_lines(hits, Layout(width, paint, **layout)))  # type: ignore[arg-type]


def ten(text: str = ENGLISH, *lit: str, **document: object) -> list[Hit]:
    return [make_hit(f"{n}.txt", text, *lit, rank=n, **document) for n in range(1, 11)]


def test_a_row_with_rank_place_and_title_then_text() -> None:
    date = (("date", "2024-10-21T09:00"), ("author", "Ann Kim <ann@example.org>"))
    assert shown(
        make_hit("seeds/a.txt", ENGLISH, "troops", title="On war", fields=date),
        make_hit("seeds/a.txt", "Second one.", rank=2, line=31),
        make_hit("seeds/b.txt", "Third one.", rank=3, title="b", line=2),
    ) == [
        " 1  seeds/a.txt:6  On war · Ann Kim · 2024-10-21",
        "    He said that the participation of North Korean troops decreases the",
        "    likelihood of war.",
        " 2  :31",
        "    Second one.",
        "",
        " 3  seeds/b.txt:2",
        "    Third one.",
    ]  # fmt: skip


def test_a_hit_whose_letters_were_encoded_twice_says_so() -> None:
    rows = shown(make_hit("a.txt", "GrÃ¼n ist itâ€™s.", title="On green"))
    assert rows[0] == " 1  a.txt:6  (letters encoded twice)  On green"
    for right in ("Grün ist SÃO.", "là » été", "Â! â 5", ENGLISH, CHINESE):
        assert shown(make_hit("a.txt", right))[0] == " 1  a.txt:6"


@pytest.mark.parametrize("length", [60, 75, 76, 77, 150, 151, 152, 153, 3000])
def test_a_match_after_a_word_of_many_rows_is_shown(length: int) -> None:
    lines = shown(*ten("harbour " + "x" * length + " connection", "connection"))
    assert sum("connection" in line for line in lines) == 10
    assert not any(line.strip() == "…" for line in lines)


def test_ten_hits_take_30_rows() -> None:
    rows = shown(*ten(ENGLISH * 5, "troops"))
    assert len(rows) == 30
    assert "" not in rows
    assert len(shown(*ten(ENGLISH * 5, "troops"), more=True)) > 60


def test_copies_take_the_place_of_a_row() -> None:
    passage = make_hit("c.txt", ENGLISH).passage
    copies = tuple(Copy(f"{n}.txt", passage) for n in range(5))
    rows = shown(*[hit.replace(also_in=copies) for hit in ten(ENGLISH * 3)])
    assert len(rows) == 30
    assert rows[2] == "    also in: 0.txt:6, 1.txt:6, 2.txt:6 and 2 more"


def test_a_copy_is_named_with_the_place_inside_its_file() -> None:
    inside = make_hit("z.zip", ENGLISH, member="in/a.txt").passage
    paged = make_hit("p.pdf", ENGLISH).passage.replace(page=3)
    copies = (Copy("z.zip", inside), Copy("p.pdf", paged))
    rows = shown(make_hit("a.txt", ENGLISH, also_in=copies))
    assert rows[-1] == "    also in: z.zip›in/a.txt:6, p.pdf#p=3:6"


def test_the_window_is_around_the_matches() -> None:
    text = "Nothing here. " * 40 + "At last the troops came to the harbour. " + "And more. " * 40
    rows = shown(*ten(text, "troops", "harbour"))
    assert rows[1].startswith("    … At last the troops came to the harbour. And more.")
    assert rows[2].endswith(" …")


def test_the_end_of_a_paragraph_before_the_match_shows_that_it_is_one() -> None:
    before = "The ships wait in the long roads of the bay. " * 9
    rows = shown(make_hit("a.txt", f"{before}\n\nThen coal.", "coal"))
    assert rows[1].startswith("    … wait in the long roads")
    assert rows[-1] == "    Then coal."
    assert len(rows) == 6


def test_code_keeps_its_lines_and_indentation() -> None:
    text = "def port(ship):\n    if ship.coal:\n\t\treturn harbour(ship)\n    return None"
    hits = ten(text, "harbour", media_type="text/x-source")
    assert shown(*hits)[:3] == [
        " 1  1.txt:8",
        "            return harbour(ship)",
        "        return None",
    ]
    first = make_hit("a.py", "if coal:\n        ship()", "coal", media_type="text/x-source")
    assert shown(first, indentation=lambda hit: "    ")[1:] == [
        "        if coal:",
        "            ship()",
    ]


def test_verse_lists_and_tables_keep_their_lines() -> None:
    verse = "The troops came down by the harbour\n   and the coal was black and cold,\nThe wind"
    assert shown(make_hit("a.txt", verse, "troops"))[1:] == [
        "    The troops came down by the harbour",
        "       and the coal was black and cold,",
        "    The wind",
    ]
    table = "port       tons of coal\nNajin      40 by the month\nRason      7 or less than that"
    assert shown(make_hit("a.txt", table, "Najin"))[1:] == [
        f"    {row}" for row in table.split("\n")
    ]
    points = "- coal for the port of Najin\n- oil\n  that comes by sea"
    assert shown(make_hit("a.md", points, "oil"))[1:] == [f"    {r}" for r in points.split("\n")]


@pytest.mark.parametrize(
    "verse",
    [
        "the faces in the crowd by the harbour, one by one\n"
        "petals on a wet black bough, and the rain that falls\n"
        "upon the stones of the station where we wait",
        "Ich weiß nicht, was soll es bedeuten, am Hafen,\n"
        "daß ich so traurig und einsam bin in der Zeit;\n"
        "ein altes Märchen aus uralten harten Zeiten,\n"
        "das kommt mir heute nicht aus meinem Sinn.",
        "they sailed from the harbour, and the wind was good\n"
        "    and the coal lay black in the hold of the ship,\n"
        "they sailed in the night, and the mate said no word\n"
        "    for the rain",
    ],
)
def test_verse_in_small_letters_keeps_its_lines(verse: str) -> None:
    rows = shown(make_hit("a.txt", verse, verse.split()[0]))[1:]
    assert rows == [f"    {line}" for line in verse.split("\n")]


def test_wrapped_prose_is_reflowed() -> None:
    text = (
        "The ships that came to the harbour brought\ncoal from the mines in the north, and\n"
        "they left again with the grain of the\nplains."
    )
    assert shown(make_hit("a.txt", text, "grain"))[1:] == [
        "    The ships that came to the harbour brought coal from the mines in the north,",
        "    and they left again with the grain of the plains.",
    ]


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        ('2024-10-21T12:00:03Z ERROR [worker-3] GET /port/7 "harbour" 200 12ms', "text/plain"),
        ("7,2024-10-21,harbour,12.50", "text/csv"),
    ],
)
def test_a_line_of_a_machine_is_one_row(text: str, media_type: str) -> None:
    around = f"{text[:5]}\n{text}\n{text[:9]}"
    hits = [make_hit("app.log", around, "harbour", rank=n, media_type=media_type) for n in (1, 2)]
    assert shown(*hits, width=120) == [f" 1  app.log:7  {text}", f" 2  :7  {text}"]
    (cut,) = shown(make_hit("app.log", f"{'x=1;' * 40}{text}", "harbour"), width=60)
    assert "harbour" in cut
    assert display_width(cut) <= 60


@pytest.mark.parametrize(
    "stamp",
    [
        "2024-05-28 10:54:00 INFO",
        "2024/05/28T10:54:00.123",
        "Nov  5 04:14:04",
        "[Tue Nov 05 04:14:04 2024]",
        "28/May/2024:10:54:00",
        "10:54:00",
        "[10:54]",
        "INFO:",
        "[ERROR]",
    ],
)
def test_an_entry_of_a_log_in_plain_words_is_one_row(stamp: str) -> None:
    entries = [
        f"{stamp} server started the worker for {port} and waits for more connections"
        for port in ("the harbour", "all of the coal", "whatever else comes in")
    ]
    for number, word in enumerate(("harbour", "coal", "comes")):
        (row,) = shown(make_hit("app.log", "\n".join(entries), word), width=130)
        assert row == f" 1  app.log:{6 + number}  {entries[number]}"
    prose = "The clock struck at ten that night, at 10:54:00 or so it was said, and the ship left."
    assert len(shown(make_hit("a.txt", f"{prose}\nThey sailed.", "ship"), width=60)) > 2


def test_a_heading_is_no_line_of_a_machine() -> None:
    assert shown(make_hit("a.md", "## 3.2 -- 4.1\n\nCoal leaves by sea.", "3"))[1:] == [
        "    ## 3.2 -- 4.1",
        "    Coal leaves by sea.",
    ]


def test_members_pages_stale_files_and_scores() -> None:
    page = make_hit("a.pdf", "Text.")
    page = page.replace(passage=page.passage.replace(page=3))
    assert shown(page, scores=True)[0] == " 1  8.50  a.pdf#p=3:6"
    assert shown(make_hit("a.zip", "Text.", member="b.txt"))[0] == " 1  a.zip›b.txt:6"
    assert shown(make_hit("a.txt", "Text.", stale=True))[0] == " 1  a.txt:6  (stale)"


def test_terms_are_lit_in_standard_colours() -> None:
    text = "\n".join(shown(make_hit("a.txt", "the troops came", "troops"), color=True))
    assert "\x1b[1;31mtroops\x1b[0m" in text
    assert set(re.findall(r"\x1b\[([\d;]*)m", text)) == {"35", "32", "1;31", "2", "0"}
    assert Paint("bold")("lit", "troops") == "\x1b[1mtroops\x1b[0m"
    assert Paint("bold")("faint", "troops") == Paint("none")("lit", "troops") == "troops"


def test_a_link_surrounds_the_place() -> None:
    paint = Paint("none", links=True)
    rows = list(hit_lines([make_hit("a.txt", "x")], Layout(80, paint, uri=lambda hit: "file:///a")))
    assert rows[0] == " 1  \x1b]8;;file:///a\x1b\\a.txt:6\x1b]8;;\x1b\\"


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
@pytest.mark.parametrize(
    "text", [ENGLISH * 4, CHINESE * 4, "x" * 300, ENGLISH + CHINESE, f"a = '{CHINESE}'\n\tb = 1"]
)
def test_no_row_is_wider_than_the_terminal(width: int, text: str) -> None:
    hits = [
        make_hit("a.txt", text, "troops", "沒有", "b", title=ENGLISH),
        make_hit("b.py", text, "沒", rank=2, media_type="text/x-source"),
        make_hit("b.csv", text, "war", rank=3, media_type="text/csv"),
    ]
    rows = shown(*hits, width=width)
    assert all(display_width(row) <= width for row in rows)
    screen = pyte.Screen(width, 200)
    pyte.Stream(screen).feed("\r\n".join(shown(*hits, width=width, color=True)))
    # pyte has an empty cell after a wide character
    assert [row.rstrip() for row in screen.display][: len(rows)] == [r.rstrip() for r in rows]


@given(st.text("ab 中文，。（）e\u0301한글\u200d👩", max_size=60), st.integers(2, 30))
def test_wrapping_loses_nothing_and_keeps_the_width(text: str, width: int) -> None:
    text = " ".join(text.split())
    rows = wrap(text, width)
    assert "".join(text[a:b] for a, b in rows).replace(" ", "") == text.replace(" ", "")
    for start, end in rows:
        assert display_width(text[start:end]) <= width
        assert text[start:end] == text[start:end].strip()


def test_closing_punctuation_does_not_begin_a_row() -> None:
    rows = [CHINESE[a:b] for a, b in wrap(CHINESE, 10)]
    assert all(row[0] not in "，。" for row in rows)


@given(st.text("ab \n\t\x1b\u2028中", max_size=40), st.data())
def test_flattening_moves_ranges_with_their_text(text: str, data: st.DataObject) -> None:
    edges = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    ranges = list(zip(edges[::2], edges[1::2], strict=False))
    flat, moved, _ = flattened(text, ranges)
    assert flat == flattened(text, [])[0]
    for (low, high), (start, end) in zip(ranges, moved, strict=True):
        assert flattened(text[low:high], [])[0] == flat[start:end].strip(" ")
