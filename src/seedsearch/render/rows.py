"""The rows of a hit on a terminal: one window of its passage, around the densest matches.

Prose is reflowed. Code, logs, lists, tables and verse keep their lines and their indentation. The text is divided
into *blocks*: a paragraph of prose, whether or not its lines were wrapped, or a single line of anything else.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from seedsearch.line_ends import line_ranges
from seedsearch.machine_lines import CODE, LOG_FROM, has_records, is_prose
from seedsearch.model import Hit
from seedsearch.record import NamedTuple
from seedsearch.render.cells import display_width, first_cells, last_cells, wrap
from seedsearch.render.paint import Range, clipped, flattened
from seedsearch.render.sanitize import clean

_TAB = 4
_BEFORE = 0.3  # maximum share of a row before its first match, if the line's beginning is cut off

# lists, quotations, headings
_MARK = re.compile(r"\s*(?:[-*+•·–>|#$%/]|//|\(?\w{1,3}[.)]\s|=+\s|\.\.\s)")
_COLUMNS = re.compile(r"\S(?: {3,}|\t)\S")
_WRAPPED_FROM = 40  # characters; a text with only shorter lines is not wrapped
_LONGEST_WRAPPED = 130
_FULL = 0.6  # share of the longest line; a shorter line ends a paragraph
_SMALL = 0.4  # minimum share of lines that begin in small letters, in wrapped prose
_VERSE = 60  # characters; a text of shorter lines with a full last line may be verse


class Row(NamedTuple):
    """A sanitised row and its lit ranges."""

    text: str
    lit: tuple[Range, ...]


def shown_of(
    hit: Hit, most: int, width: int, before: str = "", wide: int = 0
) -> tuple[list[Row], bool]:
    """Return at most `most` rows of `width` cells, and whether they are of a machine-written line.

    Lines that are not wrapped have `wide` cells. `before` is the indentation of the passage on its first line.
    """
    passage = hit.passage
    media_type = passage.document.media_type
    text = before + passage.text if before.isspace() else passage.text
    shift = len(text) - len(passage.text)
    lit = [(low + shift, high + shift) for low, high in hit.snippet.highlights]
    blocks = blocks_of(text, media_type)
    if not blocks:
        return [], False
    at = _best_place(hit) + shift
    best = max(bisect_right([block.start for block in blocks], at) - 1, 0)
    if machine_made := is_machine_made(text, blocks[best], media_type):
        most = 1
    wide = max(wide, width)

    def rows_of(block: Block, most: int) -> list[Row]:
        if block.prose:
            return _prose(text, block, lit, at, most, width)
        return [_line(text, block, lit, wide, all_in_view=machine_made)]

    rows = rows_of(blocks[best], most)
    for block in blocks[best + 1 :]:
        if len(rows) >= most:
            break
        rows += rows_of(block, most - len(rows))
    for block in reversed(blocks[:best]):
        if len(rows) >= most:
            break
        rows[:0] = rows_of(block, most - len(rows))
    return rows[:most], machine_made


def _best_place(hit: Hit) -> int:
    """Return the offset of the first match in the window of the hit."""
    window = hit.snippet.window
    if window is None:
        return 0
    return window.highlights[0].start if window.highlights else window.span.start


def _prose(text: str, block: Block, lit: list[Range], at: int, most: int, width: int) -> list[Row]:
    """Return rows of a paragraph, from its beginning, or from a word shortly before the best match."""
    inside = clipped(lit, block.start, block.end)
    inner = max(0, min(at - block.start, block.end - block.start))
    flat, ranges, (place,) = flattened(text[block.start : block.end], inside, (inner,))
    rows = wrap(flat, width)
    seen = rows[most - 1][1] if len(rows) > most else 0
    # Rows from the beginning must show the best match, and the matches soon after it.
    soon = [high for low, high in ranges if place <= low < place + seen]
    if seen and (place >= seen or max(soon, default=0) > seen):
        near = _sentence_before(flat, place, int(width * most * _BEFORE))
        full = min(near, rows[-most][0])  # near the end: fill all rows
        for start in (full, near):
            lead = "… " if flat[start - 1 : start].isspace() else "…"
            rest = lead + flat[start:]
            rows = wrap(rest, width)
            if len(rows) <= most or start == near:
                break
        flat, moved = rest, len(lead) - start
        ranges = [(max(low, start) + moved, high + moved) for low, high in ranges if high > start]
    result = [Row(flat[low:high], tuple(clipped(ranges, low, high))) for low, high in rows[:most]]
    if len(rows) > most:
        ended = _ended(result[-1].text, width)
        result[-1] = Row(ended, tuple(clipped(result[-1].lit, 0, len(ended) - 1)))
    return result


def _sentence_before(flat: str, place: int, most: int) -> int:
    """Return the start of the sentence at `place`, or of a word, at most `most` characters before it."""
    low = max(place - most, 0)
    for stop in (". ", "? ", "! ", "。", "！", "？"):
        found = flat.rfind(stop, low, place)
        if found >= 0:
            return found + len(stop)
    space = flat.find(" ", low, place)
    return space + 1 if space >= 0 else low


def _ended(row: str, width: int) -> str:
    if display_width(row) + 2 <= width:
        return row + " …"
    start, end = wrap(row, max(width - 2, 2))[0]
    return row[start:end] + " …"


def _line(text: str, block: Block, lit: list[Range], width: int, *, all_in_view: bool) -> Row:
    """Return a line that keeps its form, or a part of it if it is wider than the row.

    The part is the beginning if a match is in it, else a later part. With `all_in_view`, it is the part with the most
    matches.
    """
    line, ranges = expanded(text[block.start : block.end], clipped(lit, block.start, block.end))
    if display_width(line) <= width:
        return Row(line, tuple(ranges))
    fits = [display_width(line[:high]) < width for _, high in ranges]
    start = 0
    if not any(fits) or (all_in_view and not all(fits)):
        start = _densest_start(line, ranges, width)
    shown = "…" + line[start:] if start else line
    moved = 1 - start if start else 0
    ranges = [(low + moved, high + moved) for low, high in ranges if low >= start]
    if display_width(shown) > width:
        shown = first_cells(shown, width - 1)
        end = len(shown)
        shown += "…"
        ranges = clipped(ranges, 0, end)
    return Row(shown, tuple(ranges))


def _densest_start(line: str, ranges: list[Range], width: int) -> int:
    """Return the start that brings most matched words into view, or 0 if nothing is lit."""
    last = len(line) - len(last_cells(line, width - 1))  # the rest fits from here

    def words_from(start: int) -> int:
        end = start + len(first_cells(line[start:], width - 2))
        return len({line[low:high] for low, high in ranges if start <= low and high <= end})

    starts = [
        min(low - len(last_cells(line[:low], int(width * _BEFORE))), last) for low, _ in ranges
    ]
    start = max([0, *starts], key=words_from)
    space = line.find(" ", start, min((low for low, _ in ranges if low >= start), default=start))
    return space + 1 if start and 0 <= space < start + 12 else start


def expanded(line: str, ranges: Sequence[Range]) -> tuple[str, list[Range]]:
    """Return a line with its tabs as spaces, sanitised, and the ranges moved along."""
    out: list[str] = []
    moved = []
    column = 0
    for character in line.rstrip():
        moved.append(column)
        shown = " " * (_TAB - column % _TAB) if character == "\t" else clean(character)
        out.append(shown)
        column += len(shown)
    moved += [column] * (len(line) + 1 - len(moved))
    return "".join(out), [(moved[low], moved[high]) for low, high in ranges]


# ------------------------------------------------------------------------------ blocks


class Block(NamedTuple):
    """A range of the text: a paragraph of prose, or one line that keeps its form."""

    start: int
    end: int
    prose: bool


def blocks_of(text: str, media_type: str) -> list[Block]:
    """Return the blocks of a text, in order, without blank lines."""
    blocks: list[Block] = []
    run: list[tuple[int, int]] = []
    for start, end in [*line_ranges(text), (len(text), len(text))]:
        if text[start:end].strip():
            run.append((start, end))
        elif run:
            blocks += _of_run(text, run, media_type)
            run = []
    return blocks


def is_machine_made(text: str, block: Block, media_type: str) -> bool:
    """Return whether a block is a machine-written line: a row of a table, a record, a line of a log."""
    if block.prose or media_type == CODE:
        return False
    line = text[block.start : block.end]
    is_log = len(line) >= LOG_FROM and not _MARK.match(line) and not is_prose(line)
    return is_log or has_records(media_type)


def _of_run(text: str, run: list[tuple[int, int]], media_type: str) -> list[Block]:
    """Return the blocks of lines without a blank line between them."""
    if media_type == CODE or has_records(media_type):
        return [Block(start, end, False) for start, end in run]
    lines = [text[start:end] for start, end in run]
    if _are_wrapped(lines):
        return [Block(run[0][0], run[-1][1], True)]
    keep = len(run) > 1 and max(map(len, lines)) <= _LONGEST_WRAPPED
    return [
        Block(start, end, not keep and is_prose(line))
        for (start, end), line in zip(run, lines, strict=True)
    ]


def _are_wrapped(lines: list[str]) -> bool:
    longest = max(map(len, lines))
    wide = any("\u2e80" <= line[-1] < "\U00040000" for line in lines)  # two cells each
    if len(lines) < 2 or not _WRAPPED_FROM // (1 + wide) <= longest <= _LONGEST_WRAPPED:
        return False
    if any(_MARK.match(line) for line in lines) or sum(
        bool(_COLUMNS.search(line)) for line in lines
    ) * 2 > len(lines):
        return False
    if len(lines[-1]) >= _FULL * longest and longest <= _VERSE // (1 + wide):
        return False  # verse; short lines of prose look well as they are
    if len({len(line) - len(line.lstrip()) for line in lines[1:]}) > 1:
        return False  # indented below each other
    full = sum(len(line) >= _FULL * longest for line in lines[:-1])
    small = sum(not line.lstrip()[:1].isupper() for line in lines[1:])
    return (
        full >= _FULL * (len(lines) - 1)
        and small >= _SMALL * (len(lines) - 1)
        and is_prose(" ".join(lines))
    )
