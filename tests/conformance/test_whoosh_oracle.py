"""Whoosh as the oracle: its Searcher over our reader, its stock index, our executor and the reference agree.

Matches are always compared. Scores are compared where Whoosh defines them alike: terms, AND, OR, AND NOT, AND MAYBE.
It adds 1.0 for a NOT, and scores phrases and expansions differently.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from library import File, Library, document
from reference_engine import ReferenceEngine, ReferenceStore
from whoosh import query as w
from whoosh.analysis import Analyzer as WhooshAnalyzer
from whoosh.collectors import TopCollector
from whoosh.fields import STORED, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.index import Index
from whoosh.matching import AndNotMatcher, InverseMatcher, ReadTooFar
from whoosh.qparser import QueryParser
from whoosh.reading import TermNotFound
from whoosh.searching import Searcher

import seedsearch
from seedsearch.analysis import Analyzer
from seedsearch.cli import main
from seedsearch.engine.embedded.engine import WhooshEngine
from seedsearch.index.whoosh import SeedAnalyzer
from seedsearch.query.ast import (
    And,
    Boost,
    Exact,
    Fuzzy,
    Maybe,
    Near,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
)

LONG = bool(os.environ.get("SEEDSEARCH_LONG"))
STEM = Analyzer().stem


@pytest.fixture(scope="module", autouse=True)
def own_scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give each test a temporary folder, because Whoosh's scratch files have a fixed name there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("whoosh")))
        yield


WORDS = [
    "fox",
    "foxes",
    "foxed",
    "dog",
    "dogs",
    "the",
    "f35",
    "f",
    "35",
    "un",
    "留言",
    "有留",
    "言",
    "войска",
    "nowhere",
]
WRITTEN = [
    "fox",
    "foxes",
    "foxed",
    "dog",
    "dogs",
    "the",
    "F-35",
    "U.N.",
    "UN",
    "沒有留言",
    "войска",
    "Fóx",
]
PATHS = ["a", "b", "b/c", "d", "é"]


@pytest.fixture(scope="module")
def mended() -> Iterator[None]:
    """Patch four bugs of Whoosh 2.7.4, which also affect its stock index."""

    def find_first(matcher: AndNotMatcher) -> None:
        # Stock compares only the first passages of both: b may have a's first one later.
        if matcher.a.is_active():
            matcher._find_next()

    find_next_unwanted = AndNotMatcher._find_next

    def find_next_of_some(matcher: AndNotMatcher) -> bool:
        # Stock asks for the next passage after a skip to the end.
        return bool(matcher.a.is_active() and find_next_unwanted(matcher))

    find_next = InverseMatcher._find_next

    def find_next_live(matcher: InverseMatcher) -> None:
        # Stock returns a deleted passage directly after the child's last one.
        find_next(matcher)
        while matcher.is_active() and matcher.missing(matcher._id):
            matcher._id += 1
            find_next(matcher)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AndNotMatcher, "_find_first", find_first)
        patch.setattr(AndNotMatcher, "_find_next", find_next_of_some)
        patch.setattr(InverseMatcher, "_find_next", find_next_live)
        # Stock lacks a name here.
        patch.setattr(w.SpanNear2, "_and_query", lambda query: w.And(query.qs))
        yield


class Pair(NamedTuple):
    """One query in our classes and in Whoosh's. `scored` says whether their scores are defined alike."""

    ours: Query
    theirs: Any
    scored: bool


def term(word: str, field: str) -> Pair:
    if field == "exact":
        return Pair(Exact(word), w.Term("exact", word), True)
    ours = Term(word, "title" if field == "title" else "")
    return Pair(ours, w.Term(field, word), True)


def phrase(words: list[str]) -> Pair:
    return Pair(Phrase(tuple(words)), w.Phrase("exact", words), False)


def near(one: str, other: str, slop: int) -> Pair:
    spans = [w.Term("text", word) for word in (one, other)]
    theirs = w.SpanNear2(spans, slop=slop + 1, ordered=False)
    return Pair(Near((one, other), slop), theirs, False)


