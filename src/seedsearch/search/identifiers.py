"""The names of passages: ten characters for this content at this place, stable over rebuilds.

Two characters (10 bits) are of the file's path, three (15 bits) of the path and the place in the file, five (25
bits) of all that and the text. So a passage is found by its name without reading every text: paths are
looked through, then the places in the few files that fit, then the few texts.
"""

from __future__ import annotations

from seedsearch.digest import blake2b
from seedsearch.engine.base import Engine, Place
from seedsearch.model import Hit, Passage

_OF_PATH, _OF_PLACE, _OF_TEXT = 2, 3, 5
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"  # that of base32
_LETTERS = frozenset(_ALPHABET)


def passage_id(passage: Passage) -> str:
    """The name of a passage with its text."""
    document = passage.document
    start = passage.line_start if passage.byte_start is None else passage.byte_start
    of_path = _fed(blake2b(digest_size=8), document.path)
    of_place = _fed(of_path.copy(), document.member, document.id, str(start))
    of_text = _fed(of_place.copy(), passage.text)
    return _letters(of_path, _OF_PATH) + _letters(of_place, _OF_PLACE) + _letters(of_text, _OF_TEXT)


def is_passage_id(text: str) -> bool:
    """Whether this could be the name of a passage."""
    return len(text) == _OF_PATH + _OF_PLACE + _OF_TEXT and _LETTERS.issuperset(text)


def find_passage(engine: Engine, name: str) -> tuple[Passage, Place] | None:
    """The passage of that name and its place, or None: the first, where one chance in 2^50 made two."""
    wanted_path, wanted_place = name[:_OF_PATH], name[_OF_PATH : _OF_PATH + _OF_PLACE]
    for path in sorted(engine.files()):
        of_path = _fed(blake2b(digest_size=8), path)
        if _letters(of_path, _OF_PATH) != wanted_path:
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


def _fed(digest: blake2b, *parts: str) -> blake2b:
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little") + data)  # so that no two splits look alike
    return digest


def _letters(digest: blake2b, count: int) -> str:
    bits = int.from_bytes(digest.digest()[:4], "big")
    return "".join([_ALPHABET[bits >> shift & 31] for shift in range(27, 27 - 5 * count, -5)])


def document_name(hit: Hit) -> str:
    """What judgements call the document of a hit."""
    document = hit.passage.document
    if document.id:
        return document.id
    return f"{hit.path}#{document.member}" if document.member else hit.path
