"""Whatever is told beside the events a second time is compared with them: who alters it is found, by name."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from handlers.understanding.masking import erase
from models.actions import (
    co_handling,
    declines,
    events,
    extensions,
    forgetting,
    handover,
    helping,
    office,
    pauses,
    roster,
    supervision,
    tickets,
)
from models.actions.conversation import Words
from models.actions.declines import Grounds
from models.queries import proof
from models.queries.tickets import Actor
from models.rules.lifecycle import Verb
from models.rules.numbers import number_of
from models.session import Database
from models.tables import CoHandling, Decline, Event, Extension, Pause, Ticket
from tests.roster import LEADER, OFFICE, OWNER
from tests.unit.actions.clockwork import SUPERVISOR, Clockwork
from tests.unit.actions.test_clocks_of_others import ABOVE
from tests.unit.models.stage import NOW

LATER = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def case(database: Database) -> Iterator[int]:
    """A case in which help was asked for and refused, more time granted, its clocks stopped; declined at last.

    The refusal was appealed and upheld. 1 submit, 2 accept, 3 call_in, 4 refuse, 5 extend, 6 grant, 7 pause,
    8 resume, 9 decline, 10 appeal, 11 uphold.
    """
    work = Clockwork(database)
    work.supervisor()
    ticket, unit = work.ticket("policy"), work.roster.officials["office"]
    grounds = Grounds("civil", "属于合同争议", "人民法院")
    steps: list[tuple[str, Any]] = [
        (LEADER, lambda s, t, a: office.accept(s, t, a, now=NOW)),
        (LEADER, lambda s, t, a: co_handling.call_in(s, t, a, unit, "核实", now=NOW) and None),
        (OFFICE, lambda s, t, a: helping.refuse(s, t, a, "不归我们管", now=NOW)),
        (LEADER, lambda s, t, a: extensions.ask_extension(s, t, a, 3, "等拨款", now=NOW) and None),
        (SUPERVISOR, lambda s, t, a: extensions.grant(s, t, a, now=NOW) and None),
        (SUPERVISOR, lambda s, t, a: pauses.pause(s, t, a, date(2026, 12, 1), "等鉴定", now=NOW) and None),
        (SUPERVISOR, lambda s, t, a: pauses.resume(s, t, a, now=NOW + timedelta(days=1)) and None),
        (LEADER, lambda s, t, a: declines.decline(s, t, a, grounds, now=NOW)),
        (OWNER, lambda s, t, a: declines.appeal(s, t, a, Words("text", "不同意"), now=NOW)),
    ]
    for who, act in steps:
        work.does(who, ticket, act)
    with database.transaction() as session:
        declines.uphold(session, session.get_one(Ticket, ticket), ABOVE, "应由法院判定", now=NOW)
    yield ticket
    database.dispose()


ALTERED: dict[type[Any], dict[int | None, list[dict[str, Any]]]] = {
    Decline: {
        9: [{"words": "别的"}, {"code": "justice"}, {"channel": "信访"}, {"declined_at": LATER}],
        10: [{"appeal": "同意"}, {"appealed_at": LATER}],
        11: [
            {"verdict": "overturned"},
            {"verdict_reason": "别的"},
            {"decided_by": "乙"},
            {"decided_at": LATER},
        ],
    },
    CoHandling: {
        3: [{"task": "别的"}, {"asked_at": LATER}, {"joined_at": LATER}, {"answered_at": LATER}],
        4: [{"reason": "别的"}, {"ended_at": LATER}, {"state": "ended"}],
    },
    Extension: {
        5: [{"days": 9}, {"reason": "别的"}, {"clocks": ["accept"]}, {"asked_at": LATER}],
        6: [{"is_granted": False}, {"decided_at": LATER}],
    },
    Pause: {7: [{"reason": "别的"}, {"began_at": LATER}], 8: [{"until": LATER}, {"ended_at": LATER}]},
}
WHOSE = ("declined_by", "unit_id", "asked_by", "decided_by")


def test_every_row_beside_the_events_follows_from_them(database: Database, case: int) -> None:
    assert proof.verify(database).flaws == []
    chain = f"ticket {number_of(case)}"
    for table, by_event in ALTERED.items():
        row = _row(database, table)
        for seq, changes in by_event.items():
            for values in changes:
                assert _after(database, _updating(table, values)) == [(chain, seq, "altered")], values
                _after(database, _updating(table, {name: row[name] for name in values}))
        for name in set(WHOSE) & set(row) - ({"decided_by"} if table is Decline else set()):
            values = {name: row[name] + (1 if row[name] == 1 else -1)}
            [(named, _, kind)] = _after(database, _updating(table, values))
            assert (named, kind) == (chain, "altered"), values
            _after(database, _updating(table, {name: row[name]}))
        first = min(by_event)  # type: ignore[type-var]
        assert _after(database, lambda session, table=table: session.execute(delete(table))) == [
            (chain, first, "missing")
        ]
        _after(database, lambda session, table=table, row=row: session.execute(insert(table).values(**row)))
        found = _after(database, _another(table, row))
        assert (chain, None, "different") in found or (chain, first, "altered") in found, table
        [flaw, *_] = proof.verify(database).flaws
        assert f"{row['id'] + 7}" in flaw.says
        _after(database, lambda session, table=table, row=row: session.execute(_gone(table, row)))
    assert proof.verify(database).flaws == []


def test_task_taken_on_after_all_goes_with_the_post_and_its_row_says_so(database: Database) -> None:
    work = Clockwork(database)
    ticket, unit = work.ticket("policy"), work.roster.officials["office"]
    work.does(LEADER, ticket, lambda s, t, a: office.accept(s, t, a, now=NOW))
    work.does(LEADER, ticket, lambda s, t, a: co_handling.call_in(s, t, a, unit, "核实", now=NOW) and None)
    work.does(OFFICE, ticket, lambda s, t, a: helping.refuse(s, t, a, "不归我们管", now=NOW))
    with database.transaction() as session:
        helping.reconsider(session, session.scalars(select(CoHandling)).one(), now=NOW)
    work.does(OFFICE, ticket, lambda s, t, a: helping.join(s, t, a, now=NOW))
    with database.transaction() as session:
        post = {"post": "局长", "department": "税务局", "region": "210000", "kind": "leader"}
        heir = roster.add_official(session, name="沈柏年", **post, now=NOW).id
        on = {"reason": "岗位调整", "on": NOW.date(), "key_id": None}
        handover.hand_over(session, from_id=unit, to_id=heir, **on, now=NOW)
    assert proof.verify(database).flaws == []
    chain, second = f"ticket {number_of(ticket)}", CoHandling.state == "joined"
    stranger = update(CoHandling).where(second).values(unit_id=work.roster.officials["leader"])
    assert _after(database, lambda session: session.execute(stranger)) == [(chain, 5, "altered")]
    back = update(CoHandling).where(second).values(unit_id=unit)
    assert _after(database, lambda session: session.execute(back)) == [(chain, 5, "altered")]


Step = tuple[str, Callable[[Session, Ticket, Actor, dict[str, int], datetime], object]]
_GROUNDS = Grounds("civil", "属于合同争议", "人民法院")
_DONE: Step = (
    LEADER,
    lambda s, t, a, _, now: office.resolve(s, t, a, Words("text", "办好了"), despite="协办不影响", now=now),
)
_IN_VAIN: Step = (LEADER, lambda s, t, a, _, now: events.record(s, t, Verb.CALL_FAILED, a, now=now))


def _given_up(session: Session, ticket: Ticket, _: Actor, ids: dict[str, int], now: datetime) -> None:
    """The post of the unit that was asked changes hands; an heir helps unless it owns the case or helps."""
    on = {"reason": "岗位调整", "on": NOW.date(), "key_id": None}
    handover.hand_over(session, from_id=ids["office"], to_id=ids["heir"], **on, now=now)


def _asked_too(session: Session, ticket: Ticket, actor: Actor, ids: dict[str, int], now: datetime) -> None:
    co_handling.call_in(session, ticket, actor, ids["heir"], "一并核实", now=now)


def _goes_to(name: str) -> Callable[[Session, Ticket, Actor, dict[str, int], datetime], object]:
    return lambda s, t, _, ids, now: supervision.reassign(s, t, ABOVE, ids[name], "专业对口", now=now)


_HANDED_OVER: Step = (
    OFFICE,
    lambda s, _, __, ids, now: handover.hand_over(
        s, from_id=ids["leader"], to_id=ids["office"], reason="退休", on=NOW.date(), key_id=None, now=now
    ),
)
ENDS: dict[str, tuple[Step, ...]] = {
    "let go": ((LEADER, lambda s, t, a, ids, now: co_handling.let_go(s, t, a, ids["office"], now=now)),),
    "asked for more": (
        (OFFICE, lambda s, t, a, _, now: helping.contribute(s, t, a, Words("text", "已核实"), now=now)),
        (LEADER, lambda s, t, a, ids, now: co_handling.call_in(s, t, a, ids["office"], "再核", now=now)),
    ),
    "withdrawn": ((OWNER, lambda s, t, a, _, now: tickets.withdraw(s, t, a, now=now)),),
    "declined": ((LEADER, lambda s, t, a, _, now: declines.decline(s, t, a, _GROUNDS, now=now)),),
    "confirmed": (_DONE, (OWNER, lambda s, t, a, _, now: tickets.confirm(s, t, a, now=now))),
    "written off": (
        *(_DONE, _IN_VAIN, _IN_VAIN),
        (LEADER, lambda s, t, _, __, now: supervision.write_off(s, t, ABOVE, "两日未联系上", now=now)),
    ),
    "owns it": ((SUPERVISOR, _goes_to("office")),),
    "owns it as the owner's successor": (_HANDED_OVER,),
    "successor owns it": ((SUPERVISOR, _goes_to("heir")), (OFFICE, _given_up)),
    "successor helps already": ((LEADER, _asked_too), (OFFICE, _given_up)),
}


@pytest.mark.parametrize("end", ENDS)
def test_end_of_help_is_the_event_that_ended_it_and_no_other(database: Database, end: str) -> None:
    """Whatever ended it; and while it has not ended, that it goes on."""
    work = Clockwork(database)
    work.supervisor()
    ids, ticket = work.roster.officials, work.ticket("policy")
    with database.transaction() as session:
        post = {"post": "局长", "department": "税务局", "region": "210000", "kind": "leader"}
        ids["heir"] = roster.add_official(session, name="沈柏年", **post, now=NOW).id
    begin: list[Step] = [
        (LEADER, lambda s, t, a, _, now: office.accept(s, t, a, now=now)),
        (LEADER, lambda s, t, a, ids, now: co_handling.call_in(s, t, a, ids["office"], "核实", now=now)),
        (OFFICE, lambda s, t, a, _, now: helping.join(s, t, a, now=now)),
    ]
    chain, first = f"ticket {number_of(ticket)}", select(func.min(CoHandling.id)).scalar_subquery()
    days = iter(range(30))

    def goes_on(*steps: Step) -> datetime:
        for who, act in steps:
            now = NOW + timedelta(days=next(days))
            work.does(who, ticket, lambda s, t, a, act=act, now=now: act(s, t, a, ids, now) and None)
        return now

    goes_on(*begin, *ENDS[end][:-1])
    over = {"state": "ended", "ended_at": NOW + timedelta(days=2)}
    [(named, _, kind)] = _after(database, _one(first, over))
    assert (named, kind) == (chain, "altered")
    assert _after(database, _one(first, {"state": "joined", "ended_at": None})) == []
    now = goes_on(ENDS[end][-1])
    assert proof.verify(database).flaws == []
    with database.reading() as session:
        row = session.execute(select(*CoHandling.__table__.columns).where(CoHandling.id == first)).one()
        last = session.scalars(select(func.max(Event.seq)).where(Event.ticket_id == ticket)).one()
    was = {"state": "ended", "ended_at": now}
    assert (row.state, row.ended_at) == tuple(was.values())
    wrong: list[dict[str, Any]] = [{"ended_at": NOW}, {"ended_at": LATER}]
    if end != "asked for more":  # the database lets no unit help twice with one case
        wrong.append({"state": "joined", "ended_at": None})
    for values in wrong:
        assert _after(database, _one(first, values)) == [(chain, last, "altered")], values
        assert _after(database, _one(first, was)) == []


def test_long_reasons_in_which_somebody_was_forgotten_are_those_of_their_events(database: Database) -> None:
    """The rows hold 200 characters, which end within a telephone number."""
    work = Clockwork(database)
    work.supervisor()
    ticket, reason = work.ticket("policy"), f"{'等' * 195}13812345678"
    work.does(LEADER, ticket, lambda s, t, a: office.accept(s, t, a, now=NOW))
    work.does(LEADER, ticket, lambda s, t, a: extensions.ask_extension(s, t, a, 3, reason, now=NOW) and None)
    until = date(2026, 12, 1)
    work.does(SUPERVISOR, ticket, lambda s, t, a: pauses.pause(s, t, a, until, reason, now=NOW) and None)
    assert proof.verify(database).flaws == []
    with database.transaction() as session:
        forgetting.forget(session, work.roster.people[OWNER], erase=erase, now=LATER)
    assert proof.verify(database).flaws == []
    assert {_row(database, table)["reason"] for table in (Extension, Pause)} == {f"{'等' * 195}【电话】"}


def _one(first: Any, values: dict[str, Any]) -> Any:
    """Change what the first unit was asked."""
    return lambda session: session.execute(update(CoHandling).where(CoHandling.id == first).values(**values))


def _gone(table: type[Any], row: dict[str, Any]) -> Any:
    return delete(table).where(table.id == row["id"] + 7)


def _another(table: type[Any], row: dict[str, Any]) -> Any:
    """Slip in a second row like the first; what may be there only once is over."""
    more = {"id": row["id"] + 7} | ({"event_id": 1} if "event_id" in row else {})
    return lambda session: session.execute(insert(table).values(**row | more))


def _updating(table: type[Any], values: dict[str, Any]) -> Any:
    return lambda session: session.execute(update(table).values(**values))


def _row(database: Database, table: type[Any]) -> dict[str, Any]:
    with database.reading() as session:
        return dict(session.execute(select(*table.__table__.columns)).one()._mapping)


def _after(database: Database, change: Any) -> list[tuple[str, int | None, str]]:
    """Return what is found when somebody with the database in hand has changed something."""
    with database.transaction() as session:
        change(session)
    return [(each.chain, each.seq, each.kind) for each in proof.verify(database).flaws]
