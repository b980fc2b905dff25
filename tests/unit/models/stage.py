"""People, cases and messages for tests that look into the database."""

from datetime import UTC, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models.actions import events, tickets
from models.actions.conversation import Words
from models.actions.outbox import Notice, tell
from models.actions.people import meet
from models.actions.tickets import Guess
from models.queries.people import Party, party
from models.queries.tickets import Actor
from models.rules.chain import GENESIS
from models.rules.lifecycle import Role, Status, Verb
from models.session import Database
from models.tables import Event, Official, Outbox, Person, Ticket
from tests.roster import OWNER, Roster, load

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai on a plain working day."""

SURE = Guess("arrears", 0.9, None, is_sure=True)


def staffed(database: Database) -> Roster:
    """Load the small roster of the flows into an empty database."""
    with database.transaction() as session:
        return load(session, NOW)


def known(session: Session, openid: str) -> Party:
    """Return somebody who has written before."""
    found = party(session, openid)
    if found is None:
        raise LookupError(openid)
    return found


def a_person(session: Session, openid: str) -> int:
    """Return the id of somebody who follows us."""
    return meet(session, openid, now=NOW).person_id


def a_ticket(session: Session, openid: str = OWNER, text: str = "欠我们工程款") -> Ticket:
    """Return a ticket just submitted by somebody on the roster."""
    done = tickets.submit(session, known(session, openid), Words("text", text), SURE, title=text, now=NOW)
    return session.get_one(Ticket, done.id)


def a_message(
    session: Session,
    person_id: int,
    key: str,
    *,
    ticket: Ticket | None = None,
    notice: Notice = Notice.REPLIED,
) -> int:
    """Put one message to a person into the outbox and return its id; its cause is `ticket`, else one made up."""
    ticket_id = ticket.id if ticket else a_cause(session, person_id)
    event_id = session.scalars(select(Event.id).where(Event.ticket_id == ticket_id)).first()
    tell(
        session,
        [person_id],
        notice,
        {"number": "1000"},
        ticket_id=ticket_id,
        event_id=event_id,
        now=NOW,
        key=key,
    )
    wanted = f"{key}:{notice}:{person_id}"
    return session.scalars(select(Outbox.id).where(Outbox.dedupe_key == wanted)).one()


def a_cause(session: Session, person_id: int) -> int:
    """Return the id of a case about which something can be told, with its first event; one a person."""
    known_one = session.scalars(select(Ticket.id).where(Ticket.person_id == person_id).limit(1)).first()
    if known_one is not None:
        return known_one
    owner_id = session.scalars(select(Official.id).limit(1)).first()
    if owner_id is None:
        facts = {"name": "甲", "post": "乙", "department": "丙", "region": "210000", "created_at": NOW}
        owner_id = session.execute(insert(Official).returning(Official.id), facts).scalar_one()
    ticket_id = bare_ticket(session, person_id=person_id, owner_id=owner_id)
    events.append(
        session,
        ticket_id=ticket_id,
        seq=1,
        previous=GENESIS,
        verb=Verb.SUBMIT,
        actor=Actor(Role.ENTERPRISE, person_id),
        source=None,
        target=Status.OPEN,
        data={},
        now=NOW,
    )
    return ticket_id


def cause_of(session: Session, person_id: int) -> dict[str, int]:
    """Return the case that `a_cause` gives and its first event, for `tell`."""
    ticket_id = a_cause(session, person_id)
    return {
        "ticket_id": ticket_id,
        "event_id": session.scalars(_FIRST.where(Event.ticket_id == ticket_id)).one(),
    }


_FIRST = select(Event.id).where(Event.seq == 1)


def bare_ticket(session: Session, *, person_id: int, owner_id: int, enterprise_id: int | None = None) -> int:
    """Store a ticket row and nothing else; return its id."""
    row = {
        "person_id": person_id,
        "enterprise_id": enterprise_id,
        "owner_id": owner_id,
        "region": "210000",
        "type": "other",
        "type_source": "guess",
        "confidence": 0.0,
        "status": "open",
        "title": "诉求",
        "created_at": NOW,
        "rebounds": 0,
        "hops": 0,
    }
    return session.execute(insert(Ticket).returning(Ticket.id), row).scalar_one()


def open_window(session: Session, person_id: int, *, left: int, until: datetime) -> None:
    """Give a person so many customer-service messages until then."""
    person = session.get_one(Person, person_id)
    person.window_left, person.window_expires_at = left, until
    session.flush()
