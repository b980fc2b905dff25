"""Tell those whose cases a patch is about that it is in effect: each owner, then each enterprise, once.

Everything is a row first (a case that a patch is about, an enterprise that is asked) and told in a
transaction that marks the row: dying anywhere tells nobody twice and leaves nobody out. Owners of cases hear
before the enterprises do. Cases are taken without waiting, as by all timers.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from models.actions import events
from models.actions.conversation import about, desk_or_office, tell_author
from models.actions.outbox import Notice, tell
from models.actions.patch_asking import ask
from models.actions.patch_chain import head
from models.actions.patch_reports import report
from models.actions.patches import about_patch
from models.actions.striking import SYSTEM, Key, is_open, may, one_by_one, taken
from models.actions.stumbles import met
from models.queries.patches import concerns, is_in_its_pattern, reach
from models.queries.patterns import GONE
from models.rules.lifecycle import FINISHED, Verb
from models.rules.numbers import number_of
from models.rules.patches import IN_FORCE
from models.tables import (
    Met,
    Patch,
    PatchCase,
    PatternMember,
    Ticket,
    is_open_to_others,
)

NAMED: Final = 4
"""Cases that a message names; the rest is counted."""
TOGETHER: Final = 100
"""Cases of one owner that are noted in one go."""
_IN_FORCE: Final = sorted(IN_FORCE)


def strike(session: Session, now: datetime, *, limit: int) -> int:
    """Do up to `limit` of what is to be told; officials hear in office hours only."""
    done = _sweep(session, now, limit)
    done = done or ask(session, now, limit)
    if done or not is_open(now):
        return done
    return _owners(session, now, limit) or _enterprises(session, now, limit) or report(session, now, limit)


def _sweep(session: Session, now: datetime, limit: int) -> int:
    """Find the cases that patches which just took effect are about, and those that came in between."""
    known = exists().where(
        PatchCase.patch_id == Patch.id,
        PatchCase.ticket_id == Ticket.id,
        or_(PatchCase.round == Patch.round, PatchCase.kind == Met.CLEARED),
    )
    pairs = (
        select(Patch.id, Ticket.id)
        .join(PatternMember, PatternMember.pattern_id == Patch.pattern_id)
        .join(Ticket, Ticket.id == PatternMember.ticket_id)
        .where(Patch.sweep_until.is_not(None), Patch.state.in_(_IN_FORCE))
        .where(~known, Ticket.status.not_in(GONE), is_open_to_others(Ticket.id))
        .order_by(Patch.id, Ticket.id)
    )
    done = 0
    swept = select(Patch).where(Patch.sweep_until.is_not(None)).order_by(Patch.id)
    for patch in session.scalars(swept).all():
        here = pairs.where(Patch.id == patch.id, Ticket.region.in_(sorted(reach(patch))))
        found = session.execute(here.limit(limit)).all()
        done += one_by_one(session, "patch_news", found, lambda key: _meet(session, key, now))
        if not found and patch.sweep_until is not None and patch.sweep_until <= now:
            gone = update(Patch).where(Patch.id == patch.id, Patch.sweep_until == patch.sweep_until)
            session.execute(gone.values(sweep_until=None))
    return done


def _meet(session: Session, key: Key, now: datetime) -> bool:
    ticket = taken(session, key[1])
    if ticket is None:
        return False
    met(session, ticket, session.get_one(Patch, key[0]).pattern_id, now=now)
    return session.get(PatchCase, (key[0], key[1])) is not None


def _owners(session: Session, now: datetime, limit: int) -> int:
    """Note on the cases that a patch is in effect, and tell each of their owners once."""
    key = (PatchCase.patch_id, Ticket.owner_id)
    counts = and_(is_in_its_pattern(), Ticket.status.not_in(GONE), is_open_to_others(Ticket.id))
    many = func.count(case((counts, 1)))
    groups = _affected().where(PatchCase.event_id.is_(None)).with_only_columns(*key, many)
    found = session.execute(groups.group_by(*key).order_by(*key).limit(limit)).all()
    return one_by_one(session, "patch_news", found, lambda key: _tell_owner(session, key, now))


def _tell_owner(session: Session, key: Key, now: datetime) -> bool:
    patch_id, owner_id, count = key
    patch = session.get_one(Patch, patch_id)
    mine = _affected().where(
        PatchCase.event_id.is_(None), PatchCase.patch_id == patch_id, Ticket.owner_id == owner_id
    )
    ids = session.scalars(mine.order_by(PatchCase.ticket_id).limit(TOGETHER)).all()
    cases = [each for each in (taken(session, ticket_id) for ticket_id in ids) if each is not None]
    noted = [each for each in cases if each.owner_id == owner_id and _note(session, patch, each, now)]
    if noted:
        live = [each for each in noted if each.status not in FINISHED]
        listed = [number_of(each.id) for each in [*live, *(each for each in noted if each not in live)]]
        news = about_patch(patch) | {"count": count, "live": len(live), "numbers": listed[:NAMED]}
        once = f"patch:{patch.id}:{patch.round}:owner:{owner_id}"
        told = desk_or_office(session, owner_id, now).people
        tell(session, told, Notice.PATCH_EFFECT, news, ticket_id=None, event_id=None, now=now, key=once)
    return bool(cases)


def _note(session: Session, patch: Patch, ticket: Ticket, now: datetime) -> bool:
    """Note on a case that its patch is in effect; one that is gone or shielded by now is none of it."""
    row = session.get_one(PatchCase, (patch.id, ticket.id), populate_existing=True)
    if row.event_id is not None:
        return False
    if not concerns(session, ticket, patch) or not may(ticket, Verb.PATCH):
        session.delete(row)
        session.flush()
        return False
    sealed = {"patch": patch.id, "head": head(session, patch.id)}
    row.event_id = events.record(session, ticket, Verb.PATCH, SYSTEM, now=now, **sealed)
    session.flush()
    return True


def _enterprises(session: Session, now: datetime, limit: int) -> int:
    """Tell each enterprise once, because of its newest case, when all owners of a patch's cases were told."""
    whose = case((Ticket.enterprise_id.is_(None), Ticket.person_id))
    key, newest = (PatchCase.patch_id, Ticket.enterprise_id, whose), func.max(Ticket.id)
    told = _affected().where(PatchCase.event_id.is_not(None), ~_waits_for_an_owner())
    groups = told.with_only_columns(*key, newest).group_by(*key).order_by(PatchCase.patch_id, newest)
    found = session.execute(groups.limit(limit)).all()
    return one_by_one(session, "patch_news", found, lambda key: _tell_enterprise(session, key, now))


