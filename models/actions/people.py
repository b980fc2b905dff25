"""Meet people, remember what they are in the middle of, and bind them to who they are."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.actions import outbox
from models.prepared import Prepared
from models.queries.people import Party, party
from models.rules.windows import Trigger, opened
from models.session import later
from models.tables import Consent, Contact, Enterprise, Invite, Person, Ticket

BIND_SCENE: Final = "bind:"
"""What the scene of an invite's QR code begins with; the code follows."""

_MEET: Final = Prepared(
    {
        "sqlite": sqlite.insert(Person)
        .on_conflict_do_nothing(index_elements=["openid"])
        .returning(Person.id),
        "postgresql": (
            postgresql.insert(Person).on_conflict_do_nothing(index_elements=["openid"]).returning(Person.id)
        ),
    },
    *("openid", "follows", "is_reachable", "window_left", "created_at", "seen_at"),
)
_HEARD: Final = Prepared(
    update(Person)
    .where(Person.id == bindparam("who"))
    .values(
        follows=bindparam("is_following"),
        is_reachable=bindparam("is_open"),
        window_expires_at=bindparam("expires"),
        window_left=bindparam("allowed"),
        hand_ticket_id=bindparam("hand"),
        hand_until=bindparam("until"),
        pending=bindparam("question"),
        seen_at=bindparam("now"),
    )
)


class InviteRefused(Exception):
    """The code is unknown, used up or too old. Which of them is nobody's business."""


def meet(session: Session, openid: str, *, now: datetime) -> Party:
    """Return who `openid` is, noting them down at the first word."""
    known = party(session, openid)
    if known is not None:
        return known
    new = _MEET.first(
        session, openid=openid, follows=True, is_reachable=True, window_left=0, created_at=now, seen_at=now
    )
    if new is None:  # another process met them at the same moment
        return meet(session, openid, now=now)
    return Party(new[0], openid, True, None, None, None, None, None, None, None)


def heard(
    session: Session,
    who: Party,
    trigger: Trigger,
    *,
    hand_ticket_id: int | None,
    hand_until: datetime | None,
    pending: Mapping[str, Any] | None,
    now: datetime,
) -> None:
    """Note that a person wrote: the window it opens, the case now in hand, the question now open.

    What was parked for them is let go.
    """
    window = opened(trigger, now, who.window)
    later(
        session,
        _HEARD,
        {
            "who": who.person_id,
            "is_following": True,
            "is_open": True,
            "expires": window.expires_at,
            "allowed": window.left,
            "hand": hand_ticket_id,
            "until": hand_until,
            "question": None if pending is None else dict(pending),
            "now": now,
        },
    )
    outbox.release(session, who.person_id, now=now)


def left(session: Session, who: Party) -> None:
    """Note that a person unfollowed: their channel is closed, their cases stay."""
    session.execute(
        update(Person)
        .where(Person.id == who.person_id)
        .values(follows=False, window_expires_at=None, window_left=0)
    )


def consented(session: Session, who: Party, template_id: str, *, accepted: bool, unlimited: bool) -> None:
    """Count a person's consent to one subscription template, or forget it when they refuse."""
    row = session.get(Consent, (who.person_id, template_id))
    if row is None:
        row = Consent(person_id=who.person_id, template_id=template_id, left=0)
        session.add(row)
    if not accepted:
        row.left = 0
    elif unlimited:
        row.left = -1
    elif row.left >= 0:
        row.left += 1


def code_hash(code: str) -> str:
    """Return what we keep of an invite's code: 128 random bits need no slow hash."""
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()


def invite(
    session: Session,
    code: str,
    *,
    official_id: int | None = None,
    enterprise_id: int | None = None,
    contact_name: str | None = None,
    contact_role: str | None = None,
    lifetime: timedelta = timedelta(days=7),
    now: datetime,
) -> Invite:
    """Allow one person to bind to an official or an enterprise. `code` is random and ≥ 128 bits."""
    row = Invite(
        code_hash=code_hash(code),
        official_id=official_id,
        enterprise_id=enterprise_id,
        contact_name=contact_name,
        contact_role=contact_role,
        created_at=now,
        expires_at=now + lifetime,
    )
    session.add(row)
    session.flush()
    return row


def find_invite(session: Session, code: str, *, now: datetime) -> Invite:
    """Return the invite that `code` opens.

    Raises:
        InviteRefused: unknown, used or expired.
    """
    row = session.scalars(
        select(Invite).where(
            Invite.code_hash == code_hash(code), Invite.used_at.is_(None), Invite.expires_at > now
        )
    ).one_or_none()
    if row is None:
        raise InviteRefused
    return row


def bind(session: Session, who: Party, invite_id: int, *, now: datetime) -> None:
    """Use an invite up and make the person who they said they are.

    What they asked for as a stranger becomes their enterprise's; its owner stays.

    Raises:
        InviteRefused: somebody was faster, or it has expired meanwhile.
    """
    used = session.execute(
        update(Invite)
        .where(Invite.id == invite_id, Invite.used_at.is_(None), Invite.expires_at > now)
        .values(used_at=now, used_by=who.person_id)
        .returning(Invite.official_id, Invite.enterprise_id, Invite.contact_name, Invite.contact_role)
    ).one_or_none()
    if used is None:
        raise InviteRefused
    if used.official_id is not None:
        session.execute(update(Person).where(Person.id == who.person_id).values(official_id=used.official_id))
        return
    join(session, who.person_id, used.enterprise_id, name=used.contact_name, role=used.contact_role, now=now)
    session.execute(
        update(Ticket)
        .where(Ticket.person_id == who.person_id, Ticket.enterprise_id.is_(None))
        .values(enterprise_id=used.enterprise_id)
    )


def join(
    session: Session, person_id: int, enterprise_id: int, *, name: str | None, role: str | None, now: datetime
) -> Contact:
    """Make a person a contact of an enterprise; doing it twice renews it."""
    row = session.scalars(
        select(Contact).where(Contact.person_id == person_id, Contact.enterprise_id == enterprise_id)
    ).one_or_none()
    if row is None:
        row = Contact(person_id=person_id, enterprise_id=enterprise_id, since=now, is_active=True)
        session.add(row)
    row.name, row.role, row.is_active, row.since = name, role, True, now
    session.flush()
    return row


def adopt(session: Session, person_id: int, enterprise_id: int) -> None:
    """What a person asked for as a stranger becomes their enterprise's, in its region; owners stay."""
    region = select(Enterprise.region).where(Enterprise.id == enterprise_id).scalar_subquery()
    session.execute(
        update(Ticket)
        .where(Ticket.person_id == person_id, Ticket.enterprise_id.is_(None))
        .values(enterprise_id=enterprise_id, region=region)
    )
