r"""Make sections of the headings and blocks of code in a text, and show what its marks mean.

No passage crosses a section. Marks inside words are replaced by what they mean on the finished page: caf&eacute;,
H~2~O, **un**seen, re\ *made*. The rest of the text stays the file's own, and so does each line's number. Other marks
(`*`, links) stand between words, where the tokenizer knows them. Each pattern is bounded, so that its time is linear
in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from seedsearch.corpus.formats.superscripts import WORD_CHARS, is_note
from seedsearch.corpus.formats.text import begun, decoded_of
from seedsearch.corpus.mixed import with_other_lines
from seedsearch.corpus.title import title_of
from seedsearch.model import DecodedText, ExtractedDocument, Section, SourceFile
from seedsearch.patterns import pattern
from seedsearch.record import NamedTuple

Shown = Callable[[str], str]
"""Returns a stretch of text as it is shown. The stretch has no block of code, and its lines keep their numbers."""

_ENTITY = pattern(
    r"(`++)[^`\n]*+\1|&(#[0-9]{1,7}+|#[xX][0-9A-Fa-f]{1,6}+|[A-Za-z][A-Za-z0-9]{1,31}+);"
)
_SMALL = pattern(
    r"(?<=[^\W_])(?:([~^])(?P<plain>[0-9A-Za-z+-]{1,8}+)\1|<(su[bp])>(?P<tagged>[^<>\s]{1,8}+)</\3>)"
)

LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n|\Z)")
"""A line with its end. An empty match comes last."""

_LEAST_WORDS = 12
"""A section of fewer words is too short to search: it is joined to the next one."""


class Mark(NamedTuple):
    """The beginning of something at a character.

    It is a section under a heading (`level` 1 or more) or, if `code` is not None, a block of code or the text after
    one.
    """

    at: int
    heading: str = ""
    level: int = 0
    code: bool | None = None


def laid_out(text: str, marks: Iterable[Mark], begin: int = 0) -> tuple[Section, ...]:
    """Return the sections of a text: the text under each heading, and each block of code as a whole.

    A heading with almost no text is joined to the one below it, as `Above › Below`. The text before `begin` (facts
    about the document) is joined to the text after it.
    """
    under: list[_Under] = [_Under(0, Mark(begin), [])]
    for mark in marks:
        above = under[-1]
        if not mark.level:
            above.blocks.append(mark)
        elif not above.blocks and _is_bare(text, above.mark, mark):
            heading = above.mark.heading
            heading = f"{heading} › {mark.heading}" if heading else mark.heading
            under[-1] = _Under(above.start, mark._replace(heading=heading), [])
        else:
            under.append(_Under(mark.at, mark, []))
    ends = [part.start for part in under[1:]] + [len(text)]
    sections: list[Section] = []
    for part, end in zip(under, ends, strict=True):
        sections += _with_blocks(text, part, end)
    return tuple(sections)


class _Under(NamedTuple):
    """The text under a heading, from `start` on: the heading's mark, and the marks of its code."""

    start: int
    mark: Mark
    blocks: list[Mark]


def _is_bare(text: str, above: Mark, below: Mark) -> bool:
    return below.level > above.level and _is_little(text, above.at, below.at)


def _with_blocks(text: str, part: _Under, end: int) -> list[Section]:
    """Return the sections of one heading's text, cut around its blocks of code.

    A few words before or after a block, which introduce or end it, stay with it.
    """
    found: list[Section] = []
    heading = part.mark.heading
    start, whole = part.start, False
    for block in (*part.blocks, Mark(end, code=False)):
        little = not whole and _is_little(text, start, block.at)
        if block.at <= start or (little and block.code):
            pass
        elif little and found:
            found[-1] = found[-1]._replace(end=block.at)
            start = block.at
        else:
            found.append(Section(start, block.at, heading, 0, whole))
            start = block.at
        whole = bool(block.code)
    return found


