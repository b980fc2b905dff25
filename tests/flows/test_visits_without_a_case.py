"""An enterprise in a leader's care that has asked for nothing gets the same card before somebody comes."""

import pytest
from sqlalchemy import select

from models.actions import handover, roster
from models.actions.calls import strike
from models.tables import Call, Contact, Event, Outbox, Pairing, Visit
from tests.flows.telephones import Town, labels, phrase_in, read_all
from tests.roster import AIDE, LEADER, OWNER, PARTNER
from tests.world import World

TOMORROW = "约走访 云杉里 明天上午10点"


@pytest.fixture
def town(world: World) -> Town:
    town = Town.of(world)
    world.advance(minutes=1)
    for openid in (OWNER, LEADER):
        world.phone(openid).say("你好")
    return town


def states(town: Town) -> list[str]:
    with town.world.database.reading() as session:
        return list(session.scalars(select(Call.state).order_by(Call.id)))


def test_visit_is_announced_agreed_checked_over_and_noted(town: Town) -> None:
    world = town.world
    owner, leader = world.phone(OWNER), world.phone(LEADER)

    told = leader.say(TOMORROW)
    phrase = phrase_in(told)
    assert told == (
        "已给沈阳云杉里精密机械有限公司发走访预告。\n时间：11月25日10:00-10:30\n上门：您（尾号3059）\n"
        f"暗语：{phrase}\n见面先说：“我是副省长 安予诚，暗语是{phrase}。”\n取消"
    )
    assert len(phrase.split()) == 2
    card = owner.news()
    assert card["text"].startswith(
        "走访预告\n副省长 安予诚将到您那里走访。\n时间：11月25日10:00-10:30\n号码：尾号3059\n"
        f"暗语：{phrase}\n见面后请对方先说暗语，说不对请不要接待"
    )
    assert labels(card) == ["同意", "换个时间", "不方便"]

    agreed = owner.tap("同意")
    assert "副省长 安予诚将在11月25日10:00-10:30上门走访" in agreed
    assert phrase in agreed
    assert "沈阳云杉里精密机械有限公司企业同意走访：11月25日10:00-10:30" in read_all(leader)
    assert owner.say("有人上门来了说是政府的").count(phrase) == 1

    world.advance(days=1)
    assert "约好" in owner.say("核验 13840003059")
    world.advance(hours=1)
    with world.database.transaction() as session:
        assert strike(session, world.clock()) == 1
        assert strike(session, world.clock()) == 0
    over = read_all(leader)
    assert "沈阳云杉里精密机械有限公司约的走访（11月25日10:00-10:30）时间已过，暗语作废。" in over
    assert phrase not in owner.say("核验 13840003059")
    assert [one.verdict for one in town.asked()] == ["announced", "registered"]
    assert leader.say("走访 云杉里 看了生产线").startswith("已记11月25日走访")
    with world.database.reading() as session:
        assert list(session.scalars(select(Visit.note))) == ["看了生产线"]
        assert list(session.scalars(select(Event.id))) == []


def test_card_that_does_not_arrive_is_known_before_anybody_sets_out(town: Town) -> None:
    owner, leader = town.world.phone(OWNER), town.world.phone(LEADER)
    town.world.advance(days=3)
    phrase = phrase_in(leader.say("约走访 云杉里 明天上午10点"))
    heard = read_all(leader)
    assert "沈阳云杉里精密机械有限公司还没收到走访预告" in heard
    assert "先别去" in heard
    assert phrase in owner.say("你好") + read_all(owner)


def test_enterprise_moves_it_by_tap_or_in_plain_words(town: Town) -> None:
    owner, leader = town.world.phone(OWNER), town.world.phone(LEADER)
    phrase = phrase_in(leader.say(TOMORROW))
    owner.news()
    assert "什么时候到您那里方便" in owner.tap("换个时间")
    moved = owner.say("明天下午3点")
    assert "将在11月25日15:00-15:30上门走访" in moved
    assert phrase in moved
    assert "企业把走访时间定在：11月25日15:00-15:30" in read_all(leader)
    assert "11月25日16:00" in owner.say("改来电 明天下午4点")
    assert "企业把走访时间定在：11月25日16:00-16:30" in read_all(leader)
    assert states(town) == ["agreed"]


