"""Who read or changed what through the API, and the anchors that pin the heads of all chains, day by day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId, CurrentTransaction


class AuditEntry(Base):
    """One read of personal data or one change: appended, never changed, chained to the one before.

    Personal data itself is never in it: `object` is a place in the API (`tickets/1046/messages`), `shown` the
    ids on a list that was read, or the digests of what is left of pushes that were emptied. `chain` is the
    shard (ADR 0030); `tx` is as for events.
    """

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tx: Mapped[int] = mapped_column(BigInteger, server_default=CurrentTransaction())
    chain: Mapped[int]
    seq: Mapped[int]
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int | None] = mapped_column(BigId)
    actor_name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str | None] = mapped_column(String(10))
    region: Mapped[str | None] = mapped_column(String(6))
    deed: Mapped[str] = mapped_column(String(10))
    operation: Mapped[str] = mapped_column(String(200))
    object: Mapped[str] = mapped_column(String(200))
    shown: Mapped[list[Any] | None]
    status: Mapped[int | None]
    request_id: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(String(200))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        CheckConstraint("actor_kind in ('key', 'operator', 'system')", name="actor_kind"),
        CheckConstraint("deed in ('read', 'change', 'refused')", name="deed"),
        UniqueConstraint("chain", "seq"),
        Index("ix_audit_feed", "tx", "id"),
        Index("ix_audit_actor", "actor_id", "id"),
        Index("ix_audit_object", "object", "id"),
    )


class AuditHead(Base):
    """How far one chain of the audit reaches: the number and digest of its last entry, 0 before the first.

    Whoever appends locks it; an entry that was cut off is missed by it, before any anchor is.
    """

    __tablename__ = "audit_heads"
    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))


class Anchor(Base):
    """All heads of one day under one digest: of the anchor before and of every block that has changed.

    It covers what comes before (`tx`, `event_id`) in the feed's order, and the audit before (`tx`,
    `audit_id`). While `digest` is null its blocks are still being reckoned.
    """

    __tablename__ = "anchors"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    began_at: Mapped[datetime]
    tx: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[int] = mapped_column(BigInteger)
    audit_id: Mapped[int] = mapped_column(BigInteger)
    chains: Mapped[int] = mapped_column(default=0)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str | None] = mapped_column(String(64))


class AnchorBlock(Base):
    """The heads of 1,024 neighbouring tickets (block -1: the audit, -2: patches) as they stood at an anchor.

    Only blocks that have changed since the anchor before have a row. `leaves` are the heads themselves, kept
    while no later anchor has the block, so that what does not fit can be named; those of patches, of which
    only the changed ones are in it, for good.
    """

    __tablename__ = "anchor_blocks"
    anchor_id: Mapped[int] = mapped_column(ForeignKey("anchors.id"), primary_key=True)
    block: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    digest: Mapped[str | None] = mapped_column(String(64))
    leaves: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    __table_args__ = (
        Index(
            "ix_anchor_blocks_open",
            "anchor_id",
            "block",
            sqlite_where=text("digest is null"),
            postgresql_where=text("digest is null"),
        ),
        Index("ix_anchor_blocks_block", "block", "anchor_id"),
    )


class Sealed(Base):
    """Rows of one kind with ids above `after` up to `upto`, as they stood when they were sealed together.

    An entry of the audit holds the digest of `leaves`, which hold the digest of each row (rules.stretches).
    Of rows with words, `salts` has random bytes for each: without them nobody can try what a row had said.
    """

    __tablename__ = "sealed_stretches"
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    upto: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    after: Mapped[int] = mapped_column(BigId)
    leaves: Mapped[bytes] = mapped_column(LargeBinary)
    salts: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (UniqueConstraint("kind", "after"),)
