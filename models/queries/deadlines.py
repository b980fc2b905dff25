"""What moved the dates of a ticket, in the words of the rules: its extensions and pauses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.rules.clocks import Granted, Paused
from models.rules.counting import day_of
from models.tables import Clock, Extension, Official, Pause


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that was decided about the dates of one ticket."""

    pauses: tuple[Paused, ...]
    extensions: Sequence[tuple[Extension, Granted]]

    def granted(self, clock: Clock) -> tuple[Granted, ...]:
        """Return the extensions of one clock: those asked for while it ran that name it."""
        return tuple(granted for row, granted in self.extensions if is_about(row, clock))


def changes(session: Session, ticket_id: int) -> Changes:
    """Return what was decided about the dates of a ticket, oldest first."""
    return Changes(paused(session, ticket_id), _granted(session, ticket_id))


def paused(session: Session, ticket_id: int) -> tuple[Paused, ...]:
    """Return the pauses of a ticket; one that was ended before a day had passed stops nothing."""
    rows = session.execute(
        select(Pause, Official.post, Official.name)
        .join(Official, Official.id == Pause.decided_by)
        .where(Pause.ticket_id == ticket_id)
        .order_by(Pause.id)
    )
    return tuple(
        Paused(
            row.began_at,
            day_of(row.began_at),
            day_of(row.until) - timedelta(days=1),
            f"{post} {name}",
            row.reason,
        )
        for row, post, name in rows
    )


def _granted(session: Session, ticket_id: int) -> list[tuple[Extension, Granted]]:
    rows = session.execute(
        select(Extension, Official.post, Official.name)
        .join(Official, Official.id == Extension.decided_by)
        .where(Extension.ticket_id == ticket_id, Extension.is_granted.is_(True))
        .order_by(Extension.id)
    )
    return [(row, Granted(row.days, f"{post} {name}", row.reason)) for row, post, name in rows]


def undecided(session: Session, ticket_id: int) -> Extension | None:
    """Return the request for more time that waits for a decision."""
    return session.scalars(
        select(Extension).where(Extension.ticket_id == ticket_id, Extension.decided_at.is_(None))
    ).one_or_none()


def pending(session: Session, ticket_id: int) -> Extension | None:
    """Return the request for more time that waits for a decision, unless its clocks have ended meanwhile."""
    asked = undecided(session, ticket_id)
    is_live = asked is not None and any(is_about(asked, clock) for clock in running(session, ticket_id))
    return asked if is_live else None


def is_about(asked: Extension, clock: Clock) -> bool:
    """Whether a request for more time is about a clock: it names it, and was made while it ran."""
    return clock.name in asked.clocks and clock.started_at <= asked.asked_at


def pause_running(session: Session, ticket_id: int) -> Pause | None:
    """Return the pause that has not ended."""
    return session.scalars(
        select(Pause).where(Pause.ticket_id == ticket_id, Pause.ended_at.is_(None))
    ).one_or_none()


def running(session: Session, ticket_id: int) -> Sequence[Clock]:
    """Return the clocks of a ticket that nobody has met, as they are stored now."""
    return session.scalars(_running(ticket_id), execution_options={"populate_existing": True}).all()


def _running(ticket_id: int) -> Select[Clock]:
    return select(Clock).where(Clock.ticket_id == ticket_id, Clock.met_at.is_(None)).order_by(Clock.id)
