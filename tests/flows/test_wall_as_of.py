"""What the wall showed then it shows again, whatever has happened since."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from bot.web import wall as wall_pages
from bot.web.api import problems
from bot.web.wall.cases import Row, past_row, row_of
from models.actions import access, pasts, roster
from models.actions.people import join
from models.queries.past_cases import KNOWN, Behind, Known, past_cases
from models.queries.past_wall import TooMuchSince, wall_at
from models.queries.ticket_lists import Wanted, tickets
from models.tables import Enterprise, Official, Person, Visit
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
    lists: list[tuple[datetime, list[Row]]] = []

    def evening() -> None:
        world.strike()
        evenings.append(wall(world, key))
        with world.database.reading() as session:
            found = tickets(session, None, Wanted(), after=None, limit=9)
            lists.append((world.clock(), [row_of(each, world.clock()) for each in found]))
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
    world.advance(days=3)
    evening()
    world.advance(days=1)
    evening()
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
    change_the_roster(world)

    for shown in evenings:
        assert wall(world, key, as_of=shown["as_of"]) == shown
    known = Known()
    for at, rows in lists:
        assert_listed(world, known, at, rows)
    lights = {row.light for _, rows in lists for row in rows}
    assert lights == {"", "green", "amber", "red"}


def assert_listed(world: World, known: Known, at: datetime, rows: list[Any]) -> None:
    """All at once, and case by case from what is known."""
    bounds = {"now": world.clock(), "most": 9, "known": known}
    with world.database.reading() as session:
        _, found = past_cases(session, None, Behind(), at, after=0, limit=9, **bounds)
    assert [past_row(each, at) for each in found] == rows
    ids = known.ids((None, Behind(), at, 9))
    assert ids is not None
    for place, each in enumerate(ids):
        with world.database.reading() as session:
            count, page = past_cases(session, None, Behind(), at, after=each - 1, limit=1, **bounds)
        assert (count, [past_row(one, at) for one in page]) == (len(rows), rows[place : place + 1])


def test_a_few_lists_of_past_moments_are_known_and_older_ones_go() -> None:
    known, days = Known(), range(KNOWN + 1)
    asked = [(None, Behind(), datetime(2026, 1, 1 + day, tzinfo=UTC), 9) for day in days]
    for each in asked:
        known.keep(each, [1])
    assert [known.ids(each) for each in asked] == [None, *[[1]] * KNOWN]


def test_list_of_a_moment_that_has_hardly_passed_is_not_kept(world: World) -> None:
    """Somebody may still be writing down what happened then."""
    world.phone(OWNER).say(ARREARS)
    known, at = Known(), world.clock()
    world.advance(minutes=50)
    with world.database.reading() as session:
        bounds = {"now": world.clock(), "after": 0, "limit": 9, "most": 9}
        count, _ = past_cases(session, None, Behind(), at, known=known, **bounds)
    assert (count, known.ids((None, Behind(), at, 9))) == (1, None)


def test_what_happens_between_two_timers_is_no_other_wall(world: World) -> None:
    """Promises that run out, before a timer counts them and after; a firm of another stage, an owner of another post."""
    key = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(session, key, name="wall", role="viewer", region=None, now=world.clock())
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    shown: list[dict[str, Any]] = []

    def look() -> None:
        shown.append(wall(world, key))
        world.advance(minutes=7)

    first = number_in(owner.say(ARREARS))
    owner.say(f"新诉求 {POWER}")
    look()
    world.advance(days=1)
    look()
    world.advance(days=2)
    look()
    world.strike()
    look()
    change_the_roster(world)
    look()
    leader.say(f"受理 {first}")
    look()
    world.advance(days=40)
    look()
    world.strike()
    look()
    assert len({str(each) for each in shown}) == len(shown)
    for each in shown:
        assert wall(world, key, as_of=each["as_of"]) == each


def change_the_roster(world: World) -> None:
    """Give every leader another post and every enterprise another stage, as a list would."""
    with world.database.transaction() as session:
        officials = session.scalars(select(Official)).all()
        pasts.keep_officials(session, [row.id for row in officials], now=world.clock())
        for row in officials:
            row.post = f"代{row.post}"
        firms = session.scalars(select(Enterprise.id)).all()
        pasts.change_many(session, firms, now=world.clock())
        session.execute(update(Enterprise).values(stage="growing"))


def test_wall_shows_no_future(world: World) -> None:
    key = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(session, key, name="wall", role="viewer", region=None, now=world.clock())
    headers = {"Authorization": f"Bearer {key}"}
    for moment in ("2027-01-01T00:00:00Z", "2026-11-24", "then"):
        assert world.web.get("/api/v1/wall", params={"as_of": moment}, headers=headers).status_code == 422


def test_case_that_moved_to_another_region_lay_where_it_lay(world: World) -> None:
    keys = {}
    for region in ("210100", "210700"):
        keys[region] = secrets.token_urlsafe(32)
        with world.database.transaction() as session:
            access.create_key(
                session, keys[region], name=region, role="viewer", region=region, now=world.clock()
            )
    owner = world.phone(OWNER)
    with world.database.transaction() as session:
        who = session.scalars(select(Person.id).where(Person.openid == OWNER)).one()
        other = roster.add_enterprise(
            session,
            name="锦州北湖湾电子元件有限公司",
            credit_code=None,
            region="210700",
            stage=None,
            now=world.clock(),
        )
        join(session, who, other.id, name="林向晚", role="总经理", now=world.clock())
    number = number_in(owner.say("新诉求 " + ARREARS))
    before = {region: wall(world, key) for region, key in keys.items()}
    world.advance(minutes=1)
    owner.say(f"换企业 {number} 锦州北湖湾")
    after = {region: wall(world, key) for region, key in keys.items()}
    assert sorted(one["total"]["counts"]["received"] for one in after.values()) == [0, 1]
    assert after["210100"] != before["210100"] or after["210700"] != before["210700"]
    for region, key in keys.items():
        assert wall(world, key, as_of=before[region]["as_of"]) == before[region]


def test_moment_since_which_too_much_has_changed_is_refused_and_not_waited_for(world: World) -> None:
    owner, then = world.phone(OWNER), world.clock()
    number = number_in(owner.say(ARREARS))
    world.advance(minutes=5)
    asked = world.clock()
    world.advance(minutes=5)
    owner.say(f"补充 {number} 还是没有给")
    now = world.clock()
    with world.database.reading() as session, pytest.raises(TooMuchSince):
        wall_at(session, None, asked, now=now, most=0)
    with world.database.reading() as session:  # what came later is not told anew
        assert wall_at(session, None, then - timedelta(days=1), now=now, most=0).oldest == []


def test_too_much_since_is_said_as_it_is() -> None:
    """At the API it is a problem of its own; on the page it says to choose a later day."""
    web, rest = FastAPI(), FastAPI()
    wall_pages.install(web)
    problems.install(rest)

    def far() -> None:
        raise TooMuchSince

    for app in (web, rest):
        app.get("/far")(far)
    page, answer = asyncio.run(asked_for(web)), asyncio.run(asked_for(rest))
    assert page.status_code == answer.status_code == 422
    assert "请选近些的日子" in page.text
    assert answer.json()["type"] == "urn:liaison:too-much-since"


async def asked_for(app: FastAPI) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as web:
        return await web.get("/far")


def test_visits_of_a_past_evening_are_those_that_were_known_then(world: World) -> None:
    """A visit that is denied two days later, and one that is noted afterwards, were not so when it hung there."""
    key = secrets.token_urlsafe(32)
    firm, leader = world.roster.enterprises["yunshanli"], world.roster.officials["leader"]
    day = world.clock().date()

    def visit() -> Visit:
        return Visit(
            official_id=leader, enterprise_id=firm, note="看了生产线", day=day, created_at=world.clock()
        )

    with world.database.transaction() as session:
        access.create_key(session, key, name="wall", role="viewer", region=None, now=world.clock())
        session.add(visit())
    world.advance(minutes=1)
    evening, hung = world.clock(), wall(world, key)["today"]
    assert (hung["visits"], hung["disturbed"]) == (1, 1)
    world.advance(days=2)
    with world.database.transaction() as session:
        denied = session.scalars(select(Visit)).one()
        denied.disputed_at, denied.answered_by = world.clock(), world.roster.people[OWNER]
        session.add(visit())
    assert wall(world, key, as_of=evening.isoformat())["today"] == hung
