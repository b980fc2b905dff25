"""Words that wait for their case are never lost, whatever is said next: they wait on, or somebody has them."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from handlers.desk import take
from handlers.turn import Incoming, Kind
from handlers.understanding.commands import WORDS, Command, read
from models.actions import people, waiting
from models.rules.numbers import number_of
from models.session import Database
from models.tables import Inbox, Message, Outcome, Person
from tests.means import MEANS
from tests.roster import LEADER, OWNER, PARTNER
from tests.unit.models.stage import NOW, staffed

ROAD = "新诉求 给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
POWER = "新诉求 新车间变压器增容报了三个月还排不上，停一天损失好几万"
CODE = "3f9c0d1e2b4a59687788a9b0c1d2e3f4"
FORMS = {False: ("{word}", "{word} {m} 还是没给钱", "{word} {words}"), True: ("{word} {n}",)}
"""What is said with a command; the cases are done by the official, or not."""
FREE = (
    "{n}解决了，谢谢", "{m}解决了", "没解决", "没拿到钱", "钱到账了", "又跳闸了", "上次说的那个事怎么样了", "别把{n}撤了", "{n}不办了",
    "第一个", "第二个", "第9个", "都不是", "不是这件事", "是另一件事", "发错了", "算了", "不用了", "是的", "不是", "好的", "1", "👍",
    "你好", "谢谢", "收费吗", "我要投诉", "我要找督查", "人工", "以后有事找王会计", "我已经离职了", "这属于要素保障吧", "再想想",
    "{n}和{m}都解决了", "{n}", "{m}的", "我们厂停电三天了没人管", "满意", "不满意", "这个电话是不是真的 13911112222", "明天上午10点吧",
    f"绑定 {CODE}", CODE, f"供电局停电三天没人管，邀请码{CODE}", f"绑定 {CODE[::-1]}", "{words}",
)  # fmt: skip


class Talk:
    """Two people of one enterprise and their leader, over a database of their own."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        roster = staffed(self.database)
        self.now = NOW
        self.pushes = 0
        self.said: dict[int, str] = {}
        self.taken_back: set[int] = set()
        with self.database.transaction() as session:
            people.invite(session, CODE, enterprise_id=roster.enterprises["yunshanli"], now=self.now)

    def say(self, text: str, openid: str = OWNER, kind: Kind = Kind.TEXT) -> Inbox:
        """Say something; return how its push ended."""
        self.pushes += 1
        push = Incoming(f"m:{self.pushes}", openid, kind, kind, text, "sealed", int(self.now.timestamp()))
        before = self.waiting()
        with self.database.transaction() as session:
            take(session, push, self.now, MEANS)
        with self.database.reading() as session:
            row = session.scalars(select(Inbox).where(Inbox.dedupe_key == push.key)).one()
            session.expunge(row)
        if row.outcome == Outcome.WAITING:
            self.said[row.id] = text
        order = read(text)
        if order is not None and order.command is Command.CANCEL:
            self.taken_back |= before
        return row

    def two_cases(self, *, resolved: bool = False) -> tuple[str, str]:
        """Open two cases, done by the official if wanted; return their numbers."""
        numbers = [number_of(self.say(text).ticket_id or 0) for text in (ROAD, POWER)]
        for number in numbers if resolved else ():
            self.say(f"受理 {number}", LEADER)
            self.say(f"办结 {number} 尾款已经拨付到账，变压器已装好", LEADER)
        self.now += timedelta(hours=30 if resolved else 2)
        return numbers[0], numbers[1]

    def waiting(self) -> set[int]:
        """Return the pushes whose words wait."""
        with self.database.reading() as session:
            return set(session.scalars(select(Inbox.id).where(Inbox.outcome == Outcome.WAITING)))

    def strike(self) -> None:
        """Let time do what is due."""
        with self.database.transaction() as session:
            waiting.strike(session, self.now, limit=50)

    def check(self) -> None:
        """Words wait in an open question, stand in a case, or were taken back by who said them."""
        with self.database.reading() as session:
            asked = session.scalars(select(Person.pending).where(Person.pending.is_not(None))).all()
            kept = {words.inbox_id for question in asked for words in waiting.kept_in(question)}
            heard = set(session.scalars(select(Message.text)))
        assert self.waiting() == kept
        lost = {row for row, text in self.said.items() if not (row in kept or _is_in(text, heard))}
        assert lost <= self.taken_back, [self.said[row] for row in lost - self.taken_back]


def _is_in(text: str, heard: set[str]) -> bool:
    return any(text.endswith(each) for each in heard if each)


@pytest.fixture
def talk(sqlite_url: str) -> Iterator[Talk]:
    made = Talk(sqlite_url)
    yield made
    made.database.dispose()


def put_through(talk: Talk, said: str, *, resolved: bool) -> None:
    """Let words wait before `said`: they are somewhere then, and when their time is over."""
    n, m = talk.two_cases(resolved=resolved)
    words = "我把材料放你们窗口了"
    assert talk.say(words).outcome == Outcome.WAITING
    talk.say(said.format(n=n, m=m, words=words))
    talk.check()
    talk.now += timedelta(minutes=31)
    talk.strike()
    talk.check()
    assert talk.waiting() == set()
    talk.database.dispose()


@pytest.mark.parametrize("resolved", [False, True])
@pytest.mark.parametrize("command", Command)
def test_words_that_wait_outlive_every_command(
    fresh_url: dict[str, Callable[[], str]], command: Command, *, resolved: bool
) -> None:
    word = next(word for word, meant in WORDS.items() if meant is command)
    for form in FORMS[resolved]:
        put_through(Talk(fresh_url["sqlite"]()), form.replace("{word}", word), resolved=resolved)


