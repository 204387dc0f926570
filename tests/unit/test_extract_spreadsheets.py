"""Excel and OpenDocument spreadsheets: a document for each sheet, a passage for each row, cited by sheet, cell and
row.
"""

from __future__ import annotations

from reading import read
from test_extract_office import zipped

M = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def related(**targets: str) -> str:
    """Return a list of relations: identifier, then kind and target."""
    lines = [
        f'<Relationship Id="{key}" Type="{TYPES}/{value.split()[0]}" Target="{value.split()[1]}"/>'
        for key, value in targets.items()
    ]
    return f'<Relationships xmlns="x">{"".join(lines)}</Relationships>'


def workbook(rows: str, **others: str) -> bytes:
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": related(rId1="officeDocument xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook {M} {R}><sheets><sheet name="Prices" sheetId="3" r:id="rId7"/></sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": related(rId7="worksheet worksheets/sheet3.xml"),
        "xl/worksheets/sheet3.xml": f"<worksheet {M}><sheetData>{rows}</sheetData></worksheet>",
    }
    return zipped(members | {name.replace("__", "/"): text for name, text in others.items()})


ROWS = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    '<row r="17"><c r="A17" t="inlineStr"><is><t>Najin</t></is></c><c r="B17" s="1"><v>45586</v></c>'
    '<c r="C17"><v>0.10000000000000001</v></c><c r="D17" t="b"><v>1</v></c>'
    '<c r="E17" t="str"><f>x</f><v>sum</v></c></row>'
)
STRINGS = f"<sst {M}><si><t>Port</t></si><si><r><t>Ship</t></r><r><t>ped</t></r><rPh><t>kana</t></rPh></si></sst>"
STYLES = f'<styleSheet {M}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'


def test_a_sheet_of_excel() -> None:
    data = workbook(ROWS, **{"xl__sharedStrings.xml": STRINGS, "xl__styles.xml": STYLES})
    found = read("a.xlsx", data)
    assert found.documents[0].member == "Prices"
    assert found.fields["sheet"] == "Prices"
    assert [(part.heading, part.lines, part.text) for part in found.parts] == [
        ("Prices A1", (1, 1), "Port\tShipped"),
        ("Prices A17", (17, 17), "Port: Najin\tShipped: 2024-10-21\t0.1\tTRUE\tsum"),
    ]


def test_dates_by_their_own_formats_and_from_1904() -> None:
    styles = (
        f'<styleSheet {M}><numFmts><numFmt numFmtId="164" formatCode="[Red]0.0&quot;day&quot;"/>'
        '<numFmt numFmtId="165" formatCode="dd\\.mm\\.yyyy hh:mm"/></numFmts>'
        '<cellXfs><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>'
    )
    rows = '<row r="1"><c r="A1" s="0"><v>3.5</v></c><c r="B1" s="1"><v>45586.75</v></c></row>'
    found = read("a.xlsx", workbook(rows, **{"xl__styles.xml": styles}))
    assert found.texts == ["3.5\t2024-10-21 18:00:00"]


def test_what_stands_beside_the_cells_of_a_sheet() -> None:
    others = {
        "xl__worksheets___rels__sheet3.xml.rels": related(
            a="comments ../comments1.xml", b="drawing ../d.xml"
        ),
        "xl__comments1.xml": f'<comments {M}><comment ref="B17"><text><r><t>Check</t></r><r><t> this</t></r>'
        "</text></comment></comments>",
        "xl__d.xml": "<d><sp><txBody><p><r><t>A box</t></r></p></txBody></sp></d>",
        "xl___rels__d.xml.rels": related(a="chart charts/c.xml"),
        "xl__charts__c.xml": "<c><title><p><r><t>Prices of coal</t></r></p></title>"
        "<cat><pt><v>May</v></pt><pt><v>June</v></pt></cat></c>",
    }
    found = read("a.xlsx", workbook(ROWS, **others))
    assert [(part.heading, part.text) for part in found.parts[2:]] == [
        ("Prices B17 comment", "Check this"),
        ("Prices drawing", "A box"),
        ("Prices chart", "Prices of coal"),
        ("Prices chart", "May, June"),
    ]


