"""The forms of words in a passage: where each one is, and whether a leaf of a query stands for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from seedsearch.analysis import Analyzer, Form
from seedsearch.analysis.compounds import COMPOUNDING
from seedsearch.query.ast import Compounds, Exact, Leaf, Spelt, Term
from seedsearch.query.match import fits_term

Places: TypeAlias = dict[Form, list[int]]
"""The positions of each form in a text."""


def places_of(text: str, language: str, analyzer: Analyzer) -> Places:
    """Return the positions of the forms of a text in a language."""
    places: Places = {}
    for form, token in analyzer.forms(text, language):
        places.setdefault(form, []).append(token.position)
    return places


def form_test(leaf: Leaf, language: str, analyzer: Analyzer) -> Callable[[Form], bool]:
    """Return a function that tests whether a leaf stands for a form, in passages of a language.

    Compounds are matched only in languages that write them as one word.
    """
    match leaf:
        case Term(text):
            return analyzer.meant(text, language, as_spelt=isinstance(leaf, Spelt))
        case Exact(text):
            return lambda form: form.term == text
        case Compounds(text, terms):
            meant = analyzer.meant(text, language)
            parts = frozenset(terms) if language in COMPOUNDING else frozenset()
            return lambda form: meant(form) or form.term in parts
        case _:
            fits = fits_term(leaf)
            return lambda form: fits(form.term)
