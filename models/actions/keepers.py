"""Who keeps a promise, and what news of it says: the owner's desk, a unit that helps, or the supervisors.

The ladder of a warning begins at the keeper's desk. The enterprise keeps one too: its word on a result.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from config.catalog import ClockName
from models.actions import co_handling
from models.actions.conversation import about, tell_author, tell_desk
from models.actions.outbox import Notice
from models.rules.urging import URGING
from models.rules.warnings import LEVELS
from models.tables import CoHandling, Decline, Official, Ticket


@dataclass(frozen=True, slots=True)
class Keeper:
    """On whose desk the ladder of a promise begins, and with which notice and news it is warned of."""

    desk_id: int
    notice: Notice
    news: Mapping[str, Any]


def keeper(session: Session, ticket: Ticket, clock: str, level: int, subject_id: int | None) -> Keeper:
    """Return who keeps a clock (or answers an urging), and what they are told at `level`."""
    if clock == ClockName.APPEAL and (appeal := session.get(Decline, subject_id or 0)) is not None:
        notice = Notice.APPEAL_LATE if level == LEVELS[-1] else Notice.APPEALED
        return Keeper(ticket.owner_id, notice, news_of_appeal(session, ticket, appeal))
    if clock == ClockName.CO_HANDLE and (help_ := session.get(CoHandling, subject_id or 0)) is not None:
        news = co_handling.news_of_help(session, ticket, help_.unit_id)
        return Keeper(help_.unit_id, Notice.WARNED, news)
    owner = session.get_one(Official, ticket.owner_id)
    notice = Notice.URGED if clock == URGING else Notice.WARNED
    return Keeper(owner.id, notice, about(ticket) | {"owner": {"name": owner.name, "post": owner.post}})


def news_of_appeal(session: Session, ticket: Ticket, row: Decline) -> dict[str, Any]:
    """Return what news about an appeal says: what was refused and why, what the enterprise says, by when."""
    owner = session.get_one(Official, ticket.owner_id)
    return about(ticket) | {
        "code": row.code,
        "reason": row.words,
        "channel": row.channel,
        "text": row.appeal or "",
        "due": row.due_at.isoformat() if row.due_at else None,
        "owner": {"name": owner.name, "post": owner.post},
    }


def tell_beside(
    session: Session,
    ticket: Ticket,
    clock: str,
    level: int,
    subject_id: int | None,
    *,
    event_id: int,
    now: datetime,
) -> None:
    """Tell whoever is to know beside the ladder: who waits for a late answer, and the enterprise once."""
    if clock == ClockName.CONFIRMATION and level == LEVELS[0]:
        tell_author(session, ticket, Notice.STILL_OPEN, about(ticket), event_id=event_id, now=now)
    if clock != ClockName.CO_HANDLE or level != LEVELS[-1]:
        return
    row = session.get_one(CoHandling, subject_id)
    news = co_handling.news_of_help(session, ticket, row.unit_id) | {"due": row.due_at.isoformat()}
    co_handling.tell_unit(session, ticket, row.unit_id, Notice.HELP_LATE, news, event_id=event_id, now=now)
    tell_desk(session, ticket, Notice.HELP_LATE, news | {"is_yours": True}, event_id=event_id, now=now)
