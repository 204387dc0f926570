"""Hits in the form of `rg --json`, for editors and viewers that read it: one event a line.

Each file has a `begin`, a `match` for each matching line, and an `end`; a `summary` comes last. Files are in the
order of their best hits, lines in text order. Offsets count bytes. The offset of a line is 0 if it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seedsearch.model import Hit, SearchResult
from seedsearch.render.jsonl import base64_of, json_line
from seedsearch.render.records import RecordOptions
from seedsearch.render.vimgrep import MatchingLine, matching_lines


def records(result: SearchResult, options: RecordOptions) -> Iterator[bytes]:
    """Yield the events."""
    files: dict[str, list[Hit]] = {}
    for hit in result.hits:
        files.setdefault(hit.path, []).append(hit)
    lines = matches = 0
    for path, hits in files.items():
        name = _text(path)
        yield _event("begin", {"path": name})
        hits.sort(key=lambda hit: (hit.passage.line_start, hit.rank))
        own_lines = own_matches = 0
        for hit in hits:
            for line in matching_lines(hit):
                yield _event("match", {"path": name, **_match(hit, line)})
                own_lines += 1
                own_matches += len(line.matches)
        stats = _stats(1, own_lines, own_matches, result.elapsed_ms)
        yield _event("end", {"path": name, "binary_offset": None, "stats": stats})
        lines, matches = lines + own_lines, matches + own_matches
    stats = _stats(len(files), lines, matches, result.elapsed_ms)
    yield _event("summary", {"elapsed_total": stats["elapsed"], "stats": stats})


def _event(kind: str, data: dict[str, Any]) -> bytes:
    return json_line({"type": kind, "data": data})


def _match(hit: Hit, line: MatchingLine) -> dict[str, Any]:
    start = hit.passage.byte_start
    is_utf8 = hit.passage.document.encoding in ("utf-8", "ascii")
    before, text = hit.passage.text[: line.start], line.text
    return {
        "lines": {"text": f"{text}\n"},
        "line_number": line.number,
        "absolute_offset": start + _size(before) if start is not None and is_utf8 else 0,
        "submatches": [
            {"match": _text(text[low:high]), "start": _size(text[:low]), "end": _size(text[:high])}
            for low, high in line.matches
        ],
    }


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _text(text: str) -> dict[str, str]:
    """Return a text as ripgrep writes it: in base64 if it is not valid UTF-8."""
    coded = base64_of(text)
    return {"bytes": coded} if coded else {"text": text}


def _stats(files: int, lines: int, matches: int, milliseconds: float) -> dict[str, Any]:
    seconds = milliseconds / 1000
    nanos = int(seconds % 1 * 1e9)
    return {
        "elapsed": {"secs": int(seconds), "nanos": nanos, "human": f"{seconds:.6f}s"},
        "searches": files,
        "searches_with_match": files,
        "bytes_searched": 0,
        "bytes_printed": 0,
        "matched_lines": lines,
        "matches": matches,
    }
