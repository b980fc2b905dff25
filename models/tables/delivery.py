"""What must go out (待发), what became of it (送达), and what the platform lets us do."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final, cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId, one_of


class Delivery(StrEnum):
    """The true state of one outgoing message.

    PENDING waits for its time; SENDING is in a worker's hand until its lease lapses; SENT was accepted by
    the platform; HELD waits until `due_at`, as quiet hours or an enterprise's budget want it
    (rules.disturbance), or until the person writes; PARKED waits until the person writes; DEAD will not be
    tried again; RETRACTED was taken back in time.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    HELD = "held"
    PARKED = "parked"
    DEAD = "dead"
    RETRACTED = "retracted"


_OF_A_CASE: Final = (
    "'new_ticket', 'followed_up', 'retyped', 'urged', 'withdrawn', 'accepted', 'replied', 'progressed', "
    "'resolved', 'confirmed', 'disputed', 'rebounded', 'registered', 'media', 'new_owner', 'raised', "
    "'call_announced', 'call_cancelled', 'call_missed', 'extended', 'not_extended', 'paused', 'resumed', "
    "'helped', 'declined', 'upheld', 'overturned', 'reassigned', 'written_off', 'colleague_acted', "
    "'media_lost', 'still_open', 'reckoned', 'patch_asked', 'patch_changed', 'merged', 'separated', "
    "'shielded'"
)
"""The kinds of messages that enterprises hear, or hear too; a new one belongs here as well."""


