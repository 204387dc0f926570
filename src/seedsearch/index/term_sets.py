"""Find the ranges of postings that make up the term set of a query's leaf, as the core takes them.

A *term set* is what one leaf of a query stands for: a Term its stem class, an Exact the one term, a Prefix, Wildcard or
Fuzzy every term that fits, a Compounds a stem class and some compounds. It has one frequency and one document
frequency, whatever the number of its terms.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from operator import itemgetter
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
from seedsearch.core import compiled, matching
from seedsearch.engine.base import MAX_EXPANSIONS
from seedsearch.engine.bm25f import TITLE_WEIGHT, Statistics
from seedsearch.errors import QueryTooBroadError
from seedsearch.index.dictionary import BODY, TITLE, find_groups, pattern_of, text_of, utf8
from seedsearch.index.group_blocks import Group
from seedsearch.index.segment import Segment
from seedsearch.query.ast import Compounds, Exact, Fuzzy, Leaf, Prefix, Spelt, Term, Wildcard
from seedsearch.record import NamedTuple

if TYPE_CHECKING:
    from seedsearch.core import _core


_new = tuple.__new__  # quicker than to call a class of named tuples
_SEGMENT = itemgetter(0)
_MOST_COMPOUNDS = 1_000  # words whose compounds are remembered


class PostingsRange(NamedTuple):
    """A part of a term set in one segment: the postings of a stem class, and its chosen forms (None: all).

    `language` is the language of the stem class, "" if it dominates its script (`analysis.stemming`). Stem classes
    of one word and field in several languages share no passage.
    """

    segment: int
    group: Group
    title: bool
    members: tuple[int, ...] | None
    language: str = ""


class TermSet(NamedTuple):
    """The ranges of postings of a leaf, in the order of the segments.

    `df` is -1 if only counting can find it. `frequency` is the sum of the weighted frequencies in all passages. If the
    core found the ranges, they are in `parts`, as it takes them.
    """

    ranges: tuple[PostingsRange, ...]
    df: int
    frequency: int
    parts: tuple[_core.Part, ...] = ()


def passage_table(segments: Sequence[Segment], statistics: Statistics) -> _core.PassageTable:
    """Return the columns of all passages of an index, as the core takes them."""
    return matching.passage_table(
        tuple(segment.of_passages() for segment in segments), *statistics.norm(), TITLE_WEIGHT
    )


def parts_of(
    segments: Sequence[Segment], ranges: Sequence[PostingsRange]
) -> tuple[_core.Part, ...]:
    """Return the ranges of a term set, as the core takes them."""
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
        self._dictionaries = [segment.dictionary for segment in segments]
        readers = [segment.file.reader for segment in segments]
        self._readers = tuple([reader for reader in readers if reader is not None])
        self._languages = sorted({code for segment in segments for code in segment.languages})
        self._analyzer = analyzer
        self._compounds: dict[str, dict[str, list[PostingsRange]]] = {}
        self._known: dict[str, bool] = {}
        self._fold = analyzer.fold
        self._stem = analyzer.stem
        self._sense = analyzer.sense

    def of(self, leaf: Leaf) -> TermSet:
        """Return the term set of a leaf. Raise QueryTooBroadError if it has more than MAX_EXPANSIONS terms."""
        if isinstance(leaf, Term | Exact):
            return self._by_core(leaf) or _counted(self.ranges(leaf), exact=isinstance(leaf, Exact))
        fields = _fields_of(leaf)
        if isinstance(leaf, Compounds):
            return self._with_compounds(leaf, fields)
        return self._expanded(leaf, fields)

    def ranges(self, leaf: Term | Exact) -> list[PostingsRange]:
        """Return the ranges of postings of a word."""
        exact, as_spelt = isinstance(leaf, Exact), isinstance(leaf, Spelt)
        return self.of_word(_fields_of(leaf), leaf.text, exact=exact, as_spelt=as_spelt)

    def parts(self, term_set: TermSet, leaf: Leaf) -> tuple[_core.Part, ...]:
        """Return the ranges of a leaf that has some, as the core takes them.

        The ranges of its term set may have been dropped.
        """
        if term_set.parts:
            return term_set.parts
        ranges = term_set.ranges
        if not ranges:
            ranges = (
                tuple(self.ranges(leaf)) if isinstance(leaf, Term | Exact) else self.of(leaf).ranges
            )
        return parts_of(self._segments, ranges)

    def _by_core(self, leaf: Term | Exact) -> TermSet | None:
        """Return the term set of a word, unless the core cannot find it or a language stems its spelling."""
        text = leaf.text
        languages = self._languages
        if not self._readers or (languages and any(self._sense(text, code) for code in languages)):
            return None
        term = text if isinstance(leaf, Exact) else self._fold(text)
        form = utf8(term) if isinstance(leaf, Exact) else None
        key = utf8(self._stem(term))
        in_bodies = leaf.field != "title"
        found = compiled.find_word(self._readers, in_bodies, key, form, TITLE_WEIGHT)
        return found and _new(TermSet, ((), found[1], found[2], found[0]))

    def of_word(
        self,
        fields: tuple[bytes, ...],
        text: str,
        *,
        exact: bool = False,
        as_spelt: bool = False,
    ) -> list[PostingsRange]:
        """Return the ranges of a word in these fields and in each language.

        `text` is a spelling, or a term if `exact`. The word means its stem class. In languages that stem spellings
        it also means the terms whose stem is the same without accents, unless `as_spelt`.
        """
        term = text if exact else self._fold(text)
        key = utf8(self._stem(term))
        wanted = utf8(term) if exact else None
        ranges = [
            _range(number, group, is_title, None if wanted is None else [wanted])
            for number, is_title, group, _ in self._groups(fields, key)
            if wanted is None or wanted in group.members
        ]
        senses = {
            language: sense
            for language in self._languages
            if (sense := self._sense(text, language)) is not None
        }
        if as_spelt:
            for language, sense in senses.items():
                ranges += [
                    _range(number, group, is_title, None, language)
                    for number, is_title, group, _ in self._groups(fields, utf8(sense.spelt))
                ]
        elif senses:
            ranges += self._in_languages(fields, senses, wanted)
        ranges.sort(key=_SEGMENT)
        return ranges

    def _groups(
        self, fields: tuple[bytes, ...], *keys: bytes
    ) -> Iterator[tuple[int, bool, Group, bytes]]:
        """The groups of some keys in some fields: the segment, whether it is of titles, the group, and its key."""
        sought = tuple([(field, key) for field in fields for key in keys])
        for number, place, group in find_groups(self._dictionaries, tuple(map(b"".join, sought))):
            field, key = sought[place]
            yield number, field == TITLE, group, key

    def _in_languages(
        self, fields: tuple[bytes, ...], senses: dict[str, Sense], wanted: bytes | None
    ) -> Iterator[PostingsRange]:
        """Yield the ranges of a word in the languages that stem spellings."""
        languages: dict[bytes, str] = {}
        for language, sense in senses.items():
            keys = {class_of(utf8(sense.plain))} | (set() if wanted else {utf8(sense.stem)})
            languages |= dict.fromkeys(keys, language)
            for segment in self._segments:
                if language in segment.languages:
                    for key in keys:
                        languages |= dict.fromkeys(segment.dictionary.classes(key), language)
        for number, is_title, group, key in self._groups(fields, *languages):
            language = languages[key]
            sense = senses[language]
            if wanted is None and class_of(key) == utf8(sense.stem):
                yield _range(number, group, is_title, None, language)
                continue
            members = [
                name
                for name in group.members
                if (sense.fits(text_of(name)) if wanted is None else name == wanted)
            ]
            if members:
                yield _range(number, group, is_title, members, language)

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
                    yield part, text_of(term), _range(number, group, is_title, [term], language)

    def _is_word(self, key: str) -> bool:
        """Whether any segment has a stem class: see `compounds.IsWord`."""
        known = self._known.get(key)
        if known is None:
            wanted = utf8(key)
            is_spelt = key.rpartition(MARK.decode())[2] in WITH_ACCENTS
            known = self._known[key] = any(
                dictionary.group(BODY + wanted)
                or (is_spelt and wanted in map(class_of, dictionary.classes(wanted)))
                for dictionary in self._dictionaries
            )
        return known

    def _with_compounds(self, leaf: Compounds, fields: tuple[bytes, ...]) -> TermSet:
        self.compounds((leaf.text,))
        terms = self._compounds[leaf.text]
        ranges = self.of_word(fields, leaf.text)
        for term in leaf.terms:
            ranges += (found for found in terms.get(term, ()) if found.title or BODY in fields)
        ranges.sort(key=_SEGMENT)
        return _term_set(ranges)

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
                _range(number, segment.dictionary.group_at(group), title, members)
                for (title, group), members in chosen.items()
            )
        return _term_set(ranges)


def _fields_of(leaf: Leaf) -> tuple[bytes, ...]:
    return (TITLE,) if leaf.field == "title" else (BODY, TITLE)


def _range(
    segment: int, group: Group, title: bool, members: Sequence[bytes] | None, language: str = ""
) -> PostingsRange:
    """Return the range of a group's chosen members, None for all."""
    chosen = None
    if members is not None and len(members) < len(group.members):
        chosen = tuple([group.members.index(member) for member in members])
    return _new(PostingsRange, (segment, group, title, chosen, language))


