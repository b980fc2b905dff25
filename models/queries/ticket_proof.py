"""Check the chains of a block of tickets, and what is kept beside them, against what is stored.

Each block is a reading transaction of its own and knows of no other: several may be looked at at once.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Select, String, Text, bindparam, func, select, type_coerce
from sqlalchemy import cast as sql_cast

from models.prepared import Prepared
from models.queries import copies, sealed
from models.queries.anchored import Anchored, Came, Names, compared, kept_of
from models.rules.chain import BLOCK, GENESIS, row_digest
from models.rules.lifecycle import Verb
from models.rules.numbers import number_of
from models.rules.proof import DIFFERENT, MISSING, Flaw, Link, Walk
from models.session import Database, at_one_moment
from models.tables import Event, Ticket

_LOW, _HIGH = bindparam("low", type_=Event.ticket_id.type), bindparam("high", type_=Event.ticket_id.type)


def _event_rows(at: Any, data: Any) -> Select[*tuple[Any, ...]]:
    said = (Event.verb, Event.actor_role, Event.actor_id, Event.from_status, Event.to_status, data)
    columns = (Event.ticket_id, Event.seq, at, Event.previous, Event.digest, Event.tx, Event.id, *said)
    inside = Event.ticket_id >= _LOW, Event.ticket_id < _HIGH
    return select(*columns).where(*inside).order_by(Event.ticket_id, Event.seq)


_UTC: Final = func.timezone("UTC", Event.at)
_EVENTS: Final = Prepared(
    {
        "sqlite": _event_rows(
            func.replace(type_coerce(Event.at, String), " ", "T") + "+00:00", type_coerce(Event.data, Text)
        ),
        "postgresql": _event_rows(
            func.to_char(_UTC, 'YYYY-MM-DD"T"HH24:MI:SS.US') + "+00:00", sql_cast(Event.data, Text)
        ),
    }
)
_TICKETS: Final = Prepared(select(Ticket.id, Ticket.status).where(Ticket.id >= _LOW, Ticket.id < _HIGH))
_SEQ, _PREVIOUS, _DIGEST, _PLACE, _ID, _SAID = 1, 3, 4, slice(5, 7), 6, slice(7, 13)
_VERB, _TARGET, _DATA = 7, 11, 12
_told: Final = itemgetter(0, _SEQ, 6, 2, _VERB, 8, 9, _TARGET, _DATA)


@dataclass(slots=True)
class Looked:
    """What was looked at in one block, and what is wrong with it."""

    flaws: list[Flaw] = field(default_factory=list)
    tickets: int = 0
    events: int = 0
    redacted: int = 0
    messages: int = 0
    forgotten: int = 0


def blocks(database: Database) -> Iterator[int]:
    """Yield the first number of each block in which there is a ticket, or of which events tell."""
    low = _next(database, 0)
    while low is not None:
        low -= low % BLOCK
        yield low
        low = _next(database, low + BLOCK)


def _next(database: Database, low: int) -> int | None:
    """Return the first ticket from `low` on that there is, or of which events tell."""
    with database.reading() as session:
        told = session.scalar(select(func.min(Event.ticket_id)).where(Event.ticket_id >= low))
        kept = session.scalar(select(func.min(Ticket.id)).where(Ticket.id >= low))
    return min((each for each in (told, kept) if each is not None), default=None)


def look(database: Database, low: int, *, anchored: Anchored, since: int | None) -> Looked:
    """Look at the block that begins with ticket `low`; `since` the first message that an event sealed."""
    report = Looked()
    with database.reading() as session:
        at_one_moment(session)
        bounds = {"low": low, "high": low + BLOCK}
        rows = _EVENTS.all(session, **bounds)
        tickets: dict[int, str] = {row[0]: row[1] for row in _TICKETS.all(session, **bounds)}
        said = sealed.stored(session, {(row[0], row[_ID]): row[_SEQ] for row in rows}, **bounds, since=since)
        kept = kept_of(session, low // BLOCK, anchored)
        called = sealed.titles(session, **bounds)
        beside = copies.stored(session, **bounds)
    _block(rows, tickets, report)
    told = sealed.of_events((row[0], row[_SEQ], row[2], row[_DATA]) for row in rows)
    report.flaws += sealed.flaws(told.taken, said, _name)
    report.flaws += sealed.misnamed(told.titled, called, _name)
    named = {(flaw.chain, flaw.seq) for flaw in report.flaws}
    differ = copies.flaws(map(_told, rows), beside, _name)
    report.flaws += [flaw for flaw in differ if (flaw.chain, flaw.seq) not in named]
    report.messages, report.forgotten = sum(map(len, said.values())), told.forgotten
    report.flaws += compared(_came(rows, anchored), kept, anchored, Names(_of_block(low), _name))
    report.tickets, report.events = len(tickets), len(rows)
    return report


def _block(rows: Sequence[Any], tickets: dict[int, str], report: Looked) -> None:
    silent = dict(tickets)
    for ticket_id, of_ticket in groupby(rows, itemgetter(0)):
        chain = list(of_ticket)
        silent.pop(ticket_id, None)
        name = _name(ticket_id)
        if not _is_whole(ticket_id, chain):
            report.flaws += _flaws(ticket_id, name, chain, report)
        if ticket_id not in tickets:
            report.flaws.append(Flaw(name, None, MISSING, "its events are there, the ticket is not"))
        elif tickets[ticket_id] != chain[-1][_TARGET]:
            says = f"the ticket is {tickets[ticket_id]}, its last event says {chain[-1][_TARGET]}"
            report.flaws.append(Flaw(name, chain[-1][_SEQ], DIFFERENT, says))
    report.flaws += [Flaw(_name(each), 1, MISSING, "the ticket has no events") for each in silent]


def _is_whole(ticket_id: int, chain: Sequence[Any]) -> bool:
    """Whether every link fits: the way of nearly all, and so as short as can be."""
    last = GENESIS
    for number, row in enumerate(chain, 1):
        if row[_SEQ] != number or row[_PREVIOUS] != last:
            return False
        last = row[_DIGEST]
        if _seal(ticket_id, row, number) != last:
            return False
    return True


def _seal(ticket_id: int, row: Any, seq: int) -> str:
    try:
        return row_digest(row[_PREVIOUS], ticket_id, seq, row[2], row[_SAID])
    except (ValueError, TypeError):  # what was put in its place is no JSON, or no text at all
        return "unreadable"


def _flaws(ticket_id: int, name: str, chain: Sequence[Any], report: Looked) -> list[Flaw]:
    redacted = _redacted(ticket_id, chain)
    report.redacted += len(redacted)
    links = [Link(row[_SEQ], row[_PREVIOUS], row[_DIGEST], partial(_seal, ticket_id, row)) for row in chain]
    return Walk(name, redacted).along(links)


def _redacted(ticket_id: int, chain: Sequence[Any]) -> dict[int, str]:
    """Return what redactions, themselves sealed, say is left of earlier events."""
    found: dict[int, str] = {}
    for row in chain:
        if row[_VERB] == Verb.REDACT and _seal(ticket_id, row, row[_SEQ]) == row[_DIGEST]:
            told = json.loads(row[_DATA])
            if "of" in told:
                found[told["of"]] = told["stands"]
    return found


def _came(rows: Sequence[Any], anchored: Anchored) -> Came:
    came: Came = {}
    for row in rows:
        place = bisect_right(anchored.events_upto, tuple(row[_PLACE]))
        if place < len(anchored.ids):
            came.setdefault(place, []).append((row[0], row[_SEQ], row[_DIGEST]))
    return came


def _name(ticket_id: int) -> str:
    return f"ticket {number_of(ticket_id)}"


def _of_block(low: int) -> str:
    return f"tickets {number_of(max(low, 1))} to {number_of(low + BLOCK - 1)}"
