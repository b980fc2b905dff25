"""What cases are compared by, the patterns (同类问题) they make, and what people decided about them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId, one_of

_TYPES = ("policy", "factors", "approval", "arrears", "ip", "chain", "other")


class PatternState(StrEnum):
    """FORMING is shown to nobody: too few tell of it. JOINED became part of `joined_into`."""

    FORMING = "forming"
    OPEN = "open"
    DISMISSED = "dismissed"
    JOINED = "joined"


class TicketVector(Base):
    """A case as it is compared: made once from its first words, by the model called `model`.

    `vector` is of small whole numbers, centred; null where nothing can be read, or nothing may be: a shielded
    (保密) case keeps its row and nothing in it, so that nobody ever compares it. `pinned_to` is the pattern
    that people had put it into when it left it last.
    """

    __tablename__ = "ticket_vectors"
    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", name="fk_ticket_vectors_ticket_id_tickets"), primary_key=True
    )
    model: Mapped[str] = mapped_column(String(64))
    type: Mapped[str] = mapped_column(String(8))
    vector: Mapped[bytes | None] = mapped_column(LargeBinary)
    traits: Mapped[dict[str, Any] | None]
    is_shielded: Mapped[bool] = mapped_column(default=False, server_default=false())
    pinned_to: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint(one_of("type", *_TYPES), name="type"),
        CheckConstraint("(vector is null) = (traits is null)", name="vector_whole"),
        CheckConstraint("vector is null or not is_shielded", name="shielded_is_empty"),
        Index("ix_ticket_vectors_type", "type", "ticket_id"),
        Index(
            "ix_ticket_vectors_shielded",
            "ticket_id",
            sqlite_where=text("is_shielded"),
            postgresql_where=text("is_shielded"),
        ),
    )


class Pattern(Base):
    """Cases that tell of one stone. `is_named` once a person gave the title, which then stays.

    `title` and `stone` are taken from the cases' words, masked, when the pattern opens; a stone that a large
    model worded says so at its end. `told_from` names the cases whose words these are. Once they are taken
    away it is forming again, with the moment at which it was first shown: it is due at once.
    """

    __tablename__ = "patterns"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    type: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(9), default=PatternState.FORMING)
    title: Mapped[str] = mapped_column(String(60), default="")
    stone: Mapped[str] = mapped_column(String(200), default="")
    is_named: Mapped[bool] = mapped_column(default=False)
    told_from: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    joined_into: Mapped[int | None] = mapped_column(
        ForeignKey("patterns.id", name="fk_patterns_joined_into_patterns")
    )
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("state", *PatternState), name="state"),
        CheckConstraint(one_of("type", *_TYPES), name="type"),
        CheckConstraint("(state = 'joined') = (joined_into is not null)", name="joined_somewhere"),
        CheckConstraint("state <> 'open' or (title <> '' and opened_at is not null)", name="open_has_title"),
        Index("ix_patterns_state", "state", "id"),
    )


class PatternWeek(Base):
    """When a leader is next told which patterns the cases of their desk are in: once a week."""

    __tablename__ = "pattern_weeks"
    official_id: Mapped[int] = mapped_column(
        ForeignKey("officials.id", name="fk_pattern_weeks_official_id_officials"), primary_key=True
    )
    due_at: Mapped[datetime] = mapped_column(index=True)


class PatternMember(Base):
    """A case of a pattern: of one at most. `is_pinned` if people put it there; then nothing moves it.

    `likeness` is its mean likeness to the others when it came; `voice` says whose it is, and `copy_of` names
    the case whose words it repeats; `is_own` if that one was the same voice's.
    """

    __tablename__ = "pattern_members"
    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", name="fk_pattern_members_ticket_id_tickets"), primary_key=True
    )
    pattern_id: Mapped[int] = mapped_column(
        ForeignKey("patterns.id", name="fk_pattern_members_pattern_id_patterns")
    )
    likeness: Mapped[float]
    voice: Mapped[str] = mapped_column(String(24))
    copy_of: Mapped[int | None] = mapped_column(
        ForeignKey("tickets.id", name="fk_pattern_members_copy_of_tickets")
    )
    is_own: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_pinned: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_pattern_members_pattern", "pattern_id", "ticket_id"),
        Index(
            "ix_pattern_members_copy_of",
            "copy_of",
            sqlite_where=text("copy_of is not null"),
            postgresql_where=text("copy_of is not null"),
        ),
    )


class PatternDecision(Base):
    """What somebody decided about a pattern, signed with the name of a key: appended, never changed.

    `voices` is how many different enterprises it had then; from that thresholds learn.
    """

    __tablename__ = "pattern_decisions"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    pattern_id: Mapped[int] = mapped_column(
        ForeignKey("patterns.id", name="fk_pattern_decisions_pattern_id_patterns")
    )
    verb: Mapped[str] = mapped_column(String(8))
    voices: Mapped[int]
    data: Mapped[dict[str, Any]]
    key_id: Mapped[int] = mapped_column(
        ForeignKey("api_keys.id", name="fk_pattern_decisions_key_id_api_keys")
    )
    signed: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(one_of("verb", "rename", "split", "join", "dismiss", "reopen"), name="verb"),
        Index("ix_pattern_decisions_pattern", "pattern_id", "id"),
    )
