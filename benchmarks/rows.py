"""The rows of the table: each figure with its step, its function, its required and desired values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from benchmarks.engines import OURS
from benchmarks.latency import ALL
from benchmarks.queries import KINDS
from benchmarks.texts import TEXTS

NAMES = {
    "tantivy": "tantivy",
    "tantivy_plain": "tantivy, unstemmed",
    "fts5": "SQLite FTS5",
    "bm25s": "bm25s",
    "whoosh": "stock Whoosh (on a sample)",
    "recoll": "recoll",
}

Step = dict[str, Any]


class Figure(NamedTuple):
    """A value, and its printed form."""

    value: float
    shown: str


class Bound(NamedTuple):
    """A bound of a value: at most `limit`, or at least. `shown` is for limits with a name."""

    limit: float
    unit: str = "x"
    at_least: bool = False
    shown: str = ""

    def holds(self, value: float) -> bool:
        """Return whether a value is within the bound."""
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return self.shown or f"{self.limit:g}{self.unit}"


class Row(NamedTuple):
    """A row of the table. `measure` returns None if the step could not measure it."""

    what: str
    step: str
    measure: Callable[[Step], Figure | None]
    required: Bound | None = None
    goal: Bound | None = None


# --------------------------------------------------------------------------------- indexing


def _rate(peer: str) -> Callable[[Step], Figure | None]:
    return _against(peer, "mb_per_s", "MB/s", 1)


def _against(peer: str, part: str, unit: str, digits: int) -> Callable[[Step], Figure | None]:
    """Our value divided by theirs."""

    def measure(step: Step) -> Figure | None:
        if OURS not in step or peer not in step:
            return None
        own, other = step[OURS][part], step[peer][part]
        shown = f"{own / other:.2f}x ({own:.{digits}f} / {other:.{digits}f} {unit})"
        return Figure(own / other, shown)

    return measure


def _size(step: Step) -> Figure | None:
    if OURS not in step:
        return None
    own = step[OURS]
    text = own.get("utf8_mb", own["text_mb"])
    shown = f"{own['size_to_text']:.2f}x ({own['index_mb']:.0f} / {text:.0f} MB)"
    return Figure(own["size_to_text"], shown)


def _per_second(step: Step) -> Figure | None:
    if OURS not in step or "mb_per_cpu_s" not in step[OURS]:
        return None
    own = step[OURS]
    shown = f"{own['mb_per_cpu_s']:.1f} MB ({own['text_mb']:.1f} MB / {own['cpu_s']:.2f} s)"
    return Figure(own["mb_per_cpu_s"], shown)


def _of(name: str, measure: Callable[[Step], Figure | None]) -> Callable[[Step], Figure | None]:
    """A figure of one part of a step, if the part exists."""
    return lambda step: measure(step[name]) if name in step else None


def _large(name: str, measure: Callable[[Step], Figure | None]) -> Callable[[Step], Figure | None]:
    """A figure of one part of the large step, with the size of the text if it differs from the row's."""

    def sized(step: Step) -> Figure | None:
        figure = measure(step[name]) if name in step else None
        if figure and step["text_mb"] < LARGE_MB:
            return figure._replace(shown=f"{figure.shown}, on {step['text_mb']:.0f} MB")
        return figure

    return sized


LARGE_MB = 180
"""What passes for 200 MB."""


def _memory(step: Step) -> Figure | None:
    last = step[list(step)[-1]] if step else None
    if last is None or last["text_mb"] < LARGE_MB:
        return None
    return Figure(last["peak_mb"], f"{last['peak_mb']:.0f} MB of {last['text_mb']:.0f}")


def _flat(step: Step) -> Figure | None:
    rates = [part["mb_per_s"] for part in step.values()]
    if len(rates) < 4:
        return None
    shown = ", ".join(f"{rate:.1f}" for rate in rates)
    return Figure(min(rates) / max(rates), f"{min(rates) / max(rates):.2f} ({shown} MB/s)")


