"""The enterprise complains that it is put off once more, and both sides see that more time is asked for."""

import pytest
from sqlalchemy import func, select

from models.actions import access
from models.tables import Ticket
from tests.flows.owning import ARREARS, BRAND, strike, verbs, words
from tests.flows.reading import number_in
from tests.flows.test_dates_of_a_case import supervisor
from tests.flows.test_handover import KEY, post
from tests.roster import AIDE, LEADER, OFFICE, OWNER
from tests.world import World

COMPLAINTS = (
    "你们是不是不管了",
    "是不是不办了",
    "怎么又延期了…",
    "一延再延，到底延到什么时候",
    "怎么又拖到下个月了",
    "凭什么又延期",
)


def accepted(world: World, request: str = ARREARS) -> str:
    """Let the enterprise ask and the leader accept; hours later nothing is in hand any more."""
    for openid in (LEADER, AIDE, OFFICE):
        world.phone(openid).say("待办")
    number = number_in(world.phone(OWNER).say(f"新诉求 {request}"))
    world.phone(LEADER).say(f"受理 {number}")
    world.advance(hours=3)
    for openid in (OWNER, LEADER, AIDE):
        world.phone(openid).silence()
    return number


@pytest.mark.parametrize("said", COMPLAINTS)
def test_complaint_of_a_further_extension_urges_the_case_that_goes_on(world: World, said: str) -> None:
    number = accepted(world)

    assert world.phone(OWNER).say(said).startswith(f"已替您催办 {number}")
    assert verbs(world, number)[-1] == "urge"
    assert any("企业催办了" in text for text in world.phone(LEADER).silence())
    assert _cases(world) == 1


def test_what_is_said_besides_reaches_the_owner_as_more_of_the_case(world: World) -> None:
    number, said = accepted(world), "怎么又延期了…工人等着发工资，年前必须给"

    assert world.phone(OWNER).say(said).startswith(f"已记到 {number}")
    world.advance(minutes=2)
    strike(world)
    assert any(said in text for text in world.phone(LEADER).silence())
    assert words(world, number)[-1] == said
    assert _cases(world) == 1


def test_complaint_repeated_too_soon_is_not_lost(world: World) -> None:
    number, owner = accepted(world), world.phone(OWNER)
    owner.say("怎么又延期了")

    assert owner.say("又延期了？！").startswith(f"已记到 {number}")
    assert words(world, number)[-1] == "又延期了？！"


def test_of_two_cases_it_is_asked_which_was_put_off(world: World) -> None:
    first = accepted(world)
    second = accepted(world, BRAND)

    asked = world.phone(OWNER).say("怎么又延期了")
    assert first in asked
    assert second in asked
    assert _cases(world) == 2


def test_matter_of_its_own_that_was_put_off_is_a_case(world: World) -> None:
    accepted(world)

    world.phone(OWNER).say("供电局的接电又推迟了，设备进不了场，请帮忙协调供电公司尽快送电")
    assert _cases(world) == 2


def test_request_for_more_time_is_seen_on_the_case_until_it_is_decided(world: World) -> None:
    above, number = supervisor(world), accepted(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say(f"延期 {number} 5天 财政在走流程")

    waiting = "负责人申请延期5天，督查还没决定，原时限照算"
    assert waiting in owner.say(f"进度 {number}")
    assert waiting in owner.say(f"详情 {number}")
    assert "已申请延期5天，等督查决定，原时限照算" in leader.say(f"详情 {number}")

    above.say(f"同意延期 {number}")
    assert "申请延期" not in owner.say(f"进度 {number}")
    assert "已申请延期" not in leader.say(f"详情 {number}")


def test_request_for_more_time_goes_with_the_post(world: World) -> None:
    with world.database.transaction() as session:
        access.create_key(session, KEY, name="admin", role="admin", region=None, now=world.clock())
    number = accepted(world)
    other = accepted(world, BRAND)
    world.phone(LEADER).say(f"延期 {number} 5天 财政在走流程")
    ids = world.roster.officials

    answer = post(
        world,
        f"/officials/{ids['leader']}/handover",
        {"to": ids["office"], "reason": "调动", "on": "2026-11-23"},
    )
    assert answer.json()["tickets"] == [number, other]
    [listed] = [text for text in world.phone(OFFICE).silence() if text.startswith("岗位移交")]
    assert f"已申请延期、等督查决定：{number}（5天）。" in listed


def test_who_is_given_a_case_hears_that_more_time_is_asked_for(world: World) -> None:
    above, number = supervisor(world), accepted(world)
    world.phone(LEADER).say(f"延期 {number} 5天 财政在走流程")

    above.say(f"改派 {number} 简闻和 更熟悉")
    assert any("已申请延期5天，等督查决定。" in text for text in world.phone(OFFICE).silence())
    assert not any("延期5天" in text for text in world.phone(OWNER).silence())


def _cases(world: World) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0
