"""Help with a case (协办): what the unit says that was asked.

What a unit writes goes to the owner, never to the enterprise; so its plain words must not reach the router of
those who own cases.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from handlers import say
from handlers.cases import WORDS_KEPT, asked_about, is_reason, keep, meant, permitted, rest, rest_or_kept
from handlers.meant import page_in, say_film_stays
from handlers.turn import MEDIA, MESSAGES, Kind, Reply, Router, Turn
from handlers.understanding.commands import Command, read
from handlers.understanding.refusing import Refusal, refusal_in, takes_on, takes_on_after_all
from models.actions import helping as actions
from models.actions import media
from models.actions.conversation import Words
from models.queries import co_handling as queries
from models.queries.conversation import said
from models.queries.tickets import (
    NoSuchTicket,
    actor_on,
    by_id,
    helping_desk,
    how_many_unfinished,
    overview,
)
from models.rules.lifecycle import STEPS, Role, Status, Verb
from models.rules.numbers import number_of
from models.tables import CoHandling, HelpState, Outcome, Ticket

WHY_REFUSE: Final = "why_refuse_help"
LISTED: Final = 4
REFUSED_OF_LATE: Final = timedelta(days=7)
"""For so long a refusal is taken back by the unit itself."""
REASON_FROM: Final = 5
"""Characters from which a plain refusal says why; of a shorter one we ask the reason."""

official_router: Final = Router()


@official_router.hear(lambda turn: bool(_thought_better_of(turn)))
def reconsider(turn: Turn) -> Reply:
    """算了我们办吧, or the word itself, after a refusal: the task is theirs, unless another was asked."""
    [(row, ticket), *others] = _thought_better_of(turn)
    if others:
        refused = [queries.task(*one) for one in ((row, ticket), *others)]
        return Reply(say.which_task(refused, Command.JOIN), Outcome.ANSWER)
    actions.reconsider(turn.session, row, now=turn.now)
    return _join(turn, by_id(turn.session, ticket.id, seen_by=turn.party))


def _thought_better_of(turn: Turn) -> list[tuple[CoHandling, Ticket]]:
    """What their desks have refused of late and take on after all."""
    order = turn.order
    if order is None:
        is_said = turn.incoming.kind is Kind.TEXT and turn.asked is None and takes_on_after_all(turn.text)
    else:
        is_said = order.command is Command.JOIN
    if not is_said or (not (order and order.number) and has_tasks(turn)):
        return []
    found = queries.refused(turn.session, turn.party.desks, since=turn.now - REFUSED_OF_LATE)
    return [one for one in found if order is None or order.number in {None, number_of(one[1].id)}]


@official_router.on(Command.JOIN)
def join(turn: Turn) -> Reply:
    """`接受协办 编号`: the unit takes its task on; words we kept to ask about it are then its answer."""
    if _thought_better_of(turn):
        return reconsider(turn)
    ticket = task_meant(turn)
    if ticket is None:
        return which_task(turn, Command.JOIN)
    return _join(turn, ticket)


def _join(turn: Turn, ticket: Ticket) -> Reply:
    if kept := _kept_for(turn, ticket):
        return _contribute(turn, ticket, Words("text", kept, inbox_id=turn.inbox_id))
    actions.join(turn.session, ticket, actor_on(turn.session, turn.party, ticket), now=turn.now)
    view = overview(turn.session, ticket)
    return Reply(say.joined_by_you(view, _task(turn, ticket)), Outcome.FOLLOW_UP, ticket.id)


@official_router.on(Command.REFUSE)
def refuse(turn: Turn) -> Reply:
    """`不接受协办 编号 理由`: the unit does not; the owner is told why and keeps the case."""
    ticket = task_meant(turn)
    if ticket is None:
        return which_task(turn, Command.REFUSE)
    return _refuse(turn, ticket, rest(turn) or _kept_for(turn, ticket))


@official_router.answering(WHY_REFUSE)
def why_refuse(turn: Turn) -> Reply:
    """Take the reason we asked for."""
    ticket, _ = asked_about(turn)
    return _refuse(turn, ticket, turn.text if is_reason(turn.text) else "")


def _refuse(turn: Turn, ticket: Ticket, reason: str) -> Reply:
    actor, number = permitted(turn, ticket, Verb.REFUSE), number_of(ticket.id)
    if _task(turn, ticket).is_answered:
        raise actions.AnsweredAlready
    if not reason:
        pending = {"ask": WHY_REFUSE, "ticket": ticket.id}
        return Reply(say.why_refuse(number), Outcome.ANSWER, ticket.id, pending=pending)
    actions.refuse(turn.session, ticket, actor, reason, now=turn.now)
    return Reply(say.refused_by_you(number), Outcome.FOLLOW_UP, ticket.id, keeps_in_hand=False)


@official_router.on(Command.CONTRIBUTE)
def contribute(turn: Turn) -> Reply:
    """`协办回复 编号 …`: the unit writes to the owner."""
    ticket = task_meant(turn)
    if ticket is None:
        return which_task(turn, Command.CONTRIBUTE)
    return _contribute(turn, ticket, Words("text", rest_or_kept(turn), inbox_id=turn.inbox_id))


def _contribute(turn: Turn, ticket: Ticket, words: Words) -> Reply:
    actor = permitted(turn, ticket, Verb.CONTRIBUTE)
    if not words.text and words.media_id is None:
        return Reply(say.contribute_what(number_of(ticket.id)), Outcome.ANSWER, ticket.id)
    actions.contribute(turn.session, ticket, actor, words, now=turn.now)
    return Reply(say.contributed(overview(turn.session, ticket)), Outcome.FOLLOW_UP, ticket.id)


def hear(turn: Turn, ticket: Ticket, words: str) -> Reply:
    """Take a unit's plain words on a case: yes, no, an answer to its owner, or we ask which of them."""
    number, task = number_of(ticket.id), _task(turn, ticket)
    if task.state is HelpState.ASKED and takes_on(words):
        return _join(turn, ticket)
    if not is_reason(words):
        return Reply(say.courtesy_not_for_owner(number), Outcome.ANSWER, ticket.id)
    refusal = refusal_in(words)
    if task.is_answered or (Status(ticket.status), Verb.REFUSE) not in STEPS or refusal is Refusal.NO:
        return _contribute(turn, ticket, Words("text", words, inbox_id=turn.inbox_id))
    if refusal is Refusal.PLAIN:
        return _refuse(turn, ticket, words if len(words.strip()) >= REASON_FROM else "")
    return take_or_leave(turn, ticket, words)


