"""Order the best passages again, by what a model says about them as well as by their words.

The model scores the best passages of a ranking on their densest window. Its scores are put on the scale of the words'
scores: with the same mean and the same deviation among the passages that it scored (a mix of z-scores). The score of a
passage is then `(1 - weight) * words + weight * meaning`. Scores are rounded to six digits, and equal ones keep the
order of the words. A passage that the model does not score keeps its score. Passages after the best keep their places.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import fsum, sqrt
from typing import TYPE_CHECKING

from seedsearch.analysis import shared_analyzer
from seedsearch.analysis.language import language_of
from seedsearch.analysis.passage_language import language_in
from seedsearch.errors import ModelError
from seedsearch.meaning.store import folder_of, installed, names, not_loaded
from seedsearch.model import Meaning, ScoredPassage
from seedsearch.query.ast import Near, Phrase, Query, Wildcard, looked_for
from seedsearch.record import NamedTuple
from seedsearch.search.highlight import Snippets

if TYPE_CHECKING:
    from seedsearch.meaning.scorer import Scorer

WEIGHT = 0.5
"""The share of the model in a mixed score."""

CHARACTERS = 500
"""The width of the window that a model reads."""

NOT_RERANKED = "hits are not reranked"
"""The beginning of a note that says why."""

_OTHER_LANGUAGE = "no model was made for the language of the query and the passages"
_DIGITS = 6
_LEAST_SPREAD = 1e-4  # below it, differences are those of rounding
_ENOUGH = 0.5  # of the passages must be in a language of the model


class Reordered(NamedTuple):
    """The passages in their new order, where each was before, and notes."""

    passages: tuple[ScoredPassage, ...]
    places: tuple[int, ...]
    notes: tuple[str, ...]


def reordered(
    found: Sequence[ScoredPassage], question: str, query: Query, depth: int, milliseconds: int
) -> Reordered:
    """Return the passages, the best `depth` of them in a new order. `query` is the analysed tree of the question.

    Raises ModelError, UsageError.
    """
    as_found = Reordered(tuple(found), tuple(range(len(found))), ())
    if not found or not question:
        return as_found
    if not (fitting := _model(question, found[:depth])):
        return as_found._replace(notes=(f"{NOT_RERANKED}: {_OTHER_LANGUAGE}",))
    return reordered_by(*fitting, found, question, query, depth, milliseconds)


def reordered_by(
    scorer: Scorer,
    name: str,
    read: dict[int, ScoredPassage],
    found: Sequence[ScoredPassage],
    question: str,
    query: Query,
    depth: int,
    milliseconds: float,
) -> Reordered:
    """Return the passages in the order of this model, which scores those of `read`, by their places in `found`."""
    best = found[:depth]
    snippets = Snippets(query, shared_analyzer(), max_fragments=0, window=CHARACTERS)
    texts = [window_text(snippets, scored) for scored in read.values()]
    scores = scorer.scores(question, texts, milliseconds / 1000)
    known = {place: score for place, score in zip(read, scores, strict=True) if score is not None}
    mixed = mix(best, known, name)
    order = sorted(range(len(best)), key=lambda place: -mixed[place].score)  # stable
    places = (*order, *range(len(best), len(found)))
    every = (*mixed, *found[depth:])
    notes = []
    if len(known) < len(read):
        counted = f"{len(known)} of {len(read)} passages"
        notes.append(f"{name} scored {counted} in {milliseconds:,} ms")
    if others := len(best) - len(read):
        notes.append(f"{name} was not made for the language of {others} of {len(best)} passages")
    return Reordered(tuple(every[place] for place in places), places, tuple(notes))


def mix(best: Sequence[ScoredPassage], scores: dict[int, float], name: str) -> list[ScoredPassage]:
    """Return the passages with mixed scores. `scores` has the model's score of some of them, by their places."""
    if not scores:
        return list(best)
    mean, deviation = _scale([best[place].score for place in scores])
    middle, spread = _scale(scores.values())
    factor = (deviation or 1.0) / spread if spread > _LEAST_SPREAD else 0.0
    mixed = list(best)
    for place, similarity in scores.items():
        scored = best[place]
        on_scale = mean + factor * (similarity - middle)
        score = round((1 - WEIGHT) * scored.score + WEIGHT * on_scale, _DIGITS)
        why = Meaning(name, similarity, scored.score, round(on_scale, _DIGITS), WEIGHT)
        mixed[place] = scored._replace(score=score, meaning=why)
    return mixed


def _scale(values: Collection[float]) -> tuple[float, float]:
    mean = fsum(values) / len(values)
    return mean, sqrt(fsum((value - mean) ** 2 for value in values) / len(values))


def question_of(tree: Query) -> str:
    """Return the words of a parsed query as a model should read them: as typed, without operators and filters."""
    words: list[str] = []
    for leaf in looked_for(tree):
        match leaf:
            case Phrase(terms) | Near(terms):
                words += terms
            case Wildcard(text):
                words.append(text.strip("*?"))
            case _:
                words.append(leaf.text)
    return " ".join(dict.fromkeys(words))


def _model(
    question: str, best: Sequence[ScoredPassage]
) -> tuple[Scorer, str, dict[int, ScoredPassage]] | None:
    """Return the first model made for the query and enough passages: its scorer, its name, and those passages.

    None if there are models, but none for these languages. Raises ModelError, UsageError.
    """
    if not (known := names()):
        raise ModelError("there is no model", "see seedsearch help meaning")
    asked_in = language_of(question)
    languages = [language_in(scored.passage.document, scored.passage.text) for scored in best]
    for name in known:
        model = installed(name)
        fits = {at: best[at] for at, language in enumerate(languages) if model.reads(language)}
        if model.reads(asked_in) and len(fits) >= _ENOUGH * len(best):
            try:
                from seedsearch.meaning.scorer import scorer_of  # needs the extra
            except (ImportError, MemoryError) as error:
                raise not_loaded(error) from error
            return scorer_of(folder_of(name), model), name, fits
    return None


def window_text(snippets: Snippets, scored: ScoredPassage) -> str:
    """Return what a model reads of a passage: its title, and its densest window."""
    passage = scored.passage
    window = snippets.window_alone(passage).window
    text = passage.text[window.span.start : window.span.end] if window else passage.text
    title = passage.document.title
    joined = " ".join(text.split())
    return joined if not title or joined.startswith(title) else f"{title}. {joined}"
