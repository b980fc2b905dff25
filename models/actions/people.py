"""Meet people, remember what they are in the middle of, and bind them to who they are."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.orm import Session

from models.actions import outbox, posts
from models.prepared import Prepared, PreparedInsert
from models.queries.people import Party, party
from models.rules.lifecycle import FINISHED
from models.rules.patterns import voice_of
from models.rules.windows import Trigger, opened
from models.session import later
from models.tables import Consent, Contact, Enterprise, Invite, PatternMember, Person, Ticket

BIND_SCENE: Final = "bind:"
"""What the scene of an invite's QR code begins with; the code follows."""

REMEMBERED: Final = 8
"""So many of the cases somebody brought are looked through when a later word mentions one."""

_MEET: Final = PreparedInsert(
    Person,
    *("openid", "follows", "is_reachable", "window_left", "created_at", "seen_at"),
    once="openid",
)
_happened: Final = bindparam("happened", type_=Person.seen_at.type)
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
        cases=bindparam("brought"),
        seen_at=case((Person.seen_at < _happened, _happened), else_=Person.seen_at),
    )
)


class InviteRefused(Exception):
    """The code is unknown, used up or too old. Which of them is nobody's business."""


class OnTheOtherSide(Exception):
    """The invite is for an official and the person a contact, or the other way round."""


def meet(session: Session, openid: str, *, at: datetime | None = None, now: datetime) -> Party:
    """Return who `openid` is, noting them down at the first word, said `at` by the platform's clock."""
    known = party(session, openid)
    if known is not None:
        return known
    new = _MEET.id_if_new(
        session,
        openid=openid,
        follows=True,
        is_reachable=True,
        window_left=0,
        created_at=now,
        seen_at=at or now,
    )
    if new is None:  # another process met them at the same moment
        return meet(session, openid, at=at, now=now)
    return Party(new, openid, True, None, None, None, None, None, None, None)


def heard(
    session: Session,
    who: Party,
    trigger: Trigger,
    *,
    hand_ticket_id: int | None,
    hand_until: datetime | None,
    pending: Mapping[str, Any] | None,
    opened_cases: Sequence[tuple[int, str]] = (),
    at: datetime | None = None,
    now: datetime,
) -> None:
    """Note that a person wrote: the window it opens, the case now in hand, the question now open, new cases.

    What was parked for them is let go. Words from before they left, which arrive after it, bring nobody back.
    """
    is_here = who.follows or not _has_left_since(session, who, at or now)
    window = opened(trigger, now, who.window) if is_here else who.window
    later(
        session,
        _HEARD,
        {
            "who": who.person_id,
            "is_following": is_here,
            "is_open": True,
            "expires": window.expires_at if window else None,
            "allowed": window.left if window else 0,
            "hand": hand_ticket_id,
            "until": hand_until,
            "question": None if pending is None else dict(pending),
            "brought": [*who.cases, *opened_cases][-REMEMBERED:] or None,
            "happened": at or now,
        },
    )
    if is_here:
        outbox.release(session, who.person_id, now=now)


def left(session: Session, who: Party, *, at: datetime) -> None:
    """Note that a person unfollowed: their channel is closed, their cases stay.

    The platform repeats and reorders: who has written or followed since then is here again.
    """
    session.execute(
        update(Person)
        .where(Person.id == who.person_id, Person.seen_at <= at)
        .values(follows=False, window_expires_at=None, window_left=0, seen_at=at)
    )


def closed(session: Session, who: Party, *, at: datetime) -> None:
    """Note that a person gave up their account with the platform: a timer forgets them.

    Who has written since then has one again.
    """
    left(session, who, at=at)
    gone = update(Person).where(Person.id == who.person_id, Person.seen_at <= at)
    session.execute(gone.values(closed_at=at))


def _has_left_since(session: Session, who: Party, at: datetime) -> bool:
    """Whether somebody who does not follow us left after `at`."""
    return session.scalars(select(Person.seen_at).where(Person.id == who.person_id)).one() > at


