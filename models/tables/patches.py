"""Patches (制度补丁): the change of a rule that solves a class of cases, whom it concerns, and its chain."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    exists,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId, one_of
from models.tables.patterns import TicketVector

_STATES = (
    *("proposed", "drafting", "consulting", "issued", "in_effect", "evaluating"),
    *("effective", "ineffective", "dropped"),
)
_CAUSES = ("unclear", "not_executed", "loop", "resources", "counterparty", "other")
_IN_FORCE = "state in ('in_effect', 'evaluating', 'effective', 'ineffective')"
_UNTOLD = "told_at is null"
_UNREPORTED = "kind = 'stumbled' and not is_reported"


class Met(StrEnum):
    """How a case met a patch.

    AFFECTED came before it took effect; STUMBLED after (再绊); CLEARED was taken for a stumble by mistake.
    """

    AFFECTED = "affected"
    STUMBLED = "stumbled"
    CLEARED = "cleared"


class Patch(Base):
    """What is done about a pattern, by whom, until when; where it stands is told by its events.

    `steps` are `{"what", "owner", "due_on", "done_at", "told"}`. `change` says what is different for
    enterprises from `effective_on` on. `round` counts how often it was begun anew, `looks` how often its
    figures were asked.
    """

    __tablename__ = "patches"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    pattern_id: Mapped[int] = mapped_column(ForeignKey("patterns.id"), index=True)
    state: Mapped[str] = mapped_column(String(11))
    title: Mapped[str] = mapped_column(String(60))
    cause: Mapped[str] = mapped_column(String(12))
    owner_id: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    regions: Mapped[list[Any]]
    steps: Mapped[list[Any]]
    due_on: Mapped[date]
    document_no: Mapped[str] = mapped_column(String(100), default="")
    document_title: Mapped[str] = mapped_column(String(200), default="")
    clause: Mapped[str] = mapped_column(String(100), default="")
    link: Mapped[str] = mapped_column(String(300), default="")
    change: Mapped[str] = mapped_column(String(300), default="")
    effective_on: Mapped[date | None]
    took_effect_at: Mapped[datetime | None]
    evaluate_days: Mapped[int]
    evaluate_at: Mapped[datetime | None]
    looks: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=1)
    sweep_until: Mapped[datetime | None]
    """Until then cases of its pattern are looked for that it does not know yet."""
    reported_at: Mapped[datetime | None]
    """When its owner was last told who stumbled and who commented: at most once a day."""
    step_on: Mapped[date | None]
    """The day on which somebody is told of a step that is due or late."""
    created_at: Mapped[datetime]
    key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"))

    __table_args__ = (
        CheckConstraint(one_of("state", *_STATES), name="state"),
        CheckConstraint(one_of("cause", *_CAUSES), name="cause"),
        CheckConstraint(
            "state <> 'issued' or (document_title <> '' and change <> '' and effective_on is not null)",
            name="issued_whole",
        ),
        CheckConstraint(f"not ({_IN_FORCE}) or took_effect_at is not null", name="in_force_since"),
        Index("ix_patches_owner", "owner_id", "id"),
        Index(
            "ix_patches_effective",
            "effective_on",
            sqlite_where=text("state = 'issued'"),
            postgresql_where=text("state = 'issued'"),
        ),
        Index(
            "ix_patches_sweep",
            "sweep_until",
            sqlite_where=text("sweep_until is not null"),
            postgresql_where=text("sweep_until is not null"),
        ),
        Index(
            "ix_patches_step",
            "step_on",
            sqlite_where=text("step_on is not null"),
            postgresql_where=text("step_on is not null"),
        ),
        Index(
            "ix_patches_evaluate",
            "evaluate_at",
            sqlite_where=text("evaluate_at is not null"),
            postgresql_where=text("evaluate_at is not null"),
        ),
    )


class PatchEvent(Base):
    """A fact about a patch: appended, never changed, chained by digest to the one before."""

    __tablename__ = "patch_events"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patch_id: Mapped[int] = mapped_column(ForeignKey("patches.id"))
    seq: Mapped[int]
    at: Mapped[datetime]
    verb: Mapped[str] = mapped_column(String(20))
    actor_role: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[int | None] = mapped_column(BigId)
    signed: Mapped[str] = mapped_column(String(160), default="")
    from_state: Mapped[str | None] = mapped_column(String(11))
    to_state: Mapped[str] = mapped_column(String(11))
    data: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))

    __table_args__ = (UniqueConstraint("patch_id", "seq"),)


class PatchCase(Base):
    """A case that a patch is about, or that stumbled over it. `told_at` is when its enterprise was told.

    `event_id` is the event of the case that says so; of an affected one it is null until its owner is told.
    A case that meets the same patch in another round keeps its row, with that round.
    """

    __tablename__ = "patch_cases"
    patch_id: Mapped[int] = mapped_column(ForeignKey("patches.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    round: Mapped[int]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    met_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    is_reported: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint(one_of("kind", *Met), name="kind"),
        Index("ix_patch_cases_ticket", "ticket_id"),
        Index(
            "ix_patch_cases_untold",
            "patch_id",
            "ticket_id",
            sqlite_where=text(_UNTOLD),
            postgresql_where=text(_UNTOLD),
        ),
        Index(
            "ix_patch_cases_unreported",
            "patch_id",
            sqlite_where=text(_UNREPORTED),
            postgresql_where=text(_UNREPORTED),
        ),
    )


class PatchAsk(Base):
    """An enterprise that is asked what it thinks of a patch, because of one of its cases, and its answer.

    The chain holds a digest of words and `salt` only: once both are forgotten, nobody finds out by trying.
    """

    __tablename__ = "patch_asks"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    patch_id: Mapped[int] = mapped_column(ForeignKey("patches.id"))
    round: Mapped[int]
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    asked_at: Mapped[datetime | None]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Who answered."""
    words: Mapped[str] = mapped_column(Text, default="")
    salt: Mapped[str] = mapped_column(String(32), default="")
    answered_at: Mapped[datetime | None]
    is_reported: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("patch_id", "round", "enterprise_id"),
        Index("ix_patch_asks_enterprise", "enterprise_id", "id"),
        Index("ix_patch_asks_ticket", "ticket_id"),
        Index(
            "ix_patch_asks_unasked",
            "patch_id",
            sqlite_where=text("asked_at is null"),
            postgresql_where=text("asked_at is null"),
        ),
        Index(
            "ix_patch_asks_unreported",
            "patch_id",
            sqlite_where=text("answered_at is not null and not is_reported"),
            postgresql_where=text("answered_at is not null and not is_reported"),
        ),
    )


def is_open_to_others(ticket_id: Any) -> ColumnElement[bool]:
    """Whether a case is not shielded (保密): those that are appear nowhere but with their owner."""
    return ~exists().where(TicketVector.ticket_id == ticket_id, TicketVector.is_shielded)
