"""The words that are stored of a block of tickets, beside the seals that their events hold."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic_core import from_json
from sqlalchemy import Select, String, bindparam, func, select, type_coerce
from sqlalchemy.orm import Session

from models.prepared import Prepared
from models.rules.chain import title_digest, words_digest
from models.rules.proof import ALTERED, Flaw
from models.rules.sealing import FORGOTTEN, MOVED, SEALED, TITLED, Said, Taken, compared, taken_in
from models.tables import Message, Ticket

_LOW, _HIGH = (bindparam(name, type_=Message.ticket_id.type) for name in ("low", "high"))
_UNREADABLE: Final = (LookupError, TypeError, ValueError, AttributeError)
"""What comes of reading events that somebody has tampered with: their chain names them."""


def _rows(at: Any) -> Select[*tuple[Any, ...]]:
    said = (Message.person_id, Message.side, Message.by_aide, Message.kind, Message.text, Message.media_id)
    inside = Message.ticket_id >= _LOW, Message.ticket_id < _HIGH, Message.gathered_until.is_(None)
    wanted = select(Message.ticket_id, Message.id, at, Message.salt, Message.event_id, *said).where(*inside)
    return wanted.order_by(Message.ticket_id, Message.id)


_UTC: Final = func.timezone("UTC", Message.at)
_MESSAGES: Final = Prepared(
    {
        "sqlite": _rows(func.replace(type_coerce(Message.at, String), " ", "T") + "+00:00"),
        "postgresql": _rows(func.to_char(_UTC, 'YYYY-MM-DD"T"HH24:MI:SS.US') + "+00:00"),
    }
)

_TITLES: Final = Prepared(
    select(Ticket.id, Ticket.title, Ticket.title_salt).where(Ticket.id >= _LOW, Ticket.id < _HIGH)
)


def first_sealed(session: Session) -> int | None:
    """Return the first message that an event sealed: those before it are from before release 0155."""
    return session.scalar(select(func.min(Message.id)).where(Message.salt.is_not(None)))


def stored(
    session: Session, seqs: Mapping[tuple[int, int], int], *, low: int, high: int, since: int | None
) -> dict[int, list[Said]]:
    """Return what was said in tickets from `low` to below `high`, but for what no event could seal yet.

    `seqs` are the numbers of these tickets' events, by ticket and id.
    """
    found: defaultdict[int, list[Said]] = defaultdict(list)
    for ticket_id, row_id, at, salt, event_id, *said in _MESSAGES.all(session, low=low, high=high):
        if salt is not None:
            of = seqs.get((ticket_id, event_id))
            found[ticket_id].append(Said(row_id, at, words_digest(salt, at, said), of))
        elif since is not None and row_id > since:
            found[ticket_id].append(Said(row_id, at, "it has no salt"))
    return found


@dataclass(frozen=True, slots=True)
class OfEvents:
    """Which words the events of tickets took in, what each is called, and how many words are forgotten."""

    taken: dict[int, list[Taken]]
    titled: dict[int, tuple[int, str]]
    forgotten: int


def of_events(rows: Iterable[tuple[int, int, str, str]]) -> OfEvents:
    """Return what events, as ticket, number, moment and data, have sealed."""
    facts: defaultdict[int, list[tuple[int, str, Any]]] = defaultdict(list)
    taken: dict[int, list[Taken]] = {}
    titled: dict[int, tuple[int, str]] = {}
    forgotten = 0
    for ticket_id, seq, at, data in rows:
        if SEALED in data or MOVED in data or FORGOTTEN in data or TITLED in data:
            facts[ticket_id].append((seq, at, data))
    for ticket_id, told in facts.items():
        try:
            read = [(seq, at, from_json(data)) for seq, at, data in told]
            taken[ticket_id] = taken_in(read)
            forgotten += sum(len(data.get(FORGOTTEN, ())) for _, _, data in read)
            for seq, _, data in read:
                if TITLED in data:
                    titled[ticket_id] = seq, data[TITLED]
        except _UNREADABLE:
            taken[ticket_id] = []
    return OfEvents(taken, titled, forgotten)


def titles(session: Session, *, low: int, high: int) -> dict[int, str]:
    """Return by which digest each ticket from `low` to below `high` is called."""
    return {
        ticket_id: title_digest(salt or "", title)
        for ticket_id, title, salt in _TITLES.all(session, low=low, high=high)
    }


def misnamed(
    titled: dict[int, tuple[int, str]], called: dict[int, str], name: Callable[[int], str]
) -> list[Flaw]:
    """Return which tickets are called otherwise than their events say."""
    return [
        Flaw(name(ticket_id), seq, ALTERED, "the ticket's title is not the one that it gave")
        for ticket_id, (seq, digest) in sorted(titled.items())
        if called.get(ticket_id, digest) != digest
    ]


def flaws(
    taken: dict[int, list[Taken]], said: dict[int, list[Said]], name: Callable[[int], str]
) -> Sequence[Flaw]:
    """Return what is wrong with the words of some tickets."""
    return [
        flaw
        for ticket_id in sorted({*taken, *said})
        for flaw in compared(name(ticket_id), taken.get(ticket_id, []), said.get(ticket_id, []))
    ]
