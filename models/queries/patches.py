"""Patches (制度补丁) and what they concern, as far as somebody may see it.

A patch is seen by whoever reaches one of its regions, and then through the cases of their own regions: of
others there is no count, no number and no comment. Shielded cases (保密) are in none.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from models.queries.growing import Behind
from models.queries.patterns import GONE
from models.queries.registry import NotFound, Regions, inside
from models.rules.patches import IN_FORCE, PatchState, PatchVerb
from models.rules.regions import regions_within
from models.tables import (
    Enterprise,
    Met,
    Official,
    Patch,
    PatchAsk,
    PatchCase,
    PatchEvent,
    PatternMember,
    Ticket,
    is_open_to_others,
)

SHOWN: Final = 20
"""Stumbles and comments that a patch is shown with, the newest first."""


def is_in_its_pattern() -> ColumnElement[bool]:
    """Whether a case that met a patch is still in the patch's pattern."""
    return exists().where(
        PatternMember.ticket_id == PatchCase.ticket_id, PatternMember.pattern_id == Patch.pattern_id
    )


PATCH_OF: Final = (
    select(func.max(PatchCase.patch_id))
    .join(Patch, Patch.id == PatchCase.patch_id)
    .where(PatchCase.ticket_id == Ticket.id, PatchCase.kind != Met.CLEARED)
    .where(is_in_its_pattern())
    .where(is_open_to_others(PatchCase.ticket_id))
    .correlate(Ticket)
    .scalar_subquery()
)
"""The newest patch that a case is about or stumbled over; of a shielded case none."""


@dataclass(frozen=True, slots=True)
class Comment:
    """What an enterprise thinks of a patch."""

    enterprise: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A patch as it is seen from some regions. `opened_by` signed its opening."""

    row: Patch
    owner: Official
    opened_by: str
    affected: int
    told: int
    stumbled: int
    stumblers: int
    """Different enterprises that stumbled."""
    asked: int
    comments: Sequence[Comment]
    stumbles: Sequence[Ticket]
    step_owners: Mapping[int, Official]


def reach(patch: Patch) -> frozenset[str]:
    """Return the codes of all regions that a patch is for."""
    return frozenset[str]().union(*(regions_within(code) for code in patch.regions))


def may_see(patch: Patch, regions: Regions) -> bool:
    """Whether one of a patch's regions is among these."""
    return regions is None or not reach(patch).isdisjoint(regions)


def lies_inside(codes: Collection[str], regions: Regions) -> bool:
    """Whether all regions of a patch are among these: then it is theirs to change."""
    return regions is None or all(regions_within(code) <= regions for code in codes)


def patches(
    session: Session,
    regions: Regions,
    *,
    state: str | None,
    pattern_id: int | None,
    owner_id: int | None,
    after: Behind,
    limit: int,
) -> list[Shown]:
    """Return up to `limit` patches behind `after`, oldest first."""
    wanted = select(Patch).where(after.holds(Patch.id)).order_by(Patch.id).execution_options(yield_per=100)
    for column, value in ((Patch.state, state), (Patch.pattern_id, pattern_id), (Patch.owner_id, owner_id)):
        if value is not None:
            wanted = wanted.where(column == value)
    found: list[Patch] = []
    with session.scalars(wanted) as rows:  # whose cursor is left open by whoever has enough
        for row in rows:
            if may_see(row, regions):
                found.append(row)
            if len(found) == limit:
                break
    return [shown(session, row, regions) for row in found]


def patch(session: Session, regions: Regions, patch_id: int) -> Shown:
    """Return one patch.

    Raises:
        NotFound: there is none, or it is for none of `regions`.
    """
    return shown(session, _one(session, regions, patch_id), regions)


def events_of(
    session: Session, regions: Regions, patch_id: int, *, after: int, limit: int
) -> Sequence[PatchEvent]:
    """Return up to `limit` events of a patch with sequence numbers above `after`.

    Raises:
        NotFound: as for `patch`.
    """
    _one(session, regions, patch_id)
    wanted = select(PatchEvent).where(PatchEvent.patch_id == patch_id, PatchEvent.seq > after)
    return session.scalars(wanted.order_by(PatchEvent.seq).limit(limit)).all()


def last_found(session: Session, patch_id: int) -> PatchEvent | None:
    """Return the event that holds a patch's newest figures."""
    found = ("find_effective", "find_ineffective", "look_again")
    wanted = select(PatchEvent).where(PatchEvent.patch_id == patch_id, PatchEvent.verb.in_(found))
    return session.scalars(wanted.order_by(PatchEvent.seq.desc()).limit(1)).first()


def issued_at(session: Session, patch_id: int) -> datetime:
    """Return when a patch that was issued was, for the last time."""
    issued = select(PatchEvent.at).where(PatchEvent.patch_id == patch_id, PatchEvent.verb == PatchVerb.ISSUE)
    return session.scalars(issued.order_by(PatchEvent.seq.desc()).limit(1)).one()


def shown(session: Session, row: Patch, regions: Regions) -> Shown:
    """Return a patch as it is seen from `regions`."""
    cases = session.execute(
        select(PatchCase.kind, PatchCase.told_at, Ticket)
        .join(Ticket, Ticket.id == PatchCase.ticket_id)
        .join(Patch, Patch.id == PatchCase.patch_id)
        .where(PatchCase.patch_id == row.id, PatchCase.round == row.round, inside(Ticket.region, regions))
        .where(is_in_its_pattern())
        .where(Ticket.status.not_in(GONE), is_open_to_others(PatchCase.ticket_id))
        .order_by(Ticket.id.desc())
    ).all()
    stumbles = [each[2] for each in cases if each[0] == Met.STUMBLED]
    affected = [each[1] for each in cases if each[0] == Met.AFFECTED]
    step_owners = [step["owner"] for step in row.steps if step.get("owner")]
    known = session.scalars(select(Official).where(Official.id.in_([row.owner_id, *step_owners])))
    officials = {each.id: each for each in known}
    return Shown(
        row=row,
        owner=officials[row.owner_id],
        opened_by=_opened_by(session, row.id),
        affected=len(affected),
        told=sum(each is not None for each in affected),
        stumbled=len(stumbles),
        stumblers=len({each.enterprise_id for each in stumbles} - {None}),
        asked=_asked(session, row, regions),
        comments=comments(session, row, regions),
        stumbles=stumbles[:SHOWN],
        step_owners=officials,
    )


