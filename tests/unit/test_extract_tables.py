"""CSV, TSV and JSON Lines: rows and records, also ragged and broken ones."""

from __future__ import annotations

import csv
import io
import json
import time

from reading import read

from seedsearch.rows import Table, cells_of


def table(rows: list[list[str]], **options: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, **options).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue().encode()


ROWS = [
    ["name", "city", "note"],
    ["Ann", "Oslo", 'she said "hi",\nthen left'],
    ["Bob", "Rome"],
    ["Eve", '5" disk', "東京"],
]


def test_each_row_is_a_passage_with_its_lines_and_bytes() -> None:
    found = read("people.csv", table(ROWS))
    assert found.documents[0].media_type == "text/csv"
    assert found.title == "people.csv"
    assert [part.lines for part in found.parts] == [(1, 1), (2, 3), (4, 4), (5, 5)]
    assert [part.heading for part in found.parts] == ["", *["name, city, note"] * 3]
    assert found.part("Oslo").cited.decode() == 'Ann,Oslo,"she said ""hi"",\nthen left"'
    assert found.part("東京").text == 'Eve,"5"" disk",東京'


def test_other_delimiters_are_found() -> None:
    for delimiter in (";", "\t", "|"):
        found = read("people.csv", table(ROWS, delimiter=delimiter))
        assert len(found.parts) == 4, delimiter
        assert found.parts[1].heading == "name, city, note"
    assert read("a.tsv", "a\tb\n1,5\t2\n").documents[0].media_type == "text/tab-separated-values"


def test_a_line_for_excel_is_no_row() -> None:
    found = read("a.csv", "sep=;\r\ncity;n\r\nRome, Lazio;3\r\n")
    assert [(part.text, part.heading) for part in found.parts] == [
        ("city;n", ""),
        ("Rome, Lazio;3", "city, n"),
    ]
    assert found.parts[1].lines == (3, 3)


def test_numbers_are_no_names_of_columns() -> None:
    found = read("a.csv", "1,2\n3,4\n")
    assert [part.heading for part in found.parts] == ["", ""]


def columns_of(text: str, path: str = "a.csv") -> list[str]:
    return [name for name, value in read(path, text).documents[0].fields if not value]


def test_the_row_with_the_names_of_the_columns_is_found() -> None:
    assert columns_of("name,city\nAnn,Rome\n") == ["name", "city"]
    assert columns_of("sep=;\nname;city\nAnn;Rome\n") == ["name", "city"]
    assert columns_of("Prices of 2024\n\nname;city\nAnn;Rome\nBob;Oslo\n") == ["name", "city"]
    titled = "Prices,,\n,,\nname,city,note\nAnn,Rome,\nBob,Oslo,\n"
    assert columns_of(titled) == ["name", "city", "note"]
    assert read("a.csv", titled).part("Rome").heading == "name, city, note"
    assert columns_of("name,name,city\nAnn,Lee,Rome\n") == ["name", "name", "city"]
    assert columns_of(",name,2019,2020\n0,Ann,5,6\n") == ["column 1", "name", "2019", "2020"]
    assert columns_of("1,Ann,Rome\n2,Bob,Oslo\n") == ["column 1", "column 2", "column 3"]
    assert columns_of("Ann,Rome\nBob,Oslo\nEve,Rome\n") == ["column 1", "column 2"]
    assert columns_of("ann@example.org,Rome\nbob@example.org,Oslo\n")[0] == "column 1"


def test_rows_are_read_as_the_standard_library_reads_them() -> None:
    cells = ["", "a", "a b", '"', 'x"y', "1,5", "two\nlines", "a;b", "東"]
    rows = [[a, b, c] for a in cells for b in cells for c in cells]
    for delimiter in ",;\t|":
        fields = [("", delimiter), ("a", ""), ("b", ""), ("c", "")]
        read_all, read_b = Table(fields).fields, Table(fields).reader({"b"})
        for row in rows:
            line = table([row], delimiter=delimiter).decode().rstrip("\r\n")
            assert cells_of(line, delimiter) == row
            assert dict(read_all(line)) == {n: v for n, v in zip("abc", row, strict=True) if v}
            assert dict(read_b(line)) == ({"b": row[1]} if row[1] else {})


def test_a_quote_that_is_never_closed_costs_no_row() -> None:
    rows = [f"row{n},x" for n in range(2000)]
    rows[3] = 'row3,"never closed'
    found = read("a.csv", "\n".join(rows))
    assert len(found.parts) == 2000
    assert found.part("row1999").lines == (2000, 2000)


