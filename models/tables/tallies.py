"""Counts behind rates and wall chart: kept in the transaction that changes a ticket (docs/rates.md)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId


def _count() -> Any:
    return mapped_column(BigInteger, server_default="0")


class _Counted:
    """One column for each count of `rules.tally.Counts`."""

    open: Mapped[int] = _count()
    accepted: Mapped[int] = _count()
    resolved: Mapped[int] = _count()
    closed: Mapped[int] = _count()
    declined: Mapped[int] = _count()
    withdrawn: Mapped[int] = _count()
    merged: Mapped[int] = _count()
    confirmed: Mapped[int] = _count()
    written_off: Mapped[int] = _count()
    rebounded: Mapped[int] = _count()
    rated: Mapped[int] = _count()
    satisfied: Mapped[int] = _count()
    contacted: Mapped[int] = _count()
    in_time: Mapped[int] = _count()
    missed: Mapped[int] = _count()
    overdue: Mapped[int] = _count()
    red: Mapped[int] = _count()
    amber: Mapped[int] = _count()
    finished: Mapped[int] = _count()
    seconds: Mapped[int] = _count()


class Tally(_Counted, Base):
    """Counts folded out of changes. A column that its span does not tell apart is 0 or empty."""

    __tablename__ = "tallies"
    span: Mapped[str] = mapped_column(String(5), primary_key=True)
    owner_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(8), primary_key=True)
    stage: Mapped[str] = mapped_column(String(8), primary_key=True)

    __table_args__ = (
        CheckConstraint(
            "span = 'whole' or span = 'month' or span = 'day' or span = 'place' or span = 'hand'"
            " or span = 'owner' or span = 'desk'",
            name="span",
        ),
        {"sqlite_with_rowid": False},
    )


class TallyChange(_Counted, Base):
    """What one change has added to a cell, or taken from it, and is not folded into `tallies` yet.

    Appended in the transaction of the change: nobody waits for anybody's row.
    """

    __tablename__ = "tally_changes"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    type: Mapped[str] = mapped_column(String(8))
    owner_id: Mapped[int] = mapped_column(BigId)
    region: Mapped[str] = mapped_column(String(6))
    stage: Mapped[str] = mapped_column(String(8))
    day: Mapped[int]


class TallyMark(Base):
    """One row: promises that had run out by `until` are in the counts, those since then are not."""

    __tablename__ = "tally_marks"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    until: Mapped[datetime]
