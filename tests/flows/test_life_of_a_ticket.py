"""One whole life of a ticket, as the people in it see it on their phones."""

import contextlib
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.actions import office, people
from models.queries.tickets import actor_on, by_number
from models.rules.lifecycle import Status
from models.rules.numbers import number_of, ticket_id_of
from models.tables import Clock, Event, Ticket
from tests.flows.owning import a_minute_later
from tests.flows.reading import number_in
from tests.roster import AIDE, LEADER, OFFICE, OWNER, PARTNER
from tests.world import World

REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"


def test_ticket_lives_from_message_to_write_off(world: World) -> None:
    owner, leader, aide = world.phone(OWNER), world.phone(LEADER), world.phone(AIDE)
    leader.say("待办")
    aide.say("待办")

    receipt = owner.say(REQUEST)
    number = number_in(receipt)
    assert receipt == (
        f"收到，编号 {number}。\n"
        "类型：拖欠账款（不对，改一下）\n"
        "负责人：副省长 安予诚\n"
        "11月25日17:30前受理\n11月26日17:30前与您联系\n12月15日17:30前给出结果\n"
        "\n还有情况接着发，都会记到这一件。　查进度"
    )

    told = leader.news()
    assert told["via"] == "custom"
    assert REQUEST in told["text"]
    assert [command for _, command in told["links"]] == [f"受理 {number}", f"详情 {number}"]
    assert REQUEST in aide.news()["text"]

    assert "台账编号 拖欠账款〔2026〕1号" in leader.tap("受理")
    assert "副省长 安予诚（本人）已受理您的诉求" in owner.news()["text"]

    assert leader.say("明天上午我约管委会碰头，合同请发我一份") == (
        f"已转给沈阳云杉里精密机械有限公司（{number}）。　报进展　办结"
    )
    reply = owner.news()["text"]
    assert "副省长 安予诚（本人）" in reply
    assert "明天上午我约管委会碰头，合同请发我一份" in reply

    assert number in owner.say("合同和验收单今天下午送到您那儿")
    a_minute_later(world)
    assert "合同和验收单今天下午送到您那儿" in leader.news()["text"]

    aide.say(f"进展 {number} 管委会认账，正在走拨款手续")
    assert "副省长 安予诚（专班代复）：\n管委会认账，正在走拨款手续" in owner.news()["text"]

    assert "办理中" in owner.say("进度")

    leader.say(f"办结 {number} 尾款已到账")
    asked = owner.news()
    assert "尾款已到账" in asked["text"]
    assert [label for label, _ in asked["links"]] == ["确认解决", "没解决"]

    assert "退回副省长 安予诚继续办" in owner.tap("没解决")
    assert "企业说没解决" in leader.news()["text"]
    assert number in owner.say("只到了一半，还差160万")
    assert "只到了一半，还差160万" in leader.news()["text"]

    leader.say(f"办结 {number} 余款也已到账")
    assert "余款也已到账" in owner.news()["text"]
    assert "已销号" in owner.say(f"确认 {number}")
    assert "企业认可，已销号" in leader.news()["text"]

    with world.database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id_of(number))
        assert Status(ticket.status) is Status.CLOSED
        assert ticket.confirmed_at is not None
        assert ticket.rebounds == 0
        verbs = session.scalars(select(Event.verb).where(Event.ticket_id == ticket.id).order_by(Event.seq))
        assert list(verbs) == [
            "submit",
            "accept",
            "reply",
            "follow_up",
            "progress",
            "resolve",
            "dispute",
            "follow_up",
            "resolve",
            "confirm",
        ]
    assert world.unsettled() == 0


def written_off(world: World) -> str:
    """Return the number of a case that the enterprise has just confirmed; nobody has news to read."""
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    leader.say(f"受理 {number}")
    leader.say(f"办结 {number} 已付清")
    owner.say(f"确认 {number}")
    leader.silence()
    return number


@pytest.mark.parametrize("age", [timedelta(days=29), timedelta(days=30)])
def test_rebound_after_29_days_and_on_the_last_moment_keeps_number_and_owner(
    world: World, age: timedelta
) -> None:
    owner, leader, number = world.phone(OWNER), world.phone(LEADER), written_off(world)
    world.clock.advance(age)
    leader.say("待办")

    assert "继续办" in owner.say(f"没解决 {number} 账面到了又被划走了")

    told = leader.silence()
    assert any(f"{number}「" in text and "账面到了又被划走了" in text for text in told), told
    with world.database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id_of(number))
        assert (ticket.status, ticket.rebounds, ticket.ledger_no) == ("accepted", 1, 1)
        assert (ticket.closed_at, ticket.confirmed_at, ticket.resolved_at) == (None, None, None)
        assert ticket.owner_id == world.roster.officials["leader"]
        last = session.scalars(
            select(Event.verb).where(Event.ticket_id == ticket.id).order_by(Event.seq.desc())
        )
        assert last.first() == "rebound"
    assert number in leader.say("今日")


