"""Seven enterprises stumble over one debtor, and the province sees one stone; one that floods is heard once."""

import json
import secrets
from typing import Any

import pytest
from sqlalchemy import select

from handlers.understanding.embedding import SHARED
from models.actions import access
from models.rules.numbers import ticket_id_of
from models.tables import Official, OfficialKind, TicketVector
from tests.alike import ARREARS, firm
from tests.conftest import Makers
from tests.databases import KINDS
from tests.endpoint import Endpoint, says
from tests.flows.reading import number_in
from tests.flows.test_one_matter import watch
from tests.roster import LEADER, OFFICE, OWNER
from tests.unit.bot.test_second_look import settle
from tests.world import World


def compare(world: World) -> None:
    """Let the service put together what came."""
    assert world.service.patterns is not None
    settle(world.database)
    world.loop.run(world.service.patterns.once())


def seven_owed(world: World) -> str:
    """Have seven enterprises make a pattern, the owner first; return the owner's number."""
    compare(world)
    mine = number_in(world.phone(OWNER).say(ARREARS[0]))
    for n, text in enumerate(ARREARS[1:]):
        world.phone(firm(world.database, f"firm{n}")).say(text)
    compare(world)
    return mine


def patterns(world: World) -> list[dict[str, Any]]:
    """Return what a supervisor of the province reads."""
    raw = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(
            session, raw, name=secrets.token_hex(4), role="supervisor", region=None, now=world.clock()
        )
    answer = world.web.get("/api/v1/patterns", headers={"Authorization": f"Bearer {raw}"})
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_seven_who_are_owed_by_one_debtor_become_one_pattern(fresh_url: Makers, kind: str) -> None:
    with World.running(fresh_url[kind](), deep=True) as world:
        compare(world)
        owners = [firm(world.database, f"firm{n}") for n in range(len(ARREARS))]
        numbers = [
            number_in(world.phone(owner).say(text)) for owner, text in zip(owners, ARREARS, strict=True)
        ]
        assert patterns(world) == []
        compare(world)
        (found,) = patterns(world)
        assert (found["type"], found["enterprises"]) == ("arrears", len(numbers))
        assert "城投" in found["title"] + found["stone"]
        assert {each["number"] for each in found["typical"]} <= set(numbers)


def test_the_stone_is_a_large_models_where_one_is_set_up_and_says_so(sqlite_url: str) -> None:
    sentence = "澜河县城投长期拖欠工程款，验收多年仍不支付尾款"
    answer = says(json.dumps({"stone": sentence}, ensure_ascii=False))
    with (
        Endpoint.open(answer) as endpoint,
        World.running(sqlite_url, deep=True, llm_url=endpoint.url, llm_model="m-1") as world,
    ):
        compare(world)
        for n, text in enumerate(ARREARS):
            number_in(world.phone(firm(world.database, f"firm{n}")).say(text))
        assert endpoint.asked == []
        compare(world)
        (found,) = patterns(world)
        assert found["stone"] == f"{sentence}（大模型概括）"
        assert "大模型" not in found["title"]
        assert len(endpoint.asked) == 1


def test_one_enterprise_that_names_its_debtor_neither_time_is_offered_one_matter(sqlite_url: str) -> None:
    with World.running(sqlite_url, deep=True) as world:
        compare(world)
        leader, owner = world.phone(LEADER), world.phone(OWNER)
        leader.say("待办")
        first = number_in(owner.say("甲方欠我们工程款五十万，验收两年了一直不付"))
        world.advance(days=3)
        leader.say("待办")
        again = "你好，甲方那笔工程款五十万还是没给，早就验收了，麻烦领导协调一下"
        second = number_in(owner.say(f"新诉求 {again}"))
        compare(world)
        world.strike()
        (told,) = [text for text in leader.silence() if "像是同一件事" in text]
        assert first in told
        assert second in told


def test_one_matter_at_two_desks_is_offered_to_whoever_watches_over_both(sqlite_url: str) -> None:
    """Neither leader may see the other's case; only a supervisor may bring them together."""
    with World.running(sqlite_url, deep=True) as world:
        compare(world)
        leader, office, owner = world.phone(LEADER), world.phone(OFFICE), world.phone(OWNER)
        watcher, elsewhere = watch(world), watch(world, "o-elsewhere", "210200")
        first = number_in(owner.say("澜河县城投欠我们护坡工程款五十万，验收两年了一直不付"))
        watcher.say(f"改派 {first} 简闻和 原责任领导回避")
        world.advance(days=3)
        again = "新诉求 你好，澜河县城投那笔护坡工程款五十万还是没给，早就验收了，麻烦领导协调一下"
        second = number_in(owner.say(again))
        for phone in (leader, office, watcher, elsewhere):
            phone.say("待办")
            phone.silence()
        compare(world)
        world.strike()
        (told,) = [text for text in watcher.silence() if "像是同一件事" in text]
        assert first in told
        assert second in told
        assert "副省长 安予诚在办" in told
        assert "省营商局局长 简闻和在办" in told
        for phone in (leader, office, elsewhere, owner):
            assert not any("像是同一件事" in text for text in phone.silence())
        assert "不能并案" in owner.say(f"并案 {second} {first}"), "not before one desk has both"

        assert second in watcher.tap("1 改派")
        assert watcher.tap("2 并案").startswith(f"{second} 已并入 {first}")
        compare(world)
        assert not any("像是同一件事" in text for text in watcher.silence())


