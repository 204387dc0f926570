"""Commits, and what readers see of them, on every engine."""

from __future__ import annotations

import pickle

import pytest
from library import Library, document, put, state

from seedsearch.engine.base import Engine
from seedsearch.errors import IndexLockedError
from seedsearch.model import Document, PassageSpan
from seedsearch.query.ast import Filter, Not, Nothing, Prefix, Term


def test_an_empty_index(library: Library) -> None:
    for query in (Term("fox"), Not(Term("fox")), Prefix("f"), Filter("path", "*"), Nothing()):
        ranking = library.rank(query)
        assert (ranking.total, ranking.passages) == (0, ())
    assert dict(library.engine.files()) == {}
    assert library.engine.roots() == ()
    stats = library.engine.stats()
    assert (stats.files, stats.documents, stats.passages, stats.deleted) == (0, 0, 0, 0)
    assert library.engine.size() == (0, 0)
    assert library.engine.refresh() is False


def test_its_size_is_what_its_statistics_say(library: Library) -> None:
    library.commit({f"f{n}": "fox\n\nand hen" for n in range(9)})
    library.commit({"f9": "fox"}, remove=["f3", "f4"])
    stats = library.engine.stats()
    assert library.engine.size() == (stats.documents, stats.passages)
    assert stats.documents == 8


def test_an_engine_says_what_it_is(library: Library) -> None:
    engine: Engine = library.engine
    assert engine.name


def test_a_passage_comes_back_as_it_went_in(library: Library) -> None:
    text = "Erster.\r\n\n\nZweiter Absatz,\nmit 沒有留言 und \x00 darin.  "
    known = Document(
        path="dir/ü \udcff.txt",
        title="Der Titel",
        encoding="utf-16-le",
        errors="replace",
        confidence=0.75,
        id="rec-1",
        member="inner/x",
        media_type="text/x-odd",
        language="de",
        fields=(("date", "2024-05-31"), ("author", "Kim"), ("author", "Lee")),
    )
    spans = [
        PassageSpan(0, 7, 3, 3, 2, 16, page=4, heading="Kapitel 1"),
        PassageSpan(11, len(text), 6, 7),
    ]
    base = document("x", text)
    library.commit({known.path: [base._replace(document=known, spans=spans)]})
    first, second = (hit.passage for hit in library.rank(Not(Nothing())).passages)
    assert first.document == known
    assert (first.ordinal, first.text) == (0, "Erster.")
    assert (first.line_start, first.line_end, first.byte_start, first.byte_end) == (3, 3, 2, 16)
    assert (first.page, first.heading) == (4, "Kapitel 1")
    assert second.document == known
    assert (second.ordinal, second.text) == (1, text[11:])
    assert (second.line_start, second.line_end, second.byte_start, second.byte_end) == (
        6,
        7,
        None,
        None,
    )
    assert (second.page, second.heading) == (None, "")


def test_text_is_left_out_on_request(library: Library) -> None:
    library.commit({"a": "fox"})
    (hit,) = library.engine.search(Term("fox"), text=False).passages
    assert hit.passage.text == ""
    assert hit.passage.document.path == "a"


def test_nothing_is_seen_before_commit_and_refresh(library: Library) -> None:
    reader = library.open()
    writer = library.engine.writer()
    put(writer, {"a": "fox"})
    writer.set_roots(["/somewhere"])
    assert library.engine.refresh() is False
    writer.commit()
    assert library.ask("fox") == []
    assert library.engine.refresh() is True
    assert library.ask("fox") == ["a#0"]
    assert library.engine.roots() == ("/somewhere",)
    assert library.engine.refresh() is False
    assert reader.search(Term("fox")).total == 0
    assert reader.roots() == ()
    assert reader.refresh() is True
    assert reader.search(Term("fox")).total == 1
    writer.close()
    reader.close()


