"""Check every chain and every anchor against what is stored: a stretch of rows at a time, in key order.

Memory stays flat however much there is, and nobody waits: each stretch is a reading transaction of its own.
"""

import json
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Select, String, Text, bindparam, func, select, type_coerce, union
from sqlalchemy import cast as sql_cast

from models.prepared import Prepared
from models.queries import copies, sealed
from models.queries.anchored import Anchored, Came, Names, compared, kept_of
from models.queries.patch_proof import patch_flaws
from models.rules.chain import (
    AUDIT_BLOCK,
    BLOCK,
    GENESIS,
    anchor_digest,
    audit_digest,
    row_digest,
)
from models.rules.lifecycle import Verb
from models.rules.numbers import number_of
from models.rules.proof import ALTERED, DIFFERENT, MISSING, RESEALED, Flaw, Link, Walk
from models.session import Database, at_one_moment
from models.tables import Anchor, AnchorBlock, AuditEntry, AuditHead, Event, Ticket

STRETCH: Final = 5000
"""Entries of the audit looked at in one reading."""

Progress = Callable[[int], None]
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
_SEQ, _PREVIOUS, _DIGEST, _PLACE, _SAID = 1, 3, 4, slice(5, 7), slice(7, 13)
_VERB, _TARGET, _DATA = 7, 11, 12
_told: Final = itemgetter(0, _SEQ, 6, 2, _VERB, 8, 9, _TARGET, _DATA)


@dataclass(slots=True)
class Report:
    """What was looked at, and what is wrong with it."""

    flaws: list[Flaw] = field(default_factory=list)
    tickets: int = 0
    events: int = 0
    entries: int = 0
    anchors: int = 0
    redacted: int = 0
    messages: int = 0
    forgotten: int = 0
    """Words of which only what was left when somebody was forgotten is there, sealed as that."""
    newest: str | None = None
    """The digest of the last anchor, to be compared with what was published."""


def total(database: Database) -> int:
    """Return about how many rows there are to look at."""
    with database.reading() as session:
        return sum(session.scalar(select(func.max(table.id))) or 0 for table in (Event, AuditEntry))


def verify(database: Database, progress: Progress = lambda _: None) -> Report:
    """Look at everything and return what is wrong."""
    report = Report()
    anchored = _anchors(database, report)
    _tickets(database, anchored, report, progress)
    _audit(database, anchored, report, progress)
    with database.reading() as session:
        at_one_moment(session)
        report.flaws += patch_flaws(session)
    return report


def _anchors(database: Database, report: Report) -> Anchored:
    """Check the anchors' own chain; return where each of them ends."""
    anchored, last = Anchored([], [], [], []), GENESIS
    with database.reading() as session:
        for row in session.scalars(select(Anchor).where(Anchor.digest.is_not(None)).order_by(Anchor.id)):
            found = select(AnchorBlock.block, AnchorBlock.digest).where(AnchorBlock.anchor_id == row.id)
            blocks = [(block, seal) for block, seal in session.execute(found.order_by(AnchorBlock.block))]
            day, upto = row.day.isoformat(), (row.tx, row.event_id, row.audit_id)
            if anchor_digest(row.previous, day=day, upto=upto, blocks=blocks) != row.digest:
                report.flaws.append(Flaw(f"anchor {day}", None, ALTERED, "it does not fit its digest"))
            elif row.previous != last:
                report.flaws.append(
                    Flaw(f"anchor {day}", None, MISSING, "the one it was sealed to is not before it")
                )
            last = report.newest = row.digest or GENESIS
            anchored.days.append(day)
            anchored.ids.append(row.id)
            anchored.events_upto.append((row.tx, row.event_id))
            anchored.entries_upto.append((row.tx, row.audit_id))
    report.anchors = len(anchored.ids)
    return anchored