def test_one_matter_at_two_desks_is_told_to_no_desk_while_no_supervisor_is_bound(sqlite_url: str) -> None:
    """A desk may not see the other's case, nor bring the two together: nobody is told until somebody may."""
    with World.running(sqlite_url, deep=True) as world:
        compare(world)
        leader, office, owner = world.phone(LEADER), world.phone(OFFICE), world.phone(OWNER)
        watcher = watch(world)
        first = number_in(owner.say("澜河县城投欠我们护坡工程款五十万，验收两年了一直不付"))
        watcher.say(f"改派 {first} 简闻和 原责任领导回避")
        supervisors_work(world, is_active=False)
        world.advance(days=3)
        again = "新诉求 你好，澜河县城投那笔护坡工程款五十万还是没给，早就验收了，麻烦领导协调一下"
        second = number_in(owner.say(again))
        for phone in (leader, office, watcher):
            phone.say("待办")
            phone.silence()
        compare(world)
        world.strike()
        for phone in (leader, office, watcher, owner):
            assert not any("像是同一件事" in text for text in phone.silence())

        supervisors_work(world, is_active=True)
        leader.say(f"保密 {second}")
        compare(world)
        leader.say(f"取消保密 {second}")
        compare(world)
        world.strike()
        watcher.say("待办")
        assert sum("像是同一件事" in text for text in watcher.silence()) == 1, "offered once somebody may"


def supervisors_work(world: World, *, is_active: bool) -> None:
    """Let the supervisors leave their post, or come back to it."""
    with world.database.transaction() as session:
        for each in session.scalars(select(Official).where(Official.kind == OfficialKind.SUPERVISOR)):
            each.is_active = is_active


@pytest.mark.parametrize("kind", KINDS)
def test_one_who_copies_and_floods_makes_none(fresh_url: Makers, kind: str) -> None:
    with World.running(fresh_url[kind](), deep=True) as world:
        compare(world)
        first = world.phone(firm(world.database, "first"))
        number_in(first.say(ARREARS[0]))
        flood = world.phone(firm(world.database, "flood"))
        for n, text in enumerate(ARREARS):
            flood.say(f"新诉求 {text}，这是第{n}件")
        for n in range(3):
            world.phone(firm(world.database, f"copy{n}")).say(ARREARS[0])
        compare(world)
        assert patterns(world) == []


def test_leader_is_told_once_a_week_which_patterns_their_cases_are_in(sqlite_url: str) -> None:
    with World.running(sqlite_url, deep=True) as world:
        compare(world)
        leader = world.phone(LEADER)
        leader.say("待办")
        mine = number_in(world.phone(OWNER).say(ARREARS[0]))
        for n, text in enumerate(ARREARS[1:]):
            world.phone(firm(world.database, f"firm{n}")).say(text)
        compare(world)
        leader.silence()
        world.strike()
        assert not [text for text in leader.silence() if "同类问题" in text]

        world.advance(days=6)  # Monday, 10:00
        leader.say("待办")
        world.strike()
        (told,) = [text for text in leader.silence() if "同类问题" in text]
        assert "7家企业反映，您这里1件" in told
        assert mine in told
        world.advance(hours=1)
        world.strike()
        assert not [text for text in leader.silence() if "同类问题" in text]


def test_who_could_not_be_told_on_the_first_day_of_the_week_is_told_on_the_next(sqlite_url: str) -> None:
    with World.running(sqlite_url, deep=True) as world:
        compare(world)
        leader = world.phone(LEADER)
        world.phone(OWNER).say(ARREARS[0])
        for n, text in enumerate(ARREARS[1:]):
            world.phone(firm(world.database, f"firm{n}")).say(text)
        compare(world)
        world.strike()
        world.advance(days=6, hours=8)  # Monday, 18:00
        leader.say("待办")
        world.strike()
        assert not [text for text in leader.silence() if "同类问题" in text]
        world.advance(hours=16)  # Tuesday, 10:00
        leader.say("待办")
        world.strike()
        assert [text for text in leader.silence() if "同类问题" in text]


def test_leader_hears_of_an_enterprise_in_their_care_whose_case_is_done(sqlite_url: str) -> None:
    """The stone lies there still, and their enterprise is one of those that stumbled."""
    with World.running(sqlite_url, deep=True) as world:
        compare(world)
        leader, owner = world.phone(LEADER), world.phone(OWNER)
        leader.say("待办")
        mine = number_in(owner.say(ARREARS[0]))
        for n, text in enumerate(ARREARS[1:]):
            world.phone(firm(world.database, f"firm{n}")).say(text)
        compare(world)
        leader.say(f"受理 {mine}")
        leader.say(f"办结 {mine} 款项已经付清")
        assert "销号" in owner.say(f"确认 {mine}")
        world.strike()
        for days, is_told in ((6, True), (7 * 26, False)):
            world.advance(days=days)
            leader.say("待办")
            leader.silence()
            world.strike()
            told = [text for text in leader.silence() if "同类问题" in text]
            assert len(told) == is_told
            assert all("7家企业反映，您包保的企业1家" in text and mine not in text for text in told)


def test_a_request_is_embedded_once_for_its_type_its_second_look_and_its_like(sqlite_url: str) -> None:
    with World.running(sqlite_url, deep=True) as world:
        compare(world)
        owner = world.phone(OWNER)
        text = "我们给北屏县热力公司做的换热站改造，验收一年半，工程款六十三万要不回来"
        before = SHARED.embedded
        number = number_in(owner.say(text))
        assert world.service.second_look is not None
        world.loop.run(world.service.second_look.once())
        compare(world)
        assert SHARED.embedded == before + 1
        owner.say(f"改类型 {number} 要素保障")
        SHARED._recent.clear()  # what was kept with the case is enough
        compare(world)
        with world.database.reading() as session:
            kept = session.get_one(TicketVector, ticket_id_of(number))
            assert (kept.type, kept.vector is not None) == ("factors", True)
        assert SHARED.embedded == before + 1
