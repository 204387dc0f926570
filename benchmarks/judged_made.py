"""Make judged sets from other texts, so that the ranking is not tuned on a few collections.

`python -m benchmarks.judged_made ARTICLES TARGET [SOURCES]` takes a folder of articles (a title line, then
paragraphs) and a folder of Python sources (default: the standard library). It writes one judged set a folder: titles
and first sentences with their articles, paragraphs with the rest of their articles, sentences with sentences of the
same article or with messages about it, titles with first sentences, and comments with functions. The query text is
removed from its documents. Every run gives the same sets.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import re
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

QUERIES = 300
ARTICLES = 5_000
SENTENCES = 6  # of an article; each is a document
LEAST, MOST = 30, 400  # characters of a sentence that is a document or a query
FUNCTIONS = 7_000
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


class Article(NamedTuple):
    """A title and paragraphs."""

    name: str
    title: str
    paragraphs: list[str]

    def sentences(self) -> list[str]:
        """Return its sentences, without the title."""
        return _SENTENCE_END.split(" ".join(self.paragraphs))


class Asked(NamedTuple):
    """Documents (id, title, text), and the query that they answer, or ""."""

    query: str
    documents: list[tuple[str, str, str]]


def articles(folder: Path) -> Iterator[Article]:
    """Yield articles of a folder, drawn at random."""
    files = sorted(folder.rglob("*.txt"))
    random.Random(1).shuffle(files)
    for file in files[: 2 * ARTICLES]:
        title, *paragraphs = filter(str.strip, file.read_text("utf-8").splitlines())
        if len(paragraphs) > 1:
            yield Article(file.stem, title, paragraphs)


def titles(article: Article) -> Asked:
    """Query: the title. Document: the article without it."""
    return Asked(article.title, [(article.name, "", " ".join(article.paragraphs))])


def first_sentences(article: Article) -> Asked:
    """Query: the first sentence. Document: the article without it."""
    first, *others = article.sentences()
    return Asked(first if others else "", [(article.name, article.title, " ".join(others))])


def paragraphs(article: Article) -> Asked:
    """Query: a long paragraph. Documents: the other paragraphs of its article."""
    first, *others = [text for text in article.paragraphs if len(text) >= MOST] or [""]
    return Asked(first if others else "", _numbered(article, "", others))


def sentences(article: Article) -> Asked:
    """Query: a sentence. Documents: the sentences before it, each with the article's title."""
    usual = [text for text in article.sentences() if LEAST <= len(text) <= MOST]
    asked = usual[SENTENCES] if len(usual) > SENTENCES else ""
    return Asked(asked, _numbered(article, article.title, usual[:SENTENCES]))


def untitled_sentences(article: Article) -> Asked:
    """As `sentences`, without titles."""
    asked, documents = sentences(article)
    return Asked(asked, [(name, "", text) for name, _, text in documents])


def claims(article: Article) -> Asked:
    """Query: the first sentence. Documents: the next sentences, without the title."""
    first, *others = article.sentences()
    usual = [text for text in others if LEAST <= len(text) <= MOST][:SENTENCES]
    is_usual = LEAST <= len(first) <= MOST and len(usual) == SENTENCES
    return Asked(first if is_usual else "", _numbered(article, "", usual))


def headlines(article: Article) -> Asked:
    """Query: the title. Documents: the first sentences, without it."""
    return Asked(article.title, _numbered(article, "", article.sentences()[:2]))


def threads(article: Article) -> Asked:
    """Query: a sentence. Documents: messages about the title, each with a sentence and the one that it replies to."""
    usual = [text for text in article.sentences() if LEAST <= len(text) <= MOST]
    texts = usual[:1] + [f"> {one}\n\n{other}" for one, other in pairwise(usual[:SENTENCES])]
    asked = usual[SENTENCES] if len(usual) > SENTENCES else ""
    return Asked(asked, _numbered(article, f"Re: {article.title}", texts))


def _numbered(article: Article, title: str, texts: list[str]) -> list[tuple[str, str, str]]:
    return [(f"{article.name}.{n}", title, text) for n, text in enumerate(texts)]


def functions(folder: Path) -> Iterator[Asked]:
    """Query: the first paragraph of a docstring. Document: the function without it."""
    seen: set[str] = set()
    files = sorted(folder.rglob("*.py"))
    random.Random(1).shuffle(files)
    for file in files:
        try:
            tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef):
                continue
            comment = " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())
            if LEAST <= len(comment) <= MOST and comment not in seen and len(node.body) > 1:
                seen.add(comment)
                del node.body[0]
                yield Asked(comment, [(f"f{len(seen)}", "", ast.unparse(node))])
        if len(seen) >= FUNCTIONS:
            return


def write(folder: Path, found: Iterable[Asked]) -> None:
    """Write a judged set: the first queries, and all documents."""
    documents, queries, judgements = [], [], []
    for asked, own in found:
        documents += [{"id": name, "title": title, "text": text} for name, title, text in own]
        if asked and own and len(queries) < QUERIES:
            query = str(len(queries))
            queries.append({"id": query, "text": asked})
            judgements += [f"{query}\t{name}\t1" for name, _, _ in own]
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("docs", documents), ("queries", queries)):
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        (folder / f"{name}.jsonl").write_text("".join(lines), "utf-8")
    (folder / "qrels.tsv").write_text("\n".join(judgements) + "\n")


SETS: tuple[Callable[[Article], Asked], ...] = (
    titles,
    first_sentences,
    paragraphs,
    sentences,
    untitled_sentences,
    claims,
    headlines,
    threads,
)


def main() -> int:
    """Make the sets."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judged_made", description=__doc__)
    parser.add_argument("articles", type=Path)
    parser.add_argument("target", type=Path)
    default = Path(sysconfig.get_path("stdlib"))
    parser.add_argument("sources", type=Path, nargs="?", default=default)
    options = parser.parse_args()
    texts = list(articles(options.articles))[:ARTICLES]
    for made in SETS:
        write(options.target / made.__name__, map(made, texts))
    write(options.target / "functions", functions(options.sources))
    return 0


if __name__ == "__main__":
    sys.exit(main())
