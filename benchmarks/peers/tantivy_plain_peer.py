"""tantivy without stems: less work than the others, and its fastest setting."""

from __future__ import annotations

from benchmarks.passages import PassageList
from benchmarks.peers import tantivy_peer

VERSION = tantivy_peer.VERSION
Searcher = tantivy_peer.Searcher
Shower = tantivy_peer.Shower


def build(passages: PassageList, out: str) -> None:
    """Index like tantivy_peer, but words in their exact forms."""
    tantivy_peer.build(passages, out, words="plain")
