"""Explanations of scores: a tree of lines for the terminal, and plain values for JSON.

7.31 = 4.02 troops + 3.29 "as he left"; length 87, 92.3 on average
├ 4.02  troops: troops 2, troop 1 (title 1); tf 5, in 7 of 43 passages, weight 1.83
└ 3.29  "as he left"
  ├ 1.20  =as: as 1; …
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seedsearch.model import Explanation, Meaning, Part
from seedsearch.render.messages import plural
from seedsearch.render.sanitize import clean

_PLACES = {"nearness": "near each other", "document": "in the whole document"}
_MOST_IN_A_SUM = 6
_MOST_TERMS = 8  # a prefix may match very many


def explanation_lines(
    explanation: Explanation, score: float, meaning: Meaning | None = None
) -> Iterator[str]:
    """Yield the lines of the tree, sanitised. What a model adds stands before the words."""
    if meaning is not None:
        model, similarity, words, on_scale, weight = meaning
        yield (
            f"{score:.2f} = {1 - weight:g} × {words:.2f} words + {weight:g} × {on_scale:.2f} meaning; "
            f"similarity {similarity:.3f} by {clean(model)}"
        )
        score = words
    if not explanation.parts:
        yield f"{score:.2f}: no part of the query adds to the score"
        return
    parts = " + ".join(f"{part.score:.2f} {clean(part.query)}" for part in explanation.parts)
    if len(explanation.parts) > _MOST_IN_A_SUM:
        parts = f"the sum of {len(explanation.parts)} parts"
    yield (
        f"{score:.2f} = {parts}; "
        f"length {explanation.length}, {explanation.mean_length:.1f} on average"
    )
    yield from _branches(explanation.parts, explanation.passages, "")


def _branches(parts: tuple[Part, ...], passages: int, before: str) -> Iterator[str]:
    for number, part in enumerate(parts, 1):
        last = number == len(parts)
        yield f"{before}{'└' if last else '├'} {part.score:.2f}  {_part_text(part, passages)}"
        yield from _branches(part.parts, passages, before + ("  " if last else "│ "))


def _part_text(part: Part, passages: int) -> str:
    boost = f", times {part.boost:g}" if part.boost != 1 else ""
    if part.kind in _PLACES:
        return f"{clean(part.query)}: {_PLACES[part.kind]}{boost}"
    if part.facts is None:
        return clean(part.query) + boost
    facts = part.facts
    uses = ", ".join(
        f"{clean(use.term)} {use.body}" + (f" (title {use.title})" if use.title else "")
        for use in facts.terms[:_MOST_TERMS]
    )
    more = f" and {len(facts.terms) - _MOST_TERMS} more" if len(facts.terms) > _MOST_TERMS else ""
    return (
        f"{clean(part.query)}: {uses}{more}; tf {facts.tf}, "
        f"in {facts.df:,} of {plural(passages, 'passage')}, weight {facts.weight:.2f}{boost}"
    )


def explanation_object(explanation: Explanation) -> dict[str, Any]:
    """Return the explanation as plain values."""
    return {
        "parts": [_part_object(part) for part in explanation.parts],
        "length": explanation.length,
        "mean_length": explanation.mean_length,
        "passages": explanation.passages,
    }


def _part_object(part: Part) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: getattr(part, name) for name in ("kind", "query", "score", "boost")
    }
    if part.facts is not None:
        terms, tf, df, weight = part.facts
        uses = [use._asdict() for use in terms]
        values |= {"tf": tf, "df": df, "weight": weight, "terms": uses}
    if part.parts:
        values["parts"] = [_part_object(inner) for inner in part.parts]
    return values
