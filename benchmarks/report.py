"""Results -> the table of figures beside what is required and what is hoped for, and the files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.engines import OURS
from benchmarks.queries import KINDS

NAMES = {
    "tantivy": "tantivy",
    "tantivy_plain": "tantivy, unstemmed",
    "fts5": "SQLite FTS5",
    "bm25s": "bm25s",
    "whoosh": "stock Whoosh (on a sample)",
    "recoll": "recoll",
}


class Row(NamedTuple):
    """A figure, in words; what it has to be; whether it is. None: it could not be measured."""

    what: str
    figure: str
    required: str
    met: bool | None
    goal: str
    reached: bool | None


def rows(steps: dict[str, Any]) -> list[Row]:
    """The rows for the steps that ran."""
    found: list[Row] = []
    for name, make in _MAKERS.items():
        if name in steps:
            found.extend(make(steps[name]))
    return found


def _index(step: dict[str, Any]) -> Iterator[Row]:
    if OURS not in step:
        return
    own = step[OURS]
    for peer, required, goal in (
        ("tantivy", 0.8, 1.2),
        ("tantivy_plain", None, None),
        ("fts5", 2.5, 4.0),
        ("whoosh", 20.0, 35.0),
        ("bm25s", None, None),
        ("recoll", None, None),
    ):
        if peer in step:
            other = step[peer]["mb_per_s"]
            figure = f"{own['mb_per_s'] / other:.2f}x ({own['mb_per_s']:.1f} / {other:.1f} MB/s)"
            yield _row(
                f"index, whole process, against {NAMES[peer]}",
                figure,
                own["mb_per_s"] / other,
                required,
                goal,
                "x",
                more=True,
            )
    figure = f"{own['size_to_text']:.2f}x ({own['index_mb']:.0f} / {own['text_mb']:.0f} MB)"
    yield _row("index size to text", figure, own["size_to_text"], 1.25, 0.9, "x")


def _query(step: dict[str, Any]) -> Iterator[Row]:
    own = step.get(OURS, {})
    for kind in KINDS:
        for part in ("p50_ms", "p99_ms"):
            if kind not in own:
                continue
            mine = own[kind][part]
            theirs = {n: s[kind][part] for n, s in step.items() if n != OURS and kind in s}
            limits = [v * (2 if n == "tantivy" else 1) for n, v in theirs.items() if n in _BOUNDS]
            beside = ", ".join(f"{NAMES[n]} {value:.2f}" for n, value in theirs.items())
            ratio = f"{mine / theirs['tantivy']:.2f}x tantivy; " if "tantivy" in theirs else ""
            yield Row(
                f"top-10 in process, {kind}, {part[:3]}",
                f"{mine:.2f} ms ({ratio}{beside})",
                "under FTS5, Whoosh, bm25s; 2x tantivy",
                all(mine <= limit for limit in limits) if limits else None,
                "under tantivy",
                mine <= theirs["tantivy"] if "tantivy" in theirs else None,
            )


_BOUNDS = ("tantivy", "fts5", "whoosh", "bm25s")


def _startup(step: dict[str, Any]) -> Iterator[Row]:
    limits = {"seeds": 2.0, "corpus": 2.5, "large": 2.5}
    for target, required in limits.items():
        if target in step:
            part = step[target]
            ratio = part["ms"] / part["click_ms"]
            where = "seeds/" if target == "seeds" else f"{part['text_mb']:.0f} MB"
            yield _row(
                f"`seedsearch query … | cat` on {where}, against `import click`",
                f"{ratio:.2f}x ({part['ms']:.0f} / {part['click_ms']:.0f} ms)",
                ratio,
                required,
                1.5,
                "x",
            )
    if "rg" in step:
        figure = f"{step['rg']['ms']:.0f} ms"
        yield Row("ripgrep scanning the corpus for one word", figure, "", None, "", None)


def _again(step: dict[str, Any]) -> Iterator[Row]:
    over = step["index_ms"] - step["walk_ms"]
    yield _row(
        f"`seedsearch index` again, one file of {step['files']:,} changed, over walking the tree",
        f"+{over:.0f} ms ({step['index_ms']:.0f} - {step['walk_ms']:.0f} ms)",
        over,
        400,
        200,
        " ms",
    )


def _scaling(step: dict[str, Any]) -> Iterator[Row]:
    sizes = list(step)
    if not sizes:
        return
    last = step[sizes[-1]]
    if last["text_mb"] >= 180:
        yield _row(
            f"memory while indexing {last['text_mb']:.0f} MB, all processes together",
            f"{last['peak_mb']:.0f} MB",
            last["peak_mb"],
            700,
            400,
            " MB",
        )
    rates = [step[size]["mb_per_s"] for size in sizes]
    yield Row(
        f"rate over nested subsets ({', '.join(sizes)} MB)",
        f"{min(rates) / max(rates):.2f} ({', '.join(f'{rate:.1f}' for rate in rates)} MB/s)",
        "within 20 %",
        min(rates) >= 0.8 * max(rates) if len(rates) == 4 else None,
        "flat",
        min(rates) >= 0.95 * max(rates) if len(rates) == 4 else None,
    )
    if len(sizes) == 4:
        small, large = step[sizes[-2]]["latency"], step[sizes[-1]]["latency"]
        ratios = {kind: large[kind]["p99_ms"] / small[kind]["p99_ms"] for kind in KINDS}
        detail = ", ".join(f"{kind} {ratio:.2f}" for kind, ratio in ratios.items())
        worst = max(ratios.values())
        yield _row("p99 at 200 MB against p99 at 100 MB", f"{detail}", worst, 2.2, 1.5, "x")


_MAKERS = {
    "index": _index,
    "query": _query,
    "scaling": _scaling,
    "startup": _startup,
    "again": _again,
}


def _row(
    what: str,
    figure: str,
    value: float,
    required: float | None,
    goal: float | None,
    unit: str,
    *,
    more: bool = False,
) -> Row:
    def fits(limit: float | None) -> bool | None:
        if limit is None:
            return None
        return value >= limit if more else value <= limit

    def words(limit: float | None) -> str:
        return "" if limit is None else f"{limit:g}{unit}"

    return Row(what, figure, words(required), fits(required), words(goal), fits(goal))


# ------------------------------------------------------------------------------- as text


def markdown(result: dict[str, Any]) -> str:
    """The whole result as a page."""
    machine = result["machine"]
    lines = [
        f"# {result['corpus']}, {result['date']}",
        "",
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"{machine['system']}, Python {machine['python']}.  ",
        "Versions: " + ", ".join(f"{n} {v}" for n, v in machine["versions"].items()) + ".",
        "",
        "| what | figure | required | goal |",
        "|---|---|---|---|",
    ]
    for row in rows(result["steps"]):
        required = f"{row.required}{_mark(row.met)}"
        lines.append(f"| {row.what} | {row.figure} | {required} | {row.goal}{_mark(row.reached)} |")
    lines += ["", *_engines(result["steps"])]
    return "\n".join(lines).rstrip() + "\n"


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
    """Write JSON and Markdown; returns the path of the Markdown."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    name = f"{result['date']}-{result['corpus']}"
    (place / f"{name}.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    page = place / f"{name}.md"
    page.write_text(markdown(result))
    return page
