"""Which cases are nobody else's business (保密)."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from models.rules.lifecycle import Verb
from models.rules.states import State
from models.tables import Event, Ticket, TicketVector

_WORDS: Final = frozenset({"reason", "channel"})
"""What people wrote freely about how a case ended."""


def is_shielded() -> ColumnElement[bool]:
    """Return the condition that a ticket is shielded."""
    return exists().where(TicketVector.ticket_id == Ticket.id, TicketVector.is_shielded)


def shielded(session: Session, ticket_ids: Collection[int]) -> frozenset[int]:
    """Return which of some cases are shielded."""
    if not ticket_ids:
        return frozenset()
    wanted = select(TicketVector.ticket_id).where(
        TicketVector.is_shielded, TicketVector.ticket_id.in_(ticket_ids)
    )
    return frozenset(session.scalars(wanted))


def shielded_by(session: Session, ticket_id: int) -> str | None:
    """Return in which role somebody asked for secrecy last; None if nobody did.

    Where a case was shielded because another is that goes on with it, that is who asked for the other's.
    """
    asked = select(Event.actor_role, Event.data).where(
        Event.ticket_id == ticket_id, Event.verb == Verb.SHIELD
    )
    last = session.execute(asked.order_by(Event.seq.desc()).limit(1)).first()
    return None if last is None else last.data.get("asked_by", last.actor_role)


def hush(state: State) -> None:
    """Take all words out of what a shielded case was at some moment."""
    state.entered = {}
    state.refusal, state.written_off = (
        said and {key: "" if key in _WORDS else value for key, value in said.items()}
        for said in (state.refusal, state.written_off)
    )
