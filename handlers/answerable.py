"""Never a dead end: who answers for a case, how to reach them, and what one can say now.

No ticket comes of asking for a person.
"""

from config.catalog import OTHER
from handlers import filing, say
from handlers.meant import in_hand, meant, which
from handlers.turn import Reply, Router, Turn
from handlers.understanding.about import About, about
from handlers.understanding.commands import Command
from models.actions.conversation import LOCAL, Desk, Words, desk_or_office
from models.queries.duty import NobodyOnDuty, on_duty
from models.queries.people import PROVINCE, OfficialCard
from models.queries.tickets import by_number, overview, unfinished
from models.tables import Outcome, Ticket

router = Router()


@router.on(Command.HELP)
def help_now(turn: Turn) -> Reply:
    """`帮助`: the few words that are of use now."""
    views = [overview(turn.session, ticket) for ticket in unfinished(turn.session, turn.party)]
    return Reply(say.help_now(turn.party, views), Outcome.ANSWER)


@router.on(Command.HUMAN)
def human(turn: Turn) -> Reply:
    """`人工 [编号]`: every case has a person, who reads what is said here; else whoever would get it."""
    cases = _cases(turn)
    if not cases:
        return _nobody_yet(turn)
    shown = [
        (overview(turn.session, case), desk_or_office(turn.session, case.owner_id, turn.now))
        for case in cases[: say.PERSONS]
    ]
    return Reply(say.persons(shown), Outcome.ANSWER, cases[0].id if len(cases) == 1 else None)


@router.hear(lambda turn: turn.order is None and turn.is_free and about(turn.text) is not None)
def about_us(turn: Turn) -> Reply:
    """你们是干啥的, 收费吗, 包保领导是谁, 中午一起吃饭不: said to us, and no case of it."""
    asked = about(turn.text)
    if asked is About.CARER:
        carer = turn.party.carer
        return Reply(say.your_carer(carer), Outcome.ANSWER) if carer is not None else _nobody_yet(turn)
    if asked is About.US:
        return Reply(say.about_us(turn.party), Outcome.ANSWER)
    return Reply(say.no_meals() if asked is About.MEAL else say.welcome_thanks(), Outcome.ANSWER)


def _nobody_yet(turn: Turn) -> Reply:
    card = _on_duty(turn)
    return Reply(say.person_on_duty(card, _desk(turn, card)) if card else say.tell_us(), Outcome.ANSWER)


@router.on(Command.CALL_ME)
def call_me(turn: Turn) -> Reply:
    """`约我电话 [编号] …`: a wish for a call reaches the owner as a follow-up."""
    ticket = meant(turn, Command.CALL_ME)
    if ticket is None:
        is_any = unfinished(turn.session, turn.party, limit=1)
        return which(turn, Command.CALL_ME) if is_any else _nobody_yet(turn)
    wish = say.wish_for_a_call(turn.order.rest if turn.order else "")
    told = filing.tell(turn, ticket, Words("text", wish, inbox_id=turn.inbox_id))
    view = overview(turn.session, ticket)
    return Reply(say.call_wished(view, told), Outcome.FOLLOW_UP, ticket.id)


def _desk(turn: Turn, card: OfficialCard) -> Desk:
    return desk_or_office(turn.session, card.desk_id, turn.now)


def _cases(turn: Turn) -> list[Ticket]:
    """The case named or in hand, else all that are not finished."""
    if turn.order is not None and turn.order.command is Command.HUMAN and turn.order.number:
        return [by_number(turn.session, turn.order.number, seen_by=turn.party)]
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
