"""Which cases are nobody else's business (保密)."""

from collections.abc import Collection, Mapping
from typing import Any, Final

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


LINKS: Final = frozenset({"after", "split_from", "split_into", "moved_from", "moved_to", "main", "carries"})
"""What of an event names other cases: of the same enterprise, mostly."""
_APART: Final = frozenset({"split_from", "split_into", "moved_from", "moved_to"})


def without_links(data: Mapping[str, Any], hidden: Collection[int]) -> dict[str, Any]:
    """Return what an event says, without the cases among `hidden` that it names."""
    kept = dict(data)
    for key in LINKS & data.keys():
        if isinstance(said := data[key], list):
            kept[key] = [each for each in said if each not in hidden]
        elif said in hidden:
            del kept[key]
    return kept


def hidden_in(session: Session, events: Collection[Event]) -> frozenset[int]:
    """Return the shielded ones of the cases that events are about, or that they name."""
    named = {each.ticket_id for each in events}
    for each in events:
        named |= {linked for key in LINKS & each.data.keys() for linked in _ids(each.data[key])}
    return shielded(session, named)


def said_with(session: Session, ticket_id: int) -> list[int]:
    """Return the cases, not shielded, that a case was split from or into: its words are there too."""
    told = session.scalars(select(Event.data).where(Event.ticket_id == ticket_id)).all()
    found = {each for data in told for key in _APART & data.keys() for each in _ids(data[key])}
    return sorted(found - shielded(session, found))


def _ids(said: Any) -> list[int]:
    return said if isinstance(said, list) else [said]


def visits_behind(session: Session) -> frozenset[int]:
    """Return the visits at which shielded cases were raised: what was noted there may be their words."""
    raised = select(Event.data).join(TicketVector, TicketVector.ticket_id == Event.ticket_id)
    first = raised.where(TicketVector.is_shielded, Event.verb == Verb.SUBMIT)
    return frozenset(data["visit"] for data in session.scalars(first) if data.get("visit") is not None)


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
