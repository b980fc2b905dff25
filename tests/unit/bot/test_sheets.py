"""Files as people send them: encodings, delimiters, workbooks; and those that would do harm."""

import io
import zipfile
from collections.abc import Callable

import pytest

from bot import sheets
from bot.sheets import Unreadable
from tests.lists import as_csv, as_workbook

TABLE = [("企业名称", "信用代码", "年"), ("云杉里", "0012", "2026"), ("", "", ""), ("多\n行", "a,b", "")]


def read(content: bytes) -> list[tuple[int, list[str]]]:
    opened = sheets.opened(io.BytesIO(content))
    first = [(number, list(row)) for number, row in opened.rows()]
    assert [(number, list(row)) for number, row in opened.rows()] == first
    assert opened.done == opened.total
    return first


EXPECTED = [(number, list(row)) for number, row in enumerate(TABLE, start=1) if any(row)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_whatever_program_wrote_it(encoding: str, delimiter: str) -> None:
    assert read(as_csv(TABLE, encoding, delimiter)) == EXPECTED


@pytest.mark.parametrize(("row", "column"), [(0, 0), (3, 2)])
def test_workbook_is_read_with_the_numbers_of_its_rows(row: int, column: int) -> None:
    assert read(as_workbook(TABLE, row=row, column=column)) == [
        (number + row, cells) for number, cells in EXPECTED
    ]


def test_whole_numbers_of_a_workbook_have_no_point() -> None:
    assert read(as_workbook([(210100, 0.5, True)])) == [(1, ["210100", "0.5", "True"])]


def test_empty_file_is_an_empty_list() -> None:
    assert read(b"") == []


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_cell(place: str) -> bytes:
    """Return a workbook with one cell put elsewhere."""
    plain = as_workbook([("x",)])
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert b'r="A1"' in members[sheet]
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    moved = members[sheet].replace(b'<c r="A1"', f'<c r="{place}"'.encode())
    members[sheet] = moved.replace(b'<row r="1"', f'<row r="{row}"'.encode())
    return zipped(**members)


def lying(content: bytes) -> bytes:
    """Return a workbook that unpacks to more than it claims."""
    true, claimed = len(content).to_bytes(4, "little"), (1).to_bytes(4, "little")
    packed = zipped(**{"xl/worksheets/sheet1.xml": content})
    assert true in packed
    return packed.replace(true, claimed)


def spoilt(content: bytes) -> bytes:
    """Return a workbook whose packed sheet is damaged."""
    packed = zipped(**{"xl/worksheets/sheet1.xml": content})
    start = packed.index(b"sheet1.xml") + len(b"sheet1.xml")
    return packed[:start] + b"\xff" * 20 + packed[start + 20 :]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"\xff\xff\xff", "in neither UTF-8 nor GB18030"),
        (lambda: "统一\n".encode("utf-16"), "in neither UTF-8 nor GB18030"),
        (lambda: b"\xd0\xcf\x11\xe0" + b"x" * 600, "old or locked"),
        (lambda: b"PK\x03\x04" + b"x" * 600, "broken"),
        (lambda: zipped(a=b"x"), "cannot be read"),
        (lambda: as_workbook([("x",)])[:-30], "broken"),
        (lambda: zipped(a=b"\0" * (sheets.MOST_UNPACKED + 1)), "too large"),
        (lambda: with_cell("XFD1048576"), "too wide or too long"),
        (lambda: lying(b"x" * 70_000), "broken"),
        (lambda: spoilt(bytes(range(256)) * 20), "broken"),
        (lambda: b'a,"' + b"x" * 20_000, "no CSV"),
    ],
    ids=[
        "bytes",
        "utf-16",
        "xls",
        "torn",
        "other zip",
        "cut off",
        "bomb",
        "far cell",
        "liar",
        "damaged",
        "long cell",
    ],
)
def test_harmful_and_broken_files_are_refused_in_words(make: Callable[[], bytes], words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(make())


def test_far_cell_itself_is_what_is_refused() -> None:
    assert read(with_cell("C7")) == [(7, ["x"])]
