"""Which case somebody means: by its number, by what was last spoken about, or because there is only one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from handlers import say
from handlers.turn import Kind, Reply, Turn
from handlers.understanding.commands import Command
from models.queries.merging import main_of
from models.queries.tickets import NoSuchTicket, by_id, by_number, newest, overview, standing
from models.rules.lifecycle import FINISHED, Status
from models.rules.numbers import ticket_id_of
from models.tables import Outcome, Ticket

IN_HAND: Final = timedelta(minutes=10)
"""For so long plain text may belong to the case last spoken about."""
PAGE_DIGITS: Final = 4
POSSIBLE: Final = {
    Command.URGE: (Status.OPEN, Status.ACCEPTED),
    Command.ADD: (Status.OPEN, Status.ACCEPTED, Status.RESOLVED),
    Command.RETYPE: (Status.OPEN,),
    Command.WITHDRAW: (Status.OPEN, Status.ACCEPTED),
    Command.CONFIRM: (Status.RESOLVED,),
    Command.DISPUTE: (Status.RESOLVED, Status.CLOSED),
    Command.RATE: (Status.RESOLVED, Status.CLOSED),
    Command.RATE_MANNERS: (Status.RESOLVED, Status.CLOSED),
    Command.HUMAN: (Status.OPEN, Status.ACCEPTED, Status.RESOLVED),
    Command.CALL_ME: (Status.OPEN, Status.ACCEPTED, Status.RESOLVED),
}
"""Where a case must stand for what an enterprise says about it."""


def in_hand(turn: Turn) -> Ticket | None:
    """Return the case last spoken about, as long as it is not finished."""
    return _unless_finished(_held(turn))


def asked_about(turn: Turn, ask: str) -> Ticket | None:
    """Return the case about which we have just asked `ask`, as long as it is not finished."""
    return _unless_finished(asked_after(turn, ask))


def asked_after(turn: Turn, ask: str) -> Ticket | None:
    """Return the case about which we have just asked `ask`, finished or not."""
    question = turn.party.pending
    if not question or question.get("ask") != ask:
        return None
    return seen(turn, question["ticket"])


def case(turn: Turn, ticket_id: int) -> Ticket | None:
    """Return one case by id, as long as they may see it and it is not finished."""
    return _unless_finished(seen(turn, ticket_id))


def meant(turn: Turn, command: Command) -> Ticket | None:
    """Return the case an enterprise's command is about: by number, in hand, or the only one they brought.

    Raises:
        NoSuchTicket: the number given is mistyped, unknown or not theirs.
    """
    if turn.order and turn.order.number:
        return by_number(turn.session, turn.order.number, seen_by=turn.party)
    return _disputed(turn) if command is Command.DISPUTE else _only(turn, *POSSIBLE[command])


def to_withdraw(turn: Turn) -> tuple[Ticket | None, Ticket | None]:
    """Return the very case that is to be withdrawn, and the main case it has to be taken out of, if any.

    A withdrawal is of one case (ADR 0211): the number of a merged one stands for no other here, as long as
    its main case is in work. Both are locked, the main case first.

    Raises:
        NoSuchTicket: the number given is mistyped, unknown or not theirs.
    """
    found, number = meant(turn, Command.WITHDRAW), turn.order.number if turn.order else None
    called = ticket_id_of(number) if number else None
    if called is None or found is None or called == found.id:
        return found, None
    if found.status not in POSSIBLE[Command.WITHDRAW]:
        return found, None
    ticket = by_id(turn.session, called, seen_by=turn.party)
    return ticket, found if main_of(turn.session, ticket.id) == found.id else None


def which(turn: Turn, command: Command, *, said: str | None = None, among: Sequence[Ticket] = ()) -> Reply:
    """Ask which case is meant: one `among` those it seems to be, else all for which it is possible.

    `said` is the word in use.
    """
    found = among or newest(turn.session, turn.party, *POSSIBLE[command])
    views = [overview(turn.session, ticket) for ticket in found]
    return Reply(say.which(views, command, said), Outcome.ANSWER)


def _disputed(turn: Turn) -> Ticket | None:
    """The case that is not solved: one that waits for their word, and one written off only if none does.

    A rebound counts against the rate, so it is never guessed while another case may be meant.
    """
    if not newest(turn.session, turn.party, Status.RESOLVED, limit=1):
        return _only(turn, Status.CLOSED)
    held = _held(turn)
    is_looking_back = held is not None and held.status == Status.CLOSED
    return None if is_looking_back else _only(turn, Status.RESOLVED)


def _only(turn: Turn, *statuses: Status) -> Ticket | None:
    mine = turn.party.person_id
    found = [one for one in newest(turn.session, turn.party, *statuses) if one.person_id == mine]
    held = None if _is_ambiguous(found, statuses) else turn.party.case_in_hand(turn.now)
    for ticket in found:
        if ticket.id == held:
            return by_id(turn.session, ticket.id, seen_by=turn.party)
    if turn.party.others and turn.party.enterprise is not None:
        found = [one for one in found if one.enterprise_id in {None, turn.party.enterprise.id}]
    return by_id(turn.session, found[0].id, seen_by=turn.party) if len(found) == 1 else None


def _is_ambiguous(found: Sequence[Ticket], statuses: Sequence[Status]) -> bool:
    """Whether several cases wait for the word that was said: a write-off is not guessed from the hand."""
    waiting = [ticket for ticket in found if ticket.status == Status.RESOLVED]
    return len(waiting) > 1 and set(statuses) <= {Status.RESOLVED, Status.CLOSED}


def _held(turn: Turn) -> Ticket | None:
    ticket_id = turn.party.case_in_hand(turn.now)
    return None if ticket_id is None else seen(turn, ticket_id)


def seen(turn: Turn, ticket_id: int) -> Ticket | None:
    """Return one case by id, of one that is merged its main case; None if they may not see it."""
    try:
        return standing(turn.session, ticket_id, seen_by=turn.party)
    except NoSuchTicket:
        return None


def _unless_finished(ticket: Ticket | None) -> Ticket | None:
    return None if ticket is None or ticket.status in FINISHED else ticket


def page_in(turn: Turn) -> int | None:
    """Return which page of a case is asked for, by a short number after the case's."""
    rest = turn.order.rest if turn.order else ""
    return int(rest) if len(rest) <= PAGE_DIGITS and rest.isdecimal() else None


def page_of(turn: Turn, total: int, size: int) -> int:
    """Return which page of a list of so many is asked for: the last one at most."""
    return max(1, min(page_in(turn) or 1, -(-total // size)))


def say_film_stays(turn: Turn, reply: Reply) -> Reply:
    """Tell who sent a film that the other side hears of it and cannot see it."""
    if turn.incoming.kind is not Kind.VIDEO:
        return reply
    return replace(reply, speech=(*say.film_stays(), *reply.speech))
