"""A worksheet that takes whole lines: the same bytes as cell by cell, in a fraction of the time.

XlsxWriter looks at every cell five times; a ledger has 18 in a line, of four kinds. Only what it
writes for these is written here, and a test compares both. Words that look like its own markup stay words.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from bot.ledgers.cells import Cell

_MOST: Final = 32_767
"""UTF-16 units of a cell."""

_SPECIAL: Final = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9a-fA-F]{4}_|^\s|\s$")
"""What a text may hold that is not written as it is."""

_EPOCH: Final = date(1899, 12, 30).toordinal()
"""Day 0 of a spreadsheet, of any day after February 1900."""


class Lines(Worksheet):  # type: ignore[misc]  # the library has no types
    """A worksheet of a workbook with `constant_memory`; `wear` before the first line."""

    def wear(self, columns: int, *, text: Any, day: Any, amount: Any) -> None:
        """Have so many columns look so: text, whole numbers and gaps; days; sums with decimals."""
        self._letters = [f'<c r="{xl_col_to_name(place)}' for place in range(columns)]
        plain, dated, summed = (look._get_xf_index() for look in (text, day, amount))  # noqa: SLF001
        self._text = f'" s="{plain}" t="inlineStr"><is><t>'
        self._kept = f'" s="{plain}" t="inlineStr"><is><t xml:space="preserve">'
        self._gap = f'" s="{plain}"/>'
        self._number, self._day, self._sum = (f'" s="{look}"><v>' for look in (plain, dated, summed))

    def line(self, row: int, cells: Sequence[Cell]) -> None:
        """Write a line below those there are; `row` is its number, the first is 0."""
        self._check_dimensions(row, 0)
        self._check_dimensions(row, len(cells) - 1)
        self._write_single_row(row)
        number = row + 1
        written = [
            f"{letter}{number}{self._shown(cell)}" for letter, cell in zip(self._letters, cells, strict=True)
        ]
        self.fh.write(f'<row r="{number}">{"".join(written)}</row>')

    def _shown(self, cell: Cell) -> str:
        if isinstance(cell, str):
            if len(cell) > _MOST // 2 or _SPECIAL.search(cell):
                return self._escaped(cell)
            return f"{self._text}{cell}</t></is></c>"
        if cell is None:
            return self._gap
        if isinstance(cell, date):
            return f"{self._day}{_serial(cell)}</v></c>"
        look = self._sum if isinstance(cell, float) else self._number
        return f"{look}{cell:.16G}</v></c>"

    def _escaped(self, text: str) -> str:
        text = text.encode("utf-16-le", "surrogatepass")[: 2 * _MOST].decode("utf-16-le", "ignore")
        text = self._escape_control_characters(text)
        look = self._kept if text[:1].isspace() or text[-1:].isspace() else self._text
        return f"{look}{self._escape_data(text)}</t></is></c>"


@cache
def _serial(day: date) -> int:
    return day.toordinal() - _EPOCH