def test_a_quoted_field_that_ends_with_the_delimiter_ends() -> None:
    found = read("t.csv", b'name,note\nRome,"old, big,"\nParis,"new"\n')
    assert [part.text for part in found.parts][1:] == ['Rome,"old, big,"', 'Paris,"new"']


def test_quotes_everywhere_take_no_time() -> None:
    begin = time.perf_counter()
    read("a.csv", ',"' * 200_000)
    read("a.csv", ',"x\n' * 50_000)
    read("a.csv", '"' * 400_001)
    assert time.perf_counter() - begin < 20


def test_a_field_of_a_megabyte_is_cut_and_found() -> None:
    found = read("a.csv", f"a,b\n1,{'word ' * 200_000}end\n2,y\n")
    assert found.part("end").lines == (2, 2)
    assert found.parts[-1].text == "2,y"


def test_each_record_is_a_document() -> None:
    lines = [
        {"id": 7, "title": "Fish", "text": "Squid\nis landed", "year": 2012, "tags": ["a", "b"]},
        {"_id": "x", "headline": "Coal", "body": "Najin", "url": None, "deep": {"no": 1}},
        {"name": "only a name", "comment": "but words"},
    ]
    found = read("a.jsonl", "\n".join(map(json.dumps, lines)) + "\n")
    assert [d.id for d in found.documents] == ["7", "x", ""]
    assert [d.title for d in found.documents] == ["Fish", "Coal", "only a name"]
    assert [d.media_type for d in found.documents] == ["application/jsonl"] * 3
    assert found.texts == [
        "Squid\nis landed\nyear: 2012\ntags: a, b",
        "Najin\ndeep.no: 1",
        "comment: but words",
    ]
    assert found.documents[0].fields == (("year", "2012"), ("tags", "a, b"))
    assert found.documents[1].fields == (("deep.no", "1"),)
    # The file does not contain the text as such: no byte range, and all of it is on the record's line.
    assert [part.lines for part in found.parts] == [(1, 1), (2, 2), (3, 3)]
    assert [part.cited for part in found.parts] == [b""] * 3


def test_bad_lines_are_named_and_the_others_stay() -> None:
    text = '{"text":"good"}\n{bad\n\n12\n{"text":"too"}\n' + "[" * 100_000 + "\n"
    found = read("a.ndjson", text)
    assert found.texts == ["good", "too"]
    assert found.problems == [
        ("line 2", "not JSON"),
        ("line 4", "not a JSON object"),
        ("line 6", "nested too deeply"),
    ]


def test_records_may_be_lists_and_strings() -> None:
    found = read("a.jsonl", '["Ann", "Oslo", 3]\n"only words"\n')
    assert found.texts == ["Ann, Oslo, 3", "only words"]
    assert found.problems == []


def test_lines_of_a_log_between_its_records_are_text() -> None:
    log = '{"msg":"up","n":1}\n{"msg":"down","n":2}\nTraceback:\n  File x\nValueError\n{"msg":"up","n":3}\nend\n'
    found = read("app.log", log)
    between = "Traceback:\n  File x\nValueError"
    assert found.texts == [
        "msg: up\nn: 1",
        "msg: down\nn: 2",
        between,
        "msg: up\nn: 3",
        "end",
    ]
    assert found.parts[2].lines == (3, 5)
    assert found.problems == []


def test_a_record_that_states_no_title_has_none() -> None:
    found = read("a.jsonl", '{"id": 7, "text": "words"}\n{"text": "more"}\n{"id": "r9"}\n')
    assert [(d.id, d.title) for d in found.documents] == [("7", ""), ("", ""), ("r9", "r9")]
    assert found.texts == ["words", "more", "r9"]


def test_a_record_with_a_title_alone_is_found_by_it() -> None:
    found = read("a.jsonl", '{"title": "A title alone", "text": ""}\n')
    assert found.texts == ["A title alone"]


def test_lone_surrogates_cannot_hurt() -> None:
    found = read("a.jsonl", '{"text": "a\\ud800b \\ud83d\\ude00", "\\udfff": "x\\udfff"}')
    assert found.texts == ["a\ufffdb 😀\n\ufffd: x\ufffd"]
    assert found.documents[0].fields == (("\ufffd", "x\ufffd"),)


def test_records_in_another_encoding() -> None:
    line = '{"title": "Рыба", "text": "Кальмара выгружают ночью, а рыбу днём, сказал капитан порта."}\n'
    found = read("a.jsonl", line.encode("cp1251") * 3)
    assert found.title == "Рыба"
    assert found.documents[0].encoding == "cp1251"
