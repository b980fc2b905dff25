"""我要投诉 and 我要找督查: a complaint about the handling reaches the supervisor, and not only its object."""

from handlers import filing, say
from handlers.meant import case, in_hand
from handlers.turn import Reply, Router, Turn
from handlers.understanding.about import WHOEVER, appeals_above, complains_of, only_complains
from models.actions import complaints
from models.actions.conversation import Words
from models.queries.people import official
from models.queries.tickets import unfinished
from models.tables import Outcome, Ticket

router = Router()


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
