"""The compiled core takes pages apart as the plain Python does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.core import compiled
from seedsearch.corpus.formats import markup

pytestmark = pytest.mark.skipif(compiled is None, reason="the compiled core is not installed")

WATCHED = frozenset(("p", "/p", "br", "td", "a", "/a", "=script", "=title", "é"))
BITS = st.sampled_from([
    *("<p>", "</p>", "<P class=a>", "<b>", "</b>", "<b title='x'>", "<i hidden>", "</i>", "</I>", "<br/>"),
    *("<td", '<a href="x>y">', "<script>", "</script>", "</SCRIPT >", "</script", "<script/>", "<style>", "</style>"),
    *("<title>", "</title>", "</textarea>", "<textarea>", "<noembed>", "<iframe role=a>", "<xmp>", "</xmp/"),
    *("<!--", "-->", "<!-->", "<!--->", "<![CDATA[", "]]>", "<!doctype a>", "<?x", "<", ">", "</", "</>", "< p>"),
    *("<é>", "<aé", "'", '"', "=", "/", "\n", "\r", " ", "\0", "text", "é中\U0001f600", "\u017fcript>", "&amp;"),
    *("<" + "n" * 41 + ">", "<" + "n" * 42 + " title>", "</" + "n" * 41 + ">", "role", "displa", "\x1c\x7f\x85"),
])  # fmt: skip


@settings(max_examples=2000, deadline=None)
@given(st.lists(BITS, max_size=40).map("".join))
def test_pieces(page: str) -> None:
    assert list(compiled.Pieces(page, WATCHED)) == list(markup.plain_pieces(page, WATCHED))


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="<>/!-\"'= \nabpi", max_size=60))
def test_pieces_of_anything(page: str) -> None:
    assert list(compiled.Pieces(page, WATCHED)) == list(markup.plain_pieces(page, WATCHED))


def test_many_names() -> None:
    page = "".join(f"<n{n} hidden>\n{n}</n{n}><p>" for n in range(300))
    assert list(compiled.Pieces(page, WATCHED)) == list(markup.plain_pieces(page, WATCHED))


def test_what_is_no_page_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        compiled.Pieces("<p>\ud800", WATCHED)
    with pytest.raises(TypeError):
        compiled.Pieces("<p>", {"p"})  # type: ignore[arg-type]
