"""Never a dead end: who answers, by when, how to be called, and what one can say now."""

from tests.flows.owning import ARREARS, verbs, words
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import World


def test_asking_for_a_human_names_the_owner_the_date_and_two_ways(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(ARREARS))
    leader.say("待办")
    leader.silence()

    for asked in ("人工", "转人工", "我不跟机器人说话"):
        answer = owner.say(asked)
        assert "副省长 安予诚" in answer
        assert "11月25日17:30前受理" in answer
        assert answer.endswith("催办　约我电话")

    assert "已告诉副省长 安予诚" in owner.tap("约我电话")
    assert "【希望来电】" in leader.news()["text"]
    assert verbs(world, number) == ["submit", "follow_up"]
    owner.say(f"约我电话 {number} 明天上午十点")
    assert "【希望来电】明天上午十点" in leader.news()["text"]
    assert words(world, number)[1:] == ["【希望来电】请方便时打电话联系我", "【希望来电】明天上午十点"]


def test_human_without_a_case_is_no_dead_end(world: World) -> None:
    answer = world.phone(OWNER).say("人工")

    assert "真人负责，现在是副省长 安予诚" in answer
    assert answer.endswith("我要反映　帮助")
    assert "真人负责，现在是省营商局局长 简闻和" in world.phone("o-nobody").say("约我电话")


def test_case_that_waits_for_their_word_offers_that_word(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(ARREARS))
    leader.say(f"受理 {number}")
    leader.say(f"办结 {number} 已到账")

    assert owner.say("人工").endswith(
        "正等您确认结果。\n您接着说的话会转给负责人，在这里回复您。\n确认解决　没解决　约我电话"
    )


def test_help_is_short_and_fits_the_situation(world: World) -> None:
    owner, leader, stranger = (world.phone(each) for each in (OWNER, LEADER, "o-nobody"))
    assert "直接发一句话就行" in owner.say("帮助")
    assert "绑定 邀请码" in stranger.say("帮助")

    number = number_in(owner.say(ARREARS))
    assert owner.say("帮助").startswith(f"{number}「给开发区管委会")
    assert "催办　补充　人工" in owner.say("怎么用")

    leader.say(f"受理 {number}")
    leader.say(f"办结 {number} 已到账")
    assert "确认解决　没解决　人工" in owner.say("帮助")
    assert len(owner.say("帮助")) < 120
    assert "待办" in leader.say("帮助")
