"""An official leaves a post: the successor takes over everything at once, and nothing is left to nobody."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from models.actions import calls, co_handling, delegations, events, merging, owning, patch_heirs
from models.actions.conversation import LOCAL, about, desk_or_office, tell_author, watchers
from models.actions.outbox import Notice, tell
from models.actions.roster import SLOTS, TooManyPairings
from models.queries import deadlines
from models.queries.co_handling import helped_by
from models.queries.tickets import Actor
from models.rules.lifecycle import FINISHED, REBOUND_WITHIN, Role, Status, Verb
from models.rules.numbers import number_of
from models.tables import Event, Handover, Morning, Official, OfficialKind, Pairing, Ticket

NAMED: Final = 10
"""So many cases a notice names; the signed list has them all."""

_LIVE: Final = sorted(set(Status) - FINISHED)


class Why(StrEnum):
    """Why a post cannot be handed over so."""

    NOT_A_LEADER = "not_a_leader"
    SAME = "same"
    FUTURE = "future"


class HandoverRefused(Exception):
    """The handover breaks a rule."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class StillResponsible(Exception):
    """The official still has cases, tasks, pairings or patches: they must be handed over first."""


def hand_over(
    session: Session, *, from_id: int, to_id: int, reason: str, on: date, key_id: int | None, now: datetime
) -> Handover:
    """Give all cases, tasks, pairings and patches of an official to a successor, or none of them.

    Cases that may still come back go too: what was written off lately or declined. It is no hop, as nobody
    passed anything on. Each enterprise with an open case is told once.

    Raises:
        HandoverRefused: one of the two is no leader, both are one, the successor is out of office, or the day
            is to come.
        TooManyPairings: the successor has too few of the 20 slots free.
    """
    old, new = _both(session, from_id, to_id)
    if on > now.astimezone(LOCAL).date():
        raise HandoverRefused(Why.FUTURE)
    found = session.scalars(
        select(Ticket)
        .where(or_(and_(Ticket.owner_id == from_id, _may_come_back(now)), Ticket.id.in_(helped_by(from_id))))
        .order_by(Ticket.id)
        .with_for_update()
    ).all()
    cases = [case for case in found if case.owner_id == from_id]
    helped = [case for case in found if case.owner_id != from_id]
    facts = {"from": from_id, "to": to_id, "reason": reason, "on": on.isoformat()}
    happened = {case.id: _pass(session, case, to_id, facts, now) for case in cases}
    tasks = co_handling.hand_over(session, helped, facts, now=now)
    firms = _pairings(session, from_id, to_id, now)
    delegations.release(session, from_id, now=now)
    listed = {
        "tickets": _signed(session, happened),
        "tasks": _signed(session, tasks),
        "extensions": _asked(session, cases),
        "pairings": firms,
    }
    answered = patch_heirs.hand_over(session, from_id, to_id, reason, now=now)
    listed |= {"patches": answered} if answered else {}
    row = _sign(session, facts, listed, key_id=key_id, now=now)
    open_cases = [case for case in cases if case.status in _LIVE]
    _tell_enterprises(session, open_cases, happened, owner=_card(new), now=now)
    for firm in firms:
        calls.stay_away(session, firm, now=now)
    _tell_offices(session, row, open_cases, old=old, new=new, now=now)
    return row


def retire(session: Session, official_id: int, *, now: datetime) -> Official:
    """Take an official off the roster; whoever still answers for something stays on it.

    Raises:
        StillResponsible: there are cases, tasks or pairings to hand over first.
    """
    row = session.scalars(select(Official).where(Official.id == official_id).with_for_update()).one()
    owns = select(Ticket.id).where(Ticket.owner_id == official_id, _may_come_back(now))
    cares = select(Pairing.id).where(Pairing.official_id == official_id, Pairing.ended_at.is_(None))
    helps, patched = helped_by(official_id), patch_heirs.answered_by(official_id)
    if any(session.scalars(each.limit(1)).first() is not None for each in (owns, cares, helps, patched)):
        raise StillResponsible(official_id)
    row.is_active = False
    calls.leave(session, official_id, now=now)
    session.execute(delete(Morning).where(Morning.official_id == official_id))
    delegations.release(session, official_id, now=now)
    session.flush()
    return row


def _both(session: Session, from_id: int, to_id: int) -> tuple[Official, Official]:
    """Return both, locked in one order; nobody gets a new case while they are."""
    if from_id == to_id:
        raise HandoverRefused(Why.SAME)
    locked = select(Official).where(Official.id.in_((from_id, to_id))).order_by(Official.id).with_for_update()
    found = {row.id: row for row in session.scalars(locked)}
    if any(row.kind != OfficialKind.LEADER for row in found.values()):
        raise HandoverRefused(Why.NOT_A_LEADER)
    if to_id not in found or not found[to_id].is_active:
        raise HandoverRefused(Why.NOT_A_LEADER)
    return found[from_id], found[to_id]


