"""Measure processor time and index size for texts of many kinds, against tantivy and FTS5."""

from __future__ import annotations

import os
import statistics
from typing import Any, NamedTuple

from benchmarks import corpora, latency, made, measure, queries
from benchmarks.bench import MB, Bench
from benchmarks.engines import OURS, open_shower
from benchmarks.passages import PassageList

PEERS = ("tantivy", "fts5")
SMALL = 20 * MB
_SMALL_TURNS = 3  # for each round: a second is a large part of a small text's time


class Text(NamedTuple):
    """A text: its place beside the corpus ("" for the corpus itself), its maker, and how peers cut it.

    Without `words` there are no peers. `mb_per_cpu_s` is the required number of MB of file for each processor second,
    or 0. If it `is_searched`, ten hits with text and snippet are measured, too.
    """

    what: str
    source: str
    maker: made.Maker | None
    words: str
    mb_per_cpu_s: float = 0
    is_searched: bool = False


TEXTS = {
    "folded": Text("articles folded at 72 columns, files of 1 to 4 kB", "", made.folded, "english"),
    "mail": Text("articles as mailboxes", "", made.mail, "english", 6),
    "html": Text("articles as HTML", "", made.pages, "english", 6),
    "russian": Text("ruslit_ru", "ruslit_ru", None, "russian", is_searched=True),
    "shift_jis": Text("aozora_sjis (Shift_JIS)", "aozora_sjis", None, "bigrams", is_searched=True),
    "gb18030": Text("fudan_zh in GB18030", "fudan_zh", made.gb18030, "bigrams", is_searched=True),
    "korean": Text("kowiki, peers by words", "kowiki_shards", None, "english", is_searched=True),
    "korean_pairs": Text("kowiki, peers by pairs", "kowiki_shards", None, "bigrams"),
    "maildir": Text("articles as Maildir", "", made.maildir, "", 6),
    "gz": Text("articles, each in gzip", "", made.gzipped, "", 4),
    "csv": Text("CSV of short rows", "", made.tables, "", 8),
    "plain": Text("the articles as they are", "", None, ""),
}


def texts(bench: Bench) -> dict[str, Any]:
    """Measure whole index runs on each text, engines in turn."""
    found = {}
    for name in bench.texts:
        folder = _folder(bench, name)
        if folder:
            found[name] = _measured(bench, name, folder)
        else:
            bench.say(f"texts {name}: there is no {TEXTS[name].source} in {bench.beside}")
    return found


def _folder(bench: Bench, name: str) -> str:
    """Return the folder of the text, made or copied if necessary, or "" if its source is missing."""
    text = TEXTS[name]
    source = bench.corpus
    if text.source:
        given = os.path.join(bench.beside, text.source)
        if not os.path.isdir(given):
            return ""
        source = bench.place("texts", text.source)
        if not os.path.exists(source):
            corpora.copy(given, source, bench.limit)
    if text.maker is None:
        return source
    return made.make(text.maker, source, os.path.join(bench.made, name))


def _measured(bench: Bench, name: str, folder: str) -> dict[str, Any]:
    text = bench.listed(folder, f"text-{name}")
    listed = text.passages()
    files, size = corpora.total([folder])
    every = (OURS, *PEERS) if TEXTS[name].words else (OURS,)
    chosen = [engine for engine in every if engine in bench.engines]
    costs: dict[str, list[measure.Cost]] = {engine: [] for engine in chosen}
    for _ in range(bench.rounds * (_SMALL_TURNS if size < SMALL else 1)):
        for engine in chosen:
            out = bench.place("text", engine)
            costs[engine].append(
                bench.build(engine, text, out, words=TEXTS[name].words or "english")
            )
    found = {}
    for engine in chosen:
        cpu = statistics.median(cost.cpu for cost in costs[engine])
        stored = measure.folder_bytes(bench.place("text", engine))
        found[engine] = {
            "cpu_s": cpu,
            "cpu_all_s": [cost.cpu for cost in costs[engine]],
            "wall_s": statistics.median(cost.wall for cost in costs[engine]),
            "index_mb": stored / MB,
            "utf8_mb": listed.text_bytes / MB,
            "text_mb": size / MB,
            "size_to_text": stored / listed.text_bytes,
            "mb_per_cpu_s": size / MB / cpu,
            "files": files,
            "passages": len(listed),
        }
        bench.say(f"texts {name} {engine}: {cpu:.2f} processor s, {stored / MB:.1f} MB")
    if TEXTS[name].is_searched and OURS in chosen:
        found[OURS]["shown"] = _shown(bench, listed)
        bench.say(f"texts {name}: ten hits in {found[OURS]['shown']['p50_ms']:.1f} ms")
    return found


def _shown(bench: Bench, passages: PassageList) -> dict[str, Any]:
    """Measure ten hits with text and snippet."""
    shower = {OURS: open_shower(OURS, bench.place("text", OURS))}
    cases = queries.of_other_scripts(passages, each=bench.each)
    return latency.latencies(shower, cases, bench.rounds)[OURS][latency.ALL]