def test_a_reader_keeps_its_state_through_many_commits(library: Library) -> None:
    library.commit({"a": "fox one", "b": "fox two"})
    reader = library.open()
    before = reader.search(Term("fox"))
    for number in range(12):
        library.commit({f"c{number}": "fox"}, remove=["a"] if number == 5 else [])
    assert reader.search(Term("fox")) == before
    assert library.rank("fox").total == 13
    reader.refresh()
    assert reader.search(Term("fox")).total == 13
    reader.close()


def test_close_drops_what_was_not_committed(library: Library) -> None:
    library.commit({"a": "fox"})
    writer = library.engine.writer()
    put(writer, {"b": "fox"})
    writer.remove(["a"])
    writer.set_roots(["x"])
    writer.close()
    library.commit({"c": "hen"})
    assert library.ask("fox") == ["a#0"]
    assert library.engine.roots() == ()


def test_a_removed_file_is_gone(library: Library) -> None:
    library.commit({"a": "fox\n\nhen", "b": "fox", "c": "hen"})
    library.commit({}, remove=["a", "unknown"])
    assert library.ask("fox") == ["b#0"]
    assert library.found(Not(Term("fox"))) == ["c#0"]
    assert library.found(Filter("path", "*")) == ["b#0", "c#0"]
    assert library.rank("fox").total == 1
    assert sorted(library.engine.files()) == ["b", "c"]
    stats = library.engine.stats()
    assert (stats.files, stats.documents, stats.passages) == (2, 2, 2)


@pytest.mark.parametrize(
    "query",
    [
        "fox",
        "fox hen",
        "+fox +hen",
        '"fox hen"',
        '"hen fox"~2',
        '"fox hen" dog',
        "fo*",
        "title:fox",
        'title:"fox hen"',
    ],
)
def test_what_is_removed_is_gone_for_every_way_to_look_for_it(library: Library, query: str) -> None:
    many = {f"f{number}": f"the fox hen and dog {number}" for number in range(20)}
    library.commit(many | {"g": [document("g", "fox hen", title="fox hen")]})
    library.commit({}, remove=["f3", "f4"])
    found = library.found(query)
    assert not {"f3#0", "f4#0"}.intersection(found)
    assert library.rank(query).total == len(found) == (1 if "title" in query else 19)


def test_everything_can_be_removed_and_come_back(library: Library) -> None:
    library.commit({"a": "fox", "b": "fox"})
    library.commit({}, remove=["a", "b"])
    assert library.found(Not(Nothing())) == []
    assert library.engine.stats().passages == 0
    assert library.engine.size() == (0, 0)
    library.commit({"a": "fox"})
    assert library.ask("fox") == ["a#0"]


def test_a_changed_file_is_replaced(library: Library) -> None:
    library.commit({"a": "old fox", "b": "fox"})
    library.commit({"a": "new hen"})
    assert library.found("fox") == ["b#0"]
    assert library.found("hen") == ["a#0"]
    assert library.found("old") == []
    library.commit({"a": "newest hen"})
    assert library.found("new") == []
    assert library.found("newest") == ["a#0"]


@pytest.mark.parametrize("remove_first", [True, False])
def test_remove_and_adopt_in_either_order(library: Library, remove_first: bool) -> None:
    library.commit({"a": "fox"})
    writer = library.engine.writer()
    if remove_first:
        writer.remove(["a"])
    put(writer, {"a": "hen"})
    if not remove_first:
        writer.remove(["a"])
    writer.commit()
    writer.close()
    library.engine.refresh()
    assert library.found("fox") == []
    assert library.found("hen") == ["a#0"]
    assert list(library.engine.files()) == ["a"]


def test_several_batches_and_several_commits_of_one_writer(library: Library) -> None:
    writer = library.engine.writer()
    put(writer, {"a": "fox"})
    put(writer, {"b": "fox"})
    writer.commit()
    put(writer, {"c": "fox"})
    writer.remove(["a"])
    writer.commit()
    writer.commit()
    writer.close()
    library.engine.refresh()
    assert library.ask("fox") == ["b#0", "c#0"]