def _term_set(ranges: Sequence[PostingsRange], df: int = -1) -> TermSet:
    """Return the term set of some ranges."""
    frequency = 0
    for _, group, title, members, _ in ranges:
        cf = group.cf if members is None else sum([group.member_cf[member] for member in members])
        frequency += TITLE_WEIGHT * cf if title else cf
    return TermSet(tuple(ranges), df if ranges else 0, frequency)


def _counted(ranges: list[PostingsRange], *, exact: bool = False) -> TermSet:
    """A term set whose df the dictionary knows, unless it has terms of several stem classes of a language."""
    of_languages = [found for found in ranges if found.language]
    if of_languages:
        classes = {(found.segment, found.title, found.language) for found in of_languages}
        if len(classes) < len(of_languages) or any(f.members is not None for f in of_languages):
            return _term_set(ranges)
    bodies = {(number, language) for number, _, title, _, language in ranges if not title}
    df = 0
    for number, group, title, members, language in ranges:
        beside_body = title and (number, language) in bodies
        if exact:
            # Count the one word, even if it is the only form in titles: bodies may have other forms.
            member = members[0] if members else 0
            df += (group.member_extra if beside_body else group.member_df)[member]
        else:
            df += group.extra if beside_body else group.df
    return _term_set(ranges, df)


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
