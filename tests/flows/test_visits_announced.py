"""Before an official comes, the enterprise knows who, when, and hears the phrase first, as before a call."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.actions.calls import strike
from models.actions.outbox import Notice
from models.tables import Call, Delivery, Outbox
from tests.flows.telephones import Town, labels, phrase_in, read_all
from tests.roster import AIDE, LEADER, OWNER
from tests.world import World


@pytest.fixture
def town(world: World) -> Town:
    return Town.of(world)


def test_visit_is_announced_agreed_and_asked_about(town: Town) -> None:
    world = town.world
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()

    told = leader.say("约走访 云杉里 明天上午10点")
    phrase = phrase_in(told)
    assert told == (
        f"已给沈阳云杉里精密机械有限公司发走访预告（{number}）。\n时间：11月25日10:00-10:30\n上门：您（尾号3059）\n"
        f"暗语：{phrase}\n见面先说：“我是副省长 安予诚，暗语是{phrase}。”\n取消"
    )
    card = owner.news()
    assert card["text"].startswith(f"走访预告\n副省长 安予诚将就 {number}「")
    assert "到您那里走访。\n时间：11月25日10:00-10:30\n号码：尾号3059\n" in card["text"]
    assert "见面后请对方先说暗语，说不对请不要接待" in card["text"]
    assert "电话" not in card["text"].split("\n")[1]
    assert labels(card) == ["同意", "换个时间", "不方便"]
    assert "上门走访" in owner.tap("同意")
    assert "企业同意走访：11月25日10:00-10:30" in read_all(leader)
    assert f"约走访：11月25日10:00-10:30，暗语 {phrase}" in leader.say(f"详情 {number}")

    world.advance(days=1, hours=1)
    with world.database.transaction() as session:
        assert strike(session, world.clock()) == 1
    assert (
        f"约的走访（11月25日10:00-10:30）时间已过，暗语作废。去过的请记一笔：走访 {number} 情况"
        in read_all(leader)
    )


def test_enterprise_moves_a_visit_and_it_stays_one(town: Town) -> None:
    owner, leader = town.world.phone(OWNER), town.world.phone(LEADER)
    number = town.case()
    leader.say(f"约走访 {number} 明天上午10点")
    assert "上门走访" in owner.say(f"改来电 {number} 明天下午3点")
    assert "企业把走访时间定在：11月25日15:00-15:30" in read_all(leader)
    with town.world.database.reading() as session:
        assert list(session.scalars(select(Call.kind))) == ["visit"]


def test_enterprise_does_not_want_it_or_the_official_does_not_come(town: Town) -> None:
    owner, leader = town.world.phone(OWNER), town.world.phone(LEADER)
    number = town.case()
    leader.say(f"约走访 {number} 明天上午10点")
    owner.news()
    leader.tap("取消")
    assert "的走访取消了" in read_all(owner)
    leader.say(f"约走访 {number} 明天上午11点")
    owner.say(f"不接来电 {number} 明天停产")
    assert "企业说不方便走访：\n明天停产" in read_all(leader)


def test_visit_cancelled_while_a_worker_takes_its_card_is_told_as_the_card_will_arrive(
    postgresql_url: str,
) -> None:
    with World.running(postgresql_url) as world:
        town = Town.of(world)
        leader, number = world.phone(LEADER), town.case()
        world.deliver()
        world.stop_worker()
        leader.say(f"约走访 {number} 明天上午10点")
        with world.database.transaction() as worker:
            cards = select(Outbox).where(Outbox.kind == Notice.CALL_ANNOUNCED).with_for_update()
            card = worker.scalars(cards).one()
            card.state, card.lease_until = Delivery.SENDING, world.clock() + timedelta(minutes=1)
            worker.flush()
            leader.tap("取消")
        kinds = [row.kind for row in world.outbox() if row.person_id == world.roster.people[OWNER]]
        assert kinds[-2:] == [Notice.CALL_ANNOUNCED, Notice.CALL_CANCELLED]


def test_visit_of_the_future_is_announced_with_one_tap_and_not_noted(town: Town) -> None:
    leader = town.world.phone(LEADER)
    town.case()
    assert leader.say("走访 云杉里 明天上午10点").startswith("这个时间还没到，没有记走访。")
    assert leader.tap("约走访").startswith("已给沈阳云杉里精密机械有限公司发走访预告")


def test_time_of_a_visit_is_asked_and_taken(town: Town) -> None:
    leader = town.world.phone(LEADER)
    number = town.case()
    assert f"给 {number} 约哪个时间上门走访？" in leader.say(f"约走访 {number}")
    assert "发走访预告" in leader.say("明天上午10点")


def test_who_wants_no_calls_may_be_visited(town: Town) -> None:
    leader = town.world.phone(LEADER)
    number = town.case()
    town.refuse_calls(OWNER)
    assert "说过请不要打电话" in leader.say(f"约电话 {number} 明天上午10点")
    assert "发走访预告" in leader.say(f"约走访 {number} 明天上午10点")


def test_which_enterprise_is_asked(town: Town) -> None:
    leader = town.world.phone(LEADER)
    number = town.case()
    assert leader.say("约走访").startswith("约走访，请发：约走访 企业或编号 时间。去哪一家？")
    assert f"给 {number} 约哪个时间上门走访" in leader.tap("沈阳云杉里精密机械有限公司")
    assert "走访只约包保企业" in town.world.phone("o-local-office").say("约走访 云杉里 明天上午10点")


def test_aide_announces_the_leaders_visit(town: Town) -> None:
    leader, aide = town.world.phone(LEADER), town.world.phone(AIDE)
    number = town.case()
    aide.say(f"约走访 {number} 明天上午10点 领导上门")
    heard = read_all(leader)
    assert f"专班替您约了走访：{number}" in heard
    assert "请准时上门。暗语：" in heard


def test_enterprise_announces_no_visits(town: Town) -> None:
    number = town.case()
    assert "这是干部用的说法" in town.world.phone(OWNER).say(f"约走访 {number} 明天上午10点")
