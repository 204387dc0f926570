"""Judged sets: documents, queries, and which documents answer which query."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

DEFAULT = ("cranfield", "cisi", "cacm", "time", "medquad", "cosqa")
MOST = 50  # queries of a set that a model orders

Judgements = dict[str, dict[str, int]]


class JudgedSet(NamedTuple):
    """Documents as (id, title, text), queries with judgements, and grades by query and document."""

    folder: Path
    name: str
    documents: list[tuple[str, str, str]]
    queries: dict[str, str]
    judgements: Judgements


def read(folder: Path) -> JudgedSet:
    """Read one judged set."""
    judgements: Judgements = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        query, document, grade = line.split("\t")
        judgements[query][document] = int(grade)
    documents = [
        (str(doc["id"]), doc.get("title") or "", doc.get("text") or "")
        for doc in _lines(folder / "docs.jsonl")
    ]
    queries = {str(query["id"]): query["text"] for query in _lines(folder / "queries.jsonl")}
    judged = {query: text for query, text in queries.items() if query in judgements}
    return JudgedSet(folder, folder.name, documents, judged, dict(judgements))


def some(judged: JudgedSet, most: int = MOST) -> JudgedSet:
    """Return the set with at most so many of its queries, at equal distances."""
    names = sorted(judged.queries)
    step = max(len(names) / most, 1)
    names = [names[int(at * step)] for at in range(min(len(names), most))]
    return judged._replace(
        queries={name: judged.queries[name] for name in names},
        judgements={name: judged.judgements[name] for name in names},
    )


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
