"""From a document to passages: paragraphs, the short ones merged, the long ones cut at sentences.

A passage has some 60 to 250 words. Every non-blank character of a section lies in exactly one
passage; passages come in order, do not overlap, and begin and end on characters that are not white
space. In stateful encodings, whose lines alone can be decoded, they begin and end where lines do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from seedsearch.core import compiled
from seedsearch.corpus.decode import byte_offsets, is_byte_per_character, is_stateful
from seedsearch.line_ends import with_newlines_in_place
from seedsearch.model import DecodedText, ExtractedDocument, PassageSpan, Section

if TYPE_CHECKING:
    from seedsearch.core import _core

MIN_WORDS = 60
MAX_WORDS = 250
_PART_WORDS = 200  # cut parts aim below the maximum, for sentence ends lie where they lie
_HARD_CUT = 2000
# Counting the words of every passage would take as long as everything else; where words are set
# apart by spaces, a passage of this many characters has neither too few nor too many.
_WORD_CHARS = 6
_MIN_CHARS = MIN_WORDS * _WORD_CHARS
_SURE_CHARS = MAX_WORDS * 5
_SPACED = re.compile(rf"\S(?s:.){{0,{_MIN_CHARS - 1}}}[^\n]*")
_DENSE = re.compile(rf"\S(?s:.){{0,{_MIN_CHARS // 2 - 1}}}[^\n]*")
_LINE_CHARS = 130  # of a wrapped text, at most
_LEAST_LINES = 4  # of a wrapped text that are not empty
_LONG_LINE_CHARS = 2 * _LINE_CHARS + 1
_LONG_LINE = re.compile(rf"\n[^\n]{{{_LONG_LINE_CHARS}}}")
# For the part in C, in its order.
_MEASURE = (
    MIN_WORDS, MAX_WORDS, _WORD_CHARS, _MIN_CHARS, _SURE_CHARS, _LONG_LINE_CHARS, _LINE_CHARS, _LEAST_LINES,
)  # fmt: skip

# A stop with what closes after it, before a capital and not after one (U.S., J. Smith); or a stop of
# a script that writes no spaces after it, or Devanagari's, Arabic's, Armenian's, Ethiopic's...
# The patterns begin with one set of characters, which is what makes a search quick. Only the last of several stops
# is tried, and nothing is tried twice, or a row of dots would take time quadratic in its length.
_STOPS, _WIDE_STOPS = ".!?…", "。！？｡．।॥۔؟։።"
_CLOSERS = "[\"'”’»›)\\]」』）】》]*+"
_SENTENCE = rf"(?<=[{_STOPS}])(?<![A-Z].)(?![{_STOPS}]){_CLOSERS}(?=\s++[^a-z])|(?<=[{_WIDE_STOPS}]){_CLOSERS}"
_CUT_BEGINS = rf"[{_STOPS}{_WIDE_STOPS}\n]"
_WRAPPED_CUT = rf"{_CUT_BEGINS}(?:{_SENTENCE}|(?<=\n)\s*(?=\n))"
_PARAGRAPH_CUT = rf"{_CUT_BEGINS}(?:{_SENTENCE}|(?<=\n))"
_LINE_CUT = r"\n"
_SPACE = re.compile(r"\s")
_ENDS_SENTENCE = rf"[{_STOPS}:{_WIDE_STOPS}]{_CLOSERS}\Z"
_compiled = cache(re.compile)  # what only some texts need: each takes some milliseconds


Block: TypeAlias = tuple[int, int, int, int, int]
"""Neighbouring paragraphs on their way to being a passage: start, end, words, first line, last."""


def split(extracted: ExtractedDocument) -> list[PassageSpan]:
    """The passages of a document, in order. `text` is `file[byte_start:byte_end]`, decoded."""
    text, decoded = extracted.text, extracted.decoded
    flat = with_newlines_in_place(text)
    by_lines = decoded is not None and is_stateful(decoded.encoding)
    line, before = extracted.line_offset + 1, 0
    sections = extracted.sections
    if decoded is not None and compiled is not None and len(sections) == 1:
        quickly = _of_lines(flat, line, sections[0], decoded)
        if quickly is not None:
            return quickly
    blocks: list[Block] = []
    homes: list[tuple[int, Section]] = []
    for section in sections:
        line += flat.count("\n", before, section.start)
        before = section.start
        blocks += _blocks(flat, section, line, by_lines)
        homes.append((len(blocks), section))
    if by_lines:
        blocks = [_without_return(text, block) for block in blocks]
    return _spans(blocks, homes, text, decoded)


def quick_finder(
    title: tuple[int, int, int], english: tuple[int, int, int, int]
) -> Callable[[bytes], _core.FoundPassages | None] | None:
    """What finds the title, language and passages of a text file (see _core.pyi); None without the part in C."""
    if compiled is None:
        return None
    return compiled.Finder(PassageSpan, _MEASURE, _divided, title, english).find


def _of_lines(
    flat: str, line: int, section: Section, decoded: DecodedText
) -> list[PassageSpan] | None:
    """The passages of a text whose every line is a paragraph, as most are; None where it may not be so."""
    start, end, heading, page, whole = section
    if (
        whole
        or start
        or end != len(flat)
        or decoded.encoding != "utf-8"
        or decoded.errors != "strict"
    ):
        return None
    return compiled.passages(
        flat, line, decoded.start, page, heading, PassageSpan, _MEASURE, _divided
    )


def _spans(
    blocks: list[Block],
    homes: list[tuple[int, Section]],
    text: str,
    decoded: DecodedText | None,
) -> list[PassageSpan]:
    new, kind = tuple.__new__, PassageSpan  # half the price of calling PassageSpan
    if decoded is not None and len(homes) == 1 and is_byte_per_character(decoded):
        mark, (_, _, heading, page, _) = decoded.start, homes[0][1]
        return [
            new(kind, (start, end, top, bottom, start + mark, end + mark, page, heading))
            for start, end, _, top, bottom in blocks
        ]
    places: Sequence[int]
    if decoded is None:
        places = [-1] * (2 * len(blocks))
    else:
        places = byte_offsets(decoded, [at for block in blocks for at in block[:2]])
        if decoded.encoding != "utf-8" or decoded.errors != "strict":
            places = _verified(blocks, places, text, decoded)
    spans: list[PassageSpan] = []
    first = 0
    for last, (_, _, heading, page, _) in homes:
        parts = zip(
            blocks[first:last],
            places[2 * first : 2 * last : 2],
            places[2 * first + 1 : 2 * last : 2],
            strict=True,
        )
        spans += [
            new(kind, (start, end, top, bottom, byte_start, byte_end, page, heading))
            for (start, end, _, top, bottom), byte_start, byte_end in parts
        ]
        first = last
    return spans


def _verified(
    blocks: list[Block], places: Sequence[int], text: str, decoded: DecodedText
) -> list[int]:
    """The byte offsets, -1 where those bytes alone do not decode to the passage.

    Some bytes cannot be read without what stands before them (a stateful encoding whose lines do
    not end in its first state): no citation is better than a wrong one.
    """
    data, how = decoded.data, (decoded.encoding, decoded.errors)
    checked: list[int] = []
    for block, start, end in zip(blocks, places[::2], places[1::2], strict=True):
        good = 0 <= start <= end and _is_text_of(data[start:end], text[block[0] : block[1]], how)
        checked += (start, end) if good else (-1, -1)
    return checked


def _is_text_of(data: bytes, text: str, how: tuple[str, str]) -> bool:
    try:
        return data.decode(*how) == text
    except UnicodeError:
        return False


def _without_return(text: str, block: Block) -> Block:
    start, end, words, top, bottom = block
    return (start, end - 1, words, top, bottom) if text[end - 1] == "\r" else block


# ------------------------------------------------------------------ lines to blocks


def _blocks(flat: str, section: Section, line: int, by_lines: bool) -> list[Block]:
    """One section's passages."""
    start, end, _, _, whole = section
    lines = _wrapped_lines(flat, start, end)
    if whole:
        merged = _merge_flow([(start, end)], flat, line, by_lines)
    elif lines:
        merged = _merge_flow(_paragraphs(lines, start), flat, line, by_lines)
    else:
        merged = _merge_lines(flat, start, end, line, by_lines)
    if not merged or max(map(_words_of, merged)) <= MAX_WORDS:
        return merged
    cut = _compiled(_LINE_CUT if by_lines else _WRAPPED_CUT if lines else _PARAGRAPH_CUT)
    blocks: list[Block] = []
    for block in merged:
        if block[2] <= MAX_WORDS:
            blocks.append(block)
        else:
            blocks += _divide(flat, block, cut, by_lines)
    return blocks