@pytest.mark.parametrize("age", [timedelta(days=30, seconds=1), timedelta(days=31)])
def test_rebound_after_31_days_is_a_new_request(world: World, age: timedelta) -> None:
    owner, leader, number = world.phone(OWNER), world.phone(LEADER), written_off(world)
    world.clock.advance(age)
    leader.say("待办")

    answer = owner.say(f"没解决 {number} 又欠了")

    assert answer.startswith(f"{number} 销号已超过30天，给您另立了一件，注明了原编号。")
    with world.database.reading() as session:
        new = session.get_one(Ticket, ticket_id_of(number_in(answer)))
        assert (new.status, new.type, new.title) == ("open", "arrears", "又欠了")
        assert session.get_one(Ticket, ticket_id_of(number)).status == "closed"

    heard = leader.silence()
    assert [text.splitlines()[0] for text in heard] == [f"新诉求 {number_in(answer)}　拖欠账款"]
    assert f"（原诉求 {number}「" in heard[0]
    with world.database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id_of(number))
        assert (ticket.status, ticket.rebounds, ticket.closed_at is None) == ("closed", 0, False)


def test_foreign_number_answers_as_if_it_did_not_exist(world: World) -> None:
    number = number_in(world.phone(OWNER).say(REQUEST))
    unknown = number_of(999_999)
    stranger, office = world.phone("o-somebody"), world.phone(OFFICE)

    for phone, word in ((stranger, "进度"), (stranger, "撤回"), (office, "详情"), (office, "受理")):
        foreign = phone.say(f"{word} {number}")
        assert foreign.replace(number, "N") == phone.say(f"{word} {unknown}").replace(unknown, "N")


def test_mistyped_number_is_caught(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(REQUEST))
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)

    assert owner.say(f"撤回 {wrong}") == f"没有查到编号 {wrong}，可能输错了一位。\n看看我的诉求"


def test_colleague_sees_the_enterprises_ticket(world: World) -> None:
    number = number_in(world.phone(OWNER).say(REQUEST))

    assert number in world.phone(PARTNER).say("进度")


def test_resolving_before_accepting_is_refused(world: World) -> None:
    number = number_in(world.phone(OWNER).say(REQUEST))

    assert world.phone(LEADER).say(f"办结 {number} 好了") == (
        f"{number}「给开发区管委会干…」还没有受理，请先受理再办结。\n可以：受理　详情"
    )


def test_clocks_start_with_the_ticket_and_stop_when_met(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    leader.say(f"受理 {number}")
    leader.say("收到，正在联系对方单位")

    with world.database.reading() as session:
        clocks = session.scalars(select(Clock).where(Clock.ticket_id == ticket_id_of(number)))
        met = {clock.name: clock.met_at is not None for clock in clocks}
    assert met["accept"] is True
    assert met["first_contact"] is True
    assert met["result"] is False
    assert met["progress"] is False


class Refused(Exception):
    """Something went wrong after the number was given."""


def accepted_in_vain(world: World, number: str) -> int:
    """Accept a case in a transaction that fails at its end; return the ledger number it had in there."""
    given = 0
    with contextlib.suppress(Refused), world.database.transaction() as session:
        leader = people.meet(session, LEADER, now=world.clock())
        ticket = by_number(session, number, seen_by=leader)
        office.accept(session, ticket, actor_on(session, leader, ticket), now=world.clock())
        given = ticket.ledger_no or 0
        raise Refused
    return given


def test_ledger_numbers_are_gap_free_per_type(world: World) -> None:
    """Also where an acceptance fails after its number was given: the number goes to the next."""
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    given = []
    for text in ("新诉求 管委会欠我们工程款两百万不给", "新诉求 变压器增容三个月批不下来，车间没法投产"):
        for place in (1, 2):
            number = number_in(owner.say(text))
            assert accepted_in_vain(world, number) == place
            given.append(leader.say(f"受理 {number}").split("台账编号 ")[1].split("，")[0])
    assert given == [
        "拖欠账款〔2026〕1号",
        "拖欠账款〔2026〕2号",
        "要素保障〔2026〕1号",
        "要素保障〔2026〕2号",
    ]


def test_acceptances_at_the_same_moment_get_a_number_each(world: World) -> None:
    owner, leader, aide = world.phone(OWNER), world.phone(LEADER), world.phone(AIDE)
    numbers = [number_in(owner.say(f"新诉求 管委会欠我们第{n}笔工程款两百万不给")) for n in range(6)]
    threads = [
        threading.Thread(target=phone.say, args=(f"受理 {number}",))
        for number, phone in zip(numbers, [leader, aide] * 3, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    with world.database.reading() as session:
        assert sorted(session.scalars(select(Ticket.ledger_no))) == [1, 2, 3, 4, 5, 6]
