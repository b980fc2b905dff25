"""What the official side does to a case: take it on, write, report, resolve."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from config.catalog import StartEvent
from models.actions import aides, clocks, events, held
from models.actions.conversation import LOCAL, Words, about, answer, say, sealed, tell_author
from models.actions.held import Held
from models.actions.outbox import Notice
from models.actions.standing import ask_stage
from models.queries import co_handling
from models.queries.tickets import Actor
from models.rules.lifecycle import NotAllowed, NotPossible, Role, Status, Verb, advance
from models.tables import Event, LedgerCounter, Official, Ticket

NOT_HELD: Final = timedelta(0)

_DIALECTS: Final[Mapping[str, ModuleType]] = {"sqlite": sqlite, "postgresql": postgresql}


class StillAwaited(Exception):
    """The case is to be resolved while `units`, asked for help, have not answered."""

    def __init__(self, ticket: Ticket, units: tuple[co_handling.Help, ...], words: Words) -> None:
        super().__init__(ticket.id)
        self.ticket_id, self.title = ticket.id, ticket.title
        self.units, self.words = units, words


def accept(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    *,
    entered: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """The owner takes the case on (受理): it gets its ledger number, and the enterprise is told.

    `entered` is what the ledger is to hold of it beside that.
    """
    event_id = take_on(session, ticket, actor, entered=entered, now=now)
    is_asked = ask_stage(session, ticket.enterprise_id, now=now)
    news = about(ticket) | {"by": signature(session, ticket, actor), "ask_stage": is_asked}
    tell_author(session, ticket, Notice.ACCEPTED, news, event_id=event_id, now=now)


def take_on(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    *,
    entered: Mapping[str, Any] | None = None,
    now: datetime,
) -> int:
    """Accept without a word to the enterprise, which hears of what is done next; return the event's id."""
    advance(Status(ticket.status), Verb.ACCEPT, actor.role)
    year = now.astimezone(LOCAL).year
    number = next_in_ledger(session, ticket.type, year)
    facts: dict[str, Any] = {
        "ledger": [year, number],
        "due": clocks.dates(clocks.on_acceptance(session, ticket, now)),
    }
    if entered:
        facts["entered"] = dict(entered)
    event_id = events.record(session, ticket, Verb.ACCEPT, actor, now=now, **facts)
    ticket.accepted_at, ticket.ledger_year, ticket.ledger_no = now, year, number
    clocks.accept(session, ticket, now)
    return event_id


def next_in_ledger(session: Session, type_code: str, year: int) -> int:
    """Return the next number of one ledger and year. Gap-free: a rollback gives the number back."""
    statement = (
        _DIALECTS[session.get_bind().dialect.name]
        .insert(LedgerCounter)
        .values(type=type_code, year=year, last=1)
    )
    counted = statement.on_conflict_do_update(
        index_elements=["type", "year"], set_={"last": LedgerCounter.last + 1}
    )
    return int(session.execute(counted.returning(LedgerCounter.last)).scalar_one())


def reply(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    words: Words,
    *,
    now: datetime,
    hold: timedelta = NOT_HELD,
    cites: int | None = None,
) -> Held | None:
    """The owner or an aide writes to the enterprise, citing a patch perhaps; for `hold` it can be undone."""
    cited = {} if cites is None else {"cites": cites}
    proof = sealed(actor, words, now=now)
    event_id = events.record(session, ticket, Verb.REPLY, actor, now=now, **proof, **cited)
    return speak(session, ticket, actor, words, Notice.REPLIED, event_id=event_id, now=now, hold=hold)


def progress(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    words: Words,
    *,
    now: datetime,
    hold: timedelta = NOT_HELD,
) -> Held | None:
    """The owner or an aide reports how far the case has come; the next report is due from today.

    Like a reply it can be taken back for `hold`.
    """
    due = clocks.dates(clocks.anew(session, ticket, clocks.PROGRESS, now=now))
    facts = sealed(actor, words, now=now)
    event_id = events.record(session, ticket, Verb.PROGRESS, actor, now=now, due=due, **facts)
    clocks.again(session, ticket, clocks.PROGRESS, now=now)
    return speak(session, ticket, actor, words, Notice.PROGRESSED, event_id=event_id, now=now, hold=hold)


