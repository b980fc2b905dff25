"""A worksheet that takes whole lines: the same bytes as cell by cell, in a fraction of the time.

XlsxWriter looks at every cell five times; a ledger has 18 in a line, of four kinds. Only what it
writes for these is written here, and a test compares both. Words that look like its own markup stay words.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from pathlib import Path
from typing import Final

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet
from xlsxwriter.xmlwriter import XMLwriter

from bot.ledgers.cells import Cell, Column

_MOST: Final = 32_767
"""UTF-16 units of a cell."""

_SPECIAL: Final = re.compile(r"[&<>_\x00-\x08\x0b-\x1f\ufffe\uffff]")
"""What a text may hold that is not written as it is, or not everywhere."""

_EPOCH: Final = date(1899, 12, 30).toordinal()
"""Day 0 of a spreadsheet, of any day after February 1900."""


_PIECE: Final = 1 << 20

HERE: Final = "\0"
"""Where the number of a line is missing; no cell holds it, as no XML may."""

_BEGINNING: Final = f'<row r="{HERE}"><c r="A'
_XML: Final = XMLwriter()


@dataclass(frozen=True, slots=True)
class Look:
    """How lines are written: what stands before and behind their cells; can be pickled.

    In a line its number stands before every cell. Who reads a part does not know it: `HERE` takes its place.
    """

    ends: Sequence[str]
    """What follows each cell."""
    text: str
    kept: str
    gap: str
    number: str
    day: str
    sum: str

    @classmethod
    def of(cls, columns: int, *, text: int, day: int, amount: int) -> "Look":
        """Return the look of so many columns: text, whole numbers and gaps; days; sums with decimals."""
        return cls(
            ends=[*(f'<c r="{xl_col_to_name(place)}' for place in range(1, columns)), "</row>"],
            text=f'" s="{text}" t="inlineStr"><is><t>',
            kept=f'" s="{text}" t="inlineStr"><is><t xml:space="preserve">',
            gap=f'" s="{text}"/>',
            number=f'" s="{text}"><v>',
            day=f'" s="{day}"><v>',
            sum=f'" s="{amount}"><v>',
        )

    def __call__(self, columns: Sequence[Column]) -> list[str]:
        """Return the lines of a page that is given column by column."""
        count = len(columns[0])
        between = zip(repeat(_BEGINNING, count), *map(self._cells, columns, self.ends), strict=True)
        return [*map(HERE.join, between)]

    def _cells(self, column: Column, end: str) -> Iterator[str]:
        """Return what is written of a column's cells, behind the number of their line, up to the next."""
        if not {int, float}.isdisjoint(map(type, column)):
            return (self._shown(cell) + end for cell in column)  # 1 and 1.0 are the same key
        shown = {cell: self._shown(cell) + end for cell in set(column)}
        return map(shown.__getitem__, column)

    def _shown(self, cell: Cell) -> str:
        if isinstance(cell, str):
            if len(cell) > _MOST // 2 or _SPECIAL.search(cell) or cell.strip() != cell:
                return self._escaped(cell)
            return f"{self.text}{cell}</t></is></c>"
        if cell is None:
            return self.gap
        if isinstance(cell, date):
            return f"{self.day}{cell.toordinal() - _EPOCH}</v></c>"
        look = self.sum if isinstance(cell, float) else self.number
        return f"{look}{cell:.16G}</v></c>"

    def _escaped(self, text: str) -> str:
        text = text.encode("utf-16-le", "surrogatepass")[: 2 * _MOST].decode("utf-16-le", "ignore")
        text = _XML._escape_control_characters(text)  # noqa: SLF001
        look = self.kept if text[:1].isspace() or text[-1:].isspace() else self.text
        return f"{look}{_XML._escape_data(text)}</t></is></c>"  # noqa: SLF001


class Lines(Worksheet):  # type: ignore[misc]  # the library has no types
    """A worksheet of a workbook with `constant_memory` that takes lines as a `Look` has written them."""

    def lines(self, row: int, columns: int, written: Sequence[str]) -> None:
        """Put lines of so many columns below those there are; the first is `row`, counted from 0."""
        last = row + len(written) - 1
        self._check_dimensions(row, 0)
        self._check_dimensions(last, columns - 1)
        self._write_single_row(last)
        numbered = zip(written, map(str, range(row + 1, last + 2)), strict=True)
        self.fh.write("".join([line.replace(HERE, number) for line, number in numbered]))

    def _write_optimized_sheet_data(self) -> None:
        """Put the lines where they belong in the sheet, as the bytes they are."""
        self._xml_start_tag("sheetData")
        self.row_data_fh.seek(0)
        self.fh.flush()
        shutil.copyfileobj(self.row_data_fh.buffer, self.fh.buffer, _PIECE)
        self.row_data_fh.close()
        Path(self.row_data_filename).unlink()
        self._xml_end_tag("sheetData")