def _tell_enterprise(session: Session, key: Key, now: datetime) -> bool:
    patch_id, enterprise_id, person_id, ticket_id = key
    ticket, patch = taken(session, ticket_id), session.get_one(Patch, patch_id)
    if ticket is None:
        return False
    theirs = (
        Ticket.enterprise_id == enterprise_id
        if enterprise_id is not None
        else and_(Ticket.enterprise_id.is_(None), Ticket.person_id == person_id)
    )
    rows = _affected(is_told=None).where(PatchCase.patch_id == patch_id, theirs).with_only_columns(PatchCase)
    all_of_them = session.scalars(rows, execution_options={"populate_existing": True}).all()
    waiting = [row for row in all_of_them if row.told_at is None and row.event_id is not None]
    row = next((each for each in waiting if each.ticket_id == ticket_id), None)
    if row is None:
        return False
    if not concerns(session, ticket, patch):
        session.delete(row)
        session.flush()
        return True
    if len(waiting) == len(all_of_them):  # nobody of them was told of this patch in this round before
        cases = [session.get_one(Ticket, each.ticket_id) for each in waiting]
        counted = [each for each in cases if concerns(session, each, patch)]
        live = sum(each.status not in FINISHED for each in counted)
        news = about(ticket) | about_patch(patch) | {"count": len(counted), "live": live}
        tell_author(session, ticket, Notice.PATCH_CHANGED, news, event_id=int(row.event_id or 0), now=now)
    for each in waiting:
        each.told_at = now
    session.flush()
    return True


def _affected(*, is_told: bool | None = False) -> Any:
    """Select the cases (by id) that patches in force are about in their present round."""
    wanted = (
        select(PatchCase.ticket_id)
        .join(Patch, Patch.id == PatchCase.patch_id)
        .join(Ticket, Ticket.id == PatchCase.ticket_id)
        .where(PatchCase.kind == Met.AFFECTED, Patch.round == PatchCase.round, Patch.state.in_(_IN_FORCE))
    )
    return wanted if is_told is None else wanted.where(PatchCase.told_at.is_(None))


def _waits_for_an_owner() -> ColumnElement[bool]:
    """Whether the owner of a case that the patch is about in this round has not been told yet."""
    other = aliased(PatchCase)
    untold = (other.kind == Met.AFFECTED, other.event_id.is_(None), other.told_at.is_(None))
    return exists().where(other.patch_id == PatchCase.patch_id, other.round == PatchCase.round, *untold)
