"""Let a notice that the platform accepted and its report of what became of it meet, whichever comes first.

Both upsert one row under the platform's id, so the second finds the first whatever was committed when, and
applies the outcome. Where the platform gives no id with its answer, the oldest notice it has not reported
on is taken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any, Final, NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.actions.unheard import warn_owners
from models.rules.windows import Channel
from models.session import core
from models.tables import Consent, Delivery, Outbox, Report

AGE: Final = timedelta(days=1)
"""After which nobody comes to the meeting any more: the platform reports within seconds, or not at all."""

SKEW: Final = timedelta(seconds=30)
"""How far the clocks of two of our machines may be apart."""

_SOME: Final = 1000
_DIALECTS: Final[Mapping[str, ModuleType]] = {"sqlite": sqlite, "postgresql": postgresql}
_KEY: Final = ["person_id", "channel", "platform_id"]
_MET: Final = (Report.id, Report.outbox_id, Report.attempt, Report.is_delivered, Report.why)


class _Met(NamedTuple):
    """A row after one of the halves was written; what is None has not come."""

    id: int
    outbox_id: int | None
    attempt: int | None
    is_delivered: bool | None
    why: str | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A notice in the platform's hands: which attempt on which message, claimed when."""

    person_id: int
    channel: Channel
    template_id: str | None
    platform_id: str | None
    outbox_id: int
    attempt: int
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the platform says became of a notice; `is_consent_used` if it says that too."""

    channel: Channel
    platform_id: str | None
    template_id: str | None
    is_delivered: bool
    why: str
    is_consent_used: bool = False


def accepted(session: Session, notices: Iterable[Accepted], *, now: datetime) -> None:
    """Note notices that the platform took; what it has reported of them already is applied."""
    for notice in notices:
        _apply(session, _note(session, notice, now), now)


def reported(session: Session, person_id: int, verdict: Verdict, *, now: datetime) -> None:
    """Note what became of a person's notice: a failure parks it and warns the owner, a repeat is nothing.

    The caller has locked the person: what they consented to may change.
    """
    met = _heard(session, person_id, verdict, now)
    if met is None:
        return
    if verdict.is_consent_used:
        forget_consent(session, person_id, verdict.template_id)
    _apply(session, met, now)


def forget(session: Session, *, now: datetime) -> int:
    """Remove some of what has waited, or met, long ago; return how many rows that were."""
    old = (
        select(Report.id)
        .where(Report.at < now - AGE)
        .order_by(Report.at)
        .limit(_SOME)
        .with_for_update(skip_locked=True)
    )
    gone = session.execute(delete(Report).where(Report.id.in_(old.scalar_subquery())).returning(Report.id))
    return len(gone.all())


def _insert(session: Session, values: Mapping[str, Any]) -> Any:
    return _DIALECTS[core(session).dialect.name].insert(Report).values(**values)


def _note(session: Session, notice: Accepted, now: datetime) -> _Met | None:
    half = {"outbox_id": notice.outbox_id, "attempt": notice.attempt}
    if notice.platform_id is None:
        return _note_without_id(session, notice, half, now)
    row = _insert(session, _key(notice.person_id, notice, now) | half)
    return _met(session, row.on_conflict_do_update(index_elements=_KEY, set_=half))


def _note_without_id(session: Session, notice: Accepted, half: dict[str, Any], now: datetime) -> _Met | None:
    """Meet a report that has come since the notice was claimed, or wait for the next."""
    oldest = (
        select(Report.id)
        .where(
            *_alike(notice.person_id, notice),
            Report.outbox_id.is_(None),
            Report.at >= notice.claimed_at - SKEW,
        )
        .order_by(Report.id)
        .limit(1)
    )
    met = _fill(session, oldest, half)
    if met is None:
        session.execute(_insert(session, _key(notice.person_id, notice, now) | half))
    return met


def _heard(session: Session, person_id: int, verdict: Verdict, now: datetime) -> _Met | None:
    half = {"is_delivered": verdict.is_delivered, "why": verdict.why}
    if verdict.platform_id is None:
        return _fill(session, _unreported(person_id, verdict), half)
    row = _insert(session, _key(person_id, verdict, now) | half)
    is_first = Report.is_delivered.is_(None)
    met = _met(session, row.on_conflict_do_update(index_elements=_KEY, set_=half, where=is_first))
    if met is None or met.outbox_id is not None:
        return met
    return _take_notice(session, met, _unreported(person_id, verdict).where(Report.platform_id.is_(None)))


def _take_notice(session: Session, met: _Met, oldest: Any) -> _Met:
    """Bring a notice whose id we were not told to the report that is about it."""
    waiting = session.execute(
        delete(Report)
        .where(Report.id == oldest.scalar_subquery())
        .returning(Report.outbox_id, Report.attempt)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if waiting is None:
        return met
    half = {"outbox_id": waiting.outbox_id, "attempt": waiting.attempt}
    return _fill(session, select(Report.id).where(Report.id == met.id), half) or met


def _unreported(person_id: int, verdict: Verdict) -> Any:
    return (
        select(Report.id)
        .where(*_alike(person_id, verdict), Report.outbox_id.is_not(None), Report.is_delivered.is_(None))
        .order_by(Report.id)
        .limit(1)
    )


def _fill(session: Session, which: Any, half: dict[str, Any]) -> _Met | None:
    return _met(session, update(Report).where(Report.id == which.scalar_subquery()).values(**half))


def _met(session: Session, statement: Any) -> _Met | None:
    rows = session.execute(statement.returning(*_MET).execution_options(synchronize_session=False))
    return next((_Met(*row) for row in rows), None)


def _key(person_id: int, half: Accepted | Verdict, now: datetime) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "channel": half.channel,
        "template_id": half.template_id,
        "platform_id": half.platform_id,
        "at": now,
    }


def _alike(person_id: int, half: Accepted | Verdict) -> tuple[Any, ...]:
    return (
        Report.person_id == person_id,
        Report.channel == half.channel,
        Report.template_id == half.template_id,
    )


def _apply(session: Session, met: _Met | None, now: datetime) -> None:
    """Park what was not delivered, if it was this very attempt that counted as sent, and warn the owner."""
    if met is None or met.outbox_id is None or met.is_delivered is not False:
        return
    parked = session.scalars(
        update(Outbox)
        .where(Outbox.id == met.outbox_id, Outbox.state == Delivery.SENT, Outbox.attempts == met.attempt)
        .values(state=Delivery.PARKED, reason=met.why, settled_at=now, rang_at=None, rang_for=None)
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if parked is not None:
        warn_owners(session, {parked: "refused"}, now=now)


def forget_consent(session: Session, person_id: int, template_id: str | None) -> None:
    """Note that somebody allows no more notices of a template, whether or not we thought that they did."""
    row = _DIALECTS[core(session).dialect.name].insert(Consent)
    session.execute(
        row.values(person_id=person_id, template_id=template_id or "", left=0).on_conflict_do_update(
            index_elements=["person_id", "template_id"], set_={"left": 0}
        )
    )
