"""From the leaves of a query to postings: which ranges of postings a term set is made of, and what the core takes.

A *term set* is what one leaf of a query stands for: a Term its stem class, an Exact the one term, a Prefix, Wildcard or
Fuzzy every term that fits, a Compounds a stem class and some compounds. It has one frequency and one document
frequency, whatever the number of its terms.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING

from seedsearch.analysis import Analyzer
from seedsearch.analysis.compounds import (
    COMPOUNDING,
    LEAST,
    LEAST_SHARE,
    MOST_ENDING,
    WITH_ACCENTS,
    Part,
)
from seedsearch.analysis.stemming import MARK, Sense, class_of
from seedsearch.core import matching
from seedsearch.engine.base import MAX_EXPANSIONS
from seedsearch.engine.bm25f import TITLE_WEIGHT, Statistics
from seedsearch.errors import QueryTooBroadError
from seedsearch.index.dictionary import BODY, TITLE, text_of, utf8
from seedsearch.index.group_blocks import Group
from seedsearch.index.segment import Segment
from seedsearch.index.term_patterns import TermPattern, pattern_of
from seedsearch.query.ast import Compounds, Exact, Fuzzy, Leaf, Prefix, Spelt, Term, Wildcard
from seedsearch.record import NamedTuple

if TYPE_CHECKING:
    from seedsearch.core import _core


_MOST_COMPOUNDS = 1_000  # words whose compounds are remembered


class PostingsRange(NamedTuple):
    """A part of a term set in one segment: the postings of a stem class, and which of its forms (None: all).

    `language` is that of the stem class, "" where it is dominating (`analysis.stemming`): stem classes of a word in one
    field and in several languages share no passage.
    """

    segment: int
    group: Group
    title: bool
    members: tuple[int, ...] | None
    language: str = ""


class TermSet(NamedTuple):
    """A leaf made ready: its ranges of postings, in the order of the segments.

    `df` is -1 where only counting can tell. `frequency` is the sum of the weighted frequencies in all passages.
    """

    ranges: tuple[PostingsRange, ...]
    df: int
    frequency: int


def passage_table(segments: Sequence[Segment], statistics: Statistics) -> _core.PassageTable:
    """What stands for each passage of an index, as the core takes it."""
    return matching.passage_table(
        tuple(segment.of_passages() for segment in segments), *statistics.norm(), TITLE_WEIGHT
    )


def parts_of(
    segments: Sequence[Segment], ranges: Sequence[PostingsRange]
) -> tuple[_core.Part, ...]:
    """The ranges of a term set, as the core takes them."""
    by_segment: dict[int, list[_core.Source]] = {}
    for segment, group, title, members, _ in ranges:
        chosen = None if members is None else array("I", members).tobytes()
        source = segments[segment].source(group, chosen, title=title)
        by_segment.setdefault(segment, []).append(source)
    return tuple([(number, tuple(sources)) for number, sources in by_segment.items()])


class TermSets:
    """Finds the term sets of one state of an index."""

    def __init__(self, segments: Sequence[Segment], analyzer: Analyzer) -> None:
        self._segments = segments
        self._languages = sorted({code for segment in segments for code in segment.languages})
        self._analyzer = analyzer
        self._compounds: dict[str, dict[str, list[PostingsRange]]] = {}
        self._known: dict[str, bool] = {}
        self._fold = analyzer.fold
        self._stem = analyzer.stem
        self._sense = analyzer.sense

    def of(self, leaf: Leaf) -> TermSet:
        """The term set of a leaf. Raises QueryTooBroadError past MAX_EXPANSIONS terms."""
        fields = (TITLE,) if leaf.field == "title" else (BODY, TITLE)
        match leaf:
            case Term(text):
                as_spelt = isinstance(leaf, Spelt)
                return _counted(self.of_word(fields, text, as_spelt=as_spelt))
            case Exact(text):
                return _counted(self.of_word(fields, text, exact=True), exact=True)
            case Compounds(text):
                return self._with_compounds(leaf, fields)
            case _:
                return self._expanded(leaf, fields)

    def of_word(
        self,
        fields: tuple[bytes, ...],
        text: str,
        *,
        exact: bool = False,
        as_spelt: bool = False,
    ) -> list[PostingsRange]:
        """A word in these fields and in each language; `text` is a spelling, or if `exact` a term.

        It is its stem class. In languages that stem spellings, the terms that share its stem where both are without
        accents are meant as well, unless `as_spelt`.
        """
        term = text if exact else self._fold(text)
        key = utf8(self._stem(term))
        wanted = utf8(term) if exact else None
        ranges: list[PostingsRange] = []
        for number, segment in enumerate(self._segments):
            for field in fields:
                group = segment.dictionary.group(field + key)
                if group and (wanted is None or wanted in group.members):
                    chosen = _chosen(group, wanted)
                    ranges.append(PostingsRange(number, group, field == TITLE, chosen))
        for language in dict.fromkeys(
            code for segment in self._segments for code in segment.languages
        ):
            sense = self._sense(text, language)
            if sense and as_spelt:
                ranges += self._as_spelt(fields, utf8(sense.spelt), language)
            elif sense:
                ranges += self._in_language(fields, sense, language, wanted)
        ranges.sort(key=lambda found: found.segment)
        return ranges

    def _as_spelt(
        self, fields: tuple[bytes, ...], key: bytes, language: str
    ) -> Iterator[PostingsRange]:
        """The stem class of one spelling."""
        for number, segment in enumerate(self._segments):
            for field in fields:
                if group := segment.dictionary.group(field + key):
                    yield PostingsRange(number, group, field == TITLE, None, language)

    def _in_language(
        self, fields: tuple[bytes, ...], sense: Sense, language: str, wanted: bytes | None
    ) -> Iterator[PostingsRange]:
        """The same in a language that stems spellings."""
        key = b"" if wanted else utf8(sense.stem)
        beginning = TermPattern(text_of(wanted) if wanted else sense.beginning)
        for number, segment in enumerate(self._segments):
            if language not in segment.languages:
                continue
            for field in fields:
                chosen: dict[int, list[bytes]] = {}
                for term, found in segment.dictionary.fitting(field, beginning):
                    if term[1:] == wanted or (key and sense.fits(text_of(term[1:]))):
                        chosen.setdefault(found, []).append(term[1:])
                for own in segment.dictionary.spellings(field + key) if key else ():
                    yield PostingsRange(number, own, field == TITLE, None, language)
                for found, members in chosen.items():
                    name = class_of(segment.dictionary.key_at(found))
                    if name != field + key and name.endswith(MARK + language.encode()):
                        group = segment.dictionary.group_at(found)
                        places = _places_of(sorted(members), group)
                        yield PostingsRange(number, group, field == TITLE, places, language)

    # ---------------------------------------------------------------------- compounds

    def compounds(self, words: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The terms that are compounds of words, in order: see `engine.base`."""
        new = tuple(word for word in dict.fromkeys(words) if word not in self._compounds)
        found: dict[str, dict[str, list[PostingsRange]]] = {word: {} for word in new}
        for language in self.compounding if new else ():
            parts = [Part(self._analyzer, word, language) for word in new]
            for number, term, place in self._terms_with(parts, language):
                found[new[number]].setdefault(term, []).append(place)
        if len(self._compounds) > _MOST_COMPOUNDS:
            self._compounds.clear()
        self._compounds.update(found)
        return {word: tuple(sorted(terms)) for word in words if (terms := self._compounds[word])}

    @cached_property
    def compounding(self) -> list[str]:
        """The languages whose compounds are looked for: see `compounds.LEAST_SHARE`."""
        if COMPOUNDING.isdisjoint(self._languages):
            return []
        counts: Counter[str] = Counter()
        for segment in self._segments:
            for languages, documents in segment.languages_of_documents():
                counts.update(dict.fromkeys(languages, documents))
                counts[""] += documents if "" not in languages else 0
        least = LEAST_SHARE * counts[""]
        return sorted(code for code in COMPOUNDING.intersection(counts) if counts[code] >= least)

    def _terms_with(
        self, parts: Sequence[Part], language: str
    ) -> Iterator[tuple[int, str, PostingsRange]]:
        """The terms of a language that are compounds: of which part, and where."""
        sought = tuple((utf8(part.start), utf8(part.ending)) for part in parts)
        is_in = cache(lambda part, term: parts[part].is_in(text_of(term), self._is_word))
        for number, segment in enumerate(self._segments):
            if language not in segment.languages:
                continue
            found = segment.dictionary.words_with(sought, language.encode(), LEAST, MOST_ENDING)
            for part, group_number, is_title, term in found:
                if is_in(part, term):
                    group = segment.dictionary.group_at(group_number)
                    places = _places_of([term], group)
                    place = PostingsRange(number, group, is_title, places, language)
                    yield part, text_of(term), place

    def _is_word(self, key: str) -> bool:
        """Whether any segment has a stem class: see `compounds.IsWord`."""
        known = self._known.get(key)
        if known is None:
            wanted = BODY + utf8(key)
            is_spelt = key.rpartition(MARK.decode())[2] in WITH_ACCENTS
            known = self._known[key] = any(
                segment.dictionary.group(wanted)
                or (is_spelt and any(segment.dictionary.spellings(wanted)))
                for segment in self._segments
            )
        return known

    def _with_compounds(self, leaf: Compounds, fields: tuple[bytes, ...]) -> TermSet:
        self.compounds((leaf.text,))
        terms = self._compounds[leaf.text]
        ranges = self.of_word(fields, leaf.text)
        for term in leaf.terms:
            ranges += (found for found in terms.get(term, ()) if found.title or BODY in fields)
        ranges.sort(key=lambda found: found.segment)
        return TermSet(tuple(ranges), -1 if ranges else 0, sum(map(_frequency, ranges)))

    # ---------------------------------------------------------------------- expansions

    def _expanded(self, leaf: Prefix | Wildcard | Fuzzy, fields: tuple[bytes, ...]) -> TermSet:
        pattern = pattern_of(leaf)
        capped = not isinstance(leaf, Prefix) or leaf.capped
        terms: set[bytes] = set()
        ranges: list[PostingsRange] = []
        for number, segment in enumerate(self._segments):
            chosen: dict[tuple[bool, int], list[bytes]] = {}
            for field in fields:
                for key, group in segment.dictionary.fitting(field, pattern):
                    terms.add(key[1:])
                    chosen.setdefault((field == TITLE, group), []).append(key[1:])
                if capped and len(terms) > MAX_EXPANSIONS:
                    raise _too_broad(leaf)
            ranges += (
                _range_of(number, segment.dictionary.group_at(group), title, members)
                for (title, group), members in chosen.items()
            )
        return TermSet(tuple(ranges), -1 if ranges else 0, sum(map(_frequency, ranges)))


