"""How content the enterprise is: the result and the manner asked apart, each in one tap."""

from typing import Final

from handlers import last_word, placing, say
from handlers.meant import POSSIBLE, asked_after, meant, which
from handlers.newness import is_new_matter
from handlers.turn import Reply, Router, Turn
from handlers.understanding.commands import Command
from handlers.understanding.intents import Intent, Solved, intent_of, solved
from models.actions import ratings
from models.actions.conversation import Words
from models.queries.ratings import counts
from models.queries.tickets import actor_of, newest
from models.rules.lifecycle import Status
from models.rules.numbers import number_of
from models.rules.satisfaction import Rating
from models.tables import Outcome, Ticket

router = Router()
official_router = Router()
WHY: Final = "why_dissatisfied"


@router.on(Command.RATE)
def rate(turn: Turn) -> Reply:
    """`满意|基本满意|不满意 [编号] …`: how the result is found."""
    ticket = meant(turn, Command.RATE)
    rating = say.rating_in(turn.text) or Rating.SATISFIED
    if ticket is None:
        return _which(turn, rating)
    missing = turn.order.rest if turn.order and rating is Rating.DISSATISFIED else ""
    return _rate(turn, ticket, result=rating, missing=missing or None)


@router.on(Command.RATE_MANNERS)
def rate_manners(turn: Turn) -> Reply:
    """`态度 [编号] 满意|基本满意|不满意`: how one was treated."""
    rest = turn.order.rest if turn.order else ""
    rating = say.rating_in(rest)
    if rest and rating is None and turn.order and turn.order.number is None:
        return placing.file(turn, Words("text", turn.text, inbox_id=turn.inbox_id))
    ticket = meant(turn, Command.RATE_MANNERS)
    if ticket is None:
        return which(turn, Command.RATE_MANNERS)
    if rating is None:
        return Reply(say.rate_manners(number_of(ticket.id)), Outcome.ANSWER, ticket.id, keeps_in_hand=False)
    return _rate(turn, ticket, attitude=rating)


def _rate(
    turn: Turn,
    ticket: Ticket,
    *,
    result: Rating | None = None,
    attitude: Rating | None = None,
    missing: str | None = None,
) -> Reply:
    number = number_of(ticket.id)
    try:
        ratings.rate(
            turn.session,
            ticket,
            actor_of(turn.party),
            result=result,
            attitude=attitude,
            missing=missing,
            now=turn.now,
        )
    except ratings.RatingSettled:
        return Reply(say.rating_settled(number), Outcome.REFUSAL, ticket.id, keeps_in_hand=False)
    asks = result is Rating.DISSATISFIED and missing is None
    return Reply(
        say.rated(
            number,
            ticket.title,
            result,
            attitude,
            is_explained=not asks,
            is_waiting=ticket.status == Status.RESOLVED,
        ),
        Outcome.FOLLOW_UP,
        ticket.id,
        keeps_in_hand=False,
        pending={"ask": WHY, "ticket": ticket.id} if asks else None,
    )


def why(turn: Turn) -> Reply | None:
    """Take words as the answer to what is missing; None if we did not ask, or they tell something else."""
    ticket = asked_after(turn, WHY)
    if ticket is None or intent_of(turn.text) is Intent.RATE or is_new_matter(turn.text, ticket):
        return None
    return _rate(turn, ticket, missing=turn.text[: say.PAGE])


def _which(turn: Turn, rating: Rating) -> Reply:
    """Ask which case is rated; where none can be, thank them."""
    if not newest(turn.session, turn.party, *POSSIBLE[Command.RATE], limit=1):
        return Reply(say.nothing_to_confirm_yet(), Outcome.ANSWER)
    return which(turn, Command.RATE, said=say.RATING[rating])


def in_free_words(turn: Turn) -> Reply:
    """How it went, in words of their own: a rating, or the last word on whether it is solved.

    Content writes nothing off and discontent reopens nothing: the answer offers both words where one is due.
    """
    rating = say.rating_in(turn.text)
    is_rating = rating is not None and solved(turn.text) is Solved.UNSAID
    return rate(turn) if is_rating else last_word.in_free_words(turn)


@router.on(Command.RATINGS)
def what_to_rate(turn: Turn) -> Reply:
    """`评价`, said by an enterprise: which of its cases it may rate."""
    return which(turn, Command.RATE)


@official_router.on(Command.RATINGS)
def seen_by_desk(turn: Turn) -> Reply:
    """`评价`: how often which rating was given to this desk's cases, never by whom."""
    desk = turn.party.official.desk_id if turn.party.official else 0
    return Reply(say.ratings(counts(turn.session, desk, turn.now)), Outcome.ANSWER)
