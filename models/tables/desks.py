"""Who sits at a leader's desk when the leader does not, and who takes it over for good."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId


class Delegation(Base):
    """A leader away from the first to the last day (both included), and who acts for them (委托).

    Without a deputy it is leave that nobody covers. What was ended early keeps its dates.
    """

    __tablename__ = "delegations"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("officials.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        CheckConstraint("deputy_id <> official_id", name="deputy_is_another"),
        Index(
            "ix_delegations_official",
            "official_id",
            "ends_on",
            sqlite_where=text("ended_at is null"),
            postgresql_where=text("ended_at is null"),
        ),
        Index(
            "ix_delegations_deputy",
            "deputy_id",
            "ends_on",
            sqlite_where=text("ended_at is null"),
            postgresql_where=text("ended_at is null"),
        ),
    )


class Handover(Base):
    """All cases and pairings of one official given to a successor at once, as one signed list (移交).

    `digest` seals the list, which names each case with the digest of its event: who changes either is found.
    """

    __tablename__ = "handovers"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("officials.id"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    reason: Mapped[str] = mapped_column(String(200))
    effective_on: Mapped[date]
    at: Mapped[datetime]
    key_id: Mapped[int | None] = mapped_column(ForeignKey("api_keys.id"))
    listed: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))

    __table_args__ = (CheckConstraint("from_id <> to_id", name="to_another"),)


class Morning(Base):
    """When a leader's desk is next told what the day brings."""

    __tablename__ = "mornings"
    official_id: Mapped[int] = mapped_column(ForeignKey("officials.id"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
