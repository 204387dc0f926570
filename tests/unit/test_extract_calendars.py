"""Calendars and contacts: each event and contact is a document with exact lines."""

from __future__ import annotations

from reading import read

EVENTS = """\
BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VTIMEZONE\r
TZID:Europe/Berlin\r
END:VTIMEZONE\r
BEGIN:VEVENT\r
UID:42@example.org\r
DTSTART;TZID=Europe/Berlin:20241021T093000\r
SUMMARY:Harbour inspec\r
 tion\\, part 2\r
LOCATION:Pier 7\\; Rason\r
ORGANIZER;CN="Kim: Ann":mailto:ann@example.org\r
ATTENDEE;ROLE=REQ-PARTICIPANT;CN=Bo Lee:MAILTO:bo@example.org\r
DESCRIPTION:Bring the plans.\\nThe cranes are old.\r
ATTACH;ENCODING=BASE64;VALUE=BINARY:QUJDREVG\r
BEGIN:VALARM\r
DESCRIPTION:Reminder\r
END:VALARM\r
END:VEVENT\r
BEGIN:VTODO\r
SUMMARY:Count the cranes\r
DUE;VALUE=DATE:20241101\r
END:VTODO\r
END:VCALENDAR\r
"""

CONTACTS = """\
BEGIN:VCARD
VERSION:2.1
N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:K=F6nig;J=FC=
rgen;;;
FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:J=FCrgen K=F6nig
ORG:Port Authority;Cranes
item1.TEL;TYPE=CELL:+49 30 1234
EMAIL:jk@example.org
BDAY:1970-05-01
PHOTO;ENCODING=b:iVBORw0KGgo
END:VCARD
BEGIN:VCARD
FN:Ann Kim
NOTE:Knows the harbour.
END:VCARD
"""


def test_events_and_tasks() -> None:
    found = read("a.ics", EVENTS)
    meeting, task = found.documents
    assert (meeting.title, meeting.id, meeting.member) == (
        "Harbour inspection, part 2",
        "42@example.org",
        "1",
    )
    assert meeting.media_type == "text/calendar"
    assert dict(meeting.fields) == {
        "date": "2024-10-21T09:30",
        "location": "Pier 7; Rason",
        "organizer": "Kim: Ann <ann@example.org>",
        "attendee": "Bo Lee <bo@example.org>",
    }
    assert task.title == "Count the cranes"
    assert dict(task.fields) == {"due": "2024-11-01"}
    text = "\n".join(found.texts)
    assert "The cranes are old." in text
    assert "Reminder" not in text
    assert "QUJD" not in text
    assert found.part("Pier 7").lines[0] <= 11 <= found.part("Pier 7").lines[1]


def test_contacts() -> None:
    found = read("a.vcf", CONTACTS)
    first, second = found.documents
    assert (first.title, second.title) == ("Jürgen König", "Ann Kim")
    assert dict(first.fields) == {
        "org": "Port Authority, Cranes",
        "tel": "+49 30 1234",
        "email": "jk@example.org",
        "birthday": "1970-05-01",
    }
    text = "\n".join(found.texts)
    assert "König, Jürgen" in text
    assert "iVBOR" not in text
    assert found.part("Knows").lines[1] == 14


def test_what_is_broken_is_read_as_far_as_it_goes() -> None:
    assert read("a.ics", "BEGIN:VEVENT\nSUMMARY:no end").texts == ["BEGIN:VEVENT\nSUMMARY:no end"]
    assert read("a.vcf", "words").texts == ["words"]
    assert read("a.ics", "").skipped == "empty"
    nested = read(
        "a.ics", "BEGIN:VEVENT\nBEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\nSUMMARY:b\nEND:VEVENT\n"
    )
    assert [document.title for document in nested.documents] == ["b"]


def test_readings_of_names_and_resources_are_text() -> None:
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Jane Doe\nX-PHONETIC-LAST-NAME:Doh\nEND:VCARD\n"
    assert read("a.vcf", card).texts == ["Jane Doe\nDoh"]
    task = (
        "BEGIN:VTODO\nSUMMARY:Paint\nRESOURCES:ladder\nATTACH:https://example.org/plan\nEND:VTODO\n"
    )
    assert read("a.ics", task).texts == ["Paint\nladder\nhttps://example.org/plan"]
