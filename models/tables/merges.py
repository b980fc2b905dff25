"""Cases that are one matter (并案): which case carries which, for as long as it does."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class Merge(Base):
    """A case that is merged into an earlier one of the same enterprise; the row goes when it is separated.

    `clocks` are the rows of its clocks that nobody had kept by then, to be put back as they were.
    """

    __tablename__ = "merges"
    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", name="fk_merges_ticket_id_tickets"), primary_key=True
    )
    main_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", name="fk_merges_main_id_tickets"))
    since: Mapped[datetime]
    clocks: Mapped[list[Any]]

    __table_args__ = (
        CheckConstraint("main_id < ticket_id", name="into_an_earlier_one"),
        Index("ix_merges_main", "main_id"),
    )
