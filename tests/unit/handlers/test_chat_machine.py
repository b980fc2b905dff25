"""Random people say random things, each delivered one to three times and in any order: a repeat does nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from handlers.desk import take
from handlers.turn import Incoming, Kind, Speech
from models.rules.chain import GENESIS
from models.rules.numbers import number_of
from models.session import Database
from models.tables import Base, Event, Inbox, Message, Ticket
from tests.means import MEANS
from tests.roster import AIDE, LEADER, OFFICE, OWNER, PARTNER
from tests.unit.actions.story import STRANGER, SUPERVISOR, TAX
from tests.unit.actions.test_tickets_machine import peopled, resealed
from tests.unit.models.stage import NOW

HOUR = timedelta(hours=1)
Said = tuple[str, str]
ENTERPRISE = (
    "管委会欠我们厂区道路工程款两百万，拖了一年不给", "新诉求 变压器增容报了三个月还排不上",
    "变压器增容报了三个月还排不上。另外还有一件事，网上有人卖假冒我们商标的产品", "合同在我这儿", "补充 {n} 验收单也有",
    "进度", "进度 {n}", "催办 {n}", "撤回 {n}", "确认 {n}", "没解决 {n} 又断了", "满意 {n}", "不满意 {n}", "态度 {n} 满意",
    "改类型 {n} 要素保障", "不是这件事", "分成两件", "人工", "申诉 {n} 不是合同纠纷", "免打扰 22:00-07:00", "我已经离职了",
    "确认退出", "今天有没有人来烦我", "核验 13911112222", "你好", "谢谢", "是的", "不是", "还行吧", "来过", "退订", "收费吗",
    "我要找督查", "换企业", "以后有事找王会计",
)  # fmt: skip
DESK = (
    "待办", "今日", "详情 {n}", "受理 {n}", "回复 {n} 明天上午到现场", "明天联系您", "进展 {n} 手续在走", "撤回 {n}", "现在发 {n}",
    "办结 {n} 已到账", "不予办理 {n} 民事纠纷 属于合同争议，押金归谁要由法院判断", "延期 {n} 5 财政拨款需两级会签", "协办 {n} 税务局 请核实",
    "结束协办 {n} 税务局", "打不通 {n} 关机", "转给 {n} 财政局", "走访 {n} 看了车间，缺人", "委托 简闻和 今天到下周五", "委托 取消",
)  # fmt: skip
HELP = ("待办", "接受协办 {n}", "不接受协办 {n} 不归我局办理", "协办回复 {n} 情况属实", "详情 {n}")
ABOVE = (
    "待办", "详情 {n}", "改派 {n} 沈柏年 主要是税务问题", "维持 {n} 理由充分不再变动", "退回重办 {n} 请会同国资部门协调",
    "销号 {n} 两天联系不上", "同意延期 {n}", "不同意延期 {n} 请按期办", "暂停计时 {n} 12月10日 等待鉴定结论", "暂停计时 {n} 结束",
)  # fmt: skip
WORDS = {
    **dict.fromkeys((OWNER, PARTNER, STRANGER), ENTERPRISE),
    **dict.fromkeys((LEADER, AIDE, OFFICE), DESK),
    TAX: HELP + DESK,
    SUPERVISOR: ABOVE,
}
SAID = st.sampled_from([(openid, text) for openid, texts in WORDS.items() for text in texts])


class Chat(RuleBasedStateMachine):
    """A fresh database, and pushes as the platform delivers them: at least once."""

    fresh: Callable[[], str]

    def __init__(self) -> None:
        super().__init__()
        self.database = Database(self.fresh())
        peopled(self.database)
        self.now = NOW
        self.pushes = 0
        self.answers: dict[str, Speech] = {}

    def teardown(self) -> None:
        """Close the database; what was made for the tests is dropped after them."""
        self.database.dispose()

    @initialize()
    def something_is_open(self) -> None:
        """Two cases to talk about."""
        for openid in (OWNER, STRANGER):
            self.deliver(self.push((openid, ENTERPRISE[0]), 1))

    @rule(said=SAID, which=st.integers(0, 3), times=st.integers(1, 3))
    def one(self, said: Said, which: int, times: int) -> None:
        """One message, delivered one to three times."""
        push = self.push(said, which)
        for _ in range(times):
            self.deliver(push)

    @rule(data=st.data(), said=st.tuples(SAID, SAID), which=st.integers(0, 3))
    def two(self, data: st.DataObject, said: tuple[Said, Said], which: int) -> None:
        """Two messages, either of them first, repeated between one another."""
        pair = [self.push(each, which) for each in said]
        orders = [[0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 1, 0], [1, 0, 0, 1], [0, 0, 1, 1, 0], [1, 0, 1, 1, 0]]
        for place in data.draw(st.sampled_from(orders)):
            self.deliver(pair[place])

    @rule(hours=st.sampled_from([0.02, 1, 25, 24 * 8, 24 * 32]))
    def wait(self, hours: float) -> None:
        """Time passes."""
        self.now += hours * HOUR

    def push(self, said: Said, which: int) -> Incoming:
        """Write a push down as the platform sends it; it names one of the newest cases."""
        openid, text = said
        with self.database.reading() as session:
            ids = session.scalars(select(Ticket.id).order_by(Ticket.id.desc()).limit(which + 1)).all()
        self.pushes += 1
        text = text.replace("{n}", number_of(ids[-1] if ids else 1))
        return Incoming(
            f"m:{self.pushes}", openid, Kind.TEXT, "text", text, "sealed", int(self.now.timestamp())
        )

    def deliver(self, push: Incoming) -> None:
        """Take it as the door does; what came before gets the saved answer and changes nothing at all."""
        before = self.everything() if push.key in self.answers else None
        with self.database.transaction() as session:
            answer = take(session, push, self.now, MEANS)
        if before is None:
            assert answer.outcome is not None, push.text
            self.answers[push.key] = answer.speech
            return
        assert (answer.outcome, plain(answer.speech)) == (None, plain(self.answers[push.key])), push.text
        after = self.everything()
        assert {name: len(rows) for name, rows in after.items()} == {
            name: len(rows) for name, rows in before.items()
        }, push.text
        assert after == before, push.text

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table."""
        with self.database.reading() as session:
            return {
                table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
                for table in Base.metadata.sorted_tables
            }

    @invariant()
    def every_push_is_stored_once_and_has_an_outcome(self) -> None:
        """Nothing that came in is lost, doubled or left without an end."""
        with self.database.reading() as session:
            rows = session.execute(select(Inbox.outcome)).all()
            assert len(rows) == len(self.answers)
            assert all(row[0] is not None for row in rows)

    @invariant()
    def chains_verify(self) -> None:
        """Every chain of events is whole and unbroken, and what was said belongs to a case."""
        with self.database.reading() as session:
            for ticket_id in session.scalars(select(Ticket.id)):
                chain = session.scalars(
                    select(Event).where(Event.ticket_id == ticket_id).order_by(Event.seq)
                ).all()
                assert [event.seq for event in chain] == list(range(1, len(chain) + 1))
                previous = GENESIS
                for event in chain:
                    assert (event.previous, event.digest) == (previous, resealed(event))
                    previous = event.digest
            pushes = session.scalars(select(Message.inbox_id).where(Message.inbox_id.is_not(None))).all()
            assert set(pushes) <= set(session.scalars(select(Inbox.id)))


def plain(speech: Speech) -> list[Any]:
    """Return a speech in a form in which a saved one and a fresh one are the same."""
    return [part if isinstance(part, str) else list(part) for part in speech]


@pytest.mark.parametrize(("kind", "examples"), [("sqlite", 12), ("postgresql", 4)])
def test_whatever_is_delivered_again_changes_nothing(
    fresh_url: dict[str, Callable[[], str]], kind: str, examples: int
) -> None:
    """Fewer talks on PostgreSQL, where each needs a database of its own."""
    machine = type("Talk", (Chat,), {"fresh": staticmethod(fresh_url[kind])})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=15, deadline=None)
    )
