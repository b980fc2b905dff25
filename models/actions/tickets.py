"""What the enterprise does to its case, from the first word to the last.

Every verb asks the lifecycle, writes one event, and tells those concerned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from config import catalog
from models.actions import calls, clocks, co_handling, events, gathered, merging, tallies
from models.actions.colleagues import tell_colleagues
from models.actions.conversation import (
    LOCAL,
    Desk,
    Titled,
    Words,
    about,
    desk_or_office,
    say,
    sealed,
    tell_desk,
    why_you,
)
from models.actions.outbox import Notice, tell
from models.prepared import PreparedInsert
from models.queries.duty import on_duty
from models.queries.people import PROVINCE, OfficialCard, Party
from models.queries.tickets import Actor
from models.rules.chain import GENESIS
from models.rules.clocks import Due
from models.rules.lifecycle import BIRTH, NotPossible, Role, Status, Verb, is_rebound_in_time
from models.rules.numbers import number_of
from models.tables import Ticket

_OFFICE: Final = Actor(Role.SUPERVISOR, None)
_ON_THE_TELEPHONE: Final = Actor(Role.ENTERPRISE, None)  # typed by nobody of it

_OPEN: Final = PreparedInsert(
    Ticket,
    *("person_id", "enterprise_id", "owner_id", "region", "type", "type_source", "confidence", "second_type"),
    *("status", "title", "title_salt", "created_at", "rebounds", "hops", "counted"),
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What type a request seems to be, how sure we are, and who says so if it is not a guess of ours."""

    type: str
    confidence: float
    second: str | None
    is_sure: bool
    source: str = "guess"
    is_deep: bool = False
    """Made by the deep path: no second look can know better."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A ticket that has just been opened."""

    id: int
    number: str
    type: str
    owner: OfficialCard
    dues: tuple[Due, ...]
    desk: Desk


def submit(
    session: Session,
    who: Party,
    words: Words,
    guess: Guess,
    *,
    title: str,
    now: datetime,
    key_id: int | None = None,
    raised: Mapping[str, Any] | None = None,
) -> Submitted:
    """Open a ticket for what somebody asked, with its owner, clocks, first event and first words.

    `key_id` is the API key of the office that wrote it down, where they did not do so themselves; `raised`
    says where it came up, if they did not write it at all.

    Raises:
        NobodyOnDuty: the roster names nobody at all.
    """
    speaker = Actor(Role.ENTERPRISE, who.person_id) if key_id is None else _ON_THE_TELEPHONE
    origin = {**(raised or {}), **sealed(speaker, words, now=now)}
    done = open_case(session, who, words, guess, title=title, now=now, key_id=key_id, origin=origin)
    say(session, done.id, speaker, words, now=now)
    return done


def open_case(
    session: Session,
    who: Party,
    words: Words,
    guess: Guess,
    *,
    title: str,
    now: datetime,
    key_id: int | None = None,
    origin: Mapping[str, Any] | None = None,
) -> Submitted:
    """Open a ticket whose words are stored by the caller, with its owner, clocks and first event.

    The owner is the leader paired with the enterprise, else whoever the duty catalogue names. `origin` says
    what it came out of: sealed words, another ticket, a visit.

    Raises:
        NobodyOnDuty: the roster names nobody at all.
    """
    region = who.enterprise.region if who.enterprise else catalog.region_in(words.text) or PROVINCE
    owner = who.carer or on_duty(session, region, guess.type, now.astimezone(LOCAL).date())
    name = Titled(title)
    ticket_id = _open(session, who, guess, owner=owner, region=region, name=name, now=now)
    actor = Actor(Role.ENTERPRISE, who.person_id) if key_id is None else _OFFICE
    taken = {} if key_id is None else {"key_id": key_id, "type_source": guess.source}
    firm = who.enterprise.id if who.enterprise else None
    place = {"enterprise_id": firm, "region": region, "due": clocks.first_dates(guess.type, now)}
    more = {**place, **taken, **(origin or {}), **name.seal}
    event_id = _first_event(session, ticket_id, actor, guess, owner, now=now, **more)
    dues = clocks.start_first(session, ticket_id, guess.type, now)
    told, number = desk_or_office(session, owner.id, now), number_of(ticket_id)
    news = why_you(told, owner) | {
        "number": number,
        "type": guess.type,
        "sure": guess.is_sure,
        "text": words.text,
        "kind": words.kind,
        "enterprise": who.enterprise.name if who.enterprise else None,
        "stage": who.enterprise.stage if who.enterprise else None,
        "no_calls": who.no_calls,
        "due": dues[0].due_at.isoformat() if dues else None,
    }
    tell(
        session,
        told.people,
        Notice.NEW_TICKET,
        news,
        ticket_id=ticket_id,
        event_id=event_id,
        now=now,
        media_id=words.media_id,
    )
    return Submitted(ticket_id, number, guess.type, owner, dues, told)


def _open(
    session: Session,
    who: Party,
    guess: Guess,
    *,
    owner: OfficialCard,
    region: str,
    name: Titled,
    now: datetime,
) -> int:
    stage = who.enterprise.stage if who.enterprise else None
    counted = tallies.opened(
        session, type_code=guess.type, owner_id=owner.id, region=region, stage=stage, now=now
    )
    return _OPEN.new_id(
        session,
        counted=counted,
        person_id=who.person_id,
        enterprise_id=who.enterprise.id if who.enterprise else None,
        owner_id=owner.id,
        region=region,
        type=guess.type,
        type_source=guess.source,
        confidence=guess.confidence,
        second_type=guess.second,
        status=BIRTH,
        title=name.title,
        title_salt=name.salt,
        created_at=now,
        rebounds=0,
        hops=0,
    )


