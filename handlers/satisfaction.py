"""How content the enterprise is: the result and the manner asked apart, each in one tap."""

from typing import Final

from handlers import filing, say
from handlers.meant import POSSIBLE, asked_after, in_hand, meant, which
from handlers.turn import Reply, Router, Turn
from handlers.understanding.commands import Command
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
        return which(turn, Command.RATE, said=say.RATING[rating])
    missing = turn.order.rest if turn.order and rating is Rating.DISSATISFIED else ""
    return _rate(turn, ticket, result=rating, missing=missing or None)


@router.on(Command.RATE_MANNERS)
def rate_manners(turn: Turn) -> Reply:
    """`态度 [编号] 满意|基本满意|不满意`: how one was treated."""
    rest = turn.order.rest if turn.order else ""
    rating = say.rating_in(rest)
    if rest and rating is None and turn.order and turn.order.number is None:
        return filing.file(turn, Words("text", turn.text, inbox_id=turn.inbox_id))
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
        say.rated(number, ticket.title, result, attitude, is_explained=not asks),
        Outcome.FOLLOW_UP,
        ticket.id,
        keeps_in_hand=False,
        pending={"ask": WHY, "ticket": ticket.id} if asks else None,
    )


def why(turn: Turn) -> Reply | None:
    """Take words as the answer to what is missing; None if we did not ask, or they tell of another matter."""
    ticket = asked_after(turn, WHY)
    if ticket is None or filing.is_new_matter(turn.text, ticket):
        return None
    return _rate(turn, ticket, missing=turn.text[: say.PAGE])


def in_free_words(turn: Turn) -> Reply | None:
    """Say how a case went without one of the words that always work; None if it is about the one in hand.

    Free words write nothing off and reopen nothing: they are asked back, with taps.
    """
    command = say.verdict_in(turn.text)
    waiting = POSSIBLE[command] if command is Command.RATE else (Status.RESOLVED,)
    if newest(turn.session, turn.party, *waiting, limit=1):
        return rate(turn) if command is Command.RATE else which(turn, command)
    return None if in_hand(turn) is not None else which(turn, command)


@router.on(Command.RATINGS)
def what_to_rate(turn: Turn) -> Reply:
    """`评价`, said by an enterprise: which of its cases it may rate."""
    return which(turn, Command.RATE)


@official_router.on(Command.RATINGS)
def seen_by_desk(turn: Turn) -> Reply:
    """`评价`: how often which rating was given to this desk's cases, never by whom."""
    desk = turn.party.official.desk_id if turn.party.official else 0
    return Reply(say.ratings(counts(turn.session, desk, turn.now)), Outcome.ANSWER)
