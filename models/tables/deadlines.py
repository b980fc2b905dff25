"""What moves the dates of a ticket, and who was told that they draw near."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId


class Extension(Base):
    """More time (延期) that the owner's desk asked for, and what was decided.

    `clocks` names the promises it moves. A ticket has at most one request that nobody has decided.
    """

    __tablename__ = "extensions"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    days: Mapped[int]
    clocks: Mapped[list[Any]]
    reason: Mapped[str] = mapped_column(String(200))
    asked_by: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("officials.id"))
    decided_at: Mapped[datetime | None]
    is_granted: Mapped[bool | None]

    __table_args__ = (
        CheckConstraint("days > 0", name="days"),
        CheckConstraint("(decided_at is null) = (is_granted is null)", name="decided_is_decided"),
        Index("ix_extensions_ticket", "ticket_id"),
        Index(
            "uq_extensions_undecided",
            "ticket_id",
            unique=True,
            sqlite_where=text("decided_at is null"),
            postgresql_where=text("decided_at is null"),
        ),
    )


class Pause(Base):
    """A time in which no clock of a ticket counts (暂停计时), by a supervisor's decision.

    It begins with the day of `began_at`; `until` is the first moment that counts again. `ended_at` is set
    once that moment has come and been noted. A ticket has at most one pause that has not ended.
    """

    __tablename__ = "pauses"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    began_at: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200))
    decided_by: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_pauses_ticket", "ticket_id"),
        Index(
            "uq_pauses_running",
            "ticket_id",
            unique=True,
            sqlite_where=text("ended_at is null"),
            postgresql_where=text("ended_at is null"),
        ),
        Index(
            "ix_pauses_until",
            "until",
            sqlite_where=text("ended_at is null"),
            postgresql_where=text("ended_at is null"),
        ),
    )


class Proof(StrEnum):
    """What became of one warning to one person.

    DELIVERED: the platform took it. MISSED: it did not reach this person, but somebody at least as high.
    RAISED: it reached nobody in time, and the next rung up was told. MOOT: the promise was kept meanwhile.
    """

    DELIVERED = "delivered"
    MISSED = "missed"
    RAISED = "raised"
    MOOT = "moot"


class Escalation(Base):
    """One warning to one person: which clock (of what), at which level, on which rung, by which outbox row.

    Without a person nobody could be told: the row keeps asking until somebody can. `check_at` is when it must
    be certain that the warning arrived; `instead_of` the warning that did not, for which this one stands.
    """

    __tablename__ = "escalations"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    clock: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[int | None] = mapped_column(BigId)
    level: Mapped[int]
    rung: Mapped[str] = mapped_column(String(10))
    region: Mapped[str | None] = mapped_column(String(6))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"), unique=True)
    instead_of: Mapped[int | None] = mapped_column(ForeignKey("escalations.id"))
    told_at: Mapped[datetime]
    check_at: Mapped[datetime | None]
    proof: Mapped[str | None] = mapped_column(String(10))

    __table_args__ = (
        CheckConstraint("level in (50, 80, 100)", name="level"),
        CheckConstraint("rung in ('aide', 'leader', 'supervisor', 'office')", name="rung"),
        CheckConstraint("proof in ('delivered', 'missed', 'raised', 'moot')", name="proof"),
        CheckConstraint("(check_at is null) = (proof is not null)", name="proven_or_checked"),
        CheckConstraint("(person_id is null) = (outbox_id is null)", name="told_by_a_message"),
        Index("ix_escalations_ticket", "ticket_id", "id"),
        Index("ix_escalations_event", "event_id"),
        Index(
            "ix_escalations_check",
            "check_at",
            sqlite_where=text("check_at is not null"),
            postgresql_where=text("check_at is not null"),
        ),
    )
