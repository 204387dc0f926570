"""From a document to passages: paragraphs, the short ones merged, the long ones cut at sentences.

A passage has some 60 to 250 words. Every non-blank character of a section lies in exactly one
passage; passages come in order, do not overlap, and begin and end on characters that are not white
space. In stateful encodings, whose lines alone can be decoded, they begin and end where lines do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from seedsearch.corpus.decode import byte_offsets, is_stateful
from seedsearch.model import DecodedText, ExtractedDocument, PassageSpan, Section

MIN_WORDS = 60
MAX_WORDS = 250
_PART_WORDS = 200  # cut parts aim below the maximum, for sentence ends lie where they lie
_HARD_CUT = 2000

# A stop with what closes after it; before a capital and not after one (U.S., J. Smith), or a stop
# of a script that writes no spaces after it, or Devanagari's, Arabic's, Armenian's, Ethiopic's...
_CLOSERS = "[\"'”’»›)\\]」』）】》]*"
_SENTENCE = rf"(?<![A-Z])[.!?…]+{_CLOSERS}(?=\s+[^\sa-z])|[。！？｡．।॥۔؟։။។።]+{_CLOSERS}"
_WRAPPED_CUT = re.compile(_SENTENCE + r"|\n\s*(?=\n)")
_PARAGRAPH_CUT = re.compile(_SENTENCE + r"|\n")
_LINE_CUT = re.compile(r"\n")
_SPACE = re.compile(r"\s")
_ENDS_SENTENCE = re.compile(rf"[.!?…:。！？｡।॥۔؟։။។።]{_CLOSERS}\Z")


class _Block(NamedTuple):
    """Neighbouring paragraphs on their way to being a passage: characters, words, lines."""

    start: int
    end: int
    words: int
    line_start: int
    line_end: int


def split(extracted: ExtractedDocument) -> list[PassageSpan]:
    """The passages of a document, in order. `text` is `file[byte_start:byte_end]`, decoded."""
    text, decoded = extracted.text, extracted.decoded
    # Line ends become one character each, and no character changes its place.
    flat = text
    if "\r" in text:
        flat = text.replace("\r\n", " \n").replace("\r", "\n")
    by_lines = decoded is not None and is_stateful(decoded.encoding)
    line, before = extracted.line_offset + 1, 0
    blocks: list[_Block] = []
    homes: list[tuple[int, Section]] = []
    for section in extracted.sections:
        line += flat.count("\n", before, section.start)
        before = section.start
        blocks += _blocks(flat, section, line, by_lines)
        homes.append((len(blocks), section))
    if by_lines:
        blocks = [_without_return(text, block) for block in blocks]
    return _spans(blocks, homes, text, decoded)


def _spans(
    blocks: list[_Block],
    homes: list[tuple[int, Section]],
    text: str,
    decoded: DecodedText | None,
) -> list[PassageSpan]:
    places: Sequence[int]
    if decoded is None:
        places = [-1] * (2 * len(blocks))
    else:
        places = byte_offsets(decoded, [at for block in blocks for at in block[:2]])
        if decoded.encoding != "utf-8" or decoded.errors != "strict":
            places = _verified(blocks, places, text, decoded)
    spans: list[PassageSpan] = []
    first = 0
    for last, section in homes:
        _, _, heading, page, _ = section
        spans += [
            PassageSpan(start, end, top, bottom, byte_start, byte_end, page, heading)
            for (start, end, _, top, bottom), byte_start, byte_end in zip(
                blocks[first:last],
                places[2 * first : 2 * last : 2],
                places[2 * first + 1 : 2 * last : 2],
                strict=True,
            )
        ]
        first = last
    return spans


def _verified(
    blocks: list[_Block], places: Sequence[int], text: str, decoded: DecodedText
) -> list[int]:
    """The byte offsets, -1 where those bytes alone do not decode to the passage.

    Some bytes cannot be read without what stands before them (a stateful encoding whose lines do
    not end in its first state): no citation is better than a wrong one.
    """
    data, encoding, errors = decoded.data, decoded.encoding, decoded.errors
    checked: list[int] = []
    for block, start, end in zip(blocks, places[::2], places[1::2], strict=True):
        good = 0 <= start <= end
        good = good and data[start:end].decode(encoding, errors) == text[block.start : block.end]
        checked += (start, end) if good else (-1, -1)
    return checked


def _without_return(text: str, block: _Block) -> _Block:
    cut = block.end - 1
    return block._replace(end=cut) if text[cut] == "\r" else block


# ------------------------------------------------------------------ lines to blocks


def _blocks(flat: str, section: Section, line: int, by_lines: bool) -> list[_Block]:
    """One section's passages."""
    start, end, _, _, whole = section
    lines = (flat if start == 0 and end == len(flat) else flat[start:end]).split("\n")
    wrapped = _is_wrapped(lines, end - start)
    ends = _paragraph_ends(lines) if wrapped else None
    if whole:
        ends = [False] * len(lines)
    merged = _merge(lines, start, line, ends, by_lines)
    if all(block[2] <= MAX_WORDS for block in merged):
        return merged
    cut = _LINE_CUT if by_lines else _WRAPPED_CUT if wrapped else _PARAGRAPH_CUT
    blocks: list[_Block] = []
    for block in merged:
        if block.words <= MAX_WORDS:
            blocks.append(block)
        else:
            blocks += _divide(flat, block, cut, by_lines)
    return blocks


