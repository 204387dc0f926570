"""Index a judged set with seedsearch's own readers, splitter and engine."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from seedsearch.analysis import Analyzer
from seedsearch.corpus.formats import extract
from seedsearch.corpus.skip import Problem
from seedsearch.engine.registry import open_engine
from seedsearch.indexing.documents import with_passages
from seedsearch.model import FileState, ScoredPassage, SourceFile
from seedsearch.query.analyse import analyse
from seedsearch.query.ast import Query
from seedsearch.query.parse import MAX_CHARACTERS, MAX_CLAUSES, parse
from seedsearch.search.searcher import DEPTH

# Enough passages for more than ten documents, even long ones.
PASSAGES = 200


class JudgedIndex:
    """An index in `folder` of files of records."""

    def __init__(self, folder: str) -> None:
        self._engine = open_engine(folder, create=True)
        self._analyzer = Analyzer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.close()

    def add(self, records: Path) -> None:
        """Index a file, in one commit. Raises ValueError if a record cannot be read."""
        data = records.read_bytes()
        documents = []
        for found in extract(SourceFile(records.name, len(data), 0, 0), data):
            if isinstance(found, Problem):
                raise ValueError(f"{records}: {found.place}: {found.reason}")
            documents.append(with_passages(found))
        writer = self._engine.writer()
        builder = writer.builder_factory()()
        builder.add(FileState(records.name, len(data), 0, 0, b"\0" * 8), documents)
        writer.adopt(builder.finish())
        writer.commit()
        writer.close()
        self._engine.refresh()

    def best(self, query: str, depth: int, model: str = "") -> list[str]:
        """Return the ids of the best documents."""
        found = self.passages(query, model)
        return list(dict.fromkeys(hit.passage.document.id for hit in found))[:depth]

    def passages(self, query: str, model: str = "") -> tuple[ScoredPassage, ...]:
        """Return the best passages. Operators in the query are read as words.

        The model in the folder `model` orders the first of them again.
        """
        words = " ".join(query.split()[:MAX_CLAUSES])[
            :MAX_CHARACTERS
        ]  # abstracts serve as queries, too
        if not any(map(str.isalnum, words)):  # no word to search for
            return ()
        query_tree = parse(words, literal=True)
        tree = analyse(query_tree, self._analyzer, self._engine.languages())
        found = self._engine.search(tree, limit=PASSAGES, text=bool(model)).passages
        return _reranked(model, found, words, tree) if model else found


def _reranked(
    folder: str, found: tuple[ScoredPassage, ...], words: str, tree: Query
) -> tuple[ScoredPassage, ...]:
    from seedsearch.meaning.scorer import scorer_of
    from seedsearch.meaning.store import described  # these need an extra
    from seedsearch.search.rerank import reordered_by

    model = described(folder)
    read = dict(enumerate(found[:DEPTH]))
    scorer = scorer_of(folder, model)
    return reordered_by(scorer, model.name, read, found, words, tree, DEPTH, 600_000).passages
