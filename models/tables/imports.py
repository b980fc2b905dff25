"""Lists that were imported as a whole, and what each of them changed, so that it can be taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId


class Import(Base):
    """One list that was imported: by a key, or at the machine itself where `key_id` is null.

    `region` is what the key reached, null for everything: who reaches less does not see it. `left` names what
    an undoing could not take back, the first of `left_count`.
    """

    __tablename__ = "imports"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subject: Mapped[str] = mapped_column(String(11))
    file_name: Mapped[str] = mapped_column(String(200))
    file_digest: Mapped[str] = mapped_column(String(64))
    region: Mapped[str | None] = mapped_column(String(6))
    key_id: Mapped[int | None] = mapped_column(ForeignKey("api_keys.id"))
    at: Mapped[datetime]
    rows: Mapped[int]
    created: Mapped[int]
    changed: Mapped[int]
    same: Mapped[int]
    undone_at: Mapped[datetime | None]
    undone_key_id: Mapped[int | None] = mapped_column(ForeignKey("api_keys.id"))
    left_count: Mapped[int | None]
    left: Mapped[list[Any] | None]

    __table_args__ = (
        CheckConstraint("subject in ('officials', 'enterprises', 'pairings')", name="subject"),
        CheckConstraint("(undone_at is null) = (left_count is null)", name="undone_whole"),
    )


class ImportChange(Base):
    """What an import did: a run of rows it created, or one it changed, with the values before and after."""

    __tablename__ = "import_changes"
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(BigId)
    last_id: Mapped[int] = mapped_column(BigId)
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]

    __table_args__ = (
        CheckConstraint("first_id <= last_id", name="run_ahead"),
        CheckConstraint("(before is null) = (after is null)", name="change_whole"),
        CheckConstraint("before is null or first_id = last_id", name="change_of_one"),
        Index("ix_import_changes_row", "first_id", "import_id"),
    )
