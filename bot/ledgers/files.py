"""Ledgers (台账) as files: CSV and XLSX, written entry by entry, the same bytes for the same question.

Nothing of the moment of writing gets into a file: no creation date, no time in the archive, no order but that
of the numbers. So its SHA-256 proves that nobody has changed it: whoever asks again gets the same.
"""

import base64
import codecs
import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from typing import IO, Any, Final

from sqlalchemy.orm import Session

from bot.ledgers.cells import Cell, Column, name_of
from bot.ledgers.parts import Part, Shape, shaped
from bot.spread import Spread
from config import catalog
from config.catalog import LedgerColumn, LedgerForm
from handlers import say
from models.queries.ledger import Asked
from models.queries.registry import Regions

ALL: Final = "all"
_MICROSECOND: Final = timedelta(microseconds=1)
_GUARDED: Final = re.compile(r"[\s\u3000]*[=+\-@＝＋－＠]|[\t\r\n]")
"""What a spreadsheet would take for a formula, were it not told that it is text."""

_SUSPECT: Final = frozenset("=+-@＝＋－＠ \t\r\n\v\f\u3000\xa0")
"""What such a cell may begin with: few do, so most need no closer look."""

_LAST_ROW: Final = 1_048_576
_HEAD: Final = 2
"""Rows above the entries: title and columns."""

_A3: Final = 8
_EPOCH: Final = datetime(2026, 1, 1)  # noqa: DTZ001 -- the format knows no time zones


class Format(StrEnum):
    """How a file is written."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES: Final = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class NotYet(ValueError):
    """The moment asked for has not come: what will be on record by then nobody knows."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which ledger (or all), as of when, for whom."""

    type: str
    as_of: datetime
    regions: Regions = None

    def each(self) -> list[Asked]:
        """Return the ledgers asked for, in the order of the types."""
        codes = list(catalog.types()) if self.type == ALL else [self.type]
        return [Asked(code, self.as_of, self.regions) for code in codes]


def moment(words: str | None, now: datetime) -> datetime:
    """Return the moment that a day or a time means: of a day its end, without a zone the time in China.

    Raises:
        NotYet: it is to come.
        ValueError: it is neither.
    """
    if words is None:
        return now
    try:
        asked = _meant(words)
    except OverflowError as error:
        raise ValueError(words) from error
    if asked > now:
        raise NotYet(words)
    return asked


def _meant(words: str) -> datetime:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", words):
        end = datetime.combine(date.fromisoformat(words), time(), say.LOCAL) + timedelta(days=1)
        asked = end - _MICROSECOND
    else:
        asked = datetime.fromisoformat(words)
    return asked.replace(tzinfo=asked.tzinfo or say.LOCAL).astimezone(UTC)


def write(source: Session | Spread, question: Question, how: Format, file: IO[bytes]) -> str:
    """Write a ledger into an empty file that can be read again; return its SHA-256 as hex.

    It is read through a session, or in parts, several at once: the file is the same.
    """
    (_write_csv if how is Format.CSV else _write_xlsx)(partial(_shaped, source), question, file)
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # any binary file will do


def repr_digest(hexadecimal: str) -> str:
    """Return a SHA-256 as the value of `Repr-Digest` (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(hexadecimal)).decode()}:"


def is_same_digest(hexadecimal: str, expected: str) -> bool:
    """Tell whether `expected`, as hex or as `Repr-Digest` has it, is this SHA-256."""
    wanted = expected.strip()
    return wanted.lower() == hexadecimal or wanted == repr_digest(hexadecimal)


def file_name(question: Question, how: Format) -> str:
    """Return what a file is called where people keep it."""
    form = catalog.ledger_form()
    stamp = question.as_of.astimezone(say.LOCAL).strftime("%Y%m%d-%H%M%S")
    return form.file.format(type=_name(form, question.type), as_of=stamp) + f".{how}"


def _name(form: LedgerForm, type_code: str) -> str:
    return form.all if type_code == ALL else name_of(type_code)


_Shaped = Callable[[Asked, Sequence[LedgerColumn], Shape], Iterator[Any]]
"""Yields what a ledger's pages look like in a shape."""


def _shaped(
    source: Session | Spread, asked: Asked, columns: Sequence[LedgerColumn], shape: Shape
) -> Iterator[Any]:
    return shaped(source, Part(asked, columns, shape))


