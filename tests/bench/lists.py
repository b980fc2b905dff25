"""How fast a list of enterprises is brought onto the roster, from the file to the commit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import xlsxwriter

from bot import sheets
from models.actions import importing
from models.actions.importing import Origin
from models.rules.importing import Subject
from models.session import Database
from tests.bench.mail import databases
from tests.bench.servers import memory
from tests.lists import ENTERPRISES, credit_code

FORMS: Final = ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Brought:
    """Rows a second when the list is new, when it comes again, and MiB of memory that it took more."""

    new: float
    again: float
    memory: float


def paces(rows: int) -> Mapping[str, Brought]:
    """Return how fast lists of so many rows are imported, by the kind of database and file."""
    found = {}
    with TemporaryDirectory(prefix="liaison-bench-") as folder:
        files = {form: _written(Path(folder), form, rows) for form in FORMS}
        for form, file in files.items():
            for kind, url in databases():
                database = Database(url)
                before = memory("VmHWM")
                new, again = (rows / _seconds(database, file) for _ in range(2))
                database.dispose()
                found[f"{kind}, {form}"] = Brought(new, again, memory("VmHWM") - before)
    return found


def _seconds(database: Database, file: Path) -> float:
    began = perf_counter()
    with file.open("rb") as binary, database.transaction() as session:
        origin = Origin(file.name, "0" * 64)
        importing.bring_in(
            session, Subject.ENTERPRISES, sheets.opened(binary).rows, origin, now=datetime.now(UTC)
        )
    return perf_counter() - began


def _written(folder: Path, form: str, rows: int) -> Path:
    file = folder / f"list.{form}"
    if form == "csv":
        with file.open("w", encoding="utf-8-sig") as text:
            text.writelines(",".join(row) + "\n" for row in _rows(rows))
        return file
    book = xlsxwriter.Workbook(str(file), {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(_rows(rows)):
        sheet.write_row(number, 0, row)
    book.close()
    return file


def _rows(count: int) -> Iterator[tuple[str, ...]]:
    yield ENTERPRISES
    for n in range(count):
        yield f"辽宁基准{n}机械有限公司", credit_code(n), "沈阳市铁西区", "成长期"
