"""Without the core, `check` holds the counts of a dictionary against its posting lists, in the two fields alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from seedsearch.index import check, plain_inversion
from seedsearch.index.group_blocks import Group

GROUP = Group((b"word",), 0, 4, 1, 2, 0, (1,), (2,), (0,))


def segment(key: bytes) -> Any:
    block = SimpleNamespace(keys=[key], group=lambda _: GROUP)
    return SimpleNamespace(dictionary=SimpleNamespace(blocks=lambda: [block]))


@pytest.mark.parametrize(("key", "fits"), [(b"bword", True), (b"tword", True), (b"xword", False)])
def test_groups_of_an_unknown_field(
    monkeypatch: pytest.MonkeyPatch, key: bytes, fits: bool
) -> None:
    monkeypatch.setattr(check, "compiled", None)
    counted = (1, 2, 0), {b"word": (1, 2, 0)}
    monkeypatch.setattr(plain_inversion, "counts_of", lambda *_: counted)
    said = check._postings(segment(key))
    assert (said == "") == fits
