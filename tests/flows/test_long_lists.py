"""More cases than one message holds: the count is the true one, and none is lost."""

import re

from tests.flows.colleagues import SUPERVISOR, employ
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import Phone, World

MANY = 25


def bring_many(world: World) -> list[str]:
    """Have one enterprise bring 25 cases."""
    owner = world.phone(OWNER)
    return [number_in(owner.say(f"新诉求 {n}号车间的用电增容报了三个月还排不上")) for n in range(MANY)]


def paged(phone: Phone, first: str) -> tuple[set[str], list[str]]:
    """Read a list to its end by tapping; return the numbers it named, and its pages."""
    pages = [phone.say(first)]
    while "下一页" in pages[-1]:
        pages.append(phone.tap("下一页"))
    return set(re.findall(r"(?m)^(\d{4,}) ", "\n".join(pages))), pages


def test_desk_with_25_cases(world: World) -> None:
    numbers = bring_many(world)
    leader = world.phone(LEADER)

    named, pages = paged(leader, "待办")

    assert named == set(numbers)
    assert [page.splitlines()[0] for page in pages] == [f"待办 25 件（第{n}页）：" for n in range(1, 6)]
    assert leader.say("待办 2") == pages[1]
    assert leader.say("待办 99") == pages[-1]
    assert leader.say("这句没有手头的案子").startswith(
        "这句话没有发给任何企业：请先点开一件，再直接打字。\n待办 25 件"
    )


def test_enterprise_with_25_cases(world: World) -> None:
    numbers = bring_many(world)
    owner = world.phone(OWNER)

    named, pages = paged(owner, "我的诉求")

    assert named == set(numbers)
    assert pages[0].startswith("您的诉求（25 件）：")
    assert len(pages) == 5


def test_supervisor_of_a_region_with_25_cases_overdue(world: World) -> None:
    employ(world)
    numbers = bring_many(world)
    world.advance(days=40)
    supervisor = world.phone(SUPERVISOR)

    named, pages = paged(supervisor, "待办")

    assert named == set(numbers)
    assert pages[0].startswith("本地区超期 25 件：")
    assert supervisor.say("哪些超期了") == pages[0]
    assert supervisor.say(f"{numbers[3]}怎么回事").startswith(f"{numbers[3]}　要素保障")


def test_today_names_more_than_two_and_by_usable_titles(world: World) -> None:
    bring_many(world)
    world.advance(days=7)
    said = world.phone(LEADER).say("今日")
    assert "已超期 25 件" in said
    assert len(re.findall("号车间的用电增容", said)) >= 5