def _merge_lines(flat: str, start: int, end: int, line: int, by_lines: bool) -> list[Block]:
    """Blocks of about MIN_WORDS and more from text whose every line is a paragraph.

    A block goes on to the first line end after as many characters as the words must have. The
    search is the regular expression's, so that the work here is done once a passage, not once a
    line, and the words are counted only of a block that may have too many.
    """
    blocks: list[Block] = []
    spaced = flat.isascii() or flat.count(" ", start, end) * 14 > end - start
    pattern, least, sure = (
        (_SPACED, _MIN_CHARS, _SURE_CHARS) if spaced else (_DENSE, _MIN_CHARS // 2, 0)
    )
    at = start
    for match in pattern.finditer(flat, start, end):
        first, last = match.span()
        if by_lines:
            first = flat.rfind("\n", at, first) + 1 or at
            newline = flat.find("\n", first + len(flat[first:last].rstrip()), last)
            last = last if newline < 0 else newline
        elif flat[last - 1].isspace():
            last = first + len(flat[first:last].rstrip())
        line += 1 if first == at + 1 and at > start else flat.count("\n", at, first)
        bottom = line + flat.count("\n", first, last)
        size = last - first
        words = size // _WORD_CHARS + 1 if size <= sure else _words_in(flat[first:last])
        if size < least and words < MIN_WORDS and blocks and blocks[-1][2] + words <= MAX_WORDS:
            first, _, before, line, _ = blocks.pop()
            words += before
        blocks.append((first, last, words, line, bottom))
        at, line = last, bottom
    return blocks


def _merge_flow(
    paragraphs: list[tuple[int, int]], flat: str, line: int, by_lines: bool
) -> list[Block]:
    """Blocks of MIN_WORDS and more from paragraphs of one or several lines."""
    blocks: list[Block] = []
    first, words, before = -1, 0, paragraphs[0][0]
    for number, (start, end) in enumerate(paragraphs, 1):
        part = flat[start:end]
        words += _words_in(part)
        first = start if first < 0 else first
        if words < MIN_WORDS and number < len(paragraphs):
            continue
        line += flat.count("\n", before, first)
        before = first
        block = _kept(flat, first, end, words, line, by_lines)
        if block is not None and words < MIN_WORDS and blocks:
            last = blocks[-1]
            if last[2] + words <= MAX_WORDS:
                block = (last[0], block[1], last[2] + words, last[3], block[4])
                blocks.pop()
        if block is not None:
            blocks.append(block)
        first, words = -1, 0
    return blocks


def _words_of(block: Block) -> int:
    return block[2]


def _words_in(text: str) -> int:
    """A word is about two characters where words are not set apart, about eight in a long code."""
    words = text.count(" ") + text.count("\n") + 1
    if len(text) <= 14 * words:
        return words
    return max(words, len(text) // (8 if text.isascii() else 2))


def _wrapped_lines(flat: str, start: int, end: int) -> list[str]:
    """The lines, if they end where the page did, else nothing.

    Then most of them are about equally long, and none is much longer.
    """
    size = end - start
    if _LONG_LINE.search(flat, start, end) or size > _LINE_CHARS * (
        flat.count("\n", start, end) + 1
    ):
        return []
    lines = flat[start:end].split("\n")
    sizes = sorted(filter(None, map(len, lines)))
    if len(sizes) < _LEAST_LINES:
        return []
    width = sizes[len(sizes) * 9 // 10]
    near = sum(length >= width * 0.7 for length in sizes)
    wrapped = 24 <= width <= _LINE_CHARS and sizes[-1] <= 2 * width and 2 * near >= len(sizes)
    return lines if wrapped else []


def _paragraphs(lines: list[str], at: int) -> list[tuple[int, int]]:
    """The paragraphs of a wrapped text, as ranges of characters.

    One ends before a blank line, before an indented one, and where a line clearly shorter than the
    others ends a sentence.
    """
    sizes = sorted(filter(None, map(len, lines)))
    short = sizes[len(sizes) * 9 // 10] * 0.75
    ends_sentence = _compiled(_ENDS_SENTENCE)
    found: list[tuple[int, int]] = []
    first = at
    for this, after in zip(lines, [*lines[1:], ""], strict=True):
        at += len(this) + 1
        indented = after[:1].isspace() and not this[:1].isspace()
        closing = len(this) < short and ends_sentence.search(this.rstrip()) is not None
        if closing or indented or not after or after.isspace():
            found.append((first, at - 1))
            first = at
    return found


def _kept(flat: str, start: int, end: int, words: int, line: int, by_lines: bool) -> Block | None:
    """The block without the white space around it; None when there is nothing else."""
    part = flat[start:end]
    size = len(part)
    kept = part.strip()
    bottom = line + part.count("\n")
    if len(kept) == size:
        return (start, end, words, line, bottom) if size else None
    if not kept:
        return None
    head, tail = size - len(part.lstrip()), len(part.rstrip())
    if by_lines:
        newline = part.find("\n", tail)
        head, tail = part.rfind("\n", 0, head) + 1, size if newline < 0 else newline
    bottom -= part.count("\n", tail)
    return start + head, start + tail, words, line + part.count("\n", 0, head), bottom


# ------------------------------------------------------------------ long blocks to parts


def _divide(flat: str, block: Block, pattern: re.Pattern[str], by_lines: bool) -> list[Block]:
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


def _divided(text: str, words: int, line: int, bottom: int) -> list[Block]:
    """`_divide` for the part in C, which gives a block's own text, where every line is a paragraph."""
    return _divide(text, (0, len(text), words, line, bottom), _compiled(_PARAGRAPH_CUT), False)


def _nearest(flat: str, pattern: re.Pattern[str], ideal: int, low: int, high: int) -> int:
    """The end of the match nearest to `ideal` in `[low, high)`, or -1."""
    best = -1
    # Nearly always there is one close by, and a search takes as long as what it looks through.
    close = (high - low) // 5
    for first, last in ((max(low, ideal - close), min(high, ideal + close)), (low, high)):
        for match in pattern.finditer(flat, first, last):
            at = match.end()
            if best >= 0 and abs(at - ideal) >= abs(best - ideal):
                break
            best = at
        if best >= 0:
            break
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


def _trimmed(flat: str, cuts: list[int], line: int, by_lines: bool) -> list[Block]:
    """The parts between the cuts, without the white space around them, on their lines."""
    blocks: list[Block] = []
    for low, high in pairwise(cuts):
        block = _kept(flat, low, high, 0, line, by_lines)
        if block is not None:
            blocks.append(block)
        line += flat.count("\n", low, high)
    return blocks
