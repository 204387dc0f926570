"""The cited line of a word holds that word in the file, in formats whose text has other lines than the file."""

from __future__ import annotations

import email.policy
import re
from email.message import EmailMessage
from itertools import accumulate, count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch import open_index
from seedsearch.corpus import split as splitting
from seedsearch.corpus.split import split
from seedsearch.line_ends import LINE_END
from seedsearch.model import Document, ExtractedDocument, Passage, Section

# Markup and line ends as pages have them, but for cells, which share a line of the text.
BITS = st.sampled_from([
    *("WORD ", "WORD ", " ", "\n", "\n\n", "\n\n\n\n", "\r\n", "&amp;\n", "&#8212;"),
    *("<p>", "</p>\n", "<div>", "</div>", "<br>", "<b>", "</b>", "<h2>", "</h2>", "<ul>\n<li>", "<li>"),
    *("<!-- a\nb -->\n", "<script>\n1\n2</script>\n", "<style>\n</style>\n", "<pre>", "</pre>\n"),
])  # fmt: skip
LONG = "The harbour was closed for the winter and no ship came in. "


def with_words(bits: list[str]) -> tuple[str, list[str]]:
    """Return the bits joined, with a word of its own for each WORD, and these words."""
    numbers = count()
    text = re.sub("WORD", lambda _: f"qw{next(numbers)}x", "".join(bits))
    return text, re.findall(r"qw\d+x", text)


def cited(files: dict[str, bytes], words: list[str]) -> list[tuple[str, str, int]]:
    """Index files, and return each word that is found, its file and the line that is cited."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for path, data in files.items():
            (folder / path).write_bytes(data)
        with open_index(folder, create=True) as index:
            index.update(folder, jobs=1)
            hits = [
                (word, hit) for word in words for hit in index.search(f"={word}", limit=None).hits
            ]
        return [(word, hit.passage.document.path, hit.line) for word, hit in hits]


def check(files: dict[str, bytes], words: list[str], least: int) -> None:
    found = cited(files, words)
    assert len({word for word, _, _ in found}) >= least
    for word, path, line in found:
        lines = LINE_END.split(files[path].decode())
        assert word in lines[line - 1], (word, line)


@settings(max_examples=60, deadline=None)
@given(st.lists(BITS, max_size=60))
def test_a_word_of_a_page_is_on_the_line_that_is_cited(bits: list[str]) -> None:
    page, words = with_words(["WORD ", LONG, *bits, "\n\n<p>WORD "])
    data = f"<!doctype html>\n<title>t</title>\n<body>\n{page}\n</body>"
    check({"a.html": data.encode()}, words, 2)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=40), st.booleans())
def test_merged_segments_keep_the_lines(gaps: list[int], many: bool) -> None:
    files, words = {}, []
    for file in range(3 if many else 1):
        own = [f"qw{file}x{n}x" for n in range(len(gaps))]
        blocks = (
            f"<p>{word}{chr(10) * gap}<!-- -->\n" for word, gap in zip(own, gaps, strict=True)
        )
        files[f"{file}.html"] = "".join(blocks).encode()
        words += own
    check(files, words, len(words))


@pytest.mark.parametrize("transfer", ["quoted-printable", "base64", "8bit"])
def test_words_of_an_encoded_message(transfer: str) -> None:
    message = EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = "Port"
    words = [f"qw{n}x" for n in range(12)]
    lines = [f"{word} é {LONG * (n % 3)}" for n, word in enumerate(words)]
    message.set_content("\n\n".join(lines), cte=transfer)
    data = message.as_bytes()
    if transfer == "base64":  # no line of the file has the words as such
        assert cited({"a.eml": data}, words)
        return
    check({"a.eml": data.replace(b"\r\n", b"\n")}, words, len(words))


LINES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 300)), min_size=1, max_size=60)


@settings(max_examples=300, deadline=None)
@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.booleans())
def test_the_steps_lead_to_the_line_of_each_line(
    parts: list[tuple[int, int]], newline: str, go_on: bool, compiled: bool
) -> None:
    """The readers' lines, whatever they are, come back from the passages; the core and its twin agree."""
    texts = [f"w{n} " + "coal " * (size % 90) for n, (_, size) in enumerate(parts)]
    lines = list(accumulate((step for step, _ in parts), initial=1))[1:]
    text = newline.join(texts)
    known = ExtractedDocument(
        Document("a", "a", "utf-8"), text, (Section(0, len(text)),), None, lines=lines,
        ends=[line + size % 2 for line, (_, size) in zip(lines, parts, strict=True)] if go_on else (),
    )  # fmt: skip
    finder = splitting.FINDER
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splitting, "FINDER", finder if compiled else None)
        spans = split(known)
    for span in spans:
        own = text[span.start : span.end]
        passage = Passage(
            known.document, 0, own, span.line_start, span.line_end, None, None, steps=span.steps
        )
        first = len(LINE_END.findall(text[: span.start]))
        ends = len(LINE_END.findall(own))
        told = [passage.line_after(number) for number in range(ends + 1)]
        assert told == lines[first : first + ends + 1]
    patched = [span.steps for span in spans]
    assert patched == [span.steps for span in split(known)]
