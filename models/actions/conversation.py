"""What is said in a case, and who is told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from os import register_at_fork, urandom
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.actions.outbox import Notice, tell
from models.prepared import Prepared
from models.queries.contacts import colleague_heard, voice
from models.queries.merging import authors_of_carried
from models.queries.people import OfficialCard, desk, official, stand_in, supervisors
from models.queries.tickets import Actor
from models.rules.chain import moment, title_digest, words_digest
from models.rules.lifecycle import Role
from models.rules.numbers import number_of
from models.rules.sealing import SEALED, TITLED
from models.session import later
from models.tables import Message, Side, Ticket

LOCAL: Final = ZoneInfo("Asia/Shanghai")
_SAY: Final = Prepared(
    insert(Message),
    *("ticket_id", "person_id", "inbox_id", "side", "by_aide", "kind", "text", "media_id", "at"),
    *("event_id", "held_until", "gathered_until", "salt"),
)


_SIDES: Final = {Role.ENTERPRISE: Side.ENTERPRISE, Role.CO_HANDLER: Side.CO_HANDLER}
"""Who speaks for neither of these speaks for the owner."""


_SALTS: Final[list[str]] = []
_DRAWN: Final = 64
register_at_fork(after_in_child=_SALTS.clear)


def new_salt() -> str:
    """Return 128 random bits as hex: without them nobody finds out by trying what a digest is of.

    Drawn several at a time: a call of the kernel for each costs more than a message's other digests.
    """
    while True:
        try:
            return _SALTS.pop()
        except IndexError:
            bits = urandom(16 * _DRAWN).hex()
            _SALTS.extend(bits[start : start + 32] for start in range(0, len(bits), 32))


@dataclass(frozen=True, slots=True)
class Words:
    """One thing somebody said, as it belongs to a ticket."""

    kind: str
    text: str
    media_id: int | None = None
    inbox_id: int | None = None
    salt: str = field(default_factory=new_salt, compare=False, repr=False)


def sealed(actor: Actor, *words: Words, now: datetime) -> dict[str, list[str]]:
    """Return what an event holds of the words it takes in: the digests by which they are known again."""
    side, is_aide = _SIDES.get(actor.role, Side.OFFICIAL), actor.is_aide
    return {
        SEALED: [
            words_digest(
                one.salt,
                moment(now),
                (actor.person_id, side, is_aide, one.kind, one.text, one.media_id),
            )
            for one in words
        ]
    }


@dataclass(frozen=True, slots=True)
class Titled:
    """What a case is called from now on, with the salt of its seal."""

    title: str
    salt: str = field(default_factory=new_salt, repr=False)

    @property
    def seal(self) -> dict[str, str]:
        """What an event holds of it."""
        return {TITLED: title_digest(self.salt, self.title)}


def entitle(ticket: Ticket, title: str) -> dict[str, str]:
    """Call a case something else; return what the event that does so is to hold of it."""
    name = Titled(title)
    ticket.title, ticket.title_salt = name.title, name.salt
    return name.seal


def seal_of(row: Message) -> str:
    """Return the digest of words that are stored already; those from before 0155 get their salt now."""
    row.salt = row.salt or new_salt()
    said = (row.person_id, row.side, row.by_aide, row.kind, row.text, row.media_id)
    return words_digest(row.salt, moment(row.at), said)


def say(
    session: Session,
    ticket_id: int,
    actor: Actor,
    words: Words,
    *,
    now: datetime,
    event_id: int | None = None,
    held_until: datetime | None = None,
    gathered_until: datetime | None = None,
) -> None:
    """Add what somebody said to the ticket's conversation; the event that takes it in is to seal it.

    Until `held_until` it may be taken back; with `gathered_until` it waits, as it may belong to another.
    """
    later(
        session,
        _SAY,
        {
            "ticket_id": ticket_id,
            "person_id": actor.person_id,
            "inbox_id": words.inbox_id,
            "side": _SIDES.get(actor.role, Side.OFFICIAL),
            "by_aide": actor.is_aide,
            "kind": words.kind,
            "text": words.text,
            "media_id": words.media_id,
            "at": now,
            "event_id": event_id,
            "held_until": held_until,
            "gathered_until": gathered_until,
            "salt": words.salt,
        },
    )


def about(ticket: Ticket, main: Ticket | None = None) -> dict[str, Any]:
    """What every piece of news says about its case, and of the one it is, or was until now, merged into."""
    beside = {} if main is None else {"main": {"number": number_of(main.id), "title": main.title}}
    return beside | {
        "number": number_of(ticket.id),
        "title": ticket.title,
        "type": ticket.type,
        "status": str(ticket.status),
        "ledger": [ticket.ledger_year, ticket.ledger_no] if ticket.ledger_no else None,
    }


@dataclass(frozen=True, slots=True)
class Desk:
    """Who hears of a case on the official side: the owner's desk, or the office that stands in for it.

    Without people nobody does, until somebody at the owner's desk has bound a WeChat.
    """

    people: Sequence[int]
    office: OfficialCard | None = None


def desk_or_office(session: Session, owner_id: int, now: datetime) -> Desk:
    """Return the owner's desk and who deputises there today.

    While nobody of them has bound a WeChat it is the provincial office.
    """
    today = now.astimezone(LOCAL).date()
    people = desk(session, owner_id, today)
    if people:
        return Desk(people)
    office = stand_in(session)
    return Desk(desk(session, office.id, today) if office else (), office)


def why_you(told: Desk, owner: OfficialCard) -> dict[str, Any]:
    """What news to the office that stands in says beside the rest: for whom, which is why it is told."""
    return {"stands_in_for": {"name": owner.name, "post": owner.post}} if told.office else {}


def watchers(session: Session, region: str, now: datetime) -> Sequence[int]:
    """Whom to tell what a supervisor must know: those of the region, or the provincial office."""
    found = supervisors(session, region)
    if found:
        return found
    office = stand_in(session)
    return desk(session, office.id, now.astimezone(LOCAL).date()) if office else ()


def tell_desk(
    session: Session,
    ticket: Ticket,
    notice: Notice,
    news: Mapping[str, Any],
    *,
    event_id: int,
    now: datetime,
    media_id: int | None = None,
) -> Desk:
    """Tell the owner's desk, or the office that stands in, what happened to a case; return who was told."""
    told = desk_or_office(session, ticket.owner_id, now)
    if told.office is not None:
        news = {**news, **why_you(told, official(session, ticket.owner_id))}
    tell(
        session, told.people, notice, news, ticket_id=ticket.id, event_id=event_id, now=now, media_id=media_id
    )
    return told


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
    """Tell the person who brought a case what happened to it, as long as they speak for its enterprise.

    Once they do not, the newest contact is told; where there is none, the desk is told that nobody was. Who
    brought a case that is merged into it hears the same, once.
    """
    to = authors(session, ticket)
    if not to:
        tell_desk(session, ticket, Notice.NO_CONTACT, about(ticket), event_id=event_id, now=now)
        return
    tell(session, to, notice, news, ticket_id=ticket.id, event_id=event_id, now=now, media_id=media_id)


def authors(session: Session, ticket: Ticket) -> list[int]:
    """Return who hears of a case: who brought it, or one merged into it, or speaks in their place now."""
    if ticket.enterprise_id is None:
        return [ticket.person_id]
    brought = [ticket.person_id, *authors_of_carried(session, ticket.id)]
    heard = (voice(session, ticket.enterprise_id, each) for each in brought)
    return list(dict.fromkeys(each for each in heard if each is not None))


def answer(
    session: Session,
    ticket: Ticket,
    notice: Notice,
    news: Mapping[str, Any],
    *,
    event_id: int,
    now: datetime,
    media_id: int | None = None,
) -> None:
    """Tell the enterprise what the owner of its case says: whoever wrote last, and whoever brought it."""
    asker = colleague_heard(session, ticket) if ticket.enterprise_id is not None else None
    if asker is not None:
        to = [asker]
        tell(session, to, notice, news, ticket_id=ticket.id, event_id=event_id, now=now, media_id=media_id)
    tell_author(session, ticket, notice, news, event_id=event_id, now=now, media_id=media_id)
