"""Patterns (同类问题) and their cases, as far as somebody's regions reach, and what cases are compared with.

A pattern is seen through the cases of one's own regions: of others there is no count, no title and no number.
Shielded cases (保密) are in none.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from models.queries.growing import Behind
from models.queries.registry import NotFound, Regions, inside
from models.rules import patterns as rules
from models.rules.disturbance import LOCAL
from models.rules.lifecycle import Status
from models.tables import (
    CoHandling,
    Message,
    Official,
    Pairing,
    Pattern,
    PatternDecision,
    PatternMember,
    PatternState,
    Side,
    Ticket,
)

TYPICAL: Final = 5
GONE: Final = (Status.WITHDRAWN, Status.MERGED)
_SOLVED: Final = (Status.RESOLVED, Status.CLOSED)


@dataclass(frozen=True, slots=True)
class Seen:
    """A pattern as it is seen from some regions. `trend` counts cases by month: 2026-11 → 3."""

    row: Pattern
    cases: int
    enterprises: int
    solved: int
    regions: Mapping[str, int]
    departments: Mapping[str, int]
    trend: Mapping[str, int]
    typical: Sequence[Ticket]
    suggested_owner: Official | None
    decisions: Sequence[PatternDecision]


@dataclass(frozen=True, slots=True)
class OfDesk:
    """A pattern that is shown, with the open cases that a leader has in it.

    `cared` are enterprises in their care (包保) that told of it lately, whoever owns the case, done or not.
    """

    title: str
    enterprises: int
    tickets: Sequence[int]
    cared: int


def patterns(
    session: Session, regions: Regions, *, type_code: str | None, state: str, after: Behind, limit: int
) -> list[Seen]:
    """Return up to `limit` patterns behind `after`, oldest first."""
    wanted = _visible(regions).where(Pattern.state == state, after.holds(Pattern.id))
    if type_code is not None:
        wanted = wanted.where(Pattern.type == type_code)
    rows = session.scalars(wanted.order_by(Pattern.id).limit(limit)).all()
    return _seen(session, regions, rows)


def pattern(session: Session, regions: Regions, pattern_id: int) -> Seen:
    """Return one pattern that is or was shown; of one that joined another, the other.

    Raises:
        NotFound: there is none, it is still forming, or has no case in `regions`.
    """
    row = session.scalars(_visible(regions).where(Pattern.id == pattern_id)).first()
    if row is None:
        joined = session.get(Pattern, pattern_id)
        if joined is None or joined.joined_into is None:
            raise NotFound
        return pattern(session, regions, joined.joined_into)
    return _seen(session, regions, [row])[0]


def details(session: Session, regions: Regions, ids: Collection[int]) -> dict[int, Seen]:
    """Return what is to be told of these patterns, by id; nothing of those that have no case in `regions`."""
    rows = session.scalars(_visible(regions).where(Pattern.id.in_(ids)).order_by(Pattern.id)).all()
    return {each.row.id: each for each in _seen(session, regions, rows)}


def of_desk(session: Session, owner_id: int, *, since: datetime) -> list[OfDesk]:
    """Return the patterns that a leader's open cases are in, or enterprises in their care.

    Those with open cases of the leader's own come first, the larger before the smaller. What these
    enterprises told before `since` is no news, unless it is such a case.
    """
    paired = select(Pairing.enterprise_id).where(Pairing.official_id == owner_id, Pairing.ended_at.is_(None))
    is_own = (Ticket.owner_id == owner_id) & Ticket.status.in_([Status.OPEN, Status.ACCEPTED])
    is_cared = Ticket.enterprise_id.in_(paired) & (Ticket.created_at >= since)
    mine = (
        _cases(None)
        .add_columns(is_own, is_cared)
        .join(Pattern, Pattern.id == PatternMember.pattern_id)
        .where(is_own | is_cared, Pattern.state == PatternState.OPEN)
        .order_by(Ticket.id)
    )
    own: dict[int, list[int]] = {}
    cared: dict[int, set[int | None]] = {}
    for member, ticket, owns, cares in session.execute(mine):
        own.setdefault(member.pattern_id, []).extend([ticket.id] if owns else [])
        cared.setdefault(member.pattern_id, set()).update({ticket.enterprise_id} if cares else ())
    found = [
        OfDesk(each.title, rules.heard(members(session, each.id)), own[each.id], len(cared[each.id]))
        for each in session.scalars(select(Pattern).where(Pattern.id.in_(own)).order_by(Pattern.id))
    ]
    return sorted(found, key=lambda each: (not each.tickets, -each.enterprises))


def for_decision(session: Session, regions: Regions, pattern_id: int) -> Pattern:
    """Return a pattern that is shown, locked for the rest of the transaction.

    Raises:
        NotFound: as for `pattern`, or it is no longer one.
    """
    wanted = _visible(regions).where(Pattern.id == pattern_id).with_for_update(of=Pattern)
    row = session.scalars(wanted, execution_options={"populate_existing": True}).first()
    if row is None:
        raise NotFound
    return row


def lies_inside(session: Session, regions: Regions, pattern_id: int) -> bool:
    """Whether every case of a pattern is in `regions`."""
    foreign = _cases(None).where(PatternMember.pattern_id == pattern_id, ~inside(Ticket.region, regions))
    return regions is None or session.execute(foreign.limit(1)).first() is None


def members(session: Session, pattern_id: int) -> Sequence[PatternMember]:
    """Return the cases of a pattern that still stand, oldest first."""
    wanted = _cases(None).where(PatternMember.pattern_id == pattern_id).order_by(Ticket.id)
    return [member for member, _ in session.execute(wanted)]


def heard(session: Session, pattern_id: int, *, since: datetime) -> int:
    """Return how many enterprises have been heard in a pattern since then."""
    wanted = _cases(None).where(PatternMember.pattern_id == pattern_id, Ticket.created_at >= since)
    return rules.heard(member for member, _ in session.execute(wanted))


def first_words(session: Session, ticket_ids: Collection[int]) -> dict[int, str]:
    """Return with which words each of these cases came."""
    said = (
        select(Message.ticket_id, Message.text)
        .join(Ticket, Ticket.id == Message.ticket_id)
        .where(Message.ticket_id.in_(ticket_ids), Message.side == Side.ENTERPRISE, Message.text != "")
        .where(Message.at <= Ticket.created_at, Message.retracted_at.is_(None))
        .order_by(Message.id)
    )
    found: dict[int, list[str]] = {}
    for ticket_id, words in session.execute(said):
        found.setdefault(ticket_id, []).append(words)
    return {ticket_id: "\n".join(words) for ticket_id, words in found.items()}


def _cases(regions: Regions) -> Select[PatternMember, Ticket]:
    return (
        select(PatternMember, Ticket)
        .join(Ticket, Ticket.id == PatternMember.ticket_id)
        .where(Ticket.status.not_in(GONE), inside(Ticket.region, regions))
    )


def _visible(regions: Regions) -> Select[Pattern]:
    has_case = exists().where(
        PatternMember.pattern_id == Pattern.id,
        Ticket.id == PatternMember.ticket_id,
        Ticket.status.not_in(GONE),
        inside(Ticket.region, regions),
    )
    return select(Pattern).where(Pattern.state.in_([PatternState.OPEN, PatternState.DISMISSED]), has_case)


def _seen(session: Session, regions: Regions, rows: Sequence[Pattern]) -> list[Seen]:
    ids = [row.id for row in rows]
    held: dict[int, list[tuple[PatternMember, Ticket]]] = {each: [] for each in ids}
    wanted = _cases(regions).where(PatternMember.pattern_id.in_(ids)).order_by(Ticket.id)
    for member, ticket in session.execute(wanted):
        held[member.pattern_id].append((member, ticket))
    decided: dict[int, list[PatternDecision]] = {each: [] for each in ids}
    signed = select(PatternDecision).where(PatternDecision.pattern_id.in_(ids)).order_by(PatternDecision.id)
    for decision in session.scalars(signed):
        decided[decision.pattern_id].append(decision)
    tickets = [ticket for cases in held.values() for _, ticket in cases]
    helping = _helping(session, [ticket.id for ticket in tickets])
    officials = {each.id: each for each in _officials(session, tickets, helping)}
    return [_one(row, held[row.id], decided[row.id], helping, officials) for row in rows]


def _one(
    row: Pattern,
    cases: Sequence[tuple[PatternMember, Ticket]],
    decisions: Sequence[PatternDecision],
    helping: Mapping[int, Sequence[int]],
    officials: Mapping[int, Official],
) -> Seen:
    tickets = [ticket for _, ticket in cases]
    owners = Counter(ticket.owner_id for ticket in tickets)
    helpers = Counter(unit for ticket in tickets for unit in helping.get(ticket.id, ()))
    best = max([*helpers.items()] or [*owners.items()], key=lambda each: (each[1], -each[0]), default=None)
    known = [each for each in cases if rules.counts(each[0].voice)]
    ranked = sorted(known, key=lambda each: (each[0].copy_of is not None, -each[0].likeness, each[1].id))
    return Seen(
        row=row,
        cases=len(tickets),
        enterprises=rules.heard(member for member, _ in cases),
        solved=sum(ticket.status in _SOLVED for ticket in tickets),
        regions=dict(sorted(Counter(ticket.region for ticket in tickets).items())),
        departments=_departments(owners + helpers, officials),
        trend=dict(sorted(Counter(_month(ticket) for ticket in tickets).items())),
        typical=[ticket for _, ticket in ranked[:TYPICAL]],
        suggested_owner=None if best is None else officials[best[0]],
        decisions=decisions,
    )


def _month(ticket: Ticket) -> str:
    """Return the month in which a case came, as people count months."""
    return f"{ticket.created_at.astimezone(LOCAL):%Y-%m}"


def _departments(involved: Counter[int], officials: Mapping[int, Official]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for official_id, cases in involved.items():
        found[officials[official_id].department] += cases
    return dict(sorted(found.items()))


def _helping(session: Session, ticket_ids: Collection[int]) -> dict[int, list[int]]:
    wanted = select(CoHandling.ticket_id, CoHandling.unit_id).where(CoHandling.ticket_id.in_(ticket_ids))
    found: dict[int, list[int]] = {}
    for ticket_id, unit_id in session.execute(wanted.distinct().order_by(CoHandling.unit_id)):
        found.setdefault(ticket_id, []).append(unit_id)
    return found


def _officials(
    session: Session, tickets: Sequence[Ticket], helping: Mapping[int, Sequence[int]]
) -> Sequence[Official]:
    wanted = {ticket.owner_id for ticket in tickets} | {unit for units in helping.values() for unit in units}
    return session.scalars(select(Official).where(Official.id.in_(wanted))).all()
