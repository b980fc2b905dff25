"""Put officials and enterprises on the roster, and enterprises in a leader's care."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.actions import calls
from models.rules.numbers import credit_code_is_valid
from models.rules.regions import known_region
from models.tables import Enterprise, Official, OfficialKind, Pairing

SLOTS: Final = range(1, 21)
"""A leader looks after at most 20 enterprises at a time (MISSION.md, 3)."""


class NoSuchOfficial(LookupError):
    """No official has this id."""


class NoSuchEnterprise(LookupError):
    """No enterprise has this id."""


class NoSuchPairing(LookupError):
    """No pairing has this id."""


class CreditCodeRefused(ValueError):
    """The unified social credit code has a wrong length, character or check character."""


class CreditCodeTaken(Exception):
    """Another enterprise has this unified social credit code."""


class KindRefused(ValueError):
    """An aide works for exactly one leader, and a leader for none."""


class NotALeader(Exception):
    """Only a leader in office has aides and takes enterprises into care."""


class TooManyPairings(Exception):
    """The leader looks after 20 enterprises already."""


class AlreadyPaired(Exception):
    """The enterprise is in somebody's care already."""


def add_official(
    session: Session,
    *,
    name: str,
    post: str,
    department: str,
    region: str,
    kind: str,
    leader_id: int | None = None,
    phone_tail: str | None = None,
    now: datetime,
) -> Official:
    """Put a leader, or an aide of a leader, on the roster.

    Raises:
        UnknownRegion: no region has this code.
        KindRefused: `kind` is unknown, an aide has no leader, or a leader has one.
        NoSuchOfficial: there is no official `leader_id`.
        NotALeader: `leader_id` is an aide, or no longer in office.
    """
    if kind not in set(OfficialKind) or (kind == OfficialKind.AIDE) != (leader_id is not None):
        raise KindRefused(f"{kind} with leader {leader_id}")
    if leader_id is not None:
        _leader(session, leader_id)
    row = Official(
        name=name,
        post=post,
        department=department,
        region=known_region(region),
        kind=kind,
        leader_id=leader_id,
        phone_tail=phone_tail,
        is_active=True,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def add_enterprise(
    session: Session,
    *,
    name: str,
    credit_code: str | None,
    region: str,
    stage: str | None,
    now: datetime,
) -> Enterprise:
    """Put an enterprise on the roster.

    Raises:
        UnknownRegion: no region has this code.
        CreditCodeRefused: the code cannot be one (GB 32100-2015).
        CreditCodeTaken: another enterprise has it.
    """
    if credit_code is not None and not credit_code_is_valid(credit_code):
        raise CreditCodeRefused(credit_code)
    if credit_code is not None and _has_code(session, credit_code):
        raise CreditCodeTaken(credit_code)
    row = Enterprise(
        name=name, credit_code=credit_code, region=known_region(region), stage=stage, created_at=now
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as race:
        if "credit_code" not in str(race.orig):
            raise
        raise CreditCodeTaken(credit_code) from race
    return row


def pair(session: Session, *, enterprise_id: int, official_id: int, now: datetime) -> Pairing:
    """Put an enterprise into a leader's care, in the lowest free of the leader's 20 slots.

    The leader's row is locked first, so that two pairings at once do not choose the same slot. A race
    for the enterprise is decided by the database, and the loser hears the same as one who came late.

    Raises:
        NoSuchEnterprise: there is no such enterprise.
        NoSuchOfficial: there is no such official.
        NotALeader: the official is an aide, or no longer in office.
        AlreadyPaired: the enterprise is in somebody's care.
        TooManyPairings: all 20 slots are taken.
    """
    _leader(session, official_id)
    if session.get(Enterprise, enterprise_id) is None:
        raise NoSuchEnterprise(enterprise_id)
    if _is_paired(session, enterprise_id):
        raise AlreadyPaired(enterprise_id)
    slot = _free_slot(session, official_id)
    row = Pairing(enterprise_id=enterprise_id, official_id=official_id, slot=slot, since=now)
    session.add(row)
    try:
        session.flush()
    except IntegrityError as race:
        if "enterprise" not in str(race.orig):
            raise
        raise AlreadyPaired(enterprise_id) from race
    return row


def unpair(session: Session, pairing_id: int, *, now: datetime) -> Pairing:
    """End a pairing and free its slot; what has ended stays as it was.

    Raises:
        NoSuchPairing: there is no such pairing.
    """
    row = session.scalars(select(Pairing).where(Pairing.id == pairing_id).with_for_update()).one_or_none()
    if row is None:
        raise NoSuchPairing(pairing_id)
    if row.ended_at is None:
        row.slot, row.ended_at = None, now
        session.flush()
        calls.stay_away(session, row.enterprise_id, now=now)
    return row


def _leader(session: Session, official_id: int) -> Official:
    """Return a leader in office, locked against others who pair or retire them."""
    statement = select(Official).where(Official.id == official_id).with_for_update(key_share=True)
    row = session.scalars(statement).one_or_none()
    if row is None:
        raise NoSuchOfficial(official_id)
    if row.kind != OfficialKind.LEADER or not row.is_active:
        raise NotALeader(official_id)
    return row


def _free_slot(session: Session, official_id: int) -> int:
    statement = select(Pairing.slot).where(Pairing.official_id == official_id, Pairing.ended_at.is_(None))
    taken = set(session.scalars(statement))
    free = (slot for slot in SLOTS if slot not in taken)
    slot = next(free, None)
    if slot is None:
        raise TooManyPairings(official_id)
    return slot


def _is_paired(session: Session, enterprise_id: int) -> bool:
    statement = select(Pairing.id).where(Pairing.enterprise_id == enterprise_id, Pairing.ended_at.is_(None))
    return session.scalars(statement).first() is not None


def _has_code(session: Session, credit_code: str) -> bool:
    return (
        session.scalars(select(Enterprise.id).where(Enterprise.credit_code == credit_code)).first()
        is not None
    )
