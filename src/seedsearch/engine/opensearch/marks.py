"""The leaves of a query as marks: what the cluster looks for, and how often it finds it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from seedsearch.analysis import Analyzer
from seedsearch.analysis.compounds import COMPOUNDING
from seedsearch.analysis.stemming import OTHERS
from seedsearch.engine.opensearch.client import chunks
from seedsearch.engine.opensearch.mapping import JOINT, clean_mark
from seedsearch.query.ast import Compounds, Exact, Fuzzy, Prefix, Spelt, Term, Wildcard
from seedsearch.record import NamedTuple

_FEW = 32  # marks that the cluster scores one by one; of more, it only says whether one is there
_MOST_MARKS = 60_000  # of one filter


class TermSet(NamedTuple):
    """Marks that a leaf stands for. Forms with a mark in `twice` have two of `marks`.

    `parts` count only in passages of the languages that have compounds. `frequency` is the sum of tf, if it is known.
    """

    marks: tuple[str, ...]
    twice: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    frequency: int = 0

    def counting(self, field: str, most: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield queries whose scores, times the sign, add up to the occurrences. Each has at most `most` clauses."""
        if self.frequency:
            return
        counted = "title" if field == "title" else "body.count"
        for sign, marks, narrow in (
            (1, self.marks, False),
            (-1, self.twice, False),
            (1, self.parts, True),
        ):
            for some in chunks(marks, most):
                yield sign, _scored(some, counted, narrow)


def _scored(marks: Collection[str], field: str, narrow: bool) -> Mapping[str, Any]:
    any_of = [{"term": {field: clean_mark(mark)}} for mark in marks]
    return {"bool": {"should": any_of, "minimum_should_match": 1, "filter": _narrowing(narrow)}}


def _narrowing(narrow: bool) -> list[Mapping[str, Any]]:
    return [{"terms": {"language": sorted(COMPOUNDING)}}] if narrow else []


def match_any(marks: TermSet, field: str) -> Mapping[str, Any]:
    """Return the query for passages with any of the marks. Its scores are those of the cluster."""
    where = "title" if field == "title" else "body"
    if len(marks.marks) == 1 and not marks.parts:
        return {"term": {where: clean_mark(marks.marks[0])}}
    found = [
        _scored(some, where, narrow)
        if len(some) <= _FEW
        else {
            "bool": {
                "filter": [{"terms": {where: list(map(clean_mark, some))}}, *_narrowing(narrow)]
            }
        }
        for own, narrow in ((marks.marks, False), (marks.parts, True))
        for some in chunks(own, _MOST_MARKS)
    ]
    return {"bool": {"should": found, "minimum_should_match": 1}} if found else {"match_none": {}}


def term_set(
    leaf: Term | Exact | Compounds, languages: Collection[str], analyzer: Analyzer
) -> TermSet:
    """Return the marks of a word in an index with these languages."""
    if isinstance(leaf, Exact):
        return TermSet((f"={leaf.text}",))
    marks = [f"~{analyzer.stem(analyzer.fold(leaf.text))}"]
    twice = []
    for language in sorted(OTHERS.intersection(languages)):
        sense = analyzer.sense(leaf.text, language)
        if sense is None:
            continue
        if isinstance(leaf, Spelt):
            marks.append(f"%{sense.spelt}")
            continue
        kind = sense.stem
        plain = analyzer.form(analyzer.fold(leaf.text), language).stem
        marks += [f"~{kind}", f"<{kind}", f"~{plain}", f"^{plain}"]
        twice.append(f"&{kind}^{plain}")
    parts = _parts(leaf, languages, analyzer) if isinstance(leaf, Compounds) else ()
    return TermSet(tuple(dict.fromkeys(marks)), tuple(twice), parts)


def _parts(leaf: Compounds, languages: Collection[str], analyzer: Analyzer) -> tuple[str, ...]:
    """Return the marks of compounds that are no forms of the word itself."""
    meant = [
        (language, analyzer.meant(leaf.text, language))
        for language in COMPOUNDING.intersection(languages)
    ]
    return tuple(
        f"={term}"
        for term in leaf.terms
        if not any(fits(analyzer.form(term, language)) for language, fits in meant)
    )


def escaped(text: str) -> str:
    """Return a text as a part of a regular expression of the cluster."""
    return re.sub(r'([.?+*|{}\[\]()"\\#@&<>~])', r"\\\1", text)


def pattern_of(leaf: Prefix | Wildcard | Fuzzy) -> str:
    """Return a regular expression of the cluster that all terms of a leaf match, and perhaps others."""
    anything = f"[^{JOINT}]"
    match leaf:
        case Prefix(text):
            return f"{escaped(text)}{anything}*"
        case Wildcard(pattern):
            signs = {"*": f"{anything}*", "?": anything}
            return "".join(signs.get(char) or escaped(char) for char in pattern)
        case Fuzzy(text, distance):
            return f"{anything}{{{max(0, len(text) - distance)},{len(text) + distance}}}"
