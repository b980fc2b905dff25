"""Help with a case (协办): what the unit says that was asked.

What a unit writes goes to the owner, never to the enterprise; so its plain words must not reach the router of
those who own cases.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from handlers import say
from handlers.cases import asked_about, is_reason, meant, permitted, rest
from handlers.meant import page_in, say_film_stays
from handlers.turn import MEDIA, MESSAGES, Kind, Reply, Router, Turn
from handlers.understanding.commands import Command
from models.actions import helping as actions
from models.actions import media
from models.actions.conversation import Words
from models.queries import co_handling as queries
from models.queries.conversation import said
from models.queries.tickets import NoSuchTicket, actor_on, by_id, helping_desk, overview
from models.rules.lifecycle import Role, Verb
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket

WHY_REFUSE: Final = "why_refuse_help"
LISTED: Final = 4

official_router: Final = Router()


@official_router.on(Command.JOIN)
def join(turn: Turn) -> Reply:
    """`接受协办 编号`: the unit takes its task on."""
    ticket = _task_meant(turn)
    if ticket is None:
        return _which_task(turn, Command.JOIN)
    actions.join(turn.session, ticket, actor_on(turn.session, turn.party, ticket), now=turn.now)
    view = overview(turn.session, ticket)
    return Reply(say.joined_by_you(view, _task(turn, ticket)), Outcome.FOLLOW_UP, ticket.id)


@official_router.on(Command.REFUSE)
def refuse(turn: Turn) -> Reply:
    """`不接受协办 编号 理由`: the unit does not; the owner is told why and keeps the case."""
    ticket = _task_meant(turn)
    if ticket is None:
        return _which_task(turn, Command.REFUSE)
    return _refuse(turn, ticket, rest(turn))


@official_router.answering(WHY_REFUSE)
def why_refuse(turn: Turn) -> Reply:
    """Take the reason we asked for."""
    ticket, _ = asked_about(turn)
    return _refuse(turn, ticket, turn.text if is_reason(turn.text) else "")


def _refuse(turn: Turn, ticket: Ticket, reason: str) -> Reply:
    actor, number = permitted(turn, ticket, Verb.REFUSE), number_of(ticket.id)
    if not reason:
        pending = {"ask": WHY_REFUSE, "ticket": ticket.id}
        return Reply(say.why_refuse(number), Outcome.ANSWER, ticket.id, pending=pending)
    actions.refuse(turn.session, ticket, actor, reason, now=turn.now)
    return Reply(say.refused_by_you(number), Outcome.FOLLOW_UP, ticket.id, keeps_in_hand=False)


@official_router.on(Command.CONTRIBUTE)
def contribute(turn: Turn) -> Reply:
    """`协办回复 编号 …`: the unit writes to the owner."""
    ticket = _task_meant(turn)
    if ticket is None:
        return _which_task(turn, Command.CONTRIBUTE)
    return _contribute(turn, ticket, Words("text", rest(turn), inbox_id=turn.inbox_id))


def _contribute(turn: Turn, ticket: Ticket, words: Words) -> Reply:
    actor = permitted(turn, ticket, Verb.CONTRIBUTE)
    if not words.text and words.media_id is None:
        return Reply(say.contribute_what(number_of(ticket.id)), Outcome.ANSWER, ticket.id)
    actions.contribute(turn.session, ticket, actor, words, now=turn.now)
    return Reply(say.contributed(overview(turn.session, ticket)), Outcome.FOLLOW_UP, ticket.id)


def _task_meant(turn: Turn) -> Ticket | None:
    """The case a unit means: by number, in hand, or the only one that waits for its answer."""
    ticket = meant(turn)
    if turn.order and turn.order.number:
        return ticket
    if ticket is not None and _is_helper(turn, ticket):
        return ticket
    tasks = queries.tasks(turn.session, turn.party.desks, limit=2)
    return by_id(turn.session, tasks[0].ticket_id, seen_by=turn.party) if len(tasks) == 1 else None


def _which_task(turn: Turn, command: Command) -> Reply:
    tasks = queries.tasks(turn.session, turn.party.desks, limit=LISTED)
    return Reply(say.which_task(tasks, command), Outcome.ANSWER)


def _task(turn: Turn, ticket: Ticket) -> queries.Task:
    desk_id = helping_desk(turn.session, turn.party, ticket.id)
    row = None if desk_id is None else queries.helping(turn.session, ticket.id, desk_id)
    if row is None:
        raise NoSuchTicket(number_of(ticket.id))
    return queries.task(row, ticket)


def _is_helper(turn: Turn, ticket: Ticket) -> bool:
    return actor_on(turn.session, turn.party, ticket).role is Role.CO_HANDLER


def _helps_with_what_is_meant(turn: Turn) -> bool:
    """Whether words or pictures are about a case that the desk only helps with."""
    if turn.incoming.kind not in MESSAGES or (turn.order and turn.order.command not in _FOR_BOTH):
        return False
    ticket = meant(turn)
    return ticket is not None and _is_helper(turn, ticket)


_OWNERS_ONLY: Final = {
    Command.ACCEPT: Verb.ACCEPT,
    Command.REPORT: Verb.PROGRESS,
    Command.RESOLVE: Verb.RESOLVE,
}
_FOR_BOTH: Final = frozenset({Command.DETAIL, Command.PROGRESS, Command.REPLY, *_OWNERS_ONLY})
"""Words of an owner that mean something else, or nothing, from somebody who only helps."""

helper_router: Final = Router(_helps_with_what_is_meant)
"""Goes before the router of those who own cases: a unit's plain words are for the owner."""