def _tickets(database: Database, anchored: Anchored, report: Report, progress: Progress) -> None:
    low = _next(database, 0)
    with database.reading() as session:
        since = sealed.first_sealed(session)
    while low is not None:
        low -= low % BLOCK
        with database.reading() as session:
            at_one_moment(session)
            bounds = {"low": low, "high": low + BLOCK}
            rows = _EVENTS.all(session, **bounds)
            tickets: dict[int, str] = {row[0]: row[1] for row in _TICKETS.all(session, **bounds)}
            said = sealed.stored(session, **bounds, since=since)
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
        report.messages += sum(map(len, said.values()))
        report.forgotten += told.forgotten
        report.flaws += compared(_came(rows, anchored), kept, anchored, Names(_of_block(low), _name))
        report.tickets, report.events = report.tickets + len(tickets), report.events + len(rows)
        progress(len(rows))
        low = _next(database, low + BLOCK)


def _next(database: Database, low: int) -> int | None:
    """Return the first ticket from `low` on that there is, or of which events tell."""
    with database.reading() as session:
        told = session.scalar(select(func.min(Event.ticket_id)).where(Event.ticket_id >= low))
        kept = session.scalar(select(func.min(Ticket.id)).where(Ticket.id >= low))
    return min((each for each in (told, kept) if each is not None), default=None)


def _block(rows: Sequence[Any], tickets: dict[int, str], report: Report) -> None:
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


def _flaws(ticket_id: int, name: str, chain: Sequence[Any], report: Report) -> list[Flaw]:
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


def _audit(database: Database, anchored: Anchored, report: Report, progress: Progress) -> None:
    heads: dict[int, dict[int, tuple[int, str]]] = {}
    cut: list[Flaw] = []
    with database.reading() as session:
        chains = session.scalars(union(select(AuditEntry.chain), select(AuditHead.chain))).all()
        kept = kept_of(session, AUDIT_BLOCK, anchored)
    for chain in sorted(chains):
        walk = Walk(_name_of_audit(chain))
        while True:
            with database.reading() as session:
                at_one_moment(session)
                found = select(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.seq >= walk.expected)
                rows = session.scalars(found.order_by(AuditEntry.seq).limit(STRETCH)).all()
                head = session.get(AuditHead, chain)
            if not rows:
                cut += _at_the_end(walk, head)
                break
            report.flaws += walk.along([_entry(row) for row in rows])
            report.entries += len(rows)
            progress(len(rows))
            for row in rows:
                place = bisect_right(anchored.entries_upto, (row.tx, row.id))
                if place < len(anchored.ids):
                    heads.setdefault(place, {})[chain] = (row.seq, row.digest)
    came = {place: [(chain, *head) for chain, head in of.items()] for place, of in heads.items()}
    report.flaws += compared(came, kept, anchored, Names("audit", _name_of_audit))
    named = {each.chain for each in report.flaws}
    report.flaws += [each for each in cut if each.chain not in named]


def _at_the_end(walk: Walk, head: AuditHead | None) -> list[Flaw]:
    """Return what is wrong with the end of a chain of the audit, which its head has kept."""
    last = walk.expected - 1
    if head is None:
        return [Flaw(walk.chain, None, MISSING, "its head, which says how far it reaches, is not there")]
    if head.seq > last:
        return [Flaw(walk.chain, last + 1, MISSING, f"its head says that it reaches up to #{head.seq}")]
    if head.seq < last:
        return [Flaw(walk.chain, head.seq + 1, DIFFERENT, f"its head says that it ends with #{head.seq}")]
    if head.digest != walk.last:
        return [Flaw(walk.chain, last, RESEALED, "its digest is not the one that its head has kept")]
    return []


def _entry(row: AuditEntry) -> Link:
    fact = {
        name: getattr(row, name)
        for name in (
            *("actor_kind", "actor_id", "actor_name", "role", "region", "deed", "operation", "object"),
            *("shown", "status", "request_id", "reason"),
        )
    }

    def seal(seq: int) -> str:
        return audit_digest(row.previous, chain=row.chain, seq=seq, at=row.at, fact=fact)

    return Link(row.seq, row.previous, row.digest, seal)


def _name(ticket_id: int) -> str:
    return f"ticket {number_of(ticket_id)}"


def _of_block(low: int) -> str:
    return f"tickets {number_of(max(low, 1))} to {number_of(low + BLOCK - 1)}"


def _name_of_audit(chain: int) -> str:
    return f"audit {chain}"