def both(kind: type, theirs: type, pairs: list[Pair]) -> Pair:
    return Pair(
        kind(tuple(pair.ours for pair in pairs)),
        theirs([pair.theirs for pair in pairs]),
        all(pair.scored for pair in pairs),
    )


words = st.sampled_from(WORDS)
terms = st.builds(term, words, st.sampled_from(["text", "text", "exact", "title"]))
leaves = st.one_of(
    terms,
    terms,
    st.builds(
        lambda pair, factor: Pair(
            Boost(pair.ours, factor), w.Term(pair.theirs.fieldname, pair.theirs.text, factor), True
        ),
        terms,
        st.sampled_from([0.5, 2.0]),
    ),
    st.builds(phrase, st.lists(words, min_size=2, max_size=3)),
    st.builds(near, words, words, st.integers(0, 3)),
    st.builds(
        lambda text: Pair(Prefix(text, capped=False), w.Prefix("exact", text), False),
        st.sampled_from(["f", "fo", "foxe", "d", "войс", "留", "x"]),
    ),
    st.builds(
        lambda text: Pair(Fuzzy(text, 1), w.FuzzyTerm("exact", text, maxdist=1, prefixlength=0), False),
        st.sampled_from(["foxs", "dgs", "fix", "войск", "u", "fox"])  # no swaps: stock Whoosh knows none,
    ),
)  # fmt: skip


