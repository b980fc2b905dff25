"""What the events of a ticket say of the rows that tell part of them a second time. Pure.

A refusal, a request for help or for more time and a pause each have a row of their own, which is read instead
of the events. Every such row must follow from the events, and every event that makes one must have its row.
What ends help is often about something else (the case is over, the helper owns it): `replay` says what it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from models.rules.chain import moment
from models.rules.counting import SHANGHAI, day_of
from models.rules.lifecycle import Role, Verb
from models.rules.proof import ALTERED, DIFFERENT, MISSING, Flaw
from models.rules.replay import replay
from models.rules.states import Help

REASON: Final = 200
"""So many characters of a reason are in the rows of requests for more time and of pauses."""

_MASKED: Final = 40
"""What is left of a long reason in which somebody was forgotten may be cut in another place."""

Row = Mapping[str, Any]


class Fact(NamedTuple):
    """One event of a ticket; `at` as it is sealed."""

    seq: int
    id: int
    at: str
    verb: str
    role: str
    actor_id: int | None
    to_status: str
    data: Mapping[str, Any]


class _Told(NamedTuple):
    """The same as `replay` reads it."""

    seq: int
    at: datetime
    verb: str
    to_status: str
    data: Mapping[str, Any]


class Expected(NamedTuple):
    """What one event says of a row."""

    fact: Fact
    values: Mapping[str, Any]


def refusals(chain: str, facts: Sequence[Fact], rows: Sequence[Row]) -> Iterator[Flaw]:
    """Yield what is wrong with the refusals of a ticket: they are in the order of their events."""
    told = [fact for fact in facts if fact.verb == Verb.DECLINE]
    for fact, row in zip(told, rows, strict=False):
        said = {"declined_at": fact.at, "declined_by": fact.actor_id, "words": fact.data["reason"]}
        yield from _compared(chain, "decline", row, [Expected(fact, said | _some(fact, "code", "channel"))])
        yield from _compared(chain, "decline", row, _appealed(fact, facts, row))
    yield from _unpaired(chain, "decline", told[len(rows) :], rows[len(told) :])


def _appealed(refused: Fact, facts: Sequence[Fact], row: Row) -> Iterator[Expected]:
    """Yield what was said of an appeal; its words are those that the event took in."""
    mine = [fact for fact in facts if fact.data.get("decline") == row["id"]]
    said = next((fact for fact in mine if fact.verb == Verb.APPEAL), None)
    if said is None:
        yield Expected(refused, {"appealed_at": None, "appeal": None})
    else:
        words = row["appeal"] if row["appeal"] in row["said"] else "what was said"
        yield Expected(said, {"appealed_at": said.at, "appeal": words})
    verdicts = {Verb.UPHOLD: "upheld", Verb.OVERTURN: "overturned"}
    decided = next((fact for fact in mine if fact.verb in verdicts), None)
    if decided is None:
        nothing = ("decided_at", "verdict", "verdict_reason", "decided_by")
        yield Expected(said or refused, dict.fromkeys(nothing))
        return
    yield Expected(
        decided,
        {
            "decided_at": decided.at,
            "verdict": verdicts[Verb(decided.verb)],
            "verdict_reason": decided.data["reason"],
            "decided_by": decided.data["signed"],
        },
    )


def help_asked(chain: str, facts: Sequence[Fact], rows: Sequence[Row]) -> Iterator[Flaw]:
    """Yield what is wrong with what units were asked to help with."""
    told = {fact.data["co_handling"]: fact for fact in facts if fact.verb == Verb.CALL_IN}
    stands = _helpers(facts) if rows else {}
    for row in rows:
        mine = [fact for fact in facts if fact.data.get("co_handling") == row["id"]]
        first = told.pop(row["id"], None)
        expected = _asked_again(mine, rows, row) if first is None else _asked(first)
        if expected is None:
            yield Flaw(chain, None, DIFFERENT, f"no event tells of co-handling {row['id']}")
            continue
        one = stands[row["id"]]
        over = next((fact for fact in facts if fact.seq == one.over), None)
        asked = Expected(expected.fact, {**expected.values, "unit_id": one.unit_id})
        yield from _compared(chain, "co-handling", row, [asked, *_answered(asked.fact, mine, one, over)])
    yield from _unpaired(chain, "co-handling", told.values(), ())


def _helpers(facts: Sequence[Fact]) -> Mapping[int, Help]:
    """Return what became of every task: whose it is now, how it stands, and which event ended it."""
    told = (_Told(f.seq, datetime.fromisoformat(f.at), f.verb, f.to_status, f.data) for f in facts)
    state = replay(told)
    return {} if state is None else state.helpers


def _asked(first: Fact) -> Expected:
    return Expected(first, {"asked_by": first.actor_id, "asked_at": first.at} | _some(first, "task"))


def _asked_again(mine: Sequence[Fact], rows: Sequence[Row], row: Row) -> Expected | None:
    """Return what is said of a task that a unit had refused and takes on after all: the same, and at once."""
    took = next((fact for fact in mine if fact.verb in {Verb.JOIN, Verb.CONTRIBUTE}), None)
    if took is None:
        return None
    before = [one for one in rows if one["id"] < row["id"] and one["state"] == "refused"]
    same = [one for one in before if one["unit_id"] == took.data["unit_id"]]
    if not same:
        return None
    task, asked_by = same[-1]["task"], same[-1]["asked_by"]
    return Expected(took, {"task": task, "asked_by": asked_by, "asked_at": took.at})


def _answered(asked: Fact, mine: Sequence[Fact], one: Help, over: Fact | None) -> Iterator[Expected]:
    first = {verb: next((fact for fact in mine if fact.verb == verb), None) for verb in _ANSWERS}
    for verb, column in _ANSWERS.items():
        fact = first[verb]
        yield Expected(fact or asked, {column: None if fact is None else fact.at})
    reason = "；".join(fact.data["reason"] for fact in mine if fact.verb == Verb.REFUSE) or None
    last = over or next((fact for fact in reversed(mine)), asked)
    ended = None if over is None else over.at
    yield Expected(last, {"ended_at": ended, "state": one.state, "reason": reason})


_ANSWERS: Final = {Verb.JOIN: "joined_at", Verb.CONTRIBUTE: "answered_at"}


def extensions(chain: str, facts: Sequence[Fact], rows: Sequence[Row]) -> Iterator[Flaw]:
    """Yield what is wrong with requests for more time, and with what was decided on them."""
    told = {fact.id: fact for fact in facts if fact.verb == Verb.EXTEND}
    for row in rows:
        fact = told.pop(row["event_id"], None)
        if fact is None:
            yield Flaw(chain, None, DIFFERENT, f"no event tells of extension {row['id']}")
            continue
        said = {
            "days": fact.data["days"],
            "reason": _cut(fact, row),
            "clocks": [move[0] for move in fact.data["moves"]],
            "asked_by": fact.actor_id,
            "asked_at": fact.at,
        }
        yield from _compared(chain, "extension", row, [Expected(fact, said), _decided(fact, facts)])
    yield from _unpaired(chain, "extension", told.values(), ())


def _decided(asked: Fact, facts: Sequence[Fact]) -> Expected:
    """Return what was decided next; asking once more lays aside what was about clocks that are over."""
    decides = (Verb.GRANT, Verb.DENY, Verb.EXTEND)
    fact = next((each for each in facts if each.seq > asked.seq and each.verb in decides), None)
    if fact is None:
        return Expected(asked, {"decided_at": None, "decided_by": None, "is_granted": None})
    by = None if fact.verb == Verb.EXTEND else fact.actor_id
    granted = fact.verb == Verb.GRANT
    return Expected(fact, {"decided_at": fact.at, "decided_by": by, "is_granted": granted})


def pauses(chain: str, facts: Sequence[Fact], rows: Sequence[Row]) -> Iterator[Flaw]:
    """Yield what is wrong with the times in which no clock of a ticket counted."""
    told = {fact.id: fact for fact in facts if fact.verb == Verb.PAUSE}
    for row in rows:
        fact = told.pop(row["event_id"], None)
        if fact is None:
            yield Flaw(chain, None, DIFFERENT, f"no event tells of pause {row['id']}")
            continue
        said = {"began_at": fact.at, "reason": _cut(fact, row), "decided_by": fact.actor_id}
        yield from _compared(chain, "pause", row, [Expected(fact, said), _ended(fact, facts, row)])
    yield from _unpaired(chain, "pause", told.values(), ())


def _ended(began: Fact, facts: Sequence[Fact], row: Row) -> Expected:
    until = _midnight(date.fromisoformat(began.data["until"]) + timedelta(days=1))
    later = (each for each in facts if each.seq > began.seq and each.verb in {Verb.RESUME, Verb.PAUSE})
    fact = next(later, None)
    if fact is None or fact.verb == Verb.PAUSE:
        ended = row["ended_at"] if row["ended_at"] is not None and row["ended_at"] >= until else None
        return Expected(began, {"until": until, "ended_at": ended})
    if fact.role != Role.SYSTEM:
        until = min(until, _midnight(day_of(datetime.fromisoformat(fact.at))))
    return Expected(fact, {"until": until, "ended_at": fact.at})


def _midnight(day: date) -> str:
    return moment(datetime.combine(day, time(), SHANGHAI))


def _some(fact: Fact, *names: str) -> dict[str, Any]:
    return {name: fact.data[name] for name in names}


def _cut(fact: Fact, row: Row) -> str:
    """Return what a row holds of a reason."""
    whole, kept = str(fact.data["reason"]), str(row["reason"])
    if "redacted" in fact.data and len(whole) > len(kept) > _MASKED and whole.startswith(kept[:-_MASKED]):
        return kept
    return whole[:REASON]


def _compared(chain: str, what: str, row: Row, expected: Iterable[Expected]) -> Iterator[Flaw]:
    for fact, values in expected:
        wrong = [name for name, value in values.items() if row[name] != value]
        if wrong:
            says = f"{what} {row['id']} does not say the same ({', '.join(wrong)})"
            yield Flaw(chain, fact.seq, ALTERED, says)


def _unpaired(chain: str, what: str, told: Iterable[Fact], rows: Iterable[Row]) -> Iterator[Flaw]:
    for fact in told:
        yield Flaw(chain, fact.seq, MISSING, f"the {what} that it tells of is not there")
    for row in rows:
        yield Flaw(chain, None, DIFFERENT, f"no event tells of {what} {row['id']}")
