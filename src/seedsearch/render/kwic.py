"""Hits as a concordance (keyword in context): a line for each match, with the text before and after it.

In a pipe, a line is ``place<TAB>line<TAB>before<TAB>match<TAB>after``; as JSON, it is `seedsearch.kwic/1`. A terminal
aligns the matches in cells, in any script. Matches separated only by white space are one. The text is the passage's, on
one line.

Sorting by "right" or "left" orders lines by the words after or before the match, the nearest first. Upper case and
punctuation do not count. Otherwise lines are in the order of the hits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from seedsearch.model import Hit, SearchResult
from seedsearch.record import NamedTuple
from seedsearch.render.cells import display_width, first_cells, last_cells
from seedsearch.render.jsonl import json_line, known, path_fields
from seedsearch.render.paint import Paint
from seedsearch.render.records import PASSAGE, RecordOptions, citation_of, place_field
from seedsearch.render.sanitize import clean, fold
from seedsearch.search.fragments import line_ends

KWIC_SCHEMA = "seedsearch.kwic/1"
_MOST_PLACE = 0.3  # maximum share of a row for the place of the match
_BEFORE = 0.45  # share of the rest of the row before the match


class Match(NamedTuple):
    """A match, the line of its file, and the text around it in its passage, on one line."""

    hit: Hit
    line: int
    left: str
    match: str
    right: str


def records(result: SearchResult, options: RecordOptions) -> Iterator[bytes]:
    """Yield a record, or an object, for each match."""
    room = None if options.text == PASSAGE else options.width
    for match in in_order(matches_of(result.hits), options.sort):
        left, right = _around(match, room)
        if options.form == "kwic-json":
            yield _object(match, left, right, options)
            continue
        texts = clean(left), options.paint("lit", clean(match.match)), clean(right)
        place = place_field(match.hit, b"\t", options)
        yield place + "\t".join((str(match.line), *texts)).encode() + b"\n"


def rows(result: SearchResult, sort: str, width: int, paint: Paint) -> Iterator[str]:
    """Yield a row of at most `width` cells for each match, with the matches aligned."""
    found = in_order(matches_of(result.hits), sort)
    places = [clean(str(citation_of(match.hit)._replace(line=match.line))) for match in found]
    widest = max(map(display_width, places), default=0)
    of_place = min(widest, int(width * _MOST_PLACE))
    rest = max(width - of_place - 2, 1)
    before = int(rest * _BEFORE)
    for match, place in zip(found, places, strict=True):
        left = last_cells(clean(match.left), before)
        middle = first_cells(clean(match.match), rest - before)
        right = first_cells(clean(match.right), rest - before - display_width(middle))
        if display_width(place) > of_place:
            place = "…" + last_cells(place, of_place - 1)
        gaps = [size - display_width(text) for text, size in ((place, of_place), (left, before))]
        shown = paint("path", place) + " " * gaps[0]
        yield f"{shown}  {' ' * gaps[1]}{left}{paint('lit', middle)}{right}".rstrip()


def matches_of(hits: Iterable[Hit]) -> Iterator[Match]:
    """Yield the matches of hits, in the order of their texts."""
    for hit in hits:
        text, passage = hit.passage.text, hit.passage
        for start, end in _runs(hit):
            line = passage.line_after(line_ends(text, start))
            left, right = _one_line(text[:start]), _one_line(text[end:])
            yield Match(hit, line, left.lstrip(), _one_line(text[start:end]), right.rstrip())


def in_order(matches: Iterable[Match], sort: str) -> Sequence[Match]:
    """Return matches sorted by the words to their right or left, or unsorted."""
    if sort == "right":
        return sorted(matches, key=lambda match: (_words(match.right), _words(match.match)))
    if sort == "left":
        return sorted(matches, key=lambda match: (_words(match.left)[::-1], _words(match.match)))
    return list(matches)


def _runs(hit: Hit) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for start, end in hit.snippet.highlights:
        if runs and not hit.passage.text[runs[-1][1] : start].strip():
            runs[-1] = runs[-1][0], end
        else:
            runs.append((start, end))
    return runs


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _one_line(text: str) -> str:
    """Return the text with one space for each run of white space, also at its ends."""
    return re.sub(r"\s+", " ", text)


def _around(match: Match, room: int | None) -> tuple[str, str]:
    """Return the text before and after a match. The three together have at most `room` characters."""
    left, right = match.left, match.right
    if room is None:
        return left, right
    room = max(room - len(match.match), 0)
    before = max(room // 2, room - len(right))
    left = left[max(len(left) - before, 0) :]
    return left.lstrip(), right[: room - len(left)].rstrip()


def _object(match: Match, left: str, right: str, options: RecordOptions) -> bytes:
    hit, document = match.hit, match.hit.passage.document
    return json_line(
        {
            "schema": KWIC_SCHEMA,
            **({"query_id": options.query.id} if options.query else {}),
            "rank": hit.rank,
            **path_fields(hit.path),
            **known(page=hit.passage.page, member=document.member),
            "line": match.line,
            "title": fold(document.title),
            "before": left,
            "match": match.match,
            "after": right,
        }
    )