def _first_event(
    session: Session,
    ticket_id: int,
    actor: Actor,
    guess: Guess,
    owner: OfficialCard,
    *,
    now: datetime,
    **more: Any,
) -> int:
    data = {
        "type": guess.type,
        "confidence": round(guess.confidence, 4),
        "second": guess.second,
        "owner_id": owner.id,
    }
    if guess.is_deep:
        data["deep"] = True
    return events.append(
        session,
        ticket_id=ticket_id,
        seq=1,
        previous=GENESIS,
        verb=Verb.SUBMIT,
        actor=actor,
        source=None,
        target=BIRTH,
        data=data | more,
        now=now,
    )


def follow_up(
    session: Session, ticket: Ticket, actor: Actor, words: Words, *, is_guessed: bool = False, now: datetime
) -> Desk:
    """The enterprise adds something to a case; its owner hears what was gathered before it first.

    The event remembers what was only guessed to belong here, so that it can still be moved. Returns who
    was told.
    """
    gathered.settle(session, ticket, now=now)
    guessed = {"guessed": [words.inbox_id]} if is_guessed else {}
    facts = guessed | sealed(actor, words, now=now)
    event_id = events.record(session, ticket, Verb.FOLLOW_UP, actor, now=now, **facts)
    say(session, ticket.id, actor, words, now=now)
    news = about(ticket) | {"text": words.text, "kind": words.kind}
    return tell_desk(
        session, ticket, Notice.FOLLOWED_UP, news, event_id=event_id, now=now, media_id=words.media_id
    )


def withdraw(
    session: Session, ticket: Ticket, actor: Actor, *, main: Ticket | None = None, now: datetime
) -> Sequence[Ticket]:
    """The enterprise takes its request back; return what was merged into it and goes on by itself.

    `main` is the case it was taken out of for this: both sides hear that it goes on.
    """
    gathered.settle(session, ticket, now=now)
    event_id = events.record(session, ticket, Verb.WITHDRAW, actor, now=now)
    clocks.end(session, ticket.id, now=now)
    co_handling.over(session, ticket, event_id=event_id, now=now)
    calls.call_off(session, ticket, event_id=event_id, now=now)
    tell_desk(session, ticket, Notice.WITHDRAWN, about(ticket, main), event_id=event_id, now=now)
    goes_on = merging.release(session, ticket, actor, now=now)
    tell_colleagues(session, ticket, actor, Verb.WITHDRAW, main=main, event_id=event_id, now=now)
    return goes_on


def confirm(session: Session, ticket: Ticket, actor: Actor, *, now: datetime) -> None:
    """The enterprise says it is solved (企业认可): the case is written off (销号)."""
    gathered.settle(session, ticket, now=now)
    event_id = events.record(session, ticket, Verb.CONFIRM, actor, now=now)
    ticket.confirmed_at = ticket.closed_at = now
    clocks.end(session, ticket.id, now=now)
    co_handling.over(session, ticket, event_id=event_id, now=now)
    calls.call_off(session, ticket, event_id=event_id, now=now)
    tell_desk(session, ticket, Notice.CONFIRMED, about(ticket), event_id=event_id, now=now)
    tell_colleagues(session, ticket, actor, Verb.CONFIRM, event_id=event_id, now=now)


def dispute(session: Session, ticket: Ticket, actor: Actor, words: Words, *, now: datetime) -> Desk:
    """It is not solved, or not any more (反弹): number and owner stay. Return who was told.

    Raises:
        NotPossible: the case was written off too long ago, or there is nothing to dispute.
        NotAllowed: `actor` does not speak for the enterprise.
    """
    is_rebound = ticket.status == Status.CLOSED
    if is_rebound and not (ticket.closed_at and is_rebound_in_time(ticket.closed_at, now)):
        raise NotPossible(Status.CLOSED, Verb.REBOUND)
    verb, notice = (Verb.REBOUND, Notice.REBOUNDED) if is_rebound else (Verb.DISPUTE, Notice.DISPUTED)
    gathered.settle(session, ticket, now=now)
    names = clocks.PROMISED_ANEW if is_rebound else (clocks.PROGRESS,)
    due = clocks.dates(clocks.anew(session, ticket, *names, now=now))
    says_why = bool(words.text or words.media_id)
    facts = sealed(actor, *[words] * says_why, now=now)
    event_id = events.record(session, ticket, verb, actor, now=now, due=due, **facts)
    ticket.rated_result = ticket.rated_attitude = ticket.rated_at = None
    ticket.rebounds += int(is_rebound)
    ticket.resolved_at = ticket.confirmed_at = ticket.closed_at = None
    if is_rebound:
        clocks.rebound(session, ticket, now)
    else:
        clocks.go_on(session, ticket, now)
    if says_why:
        say(session, ticket.id, actor, words, now=now)
    news = about(ticket) | {"text": words.text, "kind": words.kind}
    told = tell_desk(session, ticket, notice, news, event_id=event_id, now=now, media_id=words.media_id)
    tell_colleagues(session, ticket, actor, verb, event_id=event_id, now=now)
    return told
