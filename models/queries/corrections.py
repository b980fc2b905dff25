"""What people said a ticket is, beside the words it began with. The event log is the only source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.queries.registry import Regions, inside
from models.queries.shielded import is_shielded
from models.rules.lifecycle import Role, Verb
from models.tables import Event, Message, Side, Ticket

PEOPLE: Final = (Role.ENTERPRISE, Role.OWNER, Role.AIDE, Role.SUPERVISOR)
"""Whose word on a type is worth learning from. The system's own guesses are not."""


@dataclass(frozen=True, slots=True)
class Correction:
    """The first words of a ticket, the type somebody gave it last, and where that is on record."""

    text: str
    type: str
    role: str
    event_id: int
    at: datetime


def corrections(session: Session, regions: Regions) -> Sequence[Correction]:
    """Return each corrected ticket's last correction by a person, oldest first, in `regions` only.

    A ticket that began without words, or with words that may belong to another, teaches nothing; nor does a
    shielded one (保密), whose words might stand in a model.
    """
    last = (
        select(func.max(Event.id))
        .where(Event.verb == Verb.RETYPE, Event.actor_role.in_(PEOPLE))
        .group_by(Event.ticket_id)
    )
    first = (
        select(func.min(Message.id))
        .where(
            Message.side == Side.ENTERPRISE,
            Message.retracted_at.is_(None),
            Message.gathered_until.is_(None),
            Message.text != "",
        )
        .group_by(Message.ticket_id)
    )
    found = session.execute(
        select(Message.text, Event.data, Event.actor_role, Event.id, Event.at)
        .join(Ticket, Ticket.id == Event.ticket_id)
        .join(Message, Message.ticket_id == Event.ticket_id)
        .where(Event.id.in_(last), Message.id.in_(first), inside(Ticket.region, regions), ~is_shielded())
        .order_by(Event.id)
    )
    return [Correction(text, data["type"], role, event_id, at) for text, data, role, event_id, at in found]
