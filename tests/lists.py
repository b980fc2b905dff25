"""Lists as departments send them, made for tests: CSV in any encoding, and workbooks."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from sqlalchemy import Select, select

from bot import sheets
from models.actions import importing
from models.actions.importing import Origin, Report
from models.rules.importing import Subject
from models.rules.numbers import credit_code_check
from models.session import Database
from models.tables import Enterprise, Official, Pairing

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ENTERPRISES = ("企业名称", "统一社会信用代码", "地区", "发展阶段")
OFFICIALS = ("姓名", "职务", "单位", "地区", "身份", "责任领导", "手机尾号")
PAIRINGS = ("统一社会信用代码", "责任领导", "责任领导单位")

Table = Sequence[Sequence[object]]


def credit_code(n: int) -> str:
    """Return the n-th of our invented credit codes."""
    body = f"91210100MA{n:07d}"
    return body + credit_code_check(body)


def as_csv(table: Table, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Return a table as CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(table)
    return text.getvalue().encode(encoding)


def as_workbook(table: Table, *, row: int = 0, column: int = 0) -> bytes:
    """Return a table as .xlsx, its first cell at a place of the sheet."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, cells in enumerate(table, start=row):
        sheet.write_row(number, column, cells)
    book.close()
    return file.getvalue()


def firms(*numbers: int, region: str = "沈阳市", stage: str = "") -> list[Sequence[object]]:
    """Return a list of invented enterprises with its headings."""
    return [ENTERPRISES, *((f"云杉里{n}", credit_code(n), region, stage) for n in numbers)]


def leader(name: str, department: str = "工信局", post: str = "局长") -> Sequence[object]:
    """Return a leader's row."""
    return (name, post, department, "沈阳市", "领导", "", "")


def rows_of(table: Table) -> importing.Rows:
    """Return what begins to read a table as CSV."""
    return sheets.opened(io.BytesIO(as_csv(table))).rows


def bring_in(database: Database, subject: Subject, table: Table, **origin: Any) -> Report:
    """Import a table in a transaction of its own."""
    with database.transaction() as session:
        return importing.bring_in(
            session, subject, rows_of(table), Origin("list.csv", "0" * 64, **origin), now=NOW
        )


def wrong(database: Database, subject: Subject, table: Table, **origin: Any) -> list[tuple[int, str, str]]:
    """Import a table that must be refused; return row, column and what is wrong there."""
    try:
        report = bring_in(database, subject, table, **origin)
    except importing.Faulty as faulty:
        return [(fault.row, fault.column, fault.wrong.value) for fault in faulty.report.faults]
    raise AssertionError(report)


def on_roster(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that lists are about: officials, enterprises, and who is in whose care."""
    officials = select(
        Official.id,
        Official.name,
        Official.post,
        Official.department,
        Official.region,
        Official.kind,
        Official.leader_id,
        Official.phone_tail,
        Official.is_active,
    )
    enterprises = select(
        Enterprise.id,
        Enterprise.name,
        Enterprise.credit_code,
        Enterprise.region,
        Enterprise.stage,
        Enterprise.stage_by,
    )
    pairings = select(Pairing.id, Pairing.enterprise_id, Pairing.official_id).where(
        Pairing.ended_at.is_(None)
    )
    wanted: dict[str, Select[*tuple[Any, ...]]] = {
        "officials": officials,
        "enterprises": enterprises,
        "pairings": pairings,
    }
    with database.reading() as session:
        return {
            name: sorted((tuple(row) for row in session.execute(each)), key=lambda row: int(row[0]))
            for name, each in wanted.items()
        }
