"""What reached us: every push once, and the media that came with it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId


class Outcome(StrEnum):
    """How a push ended. A row without one is what reconciliation lists."""

    TICKET = "ticket"
    FOLLOW_UP = "follow_up"
    ANSWER = "answer"
    REFUSAL = "refusal"
    EVENT = "event"
    WAITING = "waiting"
    """Its words are kept until it is said to which case they belong."""


class Inbox(Base):
    """One push of the platform, admitted by its unique key, with the answer it got.

    `sealed` is the push as received: in safe mode the platform's own ciphertext, so it is encrypted at
    rest without a key of ours.
    """

    __tablename__ = "inbox"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(600), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(40))
    sealed: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(10))
    ticket_id: Mapped[int | None] = mapped_column(BigId)
    reply: Mapped[list[Any] | None]

    __table_args__ = (
        CheckConstraint("outcome not in ('ticket', 'follow_up') or ticket_id is not null", name="has_ticket"),
        Index(
            "ix_inbox_unsettled",
            "id",
            sqlite_where=text("outcome is null or outcome = 'waiting'"),
            postgresql_where=text("outcome is null or outcome = 'waiting'"),
        ),
    )


class Media(Base):
    """A picture, voice or video somebody sent.

    The platform forgets it after three days, so the worker fetches the bytes (`data`) at once;
    `upload_id` is the copy we sent back up for passing it on, good until `upload_expires_at`.
    """

    __tablename__ = "media"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    remote_id: Mapped[str] = mapped_column(String(200), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    content_type: Mapped[str | None] = mapped_column(String(100))
    data: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str | None] = mapped_column(String(64))
    received_at: Mapped[datetime]
    fetch_due_at: Mapped[datetime | None]
    fetch_attempts: Mapped[int] = mapped_column(default=0)
    upload_id: Mapped[str | None] = mapped_column(String(200))
    upload_expires_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_media_to_fetch",
            "fetch_due_at",
            sqlite_where=text("fetch_due_at is not null"),
            postgresql_where=text("fetch_due_at is not null"),
        ),
    )
