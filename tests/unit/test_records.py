"""Record lines and JSON Lines: one hit a line, exact paths on request, exact values always."""

import base64
import json
import os

from hypothesis import given, settings
from hypothesis import strategies as st

from seedsearch.model import Document, Hit, Passage, SearchResult, Snippet, Span
from seedsearch.render.records import RecordOptions, writer_of

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
ANY_PATH = st.binary(min_size=1).filter(lambda b: b"\0" not in b).map(os.fsdecode)


def make_hit(path: str = "a.txt", text: str = "some text", **document: str) -> Hit:
    found = Document(path, "A title", "utf-8").replace(**document)
    passage = Passage(found, 0, text, 6, 7, 10, 10 + len(text))
    return Hit(1, 7.3123456789012, path, "k3f9abcdef", passage, Snippet((), (Span(5, 9),)))


def written(hit: Hit, form: str = "plain", *, null: bool = False, terminal: bool = False) -> bytes:
    result = SearchResult("query", (hit,), 1, 0.0)
    options = RecordOptions(form, null=null, terminal=terminal)
    [record] = writer_of(form)(result, options)
    return record


def test_a_record_is_path_line_text() -> None:
    assert written(make_hit()) == b"a.txt:6:some text\n"


def test_white_space_is_folded_to_one_line() -> None:
    hit = make_hit(text=" hard\r\n  wrapped\n\n\ttext\u2028 ")
    assert written(hit) == b"a.txt:6:hard wrapped text\n"


def test_a_newline_in_a_name_does_not_break_the_record() -> None:
    assert written(make_hit("a\nb.txt")) == "a␊b.txt:6:some text\n".encode()
    assert written(make_hit("a\nb.txt"), null=True) == b"a\nb.txt\x006:some text\n"


def test_null_paths_are_raw_but_not_on_a_terminal() -> None:
    hit = make_hit(os.fsdecode(b"\x1b\xff.txt")).replace(matching=3)
    assert written(hit, "paths", null=True) == b"\x1b\xff.txt\0"
    assert written(hit, "paths", null=True, terminal=True) == "␛\\xff.txt\0".encode()
    assert written(hit, "counts", null=True) == b"\x1b\xff.txt\x003\n"
    assert written(make_hit(), "counts") == b"a.txt:1\n"


@given(ANY_PATH)
def test_null_paths_round_trip(path: str) -> None:
    assert os.fsdecode(written(make_hit(path), "paths", null=True).removesuffix(b"\0")) == path


@given(ANY_PATH, ANY_TEXT)
def test_a_record_holds_no_control_byte(path: str, text: str) -> None:
    record = written(make_hit(path, text)).decode()
    assert record.endswith("\n")
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in record[:-1])


def test_json_has_the_keys_of_its_schema_in_order() -> None:
    assert written(make_hit(), "json").decode() == (
        '{"schema":"seedsearch.hit/1","rank":1,"score":7.312345679,"path":"a.txt","id":null,'
        '"passage":"k3f9abcdef","title":"A title","line":6,"line_start":6,"line_end":7,'
        f'"byte_start":10,"byte_end":19,"uri":"file://{os.getcwd()}/a.txt","encoding":"utf-8",'
        '"errors":"strict","snippet":"some text","text":"some text",'
        '"highlights":[[5,9]],"stale":false,"copies":0}\n'
    )


def test_json_names_page_member_and_id_where_there_are_any() -> None:
    hit = make_hit(id="doc-1", member="inner.txt")
    hit = hit.replace(passage=hit.passage.replace(page=4, byte_start=None, byte_end=None))
    found = json.loads(written(hit, "json"))
    assert (found["id"], found["page"], found["member"]) == ("doc-1", 4, "inner.txt")
    assert found["byte_start"] is None


def test_a_path_that_is_not_utf8_comes_as_base64_too() -> None:
    found = json.loads(written(make_hit(os.fsdecode(b"caf\xe9.txt")), "json"))
    assert found["path"] == "caf\\xe9.txt"
    assert base64.b64decode(found["path_b64"]) == b"caf\xe9.txt"
    assert list(found)[3:5] == ["path", "path_b64"]


@given(ANY_PATH, ANY_TEXT)
def test_json_is_exact_and_holds_no_control_byte(path: str, text: str) -> None:
    record = written(make_hit(path, text), "json").decode("utf-8")
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in record[:-1])
    found = json.loads(record)
    # json joins adjacent escaped surrogates, as any reader of UTF-16 does
    exact = text.encode("utf-16", "surrogatepass")
    assert found["text"].encode("utf-16", "surrogatepass") == exact
    if "path_b64" in found:
        assert os.fsdecode(base64.b64decode(found["path_b64"])) == path
    else:
        assert found["path"] == path