def test_enterprise_declines_and_says_why(town: Town) -> None:
    owner, leader = town.world.phone(OWNER), town.world.phone(LEADER)
    leader.say(TOMORROW)
    assert owner.say("不接来电 明天停产") == "好的，已告诉对方先不来。有事在这里说就行。"
    assert "沈阳云杉里精密机械有限公司：企业说不方便走访：\n明天停产" in read_all(leader)
    assert "没有等您答复的来电预告" in owner.say("同意来电")
    assert states(town) == ["declined"]


def test_plain_yes_answers_the_card(town: Town) -> None:
    owner, leader = town.world.phone(OWNER), town.world.phone(LEADER)
    leader.say(TOMORROW)
    owner.news()
    assert "上门走访" in owner.say("同意")
    assert states(town) == ["agreed"]


def test_official_takes_it_back_or_names_another_time(town: Town) -> None:
    owner, leader = town.world.phone(OWNER), town.world.phone(LEADER)
    leader.say(TOMORROW)
    first = owner.news()["text"]
    leader.say("约走访 云杉里 明天上午11点")
    second = owner.news()["text"]
    assert second.startswith("走访预告（时间有变，以这张为准）")
    assert phrase_in(first) != phrase_in(second)
    assert leader.say("约走访 云杉里 明天上午11点").startswith("这个时间已经约过，没有再打扰企业。")
    assert leader.tap("取消") == "已取消去沈阳云杉里精密机械有限公司的走访预告，会告诉企业。"
    assert "副省长 安予诚11月25日11:00-11:30的走访取消了。" in read_all(owner)
    assert states(town) == ["replaced", "cancelled"]


def test_whoever_has_the_card_hears_that_nobody_comes(town: Town) -> None:
    owner, partner, leader = (town.world.phone(each) for each in (OWNER, PARTNER, LEADER))
    leader.say(TOMORROW)
    owner.news()
    town.world.advance(hours=1)
    partner.say("你好")
    leader.say("取消约电话 第1家")
    assert "的走访取消了" in read_all(owner)
    assert partner.silence() == []


def test_nobody_who_could_read_it_is_no_announcement(town: Town) -> None:
    with town.world.database.transaction() as session:
        for contact in session.scalars(select(Contact)).all():
            contact.is_active = False
    assert "还没有联系人绑定微信" in town.world.phone(LEADER).say(TOMORROW)
    assert states(town) == []


def test_no_more_on_one_day_than_calls_about_cases(town: Town) -> None:
    leader = town.world.phone(LEADER)
    leader.say(TOMORROW)
    leader.say("约走访 云杉里 明天上午11点")
    assert "不再打扰" in leader.say("约走访 云杉里 明天下午3点")


def test_quiet_hours_are_kept_free_of_visits(town: Town) -> None:
    owner, leader = town.world.phone(OWNER), town.world.phone(LEADER)
    owner.say("免打扰 9点到11点")
    assert "免打扰时段" in leader.say(TOMORROW)
    assert states(town) == []


def test_why_it_does_not_suit_goes_along_with_the_time_that_does(town: Town) -> None:
    owner, leader = town.world.phone(OWNER), town.world.phone(LEADER)
    leader.say(TOMORROW)
    owner.say("老人住院，改日吧，电话打13900001111")
    owner.say("11月26日")
    owner.say("下午3点")

    heard = read_all(leader)
    assert "11月26日15:00" in heard
    assert "老人住院，改日吧，电话打13900001111" in heard


def test_who_wants_no_calls_any_more_is_not_visited_as_announced(town: Town) -> None:
    leader = town.world.phone(LEADER)
    leader.say(TOMORROW)
    town.refuse_calls(OWNER)
    assert states(town) == ["declined"]
    assert "发走访预告" in leader.say("约走访 云杉里 后天上午10点")


