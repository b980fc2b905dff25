"""Enterprises, officials, the people behind both, and how they are tied together."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId


class OfficialKind(StrEnum):
    """A leader owns tickets; an aide works for exactly one leader; a supervisor (督查) decides."""

    LEADER = "leader"
    AIDE = "aide"
    SUPERVISOR = "supervisor"


class Enterprise(Base):
    """A business (企业), known by its unified social credit code where we have it.

    `stage` is the roster's, unless `stage_by` names the person who told us; they are asked once.
    """

    __tablename__ = "enterprises"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    region: Mapped[str] = mapped_column(String(6))
    stage: Mapped[str | None] = mapped_column(String(8))
    stage_by: Mapped[int | None] = mapped_column(BigId)
    stage_asked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("stage in ('startup', 'growing', 'mature')", name="stage"),
        Index("ix_enterprises_region_id", "region", "id"),
    )


class EnterprisePast(Base):
    """What the roster said of an enterprise until `until`: kept whenever it changes, so that ledgers stand.

    Whatever changes one of these columns keeps them first (`actions.pasts`).
    """

    __tablename__ = "enterprise_pasts"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))
    until: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(200))
    credit_code: Mapped[str | None] = mapped_column(String(18))
    region: Mapped[str] = mapped_column(String(6))
    stage: Mapped[str | None] = mapped_column(String(8))

    __table_args__ = (Index("ix_enterprise_pasts_enterprise", "enterprise_id", "until"),)


class OwnCourtesy(Base):
    """What one enterprise has asked of us (免打扰) instead of what the installation grants everybody.

    Minutes since midnight; quiet hours that begin when they end are none. What is null is as for everybody.
    The last change is by a person in the chat, or by a key of the API.
    """

    __tablename__ = "courtesies"
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"), primary_key=True)
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]
    budget: Mapped[int | None]
    changed_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    key_id: Mapped[int | None] = mapped_column(ForeignKey("api_keys.id"))

    __table_args__ = (
        CheckConstraint("(quiet_from is null) = (quiet_to is null)", name="quiet_whole"),
        CheckConstraint("quiet_from between 0 and 1439", name="quiet_from_in_day"),
        CheckConstraint("quiet_to between 0 and 1439", name="quiet_to_in_day"),
        CheckConstraint("budget between 0 and 20", name="budget"),
        CheckConstraint("(person_id is null) <> (key_id is null)", name="changed_by_one"),
    )


class Official(Base):
    """A leader (领导), an aide (专班联络员) of one leader, or a supervisor (督查) of a region."""

    __tablename__ = "officials"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    post: Mapped[str] = mapped_column(String(100))
    department: Mapped[str] = mapped_column(String(100))
    region: Mapped[str] = mapped_column(String(6))
    kind: Mapped[str] = mapped_column(String(10), default=OfficialKind.LEADER)
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("officials.id"), index=True)
    phone_tail: Mapped[str | None] = mapped_column(String(4))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("kind in ('leader', 'aide', 'supervisor')", name="kind"),
        CheckConstraint("(kind = 'aide') = (leader_id is not null)", name="aide_has_leader"),
        Index("ix_officials_duty", "department", "region", "kind", "is_active"),
    )


class OfficialPast(Base):
    """Under which name and post an official stood on the roster until `until`: kept whenever it changes.

    Whatever changes one of these columns keeps them first (`actions.pasts`).
    """

    __tablename__ = "official_pasts"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    official_id: Mapped[int] = mapped_column(
        ForeignKey("officials.id", name="fk_official_pasts_official_id_officials")
    )
    until: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(50))
    post: Mapped[str] = mapped_column(String(100))
    department: Mapped[str] = mapped_column(String(100))

    __table_args__ = (Index("ix_official_pasts_official", "official_id", "until"),)


class Person(Base):
    """A WeChat identity: one openid of our account, whoever it turns out to be.

    `window_*` is the ledger of customer-service messages the platform still allows;
    `hand_*` names the case that plain text goes to; `pending` is a question we asked and await; `cases`
    are the last they brought, each with its first words, so that a later word finds the one it mentions.
    `seen_at` is when they last wrote, came or went, by the platform's clock: pushes arrive out of order.
    `closed_at`: they gave up their account then, says the platform; forgotten once no case of theirs is open.
    From `forgotten_at` on nothing tells who they were; whoever writes with the same WeChat is somebody new.
    """

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    openid: Mapped[str] = mapped_column(String(64), unique=True)
    official_id: Mapped[int | None] = mapped_column(ForeignKey("officials.id"), index=True)
    follows: Mapped[bool] = mapped_column(default=True)
    is_reachable: Mapped[bool] = mapped_column(default=True)
    window_expires_at: Mapped[datetime | None]
    window_left: Mapped[int] = mapped_column(default=0)
    hand_ticket_id: Mapped[int | None] = mapped_column(BigId)
    hand_until: Mapped[datetime | None]
    pending: Mapped[dict[str, Any] | None]
    cases: Mapped[list[Any] | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_people_closed",
            "closed_at",
            sqlite_where=text("closed_at is not null"),
            postgresql_where=text("closed_at is not null"),
        ),
    )


class Contact(Base):
    """A person speaking for an enterprise (联系人); `no_calls`: they asked not to be telephoned.

    `chosen_at` is when somebody with several last said that this is the one they speak for.
    """

    __tablename__ = "contacts"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"), index=True)
    name: Mapped[str | None] = mapped_column(String(50))
    role: Mapped[str | None] = mapped_column(String(50))
    is_active: Mapped[bool] = mapped_column(default=True)
    no_calls: Mapped[bool] = mapped_column(default=False, server_default=false())
    since: Mapped[datetime]
    chosen_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("person_id", "enterprise_id"),)


class Pairing(Base):
    """An enterprise in the care of one leader (包保).

    The database itself holds both limits: an active pairing occupies one of 20 numbered slots of its
    leader, and an enterprise has at most one active pairing.
    """

    __tablename__ = "pairings"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"), index=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    slot: Mapped[int | None]
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("official_id", "slot"),
        CheckConstraint("slot between 1 and 20", name="slot_within_twenty"),
        CheckConstraint("(slot is null) = (ended_at is not null)", name="active_has_slot"),
        Index(
            "uq_pairings_active_enterprise",
            "enterprise_id",
            unique=True,
            sqlite_where=text("ended_at is null"),
            postgresql_where=text("ended_at is null"),
        ),
    )


class Invite(Base):
    """A one-time right to bind a person to an official or an enterprise. Only the code's hash is kept."""

    __tablename__ = "invites"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    official_id: Mapped[int | None] = mapped_column(ForeignKey("officials.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"), index=True)
    contact_name: Mapped[str | None] = mapped_column(String(50))
    contact_role: Mapped[str | None] = mapped_column(String(50))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (
        CheckConstraint("(official_id is null) <> (enterprise_id is null)", name="one_target"),
        CheckConstraint("(used_at is null) = (used_by is null)", name="used_by_someone"),
    )