def take_or_leave(turn: Turn, ticket: Ticket, words: str) -> Reply:
    """Ask whether a unit takes its task on; its words are kept as its answer, or as its reason."""
    pending = keep(words, Command.CONTRIBUTE) | {"ticket": ticket.id}
    speech = say.take_or_leave(number_of(ticket.id), is_joined=_task(turn, ticket).state is HelpState.JOINED)
    return Reply(speech, Outcome.ANSWER, ticket.id, pending=pending)


def _kept_for(turn: Turn, ticket: Ticket) -> str:
    """The words about which we have just asked whether they take this task on."""
    question = turn.party.pending or {}
    return rest_or_kept(turn, Command.CONTRIBUTE) if question.get("ticket") == ticket.id else ""


def has_tasks(turn: Turn) -> bool:
    """Whether anything that their desks were asked to help with waits for their answer."""
    return bool(queries.tasks(turn.session, turn.party.desks, limit=1))


def task_meant(turn: Turn) -> Ticket | None:
    """The case a unit means: by number, in hand, or the only one that waits for its answer."""
    ticket = meant(turn)
    if turn.order and turn.order.number:
        return ticket
    if ticket is not None and _is_helper(turn, ticket):
        return ticket
    tasks = queries.tasks(turn.session, turn.party.desks, limit=2)
    return by_id(turn.session, tasks[0].ticket_id, seen_by=turn.party) if len(tasks) == 1 else None


def which_task(turn: Turn, command: Command) -> Reply:
    """Ask which task is meant."""
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
    ticket = _case(turn)
    return ticket is not None and _is_helper(turn, ticket)


def _case(turn: Turn) -> Ticket | None:
    """The case that is named or in hand, else the only one on a desk that has nothing but this task."""
    ticket = meant(turn)
    asks_to_see = turn.order is not None and turn.order.command in {Command.DETAIL, Command.PROGRESS}
    if ticket is not None or asks_to_see or turn.asked not in {None, WORDS_KEPT}:
        return ticket
    tasks = queries.tasks(turn.session, turn.party.desks, limit=2)
    if len(tasks) != 1 or how_many_unfinished(turn.session, turn.party):
        return None
    return by_id(turn.session, tasks[0].ticket_id, seen_by=turn.party)


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
    return _contribute(turn, _held(turn), Words("text", rest_or_kept(turn), inbox_id=turn.inbox_id))


@helper_router.on(*_OWNERS_ONLY)
def owners_only(turn: Turn) -> Reply:
    """Refuse an owner's words at once, before anything is asked; free words are the unit's own.

    Raises:
        NotAllowed: always; or NotPossible, where nobody could do it.
    """
    ticket = _held(turn)
    command = turn.order.command if turn.order else Command.RESOLVE
    if read(turn.text) is None:
        return _join(turn, ticket) if command is Command.ACCEPT else hear(turn, ticket, turn.text)
    permitted(turn, ticket, _OWNERS_ONLY[command])
    return detail(turn)


@helper_router.when(Kind.TEXT)
def text(turn: Turn) -> Reply:
    """Plain words to a case in hand go to its owner; a courtesy stays here, and a refusal is one."""
    return hear(turn, _held(turn), turn.text)


@helper_router.when(Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.LOCATION, Kind.LINK)
def attachment(turn: Turn) -> Reply:
    """A picture or a voice goes to the owner like plain words."""
    media_id = None
    if turn.incoming.kind in MEDIA and turn.incoming.media:
        media_id = media.keep(turn.session, turn.incoming.media, kind=turn.incoming.kind, now=turn.now)
    words = Words(turn.incoming.kind, turn.text, media_id, turn.inbox_id)
    return say_film_stays(turn, _contribute(turn, _held(turn), words))


def _held(turn: Turn) -> Ticket:
    ticket = _case(turn)
    if ticket is None:
        raise NoSuchTicket("")
    return ticket


REFUSALS: Final[Mapping[type[Exception], Callable[[Any], Reply]]] = {
    actions.AnsweredAlready: lambda _: Reply(say.answered_already(), Outcome.REFUSAL),
    actions.GivenElsewhere: lambda late: Reply(say.refusal_stands(late.number), Outcome.REFUSAL),
    actions.TakenOnAlready: lambda _: Reply(say.taken_on_already(), Outcome.REFUSAL),
}
"""What each refusal is answered with."""
