"""`委托 姓名 起 止`: a leader names who acts while they are away."""

from handlers import say
from handlers.turn import Reply, Router, Turn
from handlers.understanding.commands import Command
from handlers.understanding.dates import Days, days_in
from handlers.understanding.details import is_cancel, is_nobody, official_in, surname_in
from models.actions import delegations as acts
from models.actions.delegations import DelegationRefused
from models.queries import delegations
from models.queries.people import OfficialCard
from models.tables import Official, OfficialKind, Outcome

official_router = Router()


@official_router.on(Command.DELEGATE)
def delegate(turn: Turn) -> Reply:
    """`委托 姓名 起 止`, `委托 取消`, or `委托` alone for what is settled."""
    leader = turn.party.official
    if leader is None or leader.kind != OfficialKind.LEADER:
        return Reply(say.only_leaders_delegate(), Outcome.REFUSAL)
    words = turn.order.rest if turn.order else ""
    if is_cancel(words):
        return _cancel(turn, leader)
    days = days_in(words, turn.now.astimezone(say.LOCAL).date())
    if days is None:
        return _without_days(turn, leader, words) if words else _settled(turn, leader)
    if not days.before:
        found = delegations.eligible(turn.session, leader)
        mine = sorted(found, key=lambda one: one.leader_id != leader.id)
        return Reply(say.who_deputises(mine, (days.first, days.last)), Outcome.ANSWER)
    return _delegate(turn, leader, days)


def _delegate(turn: Turn, leader: OfficialCard, days: Days) -> Reply:
    found = [] if is_nobody(days.before) else _called(turn, leader, days.before)
    if len(found) != 1 and not is_nobody(days.before):
        alike = found or _alike(turn, leader, days.before)
        speech = say.which_deputy(days.before, alike, (days.first, days.last), is_name=bool(found))
        return Reply(speech, Outcome.ANSWER)
    deputy = found[0] if found else None
    try:
        acts.delegate(
            turn.session,
            official_id=leader.id,
            deputy_id=deputy.id if deputy else None,
            starts_on=days.first,
            ends_on=days.last,
            now=turn.now,
        )
    except DelegationRefused as refused:
        return Reply(say.delegation_refused(refused.why), Outcome.REFUSAL)
    return Reply(say.delegated(deputy, (days.first, days.last)), Outcome.ANSWER)


def _called(turn: Turn, leader: OfficialCard, words: str) -> list[Official]:
    """Who is meant: by name, by post and name, or as one of those we offered."""
    name, tapped = "".join(words.split()), official_in(words)
    everybody = delegations.eligible(turn.session, leader)
    if tapped is not None:
        return [one for one in everybody if one.id == tapped]
    return [one for one in everybody if name in {one.name, "".join(f"{one.post}{one.name}".split())}]


def _alike(turn: Turn, leader: OfficialCard, words: str) -> list[Official]:
    """Who may be meant by a surname with a word before or after it: those called so."""
    surname = surname_in(words)
    return [
        one for one in delegations.eligible(turn.session, leader) if surname and one.name.startswith(surname)
    ]


def _without_days(turn: Turn, leader: OfficialCard, words: str) -> Reply:
    """A name, and no days we understand: say whether we know the name, and ask for the days."""
    name = words.split(maxsplit=1)[0]
    found = _called(turn, leader, name)
    if not found:
        return Reply(say.which_deputy(name, [], None), Outcome.ANSWER)
    return Reply(say.delegate_when(found[0].name), Outcome.ANSWER)


def _cancel(turn: Turn, leader: OfficialCard) -> Reply:
    running = delegations.from_today(turn.session, leader.id, turn.now.astimezone(say.LOCAL).date())
    if running:
        acts.end(turn.session, running[0][0], now=turn.now)
    return Reply(say.delegation_ended(running[0] if running else None), Outcome.ANSWER)


def _settled(turn: Turn, leader: OfficialCard) -> Reply:
    running = delegations.from_today(turn.session, leader.id, turn.now.astimezone(say.LOCAL).date())
    return Reply(say.delegations(running), Outcome.ANSWER)