def _growth(step: Step) -> Figure | None:
    if len(step) < 4:
        return None
    small, large = (step[size]["latency"] for size in list(step)[-2:])
    ratios = {kind: large[kind]["p99_ms"] / small[kind]["p99_ms"] for kind in KINDS}
    shown = ", ".join(f"{kind} {ratio:.2f}" for kind, ratio in ratios.items())
    return Figure(max(ratios.values()), shown)


def _again(step: Step) -> Figure:
    over = step["index_ms"] - step["walk_ms"]
    shown = f"+{over:.0f} ms ({step['index_ms']:.0f} - {step['walk_ms']:.0f} ms)"
    return Figure(over, f"{shown}, {step['files']:,} files")


# --------------------------------------------------------------------------------- searching


def _top(kind: str, part: str, peer: str = "tantivy") -> Callable[[Step], Figure | None]:
    """A percentile compared with a peer's. The other peers are named."""

    def measure(step: Step) -> Figure | None:
        times = {name: kinds[kind][part] for name, kinds in step.items() if kind in kinds}
        if OURS not in times or peer not in times:
            return None
        own = times.pop(OURS)
        beside = ", ".join(f"{NAMES[name]} {value:.2f}" for name, value in times.items())
        ratio = own / times[peer]
        return Figure(ratio, f"{ratio:.2f}x ({own:.2f} ms; {beside})")

    return measure


def _alone(kind: str) -> Callable[[Step], Figure | None]:
    """Our own p50, if the peer has nothing of the kind."""

    def measure(step: Step) -> Figure | None:
        own = step.get(OURS, {}).get(kind)
        return own and Figure(own["p50_ms"], f"{own['p50_ms']:.2f} ms")

    return measure


def _alone_shown(step: Step) -> Figure | None:
    own = step.get(OURS, {}).get("shown")
    return own and Figure(own["p50_ms"], f"{own['p50_ms']:.2f} ms")


def _beside(step: Step) -> Figure:
    ratio = step["ms"] / step["beside_ms"]
    return Figure(ratio, f"{ratio:.2f}x ({step['ms']:.0f} / {step['beside_ms']:.0f} ms)")


def _scan(step: Step) -> Figure:
    return Figure(step["ms"], f"{step['ms']:.0f} ms")


# --------------------------------------------------------------------------------- the table


def _rates(peer: str, required: float, goal: float) -> Row:
    more = (Bound(required, at_least=True), Bound(goal, at_least=True))
    return Row(f"index, whole process, rate against {NAMES[peer]}", "index", _rate(peer), *more)


def _seconds(text: str) -> Iterator[Row]:
    for peer in ("tantivy", "fts5"):
        ratio = _of(text, _against(peer, "cpu_s", "s", 2))
        what = f"processor seconds, {TEXTS[text].what}, against {NAMES[peer]}"
        yield Row(what, "texts", ratio, Bound(0.9), Bound(0.5))


def _rate_of_files(text: str) -> Iterator[Row]:
    what, required = TEXTS[text].what, TEXTS[text].mb_per_cpu_s
    if required or not TEXTS[text].words:
        bound = Bound(required, " MB", at_least=True) if required else None
        yield Row(f"MB of file a processor second, {what}", "texts", _of(text, _per_second), bound)


def _shown(text: str) -> Iterator[Row]:
    if TEXTS[text].is_searched:
        what = f"ten hits with text and snippet, p50, {TEXTS[text].what}"
        yield Row(what, "texts", _of(text, _alone_shown), Bound(10, " ms"), Bound(3, " ms"))


def _like_theirs(kind: str, what: str, peer: str = "tantivy") -> Row:
    ratio = _large("kinds", _top(kind, "p50_ms", peer))
    name = f"{what}, p50 at 200 MB, against {NAMES[peer]}"
    return Row(name, "large", ratio, Bound(1.5), Bound(1.0))


def _only_ours(kind: str, what: str) -> Row:
    own = _large("kinds", _alone(kind))
    return Row(f"{what}, p50 at 200 MB", "large", own, Bound(10, " ms"))


