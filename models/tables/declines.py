"""Refusals with a reason and the right channel (不予办理), and what became of the appeal against each."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId


class Ruling(StrEnum):
    """What a supervisor decided on an appeal."""

    UPHELD = "upheld"
    OVERTURNED = "overturned"


_WAITING: Final = "appealed_at is not null and decided_at is null"
_UNTOLD: Final = f"{_WAITING} and told_late_at is null"


class Decline(Base):
    """One decision not to deal with a ticket; it can be appealed once, so the appeal is part of the row.

    `code` is a reason of the catalogue, `channel` in words where the matter belongs; `decided_by` is the name
    of the supervisor, or of the API key, that signed the verdict.
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
    due_at: Mapped[datetime | None]
    source: Mapped[str | None] = mapped_column(String(200))
    explanation: Mapped[str | None] = mapped_column(Text)
    is_provisional: Mapped[bool] = mapped_column(default=False)
    decided_at: Mapped[datetime | None]
    verdict: Mapped[str | None] = mapped_column(String(10))
    verdict_reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(String(200))
    told_late_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("verdict in ('upheld', 'overturned')", name="verdict"),
        CheckConstraint("words <> '' and channel <> ''", name="reason_and_channel"),
        CheckConstraint("(appealed_at is null) = (due_at is null)", name="appeal_has_clock"),
        CheckConstraint(
            "decided_at is null or (appealed_at is not null and verdict is not null"
            " and verdict_reason is not null and decided_by is not null)",
            name="verdict_is_signed",
        ),
        Index("ix_declines_ticket", "ticket_id", "id"),
        Index(
            "ix_declines_waiting",
            "due_at",
            sqlite_where=text(_WAITING),
            postgresql_where=text(_WAITING),
        ),
        Index("ix_declines_due", "due_at", sqlite_where=text(_UNTOLD), postgresql_where=text(_UNTOLD)),
    )
