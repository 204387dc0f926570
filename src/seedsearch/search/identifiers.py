"""Identifiers of passages and documents.

A passage id has ten characters. It survives a rebuild of the index, as long as the same text is at the same place.
Two characters (10 bits) depend on the path of the file, three (15 bits) on path and place, five (25 bits) on path,
place and text. So `find_passage` reads few texts: it compares all paths, then the places in files that match, then
the texts at places that match.
"""

from __future__ import annotations

from functools import lru_cache
from struct import Struct

from seedsearch.citation import document_place
from seedsearch.digest import blake2b
from seedsearch.engine.base import Engine, Place
from seedsearch.model import Hit, Passage

_OF_PATH, _OF_PLACE, _OF_TEXT = 2, 3, 5
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"  # as in base32
_LETTERS = frozenset(_ALPHABET)
_LENGTH = Struct("<Q").pack
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]  # faster than by letters


def passage_id(passage: Passage) -> str:
    """Return the id of a passage. Its text must be loaded."""
    document = passage.document
    start = passage.line_start if passage.byte_start is None else passage.byte_start
    of_document, letters = _of_document(document.path, document.member, document.id)
    of_place = _fed(of_document.copy(), str(start))
    of_text = _fed(of_place.copy(), passage.text)
    return letters + _letters(of_place, _OF_PLACE) + _letters(of_text, _OF_TEXT)


def is_passage_id(text: str) -> bool:
    """Return whether a text has the form of a passage id."""
    return len(text) == _OF_PATH + _OF_PLACE + _OF_TEXT and _LETTERS.issuperset(text)


def find_passage(engine: Engine, name: str) -> tuple[Passage, Place] | None:
    """Return the passage with the id `name` and its place, or None. If passages share an id, return the first."""
    wanted_path, wanted_place = name[:_OF_PATH], name[_OF_PATH : _OF_PATH + _OF_PLACE]
    for path in sorted(engine.files()):
        if _of_path(path)[1] != wanted_path:
            continue
        for place in engine.places(path):
            start = place.line_start if place.byte_start is None else place.byte_start
            of_document, _ = _of_document(path, place.member, place.id)
            if _letters(_fed(of_document.copy(), str(start)), _OF_PLACE) != wanted_place:
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


@lru_cache(1_000)
def _of_document(path: str, member: str, own_id: str) -> tuple[blake2b, str]:
    """Return the digest of a document's place, which callers must copy, and the letters of its path."""
    of_path, letters = _of_path(path)
    return _fed(_fed(of_path.copy(), member), own_id), letters


def _fed(digest: blake2b, part: str) -> blake2b:
    data = part.encode("utf-8", "surrogatepass")
    # with the length, so that ("ab", "c") differs from ("a", "bc")
    digest.update(_LENGTH(len(data)) + data)
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
