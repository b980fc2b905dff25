"""Who may be rung now, as one claim finds it; and the morning, when what was held back may travel.

`Bells` decides as `rules.disturbance` says, and spends of budgets while messages are chosen. Whoever claims
holds the locks on the people, and on the enterprises whose budgets are spent of, so that two workers never
use the last of it twice. What a claim spends stands on the rows before anything is sent: who dies after that
has paid, and the message, claimed again, does not pay twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from models.prepared import Prepared
from models.queries import disturbance
from models.queries.disturbance import Account, Facts
from models.queries.outbox import Recipient, Waiting
from models.rules.disturbance import (
    EXEMPT,
    RESTING,
    Cost,
    Courtesy,
    Hold,
    Message,
    Park,
    Ring,
    is_answer,
    judge,
)
from models.tables import Delivery, Outbox, Person, is_held

Held = Hold | Park


class Toll(NamedTuple):
    """What a message costs that nobody has just asked for: whose budget, and which row says so."""

    row: int
    account: Account
    cost: Cost


@dataclass(slots=True)
class Bells:
    """Who may be rung, at one moment. What is not known here goes to officials, whom it does not protect."""

    now: datetime
    messages: Mapping[int, Message] = field(default_factory=dict)
    accounts: Mapping[int, Account] = field(default_factory=dict)
    courtesies: Mapping[Account, Courtesy] = field(default_factory=dict)
    left: dict[Account, int] = field(default_factory=dict)
    busy: frozenset[int] = frozenset()
    """People whose enterprise another worker has in hand: they are left to it, or to the next claim."""

    def waits(self, bundle: Sequence[Waiting]) -> dict[int, Held]:
        """Return how long each of these messages must wait; nothing if they may travel now, together.

        If one of them rings anyway, the others disturb nobody by joining it.
        """
        verdicts = {each.id: self._judge(each.id) for each in bundle}
        held = {row: verdict for row, verdict in verdicts.items() if not isinstance(verdict, Ring)}
        return held if len(held) == len(verdicts) else {}

    def pay(self, bundle: Sequence[Waiting]) -> Toll | None:
        """Spend what it takes to send these messages, together; None if it takes nothing."""
        verdicts = {each.id: self._judge(each.id) for each in bundle}
        costs = {row: verdict.cost for row, verdict in verdicts.items() if isinstance(verdict, Ring)}
        row = min(costs, key=lambda each: (_ORDER[costs[each]], each))
        if costs[row] is Cost.NOTHING:
            return None
        account = self.accounts[row]
        if costs[row] is Cost.UNIT:
            self.left[account] -= 1
        return Toll(row, account, costs[row])

    def _judge(self, row: int) -> Ring | Held:
        message = self.messages.get(row)
        if message is None:
            return Ring(Cost.NOTHING)
        account = self.accounts[row]
        courtesy = self.courtesies.get(account, _ANY)
        return judge(message, courtesy, left=self.left.get(account, 0), now=self.now)


_ANY: Final = Courtesy()
"""For answers, which go whatever their enterprise wants."""
_ORDER: Final = {cost: place for place, cost in enumerate(Cost)}


def look(
    session: Session,
    people: Sequence[Recipient],
    lines: Mapping[int, Sequence[Waiting]],
    granted: Courtesy,
    *,
    now: datetime,
) -> Bells:
    """Return who may be rung of those to whom `lines` are due; `granted` is what everybody may expect."""
    readers = {person.id: person for person in people if person.official_id is None}
    line = {each.id: each for person_id in readers for each in lines.get(person_id, ())}
    if not line:
        return Bells(now)
    known = disturbance.facts(session, line, now=now)
    messages = {
        row: _message(line[row], fact, readers[fact.person_id].seen_at) for row, fact in known.items()
    }
    asked = [known[row] for row, message in messages.items() if not is_answer(message, now)]
    courtesies, left = _accounts(session, {fact.account for fact in asked}, granted, now)
    busy = frozenset(fact.person_id for fact in asked if fact.account not in courtesies)
    accounts = {row: fact.account for row, fact in known.items()}
    return Bells(now, messages, accounts, courtesies, left, busy)


def _message(waiting: Waiting | disturbance.Told, fact: Facts, seen_at: datetime) -> Message:
    begins = waiting.payload.get("begins") if waiting.kind in EXEMPT else None
    return Message(
        waiting.kind,
        fact.written_at,
        asked_at=fact.asked_at,
        others_at=fact.others_at,
        answered_at=fact.answered_at,
        came_at=seen_at,
        is_paid=fact.is_paid,
        needed_by=None if begins is None else datetime.fromisoformat(begins),
    )


def _accounts(
    session: Session, accounts: Iterable[Account], granted: Courtesy, now: datetime
) -> tuple[dict[Account, Courtesy], dict[Account, int]]:
    """Lock those who would be disturbed; return what each may expect and has left of today."""
    wanted = list(accounts)
    firms = disturbance.lock_firms(
        session, [each.enterprise_id for each in wanted if each.enterprise_id is not None], granted
    )
    people = [each.person_id for each in wanted if each.person_id is not None]
    courtesies = {Account(firm): courtesy for firm, courtesy in firms.items()}
    courtesies |= {Account(None, person): granted for person in people}
    spent = {Account(firm): count for firm, count in disturbance.rung_for(session, firms, now=now).items()}
    alone = disturbance.rung(session, people, now=now)
    spent |= {Account(None, person): count for person, count in alone.items()}
    left = {each: courtesy.budget - spent.get(each, 0) for each, courtesy in courtesies.items()}
    return courtesies, left


def foresee(
    session: Session, ticket_id: int, event_id: int, granted: Courtesy, *, now: datetime
) -> Held | None:
    """Return how long what an event tells an enterprise will have to wait, None if somebody hears it at once.

    The same rule as when it is claimed, asked when it is said, so that whoever says it knows. What others
    spend of the budget meanwhile is not foreseen.
    """
    told = disturbance.told(session, ticket_id, event_id)
    known = disturbance.facts(session, [each.id for each in told], now=now) if told else {}
    verdicts = [_foreseen(session, each, known[each.id], granted, now) for each in told if each.id in known]
    held = [each for each in verdicts if not isinstance(each, Ring)]
    return held[0] if held and len(held) == len(verdicts) else None


def _foreseen(
    session: Session, told: disturbance.Told, fact: Facts, granted: Courtesy, now: datetime
) -> Ring | Held:
    message = _message(told, fact, told.seen_at)
    if is_answer(message, now):
        return Ring(Cost.NOTHING)
    firm, person = fact.account
    courtesy = granted if firm is None else disturbance.courtesy(session, firm, granted)
    spent = disturbance.rung_for(session, [firm], now=now) if firm is not None else {}
    alone = disturbance.rung(session, [person], now=now) if person is not None else {}
    left = courtesy.budget - spent.get(firm or 0, 0) - alone.get(person or 0, 0)
    return judge(message, courtesy, left=left, now=now)


_HOLD: Final = (
    update(Outbox)
    .where(Outbox.id.in_(bindparam("rows", expanding=True)))
    .values(state=Delivery.HELD, lease_until=None, due_at=bindparam("until"), reason=bindparam("why"))
)
_RANG: Final = (
    update(Outbox)
    .where(Outbox.id.in_(bindparam("rows", expanding=True)))
    .values(rang_at=bindparam("now"), rang_for=disturbance.WHOSE)
)
_NOT_RUNG: Final = Prepared(
    update(Outbox)
    .where(Outbox.id == bindparam("row"), Outbox.rang_at == bindparam("claimed", type_=Outbox.rang_at.type))
    .values(rang_at=bindparam("never"), rang_for=bindparam("nobody"))
)
_PLAINLY: Final = {"synchronize_session": False}


def hold(session: Session, held: Mapping[int, Hold]) -> None:
    """Take messages out of the line until their time has come, or until their readers write."""
    for verdict in set(held.values()):
        rows = [row for row, theirs in held.items() if theirs == verdict]
        values = {"rows": rows, "until": verdict.until, "why": verdict.why}
        session.execute(_HOLD, values, execution_options=_PLAINLY)


def wake(session: Session, now: datetime) -> None:
    """Let what waited for a channel to work again be looked at now: one of them does, or may."""
    rested = is_held(Outbox.state), Outbox.reason.in_(sorted(RESTING)), Outbox.due_at > now
    session.execute(update(Outbox).where(*rested).values(due_at=now), execution_options=_PLAINLY)


def note(session: Session, tolls: Iterable[Toll], *, now: datetime) -> None:
    """Write down who is disturbed by what goes out now."""
    rows = [toll.row for toll in tolls]
    if rows:
        session.execute(_RANG, {"rows": rows, "now": now}, execution_options=_PLAINLY)


def give_back(session: Session, rows: Iterable[tuple[int, datetime]]) -> None:
    """Take back what claims have spent on messages that did not arrive: each with its claim's moment."""
    changes = [{"row": row, "claimed": at, "never": None, "nobody": None} for row, at in rows]
    if changes:
        _NOT_RUNG.many(session, changes)


def strike(session: Session, now: datetime, *, limit: int) -> int:
    """Put what was held back in line once its time has come, all of a person's at once; return of how many.

    It is judged anew when it is claimed. People in somebody's hands wait for the next time.
    """
    due: Any = (is_held(Outbox.state), Outbox.due_at <= now)
    first = select(Outbox.person_id).where(*due).order_by(Outbox.due_at).limit(limit)
    people = session.scalars(
        select(Person.id)
        .where(Person.id.in_(first))
        .order_by(Person.openid)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    session.execute(
        update(Outbox)
        .where(Outbox.person_id.in_(people), *due)
        .values(state=Delivery.PENDING, due_at=now, reason=None),
        execution_options=_PLAINLY,
    )
    return len(people)
