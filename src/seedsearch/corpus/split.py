"""Split a document into passages: paragraphs, with short ones merged and long ones cut at sentences.

A passage has about 60 to 250 words. Every character of a section that is not white space is in exactly one passage.
Passages are in order, do not overlap, and begin and end with characters that are not white space. In stateful
encodings only whole lines can be decoded; there, passages begin and end where lines do.

The rules are specified here. If the compiled core is installed, it does the same work (core/c/passages.c), except for
stateful encodings.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from seedsearch.analysis.language import LANGUAGES, language_of
from seedsearch.core import compiled
from seedsearch.corpus.decode import byte_offsets, byte_source, is_stateful
from seedsearch.corpus.encoded import LINE_CHARS
from seedsearch.corpus.mixed import text_in
from seedsearch.corpus.title import TITLE_RULES
from seedsearch.line_ends import with_newlines_in_place
from seedsearch.model import DecodedText, ExtractedDocument, PassageSpan, Section
from seedsearch.patterns import pattern
from seedsearch.record import NamedTuple

MIN_WORDS = 60
MAX_WORDS = 250
_PART_WORDS = 200  # parts aim below the maximum, since sentences do not end exactly there
_HARD_CUT = 2000  # characters without a space
# Where every line is a paragraph, words are not counted one by one. A passage ends at the line end after _LEAST_CHARS
# characters,
_WORD_CHARS = 6
_LEAST_CHARS = MIN_WORDS * _WORD_CHARS
# and a passage of at most _SURE_CHARS characters does not have too many words.
_SURE_CHARS = MAX_WORDS * 5
_WRAPPED_CHARS = 130  # in a line of a wrapped text, at most
_LEAST_LINES = 4  # non-empty lines that a wrapped text has at least

_STOPS, _WIDE_STOPS = ".!?…", "。！？｡．।॥۔؟։።"
_CLOSERS = "[\"'”’»›)\\]」』）】》]"
_SMALL = pattern(r"[a-z]")
_LINE_END = pattern(r"\n")
_SPACE = pattern(r"\s")
_NO_SPACE = pattern(r"\S")
# A run of stops with its closers ends a sentence before a capital (`closed`). Stops of scripts that write no space
# after them always end one, and so do the stops of Devanagari, Arabic, Armenian and Ethiopic.
_SENTENCE = (
    rf"(?P<stops>[{_STOPS}]++)(?P<closed>{_CLOSERS}*+(?=\s++[^a-z]))?+|[{_WIDE_STOPS}]{_CLOSERS}*+"
)
_IN_PARAGRAPH = pattern(_SENTENCE)
_IN_WRAPPED_PARAGRAPH = pattern(rf"{_SENTENCE}|\n(?P<blank>\s*(?=\n))?")
# Where a long block is cut, best first. A line shorter than a part is not cut, except in wrapped prose.
_IN_LINES = (_LINE_END,)
_IN_OTHERS = (_LINE_END, _IN_PARAGRAPH, _SPACE)
_IN_WRAPPED = (_IN_WRAPPED_PARAGRAPH, _LINE_END, _SPACE)
_ENDS_SENTENCE = pattern(rf"[{_STOPS}:{_WIDE_STOPS}]{_CLOSERS}*+\Z")


class Block(NamedTuple):
    """Neighbouring paragraphs that become a passage; `top` and `bottom` are the lines of the first and last
    character.
    """

    start: int
    end: int
    words: int
    top: int
    bottom: int


def _is_mark(code: int) -> bool:
    """Return whether a character is a combining mark, which belongs to the character before it."""
    return unicodedata.category(chr(code))[0] == "M"


_MEASURE = (
    MIN_WORDS, MAX_WORDS, _PART_WORDS, _HARD_CUT, _WORD_CHARS, _LEAST_CHARS, _SURE_CHARS, _WRAPPED_CHARS, _LEAST_LINES,
)  # fmt: skip
FINDER = (
    compiled.Finder(
        PassageSpan, _MEASURE, _is_mark, TITLE_RULES, LANGUAGES, LINE_CHARS, language_of
    )
    if compiled and LANGUAGES
    else None
)
"""Finds passages with the compiled core; None if it is not installed."""


def split(extracted: ExtractedDocument) -> list[PassageSpan]:
    """Return the passages of a document, in order. `text` is `file[byte_start:byte_end]`, decoded."""
    if extracted.spans:
        return list(extracted.spans)
    text, decoded = extracted.text, extracted.decoded
    flat = with_newlines_in_place(text)
    line, sections = extracted.line_offset + 1, tuple(extracted.sections)
    by_lines = decoded is not None and is_stateful(decoded.encoding)
    spans = None
    if FINDER is not None and not by_lines:
        spans = FINDER.passages(
            flat, sections, line, decoded and byte_source(decoded), *_places(extracted)
        )
    if spans is None:
        spans = _spans(flat, sections, line, by_lines)
        if by_lines:
            spans = [
                span._replace(end=span.end - 1) if text[span.end - 1] == "\r" else span
                for span in spans
            ]
        spans = _on_lines(spans, extracted)
    if decoded is not None and spans and spans[0].byte_start < 0:
        spans = _cited(spans, decoded)
    return spans


def _on_lines(spans: Sequence[PassageSpan], extracted: ExtractedDocument) -> list[PassageSpan]:
    """Map the lines of passages from the text to the file, if the document says which lines those are."""
    lines = extracted.lines
    if not lines:
        return list(spans)
    ends, moved = extracted.ends or lines, []
    for start, end, top, bottom, *rest in spans:
        first = lines[top - 1]
        last = max(first, ends[bottom - 1])
        steps = _steps(lines[top - 1 : bottom], last - first)
        # This costs a third of `_replace`, and there are many passages.
        moved.append(tuple.__new__(PassageSpan, (start, end, first, last, *rest[:-1], steps)))
    return moved


def _steps(lines: Sequence[int], further: int) -> str:
    """Return the `steps` of a passage whose lines are these lines of the file; "" if they can be told without.

    `further` is the number of lines of the file after the passage's first one.
    """
    told = int(further == len(lines) - 1)  # see Passage.line_after
    steps = [after - line for line, after in pairwise(lines)]
    return "" if steps.count(told) == len(steps) else " ".join(map(str, steps))


def _places(
    extracted: ExtractedDocument,
) -> tuple[array[int] | memoryview | None, array[int] | memoryview | None]:
    """Return the file's lines as the core takes them: arrays of 64-bit integers."""
    lines, ends = extracted.lines, extracted.ends
    if not lines:
        return None, None
    first = _as_array(lines)
    return first, _as_array(ends) if ends else first


