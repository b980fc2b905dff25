"""Tickets (诉求) and everything that is written about them."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, MappedSQLExpression, column_property, mapped_column

from config.catalog import ClockName
from models.tables.base import Base, BigId, CurrentTransaction, one_of

_GATHERED: Final = text("gathered_until is not null")
_RATINGS: Final = ("satisfied", "fairly", "dissatisfied")


class Side(StrEnum):
    """Who speaks in a ticket's conversation. A co-handler speaks to the owner, never to the enterprise."""

    ENTERPRISE = "enterprise"
    OFFICIAL = "official"
    CO_HANDLER = "co_handler"


class Ticket(Base):
    """One request with exactly one named owner; its short number is computed from `id` (rules.numbers).

    `counted` is what the counts hold of it (rules.tally), kept by `actions.tallies` alone. `title_salt` goes
    into the digest by which its events seal the title.
    """

    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    region: Mapped[str] = mapped_column(String(6))
    type: Mapped[str] = mapped_column(String(8))
    type_source: Mapped[str] = mapped_column(String(10))
    confidence: Mapped[float]
    second_type: Mapped[str | None] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(9))
    title: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    first_contact_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    ledger_year: Mapped[int | None]
    ledger_no: Mapped[int | None]
    rebounds: Mapped[int] = mapped_column(default=0)
    hops: Mapped[int] = mapped_column(default=0)
    rated_result: Mapped[str | None] = mapped_column(String(12))
    rated_attitude: Mapped[str | None] = mapped_column(String(12))
    rated_at: Mapped[datetime | None]
    counted: Mapped[str | None] = mapped_column(String(200))
    title_salt: Mapped[str | None] = mapped_column(String(32))

    __table_args__ = (
        CheckConstraint(
            one_of("status", "open", "accepted", "resolved", "closed", "declined", "withdrawn", "merged"),
            name="status",
        ),
        CheckConstraint(
            one_of("type", "policy", "factors", "approval", "arrears", "ip", "chain", "other"), name="type"
        ),
        CheckConstraint("(ledger_year is null) = (ledger_no is null)", name="ledger_number_whole"),
        CheckConstraint(one_of("rated_result", *_RATINGS), name="rated_result"),
        CheckConstraint(one_of("rated_attitude", *_RATINGS), name="rated_attitude"),
        CheckConstraint(
            "rated_at is not null or (rated_result is null and rated_attitude is null)", name="rated_when"
        ),
        UniqueConstraint("type", "ledger_year", "ledger_no"),
        Index("ix_tickets_owner_status", "owner_id", "status", "id"),
        Index(
            "ix_tickets_stranger",
            "person_id",
            "id",
            sqlite_where=text("enterprise_id is null"),
            postgresql_where=text("enterprise_id is null"),
        ),
        Index("ix_tickets_enterprise", "enterprise_id", "id"),
        Index("ix_tickets_status", "status", "id"),
        Index("ix_tickets_region", "region", "id"),
    )


class Event(Base):
    """A fact about a ticket: appended, never changed, chained by digest to the one before.

    `tx` is PostgreSQL's transaction id: the feed shows only events whose transaction every older
    one has outlived, so a late commit is never skipped (ADR 0010). On SQLite commits are in order.
    """

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tx: Mapped[int] = mapped_column(BigInteger, server_default=CurrentTransaction())
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    seq: Mapped[int]
    at: Mapped[datetime]
    verb: Mapped[str] = mapped_column(String(20))
    actor_role: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[int | None] = mapped_column(BigId)
    from_status: Mapped[str | None] = mapped_column(String(9))
    to_status: Mapped[str] = mapped_column(String(9))
    data: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))

    __table_args__ = (UniqueConstraint("ticket_id", "seq"), Index("ix_events_feed", "tx", "id"))


class Message(Base):
    """What was said in a ticket, by the enterprise or by the official side.

    What the official side writes may be held back until `held_until`; taken back meanwhile, it was never
    said. `gathered_until` is set while it is only guessed that an enterprise's words belong here: nobody has
    been told of them yet. `salt` goes into the digest by which an event seals them (ADR 0155); none has what
    was said before release 0155.
    """

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"))
    side: Mapped[str] = mapped_column(String(10))
    by_aide: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    media_id: Mapped[int | None] = mapped_column(ForeignKey("media.id"))
    at: Mapped[datetime]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    held_until: Mapped[datetime | None]
    retracted_at: Mapped[datetime | None]
    gathered_until: Mapped[datetime | None]
    salt: Mapped[str | None] = mapped_column(String(32))

    __table_args__ = (
        Index("ix_messages_ticket", "ticket_id", "id"),
        Index(
            "ix_messages_gathered",
            "gathered_until",
            sqlite_where=_GATHERED,
            postgresql_where=_GATHERED,
        ),
    )


class Clock(Base):
    """A promise with a date: by when what must have happened, and from which rule.

    `subject_id` says for what beside the case: whose help (a `CoHandling`), which appeal (a `Decline`); the
    name tells which. `warned` is the last level (50, 80, 100 %) that was warned of, `warn_at` when the next
    is due; `calendar` the digest of the calendar that the date was computed from.
    """

    __tablename__ = "clocks"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    name: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[int | None] = mapped_column(BigId)
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    met_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(String(200))
    explanation: Mapped[str] = mapped_column(Text)
    is_provisional: Mapped[bool] = mapped_column(default=False)
    warned: Mapped[int] = mapped_column(default=0, server_default="0")
    warn_at: Mapped[datetime | None]
    calendar: Mapped[str] = mapped_column(String(16), default="", server_default="")

    __table_args__ = (
        CheckConstraint("warned = 0 or warned = 50 or warned = 80 or warned = 100", name="warned"),
        CheckConstraint("(name in ('co_handle', 'appeal')) = (subject_id is not null)", name="has_subject"),
        Index("ix_clocks_ticket", "ticket_id"),
        Index(
            "ix_clocks_subject",
            "subject_id",
            "name",
            sqlite_where=text("subject_id is not null"),
            postgresql_where=text("subject_id is not null"),
        ),
        Index(
            "ix_clocks_warn",
            "warn_at",
            sqlite_where=text("met_at is null and warn_at is not null"),
            postgresql_where=text("met_at is null and warn_at is not null"),
        ),
        Index(
            "ix_clocks_calendar",
            "calendar",
            sqlite_where=text("met_at is null"),
            postgresql_where=text("met_at is null"),
        ),
        Index(
            "ix_clocks_running",
            "due_at",
            sqlite_where=text("met_at is null"),
            postgresql_where=text("met_at is null"),
        ),
    )


def due_of(name: ClockName, row_id: Any) -> MappedSQLExpression[Any]:
    """Return by when what stands in a row must have happened: the clock of this name whose subject it is."""
    mine = select(func.max(Clock.due_at)).where(Clock.name == name.value, Clock.subject_id == row_id)
    return column_property(mine.correlate_except(Clock).scalar_subquery())


class LedgerCounter(Base):
    """The last number given in one ledger and year; its row lock keeps the numbers gap-free."""

    __tablename__ = "ledger_counters"
    type: Mapped[str] = mapped_column(String(8), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