class Outbox(Base):
    """One message to one person, with its cause: ticket and event that made us speak, or the visit.

    A visit announced to an enterprise without a case is a call, and the cause of its own card.

    What came of a fraud lead has the question of whoever reported it. Only what officials alone are told may
    do without a cause; its key then says what it was. `rang_at` is when it went out although nobody had just
    written, and `rang_for` the enterprise that this disturbed.

    `kind` and `payload` say what happened; the words are chosen when the channel is known (a template
    carries less than a chat message), and the attempt keeps what was really said. `attempts` numbers the
    claims, so that a worker that lost its lease settles nothing; what counts against the message are
    `misses` (it certainly did not arrive) and `doubts` (it may have).
    """

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"))
    verification_id: Mapped[int | None] = mapped_column(ForeignKey("verifications.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id", name="fk_outbox_call_id_calls"))
    kind: Mapped[str] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]]
    media_id: Mapped[int | None] = mapped_column(ForeignKey("media.id"))
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=Delivery.PENDING)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    attempts: Mapped[int] = mapped_column(default=0)
    misses: Mapped[int] = mapped_column(server_default="0")
    doubts: Mapped[int] = mapped_column(server_default="0")
    channel: Mapped[str | None] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(Text)
    platform_id: Mapped[str | None] = mapped_column(String(64))
    settled_at: Mapped[datetime | None]
    rang_at: Mapped[datetime | None]
    rang_for: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))

    __table_args__ = (
        CheckConstraint(one_of("state", *Delivery), name="state"),
        CheckConstraint("(state = 'sending') = (lease_until is not null)", name="sending_has_lease"),
        CheckConstraint(
            f"(ticket_id is not null and event_id is not null) or kind not in ({_OF_A_CASE})"
            " or (call_id is not null and (kind = 'call_announced' or kind = 'call_cancelled'))",
            name="has_cause",
        ),
        CheckConstraint("kind <> 'visited' or visit_id is not null", name="has_visit"),
        CheckConstraint("kind <> 'lead_decided' or verification_id is not null", name="has_question"),
        CheckConstraint("rang_for is null or rang_at is not null", name="rang_for_somebody"),
        Index(
            "ix_outbox_open",
            "person_id",
            "id",
            sqlite_where=text("state in ('pending', 'sending')"),
            postgresql_where=text("state in ('pending', 'sending')"),
        ),
        Index(
            "ix_outbox_due",
            "id",
            sqlite_where=text("state in ('pending', 'sending')"),
            postgresql_where=text("state in ('pending', 'sending')"),
        ),
        Index(
            "ix_outbox_parked",
            "person_id",
            sqlite_where=text("state in ('parked', 'held')"),
            postgresql_where=text("state in ('parked', 'held')"),
        ),
        Index(
            "ix_outbox_held",
            "due_at",
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
        Index(
            "ix_outbox_rang_for",
            "rang_for",
            "rang_at",
            sqlite_where=text("rang_for is not null"),
            postgresql_where=text("rang_for is not null"),
        ),
        Index(
            "ix_outbox_rang",
            "person_id",
            "rang_at",
            sqlite_where=text("rang_at is not null and rang_for is null"),
            postgresql_where=text("rang_at is not null and rang_for is null"),
        ),
        Index(
            "ix_outbox_rang_day",
            "rang_at",
            sqlite_where=text("rang_at is not null"),
            postgresql_where=text("rang_at is not null"),
        ),
        Index("ix_outbox_ticket", "ticket_id", "id"),
        Index(
            "ix_outbox_call",
            "call_id",
            sqlite_where=text("call_id is not null"),
            postgresql_where=text("call_id is not null"),
        ),
    )


def is_in_line(state: Any) -> ColumnElement[bool]:
    """Pending or sending, in the words of the partial indexes: with parameters neither database uses them."""
    return cast("ColumnElement[bool]", state.in_((literal_column("'pending'"), literal_column("'sending'"))))


def waits_for_them(state: Any) -> ColumnElement[bool]:
    """Parked or held, in the words of the partial index: it goes out once the person writes."""
    return cast("ColumnElement[bool]", state.in_((literal_column("'parked'"), literal_column("'held'"))))


def is_parked(state: Any) -> ColumnElement[bool]:
    """Parked, found by the same partial index."""
    return and_(waits_for_them(state), state == literal_column("'parked'"))


def is_held(state: Any) -> ColumnElement[bool]:
    """Held, in the words of its partial index."""
    return cast("ColumnElement[bool]", state == literal_column("'held'"))


class Attempt(Base):
    """One try to deliver one outbox row, and what the platform said.

    `person_id` is to whom: the message itself may be passed on to somebody else. Before 0191 it was not kept.
    """

    __tablename__ = "attempts"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(BigId)
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[str] = mapped_column(String(16))
    code: Mapped[int | None]
    detail: Mapped[str | None] = mapped_column(Text)
    said: Mapped[str | None] = mapped_column(Text)


class Report(Base):
    """Where a notice the platform accepted and its report of what became of it meet.

    Either half may come first: ours (`outbox_id`, and `attempt` by which it was sent) or the platform's
    (`is_delivered`, `why`). Without `platform_id` the platform did not tell us its id of the notice. Rows
    are for meeting only and go after a day.
    """

    __tablename__ = "reports"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    channel: Mapped[str] = mapped_column(String(12))
    template_id: Mapped[str | None] = mapped_column(String(64))
    platform_id: Mapped[str | None] = mapped_column(String(64))
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    attempt: Mapped[int | None]
    is_delivered: Mapped[bool | None]
    why: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("person_id", "channel", "platform_id"),)


class Consent(Base):
    """How often a person still allows one subscription template (订阅通知). -1: without limit."""

    __tablename__ = "consents"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    template_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    left: Mapped[int]


class PlatformToken(Base):
    """The access token all processes share."""

    __tablename__ = "platform_tokens"
    app_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime]


class Lease(Base):
    """The right of one process to do something alone until `until`."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(60))
    until: Mapped[datetime]


class FeedCursor(Base):
    """How far a reader of ours has come in the event feed (ADR 0010), how often it began what is next."""

    __tablename__ = "feed_cursors"
    reader: Mapped[str] = mapped_column(String(60), primary_key=True)
    tx: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[int] = mapped_column(BigInteger)
    tries: Mapped[int] = mapped_column(default=0)
