"""A worksheet that takes whole lines: the same bytes as cell by cell, in a fraction of the time.

XlsxWriter looks at every cell five times; a ledger has 18 in a line, of four kinds. Only what it
writes for these is written here, and a test compares both. Words that look like its own markup stay words.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import repeat
from pathlib import Path
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from bot.ledgers.cells import Cell, Column

_MOST: Final = 32_767
"""UTF-16 units of a cell."""

_SPECIAL: Final = re.compile(r"[&<>_\x00-\x08\x0b-\x1f\ufffe\uffff]")
"""What a text may hold that is not written as it is, or not everywhere."""

_EPOCH: Final = date(1899, 12, 30).toordinal()
"""Day 0 of a spreadsheet, of any day after February 1900."""


_PIECE: Final = 1 << 20


class Lines(Worksheet):  # type: ignore[misc]  # the library has no types
    """A worksheet of a workbook with `constant_memory`; `wear` before the first line."""

    def wear(self, columns: int, *, text: Any, day: Any, amount: Any) -> None:
        """Have so many columns look so: text, whole numbers and gaps; days; sums with decimals."""
        letters = [xl_col_to_name(place) for place in range(columns)]
        self._first = f'"><c r="{letters[0]}'
        self._ends = [*(f'<c r="{letter}' for letter in letters[1:]), "</row>"]
        plain, dated, summed = (look._get_xf_index() for look in (text, day, amount))  # noqa: SLF001
        self._text = f'" s="{plain}" t="inlineStr"><is><t>'
        self._kept = f'" s="{plain}" t="inlineStr"><is><t xml:space="preserve">'
        self._gap = f'" s="{plain}"/>'
        self._number, self._day, self._sum = (f'" s="{look}"><v>' for look in (plain, dated, summed))

    def lines(self, row: int, columns: Sequence[Column]) -> None:
        """Write lines below those there are, given column by column; the first is `row`, counted from 0.

        In a line its number stands before every cell: so a line is what stands between, joined by it.
        """
        count = len(columns[0])
        self._check_dimensions(row, 0)
        self._check_dimensions(row + count - 1, len(columns) - 1)
        self._write_single_row(row + count - 1)
        between = zip(
            repeat('<row r="', count),
            repeat(self._first),
            *map(self._cells, columns, self._ends),
        )
        self.fh.write("".join(map(str.join, map(str, range(row + 1, row + count + 1)), between)))

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
            return f"{self._text}{cell}</t></is></c>"
        if cell is None:
            return self._gap
        if isinstance(cell, date):
            return f"{self._day}{cell.toordinal() - _EPOCH}</v></c>"
        look = self._sum if isinstance(cell, float) else self._number
        return f"{look}{cell:.16G}</v></c>"

    def _escaped(self, text: str) -> str:
        text = text.encode("utf-16-le", "surrogatepass")[: 2 * _MOST].decode("utf-16-le", "ignore")
        text = self._escape_control_characters(text)
        look = self._kept if text[:1].isspace() or text[-1:].isspace() else self._text
        return f"{look}{self._escape_data(text)}</t></is></c>"

    def _write_optimized_sheet_data(self) -> None:
        """Put the lines where they belong in the sheet, as the bytes they are."""
        self._xml_start_tag("sheetData")
        self.row_data_fh.seek(0)
        self.fh.flush()
        shutil.copyfileobj(self.row_data_fh.buffer, self.fh.buffer, _PIECE)
        self.row_data_fh.close()
        Path(self.row_data_filename).unlink()
        self._xml_end_tag("sheetData")
