"""The enterprise has the last word on whether it is solved, however it is put, and about the right case."""

from models.rules.numbers import ticket_id_of
from models.tables import Ticket
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import World

MATTERS = (
    "新诉求 给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结",
    "新诉求 新车间下个月投产，变压器增容报了三个月还排不上，停一天损失好几万",
    "新诉求 网上有人卖假冒我们商标的产品，包装一模一样，投诉了也没人管",
)


def resolved(world: World, matter: str, openid: str = OWNER) -> str:
    """Bring a case to where the enterprise is asked whether it is solved; it is in nobody's hand."""
    number = number_in(world.phone(openid).say(matter))
    world.phone(LEADER).say(f"受理 {number}")
    world.phone(LEADER).say(f"办结 {number} 已经办妥")
    world.advance(minutes=11)
    return number


def status(world: World, number: str) -> tuple[str, int]:
    """Return where a case stands, and how often it came back."""
    with world.database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id_of(number))
        return ticket.status, ticket.rebounds


def test_bare_objection_with_several_cases_waiting_asks_and_reopens_nothing(world: World) -> None:
    owner = world.phone(OWNER)
    closed, *waiting = (resolved(world, matter) for matter in MATTERS)
    owner.say(f"确认 {closed}")

    answer = owner.say("没解决")

    assert answer.startswith("要反映没解决哪一件？")
    assert all(number in answer for number in waiting)
    assert [status(world, number) for number in (closed, *waiting)] == [
        ("closed", 0),
        ("resolved", 0),
        ("resolved", 0),
    ]


def test_bare_objection_means_the_case_that_waits_and_not_the_one_written_off(world: World) -> None:
    owner = world.phone(OWNER)
    closed, waiting = (resolved(world, matter) for matter in MATTERS[:2])
    owner.say(f"确认 {closed}")

    assert owner.say("没解决 还差一半").startswith(f"好，{waiting}「新车间下个月投产")
    assert [status(world, number) for number in (closed, waiting)] == [("closed", 0), ("accepted", 0)]


def test_bare_objection_while_looking_at_a_written_off_case_asks(world: World) -> None:
    owner = world.phone(OWNER)
    closed, waiting = (resolved(world, matter) for matter in MATTERS[:2])
    owner.say(f"确认 {closed}")
    owner.say(f"进度 {closed}")

    assert owner.say("没解决").startswith("要反映没解决哪一件？")
    assert [status(world, number) for number in (closed, waiting)] == [("closed", 0), ("resolved", 0)]


def test_bare_objection_with_nothing_waiting_is_a_rebound(world: World) -> None:
    owner = world.phone(OWNER)
    closed = resolved(world, MATTERS[0])
    owner.say(f"确认 {closed}")

    assert owner.say("没解决 又欠了").startswith(f"好，{closed}「给开发区管委会")
    assert status(world, closed) == ("accepted", 1)
