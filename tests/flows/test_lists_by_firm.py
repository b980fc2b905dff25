"""With many enterprises a list tells them apart by the name that people call them."""

from tests.flows.test_words_for_one_case import Desk
from tests.world import World


def test_list_and_day_name_the_enterprise_of_each_case(world: World) -> None:
    desk = Desk(world)
    listed = desk.leader.say("待办")
    assert "　云杉里精密机械：给开发区" in listed
    assert "　榆树湾电气：新车间" in listed

    world.advance(days=30)
    today = desk.leader.say("今日")
    assert f"　{desk.held} 云杉里精密…：给开发区" in today
    assert f"　{desk.other} 榆树湾电气：新车间" in today


def test_leader_on_leave_is_offered_who_may_act_for_them(world: World) -> None:
    desk = Desk(world)
    said = desk.leader.say("我明天开始休假到下周五")
    assert said.startswith("11月25日至12月4日委托谁来办？点一下就生效：\n专班联络员 程小满")
    assert "11月25日" in desk.leader.tap("专班联络员 程小满")
