"""What a ticket was at any past moment, told by its events alone. Pure.

`replay` folds the facts of one chain into a `State`. What happened counts from the moment it bears, so the
same facts and the same moment give the same state, whenever it is asked. Verbs that change nothing of a state
may be left out of the facts (`TOLD_BY` names those that matter).

Events from before release 0125 lack some facts (docs/ledgers.md): dates that a clock was started with, the
region, the ledger number. The state then leaves them out; whoever needs them reads them off the ticket.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from models.rules import replay_help
from models.rules.clocks import KEEPS, OF_OTHERS
from models.rules.lifecycle import FINISHED, Status, Verb
from models.rules.states import Fact, Help, State, Word

__all__ = ["TOLD_BY", "Fact", "Help", "State", "Word", "replay"]


def replay(facts: Iterable[Fact], at: datetime | None = None) -> State | None:
    """Return what a ticket was at `at`, or is now; None if it had not been submitted.

    `facts` are events of one ticket in the order of `seq`.
    """
    state: State | None = None
    for fact in facts:
        if at is not None and fact.at > at:
            continue
        if state is None:
            state = State()
        verb, status, data = fact.verb, fact.to_status, fact.data
        tell = _TELLERS.get(verb)
        if tell is not None:
            tell(state, fact)
        if status != state.status:
            _lead(state, fact)
        for name in _KEEPS.get(verb, ()):
            if name in state.dues:
                state.kept.setdefault(name, fact.at)
        if "due" in data or "moved" in data:
            _date(state, fact)
    return state


_MOVERS: Final = frozenset({Verb.GRANT, Verb.PAUSE, Verb.RESUME, Verb.RECKON})
_STATUS_ONLY: Final = (str(Verb.WITHDRAW),)
"""What they tell is but the status they lead to."""
_RESULTS: Final = ("result", "answer", "total")
_REPORT: Final = "progress"
_FORWARD: Final = "forward"
_CONTACT: Final = "first_contact"
_KEEPS: Final = {str(verb): tuple(map(str, names)) for verb, names in KEEPS.items()}
_STATUSES: Final = {str(status): status for status in Status}
_ENDS: Final = frozenset(map(str, FINISHED))


def _lead(state: State, fact: Fact) -> None:
    """Take over the status that an event led to."""
    status = fact.to_status
    state.status = _STATUSES[status]
    state.ended_at = fact.at if status in _ENDS else None
    if status in _ENDS:
        replay_help.end_help(state, fact)


def _date(state: State, fact: Fact) -> None:
    """Take over dates: those of clocks that start now, and those that were moved."""
    data = fact.data
    if "due" in data:
        for name, due in data["due"].items():
            state.dues[name] = due
            state.kept.pop(name, None)
            if name == _REPORT:
                state.report_since = fact.at
    if "moved" in data:
        for name, _, after in data["moved"]:
            if name not in OF_OTHERS:
                state.dues[name] = after


def _submit(state: State, fact: Fact) -> None:
    data = fact.data
    state.created_at = fact.at
    state.type, state.owner_id = data["type"], data["owner_id"]
    state.enterprise_id, state.region = data.get("enterprise_id"), data.get("region")


def _retype(state: State, fact: Fact) -> None:
    state.type = fact.data["type"]


def _accept(state: State, fact: Fact) -> None:
    state.accepted_at = fact.at
    if "ledger" in fact.data:
        year, number = fact.data["ledger"]
        state.ledger = (year, number)
    state.entered = fact.data.get("entered") or {}


def _speak(state: State, fact: Fact) -> None:
    state.words.append(Word(fact.seq, fact.verb, fact.at, state.dues.get(_REPORT), state.report_since))
    if state.first_contact_at is None:
        state.first_contact_at = fact.at
        state.kept.setdefault(_CONTACT, fact.at)


def _retract(state: State, fact: Fact) -> None:
    """Take words back, and with them what they had answered."""
    place = next((n for n, word in enumerate(state.words) if word.seq == fact.data["of"]), None)
    if place is None:
        return
    word = state.words.pop(place)
    later = state.words[place:]
    is_over = state.status in FINISHED
    if state.first_contact_at == word.at:
        state.first_contact_at = later[0].at if later else None
        if later:
            state.kept[_CONTACT] = later[0].at
        elif not is_over:
            state.kept.pop(_CONTACT, None)
    if word.verb == Verb.PROGRESS and not is_over:
        _report_again(state, word, [each for each in later if each.verb == Verb.PROGRESS])


def _report_again(state: State, word: Word, later: list[Word]) -> None:
    """Have the date stand again that a report, now taken back, had moved."""
    if later and later[0].since == word.at:
        later[0].due, later[0].since = word.due, word.since
    elif state.report_since == word.at and word.due is not None:
        state.dues[_REPORT], state.report_since = word.due, word.since
    if state.kept.get(_FORWARD) == word.at:
        if later:
            state.kept[_FORWARD] = later[0].at
        else:
            del state.kept[_FORWARD]


def _resolve(state: State, fact: Fact) -> None:
    _speak(state, fact)
    state.resolved_at = fact.at


def _reopen(state: State, fact: Fact) -> None:
    was_refused = state.status is Status.DECLINED
    if (undone := state.last_report) is not None:
        undone.stands = False
    if was_refused and state.kept.get(_FORWARD) == state.ended_at:
        state.kept.pop(_FORWARD, None)
    state.refusal = state.resolved_at = None
    if not was_refused:
        _unrate(state)
    _go_on(state)
    _speak(state, fact)


def _dispute(state: State, _fact: Fact) -> None:
    state.disputes += 1
    state.resolved_at = state.confirmed_at = state.closed_at = None
    _unrate(state)
    _go_on(state)


def _rebound(state: State, fact: Fact) -> None:
    state.rebounds += 1
    state.written_off = None
    _dispute(state, fact)


def _go_on(state: State) -> None:
    for name in (*_RESULTS, _REPORT):
        state.kept.pop(name, None)


def _unrate(state: State) -> None:
    state.rated_result = state.rated_attitude = state.rated_at = None


def _confirm(state: State, fact: Fact) -> None:
    state.confirmed_at = state.closed_at = fact.at


def _write_off(state: State, fact: Fact) -> None:
    state.closed_at, state.written_off = fact.at, fact.data


def _decline(state: State, fact: Fact) -> None:
    state.words.append(Word(fact.seq, fact.verb, fact.at))
    state.first_contact_at = state.first_contact_at or fact.at
    state.refusal = fact.data


def _overturn(state: State, _fact: Fact) -> None:
    state.refusal = None


def _rate(state: State, fact: Fact) -> None:
    state.rated_at = state.rated_at or fact.at
    state.rated_result = fact.data.get("result") or state.rated_result
    state.rated_attitude = fact.data.get("attitude") or state.rated_attitude


def _grant(state: State, _fact: Fact) -> None:
    state.extended += 1


def _belong(state: State, fact: Fact) -> None:
    """Stand under another enterprise, as its author said; with its owner, where that is another."""
    data = fact.data
    if "enterprise_id" in data:
        state.enterprise_id, state.region = data["enterprise_id"], data.get("region", state.region)
    if "owner_id" in data:
        _give(state, fact, data["owner_id"])


def _reassign(state: State, fact: Fact) -> None:
    state.hops += 1
    _give(state, fact, fact.data["owner_id"])


def _hand_over(state: State, fact: Fact) -> None:
    if "to" in fact.data:
        _give(state, fact, fact.data["to"])
    else:
        _belong(state, fact)


def _merge(state: State, fact: Fact) -> None:
    state.merged_into = fact.data["main"]


def _stand_alone(state: State, _fact: Fact) -> None:
    state.merged_into = None


def _give(state: State, fact: Fact, owner_id: int) -> None:
    """Have another owner, who does not help with what is theirs."""
    state.owner_id = owner_id
    replay_help.end_help(state, fact, owner_id)


_TELLERS: Final[Mapping[str, Callable[[State, Fact], None]]] = {
    Verb.SUBMIT: _submit,
    Verb.FOLLOW_UP: _belong,
    Verb.RETYPE: _retype,
    Verb.ACCEPT: _accept,
    Verb.REPLY: _speak,
    Verb.PROGRESS: _speak,
    Verb.RETRACT: _retract,
    Verb.RESOLVE: _resolve,
    Verb.REOPEN: _reopen,
    Verb.DISPUTE: _dispute,
    Verb.REBOUND: _rebound,
    Verb.CONFIRM: _confirm,
    Verb.WRITE_OFF: _write_off,
    Verb.DECLINE: _decline,
    Verb.OVERTURN: _overturn,
    Verb.RATE: _rate,
    Verb.GRANT: _grant,
    Verb.REASSIGN: _reassign,
    Verb.HAND_OVER: _hand_over,
    Verb.MERGE: _merge,
    Verb.SEPARATE: _stand_alone,
    Verb.REVIVE: _stand_alone,
    Verb.CALL_IN: replay_help.call_in,
    Verb.JOIN: replay_help.join,
    Verb.CONTRIBUTE: replay_help.contribute,
    Verb.REFUSE: replay_help.refuse,
    Verb.LET_GO: replay_help.let_go,
    Verb.INHERIT: replay_help.inherit,
}

TOLD_BY: Final = tuple(sorted({*map(str, _TELLERS), *map(str, _MOVERS), *_STATUS_ONLY}))
"""The verbs of events that change a state; all others may be left out."""
