"""What the wall showed then it shows again, whatever has happened since."""

import secrets
from typing import Any

from models.actions import access
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import World

ARREARS = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
POWER = "厂房电容量不够，想增容到800千伏安，供电所说线路满了"


def wall(world: World, key: str, **asked: str) -> dict[str, Any]:
    answer = world.web.get("/api/v1/wall", params=asked, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_wall_of_every_evening_is_the_wall_that_hung_there(world: World) -> None:
    key = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(session, key, name="wall", role="viewer", region=None, now=world.clock())
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    evenings: list[dict[str, Any]] = []

    def evening() -> None:
        world.strike()
        evenings.append(wall(world, key))
        world.advance(days=1)
        world.strike()

    evening()
    arrears = number_in(owner.say(ARREARS))
    evening()
    power = number_in(owner.say(f"新诉求 {POWER}"))
    leader.say(f"受理 {arrears}")
    evening()
    owner.say(f"改类型 {power} 行政审批")
    leader.say(f"回复 {arrears} 明天上午我约管委会碰头")
    world.advance(minutes=3)
    evening()
    world.advance(days=6)
    evening()
    leader.say(f"办结 {arrears} 尾款已到账")
    world.advance(minutes=3)
    evening()
    owner.say(f"没解决 {arrears} 只到了一半")
    evening()
    leader.say(f"办结 {arrears} 余款也到账了")
    world.advance(minutes=3)
    owner.say(f"确认 {arrears}")
    owner.say(f"满意 {arrears}")
    owner.say(f"撤回 {power}")
    evening()
    world.advance(days=3)

    for shown in evenings:
        assert wall(world, key, as_of=shown["as_of"]) == shown


def test_wall_shows_no_future(world: World) -> None:
    key = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(session, key, name="wall", role="viewer", region=None, now=world.clock())
    headers = {"Authorization": f"Bearer {key}"}
    for moment in ("2027-01-01T00:00:00Z", "2026-11-24", "then"):
        assert world.web.get("/api/v1/wall", params={"as_of": moment}, headers=headers).status_code == 422