def test_files_are_remembered_with_what_was_skipped(library: Library) -> None:
    writer = library.engine.writer()
    put(writer, {"a": "fox", "empty": ""}, skipped={"b.bin": "binary"})
    writer.commit()
    writer.close()
    library.engine.refresh()
    assert dict(library.engine.files()) == {
        "a": state("a"),
        "empty": state("empty"),
        "b.bin": state("b.bin", "binary"),
    }
    assert library.engine.stats().skipped == 1
    library.commit({}, remove=["b.bin"])
    assert sorted(library.engine.files()) == ["a", "empty"]


def test_passages_without_words(library: Library) -> None:
    library.commit({"a": "...\n\n\u3000\n\nfox", "b": "!"})
    assert library.ask("fox") == ["a#2"]
    assert library.found(Not(Term("fox"))) == ["a#0", "a#1", "b#0"]
    assert library.engine.stats().passages == 4


def test_one_writer_at_a_time(library: Library) -> None:
    writer = library.engine.writer()
    with pytest.raises(IndexLockedError):
        library.open().writer()
    writer.close()
    writer.close()
    library.engine.writer().close()


def test_a_builder_can_work_elsewhere(library: Library) -> None:
    writer = library.engine.writer()
    factory = pickle.loads(pickle.dumps(writer.builder_factory()))  # noqa: S301
    builder = factory()
    builder.add(state("a"), [document("a", "fox " * 1000)])
    assert builder.pending_bytes > 0
    writer.adopt(pickle.loads(pickle.dumps(builder.finish())))  # noqa: S301
    writer.commit()
    writer.close()
    library.engine.refresh()
    assert library.ask("fox") == ["a#0"]


def test_encodings_are_counted_by_document(library: Library) -> None:
    library.commit(
        {
            "a": [document("a", "x", encoding="gb18030"), document("a", "y")],
            "b": "z",
        }
    )
    assert dict(library.engine.stats().encodings) == {"utf-8": 2, "gb18030": 1}


def test_the_state_of_one_file_is_what_files_says(library: Library) -> None:
    names = ["a", "a b", "b/c", "z", "é", "\udcff"]
    library.commit({name: f"fox {n}" for n, name in enumerate(names)})
    library.commit({"b/b": "hare", "z": "fox again"}, remove=["a b"])
    known = library.engine.files()
    assert set(known) == {"a", "b/b", "b/c", "z", "é", "\udcff"}
    for name in (*names, "", "b", "zz", "nowhere"):
        assert library.engine.state(name) == known.get(name)


def test_settings_are_kept_with_the_roots(library: Library) -> None:
    assert library.engine.settings() == ""
    writer = library.engine.writer()
    writer.set_settings('{"any": "text, ü"}')
    writer.commit()
    writer.close()
    library.engine.refresh()
    library.commit({"a": "fox"})
    assert library.engine.settings() == '{"any": "text, ü"}'
    assert library.open().settings() == '{"any": "text, ü"}'


def test_languages_are_counted_by_document(library: Library) -> None:
    library.commit(
        {
            "a.txt": [document("a.txt", "fuchs", language="de"), document("a.txt", "fox")],
            "b.txt": [document("b.txt", "fuchs\n\nfuchs", language="de")],
            "c.txt": [document("c.txt", "renard", language="fr")],
        }
    )
    library.commit({}, remove=["c.txt"])
    assert library.engine.stats().languages == (("de", 2), ("", 1))


def test_readings_say_how_each_document_was_read(library: Library) -> None:
    other = document(
        "b", "fuchs", encoding="koi8-r", errors="replace", confidence=0.5, language="de"
    )
    library.commit({"a": "fox\n\nfox", "b": [other, other], "c": "gone"})
    library.commit({}, remove=["c"])
    read = sorted(library.engine.readings())
    assert read == [
        ("a", "utf-8", "strict", 1.0, ""),
        ("b", "koi8-r", "replace", 0.5, "de"),
        ("b", "koi8-r", "replace", 0.5, "de"),
    ]
