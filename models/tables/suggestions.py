"""What a large model took cases for, and how often it was right where people decided."""

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, one_of

_TYPES: Final = ("policy", "factors", "approval", "arrears", "ip", "chain", "other")
NAME: Final = 120
"""Characters of the longest name of a model."""


class Suggestion(Base):
    """The type that a model named for a case; `decided` is what people decided, once that is counted."""

    __tablename__ = "suggestions"
    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", name="fk_suggestions_ticket_id_tickets"), primary_key=True
    )
    model: Mapped[str] = mapped_column(String(NAME))
    type: Mapped[str] = mapped_column(String(8))
    decided: Mapped[str | None] = mapped_column(String(8))
    at: Mapped[datetime]

    __table_args__ = (CheckConstraint(one_of("type", *_TYPES), name="type"),)


class SuggestionCount(Base):
    """In how many decided cases a model named `type` where people decided `decided`."""

    __tablename__ = "suggestion_counts"
    model: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    type: Mapped[str] = mapped_column(String(8), primary_key=True)
    decided: Mapped[str] = mapped_column(String(8), primary_key=True)
    number: Mapped[int]

    __table_args__ = (CheckConstraint("number >= 0", name="number"),)
