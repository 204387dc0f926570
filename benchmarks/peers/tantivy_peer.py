"""tantivy: Lucene's design in Rust, through its Python package, with two indexing threads."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import tantivy

from benchmarks.passages import PassageList

VERSION = version("tantivy")
HEAP_BYTES = 400_000_000
THREADS = 2
# The first two are built in.
TOKENIZERS = {
    "english": "en_stem",
    "plain": "default",
    "russian": "russian",
    "bigrams": "bigrams",
}


def build(passages: PassageList, out: str, words: str = "english") -> None:
    """Index with stored text, positions, terms by `words`, and columns for file and line. Wait for merges."""
    folder = Path(out)
    folder.mkdir(parents=True)
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("text", stored=True, tokenizer_name=TOKENIZERS[words])
    schema.add_integer_field("file", fast=True)
    schema.add_integer_field("line", fast=True)
    index = tantivy.Index(schema.build(), path=str(folder))
    _register(index)
    writer = index.writer(HEAP_BYTES, THREADS)
    document, add = tantivy.Document, writer.add_document
    for file, line, text in passages.texts():
        add(document(text=text, file=file, line=line))
    writer.commit()
    writer.wait_merging_threads()
    (folder / "paths").write_bytes("\0".join(passages.paths).encode("utf-8", "surrogateescape"))


def _register(index: tantivy.Index) -> None:
    """Register further tokenizers.

    tantivy's bigram tokenizer gives all bigrams one position, so it does less work than the others.
    """
    words, pairs = tantivy.Tokenizer.simple(), tantivy.Tokenizer.ngram(2, 2)
    lower = tantivy.Filter.lowercase()
    stems = tantivy.Filter.stemmer("Russian")
    builder = tantivy.TextAnalyzerBuilder
    index.register_tokenizer("russian", builder(words).filter(lower).filter(stems).build())
    index.register_tokenizer("bigrams", builder(pairs).filter(lower).build())


class Searcher:
    """Reads file and line from columns, not from stored documents: its fastest way."""

    def __init__(self, out: str) -> None:
        self._index = tantivy.Index.open(out)
        self._index.reload()
        self._searcher = self._index.searcher()
        data = (Path(out) / "paths").read_bytes()
        self._paths = data.decode("utf-8", "surrogateescape").split("\0")

    def search(self, kind: str, words: tuple[str, ...]) -> list[tuple[str, int, float]]:
        searcher = self._searcher
        hits = searcher.search(_query(self._index, kind, words), 10, count=False).hits
        places = [place for _, place in hits]
        files = searcher.fast_field_values("file", places)
        lines = searcher.fast_field_values("line", places)
        return [
            (self._paths[file], line, score)
            for (score, _), file, line in zip(hits, files, lines, strict=True)
        ]


class Shower:
    """Returns stored text and a snippet of each hit."""

    def __init__(self, out: str) -> None:
        self._index = tantivy.Index.open(out)
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, kind: str, words: tuple[str, ...]) -> list[tuple[str, str]]:
        searcher, index = self._searcher, self._index
        query = _query(index, kind, words)
        hits = searcher.search(query, 10, count=False).hits
        snippets = tantivy.SnippetGenerator.create(searcher, query, index.schema, "text")
        found = []
        for _, place in hits:
            document = searcher.doc(place)
            snippet = snippets.snippet_from_doc(document)
            found.append((document.get_first("text"), snippet.to_html()))
        return found


def _query(index: tantivy.Index, kind: str, words: tuple[str, ...]) -> tantivy.Query:
    if kind in QUERIES:
        return index.parse_query(QUERIES[kind].format(*words), ["text"])
    schema, word = index.schema, words[0]
    match kind:
        case "prefix":
            return tantivy.Query.regex_query(schema, "text", f"{word}.*")
        case "suffix":
            return tantivy.Query.regex_query(schema, "text", f".*{word}")
        case "fuzzy":
            return tantivy.Query.fuzzy_term_query(schema, "text", word, 2)
        case "glob" | "path" | "date" | "by_file":
            raise ValueError(f"tantivy cannot answer {kind}")
        case "question":
            words = tuple(filter(_counts, words))
    return index.parse_query(" ".join(words), ["text"])


def _counts(word: str) -> bool:
    """Return whether seedsearch ranks by a word of a question. tantivy gets only such words."""
    from benchmarks.peers.seedsearch_peer import STOP_WORDS  # not for `build`: start-up time

    return word not in STOP_WORDS


QUERIES = {
    "and2": "+{} +{}",
    "phrase2": '"{} {}"',
    "phrase3": '"{} {} {}"',
    "tree": "+({} {}) +{} -{}",
    "near": '"{} {}"~5',
}
