"""A line written as a whole is what the library would have written cell by cell, but never its markup."""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zipfile import ZipFile

import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from bot.ledgers.cells import Cell
from bot.ledgers.files import Format, Question, write
from bot.ledgers.lines import HERE, Lines, Look

WIDTH = 18
DAYS = st.dates(date(1900, 3, 1), date(9999, 12, 31))
WORDS = st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: not text.startswith("<r>"))
SUMS = st.floats(allow_nan=False, allow_infinity=False)
CELLS = st.one_of(st.none(), WORDS, SUMS, st.integers(-(2**53), 2**53), DAYS)
ODD = [
    "<b>",
    "a & b",
    '"',
    " x",
    "x\n",
    "x\u3000",
    "_x0041_",
    "\x00\x1f",
    "\ufffe",
    "一\t二\r\n三",
    "",
    "=1+1",
]
LONG = "欠" * 32_766 + "😀😀"


def workbook(fill: Callable[[Any, dict[str, Any]], None], sheet_class: type | None) -> io.BytesIO:
    """Return a workbook of one sheet with a head above its lines."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet("台账", worksheet_class=sheet_class)
    looks = {
        "text": book.add_format({"border": 1}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "amount": book.add_format({"num_format": "#,##0.00"}),
    }
    sheet.write_string(0, 0, "标题", looks["text"])
    fill(sheet, looks)
    book.close()
    return file


def in_lines(lines: Sequence[Sequence[Cell]]) -> io.BytesIO:
    """Write page by page, column by column."""

    def fill(sheet: Any, looks: dict[str, Any]) -> None:
        look = Look.of(WIDTH, **{name: worn._get_xf_index() for name, worn in looks.items()})
        for row, page in ((1, lines[:1]), (2, lines[1:])):
            if page:
                sheet.lines(row, WIDTH, look(list(zip(*page, strict=True))))

    return workbook(fill, Lines)


def cell_by_cell(lines: Sequence[Sequence[Cell]]) -> io.BytesIO:
    """Write as the library is meant to be used."""

    def fill(sheet: Any, looks: dict[str, Any]) -> None:
        for look in looks.values():
            look._get_xf_index()  # looks are numbered in the order in which they are first worn
        for row, cells in enumerate(lines, 1):
            for place, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(row, place, cell, looks["text"])
                elif cell is None:
                    sheet.write_blank(row, place, None, looks["text"])
                elif isinstance(cell, date):
                    sheet.write_datetime(row, place, cell, looks["day"])
                else:
                    amount = isinstance(cell, float)
                    sheet.write_number(row, place, cell, looks["amount" if amount else "text"])

    return workbook(fill, None)


def sheet_of(file: io.BytesIO) -> bytes:
    return ZipFile(file).read("xl/worksheets/sheet1.xml")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(CELLS, max_size=6).map(lambda cells: [*cells, *[None] * (WIDTH - len(cells))]), max_size=3
    )
)
def test_same_bytes_as_cell_by_cell(lines: list[list[Cell]]) -> None:
    assert sheet_of(in_lines(lines)) == sheet_of(cell_by_cell(lines))


def test_what_has_to_be_escaped_or_cut_is() -> None:
    lines = [[*ODD, LONG, None, 1, 2.5, date(2026, 11, 24), None]]
    assert sheet_of(in_lines(lines)) == sheet_of(cell_by_cell(lines))


def test_words_that_look_like_the_librarys_markup_are_words() -> None:
    """Cell by cell they would be taken for formatted text: the file would be broken, or say something else."""
    told = "<r><t>已办结</t></r>"
    file = in_lines([[told, *[None] * (WIDTH - 2), "<r></broken></r>"]])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue())).get_sheet_by_index(0).to_python()
    assert (rows[1][0], rows[1][-1]) == (told, "<r></broken></r>")


def test_line_that_has_no_room_in_a_sheet_is_the_first_of_the_next() -> None:
    """A sheet ends with its 1,048,576th row; two of them are the head. What read the parts hands short lines over."""
    last = 2**20

    def each(_work: object, pieces: Iterable[Any], /) -> Iterator[Any]:
        for piece in pieces:  # first where parts may begin: nowhere; then the one part, in two pages
            yield [_empty(last - 3), [_row(word) for word in "甲乙丙"]] if hasattr(piece, "shape") else []

    file = io.BytesIO()
    write(each, Question("policy", datetime(2026, 11, 24, tzinfo=UTC)), Format.XLSX, file)
    with ZipFile(file) as book:
        first, second = (book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2))
        names = re.findall('<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    assert names == ["政策落实", "政策落实(2)"]
    assert re.findall('<row r="([0-9]+)"><t>([甲乙丙])', first) == [(str(last), "甲")]
    assert re.findall('<row r="([0-9]+)"><t>([甲乙丙])', second) == [("3", "乙"), ("4", "丙")]


def _row(word: str) -> str:
    return f'<row r="{HERE}"><t>{word}</t></row>'


def _empty(count: int) -> list[str]:
    return [f'<row r="{HERE}"/>'] * count