def _may_come_back(now: datetime) -> ColumnElement[bool]:
    """What somebody must still answer for: open, declined (an appeal may come), or closed lately."""
    is_recent = and_(Ticket.status == Status.CLOSED, Ticket.closed_at >= now - REBOUND_WITHIN)
    return or_(Ticket.status.in_([*_LIVE, Status.DECLINED]), is_recent)


def _pass(session: Session, case: Ticket, to_id: int, facts: dict[str, Any], now: datetime) -> int:
    event_id = events.record(session, case, Verb.HAND_OVER, Actor(Role.SUPERVISOR, None), now=now, **facts)
    owning.give(session, case, to_id, event_id=event_id, now=now)
    merging.follow(session, case, now=now)
    return event_id


def _pairings(session: Session, from_id: int, to_id: int, now: datetime) -> list[int]:
    """Move the pairings into the successor's free slots; return the enterprises."""
    active = Pairing.ended_at.is_(None)
    olds = session.scalars(
        select(Pairing).where(Pairing.official_id == from_id, active).order_by(Pairing.slot).with_for_update()
    ).all()
    taken = set(session.scalars(select(Pairing.slot).where(Pairing.official_id == to_id, active)))
    free = [slot for slot in SLOTS if slot not in taken]
    if len(free) < len(olds):
        raise TooManyPairings(to_id)
    for pairing in olds:
        pairing.slot, pairing.ended_at = None, now
    session.flush()
    session.add_all(
        Pairing(enterprise_id=old.enterprise_id, official_id=to_id, slot=slot, since=now)
        for old, slot in zip(olds, free, strict=False)
    )
    session.flush()
    return [pairing.enterprise_id for pairing in olds]


def _sign(
    session: Session, facts: dict[str, Any], listed: dict[str, Any], *, key_id: int | None, now: datetime
) -> Handover:
    row = Handover(
        from_id=facts["from"],
        to_id=facts["to"],
        reason=facts["reason"],
        effective_on=date.fromisoformat(facts["on"]),
        at=now,
        key_id=key_id,
        listed=listed,
        digest=seal(facts, listed),
    )
    session.add(row)
    session.flush()
    return row


def _signed(session: Session, happened: dict[int, int]) -> list[list[str]]:
    """Return the numbers of cases, each with the digest of what happened to it."""
    found = select(Event.id, Event.digest).where(Event.id.in_(happened.values()))
    digests: dict[int, str] = {row.id: row.digest for row in session.execute(found)}
    return [[number_of(case_id), digests[event_id]] for case_id, event_id in happened.items()]


def _asked(session: Session, cases: Sequence[Ticket]) -> list[list[Any]]:
    """Return the cases in which more time was asked for and is not decided, each with how many days."""
    found = [(case, deadlines.pending(session, case.id)) for case in cases if case.status == Status.ACCEPTED]
    return [[number_of(case.id), asked.days] for case, asked in found if asked is not None]


def seal(facts: dict[str, Any], listed: dict[str, Any]) -> str:
    """Return the SHA-256 (hex) over a handover and its list."""
    body = json.dumps([facts, listed], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


def _tell_enterprises(
    session: Session,
    cases: Sequence[Ticket],
    happened: dict[int, int],
    *,
    owner: dict[str, str],
    now: datetime,
) -> None:
    """One word to each enterprise with an open case: who answers for it now."""
    newest = {case.enterprise_id or f"person:{case.person_id}": case for case in cases}
    for case in newest.values():
        news = about(case) | {"owner": owner, "count": _count(cases, case)}
        event_id = happened[case.id]
        tell_author(session, case, Notice.NEW_OWNER, news, event_id=event_id, now=now)


def _tell_offices(
    session: Session, row: Handover, cases: Sequence[Ticket], *, old: Official, new: Official, now: datetime
) -> None:
    """One list to the successor and one to the supervisors."""
    listed = {
        "old": _card(old),
        "owner": _card(new),
        "numbers": [number_of(case.id) for case in cases[:NAMED]],
        "count": len(cases),
        "tasks": [number for number, _ in row.listed["tasks"][:NAMED]],
        "task_count": len(row.listed["tasks"]),
        "extensions": row.listed["extensions"][:NAMED],
        "pairings": len(row.listed["pairings"]),
        "digest": row.digest,
    }
    told = dict.fromkeys([*desk_or_office(session, new.id, now).people, *watchers(session, old.region, now)])
    key = f"handover:{row.id}"
    tell(session, told, Notice.TAKEN_OVER, listed, ticket_id=None, event_id=None, now=now, key=key)


def _card(official: Official) -> dict[str, str]:
    return {"name": official.name, "post": official.post}


def _count(cases: Sequence[Ticket], one: Ticket) -> int:
    """How many of the cases are the same enterprise's, or the same stranger's."""
    if one.enterprise_id is not None:
        return sum(case.enterprise_id == one.enterprise_id for case in cases)
    return sum(case.enterprise_id is None and case.person_id == one.person_id for case in cases)
