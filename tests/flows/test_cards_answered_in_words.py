"""What we ask with links is answered by typing: read, asked again, or a matter of its own, never lost."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from models.tables import Contact, Enterprise, Ticket, Visit
from tests.flows.owning import ARREARS, another_enterprise, case
from tests.flows.reading import number_in
from tests.flows.telephones import Town
from tests.flows.test_refusal_and_appeal import Case
from tests.roster import LEADER, OFFICE, OWNER
from tests.world import World

FIRM = "沈阳云杉里精密机械有限公司"


def tickets(world: World) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


@pytest.fixture
def visited(world: World) -> Iterator[World]:
    """A visit was noted and the enterprise asked about it."""
    world.phone(OWNER).say("帮助")
    world.phone(LEADER).say(f"走访 {FIRM} 看了三号车间，订单比去年多两成")
    world.deliver()
    yield world


def answer(world: World) -> bool | None:
    with world.database.reading() as session:
        row = session.scalars(select(Visit)).one()
        return None if row.answered_by is None else row.confirmed_at is not None


@pytest.mark.parametrize("words", ["来过", "来过的", "是的", "确认", "领导来过了", "有"])
def test_visit_is_confirmed_in_words(visited: World, words: str) -> None:
    assert visited.phone(OWNER).say(words).startswith("谢谢，已记下。")
    assert (answer(visited), tickets(visited)) == (True, 0)


@pytest.mark.parametrize("words", ["没有，谁也没来", "没有", "不是", "谁都没来过"])
def test_visit_is_denied_in_words(visited: World, words: str) -> None:
    assert visited.phone(OWNER).say(words).startswith("谢谢告诉我们，已记下并转督查核实")
    assert (answer(visited), tickets(visited)) == (False, 0)


def test_bare_yes_about_a_case_says_nothing_of_the_visit(visited: World) -> None:
    owner = visited.phone(OWNER)
    owner.say(ARREARS)
    owner.say("没有")
    owner.say("是的")
    assert answer(visited) is None
    visited.advance(days=2)
    owner.say("是的")
    assert answer(visited) is None
    assert owner.say("来过").startswith("谢谢，已记下。")


@pytest.mark.parametrize(
    ("words", "stage"),
    [
        ("成长期吧", "growing"),
        ("快速发展阶段", "growing"),
        ("我们刚起步", "startup"),
        ("刚起步两年", "startup"),
        ("干了二十年了", "mature"),
        ("去年刚注册的", "startup"),
        ("规模还行，正在扩产", "growing"),
        ("我们是几十年的老厂了", "mature"),
        ("成立才一年半", "startup"),
    ],
)
def test_stage_is_told_in_ones_own_words(world: World, words: str, stage: str) -> None:
    firm = another_enterprise(world, "大连海石榴船舶配件有限公司", "o-mei")
    mei = world.phone("o-mei")
    number = number_in(mei.say(ARREARS))
    world.phone(OFFICE).say(f"受理 {number}")
    assert "企业现在处在哪个阶段？" in mei.news()["text"]

    assert mei.say(words).startswith("记下了，大连海石榴")
    with world.database.reading() as session:
        assert session.get_one(Enterprise, firm).stage == stage


def test_age_that_leaves_the_stage_open_is_answered_with_the_stages_to_tap(world: World) -> None:
    firm = another_enterprise(world, "大连海石榴船舶配件有限公司", "o-mei")
    mei = world.phone("o-mei")
    number = number_in(mei.say(ARREARS))
    world.phone(OFFICE).say(f"受理 {number}")
    mei.silence()

    assert "处在哪个阶段？" in mei.say("做了六年了")
    mei.tap("成长期")
    with world.database.reading() as session:
        assert session.get_one(Enterprise, firm).stage == "growing"


def test_age_that_nobody_asked_for_is_part_of_the_matter(world: World) -> None:
    firm = another_enterprise(world, "大连海石榴船舶配件有限公司", "o-mei")
    mei = world.phone("o-mei")
    mei.say(ARREARS)

    assert mei.say("干了二十年了").startswith("已记到")
    with world.database.reading() as session:
        assert session.get_one(Enterprise, firm).stage is None


def test_words_like_a_stage_are_words_where_the_roster_knows_it(world: World) -> None:
    owner = world.phone(OWNER)
    owner.say(ARREARS)
    assert owner.say("快速发展阶段").startswith("已记到")


@pytest.mark.parametrize("words", ["我还是不服", "还是不同意", "坚决不服"])
def test_who_objects_after_the_verdict_is_told_what_ways_are_left(world: World, words: str) -> None:
    one = Case(world).declined().appealed()
    assert "已经申诉过" in one.owner.say(words) or "督查" in one.owner.say(words)
    one.supervisor.say(f"维持 {one.number} 房东与贵公司是平等民事主体，押金归属只能由法院判定")
    before = tickets(world)
    world.advance(minutes=11)

    told = one.owner.say(words)
    assert told.startswith(f"{one.number}「房东把厂房门锁换了不让搬货")
    assert "督查已裁定维持" in told
    assert "依法申请行政复议或提起诉讼" in told
    assert tickets(world) == before


def test_objection_that_tells_a_new_matter_is_one(world: World) -> None:
    one = Case(world).declined().appealed()
    one.supervisor.say(f"维持 {one.number} 房东与贵公司是平等民事主体，押金归属只能由法院判定")
    world.advance(minutes=11)
    before = tickets(world)

    one.owner.say("税务局不同意给我们退税，材料交了三个月了")
    assert tickets(world) == before + 1


def test_time_said_first_answers_the_card_and_the_words_are_kept(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()
    leader.say(f"约电话 {number} 明天上午9点")
    words = "周四上午10点到11点吧，下午要去税务局办退税"

    assert owner.say(words).startswith(f"{number} 的来电，改到“周四上午10点到11点吧”？")
    assert "11月26日10:00-11:00" in owner.tap("是，改时间")
    assert town.get(f"/tickets/{number}/messages")["items"][-1]["text"] == words
    assert tickets(world) == 1

    leader.say(f"约电话 {number} 周五上午9点")
    owner.say("周五下午3点，上午要开会")
    assert "11月27日15:00" in owner.say("是的")


def test_time_said_first_may_be_a_matter_after_all(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()
    leader.say(f"约电话 {number} 明天上午9点")

    owner.say("明天下午3点，园区又要停电，厂里损失好几万")
    assert number_in(owner.tap("另说一件事")) != number
    assert tickets(world) == 2
    with world.database.reading() as session:
        assert "园区又要停电" in session.scalars(select(Ticket.title).order_by(Ticket.id.desc())).first()


@pytest.mark.parametrize("words", ["1", "👍", "[强]"])
def test_sign_on_a_case_that_waits_is_asked_for_the_word(world: World, words: str) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(ARREARS))
    leader.say(f"受理 {number}")
    leader.say(f"办结 {number} 款已经到账")

    asked = owner.say(words)
    assert asked.startswith(f"已办结、等您一句话的：\n{number}")
    assert case(world, number).status == "resolved"
    owner.tap("确认解决")
    assert case(world, number).status == "closed"


@pytest.mark.parametrize(
    ("words", "is_active"), [("是的", False), ("确认", False), ("不是", True), ("算了", True)]
)
def test_leaving_is_confirmed_in_any_words(world: World, words: str, *, is_active: bool) -> None:
    owner = world.phone(OWNER)
    owner.say("我已离职")
    owner.say(words)
    with world.database.reading() as session:
        person = world.roster.people[OWNER]
        row = session.scalars(select(Contact).where(Contact.person_id == person)).one()
        assert row.is_active == is_active
    assert tickets(world) == 0


def test_day_that_was_named_counts_for_the_hour_that_follows(world: World) -> None:
    town = Town.of(world)
    number = town.case()
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say(f"约电话 {number} 明天上午10点")
    owner.news()
    assert "那天几点" in owner.say("后天行不行")
    assert "11月26日15:00" in owner.say("下午3点以后")


def test_hour_without_a_day_is_of_the_day_of_the_card(world: World) -> None:
    town = Town.of(world)
    number = town.case()
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say(f"约电话 {number} 明天上午10点")
    leader.silence()
    assert "什么时候给您打电话方便" in owner.say("老人住院，晚一点吧")
    assert "老人住院，晚一点吧" in leader.news()["text"]
    assert "11月25日15:00" in owner.say("下午3点吧")
    leader.say(f"约电话 {number} 周四上午9点")
    assert "26日09:00" in owner.say("周四上午可以")
    leader.say(f"约电话 {number} 周五上午9点")
    assert "不打电话" in owner.say("取消来电吧")
    assert case(world, number).status == "accepted"


def test_day_an_official_named_counts_for_the_hour_that_follows(world: World) -> None:
    number = Town.of(world).case()
    leader = world.phone(LEADER)
    assert "时间：" not in leader.say(f"约电话 {number} 后天")
    assert "时间：11月26日15:00-15:30" in leader.say("下午3点")


def test_another_day_named_with_the_hour_is_the_one(world: World) -> None:
    number = Town.of(world).case()
    leader = world.phone(LEADER)
    leader.say(f"约电话 {number} 后天")
    assert "时间：11月25日15:00-15:30" in leader.say("还是明天下午3点")


@pytest.mark.parametrize("said", ["改到后天下午4点", "时间改成后天下午4点", "明天的电话改到后天下午4点"])
def test_official_moves_the_call_in_plain_words(world: World, said: str) -> None:
    number = Town.of(world).case()
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say(f"约电话 {number} 明天上午10点")
    owner.news()
    assert "时间：11月26日16:00-16:30" in leader.say(said)
    assert owner.news()["text"].startswith("来电预告（时间有变，以这张为准）")


def test_time_that_moves_no_call_is_a_reply(world: World) -> None:
    number = Town.of(world).case()
    leader = world.phone(LEADER)
    assert f"已转给沈阳云杉里精密机械有限公司（{number}）" in leader.say("改到后天下午4点")