def test_broken_sheets_are_named() -> None:
    assert read("a.xlsx", workbook("")).skipped == "no text in it"
    assert read("a.xlsx", workbook("<row>")).problems == [("sheet3.xml", "broken XML")]
    assert read("a.xlsx", b"no archive").skipped == "broken ZIP archive"
    cut = workbook(ROWS)[:-100]
    assert read("a.xlsx", cut).skipped == "broken ZIP archive"


def test_numbers_that_no_cell_has_are_read_all_the_same() -> None:
    rows = (
        '<row r="99999999999"><c r="ZZZZ9" t="s"><v>-7</v></c><c t="s"><v>x</v></c>'
        '<c s="99"><v>1</v></c><c s="1"><v>1e99</v></c></row>'
    )
    found = read("a.xlsx", workbook(rows, **{"xl__styles.xml": STYLES}))
    assert found.texts == ["-7\tx\t1\t1e+99"]


def sheet_of(rows: str) -> bytes:
    content = (
        '<o:d xmlns:o="o" xmlns:t="t"><o:body><o:spreadsheet><t:table t:name="Prices">'
        f"{rows}</t:table></o:spreadsheet></o:body></o:d>"
    )
    return zipped({"content.xml": content}, first="application/vnd.oasis.opendocument.spreadsheet")


def test_a_sheet_of_open_document() -> None:
    rows = (
        "<t:table-row><t:table-cell><t:p>Port</t:p></t:table-cell><t:table-cell><t:p>Price</t:p></t:table-cell></t:table-row>"
        '<t:table-row t:number-rows-repeated="15"><t:table-cell t:number-columns-repeated="1024"/></t:table-row>'
        '<t:table-row><t:table-cell t:number-columns-repeated="2"><t:p>Na<t:span>jin</t:span></t:p>'
        "<o:annotation><t:p>Check this</t:p></o:annotation></t:table-cell></t:table-row>"
        '<t:table-row t:number-rows-repeated="1048000"><t:table-cell/></t:table-row>'
    )
    found = read("a.ods", sheet_of(rows))
    assert (found.documents[0].member, found.fields) == (
        "Prices",
        {"sheet": "Prices", "Port": "", "Price": ""},
    )
    assert [(part.heading, part.lines, part.text) for part in found.parts] == [
        ("Prices A1", (1, 1), "Port\tPrice"),
        ("Prices A17", (17, 17), "Port: Najin\tPrice: Najin"),
        ("Prices A17 comment", (17, 17), "Check this"),
    ]


def test_a_sheet_that_is_filled_to_its_end_is_read_once() -> None:
    cell = '<t:table-cell t:number-columns-repeated="9999999"><t:p>x</t:p></t:table-cell>'
    row = f'<t:table-row t:number-rows-repeated="9999999">{cell}</t:table-row>'
    assert len(read("a.ods", sheet_of(row)).parts) < 5000


def test_broken_sheets_of_open_document_are_named() -> None:
    assert read("a.ods", sheet_of("")).skipped == "no text in it"
    assert read("a.ods", sheet_of("<t:table-row>")).skipped == "broken XML"


def test_names_of_columns_stand_under_a_title_and_may_repeat() -> None:
    def row(number: int, *texts: str) -> str:
        cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
        return f'<row r="{number}">{cells}</row>'

    rows = row(1, "Sales of March") + row(3, "City", "City", "Sum") + row(4, "Rome", "Oslo", "17")
    found = read("a.xlsx", workbook(rows))
    assert found.texts == ["Sales of March", "City\tCity\tSum", "City: Rome\tCity: Oslo\tSum: 17"]
    unlike = row(1, "Ann", "Ann") + row(2, "Rome", "Oslo")
    assert read("a.xlsx", workbook(unlike)).texts == ["Ann\tAnn", "Rome\tOslo"]


def test_percentages_are_shown_as_in_the_sheet() -> None:
    styles = (
        f'<styleSheet {M}><numFmts><numFmt numFmtId="164" formatCode="0.0%"/>'
        '<numFmt numFmtId="165" formatCode="0&quot;%&quot;"/></numFmts><cellXfs>'
        '<xf numFmtId="9"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>'
    )
    row = (
        '<row r="1"><c s="0"><v>0.25</v></c><c s="1"><v>0.070000000000000007</v></c>'
        '<c s="2"><v>5</v></c></row>'
    )
    found = read("a.xlsx", workbook(row, **{"xl__styles.xml": styles}))
    assert found.texts == ["25%\t7%\t5"]