def _write_csv(read: _Shaped, question: Question, file: IO[bytes]) -> None:
    """Write one table, BOM first, so that a spreadsheet knows it is UTF-8."""
    form, asked = catalog.ledger_form(), question.each()
    file.write(codecs.BOM_UTF8)
    columns = list(dict.fromkeys(column for one in asked for column in form.of(one.type)))
    columns.sort(key=lambda column: column not in form.columns)
    file.write(_table([[column.title] for column in columns]))
    for one in asked:
        file.writelines(read(one, columns, _table))


def _table(columns: Sequence[Column]) -> bytes:
    """Return lines that are given column by column."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(zip(*map(_written, columns), strict=True))
    return text.getvalue().encode()


def _written(column: Column) -> Iterator[str]:
    """Return a column's cells as text; each different one is looked at once."""
    texts = {cell: _plain(cell) for cell in set(column)}
    return map(texts.__getitem__, column)


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return "'" + cell if cell[:1] in _SUSPECT and _GUARDED.match(cell) else cell
    if isinstance(cell, date):
        return cell.isoformat()
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def _write_xlsx(read: _Shaped, question: Question, file: IO[bytes]) -> None:
    """Write a workbook with a sheet for each type, line by line."""
    import xlsxwriter  # noqa: PLC0415 -- 5 MB that only a workbook needs

    from bot.ledgers.lines import Look  # noqa: PLC0415 -- with the library

    form = catalog.ledger_form()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"title": _title(form, question.type, question.as_of), "created": _EPOCH})
    looks = _Looks.of(book)
    for one in question.each():
        columns = form.of(one.type)
        name, number, width = _name(form, one.type), 1, len(columns)
        look = Look.of(width, **looks.numbers())
        sheet, row = _sheet(book, looks, form, one, name), _HEAD
        for page in read(one, columns, look):
            rest = page
            while row + len(rest) > _LAST_ROW:
                room = _LAST_ROW - row
                sheet.lines(row, width, rest[:room])
                rest = rest[room:]
                number += 1
                sheet, row = _sheet(book, looks, form, one, f"{name}({number})"), _HEAD
            sheet.lines(row, width, rest)
            row += len(rest)
    book.close()


@dataclass(frozen=True, slots=True)
class _Looks:
    title: Any
    head: Any
    text: Any
    day: Any
    sum: Any

    @classmethod
    def of(cls, book: Any) -> "_Looks":
        cell = {"border": 1, "valign": "top", "text_wrap": True, "font_name": "SimSun", "font_size": 10}
        return cls(
            title=book.add_format({"bold": True, "font_size": 16, "font_name": "SimHei"}),
            head=book.add_format(cell | {"bold": True, "bg_color": "#D9E2F3", "align": "center"}),
            text=book.add_format(cell),
            day=book.add_format(cell | {"num_format": "yyyy-mm-dd"}),
            sum=book.add_format(cell | {"num_format": "#,##0.00"}),
        )

    def numbers(self) -> dict[str, int]:
        """Return by which numbers the file knows the looks of cells, in the order in which they got them."""
        worn = {"text": self.text, "day": self.day, "amount": self.sum}
        return {name: look._get_xf_index() for name, look in worn.items()}  # noqa: SLF001


def _sheet(book: Any, looks: _Looks, form: LedgerForm, asked: Asked, name: str) -> Any:
    """Begin a sheet: frozen head repeated on every page, A3 across, one page wide."""
    from bot.ledgers.lines import Lines  # noqa: PLC0415 -- with the library

    columns = form.of(asked.type)
    sheet = book.add_worksheet(name, worksheet_class=Lines)
    sheet.freeze_panes(_HEAD, 1)
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, _HEAD - 1)
    sheet.set_footer(f"&C{form.words['page']}")
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    sheet.write_string(0, 0, _title(form, asked.type, asked.as_of), looks.title)
    for place, column in enumerate(columns):
        sheet.write_string(1, place, column.title, looks.head)
    return sheet


def _title(form: LedgerForm, type_code: str, as_of: datetime) -> str:
    stamp = as_of.astimezone(say.LOCAL).strftime("%Y-%m-%d %H:%M:%S")
    return form.title.format(type=_name(form, type_code), as_of=stamp)
