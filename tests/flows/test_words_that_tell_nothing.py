"""A few words that tell nothing: asked what it is about, without a case that would swallow the next request."""

import pytest

from tests.flows.owning import ARREARS, case
from tests.flows.reading import number_in
from tests.flows.test_visits import FIRM, NOTE, visits
from tests.flows.test_what_belongs_where import tickets
from tests.roster import LEADER, OWNER, PARTNER
from tests.world import World

ASKED = "请直接说是什么事"


@pytest.mark.parametrize("said", ["行吧", "那好吧", "可以", "同意", "是的，来了", "什么时候来", "改天吧"])
def test_without_a_case_they_open_none_and_the_request_behind_them_is_itself(world: World, said: str) -> None:
    owner = world.phone(OWNER)

    assert owner.say(said).startswith(ASKED)
    assert tickets(world) == 0
    number = number_in(owner.say(ARREARS))

    assert (case(world, number).type, tickets(world)) == ("arrears", 1)
    assert world.unsettled() == 0


@pytest.mark.parametrize(
    "said", ["没水", "欠钱不给", "变压器不够", "许可办不下来", "商标被抢", "缺订单", "补贴没到"]
)
def test_terse_request_opens_one(world: World, said: str) -> None:
    number_in(world.phone(OWNER).say(said))


def test_resigned_words_after_a_refusal_open_none(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))
    world.phone(LEADER).say(f"不予办理 {number} 民事纠纷 请走法院")

    assert owner.say("那好吧").startswith(ASKED)

    assert tickets(world) == 1


def test_with_a_case_in_hand_they_are_still_words_about_it(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))

    assert owner.say("我想想").startswith(f"已记到 {number}「")


@pytest.mark.parametrize("said", ["来了", "是的，来了", "嗯，来了", "来了，谢谢"])
def test_they_came_answers_the_card_of_a_visit(world: World, said: str) -> None:
    for openid in (OWNER, PARTNER, LEADER):
        world.phone(openid).say("帮助")
    world.phone(LEADER).say(f"走访 {FIRM} {NOTE}")
    world.deliver()

    assert world.phone(OWNER).say(said).startswith("谢谢，已记下")

    assert visits(world)[0].confirmed_at is not None
    assert tickets(world) == 0


@pytest.mark.parametrize("said", ["电来了", "他们来了要罚款", "又来了一拨人查账"])
def test_other_words_of_coming_do_not(world: World, said: str) -> None:
    for openid in (OWNER, PARTNER, LEADER):
        world.phone(openid).say("帮助")
    world.phone(LEADER).say(f"走访 {FIRM} {NOTE}")
    world.deliver()

    world.phone(OWNER).say(said)

    assert visits(world)[0].answered_by is None
