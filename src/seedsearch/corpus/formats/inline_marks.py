"""Replace marks inside words by what they mean on the finished page: caf&eacute;, H~2~O, **un**seen, re\\ *made*.

The rest of the text stays the file's own, and so does each line's number. Other marks (`*`, links) stand between words,
where the tokenizer knows them. Each pattern is bounded, so that its time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from seedsearch.corpus.formats.superscripts import WORD_CHARS, is_note
from seedsearch.patterns import pattern

Shown = Callable[[str], str]
"""Returns a stretch of text as it is shown. The stretch has no block of code, and its lines keep their numbers."""

_ENTITY = pattern(
    r"(`++)[^`\n]*+\1|&(#[0-9]{1,7}+|#[xX][0-9A-Fa-f]{1,6}+|[A-Za-z][A-Za-z0-9]{1,31}+);"
)
_SMALL = pattern(
    r"(?<=[^\W_])(?:([~^])(?P<plain>[0-9A-Za-z+-]{1,8}+)\1|<(su[bp])>(?P<tagged>[^<>\s]{1,8}+)</\3>)"
)
_UNCONSTRAINED = pattern(
    r"(?<=[^\W_])(\*\*|__|``|##)(?P<inner>[^\s*_`#][^\n*_`#]{0,80}?)\1"
    r"|(?<![\w*_`#])(\*\*|__|``|##)(?P<first>[^\s*_`#][^\n*_`#]{0,80}?)\3(?=[^\W_])"
)
_NOTE = pattern(r"footnote(?:ref)?:[\w-]{0,40}+\[((?:[^\[\]\n]|\[[^\[\]\n]{0,200}+\]){0,2000}+)\]")
_APART = pattern(r"\u200b([*/_=~+])(?P<inner>[^\s\u200b][^\n\u200b]{0,80}?)\1\u200b")
_LOWERED = pattern(r"(?<=[^\W_])[_^]\{(?P<inner>[0-9A-Za-z+-]{1,8}+)\}")
_ROLE = pattern(
    r"\\ (?::[\w-]{1,40}+:`(?P<role>[^`\n]{1,80}+)`|(\*{1,2}+|`{1,2}+)(?P<inner>[^\s*`\\][^*`\n]{0,80}+)\2)(?:\\ )?+"
    r"|(?<![\w\\])(\*{1,2}+|`{1,2}+)(?P<first>[^\s*`\\][^*`\n]{0,80}+)\4\\ "
    r"|:[\w-]{1,40}+:`(?P<named>[^`\n]{1,80}+)`\\ "
)


def in_markdown(text: str) -> str:
    """Return Markdown with letters for entities, and without marks of lowered and raised letters in words."""
    return _small(_entities(text))


def in_asciidoc(text: str) -> str:
    """Return AsciiDoc without marks inside words and with letters for entities."""
    if "**" in text or "__" in text or "``" in text or "##" in text:
        text = _UNCONSTRAINED.sub(_content, text)
    if "footnote" in text:
        text = "\n".join(map(after_line, text.split("\n")))
    return _small(_entities(text))


def after_line(line: str, mark: re.Pattern[str] = _NOTE) -> str:
    """Return a line with its footnotes after it, in parentheses, where they break no phrase."""
    notes = [note.strip("| ").replace("|", " ") for note in mark.findall(line)]
    said = mark.sub("", line).rstrip("\r")
    return said + "".join(f" ({note})" for note in notes if note) + line[len(line.rstrip("\r")) :]


def in_org(text: str) -> str:
    """Return Org without marks inside words, which invisible spaces set apart."""
    if "\u200b" in text:
        text = _APART.sub(_content, text)
    return _LOWERED.sub(_raised, text) if "{" in text else text


def in_rst(text: str) -> str:
    r"""Return reStructuredText without marks inside words, which `\ ` sets apart."""
    return _ROLE.sub(_content, text) if "\\ " in text else text


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


def _content(match: re.Match[str]) -> str:
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
    return _SMALL.sub(_raised, text) if "~" in text or "^" in text or "<su" in text else text


def _raised(match: re.Match[str]) -> str:
    """Return a lowered or raised text as a part of its word, but not the number of a note."""
    before = match.string[max(0, match.start() - WORD_CHARS) : match.start()]
    content = _content(match)
    is_lowered = match[0].startswith(("~", "_", "<sub"))
    return match[0] if not is_lowered and is_note(before, content, linked=False) else content