def _is_little(text: str, start: int, end: int) -> bool:
    part = text[start : min(end, start + 20 * _LEAST_WORDS)]
    if end - start > len(part):
        return False
    return (len(part.split()) if part.isascii() else len(part) // 3) < _LEAST_WORDS


def without(sections: Iterable[Section], gaps: Iterable[tuple[int, int]]) -> tuple[Section, ...]:
    """Return the sections without some ranges of the text. The ranges ascend and do not overlap."""
    found: list[Section] = []
    waiting = list(gaps)[::-1]
    for section in sections:
        start = section.start
        while waiting and waiting[-1][0] < section.end:
            low, high = waiting[-1]
            if low > start:
                found.append(section._replace(start=start, end=low))
            start = max(start, min(high, section.end))
            if high > section.end:
                break
            waiting.pop()
        if start < section.end or start == section.start:
            found.append(section._replace(start=start))
    return tuple(found)


class Outline(NamedTuple):
    """The marks of a text: headings and blocks of code, with the ranges of commands, the title and the facts."""

    marks: Sequence[Mark]
    gaps: Sequence[tuple[int, int]] = ()
    title: str = ""
    fields: Sequence[tuple[str, str]] = ()
    begin: int = 0


def outlined(
    file: SourceFile, data: bytes, media_type: str, read: Callable[[str], Outline], shown: Shown
) -> ExtractedDocument:
    """Return the one document of a text with headings. Raise Skip if it is not text or is blank.

    Where text outside of code is `shown` differently, it is read so. Passages with such lines have no byte range.
    """
    decoded = decoded_of(file, data)
    cited: DecodedText | None = decoded
    text = decoded.text
    outline = read(text)
    as_shown = with_shown(text, _code(outline.marks, len(text)), shown)
    if as_shown != text:
        text, outline = as_shown, read(as_shown)
        cited = with_other_lines(decoded, text)
    marks, gaps, title, fields, begin = outline
    title = title or next((mark.heading for mark in marks if mark.heading), "")
    stated = tuple(field for field in fields if field[1])
    document = begun(file.path, title or title_of(text), decoded, media_type, stated)
    sections = laid_out(text, marks, begin)
    return ExtractedDocument(document, text, without(sections, gaps) if gaps else sections, cited)


def _code(marks: Iterable[Mark], end: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the blocks of code."""
    start = -1
    for mark in marks:
        if mark.code and start < 0:
            start = mark.at
        elif mark.code is False and start >= 0:
            yield start, mark.at
            start = -1
    if start >= 0:
        yield start, end


# ------------------------------------------------------------------ marks inside words


def with_shown(text: str, code: Iterable[tuple[int, int]], shown: Shown) -> str:
    """Return the text as it is shown, without a change in the ranges of code."""
    return "".join(_stretches(text, code, shown))


def _stretches(text: str, code: Iterable[tuple[int, int]], shown: Shown) -> Iterator[str]:
    at = 0
    for start, end in code:
        yield shown(text[at:start])
        yield text[start:end]
        at = end
    yield shown(text[at:])


def in_markdown(text: str) -> str:
    """Return Markdown with letters for entities, and without marks of lowered and raised letters in words."""
    return _small(_entities(text))


def after_line(line: str, mark: re.Pattern[str]) -> str:
    """Return a line with its footnotes after it, in parentheses, where they break no phrase."""
    notes = [note.strip("| ").replace("|", " ") for note in mark.findall(line)]
    said = mark.sub("", line).rstrip("\r")
    return said + "".join(f" ({note})" for note in notes if note) + line[len(line.rstrip("\r")) :]


def content(match: re.Match[str]) -> str:
    """Return what is inside of marks: the named group that has matched."""
    return next(filter(None, match.groupdict().values()), "")


def _entities(text: str) -> str:
    return _ENTITY.sub(_letter, text) if "&" in text else text


def _letter(match: re.Match[str]) -> str:
    if match[1]:  # code
        return match[0]
    from seedsearch.corpus.formats.markup import meant  # most texts have none: start-up time

    letter = meant(match[0])
    return letter if letter.isprintable() else " "


def _small(text: str) -> str:
    return _SMALL.sub(raised, text) if "~" in text or "^" in text or "<su" in text else text


def raised(match: re.Match[str]) -> str:
    """Return a lowered or raised text as a part of its word, but not the number of a note."""
    before = match.string[max(0, match.start() - WORD_CHARS) : match.start()]
    inner = content(match)
    is_lowered = match[0].startswith(("~", "_", "<sub"))
    return match[0] if not is_lowered and is_note(before, inner, linked=False) else inner