ROWS = (
    _rates("tantivy", 1.6, 2.5),
    _rates("fts5", 2.3, 4),
    _rates("whoosh", 40, 60),
    Row("index, whole process, rate against tantivy, unstemmed", "index", _rate("tantivy_plain")),
    Row("index, whole process, rate against bm25s", "index", _rate("bm25s")),
    Row("index, whole process, rate against recoll", "index", _rate("recoll")),
    Row(
        "processor seconds, articles, against tantivy",
        "index",
        _against("tantivy", "cpu_s", "s", 2),
        Bound(0.6),
        Bound(0.4),
    ),
    Row(
        "processor seconds, articles, against SQLite FTS5",
        "index",
        _against("fts5", "cpu_s", "s", 2),
        Bound(0.65),
        Bound(0.4),
    ),
    *(row for text in TEXTS if TEXTS[text].words for row in _seconds(text)),
    *(row for text in TEXTS for row in _rate_of_files(text)),
    *(row for text in TEXTS for row in _shown(text)),
    Row("index size to text, articles", "index", _size, Bound(1.1), Bound(0.8)),
    *(
        Row(
            f"index size to text (UTF-8), {TEXTS[text].what}",
            "texts",
            _of(text, _size),
            Bound(1.6),
            Bound(1.2),
        )
        for text in ("shift_jis", "gb18030", "korean")
    ),
    Row("memory while indexing 200 MB, all processes together", "scaling", _memory,
        Bound(500, " MB"), Bound(300, " MB")),
    Row("rate over nested subsets (25, 50, 100, 200 MB), slowest to fastest", "scaling", _flat,
        Bound(0.7, at_least=True, shown="within 30 %"), Bound(0.95, at_least=True, shown="flat")),
    Row("`seedsearch index` again, one file changed, over walking the tree", "again", _again,
        Bound(200, " ms"), Bound(100, " ms")),
    *(
        Row(
            f"top-10 in process, {kind}, {part[:3]}, against tantivy",
            "query",
            _top(kind, part),
            Bound(1.1),
            Bound(0.5),
        )
        for kind in KINDS
        for part in ("p50_ms", "p99_ms")
    ),
    Row("p99 at 200 MB against p99 at 100 MB", "scaling", _growth, Bound(2.2), Bound(1.5)),
    _like_theirs("tree", "`(a OR b) AND c NOT d`"),
    _like_theirs("near", '`"a b"~5`'),
    _like_theirs("prefix", "`pre*`", "tantivy_plain"),
    _like_theirs("suffix", "`*tion`", "tantivy_plain"),
    _like_theirs("fuzzy", "`word~2`", "tantivy_plain"),
    _like_theirs("question", "a question of 15 words"),
    _only_ours("glob", "`-g GLOB`"),
    _only_ours("path", "`path:`"),
    _only_ours("date", "`date:`"),
    _only_ours("by_file", "by file"),
    Row("ten hits with text and snippet, p50, against tantivy", "large",
        _large("shown", _top(ALL, "p50_ms")), Bound(2.0), Bound(1.0)),
    *(
        Row(
            f"{what} met for the first time, {part[:3]}, against tantivy",
            "large",
            _large("first", _top(kind, part)),
            Bound(2.0),
            Bound(1.0),
        )
        for kind, what in (("term", "words"), ("phrase3", "phrases"))
        for part in ("p50_ms", "p99_ms")
    ),
    Row("`query --json -k0 WORD`, whole process, against plain records", "large",
        _large("json", _beside), Bound(3.0)),
    Row("`query -g GLOB`, processor time of the process, against `path:`", "large",
        _large("glob", _beside), Bound(1.05, shown="no slower (5 % for noise)")),
    *(
        Row(
            f"`seedsearch query … | cat` on {where}, against `import click`",
            "startup",
            _of(target, _beside),
            Bound(1.5),
            Bound(1.2),
        )
        for target, where in (("seeds", "seeds/"), ("corpus", "the corpus"), ("large", "200 MB"))
    ),
    Row("ripgrep scanning the corpus for one word", "startup", _of("rg", _scan)),
)  # fmt: skip
