"""A server for the Model Context Protocol: two tools, search and show, that read one index.

What a client sends is limited in length and number before it is used. What it gets is sanitised, as on a terminal, for
it may be shown on one. Every error is a tool's error, in the words of the command line.
"""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, ParamSpec, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field
from typing_extensions import TypedDict  # pydantic takes that of `typing` only from Python 3.12 on

from seedsearch.citation import Citation
from seedsearch.model import Hit
from seedsearch.query.dates import date_of
from seedsearch.render.records import citation_of, uri_of
from seedsearch.render.sanitize import clean, fold
from seedsearch.rows import row_fields
from seedsearch.search import Opened
from seedsearch.search.passage_view import show
from seedsearch.search.searcher import MOST_RERANKED, SearchOptions, search
from seedsearch.version import __version__

_MOST_HITS = 50
_MOST_AROUND = 10  # passages on each side
_LONGEST_TEXT = 20_000  # characters of one result
_Asked = Annotated[str, Field(min_length=1, max_length=4000)]

_P = ParamSpec("_P")
_T = TypeVar("_T")

_SEARCH = """\
Find the passages that match best. Words: any of them match, in any form. Operators: "a phrase", +required, -excluded,
AND, OR, NOT, ( ), =exact, prefix*, spelling~1. Filters: title:word, path:*.md, type:pdf, lang:ko, date:2023..2024.
`rerank`: a number of passages to order by meaning too, if the user has a model."""
_SHOW = """\
Read a passage with the passages around it, and the numbers of the lines. `place` is the place or the id of a hit."""


class FoundPassage(TypedDict):
    """A hit. `place` cites it (path and line, and what is inside a file), `id` names it for `show`."""

    place: str
    id: str
    title: str
    date: str
    uri: str
    line_start: int
    line_end: int
    score: float
    stale: bool
    text: str


class Found(TypedDict):
    """The best passages, and the number of all that match."""

    total: int
    hits: list[FoundPassage]
    notes: list[str]


class Shown(TypedDict):
    """A passage with those around it."""

    place: str
    id: str
    title: str
    stale: bool
    text: str


def server(index: Opened, describe: Callable[[Exception], str]) -> MCPServer[Any]:
    """Return a server of this index. `describe` says what an error means to a user."""
    made: MCPServer[Any] = MCPServer(
        "seedsearch",
        version=__version__,
        instructions="Full-text search in folders of documents. Cite a passage by its place.",
        log_level="CRITICAL",
    )

    def with_tool_errors(tool: Callable[_P, _T]) -> Callable[_P, _T]:
        @wraps(tool)
        def run(*arguments: _P.args, **named: _P.kwargs) -> _T:
            try:
                index.engine.refresh()
                return tool(*arguments, **named)
            except Exception as error:
                raise ToolError(describe(error).removeprefix("seedsearch: ")) from None

        return run

    only_reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)

    @made.tool("search", description=_SEARCH, annotations=only_reads)
    @with_tool_errors
    def search_index(
        query: _Asked,
        limit: Annotated[int, Field(ge=1, le=_MOST_HITS)] = 10,
        per_file: Annotated[int, Field(ge=1, le=_MOST_HITS)] = 3,
        rerank: Annotated[int, Field(ge=0, le=MOST_RERANKED)] = 0,
    ) -> Found:
        options = SearchOptions(limit=limit, per_file=per_file, fragments=False, rerank=rerank)
        result = search(index, query, options)
        return Found(
            total=result.total,
            hits=[_found(hit) for hit in result.hits],
            notes=[fold(note) for note in (*result.notes, *result.query_notes)],
        )

    @made.tool("show", description=_SHOW, annotations=only_reads)
    @with_tool_errors
    def show_passage(
        place: _Asked, around: Annotated[int, Field(ge=0, le=_MOST_AROUND)] = 1
    ) -> Shown:
        view = show(index, place, around, printed=clean)
        passage, document = view.passage, view.passage.document
        cited = Citation(view.path, document.member, passage.page or 0, passage.line_start)
        return Shown(
            place=clean(str(cited)),
            id=view.passage_id,
            title=fold(document.title),
            stale=view.stale,
            text=_text("\n".join(f"{line.number}: {clean(line.text)}" for line in view.lines)),
        )

    return made


def _found(hit: Hit) -> FoundPassage:
    passage, document = hit.passage, hit.passage.document
    return FoundPassage(
        place=clean(str(citation_of(hit))),
        id=hit.passage_id,
        title=fold(document.title),
        date=fold(date_of(row_fields(document.fields, passage.text))),
        uri=uri_of(hit),
        line_start=passage.line_start,
        line_end=passage.line_end,
        score=round(hit.score, 3),
        stale=hit.stale,
        text=_text(passage.text),
    )


def _text(text: str) -> str:
    """Return the text sanitised, and cut off where it is very long."""
    shown = clean(text.replace("\r\n", "\n"), keep="\n\t")
    return shown if len(shown) <= _LONGEST_TEXT else shown[:_LONGEST_TEXT] + " …"
