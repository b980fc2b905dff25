"""Who helps with a ticket (协办): asked by the owner, with a task and a clock of their own."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final, cast

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, MappedSQLExpression, declared_attr, mapped_column

from config.catalog import ClockName
from models.tables.base import Base, BigId
from models.tables.tickets import due_of


class HelpState(StrEnum):
    """How a unit stands to what it was asked: not answered yet, taken on, refused, or over."""

    ASKED = "asked"
    JOINED = "joined"
    REFUSED = "refused"
    ENDED = "ended"


_HELPING: Final = "state in ('asked', 'joined')"


class CoHandling(Base):
    """One request for help to one unit, which is a leader's desk: never a second owner.

    `answered_at` is when the unit first wrote to the owner; that keeps its promise, a clock whose subject
    this row is. `reason` is why it refused.
    """

    __tablename__ = "co_handlings"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    task: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8), default=HelpState.ASKED)
    asked_at: Mapped[datetime]
    joined_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)

    @declared_attr
    def due_at(cls) -> MappedSQLExpression[datetime]:  # noqa: N805 -- SQLAlchemy hands over the class
        """By when it must have happened."""
        return due_of(ClockName.CO_HANDLE, cls.id)

    __table_args__ = (
        CheckConstraint("state in ('asked', 'joined', 'refused', 'ended')", name="state"),
        CheckConstraint("(state in ('refused', 'ended')) = (ended_at is not null)", name="over_has_end"),
        CheckConstraint("state <> 'refused' or reason is not null", name="refusal_has_reason"),
        Index(
            "uq_co_handlings_active",
            "unit_id",
            "ticket_id",
            unique=True,
            sqlite_where=text(_HELPING),
            postgresql_where=text(_HELPING),
        ),
        Index("ix_co_handlings_ticket", "ticket_id", "id"),
    )


def is_helping(state: Any) -> ColumnElement[bool]:
    """Asked or joined, in the words of the partial indexes: with parameters neither database uses them."""
    return cast("ColumnElement[bool]", state.in_((literal_column("'asked'"), literal_column("'joined'"))))
