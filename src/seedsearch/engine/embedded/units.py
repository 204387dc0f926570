"""From the leaves of a query to postings: which groups and members a unit is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from math import sqrt

from seedsearch.analysis import Analyzer
from seedsearch.analysis.stemming import marked, own_language
from seedsearch.analysis.tokenizer import is_unspaced
from seedsearch.engine.base import MAX_EXPANSIONS, PRIOR, TITLE_WEIGHT, idf
from seedsearch.engine.embedded.shapes import shape_of
from seedsearch.errors import QueryTooBroadError
from seedsearch.index.dictionary import BODY, TITLE, Group
from seedsearch.index.segment import Segment
from seedsearch.query.ast import Exact, Fuzzy, Leaf, Prefix, Term, Wildcard
from seedsearch.query.match import fits_term
from seedsearch.record import NamedTuple


class Source(NamedTuple):
    """A part of a unit in one segment: a group, and which of its members (None: all).

    `language` is that of the group, "" where it is dominating (`analysis.stemming`): groups of a word in one field and
    in several languages share no passage.
    """

    segment: int
    group: Group
    title: bool
    members: tuple[int, ...] | None
    language: str = ""


class Unit(NamedTuple):
    """A leaf made ready: its sources by segment, and its df, -1 where only counting can tell.

    `frequency` is the sum of its weighted frequencies in all passages, `postings` how many there are to read in all.
    """

    sources: tuple[tuple[Source, ...], ...]
    df: int
    frequency: int
    all_sources: tuple[Source, ...]
    postings: int


def term_weight(total: int, df: int, frequency: int, text: str) -> float:
    """The weight of a unit that `df` of `total` passages hold, with `frequency` in all of them together.

    The idf times the root of the mean frequency, with PRIOR, unless `text`, which the
    unit stands for, is of a script without spaces: see engine.memory.
    """
    rarity = idf(total, df)
    return rarity if is_unspaced(text) else rarity * sqrt((frequency + PRIOR) / (df + PRIOR))


class Units:
    """Finds the units of one state of an index; remembers them."""

    def __init__(self, segments: Sequence[Segment], analyzer: Analyzer) -> None:
        self._segments = segments
        self._stem = analyzer.stem
        self._known: dict[Leaf, Unit] = {}

    def unit(self, leaf: Leaf) -> Unit:
        """The unit of a leaf. Raises QueryTooBroadError past MAX_EXPANSIONS terms."""
        unit = self._known.get(leaf)
        if unit is None:
            if len(self._known) > 10_000:
                self._known.clear()
            unit = self._known[leaf] = self._make(leaf)
        return unit

    def _make(self, leaf: Leaf) -> Unit:
        fields = (TITLE,) if leaf.field == "title" else (BODY, TITLE)
        match leaf:
            case Term(text):
                return _summed(self.grouped(fields, text))
            case Exact(text):
                return _summed(self.grouped(fields, text, exact=True), exact=True)
            case _:
                return self._expanded(leaf, fields)

    def grouped(
        self, fields: tuple[bytes, ...], text: str, *, exact: bool = False
    ) -> Iterator[tuple[Source, ...]]:
        """By segment, a word's groups in these fields and in each language; of these only the word if `exact`."""
        wanted = _utf8(text) if exact else None
        keys = {"": _utf8(self._stem(text))}
        for number, segment in enumerate(self._segments):
            sources: list[Source] = []
            for language in ("", *segment.languages):
                if language not in keys:
                    keys[language] = self._key(text, language)
                if key := keys[language]:
                    found = (segment.dictionary.group(field + key) for field in fields)
                    for field, group in zip(fields, found, strict=True):
                        if group and (wanted is None or wanted in group.members):
                            chosen = _chosen(group, wanted)
                            sources.append(Source(number, group, field == TITLE, chosen, language))
            yield tuple(sources)

    def _key(self, text: str, language: str) -> bytes:
        """The key, without its field, of a word's group in a language; b"" where the dominating one has the word."""
        if not own_language(text, language):
            return b""
        return marked(_utf8(self._stem(text, language)), language)

    # ---------------------------------------------------------------------- expansions

    def _expanded(self, leaf: Prefix | Wildcard | Fuzzy, fields: tuple[bytes, ...]) -> Unit:
        start, fits = term_test(leaf)
        shapes = [shape_of(leaf, field) for field in fields]
        capped = not isinstance(leaf, Prefix) or leaf.capped
        terms: set[bytes] = set()
        sources: list[tuple[Source, ...]] = []
        for number, segment in enumerate(self._segments):
            chosen: dict[tuple[bool, int], list[bytes]] = {}
            for field, shape in zip(fields, shapes, strict=True):
                for key, group in segment.dictionary.shaped(field + start, shape):
                    if fits(key[1:]):
                        terms.add(key[1:])
                        chosen.setdefault((field == TITLE, group), []).append(key[1:])
                if capped and len(terms) > MAX_EXPANSIONS:
                    raise _too_broad(leaf)
            sources.append(
                tuple(
                    _member_source(number, segment.dictionary.group_at(group)[1], title, members)
                    for (title, group), members in chosen.items()
                )
            )
        return _unit(tuple(sources), -1 if any(sources) else 0)


