"""The settings of all steps: what to measure, how often, and where; and how to make an index."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks import corpora, engines, measure, passages
from benchmarks.peers.seedsearch_peer import passages_of

MB = 1_000_000
WHOOSH_SAMPLE = 10 * MB


class Bench(NamedTuple):
    """What to measure, how often, and the folders to use.

    `beside` is the folder with the other texts, `made` the folder of texts that are made from the corpus.
    """

    corpus: str
    large: str
    beside: str
    seeds: str
    scratch: str
    made: str
    engines: list[str]
    texts: list[str]
    limit: int | None
    rounds: int
    each: int
    say: Callable[[str], None]

    def place(self, *names: str) -> str:
        """Return a path in the scratch folder."""
        return os.path.join(self.scratch, *names)

    def build(
        self, name: str, text: Input, out: str, *, words: str = "english", memory: bool = False
    ) -> measure.Cost:
        """Return the cost of building an index from nothing, in a separate process."""
        shutil.rmtree(out, ignore_errors=True)
        Path(out).parent.mkdir(parents=True, exist_ok=True)
        command = engines.index_command(name, [text.folder], text.listed, out, words)
        return measure.run(command.argv, env=command.env, cwd=self.scratch, memory=memory)

    def home(self, target: str, folder: str) -> str:
        """Return an index of `folder` by seedsearch, left by another step or new."""
        left = {"corpus": self.place("index", engines.OURS), "large": self.place("scaling", "200")}
        home = left.get(target, "")
        if not os.path.exists(home):
            home = self.place(f"own-{target}")
        if not os.path.exists(home):
            self.build(engines.OURS, Input(folder, ""), home)
        return home

    def input(self, name: str = "") -> Input:
        """Return the input of an engine: the whole corpus, or a sample for stock Whoosh."""
        if name != engines.WHOOSH:
            return self.listed(self.corpus, "corpus")
        folder = self.place("sample")
        if not os.path.exists(folder):
            corpora.copy(self.corpus, folder, WHOOSH_SAMPLE)
        return self.listed(folder, "sample")

    def listed(self, folder: str, name: str) -> Input:
        """Return a folder with the list of its passages, made once."""
        listed = self.place(f"passages-{name}")
        if not os.path.exists(listed):
            passages.make(passages_of(folder), listed)
        return Input(folder, listed)


class Input(NamedTuple):
    """A folder of texts and the list of its passages: the input of seedsearch, and of its peers."""

    folder: str
    listed: str

    def passages(self) -> passages.PassageList:
        """Return the passages, read from their list."""
        return passages.PassageList(self.listed)
