"""What every step is given: what is measured, how often, where there is room; and how an index is made."""

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
    """What is measured, how often, and where there is room for it.

    `beside` is the folder in which the other texts stand, `made` where those are kept that are made from the corpus.
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
        """A path in the scratch folder."""
        return os.path.join(self.scratch, *names)

    def build(
        self, name: str, text: Input, out: str, *, words: str = "english", memory: bool = False
    ) -> measure.Cost:
        """What it costs an engine to make an index from nothing, in a process of its own."""
        shutil.rmtree(out, ignore_errors=True)
        Path(out).parent.mkdir(parents=True, exist_ok=True)
        command = engines.index_command(name, [text.folder], text.listed, out, words)
        return measure.run(command.argv, env=command.env, cwd=self.scratch, memory=memory)

    def home(self, target: str, folder: str) -> str:
        """Where an index of seedsearch's of `folder` is: one that another step left, or a new one."""
        left = {"corpus": self.place("index", engines.OURS), "large": self.place("scaling", "200")}
        home = left.get(target, "")
        if not os.path.exists(home):
            home = self.place(f"own-{target}")
        if not os.path.exists(home):
            self.build(engines.OURS, Input(folder, ""), home)
        return home

    def input(self, name: str = "") -> Input:
        """The corpus as an engine gets it: all of it, or a sample for stock Whoosh."""
        if name != engines.WHOOSH:
            return self.listed(self.corpus, "corpus")
        folder = self.place("sample")
        if not os.path.exists(folder):
            corpora.copy(self.corpus, folder, WHOOSH_SAMPLE)
        return self.listed(folder, "sample")

    def listed(self, folder: str, name: str) -> Input:
        """A folder with the list of its passages, which is made once."""
        listed = self.place(f"passages-{name}")
        if not os.path.exists(listed):
            passages.make(passages_of(folder), listed)
        return Input(folder, listed)


class Input(NamedTuple):
    """A folder of texts and the list of its passages: what seedsearch gets, and what its peers get."""

    folder: str
    listed: str

    def passages(self) -> passages.PassageList:
        """The passages, read from their list."""
        return passages.PassageList(self.listed)