def _merge(
    lines: list[str], at: int, line: int, ends: list[bool] | None, by_lines: bool
) -> list[_Block]:
    """Lines to blocks of MIN_WORDS and more, which end where paragraphs do.

    `ends` says which lines end a paragraph (None: each does). This loop sees every line there is.
    """
    blocks: list[_Block] = []
    first, top, words, last, bottom = -1, 0, 0, 0, 0
    add = blocks.append
    top_line = line
    line -= 1
    for piece in lines:
        line += 1
        size = len(piece)
        kept = piece.strip()
        if kept:
            count = kept.count(" ") + 1
            if size > 14 * count:
                count = _words_without_spaces(kept, count)
            words += count
            last, bottom = at + size, line
            lead = 0
            if len(kept) != size and not by_lines:
                lead = size - len(piece.lstrip())
                last = at + lead + len(kept)
            if first < 0:
                first, top = at + lead, line
            if words >= MIN_WORDS and (ends is None or ends[line - top_line]):
                add(_Block(first, last, words, top, line))
                first, words = -1, 0
        at += size + 1
    if first >= 0:
        if blocks and blocks[-1][2] + words <= MAX_WORDS + MIN_WORDS // 2 and words < MIN_WORDS:
            start, _, before, top, _ = blocks.pop()
            add(_Block(start, last, min(before + words, MAX_WORDS), top, bottom))
        else:
            add(_Block(first, last, words, top, bottom))
    return blocks


def _words_without_spaces(text: str, spaces: int) -> int:
    """A word is about two characters where words are not set apart, about eight in a long code."""
    return max(spaces, len(text) // (8 if text.isascii() else 2))


def _is_wrapped(lines: list[str], size: int) -> bool:
    """Whether lines end where the page did: most of them about equally long, none much longer."""
    if size > 130 * len(lines) or len(lines) < 4:
        return False
    sizes = sorted(filter(None, map(len, lines)))
    if len(sizes) < 4:
        return False
    width = sizes[len(sizes) * 9 // 10]
    near = sum(length >= width * 0.7 for length in sizes)
    return 24 <= width <= 130 and sizes[-1] <= 2 * width and 2 * near >= len(sizes)


def _paragraph_ends(lines: list[str]) -> list[bool]:
    """For each line of a wrapped text, whether a paragraph ends with it.

    It does before a blank line, before an indented one, and where a line clearly shorter than the
    others ends a sentence.
    """
    sizes = sorted(filter(None, map(len, lines)))
    short = sizes[len(sizes) * 9 // 10] * 0.75
    ends: list[bool] = []
    for this, after in zip(lines, [*lines[1:], ""], strict=True):
        indented = after[:1].isspace() and not this[:1].isspace()
        closing = len(this) < short and _ENDS_SENTENCE.search(this.rstrip()) is not None
        ends.append(closing or indented or not after or after.isspace())
    return ends


# ------------------------------------------------------------------ long blocks to parts


def _divide(flat: str, block: _Block, pattern: re.Pattern[str], by_lines: bool) -> list[_Block]:
    """A long block in about equal parts, cut at the sentence ends nearest to the ideal places."""
    start, end, words, line, _ = block
    parts = -(-words // _PART_WORDS)
    size = (end - start) / parts
    cuts = [start]
    for number in range(1, parts):
        ideal = start + int(size * number)
        low, high = max(cuts[-1] + 1, ideal - int(size / 2)), min(ideal + int(size / 2), end)
        cut = _nearest(flat, pattern, ideal, low, high)
        if cut < 0 and not by_lines:
            cut = _nearest(flat, _SPACE, ideal, low, high)
        if cut > cuts[-1]:
            cuts.append(cut)
    cuts.append(end)
    if not by_lines:
        cuts = _hard_cuts(flat, cuts)
    return _trimmed(flat, cuts, line, by_lines)


def _nearest(flat: str, pattern: re.Pattern[str], ideal: int, low: int, high: int) -> int:
    """The end of the match nearest to `ideal` in `[low, high)`, or -1."""
    best = -1
    for match in pattern.finditer(flat, low, high):
        at = match.end()
        if best >= 0 and abs(at - ideal) >= abs(best - ideal):
            break
        best = at
    return best


def _hard_cuts(flat: str, cuts: list[int]) -> list[int]:
    """The cuts, with more of them where too many characters come without a space."""
    result = cuts[:1]
    for cut in cuts[1:]:
        while cut - result[-1] > _HARD_CUT:
            at = result[-1] + _HARD_CUT
            space = flat.rfind(" ", at - _HARD_CUT // 2, at)
            result.append(space if space > 0 else _before_cluster(flat, at))
        result.append(cut)
    return result


def _before_cluster(flat: str, at: int) -> int:
    """The cut moved before a character and its marks, where they are few."""
    for back in range(32):
        here, previous = flat[at - back], flat[at - back - 1]
        joined = here in "\u200d\ufe0f" or previous == "\u200d" or "\udc00" <= here <= "\udfff"
        if not joined and unicodedata.category(here)[0] != "M":
            return at - back
    return at


def _trimmed(flat: str, cuts: list[int], line: int, by_lines: bool) -> list[_Block]:
    """The parts between the cuts, without the white space around them, on their lines."""
    blocks: list[_Block] = []
    before = cuts[0]
    for low, high in pairwise(cuts):
        part = flat[low:high]
        if not part or part.isspace():
            continue
        start, end = low + len(part) - len(part.lstrip()), low + len(part.rstrip())
        if by_lines:
            start = max(low, flat.rfind("\n", low, start) + 1)
            newline = flat.find("\n", end, high)
            end = high if newline < 0 else newline
        line += flat.count("\n", before, start)
        bottom = line + flat.count("\n", start, end)
        blocks.append(_Block(start, end, 0, line, bottom))
        line, before = bottom, end
    return blocks