def consented(session: Session, who: Party, template_id: str, *, accepted: bool) -> None:
    """Count a person's consent to one subscription template, or forget it when they refuse."""
    row = session.get(Consent, (who.person_id, template_id))
    if row is None:
        row = Consent(person_id=who.person_id, template_id=template_id, left=0)
        session.add(row)
    if not accepted:
        row.left = 0
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


def live_code(session: Session, codes: Sequence[str], *, now: datetime) -> str | None:
    """Return the first of `codes` that is an invite nobody has used, None if there is none."""
    hashes = {code_hash(code): code for code in reversed(codes)}
    found = session.scalars(
        select(Invite.code_hash).where(
            Invite.code_hash.in_(hashes), Invite.used_at.is_(None), Invite.expires_at > now
        )
    ).first()
    return None if found is None else hashes[found]


def check_side(session: Session, who: Party, row: Invite) -> None:
    """Return if the invite leaves the person on one side: nobody is both an official and a contact.

    One WeChat has one conversation with us; as an official it would no longer reach the cases of its
    enterprise, or its own. Nor does anybody change from one post to another by a scan of a stray code.

    Raises:
        OnTheOtherSide: it would make an official of a contact, of somebody who waits for an answer to a
            request of their own, or of another official; or a contact of an official.
    """
    if row.official_id is None:
        is_across = who.official is not None
    elif who.official is not None:
        is_across = who.official.id != row.official_id
    else:
        is_across = who.enterprise is not None or _waits_for_an_answer(session, who)
    if is_across:
        raise OnTheOtherSide


def _waits_for_an_answer(session: Session, who: Party) -> bool:
    own = select(Ticket.id).where(
        Ticket.person_id == who.person_id,
        Ticket.enterprise_id.is_(None),
        Ticket.status.not_in(sorted(FINISHED)),
    )
    return session.scalars(own.limit(1)).first() is not None


def bind(session: Session, who: Party, invite_id: int, *, now: datetime) -> None:
    """Use an invite up and make the person who they said they are.

    What they asked for as a stranger becomes their enterprise's, and lies in its region; its owner stays.

    Raises:
        InviteRefused: somebody was faster, or it has expired meanwhile.
        OnTheOtherSide: they are bound to the other side already.
    """
    row = session.get(Invite, invite_id)
    if row is None:
        raise InviteRefused
    check_side(session, who, row)
    used = session.execute(
        update(Invite)
        .where(Invite.id == invite_id, Invite.used_at.is_(None), Invite.expires_at > now)
        .values(used_at=now, used_by=who.person_id)
        .returning(Invite.official_id, Invite.enterprise_id, Invite.contact_name, Invite.contact_role)
    ).one_or_none()
    if used is None:
        raise InviteRefused
    if used.official_id is not None:
        posts.take(session, who.person_id, used.official_id)
        return
    # Whoever is no longer in office is an official no more, so that nobody takes them for one.
    session.execute(update(Person).where(Person.id == who.person_id).values(official_id=None))
    join(session, who.person_id, used.enterprise_id, name=used.contact_name, role=used.contact_role, now=now)
    adopt(session, who.person_id, used.enterprise_id)


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
    """What a person asked for as a stranger becomes their enterprise's, in its region; owners stay.

    In patterns it is heard as the enterprise's from now on.
    """
    region = select(Enterprise.region).where(Enterprise.id == enterprise_id).scalar_subquery()
    asked = update(Ticket).where(Ticket.person_id == person_id, Ticket.enterprise_id.is_(None))
    adopted = asked.values(enterprise_id=enterprise_id, region=region).returning(Ticket.id)
    ids = session.scalars(adopted, execution_options={"synchronize_session": False}).all()
    heard = update(PatternMember).where(PatternMember.ticket_id.in_(ids))
    session.execute(heard.values(voice=voice_of(enterprise_id, person_id)))
