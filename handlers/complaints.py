"""我要投诉, 我要找督查, 怎么又延期了: a complaint about the handling of a case is never a case of its own.

One about a person or an office reaches the supervisor, and not only its object.
"""

import re
from typing import Final

from handlers import filing, kept, say, urging
from handlers.meant import POSSIBLE, case, in_hand
from handlers.recalled import named
from handlers.turn import Reply, Router, Turn
from handlers.understanding.about import WHOEVER, appeals_above, complains_of, only_complains
from handlers.understanding.commands import Command
from handlers.understanding.intents import Intent, complains_of_delay, intent_of
from models.actions import complaints
from models.actions.conversation import Words
from models.queries.people import official
from models.queries.tickets import newest, unfinished
from models.tables import Outcome, Ticket

router = Router()
_GOING: Final = POSSIBLE[Command.URGE]
_NUMBER: Final = re.compile("[0-9]{4}")


@router.hear(lambda turn: turn.order is None and _object(turn) is not None)
def complain(turn: Turn) -> Reply:
    """我要投诉安予诚; 没人理我，我要找督查: about a case in work, whose owner hears it as well."""
    ticket = _object(turn)
    if ticket is None:
        return Reply(say.tell_us(), Outcome.ANSWER)
    words = Words("text", turn.text, inbox_id=turn.inbox_id)
    filing.tell(turn, ticket, words)
    is_told = complaints.complain(turn.session, turn.party, ticket, words, now=turn.now)
    speech = say.complaint_passed(ticket.title, ticket.id, is_told=is_told)
    return Reply(speech, Outcome.FOLLOW_UP, ticket.id)


@router.hear(lambda turn: turn.order is None and only_complains(turn.text))
def complain_of_what(turn: Turn) -> Reply:
    """我要投诉: asked what about; the handling of a case is one tap, all else is a matter to tell."""
    found = unfinished(turn.session, turn.party, limit=1) if turn.party.cases else ()
    return Reply(say.complain_of_what() if found else say.tell_us(), Outcome.ANSWER)


@router.hear(lambda turn: _is_of_delay(turn) and bool(newest(turn.session, turn.party, *_GOING, limit=1)))
def put_off(turn: Turn) -> Reply:
    """怎么又延期了，工人等着发工资: it urges the owner, who reads what else is said."""
    urged = urging.urge(turn) if intent_of(turn.text) is Intent.URGE else None
    if urged is not None and (urged.outcome is Outcome.FOLLOW_UP or urged.ticket_id is None):
        return urged
    words, ticket = Words("text", turn.text, inbox_id=turn.inbox_id), named(turn, Command.ADD)
    if ticket is None:
        return kept.ask(turn, newest(turn.session, turn.party, *_GOING), words)
    return filing.guess_belongs(turn, ticket, words)


def _is_of_delay(turn: Turn) -> bool:
    """Whether words complain of a delay, with no number that says of which case."""
    if turn.order is not None or not turn.is_free or _NUMBER.search(turn.text):
        return False
    return bool(turn.party.cases or turn.party.enterprise) and complains_of_delay(turn.text)


def _object(turn: Turn) -> Ticket | None:
    """The case whose handling is complained about; None for words that tell a matter of their own."""
    if turn.party.enterprise is None and not turn.party.cases:
        return None
    whom = complains_of(turn.text)
    if whom is None and not appeals_above(turn.text):
        return None
    found = list(unfinished(turn.session, turn.party))
    if whom:
        found = [one for one in found if _is_called(turn, one, whom)]
    held = in_hand(turn)
    if held is not None and any(one.id == held.id for one in found):
        return held
    return case(turn, found[0].id) if found else None


def _is_called(turn: Turn, ticket: Ticket, whom: str) -> bool:
    """Whether the owner of a case is who is named: by name, by surname and title, or as who deals with it."""
    card = official(turn.session, ticket.owner_id)
    if card.name in whom or whom in WHOEVER:
        return True
    return whom[0] == card.name[0] and len(whom) > 1 and whom[1:] in card.post
