"""A day at a leader's desk: what it brings is told in the morning, once, and only when there is something."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

from sqlalchemy import select

from models.actions import mornings
from models.session import Database
from models.tables import Morning, Outbox
from tests.flows.reading import number_in
from tests.roster import AIDE, LEADER, OFFICE, OWNER
from tests.world import World

ARREARS = "新诉求 给开发区管委会干的道路工程，尾款320万一直不给结"
POWER = "新诉求 变压器增容三个月批不下来，车间没法投产"
WEDNESDAY = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
"""08:30 in Shanghai."""


def strike(world: World) -> int:
    """Let the morning come at the world's time."""
    with world.database.transaction() as session:
        return mornings.strike(session, world.clock(), limit=100)


def until(world: World, moment: datetime) -> None:
    world.advance(seconds=(moment - world.clock()).total_seconds())


def talking(world: World) -> None:
    for openid in (OWNER, LEADER, AIDE, OFFICE):
        world.phone(openid).say("帮助")
        world.phone(openid).silence()


def test_morning_tells_each_desk_once_and_only_when_there_is_something(world: World) -> None:
    owner, leader, aide = world.phone(OWNER), world.phone(LEADER), world.phone(AIDE)
    assert strike(world) == 0
    talking(world)
    number = number_in(owner.say(ARREARS))
    leader.silence()
    aide.silence()

    until(world, WEDNESDAY - timedelta(seconds=1))
    assert strike(world) == 0
    until(world, WEDNESDAY)
    assert strike(world) == 2
    told = leader.news()
    assert told["text"] == (
        f"早上好。安予诚今日：\n今天到期 1 件\n　{number} 云杉里精密…：给开发区管委会干的道路…\n待办"
    )
    assert told["links"][0] == [number, f"详情 {number}"]
    assert aide.news()["text"] == told["text"]
    assert world.phone(OFFICE).silence() == []
    assert strike(world) == 0
    world.advance(hours=2)
    assert strike(world) == 0
    assert leader.silence() == []


def test_day_names_what_is_late_silent_back_and_owed(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    talking(world)
    strike(world)
    back = number_in(owner.say("新诉求 商标被人抢注了，请帮助维权"))
    leader.say(f"受理 {back}")
    leader.say(f"办结 {back} 已撤销对方商标")
    owner.say(f"确认 {back}")
    late = number_in(owner.say(ARREARS))
    quiet = number_in(owner.say(POWER))
    leader.say(f"受理 {quiet}")
    leader.say("先联系供电公司")
    world.advance(days=1)
    owner.say(f"没解决 {back} 又被抢注了")

    said = leader.say("今日")
    assert f"今天到期 1 件\n　{late} " in said
    assert f"销号后反弹 1 件\n　{back} " in said
    assert quiet not in said
    world.advance(days=1)
    said = leader.say("今日")
    assert f"已超期 1 件\n　{late} " in said

    leader.say(f"回复 {back} 正在处理")
    world.advance(days=6)
    leader.say(f"回复 {back} 还在处理")
    said = leader.say("今日")
    assert said.split("好久没给企业回话 ")[1].splitlines()[:3] == [
        "2 件",
        f"　{late} 云杉里精密…：给开发区管委会干的道路…",
        f"　{quiet} 云杉里精密…：变压器增容三个月批不下…",
    ]
    world.advance(days=85)
    assert "该去走访 1 家\n　沈阳云杉里精密机械有限…\n" in leader.say("今日")
    assert leader.tap("沈阳云杉里精密机械有限…").startswith("请把情况一起发来")


def test_case_is_silent_when_its_enterprise_has_had_no_word(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    talking(world)
    number = number_in(owner.say(POWER))
    leader.say(f"受理 {number}")
    leader.say(f"进展 {number} 供电公司已经到现场")
    world.advance(days=6)
    assert number not in leader.say("今日")
    leader.say(f"进展 {number} 供电公司排了工期")
    until(world, datetime(2026, 12, 7, 10, 0, tzinfo=UTC))
    said = leader.say("今日")
    assert ("已超期" in said, number in said) == (True, True)


def test_weekend_and_holiday_mornings_are_left_alone(world: World) -> None:
    talking(world)
    strike(world)
    world.phone(OWNER).say(ARREARS)
    world.phone(LEADER).silence()
    until(world, datetime(2026, 11, 28, 2, 0, tzinfo=UTC))
    assert strike(world) == 2
    assert world.phone(LEADER).silence() == []
    with world.database.reading() as session:
        due = set(session.scalars(select(Morning.due_at)))
    assert due == {datetime(2026, 11, 30, 0, 30, tzinfo=UTC)}


def test_who_was_away_for_days_reads_the_newest_list_alone(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    talking(world)
    strike(world)
    number = number_in(owner.say(ARREARS))
    leader.silence()
    world.advance(days=3)
    for day in (30, 31, 32, 33):  # the platform lets us speak to nobody who was silent so long
        until(world, datetime(2026, 11, 30, 0, 30, tzinfo=UTC) + timedelta(days=day - 30))
        strike(world)
        world.deliver()
    assert leader.silence() == []

    leader.say(f"详情 {number}")

    lists = [text for said in leader.silence() for text in said.split("\n\n") if text.startswith("早上好")]
    assert len(lists) == 1
    assert "已超期 1 件" in lists[0]


def test_deputy_gets_the_morning_of_who_is_away(world: World) -> None:
    talking(world)
    strike(world)
    world.phone(LEADER).say("委托 简闻和 明天到下周五")
    number = number_in(world.phone(OWNER).say(ARREARS))
    for openid in (LEADER, OFFICE):
        world.phone(openid).silence()
    until(world, WEDNESDAY)
    strike(world)

    assert world.phone(OFFICE).news()["text"].startswith("早上好。安予诚今日：\n今天到期 1 件")
    assert number in world.phone(OFFICE).say("今日")


def test_two_workers_tell_a_desk_once(world: World) -> None:
    talking(world)
    strike(world)
    world.phone(OWNER).say(ARREARS)
    until(world, WEDNESDAY)
    start, counts = Barrier(2), []

    def worker() -> None:
        database = Database(world.settings.database_url)
        start.wait()
        with database.transaction() as session:
            counts.append(mornings.strike(session, world.clock(), limit=100))
        database.dispose()

    threads = [Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 2
    with world.database.reading() as session:
        told = session.scalars(select(Outbox.person_id).where(Outbox.kind == "morning")).all()
    assert len(told) == len(set(told)) == 2


def test_worklist_is_ordered_by_what_is_due_and_marks_what_is_late(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    first = number_in(owner.say(POWER))
    leader.say(f"受理 {first}")
    leader.say("已安排")
    second = number_in(owner.say(ARREARS))

    said = leader.say("待办")
    assert said.index(second) < said.index(first)
    assert "已超期" not in said
    world.advance(days=1, hours=8)
    assert f"{second} 待受理，已超期，11月25日17:30前受理" in leader.say("待办")
