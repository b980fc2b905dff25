"""Who answers a turn: the routers of each side, in the order in which they are asked, and refusals."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from handlers import (
    addressed,
    after_refusal,
    answerable,
    binding,
    call_answers,
    calls,
    cases,
    co_handling,
    complaints,
    contacts,
    day,
    declining,
    delegating,
    desk_words,
    enterprise,
    events,
    extensions,
    guest,
    held,
    helping,
    manners,
    matters,
    numbered,
    official,
    own_words,
    passing_on,
    patch_work,
    patches,
    refused,
    satisfaction,
    say,
    several,
    shielding,
    supervisor,
    verify,
    visits,
)
from handlers.cases import WORDS_KEPT
from handlers.turn import Handler, Incoming, Kind, Reply, Routers, Turn
from handlers.understanding.commands import Order, read
from handlers.understanding.desk_talk import spoken
from handlers.understanding.ruling import ruled
from models.actions.held import AlreadyOut
from models.queries.people import Party
from models.queries.tickets import NoSuchTicket, Overview, actor_on, overview
from models.rules.lifecycle import NotAllowed, NotPossible, Role
from models.session import savepoint
from models.tables import OfficialKind, Outcome


def ordered(incoming: Incoming, who: Party) -> Order | None:
    """The command in a text; officials may put it in free words, unless we wait for words of theirs."""
    if incoming.kind not in {Kind.TEXT, Kind.CLICK}:
        return None
    order = read(incoming.text)
    if order is not None or who.official is None:
        return order
    asked = who.pending.get("ask") if who.pending else None
    if asked not in _SPOKEN_THROUGH:
        return None
    decided = ruled(incoming.text) if who.official.kind == OfficialKind.SUPERVISOR else None
    return decided or spoken(incoming.text)


_SPOKEN_THROUGH: Final = frozenset(
    {
        None,
        WORDS_KEPT,
        official.WHAT_WAS_DONE,
        calls.CALL_WHEN,
        supervisor.WHOM,
        supervisor.OF_WHICH,
        extensions.HOW_LONG,
    }
)
"""Questions of ours that take no words which mean a command as their answer."""


def heard_by(turn: Turn) -> Handler | None:
    """Return who answers a turn; None where a rule refuses already, which `reply_to` then says."""
    try:
        return _handler(turn)
    except tuple(_REFUSED):
        return None


def reply_to(turn: Turn, heard: Handler | None) -> Reply:
    """Have a turn answered; a refusal by the rules takes back what the handler had done so far."""
    try:
        with savepoint(turn.session):
            return (heard or _handler(turn))(turn)
    except tuple(_REFUSED) as refused:
        answer = next(say_so for kind, say_so in _REFUSED.items() if isinstance(refused, kind))
        return answer(turn, refused)


def _not_possible(turn: Turn, refused: NotPossible) -> Reply:
    return Reply(say.not_possible(refused.status, refused.verb, *_concerned(turn)), Outcome.REFUSAL)


def _not_allowed(turn: Turn, refused: NotAllowed) -> Reply:
    return Reply(say.not_allowed(refused.role, refused.verb, _concerned(turn)[0]), Outcome.REFUSAL)


def _already_out(_turn: Turn, late: AlreadyOut) -> Reply:
    return Reply(say.already_out(late.number), Outcome.REFUSAL)


def _unknown(turn: Turn, unknown: NoSuchTicket) -> Reply:
    if turn.party.official is not None:
        return several.lost_number(turn, unknown.number)
    return Reply(say.no_such_ticket(unknown.number), Outcome.REFUSAL)


def _concerned(turn: Turn) -> tuple[Overview | None, Role]:
    """Return the case that a refused step was about, if it can be told, and in which role they acted."""
    try:
        ticket = cases.meant(turn)
    except NoSuchTicket:
        ticket = None
    if ticket is None:
        return None, Role.ENTERPRISE
    role = actor_on(turn.session, turn.party, ticket).role
    return overview(turn.session, ticket, seen_by=turn.party), role


def _without_turn(answer: Callable[[Any], Reply]) -> Callable[[Turn, Any], Reply]:
    return lambda _turn, refused: answer(refused)


_REFUSED: Final[Mapping[type[Exception], Callable[[Turn, Any], Reply]]] = {
    NoSuchTicket: _unknown,
    NotPossible: _not_possible,
    NotAllowed: _not_allowed,
    AlreadyOut: _already_out,
    **{
        refused: _without_turn(answer)
        for router in (co_handling, helping, declining, supervisor, shielding)
        for refused, answer in router.REFUSALS.items()
    },
}
"""What a rule may refuse with, and what is said then."""


_OFFICIAL: Final = Routers(
    binding.router,
    guest.router,
    verify.router,
    *shielding.routers,
    delegating.official_router,
    visits.official_router,
    day.official_router,
    satisfaction.official_router,
    *(extensions.official_router, extensions.supervisor_router),
    co_handling.official_router,
    refused.official_router,
    helping.official_router,
    declining.official_router,
    *(patch_work.official_router, patches.official_router),
    held.net_router,
    several.official_router,
    passing_on.official_router,
    addressed.official_router,
    helping.helper_router,  # before those who hear plain words as an owner's
    calls.official_router,
    *(held.official_router, manners.official_router, official.router),
    events.router,
)
_SUPERVISOR: Final = Routers(
    *(binding.router, guest.router, verify.router),
    *(extensions.official_router, extensions.supervisor_router, *shielding.routers),
    *(patch_work.supervisor_router, patches.supervisor_router, supervisor.router, events.router),
)
_ENTERPRISE: Final = Routers(
    binding.router,
    *(patches.enterprise_router, patches.shown_router),
    answerable.router,
    guest.router,
    verify.router,
    *shielding.routers,
    call_answers.router,
    visits.enterprise_router,
    day.enterprise_router,
    *(extensions.enterprise_router, declining.enterprise_router),
    desk_words.enterprise_router,
    satisfaction.router,
    contacts.router,
    matters.router,
    manners.enterprise_router,
    after_refusal.router,
    complaints.router,
    numbered.router,
    own_words.router,
    enterprise.router,
    events.router,
)


def _routers(who: Party) -> Routers:
    if who.official is None:
        return _ENTERPRISE
    return _SUPERVISOR if who.official.kind == OfficialKind.SUPERVISOR else _OFFICIAL


def _handler(turn: Turn) -> Handler:
    return _routers(turn.party).find(turn) or events.other