def _chosen(group: Group, wanted: bytes | None) -> tuple[int, ...] | None:
    """Which members are meant, None for all."""
    if wanted is None or len(group.members) == 1:
        return None
    return (group.members.index(wanted),)


def _member_source(number: int, group: Group, title: bool, members: list[bytes]) -> Source:
    if len(members) == len(group.members):
        return Source(number, group, title, None)
    return Source(number, group, title, tuple(group.members.index(m) for m in members))


def _unit(sources: tuple[tuple[Source, ...], ...], df: int) -> Unit:
    together = tuple(source for of_segment in sources for source in of_segment)
    frequency = sum(map(_frequency, together))
    return Unit(sources, df, frequency, together, sum(source.group.df for source in together))


def _frequency(source: Source) -> int:
    """The sum of a source's weighted frequencies."""
    group, members = source.group, source.members
    cf = group.cf if members is None else sum(group.member_cf[member] for member in members)
    return TITLE_WEIGHT * cf if source.title else cf


def _summed(by_segment: Iterator[tuple[Source, ...]], *, exact: bool = False) -> Unit:
    """A unit whose df the dictionary knows: at most one body and one title group a segment and language."""
    sources = tuple(by_segment)
    df = 0
    for found in sources:
        in_body = {source.language for source in found if not source.title}
        for _, group, title, members, language in found:
            beside_body = title and language in in_body
            if exact:
                # Of the one word, also where it is its group's only one in titles: in bodies the group may have others.
                member = members[0] if members else 0
                df += (group.member_extra if beside_body else group.member_df)[member]
            else:
                df += group.extra if beside_body else group.df
    return _unit(sources, df)


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


def term_test(leaf: Prefix | Wildcard | Fuzzy) -> tuple[bytes, Callable[[bytes], bool]]:
    """What a fitting term begins with, and whether one that does fits."""
    fits = fits_term(leaf)
    match leaf:
        case Prefix(text):
            return _utf8(text), lambda term: True
        case Wildcard(pattern):
            start = re.split(r"[*?]", pattern, maxsplit=1)[0]
            return _utf8(start), lambda term: fits(term.decode("utf-8", "surrogatepass"))
        case Fuzzy(text, distance):
            # A cheap test first: a term of bytes has at least as many bytes as letters.
            least, most = len(text) - distance, 4 * (len(text) + distance)
            letters = set(text)

            def near(term: bytes) -> bool:
                if not least <= len(term) <= most:
                    return False
                other = term.decode("utf-8", "surrogatepass")
                return len(letters.difference(other)) <= distance and fits(other)

            return b"", near


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