@helper_router.on(Command.DETAIL, Command.PROGRESS)
def detail(turn: Turn) -> Reply:
    """`详情 编号`: the case as the unit may see it; it is in hand from now on."""
    ticket = _held(turn)
    words = said(turn.session, ticket, now=turn.now)
    speech = say.helped_case(
        overview(turn.session, ticket), _task(turn, ticket), words, page=page_in(turn) or 1
    )
    return Reply(speech, Outcome.ANSWER, ticket.id)


@helper_router.on(Command.REPLY)
def reply(turn: Turn) -> Reply:
    """`回复 编号 …`: meant for somebody on the case; from a unit that is the owner."""
    return _contribute(turn, _held(turn), Words("text", rest(turn), inbox_id=turn.inbox_id))


@helper_router.on(*_OWNERS_ONLY)
def owners_only(turn: Turn) -> Reply:
    """Refuse an owner's words at once, before anything is asked.

    Raises:
        NotAllowed: always; or NotPossible, where nobody could do it.
    """
    ticket = _held(turn)
    command = turn.order.command if turn.order else Command.RESOLVE
    permitted(turn, ticket, _OWNERS_ONLY[command])
    return detail(turn)


@helper_router.when(Kind.TEXT)
def text(turn: Turn) -> Reply:
    """Plain words to a case in hand go to its owner; a courtesy stays here."""
    ticket = _held(turn)
    if not is_reason(turn.text):
        return Reply(say.courtesy_not_for_owner(number_of(ticket.id)), Outcome.ANSWER, ticket.id)
    return _contribute(turn, ticket, Words("text", turn.text, inbox_id=turn.inbox_id))


@helper_router.when(Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.LOCATION, Kind.LINK)
def attachment(turn: Turn) -> Reply:
    """A picture or a voice goes to the owner like plain words."""
    media_id = None
    if turn.incoming.kind in MEDIA and turn.incoming.media:
        media_id = media.keep(turn.session, turn.incoming.media, kind=turn.incoming.kind, now=turn.now)
    words = Words(turn.incoming.kind, turn.text, media_id, turn.inbox_id)
    return say_film_stays(turn, _contribute(turn, _held(turn), words))


def _held(turn: Turn) -> Ticket:
    ticket = meant(turn)
    if ticket is None:
        raise NoSuchTicket("")
    return ticket


REFUSALS: Final[Mapping[type[Exception], Callable[[Any], Reply]]] = {
    actions.TakenOnAlready: lambda _: Reply(say.taken_on_already(), Outcome.REFUSAL),
}
"""What each refusal is answered with."""
