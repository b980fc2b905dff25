"""Lists as people send them: CSV in UTF-8 or GB18030, or a workbook (.xlsx), read row by row as texts.

What stands in the columns is no matter of this module. A workbook is looked at before it is unpacked: one
that claims a few kilobytes may hold gigabytes, and one far cell would be a table of billions.
"""

import codecs
import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

if TYPE_CHECKING:
    from python_calamine import CalamineSheet


WORKBOOK: Final = b"PK\x03\x04"
OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"
MOST_UNPACKED: Final = 512 * 1024 * 1024
"""Bytes that a workbook may unpack to."""
MOST_CELLS: Final = 20_000_000
"""Cells from the first to the last that holds anything, empty ones too."""
LONGEST_CELL: Final = 10_000

_PIECE: Final = 1024 * 1024
_REFERENCE: Final = re.compile(rb"""r=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_OVERLAP: Final = 16
_DELIMITERS: Final = ",\t;"

Rows = Iterator[tuple[int, Sequence[str]]]


class Unreadable(ValueError):
    """The file is no list; the words say why."""


class List(Protocol):
    """A list that can be read again and again."""

    total: int
    """How long it is, in some unit."""

    @property
    def done(self) -> int:
        """How far the reading has come, in the same unit."""

    def rows(self) -> Rows:
        """Begin anew: yield the rows that hold anything, with the numbers a spreadsheet shows."""


def opened(file: BinaryIO) -> List:
    """Return the list in a file, which stays open while it is read.

    Raises:
        Unreadable: it is neither a workbook nor a text.
    """
    head = file.read(4)
    if head == OLD_WORKBOOK:
        raise Unreadable("this is an old or locked workbook: save it as .xlsx or CSV, without a password")
    return _Workbook(file) if head == WORKBOOK else _Text(file)


def digest(file: BinaryIO) -> str:
    """Return the SHA-256 (hex) of a file."""
    file.seek(0)
    found = hashlib.sha256()
    while piece := file.read(_PIECE):
        found.update(piece)
    return found.hexdigest()


class _Text:
    """CSV; the delimiter is whichever the first line has most of."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._encoding = _encoding(file)
        self.total = file.seek(0, io.SEEK_END)

    def rows(self) -> Rows:
        csv.field_size_limit(LONGEST_CELL)
        first = next(_lines(self._file, self._encoding), "")
        delimiter = max(_DELIMITERS, key=first.count)
        lines = _lines(self._file, self._encoding)
        try:
            for number, row in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
                if any(map(str.strip, row)):
                    yield number, row
        except csv.Error as error:
            raise Unreadable(f"this is no CSV: {error}") from None

    @property
    def done(self) -> int:
        return self._file.tell()


def _lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    """Yield the lines of a text with their ends; a text stream would close the file when it goes."""
    file.seek(0)
    rest = ""
    for text in codecs.iterdecode(iter(partial(file.read, _PIECE), b""), encoding):
        *whole, rest = (rest + text).split("\n")
        yield from (f"{line}\n" for line in whole)
    if rest:
        yield rest


def _encoding(file: BinaryIO) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        file.seek(0)
        try:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable("this text is in neither UTF-8 nor GB18030: save it as CSV UTF-8")


class _Workbook:
    """The first sheet of a workbook."""

    def __init__(self, file: BinaryIO) -> None:
        from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 -- only a workbook needs it

        _look_into(file)
        file.seek(0)
        try:
            self._book = CalamineWorkbook.from_filelike(file)
            self._sheet: CalamineSheet = self._book.get_sheet_by_index(0)
        except CalamineError as error:
            raise Unreadable("this workbook cannot be read: save it as .xlsx or CSV again") from error
        self.total = 0 if self._sheet.end is None else self._sheet.end[0] + 1
        self.done = 0

    def rows(self) -> Rows:
        self.done = 0
        for number, cells in enumerate(self._sheet.iter_rows(), start=1):
            self.done += 1
            row = [cell if isinstance(cell, str) else _written(cell) for cell in cells]
            if any(map(str.strip, row)):
                yield number, row


def _written(cell: object) -> str:
    """Return a cell as a spreadsheet shows it: whole numbers without a point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)


def _look_into(file: BinaryIO) -> None:
    """Return if a workbook can be unpacked safely.

    Raises:
        Unreadable: it is broken, or unpacks to too much.
    """
    file.seek(0)
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(file) as archive:
            for member in archive.infolist():
                left -= member.file_size
                if left < 0:
                    raise Unreadable("this workbook is too large: send it as CSV")
                _unpack(archive, member)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError) as error:
        raise Unreadable("this workbook is broken: save it as .xlsx or CSV again") from error


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack a member piece by piece: it must be as long as it claims, and its cells not too far apart."""
    is_sheet = member.filename.startswith("xl/worksheets/")
    width = height = 0
    with archive.open(member) as unpacked:
        before = b""
        while piece := unpacked.read(_PIECE):
            if is_sheet:
                # A reference that two pieces share is found with the end of the first before the second.
                for letters, digits in _REFERENCE.findall(before + piece):
                    width, height = max(width, _column(letters)), max(height, int(digits))
                before = piece[-_OVERLAP:]
                if width * height > MOST_CELLS:
                    raise Unreadable("this sheet is too wide or too long: delete what lies outside the list")


@cache
def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
