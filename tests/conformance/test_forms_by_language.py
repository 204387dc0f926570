"""Words in documents of several languages: each language has its own forms, and a query matches all of them."""

from __future__ import annotations

from library import Library, document, names

from seedsearch.query.ast import (
    And,
    Exact,
    Near,
    Or,
    Phrase,
    Prefix,
    Spelt,
    Synonym,
    Term,
    spelling,
)


def library_of_languages(library: Library) -> Library:
    library.commit(
        {
            "de.txt": [
                document("de.txt", "die hauser\n\ndas haus am hafen", "Hafen", language="de")
            ],
            "en.txt": [document("en.txt", "haus of cards\n\nhauser", language="en")],
            "fr.txt": [document("fr.txt", "les hauses", language="fr")],
            "ru.txt": [document("ru.txt", "войска 35", "Haus", language="ru")],
            "mixed.jsonl": [
                document("mixed.jsonl", "der hauser войска", language="de", member="1"),
                document("mixed.jsonl", "hauser haus", language="", member="2"),
            ],
        }
    )
    return library


def found(
    library: Library, query: Term | Exact | Near | Phrase | Prefix | And | Or | Synonym
) -> list[str]:
    return sorted(names(library.engine.search(query, limit=None)))


def test_a_word_has_its_forms_by_the_language_of_the_document(library: Library) -> None:
    library_of_languages(library)
    # Both are one word in German and French, and two words in English and in an unknown language.
    assert found(library, Term("haus")) == [
        "de.txt#0", "de.txt#1", "en.txt#0", "fr.txt#0", "mixed.jsonl#0", "mixed.jsonl#0", "ru.txt#0",
    ]  # fmt: skip
    assert found(library, Term("hauser")) == [
        "de.txt#0", "de.txt#1", "en.txt#1", "fr.txt#0", "mixed.jsonl#0", "mixed.jsonl#0",
    ]  # fmt: skip


def test_the_exact_form_is_that_in_every_language(library: Library) -> None:
    library_of_languages(library)
    assert found(library, Exact("hauser")) == [
        "de.txt#0", "en.txt#1", "mixed.jsonl#0", "mixed.jsonl#0",
    ]  # fmt: skip
    assert found(library, Prefix("hause")) == [
        "de.txt#0", "en.txt#1", "fr.txt#0", "mixed.jsonl#0", "mixed.jsonl#0",
    ]  # fmt: skip


def test_words_in_other_scripts_and_numbers_keep_theirs(library: Library) -> None:
    library_of_languages(library)
    assert found(library, Term("войсками")) == ["mixed.jsonl#0", "ru.txt#0"]
    assert found(library, Term("35")) == ["ru.txt#0"]


def test_phrases_and_near_words(library: Library) -> None:
    library_of_languages(library)
    assert found(library, Phrase(("das", "haus"))) == ["de.txt#1"]
    assert found(library, Near(("hafen", "hauser"), 1)) == ["de.txt#1"]
    assert found(library, Near(("hauser", "haus"), 0)) == ["mixed.jsonl#0"]
    assert found(library, Phrase(("das", "hauser"))) == []
    assert found(library, And((Term("hauser"), Term("hafen")))) == ["de.txt#0", "de.txt#1"]


def test_titles_are_in_the_language_of_the_document(library: Library) -> None:
    library_of_languages(library)
    assert found(library, Term("hafens", "title")) == ["de.txt#0"]
    assert found(library, Term("haus", "title")) == ["ru.txt#0"]


def test_a_word_counts_once_whatever_its_languages(library: Library) -> None:
    library_of_languages(library)
    engine = library.engine
    counts = {
        count.term: (count.passages, count.occurrences) for count in engine.terms(Prefix("hau"))
    }
    assert counts == {"haus": (4, 4), "hauser": (4, 4), "hauses": (1, 1)}
    assert engine.frequency(Term("haus")) == (7, 8)
    assert engine.frequency(Exact("haus")) == (4, 8)
    assert engine.stats().terms == len(list(engine.terms(Prefix("", capped=False))))


def test_after_changes_too(library: Library) -> None:
    library_of_languages(library)
    library.commit({"es.txt": [document("es.txt", "hausern", language="es")]}, remove=["fr.txt"])
    library.commit({"de.txt": [document("de.txt", "hausern", language="de")]})
    assert found(library, Term("haus")) == [
        "de.txt#0", "en.txt#0", "mixed.jsonl#0", "mixed.jsonl#0", "ru.txt#0",
    ]  # fmt: skip
    assert found(library, Term("hauser")) == [
        "de.txt#0", "en.txt#1", "mixed.jsonl#0", "mixed.jsonl#0",
    ]  # fmt: skip


def test_what_is_spelt_as_the_word_is_counts_more(library: Library) -> None:
    library.commit(
        {
            "1.txt": [document("1.txt", "la peche la peche", language="fr")],
            "2.txt": [document("2.txt", "la pêche la pêche la pêche", language="fr")],
            "3.txt": [document("3.txt", "le péché", language="fr")],
            "4.txt": [document("4.txt", "péché", language="en")],
        }
    )
    péché, whole = spelling("péché"), ["1.txt#0", "2.txt#0", "3.txt#0", "4.txt#0"]
    assert found(library, Term("péché")) == whole
    assert found(library, péché) == whole
    assert found(library, Spelt("pêche")) == ["2.txt#0", "4.txt#0"]  # no English document
    assert names(library.engine.search(péché, limit=None))[-1] == "2.txt#0"
    assert names(library.engine.search(spelling("pêche"), limit=None))[1] == "2.txt#0"
    both = Or((péché, Term("la")), implicit=True)
    assert found(library, both) == whole