def branches(children: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    several = st.lists(children, min_size=2, max_size=4)
    return st.one_of(
        st.builds(both, st.just(And), st.just(w.And), several),
        st.builds(both, st.just(Or), st.just(w.Or), several),
        st.builds(
            lambda a, b: Pair(And((a.ours, Not(b.ours))), w.AndNot(a.theirs, b.theirs), a.scored),
            children,
            children,
        ),
        st.builds(
            lambda a, b: Pair(
                Maybe(a.ours, b.ours), w.AndMaybe(a.theirs, b.theirs), a.scored and b.scored
            ),
            children,
            children,
        ),
    )


trees = st.recursive(leaves, branches, max_leaves=6)
EVERY = Pair(Not(Nothing()), w.Every(), False)
pairs = st.one_of(
    trees,
    trees,
    trees,
    # Not and Every are outermost: deeper down, Whoosh simplifies some of them away.
    st.just(EVERY),
    st.builds(lambda a: Pair(Not(a.ours), w.Not(a.theirs), False), trees),
    st.builds(
        lambda a, b: Pair(And((a.ours, Not(b.ours))), w.And([a.theirs, w.Not(b.theirs)]), False),
        trees,
        trees,
    ),
)
sentences = st.lists(st.sampled_from(WRITTEN), min_size=0, max_size=8).map(" ".join)
texts = st.lists(sentences.filter(bool), min_size=1, max_size=4).map("\n\n".join)
titles = st.one_of(st.just(""), st.lists(st.sampled_from(WRITTEN), max_size=3).map(" ".join))
batches = st.dictionaries(st.sampled_from(PATHS), st.tuples(texts, titles), max_size=4)
histories = st.lists(
    st.tuples(batches, st.lists(st.sampled_from(PATHS), max_size=1)), min_size=1, max_size=4
)
History = list[tuple[dict[str, tuple[str, str]], list[str]]]
Answers = dict[tuple[str, int], float]


# ---------------------------------------------------------------------------- the indexes


def files_of(batch: dict[str, tuple[str, str]]) -> dict[str, File]:
    return {path: [document(path, text, title)] for path, (text, title) in batch.items()}


class Both(WhooshAnalyzer):
    """Our analyzer for a stock index: body and title, separated by U+2028, with a gap of positions between them.

    With `forms`, each word is also indexed in all forms that a query may use.
    """

    def __init__(self, *, forms: bool) -> None:
        self._forms = forms
        self._analyzer = SeedAnalyzer()

    def __call__(self, value: str, **kwargs: Any) -> Iterator[Any]:
        for at, part in enumerate(value.split("\u2028")):
            for token in self._analyzer(part, **kwargs):
                token.pos += at * 1000
                yield token
                word = token.text
                for form in WORDS if self._forms else ():
                    if form != word and STEM(form) == STEM(word):
                        token.text = form
                        yield token


def stock_index(history: History) -> Index:
    """Build a stock Whoosh index in memory with the same history, one segment for each commit."""
    schema = Schema(
        path=STORED,
        line_start=STORED,
        text=TEXT(Both(forms=True)),
        exact=TEXT(Both(forms=False)),
        title=TEXT(Both(forms=True)),
    )
    index = RamStorage().create_index(schema)
    held: dict[str, list[tuple[str, int, str, str]]] = {}
    for batch, gone in history:
        with index.searcher() as searcher:
            dead = [
                number
                for number in searcher.reader().all_doc_ids()
                if searcher.stored_fields(number)["path"] in {*gone, *batch}
            ]
        writer = index.writer()
        for number in dead:
            writer.delete_document(number)
        for path in sorted(batch, key=os.fsencode):
            text, title = batch[path]
            added = document(path, text, title)
            held[path] = []
            for ordinal, span in enumerate(added.spans):
                own = title if ordinal == 0 else ""
                body = text[span.start : span.end]
                writer.add_document(
                    path=path,
                    line_start=span.line_start,
                    text=f"{body}\u2028{own}",
                    exact=f"{body}\u2028{own}",
                    title=own,
                )
        writer.commit(merge=False)
    return index


def exhaustive(searcher: Searcher, query: Any) -> Answers:
    """Return everything that Whoosh finds, by its exact collector."""
    collector = TopCollector(max(searcher.doc_count_all(), 1), usequality=False, replace=0)
    searcher.search_with_collector(query, collector)
    return answers_of(searcher, collector.results().top_n)


def answers_of(searcher: Searcher, scored: list[tuple[float, int]]) -> Answers:
    return {place_of(searcher.stored_fields(number)): score for score, number in scored}


def place_of(stored: dict[str, Any]) -> tuple[str, int]:
    return stored["path"], stored["line_start"]


def our_answers(engine: Any, query: Query, limit: int | None = None) -> Answers:
    ranking = engine.search(query, limit=limit)
    return {
        (hit.passage.document.path, hit.passage.line_start): hit.score for hit in ranking.passages
    }


# ---------------------------------------------------------------------------------- tests


@settings(
    max_examples=500 if LONG else 25,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # shrinking an index and 25 queries takes minutes
)
@pytest.mark.usefixtures("mended")
@given(history=histories, questions=st.lists(pairs, min_size=25, max_size=25))
def test_whoosh_and_we_give_the_same_answers(history: History, questions: list[Pair]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        library = Library(lambda: WhooshEngine(folder, create=True))
        store = ReferenceStore()
        twin = Library(lambda: ReferenceEngine(store))
        for batch, gone in history:
            for each in (library, twin):
                each.commit(files_of(batch), remove=gone)
        stock = stock_index(history).searcher()
        ours = library.engine.whoosh().searcher()  # type: ignore[attr-defined]
        stats = library.engine.stats()
        event(f"segments: {stats.segments}, deleted: {bool(stats.deleted)}")
        same_statistics = stats.deleted == twin.engine.stats().deleted
        for question in questions:
            agree(library.engine, twin.engine if same_statistics else None, ours, stock, question)
        library.engine.close()


def agree(engine: Any, twin: Any, ours: Searcher, stock: Searcher, question: Pair) -> None:
    found = exhaustive(ours, question.theirs)
    assert set(found) == set(exhaustive(stock, question.theirs)), question
    answers = our_answers(engine, question.ours)
    assert set(answers) == set(found), question
    if question.scored:
        assert answers == pytest.approx(found, rel=1e-9, abs=1.1e-9), question
    if twin is not None:
        assert our_answers(twin, question.ours) == pytest.approx(answers, rel=1e-9, abs=1.1e-9)
    best = ours.search(question.theirs, limit=10)
    assert best.scored_length() == min(10, len(found))
    if question.scored:  # its addition for a NOT depends on the order of its matchers
        scores = [score for score, _ in best.top_n]
        assert scores == pytest.approx(sorted(found.values(), reverse=True)[:10], rel=1e-9)
        top = sorted(our_answers(engine, question.ours, limit=10).values(), reverse=True)
        assert scores == pytest.approx(top, rel=1e-9, abs=1.1e-9)


# ----------------------------------------------------------------- what Whoosh asks of a reader


@pytest.fixture
def zoo(tmp_path: Path) -> Iterator[Library]:
    """Two segments, one passage deleted."""
    library = Library(lambda: WhooshEngine(str(tmp_path), create=True))
    library.commit(
        {"a": "Fox foxes dog", "b": [document("b", "dog", title="Fox den")], "z": "gone"}
    )
    library.commit({"c": "F-35 沒有"}, remove=["z"])
    yield library
    library.engine.close()


@pytest.fixture
def reader(zoo: Library) -> Any:
    return zoo.engine.whoosh().reader()  # type: ignore[attr-defined]


def test_terms(reader: Any) -> None:
    assert list(reader.lexicon("exact")) == [
        term.encode() for term in ("35", "den", "dog", "f", "f35", "fox", "foxes", "gone", "有", "没有")
    ]  # fmt: skip
    assert [t for f, t in reader.all_terms() if f == "title"] == [b"den", b"fox"]
    assert list(reader.expand_prefix("text", "fo")) == [b"fox", b"foxes"]
    assert list(reader.terms_from("exact", b"fox"))[:2] == [("exact", b"fox"), ("exact", b"foxes")]
    assert sorted(reader.indexed_field_names()) == ["exact", "text", "title"]
    assert list(reader.field_terms("title")) == ["den", "fox"]


@pytest.mark.parametrize("text", ["fox", b"fox"])
def test_a_term(reader: Any, text: str | bytes) -> None:
    assert ("text", text) in reader
    assert ("exact", text) in reader
    assert reader.frequency("text", text) == 2 + 4  # the title counts four times
    assert reader.doc_frequency("text", text) == 2
    info = reader.term_info("text", text)
    assert (info.weight(), info.doc_frequency(), info.max_weight()) == (6, 2, 4)
    assert (info.min_length(), info.max_length(), info.min_id(), info.max_id()) == (3, 9, 0, 1)
    assert reader.first_id("text", text) == 0


@pytest.mark.parametrize("where", [("text", "nothing"), ("path", "a"), ("unheard_of", "fox")])
def test_what_is_not_there(reader: Any, where: tuple[str, str]) -> None:
    assert where not in reader
    assert reader.frequency(*where) == 0
    assert reader.doc_frequency(*where) == 0
    for ask in (reader.term_info, reader.postings):
        with pytest.raises(TermNotFound):
            ask(*where)


def test_a_matcher(reader: Any) -> None:
    matcher = reader.postings("exact", "dog")
    assert (matcher.id(), matcher.weight(), matcher.value_as("positions")) == (0, 1, [2])
    assert matcher.supports("positions")
    copy = matcher.copy()
    matcher.next()
    assert (matcher.id(), copy.id()) == (1, 0)
    matcher.next()
    assert not matcher.is_active()
    assert matcher.id() == 1  # Whoosh's AND NOT reads past the end
    for move in (matcher.next, lambda: matcher.skip_to(7)):
        with pytest.raises(ReadTooFar):
            move()
    matcher.reset()
    assert list(matcher.all_ids()) == [0, 1]
    copy.skip_to(1)
    assert copy.id() == 1
    assert copy.term() == ("exact", "dog")
    assert list(copy.term_matchers()) == [copy]
    assert [span.start for span in copy.spans()] == [0]
    copy.skip_to(5)
    assert not copy.is_active()


def test_titles_stand_apart_from_bodies(zoo: Library) -> None:
    searcher = zoo.engine.whoosh().searcher()  # type: ignore[attr-defined]
    assert set(exhaustive(searcher, w.Phrase("exact", ["fox", "den"]))) == {("b", 1)}
    assert set(exhaustive(searcher, w.Phrase("exact", ["dog", "fox"]))) == set()
    assert set(exhaustive(searcher, w.Phrase("title", ["fox", "den"]))) == {("b", 1)}


def test_deleted_passages_match_nothing(zoo: Library, reader: Any) -> None:
    assert (reader.doc_count_all(), reader.doc_count(), reader.has_deletions()) == (4, 3, True)
    assert [reader.is_deleted(n) for n in range(5)] == [False, False, True, False, False]
    assert list(reader.all_doc_ids()) == [0, 1, 3]
    assert not reader.postings("text", "gone").is_active()
    assert reader.doc_frequency("text", "gone") == 1
    searcher = zoo.engine.whoosh().searcher()  # type: ignore[attr-defined]
    assert len(searcher.search(w.Every())) == 3
    assert len(searcher.search(w.Term("text", "gone"))) == 0


def test_lengths(reader: Any) -> None:
    assert [reader.doc_field_length(n, "text") for n in range(4)] == [3, 1 + 4 * 2, 1, 4]
    assert reader.field_length("text") == 17
    assert (reader.min_field_length("text"), reader.max_field_length("text")) == (1, 9)
    assert reader.generation() == 2
    assert not reader.has_vector(0, "text")


def test_corrections(zoo: Library, reader: Any) -> None:
    assert list(reader.corrector("exact").suggest("foxez", maxdist=1)) == ["foxes"]
    index = zoo.engine.whoosh()  # type: ignore[attr-defined]
    query = QueryParser("exact", index.schema).parse("foxs")
    assert index.searcher().correct_query(query, "foxs").string in ("fox", "foxes")


def test_an_index_without_passages(tmp_path: Path) -> None:
    index = WhooshEngine(str(tmp_path), create=True).whoosh()
    assert index.is_empty()
    assert index.doc_count() == 0
    with index.searcher() as searcher:
        for query in (w.Every(), w.Term("text", "fox"), w.Prefix("exact", "f")):
            assert len(searcher.search(query)) == 0
            assert not query.matcher(searcher, searcher.boolean_context()).is_active()
    with pytest.raises(NotImplementedError, match="seedsearch index"):
        index.writer()


# --------------------------------------------------------------------------- a Whoosh program


def test_a_whoosh_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in Whoosh's own documentation."""
    (tmp_path / "coal.txt").write_text("Coal goes through the port of Najin.\n")
    (tmp_path / "tea.txt").write_text(
        "Tea grows on hills. Tea leaves by the port, not by the ports.\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert main(["index", "-q", "--jobs", "1", "."]) == 0

    ix = seedsearch.open_index(tmp_path).whoosh()
    assert isinstance(ix, Index)

    parser = QueryParser("text", ix.schema)
    with ix.searcher() as searcher:
        results = searcher.search(parser.parse("ports"))
        assert len(results) == 2
        assert [hit["path"] for hit in results] == ["tea.txt", "coal.txt"]
        assert results[0].rank == 0
        assert results[0].score > results[1].score
        assert results[0]["line_start"] == 1
        assert results[1]["passage_text"].startswith("Coal goes")
        assert "text" in results.fields(0) or results.fields(0)["path"] == "tea.txt"

        def found(query: str) -> list[str]:
            return [hit["path"] for hit in searcher.search(parser.parse(query), limit=None)]

        assert found("port AND coal") == ["coal.txt"]
        assert found("port NOT coal") == ["tea.txt"]
        assert found('"port of Najin"') == ["coal.txt"]
        assert found('"grow on hills"') == ["tea.txt"]
        assert found("exact:ports") == ["tea.txt"]
        assert found("exact:haj* OR exact:naj*") == ["coal.txt"]
        assert found("tea^3 OR coal") == ["tea.txt", "coal.txt"]
        assert found("nowhere") == []

        page = searcher.search_page(parser.parse("port"), 2, pagelen=1)
        assert [hit["path"] for hit in page] == ["coal.txt"]
        assert (page.pagenum, page.pagecount, page.total) == (2, 2, 2)
        assert searcher.up_to_date()
        assert searcher.search(parser.parse("port"), filter=parser.parse("coal")).docs() == {0}
