"""An enterprise that is to be left in peace: shorthand for tests of what rings and what waits."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.actions import bells, people, tickets
from models.actions.conversation import Words
from models.actions.outbox import Notice, tell
from models.actions.settlements import Fate, Settlement
from models.queries import disturbance
from models.queries.tickets import actor_of
from models.rules.disturbance import LOCAL
from models.rules.windows import Trigger
from models.session import Database
from models.tables import Event, Outbox, Ticket
from tests.roster import LEADER, OWNER, PARTNER, Roster
from tests.unit.models.mail import LATER, claimed, ids_of, settled
from tests.unit.models.stage import NOW, a_person, a_ticket, known, open_window, staffed

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=LOCAL)
NIGHT = NOON.replace(hour=23)
MORNING = datetime(2026, 11, 26, 8, 0, tzinfo=LOCAL)
HOUR = timedelta(hours=1)


def a_firm(database: Database) -> Roster:
    """Load one enterprise with two contacts, whose windows are open, and a case that its owner brought yesterday."""
    loaded = staffed(database)
    with database.transaction() as session:
        a_ticket(session)
        for openid in (OWNER, PARTNER, LEADER):
            open_window(session, loaded.people[openid], left=5, until=LATER)
    with database.transaction() as session:
        for row in session.scalars(select(Outbox)):
            session.delete(row)
    return loaded


def case(session: Session) -> Ticket:
    return session.scalars(select(Ticket)).one()


def facts(database: Database, *keys: str, openid: str = OWNER, notice: Notice = Notice.REPLIED) -> None:
    """Queue messages about the case, each because of another event."""
    with database.transaction() as session:
        ticket, who = case(session), a_person(session, openid)
        for key in keys:
            event_id = an_event(session, ticket)
            tell(
                session,
                [who],
                notice,
                {"number": "1010"},
                ticket_id=ticket.id,
                event_id=event_id,
                now=NOW,
                key=key,
            )


def an_event(session: Session, ticket: Ticket) -> int:
    seq = session.scalar(select(func.max(Event.seq)).where(Event.ticket_id == ticket.id)) or 0
    row = Event(
        ticket_id=ticket.id, seq=seq + 1, at=NOW, verb="reply", actor_role="owner", from_status="open",
        to_status="open", data={}, previous="", digest="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def sent(database: Database, *, at: datetime, **more: Any) -> list[int]:
    """Claim and send until nothing more is due; return the ids in the order in which they went."""
    order: list[int] = []
    while taken := claimed(database, at=at, **more):
        order += ids_of(taken)
        settled(database, *(Settlement(each, Fate.SENT) for each in taken), at=at)
    return order


def rung(database: Database, firm: int, *, at: datetime = NOON) -> int:
    with database.reading() as session:
        return disturbance.rung_for(session, [firm], now=at).get(firm, 0)


def firm(roster: Roster) -> int:
    return roster.enterprises["yunshanli"]


def writes(database: Database, openid: str, at: datetime, *, about: Ticket | None = None) -> None:
    """Let somebody write, perhaps on their case."""
    with database.transaction() as session:
        who = known(session, openid)
        if about is not None:
            tickets.follow_up(session, about, actor_of(who), Words("text", "还有一件"), now=at)
        people.heard(
            session, who, Trigger.MESSAGE, hand_ticket_id=None, hand_until=None, pending=None, now=at
        )


def strike(database: Database, at: datetime, *, limit: int = 50) -> int:
    """Let what was held back go on once its time has come."""
    with database.transaction() as session:
        return bells.strike(session, at, limit=limit)