def _chosen(group: Group, wanted: bytes | None) -> tuple[int, ...] | None:
    """Which forms are meant, None for all."""
    if wanted is None or len(group.members) == 1:
        return None
    return (group.members.index(wanted),)


def _range_of(number: int, group: Group, title: bool, members: list[bytes]) -> PostingsRange:
    if len(members) == len(group.members):
        return PostingsRange(number, group, title, None)
    return PostingsRange(number, group, title, _places_of(members, group))


def _places_of(members: list[bytes], group: Group) -> tuple[int, ...]:
    return tuple(group.members.index(member) for member in members)


def _frequency(found: PostingsRange) -> int:
    """The sum of the weighted frequencies of a range."""
    group, members = found.group, found.members
    cf = group.cf if members is None else sum(group.member_cf[member] for member in members)
    return TITLE_WEIGHT * cf if found.title else cf


def _counted(ranges: list[PostingsRange], *, exact: bool = False) -> TermSet:
    """A term set whose df the dictionary knows, unless it has terms of several stem classes of a language."""
    of_languages = [found for found in ranges if found.language]
    classes = {(found.segment, found.title, found.language) for found in of_languages}
    if len(classes) < len(of_languages) or any(f.members is not None for f in of_languages):
        return TermSet(tuple(ranges), -1, sum(map(_frequency, ranges)))
    bodies = {(found.segment, found.language) for found in ranges if not found.title}
    df = 0
    for number, group, title, members, language in ranges:
        beside_body = title and (number, language) in bodies
        if exact:
            # Of the one word, also where it is the only form in titles: in bodies there may be others.
            member = members[0] if members else 0
            df += (group.member_extra if beside_body else group.member_df)[member]
        else:
            df += group.extra if beside_body else group.df
    return TermSet(tuple(ranges), df, sum(map(_frequency, ranges)))


def _too_broad(leaf: Prefix | Wildcard | Fuzzy) -> QueryTooBroadError:
    match leaf:
        case Prefix(text):
            shown = f"{text}*"
        case Wildcard(pattern):
            shown = pattern
        case Fuzzy(text, distance):
            shown = f"{text}~{distance}"
    return QueryTooBroadError(
        f"{shown} stands for more than {MAX_EXPANSIONS:,} terms", "use more letters of the word"
    )
