"""Stop words: English always, those of another language if a query is clearly in it."""

from __future__ import annotations

import pytest

from seedsearch.analysis import STOP_WORDS, Analyzer
from seedsearch.analysis.stopwords import stop_words
from seedsearch.query.analyse import analyse
from seedsearch.query.ast import And, Or, Term
from seedsearch.query.parse import parse

LANGUAGES = frozenset(("", "de", "en", "es", "fr", "it", "ja", "nl", "ru", "sv"))


def words_left(query: str, languages: frozenset[str] = LANGUAGES) -> str:
    tree = analyse(parse(query), Analyzer(), languages)
    leaves = tree.children if isinstance(tree, Or | And) else (tree,)
    return " ".join(leaf.text for leaf in leaves if isinstance(leaf, Term))


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("die Geschichte der deutschen Eisenbahn", "geschichte deutschen eisenbahn"),
        ("l'histoire des chemins de fer dans les Alpes", "histoire chemins fer alpes"),
        ("la historia de los trenes en el norte", "historia trenes norte"),
        ("история железных дорог в Сибири", "история железных дорог сибири"),
        ("the history of the railways in Siberia", "history railways siberia"),
        ("how many soldiers die in war", "many soldiers die war"),
        ("soldiers die in war", "soldiers die war"),
        ("la la land", "la la land"),
        ("van der Waals equation", "van der waals equation"),
        ("der die das", "der die das"),  # no other word is left
        ("die Hard", "die hard"),  # two words do not show a language
    ],
)
def test_the_language_of_a_query(query: str, left: str) -> None:
    assert words_left(query) == left


def test_only_languages_of_the_index_count() -> None:
    german = "die Geschichte der deutschen Eisenbahn"
    assert words_left(german, frozenset(("", "en"))) == german.lower()
    assert stop_words(["der", "die", "das"], ["", "en"]) is STOP_WORDS
    assert "dans" in stop_words(["dans", "les", "alpes"], ["fr"])
    assert "apres" in stop_words(["dans", "les", "alpes"], ["fr"])  # like terms, without accents
