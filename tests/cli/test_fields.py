"""`seedsearch fields`, and queries for fields."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Cli

RECORDS = [
    {"id": 1, "author": "Kim Lee", "Page Count": 20, "text": "Troops met."},
    {"id": 2, "author": "Bob", "Page Count": 7, "text": "Troops left."},
    {"id": 3, "author": "Bob", "text": "No troops."},
]


@pytest.fixture
def records(cli: Cli, folder: Path) -> Cli:
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, RECORDS)))
    assert cli("index", "-q", ".").code == 0
    return cli


def test_names_and_values_with_the_number_of_documents(records: Cli) -> None:
    assert records("fields") == (0, "author\t3\npage_count\t2\n", "")
    assert records("fields", "author") == (0, "Bob\t2\nKim Lee\t1\n", "")
    assert records("fields", "Page Count", "-k1").out == "20\t1\n"
    (first, _) = records("fields", "--json").out.splitlines()
    assert json.loads(first) == {"schema": "seedsearch.field/1", "name": "author", "documents": 3}
    (value,) = records("fields", "author", "--json", "-k1").out.splitlines()
    assert json.loads(value)["value"] == "Bob"
    assert records("fields", "autor") == (
        2,
        "",
        "seedsearch: no document has a field autor: did you mean author?\n",
    )


def test_documents_without_fields(cli: Cli, folder: Path) -> None:
    (folder / "a.txt").write_text("Troops.")
    cli("index", "-q", ".")
    assert cli("fields") == (1, "", "")


def test_a_query_asks_for_a_field(records: Cli) -> None:
    def lines(*query: str) -> list[str]:
        return [line.split(":")[1] for line in records("query", *query).out.splitlines()]

    assert lines("author:kim") == ["1"]
    assert sorted(lines("troops", "author:bob")) == ["2", "3"]
    assert lines("--", "troops", "-author:bob") == ["1"]
    assert lines("page_count:>10") == ["1"]
    assert sorted(lines("page_count:<=20")) == ["1", "2"]


def test_fields_outlive_merges_and_changes(records: Cli, folder: Path) -> None:
    for name in "bcdefghij":
        record = {"editor": name, "text": f"Troops {name}."}
        (folder / f"{name}.jsonl").write_text(json.dumps(record))
        assert records("index", "-q", ".").code == 0
    assert records("query", "-l", "editor:j").out == "j.jsonl\n"
    assert records("query", "-l", "author:kim").out == "a.jsonl\n"
    (folder / "a.jsonl").unlink()
    records("index", "-q", ".")
    assert records("fields").out == "editor\t9\n"


def test_rows_of_a_table_are_records(cli: Cli, folder: Path) -> None:
    (folder / "a.csv").write_text('name,City,price\nAnn,"Rome, Lazio",25\nBob,Oslo,15\n')
    cli("index", "-q", ".")
    assert cli("query", "city:rome").out == 'a.csv:2:Ann,"Rome, Lazio",25\n'
    assert cli("query", "price:<20").out == "a.csv:3:Bob,Oslo,15\n"
    assert cli("fields").out == "city\t2\nname\t2\nprice\t2\n"
    assert cli("fields", "city").out == "Oslo\t1\nRome, Lazio\t1\n"
    hit = json.loads(cli("query", "--json", "city:rome").out)
    assert hit["fields"] == {"name": "Ann", "City": "Rome, Lazio", "price": "25"}


def test_a_field_with_several_values_is_a_list(cli: Cli, folder: Path) -> None:
    part = "--b\nContent-Disposition: attachment; filename={}.txt\n\nTroops.\n"
    head = 'From: a@example.org\nContent-Type: multipart/mixed; boundary="b"\n\n'
    (folder / "a.eml").write_text(head + part.format("one") + part.format("two") + "--b--\n")
    cli("index", "-q", ".")
    fields = json.loads(cli("query", "--json", "troops").out.splitlines()[0])["fields"]
    assert fields["attachment"] == ["one.txt", "two.txt"]
    assert fields["from"] == "a@example.org"
