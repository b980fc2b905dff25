"""A call may be made only as long as the case is live, its owner the same, and its card has arrived."""

from sqlalchemy import select

from models.actions import handover
from models.tables import Call
from tests.flows.telephones import RIVAL, SUPERVISOR, Town, phrase_in, read_all
from tests.roster import AIDE, LEADER, OWNER
from tests.world import World

LEADERS = "13840003059"


def announced(world: World) -> tuple[Town, str, str]:
    """Return the town, the number of a case, and the phrase of the call that is announced about it."""
    town = Town.of(world)
    number = town.case()
    phrase = phrase_in(world.phone(LEADER).say(f"约电话 {number} 今天下午3点"))
    assert phrase_in(read_all(world.phone(OWNER))) == phrase
    return town, number, phrase


def states(world: World) -> list[str]:
    with world.database.reading() as session:
        return list(session.scalars(select(Call.state).order_by(Call.id)))


def test_call_of_a_former_owner_is_called_off_and_is_genuine_no_more(world: World) -> None:
    _, number, phrase = announced(world)
    owner = world.phone(OWNER)

    world.phone(SUPERVISOR).say(f"改派 {number} 柏知远 分工调整")
    told = read_all(owner)
    assert f"副省长 安予诚就 {number}" in told
    assert "11月24日15:00-15:30的来电取消了" in told
    assert states(world) == ["cancelled"]

    world.advance(hours=5)
    checked = owner.say(f"核验 {LEADERS}")
    assert "正是约好的来电" not in checked
    assert phrase not in checked
    assert "约好的来电" not in owner.say(f"进度 {number}")


def test_call_ends_with_its_case(world: World) -> None:
    _, number, phrase = announced(world)
    owner = world.phone(OWNER)

    owner.say(f"撤回 {number}")
    assert "的来电取消了" in read_all(owner)
    assert "约好的来电" not in owner.say(f"进度 {number}")
    world.advance(hours=5)
    assert phrase not in owner.say(f"核验 {LEADERS}")


def test_call_about_a_result_stands_until_the_enterprise_confirms(world: World) -> None:
    town, number, _ = announced(world)
    world.phone(LEADER).say(f"办结 {number} 款已到账，企业财务已查收")
    assert states(world) == ["announced"]
    world.phone(OWNER).say(f"确认 {number}")
    assert states(world) == ["cancelled"]
    assert town.get(f"/tickets/{number}")["status"] == "closed"


def test_call_ends_with_a_refusal(world: World) -> None:
    town, number, _ = announced(world)
    leader = world.phone(LEADER)
    leader.say(f"不予办理 {number} 属于合同争议，请向人民法院起诉")
    assert states(world) == ["announced"]
    leader.tap("民事纠纷")
    assert states(world) == ["cancelled"]
    assert town.get(f"/tickets/{number}")["status"] == "declined"


def test_call_is_called_off_when_its_owner_leaves_the_post(world: World) -> None:
    town, number, _ = announced(world)
    body = {"to": town.officials["rival"], "reason": "调离", "on": "2026-11-24"}
    path = f"/api/v1/officials/{town.officials['leader']}/handover"
    answer = world.web.post(path, headers=town.key(), json=body)
    assert answer.status_code in {200, 201}, answer.text
    assert "的来电取消了" in read_all(world.phone(OWNER))
    assert states(world) == ["cancelled"]
    world.phone(RIVAL).say(f"约电话 {number} 今天下午4点")
    assert states(world) == ["cancelled", "announced"]


def test_call_of_an_aide_who_leaves_is_called_off(world: World) -> None:
    town = Town.of(world)
    number = town.case()
    phrase = phrase_in(world.phone(AIDE).say(f"约电话 {number} 今天下午3点"))
    assert phrase in read_all(world.phone(OWNER))
    with world.database.transaction() as session:
        handover.retire(session, town.officials["aide"], now=world.clock())
    world.nudge()
    assert "的来电取消了" in read_all(world.phone(OWNER))
    assert states(world) == ["cancelled"]


def test_caller_hears_each_time_that_the_card_has_not_arrived(world: World) -> None:
    town = Town.of(world)
    number = town.case()
    leader = world.phone(LEADER)
    world.advance(days=3)

    for hour in ("3", "4"):
        leader.say(f"约电话 {number} 今天下午{hour}点")
        assert f"{number} 的来电预告对方还没收到" in read_all(leader)


def test_nobody_reads_a_card_that_has_lapsed(world: World) -> None:
    town = Town.of(world)
    number = town.case()
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    world.advance(days=3)
    leader.say(f"约电话 {number} 今天下午3点")
    world.deliver()
    world.advance(hours=8)
    world.strike()

    owner.say("你好")
    assert "来电预告\n" not in read_all(owner)


def test_nobody_hears_that_a_call_is_off_of_which_they_never_heard(world: World) -> None:
    town = Town.of(world)
    number = town.case()
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    world.advance(days=3)
    leader.say(f"约电话 {number} 今天下午3点")
    world.deliver()
    leader.say(f"取消约电话 {number}")

    owner.say("你好")
    assert "来电" not in read_all(owner)
