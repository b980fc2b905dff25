"""Owners, units, supervisors and enterprises say anything about help, refusals and appeals: always one answer."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.wechat.replies import TEXT_LIMIT, render
from handlers import desk
from handlers.turn import Incoming, Kind, Reply, Router, Turn
from handlers.understanding.commands import WORDS, Command, Order
from models.actions import co_handling, declines
from models.actions.conversation import Words
from models.actions.declines import Grounds
from models.queries.tickets import actor_on, by_id
from models.rules.numbers import number_of
from models.session import Database
from models.tables import Event, Inbox, Message, Outbox, Outcome, Ticket
from tests.means import MEANS
from tests.roster import LEADER, OFFICE, OWNER, supervisor
from tests.unit.models.stage import NOW, a_ticket, known, staffed

SUPERVISOR = "o-supervisor"
PEOPLE = (OWNER, LEADER, OFFICE, SUPERVISOR)
keys = count()


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Database]:
    """Three tickets of one firm: one the office helps with, one refused and appealed, one that is new."""
    database = Database(sqlite_url)
    loaded = staffed(database)
    with database.transaction() as session:
        helped, refused, _ = (a_ticket(session).id for _ in range(3))
        supervisor(session, SUPERVISOR, now=NOW)
    with database.transaction() as session:
        leader, owner = known(session, LEADER), known(session, OWNER)
        ticket = by_id(session, helped, seen_by=leader)
        actor = actor_on(session, leader, ticket)
        co_handling.call_in(session, ticket, actor, loaded.officials["office"], "核实", now=NOW)
        ticket = by_id(session, refused, seen_by=leader)
        declines.decline(session, ticket, actor, Grounds("civil", "属于合同争议", "人民法院"), now=NOW)
        ticket = by_id(session, refused, seen_by=owner)
        declines.appeal(session, ticket, actor_on(session, owner, ticket), Words("text", "不同意"), now=NOW)
    yield database
    database.dispose()


NUMBERS = [number_of(id_) for id_ in (1, 2, 3, 99)]
RESTS = st.sampled_from(
    ["", " ", " 简闻和", " 简闻和 请核实情况", " 营商局 请核实", " 没有这家单位 请核实", " 民事纠纷", " 民事纠纷 属于租赁合同争议",
     " 不属本级职权 由外汇部门管理", " 政策不符 按《补助办法》第六条", " 重复 与1024同一件事", " 好的", " 已核实，情况属实"]
)  # fmt: skip
TYPED = st.builds(
    lambda word, number, rest: f"{word}{number}{rest}",
    st.sampled_from(sorted(WORDS)),
    st.sampled_from(["", *(f" {number}" for number in NUMBERS)]),
    RESTS | st.text(max_size=12),
) | st.sampled_from(
    [
        "不归我管",
        "转给财政局",
        "税务局 请核实",
        "这是租赁合同争议，请走诉讼",
        "国家外汇管理局",
        "好的",
        "嗯",
        "因为太忙",
        "1024",
    ]
)


def say(office: Database, openid: str, text: str) -> str:
    key = f"m:{next(keys)}"
    incoming = Incoming(key, openid, Kind.TEXT, "text", text.strip(), sealed="S", sent_at=1)
    with office.transaction() as session:
        answer = desk.take(session, incoming, NOW, MEANS)
    assert answer.outcome is not None
    [said] = render(answer.speech)
    assert len(said.encode()) <= TEXT_LIMIT
    return said


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(PEOPLE), TYPED), min_size=1, max_size=8))
@example([(LEADER, f"不予办理 {NUMBERS[2]} " + "长" * 20_000), (LEADER, f"不予办理 {NUMBERS[2]} 民事纠纷")])
@example(
    [(LEADER, f"协办 {NUMBERS[2]} " + "😀" * 20_000), (LEADER, f"协办 {NUMBERS[2]}"), (LEADER, "长" * 900)]
)
@example([(OFFICE, f"协办回复 {NUMBERS[0]} " + "<" * 20_000), (LEADER, f"详情 {NUMBERS[0]}")])
@example(
    [(SUPERVISOR, f"改派 {NUMBERS[0]} 简闻和"), (SUPERVISOR, "长" * 900), (LEADER, f"详情 {NUMBERS[0]}")]
)
@example([(SUPERVISOR, f"维持 {NUMBERS[1]}"), (SUPERVISOR, "因为如此"), (SUPERVISOR, f"维持 {NUMBERS[1]}")])
@example([(LEADER, f"办结 {NUMBERS[0]} 好了"), (LEADER, f"受理 {NUMBERS[0]}"), (LEADER, f"办结 {NUMBERS[0]} 好了"),
          (LEADER, "不等了，已经办好")])  # fmt: skip
def test_whatever_is_said_is_answered_in_one_message(office: Database, talk: list[tuple[str, str]]) -> None:
    for openid, text in talk:
        say(office, openid, text)
    with office.reading() as session:
        assert session.scalar(select(func.count()).select_from(Inbox).where(Inbox.outcome.is_(None))) == 0
        owner = known(session, OWNER).person_id
        told = session.scalars(select(Outbox.kind).where(Outbox.person_id == owner)).all()
        assert "contributed" not in told
        assert {row.owner_id for row in session.scalars(select(Ticket))} <= {1, 3}


def test_words_of_a_unit_reach_nobody_but_the_owner(office: Database) -> None:
    say(office, OFFICE, f"详情 {NUMBERS[0]}")
    say(office, OFFICE, "已核实，情况属实")
    with office.reading() as session:
        row = session.scalars(select(Message).order_by(Message.id.desc())).first()
        assert row is not None
        assert (row.text, row.side) == ("已核实，情况属实", "co_handler")
        event = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert event is not None
        told = session.scalars(select(Outbox.person_id).where(Outbox.event_id == event.id)).all()
        assert sorted(told) == sorted(known(session, openid).person_id for openid in (LEADER, "o-aide"))


# --- the router's two ways to be asked first -----------------------------------------------------


def turn(
    office: Database, *, ask: str | None = None, command: Command | None = None, kind: Kind = Kind.TEXT
) -> Turn:
    with office.reading() as session:
        who = replace(known(session, LEADER), pending=None if ask is None else {"ask": ask})
        incoming = Incoming("k", LEADER, kind, "text", "词", sealed="S", sent_at=1)
        return Turn(session, who, incoming, None if command is None else Order(command), 1, NOW, MEANS)


def named(name: str) -> Reply:
    return Reply((name,), Outcome.ANSWER)


def test_open_question_goes_before_plain_words_and_after_commands(office: Database) -> None:
    router = Router()
    router.on(Command.URGE)(lambda _: named("order"))
    router.answering("why")(lambda _: named("answer"))
    router.when(Kind.TEXT, Kind.IMAGE)(lambda _: named("kind"))

    def answered(at: Turn) -> str:
        handler = router.find(at)
        assert handler is not None
        return str(handler(at).speech[0])

    assert answered(turn(office, ask="why")) == "answer"
    assert answered(turn(office, ask="why", command=Command.URGE)) == "order"
    assert answered(turn(office, ask="why", command=Command.HELP)) == "kind"
    assert answered(turn(office, ask="why", kind=Kind.IMAGE)) == "kind"
    assert answered(turn(office, ask="what")) == answered(turn(office)) == "kind"


def test_router_that_does_not_apply_has_nothing_to_say(office: Database) -> None:
    router = Router(lambda at: at.incoming.kind is Kind.IMAGE)
    router.when(Kind.TEXT, Kind.IMAGE)(lambda _: named("kind"))
    assert router.find(turn(office)) is None
    assert router.find(turn(office, kind=Kind.IMAGE)) is not None
