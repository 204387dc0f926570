"""What the screen shows, as painted lines: the hits of a query, a passage in its surroundings. It knows no Textual.

An unfinished word stands for all words that begin with it, if the index does not have the word itself. A word of one
or two letters is not searched while it is typed, because short words take longest. All text is sanitised where it is
painted (render/).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from seedsearch.errors import SeedsearchError
from seedsearch.folders import as_glob
from seedsearch.model import Hit
from seedsearch.query.ast import unparse
from seedsearch.record import NamedTuple
from seedsearch.render.answer import Layout, lines_of_hit
from seedsearch.render.cells import cut
from seedsearch.render.messages import error_text, plural, search_summary
from seedsearch.render.paint import Paint
from seedsearch.render.passage_view import view_lines
from seedsearch.render.sanitize import fold
from seedsearch.render.suggestions import suggestion_lines
from seedsearch.search import Opened
from seedsearch.search.facets import facets
from seedsearch.search.passage_view import before_on_its_line, view_of
from seedsearch.search.searcher import SearchOptions, query_of, search
from seedsearch.search.suggestions import suggest

_AROUND = 2  # passages on each side in the preview
_LEAST = 3  # letters
_VALUES = 8  # of each facet
_FILTERS = {"folder": "path", "language": "lang", "year": "date"}
_PLAIN = re.compile(r"[\w./*@+-]+")
_PAINT = Paint("color")


class Answer(NamedTuple):
    """The hits of a query, the lines of each, and a line about them. `query` is the query that was run.

    `failed` says that the query could not be run; the line says why. Without hits, the lines are advice, and
    `instead` is a looser query that finds something, or "".
    """

    query: str
    hits: tuple[Hit, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    message: str = ""
    total: int = 0
    failed: bool = False
    instead: str = ""


class Choices(NamedTuple):
    """The values of facets: the lines of each, and the filter that chooses it. `message` is a line about them."""

    lines: tuple[tuple[str, ...], ...]
    filters: tuple[str, ...]
    message: str


class Preview(NamedTuple):
    """The lines of a passage with those around it, and the number of lines above the passage."""

    lines: Sequence[str]
    above: int


class Session:
    """Asks one index."""

    def __init__(self, index: Opened, options: SearchOptions | None = None) -> None:
        """`options` say whether a model orders hits, too."""
        self._options = (options or SearchOptions()).replace(fragments=False)
        self._index = index

    def answer(
        self, text: str, limit: int, per_file: int | None, width: int, *, typing: bool
    ) -> Answer:
        """Return the best hits, in rows of so many cells. While `typing`, the last word may be unfinished."""
        if typing and is_short(text):
            text = text[: -len(_last_word(text))].rstrip('+-("=')
        if not text.strip():
            size = self._index.engine.size()
            return Answer("", message=f"{size.passages:,} passages in {size.documents:,} documents")
        options = self._options.replace(limit=limit, per_file=per_file)
        if typing:
            options = options.replace(rerank=0)
        try:
            query = self._completed(text, options)
            result = search(self._index, query, options)
        except SeedsearchError as error:
            return Answer(text, message=_message(error), failed=True)
        layout = Layout(
            width, _PAINT, indentation=lambda hit: before_on_its_line(hit.path, hit.passage)
        )
        lines = tuple(tuple(lines_of_hit(hit, layout)) for hit in result.hits)
        notes = [fold(note) for note in (*result.query_notes, *result.notes)]
        asked = [f"for {fold(query)}"] if query != text else []
        message = " · ".join([search_summary(result), *asked, *notes])
        answer = Answer(query, tuple(result.hits), lines, message, result.total)
        return answer if result.total or typing else self._advised(answer, options)

    def _advised(self, answer: Answer, options: SearchOptions) -> Answer:
        """Return an answer without hits with advice: words that are missing, and a looser query."""
        found = suggest(self._index.engine, query_of(self._index, answer.query, options).query)
        lines = tuple((line,) for line in suggestion_lines(found, "Enter finds"))
        return answer._replace(lines=lines, instead=unparse(found.relaxed) if found.relaxed else "")

    @property
    def is_slow(self) -> bool:
        """Return whether answers need a model: they come after a pause, and those of the words before."""
        return self._options.rerank > 0

    def facets(self, query: str, width: int) -> Choices:
        """Return the values of the facets of a query, with the number of passages of each."""
        try:
            found = facets(self._index, query, SearchOptions(), limit=_VALUES)
        except SeedsearchError as error:
            return Choices((), (), _message(error))
        lines: list[tuple[str, ...]] = []
        filters: list[str] = []
        for facet in found.facets:
            before = [_PAINT("faint", facet.name)]
            for value, passages in facet.counts:
                if value:
                    count = f"{passages:,}"
                    name = cut(fold(value), max(width - len(count) - 4, 8))
                    lines.append((*before, f"  {count}  {name}"))
                    filters.append(_filter_of(facet.name, value))
                    before = []
        return Choices(
            tuple(lines), tuple(filters), f"{plural(found.total, 'passage')}: choose one"
        )

    def preview(self, hit: Hit, query: str, width: int) -> Preview:
        """Return the passage of a hit with the passages around it."""
        view = view_of(self._index, hit.passage, _AROUND, query)
        first = next((at for at, line in enumerate(view.lines) if line.inside), 0)
        above = view_lines(view.replace(lines=view.lines[:first]), width, _PAINT)
        return Preview(list(view_lines(view, width, _PAINT)), sum(1 for _ in above))

    def _completed(self, text: str, options: SearchOptions) -> str:
        """Return the query with a `*` after its last word, if the index has no such word but longer ones."""
        word = _last_word(text)
        if len(word) < _LEAST:
            return text
        for tried, found in ((word, text), (f"{word}*", f"{text}*")):
            try:
                leaf = query_of(self._index, tried, options).query
                if self._index.engine.search(leaf, limit=0, text=False).total:
                    return found
            except SeedsearchError:  # an operator, or too many words begin so
                break
        return text


def _filter_of(facet: str, value: str) -> str:
    """Return the filter for what a facet counts under a value."""
    if facet == "folder":
        value = f"{as_glob(value.rstrip('/'))}/*"
        value = value if value.startswith(("/", "../", "./")) else f"./{value}"
    quoted = value if _PLAIN.fullmatch(value) else '"{}"'.format(value.replace('"', "?"))
    return f"{_FILTERS.get(facet, facet)}:{quoted}"


def _message(error: SeedsearchError) -> str:
    """Return the first line about an error, without the name of the program."""
    return error_text(error).partition("\n")[0].removeprefix("seedsearch: ")


def is_short(text: str) -> bool:
    """Return whether the last word has too few letters to be looked for while it is typed."""
    word = _last_word(text)
    return word.isascii() and 0 < len(word) < _LEAST


def _last_word(text: str) -> str:
    """Return the letters and digits at the end of a text; "" if they belong to more than a word."""
    last = text.rpartition(" ")[2].lstrip('+-("=')
    return last if last.isalnum() else ""
