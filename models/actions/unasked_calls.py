"""Calls that an enterprise did not ask for: never in its quiet hours, and few on one day."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import catalog
from models.queries import disturbance
from models.queries.trust import Addressee
from models.rules.calling import Span, is_quiet_in, next_window
from models.rules.disturbance import JUST, Quiet, day_begins
from models.rules.lifecycle import Role, Verb
from models.tables import Call, Enterprise, Event, Ticket

_A_DAY: Final = timedelta(days=1)


class QuietThen(Exception):
    """The enterprise wants no call in this window; `window` is the next like it that suits, if any."""

    def __init__(self, quiet: Quiet, window: Span | None) -> None:
        super().__init__(str(quiet))
        self.quiet, self.window = quiet, window


class AnnouncedEnough(Exception):
    """So many calls were announced today already without being asked for; `again_at` is when more may be."""

    def __init__(self, most: int, again_at: datetime) -> None:
        super().__init__(most)
        self.most, self.again_at = most, again_at


def spare(session: Session, to: Addressee, window: Span, *, now: datetime) -> None:
    """Refuse a call in the hours in which the enterprise wants none; a time of its own it has named itself.

    Raises:
        QuietThen: it is quiet there then.
    """
    firm = _firm(to)
    mine = disturbance.own(session, firm) if firm is not None else None
    if mine is None or mine.quiet_from is None or mine.quiet_to is None:
        return
    quiet = Quiet(mine.quiet_from, mine.quiet_to)
    if is_quiet_in(window, quiet):
        raise QuietThen(quiet, next_window(window, quiet, catalog.call_habits(), now))


def count(session: Session, to: Addressee, *, now: datetime) -> bool:
    """Refuse one announcement too many of a day; return whether this one was asked for, and does not count.

    The enterprise is locked, so that two desks at once do not announce one more than there may be.

    Raises:
        AnnouncedEnough: there were as many today as there may be.
    """
    if isinstance(to, Ticket) and _wrote_just_now(session, to, now):
        return True
    most, today, firm = catalog.call_habits().unasked, day_begins(now), _firm(to)
    if firm is not None:
        locked = select(Enterprise.id).where(Enterprise.id == firm).with_for_update(key_share=True)
        session.execute(locked).one()
    rows = session.scalars(
        select(Event.data)
        .join(Ticket, Ticket.id == Event.ticket_id)
        .where(
            Ticket.id == to.id if firm is None else Ticket.enterprise_id == firm,
            Event.verb == Verb.ANNOUNCE_CALL,
            Event.at >= today,
        )
    )
    if sum(not data.get("asked_for") for data in rows) + _visits_since(session, firm, today) >= most:
        raise AnnouncedEnough(most, today + _A_DAY)
    return False


def _visits_since(session: Session, firm: int | None, since: datetime) -> int:
    """How many visits without a case were announced to an enterprise; to a stranger none are."""
    if firm is None:
        return 0
    visits = select(func.count()).where(Call.enterprise_id == firm, Call.created_at >= since)
    return session.scalars(visits).one()


def _firm(to: Addressee) -> int | None:
    return to.enterprise_id if isinstance(to, Ticket) else to.id


def _wrote_just_now(session: Session, ticket: Ticket, now: datetime) -> bool:
    last = session.scalar(
        select(func.max(Event.at)).where(
            Event.ticket_id == ticket.id, Event.actor_role == Role.ENTERPRISE, Event.actor_id.is_not(None)
        )
    )
    return last is not None and now - last <= JUST
