"""Who becomes the owner: pairing, then duty catalogue by region and type, then the provincial office."""

import pytest

from config import catalog
from models.actions import roster
from models.actions.people import meet
from models.tables import Person
from tests.flows.reading import number_in
from tests.roster import OFFICE, OWNER
from tests.world import World

POWER = "{}的新车间下个月投产，变压器增容报了三个月还排不上，停一天损失好几万"


@pytest.fixture
def staffed(world: World) -> World:
    """The small world with a department for power and land and an office in Dalian, and one at the province."""
    department = catalog.duty_department("factors", world.clock().date())
    posts = [
        ("大连发改", department, "210200"),
        ("大连营商", catalog.office_department(), "210200"),
        ("省发改", department, "210000"),
    ]
    with world.database.transaction() as session:
        for name, where, region in posts:
            official = roster.add_official(
                session,
                name=name,
                post="负责人",
                department=where,
                region=region,
                kind="leader",
                now=world.clock(),
            )
            person = meet(session, f"o-{official.id}", now=world.clock())
            session.get_one(Person, person.person_id).official_id = official.id
    return world


def test_pairing_goes_before_everything(staffed: World) -> None:
    assert "副省长 安予诚" in staffed.phone(OWNER).say(POWER.format("大连"))


def test_region_and_type_name_the_department(staffed: World) -> None:
    assert "负责人 大连发改" in staffed.phone("o-a").say(POWER.format("大连"))


def test_region_without_the_department_has_its_office(staffed: World) -> None:
    found = staffed.phone("o-b").say("大连这边有人卖假冒我们商标的产品，包装一模一样，投诉没人管")

    assert "负责人 大连营商" in found


def test_unnamed_region_goes_to_the_province(staffed: World) -> None:
    assert "负责人 省发改" in staffed.phone("o-c").say(POWER.format("我们"))


def test_everything_else_goes_to_the_provincial_office(staffed: World) -> None:
    assert "省营商局局长 简闻和" in staffed.phone("o-d").say(
        "房东把门锁换了不让我们进去搬货，押金也不退，这事该找谁"
    )


def test_desk_without_a_wechat_is_told_through_the_provincial_office(world: World) -> None:
    with world.database.transaction() as session:
        official = roster.add_official(
            session,
            name="无微信",
            post="负责人",
            department=catalog.office_department(),
            region="210300",
            kind="leader",
            now=world.clock(),
        )
        assert official.leader_id is None
    office = world.phone(OFFICE)
    office.say("待办")

    receipt = world.phone("o-e").say("鞍山的仓库消防验收退回三次了，每次说的都不一样")

    number = number_in(receipt)
    assert "负责人：负责人 无微信（暂由省营商局局长 简闻和代办）" in receipt
    assert number in office.news()["text"]
    assert number in office.tap("详情")
    assert office.tap("受理").startswith(f"已受理 {number}")
    assert "代负责人 无微信办理）已受理您的诉求" in world.phone("o-e").news()["text"]
