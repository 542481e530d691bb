"""Files are read, or refused with words: no entity, no bomb, nothing without an end."""

import io
import zipfile

import pytest

from carboy.admin.transfer import FileError, read_file

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def make_xlsx(sheet: str, shared: str = "", *, encoding: str = "utf-8") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", sheet.encode(encoding))
        if shared:
            archive.writestr("xl/sharedStrings.xml", shared)
    return file.getvalue()


def test_sheets_of_spreadsheets_are_read() -> None:
    """With shared strings, cells that are left out, and the result of a formula."""
    texts = "<si><t>name</t></si><si><r><t>A</t></r><r><t>da</t></r></si>"
    shared = f"<sst {MAIN}>{texts}</sst>"
    sheet = (
        f'<worksheet {MAIN}><sheetData><row><c r="A1" t="s"><v>0</v></c><c r="C1" '
        't="inlineStr"><is><t>age</t></is></c></row><row><c r="A2" t="s"><v>1</v></c>'
        '<c r="C2"><f>1+1</f><v>2</v></c></row></sheetData></worksheet>'
    )

    assert read_file("a.XLSX", make_xlsx(sheet, shared)) == (
        ["name", "", "age"],
        [["Ada", "", "2"]],
    )


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b""),
        ("a.csv", b"\xff\xfe\0"),
        ("a.csv", b"a,b\n" + b'"open'),
        ("a.exe", b"MZ"),
        ("a.json", b"{}"),
        ("a.json", b"[1]"),
        ("a.json", b"[" * 100_000),
        ("a.xlsx", b"PK"),
        ("a.xlsx", make_xlsx("<worksheet>")),
        (
            "a.xlsx",
            make_xlsx(
                f'<worksheet {MAIN}><row><c t="s"><v>9</v></c></row></worksheet>'
            ),
        ),
        ("a.csv", b",".join([b"a"] * 201)),
    ],
)
def test_what_is_no_such_file_is_refused(name: str, data: bytes) -> None:
    if data.endswith(b'"open'):
        assert read_file(name, data) == (["a", "b"], [["open", ""]])
        return
    with pytest.raises(FileError):
        read_file(name, data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_entities_are_refused(encoding: str) -> None:
    bomb = (
        '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">'
        '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        f'<worksheet {MAIN}><row><c t="inlineStr"><is><t>&c;&f;</t></is></c></row>'
        "</worksheet>"
    )

    with pytest.raises(FileError):
        read_file("a.xlsx", make_xlsx(bomb, encoding=encoding))


def test_separators_of_other_countries_are_seen() -> None:
    assert read_file("a.csv", b"a;b\n1,5;2\n") == (["a", "b"], [["1,5", "2"]])
