"""Identifiers of passages and documents.

A passage id has ten characters. It survives a rebuild of the index, as long as the same text is at the same place.
Two characters (10 bits) depend on the path of the file, three (15 bits) on path and place, five (25 bits) on path,
place and text. So `find_passage` reads few texts: it compares all paths, then the places in files that match, then
the texts at places that match.
"""

from __future__ import annotations

from functools import lru_cache

from seedsearch.citation import document_place
from seedsearch.digest import blake2b
from seedsearch.engine.base import Engine, Place
from seedsearch.model import Hit, Passage

_OF_PATH, _OF_PLACE, _OF_TEXT = 2, 3, 5
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"  # as in base32
_LETTERS = frozenset(_ALPHABET)
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]  # faster than by letters


def passage_id(passage: Passage) -> str:
    """Return the id of a passage. Its text must be loaded."""
    document = passage.document
    start = passage.line_start if passage.byte_start is None else passage.byte_start
    of_path, letters = _of_path(document.path)
    of_place = _fed(of_path.copy(), document.member, document.id, str(start))
    of_text = _fed(of_place.copy(), passage.text)
    return letters + _letters(of_place, _OF_PLACE) + _letters(of_text, _OF_TEXT)


def is_passage_id(text: str) -> bool:
    """Return whether a text has the form of a passage id."""
    return len(text) == _OF_PATH + _OF_PLACE + _OF_TEXT and _LETTERS.issuperset(text)


def find_passage(engine: Engine, name: str) -> tuple[Passage, Place] | None:
    """Return the passage with the id `name` and its place, or None. If passages share an id, return the first."""
    wanted_path, wanted_place = name[:_OF_PATH], name[_OF_PATH : _OF_PATH + _OF_PLACE]
    for path in sorted(engine.files()):
        of_path, letters = _of_path(path)
        if letters != wanted_path:
            continue
        for place in engine.places(path):
            start = place.line_start if place.byte_start is None else place.byte_start
            of_place = _fed(of_path.copy(), place.member, place.id, str(start))
            if _letters(of_place, _OF_PLACE) != wanted_place:
                continue
            passage = engine.passage(path, place.document, place.ordinal)
            if passage is not None and passage_id(passage) == name:
                return passage, place
    return None


@lru_cache(1_000)
def _of_path(path: str) -> tuple[blake2b, str]:
    """Return the digest of a path, which callers must copy, and the letters that depend on it."""
    digest = _fed(blake2b(digest_size=8), path)
    return digest, _letters(digest, _OF_PATH)


def _fed(digest: blake2b, *parts: str) -> blake2b:
    data = [part.encode("utf-8", "surrogatepass") for part in parts]
    # with the length, so that ("ab", "c") differs from ("a", "bc")
    digest.update(b"".join([len(part).to_bytes(8, "little") + part for part in data]))
    return digest


def _letters(digest: blake2b, count: int) -> str:
    bits = int.from_bytes(digest.digest()[:4], "big")
    pairs = _PAIRS[bits >> 22] + _PAIRS[bits >> 12 & 1023] + _PAIRS[bits >> 2 & 1023]
    return pairs[:count]


def document_name(hit: Hit) -> str:
    """Return the name of a hit's document in TREC runs and judgements: its own id, else its path.

    If a file has several documents, the member follows the path.
    """
    document = hit.passage.document
    if document.id:
        return document.id
    return document_place(hit.path, document.member)
