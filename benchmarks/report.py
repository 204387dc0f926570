"""Write results: the table of figures with required and desired values, as Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.queries import KINDS
from benchmarks.rows import NAMES, ROWS, Bound, Figure, Row
from benchmarks.texts import TEXTS


class Line(NamedTuple):
    """A row with its figure, or None if it could not be measured or is not required."""

    row: Row
    figure: Figure | None
    met: bool | None
    reached: bool | None


def lines(steps: dict[str, Any]) -> list[Line]:
    """Return the rows of the steps that ran. Rows without a bound and a figure are left out."""
    found = []
    for row in ROWS:
        if row.step in steps:
            figure = row.measure(steps[row.step])
            if figure or row.required:
                found.append(
                    Line(row, figure, _fits(row.required, figure), _fits(row.goal, figure))
                )
    return found


def _fits(bound: Bound | None, figure: Figure | None) -> bool | None:
    return None if bound is None or figure is None else bound.holds(figure.value)


# ------------------------------------------------------------------------------- as text


def markdown(result: dict[str, Any]) -> str:
    """Return the whole result as a page."""
    machine = result["machine"]
    text = [
        f"# {result['corpus']}, {result['date']}",
        "",
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"{machine['system']}, Python {machine['python']}.  ",
        "Versions: " + ", ".join(f"{n} {v}" for n, v in machine["versions"].items()) + ".",
        "",
        "| what | figure | required | goal |",
        "|---|---|---|---|",
    ]
    for row, figure, met, reached in lines(result["steps"]):
        shown = figure.shown if figure else "not measured"
        required, goal = (_bound(row.required, met), _bound(row.goal, reached))
        text.append(f"| {row.what.replace('|', BAR)} | {shown} | {required} | {goal} |")
    text += ["", *_engines(result["steps"])]
    return "\n".join(text).rstrip() + "\n"


BAR = "\\|"
"""A bar inside a cell."""


def _bound(bound: Bound | None, fits: bool | None) -> str:
    return "" if bound is None else f"{bound}{_mark(fits)}"


def _mark(fits: bool | None) -> str:
    return "" if fits is None else " ✓" if fits else " ✗"


def _engines(steps: dict[str, Any]) -> Iterator[str]:
    if "index" in steps:
        yield "| engine | MB/s | wall s | processor s | peak MB | index MB | size to text |"
        yield "|---|---|---|---|---|---|---|"
        for name, x in steps["index"].items():
            yield (
                f"| {NAMES.get(name, name)} | {x['mb_per_s']:.1f} | {x['wall_s']:.1f} | "
                f"{x['cpu_s']:.1f} | {x['peak_mb']:.0f} | {x['index_mb']:.0f} | "
                f"{x['size_to_text']:.2f} |"
            )
        yield ""
    if "texts" in steps:
        yield "| text | engine | processor s | wall s | index MB | size to text (UTF-8) |"
        yield "|---|---|---|---|---|---|"
        for text, found in steps["texts"].items():
            for name, x in found.items():
                yield (
                    f"| {TEXTS[text].what} | {NAMES.get(name, name)} | {x['cpu_s']:.2f} | {x['wall_s']:.2f} | "
                    f"{x['index_mb']:.1f} | {x['size_to_text']:.2f} |"
                )
        yield ""
    if "query" in steps:
        yield "p50 / p99 in ms:"
        yield ""
        yield "| engine | " + " | ".join(KINDS) + " |"
        yield "|---|" + "---|" * len(KINDS)
        for name, kinds in steps["query"].items():
            cells = [
                f"{kinds[kind]['p50_ms']:.2f} / {kinds[kind]['p99_ms']:.2f}"
                if kind in kinds
                else "-"
                for kind in KINDS
            ]
            yield f"| {NAMES.get(name, name)} | " + " | ".join(cells) + " |"


def save(result: dict[str, Any], folder: str) -> Path:
    """Write JSON and Markdown. Return the path of the Markdown."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    name = f"{result['date']}-{result['corpus']}"
    (place / f"{name}.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    page = place / f"{name}.md"
    page.write_text(markdown(result))
    return page
