"""What a contact settles for themselves or their enterprise: whom they speak for, calls, the stage."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from models.actions import clocks, co_handling, events, owning, pasts
from models.actions.conversation import about, tell_desk
from models.actions.outbox import Notice
from models.queries.contacts import colleagues_took_part
from models.queries.merging import carried_by
from models.queries.people import EnterpriseCard, OfficialCard, Party
from models.queries.tickets import Actor, actor_of
from models.rules.lifecycle import Role, Status, Verb
from models.tables import Contact, Enterprise, Ticket


class SettledAlready(Exception):
    """Somebody has taken the case on for the enterprise it stands under, or it carries others of that one."""


class ColleagueTookPart(Exception):
    """A colleague's words stand on the case, which another enterprise may not read."""


def choose(session: Session, who: Party, firm: EnterpriseCard, *, now: datetime) -> None:
    """Note for which of their enterprises somebody speaks from now on."""
    session.execute(
        update(Contact)
        .where(Contact.person_id == who.person_id, Contact.enterprise_id == firm.id)
        .values(chosen_at=now)
    )


def change_enterprise(
    session: Session, who: Party, ticket: Ticket, firm: EnterpriseCard, owner: OfficialCard, *, now: datetime
) -> None:
    """Put a case that nobody has taken on under another enterprise of its author, with that one's owner.

    It is no hop: nobody passed the case on, it was entered under the wrong name.

    Raises:
        SettledAlready: it was accepted for the enterprise it stands under, or carries others of that one.
        ColleagueTookPart: somebody else of that enterprise has said something in it.
    """
    if ticket.status != Status.OPEN or carried_by(session, ticket.id):
        raise SettledAlready
    if colleagues_took_part(session, ticket):
        raise ColleagueTookPart
    before, changes = ticket.owner_id, {"enterprise_id": firm.id, "region": firm.region, "owner_id": owner.id}
    verb, actor = Verb.FOLLOW_UP, actor_of(who)
    if owner.id != before:
        verb, actor = Verb.HAND_OVER, Actor(Role.SYSTEM, None)
    event_id = events.record(session, ticket, verb, actor, now=now, **changes)
    notice = Notice.CHANGED_ENTERPRISE
    news = about(ticket) | {"enterprise": firm.name, "for": "owner" if owner.id == before else "owner_before"}
    tell_desk(session, ticket, notice, news, event_id=event_id, now=now)
    ticket.enterprise_id, ticket.region = firm.id, firm.region
    session.flush()
    if owner.id != before:
        owning.give(session, ticket, owner.id, event_id=event_id, now=now)
    news |= {"for": "helper", "owner": {"name": owner.name, "post": owner.post}}
    co_handling.tell_helpers(session, ticket, notice, news, event_id=event_id, now=now)
    if owner.id != before:
        _tell_new_owner(session, ticket, firm, event_id=event_id, now=now)


def _tell_new_owner(
    session: Session, ticket: Ticket, firm: EnterpriseCard, *, event_id: int, now: datetime
) -> None:
    first = clocks.first(ticket.type, ticket.created_at)
    news = about(ticket) | {
        "sure": True,
        "text": ticket.title,
        "kind": "text",
        "enterprise": firm.name,
        "stage": firm.stage,
        "due": first[0].due_at.isoformat() if first else None,
    }
    tell_desk(session, ticket, Notice.NEW_TICKET, news, event_id=event_id, now=now)


def allow_calls(session: Session, who: Party, *, is_allowed: bool) -> bool:
    """Note whether somebody wants to be phoned; tell whether there is an enterprise to note it at."""
    rows: Iterable[int] = session.scalars(
        update(Contact)
        .where(Contact.person_id == who.person_id, Contact.is_active)
        .values(no_calls=not is_allowed)
        .returning(Contact.id)
    )
    return any(True for _ in rows)


def ask_stage(session: Session, enterprise_id: int | None, *, now: datetime) -> bool:
    """Whether this is the moment to ask an enterprise for its stage: never asked before, and unknown."""
    if enterprise_id is None:
        return False
    asked = session.execute(
        update(Enterprise)
        .where(
            Enterprise.id == enterprise_id, Enterprise.stage.is_(None), Enterprise.stage_asked_at.is_(None)
        )
        .values(stage_asked_at=now)
        .returning(Enterprise.id)
    )
    return asked.first() is not None


def tell_stage(session: Session, who: Party, firm: EnterpriseCard, stage: str, *, now: datetime) -> bool:
    """Store the stage somebody names, with who said it; False where the roster knows it already."""
    may_tell = (Enterprise.id == firm.id, Enterprise.stage.is_(None) | Enterprise.stage_by.is_not(None))
    pasts.keep(session, *may_tell, Enterprise.stage.is_distinct_from(stage), now=now)
    told = session.execute(
        update(Enterprise)
        .where(*may_tell)
        .values(stage=stage, stage_by=who.person_id)
        .returning(Enterprise.id)
    )
    return told.first() is not None
