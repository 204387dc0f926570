"""tantivy: Lucene's design in Rust, through its Python package, two indexing threads."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import tantivy

from benchmarks.passages import PassageList

VERSION = version("tantivy")
HEAP_BYTES = 400_000_000
THREADS = 2


def build(passages: PassageList, out: str, *, tokenizer: str = "en_stem") -> None:
    """Text stored, positions on, stems by `tokenizer`; file and line as columns; merges waited for."""
    folder = Path(out)
    folder.mkdir(parents=True)
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("text", stored=True, tokenizer_name=tokenizer)
    schema.add_integer_field("file", fast=True)
    schema.add_integer_field("line", fast=True)
    index = tantivy.Index(schema.build(), path=str(folder))
    writer = index.writer(HEAP_BYTES, THREADS)
    document, add = tantivy.Document, writer.add_document
    for file, line, text in passages.texts():
        add(document(text=text, file=file, line=line))
    writer.commit()
    writer.wait_merging_threads()
    (folder / "paths").write_bytes("\0".join(passages.paths).encode("utf-8", "surrogateescape"))


class Searcher:
    """Columns, not stored documents, give file and line: that is its quickest way."""

    def __init__(self, out: str) -> None:
        self._index = tantivy.Index.open(out)
        self._index.reload()
        self._searcher = self._index.searcher()
        data = (Path(out) / "paths").read_bytes()
        self._paths = data.decode("utf-8", "surrogateescape").split("\0")

    def search(self, kind: str, words: tuple[str, ...]) -> list[tuple[str, int, float]]:
        if kind == "and2":
            text = " ".join(f"+{word}" for word in words)
        elif kind == "phrase2":
            text = '"' + " ".join(words) + '"'
        else:
            text = " ".join(words)
        searcher = self._searcher
        query = self._index.parse_query(text, ["text"])
        hits = searcher.search(query, 10, count=False).hits
        places = [place for _, place in hits]
        files = searcher.fast_field_values("file", places)
        lines = searcher.fast_field_values("line", places)
        return [
            (self._paths[file], line, score)
            for (score, _), file, line in zip(hits, files, lines, strict=True)
        ]
