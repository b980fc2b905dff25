"""Refusals with a reason and the right channel (不予办理), and what became of the appeal against each."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, MappedSQLExpression, declared_attr, mapped_column

from config.catalog import ClockName
from models.tables.base import Base, BigId
from models.tables.tickets import due_of


class Ruling(StrEnum):
    """What a supervisor decided on an appeal."""

    UPHELD = "upheld"
    OVERTURNED = "overturned"


_WAITING: Final = "appealed_at is not null and decided_at is null"


class Decline(Base):
    """One decision not to deal with a ticket; it can be appealed once, so the appeal is part of the row.

    `code` is a reason of the catalogue, `channel` in words where the matter belongs; `decided_by` is the name
    of the supervisor, or of the API key, that signed the verdict. A clock whose subject this row is says
    by when.
    """

    __tablename__ = "declines"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    code: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    declined_at: Mapped[datetime]
    declined_by: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    appealed_at: Mapped[datetime | None]
    appeal: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    verdict: Mapped[str | None] = mapped_column(String(10))
    verdict_reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(String(200))

    @declared_attr
    def due_at(cls) -> MappedSQLExpression[datetime | None]:  # noqa: N805 -- SQLAlchemy hands over the class
        """By when it must have happened."""
        return due_of(ClockName.APPEAL, cls.id)

    __table_args__ = (
        CheckConstraint("verdict in ('upheld', 'overturned')", name="verdict"),
        CheckConstraint("words <> '' and channel <> ''", name="reason_and_channel"),
        CheckConstraint(
            "decided_at is null or (appealed_at is not null and verdict is not null"
            " and verdict_reason is not null and decided_by is not null)",
            name="verdict_is_signed",
        ),
        Index("ix_declines_ticket", "ticket_id", "id"),
        Index(
            "ix_declines_waiting",
            "ticket_id",
            sqlite_where=text(_WAITING),
            postgresql_where=text(_WAITING),
        ),
    )
