"""Analyse a query: turn its words into index terms.

A word of one term stays a Term, also with a sign before or after it (C++, $50). A compound (boundary-layer) becomes
its whole or its parts in order. A compound with a hyphen or a similar joiner, among other optional words, becomes any
of its whole and its parts. A run of an unspaced script becomes its pairs of characters: any of them if the run is
optional, all in order if it is required next to other words. Filters never change the words. A word that matches in
any form keeps its accents, which some stemmers need. In an index with such languages, a match with the same accents
scores higher.

Stop words are dropped from a plain list of optional words. A required stop word scores nothing. Both hold only if
other words remain. `wording.meant` finds words that are written too deliberately to be stop words.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from seedsearch.analysis import STOP_WORDS, Analyzer
from seedsearch.analysis.stopwords import WORDS_OF_A_LANGUAGE
from seedsearch.analysis.tokenizer import MAX_TERM
from seedsearch.query.ast import And, Not, Or, Query, Term


def analyse(query: Query, analyzer: Analyzer, languages: Collection[str] = ()) -> Query:
    """Return the query in index terms, or Nothing() if no word holds a letter or a digit.

    `languages` are the languages of the index. Their stop words are dropped as well if the query is clearly in one of
    them.
    """
    if _is_analysed(query, languages):
        return query
    from seedsearch.query.rewrite import Rewriter  # start-up time: most queries need none

    return Rewriter(analyzer, languages).node(query, strict=False)


def _is_analysed(query: Query, languages: Collection[str]) -> bool:
    """Return whether the words of a query are index terms already, and no stop words of any language.

    True for most queries, which need no analysis.
    """
    if type(query) is Not:
        return _is_analysed(query.child, languages)
    if not isinstance(query, And | Or):
        return _is_term(query)
    nodes = query.children
    if languages and len(nodes) >= WORDS_OF_A_LANGUAGE:
        return False
    others = [node for node in nodes if not _is_term(node)]
    if not others:
        return True
    # Lists in lists are joined, and what narrows is put last.
    if query.implicit or any(type(a) is Not is not type(b) for a, b in pairwise(nodes)):
        return False
    return all(_is_analysed(node, languages) for node in others)


def _is_term(node: Query) -> bool:
    """Return whether a node is an index term, and no stop word."""
    if type(node) is not Term:
        return False
    text = node.text
    is_plain = text.isascii() and text.isalpha() and text.islower() and len(text) <= MAX_TERM
    return is_plain and text not in STOP_WORDS
