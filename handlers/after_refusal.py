"""What an enterprise says after a case was refused: the appeal is one tap away, with the words as its reason.

No ticket comes of 怎么申诉 or 理由不成立, and nobody who was just refused is asked what their matter is.
"""

from datetime import timedelta
from typing import Final

from handlers import say
from handlers.newness import is_new_matter
from handlers.recalled import recently_declined, spoken_of
from handlers.turn import Kind, Reply, Router, Turn
from handlers.understanding import addressing
from handlers.understanding.consent import consents
from handlers.understanding.headline import names_a_matter
from handlers.understanding.intents import Intent, intent_of
from handlers.understanding.stances import Stance, asks_of_verdict, speaks_of_a_refusal, stance_of
from models.queries.declines import newest_decline
from models.queries.tickets import newest, overview, unfinished
from models.rules.lifecycle import Status
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket

router: Final = Router()
REMARK: Final = 16
"""Characters of words that name no matter and, with nothing else open, are about the refusal."""
FRESH: Final = timedelta(days=1)
_COURTEOUS: Final = frozenset(
    {
        Intent.GREETING,
        Intent.THANKS,
        Intent.HELP,
        Intent.NOISE,
        Intent.VERIFY,
        Intent.PROGRESS,
        Intent.HUMAN,
    }
)
"""What has its own answer, refusal or none."""


@router.hear(lambda turn: bool(_refused(turn)))
def may_object(turn: Turn) -> Reply:
    """理由不成立, 请重新考虑, 那我找谁: of the refusal, and never a case of its own unasked."""
    found = _refused(turn)
    if len(found) > 1:
        return Reply(say.which_to_appeal([overview(turn.session, one) for one in found]), Outcome.ANSWER)
    [one] = found
    row = newest_decline(turn.session, one.id)
    speech = say.about_refusal(number_of(one.id), one.title, row.channel if row else "", turn.text)
    return Reply(speech, Outcome.ANSWER, one.id)


def _refused(turn: Turn) -> list[Ticket]:
    """The refusals of late that plain words may be about; none while a result waits for their word."""
    is_text = turn.order is None and turn.incoming.kind is Kind.TEXT
    if not (is_text and turn.is_free and turn.party.cases):
        return []
    said = stance_of(turn.text)
    if said is not None and said.stance is Stance.DISSENT:
        return []
    is_said, is_remark = speaks_of_a_refusal(turn.text), _is_remark(turn.text)
    if not (is_said or is_remark):
        return []
    held = turn.party.case_in_hand(turn.now)
    found = _numbered(turn, [one for one in recently_declined(turn) if held in {None, one.id}])
    if not found or newest(turn.session, turn.party, Status.RESOLVED, limit=1) or _is_of_others(turn, found):
        return []
    if is_said and not any(is_new_matter(turn.text, one) for one in found):
        return found
    is_alone = is_remark and not unfinished(turn.session, turn.party, limit=1)
    return [one for one in found if _is_fresh(turn, one)] if is_alone else []


def _numbered(turn: Turn, found: list[Ticket]) -> list[Ticket]:
    """Those of `found` whose number stands in the words; all if none does."""
    numbers = {*addressing.mentioned(turn.text)} - addressing.HOTLINES
    return [one for one in found if number_of(one.id) in numbers] if numbers else found


def _is_of_others(turn: Turn, found: list[Ticket]) -> bool:
    """Whether words name the subject of a case that goes on, and of none refused: 增容的事请再研究.

    While one goes on 督查什么时候来 asks nothing of a refusal against which nobody has appealed.
    """
    others = unfinished(turn.session, turn.party)
    if not others or addressing.mentioned(turn.text):
        return False
    is_named = bool(spoken_of(turn, others)) and not spoken_of(turn, found)
    return is_named or asks_of_verdict(turn.text)


def _is_remark(text: str) -> bool:
    is_little = len(text) <= REMARK and not names_a_matter(text) and consents(text) is None
    return is_little and intent_of(text) not in _COURTEOUS


def _is_fresh(turn: Turn, ticket: Ticket) -> bool:
    row = newest_decline(turn.session, ticket.id)
    return row is not None and turn.now - row.declined_at <= FRESH