def resolve(
    session: Session, ticket: Ticket, actor: Actor, words: Words, *, despite: str = "", now: datetime
) -> None:
    """The official side says the case is done (已办). Whether it is, the enterprise says.

    A formal act is never held back. `despite` says why the owner does not wait for whom it asked for help.

    Raises:
        StillAwaited: a unit has not answered, and nothing was said about it.
    """
    advance(Status(ticket.status), Verb.RESOLVE, actor.role)
    awaited = co_handling.awaited(session, ticket.id)
    if awaited and not despite:
        raise StillAwaited(ticket, tuple(awaited), words)
    waited = {"despite": despite, "awaited": [unit.unit_id for unit in awaited]} if awaited else {}
    facts = waited | sealed(actor, words, now=now)
    event_id = events.record(session, ticket, Verb.RESOLVE, actor, now=now, **facts)
    ticket.resolved_at = now
    clocks.start_for(session, ticket, StartEvent.RESOLVED, now=now)
    speak(session, ticket, actor, words, Notice.RESOLVED, event_id=event_id, now=now)
    told = {"text": words.text}
    aides.tell_leader(session, ticket, actor, told, act=Verb.RESOLVE, event_id=event_id, now=now)


def reopen(session: Session, ticket: Ticket, actor: Actor, words: Words, *, now: datetime) -> None:
    """Take back that a case is done, as long as the enterprise has not confirmed it; `words` tell it so.

    A leader may take back what an aide has resolved, an aide only what they resolved themselves.

    Raises:
        NotPossible: the case does not wait for the enterprise's word.
        NotAllowed: `actor` does not work at the owner's desk, or another has resolved it.
    """
    if ticket.status != Status.RESOLVED:  # a refusal is taken back otherwise: see `declines.take_back`
        raise NotPossible(Status(ticket.status), Verb.REOPEN)
    advance(Status(ticket.status), Verb.REOPEN, actor.role)
    if aides.is_aide(actor) and _resolver(session, ticket) != actor.official_id:
        raise NotAllowed(actor.role, Verb.REOPEN)
    due = clocks.dates(clocks.anew(session, ticket, clocks.PROGRESS, now=now))
    facts = sealed(actor, words, now=now)
    event_id = events.record(session, ticket, Verb.REOPEN, actor, now=now, due=due, **facts)
    ticket.rated_result = ticket.rated_attitude = ticket.rated_at = None
    ticket.resolved_at = None
    clocks.go_on(session, ticket, now)
    speak(session, ticket, actor, words, Notice.REPLIED, event_id=event_id, now=now)


def _resolver(session: Session, ticket: Ticket) -> int | None:
    """Return who said last that a case is done."""
    resolved = select(Event.actor_id).where(Event.ticket_id == ticket.id, Event.verb == Verb.RESOLVE)
    return session.scalars(resolved.order_by(Event.seq.desc()).limit(1)).first()


def was_just_resolved(session: Session, ticket: Ticket) -> bool:
    """Whether the desk has said nothing since it resolved a case."""
    last = select(Event.verb).where(
        Event.ticket_id == ticket.id, Event.verb.in_(sorted({Verb.RESOLVE, Verb.REPLY, Verb.PROGRESS}))
    )
    return session.scalars(last.order_by(Event.seq.desc()).limit(1)).first() == Verb.RESOLVE


def speak(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    words: Words,
    notice: Notice,
    *,
    event_id: int,
    now: datetime,
    hold: timedelta = NOT_HELD,
) -> Held | None:
    """Say words to the enterprise because of the event that seals them; for `hold` they can be taken back."""
    if ticket.first_contact_at is None:
        ticket.first_contact_at = now
        clocks.meet(session, ticket.id, clocks.FIRST_CONTACT, now=now)
    until = now + hold if hold else None
    say(session, ticket.id, actor, words, now=now, event_id=event_id, held_until=until)
    news = about(ticket) | {
        "text": words.text,
        "kind": words.kind,
        "by": signature(session, ticket, actor),
    }
    answer(session, ticket, notice, news, event_id=event_id, now=now, media_id=words.media_id)
    if until is None:
        return None
    kept = held.hold(session, ticket.id, event_id, until=until)
    aides.tell_of_words(session, ticket, actor, words, kept, event_id=event_id, now=now)
    return kept


def signature(session: Session, ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """Who is speaking, so that nobody takes another for the leader (本人, 专班代复, 受X委托, 代X办理)."""
    leader = session.get_one(Official, actor.desk_id)
    signed = {"name": leader.name, "post": leader.post, "aide": actor.role is Role.AIDE}
    if actor.deputy_for is not None:
        deputy = session.get_one(Official, actor.official_id)
        return signed | {"deputy": {"name": deputy.name, "post": deputy.post}}
    if leader.id == ticket.owner_id:
        return signed
    owner = session.get_one(Official, ticket.owner_id)
    return signed | {"for": {"name": owner.name, "post": owner.post}}