def _as_array(numbers: Sequence[int]) -> array[int] | memoryview:
    return numbers if isinstance(numbers, (array, memoryview)) else array("q", numbers)


def _spans(flat: str, sections: Iterable[Section], line: int, by_lines: bool) -> list[PassageSpan]:
    """Return the passages without byte offsets."""
    spans: list[PassageSpan] = []
    before = 0
    for section in sections:
        line += flat.count("\n", before, section.start)
        before = section.start
        spans += [
            PassageSpan(block.start, block.end, block.top, block.bottom, -1, -1, section.page, section.heading)
            for block in _blocks(flat, section, line, by_lines)
        ]  # fmt: skip
    return spans


def _cited(spans: list[PassageSpan], decoded: DecodedText) -> list[PassageSpan]:
    """Return the passages with byte offsets. A passage whose bytes alone do not decode to its text gets none.

    Some bytes cannot be read without the bytes before them, as in a stateful encoding whose lines do not end in its
    first state. No citation is better than a wrong one.
    """
    data, text, encoding, errors = decoded[:4]
    places = byte_offsets(decoded, [at for span in spans for at in span[:2]])
    cited: list[PassageSpan] = []
    for span, start, end in zip(spans, places[::2], places[1::2], strict=True):
        passage = text[span.start : span.end]
        good = 0 <= start <= end and text_in(data[start:end], encoding, errors) == passage
        cited.append(span._replace(byte_start=start, byte_end=end) if good else span)
    return cited


# ------------------------------------------------------------------ lines to blocks


def _blocks(flat: str, section: Section, line: int, by_lines: bool) -> list[Block]:
    """Return the passages of one section."""
    start, end = section.start, section.end
    width = _wrapped_at(flat, start, end)
    if section.whole:
        merged = _merge_flow([(start, end)], flat, line, by_lines)
    elif width:
        merged = _merge_flow(_paragraphs(flat, start, end, width), flat, line, by_lines)
    else:
        merged = _merge_lines(flat, start, end, line, by_lines)
    # Lines of code are never cut, however they are wrapped.
    places = _IN_LINES if by_lines else _IN_WRAPPED if width and not section.whole else _IN_OTHERS
    blocks: list[Block] = []
    for block in merged:
        blocks += [block] if block.words <= MAX_WORDS else _divide(flat, block, places, by_lines)
    return blocks


