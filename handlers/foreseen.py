"""What an official's echo adds where the enterprise will not hear at once what was just said."""

from handlers import say
from handlers.turn import Speech, Turn
from models.actions import bells, events
from models.tables import Ticket


def later(turn: Turn, ticket: Ticket) -> Speech:
    """Return why the last step of a case has not reached the enterprise yet, and until when; else nothing."""
    event_id = events.newest(turn.session, ticket.id)
    when = turn.now + turn.manners.hold
    wait = bells.foresee(turn.session, ticket.id, event_id, turn.manners.granted, now=when)
    return () if wait is None else say.not_heard_yet(wait)