def test_visit_ends_with_the_care(town: Town) -> None:
    owner, leader, world = town.world.phone(OWNER), town.world.phone(LEADER), town.world
    leader.say(TOMORROW)
    owner.news()
    owner.tap("同意")
    with world.database.transaction() as session:
        caring = select(Pairing.id).where(Pairing.official_id == town.officials["leader"])
        for pairing in session.scalars(caring).all():
            roster.unpair(session, pairing, now=world.clock())
    assert "的走访取消了" in read_all(owner)
    assert states(town) == ["cancelled"]
    assert "发走访预告" not in leader.say(TOMORROW)


def test_visit_ends_when_the_post_is_handed_over(town: Town) -> None:
    owner, world = town.world.phone(OWNER), town.world
    world.phone(LEADER).say(TOMORROW)
    owner.news()
    with world.database.transaction() as session:
        handover.hand_over(
            session,
            from_id=town.officials["leader"],
            to_id=town.officials["rival"],
            reason="调动",
            on=world.clock().date(),
            key_id=None,
            now=world.clock(),
        )
    world.nudge()
    assert "的走访取消了" in read_all(owner)
    assert states(town) == ["cancelled"]


def test_which_is_asked_where_a_call_and_a_visit_wait(town: Town) -> None:
    owner, leader = town.world.phone(OWNER), town.world.phone(LEADER)
    leader.say(TOMORROW)
    number = town.case()
    leader.say(f"约电话 {number} 明天下午3点")
    owner.silence()
    asked = owner.say("同意")
    assert f"同意 {number}" in asked
    assert "走访" in asked
    with town.world.database.reading() as session:
        firm = session.scalars(select(Call.enterprise_id).where(Call.enterprise_id.is_not(None))).one()
    assert "上门走访" in owner.say(f"同意来电 第{firm}家")
    assert states(town) == ["agreed", "announced"]


def test_time_is_asked_and_taken(town: Town) -> None:
    leader = town.world.phone(LEADER)
    assert "给沈阳云杉里精密机械有限公司约哪个时间上门走访？" in leader.say("约走访 云杉里")
    assert "发走访预告" in leader.say("明天上午10点")


def test_aide_announces_the_leaders_visit(town: Town) -> None:
    leader, aide = town.world.phone(LEADER), town.world.phone(AIDE)
    phrase = phrase_in(aide.say(f"{TOMORROW} 领导上门"))
    heard = read_all(leader)
    assert "专班替您约了走访：沈阳云杉里精密机械有限公司\n" in heard
    assert phrase in heard


def test_who_passes_for_the_visitor_makes_the_phrase_another(town: Town) -> None:
    owner, leader = town.world.phone(OWNER), town.world.phone(LEADER)
    phrase = phrase_in(leader.say(TOMORROW))
    owner.news()
    owner.tap("同意")
    owner.say("暗语说不对，是骗子")
    news = read_all(owner)
    assert "走访预告（换了暗语，以这张为准）" in news
    assert phrase not in news
    assert phrase_in(news) in read_all(leader)


def test_case_that_comes_up_leaves_the_visit_one(town: Town) -> None:
    leader = town.world.phone(LEADER)
    leader.say(TOMORROW)
    town.case()
    assert leader.say("约走访 云杉里 明天上午11点").startswith("已给沈阳云杉里精密机械有限公司发走访预告。")
    assert states(town) == ["replaced", "announced"]


def test_foreign_enterprise_knows_nothing_of_it(town: Town) -> None:
    phrase = phrase_in(town.world.phone(LEADER).say(TOMORROW))
    rival = town.world.phone("o-rival-owner")
    with town.world.database.reading() as session:
        firm = session.scalars(select(Call.enterprise_id)).one()
    assert "没有等您答复的来电预告" in rival.say(f"同意来电 第{firm}家")
    assert phrase not in rival.say("有人上门来了说是政府的")
    assert states(town) == ["announced"]


def test_every_card_has_the_call_for_its_cause(town: Town) -> None:
    town.world.phone(LEADER).say(TOMORROW)
    with town.world.database.reading() as session:
        rows = session.execute(
            select(Outbox.kind, Outbox.call_id, Outbox.ticket_id).where(Outbox.call_id.is_not(None))
        ).all()
    assert [(row.kind, row.ticket_id) for row in rows] == [("call_announced", None)]
