"""Visits of officials to enterprises."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId


class Visit(Base):
    """A leader or aide came to an enterprise (走访); the enterprise says whether that is so.

    `ticket_id` is the first case that it led to.
    """

    __tablename__ = "visits"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))
    day: Mapped[date]
    note: Mapped[str] = mapped_column(Text)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    disputed_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (
        CheckConstraint("confirmed_at is null or disputed_at is null", name="one_answer"),
        CheckConstraint(
            "(answered_by is null) = (confirmed_at is null and disputed_at is null)",
            name="answered_by_someone",
        ),
        Index("ix_visits_enterprise", "enterprise_id", "day"),
        Index("ix_visits_day", "day"),
        Index("ix_visits_official", "official_id", "id"),
    )
