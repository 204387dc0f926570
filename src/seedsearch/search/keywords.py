"""Keywords: words that stand out in the matches of a query, compared with the rest of the index.

A word stands out by its log-likelihood ratio G² (T. Dunning, "Accurate Methods for the Statistics of Surprise and
Coincidence", Computational Linguistics 19(1), 1993): how much likelier the counts are if the word has two frequencies,
one in the matches and one in the rest, than if it has one frequency in both. The trials are passages: a word counts
once in each passage, so that one passage full of it does not make it a keyword. Keywords are only words that are more
frequent in the matches. All forms of a word count as one, shown in the most frequent form. Stop words, numbers and the
words of the query are left out.

If more passages match, only the best MOST_PASSAGES are read, and compared with all others.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from math import log
from unicodedata import normalize

from seedsearch.analysis import STOP_WORDS, shared_analyzer
from seedsearch.analysis.passage_language import language_in
from seedsearch.engine.base import Engine
from seedsearch.model import Passage
from seedsearch.query.ast import Exact, Query, Spelt, Term, words_in
from seedsearch.record import NamedTuple, Record
from seedsearch.search import Opened
from seedsearch.search.facets import tree_of
from seedsearch.search.searcher import SearchOptions

MOST_PASSAGES = 500
"""The maximum number of passages that are read."""

_LEAST = 2  # minimum of passages with a keyword, if more than one is read


class Keyword(NamedTuple):
    """A word, its G², the number of read passages with it, and the number of all passages with it."""

    word: str
    score: float
    passages: int
    in_index: int


class Keywords(Record):
    """The words that stand out most in `looked_at` of the `total` passages that match a query."""

    query: str
    total: int
    looked_at: int
    keywords: tuple[Keyword, ...]
    query_notes: tuple[str, ...] = ()


def keywords(index: Opened, text: str, options: SearchOptions, limit: int | None = 30) -> Keywords:
    """Return the words that stand out in the matches of a query; for "" in everything that passes the filters.

    Raises as `search`.
    """
    query, notes = tree_of(index, text, options)
    ranking = index.engine.search(query, limit=MOST_PASSAGES)
    passages = [scored.passage for scored in ranking.passages]
    found = _standing_out(index.engine, passages, query, limit)
    return Keywords(text, ranking.total, len(passages), found, notes)


def _standing_out(
    engine: Engine, passages: list[Passage], query: Query, limit: int | None
) -> tuple[Keyword, ...]:
    """Return the words of the passages that stand out most, without those of the query.

    A word is looked up only if it can be one of them: its G² is limited by the number of read passages with it.
    """
    with_word: Counter[tuple[str, str]] = Counter()  # by stem and language: the passages
    forms_of: dict[tuple[str, str], Counter[str]] = {}
    analyzer = shared_analyzer()
    words = [word.text for word in words_in(query) if isinstance(word, Term | Exact)]
    asked = {analyzer.stem(analyzer.fold(word)) for word in words}
    form_of = cache(analyzer.form)
    for passage in passages:
        language = language_in(passage.document, passage.text)
        title = f"{passage.document.title}\n" if passage.ordinal == 0 else ""
        tokens = analyzer.tokens(title + passage.text, language)
        of_passage: set[tuple[str, str]] = set()
        for spelling, count in Counter(token.term for token in tokens).items():
            term, stem = form_of(spelling, language)[:2]
            if term in STOP_WORDS or not term.isalpha() or stem in asked:
                continue
            of_passage.add((stem, language))
            forms_of.setdefault((stem, language), Counter())[spelling] += count
        with_word.update(of_passage)
    found: list[Keyword] = []
    size, total = len(passages), engine.frequency(Term("")).passages
    for key, count in with_word.most_common():
        if count < (_LEAST if size > 1 else 1):
            break
        is_full = limit is not None and len(found) >= limit
        if is_full and _ratio(count, size, count, total) < found[-1].score:
            break
        forms = forms_of[key]
        word = normalize("NFC", min(forms, key=lambda form: (-forms[form], form)))
        df = max(engine.frequency(Spelt(word)).df, count)
        if count * total > df * size:
            found.append(Keyword(word, _ratio(count, size, df, total), count, df))
            found.sort(key=lambda own: (-own.score, own.word))
            if limit is not None:
                del found[limit:]
    return tuple(found)


def _ratio(count: int, size: int, df: int, total: int) -> float:
    """Return G² of a word in `count` of `size` passages, and in `df` of all `total`."""
    others = total - size
    cells = (
        (count, size, df),
        (size - count, size, total - df),
        (df - count, others, df),
        (others - df + count, others, total - df),
    )
    return 2 * sum(own * log(own * total / (row * column)) for own, row, column in cells if own > 0)
