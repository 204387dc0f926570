"""Read the text of a wiki (MediaWiki): a section for each heading, without the marks of links, tables and notes."""

from __future__ import annotations

import os
import re
from functools import partial

from seedsearch.corpus.formats.outline import Mark, Outline, after_line, in_markdown, outlined
from seedsearch.corpus.found import Extracted
from seedsearch.model import SourceFile
from seedsearch.patterns import pattern

HEADING = pattern(r"^(={1,6})[ \t]*+([^\r\n]{1,300}?)[ \t]*\1[ \t\r]*$", re.MULTILINE)

_COMMENT = pattern(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_WIKI_NOTE = pattern(
    r"(?:<ref\b[^<>\n]{0,200}+(?<!/)>|\{\{(?:[cs]fn|sfnp|efn|refn"
    r"|notetag|r|rp|fact|cn|citation needed|dead link|clarify|when|who)"
    r"(?=[|}]))((?:(?!</?ref\b|\{\{|\}\})[^\n]|\{\{[^{}\n]{0,1000}+\}\}){0,3000}+)(?:</ref>|\}\})"
    r"|<ref\b[^<>\n]{0,200}+/>"
)
_WIKI_MARKS = (
    (
        "<",
        pattern(
            r"</?(?:nowiki|ref|small|big|span|center|code|b|i|u|s|includeonly|noinclude)\b[^<>\n]{0,200}+>"
        ),
        "",
    ),
    ("<", pattern(r"<br\b[^<>\n]{0,200}+>"), " "),
    ("''", pattern(r"'{2,5}+"), ""),
    # A picture's caption is the last of its parts.
    (
        ":",
        pattern(
            r"\[\[[^][|:\n]{1,100}+:[^][|\n]{1,300}+(?:\|(?:[^][|\n]|\[\[[^][\n]{0,200}+\]\]){0,1000}+){0,9}?"
            r"\|((?:[^][|\n]|\[\[[^][\n]{0,200}+\]\]){0,1000}+)\]\]"
        ),
        r" \1 ",
    ),
    ("[[", pattern(r"\[\[(?:[^][|\n]{0,300}+\|)?([^][\n]{0,1000}+)\]\]"), r"\1"),
    ("|", pattern(r"^(?:\{\||\|[-}])[^\n]*+", re.MULTILINE), ""),
    ("=", pattern(r"^[|!][^][|\n=]{1,60}+=\s*+\"[^|\n]{0,300}+\|(?!\|)", re.MULTILINE), "| "),
    ("__", pattern(r"__[A-Z]{3,30}+__"), ""),
)


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the one document of a file. Raise Skip if it is not text or is blank."""
    yield outlined(file, data, "text/x-wiki", partial(_outline, file.path), in_mediawiki)


def _outline(path: str, text: str) -> Outline:
    marks = [Mark(said.start(), said[2].strip(), len(said[1])) for said in HEADING.finditer(text)]
    return Outline(marks, title=os.path.splitext(os.path.basename(path))[0])


def in_mediawiki(text: str) -> str:
    """Return the text of a wiki without comments and marks of links, emphasis and tables. Notes follow their lines."""
    if "<!--" in text:
        text = _COMMENT.sub(lambda said: "\n" * said[0].count("\n"), text)
    if "<ref" in text or "{{" in text:
        text = "\n".join([after_line(line, _WIKI_NOTE) for line in text.split("\n")])
    for mark, found, instead in _WIKI_MARKS:
        if mark in text:
            text = found.sub(instead, text)
    return in_markdown(text)
