"""How content the enterprise is: the result and the manner asked apart, each in one tap."""

from collections.abc import Mapping
from typing import Any, Final

from config import catalog
from handlers import last_word, placing, say
from handlers.last_word import RESULT
from handlers.meant import POSSIBLE, asked_after, meant, which
from handlers.newness import is_new_matter
from handlers.turn import Reply, Router, Turn
from handlers.understanding.asides import aside_of
from handlers.understanding.commands import Command
from handlers.understanding.consent import is_brief
from handlers.understanding.intents import Intent, Solved, intent_of, solved
from handlers.understanding.ratings import Rated, names_manners, rated_in
from handlers.understanding.stances import stance_of
from models.actions import ratings
from models.actions.conversation import Words
from models.queries.ratings import counts
from models.queries.tickets import actor_of, by_id, newest
from models.rules.lifecycle import Status
from models.rules.numbers import number_of
from models.rules.satisfaction import Rating
from models.tables import Outcome, Ticket

router = Router()
official_router = Router()
WHY: Final = "why_dissatisfied"
MANNERS: Final = "rate_manners"
"""The open question how they were treated, asked once the result is rated."""
_ASKED: Final = (RESULT, MANNERS)


@router.on(Command.RATE)
def rate(turn: Turn) -> Reply:
    """`满意|基本满意|不满意 [编号] …`: how the result is found."""
    rating = say.rating_in(turn.text) or Rating.SATISFIED
    asked = _asked(turn) if turn.order is not None and not (turn.order.number or turn.order.rest) else None
    if asked is not None and turn.asked == MANNERS:
        return _rate(turn, asked, Rated(attitude=rating))
    ticket = asked or meant(turn, Command.RATE)
    if ticket is None:
        return _which(turn, rating)
    missing = turn.order.rest if turn.order and rating is Rating.DISSATISFIED else ""
    return _rate(turn, ticket, Rated(result=rating), missing=missing or None)


@router.hear(lambda turn: turn.order is None and _rated(turn) is not None, asked=_ASKED)
def rate_as_asked(turn: Turn) -> Reply:
    """结果满意，态度一般; 他们态度很差: an answer to our card, typed."""
    ticket, given = _asked(turn), _rated(turn)
    return last_word.in_free_words(turn) if ticket is None or given is None else _rate(turn, ticket, given)


def _waiting(turn: Turn) -> list[Ticket]:
    """Their cases that wait for how they were treated: done, or written off so lately that it may change."""
    since, mine = turn.now - catalog.manners().ratings.changeable, turn.party.person_id
    done = newest(turn.session, turn.party, *POSSIBLE[Command.RATE_MANNERS]) if turn.party.cases else ()
    return [
        one
        for one in done
        if one.person_id == mine
        and one.rated_attitude is None
        and all(at is None or at > since for at in (one.closed_at, one.rated_at))
    ]


def _praises_manners(turn: Turn) -> bool:
    """态度一般, unasked: of a case that waits for that word, whichever is in hand. A bad one may complain."""
    if turn.order is not None or turn.asked is not None or not names_manners(turn.text):
        return False
    given = rated_in(turn.text, of_manners=True)
    if given is None or given.result is not None or given.attitude in {None, Rating.DISSATISFIED}:
        return False
    return bool(_waiting(turn))


@router.hear(_praises_manners)
def rate_manners_unasked(turn: Turn) -> Reply:
    """How they were treated, in free words: the case that waits for it, asked for where several do."""
    waiting, given = _waiting(turn), rated_in(turn.text, of_manners=True)
    if len(waiting) != 1 or given is None:
        return which(turn, Command.RATE_MANNERS, among=waiting)
    return _rate(turn, by_id(turn.session, waiting[0].id, seen_by=turn.party), given)


@router.hear(lambda turn: turn.order is None and _says_nothing(turn.text), asked=_ASKED)
def rate_how(turn: Turn) -> Reply:
    """就这样吧: a few words that name no matter; the card once more, and the way out."""
    question = turn.party.pending or {}
    number = number_of(question["ticket"])
    card = say.rate_result(number) if turn.asked == RESULT else say.rate_manners(number)
    return Reply(say.rate_or_new(card, turn.text), Outcome.ANSWER)


def _rated(turn: Turn) -> Rated | None:
    return rated_in(turn.text, of_manners=turn.asked == MANNERS)


def _says_nothing(text: str) -> bool:
    is_unclear = is_brief(text) and intent_of(text) in {Intent.REQUEST, Intent.UNCLEAR, Intent.NOISE}
    return is_unclear and stance_of(text) is None and aside_of(text) is None


def _asked(turn: Turn) -> Ticket | None:
    return asked_after(turn, turn.asked) if turn.asked in _ASKED else None


@router.on(Command.RATE_MANNERS)
def rate_manners(turn: Turn) -> Reply:
    """`态度 [编号] 满意|基本满意|不满意`: how one was treated."""
    rest = turn.order.rest if turn.order else ""
    rating = say.rating_in(rest) or (rated_in(rest, of_manners=True) or Rated()).attitude
    if rest and rating is None and turn.order and turn.order.number is None:
        return placing.file(turn, Words("text", turn.text, inbox_id=turn.inbox_id))
    waiting = [] if turn.order and turn.order.number else _waiting(turn)
    ticket = (
        by_id(turn.session, waiting[0].id, seen_by=turn.party)
        if len(waiting) == 1
        else meant(turn, Command.RATE_MANNERS)
    )
    if ticket is None:
        return which(turn, Command.RATE_MANNERS, among=waiting)
    if rating is None:
        speech = say.rate_manners(number_of(ticket.id))
        pending = {"ask": MANNERS, "ticket": ticket.id}
        return Reply(speech, Outcome.ANSWER, ticket.id, keeps_in_hand=False, pending=pending)
    return _rate(turn, ticket, Rated(attitude=rating))


def _rate(turn: Turn, ticket: Ticket, given: Rated, *, missing: str | None = None) -> Reply:
    number, result = number_of(ticket.id), given.result
    try:
        ratings.rate(
            turn.session,
            ticket,
            actor_of(turn.party),
            result=result,
            attitude=given.attitude,
            missing=missing,
            now=turn.now,
        )
    except ratings.RatingSettled:
        return Reply(
            say.rating_settled(number), Outcome.REFUSAL, ticket.id, keeps_in_hand=False, settles=True
        )
    asks = result is Rating.DISSATISFIED and missing is None
    return Reply(
        say.rated(
            number,
            ticket.title,
            result,
            given.attitude,
            is_explained=not asks,
            is_waiting=ticket.status == Status.RESOLVED,
        ),
        Outcome.FOLLOW_UP,
        ticket.id,
        keeps_in_hand=False,
        pending=_next(turn, ticket, given, asks=asks),
        settles=True,
    )


def _next(turn: Turn, ticket: Ticket, given: Rated, *, asks: bool) -> Mapping[str, Any] | None:
    """What is still asked: what is missing, how they were treated, or the result, if that was not said."""
    if asks:
        return {"ask": WHY, "ticket": ticket.id}
    if given.result is not None and given.attitude is None:
        return {"ask": MANNERS, "ticket": ticket.id}
    return turn.party.pending if given.result is None and turn.asked == RESULT else None


def why(turn: Turn) -> Reply | None:
    """Take words as the answer to what is missing; None if we did not ask, or they tell something else."""
    ticket = asked_after(turn, WHY)
    if ticket is None or intent_of(turn.text) is Intent.RATE or is_new_matter(turn.text, ticket):
        return None
    return _rate(turn, ticket, Rated(), missing=turn.text[: say.PAGE])


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
