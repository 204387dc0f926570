r"""Hits in a template of the user: `{path}:{line} {title}`.

A name in braces is a value of the hit, or a field of its document, such as `{author}`; "" if it has none. `{{` and
`}}` are braces, `\t` and `\n` a tab and a line end. Values are sanitised and written on one line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from seedsearch.errors import UsageError
from seedsearch.model import Hit, SearchResult, field_key
from seedsearch.render.records import RecordOptions, citation_of, shown_text, uri_of
from seedsearch.render.sanitize import fold
from seedsearch.rows import row_fields
from seedsearch.spelling import did_you_mean

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|\\[tn\\]|[{}]")
_SIGNS = {"{{": "{", "}}": "}", "\\t": "\t", "\\n": "\n", "\\\\": "\\"}


def records(result: SearchResult, options: RecordOptions) -> Iterator[bytes]:
    """Yield a record for each hit, with a newline, or NUL with `null`. Raises UsageError."""
    pieces = list(_pieces(options.form))
    end = b"\0" if options.null else b"\n"
    for hit in result.hits:
        fields = row_fields(hit.passage.document.fields, hit.passage.text)
        values = {field_key(name): value for name, value in reversed(fields)}  # the first of each
        values |= {name: value(hit) for name, value in _VALUES.items()}
        values["text"] = shown_text(hit, options.text)
        written = "".join(fold(values.get(text, "")) if name else text for name, text in pieces)
        yield written.encode() + end


def _pieces(template: str) -> Iterator[tuple[bool, str]]:
    """Yield the texts and names of a template; names with True."""
    at = 0
    for found in _PIECE.finditer(template):
        yield False, template[at : found.start()]
        at = found.end()
        if found[0] in _SIGNS:
            yield False, _SIGNS[found[0]]
        elif found[1]:
            yield True, found[1].strip()
        else:
            raise UsageError(
                f"the template has a {found[0]} that is not part of a name",
                "write {{ and }} for braces",
            )
    yield False, template[at:]


def check(template: str, fields: Callable[[], object]) -> None:
    """Raise UsageError for a name that is neither a value of hits nor a field. `fields` returns the field names."""
    known = [*_VALUES, "text"]
    names = [text for is_name, text in _pieces(template) if is_name]
    if all(name in known for name in names):
        return
    own = fields()
    known += sorted(own) if isinstance(own, (set, frozenset, list, tuple)) else []
    for name in names:
        if name not in known:
            hint = f"{did_you_mean(name, known)} a template can name {', '.join(known)}"
            raise UsageError(f"a hit has no {name}", hint.lstrip())


_VALUES: dict[str, Callable[[Hit], str]] = {
    "rank": lambda hit: str(hit.rank),
    "score": lambda hit: f"{hit.score:.2f}",
    "place": lambda hit: str(citation_of(hit)),
    "path": lambda hit: hit.path,
    "member": lambda hit: hit.passage.document.member,
    "page": lambda hit: str(hit.passage.page or ""),
    "line": lambda hit: str(hit.line),
    "title": lambda hit: hit.passage.document.title,
    "heading": lambda hit: hit.passage.heading,
    "id": lambda hit: hit.passage.document.id,
    "passage": lambda hit: hit.passage_id,
    "language": lambda hit: hit.passage.document.language,
    "uri": uri_of,
}
