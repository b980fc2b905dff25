"""Who may use the API, and the first answers to requests that must not happen twice."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId


class ApiKey(Base):
    """A bearer key for `/api/v1`; only its SHA-256 is kept (256 random bits need no slow hash).

    A rotated key has another secret since `rotated_at`; the one before is good until `previous_until`.
    """

    __tablename__ = "api_keys"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    region: Mapped[str | None] = mapped_column(String(6))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    rotated_at: Mapped[datetime | None]
    previous_hash: Mapped[str | None] = mapped_column(String(64))
    previous_until: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("role in ('admin', 'supervisor', 'viewer')", name="role"),
        CheckConstraint("(previous_hash is null) = (previous_until is null)", name="previous_whole"),
        Index(
            "uq_api_keys_previous",
            "previous_hash",
            unique=True,
            sqlite_where=text("previous_hash is not null"),
            postgresql_where=text("previous_hash is not null"),
        ),
    )


class KeyUse(Base):
    """How often a key was used in the minute that began at `window_at`, and when it was used last.

    Processes take requests out of a minute some at a time, so that not every request is a write.
    """

    __tablename__ = "key_uses"
    key_id: Mapped[int] = mapped_column(
        ForeignKey("api_keys.id", name="fk_key_uses_key_id_api_keys"), primary_key=True
    )
    window_at: Mapped[datetime]
    taken: Mapped[int]
    last_used_at: Mapped[datetime]


class PageSession(Base):
    """Somebody signed in to the wall chart with a key; only the SHA-256 of the cookie is kept.

    It is worth no more than the key: a key that is revoked or has expired ends its sessions too.
    """

    __tablename__ = "page_sessions"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class IdempotentAnswer(Base):
    """The first answer to a POST that carried an `Idempotency-Key`."""

    __tablename__ = "idempotent_answers"
    key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
