"""What is said in a case, and who is told of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from config.catalog import OTHER
from models.actions.outbox import Notice, tell
from models.prepared import Prepared
from models.queries.contacts import reader_of
from models.queries.people import PROVINCE, desk, on_duty
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.rules.numbers import number_of
from models.session import later
from models.tables import Message, Side, Ticket

LOCAL: Final = ZoneInfo("Asia/Shanghai")
_SAY: Final = Prepared(
    insert(Message),
    *(
        "ticket_id",
        "person_id",
        "inbox_id",
        "side",
        "by_aide",
        "kind",
        "text",
        "media_id",
        "at",
        "held_until",
    ),
)


@dataclass(frozen=True, slots=True)
class Words:
    """One thing somebody said, as it belongs to a ticket."""

    kind: str
    text: str
    media_id: int | None = None
    inbox_id: int | None = None


def say(
    session: Session,
    ticket_id: int,
    actor: Actor,
    words: Words,
    *,
    now: datetime,
    held_until: datetime | None = None,
) -> None:
    """Add what somebody said to the ticket's conversation, held back while it may belong to another."""
    later(
        session,
        _SAY,
        {
            "ticket_id": ticket_id,
            "person_id": actor.person_id,
            "inbox_id": words.inbox_id,
            "side": Side.ENTERPRISE if actor.role is Role.ENTERPRISE else Side.OFFICIAL,
            "by_aide": actor.role is Role.AIDE,
            "kind": words.kind,
            "text": words.text,
            "media_id": words.media_id,
            "at": now,
            "held_until": held_until,
        },
    )


def about(ticket: Ticket) -> dict[str, Any]:
    """What every piece of news says about its case."""
    return {
        "number": number_of(ticket.id),
        "title": ticket.title,
        "type": ticket.type,
        "status": str(ticket.status),
        "ledger": [ticket.ledger_year, ticket.ledger_no] if ticket.ledger_no else None,
    }


def desk_or_office(session: Session, owner_id: int, now: datetime) -> list[int]:
    """Whom to tell: the owner's desk, or the provincial office while nobody there has bound a WeChat."""
    people = desk(session, owner_id)
    if people:
        return people
    office = on_duty(session, PROVINCE, OTHER, now.astimezone(LOCAL).date())
    return desk(session, office.id)


def tell_desk(
    session: Session,
    ticket: Ticket,
    notice: Notice,
    news: Mapping[str, Any],
    *,
    event_id: int,
    now: datetime,
    media_id: int | None = None,
) -> None:
    """Tell the owner's desk what happened to a case."""
    people = desk_or_office(session, ticket.owner_id, now)
    tell(session, people, notice, news, ticket_id=ticket.id, event_id=event_id, now=now, media_id=media_id)


def tell_author(
    session: Session,
    ticket: Ticket,
    notice: Notice,
    news: Mapping[str, Any],
    *,
    event_id: int,
    now: datetime,
    media_id: int | None = None,
) -> None:
    """Tell the person who brought a case what happened to it.

    Where they left the enterprise another contact hears it; where nobody is bound, the owner hears that.
    """
    reader = reader_of(session, ticket)
    if reader is None:
        tell_desk(session, ticket, Notice.UNBOUND, about(ticket), event_id=event_id, now=now)
        return
    tell(session, [reader], notice, news, ticket_id=ticket.id, event_id=event_id, now=now, media_id=media_id)