def _merge_lines(flat: str, start: int, end: int, line: int, by_lines: bool) -> list[Block]:
    """Return blocks of about MIN_WORDS or more from text whose every line is a paragraph."""
    spaced = flat.isascii() or flat.count(" ", start, end) * 14 > end - start
    least, sure = (_LEAST_CHARS, _SURE_CHARS) if spaced else (_LEAST_CHARS // 2, 0)
    blocks: list[Block] = []
    at = start
    while first := _NO_SPACE.search(flat, at, end):
        stop = flat.find("\n", first.start() + least, end)
        stop = end if stop < 0 else stop
        if block := _kept(flat, at, stop, 0, line, by_lines):
            size = block.end - block.start
            words = (
                size // _WORD_CHARS + 1
                if size <= sure
                else _words_in(flat[block.start : block.end])
            )
            _follow(blocks, block._replace(words=words), size < least and words < MIN_WORDS)
        line += flat.count("\n", at, stop)
        at = stop
    return blocks


def _merge_flow(
    paragraphs: Iterable[tuple[int, int]], flat: str, line: int, by_lines: bool
) -> list[Block]:
    """Return blocks of MIN_WORDS or more from paragraphs of one or several lines."""
    blocks: list[Block] = []
    first, words, before = -1, 0, -1
    last = max(end for _, end in paragraphs)
    for start, end in paragraphs:
        words += _words_in(flat[start:end])
        first = start if first < 0 else first
        if words < MIN_WORDS and end < last:
            continue
        line += flat.count("\n", before, first) if before >= 0 else 0
        before = first
        if block := _kept(flat, first, end, words, line, by_lines):
            _follow(blocks, block, words < MIN_WORDS)
        first, words = -1, 0
    return blocks


def _follow(blocks: list[Block], block: Block, is_short: bool) -> None:
    """Append a block. A short one joins the block before it, unless both together are too long."""
    if is_short and blocks and blocks[-1].words + block.words <= MAX_WORDS:
        last = blocks.pop()
        block = Block(last.start, block.end, last.words + block.words, last.top, block.bottom)
    blocks.append(block)


def _words_in(text: str) -> int:
    """Estimate the words: about two characters each where words are not spaced, about eight in long codes."""
    words = text.count(" ") + text.count("\n") + 1
    if len(text) <= 14 * words:
        return words
    return max(words, len(text) // (8 if text.isascii() else 2))


def _wrapped_at(flat: str, start: int, end: int) -> int:
    """Return the width in characters at which the lines are wrapped, or 0 if they are not.

    In wrapped text most lines are about equally long, none is much longer, and at least a third begin in the middle
    of a sentence: with a small letter, or with a character beyond ASCII. (In text of capitals alone this cannot be
    seen.) Lines of logs do not, nor do lines of code that end with one of `;{}/`, nor table rows with wide gaps.
    """
    sizes = list(map(len, flat[start:end].split("\n")))
    long = max(sizes[1:], default=0) > 2 * _WRAPPED_CHARS
    if long or end - start > _WRAPPED_CHARS * len(sizes):
        return 0
    filled = sorted(filter(None, sizes))
    if len(filled) < _LEAST_LINES:
        return 0
    width = filled[len(filled) * 9 // 10]
    near = sum(size >= width * 0.7 for size in filled)
    wrapped = 24 <= width <= _WRAPPED_CHARS and filled[-1] <= 2 * width and 2 * near >= len(filled)
    return width if wrapped and _reads_on(flat[start:end], len(filled)) else 0


def _reads_on(text: str, lines: int) -> bool:
    """Return whether at least a third of the lines begin in the middle of a sentence."""
    return 3 * sum(map(_is_read_on, text.split("\n"))) >= lines or _SMALL.search(text) is None


def _is_read_on(line: str) -> bool:
    line = line.lstrip(" \t>").rstrip(" \t")
    is_small = line[:1] > "\x7f" or "a" <= line[:1] <= "z"
    return is_small and line[-1] not in ";{}/" and "   " not in line and "\t" not in line


def _paragraphs(flat: str, start: int, end: int, width: int) -> list[tuple[int, int]]:
    """Return the paragraphs of a text wrapped at `width`, as ranges of characters."""
    found: list[tuple[int, int]] = []
    first = at = start
    for line, after in pairwise([*flat[start:end].split("\n"), ""]):
        at += len(line) + 1
        if _ends_paragraph(line, after, width):
            found.append((first, at - 1))
            first = at
    return found


def _ends_paragraph(line: str, after: str, width: int) -> bool:
    """Return whether a paragraph ends with this line.

    It does before a blank or an indented line, and where a line clearly shorter than the others ends a sentence.
    """
    if not after or after.isspace() or (after[0].isspace() and not line[:1].isspace()):
        return True
    return len(line) < width * 0.75 and _ENDS_SENTENCE.search(line.rstrip()) is not None


def _kept(flat: str, start: int, end: int, words: int, line: int, by_lines: bool) -> Block | None:
    """Return the block without surrounding white space, or None if nothing is left. `line` is the line of `start`."""
    part = flat[start:end]
    head, tail = len(part) - len(part.lstrip()), len(part.rstrip())
    if not tail:
        return None
    if by_lines:
        newline = part.find("\n", tail)
        head, tail = part.rfind("\n", 0, head) + 1, len(part) if newline < 0 else newline
    top, bottom = line + part.count("\n", 0, head), line + part.count("\n", 0, tail)
    return Block(start + head, start + tail, words, top, bottom)


# ------------------------------------------------------------------ long blocks to parts


def _divide(
    flat: str, block: Block, patterns: Iterable[re.Pattern[str]], by_lines: bool
) -> list[Block]:
    """Cut a long block into about equal parts, at the line or sentence ends nearest to the ideal places."""
    parts = -(-block.words // _PART_WORDS)
    size = (block.end - block.start) / parts
    cuts = [block.start]
    for number in range(1, parts):
        ideal = block.start + int(size * number)
        low, high = max(cuts[-1] + 1, ideal - int(size / 2)), min(ideal + int(size / 2), block.end)
        places = (_good_cuts(flat, pattern, low, high) for pattern in patterns)
        # the nearest place of the first pattern that has one
        nearest = (min(own, key=lambda at: abs(at - ideal), default=-1) for own in places)
        cut = next((cut for cut in nearest if cut >= 0), -1)
        if cut > cuts[-1]:
            cuts.append(cut)
    cuts.append(block.end)
    if not by_lines:
        cuts = _hard_cuts(flat, cuts)
    return _trimmed(flat, cuts, block.top, by_lines)


def _good_cuts(flat: str, pattern: re.Pattern[str], low: int, high: int) -> Iterator[int]:
    """Yield the places in `(low, high]` where a sentence, a line or a word ends by the pattern."""
    for match in pattern.finditer(flat, low, high):
        found = match.groupdict()
        if found.get("stops"):
            # One stop after a capital ends no sentence: U.S., J. Smith.
            initial = len(found["stops"]) == 1 and "A" <= flat[match.start() - 1] <= "Z"
            if found["closed"] is None or initial:
                continue
        elif "blank" in found and match[0][0] == "\n" and found["blank"] is None:
            continue  # in wrapped text a line ends where the page did
        yield match.end()


def _hard_cuts(flat: str, cuts: list[int]) -> list[int]:
    """Add cuts where too many characters come without a space."""
    result = cuts[:1]
    for cut in cuts[1:]:
        while cut - result[-1] > _HARD_CUT:
            at = result[-1] + _HARD_CUT
            space = flat.rfind(" ", at - _HARD_CUT // 2, at)
            result.append(space if space > 0 else _before_cluster(flat, at))
        result.append(cut)
    return result


def _before_cluster(flat: str, at: int) -> int:
    """Return the cut moved before a character and its combining marks, up to 32 characters back."""
    for back in range(32):
        here, previous = flat[at - back], flat[at - back - 1]
        joined = here in "\u200d\ufe0f" or previous == "\u200d" or "\udc00" <= here <= "\udfff"
        if not joined and not _is_mark(ord(here)):
            return at - back
    return at


def _trimmed(flat: str, cuts: list[int], line: int, by_lines: bool) -> list[Block]:
    """Return the parts between the cuts, without surrounding white space, on their lines."""
    blocks: list[Block] = []
    for low, high in pairwise(cuts):
        block = _kept(flat, low, high, 0, line, by_lines)
        if block is not None:
            blocks.append(block)
        line += flat.count("\n", low, high)
    return blocks
