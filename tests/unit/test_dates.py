"""The dates read from stated values: the certain part, in the form that ranges compare."""

from __future__ import annotations

import pytest

from seedsearch.query.dates import date_of, parse_date, time_of

DATES = {
    "2024": "2024",
    "2024-10": "2024-10",
    "2024-10-21": "2024-10-21",
    "2024/1/2": "2024-01-02",
    "2024.10.21": "2024-10-21",
    "20241021": "2024-10-21",
    "20241021T093000Z": "2024-10-21",
    "2024-10-21T09:30:00+02:00": "2024-10-21T09:30:00+02:00",
    "2024-10-21 9:30": "2024-10-21T09:30",
    "2024-10-21T09:30:00.123Z": "2024-10-21T09:30:00.123Z",
    " 2024-10-21\n": "2024-10-21",
    "2024-13-01": "2024",
    "2024-10-32": "2024-10",
    "2024年10月21日": "2024-10-21",
    "2024年10月": "2024-10",
    "2024년 1월 2일": "2024-01-02",
    "Mon, 21 Oct 2024 09:30:00 +0000": "2024-10-21T09:30:00+0000",
    "21 October 2024": "2024-10-21",
    "21st Oct. 2024": "2024-10-21",
    "1-Oct-2024": "2024-10-01",
    "October 21, 2024": "2024-10-21",
    "Monday, October 21st, 2024": "2024-10-21",
    "Oct 2024": "2024-10",
    "21.10.2024": "2024-10-21",
    "2.1.2024": "2024-01-02",
    "21/10/2024": "2024-10-21",
    "10/21/2024": "2024-10-21",
    "5/5/2024": "2024-05-05",
    "10/11/2024": "2024",
    "21 Frimaire 2024": "2024",
    "": "",
    "yesterday": "",
    "10:30": "",
    "1729500000": "",
    "123456": "",
    "20245": "",
}


@pytest.mark.parametrize(("value", "date"), DATES.items(), ids=DATES)
def test_as_much_as_is_certain(value: str, date: str) -> None:
    assert parse_date(value) == date


def test_which_field_holds_the_date() -> None:
    assert date_of((("created", "2023"), ("Date", "2024"))) == "2024"
    assert date_of((("date", "soon"), ("Pub-Date", "May 2024"))) == "2024-05"
    assert date_of((("date", "2024"), ("date", "2023"))) == "2024"
    assert date_of((("due", "2024"),)) == ""
    assert date_of(()) == ""


def test_every_date_has_a_time() -> None:
    for date in {*DATES.values(), "0000", "9999-12-31T24:60:61.5+9959", "2024-02-31"} - {""}:
        assert time_of(date) > time_of("")
    assert time_of("1970-01-02T01:30+01:30") == time_of("1970-01-01T19:00-0500") == 86400
    assert time_of("2024-10-21T09:30:00.5Z") - time_of("2024-10-21") == 34200.5
    assert time_of("2024") == time_of("2024-01") == time_of("2024-01-01")
