"""An answer goes to whoever asked, at once; whoever did not ask hears it when they may be told."""

from tests.flows.telephones import Town, read_all
from tests.roster import LEADER, OWNER, PARTNER
from tests.world import World


def test_colleague_who_asks_at_night_is_answered_and_the_author_is_not_woken(world: World) -> None:
    number = Town.of(world).case()
    owner, partner, leader = (world.phone(each) for each in (OWNER, PARTNER, LEADER))
    world.advance(hours=13)
    partner.say(f"补充 {number} 明早八点有人来堵门")
    leader.say(f"回复 {number} 我马上联系派出所")

    assert "我马上联系派出所" in read_all(partner)
    assert read_all(owner) == ""
    world.advance(hours=10)
    world.strike()
    assert "我马上联系派出所" in read_all(owner)


def test_author_hears_by_day_what_a_colleague_asked(world: World) -> None:
    number = Town.of(world).case()
    owner, partner, leader = (world.phone(each) for each in (OWNER, PARTNER, LEADER))
    world.advance(hours=1)
    partner.say(f"补充 {number} 请问款什么时候到？")
    leader.say(f"回复 {number} 下周三")
    assert "下周三" in read_all(partner)
    assert "下周三" in read_all(owner)
    assert "打扰您1次" in owner.say("今天有没有人来烦我")


def test_first_answer_waits_for_the_morning_unless_they_have_just_written(world: World) -> None:
    number = Town.of(world).case()
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    world.advance(hours=10, minutes=50)
    owner.say(f"补充 {number} 工人堵门了，今晚怎么办？请马上告诉我")
    world.advance(minutes=29)
    assert "暂不发" not in leader.say(f"回复 {number} 我已请派出所过去，您别出门")
    assert "您别出门" in read_all(owner)

    owner.say(f"补充 {number} 人还没散")
    world.advance(minutes=31)
    echo = leader.say(f"回复 {number} 另外，材料明天补")
    assert "暂不发（企业免打扰时段）：11月25日08:00送达" in echo
    assert read_all(owner) == ""


def test_echo_says_that_it_waits_for_an_enterprise_that_wants_peace(world: World) -> None:
    number = Town.of(world).case()
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    owner.say("免打扰 每天0条")
    world.advance(hours=2)
    leader.say(f"回复 {number} 请来对账")
    read_all(owner)
    echo = leader.say(f"进展 {number} 已与财政局对过账，正在走拨付手续")
    assert "暂不发（企业设置了不主动发消息）：对方说话时送达。" in echo
    assert read_all(owner) == ""


def test_card_of_a_call_that_is_held_says_so(world: World) -> None:
    number = Town.of(world).case()
    world.advance(hours=12)
    echo = world.phone(LEADER).say(f"约电话 {number} 明天上午10点")
    assert "暂不发（企业免打扰时段）：11月25日08:00送达" in echo
