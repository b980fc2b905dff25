"""Who answers for somebody who asks for a person. No ticket comes of the question."""

from config.catalog import OTHER
from handlers import say
from handlers.meant import in_hand
from handlers.turn import Reply, Turn
from models.actions.conversation import LOCAL, Desk, desk_or_office
from models.queries.people import PROVINCE, NobodyOnDuty, OfficialCard, on_duty
from models.queries.tickets import overview, unfinished
from models.tables import Outcome, Ticket


def human(turn: Turn) -> Reply:
    """Asked for a person: every case has one, who reads what is said here; else whoever would get it."""
    cases = _cases(turn)
    if not cases:
        card = _on_duty(turn)
        return Reply(say.person_on_duty(card, _desk(turn, card)) if card else say.tell_us(), Outcome.ANSWER)
    shown = [
        (overview(turn.session, case), desk_or_office(turn.session, case.owner_id, turn.now))
        for case in cases[: say.PERSONS]
    ]
    return Reply(say.persons(shown), Outcome.ANSWER, cases[0].id if len(cases) == 1 else None)


def _desk(turn: Turn, card: OfficialCard) -> Desk:
    return desk_or_office(turn.session, card.desk_id, turn.now)


def _cases(turn: Turn) -> list[Ticket]:
    """The case in hand, else all that are not finished."""
    current = in_hand(turn)
    return [current] if current is not None else list(unfinished(turn.session, turn.party))


def _on_duty(turn: Turn) -> OfficialCard | None:
    """Who would answer for a new matter of no certain type; None where the roster names nobody."""
    if turn.party.carer is not None:
        return turn.party.carer
    region = turn.party.enterprise.region if turn.party.enterprise else PROVINCE
    try:
        return on_duty(turn.session, region, OTHER, turn.now.astimezone(LOCAL).date())
    except NobodyOnDuty:
        return None