def comments(session: Session, row: Patch, regions: Regions) -> list[Comment]:
    """Return what enterprises said of a patch in this round, the newest first."""
    wanted = (
        select(Enterprise.name, PatchAsk.words, PatchAsk.answered_at)
        .join(Enterprise, Enterprise.id == PatchAsk.enterprise_id)
        .where(*_of(row, regions), PatchAsk.answered_at.is_not(None), PatchAsk.words != "")
        .order_by(PatchAsk.answered_at.desc(), PatchAsk.id)
        .limit(SHOWN)
    )
    return [Comment(name, words, at) for name, words, at in session.execute(wanted) if at is not None]


def owned(session: Session, desk_ids: Collection[int], *, limit: int) -> Sequence[Patch]:
    """Return the patches that some desks answer for: those under way first, then the newest."""
    done = Patch.state.in_([PatchState.DROPPED, PatchState.EFFECTIVE])
    wanted = select(Patch).where(Patch.owner_id.in_(desk_ids)).order_by(done, Patch.id.desc())
    return session.scalars(wanted.limit(limit)).all()


def answered_for(
    session: Session, regions: Regions, owner_id: int, *, since: datetime, until: datetime
) -> list[Shown]:
    """Return the patches that a leader answers for and were under way in a time, those still so first."""
    mine = select(Patch).where(
        Patch.owner_id == owner_id, Patch.created_at < until, Patch.state != PatchState.DROPPED
    )
    over = select(PatchEvent.patch_id).where(
        PatchEvent.to_state == PatchState.EFFECTIVE, PatchEvent.at < since, PatchEvent.patch_id == Patch.id
    )
    under_way = mine.where((Patch.state != PatchState.EFFECTIVE) | ~over.exists())
    rows = session.scalars(under_way.order_by(Patch.state == PatchState.EFFECTIVE, Patch.id.desc())).all()
    return [shown(session, row, regions) for row in rows if may_see(row, regions)]


def of_regions(session: Session, regions: Regions, *, limit: int) -> list[Patch]:
    """Return the newest patches that are for one of these regions."""
    rows: Iterator[Patch] = iter(
        session.scalars(select(Patch).order_by(Patch.id.desc()).execution_options(yield_per=100))
    )
    found: list[Patch] = []
    for row in rows:
        if may_see(row, regions):
            found.append(row)
        if len(found) == limit:
            break
    return found


def in_force_on(session: Session, ticket_id: int) -> Patch | None:
    """Return the patch in force that a case is about or stumbled over, the newest if there are several.

    A shielded case (保密) is in no pattern, and so has none.
    """
    wanted = (
        select(Patch)
        .join(PatchCase, PatchCase.patch_id == Patch.id)
        .where(PatchCase.ticket_id == ticket_id, PatchCase.kind != Met.CLEARED)
        .where(is_in_its_pattern())
        .where(Patch.state.in_(sorted(IN_FORCE)))
        .order_by(Patch.took_effect_at.desc(), Patch.id.desc())
        .limit(1)
    )
    return session.scalars(wanted).first()


def patched_by(session: Session, ticket_id: int) -> tuple[Patch | None, bool]:
    """Return the patch in force on a case, as `in_force_on`, and whether it is marked as stumbled (再绊)."""
    row = in_force_on(session, ticket_id)
    known = None if row is None else session.get(PatchCase, (row.id, ticket_id))
    return row, known is not None and known.kind == Met.STUMBLED


def concerns(session: Session, ticket: Ticket, patch: Patch) -> bool:
    """Whether a case still counts for a patch: in its pattern, not gone, and not shielded (保密)."""
    member = session.get(PatternMember, ticket.id)
    is_in_it = member is not None and member.pattern_id == patch.pattern_id
    is_open_case = session.scalar(select(is_open_to_others(ticket.id)))
    return is_in_it and ticket.status not in GONE and bool(is_open_case)


def _one(session: Session, regions: Regions, patch_id: int) -> Patch:
    row = session.get(Patch, patch_id)
    if row is None or not may_see(row, regions):
        raise NotFound
    return row


def _of(row: Patch, regions: Regions) -> tuple[Any, ...]:
    """Return what keeps the questions of a patch's round that may be seen from `regions`."""
    seen: Select[Any] = select(Ticket.id).where(inside(Ticket.region, regions))
    return (
        PatchAsk.patch_id == row.id,
        PatchAsk.round == row.round,
        PatchAsk.ticket_id.in_(seen),
        is_open_to_others(PatchAsk.ticket_id),
    )


def _asked(session: Session, row: Patch, regions: Regions) -> int:
    wanted = select(func.count()).select_from(PatchAsk)
    return session.scalar(wanted.where(*_of(row, regions), PatchAsk.asked_at.is_not(None))) or 0


def _opened_by(session: Session, patch_id: int) -> str:
    wanted = select(PatchEvent.signed).where(PatchEvent.patch_id == patch_id, PatchEvent.seq == 1)
    return session.scalar(wanted) or ""
