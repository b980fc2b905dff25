"""Whether a patch has worked, in figures: who met its stone before and after, how long it took, rebounds.

Met means heard (rules.patterns): an enterprise once, copies of others' words and strangers not. What people
took out of the pattern, or said was no stumble, is not in it; nor is a shielded case (保密).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from models.queries.patches import reach
from models.queries.patterns import GONE
from models.queries.registry import Regions
from models.rules import effects, patterns
from models.rules.effects import Exposure, Interval
from models.tables import (
    Enterprise,
    Met,
    Patch,
    PatchCase,
    PatternMember,
    Ticket,
    is_open_to_others,
)

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the day on which a patch took effect.

    `rate` is per 1,000 enterprises and 90 days; `hours` the median from a case's coming to its result.
    """

    exposure: Exposure
    rate: Interval | None
    cases: int
    solved: int
    hours: float | None
    rebounds: int


@dataclass(frozen=True, slots=True)
class Effect:
    """Before and after, and the rate after as a multiple of that before."""

    before: Side
    after: Side
    ratio: Interval | None


def effect(session: Session, patch: Patch, now: datetime, *, regions: Regions = None) -> Effect | None:
    """Return what a patch has changed so far in those of its regions that are among `regions`.

    None before it takes effect.

    Before are the 180 days until it did, after is all since. Enterprises are counted as the roster has them
    now.
    """
    since = patch.took_effect_at
    if since is None or now <= since:
        return None
    here = sorted(reach(patch) if regions is None else reach(patch) & regions)
    firms = session.scalar(select(func.count()).where(Enterprise.region.in_(here))) or 0
    before = _side(session, patch, here, firms, (since - patterns.WINDOW, since))
    after = _side(session, patch, here, firms, (since, now))
    return Effect(before, after, effects.ratio(before.exposure, after.exposure))


def as_json(found: Effect) -> dict[str, Any]:
    """Return the figures as they are written into a patch's chain; what has no bound is null."""
    return {
        "before": _side_json(found.before),
        "after": _side_json(found.after),
        "ratio": _interval(found.ratio),
    }


def _side(
    session: Session, patch: Patch, here: list[str], firms: int, span: tuple[datetime, datetime]
) -> Side:
    begin, end = span
    cleared = exists().where(
        PatchCase.patch_id == patch.id, PatchCase.ticket_id == Ticket.id, PatchCase.kind == Met.CLEARED
    )
    rows = session.execute(
        select(PatternMember, Ticket)
        .join(Ticket, Ticket.id == PatternMember.ticket_id)
        .where(PatternMember.pattern_id == patch.pattern_id, Ticket.region.in_(here))
        .where(Ticket.created_at >= begin, Ticket.created_at < end, Ticket.status.not_in(GONE))
        .where(is_open_to_others(Ticket.id), ~cleared)
    ).all()
    tickets = [ticket for _, ticket in rows]
    took = [
        (each.resolved_at - each.created_at).total_seconds() / HOUR for each in tickets if each.resolved_at
    ]
    met = patterns.heard(member for member, _ in rows)
    seen = Exposure(met, firms, (end - begin) / timedelta(days=1))
    return Side(
        exposure=seen,
        rate=effects.rate(seen),
        cases=len(tickets),
        solved=len(took),
        hours=round(median(took), 1) if took else None,
        rebounds=sum(each.rebounds for each in tickets),
    )


def _side_json(side: Side) -> dict[str, Any]:
    return {
        "met": side.exposure.met,
        "enterprises": side.exposure.enterprises,
        "days": round(side.exposure.days, 2),
        "rate": _interval(side.rate),
        "cases": side.cases,
        "solved": side.solved,
        "hours": side.hours,
        "rebounds": side.rebounds,
    }


def _interval(found: Interval | None) -> dict[str, float | None] | None:
    if found is None:
        return None
    return {name: _finite(getattr(found, name)) for name in ("estimate", "low", "high")}


def _finite(value: float) -> float | None:
    return round(value, 4) if value < float("inf") else None
