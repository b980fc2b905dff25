"""Who may use the API, and the first answers to requests that must not happen twice."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId


class ApiKey(Base):
    """A bearer key for `/api/v1`; only its SHA-256 is kept (256 random bits need no slow hash)."""

    __tablename__ = "api_keys"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    region: Mapped[str | None] = mapped_column(String(6))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("role in ('admin', 'supervisor', 'viewer')", name="role"),)


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
