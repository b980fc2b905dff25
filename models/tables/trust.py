"""What makes a caller believable: officials' numbers, announced calls, and who asked about which number.

Numbers are kept as keyed hashes and last digits (ADR 0020).
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId


class CallState(StrEnum):
    """How far an announced call has come. The first three are open, the others are its ends.

    ASKED has no window yet: we asked the enterprise when to call. EXPIRED: its window has ended.
    """

    ASKED = "asked"
    ANNOUNCED = "announced"
    AGREED = "agreed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    EXPIRED = "expired"


class CallKind(StrEnum):
    """What is announced: that somebody telephones, or that they come (走访)."""

    CALL = "call"
    VISIT = "visit"


class Verdict(StrEnum):
    """What an answer about a number was."""

    ANNOUNCED = "announced"
    """Registered, and the call is the one that was announced to whoever asks."""
    REGISTERED = "registered"
    UNKNOWN = "unknown"
    UNDECIDED = "undecided"
    """Nothing can be said about it: one with these last digits was sealed with another key, or no more than
    the last digits is known."""


class Finding(StrEnum):
    """What a supervisor found out about a reported number."""

    GENUINE = "genuine"
    FRAUD = "fraud"
    UNCLEAR = "unclear"


class OfficialPhone(Base):
    """A number from which an official calls; one official's at a time, and never readable again.

    `key_mark` tells which key sealed it, so that a changed key is noticed and calls nobody a fraud.
    """

    __tablename__ = "official_phones"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("officials.id"), index=True)
    number_hash: Mapped[str] = mapped_column(String(64))
    key_mark: Mapped[str] = mapped_column(String(8))
    tail: Mapped[str] = mapped_column(String(4))
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_official_phones_active_number",
            "number_hash",
            unique=True,
            sqlite_where=text("ended_at is null"),
            postgresql_where=text("ended_at is null"),
        ),
    )


class Call(Base):
    """A call or a visit that an official announced: who comes or calls, when, and the phrase both sides hear.

    It is about a ticket, and `event_id` the last event about it; or a visit to an enterprise without one,
    kept by this row alone. Either has at most one that is still open. From `lapses_at` on it is over,
    though its row may be closed a little later.
    """

    __tablename__ = "calls"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    enterprise_id: Mapped[int | None] = mapped_column(
        ForeignKey("enterprises.id", name="fk_calls_enterprise_id_enterprises")
    )
    caller_id: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    kind: Mapped[str] = mapped_column(String(5), default=CallKind.CALL)
    state: Mapped[str] = mapped_column(String(9))
    begins_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    lapses_at: Mapped[datetime]
    phrase: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind in ('call', 'visit')", name="kind"),
        CheckConstraint("(ticket_id is null) <> (enterprise_id is null)", name="to_one"),
        CheckConstraint("(ticket_id is null) = (event_id is null)", name="event_of_ticket"),
        CheckConstraint(
            "enterprise_id is null or (kind = 'visit' and state <> 'asked')", name="enterprise_is_visited"
        ),
        CheckConstraint(
            "state in ('asked', 'announced', 'agreed', 'declined', 'cancelled', 'replaced', 'expired')",
            name="state",
        ),
        CheckConstraint(
            "(state in ('asked', 'announced', 'agreed')) = (closed_at is null)", name="open_is_not_closed"
        ),
        CheckConstraint("(begins_at is null) = (ends_at is null)", name="window_whole"),
        CheckConstraint("begins_at < ends_at", name="window_ahead"),
        CheckConstraint("(begins_at is null) = (phrase is null)", name="phrase_for_window"),
        CheckConstraint(
            "state not in ('announced', 'agreed') or begins_at is not null", name="announced_has_window"
        ),
        Index(
            "uq_calls_open_ticket",
            "ticket_id",
            unique=True,
            sqlite_where=text("closed_at is null"),
            postgresql_where=text("closed_at is null"),
        ),
        Index(
            "uq_calls_open_enterprise",
            "enterprise_id",
            unique=True,
            sqlite_where=text("closed_at is null and enterprise_id is not null"),
            postgresql_where=text("closed_at is null and enterprise_id is not null"),
        ),
        Index("ix_calls_begins", "begins_at"),
        Index(
            "ix_calls_due",
            "lapses_at",
            "id",
            sqlite_where=text("closed_at is null"),
            postgresql_where=text("closed_at is null"),
        ),
    )


class FraudLead(Base):
    """A number that is nobody's of ours and called in an official's name; one a number and day."""

    __tablename__ = "fraud_leads"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number_hash: Mapped[str] = mapped_column(String(64))
    tail: Mapped[str] = mapped_column(String(4))
    day: Mapped[date]
    created_at: Mapped[datetime]
    finding: Mapped[str | None] = mapped_column(String(8))
    note: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decided_by_key: Mapped[int | None] = mapped_column(ForeignKey("api_keys.id"))
    decided_by_official: Mapped[int | None] = mapped_column(ForeignKey("officials.id"))

    __table_args__ = (
        UniqueConstraint("number_hash", "day"),
        CheckConstraint("finding in ('genuine', 'fraud', 'unclear')", name="finding"),
        CheckConstraint("(finding is null) = (decided_at is null)", name="finding_has_moment"),
    )


class Verification(Base):
    """One question whether a number is genuine (核验), and what was answered.

    `official_id` is whose number was shown, `claimed_id` the owner the caller was said to call themself;
    `lead_id` and `said` are set where it became a fraud lead.
    """

    __tablename__ = "verifications"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))
    region: Mapped[str] = mapped_column(String(6))
    number_hash: Mapped[str] = mapped_column(String(64))
    tail: Mapped[str] = mapped_column(String(4))
    verdict: Mapped[str] = mapped_column(String(10))
    official_id: Mapped[int | None] = mapped_column(ForeignKey("officials.id"))
    claimed_id: Mapped[int | None] = mapped_column(ForeignKey("officials.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("fraud_leads.id"))
    said: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("verdict in ('announced', 'registered', 'unknown', 'undecided')", name="verdict"),
        CheckConstraint("(lead_id is null) = (said is null)", name="lead_has_words"),
        Index("ix_verifications_person", "person_id", "at"),
        Index("ix_verifications_region", "region", "id"),
        Index(
            "ix_verifications_lead",
            "lead_id",
            "id",
            sqlite_where=text("lead_id is not null"),
            postgresql_where=text("lead_id is not null"),
        ),
    )