@pytest.mark.parametrize("resolved", [False, True])
@pytest.mark.parametrize("said", FREE)
def test_words_that_wait_outlive_free_words(talk: Talk, said: str, *, resolved: bool) -> None:
    put_through(talk, said, resolved=resolved)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in {Kind.TEXT, Kind.UNREADABLE}])
def test_words_that_wait_outlive_whatever_else_comes(talk: Talk, kind: Kind) -> None:
    talk.two_cases()
    talk.say("我把材料放你们窗口了")
    talk.say("bind:" + CODE if kind is Kind.SCAN else "", kind=kind)
    talk.check()


def test_cancel_takes_the_words_back_and_says_so(talk: Talk) -> None:
    talk.two_cases()
    row = talk.say("我把材料放你们窗口了")
    answer = talk.say("取消")

    assert "没有记到哪一件" in str(answer.reply)
    with talk.database.reading() as session:
        assert session.get_one(Inbox, row.id).outcome == Outcome.ANSWER
        assert "我把材料放你们窗口了" not in set(session.scalars(select(Message.text)))


def test_words_go_to_the_case_that_goes_on(talk: Talk) -> None:
    first, second = talk.two_cases()
    row = talk.say("我把材料放你们窗口了")
    talk.say(f"撤回 {second}")
    talk.say(f"绑定 {CODE}")

    with talk.database.reading() as session:
        ended = session.get_one(Inbox, row.id)
        assert (ended.outcome, number_of(ended.ticket_id or 0)) == (Outcome.FOLLOW_UP, first)


def test_words_become_a_case_where_none_goes_on(talk: Talk) -> None:
    row_of = {number: number for number in talk.two_cases()}
    row = talk.say("我把材料放你们窗口了")
    for number in row_of:
        talk.say(f"撤回 {number}", PARTNER)
    answer = talk.say(f"绑定 {CODE}")

    with talk.database.reading() as session:
        ended = session.get_one(Inbox, row.id)
        number = number_of(ended.ticket_id or 0)
        assert ended.outcome == Outcome.FOLLOW_UP
        assert number not in row_of
        assert f"编号 {number}" in str(answer.reply)
        assert "是您本人吗" in str(answer.reply)
    talk.check()


class Waiting(RuleBasedStateMachine):
    """What is said while words wait, by the two of one enterprise, and what their leader does meanwhile."""

    fresh: Callable[[], str]

    def __init__(self) -> None:
        super().__init__()
        self.talk = Talk(self.fresh())
        self.numbers = self.talk.two_cases()

    def teardown(self) -> None:
        """Close the database."""
        self.talk.database.dispose()

    @rule(number=st.integers(1, 10_000))
    def something_that_may_wait(self, number: int) -> None:
        """Words of which nobody can tell the case."""
        self.talk.say(f"我把材料放你们窗口了{number}")

    @rule(
        said=st.sampled_from([*FREE, *(f"{word} {{n}}" for word in WORDS), *WORDS]),
        by=st.sampled_from([OWNER, OWNER, PARTNER]),
        which=st.booleans(),
    )
    def anything(self, said: str, by: str, *, which: bool) -> None:
        """Whatever people say."""
        n, m = self.numbers if which else self.numbers[::-1]
        self.talk.say(said.format(n=n, m=m, words="我把材料放你们窗口了"), by)

    @rule(said=st.sampled_from(["受理 {n}", "办结 {n} 已经办好", "回复 {n} 明天到现场"]), which=st.booleans())
    def the_leader(self, said: str, *, which: bool) -> None:
        """Their leader works on."""
        self.talk.say(said.format(n=self.numbers[which]), LEADER)

    @rule()
    def two_more(self) -> None:
        """Two more cases."""
        self.numbers = self.talk.two_cases()

    @rule(minutes=st.sampled_from([1, 29, 31, 300]), strikes=st.booleans())
    def wait(self, minutes: int, *, strikes: bool) -> None:
        """Time passes, with the timers at work or late."""
        self.talk.now += timedelta(minutes=minutes)
        if strikes:
            self.talk.strike()

    @invariant()
    def nothing_is_lost(self) -> None:
        """Words wait, are in a case, or were taken back."""
        self.talk.check()


@pytest.mark.parametrize(("kind", "examples"), [("sqlite", 25), ("postgresql", 4)])
def test_whatever_is_said_no_words_are_lost(
    fresh_url: dict[str, Callable[[], str]], kind: str, examples: int
) -> None:
    machine = type("Waits", (Waiting,), {"fresh": staticmethod(fresh_url[kind])})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=20, deadline=None)
    )


def _leave_behind(talk: Talk, count: int, at: datetime) -> None:
    """Pushes of people who are asked nothing, waiting, as nothing of ours leaves them behind any more."""
    with talk.database.transaction() as session:
        for number in range(count):
            who = people.meet(session, f"o-{number}", now=at).person_id
            session.add(
                Inbox(
                    dedupe_key=f"k{number}",
                    person_id=who,
                    kind="text",
                    sealed="",
                    sent_at=1,
                    received_at=at,
                    outcome=Outcome.WAITING,
                )
            )


def test_what_nobody_keeps_is_reconciled_and_holds_up_nobody(database_url: str) -> None:
    talk = Talk(database_url)
    _leave_behind(talk, 50, talk.now)
    talk.two_cases()
    talk.say("我把材料放你们窗口了")
    talk.now += timedelta(minutes=31)

    for _ in range(2):
        talk.strike()

    assert talk.waiting() == set()
    with talk.database.reading() as session:
        assert len(session.scalars(select(Inbox.id).where(Inbox.outcome.is_(None))).all()) == 50
    talk.check()
    talk.database.dispose()
