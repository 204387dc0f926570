"""The facts at the top of Markdown files: YAML and TOML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedsearch.corpus.formats.front_matter import front_matter

YAML = """\
---
title: >-
  The long
  way
Published: 2024-10-21   # a comment
tags: [coal, "port town", 'Najin']
aliases:
  - Rason
  - "Rajin: port"
author: "Kim: A Life" # quoted
empty:
nested:
  key: value
not a fact
1: no name
---
Body
"""

TOML = '+++\ntitle = "Lighthouse"\ndate = 2024-10-21\ntags = ["a", "b"]\n[more]\nx = 1\n+++\nBody\n'


def test_yaml() -> None:
    facts, end = front_matter(YAML)
    assert facts == (
        ("title", "The long way"),
        ("published", "2024-10-21"),
        ("tags", "coal"),
        ("tags", "port town"),
        ("tags", "Najin"),
        ("aliases", "Rason"),
        ("aliases", "Rajin: port"),
        ("author", "Kim: A Life"),
        ("nested", "key: value"),
    )
    assert YAML[end:] == "Body\n"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_toml(line_end: str) -> None:
    text = TOML.replace("\n", line_end)
    facts, end = front_matter("\ufeff" + text)
    assert facts[:2] == (("title", "Lighthouse"), ("date", "2024-10-21"))
    assert facts[2:] == (("tags", "a"), ("tags", "b"), ("more", "{'x': 1}"))[:2]
    assert text[end - 1 :].strip() == "Body"


def test_what_is_no_block() -> None:
    assert front_matter("Text\n---\na: b\n---\n") == ((), 0)
    assert front_matter("---\na: b\n") == ((), 0)
    assert front_matter("+++\nno toml\n+++\nx") == ((), 16)


@given(st.text("-+:>|[]\"' \na\u00e9", max_size=60))
def test_any_block_can_be_read(inside: str) -> None:
    for mark in ("---", "+++"):
        facts, end = front_matter(f"{mark}\n{inside}\n{mark}\n")
        assert all(name and value for name, value in facts)
        assert end >= 0
