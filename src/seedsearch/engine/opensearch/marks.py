"""The leaves of a query as what the cluster looks for: words, or marks of stem classes (`streams.py`)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import sqrt
from typing import Any

from seedsearch.analysis import Analyzer
from seedsearch.analysis.compounds import COMPOUNDING
from seedsearch.analysis.stemming import OTHERS
from seedsearch.engine.bm25f import K1, REACH, TITLE_WEIGHT, B
from seedsearch.engine.opensearch.client import chunks
from seedsearch.engine.opensearch.streams import clean_mark
from seedsearch.query.ast import Compounds, Exact, Fuzzy, Prefix, Spelt, Term, Wildcard
from seedsearch.record import NamedTuple

_FEW = 32  # marks that the cluster scores one by one; of more, it only says whether one is there
_MOST_MARKS = 60_000  # of one filter


class Near(NamedTuple):
    """A score for two words at most `distance` positions apart, in their order or also turned round."""

    distance: int
    in_order: bool
    score: float


AT_MOST = tuple(
    Near(distance, in_order, sqrt(highest))
    for distance, in_order, highest in (
        (1, True, 1),
        (2, False, 1 / 2),
        (3, True, 1 / 3),
        (4, False, 1 / 4),
        (6, False, 1 / 5),
        (REACH, False, 1 / 7),
    )
)
"""The highest root of the closeness of words that are as far apart or farther. One query for each closeness costs more
than the texts that are read because these are not exact."""

MOST_COUNTED = 3
"""How many words are counted at once."""

_BITS, _SUM_BITS = 24, 51  # of a score, and of a sum, for all of these words
_PASSAGES_BITS = 12  # of the number of passages of a document

_TF = (
    "double tf = 0;"
    "for (def mark : own.marks) { tf += termFreq(own.field, mark) }"
    "for (def mark : own.twice) { tf -= termFreq(own.field, mark) }"
)
_FREQUENCIES = (
    "double all = 0; double unit = 1;"
    f"for (def own : params.counts) {{ {_TF}"
    f" if (tf >= params.base) {{ return {1 << _BITS} }}"  # too many: see `sums_in`
    " all += unit * Math.max(tf, 0); unit *= params.base"
    "}"
    "return all"
)
_LOWEST = (
    f"double norm = {K1} * ({1 - B} + {B} * doc['length'].value / params.mean); double lowest = 1e9;"
    "for (def word : params.words) { double all = 0;"
    " for (def own : word.counts) {"
    "  if (own.narrow && !params.languages.contains(doc['language'].value)) { continue }"
    f" {_TF} all += Math.max(tf, 0) * word.factor"
    " }"
    f" lowest = Math.min(lowest, word.weight * all * {K1 + 1} / (all + norm))"
    "}"
    "return _score * params.share * lowest"
)


class Count(NamedTuple):
    """What a leaf stands for in one field; `narrow`: only in passages of the languages that have compounds."""

    field: str
    marks: Sequence[str]
    twice: Sequence[str]
    narrow: bool


def counted(*counts: Count) -> Mapping[str, Any]:
    """Return the query whose scores are the occurrences of one, or of some that are not narrow: see `sum_of`."""
    any_of = [{"terms": {own.field: own.marks}} for own in counts]
    filters = [{"bool": {"should": any_of}}, *_narrowing(counts[0].narrow)]
    params = {"counts": [own._asdict() for own in counts], "base": _base(len(counts))}
    return {
        "script_score": {
            "query": {"bool": {"filter": filters}},
            "script": {"source": _FREQUENCIES, "params": params},
        }
    }


def sum_of(counts: int) -> dict[str, Any]:
    """Return the aggregation that adds up the scores of `counted`: see `sums_in`."""
    base, unit = _base(counts), 1 << _SUM_BITS // counts
    parts = [f"all / {base**at}L % {base}L * {float(unit**at)}" for at in range(counts)]
    read = f"long all = _score.longValue(); return all < {1 << _BITS}"
    return {"sum": {"sum": {"script": f"{read} ? {' + '.join(parts)} : 1e300"}}}


def sums_in(buckets: Iterable[Mapping[str, Any]], counts: int) -> list[list[int]] | None:
    """Return the sums of the occurrences of each in all buckets, by what `sum_of` gave.

    None if a passage has one so often that they must be asked for one by one.
    """
    bits = _SUM_BITS // counts
    sums = [round(bucket["sum"]["value"]) for bucket in buckets]
    if max(sums, default=0) >> _SUM_BITS:
        return None
    return [[each >> bits * at & (1 << bits) - 1 for each in sums] for at in range(counts)]


def _base(counts: int) -> int:
    """Return what the occurrences in a passage must be below, so that scores and sums have room for all."""
    return 1 << min(_BITS // counts, _SUM_BITS // counts - _PASSAGES_BITS)


class TermSet(NamedTuple):
    """What a leaf stands for: some `words`, and `marks`. Forms with a mark in `twice` have two of `marks`.

    If there are `marks` too, the words count only in passages of the languages that have compounds. `frequency` is the
    sum of tf, if it is known.
    """

    words: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    frequency: int = 0

    def counts(self, field: str, most: int) -> Iterator[Count]:
        """Yield what adds up to the occurrences. Each has at most `most` words."""
        place = _place(field)
        if self.marks:
            marks, twice = (list(map(clean_mark, each)) for each in (self.marks, self.twice))
            yield Count(f"{place}.stems", marks, twice, False)
        for some in chunks(map(clean_mark, self.words), most):
            yield Count(f"{place}.words", some, (), bool(self.marks))


def _place(field: str) -> str:
    return "title" if field == "title" else "body"


def _narrowing(narrow: bool) -> list[Mapping[str, Any]]:
    return [{"terms": {"language": sorted(COMPOUNDING)}}] if narrow else []


def match_any(term_set: TermSet, field: str) -> Mapping[str, Any]:
    """Return the query for passages with any of the words or marks. Its scores are those of the cluster."""
    place = _place(field)
    found = [
        *_any_of(term_set.marks, f"{place}.stems", False),
        *_any_of(term_set.words, f"{place}.words", bool(term_set.marks)),
    ]
    if len(found) < 2:
        return found[0] if found else {"match_none": {}}
    return {"bool": {"should": found, "minimum_should_match": 1}}


def _any_of(marks: Collection[str], field: str, narrow: bool) -> Iterator[Mapping[str, Any]]:
    cleaned = list(map(clean_mark, marks))
    narrowing = _narrowing(narrow)
    for some in chunks(cleaned, _MOST_MARKS):
        if len(some) > _FEW:
            yield {"bool": {"filter": [{"terms": {field: some}}, *narrowing]}}
        elif len(some) == 1 and not narrow:
            yield {"term": {field: some[0]}}
        else:
            any_of = [{"term": {field: mark}} for mark in some]
            yield {"bool": {"should": any_of, "minimum_should_match": 1, "filter": narrowing}}


class Weighed(NamedTuple):
    """A leaf as the cluster scores it by the formula."""

    term_set: TermSet
    field: str
    weight: float

    def unit(self, mean: float) -> Mapping[str, Any]:
        """Return the query whose score is that of the leaf in a passage."""
        found = {"constant_score": {"filter": match_any(self.term_set, self.field)}}
        return _lowest(found, [self], 1.0, mean)

    def params(self) -> Mapping[str, Any]:
        """Return what _LOWEST needs of it."""
        counts = [own._asdict() for own in self.term_set.counts(self.field, _MOST_MARKS)]
        factor = TITLE_WEIGHT if self.field == "title" else 1
        return {"counts": counts, "factor": factor, "weight": self.weight}


def near(one: Weighed, other: Weighed, share: float, mean: float) -> Mapping[str, Any]:
    """Return a query for two words near each other: AT_MOST, multiplied by the lower of their scores and a share."""
    place = _place("title" if "title" in (one.field, other.field) else "")
    clauses = [_spans(own.term_set, place) for own in (one, other)]
    queries: list[Mapping[str, Any]] = []
    for distance, in_order, score in AT_MOST:
        spans = {"clauses": clauses, "slop": distance - 1, "in_order": in_order}
        queries.append({"constant_score": {"filter": {"span_near": spans}, "boost": score}})
    return _lowest({"dis_max": {"queries": queries}}, [one, other], share, mean)


def _lowest(
    found: Mapping[str, Any], words: Sequence[Weighed], share: float, mean: float
) -> Mapping[str, Any]:
    """Return a query that multiplies the score of another by a share, and by the lowest of the scores of words."""
    params = {
        "words": [own.params() for own in words],
        "share": share,
        "mean": mean,
        "languages": sorted(COMPOUNDING),
    }
    return {"script_score": {"query": found, "script": {"source": _LOWEST, "params": params}}}


def _spans(term_set: TermSet, place: str) -> Mapping[str, Any]:
    """Return the query for the positions of a word, which are the same in both streams."""
    stems, words = f"{place}.stems", f"{place}.words"
    spans: list[Mapping[str, Any]] = [
        {"span_term": {stems: clean_mark(mark)}} for mark in term_set.marks
    ]
    for word in term_set.words:
        span = {"span_term": {words: clean_mark(word)}}
        spans.append({"field_masking_span": {"query": span, "field": stems}})
    return spans[0] if len(spans) == 1 else {"span_or": {"clauses": spans}}


def term_set(
    leaf: Term | Exact | Compounds, languages: Collection[str], analyzer: Analyzer
) -> TermSet:
    """Return the marks of a word in an index with these languages."""
    if isinstance(leaf, Exact):
        return TermSet((leaf.text,))
    marks = [analyzer.stem(analyzer.fold(leaf.text))]
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
        marks += [kind, f"<{kind}", plain, f"^{plain}"]
        twice.append(f"&{kind}^{plain}")
    parts = _parts(leaf, languages, analyzer) if isinstance(leaf, Compounds) else ()
    return TermSet(parts, tuple(dict.fromkeys(marks)), tuple(twice))


def _parts(leaf: Compounds, languages: Collection[str], analyzer: Analyzer) -> tuple[str, ...]:
    """Return the compounds that are no forms of the word itself."""
    meant = [
        (language, analyzer.meant(leaf.text, language))
        for language in COMPOUNDING.intersection(languages)
    ]
    return tuple(
        term
        for term in leaf.terms
        if not any(fits(analyzer.form(term, language)) for language, fits in meant)
    )


def escaped(text: str) -> str:
    """Return a text as a part of a regular expression of the cluster."""
    return re.sub(r'([.?+*|{}\[\]()"\\#@&<>~])', r"\\\1", text)


def pattern_of(leaf: Prefix | Wildcard | Fuzzy) -> str:
    """Return a regular expression of the cluster that all terms of a leaf match, and perhaps others."""
    match leaf:
        case Prefix(text):
            return f"{escaped(text)}.*"
        case Wildcard(pattern):
            signs = {"*": ".*", "?": "."}
            return "".join(signs.get(char) or escaped(char) for char in pattern)
        case Fuzzy(text, distance):
            return f".{{{max(0, len(text) - distance)},{len(text) + distance}}}"
